//! Offices and the working calendar, in memory as every filing needs them.

use std::sync::{Arc, RwLock};

use domain::cases::Calendar;
use domain::ids::OfficeId;
use domain::organisation::region::{Level, RegionCode};
use domain::organisation::{Directory, Office};
use storage::organisation::{calendar_years, generation, offices};
use storage::{Db, Error};

/// How many offices one deployment can have.
const LIMIT: usize = 200_000;
/// Offices read at once.
const PAGE: i64 = 1_000;

/// What is known of the organisation at one moment.
#[derive(Debug, Default)]
pub struct Current {
    generation: i64,
    pub offices: Directory,
    pub calendar: Calendar,
}

impl Current {
    /// The place whose office handles a case of `department` about `place`.
    pub fn route(&self, department: &str, level: Level, place: RegionCode) -> Option<&Office> {
        self.offices.route(department, level, place)
    }
}

/// The organisation as a process knows it. Other processes' changes arrive with [`Organisation::refresh`].
#[derive(Debug)]
pub struct Organisation {
    /// As it ships with the program.
    shipped: Calendar,
    current: RwLock<Arc<Current>>,
}

impl Organisation {
    /// Knows no office until it is refreshed.
    pub fn new(shipped: Calendar) -> Self {
        let current = Current { generation: 0, offices: Directory::default(), calendar: shipped.clone() };
        Organisation { shipped, current: RwLock::new(Arc::new(current)) }
    }

    pub fn current(&self) -> Arc<Current> {
        // A poisoned lock only means that a reader panicked; the content is replaced whole and always sound.
        self.current.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Loads what was changed since the last look. Dates that rest on other working days: [`crate::cases::reclock::Follower`].
    pub async fn refresh(&self, db: &Db) -> Result<(), Error> {
        let mut tx = db.read().await?;
        let generation = generation::read(&mut tx).await?;
        let before = self.current();
        if before.generation == generation {
            return Ok(());
        }
        let mut all: Vec<Office> = Vec::new();
        loop {
            let after = all.last().map_or(OfficeId(uuid::Uuid::nil()), |office| office.id);
            let page = offices::open(&mut tx, after, PAGE).await?;
            let last = page.len() < PAGE as usize;
            all.extend(page.into_iter().map(|row| Office {
                id: row.id,
                name: row.name(),
                department: row.department,
                region: row.region,
            }));
            if last || all.len() >= LIMIT {
                break;
            }
        }
        let mut calendar = self.shipped.clone();
        for (year, days) in calendar_years::all(&mut tx).await? {
            // What was kept was checked before.
            let added = i16::try_from(year).ok().map(|year| calendar.add(year, days));
            if !matches!(added, Some(Ok(()))) {
                tracing::warn!(year, "the working days of a year cannot be used");
            }
        }
        drop(tx);
        let current = Current { generation, offices: all.into_iter().collect(), calendar };
        *self.current.write().unwrap_or_else(|e| e.into_inner()) = Arc::new(current);
        Ok(())
    }
}
