//! Second factors of members of staff: the secret of an authenticator app, and recovery codes.

use domain::ids::StaffId;
use domain::time::Timestamp;
use sqlx::FromRow;

use crate::{Error, Tx, execute, fetch_one, fetch_optional, statements};

/// The authenticator app of a member.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct SecondFactor {
    pub staff_id: StaffId,
    /// Sealed.
    pub secret: Vec<u8>,
    pub confirmed_at: Timestamp,
    /// The step of the newest code that was used.
    pub last_step: i64,
}

statements! {
    FIND = "SELECT staff_id, secret, confirmed_at, last_step FROM staff_second_factors WHERE staff_id = $1";
    PUT = "INSERT INTO staff_second_factors (staff_id, secret, confirmed_at, last_step) VALUES ($1, $2, $3, $4)
        ON CONFLICT (staff_id) DO UPDATE SET secret = excluded.secret, confirmed_at = excluded.confirmed_at,
        last_step = excluded.last_step";
    USE_STEP = "UPDATE staff_second_factors SET last_step = $2 WHERE staff_id = $1 AND last_step < $2";
    REMOVE = "DELETE FROM staff_second_factors WHERE staff_id = $1";
    ADD_RECOVERY = "INSERT INTO staff_recovery_codes (staff_id, code_hash) VALUES ($1, $2)
        ON CONFLICT (staff_id, code_hash) DO NOTHING";
    USE_RECOVERY = "DELETE FROM staff_recovery_codes WHERE staff_id = $1 AND code_hash = $2";
    COUNT_RECOVERY = "SELECT count(*) FROM staff_recovery_codes WHERE staff_id = $1";
    REMOVE_RECOVERY = "DELETE FROM staff_recovery_codes WHERE staff_id = $1";
}

pub async fn find(tx: &mut Tx, staff: StaffId) -> Result<Option<SecondFactor>, Error> {
    fetch_optional!(tx, SecondFactor, FIND, staff)
}

/// Keeps a factor with its recovery codes, in place of an earlier one with its own.
pub async fn put(tx: &mut Tx, factor: &SecondFactor, recovery_hashes: &[Vec<u8>]) -> Result<(), Error> {
    let f = factor;
    execute!(tx, PUT, f.staff_id, &f.secret, f.confirmed_at, f.last_step)?;
    execute!(tx, REMOVE_RECOVERY, f.staff_id)?;
    for hash in recovery_hashes {
        execute!(tx, ADD_RECOVERY, f.staff_id, hash)?;
    }
    Ok(())
}

/// Uses the code of `step` up, with all before it. `false` when this one or a later one was used.
pub async fn use_step(tx: &mut Tx, staff: StaffId, step: i64) -> Result<bool, Error> {
    Ok(execute!(tx, USE_STEP, staff, step)? == 1)
}

/// Uses a recovery code up. `false` when it is none, or was used.
pub async fn use_recovery(tx: &mut Tx, staff: StaffId, hash: &[u8]) -> Result<bool, Error> {
    Ok(execute!(tx, USE_RECOVERY, staff, hash)? == 1)
}

/// Recovery codes that are left.
pub async fn recovery_left(tx: &mut Tx, staff: StaffId) -> Result<i64, Error> {
    // Ten at most.
    Ok(fetch_one!(tx, (i64,), COUNT_RECOVERY, staff)?.0)
}

/// Removes factor and recovery codes. `false` when there was no factor.
pub async fn remove(tx: &mut Tx, staff: StaffId) -> Result<bool, Error> {
    execute!(tx, REMOVE_RECOVERY, staff)?;
    Ok(execute!(tx, REMOVE, staff)? == 1)
}
