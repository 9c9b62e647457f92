//! Lights of open cases: counters of the days on which they turn, and as what each case is counted in them.

use std::collections::BTreeMap;

use domain::cases::CaseState;
use domain::figures::{Cell, LightKind, Standing, cells};
use domain::ids::{CaseId, PersonId};
use domain::organisation::region::RegionCode;
use jiff::civil::Date;

use crate::{Error, Tx, execute, fetch_all, fetch_one, fetch_optional, statements};

/// Days of one cell that are read at most; of all that are late there are some hundred at the very most.
const MOST: i64 = 10_000;

statements! {
    // Changes nothing, and whoever else wants to count the case anew waits for the end of this transaction.
    LOCK = "INSERT INTO figure_standings (case_id, person_id, place, department, service_code)
        VALUES ($1, $2, 0, '', '') ON CONFLICT (case_id) DO UPDATE SET person_id = excluded.person_id
        RETURNING place, department, service_code, yellow_on, red_on";
    NOW = "SELECT place, department, service_code, state, yellow_on, red_on FROM cases WHERE id = $1";
    KEEP = "UPDATE figure_standings SET place = $2, department = $3, service_code = $4, yellow_on = $5, red_on = $6
        WHERE case_id = $1";
    FORGET = "DELETE FROM figure_standings WHERE case_id = $1";
    ADD = "INSERT INTO figure_lights (place, department, service_code, kind, on_day, parent, n)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (place, department, service_code, kind, on_day) DO UPDATE SET n = figure_lights.n + excluded.n";
    SWEEP = "DELETE FROM figure_lights WHERE place = $1 AND department = $2 AND service_code = $3 AND kind = $4
        AND on_day = $5 AND n = 0";
    OF_CELL = "SELECT kind, on_day, n FROM figure_lights WHERE place = $1 AND department = $2 AND service_code = $3
        ORDER BY kind, on_day LIMIT $4";
    LATE_BELOW = "SELECT place, CAST(sum(n) AS BIGINT) AS n FROM figure_lights WHERE parent = $1 AND department = $2
        AND service_code = $3 AND kind = 'red' AND on_day <= $4 GROUP BY place ORDER BY place LIMIT $5";
}

/// As what a case is counted; nothing at place 0.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Counted {
    place: i64,
    department: String,
    service_code: String,
    yellow_on: Option<String>,
    red_on: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Now {
    place: i64,
    department: String,
    service_code: String,
    state: CaseState,
    yellow_on: Option<String>,
    red_on: Option<String>,
}

impl Now {
    /// `None` for what no office has to work on or wait for.
    fn counted(self) -> Option<Counted> {
        self.state.is_open().then_some(Counted {
            place: self.place,
            department: self.department,
            service_code: self.service_code,
            yellow_on: self.yellow_on,
            red_on: self.red_on,
        })
    }
}

fn day(text: Option<&String>) -> Option<Date> {
    text.and_then(|day| day.parse().ok())
}

impl Counted {
    fn standing(&self) -> Standing {
        match (day(self.yellow_on.as_ref()), day(self.red_on.as_ref())) {
            (Some(yellow_on), Some(red_on)) => Standing::Running { yellow_on, red_on },
            _ => Standing::Waiting,
        }
    }
}

/// Changes of counters, in the order in which everybody makes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(BTreeMap<(Cell, LightKind, String), i64>);

impl Changes {
    fn add(&mut self, counted: &Counted, n: i64) {
        // Place 0 is nothing.
        let Ok(place) = RegionCode::from_i64(counted.place) else { return };
        for cell in cells(place, &counted.department, &counted.service_code) {
            for (kind, day) in counted.standing().counted() {
                let day = day.map_or_else(String::new, |day| day.to_string());
                *self.0.entry((cell.clone(), kind, day)).or_default() += n;
            }
        }
    }

    /// Makes them. Counters that come to nothing are removed.
    pub async fn make(&self, tx: &mut Tx) -> Result<(), Error> {
        for ((cell, kind, day), n) in self.0.iter().filter(|(_, n)| **n != 0) {
            let (place, kind) = (cell.place, kind.code());
            execute!(tx, ADD, place, &cell.department, &cell.service, kind, day, place.parent(), *n)?;
            if *n < 0 {
                execute!(tx, SWEEP, place, &cell.department, &cell.service, kind, day)?;
            }
        }
        Ok(())
    }
}

/// Looks at a case anew and notes what that changes, whatever came before: once or twice, in whatever order, the counters
/// come to what the case is now. Several cases are looked at in the order of their ids.
pub async fn look(tx: &mut Tx, case: CaseId, person: PersonId, changes: &mut Changes) -> Result<(), Error> {
    // First the lock: what is read after it is not older than what others counted.
    let before = fetch_one!(tx, Counted, LOCK, case, person)?;
    let now = fetch_optional!(tx, Now, NOW, case)?.and_then(Now::counted);
    changes.add(&before, -1);
    match now {
        Some(now) => {
            changes.add(&now, 1);
            execute!(
                tx,
                KEEP,
                case,
                now.place,
                &now.department,
                &now.service_code,
                &now.yellow_on,
                &now.red_on
            )?;
        }
        None => {
            execute!(tx, FORGET, case)?;
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LightRow {
    kind: String,
    on_day: String,
    n: i64,
}

/// The counters of a cell, for [`Lights::on`](domain::figures::Lights::on).
pub async fn of_cell(tx: &mut Tx, cell: &Cell) -> Result<Vec<(LightKind, Option<Date>, i64)>, Error> {
    let rows = fetch_all!(tx, LightRow, OF_CELL, cell.place, &cell.department, &cell.service, MOST)?;
    let light = |row: LightRow| Some((LightKind::from_code(&row.kind)?, row.on_day.parse().ok(), row.n));
    Ok(rows.into_iter().filter_map(light).collect())
}

/// Late cases at the places right below that of a cell, on `today`.
pub async fn late_below(tx: &mut Tx, cell: &Cell, today: Date) -> Result<Vec<(RegionCode, i64)>, Error> {
    let (department, service) = (&cell.department, &cell.service);
    fetch_all!(tx, (RegionCode, i64), LATE_BELOW, cell.place, department, service, today.to_string(), MOST)
}
