//! Whose figures somebody may see.

use std::sync::Arc;

use domain::figures::{Cell, Period};
use domain::identity::Role;
use domain::organisation::region::RegionCode;
use domain::organisation::{Grant, Scope};
use serde_json::json;
use storage::audit::{self, Entry};
use storage::organisation::regions;

use super::FiguresError;
use crate::Backend;
use crate::catalog::Service;
use crate::identity::{Actor, Denied, StaffActor};

/// What somebody would like to see; what is left out is chosen for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    pub place: Option<RegionCode>,
    pub department: Option<String>,
    pub service: Option<String>,
    /// This month when left out.
    pub period: Option<Period>,
}

/// What is looked at: a place and all within it, in a period. Only [`ask`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub(super) place: RegionCode,
    pub(super) department: Option<String>,
    pub(super) service: Option<String>,
    pub(super) period: Period,
    /// The place and department of the post that allows it.
    pub(super) scope: Scope,
}

impl Asked {
    pub fn place(&self) -> RegionCode {
        self.place
    }

    /// `None` for all of them.
    pub fn department(&self) -> Option<&str> {
        self.department.as_deref()
    }

    /// `None` for all of them.
    pub fn service(&self) -> Option<&str> {
        self.service.as_deref()
    }

    pub fn period(&self) -> Period {
        self.period
    }

    /// How far up, and how wide, the actor may look.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(super) fn cell(&self) -> Cell {
        Cell {
            place: self.place,
            department: self.department.clone().unwrap_or_default(),
            service: self.service.clone().unwrap_or_default(),
        }
    }
}

fn sees(grant: &Grant) -> bool {
    matches!(grant.role, Role::Supervise | Role::Audit)
}

/// The scopes in which the actor may look at figures, each once, own posts first; refuses who has none.
pub fn home(actor: &Actor) -> Result<Vec<Scope>, Denied> {
    let staff = actor.staff()?;
    let mut scopes: Vec<Scope> = Vec::new();
    for grant in staff.grants.iter().filter(|grant| sees(grant)) {
        if !scopes.contains(&grant.scope) {
            scopes.push(grant.scope.clone());
        }
    }
    if scopes.is_empty() { Err(Denied::Forbidden) } else { Ok(scopes) }
}

/// The widest scope of the actor that holds a place and a department, if one is named.
fn covering<'a>(staff: &'a StaffActor, place: RegionCode, department: Option<&str>) -> Option<&'a Scope> {
    let covers = |scope: &&Scope| {
        let own = scope.department.as_deref();
        place.is_under(scope.region) && (department.is_none() || own.is_none() || own == department)
    };
    let scopes = staff.grants.iter().filter(|grant| sees(grant)).map(|grant| &grant.scope);
    scopes.filter(covers).min_by_key(|scope| (scope.department.is_some(), scope.region.level()))
}

/// What of a wish the actor may see. Who reaches beyond what their posts cover is refused, and that is noted.
pub async fn ask(backend: &Backend, actor: &Actor, wish: Wish) -> Result<Asked, FiguresError> {
    let own = home(actor)?;
    let staff = actor.staff()?;
    let services = backend.catalog.services();
    let named = match &wish.service {
        Some(code) => Some(services.get(code).ok_or(FiguresError::NotFound)?),
        None => None,
    };
    // A service is its department's; who chooses another department leaves it.
    let fits = |s: &&Arc<Service>| wish.department.as_ref().is_none_or(|id| *id == s.definition.department);
    let service = named.filter(fits);
    let department = service.map(|s| s.definition.department.clone()).or(wish.department.clone());
    if department.as_deref().is_some_and(|id| backend.catalog.reference.department(id).is_none()) {
        return Err(FiguresError::NotFound);
    }
    let first = own.first().map(|scope| scope.region).ok_or(Denied::Forbidden)?;
    let place = wish.place.unwrap_or(first);
    let Some(scope) = covering(staff, place, department.as_deref()) else {
        return refuse(backend, actor, place).await;
    };
    if place != scope.region && regions::by_code(&mut backend.db.read().await?, place).await?.is_none() {
        return Err(FiguresError::NotFound);
    }
    let today = backend.now().date_in_china();
    Ok(Asked {
        place,
        department: department.or_else(|| scope.department.clone()),
        service: service.map(|s| s.code().to_owned()),
        period: wish.period.unwrap_or_else(|| Period::month_of(today)),
        scope: scope.clone(),
    })
}

async fn refuse(backend: &Backend, actor: &Actor, place: RegionCode) -> Result<Asked, FiguresError> {
    note(backend, actor, "figures.refused", place, json!({})).await?;
    Err(Denied::Forbidden.into())
}

/// Notes what somebody did with the figures of a place.
pub(super) async fn note(
    backend: &Backend,
    actor: &Actor,
    action: &'static str,
    place: RegionCode,
    detail: serde_json::Value,
) -> Result<(), storage::Error> {
    let entry = Entry {
        at: backend.now(),
        actor: actor.for_audit(),
        action,
        subject_kind: "place",
        subject_id: place.to_string(),
        person: None,
        purpose: None,
        detail,
    };
    backend.db.write(move |tx| Box::pin(async move { audit::append(tx, entry) })).await
}
