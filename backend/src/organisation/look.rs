//! The organisation as its administrators see it: places with their offices, posts with their people, accounts, and what was.

use std::collections::BTreeMap;

use domain::identity::Role;
use domain::ids::{AppointmentId, OfficeId, PostId, StaffId};
use domain::organisation::giving::Renewed;
use domain::organisation::region::{Region, RegionCode};
use domain::organisation::{Scope, giving};
use domain::time::Timestamp;
use storage::organisation::accounts::{self, Account};
use storage::organisation::history::{self, Before, Chronicle};
use storage::organisation::offices::{self, OfficeRow};
use storage::organisation::posts::{self, PostRow};

use super::giving::{kept_account, may_renew_account, scope_of, scope_of_post};
use super::regions::{self, Page};
use super::{OrganisationError, refused};
use crate::Backend;
use crate::identity::{Actor, Denied, may_organise};

/// Entries of a page.
pub const LISTED: usize = 50;
/// People that are shown beside the posts of an office.
const PEOPLE: i64 = 500;

/// A part of a list, and where the next begins.
#[derive(Clone, Debug)]
pub struct Part<T, K> {
    pub lines: Vec<T>,
    pub next: Option<K>,
}

impl<T, K> Part<T, K> {
    /// Of one line more than fits, when there are that many.
    fn of(mut lines: Vec<T>, key: impl Fn(&T) -> K) -> Self {
        let more = lines.len() > LISTED;
        lines.truncate(LISTED);
        let next = lines.last().filter(|_| more).map(key);
        Part { lines, next }
    }
}

const ONE_MORE: i64 = LISTED as i64 + 1;

/// What an administrator keeps: departments at places, none within another.
pub fn kept(actor: &Actor) -> Result<Vec<Scope>, Denied> {
    let staff = actor.staff_with(Role::System)?;
    let mut scopes: Vec<Scope> = Vec::new();
    for grant in staff.grants.iter().filter(|grant| grant.role == Role::System) {
        if scopes.iter().any(|scope| scope.includes(&grant.scope)) {
            continue;
        }
        scopes.retain(|scope| !grant.scope.includes(scope));
        scopes.push(grant.scope.clone());
    }
    Ok(scopes)
}

/// As [`kept`]; who keeps nothing is refused, and that is noted.
pub async fn kept_by(backend: &Backend, actor: &Actor) -> Result<Vec<Scope>, OrganisationError> {
    let done = kept(actor).map_err(OrganisationError::from);
    refused::audited_at(backend, actor, "organisation", "-".into(), done).await
}

/// A place with its offices and what lies below.
#[derive(Clone, Debug)]
pub struct PlaceView {
    /// From the highest place that the actor keeps something at, down to this one.
    pub way: Vec<Region>,
    /// Offices of the departments that the actor keeps here; the key is a department's code.
    pub offices: Part<OfficeRow, String>,
    /// Departments that the actor could open an office of.
    pub missing: Vec<String>,
    pub below: Page,
    /// How many offices there are at each place below and within it.
    pub counts: BTreeMap<RegionCode, usize>,
}

/// A place and its offices, for who keeps something there.
pub async fn place(
    backend: &Backend,
    actor: &Actor,
    code: RegionCode,
    after_office: &str,
    after_place: Option<RegionCode>,
) -> Result<PlaceView, OrganisationError> {
    let done = look_at_place(backend, actor, code, after_office, after_place).await;
    refused::audited_at(backend, actor, "region", code.to_string(), done).await
}

async fn look_at_place(
    backend: &Backend,
    actor: &Actor,
    code: RegionCode,
    after_office: &str,
    after_place: Option<RegionCode>,
) -> Result<PlaceView, OrganisationError> {
    let here: Vec<Scope> = kept(actor)?.into_iter().filter(|scope| code.is_under(scope.region)).collect();
    let top = here.iter().map(|scope| scope.region).min_by_key(|region| region.level());
    let top = top.ok_or(Denied::Forbidden)?;
    let mut way = regions::chain(backend, code).await?;
    way.retain(|place| place.code.is_under(top));
    if way.is_empty() {
        return Err(OrganisationError::NotFound);
    }
    // What they keep here they keep within: each of these places contains it.
    let all = here.iter().any(|scope| scope.department.is_none());
    let own: Vec<&str> = here.iter().filter_map(|scope| scope.department.as_deref()).collect();
    let keeps = |department: &str| all || own.contains(&department);
    let current = backend.organisation.current();
    let departments = backend.catalog.reference.departments.iter().map(|department| &department.id);
    let missing = departments.filter(|d| keeps(d) && current.offices.get(d, code).is_none()).cloned();
    let missing = missing.collect();
    let mut tx = backend.db.read().await?;
    let found = match all {
        true => offices::at(&mut tx, code, after_office, ONE_MORE).await?,
        false => offices::at_of(&mut tx, code, &own, after_office, ONE_MORE).await?,
    };
    drop(tx);
    let below = regions::children(backend, Some(code), after_place).await?;
    let mut counts = BTreeMap::new();
    for department in current.offices.departments().filter(|department| keeps(department)) {
        for place in &below.places {
            let count = current.offices.under(department, place.code).count();
            if count > 0 {
                *counts.entry(place.code).or_insert(0) += count;
            }
        }
    }
    let offices = Part::of(found, |office| office.department.clone());
    Ok(PlaceView { way, offices, missing, below, counts })
}

/// An office with its posts and people.
#[derive(Clone, Debug)]
pub struct OfficeView {
    pub office: OfficeRow,
    pub posts: Part<PostRow, PostId>,
    /// Who is on the posts now, or will be.
    pub people: Vec<Chronicle>,
    /// Accounts that are kept here; the key is a login.
    pub accounts: Part<Account, String>,
    /// Whether there is an office above, or beside, that can have its work.
    pub open: bool,
}

/// An office, for who keeps it.
pub async fn office(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    after_post: Option<PostId>,
    after_login: &str,
) -> Result<OfficeView, OrganisationError> {
    let done = look_at_office(backend, actor, id, after_post, after_login).await;
    refused::audited(backend, actor, "office", id.0, done).await
}

async fn look_at_office(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    after_post: Option<PostId>,
    after_login: &str,
) -> Result<OfficeView, OrganisationError> {
    actor.staff_with(Role::System)?;
    let mut tx = backend.db.read().await?;
    let office = offices::by_id(&mut tx, id).await?.ok_or(OrganisationError::NotFound)?;
    may_organise(actor, &scope_of(&office))?;
    let after_post = after_post.unwrap_or(PostId(uuid::Uuid::nil()));
    let posts = posts::of_office_after(&mut tx, id, after_post, ONE_MORE).await?;
    let accounts = accounts::of_office(&mut tx, id, after_login, ONE_MORE).await?;
    Ok(OfficeView {
        people: history::now_at(&mut tx, id, backend.now(), PEOPLE).await?,
        posts: Part::of(posts, |post| post.id),
        accounts: Part::of(accounts, |account| account.login.clone()),
        open: office.abolished_at.is_none(),
        office,
    })
}

/// A post with everybody who was on it.
#[derive(Clone, Debug)]
pub struct PostView {
    pub post: PostRow,
    pub office: OfficeRow,
    /// Newest first.
    pub history: Part<Chronicle, Before>,
    /// Whether the actor keeps all that the post is for.
    pub may_change: bool,
}

/// A post, for who keeps its office.
pub async fn post(
    backend: &Backend,
    actor: &Actor,
    id: PostId,
    before: Option<Before>,
) -> Result<PostView, OrganisationError> {
    let done = look_at_post(backend, actor, id, before).await;
    refused::audited(backend, actor, "post", id.0, done).await
}

async fn look_at_post(
    backend: &Backend,
    actor: &Actor,
    id: PostId,
    before: Option<Before>,
) -> Result<PostView, OrganisationError> {
    actor.staff_with(Role::System)?;
    let mut tx = backend.db.read().await?;
    let post = posts::by_id(&mut tx, id).await?.ok_or(OrganisationError::NotFound)?;
    let office = offices::by_id(&mut tx, post.office_id).await?.ok_or(OrganisationError::NotFound)?;
    may_organise(actor, &scope_of(&office))?;
    let history = history::of_post(&mut tx, id, before.unwrap_or(history::START), ONE_MORE).await?;
    let open = post.closed_at.is_none() && office.abolished_at.is_none();
    Ok(PostView {
        may_change: open && may_organise(actor, &scope_of_post(&post)).is_ok(),
        history: Part::of(history, before_line),
        post,
        office,
    })
}

fn before_line(line: &Chronicle) -> (Timestamp, AppointmentId) {
    (line.row.starts_at, line.row.id)
}

/// All appointments to posts of an office, closed ones too, newest first. For who keeps it.
pub async fn history(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    before: Option<Before>,
) -> Result<(OfficeRow, Part<Chronicle, Before>), OrganisationError> {
    let done = look_back(backend, actor, id, before).await;
    refused::audited(backend, actor, "office", id.0, done).await
}

async fn look_back(
    backend: &Backend,
    actor: &Actor,
    id: OfficeId,
    before: Option<Before>,
) -> Result<(OfficeRow, Part<Chronicle, Before>), OrganisationError> {
    actor.staff_with(Role::System)?;
    let mut tx = backend.db.read().await?;
    let office = offices::by_id(&mut tx, id).await?.ok_or(OrganisationError::NotFound)?;
    may_organise(actor, &scope_of(&office))?;
    let lines = history::of_office(&mut tx, id, before.unwrap_or(history::START), ONE_MORE).await?;
    Ok((office, Part::of(lines, before_line)))
}

/// An account with the posts it had.
#[derive(Clone, Debug)]
pub struct AccountView {
    pub account: Account,
    /// Where it is kept.
    pub office: Option<OfficeRow>,
    /// Newest first.
    pub history: Part<Chronicle, Before>,
    /// Whether the actor may give a new password, take the second factor, and close the account.
    pub may_give_password: bool,
    pub may_take_factor: bool,
    pub may_close: bool,
}

/// An account, for who keeps its office.
pub async fn account(
    backend: &Backend,
    actor: &Actor,
    id: StaffId,
    before: Option<Before>,
) -> Result<AccountView, OrganisationError> {
    let done = look_at_account(backend, actor, id, before).await;
    refused::audited(backend, actor, "staff", id.0, done).await
}

async fn look_at_account(
    backend: &Backend,
    actor: &Actor,
    id: StaffId,
    before: Option<Before>,
) -> Result<AccountView, OrganisationError> {
    actor.staff_with(Role::System)?;
    let now = backend.now();
    let mut tx = backend.db.read().await?;
    let account = kept_account(&mut tx, actor, id).await?;
    let office = match account.office_id {
        Some(office) => offices::by_id(&mut tx, office).await?,
        None => None,
    };
    let lines = history::of_staff(&mut tx, id, before.unwrap_or(history::START), ONE_MORE).await?;
    let mut may = [false; 3];
    for (may, what) in may.iter_mut().zip([Renewed::Password, Renewed::SecondFactor, Renewed::Account]) {
        *may = account.active && may_renew_account(&mut tx, actor, id, what, now).await.is_ok();
    }
    let [may_give_password, may_take_factor, may_close] = may;
    Ok(AccountView {
        history: Part::of(lines, before_line),
        account,
        office,
        may_give_password,
        may_take_factor,
        may_close,
    })
}

/// The account with this login, for a system administrator who appoints them; nothing else is told of it.
pub async fn account_by_login(
    backend: &Backend,
    actor: &Actor,
    login: &str,
) -> Result<StaffId, OrganisationError> {
    actor.staff_with(Role::System)?;
    let login = login.trim().to_lowercase();
    let found = accounts::by_login(&mut backend.db.read().await?, &login).await?;
    let found = found.filter(|account| account.active).ok_or(OrganisationError::NotFound)?;
    Ok(found.id)
}

/// What `scope` can be for a new post in `office`: the actor keeps it.
pub fn scopes_for_post(actor: &Actor, office: &OfficeRow) -> Vec<Scope> {
    let Ok(staff) = actor.staff() else { return Vec::new() };
    let own = scope_of(office);
    let all = Scope { department: None, region: office.region };
    [own, all].into_iter().filter(|scope| giving::keeps(&staff.grants, scope)).collect()
}
