//! How a number behaves while it writes: what people see of it beside its words.

use serde::{Deserialize, Serialize};

/// For how long at least somebody is shown as online after they typed.
pub const LINGER_MS: i64 = 25_000;

/// Modest unless told otherwise: nobody is online day and night.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manner {
    /// "typing…" is shown before what campaigns and the chatbot write.
    pub types: bool,
    /// Shown as online as long as it is connected, not only while it types.
    pub stays_online: bool,
}

/// How long "typing…" is shown before a text leaves, in milliseconds: longer for longer texts, within what people wait
/// for, and never twice the same. `jitter` is any random number.
pub fn typing_ms(text: &str, jitter: u64) -> u64 {
    const LEAST: u64 = 1_000;
    const MOST: u64 = 8_000;
    let letters = text.chars().take(1_000).count() as u64;
    // A quick typist, from 80 to 120 per cent of it.
    let usual = 600 + letters * 45;
    (usual * (80 + jitter % 41) / 100).clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_texts_take_longer_and_nobody_waits_for_ever() {
        assert_eq!(typing_ms("", 0), 1_000);
        assert_eq!(typing_ms("Halo, pesanan Anda sudah siap diambil.", 20), 600 + 38 * 45);
        assert_eq!(typing_ms(&"panjang ".repeat(1_000), u64::MAX), 8_000);
    }

    #[test]
    fn two_of_the_same_length_differ() {
        let text = "Halo Kak, pesanan Kakak sudah siap.";
        assert!(typing_ms(text, 0) < typing_ms(text, 20) && typing_ms(text, 20) < typing_ms(text, 40));
        assert_eq!(typing_ms(text, 0), typing_ms(text, 41));
    }
}
