//! Reading all running clocks anew, after a calendar was loaded.

use domain::cases::Calendar;
use domain::ids::CaseId;
use storage::cases::case::{self, Case};
use storage::cases::supplements::{self, Supplement};
use storage::figures::standings::{Changes, look};

use super::clocks::clocked;
use crate::Backend;

/// Cases read at a time.
const PAGE: i64 = 200;

/// Keeps the dates of every running clock, and the last days of what applicants were asked for, as today's calendar gives them; gives the number of cases whose dates moved. What
/// somebody changes meanwhile is read by the new calendar anyway.
pub async fn reclock(backend: &Backend) -> Result<u64, storage::Error> {
    let mut moved = 0;
    let mut after = CaseId(uuid::Uuid::nil());
    loop {
        let page = case::running(&mut backend.db.read().await?, after, PAGE).await?;
        let Some(last) = page.last().map(|row| row.line.id) else { break };
        after = last;
        for row in page {
            moved += u64::from(one(backend, row).await?);
        }
    }
    let mut after = (String::new(), uuid::Uuid::nil());
    loop {
        let mut tx = backend.db.read().await?;
        let page = supplements::open(&mut tx, (&after.0, after.1), PAGE).await?;
        drop(tx);
        let Some(last) = page.last() else { return Ok(moved) };
        after = (last.due_on.clone(), last.id);
        for row in page {
            moved += u64::from(move_last_day(backend, &row).await?);
        }
    }
}

/// Reads all running clocks anew when this process has taken other working days over: until then it kept dates by the old ones
/// with what was filed or moved here, after whoever loaded them had read all anew. Every process does, the first time when it
/// starts, for one that ended in between.
#[derive(Debug, Default)]
pub struct Follower {
    /// The working days by which all was read.
    read_by: Option<Calendar>,
    /// Once more: for what was on its way when they were taken over.
    again: bool,
}

impl Follower {
    /// Gives the number of dates that moved. Where it fails it is done the next time.
    pub async fn look(&mut self, backend: &Backend) -> Result<u64, storage::Error> {
        let calendar = backend.organisation.current().calendar.clone();
        let known = self.read_by.as_ref() == Some(&calendar);
        if known && !self.again {
            return Ok(0);
        }
        let moved = reclock(backend).await?;
        self.again = !known && self.read_by.is_some();
        self.read_by = Some(calendar);
        Ok(moved)
    }
}

/// Whether the last day for an answer moved.
async fn move_last_day(backend: &Backend, row: &Supplement) -> Result<bool, storage::Error> {
    let calendar = &backend.organisation.current().calendar;
    let days = u16::try_from(row.days).unwrap_or(u16::MAX);
    let due_on = calendar.deadline(row.asked_at.date_in_china(), days).to_string();
    if due_on == row.due_on {
        return Ok(false);
    }
    let id = row.id;
    backend
        .db
        .write(move |tx| Box::pin(async move { supplements::set_due(tx, id, &due_on).await.map(|()| true) }))
        .await
}

/// Whether the dates of a case moved.
async fn one(backend: &Backend, row: Case) -> Result<bool, storage::Error> {
    let Some(clock) = row.clock.clone() else { return Ok(false) };
    let dates = clocked(backend, clock);
    let same = dates.due_on == row.due_on
        && dates.yellow_on == row.yellow_on
        && dates.red_on == row.red_on
        && dates.statutory_on == row.statutory_on
        && dates.tacit_on == row.tacit_on;
    if same {
        return Ok(false);
    }
    let (id, person, version) = (row.line.id, row.line.person_id, row.line.version);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let moved = case::set_clock(tx, id, version, &dates).await?;
                if moved {
                    // Its light turns on another day now; nothing happened to it that would be counted.
                    let mut lights = Changes::default();
                    look(tx, id, person, &mut lights).await?;
                    lights.make(tx).await?;
                }
                Ok(moved)
            })
        })
        .await
}
