//! 窗口缴费: a clerk records that the fee was paid at the department's counter, and work on the case begins.

use domain::cases::{Action, CounterPayment, EventKind, PaymentError};
use domain::identity::Role;
use domain::ids::CaseId;
use serde_json::json;
use storage::cases::case::{self, Move};
use storage::cases::counter_payments::{self, Payment};

use super::clocks::{clocked, started};
use super::decide::decide_by_rule;
use super::load::{at_desk_to_change, load};
use super::track::{record, tell_paid};
use super::{CaseError, audited, note};
use crate::Backend;
use crate::identity::Actor;

/// Records a payment as typed from its receipt: the number, and the amount in yuan. `version` is what the clerk was
/// looking at. The promised time counts from this day; what waited for nothing but the payment is decided by its rules
/// at once.
pub async fn pay_at_counter(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    version: i64,
    receipt: &str,
    yuan: &str,
) -> Result<(), CaseError> {
    let staff = actor.staff_with(Role::Intake)?.id;
    actor.require_recent()?;
    let asked_by = actor;
    let (receipt, yuan) = (receipt.to_owned(), yuan.to_owned());
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    let done = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = at_desk_to_change(backend, tx, &actor, Role::Intake, id, version).await?;
                let state = opened.row.state.after(Action::Pay)?;
                let paid =
                    CounterPayment::read(&receipt, &yuan, opened.fee_fen()).map_err(CaseError::Payment)?;
                let now = backend.now();
                let payment = Payment {
                    case_id: id,
                    person_id: opened.row.person_id,
                    department: opened.row.department.clone(),
                    receipt: paid.receipt.clone(),
                    amount_fen: paid.fen,
                    staff_id: staff,
                    recorded_at: now,
                };
                // The state says that this case is not paid: the receipt is another's.
                if !counter_payments::insert(tx, &payment).await? {
                    return Err(CaseError::Payment(vec![PaymentError::ReceiptUsed]));
                }
                let change = Move {
                    state,
                    decision: None,
                    clocked: clocked(backend, started(&opened, now)),
                    closed_at: None,
                    evidence_until: None,
                    at: now,
                };
                if !case::advance(tx, id, opened.row.version, &change).await? {
                    return Err(CaseError::Changed);
                }
                let detail = json!({ "receipt": paid.receipt, "fen": paid.fen });
                record(backend, tx, &opened.row, EventKind::Paid, &actor, detail.clone()).await?;
                note(tx, &actor, "cases.pay_at_counter", &opened.row, None, detail, now)?;
                let paid_case = load(backend, tx, id).await?;
                tell_paid(backend, tx, &paid_case, &paid).await?;
                if paid_case.pending().is_empty() {
                    decide_by_rule(backend, tx, id).await?;
                }
                Ok(())
            })
        })
        .await;
    audited(backend, asked_by, done).await
}
