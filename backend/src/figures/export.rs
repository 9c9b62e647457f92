//! Handing out figures line by line: each day, place, department and service.

use std::collections::HashMap;

use domain::figures::Counts;
use domain::organisation::region::{Region, RegionCode};
use domain::text::Text;
use jiff::civil::Date;
use serde_json::json;
use storage::Error;
use storage::figures::days::{self, Office, Wanted};
use storage::organisation::regions;

use super::FiguresError;
use super::ask::{Asked, note};
use crate::Backend;
use crate::identity::Actor;

/// Lines read, and held, at a time.
const PAGE: i64 = 500;

/// What an office did with cases of a service on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub day: Date,
    pub place: RegionCode,
    /// Empty for a place that is not in the list any more.
    pub place_name: Text,
    pub department: String,
    pub service: String,
    pub counts: Counts,
}

/// Lines that are still to come. Holds one page of them, and no connection in between.
pub struct Export {
    backend: Backend,
    wanted: Wanted,
    /// The days to come, the next one last.
    days: Vec<Date>,
    after: Option<Office>,
}

/// Begins to hand out figures; noted in the audit trail.
pub async fn export(backend: &Backend, actor: &Actor, asked: &Asked) -> Result<Export, FiguresError> {
    let detail = json!({
        "department": asked.department, "service": asked.service, "period": asked.period.to_string(),
    });
    note(backend, actor, "figures.export", asked.place, detail).await?;
    let cell = asked.cell();
    let mut days: Vec<Date> = asked.period.days().collect();
    days.reverse();
    Ok(Export {
        backend: backend.clone(),
        wanted: Wanted { place: cell.place, department: cell.department, service: cell.service },
        days,
        after: None,
    })
}

impl Export {
    /// The next lines, in the order of days and places; none when all have come.
    pub async fn next(&mut self) -> Result<Option<Vec<Line>>, Error> {
        while let Some(&day) = self.days.last() {
            let mut tx = self.backend.db.read().await?;
            let page = days::page(&mut tx, &self.wanted, &day.to_string(), self.after.as_ref(), PAGE).await?;
            if (page.len() as i64) < PAGE {
                self.days.pop();
                self.after = None;
            } else {
                self.after = page.last().map(|(office, _)| office.clone());
            }
            if page.is_empty() {
                continue;
            }
            let mut codes: Vec<RegionCode> = page.iter().map(|(office, _)| office.place).collect();
            codes.dedup();
            let known = regions::by_codes(&mut tx, &codes).await?;
            let names: HashMap<RegionCode, Text> =
                known.into_iter().map(|Region { code, name }| (code, name)).collect();
            drop(tx);
            let lines = page.into_iter().map(|(office, counts)| Line {
                day,
                place: office.place,
                place_name: names.get(&office.place).cloned().unwrap_or_default(),
                department: office.department,
                service: office.service,
                counts,
            });
            return Ok(Some(lines.collect()));
        }
        Ok(None)
    }
}
