use super::*;
use proptest::prelude::*;

const NOW: Millis = Millis(1_795_150_800_000);

/// Unix seconds, so much after now.
fn secs(after_ms: i64) -> Option<String> {
    Some(((NOW.0 + after_ms) / SECOND_MS).to_string())
}

fn locked(ends: Option<&str>) -> Option<Millis> {
    let lock = Some(LockSaid { is_active: Some(true), ends: ends.map(str::to_owned) });
    Limits::default().after(&Answer { lock, cap: None }, NOW).locked_until
}

fn capped(cap: CapSaid) -> Limits {
    Limits::default().after(&Answer { lock: None, cap: Some(cap) }, NOW)
}

/// Fifty new chats a day, of which so many are used; the day ends in six hours.
fn fifty(used: &str, status: &str) -> Limits {
    capped(CapSaid {
        total: Some("50".into()),
        used: Some(used.into()),
        status: Some(status.into()),
        cycle_start: secs(-18 * HOUR_MS),
        cycle_end: secs(6 * HOUR_MS),
    })
}

#[test]
fn a_network_that_says_nothing_limits_nothing() {
    let nothing = Limits::default().after(&Answer::default(), NOW);
    assert_eq!(nothing, Limits { asked_at: Some(NOW), ..Limits::default() });
    assert_eq!((nothing.left(NOW), nothing.lock(NOW)), (None, None));
    assert_eq!((Limits::default().left(NOW), capped(CapSaid::default()).left(NOW)), (None, None));
}

#[test]
fn a_lock_holds_until_the_stated_time_and_no_longer() {
    let ends = secs(HOUR_MS);
    let lock = Some(LockSaid { is_active: Some(true), ends });
    let limits = Limits::default().after(&Answer { lock, cap: None }, NOW);
    assert_eq!(limits.lock(NOW), Some(NOW + HOUR_MS));
    assert_eq!((limits.left(NOW + HOUR_MS - 1), limits.left(NOW + HOUR_MS)), (Some(0), None));
    let over = Some(LockSaid { is_active: Some(false), ends: secs(HOUR_MS) });
    assert_eq!(limits.after(&Answer { lock: over, cap: None }, NOW).lock(NOW), None, "the network lifted it");
    assert_eq!(limits.after(&Answer::default(), NOW).lock(NOW), limits.lock(NOW), "no answer lifts nothing");
}

#[test]
fn a_lock_that_makes_no_sense_is_none_and_one_without_end_is_cut_short() {
    for odd in [None, Some(""), Some("soon"), Some("-1"), Some("0"), Some("1770000000"), Some("99999999999999999999")] {
        assert_eq!(locked(odd), None, "{odd:?}");
    }
    assert_eq!(locked(Some("9223372036854775807")), Some(NOW + LONGEST_MS));
    assert_eq!(locked(secs(91 * DAY_MS).as_deref()), Some(NOW + LONGEST_MS));
    let unsaid = Some(LockSaid { is_active: None, ends: secs(HOUR_MS) });
    assert_eq!(Limits::default().after(&Answer { lock: unsaid, cap: None }, NOW).locked_until, None);
}

#[test]
fn a_quota_is_what_is_left_of_it_until_the_cycle_ends() {
    let limits = fifty("12", "NONE");
    assert_eq!((limits.left(NOW), limits.status), (Some(38), Some(CapStatus::Free)));
    assert_eq!((limits.resets_at, limits.cycle_ms), (Some(NOW + 6 * HOUR_MS), Some(DAY_MS)));
    assert_eq!(fifty("70", "SECOND_WARNING").left(NOW), Some(0));
    assert_eq!(fifty("3", "CAPPED").left(NOW), Some(0), "the word counts more than the figures");
    // Until the network said how the next one begins; for ever waits nobody.
    let end = NOW + 6 * HOUR_MS;
    assert_eq!((limits.left(end), limits.left(end + GRACE_MS)), (Some(38), None));
}

#[test]
fn odd_figures_are_no_quota() {
    for total in ["-1", "", "many", "0x10", "1e9", "-99999999999999999999999999999999999999999"] {
        let limits = capped(CapSaid { total: Some(total.into()), ..CapSaid::default() });
        assert_eq!((limits.quota, limits.left(NOW)), (None, None), "{total}");
    }
    let huge = capped(CapSaid { total: Some("18446744073709551615".into()), ..CapSaid::default() });
    assert_eq!(huge.left(NOW), Some(COUNT_MAX));
    assert_eq!(fifty("-5", "MAYBE").left(NOW), Some(50));
    assert_eq!(fifty("0", "MAYBE").status, Some(CapStatus::Unknown));
    assert_eq!(
        capped(CapSaid { cycle_end: secs(400 * DAY_MS), ..CapSaid::default() }).resets_at,
        Some(NOW + LONGEST_MS)
    );
    assert_eq!(capped(CapSaid { cycle_end: Some("7".into()), ..CapSaid::default() }).resets_at, None);
}

#[test]
fn what_makes_no_sense_leaves_what_is_known() {
    let lock = |is_active, ends| Answer { lock: Some(LockSaid { is_active, ends }), cap: None };
    let locked = Limits::default().after(&lock(Some(true), secs(HOUR_MS)), NOW);
    for vague in [lock(None, None), lock(Some(true), None), lock(Some(true), Some("soon".into()))] {
        assert_eq!(locked.after(&vague, NOW).lock(NOW), Some(NOW + HOUR_MS), "{vague:?}");
    }
    let says = |cap: CapSaid| Answer { lock: None, cap: Some(cap) };
    let full = fifty("50", "CAPPED");
    let odd = CapSaid {
        total: Some("many".into()),
        used: Some("few".into()),
        status: Some("MAYBE".into()),
        ..CapSaid::default()
    };
    for vague in [CapSaid::default(), odd] {
        let after = full.after(&says(vague), NOW);
        assert_eq!((after.left(NOW), after.resets_at), (Some(0), full.resets_at));
    }
    let next = CapSaid { status: Some("MAYBE".into()), cycle_end: secs(30 * HOUR_MS), ..CapSaid::default() };
    assert_eq!(full.after(&says(next), NOW).left(NOW), Some(50), "another cycle begins with nothing used");
    let lifted = CapSaid { status: Some("NONE".into()), ..CapSaid::default() };
    assert_eq!(full.after(&says(lifted), NOW).left(NOW), None, "no figure and no warning");
}

#[test]
fn a_quota_without_an_end_counts_for_a_day_at_most() {
    let limits = capped(CapSaid { total: Some("5".into()), used: Some("5".into()), ..CapSaid::default() });
    assert_eq!((limits.left(NOW), limits.left(NOW + DAY_MS)), (Some(0), None));
}

#[test]
fn the_network_is_asked_hourly_and_when_something_ends() {
    assert_eq!(Limits::default().ask_at(), Millis(0), "at once when it was never asked");
    let asked = Limits { asked_at: Some(NOW), ..Limits::default() };
    assert_eq!(asked.ask_at(), NOW + ASK_EVERY_MS);
    let soon = Limits { resets_at: Some(NOW + MINUTE_MS), ..asked };
    assert_eq!(soon.ask_at(), NOW + MINUTE_MS);
    let over = Limits { resets_at: Some(NOW - 1), locked_until: Some(NOW), ..asked };
    assert_eq!(over.ask_at(), NOW + ASK_EVERY_MS, "what had ended before is no reason to ask again");
}

proptest! {
    #[test]
    fn nothing_the_network_says_can_hurt(
        is_active in any::<Option<bool>>(), words in proptest::collection::vec(proptest::option::of("\\PC{0,24}|-?[0-9]{1,40}"), 6),
        now in any::<i64>(),
    ) {
        let word = |n: usize| words.get(n).cloned().flatten();
        let lock = Some(LockSaid { is_active, ends: word(0) });
        let cap = CapSaid { total: word(1), used: word(2), status: word(3), cycle_start: word(4), cycle_end: word(5) };
        let now = Millis(now);
        let limits = Limits::default().after(&Answer { lock, cap: Some(cap) }, now);
        prop_assert!(limits.lock(now).is_none_or(|until| until <= now + LONGEST_MS));
        prop_assert!(limits.ask_at() > now || now.0 == i64::MAX);
        prop_assert_eq!(limits.is_limited(now), limits.left(now).is_some());
    }
}
