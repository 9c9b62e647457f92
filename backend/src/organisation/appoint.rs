//! Putting somebody on a post: for good, or in the place of a colleague for a while (代岗).

use domain::identity::Role;
use domain::ids::{AppointmentId, PostId, StaffId};
use domain::organisation::Scope;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::identity::staff;
use storage::organisation::appointments::{self, AppointmentRow};
use storage::organisation::posts::{self, PostRow};

use super::OrganisationError;
use super::open_office::note;
use super::staff_posts::posts_of;
use crate::Backend;
use crate::identity::{Actor, Denied, may_organise};

/// A deputy stands in for so many days at most.
const LONGEST_DEPUTY_DAYS: i64 = 184;
/// The longest reason, in characters.
const REASON: usize = 200;

/// An appointment to make.
#[derive(Clone, Debug)]
pub struct Appointing {
    pub post: PostId,
    pub staff: StaffId,
    /// Whose post it is, for a deputy.
    pub deputy_for: Option<StaffId>,
    /// Why, for a deputy.
    pub reason: Option<String>,
    pub starts_at: Timestamp,
    /// A deputy's ends.
    pub ends_at: Option<Timestamp>,
}

/// Puts somebody on a post. System administrators of the place do; who is on a post may have a colleague stand in, and so
/// may who supervises it. Nobody appoints themself.
pub async fn appoint(
    backend: &Backend,
    actor: &Actor,
    new: Appointing,
) -> Result<AppointmentId, OrganisationError> {
    let now = backend.now();
    let made_by = actor.staff().ok().map(|staff| staff.id);
    if made_by == Some(new.staff) {
        return Err(Denied::Forbidden.into());
    }
    if new.deputy_for == Some(new.staff) {
        return Err(OrganisationError::OwnPost);
    }
    let bounded = new.ends_at.is_some_and(|end| end <= new.starts_at.plus_days(LONGEST_DEPUTY_DAYS));
    if new.ends_at.is_some_and(|end| end <= new.starts_at) || (new.deputy_for.is_some() && !bounded) {
        return Err(OrganisationError::Time);
    }
    let reason = new.reason.as_deref().map(str::trim).filter(|words| !words.is_empty());
    if reason.is_some_and(|words| words.chars().count() > REASON || words.chars().any(char::is_control)) {
        return Err(OrganisationError::Name);
    }
    let row = AppointmentRow {
        id: AppointmentId(backend.id()),
        post_id: new.post,
        staff_id: new.staff,
        deputy_for: new.deputy_for,
        reason: reason.map(str::to_owned),
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        made_by,
        ended_at: None,
    };
    let (id, actor) = (row.id, actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let post = posts::by_id(tx, row.post_id).await?.filter(|post| post.closed_at.is_none());
                let post = post.ok_or(OrganisationError::NotFound)?;
                may_appoint(tx, &actor, &post, row.deputy_for, now).await?;
                insert(tx, &actor, &post, &row, now).await
            })
        })
        .await?;
    Ok(id)
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
    // Whoever looks after the portal works on no case, and the other way round.
    let roles = |codes: &[String]| -> Vec<Role> { codes.iter().filter_map(|c| Role::from_code(c)).collect() };
    let mut all = roles(&post.roles);
    let held = posts_of(tx, row.staff_id, now).await?;
    all.extend(held.posts.iter().flat_map(|post| post.roles.iter().copied()));
    if all.contains(&Role::System) && all.iter().any(|role| role.handles_cases()) {
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

/// Ends an appointment before its time; what was done under it stays. Who may make it may end it, and so may the deputy.
pub async fn end_appointment(
    backend: &Backend,
    actor: &Actor,
    id: AppointmentId,
) -> Result<(), OrganisationError> {
    let (now, actor) = (backend.now(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = appointments::by_id(tx, id).await?.ok_or(OrganisationError::NotFound)?;
                let post = posts::by_id(tx, row.post_id).await?.ok_or(OrganisationError::NotFound)?;
                let own = row.deputy_for.is_some() && actor.staff().is_ok_and(|s| s.id == row.staff_id);
                if !own {
                    may_appoint(tx, &actor, &post, row.deputy_for, now).await?;
                }
                if appointments::end(tx, id, now).await? {
                    let detail = json!({ "post": row.post_id, "appointment": id });
                    note(tx, &actor, "organisation.end_appointment", "staff", row.staff_id.0, detail, now)?;
                }
                Ok(())
            })
        })
        .await
}

async fn may_appoint(
    tx: &mut Tx,
    actor: &Actor,
    post: &PostRow,
    deputy_for: Option<StaffId>,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    let scope = Scope { department: post.department.clone(), region: post.region };
    if let Some(absent) = deputy_for {
        // The post must be theirs: a deputy hands nothing on.
        let on_it = posts_of(tx, absent, now).await?;
        if !on_it.posts.iter().any(|held| held.post == post.id && held.deputy_for.is_none()) {
            return Err(OrganisationError::NotFound);
        }
        let staff = actor.staff().ok();
        let supervises = |staff: &crate::identity::StaffActor| {
            staff.grants.iter().any(|g| g.role == Role::Supervise && g.scope.includes(&scope))
        };
        if staff.is_some_and(|staff| staff.id == absent || supervises(staff)) {
            return Ok(());
        }
    }
    Ok(may_organise(actor, &scope)?)
}
