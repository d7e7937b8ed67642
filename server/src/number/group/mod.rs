//! The groups a number is in: what the network told of them, and making contacts of who is in them.

pub(crate) mod store;

use super::store::check;
use crate::{
    Server,
    contact::import::{self, Upload},
    error::Result,
    scope::Scope,
};
use anyhow::Context as _;
use domain::{
    ImportId, NumberId, Page, PageRequest,
    contact::display_name_or_lid,
    error::Refusal,
    number::group::{GroupDetail, GroupView, MemberView, reachable},
};
use std::collections::HashMap;

/// What a contact's value is called that says which group it is from: the same whoever makes the contact.
const GROUP: &str = "Grup WhatsApp";

/// One page of the number's groups by subject, those without one last.
///
/// Fails with `NotFound`.
pub async fn list(server: &Server, scope: &Scope, number: NumberId, request: &PageRequest) -> Result<Page<GroupView>> {
    let mut tx = server.db.read(scope).await?;
    check(&mut tx, number).await?;
    let mut groups = store::list(&mut tx, number).await?;
    groups.retain(|group| contains(&group.subject, &request.search));
    groups.sort_by_cached_key(|group| (group.subject.is_empty(), group.subject.to_lowercase(), group.wa_id.clone()));
    Ok(Page::of(groups, request))
}

/// A group with a page of who is in it and has the words in name or number.
///
/// Fails with `NotFound`, also when the number is no longer in the group.
pub async fn open(
    server: &Server,
    scope: &Scope,
    number: NumberId,
    wa_id: &str,
    request: &PageRequest,
) -> Result<GroupDetail> {
    let mut tx = server.db.read(scope).await?;
    check(&mut tx, number).await?;
    let (group, members) = store::get(&mut tx, number, wa_id).await?;
    let names = store::names(&mut tx, &members).await?;
    let of_phone: HashMap<_, _> = names.iter().filter_map(|known| Some((known.phone.clone()?, known))).collect();
    let of_lid: HashMap<_, _> = names.iter().filter_map(|known| Some((known.lid.clone()?, known))).collect();
    let (mut all, mut known) = (Vec::with_capacity(members.len()), 0);
    let reached = reachable(&members).count() as u64;
    let hidden = members.iter().filter(|member| member.phone.is_none() && !member.is_self).count() as u64;
    for member in members {
        let by_phone = member.phone.as_ref().and_then(|phone| of_phone.get(phone));
        let contact = by_phone.or_else(|| member.lid.as_ref().and_then(|lid| of_lid.get(lid)));
        let (name, push_name) = contact.map_or(("", ""), |contact| (&contact.name, &contact.push_name));
        let name = display_name_or_lid(name, push_name, member.phone.as_ref(), member.lid.as_deref());
        known += u64::from(by_phone.is_some() && !member.is_self);
        let is_known = contact.is_some_and(|contact| contact.phone.is_some());
        all.push(MemberView { name, is_known, member });
    }
    all.retain(|shown| is_searched(shown, &request.search));
    all.sort_by_cached_key(|shown| {
        let is_nameless = shown.name.starts_with(['+', '~']);
        (!shown.member.is_self, !shown.member.is_admin, is_nameless, shown.name.to_lowercase())
    });
    Ok(GroupDetail { group, members: Page::of(all, request), reachable: reached, known, hidden })
}

/// Hands the members whose numbers are known to an import, as a file whose second column says which group they are from:
/// what becomes of each is shown before anything is written.
///
/// Fails with `NotFound`, and with `NobodyToImport` when all hide their numbers.
pub async fn import(server: &Server, scope: &Scope, number: NumberId, wa_id: &str) -> Result<ImportId> {
    let mut tx = server.db.read(scope).await?;
    check(&mut tx, number).await?;
    let (group, members) = store::get(&mut tx, number, wa_id).await?;
    drop(tx);
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["phone", GROUP]).context("a head")?;
    let mut people = 0;
    for phone in reachable(&members) {
        file.write_record([phone.to_string().as_str(), group.called()]).context("a member")?;
        people += 1;
    }
    if people == 0 {
        return Err(Refusal::NobodyToImport.into());
    }
    let bytes = file.into_inner().context("a list of members")?;
    // What stands before a slash would be taken for a folder.
    let name: String = group.called().replace(['/', '\\'], "-").chars().take(100).collect();
    let upload = Upload { file_name: format!("{name}.csv"), bytes, region: None };
    Ok(import::upload(server, scope, upload).await?.id)
}

fn contains(text: &str, search: &str) -> bool {
    text.to_lowercase().contains(&search.trim().to_lowercase())
}

/// By name, or by some digits of the number however it is written.
fn is_searched(shown: &MemberView, search: &str) -> bool {
    if contains(&shown.name, search) {
        return true;
    }
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let is_number = !digits.is_empty() && !search.chars().any(char::is_alphabetic);
    is_number && shown.member.phone.as_ref().is_some_and(|phone| phone.digits().contains(digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{PhoneNumber, number::group::Member};

    #[test]
    fn members_are_found_by_name_and_by_number() {
        let phone = PhoneNumber::from_e164("6281255500142").expect("well formed");
        let member = Member { phone: Some(phone), lid: None, is_admin: false, is_self: false };
        let shown = MemberView { name: "Dewi Wijaya".into(), member, is_known: true };
        for (search, found) in
            [("", true), ("wija", true), ("0812-5550", true), ("5551", false), ("budi", false), ("toko 5", false)]
        {
            assert_eq!(is_searched(&shown, search), found, "{search}");
        }
    }
}
