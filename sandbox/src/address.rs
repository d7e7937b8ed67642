//! Who is who on the network: phone numbers, LIDs and linked devices.

mod recipient;

pub use recipient::{GroupId, InvalidRecipient, Recipient};

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use wacore_binary::Jid;

use crate::random::derive;

/// A phone number as digits, country code first, without a plus.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(u64);

/// The text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 5 to 15 digits, country code first, without plus or leading zero")]
pub struct InvalidPhone;

impl Phone {
    /// The number as the protocol's login payload carries it.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The phone with this number, if it can be one.
    pub fn from_number(number: u64) -> Option<Self> {
        (10_000..MAX_USERS).contains(&number).then_some(Self(number))
    }

    /// `…@s.whatsapp.net`
    pub fn jid(self) -> Jid {
        Jid::pn(self.to_string())
    }
}

impl FromStr for Phone {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let number = if digits { text.parse().ok() } else { None };
        number.and_then(Self::from_number).ok_or(InvalidPhone)
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A linked device of an account. Device 0 is the phone itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct DeviceAddress {
    /// The account's phone number.
    pub account: Phone,
    /// The number of the device, from 1.
    pub device: u16,
}

/// One more than the highest number a phone or LID can have.
const MAX_USERS: u64 = 1_000_000_000_000_000;
const HALF_BITS: u32 = 25;
const HALF_MASK: u64 = (1 << HALF_BITS) - 1;

/// The LIDs of a world: a keyed permutation of all phone numbers, so that a hundred thousand people cost no table.
///
/// Four Feistel rounds on 50 bits, walked until the result is a number of at most 15 digits.
#[derive(Clone)]
pub struct Lids {
    round_keys: [u64; 4],
}

impl Lids {
    /// The permutation of the world with this key.
    pub fn new(key: [u8; 32]) -> Self {
        let derived = derive(&key, &[b"lid"]);
        let word = |round: usize| derived[8 * round..8 * (round + 1)].try_into().expect("eight of 32 bytes");
        Self { round_keys: [0, 1, 2, 3].map(|round| u64::from_be_bytes(word(round))) }
    }

    /// The LID of a phone, as digits.
    pub fn of(&self, phone: Phone) -> u64 {
        self.walk(phone.0, [0, 1, 2, 3])
    }

    /// `…@lid`
    pub fn jid(&self, phone: Phone) -> Jid {
        Jid::lid(self.of(phone).to_string())
    }

    /// The phone behind a phone-number or LID address.
    pub fn phone_of(&self, jid: &Jid) -> Option<Phone> {
        let number: u64 = jid.user_base().parse().ok().filter(|number| *number < MAX_USERS)?;
        match jid {
            jid if jid.is_lid() => Phone::from_number(self.walk(number, [3, 2, 1, 0])),
            jid if jid.is_pn() => Phone::from_number(number),
            _ => None,
        }
    }

    fn walk(&self, mut number: u64, rounds: [usize; 4]) -> u64 {
        loop {
            number = self.permute(number, rounds);
            if number < MAX_USERS {
                return number;
            }
        }
    }

    /// Its own inverse when the rounds run backwards, because the halves are swapped at the end.
    fn permute(&self, number: u64, rounds: [usize; 4]) -> u64 {
        let (mut left, mut right) = (number >> HALF_BITS, number & HALF_MASK);
        for round in rounds {
            (left, right) = (right, left ^ self.round(round, right));
        }
        right << HALF_BITS | left
    }

    /// Mixes well and is quick; nothing here has to be secret. (The constants are those of SplitMix64.)
    fn round(&self, round: usize, half: u64) -> u64 {
        let mixed = half ^ self.round_keys[round];
        let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) & HALF_MASK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_digits_only() {
        assert_eq!("6281234567890".parse::<Phone>().unwrap().to_string(), "6281234567890");
        for wrong in ["", "+62812345678", "0812345678", "62 812", "1234", "1234567890123456", "abc"] {
            assert_eq!(wrong.parse::<Phone>(), Err(InvalidPhone), "{wrong}");
        }
    }

    #[test]
    fn a_lid_leads_back_to_its_phone() {
        let lids = Lids::new([7; 32]);
        for number in [10_000, 628_111_222_333, 15_550_001_001, 999_999_999_999_999] {
            let phone = Phone::from_number(number).unwrap();
            assert_eq!(lids.phone_of(&lids.jid(phone)), Some(phone));
            assert_eq!(lids.phone_of(&phone.jid()), Some(phone));
            assert_ne!(lids.of(phone), number);
        }
    }

    #[test]
    fn two_worlds_give_other_lids() {
        let phone: Phone = "6281234567890".parse().unwrap();
        assert_ne!(Lids::new([1; 32]).of(phone), Lids::new([2; 32]).of(phone));
    }
}
