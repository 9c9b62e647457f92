//! Counting what happened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::figures::{Cell, Counts, Grain, cells};
use domain::ids::{CaseId, PersonId};
use storage::figures::days::Office;
use storage::figures::events::{mark, uncounted};
use storage::figures::reasons::Why;
use storage::figures::standings::{Changes, look};
use storage::figures::{counters, days, reasons, reviews};
use storage::{Error, Tx};
use uuid::Uuid;

use super::weigh::{Weighed, weigh};
use crate::Backend;

/// An event, with what it adds.
struct Happened {
    id: Uuid,
    case: CaseId,
    person: PersonId,
    adds: Option<Weighed>,
}

/// Counts the oldest events that nobody counted, and reviews that came since, `limit` of each at most; gives how many there
/// were. Any number of processes may do it at the same time: in one transaction events are marked and what they add is
/// added, so each counts once, and killed in between, none does.
pub async fn count(backend: &Backend, limit: i64) -> Result<usize, Error> {
    let happened = read(backend, limit).await?;
    let mut found = happened.len();
    if found > 0 {
        let happened = Arc::new(happened);
        let kept: Result<(), Error> =
            backend.db.write(move |tx| Box::pin(async move { add(tx, &happened).await })).await;
        kept?;
    }
    let grown = reviews::to_add(&mut backend.db.read().await?, limit).await?;
    found += grown.len();
    if !grown.is_empty() {
        let kept: Result<(), Error> = backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for one in &grown {
                        reviews::add(tx, one).await?;
                    }
                    Ok(())
                })
            })
            .await;
        kept?;
    }
    Ok(found)
}

/// Opens and weighs outside of the transaction: that costs the one writer of an SQLite nothing.
async fn read(backend: &Backend, limit: i64) -> Result<Vec<Happened>, Error> {
    let mut tx = backend.db.read().await?;
    let events = uncounted(&mut tx, limit).await?;
    let mut happened = Vec::with_capacity(events.len());
    for event in &events {
        let adds = weigh(backend, &mut tx, event).await?;
        happened.push(Happened { id: event.id, case: event.case_id, person: event.person_id, adds });
    }
    Ok(happened)
}

/// What several events add together. Sorted, so that everybody takes counters in one order.
#[derive(Default)]
struct Sum {
    cells: BTreeMap<(Cell, Grain, String), Counts>,
    days: BTreeMap<(String, Office), Counts>,
    reasons: BTreeMap<(Why, Grain, String), i64>,
}

impl Sum {
    fn add(&mut self, weighed: &Weighed) {
        let w = weighed;
        for grain in [Grain::Day, Grain::Month] {
            let period = grain.of(w.day);
            for cell in cells(w.place, &w.department, &w.service) {
                if let Some(reason) = w.reason.as_ref().filter(|_| !cell.service.is_empty()) {
                    let why = Why {
                        place: cell.place,
                        department: cell.department.clone(),
                        service: cell.service.clone(),
                        reason: reason.clone(),
                    };
                    *self.reasons.entry((why, grain, period.clone())).or_default() += 1;
                }
                *self.cells.entry((cell, grain, period.clone())).or_default() += &w.counts;
            }
        }
        let office = Office { place: w.place, department: w.department.clone(), service: w.service.clone() };
        *self.days.entry((Grain::Day.of(w.day), office)).or_default() += &w.counts;
    }
}

async fn add(tx: &mut Tx, happened: &[Happened]) -> Result<(), Error> {
    let ids: Vec<Uuid> = happened.iter().map(|event| event.id).collect();
    let marked: BTreeSet<Uuid> = mark(tx, &ids).await?.into_iter().collect();
    let (mut sum, mut cases) = (Sum::default(), BTreeMap::new());
    for event in happened.iter().filter(|event| marked.contains(&event.id)) {
        cases.insert(event.case, event.person);
        if let Some(adds) = &event.adds {
            sum.add(adds);
        }
    }
    for ((cell, grain, period), counts) in &sum.cells {
        counters::add(tx, cell, *grain, period, counts).await?;
    }
    for ((day, office), counts) in &sum.days {
        days::add(tx, day, office, counts).await?;
    }
    for ((why, grain, period), n) in &sum.reasons {
        reasons::add(tx, why, *grain, period, *n).await?;
    }
    let mut changes = Changes::default();
    for (case, person) in cases {
        look(tx, case, person, &mut changes).await?;
    }
    changes.make(tx).await
}
