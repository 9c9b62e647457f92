//! Putting somebody on a post: for good, or in the place of a colleague for a while (代岗).

use domain::identity::Role;
use domain::ids::{AppointmentId, PostId, StaffId};
use domain::organisation::giving::{PeriodFault, go_together, period};
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::identity::staff;
use storage::organisation::appointments::{self, AppointmentRow};
use storage::organisation::offices;
use storage::organisation::posts::{self, PostRow};

use super::giving::{may_lend, may_put, roles, scope_of_post};
use super::open_office::note;
use super::staff_posts::posts_of;
use super::{OrganisationError, refused};
use crate::Backend;
use crate::identity::{Actor, Denied, StaffActor, may_organise};

/// The longest reason, in characters.
pub const MAX_DEPUTY_REASON: usize = 200;

/// An appointment to make.
#[derive(Clone, Debug)]
pub struct Appointing {
    pub post: PostId,
    pub staff: StaffId,
    /// Whose post it is, for a deputy.
    pub deputy_for: Option<StaffId>,
    /// Why, for a deputy.
    pub reason: Option<String>,
    /// Nothing begins before it is said.
    pub starts_at: Timestamp,
    /// A deputy's ends.
    pub ends_at: Option<Timestamp>,
}

/// Puts somebody on a post. System administrators of the place do, save for accounts that they made or whose password they
/// know; who is on a post may have a colleague of the department stand in, and so may who supervises the cases that it is for,
/// with the same exception. Nobody appoints themself.
pub async fn appoint(
    backend: &Backend,
    actor: &Actor,
    new: Appointing,
) -> Result<AppointmentId, OrganisationError> {
    let post = new.post.0;
    let done = make(backend, actor, new).await;
    refused::audited(backend, actor, "post", post, done).await
}

async fn make(backend: &Backend, actor: &Actor, new: Appointing) -> Result<AppointmentId, OrganisationError> {
    let now = backend.now();
    let made_by = actor.staff().ok().map(|staff| staff.id);
    if new.deputy_for == Some(new.staff) {
        return Err(OrganisationError::OwnPost);
    }
    if made_by == Some(new.staff) {
        return Err(Denied::Forbidden.into());
    }
    let starts_at = new.starts_at.max(now);
    checked_time(&new, starts_at, now)?;
    let row = AppointmentRow {
        id: AppointmentId(backend.id()),
        post_id: new.post,
        staff_id: new.staff,
        deputy_for: new.deputy_for,
        reason: checked_reason(new.reason.as_deref())?,
        starts_at,
        ends_at: new.ends_at,
        made_by,
        ended_at: None,
        ended_by: None,
    };
    let (id, actor) = (row.id, actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let post = posts::by_id(tx, row.post_id).await?.filter(|post| post.closed_at.is_none());
                let post = post.ok_or(OrganisationError::NotFound)?;
                match row.deputy_for {
                    None => may_put(tx, &actor, row.staff_id, &scope_of_post(&post), now).await?,
                    Some(absent) => may_deputise(tx, &actor, &post, &row, absent, now).await?,
                }
                // What is refused for good is told before somebody proves again who they are.
                actor.require_recent()?;
                insert(tx, &actor, &post, &row, now).await
            })
        })
        .await?;
    Ok(id)
}

fn checked_time(new: &Appointing, starts_at: Timestamp, now: Timestamp) -> Result<(), OrganisationError> {
    match (new.deputy_for, new.ends_at) {
        (Some(_), Some(end)) => period(starts_at, end, now).map_err(|fault| match fault {
            PeriodFault::Backwards => OrganisationError::Time,
            PeriodFault::Past => OrganisationError::Past,
            PeriodFault::TooLong => OrganisationError::TooLong,
        }),
        (Some(_), None) => Err(OrganisationError::Time),
        (None, Some(end)) if end <= starts_at => Err(OrganisationError::Time),
        (None, _) => Ok(()),
    }
}

fn checked_reason(reason: Option<&str>) -> Result<Option<String>, OrganisationError> {
    let reason = reason.map(str::trim).filter(|words| !words.is_empty());
    let fits =
        |words: &&str| words.chars().count() <= MAX_DEPUTY_REASON && !words.chars().any(char::is_control);
    match reason {
        Some(words) if !fits(&words) => Err(OrganisationError::Reason),
        reason => Ok(reason.map(str::to_owned)),
    }
}

/// Keeps an appointment that its maker may make.
pub(crate) async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    post: &PostRow,
    row: &AppointmentRow,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    let member = staff::lock(tx, row.staff_id).await?.filter(|member| member.active);
    member.ok_or(OrganisationError::NotFound)?;
    let until = row.ends_at.unwrap_or(Timestamp::MAX);
    let others = appointments::during(tx, row.staff_id, row.starts_at, until).await?;
    if others.iter().any(|other| other.post_id == row.post_id) {
        return Err(OrganisationError::AlreadyOn);
    }
    // What is to come counts like what is: nobody comes to both by waiting.
    let mut all: Vec<Role> = roles(&post.roles);
    all.extend(others.iter().flat_map(|other| roles(&other.roles)));
    if !go_together(&all) {
        return Err(OrganisationError::SystemAndCases);
    }
    appointments::insert(tx, row).await?;
    let detail = json!({
        "post": row.post_id, "staff": row.staff_id, "deputy_for": row.deputy_for,
        "starts_at": row.starts_at, "ends_at": row.ends_at,
    });
    let action = if row.deputy_for.is_some() { "organisation.deputise" } else { "organisation.appoint" };
    Ok(note(tx, actor, action, "staff", row.staff_id.0, detail, now)?)
}

/// Ends an appointment before its time; what was done under it stays. Who may make it may end it, and so may the deputy. With
/// an appointment ends what deputies do in its place.
pub async fn end_appointment(
    backend: &Backend,
    actor: &Actor,
    id: AppointmentId,
) -> Result<(), OrganisationError> {
    let (now, who) = (backend.now(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = appointments::by_id(tx, id).await?.ok_or(OrganisationError::NotFound)?;
                let post = posts::by_id(tx, row.post_id).await?.ok_or(OrganisationError::NotFound)?;
                may_end(&who, &post, &row)?;
                // Nobody hands over meanwhile what ends here.
                staff::lock(tx, row.staff_id).await?;
                let by = who.staff().ok().map(|staff| staff.id);
                if appointments::end(tx, id, by, now).await? {
                    if row.deputy_for.is_none() {
                        appointments::end_deputies(tx, post.id, row.staff_id, by, now).await?;
                    }
                    let detail = json!({ "post": row.post_id, "appointment": id });
                    note(tx, &who, "organisation.end_appointment", "staff", row.staff_id.0, detail, now)?;
                }
                Ok(())
            })
        })
        .await;
    refused::audited(backend, actor, "appointment", id.0, done).await
}

fn may_end(actor: &Actor, post: &PostRow, row: &AppointmentRow) -> Result<(), OrganisationError> {
    let staff = actor.staff().ok();
    let theirs = |staff: &StaffActor| {
        row.deputy_for == Some(staff.id)
            || (row.deputy_for.is_some() && (row.staff_id == staff.id || supervises(staff, post)))
    };
    if staff.is_some_and(theirs) {
        return Ok(());
    }
    Ok(may_organise(actor, &scope_of_post(post))?)
}

/// Whether the post is for cases and nothing else, and they supervise those.
fn supervises(staff: &StaffActor, post: &PostRow) -> bool {
    let scope = scope_of_post(post);
    let on_cases = |code: &String| Role::from_code(code).is_some_and(Role::handles_cases);
    post.roles.iter().all(on_cases)
        && staff.grants.iter().any(|g| g.role == Role::Supervise && g.scope.includes(&scope))
}

/// Whether the actor may have the member of `row` stand in for `absent`, who has to be on the post, with posts of their own in
/// the department.
async fn may_deputise(
    tx: &mut Tx,
    actor: &Actor,
    post: &PostRow,
    row: &AppointmentRow,
    absent: StaffId,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    let is_theirs = |staff: &StaffActor| staff.id == absent || supervises(staff, post);
    if !actor.staff().is_ok_and(is_theirs) {
        may_organise(actor, &scope_of_post(post))?;
    }
    // Of several who hand over one post at once the later ones see what the first did; in one order, so that nobody waits for
    // who waits for them.
    let mut both = [absent, row.staff_id];
    both.sort();
    for member in both {
        staff::lock(tx, member).await?;
    }
    // The post must be theirs: a deputy hands nothing on.
    let on_it = posts_of(tx, absent, now).await?;
    let own = on_it.posts.iter().find(|held| held.post == post.id && held.deputy_for.is_none());
    let own = own.ok_or(OrganisationError::NotFound)?;
    let until = row.ends_at.ok_or(OrganisationError::Time)?;
    if own.ends_at.is_some_and(|end| end < until) {
        return Err(OrganisationError::Time);
    }
    let office = offices::by_id(tx, post.office_id).await?.ok_or(OrganisationError::NotFound)?;
    let theirs = posts_of(tx, row.staff_id, now).await?;
    let colleague =
        |held: &super::HeldPost| held.deputy_for.is_none() && held.office.department == office.department;
    if !theirs.posts.iter().any(colleague) {
        return Err(OrganisationError::NotEligible);
    }
    may_lend(tx, actor, row.staff_id, now).await?;
    if appointments::has_deputy_during(tx, post.id, absent, row.starts_at, until).await? {
        return Err(OrganisationError::HasDeputy);
    }
    Ok(())
}
