//! Making an account for a member of staff, from the command line.

use std::fmt;

use domain::identity::Role;
use domain::ids::{AppointmentId, StaffId};
use domain::organisation::Scope;
use domain::organisation::region::RegionCode;
use domain::text::Text;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::staff::{self, Staff};
use storage::organisation::accounts;
use storage::organisation::appointments::AppointmentRow;

use super::Actor;
use crate::Backend;
use crate::clock::Chance;
use crate::organisation::{NewPost, OrganisationError, appoint_to, checked_post, keep_post};

/// Letters and digits that nobody mistakes for each other.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";

/// The account to make.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// 2 to 40 of letters, digits, `.`, `-` and `_`; kept in lower case.
    pub login: String,
    pub display_name: String,
    /// Code of a department of the catalogue.
    pub department: String,
    /// The place of its office, which has to be there.
    pub region: RegionCode,
    /// What the post is called.
    pub title: Text,
    pub roles: Vec<Role>,
    /// Whose cases the post is for; those of the office and of what lies within its place, where left out.
    pub scope: Option<Scope>,
}

/// Random letters and digits, five bits each: five of each byte.
pub(super) fn letters<const N: usize>(chance: &dyn Chance) -> String {
    let mut random = [0; N];
    chance.fill(&mut random);
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// Shown once; good for one sign-in, after which another must be chosen.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimePassword(String);

impl OneTimePassword {
    /// 100 bits.
    pub(super) fn new(chance: &dyn Chance) -> Self {
        OneTimePassword(letters::<20>(chance))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimePassword")
    }
}

/// Why there is no account.
#[derive(Debug, thiserror::Error)]
pub enum CreateStaffError {
    #[error("a login has 2 to 40 letters, digits, dots, hyphens and underscores")]
    Login,
    #[error("a name of 1 to 60 characters is needed")]
    Name,
    #[error("there is no department {0}; see catalog/departments.toml")]
    Department(String),
    #[error("{0} has no office at {1}; open it first")]
    Office(String, RegionCode),
    #[error(transparent)]
    Post(#[from] OrganisationError),
    #[error("the login {0} is taken")]
    Taken(String),
    #[error("too many passwords are being checked")]
    Busy,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// A login in lower case: 2 to 40 letters, digits, dots, hyphens and underscores.
pub(super) fn checked_login(typed: &str) -> Option<String> {
    let login = typed.trim().to_lowercase();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    ((2..=40).contains(&login.len()) && login.chars().all(good)).then_some(login)
}

/// The name of a member of staff: 1 to 60 characters.
pub(super) fn checked_name(typed: &str) -> Option<String> {
    let name = typed.trim();
    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    fits.then(|| name.to_owned())
}

/// Makes the account and its one-time password.
pub async fn create_staff(
    backend: &Backend,
    new: &NewStaff,
) -> Result<(StaffId, OneTimePassword), CreateStaffError> {
    let password = OneTimePassword::new(&*backend.chance);
    let id = add(backend, new, password.as_str(), true).await?;
    Ok((id, password))
}

async fn add(
    backend: &Backend,
    new: &NewStaff,
    password: &str,
    must_change: bool,
) -> Result<StaffId, CreateStaffError> {
    let login = checked_login(&new.login).ok_or(CreateStaffError::Login)?;
    let display_name = checked_name(&new.display_name).ok_or(CreateStaffError::Name)?;
    if !backend.catalog.reference.departments.iter().any(|d| d.id == new.department) {
        return Err(CreateStaffError::Department(new.department.clone()));
    }
    let current = backend.organisation.current();
    let office = current.offices.get(&new.department, new.region);
    let office = office.ok_or_else(|| CreateStaffError::Office(new.department.clone(), new.region))?.id;
    let own = Scope { department: Some(new.department.clone()), region: new.region };
    let scope = new.scope.clone().unwrap_or(own);
    let post = NewPost { office, title: new.title.clone(), roles: new.roles.clone(), scope };
    let post = checked_post(backend, post)?;
    let hash =
        backend.passwords.hash(password, &*backend.chance).await.map_err(|_| CreateStaffError::Busy)?;
    let now = backend.now();
    let id = StaffId(backend.id());
    let row = Staff {
        id,
        login,
        display_name,
        password_hash: hash,
        active: true,
        must_change,
        created_at: now,
        version: 1,
    };
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !staff::insert(tx, &row).await? {
                    return Err(CreateStaffError::Taken(row.login));
                }
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::System,
                        action: "identity.create_staff",
                        subject_kind: "staff",
                        subject_id: id.to_string(),
                        person: None,
                        purpose: None,
                        detail: json!({}),
                    },
                )?;
                accounts::keep_at(tx, id, post.office_id, None).await?;
                keep_post(tx, &Actor::System, &post, now).await?;
                let appointment = AppointmentRow {
                    id: AppointmentId(post.id.0),
                    post_id: post.id,
                    staff_id: id,
                    deputy_for: None,
                    reason: None,
                    starts_at: now,
                    ends_at: None,
                    made_by: None,
                    ended_at: None,
                    ended_by: None,
                };
                appoint_to(tx, &Actor::System, &post, &appointment, now).await?;
                Ok(id)
            })
        })
        .await
}
