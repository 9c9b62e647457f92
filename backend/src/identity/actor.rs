//! Who does something: every use case takes one, and decides by it.

use domain::identity::Role;
use domain::ids::{EntityId, PersonId, SessionId, StaffId};
use domain::organisation::region::RegionCode;
use domain::organisation::{Grant, Scope, giving};
use serde::{Deserialize, Serialize};
use storage::audit;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A browser that is not signed in.
    Anonymous,
    Person(PersonActor),
    Staff(StaffActor),
    /// A job or a command of the portal itself.
    System,
}

/// A signed-in person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonActor {
    pub id: PersonId,
    /// The legal entity the person acts for at the moment; that they may was checked when they began to.
    pub entity: Option<EntityId>,
    /// Whether name and resident ID number were confirmed.
    pub verified: bool,
    /// Whether a password or a code was given within the last ten minutes.
    pub recent: bool,
    pub session: SessionId,
}

/// A signed-in member of staff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffActor {
    pub id: StaffId,
    /// What the posts allow that the member is on at the moment, own ones and those they stand in on.
    pub grants: Vec<Grant>,
    /// Whether the password was given within the last ten minutes.
    pub recent: bool,
    pub session: SessionId,
}

/// Why an actor may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    #[error("not signed in")]
    SignInNeeded,
    #[error("identity is not verified")]
    VerificationNeeded,
    #[error("the password was given too long ago")]
    ReauthenticationNeeded,
    #[error("not allowed")]
    Forbidden,
}

impl Denied {
    /// Key of the words is `error-` and this.
    pub fn code(self) -> &'static str {
        match self {
            Denied::SignInNeeded => "sign-in-needed",
            Denied::VerificationNeeded => "verification-needed",
            Denied::ReauthenticationNeeded => "reauthentication-needed",
            Denied::Forbidden => "forbidden",
        }
    }
}

impl StaffActor {
    /// Whether the member has the role, for whatever scope.
    pub fn holds(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    pub fn may(&self, role: Role, department: &str, place: RegionCode) -> bool {
        self.grants.iter().any(|grant| grant.allows(role, department, place))
    }

    /// 代岗: in whose place the member does what one of `roles` allows, where no post of their own allows it.
    pub fn stands_in(&self, roles: &[Role], department: &str, place: RegionCode) -> Option<StaffId> {
        let allows = |grant: &&Grant| roles.iter().any(|role| grant.allows(*role, department, place));
        let allowing = || self.grants.iter().filter(allows);
        match allowing().any(|grant| grant.deputy_for.is_none()) {
            true => None,
            false => allowing().find_map(|grant| grant.deputy_for),
        }
    }

    /// Whether the member works on cases that `department` handles at `place`, in whatever role.
    pub fn handles(&self, department: &str, place: RegionCode) -> bool {
        self.grants.iter().any(|grant| grant.role.handles_cases() && grant.scope.covers(department, place))
    }
}

/// Who keeps offices, posts and appointments for `scope`: its system administrators, and the portal's own commands.
pub(crate) fn may_organise(actor: &Actor, scope: &Scope) -> Result<(), Denied> {
    if matches!(actor, Actor::System) {
        return Ok(());
    }
    let staff = actor.staff()?;
    if giving::keeps(&staff.grants, scope) { Ok(()) } else { Err(Denied::Forbidden) }
}

impl Actor {
    /// A person, verified or not.
    pub fn person(&self) -> Result<&PersonActor, Denied> {
        match self {
            Actor::Person(person) => Ok(person),
            Actor::Anonymous => Err(Denied::SignInNeeded),
            Actor::Staff(_) | Actor::System => Err(Denied::Forbidden),
        }
    }

    /// A person whose identity is proven.
    pub fn verified_person(&self) -> Result<&PersonActor, Denied> {
        let person = self.person()?;
        if person.verified { Ok(person) } else { Err(Denied::VerificationNeeded) }
    }

    pub fn staff(&self) -> Result<&StaffActor, Denied> {
        match self {
            Actor::Staff(staff) => Ok(staff),
            Actor::Anonymous => Err(Denied::SignInNeeded),
            Actor::Person(_) | Actor::System => Err(Denied::Forbidden),
        }
    }

    /// A member of staff with `role` somewhere.
    pub fn staff_with(&self, role: Role) -> Result<&StaffActor, Denied> {
        let staff = self.staff()?;
        if staff.holds(role) { Ok(staff) } else { Err(Denied::Forbidden) }
    }

    /// A member of staff with `role` for what `department` does at `place`.
    pub fn staff_for(&self, role: Role, department: &str, place: RegionCode) -> Result<&StaffActor, Denied> {
        let staff = self.staff()?;
        if staff.may(role, department, place) { Ok(staff) } else { Err(Denied::Forbidden) }
    }

    /// Refuses an actor who proved themself more than ten minutes ago. For money and for decisions of staff.
    pub fn require_recent(&self) -> Result<(), Denied> {
        match self {
            Actor::Person(PersonActor { recent: true, .. })
            | Actor::Staff(StaffActor { recent: true, .. }) => Ok(()),
            Actor::System => Ok(()),
            Actor::Person(_) | Actor::Staff(_) => Err(Denied::ReauthenticationNeeded),
            Actor::Anonymous => Err(Denied::SignInNeeded),
        }
    }

    /// As the audit trail names it.
    pub fn for_audit(&self) -> audit::Actor {
        match self {
            Actor::Anonymous => audit::Actor::Anonymous,
            Actor::Person(person) => audit::Actor::Person(person.id),
            Actor::Staff(staff) => audit::Actor::Staff(staff.id),
            Actor::System => audit::Actor::System,
        }
    }
}
