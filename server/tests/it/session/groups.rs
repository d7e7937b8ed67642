//! The groups of a number, over the real protocol: which it is in, who else is, and contacts made of them.

use super::link::code_after;
use crate::{
    export::{table, unzip},
    support::{Member, Network, World, number_in, on_both, until},
};
use domain::{
    Error, NumberId, PageRequest,
    contact::import::ImportStatus,
    number::{
        NumberState,
        group::{GroupDetail, GroupView},
    },
};
use serde_json::json;
use server::{
    contact, inbox,
    number::{self, group, link},
};

const RINA: &str = "6281311110001";
const BUDI: &str = "6281311110002";
/// Tells nobody their number.
const TAMU: &str = "6281311110003";

/// The groups of the number, once they are as wanted.
async fn groups(
    world: &World,
    member: &Member,
    id: NumberId,
    what: &str,
    wanted: impl Fn(&[GroupView]) -> bool,
) -> Vec<GroupView> {
    until(&world.server, member, what, async || {
        let page = group::list(&world.server, &member.scope, id, &PageRequest::first(50)).await.expect("lists");
        wanted(&page.rows).then_some(page.rows)
    })
    .await
}

async fn opened(world: &World, member: &Member, id: NumberId, wa_id: &str, search: &str) -> GroupDetail {
    let request = PageRequest { search: search.into(), ..PageRequest::first(50) };
    group::open(&world.server, &member.scope, id, wa_id, &request).await.expect("opens")
}

/// Names as a page shows them.
fn names(detail: &GroupDetail) -> Vec<&str> {
    detail.members.rows.iter().map(|shown| shown.name.as_str()).collect()
}

on_both! {
    async fn a_number_knows_its_groups_and_follows_their_changes(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        network.persona(TAMU, json!({"name": "Tamu", "hides_number": true})).await;
        let made = network.makes("groups", json!({"subject": "Reseller Solo", "account": phone,
            "participants": [RINA, BUDI, TAMU]})).await;
        let jid = made["jid"].as_str().expect("a group").to_owned();
        let all = groups(&world, &rani, id, "the group", |groups| groups.len() == 1).await;
        let GroupView { wa_id, subject, size, is_admin, .. } = all[0].clone();
        assert_eq!((format!("{wa_id}@g.us"), subject.as_str(), size, is_admin), (jid.clone(), "Reseller Solo", 4, true));

        let detail = opened(&world, &rani, id, &wa_id, "").await;
        let [own, first, second, third] = &detail.members.rows[..] else { panic!("{detail:?}") };
        assert!(own.member.is_self && own.member.is_admin, "the number itself stands first");
        assert_eq!([first, second].map(|shown| shown.name.as_str()), ["+62 813-1111-0001", "+62 813-1111-0002"]);
        assert!(third.member.phone.is_none() && third.name.starts_with('~'), "{third:?}");
        assert_eq!((detail.reachable, detail.known, detail.hidden), (2, 0, 1));
        let found = opened(&world, &rani, id, &wa_id, "0813-1111-0002").await;
        assert_eq!(names(&found), ["+62 813-1111-0002"]);

        network.changes(&format!("groups/{jid}"), json!({"subject": "Reseller Jateng"})).await;
        groups(&world, &rani, id, "the new subject", |all| all[0].subject == "Reseller Jateng").await;
        network.posts(&format!("groups/{jid}/participants"), json!({"remove": [BUDI]})).await;
        groups(&world, &rani, id, "that somebody left", |all| all[0].size == 3).await;
        network.posts(&format!("groups/{jid}/participants"), json!({"remove": [phone]})).await;
        groups(&world, &rani, id, "that it is in no group any more", <[GroupView]>::is_empty).await;
        let gone = group::open(&world.server, &rani.scope, id, &wa_id, &PageRequest::first(50)).await;
        assert!(matches!(gone, Err(server::Error::Domain(Error::NotFound))), "{gone:?}");
    }

    async fn a_change_at_the_moment_a_line_breaks_is_learnt(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        for subject in ["Reseller", "alumni"] {
            network.makes("groups", json!({"subject": subject, "account": phone, "participants": [RINA]})).await;
        }
        let all = groups(&world, &rani, id, "both groups", |groups| groups.len() == 2).await;
        assert_eq!(all.iter().map(|group| group.subject.as_str()).collect::<Vec<_>>(), ["alumni", "Reseller"]);
        network.fault(json!({"kind": "disconnect", "account": phone, "count": 1})).await;
        network.changes(&format!("groups/{}@g.us", all[0].wa_id), json!({"subject": "Alumni 2010"})).await;
        groups(&world, &rani, id, "the new subject", |all| all[0].subject == "Alumni 2010").await;
    }

    async fn a_group_tells_that_two_contacts_are_one_person(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        let by_phone = inbox::start(&world.server, &rani.scope, id, &format!("+{TAMU}")).await.expect("opens");
        network.persona(TAMU, json!({"hides_number": true})).await;
        network.says(TAMU, &phone, json!({"text": "Siapa ini?"})).await;
        until(&world.server, &rani, "somebody unknown", async || {
            (world.conversations(&rani).await.len() == 2).then_some(())
        })
        .await;
        network.persona(TAMU, json!({"hides_number": false})).await;
        network.makes("groups", json!({"subject": "Reseller", "account": phone, "participants": [TAMU, RINA]})).await;
        until(&world.server, &rani, "one conversation", async || {
            (world.conversations(&rani).await.len() == 1).then_some(())
        })
        .await;
        let said = world.said(&rani, by_phone).await;
        assert_eq!(said.into_iter().map(|(_, text)| text).collect::<Vec<_>>(), ["Siapa ini?"]);
        let contacts = contact::list(&world.server, &rani.scope, &PageRequest::first(50)).await.expect("lists");
        assert_eq!(contacts.total, 1, "nobody becomes a contact by being in a group");
    }

    async fn a_number_that_is_linked_to_another_phone_has_that_phones_groups(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        network.makes("groups", json!({"subject": "Reseller", "account": phone, "participants": [RINA]})).await;
        groups(&world, &rani, id, "the group", |groups| groups.len() == 1).await;
        number::log_out(&world.server, &rani.scope, id).await.expect("asks");
        number_in(&world.server, &rani, id, NumberState::LoggedOut).await;
        assert_eq!(groups(&world, &rani, id, "what is known", |_| true).await.len(), 1, "until it is linked again");
        link::relink(&world.server, &rani.scope, id).await.expect("asks for codes");
        until(&world.server, &rani, "a QR code", async || {
            link::qr_code(&world.server, &rani.scope, id).await.expect("asks")
        })
        .await;
        network.makes("accounts", json!({"phone": "6281255500142", "name": "Toko"})).await;
        network.makes("groups", json!({"subject": "Alumni", "account": "6281255500142", "participants": [BUDI]})).await;
        link::ask_pair_code(&world.server, &rani.scope, id, "0812 5550 0142").await.expect("asks for a code");
        let code = code_after(&world.server, &rani, id, None).await;
        link::type_on_sandbox_phone(&world.server, &rani.scope, id, &code).await.expect("types it");
        number_in(&world.server, &rani, id, NumberState::Connected).await;
        let all = groups(&world, &rani, id, "what is known", |_| true).await;
        assert!(all.iter().all(|group| group.subject == "Alumni"), "those were another phone's: {all:?}");
        groups(&world, &rani, id, "its own", |groups| groups.len() == 1 && groups[0].subject == "Alumni").await;
    }

    async fn members_become_contacts_that_keep_where_they_are_from(world: World) {
        let network = Network::start(&world).await;
        let rani = world.sign_up("Rani").await;
        let (id, phone) = world.connected(&rani, "CS").await;
        network.persona(TAMU, json!({"hides_number": true})).await;
        network.makes("groups", json!({"subject": "=Reseller, \"Solo\"", "account": phone,
            "participants": [RINA, BUDI, TAMU]})).await;
        let all = groups(&world, &rani, id, "the group", |groups| groups.len() == 1).await;
        let wa_id = all[0].wa_id.as_str();

        let import = group::import(&world.server, &rani.scope, id, wa_id).await.expect("makes a file");
        let check = contact::import::check(&world.server, &rani.scope, import, None).await.expect("checks");
        assert_eq!((check.counts.imported, check.counts.invalid), (2, 0), "{check:?}");
        contact::import::start(&world.server, &rani.scope, import, None).await.expect("starts");
        let done = contact::import::wait(&world.server, &rani.scope, import).await.expect("imports");
        assert_eq!(done.contacts.len(), 2);
        let status = contact::import::get(&world.server, &rani.scope, import).await.expect("is there").status;
        assert_eq!(status, ImportStatus::Done);
        for contact in done.contacts {
            let contact = contact::get(&world.server, &rani.scope, contact).await.expect("is there");
            assert_eq!(contact.attributes.get("Grup WhatsApp").map(String::as_str), Some("=Reseller, \"Solo\""));
        }
        let detail = opened(&world, &rani, id, wa_id, "").await;
        assert_eq!((detail.reachable, detail.known), (2, 2));

        let mut bytes = Vec::new();
        let export = server::export::open(&world.server, &rani.scope, id).await.expect("opens");
        export.write(&mut bytes).await.expect("writes");
        let files = unzip(bytes);
        let (_, groups) = files.iter().find(|(name, _)| name == "groups.csv").expect("a table of groups");
        let lines: Vec<_> = table(groups).into_iter().map(|line| [line[1].clone(), line[2].clone()]).collect();
        let subject = "'=Reseller, \"Solo\"";
        let mut expected = vec![["subject", "phone"], [subject, ""], [subject, RINA], [subject, BUDI], [subject, &phone]];
        let mut lines: Vec<_> = lines.iter().map(|line| line.each_ref().map(String::as_str)).collect();
        lines.sort_unstable();
        expected.sort_unstable();
        assert_eq!(lines, expected);

        let budi = world.sign_up("Budi").await;
        let refused = group::import(&world.server, &budi.scope, id, wa_id).await;
        assert!(matches!(refused, Err(server::Error::Domain(Error::NotFound))), "{refused:?}");
    }
}
