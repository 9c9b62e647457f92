//! Seats that wait for somebody.

use domain::identity::Role;
use storage::cases::case;
use storage::cases::seats::{self, Seat};

use crate::Backend;
use crate::cases::CaseError;
use crate::cases::list::{Listed, listed};
use crate::cases::queue::departments;
use crate::identity::Actor;

/// A case with the seat that waits.
#[derive(Clone, Debug)]
pub struct WaitingSeat {
    pub seat: Seat,
    pub case: Listed,
}

/// Seats shown of one post.
const MOST: i64 = 100;

/// What waits for the opinion of a member of staff, longest first.
pub async fn waiting_seats(backend: &Backend, actor: &Actor) -> Result<Vec<WaitingSeat>, CaseError> {
    let staff = actor.staff()?;
    let mut tx = backend.db.read().await?;
    let mut found: Vec<Seat> = Vec::new();
    for grant in staff.grants.iter().filter(|grant| grant.role == Role::Review) {
        for department in departments(backend, grant) {
            for seat in seats::waiting(&mut tx, &department, grant.scope.region, MOST).await? {
                if !found.iter().any(|known| known.id == seat.id) {
                    found.push(seat);
                }
            }
        }
    }
    found.sort_by_key(|seat| (seat.opened_at, seat.id));
    found.truncate(MOST as usize);
    let mut all = Vec::with_capacity(found.len());
    for seat in found {
        let Some(row) = case::by_id(&mut tx, seat.case_id).await? else { continue };
        let line = listed(backend, &mut tx, vec![row.line]).await?;
        all.extend(line.into_iter().map(|case| WaitingSeat { seat: seat.clone(), case }));
    }
    Ok(all)
}
