//! Changing the catalogue with four eyes: what somebody proposes, somebody else publishes.

use serde::{Deserialize, Serialize};

use crate::identity::Role;
use crate::ids::StaffId;
use crate::organisation::Grant;
use crate::organisation::region::RegionCode;

/// What a proposal would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalKind {
    /// 新版本: another content, or a service that there was not.
    Version,
    /// 停办: no new applications after a last day; or, without one, that a service goes on after all.
    Retirement,
}

impl ProposalKind {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            ProposalKind::Version => "version",
            ProposalKind::Retirement => "retirement",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [ProposalKind::Version, ProposalKind::Retirement].into_iter().find(|kind| kind.code() == code)
    }
}

/// How far a proposal has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Its author writes it.
    Draft,
    /// It waits for somebody else.
    Proposed,
    /// Published by somebody else.
    Approved,
    Rejected,
    /// Given up by its author.
    Withdrawn,
}

/// What is done with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Propose,
    Approve,
    Reject,
    Withdraw,
    /// Its author writes on, on the newest version.
    Revise,
}

/// The step does not go with the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step:?} is not possible in {state:?}")]
pub struct NotPossible {
    pub state: ProposalState,
    pub step: Step,
}

impl ProposalState {
    pub const ALL: [ProposalState; 5] = [
        ProposalState::Draft,
        ProposalState::Proposed,
        ProposalState::Approved,
        ProposalState::Rejected,
        ProposalState::Withdrawn,
    ];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            ProposalState::Draft => "draft",
            ProposalState::Proposed => "proposed",
            ProposalState::Approved => "approved",
            ProposalState::Rejected => "rejected",
            ProposalState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        ProposalState::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing can become of it any more.
    pub fn is_closed(self) -> bool {
        !matches!(self, ProposalState::Draft | ProposalState::Proposed)
    }

    /// The state after a step: the whole table.
    pub fn after(self, step: Step) -> Result<ProposalState, NotPossible> {
        use ProposalState::{Approved, Draft, Proposed, Rejected, Withdrawn};
        match (self, step) {
            (Draft, Step::Propose) => Ok(Proposed),
            (Draft | Proposed, Step::Revise) => Ok(Draft),
            (Draft | Proposed, Step::Withdraw) => Ok(Withdrawn),
            (Proposed, Step::Approve) => Ok(Approved),
            (Proposed, Step::Reject) => Ok(Rejected),
            (state, step) => Err(NotPossible { state, step }),
        }
    }
}

/// Why somebody may not decide about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApprover {
    /// 四眼原则: nobody decides about what they proposed, nor does who only stands in for them.
    #[error("one's own proposal")]
    Own,
    #[error("not for this department")]
    Outside,
}

/// Whether `staff` with `grants` may decide about what `author` proposed for `departments` at `place`. A grant that stands
/// in for the author does not count: the author could have chosen who stands in.
pub fn may_decide(
    author: StaffId,
    staff: StaffId,
    grants: &[Grant],
    departments: &[&str],
    place: RegionCode,
) -> Result<(), NotApprover> {
    if !covers(grants, None, departments, place) {
        return Err(NotApprover::Outside);
    }
    let independent = covers(grants, Some(author), departments, place);
    if staff == author || !independent { Err(NotApprover::Own) } else { Ok(()) }
}

/// Whether `grants` cover the definitions of all `departments` at `place`, without those that stand in for `absent`.
pub fn covers(grants: &[Grant], absent: Option<StaffId>, departments: &[&str], place: RegionCode) -> bool {
    departments.iter().all(|department| {
        grants.iter().any(|grant| {
            grant.allows(Role::Catalogue, department, place)
                && (absent.is_none() || grant.deputy_for != absent)
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::ids::PostId;
    use crate::organisation::Scope;

    const STEPS: [Step; 5] = [Step::Propose, Step::Approve, Step::Reject, Step::Withdraw, Step::Revise];

    #[test]
    fn what_is_closed_stays_as_it_is() {
        for state in ProposalState::ALL {
            assert_eq!(ProposalState::from_code(state.code()), Some(state));
            let open = STEPS.iter().any(|step| state.after(*step).is_ok());
            assert_eq!(open, !state.is_closed(), "{state:?}");
        }
    }

    #[test]
    fn only_what_was_proposed_can_be_approved_or_rejected() {
        for state in ProposalState::ALL {
            for step in [Step::Approve, Step::Reject] {
                assert_eq!(state.after(step).is_ok(), state == ProposalState::Proposed, "{state:?}");
            }
        }
    }

    fn staff(n: u128) -> StaffId {
        StaffId(Uuid::from_u128(n))
    }

    fn grant(role: Role, department: Option<&str>, place: &str, deputy_for: Option<StaffId>) -> Grant {
        let scope = Scope { department: department.map(str::to_owned), region: place.parse().unwrap() };
        Grant { role, scope, post: PostId(Uuid::nil()), deputy_for }
    }

    #[test]
    fn four_eyes_are_those_of_two_people_and_two_posts() {
        let city = "3301".parse().unwrap();
        let of = |who, grants: &[Grant]| may_decide(staff(1), who, grants, &["health"], city);
        let own = grant(Role::Catalogue, Some("health"), "3301", None);
        assert_eq!(of(staff(2), std::slice::from_ref(&own)), Ok(()));
        assert_eq!(of(staff(1), std::slice::from_ref(&own)), Err(NotApprover::Own));
        // The author stands in for a colleague.
        let for_other = grant(Role::Catalogue, Some("health"), "3301", Some(staff(3)));
        assert_eq!(of(staff(1), &[own.clone(), for_other.clone()]), Err(NotApprover::Own));
        // Somebody stands in for the author.
        let for_author = grant(Role::Catalogue, Some("health"), "3301", Some(staff(1)));
        assert_eq!(of(staff(2), std::slice::from_ref(&for_author)), Err(NotApprover::Own));
        assert_eq!(of(staff(2), &[for_author, own]), Ok(()), "a post of one's own counts");
        assert_eq!(of(staff(2), &[for_other]), Ok(()));
    }

    #[test]
    fn every_department_concerned_must_be_covered_where_the_portal_serves() {
        let city = "3301".parse().unwrap();
        let health = grant(Role::Catalogue, Some("health"), "3301", None);
        let both = ["health", "taxation"];
        let of = |grants: &[Grant], departments: &[&str]| {
            may_decide(staff(1), staff(2), grants, departments, city)
        };
        assert_eq!(of(std::slice::from_ref(&health), &both), Err(NotApprover::Outside));
        assert_eq!(of(&[health, grant(Role::Catalogue, Some("taxation"), "33", None)], &both), Ok(()));
        assert_eq!(of(&[grant(Role::Catalogue, None, "3301", None)], &both), Ok(()));
        let district = grant(Role::Catalogue, Some("health"), "330106", None);
        assert_eq!(of(&[district], &["health"]), Err(NotApprover::Outside));
        let other_role = grant(Role::Decide, Some("health"), "3301", None);
        assert_eq!(of(&[other_role], &["health"]), Err(NotApprover::Outside));
    }

    proptest! {
        #[test]
        fn no_grants_make_an_author_the_approver(deputies in prop::collection::vec(prop::option::of(1_u128..4), 0..6)) {
            let grants: Vec<Grant> = deputies
                .iter()
                .map(|for_whom| grant(Role::Catalogue, None, "33", for_whom.map(staff)))
                .collect();
            let place = "3301".parse().unwrap();
            prop_assert!(may_decide(staff(1), staff(1), &grants, &["health"], place).is_err());
            // And who has nothing but the author's post is no second person.
            let independent = deputies.iter().any(|for_whom| *for_whom != Some(1));
            prop_assert_eq!(may_decide(staff(1), staff(9), &grants, &["health"], place).is_ok(), independent);
        }
    }
}
