//! Accounts of staff as the organisation keeps them: in which office, and by whose hand somebody gets in.

use domain::ids::{OfficeId, StaffId};

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    KEEP_AT = "UPDATE staff SET office_id = $2, made_by = $3, password_by = $3 WHERE id = $1";
    PASSWORD_GIVEN = "UPDATE staff SET password_by = $2 WHERE id = $1";
    FACTOR_TAKEN = "UPDATE staff SET factor_by = $2 WHERE id = $1";
    BY_ID = "SELECT id, login, display_name, active, must_change, office_id, made_by, password_by, factor_by FROM staff
        WHERE id = $1";
    BY_LOGIN = "SELECT id, login, display_name, active, must_change, office_id, made_by, password_by, factor_by FROM staff
        WHERE login = $1";
    OF_OFFICE = "SELECT id, login, display_name, active, must_change, office_id, made_by, password_by, factor_by FROM staff
        WHERE office_id = $1 AND login > $2 ORDER BY login LIMIT $3";
}

/// The account of a member of staff.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Account {
    pub id: StaffId,
    pub login: String,
    pub display_name: String,
    /// Whether the member may sign in.
    pub active: bool,
    /// Whether the password is a one-time one.
    pub must_change: bool,
    /// Where the account is kept.
    pub office_id: Option<OfficeId>,
    /// The administrator who made it; the command line is none.
    pub made_by: Option<StaffId>,
    /// Who gave the one-time password, until it is replaced.
    pub password_by: Option<StaffId>,
    /// Who took the second factor away, until another is set up.
    pub factor_by: Option<StaffId>,
}

/// Notes where a new account is kept, and who made it with its first password.
pub async fn keep_at(
    tx: &mut Tx,
    id: StaffId,
    office: OfficeId,
    made_by: Option<StaffId>,
) -> Result<(), Error> {
    execute!(tx, KEEP_AT, id, office, made_by).map(drop)
}

/// Notes who gave the password; nobody once the member chose another.
pub async fn password_given(tx: &mut Tx, id: StaffId, by: Option<StaffId>) -> Result<(), Error> {
    execute!(tx, PASSWORD_GIVEN, id, by).map(drop)
}

/// Notes who took the second factor away; nobody once the member set another up.
pub async fn factor_taken(tx: &mut Tx, id: StaffId, by: Option<StaffId>) -> Result<(), Error> {
    execute!(tx, FACTOR_TAKEN, id, by).map(drop)
}

pub async fn by_id(tx: &mut Tx, id: StaffId) -> Result<Option<Account>, Error> {
    fetch_optional!(tx, Account, BY_ID, id)
}

/// `login` in lower case.
pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>, Error> {
    fetch_optional!(tx, Account, BY_LOGIN, login)
}

/// Accounts that are kept at an office, in the order of their logins, after `after`.
pub async fn of_office(
    tx: &mut Tx,
    office: OfficeId,
    after: &str,
    limit: i64,
) -> Result<Vec<Account>, Error> {
    fetch_all!(tx, Account, OF_OFFICE, office, after, limit)
}
