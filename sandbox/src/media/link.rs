//! Where a file stands on the media host.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the host calls a file: the SHA-256 of its encrypted bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token([u8; 32]);

/// The text is not a token or link.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be the base64url of a SHA-256")]
pub struct InvalidToken;

impl Token {
    /// The token of a file whose encrypted bytes have this SHA-256.
    pub fn new(sha256: [u8; 32]) -> Self {
        Self(sha256)
    }

    /// The hash as the control API writes it.
    pub fn hex(&self) -> String {
        self.0.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
    }

    /// Whether these bytes are the hash that it stands for.
    pub fn is(&self, sha256: &[u8]) -> bool {
        self.0 == sha256
    }
}

impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidToken)?;
        bytes.try_into().map(Self).map_err(|_| InvalidToken)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A file's address on the host, the `direct_path` of messages: `/v/{token}/{edition}`. A file that went missing and was
/// uploaded again has another edition, so the old address stays gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    pub token: Token,
    pub edition: u32,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/v/{}/{}", self.token, self.edition)
    }
}

impl FromStr for Link {
    type Err = InvalidToken;

    fn from_str(path: &str) -> Result<Self, InvalidToken> {
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let (token, edition) = path.strip_prefix("/v/").and_then(|it| it.split_once('/')).ok_or(InvalidToken)?;
        Ok(Self { token: token.parse()?, edition: edition.parse().map_err(|_| InvalidToken)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_as_it_is_written() {
        let link = Link { token: Token::new([255; 32]), edition: 3 };
        assert_eq!(link.to_string().parse(), Ok(link));
        assert_eq!(format!("{link}?auth=x").parse(), Ok(link));
        for wrong in
            ["", "/", "/v/", "/v/abc/1", "/w/x", &format!("/v/{}", link.token), &format!("/v/{}/x", link.token)]
        {
            assert_eq!(wrong.parse::<Link>(), Err(InvalidToken), "{wrong}");
        }
    }
}
