//! Looking at figures: a few reads of counters, however many cases there are.

use std::collections::{BTreeMap, HashMap};

use domain::figures::{Bar, Cell, Counts, Lights};
use domain::organisation::region::{Region, RegionCode};
use domain::time::Timestamp;
use storage::figures::reasons::Given;
use storage::figures::reviews::OfGrade;
use storage::figures::{counters, events, reasons, reviews, standings};
use storage::organisation::regions;
use storage::{Error, Tx};

use super::ask::Asked;
use crate::Backend;

/// Seconds that counting may be behind before a page says so.
const BEHIND: i64 = 60;

/// What lies right below the place that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below {
    pub code: RegionCode,
    /// `None` for a place that is not in the list of places any more.
    pub region: Option<Region>,
    pub counts: Counts,
    /// Open cases that are late now.
    pub late: i64,
}

/// Everything a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub total: Counts,
    /// In the steps of [`Period::bars`](domain::figures::Period::bars).
    pub series: Vec<(Bar, Counts)>,
    /// Now, not in the period.
    pub lights: Lights,
    /// By service, the most frequent first.
    pub reasons: Vec<Given>,
    /// Reviews of the months that the period touches, the lowest grade first.
    pub grades: Vec<OfGrade>,
    /// Places right below that have figures.
    pub below: Vec<Below>,
    /// What offices at the place itself did, where something lies below.
    pub own: Counts,
    /// By code of the service, the busiest first.
    pub services: Vec<(String, Counts)>,
    /// What happened since is not counted yet; none when all is.
    pub counted_until: Option<Timestamp>,
}

/// The figures of what was asked.
pub async fn look(backend: &Backend, asked: &Asked) -> Result<Figures, Error> {
    let (cell, period) = (asked.cell(), asked.period);
    let now = backend.now();
    let today = now.date_in_china();
    let mut tx = backend.db.read().await?;
    let days: HashMap<String, Counts> =
        counters::by_day(&mut tx, &cell, &period).await?.into_iter().collect();
    let total: Counts = days.values().sum();
    let mut series: Vec<(Bar, Counts)> =
        period.bars().into_iter().map(|bar| (bar, Counts::default())).collect();
    let mut at = 0;
    for day in period.days() {
        while series.get(at).is_some_and(|(bar, _)| bar.through < day) {
            at += 1;
        }
        if let (Some((_, sum)), Some(counts)) = (series.get_mut(at), days.get(&day.to_string())) {
            *sum += counts;
        }
    }
    let lights = Lights::on(today, standings::of_cell(&mut tx, &cell).await?);
    let (first, last) = period.months();
    let grades = reviews::of_cell(&mut tx, &cell, (&first, &last)).await?;
    let below = below(&mut tx, asked, &cell, today).await?;
    let mut own = total;
    for place in &below {
        own -= &place.counts;
    }
    let services = if asked.service.is_some() { Vec::new() } else { services(&mut tx, asked).await? };
    let reasons = why(&mut tx, asked).await?;
    let oldest = events::uncounted(&mut tx, 1).await?.first().map(|event| event.at);
    Ok(Figures {
        total,
        series,
        lights,
        reasons,
        grades,
        below,
        own,
        services,
        counted_until: oldest.filter(|at| now.seconds_since(*at) > BEHIND),
    })
}

/// Places right below that have figures, or late cases. What stands in between only because a code needs it gives way to what
/// lies within it.
async fn below(
    tx: &mut Tx,
    asked: &Asked,
    cell: &Cell,
    today: jiff::civil::Date,
) -> Result<Vec<Below>, Error> {
    let mut found = right_below(tx, asked, cell, today).await?;
    let placeholders: Vec<RegionCode> = found
        .iter()
        .filter(|place| place.region.as_ref().is_some_and(Region::is_placeholder))
        .map(|place| place.code)
        .collect();
    for code in placeholders {
        found.retain(|place| place.code != code);
        let within = Cell { place: code, ..cell.clone() };
        found.extend(right_below(tx, asked, &within, today).await?);
    }
    Ok(found)
}

async fn right_below(
    tx: &mut Tx,
    asked: &Asked,
    cell: &Cell,
    today: jiff::civil::Date,
) -> Result<Vec<Below>, Error> {
    let mut sums: BTreeMap<RegionCode, (Counts, i64)> = BTreeMap::new();
    for part in asked.period.parts() {
        for (code, counts) in counters::by_place(tx, cell, &part).await? {
            sums.entry(code).or_default().0 += &counts;
        }
    }
    for (code, late) in standings::late_below(tx, cell, today).await? {
        sums.entry(code).or_default().1 += late;
    }
    let codes: Vec<RegionCode> = sums.keys().copied().collect();
    let mut known: HashMap<RegionCode, Region> = if codes.is_empty() {
        HashMap::new()
    } else {
        regions::by_codes(tx, &codes).await?.into_iter().map(|region| (region.code, region)).collect()
    };
    let place = |(code, (counts, late))| Below { code, region: known.remove(&code), counts, late };
    Ok(sums.into_iter().map(place).collect())
}

async fn services(tx: &mut Tx, asked: &Asked) -> Result<Vec<(String, Counts)>, Error> {
    let department = asked.department.as_deref().unwrap_or_default();
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for part in asked.period.parts() {
        for (service, counts) in counters::by_service(tx, asked.place, department, &part).await? {
            *sums.entry(service).or_default() += &counts;
        }
    }
    let mut sorted: Vec<(String, Counts)> = sums.into_iter().collect();
    sorted.sort_by_key(|(code, counts)| (-(counts.received + counts.closed()), code.clone()));
    Ok(sorted)
}

async fn why(tx: &mut Tx, asked: &Asked) -> Result<Vec<Given>, Error> {
    let (department, service) =
        (asked.department.as_deref().unwrap_or_default(), asked.service.as_deref().unwrap_or_default());
    let mut sums: BTreeMap<(String, String), i64> = BTreeMap::new();
    for part in asked.period.parts() {
        for given in reasons::of_place(tx, asked.place, department, service, &part).await? {
            *sums.entry((given.service_code, given.reason)).or_default() += given.n;
        }
    }
    let mut sorted: Vec<Given> =
        sums.into_iter().map(|((service_code, reason), n)| Given { service_code, reason, n }).collect();
    sorted.sort_by_key(|given| (-given.n, given.service_code.clone(), given.reason.clone()));
    Ok(sorted)
}
