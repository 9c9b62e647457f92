//! Saving a view.

use domain::cases::{CaseState, Light, Turn};
use domain::ids::DeskViewId;
use domain::organisation::region::RegionCode;
use storage::cases::desk_views;

use super::{DeskView, MOST, checked_name};
use crate::Backend;
use crate::cases::CaseError;
use crate::cases::queue::{Desk, Hands, handler_of};
use crate::identity::Actor;

/// A view to save.
#[derive(Clone, Debug)]
pub struct NewView {
    pub name: String,
    pub desk: Desk,
    /// A place within the desk's.
    pub within: Option<RegionCode>,
    pub turn: Option<Turn>,
    /// Where no turn is chosen.
    pub state: Option<CaseState>,
    pub light: Option<Light>,
    pub hands: Option<Hands>,
    pub service: Option<String>,
}

/// Keeps a view of a desk of the actor's. `TooMany` when there are [`MOST`].
pub async fn save(backend: &Backend, actor: &Actor, new: NewView) -> Result<DeskViewId, CaseError> {
    let staff = handler_of(actor, &new.desk)?.id;
    let name = checked_name(&new.name)?;
    if new.within.is_some_and(|place| !place.is_under(new.desk.place)) {
        return Err(CaseError::NotFound);
    }
    let hands = new.hands.map(|hands| match hands {
        Hands::Mine => "mine".to_owned(),
        Hands::Free => "free".to_owned(),
    });
    let view = DeskView {
        id: DeskViewId(backend.id()),
        staff_id: staff,
        slot: 0,
        name,
        department: new.desk.department,
        region: new.desk.place,
        within: new.within,
        turn: new.turn.map(|turn| turn.code().to_owned()),
        state: new.state.map(|state| state.code().to_owned()),
        light: new.light.map(|light| light.code().to_owned()),
        hands,
        service_code: new.service,
        is_default: false,
        created_at: backend.now(),
    };
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let taken = desk_views::of_staff(tx, staff).await?;
                // A slot that was free may be taken at the same time; the next one is tried then.
                for slot in (1..=MOST).filter(|slot| taken.iter().all(|v| v.slot != *slot)) {
                    if desk_views::insert(tx, &DeskView { slot, ..view.clone() }).await? {
                        return Ok(view.id);
                    }
                }
                Err(CaseError::TooMany)
            })
        })
        .await
}
