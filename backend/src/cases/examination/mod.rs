//! Stages of an examination (审核环节): whose opinion a case waits for, and what they said.

mod opine;
mod waiting;

use domain::cases::stages::open_seats;
use domain::cases::{CaseState, Opinion, SeatAt};
use domain::organisation::region::RegionCode;
use storage::Tx;
use storage::cases::case::CaseLine;
use storage::cases::seats::{self, Seat};

pub use opine::opine;
pub use waiting::{WaitingSeat, waiting_seats};

use super::CaseError;
use super::load::Opened;
use crate::Backend;
use crate::sealing::Place;

impl Opened {
    /// The opinions that were given.
    pub fn opinions(&self) -> Vec<Opinion> {
        self.seats.iter().filter_map(Seat::opinion).collect()
    }

    /// Whether everybody's opinion that is needed has been given.
    pub fn is_examined(&self) -> bool {
        domain::cases::stages::is_examined(&self.service.definition.decision.stages, &self.opinions())
    }

    /// What was said from a seat, in words.
    pub fn words_of(&self, backend: &Backend, seat: &Seat) -> Result<Option<String>, CaseError> {
        let place = Place::new("case_seats", "words", &seat.id);
        Ok(seat.words.as_ref().map(|words| backend.open_json(place, words)).transpose()?)
    }
}

/// Asks for the opinions that a case needs next, once it has been accepted. `row` says where it is now.
pub(super) async fn ask_opinions(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    department: &str,
    place: RegionCode,
) -> Result<(), CaseError> {
    let stages = &opened.service.definition.decision.stages;
    if stages.is_empty() {
        return Ok(());
    }
    let given: Vec<Opinion> =
        seats::of_case(tx, opened.row.id).await?.iter().filter_map(Seat::opinion).collect();
    for at in open_seats(stages, &given) {
        let (department, place) = office_of(backend, opened, at, department, place);
        let seat = Seat {
            id: backend.id(),
            case_id: opened.row.id,
            person_id: opened.row.person_id,
            stage: i64::from(at.stage),
            seat: i64::from(at.seat),
            department,
            place,
            opened_at: backend.now(),
            closed_at: None,
            staff_id: None,
            favours: None,
            words: None,
        };
        seats::open(tx, &seat).await?;
    }
    Ok(())
}

/// Asks those at the place that the case goes to instead.
pub(super) async fn reseat(
    backend: &Backend,
    tx: &mut Tx,
    opened: &Opened,
    department: &str,
    place: RegionCode,
) -> Result<(), CaseError> {
    if opened.row.state == CaseState::Accepted && !opened.seats.is_empty() {
        seats::close_open(tx, opened.row.id, backend.now()).await?;
        ask_opinions(backend, tx, opened, department, place).await?;
    }
    Ok(())
}

/// The office of a seat: of its department at its level, or the nearest above; where there is none, the case's own.
fn office_of(
    backend: &Backend,
    opened: &Opened,
    at: SeatAt,
    department: &str,
    place: RegionCode,
) -> (String, RegionCode) {
    let seat = opened.service.definition.decision.stages.get(usize::from(at.stage));
    let seat = seat.and_then(|stage| stage.seats.get(usize::from(at.seat)));
    let of = seat.and_then(|seat| seat.department.as_deref()).unwrap_or(department);
    let level = seat.and_then(|seat| seat.level).unwrap_or(place.level());
    let current = backend.organisation.current();
    match current.route(of, level, place) {
        Some(office) => (office.department.clone(), office.region),
        None => (department.to_owned(), place),
    }
}

/// Whether somebody may read a case for the sake of a seat in it.
pub(crate) async fn has_seat(
    tx: &mut Tx,
    staff: &crate::identity::StaffActor,
    row: &CaseLine,
) -> Result<bool, CaseError> {
    if !staff.holds(domain::identity::Role::Review) {
        return Ok(false);
    }
    let seats = seats::of_case(tx, row.id).await?;
    let may = |seat: &Seat| staff.may(domain::identity::Role::Review, &seat.department, seat.place);
    Ok(seats.iter().any(|seat| (seat.closed_at.is_none() || seat.staff_id.is_some()) && may(seat)))
}
