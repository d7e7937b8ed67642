//! The groups a number is in, and who else is in them.

use crate::{Page, PhoneNumber};
use serde::{Deserialize, Serialize};

/// Longest subject kept, in characters; WhatsApp allows 100.
pub const LONGEST_SUBJECT: usize = 200;
/// Members kept of a group: more than WhatsApp lets into one.
pub const MOST_MEMBERS: usize = 5_000;

/// A group in a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupView {
    /// Of the network: digits, in old groups with a hyphen. The same for every number that is in it.
    pub wa_id: String,
    /// What the group is called; may be empty.
    pub subject: String,
    /// People in it, the number among them.
    pub size: u64,
    /// The number may add and remove people.
    pub is_admin: bool,
    /// Only admins write.
    pub is_announcement: bool,
}

impl GroupView {
    /// What to call it, also when it has no subject.
    pub fn called(&self) -> &str {
        if self.subject.trim().is_empty() { &self.wa_id } else { &self.subject }
    }
}

/// Somebody in a group, as the network tells. At least one of phone and LID.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Absent of people whose number stays hidden.
    pub phone: Option<PhoneNumber>,
    /// Digits of the hidden id.
    pub lid: Option<String>,
    pub is_admin: bool,
    /// The number itself.
    pub is_self: bool,
}

/// What the network told of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub group: GroupView,
    /// The number first.
    pub members: Vec<Member>,
}

/// Somebody in a group, as its page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MemberView {
    /// Of the contact, else the number, else the end of the LID.
    pub name: String,
    pub member: Member,
    /// There is a contact with this number.
    pub is_known: bool,
}

/// A group with a page of those who are in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupDetail {
    pub group: GroupView,
    /// The number first, then admins, then by name, those without one last.
    pub members: Page<MemberView>,
    /// Members besides the number whose own number is known, and who could become contacts.
    pub reachable: u64,
    /// Of these, who are contacts already.
    pub known: u64,
    /// Members whose number is hidden.
    pub hidden: u64,
}

/// Whom of a group one can write to: members with a number, without the number itself.
pub fn reachable(members: &[Member]) -> impl Iterator<Item = &PhoneNumber> {
    members.iter().filter(|member| !member.is_self).filter_map(|member| member.phone.as_ref())
}

/// Whom of a group the network tells by both addresses.
pub fn known_by_both(members: &[Member]) -> impl Iterator<Item = (&PhoneNumber, &str)> {
    let others = members.iter().filter(|member| !member.is_self);
    others.filter_map(|member| member.phone.as_ref().zip(member.lid.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_hides_their_number_and_the_number_itself_are_not_reached() {
        let member = |digits: Option<&str>, is_self| Member {
            phone: digits.map(|digits| PhoneNumber::from_e164(digits).expect("well formed")),
            lid: Some("99000142".into()),
            is_admin: false,
            is_self,
        };
        let members = [member(Some("6281255500142"), false), member(None, false), member(Some("6281255500143"), true)];
        assert_eq!(reachable(&members).map(PhoneNumber::digits).collect::<Vec<_>>(), ["6281255500142"]);
    }
}
