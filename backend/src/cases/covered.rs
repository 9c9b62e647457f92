//! Who may see a filed case at the desk: whose posts cover it, and who has a seat in its examination.

use storage::Tx;
use storage::cases::case::CaseLine;

use super::examination::has_seat;
use super::{CaseError, Reached, report_foreign};
use crate::identity::Actor;

/// Refuses whose posts do not cover the case. What no authority was asked for is its owner's alone.
pub(crate) fn covered(actor: &Actor, row: &CaseLine) -> Result<(), CaseError> {
    if !row.is_filed() {
        report_foreign(actor, row.id);
        return Err(CaseError::NotFound);
    }
    match actor.staff()?.handles(&row.department, row.place) {
        true => Ok(()),
        false => Err(CaseError::Outside(Reached { case: row.id, person: row.person_id })),
    }
}

/// As [`covered`], and whoever has a seat in its examination may read it too.
pub(crate) async fn seen(tx: &mut Tx, actor: &Actor, row: &CaseLine) -> Result<(), CaseError> {
    match covered(actor, row) {
        Err(CaseError::Outside(_)) if has_seat(tx, actor.staff()?, row).await? => Ok(()),
        other => other,
    }
}
