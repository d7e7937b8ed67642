//! What is kept, and how a row is named.

/// The sort of a row. Constants only: a kind is part of the table's contract and is never renamed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Kind(pub(super) &'static str);

impl Kind {
    /// address → 32 bytes
    pub(super) const IDENTITY: Self = Self("identity");
    /// address → Signal session record
    pub(super) const SESSION: Self = Self("session");
    /// id → one-time key record
    pub(super) const PREKEY: Self = Self("prekey");
    /// id → signed key record
    pub(super) const SIGNED_PREKEY: Self = Self("signed_prekey");
    /// address → sender key record of a group
    pub(super) const SENDER_KEY: Self = Self("sender_key");

    /// key id → `AppStateSyncKey`
    pub(super) const SYNC_KEY: Self = Self("sync_key");
    /// one row → id of the sync key stored last
    pub(super) const LATEST_SYNC_KEY: Self = Self("latest_sync_key");
    /// collection → `HashState`
    pub(super) const APP_VERSION: Self = Self("app_version");
    /// collection, index mac → value mac
    pub(super) const MUTATION_MAC: Self = Self("mutation_mac");

    /// group, device → whether it has our sender key, then the device's address
    pub(super) const SENDER_KEY_DEVICE: Self = Self("sender_key_device");
    /// lid → `LidPnMappingEntry`
    pub(super) const LID_MAPPING: Self = Self("lid_mapping");
    /// phone number → the lid seen with it last
    pub(super) const PN_MAPPING: Self = Self("pn_mapping");
    /// address, message → base key of the session then
    pub(super) const BASE_KEY: Self = Self("base_key");
    /// user → `DeviceListRecord`
    pub(super) const DEVICE_LIST: Self = Self("device_list");
    /// group → what the library serialises
    pub(super) const GROUP_METADATA: Self = Self("group_metadata");
    /// contact → its address and `TcTokenEntry`
    pub(super) const TC_TOKEN: Self = Self("tc_token");
    /// chat, message → what was sent, for a retry; forgotten by time of sending
    pub(super) const SENT_MESSAGE: Self = Self("sent_message");
    /// chat, sender, message → what was received and not yet taken over; forgotten by time of arrival
    pub(super) const PENDING_INBOUND: Self = Self("pending_inbound");

    /// chat, sender, message → secret for its replies; forgotten at its deadline
    pub(super) const MSG_SECRET: Self = Self("msg_secret");
    /// one row → the `Device` itself
    pub(super) const DEVICE: Self = Self("device");
}

/// The place of a row in its session.
pub(super) type Place = (Kind, String);

/// The key of kinds that have one row.
pub(super) const ONLY: &str = "";

/// Several parts as one key, spaces between them. Spaces and control characters inside a part are escaped, so that no
/// message id, which a stranger chooses, can pass for another key.
pub(super) fn key<const N: usize>(parts: [&str; N]) -> String {
    parts.map(escaped).join(" ")
}

/// What the keys start with whose first part is `part`.
pub(super) fn first(part: &str) -> String {
    escaped(part) + " "
}

/// A number that sorts as text.
pub(super) fn number(id: u32) -> String {
    format!("{id:010}")
}

/// Bytes as text.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}

fn escaped(part: &str) -> String {
    use std::fmt::Write as _;
    part.chars().fold(String::with_capacity(part.len()), |mut text, c| {
        if c == '%' || c <= ' ' {
            write!(text, "%{:02x}", u32::from(c)).expect("a String takes everything");
        } else {
            text.push(c);
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_run_into_each_other() {
        assert_eq!(key(["a b", "c"]), "a%20b c");
        assert_ne!(key(["a b", "c"]), key(["a", "b c"]));
        assert_ne!(key(["a%20b", "c"]), key(["a b", "c"]));
        assert!(key(["a", "b"]).starts_with(&first("a")));
        assert!(!key(["ab", "c"]).starts_with(&first("a")));
        assert_eq!(key(["\0"]), "%00", "PostgreSQL takes no NUL in a text");
    }

    #[test]
    fn numbers_sort_as_text() {
        assert!(number(9) < number(10));
        assert_eq!(number(u32::MAX).parse(), Ok(u32::MAX));
        assert_eq!(hex(&[0, 255]), "00ff");
    }
}
