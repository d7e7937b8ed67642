//! The network's randomness: one seeded source for keys and ids, and pure draws for behaviour.

use std::sync::Mutex;

use hmac::{Hmac, KeyInit, Mac};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::Sha256;

/// A seeded source shared by the whole network.
#[derive(Debug)]
pub struct Random(Mutex<StdRng>);

impl Random {
    /// The source number `opening` of a world with `seed`: a world that is opened again must not repeat its ids.
    pub fn seeded(seed: u64, opening: u64) -> Self {
        let start = digest(&[&seed.to_be_bytes(), &opening.to_be_bytes()]);
        Self(Mutex::new(StdRng::from_seed(start)))
    }

    /// A generator of its own for the caller, so that nobody draws under the lock.
    pub fn fork(&self) -> StdRng {
        StdRng::from_seed(self.bytes())
    }

    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).fill_bytes(&mut out);
        out
    }

    /// A message id as a phone makes it.
    pub fn message_id(&self) -> String {
        self.bytes::<9>().iter().fold("3EB0".to_owned(), |id, byte| id + &format!("{byte:02X}"))
    }
}

/// A seed nobody chose.
pub fn unchosen_seed() -> u64 {
    rand::random()
}

/// `HMAC-SHA256(key, parts…)`: everything about a person that must be the same each time it is asked for.
pub fn derive(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A sequence of draws that depends on nothing but its key.
#[derive(Debug)]
pub struct Draws(StdRng);

impl Draws {
    /// The draws for one occasion: the same `parts` always give the same sequence.
    pub fn of(seed: u64, parts: &[&[u8]]) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_be_bytes());
        Self(StdRng::from_seed(derive(&key, parts)))
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        // 53 bits: what a double holds.
        let unit = (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        unit < p
    }

    /// A number in `lo..=hi`.
    pub fn between(&mut self, lo: u64, hi: u64) -> u64 {
        match hi.saturating_sub(lo).checked_add(1) {
            Some(width) => lo + self.0.next_u64() % width,
            None => self.0.next_u64(),
        }
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    derive(&[0; 32], parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_occasion_draws_the_same() {
        let draw = |id: &[u8]| Draws::of(7, &[b"deliver", id]).between(0, 1_000_000);
        assert_eq!(draw(b"A"), draw(b"A"));
        assert_ne!(draw(b"A"), draw(b"B"));
    }

    #[test]
    fn a_world_opened_again_makes_other_ids() {
        assert_ne!(Random::seeded(1, 1).message_id(), Random::seeded(1, 2).message_id());
        assert_eq!(Random::seeded(1, 1).message_id(), Random::seeded(1, 1).message_id());
    }

    #[test]
    fn chances_are_kept_at_the_ends() {
        let mut draws = Draws::of(1, &[]);
        assert!((0..100).all(|_| draws.chance(1.0)));
        assert!((0..100).all(|_| !draws.chance(0.0)));
    }
}
