//! Which member of staff somebody is whom an identity service names.

use domain::ids::StaffId;
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_optional, statements};

statements! {
    FIND = "SELECT staff_id FROM staff_links WHERE subject_index = $1";
    PUT = "INSERT INTO staff_links (staff_id, subject_index, linked_at) VALUES ($1, $2, $3)
        ON CONFLICT (staff_id) DO UPDATE SET subject_index = excluded.subject_index, linked_at = excluded.linked_at";
    REMOVE = "DELETE FROM staff_links WHERE staff_id = $1";
}

/// The member of a subject, by a keyed digest of issuer and subject.
pub async fn member(tx: &mut Tx, subject_index: &[u8]) -> Result<Option<StaffId>, Error> {
    Ok(fetch_optional!(tx, (StaffId,), FIND, subject_index)?.map(|(id,)| id))
}

/// Links a member to a subject that nobody has, in place of another subject.
pub async fn put(tx: &mut Tx, staff: StaffId, subject_index: &[u8], now: Timestamp) -> Result<(), Error> {
    execute!(tx, PUT, staff, subject_index, now).map(drop)
}

/// `false` when there was none.
pub async fn remove(tx: &mut Tx, staff: StaffId) -> Result<bool, Error> {
    Ok(execute!(tx, REMOVE, staff)? == 1)
}
