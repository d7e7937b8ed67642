//! Addresses of files: whoever has one may read that file until it ends. They stand in pages that only the team sees.

use crate::secret::Signer;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{MediaId, Millis, TenantId};
use uuid::Uuid;

/// What of a file is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    Whole,
    /// A smaller picture of it.
    Preview,
}

/// What an address stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub tenant: TenantId,
    pub media: MediaId,
    pub variant: Variant,
    pub until: Millis,
}

/// Tenant, file, variant, end: what is signed.
const SAID: usize = 16 + 16 + 1 + 8;

impl Link {
    /// `/media/…`
    pub(super) fn sign(&self, signer: &Signer) -> String {
        let said = self.said();
        format!("/media/{}", BASE64_URL_SAFE_NO_PAD.encode([&said[..], &signer.sign(PURPOSE, &said)].concat()))
    }

    /// The link of this address, as it stands behind `/media/`, unless it has ended or is not ours.
    pub fn read(address: &str, signer: &Signer, now: Millis) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(address).ok()?;
        let (said, signature) = bytes.split_at_checked(SAID)?;
        if !signer.verify(PURPOSE, said, signature) {
            return None;
        }
        let (tenant, rest) = said.split_first_chunk::<16>()?;
        let (media, rest) = rest.split_first_chunk::<16>()?;
        let (variant, until) = rest.split_first()?;
        let link = Self {
            tenant: Uuid::from_bytes(*tenant).into(),
            media: Uuid::from_bytes(*media).into(),
            variant: if *variant == 0 { Variant::Whole } else { Variant::Preview },
            until: Millis(i64::from_be_bytes(until.try_into().ok()?)),
        };
        (now < link.until).then_some(link)
    }

    fn said(&self) -> [u8; SAID] {
        let mut said = [0; SAID];
        said[..16].copy_from_slice(self.tenant.0.as_bytes());
        said[16..32].copy_from_slice(self.media.0.as_bytes());
        said[32] = u8::from(self.variant == Variant::Preview);
        said[33..].copy_from_slice(&self.until.0.to_be_bytes());
        said
    }
}

const PURPOSE: &str = "media link";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_works_until_it_ends_and_cannot_be_made_up() {
        let signer = Signer::new(&[7; 32]);
        let id = |n| Uuid::from_u128(n);
        let link = Link { tenant: id(1).into(), media: id(2).into(), variant: Variant::Preview, until: Millis(1_000) };
        let path = link.sign(&signer);
        let address = path.strip_prefix("/media/").expect("a path");
        assert_eq!(Link::read(address, &signer, Millis(999)), Some(link));
        assert_eq!(Link::read(address, &signer, Millis(1_000)), None);
        assert_eq!(Link::read(address, &Signer::new(&[8; 32]), Millis(0)), None);
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(address).expect("ours");
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            let other = BASE64_URL_SAFE_NO_PAD.encode(other);
            assert_eq!(Link::read(&other, &signer, Millis(0)), None, "byte {at}");
        }
        for garbage in ["", "%%%", "AAAA", &address[..40], &format!("{address}AA")] {
            assert_eq!(Link::read(garbage, &signer, Millis(0)), None, "{garbage}");
        }
    }
}
