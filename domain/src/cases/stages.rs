//! Stages of an examination (审核环节): whose opinion is needed next, and who may give it.
//!
//! Stages come one after the other (serial); the seats of a stage give their opinions at the same time (parallel), and all
//! of them or any one of them is needed, as the definition says. An opinion is not a decision: whoever decides sees them
//! all, and has to say why when deciding against one. Nobody takes two seats, and who took one does not decide (four eyes).

use serde::{Deserialize, Serialize};

use crate::catalog::{Need, Stage};
use crate::ids::StaffId;

/// A seat of a stage, both by their place in the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SeatAt {
    pub stage: u16,
    pub seat: u16,
}

/// An opinion that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opinion {
    pub at: SeatAt,
    pub staff: StaffId,
    /// In favour of approval.
    pub favours: bool,
}

/// The seats whose opinions are needed now; none when the examination is over.
pub fn open_seats(stages: &[Stage], given: &[Opinion]) -> Vec<SeatAt> {
    for (number, stage) in stages.iter().enumerate() {
        let seat_at = |seat: usize| SeatAt { stage: number as u16, seat: seat as u16 };
        let has = |at: SeatAt| given.iter().any(|opinion| opinion.at == at);
        let seats = (0..stage.seats.len()).map(seat_at);
        let open: Vec<SeatAt> = match stage.need {
            Need::All => seats.filter(|at| !has(*at)).collect(),
            Need::Any if seats.clone().any(has) => Vec::new(),
            Need::Any => seats.collect(),
        };
        if !open.is_empty() {
            return open;
        }
    }
    Vec::new()
}

/// Whether the examination has come to its end, so that the case can be decided.
pub fn is_examined(stages: &[Stage], given: &[Opinion]) -> bool {
    open_seats(stages, given).is_empty()
}

/// Whether somebody has had a seat in the case: they take no other and do not decide it.
pub fn has_sat(given: &[Opinion], staff: StaffId) -> bool {
    given.iter().any(|opinion| opinion.staff == staff)
}

/// Whether somebody spoke against approval.
pub fn is_contested(given: &[Opinion]) -> bool {
    given.iter().any(|opinion| !opinion.favours)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Seat;
    use crate::text::Text;

    fn stages() -> impl Strategy<Value = Vec<Stage>> {
        let seat = Just(Seat { department: None, level: None });
        let stage = (any::<bool>(), proptest::collection::vec(seat, 1..4)).prop_map(|(all, seats)| Stage {
            id: "stage".to_owned(),
            title: Text::default(),
            need: if all { Need::All } else { Need::Any },
            seats,
        });
        proptest::collection::vec(stage, 0..4)
    }

    proptest! {
        /// Whatever order opinions come in, as long as they come from open seats, the examination ends, never goes back,
        /// and asks no more seats than there are.
        #[test]
        fn an_examination_goes_forward_and_ends(stages in stages(), choices in proptest::collection::vec(any::<prop::sample::Index>(), 16)) {
            let mut given: Vec<Opinion> = Vec::new();
            let mut stage = 0;
            for (number, choice) in choices.iter().enumerate() {
                let open = open_seats(&stages, &given);
                let Some(first) = open.first() else { break };
                prop_assert!(first.stage >= stage && open.iter().all(|at| at.stage == first.stage));
                stage = first.stage;
                let at = *choice.get(&open);
                prop_assert!(given.iter().all(|opinion| opinion.at != at));
                let staff = StaffId(uuid::Uuid::from_u128(number as u128));
                prop_assert!(!has_sat(&given, staff));
                given.push(Opinion { at, staff, favours: number % 2 == 0 });
            }
            prop_assert!(is_examined(&stages, &given));
            for (number, stage) in stages.iter().enumerate() {
                let sat = given.iter().filter(|opinion| usize::from(opinion.at.stage) == number).count();
                let wanted = if stage.need == Need::All { stage.seats.len() } else { 1 };
                prop_assert_eq!(sat, wanted);
            }
        }
    }
}
