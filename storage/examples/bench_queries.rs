//! For `cargo xtask bench`: how the questions that every page asks slow down as their table grows.
//!
//! `bench_queries sqlite|postgres SMALL LARGE CALLS` fills each table with `SMALL` rows, asks, grows it to `LARGE` rows,
//! asks again, and prints JSON. A person always has ten cases and ten entries, so only the size of the table changes.
#![allow(clippy::print_stdout, reason = "the result of the measurement")]
#![expect(clippy::disallowed_methods, reason = "a measurement takes the time")]

use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use domain::cases::CaseState;
use domain::figures::{Cell, Period};
use domain::ids::{CaseId, PersonId, StaffId};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use jiff::civil::Date;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, SqliteConnection};
use storage::audit::{self, Cursor};
use storage::cases::case::{self, Desk, Narrow, Sight};
use storage::figures::{counters, reasons, reviews, standings};
use storage::registers::evidence;
use storage::testing::TestDb;
use storage::{BoxFuture, Db, Tx};
use uuid::Uuid;

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Lines on a page, and one to know whether there are more.
const PAGE: i64 = 21;
/// Rows of one person; facts of one case.
const OF_PERSON: u64 = 10;
const OF_CASE: u64 = 6;
const DEPARTMENTS: u64 = 20;
/// Where all of them are.
const PLACE: &str = "3301";
/// Ids of cases and of persons begin with this; the rest is their number.
const CASE: u128 = 0x0190_0000 << 96;
const PERSON: u128 = 0x0191_0000 << 96;
/// 2023-11-14T22:13:20Z; one row comes every second.
const BEGIN: i64 = 1_700_000_000;

fn main() -> Done<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, small, large, calls] = arguments.as_slice() else {
        return Err("sqlite|postgres SMALL LARGE CALLS".into());
    };
    let (small, large, calls): (u64, u64, usize) = (small.parse()?, large.parse()?, calls.parse()?);
    let found = Arc::new(Mutex::new(None));
    let kept = found.clone();
    on(engine, |t| {
        Box::pin(async move {
            let measured = measure(&t.db(), t.address(), small, large, calls).await;
            if let Ok(mut kept) = kept.lock() {
                *kept = Some(measured);
            }
        })
    })?;
    let measured = found.lock().map_err(|_| "the measurement panicked")?.take();
    println!("{}", measured.ok_or("nothing was measured")??);
    Ok(())
}

/// Runs `work` on a fresh database of `engine`.
fn on(engine: &str, work: impl for<'t> FnOnce(&'t TestDb) -> BoxFuture<'t, ()>) -> Done<()> {
    match engine {
        "sqlite" => storage::testing::sqlite(work),
        "postgres" => storage::testing::postgres(work),
        other => return Err(format!("no engine {other}").into()),
    }
    Ok(())
}

/// A question, and which table grows under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    CasesOfPerson,
    Queue,
    EvidenceOfCase,
    AuditOfPerson,
    /// Of a year.
    Dashboard,
    /// Of some weeks that are no whole months.
    DashboardOfWeeks,
}

impl Question {
    /// A dashboard reads some thousand counters where the others read a page.
    fn calls(self, calls: usize) -> usize {
        if matches!(self, Question::Dashboard | Question::DashboardOfWeeks) {
            (calls / 25).max(8)
        } else {
            calls
        }
    }
}

const TABLES: [(Table, &[Question]); 4] = [
    (Table::Figures, &[Question::Dashboard, Question::DashboardOfWeeks]),
    (Table::Cases, &[Question::CasesOfPerson, Question::Queue]),
    (Table::Evidence, &[Question::EvidenceOfCase]),
    (Table::Audit, &[Question::AuditOfPerson]),
];

async fn measure(db: &Db, address: &str, small: u64, large: u64, calls: usize) -> Done<serde_json::Value> {
    let mut filler = Filler::connect(address).await?;
    let mut lines = Vec::new();
    for (table, questions) in TABLES {
        filler.fill(table, 0, small).await?;
        let mut before = Vec::new();
        for question in questions {
            before.push(ask(db, *question, small, question.calls(calls)).await?);
        }
        let began = Instant::now();
        filler.fill(table, small, large).await?;
        let filled = began.elapsed().as_secs_f64();
        for (question, (small_us, small_p99_us)) in questions.iter().zip(before) {
            let (large_us, large_p99_us) = ask(db, *question, large, question.calls(calls)).await?;
            lines.push(serde_json::json!({
                "question": format!("{question:?}"),
                "small_us": small_us,
                "large_us": large_us,
                "small_p99_us": small_p99_us,
                "large_p99_us": large_p99_us,
                "filled_seconds": filled,
            }));
        }
    }
    filler.close().await?;
    Ok(serde_json::json!({ "engine": db.engine(), "small": small, "large": large, "questions": lines }))
}

/// Median and 99th percentile of the time of one question, in microseconds.
async fn ask(db: &Db, question: Question, rows: u64, calls: usize) -> Done<(f64, f64)> {
    let mut tx = db.read().await?;
    let mut number = 1_u64;
    let mut times = Vec::with_capacity(calls);
    for call in 0..calls + calls / 4 {
        // A fixed walk over all rows; the first quarter only warms up.
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let row = (number >> 33) % rows;
        let began = Instant::now();
        let found = answer(&mut tx, question, row).await?;
        let took = began.elapsed().as_secs_f64() * 1e6;
        if found == 0 {
            return Err(format!("{question:?} found nothing at row {row}").into());
        }
        if call >= calls / 4 {
            times.push(took);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    Ok((at(50), at(99)))
}

async fn answer(tx: &mut Tx, question: Question, row: u64) -> Done<usize> {
    let person = PersonId(Uuid::from_u128(PERSON + u128::from(row / OF_PERSON)));
    let last = (Timestamp::MAX, CaseId(Uuid::max()));
    Ok(match question {
        Question::CasesOfPerson => case::of_person(tx, person, last, PAGE).await?.len(),
        Question::Queue => {
            let department = format!("d{}", row % DEPARTMENTS);
            // A page somewhere in the first nine tenths.
            let after = Timestamp::from_seconds(BEGIN + (row * 9 / 10) as i64);
            let desk = Desk { department, place: RegionCode::parse(PLACE)?, office_only: true };
            let sight = Sight { staff: StaffId(Uuid::nil()), now: Timestamp::from_seconds(BEGIN) };
            let after = (after, CaseId(Uuid::nil()));
            let all = Narrow::default();
            case::queue(tx, &desk, CaseState::Submitted, &all, sight, after, PAGE).await?.len()
        }
        Question::EvidenceOfCase => {
            evidence::of_case(tx, CaseId(Uuid::from_u128(CASE + u128::from(row / OF_CASE)))).await?.len()
        }
        Question::Dashboard => dashboard(tx, Period::parse("2026")?).await?,
        Question::DashboardOfWeeks => {
            dashboard(tx, Period::new(Date::constant(2026, 3, 20), Date::constant(2026, 5, 10))?).await?
        }
        Question::AuditOfPerson => audit::about_person(tx, person, Cursor::START, PAGE).await?.len(),
    })
}

/// What the page of a place reads.
async fn dashboard(tx: &mut Tx, period: Period) -> Done<usize> {
    let cell = Cell { place: RegionCode::parse(PLACE)?, department: String::new(), service: String::new() };
    let mut found = counters::by_day(tx, &cell, &period).await?.len();
    found += standings::of_cell(tx, &cell).await?.len();
    found += standings::late_below(tx, &cell, Date::constant(2027, 1, 15)).await?.len();
    let (first, last) = period.months();
    found += reviews::of_cell(tx, &cell, (&first, &last)).await?.len();
    for part in period.parts() {
        found += counters::by_place(tx, &cell, &part).await?.len();
        found += counters::by_service(tx, cell.place, "", &part).await?.len();
        found += reasons::of_place(tx, cell.place, "", "", &part).await?.len();
    }
    Ok(found)
}

#[derive(Clone, Copy)]
enum Table {
    /// Counters as the job leaves them after so many cases of one year, at a city with thirteen counties.
    Figures,
    Cases,
    Evidence,
    Audit,
}

impl Table {
    /// Those that are made anew after filling: a sorted build is many times faster than as many inserts.
    fn indexes(self) -> &'static [&'static str] {
        match self {
            Table::Cases => &["cases_by_person", "cases_in_queue", "cases_at_office"],
            Table::Evidence | Table::Figures => &[],
            Table::Audit => &["audit_entries_by_person"],
        }
    }

    /// Rows `from..to`. Rows of one person lie scattered among the others, as they do when they come over years.
    fn insert(self, from: u64, to: u64, words: &Words) -> String {
        let Words { numbers, uuid, hex, time, blob, .. } = words;
        let (persons, first) = (((to - from) / OF_PERSON).max(1), from / OF_PERSON);
        let person = uuid(0x0191_0000, &hex(&format!("({first} + (i * 7919) % {persons})")));
        let id = |kind: u32, number: &str| uuid(kind, &hex(number));
        let at = time("i");
        let numbers = numbers(from, to);
        match self {
            Table::Figures => figures(&numbers, words),
            Table::Cases => format!(
                "{numbers} INSERT INTO cases (id, person_id, service_code, version_id, department, reference, state,
                 raw_answers, answers, decision, pending_facts, created_at, changed_at, submitted_at, due_on, version)
                 SELECT {}, {person}, 'no-criminal-record', {}, 'd' || CAST(i % {DEPARTMENTS} AS TEXT),
                 'r' || CAST(1000000000 + i AS TEXT),
                 CASE (i / {DEPARTMENTS}) % 4 WHEN 0 THEN 'submitted' WHEN 1 THEN 'accepted' ELSE 'approved' END,
                 {}, {}, {}, 0, {at}, {at}, {at}, '2026-11-30', 3 FROM n",
                id(0x0190_0000, "i"),
                id(0x0192_0000, "(i % 50)"),
                blob(48),
                blob(240),
                blob(160),
            ),
            Table::Evidence => format!(
                "{numbers} INSERT INTO evidence (id, case_id, person_id, consent_id, register, fact, state, value,
                 observed_at, fetched_at, digest)
                 SELECT {}, {}, {person}, {}, 'population', 'person.fact' || CAST(i % {OF_CASE} AS TEXT), 'known', {},
                 {at}, {at}, {} FROM n",
                id(0x0193_0000, "i"),
                id(0x0190_0000, &format!("(i / {OF_CASE})")),
                id(0x0194_0000, &format!("(i / {OF_CASE})")),
                blob(80),
                blob(32),
            ),
            Table::Audit => format!(
                "{numbers} INSERT INTO audit_entries (lane, seq, at, actor_kind, actor_id, action, subject_kind,
                 subject_id, person_id, purpose, detail, prev_hash, hash)
                 SELECT 0, i + 1, {at}, 'person', {person}, 'cases.open', 'case', 'c' || CAST(i / 4 AS TEXT), {person},
                 '出具证明', '{{}}', {}, {} FROM n",
                blob(32),
                blob(32),
            ),
        }
    }
}

/// Counters of the cases `n`, added to those that are there.
fn figures(numbers: &str, words: &Words) -> String {
    // Each of 352 services is one department's; days and counties do not go in step with them.
    let (service, department) =
        ("'s' || CAST(i % 352 AS TEXT)", format!("'d' || CAST((i % 352) % {DEPARTMENTS} AS TEXT)"));
    let day = (words.day)("(i * 31 + i / 352) % 365");
    let places =
        [("330100000000000", "330000000000000"), ("(330101 + (i / 7) % 13) * 1000000000", "330100000000000")];
    let kinds = [("''", "''"), (department.as_str(), "''"), (department.as_str(), service)];
    let mut script = String::new();
    for (place, parent) in places {
        for (department, service) in kinds {
            for (grain, period) in [("day", day.clone()), ("month", format!("substr({day}, 1, 7)"))] {
                script.push_str(&format!(
                    "{numbers} INSERT INTO figures (place, department, service_code, grain, period, parent, received,
                     approved, refused, declined, withdrawn, lapsed, on_time, filled, typed, no_visit, documents, minutes,
                     d00, d01, d02, d03, d04, d05, d06, d07, d08, d09, d10, d11, d12, d13, d14)
                     SELECT {place}, {department}, {service}, '{grain}', {period}, {parent}, count(*), count(*), 0, 0, 0, 0,
                     count(*), 5 * count(*), 3 * count(*), count(*), 2 * count(*), 60 * count(*),
                     0, count(*), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM n GROUP BY 1, 2, 3, 5
                     ON CONFLICT (place, department, service_code, grain, period) DO UPDATE SET
                     received = figures.received + excluded.received, approved = figures.approved + excluded.approved,
                     d01 = figures.d01 + excluded.d01;\n"
                ));
            }
            // Every tenth is open, and turns in one of sixty days.
            let turns = (words.day)("365 + (i / 10) % 60");
            for kind in ["yellow", "red"] {
                script.push_str(&format!(
                    "{numbers} INSERT INTO figure_lights (place, department, service_code, kind, on_day, parent, n)
                     SELECT {place}, {department}, {service}, '{kind}', {turns}, {parent}, count(*) FROM n WHERE i % 10 = 0
                     GROUP BY 1, 2, 3, 5 ON CONFLICT (place, department, service_code, kind, on_day)
                     DO UPDATE SET n = figure_lights.n + excluded.n;\n"
                ));
            }
        }
        for (grain, period) in [("day", day.clone()), ("month", format!("substr({day}, 1, 7)"))] {
            script.push_str(&format!(
                "{numbers} INSERT INTO figure_reasons (place, grain, period, department, service_code, reason, n)
                 SELECT {place}, '{grain}', {period}, {department}, {service}, 'r' || CAST((i / 20) % 4 AS TEXT), count(*)
                 FROM n WHERE i % 20 = 0 GROUP BY 1, 3, 4, 5, 6
                 ON CONFLICT (place, grain, period, department, service_code, reason)
                 DO UPDATE SET n = figure_reasons.n + excluded.n;\n"
            ));
        }
        script.push_str(&format!(
            "{numbers} INSERT INTO figure_reviews (place, department, service_code, month, grade, given, answered, in_time)
             SELECT {place}, '', '', substr({day}, 1, 7), 1 + i % 5, count(*), 0, 0 FROM n GROUP BY 1, 4, 5
             ON CONFLICT (place, department, service_code, month, grade)
             DO UPDATE SET given = figure_reviews.given + excluded.given;\n"
        ));
    }
    script
}

/// How the engines say what filling needs.
struct Words {
    /// A common table `n` of the numbers `i` from one to below the other.
    numbers: fn(u64, u64) -> String,
    uuid: fn(u32, &str) -> String,
    /// 24 hexadecimal digits.
    hex: fn(&str) -> String,
    time: fn(&str) -> String,
    /// So many days after 2026-01-01.
    day: fn(&str) -> String,
    /// So many bytes.
    blob: fn(u32) -> String,
}

const SQLITE: Words = Words {
    numbers: |from, to| {
        format!("WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to} - 1)")
    },
    uuid: |kind, hex| format!("unhex('{kind:08x}' || {hex})"),
    hex: |number| format!("printf('%024x', {number})"),
    day: |days| format!("date('2026-01-01', '+' || CAST({days} AS TEXT) || ' days')"),
    time: |i| format!("strftime('%Y-%m-%dT%H:%M:%S', {BEGIN} + {i}, 'unixepoch') || '.000000Z'"),
    blob: |bytes| format!("randomblob({bytes})"),
};

const POSTGRES: Words = Words {
    numbers: |from, to| format!("WITH n(i) AS (SELECT generate_series({from}::bigint, {to} - 1))"),
    uuid: |kind, hex| format!("CAST('{kind:08x}' || {hex} AS UUID)"),
    hex: |number| format!("lpad(to_hex({number}), 24, '0')"),
    day: |days| format!("CAST(DATE '2026-01-01' + CAST({days} AS INT) AS TEXT)"),
    time: |i| format!("to_timestamp({BEGIN} + {i})"),
    blob: |bytes| format!("decode(repeat(md5(i::text), {bytes} / 16), 'hex')"),
};

/// A connection that fills tables without regard for durability and foreign keys.
enum Filler {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Filler {
    async fn connect(address: &str) -> Done<Filler> {
        let Some(path) = address.strip_prefix("sqlite:") else {
            let mut connection = PgConnection::connect(address).await?;
            sqlx::raw_sql("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'")
                .execute(&mut connection)
                .await?;
            return Ok(Filler::Postgres(connection));
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(false)
            .pragma("cache_size", "-262144");
        Ok(Filler::Sqlite(options.connect().await?))
    }

    async fn run(&mut self, sql: String) -> Done<()> {
        match self {
            Filler::Sqlite(c) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(c).await.map(drop)?,
            Filler::Postgres(c) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(c).await.map(drop)?,
        }
        Ok(())
    }

    async fn definition(&mut self, index: &str) -> Done<String> {
        let (sql,): (String,) = match self {
            Filler::Sqlite(c) => {
                sqlx::query_as("SELECT sql FROM sqlite_master WHERE name = $1")
                    .bind(index)
                    .fetch_one(c)
                    .await?
            }
            Filler::Postgres(c) => {
                sqlx::query_as("SELECT indexdef FROM pg_indexes WHERE indexname = $1")
                    .bind(index)
                    .fetch_one(c)
                    .await?
            }
        };
        Ok(sql)
    }

    async fn fill(&mut self, table: Table, from: u64, to: u64) -> Done<()> {
        let mut again = Vec::new();
        for index in table.indexes() {
            again.push(self.definition(index).await?);
            self.run(format!("DROP INDEX {index}")).await?;
        }
        let words = if matches!(self, Filler::Sqlite(_)) { SQLITE } else { POSTGRES };
        // In pieces, so that the log of a transaction stays small.
        let piece = (to - from).min(500_000);
        let mut start = from;
        while start < to {
            let end = (start + piece).min(to);
            self.run(table.insert(start, end, &words)).await?;
            start = end;
        }
        for definition in again {
            self.run(definition).await?;
        }
        let settle = match self {
            Filler::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
            // What autovacuum does on its own in a portal that lives.
            Filler::Postgres(_) => "VACUUM ANALYZE",
        };
        self.run(settle.to_owned()).await
    }

    async fn close(self) -> Done<()> {
        match self {
            Filler::Sqlite(c) => c.close().await?,
            Filler::Postgres(c) => c.close().await?,
        }
        Ok(())
    }
}
