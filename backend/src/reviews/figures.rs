//! The public figures: shares, reply rate, rectified in time, by service and by department.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::reviews::{Grade, Month, Monthly, Published, publish};
use domain::time::Timestamp;
use jiff::civil::Date;
use storage::reviews::counts;

use crate::Backend;

/// Counters read at a time.
const PAGE: i64 = 2000;
/// How long figures are shown before they are read again. Grades change at the end of a month only.
const KEPT_SECONDS: i64 = 600;

/// Everything that is public. Where there are fewer than ten reviews there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub all: Published,
    /// By code of the department.
    pub departments: BTreeMap<String, Published>,
    /// By code of the service.
    pub services: BTreeMap<String, Published>,
    /// By department and service.
    pub cells: BTreeMap<(String, String), Published>,
}

/// Figures with the day and the time at which they were read.
pub(super) struct Kept {
    figures: Arc<Figures>,
    day: Date,
    at: Timestamp,
}

/// The public figures, at most ten minutes old.
pub async fn figures(backend: &Backend) -> Result<Arc<Figures>, storage::Error> {
    let now = backend.now();
    let day = now.date_in_china();
    // Whoever else asks meanwhile waits for the same answer.
    let mut kept = backend.reviews.figures.lock().await;
    if let Some(kept) = &*kept
        && kept.day == day
        && (0..KEPT_SECONDS).contains(&now.seconds_since(kept.at))
    {
        return Ok(kept.figures.clone());
    }
    let figures = Arc::new(read(backend, day).await?);
    *kept = Some(Kept { figures: figures.clone(), day, at: now });
    Ok(figures)
}

type Cells = BTreeMap<(String, String), BTreeMap<Month, Monthly>>;

/// Reads the counters page by page, each place together with the others of its cell.
async fn read(backend: &Backend, day: Date) -> Result<Figures, storage::Error> {
    let mut cells = Cells::new();
    let mut tx = backend.db.read().await?;
    let mut last = None;
    loop {
        let page = counts::page(&mut tx, last.as_ref(), PAGE).await?;
        for count in &page {
            let month = month(&mut cells, &count.department, &count.service_code, &count.month);
            if let Ok(grade) = Grade::try_from(count.grade) {
                month.grades[grade.index()] += count.given;
            }
            month.answered += count.answered;
            month.in_time += count.in_time;
        }
        let whole = page.len() as i64 == PAGE;
        last = page.into_iter().next_back();
        if !whole {
            break;
        }
    }
    let mut last = None;
    loop {
        let page = counts::tag_page(&mut tx, last.as_ref(), PAGE).await?;
        for count in &page {
            let month = month(&mut cells, &count.department, &count.service_code, &count.month);
            *month.tags.entry(count.tag.clone()).or_default() += count.given;
        }
        let whole = page.len() as i64 == PAGE;
        last = page.into_iter().next_back();
        if !whole {
            break;
        }
    }
    Ok(together(&cells, backend, day))
}

fn month<'a>(cells: &'a mut Cells, department: &str, service: &str, month: &str) -> &'a mut Monthly {
    let cell = cells.entry((department.to_owned(), service.to_owned())).or_default();
    cell.entry(Month(month.to_owned())).or_default()
}

/// Sums of what each cell may show: nothing can be taken apart that is not public itself.
fn together(cells: &Cells, backend: &Backend, day: Date) -> Figures {
    let mut figures = Figures::default();
    for (cell, months) in cells {
        let published = publish(months, &backend.organisation.current().calendar, day);
        if published.is_empty() {
            continue;
        }
        figures.all.add(&published);
        figures.departments.entry(cell.0.clone()).or_default().add(&published);
        figures.services.entry(cell.1.clone()).or_default().add(&published);
        figures.cells.insert(cell.clone(), published);
    }
    figures
}
