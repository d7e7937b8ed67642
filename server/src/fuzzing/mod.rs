//! What strangers must not break: the bodies of the fuzz targets (fuzz/README.md says how they are run). Unit tests replay
//! what fuzzing found; no other build has this.

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;
mod seed;

pub use seed::seeds;

use crate::{
    contact::{
        import::{ContactFile, Plan},
        phone::{self, Region},
    },
    inbox::Received,
    media::inspect::{Inspected, Origin, inspect, square},
    session::incoming::{addressed, unreadable},
    whatsapp::{
        content::{self, Change, Content, Quoted, Said},
        group::{self, Own},
    },
};
use buffa::Message as _;
use domain::{
    PhoneNumber,
    contact::import::{ColumnTarget, Mapping, RowVerdict},
    number::group::{LONGEST_SUBJECT, MOST_MEMBERS},
    time::Zone,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashSet,
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    sync::Arc,
};
use wa_rs::features::GroupMetadata;
use wacore::{
    iq::groups::GroupInfoResponse,
    protocol::ProtocolNode as _,
    types::{
        events::{DecryptFailMode, UnavailableType, UndecryptableMessage},
        message::MessageInfo,
    },
};
use wacore_binary::{Jid, Node};
use waproto::whatsapp as wa;

/// The number that everything comes to.
const OWN: (&str, &str) = ("6281200000001", "990000000000001");

/// What the network hands over: a message (0), a message that cannot be read (1), or what it tells of a group (2).
///
/// A message is its stanza, with two bytes of length before it, and the decrypted protobuf.
pub fn inbound(data: &[u8]) {
    let Some((&what, data)) = data.split_first() else { return };
    if what == 2 {
        return told_of_group(data);
    }
    let Some((length, data)) = data.split_first_chunk::<2>() else { return };
    let (stanza, message) = data.split_at(usize::from(u16::from_be_bytes(*length)).min(data.len()));
    let Some(info) = read_stanza(stanza).and_then(|stanza| info(&stanza)) else { return };
    if what == 1 {
        let mut received = cannot_be_read(info);
        return received.iter_mut().for_each(|received| check(received, 0));
    }
    let Ok(read) = wa::Message::decode_from_slice(message) else { return };
    let said = content::read(&read);
    let again = wa::Message::decode_from_slice(&read.encode_to_vec()).expect("what was read can be written");
    assert_eq!(content::read(&again), said, "a message says one thing");
    if let Some(received) = addressed(&info, said) {
        check(&received, message.len());
    }
}

fn read_stanza(bytes: &[u8]) -> Option<Node> {
    let plain = wacore_binary::util::unpack(bytes).ok()?;
    Some(wacore_binary::marshal::unmarshal_ref(&plain).ok()?.to_owned())
}

/// As the client library reads it.
fn info(stanza: &Node) -> Option<MessageInfo> {
    let (pn, lid) = (Jid::pn(OWN.0), Jid::lid(OWN.1));
    wacore::messages::parse_message_info(&stanza.as_node_ref(), &pn, Some(&lid)).ok()
}

fn cannot_be_read(info: MessageInfo) -> Vec<Received> {
    let info = Arc::new(info);
    let kinds = [UnavailableType::Unknown, UnavailableType::ViewOnce, UnavailableType::Bot];
    let event = |kind| {
        UndecryptableMessage::builder()
            .info(info.clone())
            .is_unavailable(true)
            .unavailable_type(kind)
            .decrypt_fail_mode(DecryptFailMode::Show)
            .build()
    };
    kinds.into_iter().filter_map(|kind| unreadable(&event(kind))).collect()
}

/// What every message that is stored keeps to, whoever sent it. `bytes` is how long it was on the wire.
fn check(received: &Received, bytes: usize) {
    let Received { phone, lid, push_name, wa_id, chat, said, at, .. } = received;
    assert!(phone.is_some() || lid.is_some(), "somebody wrote it");
    let is_lid = |lid: &String| (1..=20).contains(&lid.len()) && lid.bytes().all(|byte| byte.is_ascii_digit());
    assert!(lid.as_ref().is_none_or(is_lid), "{lid:?}");
    plain(push_name, 200);
    id(wa_id);
    plain(chat, 128);
    // It becomes a day of the number's history, and a place in a thread.
    _ = (Zone::default().day(*at), *at + 1);
    match said {
        Said::Message(Content { kind, text, file, quote }) => {
            long(text, 65_536);
            assert!(text.len() <= bytes, "nothing is made of nothing");
            if let Some(Quoted { wa_id, text }) = quote {
                id(wa_id);
                long(text, 200);
            }
            let Some(file) = file else { return };
            assert!(kind.has_file());
            plain(&file.name, 120);
            let Ok(place) = &file.place else { return };
            assert!(place.path.starts_with('/'), "the path begins after a host");
            plain(&place.path, 2_048);
            assert!(place.bytes <= domain::media::MAX_RECEIVED_BYTES);
        }
        Said::Change(Change::Edited { of, text, .. }) => {
            id(of);
            long(text, 65_536);
        }
        Said::Change(Change::Deleted { of }) => id(of),
        Said::Change(Change::Reacted { to, emoji, .. }) => {
            id(to);
            plain(emoji, 32);
        }
        Said::Nothing => {}
    }
}

fn id(id: &str) {
    assert!(!id.is_empty());
    assert!(id.len() <= 128 && !id.contains(char::is_control), "{id:?}");
}

/// One line of text.
fn plain(text: &str, most: usize) {
    long(text, most);
    assert!(!text.contains(char::is_control), "{text:?}");
}

/// Text that a database takes.
fn long(text: &str, most: usize) {
    assert!(text.chars().count() <= most, "{} characters", text.chars().count());
    assert!(!text.contains('\0'));
}

fn told_of_group(data: &[u8]) {
    let Some(stanza) = read_stanza(data) else { return };
    let Ok(group) = GroupInfoResponse::try_from_node(&stanza) else { return };
    let group = GroupMetadata::from(group);
    let own = Own::new(PhoneNumber::from_e164(OWN.0).ok(), Some(OWN.1.to_owned()));
    let Some(told) = group::told(&group, &own) else { return };
    id(&told.group.wa_id);
    plain(&told.group.subject, LONGEST_SUBJECT);
    assert!(told.members.len() <= MOST_MEMBERS && told.members.len() as u64 <= told.group.size);
    assert!(told.members.iter().all(|member| member.phone.is_some() || member.lid.is_some()));
    let phones: Vec<_> = told.members.iter().filter_map(|member| member.phone.as_ref()).collect();
    assert_eq!(phones.iter().collect::<HashSet<_>>().len(), phones.len(), "nobody twice");
    assert!(told.members.iter().skip(1).all(|member| !member.is_self), "the number first, and once");
}

/// A file of a stranger (0), of the team (1), or as a picture of oneself (2).
pub fn media(data: &[u8]) {
    let Some((&whose, content)) = data.split_first() else { return };
    if whose == 2 {
        let Some(picture) = square(scratch(content), 96).expect("it is read") else { return };
        let picture = image::load_from_memory(&picture).expect("a square is a picture");
        assert!(picture.width() == picture.height() && picture.width() <= 96);
        return;
    }
    let origin = if whose == 1 { Origin::Team } else { Origin::Network };
    let Inspected { file, sha256, mime, bytes, size, preview } =
        inspect(scratch(content), scratch(b""), origin).expect("it is read");
    let kept = read(file);
    let sum = Sha256::digest(&kept).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    assert_eq!((bytes, sha256), (kept.len() as u64, sum));
    let is_picture = matches!(mime.as_str(), "image/jpeg" | "image/png" | "image/webp");
    assert_eq!(is_picture, size.is_some(), "what is called a picture was opened as one");
    assert!(is_picture || kept == content, "what is no picture stays as it came");
    if let Some(size) = size {
        let opened = image::load_from_memory(&kept).expect("what is called a picture can be opened");
        let turned = (opened.height(), opened.width());
        assert!([(opened.width(), opened.height()), turned].contains(&size));
    }
    if let Some(preview) = preview {
        assert!(is_picture && image::load_from_memory(&preview).is_ok());
        assert!((preview.len() as u64) < bytes);
    }
    for active in ["html", "svg", "xml", "script"] {
        assert!(!mime.contains(active) || !crate::media::plays(&mime), "{mime} would run in a browser");
    }
}

fn scratch(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a scratch file");
    file.write_all(content).expect("it takes what is written");
    file
}

fn read(mut file: File) -> Vec<u8> {
    let mut content = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut content)).expect("a scratch file can be read");
    content
}

/// A contact file. The first byte says of which country, and whether every column is taken for one of phones.
pub fn import(data: &[u8]) {
    let Some((&how, bytes)) = data.split_first() else { return };
    let region: Region = ["ID", "GB", "US", "DE"][usize::from(how % 4)].parse().expect("a country");
    _ = phone::parse(&String::from_utf8_lossy(bytes), region).map(|phone| PhoneNumber::from_e164(&phone.e164()));
    let Ok(file) = ContactFile::open(bytes, region) else { return };
    let mut mapping = file.mapping();
    let columns = file.columns();
    assert_eq!(columns.len(), mapping.0.len());
    let names: HashSet<_> = columns.iter().map(|column| domain::template::key(&column.header)).collect();
    assert_eq!(names.len(), columns.len(), "each column has a name of its own");
    if how >= 128 {
        mapping = Mapping(vec![ColumnTarget::Phone; mapping.0.len()]);
    }
    counted(&file, &mapping, bytes.len());
}

fn counted(file: &ContactFile, mapping: &Mapping, bytes: usize) {
    let plan = Plan::make(file, mapping);
    let counts = plan.counts;
    let phones: usize = file.records(mapping).map(|record| record.phones.len().max(1)).sum();
    assert_eq!(counts.imported + counts.invalid + counts.duplicates, phones as u64, "every phone counts once");
    assert!(counts.excluded <= counts.imported);
    let (mut seen, mut size) = (HashSet::new(), 0);
    for new in plan.newcomers(file, mapping) {
        assert!(PhoneNumber::from_e164(&new.phone.e164()).is_ok());
        assert!(seen.insert(new.phone), "nobody is new twice");
        for (name, value) in &new.attributes {
            size += name.len() + value.len();
            long(value, 4_096);
        }
    }
    assert_eq!(seen.len() as u64, counts.imported);
    assert!(size <= 64 * 1024 + 100 * bytes, "{size} bytes of {bytes}");
    let refused = |row: &&domain::contact::import::ImportRow| matches!(row.verdict, RowVerdict::Refused { .. });
    assert!(plan.problems.iter().filter(refused).count() as u64 <= counts.invalid);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replay(target: &str, run: fn(&[u8])) {
        replay::replay(target, seeds(), run);
    }

    #[test]
    fn whatever_comes_in_is_stored_or_left() {
        replay("inbound", inbound);
    }

    #[test]
    fn no_file_is_called_what_it_is_not() {
        replay("media", media);
    }

    #[test]
    fn no_contact_file_loses_count() {
        replay("import", import);
    }
}
