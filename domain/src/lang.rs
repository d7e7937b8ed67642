//! The languages Sapa speaks.

use serde::{Deserialize, Serialize};

/// A language of the product. Indonesian is the default: it is the language of the people Sapa is built for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Id,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// The BCP 47 tag, as in `<html lang>`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// The language a tag such as `en`, `en-GB` or `id_ID.UTF-8` asks for, if it is one of ours.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', '.']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "id" | "in" => Some(Self::Id),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The first of our languages in an `Accept-Language` header; order is taken as preference.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        header.split(',').filter_map(|part| Self::from_tag(part.split(';').next().unwrap_or_default())).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_of_the_browser_is_used() {
        assert_eq!(Lang::from_accept_language("fr-FR,en-GB;q=0.8,id;q=0.5"), Some(Lang::En));
        assert_eq!(Lang::from_accept_language("in"), Some(Lang::Id));
        assert_eq!(Lang::from_accept_language("fr, de"), None);
    }
}
