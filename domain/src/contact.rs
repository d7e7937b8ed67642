//! People a tenant knows, and the values a message may say about them.

pub mod import;

use crate::{ContactId, Millis, PhoneNumber, template};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a contact file or a form says about a person beyond name and number: column header → value. Never empty values.
pub type Attributes = BTreeMap<String, String>;

/// A contact as lists and panels show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactView {
    pub id: ContactId,
    /// Absent while WhatsApp has told only the person's LID.
    pub phone: Option<PhoneNumber>,
    /// As the tenant calls the person; may be empty.
    pub name: String,
    /// As the person calls themself on WhatsApp; may be empty.
    pub push_name: String,
    /// Where the picture is that the person shows on WhatsApp; told in lists only.
    pub picture: Option<String>,
    pub attributes: Attributes,
    /// Since when this person wants no messages.
    pub opted_out_at: Option<Millis>,
    pub created_at: Millis,
}

impl ContactView {
    /// What to call the person: the tenant's name for them, their own, or the number.
    pub fn display_name(&self) -> String {
        display_name(&self.name, &self.push_name, self.phone.as_ref())
    }
}

/// What to call a person: the tenant's name, else their own, else the number for reading.
pub fn display_name(name: &str, push_name: &str, phone: Option<&PhoneNumber>) -> String {
    [name, push_name]
        .into_iter()
        .map(str::trim)
        .find(|name| !name.is_empty())
        .map_or_else(|| phone.map(PhoneNumber::readable).unwrap_or_default(), str::to_owned)
}

/// The same for somebody of whom nothing may be known but their LID: then its last digits.
pub fn display_name_or_lid(name: &str, push_name: &str, phone: Option<&PhoneNumber>, lid: Option<&str>) -> String {
    let known = display_name(name, push_name, phone);
    let Some(lid) = lid.filter(|_| known.is_empty()) else { return known };
    let last = lid.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    format!("~{}", &lid[last..])
}

/// A contact that turned out to be the same person as another one, and is part of that one since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedView {
    pub contact: ContactId,
    pub name: String,
    pub at: Millis,
}

/// A contact's values for [`crate::Template::render`], found whatever the letter case of the column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// `name` and `nama` are the contact's name, `phone`, `nomor` and `hp` its number; a column of that name in the
    /// file goes before the number, not before the name (which may have been corrected by hand since).
    pub fn of(name: &str, phone: Option<&PhoneNumber>, attributes: &Attributes) -> Self {
        let mut values: BTreeMap<_, _> =
            attributes.iter().map(|(header, value)| (template::key(header), value.clone())).collect();
        if let Some(phone) = phone {
            for key in ["phone", "nomor", "hp"] {
                values.entry(key.into()).or_insert_with(|| phone.readable());
            }
        }
        if !name.trim().is_empty() {
            for key in ["name", "nama"] {
                values.insert(key.into(), name.trim().to_owned());
            }
        }
        Self(values)
    }

    /// The value for a [`template::key`].
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_finds_every_column_and_the_name_under_both_words() {
        let attributes = Attributes::from([("Total Belanja".into(), "7.500".into()), ("Nama".into(), "dewi".into())]);
        let phone = PhoneNumber::from_e164("6281255500142").expect("well formed");
        let values = Variables::of("Dewi Wijaya", Some(&phone), &attributes);
        assert_eq!(values.get("total belanja"), Some("7.500"));
        assert_eq!(values.get("nama"), Some("Dewi Wijaya"));
        assert_eq!(values.get("name"), Some("Dewi Wijaya"));
        assert_eq!(values.get("hp"), Some("+62 812-5550-0142"));
        assert_eq!(values.get("kota"), None);
    }

    #[test]
    fn a_person_without_a_name_is_called_by_their_own_or_the_number() {
        let phone = PhoneNumber::from_e164("6281255500142").expect("well formed");
        assert_eq!(display_name(" ", "dewi", Some(&phone)), "dewi");
        assert_eq!(display_name("", "", Some(&phone)), "+62 812-5550-0142");
    }
}
