//! Sealing everything anew with the current key, while the portal runs.

use std::collections::BTreeMap;

use serde_json::json;
use storage::audit::{self, Entry};
use storage::keys::key_checks;
use storage::keys::sealed::{self, COLUMNS, Column, Row};
use storage::{Db, Tx};

use crate::Backend;
use crate::identity::sealed_words;
use crate::sealing::{KeyRing, Place};

/// Walks through all columns at most; more are needed only while another process seals with an old key.
const PASSES: usize = 5;
/// Entries of the audit trail read at a time.
const PAGE: i64 = 500;

/// What a run did, and what it could not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    /// Values that got another envelope.
    pub values: u64,
    /// Keys other than the current one, and what is still sealed with each. Without anything a key may go.
    pub old_keys: BTreeMap<u32, Needed>,
    /// Values that no key of the ring opens.
    pub unopenable: u64,
}

/// What a key is still needed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// Values that could not be sealed anew, or came while this went on.
    pub values: u64,
    /// Words in the audit trail, which stay as they are for ever.
    pub audit: u64,
    /// Values that are gone in half an hour.
    pub passing: bool,
}

impl Needed {
    pub fn nothing(self) -> bool {
        self == Needed::default()
    }
}

/// Seals what older keys sealed with the current key, a few rows in each transaction; `told` hears of each column how
/// many values. Killed half-way it has done that much, and another run does the rest. Values that somebody changes
/// meanwhile are left alone and looked at once more.
pub async fn reseal(
    backend: &Backend,
    mut told: impl FnMut(&Column, u64) + Send,
) -> Result<Resealed, storage::Error> {
    let mut done = Resealed::default();
    let mut last = Pass::default();
    for _ in 0..PASSES {
        last = Pass::default();
        for column in COLUMNS {
            let values = reseal_column(backend, column, &mut last).await?;
            if values > 0 {
                told(column, values);
            }
            done.values += values;
        }
        // What came in behind our back is found by the next pass.
        if last.found.is_empty() {
            break;
        }
    }
    done.unopenable = last.unopenable.values().sum();
    done.old_keys = needed(backend, &last).await?;
    keep_record(backend, &done).await?;
    Ok(done)
}

/// What one walk through all columns came upon, by the key that had sealed it.
#[derive(Default)]
struct Pass {
    found: BTreeMap<u32, u64>,
    unopenable: BTreeMap<u32, u64>,
}

async fn reseal_column(
    backend: &Backend,
    column: &'static Column,
    pass: &mut Pass,
) -> Result<u64, storage::Error> {
    let ring = &backend.keys;
    let (mut after, mut values) = (Row::START, 0);
    loop {
        let page = sealed::page(&mut backend.db.read().await?, column, &after, &ring.current().to_be_bytes())
            .await?;
        let Some(last) = page.last() else { return Ok(values) };
        after = Row { value: None, ..last.clone() };
        let mut anew = Vec::new();
        for row in page {
            // A value that was erased is empty.
            let Some(old) = row.value.clone().filter(|value| !value.is_empty()) else { continue };
            let (key, id) = (KeyRing::key_of(&old).unwrap_or_default(), row.id);
            let place = Place::new(column.table, column.name, &id);
            let counted = match ring.open_sealed(place, &old) {
                Ok(plain) => {
                    anew.push((row, old, backend.seal(place, &plain)));
                    &mut pass.found
                }
                Err(_) => {
                    tracing::warn!(table = column.table, column = column.name, %id, "a value cannot be opened");
                    &mut pass.unopenable
                }
            };
            *counted.entry(key).or_default() += 1;
        }
        values += replace(&backend.db, column, anew).await?;
    }
}

async fn replace(
    db: &Db,
    column: &'static Column,
    anew: Vec<(Row, Vec<u8>, Vec<u8>)>,
) -> Result<u64, storage::Error> {
    if anew.is_empty() {
        return Ok(0);
    }
    db.write(move |tx| {
        Box::pin(async move {
            let mut replaced = 0;
            for (row, old, new) in &anew {
                replaced += u64::from(sealed::replace(tx, column, row, old, new).await?);
            }
            Ok(replaced)
        })
    })
    .await
}

/// What each old key of the ring is still needed for.
async fn needed(backend: &Backend, pass: &Pass) -> Result<BTreeMap<u32, Needed>, storage::Error> {
    let ring = &backend.keys;
    let mut needed: BTreeMap<u32, Needed> =
        ring.ids().filter(|id| *id != ring.current()).map(|id| (id, Needed::default())).collect();
    for (key, values) in pass.found.iter().chain(&pass.unopenable) {
        needed.entry(*key).or_default().values += values;
    }
    let mut tx = backend.db.read().await?;
    for key in sealed::passing(&mut tx).await? {
        let id = <[u8; 4]>::try_from(key).map(u32::from_be_bytes).unwrap_or_default();
        if let Some(key) = needed.get_mut(&id) {
            key.passing = true;
        }
    }
    count_words(&mut tx, &mut needed).await?;
    Ok(needed)
}

/// Words that clerks gave as a purpose stand sealed in entries of the audit trail.
async fn count_words(tx: &mut Tx, needed: &mut BTreeMap<u32, Needed>) -> Result<(), storage::Error> {
    let (mut lane, mut seq) = (i64::MIN, 0);
    loop {
        let page = audit::page(tx, lane, seq, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        (lane, seq) = (last.lane, last.seq);
        for record in &page {
            let id = sealed_words(&record.detail).as_deref().and_then(KeyRing::key_of);
            if let Some(key) = id.and_then(|id| needed.get_mut(&id)) {
                key.audit += 1;
            }
        }
    }
}

/// Notes the run, and forgets the checks of keys that nothing needs: a ring without them is the right one, too.
async fn keep_record(backend: &Backend, done: &Resealed) -> Result<(), storage::Error> {
    let unused: Vec<u32> = done.old_keys.iter().filter(|(_, n)| n.nothing()).map(|(id, _)| *id).collect();
    let (now, current) = (backend.now(), backend.keys.current());
    let detail = json!({ "values": done.values, "unopenable": done.unopenable, "unused": unused });
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                for id in unused {
                    key_checks::remove(tx, i64::from(id)).await?;
                }
                let entry = Entry {
                    at: now,
                    actor: audit::Actor::System,
                    action: "keys.reseal",
                    subject_kind: "key",
                    subject_id: current.to_string(),
                    person: None,
                    purpose: None,
                    detail,
                };
                audit::append(tx, entry)
            })
        })
        .await
}
