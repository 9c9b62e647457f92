//! Who may give what to whom, asked of the database.

use domain::identity::Role;
use domain::ids::StaffId;
use domain::organisation::Scope;
use domain::organisation::giving::{GivingFault, Receiver, Renewed, may_entrust, may_give, may_renew};
use domain::time::Timestamp;
use storage::Tx;
use storage::organisation::accounts::{self, Account};
use storage::organisation::appointments::{self, Spell};
use storage::organisation::offices::{self, OfficeRow};
use storage::organisation::posts::PostRow;

use super::OrganisationError;
use crate::identity::{Actor, Denied, may_organise};

/// What an office is for.
pub(crate) fn scope_of(office: &OfficeRow) -> Scope {
    Scope { department: Some(office.department.clone()), region: office.region }
}

/// What a post is for.
pub(super) fn scope_of_post(post: &PostRow) -> Scope {
    Scope { department: post.department.clone(), region: post.region }
}

/// Roles by their codes; unknown ones allow nothing.
pub(super) fn roles(codes: &[String]) -> Vec<Role> {
    codes.iter().filter_map(|code| Role::from_code(code)).collect()
}

/// Whether the actor may put `staff` on a post of `scope`.
pub(super) async fn may_put(
    tx: &mut Tx,
    actor: &Actor,
    staff: StaffId,
    scope: &Scope,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    if matches!(actor, Actor::System) {
        return Ok(());
    }
    let giver = actor.staff()?;
    // First what the giver keeps, so that outside of it nothing is told about anybody.
    may_organise(actor, scope)?;
    let account = accounts::by_id(tx, staff).await?.ok_or(OrganisationError::NotFound)?;
    let receiver = receiver(tx, &account, now).await?;
    Ok(may_give(giver.id, &giver.grants, &receiver, scope)?)
}

/// Whether the actor may have `staff` stand in on a post that is theirs to hand over.
pub(super) async fn may_lend(
    tx: &mut Tx,
    actor: &Actor,
    staff: StaffId,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    if matches!(actor, Actor::System) {
        return Ok(());
    }
    let account = accounts::by_id(tx, staff).await?.ok_or(OrganisationError::NotFound)?;
    Ok(may_entrust(actor.staff()?.id, &receiver(tx, &account, now).await?)?)
}

/// Whether the actor, who has to keep the office of the account, may change what of it is given anew.
pub(crate) async fn may_renew_account(
    tx: &mut Tx,
    actor: &Actor,
    staff: StaffId,
    what: Renewed,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    let account = kept_account(tx, actor, staff).await?;
    if matches!(actor, Actor::System) {
        return Ok(());
    }
    let giver = actor.staff()?;
    let receiver = receiver(tx, &account, now).await?;
    Ok(may_renew(giver.id, &giver.grants, &receiver, what)?)
}

/// The account, for who keeps its office. One without an office is for the command line.
pub(super) async fn kept_account(
    tx: &mut Tx,
    actor: &Actor,
    staff: StaffId,
) -> Result<Account, OrganisationError> {
    let account = accounts::by_id(tx, staff).await?.ok_or(OrganisationError::NotFound)?;
    if matches!(actor, Actor::System) {
        return Ok(account);
    }
    let office = match account.office_id {
        Some(office) => offices::by_id(tx, office).await?,
        None => None,
    };
    let office = office.ok_or(Denied::Forbidden)?;
    may_organise(actor, &scope_of(&office))?;
    Ok(account)
}

async fn receiver(tx: &mut Tx, account: &Account, now: Timestamp) -> Result<Receiver, storage::Error> {
    let spells = appointments::during(tx, account.id, now, Timestamp::MAX).await?;
    let scope = |spell: Spell| Scope { department: spell.department, region: spell.region };
    Ok(Receiver {
        id: account.id,
        made_by: account.made_by,
        password_by: account.password_by,
        factor_by: account.factor_by,
        scopes: spells.into_iter().map(scope).collect(),
    })
}

impl From<GivingFault> for OrganisationError {
    fn from(fault: GivingFault) -> Self {
        match fault {
            GivingFault::Beyond | GivingFault::Oneself => Denied::Forbidden.into(),
            GivingFault::SecondNeeded => OrganisationError::SecondNeeded,
        }
    }
}
