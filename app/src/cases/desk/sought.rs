//! What the address of the queue asks for, and the address of the same with something changed.

use backend::cases::desk_views::{DeskView, NewView};
use backend::cases::queue::{Desk, DeskChoice, Hands, Narrow};
use domain::cases::{CaseState, Light, Turn};
use domain::identity::Role;
use domain::organisation::region::RegionCode;
use serde::Deserialize;

use super::frame::{desk_code, may_at};
use crate::visit::Visit;

/// The states of the queue, as tabs.
pub(super) const TABS: [CaseState; 4] =
    [CaseState::Submitted, CaseState::Accepted, CaseState::Supplementing, CaseState::AwaitingPayment];

/// The address as it was asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Look {
    /// Which desk: `<department>.<place>`.
    pub desk: Option<String>,
    pub state: Option<String>,
    /// Whose turn it is; instead of a state.
    pub role: Option<String>,
    /// A place within the desk's.
    pub place: Option<String>,
    /// The colour of the light.
    pub light: Option<String>,
    /// Whose hands: `mine` or `free`.
    pub hands: Option<String>,
    /// Code of a service.
    pub service: Option<String>,
    /// The last case of the page before.
    pub after: Option<String>,
    pub did: Option<String>,
}

impl Look {
    /// What a saved view asks for.
    pub fn of_view(view: &DeskView) -> Look {
        Look {
            desk: Some(format!("{}.{}", view.department, view.region)),
            state: view.state.clone(),
            role: view.turn.clone(),
            place: view.within.map(|place| place.to_string()),
            light: view.light.clone(),
            hands: view.hands.clone(),
            service: view.service_code.clone(),
            ..Look::default()
        }
    }

    /// Whether nothing is asked for: the queue as one begins with it.
    pub fn is_plain(&self) -> bool {
        let asked =
            [&self.desk, &self.state, &self.role, &self.place, &self.light, &self.hands, &self.service];
        asked.iter().all(|part| part.is_none()) && self.after.is_none()
    }
}

/// What the address narrows the queue to.
#[derive(Clone, Debug)]
pub(super) struct Sought {
    /// The desk one sits at.
    pub desk: Desk,
    /// A place within it.
    pub within: Option<RegionCode>,
    pub state: CaseState,
    pub turn: Option<Turn>,
    pub narrow: Narrow,
}

impl Sought {
    /// Reads an address; what is missing or unknown in it takes its default.
    pub fn of(visit: &Visit, at: &DeskChoice, look: &Look) -> Sought {
        let holds = |role| may_at(visit, role, &at.desk.department, at.desk.place);
        // Who only decides begins with what can be decided.
        let first = match holds(Role::Intake) || !holds(Role::Decide) {
            true => CaseState::Submitted,
            false => CaseState::Accepted,
        };
        let state = look.state.as_deref().and_then(CaseState::from_code).filter(|s| TABS.contains(s));
        let services = visit.backend().catalog.services();
        let within = look.place.as_deref().and_then(|code| code.parse::<RegionCode>().ok());
        Sought {
            desk: at.desk.clone(),
            within: within.filter(|place| place.is_under(at.desk.place) && *place != at.desk.place),
            state: state.unwrap_or(first),
            turn: look.role.as_deref().and_then(Turn::from_code),
            narrow: Narrow {
                light: look.light.as_deref().and_then(Light::from_code),
                hands: match look.hands.as_deref() {
                    Some("mine") => Some(Hands::Mine),
                    Some("free") => Some(Hands::Free),
                    _ => None,
                },
                service: look.service.clone().filter(|code| services.known(code).is_some()),
            },
        }
    }

    /// The cases that are looked at: of the desk, or of the place within it.
    pub fn cases_of(&self, visit: &Visit) -> Desk {
        match self.within {
            Some(place) => desk_at(visit, &self.desk.department, place),
            None => self.desk.clone(),
        }
    }

    /// The states that are looked at.
    pub fn states(&self, visit: &Visit) -> Vec<CaseState> {
        match self.turn {
            Some(turn) => turn.states(|role| may_at(visit, role, &self.desk.department, self.desk.place)),
            None => vec![self.state],
        }
    }

    /// Whether it is more than a desk and one of its tabs.
    pub fn is_narrowed(&self) -> bool {
        self.within.is_some() || self.narrow != Narrow::default()
    }

    /// The address of this.
    pub fn address(&self) -> String {
        let mut address = format!("/staff?desk={}", desk_code(&self.desk));
        let mut put = |name: &str, value: &str| {
            address.push('&');
            address.push_str(name);
            address.push('=');
            address.push_str(value);
        };
        match self.turn {
            Some(turn) => put("role", turn.code()),
            None => put("state", self.state.code()),
        }
        if let Some(place) = self.within {
            put("place", &place.to_string());
        }
        if let Some(light) = self.narrow.light {
            put("light", light.code());
        }
        if let Some(hands) = self.narrow.hands {
            put("hands", hands_code(hands));
        }
        if let Some(service) = &self.narrow.service {
            put("service", service);
        }
        address
    }

    /// The same under a name.
    pub fn to_save(&self, name: &str) -> NewView {
        NewView {
            name: name.to_owned(),
            desk: self.desk.clone(),
            within: self.within,
            turn: self.turn,
            state: self.turn.is_none().then_some(self.state),
            light: self.narrow.light,
            hands: self.narrow.hands,
            service: self.narrow.service.clone(),
        }
    }
}

pub(super) fn hands_code(hands: Hands) -> &'static str {
    match hands {
        Hands::Mine => "mine",
        Hands::Free => "free",
    }
}

/// The cases of a department at a place: of the office alone, where none lies within it.
pub(super) fn desk_at(visit: &Visit, department: &str, place: RegionCode) -> Desk {
    let current = visit.backend().organisation.current();
    let has_below = current.offices.under(department, place).any(|office| office.region != place);
    Desk { department: department.to_owned(), place, office_only: !has_below }
}

/// The desk that a code names, whoever sits there.
pub(super) fn desk_named(backend: &backend::Backend, code: &str) -> Option<Desk> {
    let (department, place) = code.rsplit_once('.')?;
    let place: RegionCode = place.parse().ok()?;
    let current = backend.organisation.current();
    let has_below = current.offices.under(department, place).any(|office| office.region != place);
    Some(Desk { department: department.to_owned(), place, office_only: !has_below })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought() -> Sought {
        let place = "3301".parse().unwrap();
        Sought {
            desk: Desk { department: "health".into(), place, office_only: false },
            within: None,
            state: CaseState::Submitted,
            turn: None,
            narrow: Narrow::default(),
        }
    }

    #[test]
    fn an_address_says_all_that_is_sought() {
        assert_eq!(sought().address(), "/staff?desk=health.3301&state=submitted");
        let narrowed = Sought {
            within: Some("330106".parse().unwrap()),
            turn: Some(Turn::Mine),
            narrow: Narrow {
                light: Some(Light::Red),
                hands: Some(Hands::Free),
                service: Some("permit".into()),
            },
            ..sought()
        };
        let address = "/staff?desk=health.3301&role=mine&place=330106&light=red&hands=free&service=permit";
        assert_eq!(narrowed.address(), address);
        let uri: http::Uri = address.parse().unwrap();
        let read = axum::extract::Query::<Look>::try_from_uri(&uri).unwrap().0;
        assert_eq!(
            (read.role.as_deref(), read.place.as_deref(), read.light.as_deref()),
            (Some("mine"), Some("330106"), Some("red"))
        );
        assert!(!read.is_plain() && Look::default().is_plain());
        assert!(
            Look { did: Some("accepted".into()), ..Look::default() }.is_plain(),
            "coming back from a case"
        );
    }

    #[test]
    fn a_turn_is_saved_in_place_of_a_state() {
        let saved = Sought { turn: Some(Turn::Decide), ..sought() }.to_save("急");
        assert_eq!((saved.turn, saved.state), (Some(Turn::Decide), None));
        assert_eq!(sought().to_save("新").state, Some(CaseState::Submitted));
    }
}
