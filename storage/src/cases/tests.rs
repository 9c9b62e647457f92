//! What clerks keep beside cases, and how far their lists read: on both engines.

use domain::cases::{CaseState, Light, ReasonKind};
use domain::ids::{CaseId, DeskViewId, NoteId, OfficeId, PersonId, StaffId, TemplateId, VersionId};
use domain::organisation::region::{Level, RegionCode};
use domain::time::Timestamp;
use sqlx::{AssertSqlSafe, Row};

use super::case::{self, Desk, Hands, Narrow, NewCase, Sight};
use super::changes;
use super::desk_views::{self, DeskView};
use super::escalations;
use super::notes::{self, Note};
use super::reason_templates::{self, TemplateRow};
use crate::engine::tx::Connection;
use crate::identity::staff::{self, Staff};
use crate::organisation::history;
use crate::testing::{as_owner, at, id};
use crate::{Db, Error, Tx, contract};

/// A person, a version of a service and an office, which rows point to.
const GROUND: &str = "
    INSERT INTO persons (id, phone, phone_index, preferences, created_at, version)
        VALUES ({person}, {bytes}, {bytes}, '{}', '2026-11-23T01:00:00.000000Z', 1);
    INSERT INTO service_versions (id, code, digest, definition, published_at)
        VALUES ({version}, 'permit', {bytes}, '{}', '2026-11-23T01:00:00.000000Z');
    INSERT INTO offices (id, department, region, name_zh, name_en, opened_at)
        VALUES ({version}, 'police', 330106000000000, '甲', 'A', '2026-11-23T01:00:00.000000Z');";

const PERSON: u128 = 1;
const OFFICE: u128 = 2;

/// The text of a script in the words of an engine.
fn script(db: &Db, text: &str) -> &'static str {
    let postgres = db.engine() == "postgresql";
    let uuid = |n: u128| match postgres {
        true => format!("'{}'", id(n).hyphenated()),
        false => format!("x'{}'", id(n).simple()),
    };
    let text = text
        .replace("{person}", &uuid(PERSON))
        .replace("{version}", &uuid(OFFICE))
        .replace("{bytes}", if postgres { "'\\x01'" } else { "x'01'" });
    Box::leak(text.into_boxed_str())
}

async fn ground(db: &Db) {
    as_owner(db, script(db, GROUND)).await;
}

/// 20,000 cases of a department that wait in a province: in each of 5 cities 20 counties, filed one after the other, spread
/// evenly. Beside them as many of fifty other departments, filed before.
async fn province(db: &Db) {
    const NUMBERS_SQLITE: &str =
        "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 39999)";
    const NUMBERS_POSTGRES: &str = "WITH numbers (n) AS (SELECT generate_series(0::bigint, 39999))";
    let postgres = db.engine() == "postgresql";
    let (numbers, own_id, time) = match postgres {
        true => (
            NUMBERS_POSTGRES,
            "CAST(lpad(to_hex(n + 65536), 32, '0') AS UUID)",
            "TIMESTAMPTZ '2026-11-23 01:00:00Z' + (n - 20000) * INTERVAL '1 second'",
        ),
        false => (
            NUMBERS_SQLITE,
            "CAST(printf('%016d', n + 65536) AS BLOB)",
            "strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1795395600 + n - 20000, 'unixepoch')",
        ),
    };
    // As the engines run: PostgreSQL gathers statistics by itself, SQLite has none.
    let analyze = if postgres { "ANALYZE;" } else { "" };
    let text = format!(
        "INSERT INTO cases (id, person_id, service_code, version_id, department, place, reference, state, raw_answers,
            pending_facts, created_at, changed_at, submitted_at, version)
         {numbers} SELECT {own_id}, {{person}}, 'permit', {{version}},
            CASE WHEN n < 20000 THEN 'other-' || n % 50 ELSE 'police' END, 330000000000000 + (n % 5 + 1) * 100000000000 + (n / 5 % 20 + 1) * 1000000000, 'R' || n, 'submitted', {{bytes}},
            0, {time}, {time}, {time}, 1 FROM numbers; {analyze}"
    );
    ground(db).await;
    as_owner(db, script(db, &text)).await;
}

fn place(code: &str) -> RegionCode {
    code.parse().expect("a place")
}

fn desk(code: &str, office_only: bool) -> Desk {
    Desk { department: "police".into(), place: place(code), office_only }
}

fn sight() -> Sight {
    Sight { staff: StaffId(id(9)), now: at(0) }
}

async fn queue(tx: &mut Tx, desk: &Desk, narrow: &Narrow, after: (Timestamp, CaseId)) -> Vec<case::CaseLine> {
    case::queue(tx, desk, CaseState::Submitted, narrow, sight(), after, 20)
        .await
        .expect("a page of the queue")
}

/// A statement of cases with values in the places of its parameters.
fn filled(db: &Db, name: &str, values: &[&str]) -> String {
    filled_of(db, case::STATEMENTS, name, values)
}

/// The same of any module's.
fn filled_of(db: &Db, statements: &[crate::Statement], name: &str, values: &[&str]) -> String {
    let statement = statements.iter().find(|s| s.name == name).expect("a statement");
    let mut sql = statement.sql.to_owned();
    for (n, value) in values.iter().enumerate().rev() {
        let value = match (*value, db.engine()) {
            ("nil", "postgresql") => "CAST('00000000-0000-0000-0000-000000000000' AS UUID)",
            ("nil", _) => "x'00000000000000000000000000000000'",
            ("start", "postgresql") => "TIMESTAMPTZ '2020-01-01 00:00:00Z'",
            ("start", _) => "'2020-01-01T00:00:00.000000Z'",
            (value, _) => value,
        };
        sql = sql.replace(&format!("${}", n + 1), value);
    }
    sql
}

/// What the engine says it would do.
async fn plan(db: &Db, sql: &str) -> String {
    let mut tx = db.read().await.expect("a connection");
    let lines: Vec<String> = match tx.connection().expect("a connection") {
        Connection::Sqlite(c) => {
            let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(c).await;
            rows.expect("a plan").iter().map(|row| row.get::<String, _>("detail")).collect()
        }
        Connection::Postgres(c) => {
            let explain = format!("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {sql}");
            let rows = sqlx::query(AssertSqlSafe(explain)).fetch_all(c).await;
            rows.expect("a plan").iter().map(|row| row.get::<String, _>(0)).collect()
        }
    };
    lines.join("\n")
}

/// The rows that were read in vain, of a plan of PostgreSQL.
fn read_in_vain(plan: &str) -> u64 {
    let removed = plan.lines().filter(|line| line.contains("Rows Removed by Filter"));
    removed.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

async fn write<T: Send + 'static>(
    db: &Db,
    job: impl for<'t> FnOnce(&'t mut Tx) -> crate::BoxFuture<'t, Result<T, Error>> + Clone + Send + 'static,
) -> T {
    db.write(job).await.expect("a write")
}

/// Whether nobody has locked a row of PostgreSQL.
async fn is_free(db: &Db, case: CaseId) -> bool {
    write(db, move |tx| {
        Box::pin(async move {
            let Connection::Postgres(c) = tx.connection()? else { panic!("not PostgreSQL") };
            let found = sqlx::query("SELECT id FROM cases WHERE id = $1 FOR UPDATE SKIP LOCKED").bind(case);
            Ok(found.fetch_optional(c).await.expect("a look").is_some())
        })
    })
    .await
}

async fn member(db: &Db, n: u128) -> StaffId {
    let member = Staff {
        id: StaffId(id(n)),
        login: format!("clerk-{n}"),
        display_name: "王工".into(),
        password_hash: "-".into(),
        active: true,
        must_change: false,
        created_at: at(0),
        version: 1,
    };
    let staff_id = member.id;
    write(db, move |tx| Box::pin(async move { staff::insert(tx, &member).await })).await;
    staff_id
}

fn view(n: u128, staff: StaffId, slot: i64) -> DeskView {
    DeskView {
        id: DeskViewId(id(n)),
        staff_id: staff,
        slot,
        name: format!("视图{n}"),
        department: "police".into(),
        region: place("3301"),
        within: Some(place("330106")),
        turn: Some("decide".into()),
        state: None,
        light: Some("red".into()),
        hands: None,
        service_code: None,
        is_default: false,
        created_at: at(0),
    }
}

async fn keep_view(db: &Db, view: &DeskView) -> bool {
    let view = view.clone();
    write(db, move |tx| Box::pin(async move { desk_views::insert(tx, &view).await })).await
}

contract! {
    /// At every level a page is read from one index, in its order, without a row too many.
    async fn a_queue_within_a_place_reads_no_more_than_it_shows(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        for (queue, waiting, index, from, to) in [
            ("QUEUE", "WAITING", "cases_in_queue", "330000000000000", "339999999999999"),
            ("QUEUE_IN_CITY", "WAITING_IN_CITY", "cases_open_in_city", "330200000000000", "330299999999999"),
            ("QUEUE_IN_COUNTY", "WAITING_IN_COUNTY", "cases_open_in_county", "330203000000000", "330203999999999"),
            ("QUEUE_IN_TOWNSHIP", "WAITING_IN_TOWNSHIP", "cases_open_in_township", "330203000000000", "330203000999999"),
            ("QUEUE_OF_OFFICE", "WAITING_AT_OFFICE", "cases_at_office", "330203000000000", "330203000000000"),
        ] {
            let page = filled(&db, queue, &["'police'", from, to, "'submitted'", "start", "nil", "''", "''", "''", "nil", "start", "''", "20"]);
            let figures = filled(&db, waiting, &["'police'", from, to, "'submitted'", "100"]);
            for sql in [page, figures] {
                let plan = plan(&db, &sql).await;
                assert!(plan.contains(index), "{queue}: {plan}");
                if t.is_postgres() {
                    assert!(!plan.contains("Sort") && !plan.contains("Seq Scan"), "{queue}: {plan}");
                    assert_eq!(read_in_vain(&plan), 0, "{queue}: {plan}");
                } else {
                    assert!(plan.contains("SEARCH cases USING INDEX"), "{queue}: {plan}");
                    assert!(!plan.contains("TEMP B-TREE"), "{queue}: {plan}");
                    // Equal up to the state; on the way through the order from the place the page before ended at.
                    assert!(plan.contains("state=?"), "{queue}: {plan}");
                }
            }
        }
    }

    /// What an office leaves is read page by page in the order of its index; what it has is counted from there, too.
    async fn the_cases_of_an_office_are_paged_by_its_index(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        let page = filled(&db, "AT_OFFICE", &["'police'", "330203000000000", "''", "start", "nil", "100"]);
        let counted = filled_of(&db, history::STATEMENTS, "OPEN_CASES", &["'police'", "330203000000000", "1000"]);
        for sql in [page, counted] {
            let plan = plan(&db, &sql).await;
            assert!(plan.contains("cases_at_office"), "{plan}");
            assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
        // What is open by its state is what is open by the condition of the index, and only that.
        as_owner(&db, "UPDATE cases SET state = 'bundled' WHERE reference = 'R20011'").await;
        let mut tx = db.read().await.unwrap();
        let (mut seen, mut last) = (Vec::new(), None);
        loop {
            let page = case::at_office(&mut tx, "police", place("330203"), last.as_ref(), 70).await.unwrap();
            let Some(line) = page.last() else { break };
            last = Some(line.clone());
            seen.extend(page.into_iter().map(|line| line.id));
        }
        assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 199, "without the form of a bundle");
        assert_eq!(seen.len(), 199);
        assert_eq!(history::open_cases(&mut tx, "police", place("330203"), 1_000).await.unwrap(), 199);
        assert_eq!(history::open_cases(&mut tx, "police", place("330203"), 100).await.unwrap(), 100);
    }

    /// Every clock that runs, by the key, past all cases that have none.
    async fn running_clocks_are_read_in_the_order_of_their_index(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        let few = if t.is_postgres() {
            "UPDATE cases SET yellow_on = '2026-12-01' WHERE reference LIKE 'R%999'; ANALYZE cases;"
        } else {
            "UPDATE cases SET yellow_on = '2026-12-01' WHERE reference LIKE 'R%999';"
        };
        as_owner(&db, few).await;
        let plan = plan(&db, &filled(&db, "RUNNING", &["nil", "200"])).await;
        assert!(plan.contains("cases_running"), "{plan}");
        assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{plan}");
        let page = case::running(&mut db.read().await.unwrap(), CaseId(uuid::Uuid::nil()), 200).await.unwrap();
        assert_eq!(page.len(), 40);
    }

    /// As with queues: one index at every level, in its order.
    async fn what_nobody_has_looked_at_is_read_no_further_than_it_is_shown(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        as_owner(&db, if t.is_postgres() {
            "INSERT INTO escalations (id, case_id, person_id, light, department, region, at)
                SELECT id, id, person_id, 'yellow', department, place, submitted_at
                FROM cases; ANALYZE escalations;"
        } else {
            "INSERT INTO escalations (id, case_id, person_id, light, department, region, at)
                SELECT id, id, person_id, 'yellow', department, place, submitted_at FROM cases;"
        }).await;
        for (name, index, from, to) in [
            ("UNSEEN", "escalations_unseen", "330000000000000", "339999999999999"),
            ("UNSEEN_IN_CITY", "escalations_unseen_in_city", "330200000000000", "330299999999999"),
            ("UNSEEN_IN_COUNTY", "escalations_unseen_in_county", "330203000000000", "330203999999999"),
            ("UNSEEN_IN_TOWNSHIP", "escalations_unseen_in_township", "330203000000000", "330203000999999"),
        ] {
            let values = ["'police'", from, to, "''", "start", "nil", "51"];
            let plan = plan(&db, &filled_of(&db, escalations::STATEMENTS, name, &values)).await;
            assert!(plan.contains(index), "{name}: {plan}");
            assert!(!plan.contains("Sort") && !plan.contains("TEMP B-TREE"), "{name}: {plan}");
            if t.is_postgres() {
                assert_eq!(read_in_vain(&plan), 0, "{name}: {plan}");
            }
        }
    }

    async fn a_queue_holds_what_lies_within_its_place_and_nothing_else(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        let mut tx = db.read().await.unwrap();
        let start = (Timestamp::MIN, CaseId(uuid::Uuid::nil()));
        for (code, office_only, waiting) in
            [("33", false, 20_000), ("3302", false, 4_000), ("330203", false, 200), ("330203", true, 200), ("3302", true, 0), ("330203001", false, 0)]
        {
            let desk = desk(code, office_only);
            let (mut seen, mut after) = (0, start);
            loop {
                let page = case::queue(&mut tx, &desk, CaseState::Submitted, &Narrow::default(), sight(), after, 1_000).await.unwrap();
                let Some(last) = page.last() else { break };
                after = (last.submitted_at.unwrap(), last.id);
                assert!(page.iter().all(|line| desk.holds("police", line.place)), "{code}");
                assert!(page.iter().is_sorted_by_key(|line| line.submitted_at), "{code}");
                seen += page.len();
            }
            assert_eq!(seen, waiting, "{code}");
            let figures = case::waiting(&mut tx, &desk, CaseState::Submitted, 100).await.unwrap();
            assert_eq!(figures.len(), waiting.min(100), "{code}");
        }
        let late = Narrow { light: Some(Light::Red), ..Narrow::default() };
        assert!(queue(&mut tx, &desk("33", false), &late, start).await.is_empty(), "none has a day");
        let free = Narrow { hands: Some(Hands::Free), ..Narrow::default() };
        assert_eq!(queue(&mut tx, &desk("3302", false), &free, start).await.len(), 20);
        assert_eq!(place("330203").level(), Level::County);
    }

    async fn changes_are_read_in_their_order(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        let mut tx = db.read().await.unwrap();
        let newest = changes::newest(&mut tx, 3).await.unwrap();
        let numbers = |all: &[changes::Change]| -> Vec<i64> { all.iter().map(|c| c.changed_at.seconds_since(at(0))).collect() };
        assert_eq!(numbers(&newest), [19_999, 19_998, 19_997]);
        let (after, last) = ((newest[2].changed_at, newest[2].id), newest[0].id);
        let later = changes::after(&mut tx, after, 10).await.unwrap();
        assert_eq!(numbers(&later), [19_998, 19_999]);
        assert_eq!((later[1].id, later[1].state, later[1].version), (last, CaseState::Submitted, 1));
        drop(tx);
        let sql = changes::STATEMENTS.iter().find(|s| s.name == "AFTER").unwrap().sql;
        let (at, nil) = match t.is_postgres() {
            true => ("TIMESTAMPTZ '2026-11-23 06:30:00Z'", "CAST('00000000-0000-0000-0000-000000000000' AS UUID)"),
            false => ("'2026-11-23T06:30:00.000000Z'", "x'00'"),
        };
        let plan = plan(&db, &sql.replace("$1", at).replace("$2", nil).replace("$3", "100")).await;
        assert!(plan.contains("cases_changed") && !plan.contains("Sort") && !plan.contains("TEMP"), "{plan}");
    }

    async fn views_are_each_ones_own_and_bounded(t: &TestDb) {
        let db = t.db();
        let (me, other) = (member(&db, 21).await, member(&db, 22).await);
        for slot in 1..=desk_views::MOST {
            assert!(keep_view(&db, &view(100 + slot as u128, me, slot)).await);
        }
        assert!(!keep_view(&db, &view(200, me, 7)).await, "the slot is taken");
        let beyond = view(201, me, desk_views::MOST + 1);
        let refused: Result<bool, Error> = db.write(move |tx| Box::pin(async move { desk_views::insert(tx, &beyond).await })).await;
        assert!(refused.is_err(), "there are no more slots");
        assert!(keep_view(&db, &view(300, other, 1)).await);

        let mut tx = db.read().await.unwrap();
        let mine = desk_views::of_staff(&mut tx, me).await.unwrap();
        assert_eq!(mine.len() as i64, desk_views::MOST);
        assert_eq!(mine[0], view(101, me, 1));
        assert_eq!(desk_views::by_id(&mut tx, mine[0].id, other).await.unwrap(), None, "not theirs");
        assert_eq!(desk_views::default_of(&mut tx, me).await.unwrap(), None);
        drop(tx);

        let (first, second, theirs) = (mine[0].id, mine[1].id, DeskViewId(id(300)));
        for (choose, done) in [(Some(first), true), (Some(second), true), (Some(theirs), false)] {
            assert_eq!(write(&db, move |tx| Box::pin(desk_views::set_default(tx, me, choose))).await, done);
            let default = desk_views::default_of(&mut db.read().await.unwrap(), me).await.unwrap();
            assert_eq!(default.map(|view| view.id), choose.filter(|_| done));
        }
        assert!(write(&db, move |tx| Box::pin(desk_views::rename(tx, first, me, "急件"))).await);
        assert!(!write(&db, move |tx| Box::pin(desk_views::rename(tx, theirs, me, "急件"))).await);
        assert!(!write(&db, move |tx| Box::pin(desk_views::delete(tx, theirs, me))).await);
        assert!(write(&db, move |tx| Box::pin(desk_views::delete(tx, second, me))).await);
        let mine = desk_views::of_staff(&mut db.read().await.unwrap(), me).await.unwrap();
        assert_eq!((mine.len() as i64, mine[0].name.as_str()), (desk_views::MOST - 1, "急件"));
    }

    async fn a_note_stays_and_is_struck_by_its_author_only(t: &TestDb) {
        let db = t.db();
        province(&db).await;
        let case = changes::newest(&mut db.read().await.unwrap(), 1).await.unwrap()[0].id;
        let (me, other) = (StaffId(id(21)), StaffId(id(22)));
        let written: Vec<Note> = (0..3)
            .map(|n| Note {
                id: NoteId(id(400 + n)),
                case_id: case,
                person_id: PersonId(id(PERSON)),
                staff_id: me,
                words: vec![n as u8],
                at: at(n as i64),
                struck_at: None,
            })
            .collect();
        let all = written.clone();
        write(&db, move |tx| Box::pin(async move {
            for note in &all {
                notes::insert(tx, note).await?;
            }
            Ok(())
        })).await;
        let mut tx = db.read().await.unwrap();
        assert_eq!(notes::of_case(&mut tx, case, 10).await.unwrap(), written);
        assert_eq!(notes::count(&mut tx, case, 2).await.unwrap(), 2, "counted no further");
        assert_eq!(notes::count(&mut tx, case, 10).await.unwrap(), 3);
        drop(tx);
        let note = written[1].id;
        for (who, of, done) in [(other, case, false), (me, CaseId(id(999)), false), (me, case, true), (me, case, false)] {
            assert_eq!(write(&db, move |tx| Box::pin(notes::strike(tx, note, of, who, at(60)))).await, done);
        }
        let kept = notes::of_case(&mut db.read().await.unwrap(), case, 10).await.unwrap();
        assert_eq!(kept.iter().map(|n| n.struck_at).collect::<Vec<_>>(), [None, Some(at(60)), None]);
        assert_eq!(kept[1].words, written[1].words);
    }

    async fn templates_of_an_office_are_bounded_and_changed_once(t: &TestDb) {
        let db = t.db();
        ground(&db).await;
        let template = |n: u128, kind, slot| TemplateRow {
            id: TemplateId(id(n)),
            office_id: OfficeId(id(OFFICE)),
            kind,
            slot,
            title: format!("模板{n}"),
            words: "请于{due}前补齐".into(),
            version: 1,
            changed_at: at(0),
        };
        let keep = async |row: TemplateRow| write(&db, move |tx| Box::pin(async move { reason_templates::insert(tx, &row).await })).await;
        for slot in 1..=reason_templates::MOST {
            assert!(keep(template(500 + slot as u128, ReasonKind::Refuse, slot)).await);
        }
        assert!(!keep(template(600, ReasonKind::Refuse, 3)).await, "the slot is taken");
        assert!(keep(template(601, ReasonKind::Decline, 3)).await, "of another kind it is not");
        let mut tx = db.read().await.unwrap();
        let refusals = reason_templates::of_kind(&mut tx, OfficeId(id(OFFICE)), ReasonKind::Refuse).await.unwrap();
        assert_eq!(refusals.len() as i64, reason_templates::MOST);
        assert_eq!(refusals[0], template(501, ReasonKind::Refuse, 1));
        assert_eq!(reason_templates::of_office(&mut tx, OfficeId(id(OFFICE))).await.unwrap().len(), refusals.len() + 1);
        assert!(reason_templates::of_office(&mut tx, OfficeId(id(7))).await.unwrap().is_empty());
        drop(tx);
        let id = refusals[0].id;
        for (version, done) in [(1, true), (1, false), (2, true)] {
            assert_eq!(write(&db, move |tx| Box::pin(reason_templates::change(tx, id, version, "新", "新的理由", at(5)))).await, done);
        }
        assert_eq!(reason_templates::by_id(&mut db.read().await.unwrap(), id).await.unwrap().unwrap().version, 3);
        assert!(write(&db, move |tx| Box::pin(reason_templates::delete(tx, id))).await);
        assert!(!write(&db, move |tx| Box::pin(reason_templates::delete(tx, id))).await);
    }

    async fn who_changes_a_member_has_its_form_first(t: &TestDb) {
        let (db, other) = (t.db(), t.second().await);
        ground(&db).await;
        let new = |n: u128, bundle: Option<u128>| NewCase {
            id: CaseId(id(n)),
            person_id: PersonId(id(PERSON)),
            entity_id: None,
            service_code: "permit".into(),
            version_id: VersionId(id(OFFICE)),
            department: "police".into(),
            place: place("330106"),
            raw_answers: vec![1],
            previous_id: None,
            created_at: at(0),
            bundle_id: bundle.map(|form| CaseId(id(form))),
        };
        for case in [new(11, None), new(12, Some(11)), new(13, Some(11))] {
            write(&db, move |tx| Box::pin(async move { case::insert(tx, &case).await })).await;
        }
        if !t.is_postgres() {
            // One writes at a time there.
            return;
        }
        let free = write(&db, move |tx| {
            let other = other.clone();
            Box::pin(async move {
                let member = case::lock(tx, CaseId(id(12))).await?;
                assert_eq!(member.map(|case| case.line.id), Some(CaseId(id(12))));
                let mut free = Vec::new();
                for n in [11, 12, 13] {
                    if is_free(&other, CaseId(id(n))).await {
                        free.push(n);
                    }
                }
                Ok(free)
            })
        })
        .await;
        assert_eq!(free, [13], "the form is taken together with the member");
    }
}
