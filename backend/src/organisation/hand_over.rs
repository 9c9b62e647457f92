//! 代岗: a clerk hands their own post to a colleague for a while.

use domain::ids::{AppointmentId, PostId};
use domain::organisation::giving::go_together;
use domain::organisation::region::{Level, RegionCode};
use domain::time::Timestamp;
use storage::organisation::accounts;
use storage::organisation::history::{self, Chronicle, Member};

use super::staff_posts::posts_of;
use super::{Appointing, HeldPost, OrganisationError, appoint};
use crate::Backend;
use crate::identity::Actor;

/// Entries of a list.
const LISTED: i64 = 50;
/// Colleagues to choose from at most; others are named by their login.
const COLLEAGUES: i64 = 100;

/// What somebody has handed over, and what was handed to them.
#[derive(Clone, Debug, Default)]
pub struct Deputies {
    /// The posts that can be handed over.
    pub own: Vec<HeldPost>,
    /// Newest first.
    pub given: Vec<Chronicle>,
    pub taken: Vec<Chronicle>,
}

/// The deputies of a member of staff, and whose deputy they are.
pub async fn deputies(backend: &Backend, actor: &Actor) -> Result<Deputies, OrganisationError> {
    let me = actor.staff()?.id;
    let mut tx = backend.db.read().await?;
    let mut own = posts_of(&mut tx, me, backend.now()).await?.posts;
    own.retain(|post| post.deputy_for.is_none());
    Ok(Deputies {
        own,
        given: history::given_by(&mut tx, me, history::START, LISTED).await?,
        taken: history::taken_by(&mut tx, me, history::START, LISTED).await?,
    })
}

/// Colleagues who could stand in on a post of the actor's: who works in the department nearby and is kept from nothing that the
/// post is for.
pub async fn colleagues(
    backend: &Backend,
    actor: &Actor,
    post: PostId,
) -> Result<Vec<Member>, OrganisationError> {
    let me = actor.staff()?.id;
    let now = backend.now();
    let mut tx = backend.db.read().await?;
    let own = posts_of(&mut tx, me, now).await?;
    let own = own.posts.into_iter().find(|held| held.post == post && held.deputy_for.is_none());
    let own = own.ok_or(OrganisationError::NotFound)?;
    let (department, place) = (&own.office.department, nearby(own.office.region));
    let all = history::colleagues(&mut tx, department, place, now, me, COLLEAGUES).await?;
    let mut eligible = Vec::with_capacity(all.len());
    for member in all {
        let mut roles = own.roles.clone();
        let theirs = posts_of(&mut tx, member.id, now).await?;
        roles.extend(theirs.posts.iter().flat_map(|held| held.roles.iter().copied()));
        if go_together(&roles) {
            eligible.push(member);
        }
    }
    Ok(eligible)
}

/// The office with its neighbours below a county, or its city.
fn nearby(office: RegionCode) -> RegionCode {
    match office.level() {
        Level::Province | Level::City => office,
        _ => office.parent().unwrap_or(office),
    }
}

/// Hands the actor's post to the colleague with this login.
pub async fn hand_over(
    backend: &Backend,
    actor: &Actor,
    post: PostId,
    login: &str,
    starts_at: Timestamp,
    ends_at: Timestamp,
    reason: &str,
) -> Result<AppointmentId, OrganisationError> {
    let me = actor.staff()?.id;
    if reason.trim().is_empty() {
        return Err(OrganisationError::Reason);
    }
    let login = login.trim().to_lowercase();
    let found = accounts::by_login(&mut backend.db.read().await?, &login).await?;
    let colleague = found.filter(|account| account.active).ok_or(OrganisationError::NotEligible)?;
    let new = Appointing {
        post,
        staff: colleague.id,
        deputy_for: Some(me),
        reason: Some(reason.to_owned()),
        starts_at,
        ends_at: Some(ends_at),
    };
    appoint(backend, actor, new).await
}
