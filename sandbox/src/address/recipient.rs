//! Whom a message is for: somebody, or everybody in a group.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wacore_binary::{Jid, JidExt as _};

use super::Phone;

/// Where the digits of group addresses begin, as on the real network: 18 digits, the first six always these.
const FIRST_GROUP: u64 = 120_363_000_000_000_000;
const GROUPS: u64 = 1_000_000_000_000;

/// A group, by the digits of its address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(u64);

/// The text is not the address of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the address of a group, as 120363012345678901@g.us")]
pub struct InvalidGroup;

impl GroupId {
    /// The group that a random number stands for.
    pub fn of(number: u64) -> Self {
        Self(FIRST_GROUP + number % GROUPS)
    }

    /// The digits.
    pub fn number(self) -> u64 {
        self.0
    }

    /// `…@g.us`
    pub fn jid(self) -> Jid {
        Jid::group(self.0.to_string())
    }

    /// The group at an address.
    pub fn of_jid(jid: &Jid) -> Option<Self> {
        Self::of_digits(&jid.user).filter(|_| jid.is_group())
    }

    fn of_digits(digits: &str) -> Option<Self> {
        let number: u64 = digits.parse().ok().filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        (FIRST_GROUP..FIRST_GROUP + GROUPS).contains(&number).then_some(Self(number))
    }
}

impl FromStr for GroupId {
    type Err = InvalidGroup;

    fn from_str(text: &str) -> Result<Self, InvalidGroup> {
        text.strip_suffix("@g.us").and_then(Self::of_digits).ok_or(InvalidGroup)
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@g.us", self.0)
    }
}

impl fmt::Debug for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for GroupId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GroupId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Whom a message is for. Written as a phone's digits or as a group's address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Recipient {
    One(Phone),
    Group(GroupId),
}

/// The text is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a phone number, 5 to 15 digits without plus, or the address of a group, as 120363012345678901@g.us")]
pub struct InvalidRecipient;

impl Recipient {
    /// The phone, when it is for one.
    pub fn phone(self) -> Option<Phone> {
        match self {
            Self::One(phone) => Some(phone),
            Self::Group(_) => None,
        }
    }

    /// The group, when it is for one.
    pub fn group(self) -> Option<GroupId> {
        match self {
            Self::One(_) => None,
            Self::Group(group) => Some(group),
        }
    }
}

impl From<Phone> for Recipient {
    fn from(phone: Phone) -> Self {
        Self::One(phone)
    }
}

impl From<GroupId> for Recipient {
    fn from(group: GroupId) -> Self {
        Self::Group(group)
    }
}

impl FromStr for Recipient {
    type Err = InvalidRecipient;

    fn from_str(text: &str) -> Result<Self, InvalidRecipient> {
        let one = || text.parse().map(Self::One).map_err(|_| InvalidRecipient);
        text.parse().map(Self::Group).or_else(|InvalidGroup| one())
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(phone) => phone.fmt(f),
            Self::Group(group) => group.fmt(f),
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_phones_are_told_apart() {
        let group = GroupId::of(42);
        assert_eq!(group.to_string(), "120363000000000042@g.us");
        assert_eq!(group.to_string().parse(), Ok(Recipient::Group(group)));
        assert_eq!(GroupId::of_jid(&group.jid()), Some(group));
        let phone: Phone = "6281234567890".parse().unwrap();
        assert_eq!("6281234567890".parse(), Ok(Recipient::One(phone)));
        for wrong in ["", "42@g.us", "120363000000000042", "+120363000000000042@g.us", "6281234567890@s.whatsapp.net"] {
            assert_eq!(wrong.parse::<Recipient>(), Err(InvalidRecipient), "{wrong}");
        }
        assert_eq!(GroupId::of_jid(&phone.jid()), None);
    }
}
