//! What happened over time, as a chart: sums that only rise, at points of equal distance.

use super::text;
use crate::{
    format::{self, Zone},
    ui::{ChartData, Part, Series},
};
use domain::{Lang, Millis, campaign::CampaignMinute, time::MINUTE_MS};

/// Most points a chart has; a longer campaign has wider steps.
const POINTS: i64 = 120;

/// Sums of submitted, delivered, read, replied and failed. Begins one step before the first minute, at nothing, so that
/// a campaign of one minute is a line as well.
pub fn over_time(lang: Lang, zone: Zone, minutes: &[CampaignMinute]) -> ChartData {
    let (Some(first), Some(last)) = (minutes.first(), minutes.last()) else { return ChartData::default() };
    let step = (last.at.since(first.at) / MINUTE_MS / POINTS + 1) * MINUTE_MS;
    let steps = usize::try_from(last.at.since(first.at) / step + 2).unwrap_or(2);
    let mut sums = vec![CampaignMinute::default(); steps];
    for minute in minutes {
        let i = usize::try_from(minute.at.since(first.at) / step + 1).unwrap_or(1);
        add(&mut sums[i], minute);
    }
    for i in 1..steps {
        let before = sums[i - 1];
        add(&mut sums[i], &before);
    }
    // A point stands for the end of its step.
    let time = |i: i64| format::time(lang, zone, Millis(first.at.0 + i * step));
    let series = |name: &'static str, part, value: fn(&CampaignMinute) -> u64| {
        Series::new(name, part, sums.iter().map(value).collect::<Vec<_>>())
    };
    ChartData {
        points: (0..).take(steps).map(time).collect(),
        series: vec![
            series(text::submitted(lang), Part::Submitted, |m| m.sent),
            series(text::delivered(lang), Part::Delivered, |m| m.delivered),
            series(text::read(lang), Part::Read, |m| m.read),
            series(text::replied(lang), Part::Replied, |m| m.replied),
            series(text::failed(lang), Part::Failed, |m| m.failed),
        ],
    }
}

fn add(sum: &mut CampaignMinute, minute: &CampaignMinute) {
    sum.sent += minute.sent;
    sum.delivered += minute.delivered;
    sum.read += minute.read;
    sum.replied += minute.replied;
    sum.failed += minute.failed;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(n: i64, sent: u64) -> CampaignMinute {
        CampaignMinute { at: Millis(n * MINUTE_MS), sent, ..CampaignMinute::default() }
    }

    fn sent(data: &ChartData) -> Vec<u64> {
        data.series[0].values.iter().copied().flatten().collect()
    }

    #[test]
    fn sums_rise_over_minutes_without_news() {
        let data = over_time(Lang::Id, Zone::default(), &[minute(10, 5), minute(12, 3)]);
        assert_eq!(sent(&data), [0, 5, 5, 8]);
        assert_eq!(data.points, ["07.10", "07.11", "07.12", "07.13"]);
    }

    #[test]
    fn a_long_campaign_has_wider_steps() {
        let data = over_time(Lang::En, Zone::default(), &[minute(0, 1), minute(600, 1)]);
        assert!(data.points.len() <= 122, "{}", data.points.len());
        assert_eq!(sent(&data).last(), Some(&2));
    }

    #[test]
    fn nothing_happened_yet() {
        assert_eq!(over_time(Lang::En, Zone::default(), &[]), ChartData::default());
    }
}
