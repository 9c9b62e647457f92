//! Cases of an office that is no more go to the one that has its work now.

use domain::cases::EventKind;
use domain::ids::{CaseId, OfficeId, OutboxId};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::cases::{case, seats};
use storage::messages::outbox::{self, Leased, NewMessage};
use storage::organisation::offices::{self, OfficeRow};
use storage::{BoxFuture, Tx};

use super::clocks::clocked;
use super::examination::reseat;
use super::load::load_to_change;
use super::track::record;
use super::{CaseError, note};
use crate::Backend;
use crate::identity::Actor;
use crate::messages::{Handled, Handler};

/// Topic of moving what an office leaves.
pub const REHOME: &str = "cases-rehome";

/// Cases read at once; a run that has moved some of a page ends with it.
const PAGE: i64 = 100;
/// Pages of a run in which nothing can be moved.
const PAGES: usize = 10;
/// Seats of one run.
const SEATS: i64 = 500;
/// How far one follows who has the work of an office, when that one is no more either.
const HEIRS: usize = 20;
/// How long an office that is no more is looked at again: processes that have not heard of it leave cases there.
const LOOKED_AGAIN_DAYS: i64 = 30;
/// Offices looked at again in one go.
const OFFICES: i64 = 20;

/// What the outbox carries: nothing personal.
#[derive(Serialize, Deserialize)]
struct Leaving {
    office: OfficeId,
}

/// What became of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    moved: u64,
    /// Cases that could not be moved: the next run tries them again.
    stuck: u64,
    /// There is nobody to move them to.
    no_heir: bool,
}

/// Has everything moved that the office leaves, in the transaction that abolishes it.
pub(crate) async fn enqueue(
    backend: &Backend,
    tx: &mut Tx,
    office: OfficeId,
    now: Timestamp,
) -> Result<(), storage::Error> {
    let message = NewMessage {
        id: OutboxId(backend.id()),
        topic: REHOME,
        key: office.to_string(),
        payload: serde_json::to_vec(&Leaving { office }).unwrap_or_default(),
        created_at: now,
        available_at: now,
    };
    outbox::enqueue(tx, &message).await.map(drop)
}

/// The handler of [`REHOME`]: a page at a time, until nothing is left.
pub struct Rehome;

impl Handler for Rehome {
    fn handle<'a>(&'a self, backend: &'a Backend, message: &'a Leased) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            let Ok(leaving) = serde_json::from_slice::<Leaving>(&message.payload) else {
                return Handled::Bury("unreadable");
            };
            match run(backend, leaving.office).await {
                Ok(Run { no_heir: true, .. }) => Handled::Again("no-office"),
                Ok(Run { moved: 0, stuck: 0, .. }) => Handled::Done,
                Ok(Run { moved: 0, .. }) => Handled::Again("unmovable"),
                Ok(_) => Handled::Later { seconds: 0, code: "more" },
                Err(error) => {
                    tracing::warn!(office = %leaving.office, %error, "cases could not be moved");
                    // Not longer each time: there may have been hundreds of runs before.
                    Handled::Later { seconds: 5, code: "storage" }
                }
            }
        })
    }
}

/// Looks again at offices that are no more: a process that had not heard of it may have left a case there. Gives the number
/// of cases and seats that were moved.
pub(crate) async fn look_again(backend: &Backend) -> Result<u64, storage::Error> {
    let since = backend.now().plus_days(-LOOKED_AGAIN_DAYS);
    let left = offices::left_behind(&mut backend.db.read().await?, since, OFFICES).await?;
    let mut moved = 0;
    for office in left {
        moved += run(backend, office).await?.moved;
    }
    Ok(moved)
}

/// Moves a page of what there is at an office that is no more.
async fn run(backend: &Backend, id: OfficeId) -> Result<Run, storage::Error> {
    let mut run = Run::default();
    let mut tx = backend.db.read().await?;
    let Some(from) = offices::by_id(&mut tx, id).await? else { return Ok(run) };
    // Where a new one was opened, the cases are its.
    let stands = offices::open_at(&mut tx, &from.department, from.region).await?.is_some();
    if from.abolished_at.is_none() || stands {
        return Ok(run);
    }
    let Some(to) = heir(&mut tx, &from).await? else { return Ok(Run { no_heir: true, ..run }) };
    drop(tx);
    run.moved += move_seats(backend, &from, &to).await?;
    let mut last = None;
    for _ in 0..PAGES {
        let mut tx = backend.db.read().await?;
        let page = case::at_office(&mut tx, &from.department, from.region, last.as_ref(), PAGE).await?;
        drop(tx);
        let mut moved = 0;
        for line in &page {
            match one(backend, line.id, &from, &to).await {
                Ok(there) => moved += u64::from(there),
                Err(CaseError::Storage(error)) => return Err(error),
                // It stays where it was and is found again.
                Err(error) => {
                    run.stuck += 1;
                    tracing::warn!(case = %line.id, %error, "a case could not be moved");
                }
            }
        }
        run.moved += moved;
        if moved > 0 || (page.len() as i64) < PAGE {
            break;
        }
        last = page.into_iter().next_back();
    }
    Ok(run)
}

/// Who has the work of an office that is no more, or of the one that had it: an open office; else the one next above.
async fn heir(tx: &mut Tx, from: &OfficeRow) -> Result<Option<OfficeRow>, storage::Error> {
    let mut next = from.successor_id;
    for _ in 0..HEIRS {
        let Some(id) = next else { break };
        let Some(office) = offices::by_id(tx, id).await? else { break };
        if office.abolished_at.is_none() {
            return Ok(Some(office));
        }
        next = office.successor_id;
    }
    for place in from.region.ancestry().skip(1) {
        if let Some(office) = offices::open_at(tx, &from.department, place).await? {
            return Ok(Some(office));
        }
    }
    Ok(None)
}

async fn move_seats(backend: &Backend, from: &OfficeRow, to: &OfficeRow) -> Result<u64, storage::Error> {
    let (from, to) = ((from.department.clone(), from.region), (to.department.clone(), to.region));
    backend
        .db
        .write(move |tx| {
            Box::pin(async move { seats::rehome(tx, (&from.0, from.1), (&to.0, to.1), SEATS).await })
        })
        .await
}

/// `false` when the case is not there any more.
async fn one(backend: &Backend, id: CaseId, from: &OfficeRow, to: &OfficeRow) -> Result<bool, CaseError> {
    let (job, from, to) = (backend.clone(), from.clone(), to.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let opened = load_to_change(&job, tx, id).await?;
                let row = &opened.row;
                if !row.state.is_open() || (&row.department, row.place) != (&from.department, from.region) {
                    return Ok(false);
                }
                let dates = opened.clock().map(|clock| clocked(&job, clock)).unwrap_or_default();
                let now = job.now();
                reseat(&job, tx, &opened, &to.department, to.region).await?;
                if !case::relocate(tx, id, row.version, &to.department, to.region, &dates, now).await? {
                    return Err(CaseError::Changed);
                }
                let detail = json!({ "from": from.name(), "to": to.name() });
                record(&job, tx, row, EventKind::Transferred, &Actor::System, detail).await?;
                let detail = json!({ "from": from.id, "to": to.id });
                note(tx, &Actor::System, "cases.rehome", row, None, detail, now)?;
                Ok(true)
            })
        })
        .await
}
