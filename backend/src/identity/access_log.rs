//! 谁看过我的数据: who read a person's data, when and for what purpose.

use std::collections::BTreeMap;

use domain::ids::{CaseId, StaffId};
use domain::text::Text;
use domain::time::Timestamp;
use storage::audit::{self, Cursor, Record};
use storage::cases::case;

use super::act_for::may_act_for;
use super::actor::PersonActor;
use super::purpose::{Purpose, open_words};
use crate::Backend;
use crate::organisation::posts_of;

/// Entries on a page.
const PAGE: usize = 20;
/// Records looked at for one page at most: between two readings there may be many entries of other kinds.
const LOOKED_AT: usize = 400;

/// Who read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A member of staff, of this office at that time.
    Staff {
        office: Option<Text>,
    },
    Myself,
    /// The portal itself, on the person's behalf.
    Portal,
}

/// One reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEntry {
    pub at: Timestamp,
    pub reader: Reader,
    /// `domain.verb`.
    pub action: String,
    /// What was read: its kind and identifier.
    pub subject_kind: String,
    pub subject_id: String,
    /// The reader's own case that it was for, while there is one.
    pub case: Option<AccessCase>,
    /// The register that was asked, and for which facts.
    pub register: Option<(String, Vec<String>)>,
    /// The fact, or the question of the case, that was seen in full.
    pub seen: Option<Seen>,
    /// `None` where the code is one that this version does not know.
    pub purpose: Option<Purpose>,
    /// What the reader added in own words.
    pub words: Option<String>,
}

/// The case that data were read for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessCase {
    pub id: CaseId,
    /// Code of the service.
    pub service: String,
}

/// What was looked at behind its mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Fact(String),
    Field(String),
}

/// A page of readings, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPage {
    pub entries: Vec<AccessEntry>,
    /// Where the next page begins, if there may be more.
    pub next: Option<Cursor>,
}

/// Readings of my data: every entry of the audit trail about me that states a purpose.
pub async fn who_read_my_data(
    backend: &Backend,
    me: &PersonActor,
    mut cursor: Cursor,
) -> Result<AccessPage, storage::Error> {
    let mut tx = backend.db.read().await?;
    let mut found: Vec<Record> = Vec::new();
    let (mut looked_at, mut more) = (0, true);
    while found.len() < PAGE && looked_at < LOOKED_AT && more {
        let page = audit::about_person(&mut tx, me.id, cursor, 100).await?;
        more = page.len() == 100;
        looked_at += page.len();
        for record in page {
            if found.len() == PAGE {
                more = true;
                break;
            }
            cursor = record.cursor();
            if is_reading(&record) {
                found.push(record);
            }
        }
    }
    let mut offices: BTreeMap<(StaffId, Timestamp), Text> = BTreeMap::new();
    for record in &found {
        if record.actor_kind == "staff"
            && let Some(id) = record.actor_id.map(StaffId)
            && let Some(post) = posts_of(&mut tx, id, record.at).await?.posts.into_iter().next()
        {
            offices.insert((id, record.at), post.office.name);
        }
    }
    let mut cases: BTreeMap<String, AccessCase> = BTreeMap::new();
    for record in found.iter().filter(|record| record.subject_kind == "case") {
        if !cases.contains_key(&record.subject_id)
            && let Ok(id) = record.subject_id.parse()
            && let Some(case) = case::by_id(&mut tx, id).await?.filter(|case| case.person_id == me.id)
            && may_act_for(&mut tx, me.id, case.entity_id).await?
        {
            let service = case.service_code.clone();
            cases.insert(record.subject_id.clone(), AccessCase { id, service });
        }
    }
    let entries = found.into_iter().map(|record| entry(backend, record, &offices, &cases)).collect();
    Ok(AccessPage { entries, next: more.then_some(cursor) })
}

/// Consents state a purpose too, and are listed elsewhere.
fn is_reading(record: &Record) -> bool {
    record.purpose.is_some() && !record.action.starts_with("consents.")
}

fn entry(
    backend: &Backend,
    record: Record,
    offices: &BTreeMap<(StaffId, Timestamp), Text>,
    cases: &BTreeMap<String, AccessCase>,
) -> AccessEntry {
    let detail: serde_json::Value = serde_json::from_str(&record.detail).unwrap_or_default();
    let text = |name: &str| detail[name].as_str().map(str::to_owned);
    let facts = detail["facts"].as_array().into_iter().flatten();
    let facts = facts.filter_map(|fact| fact.as_str().map(str::to_owned)).collect();
    let office = || record.actor_id.and_then(|id| offices.get(&(StaffId(id), record.at)).cloned());
    AccessEntry {
        case: cases.get(&record.subject_id).cloned(),
        register: text("register").map(|register| (register, facts)),
        seen: text("fact").map(Seen::Fact).or_else(|| text("field").map(Seen::Field)),
        words: open_words(backend, &record.subject_id, &record.detail),
        at: record.at,
        reader: match record.actor_kind.as_str() {
            "staff" => Reader::Staff { office: office() },
            "person" => Reader::Myself,
            _ => Reader::Portal,
        },
        action: record.action,
        subject_kind: record.subject_kind,
        subject_id: record.subject_id,
        purpose: record.purpose.as_deref().and_then(Purpose::parse),
    }
}
