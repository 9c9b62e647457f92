//! Withdrawing everything that is still open of a bundle.

use domain::cases::{Action, CaseState};
use storage::Tx;
use storage::cases::bundles;

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::decide::{Step, apply};
use crate::cases::load::{Opened, own_to_change};
use crate::cases::withdraw::Withdrawn;
use crate::identity::Actor;

/// Withdraws every open member; those that wait first, so that none is said to have been dropped.
pub(in crate::cases) async fn withdraw(
    backend: &Backend,
    tx: &mut Tx,
    actor: &Actor,
    bundle: &Opened,
) -> Result<Withdrawn, CaseError> {
    let mut open: Vec<_> = bundles::cases(tx, bundle.row.id).await?;
    open.retain(|case| !case.state.is_closed());
    open.sort_by_key(|case| case.state != CaseState::Waiting);
    let mut outcome = Withdrawn::Before;
    for case in open {
        let opened = own_to_change(backend, tx, actor, case.id).await?;
        if opened.row.state.is_closed() {
            continue;
        }
        let step = Step { action: Action::Withdraw, findings: None, reason: None };
        apply(backend, tx, actor, &opened, step).await?;
        outcome = Withdrawn::Now;
    }
    Ok(outcome)
}
