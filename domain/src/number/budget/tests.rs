use super::*;
use crate::{
    number::{
        allowance::{Allowance, Forecast},
        limits::{CapStatus, Limits},
    },
    time::{DAY_MS, HOUR_MS, SECOND_MS},
};
use proptest::prelude::*;

const TODAY: Day = Day(20_777);
const NIGHT: QuietHours = QuietHours { from: 21 * 60, until: 7 * 60 };
const LUNCH: QuietHours = QuietHours { from: 12 * 60, until: 13 * 60 };

fn zone() -> Zone {
    Zone::default()
}

/// A time of today.
fn at(hour: i64, minute: i64) -> Millis {
    zone().start(TODAY) + hour * HOUR_MS + minute * MINUTE_MS
}

fn capped(cap: u32) -> Budget {
    Budget { cap: Some(cap), ..Budget::default() }
}

/// Of whom the network says nothing.
fn told(budget: Budget) -> Allowance {
    Allowance { budget, limits: Limits::default() }
}

fn warming(cap: u32, days: u32, first: u32) -> Budget {
    Budget { warm_up: Some(WarmUp { from: TODAY, days, first }), ..capped(cap) }
}

fn day(after: i64) -> Day {
    Day(TODAY.0 + after)
}

#[test]
fn without_a_cap_there_is_no_limit() {
    let free = Budget::of_new(Network::Sandbox, TODAY);
    assert_eq!((free.cap_on(TODAY), free.left(9_999, TODAY)), (None, None));
    assert_eq!(
        told(free).forecast(5_000, 5_000, 0, 0, zone(), at(9, 0)),
        Forecast { today: 5_000, done_at: Some(at(9, 0)) }
    );
}

#[test]
fn a_warm_up_grows_every_day_and_ends_at_the_cap() {
    let budget = warming(250, 14, 20);
    let caps: Vec<u32> = (0..16).filter_map(|n| budget.cap_on(day(n))).collect();
    assert_eq!((caps[0], caps[14], caps[15]), (20, 250, 250));
    assert!(caps[..15].windows(2).all(|two| two[0] < two[1]), "{caps:?}");
    assert_eq!(budget.warming(TODAY), Some((1, 14)));
    assert_eq!(budget.warming(day(13)), Some((14, 14)));
    assert_eq!(budget.warming(day(14)), None);
    assert_eq!(budget.cap_on(day(-3)), Some(20), "a clock that was set back does not give more");
}

#[test]
fn after_a_warning_nothing_new_goes_out_and_less_than_before_the_day_after() {
    let budget = capped(200).lower(140, TODAY);
    assert_eq!(budget.left(140, TODAY), Some(0));
    assert_eq!(budget.cap_on(day(1)), Some(112));
    assert_eq!(budget.cap_on(day(2)), Some(134));
    assert_eq!(budget.cap_on(day(9)), Some(200), "it grows back to the cap and no further");
    assert_eq!(budget.cap_on(day(-1)), Some(200));
}

#[test]
fn a_warning_before_the_first_chat_of_the_day_lowers_the_plan_and_not_to_nothing() {
    let budget = capped(250).lower(0, TODAY);
    assert_eq!((budget.left(0, TODAY), budget.cap_on(day(1))), (Some(0), Some(200)));
    assert!(budget.is_lowered_on(TODAY) && !budget.is_lowered_on(day(1)));
}

#[test]
fn a_number_without_a_cap_slows_down_as_well_and_is_free_again_in_the_end() {
    let budget = Budget::default().lower(1, TODAY);
    assert_eq!([0, 1, 2, 3].map(|n| budget.cap_on(day(n))), [Some(0), Some(1), Some(2), Some(3)]);
    assert_eq!(budget.cap_on(day(100)), None);
}

#[test]
fn the_night_is_skipped_over_midnight_and_a_lunch_on_its_day() {
    let night = Budget { quiet: Some(NIGHT), ..Budget::default() };
    assert_eq!(night.next_loud(at(20, 59), zone()), at(20, 59));
    assert_eq!(night.next_loud(at(21, 0), zone()), at(31, 0));
    assert_eq!(night.next_loud(at(3, 0), zone()), at(7, 0));
    assert_eq!(night.next_loud(at(7, 0), zone()), at(7, 0));
    let lunch = Budget { quiet: Some(LUNCH), ..Budget::default() };
    assert_eq!(lunch.next_loud(at(12, 30), zone()), at(13, 0));
    assert_eq!(lunch.next_loud(at(13, 0), zone()), at(13, 0));
}

#[test]
fn what_is_too_much_for_today_goes_on_tomorrow() {
    let said = told(capped(100)).forecast(250, 250, 40, 10 * SECOND_MS, zone(), at(9, 0));
    assert_eq!(said.today, 60);
    // 60 today, 100 tomorrow, 90 on the day after, from midnight on.
    assert_eq!(said.done_at, Some(zone().start(day(2)) + 89 * 10 * SECOND_MS));
}

#[test]
fn people_the_number_knows_wait_for_no_budget() {
    let said = told(capped(10)).forecast(50, 25, 0, MINUTE_MS, zone(), at(9, 0));
    // 10 of the 25 strangers and all 25 others today, 10 and 5 on the days after.
    assert_eq!(said, Forecast { today: 35, done_at: Some(zone().start(day(2)) + 4 * MINUTE_MS) });
}

#[test]
fn what_does_not_fit_before_the_night_goes_on_in_the_morning() {
    let budget = Budget { quiet: Some(NIGHT), ..Budget::default() };
    // An hour is left, a minute each: 60 leave, the next 60 from seven on.
    let said = told(budget).forecast(120, 120, 0, MINUTE_MS, zone(), at(20, 0));
    assert_eq!(said, Forecast { today: 60, done_at: Some(at(24 + 7, 59)) });
    let at_night = told(budget).forecast(3, 3, 0, MINUTE_MS, zone(), at(22, 0));
    assert_eq!(at_night, Forecast { today: 0, done_at: Some(at(24 + 7, 2)) });
}

#[test]
fn nothing_to_send_is_done_and_nothing_allowed_never_is() {
    assert_eq!(told(capped(0)).forecast(0, 0, 0, 0, zone(), at(9, 0)), Forecast { today: 0, done_at: Some(at(9, 0)) });
    assert_eq!(told(capped(0)).forecast(1, 1, 0, 0, zone(), at(9, 0)), Forecast { today: 0, done_at: None });
}

#[test]
fn a_time_of_the_day_is_read_and_written() {
    assert_eq!(minute_of_day("21:30"), Some(1_290));
    assert_eq!(minute_of_day(" 7.05 "), Some(425));
    for wrong in ["24:00", "7", "7:60", "", "a:b", "-1:00"] {
        assert_eq!(minute_of_day(wrong), None, "{wrong}");
    }
    assert_eq!(time_of_day(425), "07:05");
    assert!(QuietHours::new(60, 60).is_err() && QuietHours::new(1_440, 0).is_err());
}

fn form(fields: [&str; 5]) -> BudgetForm {
    let [cap, warm_up_days, warm_up_first, quiet_from, quiet_until] = fields.map(str::to_owned);
    BudgetForm { cap, warm_up_days, warm_up_first, quiet_from, quiet_until }
}

#[test]
fn a_form_gives_back_the_rules_it_was_made_of() {
    for budget in [Budget::default(), capped(0), warming(250, 14, 20), Budget::of_new(Network::Whatsapp, TODAY)] {
        let budget = budget.lower(3, TODAY);
        assert_eq!(BudgetForm::of(&budget).read(budget, day(5)), Ok(budget), "nothing was changed");
    }
    let longer = form(["250", "20", "20", "", ""]).read(warming(250, 14, 20), day(5)).expect("read");
    assert_eq!(longer.warm_up, Some(WarmUp { from: day(5), days: 20, first: 20 }), "another plan begins anew");
}

#[test]
fn a_form_names_the_field_that_is_wrong() {
    let field = |fields, name: &str| match form(fields).read(Budget::default(), TODAY) {
        Err(error) => error.of_field(name).cloned(),
        Ok(_) => None,
    };
    assert_eq!(field(["-1", "", "", "", ""], "cap"), Some(Field::OutOfRange { min: 0, max: CAP_MAX }));
    assert_eq!(field(["10", "91", "1", "", ""], "warm_up_days"), Some(Field::OutOfRange { min: 0, max: WARM_UP_MAX }));
    assert_eq!(field(["10", "5", "11", "", ""], "warm_up_first"), Some(Field::OutOfRange { min: 1, max: 10 }));
    assert_eq!(field(["10", "5", "", "", ""], "warm_up_first"), Some(Field::Required));
    assert_eq!(field(["", "5", "1", "", ""], "cap"), Some(Field::Required));
    assert_eq!(field(["", "", "", "21:00", ""], "quiet_until"), Some(Field::NotATime));
    assert_eq!(field(["", "", "", "21:00", "21:00"], "quiet_until"), Some(Field::NotATime));
}

/// Of whom the network says that a day has this many new chats, and that its day ends at so many hours.
fn within(budget: Budget, quota: u64, used: u64, ends: Millis) -> Allowance {
    let limits = Limits {
        quota: Some(quota),
        used,
        resets_at: Some(ends),
        cycle_ms: Some(DAY_MS),
        asked_at: Some(zone().start(TODAY)),
        ..Limits::default()
    };
    Allowance { budget, limits }
}

#[test]
fn strangers_wait_for_the_end_of_a_lock_and_the_others_do_not() {
    let limits = Limits { locked_until: Some(at(30, 0)), asked_at: Some(at(8, 0)), ..Limits::default() };
    let locked = Allowance { budget: Budget::default(), limits };
    assert_eq!((locked.left(0, zone(), at(9, 0)), locked.left(0, zone(), at(30, 0))), (Some(0), None));
    let said = locked.forecast(30, 20, 0, MINUTE_MS, zone(), at(9, 0));
    assert_eq!(said, Forecast { today: 10, done_at: Some(at(30, 19)) });
    let within_the_day = Allowance { limits: Limits { locked_until: Some(at(10, 0)), ..limits }, ..locked };
    let said = within_the_day.forecast(30, 20, 0, MINUTE_MS, zone(), at(9, 0));
    assert_eq!(said, Forecast { today: 30, done_at: Some(at(10, 19)) });
}

#[test]
fn the_stricter_of_budget_and_quota_counts() {
    let said = within(Budget::default(), 50, 45, at(17, 0)).forecast(100, 100, 0, MINUTE_MS, zone(), at(9, 0));
    // 5 before the network's day ends, 50 after it, 45 in the next.
    assert_eq!(said, Forecast { today: 55, done_at: Some(at(41, 44)) });
    let both = within(capped(20), 50, 0, at(17, 0));
    assert_eq!(both.left(5, zone(), at(9, 0)), Some(15));
    assert_eq!(both.forecast(30, 30, 0, MINUTE_MS, zone(), at(9, 0)).today, 20);
    let other = within(capped(80), 50, 40, at(17, 0));
    assert_eq!(other.left(5, zone(), at(9, 0)), Some(10));
}

#[test]
fn a_number_that_is_capped_without_figures_goes_on_after_the_end() {
    let limits = Limits {
        status: Some(CapStatus::Capped),
        resets_at: Some(at(12, 0)),
        asked_at: Some(at(8, 0)),
        ..Limits::default()
    };
    let capped = Allowance { budget: Budget::default(), limits };
    let said = capped.forecast(3, 3, 0, MINUTE_MS, zone(), at(9, 0));
    assert_eq!(said, Forecast { today: 3, done_at: Some(at(12, 2)) });
}

/// Sends one by one as the engine would, and counts. The network's day is as long as ours and begins at another hour.
fn replay(allowance: Allowance, messages: u64, used: u64, gap_ms: i64, now: Millis) -> Forecast {
    let Allowance { budget, limits } = allowance;
    let (mut at, mut opened, mut of_today, mut last) = (now, used, 0, now);
    let (mut quota, mut ends) = (limits.quota_left(), limits.resets_at.unwrap_or_default());
    for _ in 0..messages {
        loop {
            at = budget.next_loud(at, zone());
            let day = zone().day(at);
            let counted = if day == zone().day(last) { opened } else { 0 };
            while quota.is_some() && at >= ends {
                (quota, ends) = (limits.quota, ends + DAY_MS);
            }
            let tomorrow = zone().start(Day(day.0 + 1));
            if let Some(until) = limits.lock(at) {
                at = until.min(tomorrow);
            } else if quota == Some(0) {
                at = ends.min(tomorrow);
            } else if budget.left(counted, day) == Some(0) {
                at = tomorrow;
            } else {
                (opened, last) = (counted + 1, at);
                quota = quota.map(|left| left - 1);
                break;
            }
        }
        of_today += u64::from(zone().day(at) == zone().day(now));
        at = at + gap_ms;
    }
    Forecast { today: of_today, done_at: Some(last) }
}

proptest! {
    #[test]
    fn a_forecast_is_what_happens(
        cap in 1u32..60, first in 1u32..20, days in 1u32..10, messages in 1u64..300, used in 0u64..40,
        gap_minutes in 1i64..30, minute in 0i64..1_440, night in any::<bool>(), warned in any::<bool>(),
        quota in proptest::option::of((1u64..80, 0u64..80, 1i64..1_440)), locked in proptest::option::of(1i64..4_000),
    ) {
        let budget = warming(cap, days, first);
        let budget = if night { Budget { quiet: Some(NIGHT), ..budget } } else { budget };
        let budget = if warned { budget.lower(used, TODAY) } else { budget };
        let (gap, now) = (gap_minutes * MINUTE_MS, zone().start(TODAY) + minute * MINUTE_MS);
        let mut allowance = told(budget);
        if let Some((quota, spent, ends)) = quota {
            allowance = within(budget, quota, spent, now + ends * MINUTE_MS);
        }
        allowance.limits.locked_until = locked.map(|minutes| now + minutes * MINUTE_MS);
        let said = allowance.forecast(messages, messages, used, gap, zone(), now);
        let happens = replay(allowance, messages, used, gap, now);
        prop_assert!(said.done_at.is_some());
        if night {
            // A gap that reaches into the night is cut short by one and not by the other.
            let early = happens.done_at.expect("sent").since(said.done_at.expect("a cap")).abs();
            prop_assert!(early <= DAY_MS && said.today.abs_diff(happens.today) <= 1, "{:?} {:?}", said, happens);
        } else {
            prop_assert_eq!(said, happens);
        }
    }
}
