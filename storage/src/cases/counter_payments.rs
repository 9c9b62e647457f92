//! Fees paid at the counter of a department.

use domain::ids::{CaseId, PersonId, StaffId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO counter_payments (case_id, person_id, department, receipt, amount_fen, staff_id, recorded_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    OF_CASE = "SELECT case_id, person_id, department, receipt, amount_fen, staff_id, recorded_at
               FROM counter_payments WHERE case_id = $1";
}

/// A payment as the receipt of the counter says, and who recorded it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Payment {
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub department: String,
    /// Number of the receipt.
    pub receipt: String,
    pub amount_fen: i64,
    pub staff_id: StaffId,
    pub recorded_at: Timestamp,
}

/// Keeps a payment. `false` when the case is paid, or the department's receipt was used for another case.
pub async fn insert(tx: &mut Tx, payment: &Payment) -> Result<bool, Error> {
    let p = payment;
    let kept = execute!(
        tx,
        INSERT,
        p.case_id,
        p.person_id,
        &p.department,
        &p.receipt,
        p.amount_fen,
        p.staff_id,
        p.recorded_at
    )?;
    Ok(kept == 1)
}

/// What was paid at a counter for a case.
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Option<Payment>, Error> {
    fetch_optional!(tx, Payment, OF_CASE, case)
}
