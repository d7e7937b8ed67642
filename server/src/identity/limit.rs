//! How often somebody may try to sign in: per address, and per account whatever the address.

use domain::Error;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use std::{hash::Hash, net::IpAddr, num::NonZeroU32};

/// Attempts an address may make at once; then one every three seconds.
const PER_ADDRESS: Quota = Quota::per_minute(NonZeroU32::new(20).expect("not zero"));
/// Attempts at one account at once; then one every six seconds.
const PER_ACCOUNT: Quota = Quota::per_minute(NonZeroU32::new(10).expect("not zero"));

/// Counts attempts in this process.
pub struct SignInLimits {
    address: DefaultKeyedRateLimiter<IpAddr>,
    account: DefaultKeyedRateLimiter<String>,
}

impl Default for SignInLimits {
    fn default() -> Self {
        Self { address: RateLimiter::keyed(PER_ADDRESS), account: RateLimiter::keyed(PER_ACCOUNT) }
    }
}

impl SignInLimits {
    /// Counts one attempt; `TooMany` when there were too many.
    pub fn check(&self, address: IpAddr, email: &str) -> Result<(), Error> {
        check_key(&self.address, &address)?;
        check_key(&self.account, &email.to_owned())
    }

    /// The same where no account is named yet.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Error> {
        check_key(&self.address, &address)
    }

    /// Forgets keys that are free again, so that the memory of attempts stays small. Called now and then.
    pub fn forget_old(&self) {
        self.address.retain_recent();
        self.account.retain_recent();
    }
}

fn check_key<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Error> {
    limiter.check_key(key).map_err(|not_until| {
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Error::TooMany { retry_after_s: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_one_account_from_many_addresses_is_stopped() {
        let limits = SignInLimits::default();
        let tries = (1..=30u8).map(|n| limits.check(IpAddr::from([10, 0, 0, n]), "rani@toko.id"));
        let refused = tries.filter(|outcome| matches!(outcome, Err(Error::TooMany { retry_after_s: 1.. }))).count();
        assert_eq!(refused, 20);
        assert!(limits.check(IpAddr::from([10, 0, 1, 1]), "budi@toko.id").is_ok(), "others are not held up");
    }
}
