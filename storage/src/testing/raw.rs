//! What the disk allows: the rows of filed cases once more, in plain inserts. For measurements.

use std::collections::HashMap;

use domain::ids::{CaseId, MessageId, OutboxId};
use domain::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::audit::{LANES, Record};
use crate::cases::{case::Case, events::Event};
use crate::messages::centre::Message;
use crate::reviews::rights::{self, Right};
use crate::{Db, Error, Tx, execute, fetch_all, fetch_one, statements};

statements! {
    CASES = "SELECT id, person_id, entity_id, service_code, version_id, department, reference, state, raw_answers, answers,
        decision, pending_facts, created_at, changed_at, submitted_at, due_on, closed_at, evidence_until,
        evidence_erased_at, version FROM cases WHERE submitted_at >= $1 ORDER BY id LIMIT $2";
    EVENTS = "SELECT id, case_id, person_id, at, kind, actor_kind, actor_id, detail FROM case_events WHERE at >= $1
        ORDER BY id LIMIT $2";
    AUDIT = "SELECT lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id, person_id, purpose, detail,
        prev_hash, hash FROM audit_entries WHERE at >= $1 AND action = 'cases.submit' ORDER BY seq LIMIT $2";
    MESSAGES = "SELECT id, person_id, kind, params, case_id, created_at, read_at FROM messages WHERE created_at >= $1
        ORDER BY id LIMIT $2";
    OUTBOX = "SELECT id, topic, key, payload, created_at, available_at FROM outbox WHERE created_at >= $1 ORDER BY id
        LIMIT $2";
    RIGHTS = "SELECT id, person_id, subject_kind, subject_id, service_code, department, place, handler, opened_at, asked_at,
        used_at, expires_at FROM review_rights WHERE opened_at >= $1 ORDER BY id LIMIT $2";
    PAYLOADS = "SELECT payload FROM outbox ORDER BY id LIMIT 10000";
    FLUSHES for Postgres = "SELECT current_setting('fsync') || ' ' || current_setting('synchronous_commit')";
    INSERT_CASE = "INSERT INTO cases (id, person_id, entity_id, service_code, version_id, department, reference, state,
        raw_answers, answers, decision, pending_facts, created_at, changed_at, submitted_at, due_on, closed_at,
        evidence_until, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    INSERT_EVENT = "INSERT INTO case_events (id, case_id, person_id, at, kind, actor_kind, actor_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_AUDIT = "INSERT INTO audit_entries (lane, seq, at, actor_kind, actor_id, action, subject_kind, subject_id,
        person_id, purpose, detail, prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_MESSAGE = "INSERT INTO messages (id, person_id, kind, params, case_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_OUTBOX = "INSERT INTO outbox (id, topic, key, payload, created_at, available_at, attempts)
        VALUES ($1, $2, $3, $4, $5, $6, 0)";
}

/// Lanes of the audit trail that nothing else uses begin here.
const OWN_LANES: i64 = 1000;

#[derive(Clone, Debug, FromRow)]
struct Out {
    id: OutboxId,
    topic: String,
    key: String,
    payload: Vec<u8>,
    created_at: Timestamp,
    available_at: Timestamp,
}

/// Whether a commit is on the disk when it is acknowledged. A PostgreSQL for tests may be set otherwise.
pub async fn is_durable(db: &Db) -> Result<bool, Error> {
    let mut tx = db.read().await?;
    if !tx.is_postgres() {
        return Ok(true);
    }
    let (settings,) = fetch_one!(&mut tx, (String,), FLUSHES)?;
    Ok(settings == "on on")
}

/// What all messages of the outbox hold, sent and given up ones too.
pub async fn payloads(db: &Db) -> Result<Vec<Vec<u8>>, Error> {
    let rows = fetch_all!(&mut db.read().await?, (Vec<u8>,), PAYLOADS)?;
    Ok(rows.into_iter().map(|(payload,)| payload).collect())
}

/// Everything that filing left behind.
#[derive(Clone, Debug)]
pub struct Rows {
    cases: Vec<Case>,
    events: Vec<Event>,
    audit: Vec<Record>,
    messages: Vec<Message>,
    outbox: Vec<Out>,
    rights: Vec<Right>,
}

impl Rows {
    /// The rows of cases filed at or after `since`, `limit` of each table at most.
    pub async fn filed_since(db: &Db, since: Timestamp, limit: i64) -> Result<Rows, Error> {
        let mut tx = db.read().await?;
        Ok(Rows {
            cases: fetch_all!(&mut tx, Case, CASES, since, limit)?,
            events: fetch_all!(&mut tx, Event, EVENTS, since, limit)?,
            audit: fetch_all!(&mut tx, Record, AUDIT, since, limit)?,
            messages: fetch_all!(&mut tx, Message, MESSAGES, since, limit)?,
            outbox: fetch_all!(&mut tx, Out, OUTBOX, since, limit)?,
            rights: fetch_all!(&mut tx, Right, RIGHTS, since, limit)?,
        })
    }

    /// How many cases there are.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// How many rows there are for one case.
    pub fn per_case(&self) -> f64 {
        let all = self.cases.len()
            + self.events.len()
            + self.audit.len()
            + self.messages.len()
            + self.outbox.len()
            + self.rights.len();
        all as f64 / self.cases.len().max(1) as f64
    }

    /// Cuts into batches of about `cases` cases each, under names that no row has yet.
    pub fn batches(mut self, cases: usize) -> Vec<Rows> {
        // Times in the ids stay, so that they grow as real ones do.
        let renamed = |id: &mut Uuid| *id = Uuid::from_u128(id.as_u128() ^ 1);
        let lane = OWN_LANES + self.cases.first().map_or(0, |c| c.created_at.as_micros() / 1000);
        for (number, case) in self.cases.iter_mut().enumerate() {
            renamed(&mut case.line.id.0);
            case.line.reference = Some(format!("{lane}-{number}"));
        }
        for event in &mut self.events {
            renamed(&mut event.id);
            renamed(&mut event.case_id.0);
        }
        for record in &mut self.audit {
            // Numbers are counted in each lane.
            record.lane += lane * LANES;
        }
        for Message { id: MessageId(id), case_id, .. } in &mut self.messages {
            renamed(id);
            if let Some(CaseId(case)) = case_id {
                renamed(case);
            }
        }
        for message in &mut self.outbox {
            renamed(&mut message.id.0);
            message.key = message.id.0.to_string();
        }
        for right in &mut self.rights {
            renamed(&mut right.id.0);
            renamed(&mut right.subject_id);
        }
        let size = cases.max(1);
        let count = self.cases.len().div_ceil(size);
        let batch: HashMap<CaseId, usize> =
            self.cases.iter().enumerate().map(|(number, case)| (case.id, number / size)).collect();
        // A row comes after the case it points to.
        let of = |case: CaseId, number: usize| batch.get(&case) == Some(&number);
        (0..count)
            .map(|number| Rows {
                cases: part(&self.cases, number, count, size),
                events: self.events.iter().filter(|e| of(e.case_id, number)).cloned().collect(),
                audit: part(&self.audit, number, count, size),
                messages: self
                    .messages
                    .iter()
                    .filter(|m| m.case_id.is_some_and(|case| of(case, number)))
                    .cloned()
                    .collect(),
                outbox: part(&self.outbox, number, count, size),
                rights: part(&self.rights, number, count, size),
            })
            .collect()
    }

    /// Inserts all of it in one durable transaction.
    pub async fn insert(self, db: &Db) -> Result<(), Error> {
        db.write(move |tx| Box::pin(async move { self.insert_into(tx).await })).await
    }

    async fn insert_into(&self, tx: &mut Tx) -> Result<(), Error> {
        for c in &self.cases {
            execute!(
                tx,
                INSERT_CASE,
                c.id,
                c.person_id,
                c.entity_id,
                &c.service_code,
                c.version_id,
                &c.department,
                &c.reference,
                c.state,
                &c.raw_answers,
                &c.answers,
                &c.decision,
                c.pending_facts,
                c.created_at,
                c.changed_at,
                c.submitted_at,
                &c.due_on,
                c.closed_at,
                c.evidence_until,
                c.version
            )?;
        }
        for e in &self.events {
            execute!(
                tx,
                INSERT_EVENT,
                e.id,
                e.case_id,
                e.person_id,
                e.at,
                &e.kind,
                &e.actor_kind,
                e.actor_id,
                &e.detail
            )?;
        }
        for r in &self.audit {
            execute!(
                tx,
                INSERT_AUDIT,
                r.lane,
                r.seq,
                r.at,
                &r.actor_kind,
                r.actor_id,
                &r.action,
                &r.subject_kind,
                &r.subject_id,
                r.person_id,
                &r.purpose,
                &r.detail,
                &r.prev_hash,
                &r.hash
            )?;
        }
        for m in &self.messages {
            execute!(tx, INSERT_MESSAGE, m.id, m.person_id, &m.kind, &m.params, m.case_id, m.created_at)?;
        }
        for o in &self.outbox {
            execute!(tx, INSERT_OUTBOX, o.id, &o.topic, &o.key, &o.payload, o.created_at, o.available_at)?;
        }
        for right in &self.rights {
            rights::insert(tx, right).await?;
        }
        Ok(())
    }
}

/// The `number`th of `count` parts; the last one takes what is left.
fn part<T: Clone>(all: &[T], number: usize, count: usize, size: usize) -> Vec<T> {
    let end = if number + 1 == count { all.len() } else { (number + 1) * size };
    all.get(number * size..end.min(all.len())).unwrap_or_default().to_vec()
}
