//! Importing offices and posts: all of a file, or nothing when there is a mistake in it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use domain::ids::{OfficeId, PostId};
use domain::organisation::Directory;
use domain::organisation::office_file::{Contact, Mistake, OfficeFile, Row, What, Wrong};
use domain::organisation::region::RegionCode;
use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::organisation::offices::{self, OfficeRow};
use storage::organisation::posts::{self, PostRow};
use storage::organisation::regions;

use super::describe_office::with_contact;
use super::giving::roles;
use super::open_office::note;
use crate::Backend;
use crate::identity::{Actor, Denied};

/// Lines that one transaction puts: others write in between.
const CHUNK: usize = 500;
/// Posts of an office that are compared.
const POSTS: i64 = 1_000;
/// Places that are looked up at once.
const PLACES: usize = 2_000;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OfficesImported {
    /// Offices and posts of the file.
    pub offices: usize,
    pub posts: usize,
    /// Those of them that are new.
    pub offices_opened: usize,
    pub posts_opened: usize,
    /// Offices that are called otherwise now, or reached otherwise.
    pub offices_described: usize,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum OfficeImportError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// By line.
    #[error("the file has {} mistakes", .0.len())]
    Mistakes(Vec<Mistake>),
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Opens the offices and posts of `file` that are missing, and says anew what offices are called and how they can be reached;
/// none is closed. Run again it changes nothing. A run that was stopped in the middle has done a part, and another does the
/// rest.
pub async fn import_offices(
    backend: &Backend,
    actor: &Actor,
    file: OfficeFile,
) -> Result<OfficesImported, OfficeImportError> {
    // A command of the operator.
    if *actor != Actor::System {
        return Err(Denied::Forbidden.into());
    }
    backend.organisation.refresh(&backend.db).await?;
    let (rows, mut mistakes) = file.finish();
    mistakes.extend(unknown_departments(backend, &rows));
    mistakes.extend(unknown_places(backend, &rows).await?);
    mistakes.extend(homeless_posts(&backend.organisation.current().offices, &rows));
    if !mistakes.is_empty() {
        mistakes.sort();
        return Err(OfficeImportError::Mistakes(mistakes));
    }
    // Offices before the posts in them.
    let (offices, posts): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| matches!(row.what, What::Office(_)));
    let mut done =
        OfficesImported { offices: offices.len(), posts: posts.len(), ..OfficesImported::default() };
    let rows: Arc<Vec<Row>> = Arc::new(offices.into_iter().chain(posts).collect());
    for from in (0..rows.len()).step_by(CHUNK) {
        let to = rows.len().min(from + CHUNK);
        let (job, rows, actor) = (backend.clone(), rows.clone(), actor.clone());
        let put: Result<OfficesImported, storage::Error> = backend
            .db
            .write(move |tx| Box::pin(async move { put(&job, tx, &actor, &rows[from..to]).await }))
            .await;
        let put = put?;
        done.offices_opened += put.offices_opened;
        done.offices_described += put.offices_described;
        done.posts_opened += put.posts_opened;
    }
    backend.organisation.refresh(&backend.db).await?;
    Ok(done)
}

fn unknown_departments(backend: &Backend, rows: &[Row]) -> Vec<Mistake> {
    let reference = &backend.catalog.reference;
    let unknown = |row: &Row| {
        let scope = match &row.what {
            What::Post { scope, .. } => scope.department.as_deref(),
            What::Office(_) => None,
        };
        let named = [Some(row.department.as_str()), scope].into_iter().flatten();
        let unknown = named.into_iter().find(|id| reference.department(id).is_none())?;
        Some(Mistake { line: row.line, wrong: Wrong::Department(unknown.chars().take(60).collect()) })
    };
    rows.iter().filter_map(unknown).collect()
}

async fn unknown_places(backend: &Backend, rows: &[Row]) -> Result<Vec<Mistake>, storage::Error> {
    let places = |row: &Row| -> Vec<RegionCode> {
        match &row.what {
            What::Post { scope, .. } => vec![row.region, scope.region],
            What::Office(_) => vec![row.region],
        }
    };
    let all: Vec<RegionCode> =
        rows.iter().flat_map(places).collect::<BTreeSet<RegionCode>>().into_iter().collect();
    let mut tx = backend.db.read().await?;
    let mut known = HashSet::with_capacity(all.len());
    for group in all.chunks(PLACES) {
        known.extend(regions::by_codes(&mut tx, group).await?.into_iter().map(|region| region.code));
    }
    // The places that ship are known before they are loaded.
    let shipped = &backend.catalog.reference.regions;
    let unknown = |row: &Row| {
        let place =
            places(row).into_iter().find(|code| !known.contains(code) && shipped.get(*code).is_none())?;
        Some(Mistake { line: row.line, wrong: Wrong::Region(place) })
    };
    Ok(rows.iter().filter_map(unknown).collect())
}

/// Posts of an office that is neither in the file nor in the database.
fn homeless_posts(known: &Directory, rows: &[Row]) -> Vec<Mistake> {
    let is_office = |row: &&Row| matches!(row.what, What::Office(_));
    let opened: BTreeSet<(&str, RegionCode)> =
        rows.iter().filter(is_office).map(|row| (row.department.as_str(), row.region)).collect();
    let homeless = |row: &&Row| {
        known.get(&row.department, row.region).is_none()
            && !opened.contains(&(row.department.as_str(), row.region))
    };
    let posts = rows.iter().filter(|row| !is_office(row));
    posts.filter(homeless).map(|row| Mistake { line: row.line, wrong: Wrong::NoOffice }).collect()
}

/// Puts some lines, and one entry into the audit trail where they changed something.
async fn put(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    rows: &[Row],
) -> Result<OfficesImported, storage::Error> {
    let now = backend.now();
    let mut done = OfficesImported::default();
    let mut in_office: BTreeMap<OfficeId, Vec<PostRow>> = BTreeMap::new();
    for row in rows {
        let office = offices::open_at(tx, &row.department, row.region).await?;
        match (&row.what, office) {
            (What::Office(contact), None) => {
                let office = new_office(backend, row, contact, now);
                done.offices_opened += usize::from(offices::insert(tx, &office).await?);
            }
            (What::Office(contact), Some(office)) => {
                let described = described(row, contact, office.clone());
                if described != office {
                    done.offices_described += usize::from(offices::describe(tx, &described).await?);
                }
            }
            // Abolished a moment ago.
            (What::Post { .. }, None) => {}
            (What::Post { .. }, Some(office)) => {
                if !in_office.contains_key(&office.id) {
                    in_office.insert(office.id, posts::of_office(tx, office.id, POSTS).await?);
                }
                let there = in_office.entry(office.id).or_default();
                let post = new_post(backend, row, office.id, now);
                if !there.iter().any(|other| is_same(other, &post)) {
                    posts::insert(tx, &post).await?;
                    there.push(post);
                    done.posts_opened += 1;
                }
            }
        }
    }
    if done != OfficesImported::default() {
        let detail = json!({
            "offices_opened": done.offices_opened, "offices_described": done.offices_described,
            "posts_opened": done.posts_opened,
        });
        let none = uuid::Uuid::nil();
        note(tx, actor, "organisation.import_offices", "organisation", none, detail, now)?;
    }
    Ok(done)
}

fn new_office(backend: &Backend, row: &Row, contact: &Contact, now: Timestamp) -> OfficeRow {
    let office = OfficeRow {
        id: OfficeId(backend.id()),
        department: row.department.clone(),
        region: row.region,
        name_zh: row.name.zh.clone(),
        name_en: row.name.en.clone(),
        opened_at: now,
        abolished_at: None,
        successor_id: None,
        phone: None,
        address_zh: None,
        address_en: None,
    };
    with_contact(office, contact.clone())
}

/// The office as the file has it; what the file does not say of it stays.
fn described(row: &Row, contact: &Contact, office: OfficeRow) -> OfficeRow {
    let named = OfficeRow { name_zh: row.name.zh.clone(), name_en: row.name.en.clone(), ..office };
    let known = Contact {
        phone: contact.phone.clone().or(named.phone.clone()),
        address: contact.address.clone().or_else(|| {
            let (zh, en) = (named.address_zh.clone()?, named.address_en.clone()?);
            Some(domain::text::Text::new(zh, en))
        }),
    };
    with_contact(named, known)
}

fn new_post(backend: &Backend, row: &Row, office: OfficeId, now: Timestamp) -> PostRow {
    let (codes, department, region) = match &row.what {
        What::Post { roles, scope } => {
            let codes = roles.iter().map(|role| role.code().to_owned()).collect();
            (codes, scope.department.clone(), scope.region)
        }
        What::Office(_) => (Vec::new(), None, row.region),
    };
    PostRow {
        id: PostId(backend.id()),
        office_id: office,
        title_zh: row.name.zh.clone(),
        title_en: row.name.en.clone(),
        roles: codes,
        department,
        region,
        created_at: now,
        closed_at: None,
        opened_by: None,
        closed_by: None,
    }
}

/// Whether a post is there already: the same title for the same roles and scope.
fn is_same(there: &PostRow, new: &PostRow) -> bool {
    let sorted = |post: &PostRow| {
        let mut roles = roles(&post.roles);
        roles.sort();
        roles
    };
    (&there.title_zh, &there.department, there.region) == (&new.title_zh, &new.department, new.region)
        && sorted(there) == sorted(new)
}
