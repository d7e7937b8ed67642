//! The `auth` by which the media host knows an account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::address::Phone;
use crate::random::derive;
use crate::world::Realm;

/// The account's `auth`; good until the world is reset.
pub fn of(realm: &Realm, account: Phone) -> String {
    let proof = derive(&realm.secret, &[b"media auth", &account.number().to_be_bytes()]);
    format!("{account}.{}", URL_SAFE_NO_PAD.encode(proof))
}

/// Whose `auth` this is.
pub fn holder(realm: &Realm, auth: &str) -> Option<Phone> {
    let (account, _) = auth.split_once('.')?;
    let account = account.parse().ok()?;
    (of(realm, account) == auth).then_some(account)
}
