//! Opening offices and posts.

use domain::identity::Role;
use domain::ids::{OfficeId, PostId};
use domain::organisation::Scope;
use domain::organisation::giving::go_together;
use domain::organisation::office_file::is_name;
use domain::organisation::region::RegionCode;
use domain::text::Text;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::organisation::offices::{self, OfficeRow};
use storage::organisation::posts::{self, PostRow};

use super::giving::scope_of;
use super::{OrganisationError, refused};
use crate::Backend;
use crate::identity::{Actor, Denied, may_organise};

/// Opens an office of `department` at `region`. For system administrators of the place, and commands.
pub async fn open_office(
    backend: &Backend,
    actor: &Actor,
    department: &str,
    region: RegionCode,
    name: Text,
) -> Result<OfficeId, OrganisationError> {
    let done = open(backend, actor, department, region, name).await;
    refused::audited_at(backend, actor, "region", region.to_string(), done).await
}

async fn open(
    backend: &Backend,
    actor: &Actor,
    department: &str,
    region: RegionCode,
    name: Text,
) -> Result<OfficeId, OrganisationError> {
    may_organise(actor, &Scope { department: Some(department.to_owned()), region })?;
    let reference = &backend.catalog.reference;
    if reference.department(department).is_none() {
        return Err(OrganisationError::Department(department.to_owned()));
    }
    checked_name(&name)?;
    let row = OfficeRow {
        id: OfficeId(backend.id()),
        department: department.to_owned(),
        region,
        name_zh: name.zh,
        name_en: name.en,
        opened_at: backend.now(),
        abolished_at: None,
        successor_id: None,
        phone: None,
        address_zh: None,
        address_en: None,
    };
    let (id, actor) = (row.id, actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !offices::insert(tx, &row).await? {
                    return Err(OrganisationError::OfficeExists);
                }
                let detail = json!({ "department": row.department, "region": row.region });
                note(tx, &actor, "organisation.open_office", "office", row.id.0, detail, row.opened_at)?;
                Ok(())
            })
        })
        .await?;
    backend.organisation.refresh(&backend.db).await?;
    Ok(id)
}

/// An office to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOffice {
    /// Code of the department.
    pub department: String,
    pub region: RegionCode,
    pub name: Text,
}

/// Opens those of `offices` that are missing, in one act; gives their number. For commands.
pub async fn open_offices(
    backend: &Backend,
    actor: &Actor,
    offices: Vec<NewOffice>,
) -> Result<usize, OrganisationError> {
    if !matches!(actor, Actor::System) {
        return Err(Denied::Forbidden.into());
    }
    let now = backend.now();
    let mut rows = Vec::with_capacity(offices.len());
    for office in offices {
        checked_name(&office.name)?;
        rows.push(OfficeRow {
            id: OfficeId(backend.id()),
            department: office.department,
            region: office.region,
            name_zh: office.name.zh,
            name_en: office.name.en,
            opened_at: now,
            abolished_at: None,
            successor_id: None,
            phone: None,
            address_zh: None,
            address_en: None,
        });
    }
    let actor = actor.clone();
    let opened: Result<usize, storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mut opened = 0;
                for row in &rows {
                    opened += usize::from(offices::insert(tx, row).await?);
                }
                if opened > 0 {
                    let detail = json!({ "offices": opened });
                    let none = uuid::Uuid::nil();
                    note(tx, &actor, "organisation.open_offices", "organisation", none, detail, now)?;
                }
                Ok(opened)
            })
        })
        .await;
    let opened = opened?;
    backend.organisation.refresh(&backend.db).await?;
    Ok(opened)
}

/// Opens the offices of the catalogue's departments at the place that the portal serves, those that are missing: every
/// case can be handled there.
pub async fn open_offices_of_catalogue(backend: &Backend) -> Result<(), OrganisationError> {
    backend.organisation.refresh(&backend.db).await?;
    let reference = &backend.catalog.reference;
    let Some(place) = reference.place() else { return Ok(()) };
    let current = backend.organisation.current();
    let mut missing = Vec::new();
    for department in &reference.departments {
        match current.offices.get(&department.id, place) {
            None => missing.push(NewOffice {
                department: department.id.clone(),
                region: place,
                name: department.authority.clone(),
            }),
            // As a migration named it, which knows no words.
            Some(office) if office.name.zh == department.id => {
                let (id, name) = (office.id, department.authority.clone());
                let renamed: Result<bool, storage::Error> = backend
                    .db
                    .write(move |tx| {
                        Box::pin(async move { offices::rename(tx, id, &name.zh, &name.en).await })
                    })
                    .await;
                renamed?;
            }
            Some(_) => {}
        }
    }
    if !missing.is_empty() {
        open_offices(backend, &Actor::System, missing).await?;
    }
    backend.organisation.refresh(&backend.db).await?;
    Ok(())
}

/// What the authority of a department is called at a place within the one it is of: 杭州市公安局 at 西湖区 is 西湖区公安局.
pub fn name_at(authority: &Text, whole: &Text, place: &Text) -> Text {
    let city = whole.zh.trim_end_matches('市');
    let zh = match authority.zh.contains(whole.zh.as_str()) {
        true => authority.zh.replace(whole.zh.as_str(), &place.zh),
        false => authority.zh.replace(city, &place.zh),
    };
    Text::new(zh, authority.en.replace(whole.en.as_str(), &place.en))
}

/// A post to open.
#[derive(Clone, Debug)]
pub struct NewPost {
    pub office: OfficeId,
    pub title: Text,
    pub roles: Vec<Role>,
    pub scope: Scope,
}

/// Opens a post in an office. For who keeps the office and all that the post is for.
pub async fn open_post(backend: &Backend, actor: &Actor, new: NewPost) -> Result<PostId, OrganisationError> {
    let office = new.office.0;
    let done = open_a_post(backend, actor, new).await;
    refused::audited(backend, actor, "office", office, done).await
}

async fn open_a_post(backend: &Backend, actor: &Actor, new: NewPost) -> Result<PostId, OrganisationError> {
    may_organise(actor, &new.scope)?;
    actor.require_recent()?;
    let (mut row, actor) = (checked_post(backend, new)?, actor.clone());
    row.opened_by = actor.staff().ok().map(|staff| staff.id);
    let id = row.id;
    let now = row.created_at;
    backend.db.write(move |tx| Box::pin(async move { keep_post(tx, &actor, &row, now).await })).await?;
    Ok(id)
}

/// The post's row, if it can be one.
pub(crate) fn checked_post(backend: &Backend, new: NewPost) -> Result<PostRow, OrganisationError> {
    checked_name(&new.title)?;
    if new.roles.is_empty() {
        return Err(OrganisationError::NoRole);
    }
    if !go_together(&new.roles) {
        return Err(OrganisationError::SystemAndCases);
    }
    Ok(PostRow {
        id: PostId(backend.id()),
        office_id: new.office,
        title_zh: new.title.zh,
        title_en: new.title.en,
        roles: new.roles.iter().map(|role| role.code().to_owned()).collect(),
        department: new.scope.department,
        region: new.scope.region,
        created_at: backend.now(),
        closed_at: None,
        opened_by: None,
        closed_by: None,
    })
}

pub(crate) async fn keep_post(
    tx: &mut Tx,
    actor: &Actor,
    row: &PostRow,
    now: Timestamp,
) -> Result<(), OrganisationError> {
    let office = offices::by_id(tx, row.office_id).await?.filter(|office| office.abolished_at.is_none());
    let office = office.ok_or(OrganisationError::NotFound)?;
    may_organise(actor, &scope_of(&office))?;
    // A post of an office may reach further than it, but not to another place altogether.
    if !office.region.is_under(row.region) && !row.region.is_under(office.region) {
        return Err(OrganisationError::Region(row.region));
    }
    posts::insert(tx, row).await?;
    let detail = json!({
        "office": row.office_id, "roles": row.roles, "department": row.department, "region": row.region,
    });
    Ok(note(tx, actor, "organisation.open_post", "post", row.id.0, detail, now)?)
}

fn checked_name(name: &Text) -> Result<(), OrganisationError> {
    if is_name(name) { Ok(()) } else { Err(OrganisationError::Name) }
}

/// Notes a change of the organisation in the audit trail.
pub(crate) fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    subject_kind: &'static str,
    subject: uuid::Uuid,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), storage::Error> {
    audit::append(
        tx,
        Entry {
            at,
            actor: actor.for_audit(),
            action,
            subject_kind,
            subject_id: subject.to_string(),
            person: None,
            purpose: None,
            detail,
        },
    )
}
