//! The whole world of the sandbox, as its operator sees and changes it.

use super::{PersonaForm, Traffic};
use crate::{Error, Field, Millis, PhoneNumber, error::Result, number::budget::whole};
use serde::{Deserialize, Serialize};

/// What is typed before everything is thrown away, in every language.
pub const RESET_WORD: &str = "RESET";

/// How the world is at this moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldView {
    /// How many people wrote or were written to.
    pub people: u64,
    /// What all phones sent, as the network counted it.
    pub traffic: Traffic,
    /// Every phone with an account.
    pub phones: Vec<WorldPhone>,
}

/// A phone of the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldPhone {
    pub phone: PhoneNumber,
    /// What it is called on the network.
    pub name: String,
    /// Whose number it is; none for phones that were made beside Sapa.
    pub owner: Option<PhoneOwner>,
    /// Addresses chats by LID, not by phone number.
    pub by_lid: bool,
    /// Linked devices.
    pub devices: u64,
    pub connected: u64,
    /// One of its clients says that it is there.
    pub online: bool,
    /// New chats since the day began; none while they are unlimited.
    pub new_chats: Option<u64>,
    pub new_chats_cap: Option<u64>,
    /// Until then the network lets it write to nobody new.
    pub locked_until: Option<Millis>,
    /// Until then it cannot log in.
    pub banned_until: Option<Millis>,
}

/// The number of a tenant behind a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneOwner {
    pub tenant: String,
    /// What the tenant calls the number.
    pub label: String,
}

/// How the world works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldRules {
    /// What people do follows from it.
    pub seed: u64,
    /// How people behave who were not told otherwise.
    pub defaults: PersonaForm,
    pub policy: PolicyForm,
}

/// The limits of the network as a form has them; empty: none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyForm {
    #[serde(default)]
    pub new_chats_per_day: String,
    /// How long a lock lasts, in minutes.
    #[serde(default)]
    pub lock_minutes: String,
    #[serde(default)]
    pub messages_per_minute: String,
    /// Refusals in a day before a ban.
    #[serde(default)]
    pub ban_after: String,
    /// How long a ban lasts, in minutes.
    #[serde(default)]
    pub ban_minutes: String,
}

/// The limits of the network, checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyRules {
    pub new_chats_per_day: Option<u32>,
    pub lock_minutes: Option<u32>,
    pub messages_per_minute: Option<u32>,
    pub ban_after: Option<u32>,
    pub ban_minutes: Option<u32>,
}

impl PolicyForm {
    /// The limits, checked.
    ///
    /// # Errors
    /// `Invalid` with the field that is wrong.
    pub fn read(&self) -> Result<PolicyRules> {
        const MANY: u32 = 1_000_000;
        /// Thirty days.
        const LONG: u32 = 43_200;
        Ok(PolicyRules {
            new_chats_per_day: whole("new_chats_per_day", &self.new_chats_per_day, 0, MANY)?,
            lock_minutes: whole("lock_minutes", &self.lock_minutes, 1, LONG)?,
            messages_per_minute: whole("messages_per_minute", &self.messages_per_minute, 1, MANY)?,
            ban_after: whole("ban_after", &self.ban_after, 1, MANY)?,
            ban_minutes: whole("ban_minutes", &self.ban_minutes, 1, LONG)?,
        })
    }
}

/// The seed that a form has.
///
/// # Errors
/// `Invalid { seed }`
pub fn seed(text: &str) -> Result<u64> {
    match text.trim() {
        "" => Err(Error::field("seed", Field::Required)),
        text => text.parse().map_err(|_| Error::field("seed", Field::NotANumber)),
    }
}

/// Whether the word was typed that throws everything away.
///
/// # Errors
/// `Invalid { word }`
pub fn reset_word(typed: &str) -> Result<()> {
    match typed.trim() {
        "" => Err(Error::field("word", Field::Required)),
        typed if typed.eq_ignore_ascii_case(RESET_WORD) => Ok(()),
        _ => Err(Error::field("word", Field::OtherWord)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong_field<T: std::fmt::Debug>(result: Result<T>) -> String {
        match result {
            Err(Error::Invalid(problems)) => problems[0].field.clone(),
            read => panic!("not refused: {read:?}"),
        }
    }

    #[test]
    fn a_limit_that_is_empty_is_none() {
        assert_eq!(PolicyForm::default().read(), Ok(PolicyRules::default()));
        let none_new = PolicyForm { new_chats_per_day: " 0 ".into(), ..PolicyForm::default() };
        assert_eq!(none_new.read().expect("limits").new_chats_per_day, Some(0));
    }

    #[test]
    fn what_is_wrong_names_its_field() {
        let form = PolicyForm::default;
        assert_eq!(wrong_field(PolicyForm { new_chats_per_day: "many".into(), ..form() }.read()), "new_chats_per_day");
        assert_eq!(wrong_field(PolicyForm { lock_minutes: "0".into(), ..form() }.read()), "lock_minutes");
        assert_eq!(
            wrong_field(PolicyForm { messages_per_minute: "-1".into(), ..form() }.read()),
            "messages_per_minute"
        );
        assert_eq!(wrong_field(PolicyForm { ban_after: "0".into(), ..form() }.read()), "ban_after");
        assert_eq!(wrong_field(PolicyForm { ban_minutes: "43201".into(), ..form() }.read()), "ban_minutes");
        assert_eq!((wrong_field(seed("")), wrong_field(seed("-1"))), ("seed".into(), "seed".into()));
        assert_eq!(seed(" 18446744073709551615 "), Ok(u64::MAX));
        assert_eq!((wrong_field(reset_word("")), wrong_field(reset_word("yes"))), ("word".into(), "word".into()));
        assert_eq!(reset_word("reset "), Ok(()));
    }
}
