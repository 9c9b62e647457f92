//! Reading all running clocks anew, after a calendar was loaded.

use domain::ids::CaseId;
use storage::cases::case::{self, Case};
use storage::figures::standings::{Changes, look};

use super::clocks::clocked;
use crate::Backend;

/// Cases read at a time.
const PAGE: i64 = 200;

/// Keeps the dates of every running clock as today's calendar gives them; gives the number of cases whose dates moved. What
/// somebody changes meanwhile is read by the new calendar anyway.
pub async fn reclock(backend: &Backend) -> Result<u64, storage::Error> {
    let mut moved = 0;
    let mut after = CaseId(uuid::Uuid::nil());
    loop {
        let page = case::running(&mut backend.db.read().await?, after, PAGE).await?;
        let Some(last) = page.last().map(|row| row.line.id) else { return Ok(moved) };
        after = last;
        for row in page {
            moved += u64::from(one(backend, row).await?);
        }
    }
}

/// Whether the dates of a case moved.
async fn one(backend: &Backend, row: Case) -> Result<bool, storage::Error> {
    let Some(clock) = row.clock.clone() else { return Ok(false) };
    let dates = clocked(backend, clock);
    let same = dates.due_on == row.due_on
        && dates.yellow_on == row.yellow_on
        && dates.red_on == row.red_on
        && dates.statutory_on == row.statutory_on;
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
