//! When the message to each person may leave.

use crate::{contact::zone, number::health};
use domain::{
    Millis, PhoneNumber,
    campaign::{Clock, Schedule},
    contact::Attributes,
    time::Wall,
};
use jiff::tz::TimeZone;

/// Of one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// Not before; the beginning of time when the campaign itself begins in time.
    pub due_at: Millis,
    /// Not from then on.
    pub expires_at: Option<Millis>,
}

/// The times of a person with this number, of whom this is known.
pub(super) fn times(schedule: &Schedule, phone: Option<&PhoneNumber>, attributes: &Attributes) -> Times {
    let zone = match schedule.clock {
        Clock::Recipient => zone::of(phone, attributes),
        Clock::Tenant => None,
    };
    let due_at = match schedule.clock {
        Clock::Recipient => schedule.start.map_or(Millis(0), |start| at(zone.as_ref(), start)),
        Clock::Tenant => Millis(0),
    };
    Times { due_at, expires_at: schedule.deadline.map(|deadline| at(zone.as_ref(), deadline)) }
}

/// By the tenant's clock where nobody knows the person's.
fn at(zone: Option<&TimeZone>, wall: Wall) -> Millis {
    zone.and_then(|zone| zone::moment(zone, wall)).unwrap_or_else(|| health::zone().at(wall))
}
