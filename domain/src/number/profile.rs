//! What the account of a number shows of itself on WhatsApp.

use crate::{Error, error::Result, identity::length_problem, status::status};
use serde::{Deserialize, Serialize};

/// Longest name and longest words beside it, in characters; WhatsApp takes no more.
pub const NAME_MAX: u32 = 25;
pub const ABOUT_MAX: u32 = 139;
/// Sides of the picture that is given to the network, in pixels.
pub const PICTURE_SIDE: u32 = 640;

status! {
    /// A part of a profile.
    ProfilePart {
        Name => "name",
        About => "about",
        Picture => "picture",
    }
}

/// A profile as its page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// What people see who have not saved the number. Empty until the network told it.
    pub name: String,
    /// The words beside it.
    pub about: String,
    /// Where the picture is.
    pub picture: Option<String>,
    /// The network told it.
    pub is_known: bool,
    /// Something is to be changed, and the network does not have it yet.
    pub is_changing: bool,
    /// The network did not take this.
    pub refused: Option<ProfilePart>,
}

/// Name and about of a profile, each in one line as phones show it.
///
/// # Errors
/// `Invalid { name, about }`
pub fn words(name: &str, about: &str) -> Result<(String, String)> {
    let line = |text: &str| text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ").trim().to_owned();
    let (name, about) = (line(name), line(about));
    if let Some(problem) = length_problem(&name, 1, NAME_MAX) {
        return Err(Error::field("name", problem));
    }
    if let Some(problem) = length_problem(&about, 0, ABOUT_MAX) {
        return Err(Error::field("about", problem));
    }
    Ok((name, about))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Field;

    #[test]
    fn a_profile_has_a_name_and_no_more_than_whatsapp_takes() {
        assert_eq!(words(" Toko\nSolo ", ""), Ok(("Toko Solo".into(), String::new())));
        let long = |words: usize| "é".repeat(words);
        assert!(words(&long(25), &long(139)).is_ok());
        assert_eq!(words("\n", "Buka"), Err(Error::field("name", Field::Required)));
        assert_eq!(words(&long(26), ""), Err(Error::field("name", Field::TooLong { max: 25 })));
        assert_eq!(words("Toko", &long(140)), Err(Error::field("about", Field::TooLong { max: 139 })));
    }
}
