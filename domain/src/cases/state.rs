//! States of a case and what may happen in each.

use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Being filled in; nobody but the applicant sees it.
    Draft,
    /// 待缴费: filed, waits for the fee before anybody works on it.
    AwaitingPayment,
    /// 已提交: filed, waits for acceptance.
    Submitted,
    /// 已受理: accepted, being examined.
    Accepted,
    /// 补正中: the applicant has been asked for more, and the clock stands.
    Supplementing,
    /// 不予受理: not accepted.
    Declined,
    /// 准予: decided in favour.
    Approved,
    /// 不予: refused.
    Refused,
    /// 已撤回: taken back by the applicant.
    Withdrawn,
    /// 逾期未补正: closed because what was asked for did not come in time.
    Lapsed,
    /// 已分办: the form of a bundle, split into the cases of its members; what goes on goes on there.
    Bundled,
    /// 等待前序: a member of a bundle that is filed once those before it are approved.
    Waiting,
    /// 不再办理: a member of a bundle that was never filed, because one before it came to nothing.
    Dropped,
}

/// What someone does to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The applicant files; the fee comes first.
    SubmitForPayment,
    /// The applicant files; a clerk will look.
    Submit,
    /// The applicant files and the rules decide at once.
    SubmitAndApprove,
    SubmitAndRefuse,
    /// The fee has been paid.
    Pay,
    Accept,
    Decline,
    Approve,
    Refuse,
    Withdraw,
    /// Somebody asks the applicant for more.
    AskSupplement,
    /// What was asked for before acceptance has come.
    Resubmit,
    /// What was asked for after acceptance has come.
    Resume,
    /// It has not come in time.
    Lapse,
    /// The form of a bundle is split into cases.
    Split,
    /// A member of a bundle waits for others.
    Wait,
    /// What it waited for came to nothing.
    Drop,
}

/// The action is not allowed in the state the case is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{action:?} is not allowed in {state:?}")]
pub struct NotAllowed {
    pub state: CaseState,
    pub action: Action,
}

impl CaseState {
    pub const ALL: [CaseState; 13] = [
        CaseState::Draft,
        CaseState::AwaitingPayment,
        CaseState::Submitted,
        CaseState::Accepted,
        CaseState::Supplementing,
        CaseState::Declined,
        CaseState::Approved,
        CaseState::Refused,
        CaseState::Withdrawn,
        CaseState::Lapsed,
        CaseState::Bundled,
        CaseState::Waiting,
        CaseState::Dropped,
    ];

    /// The state after `action`: the whole transition table.
    pub fn after(self, action: Action) -> Result<CaseState, NotAllowed> {
        use Action as A;
        use CaseState as S;
        match (self, action) {
            (S::Draft | S::Waiting, A::SubmitForPayment) => Ok(S::AwaitingPayment),
            (S::Draft | S::Waiting, A::Submit) => Ok(S::Submitted),
            (S::Draft | S::Waiting, A::SubmitAndApprove) => Ok(S::Approved),
            (S::Draft | S::Waiting, A::SubmitAndRefuse) => Ok(S::Refused),
            (S::Draft, A::Split) => Ok(S::Bundled),
            (S::Draft, A::Wait) => Ok(S::Waiting),
            (S::Waiting, A::Drop) => Ok(S::Dropped),
            (S::AwaitingPayment, A::Pay) => Ok(S::Submitted),
            (S::Submitted, A::Accept) => Ok(S::Accepted),
            (S::Submitted, A::Decline) => Ok(S::Declined),
            (S::Accepted, A::Approve) => Ok(S::Approved),
            (S::Accepted, A::Refuse) => Ok(S::Refused),
            (S::Submitted | S::Accepted, A::AskSupplement) => Ok(S::Supplementing),
            (S::Supplementing, A::Resubmit) => Ok(S::Submitted),
            (S::Supplementing, A::Resume) => Ok(S::Accepted),
            (S::Supplementing, A::Lapse) => Ok(S::Lapsed),
            (
                S::AwaitingPayment | S::Submitted | S::Accepted | S::Supplementing | S::Waiting,
                A::Withdraw,
            ) => Ok(S::Withdrawn),
            _ => Err(NotAllowed { state: self, action }),
        }
    }

    /// Nothing more happens to the case.
    pub fn is_closed(self) -> bool {
        matches!(
            self,
            CaseState::Declined
                | CaseState::Approved
                | CaseState::Refused
                | CaseState::Withdrawn
                | CaseState::Lapsed
                | CaseState::Bundled
                | CaseState::Dropped
        )
    }

    /// Its applicant's alone: no authority has been asked for anything.
    pub fn is_private(self) -> bool {
        matches!(self, CaseState::Draft | CaseState::Bundled | CaseState::Waiting | CaseState::Dropped)
    }

    /// An office has to work on it, or to wait for its applicant.
    pub fn is_open(self) -> bool {
        !self.is_private() && !self.is_closed()
    }

    /// As stored and as used in message keys.
    pub fn code(self) -> &'static str {
        match self {
            CaseState::Draft => "draft",
            CaseState::AwaitingPayment => "awaiting_payment",
            CaseState::Submitted => "submitted",
            CaseState::Accepted => "accepted",
            CaseState::Supplementing => "supplementing",
            CaseState::Declined => "declined",
            CaseState::Approved => "approved",
            CaseState::Refused => "refused",
            CaseState::Withdrawn => "withdrawn",
            CaseState::Lapsed => "lapsed",
            CaseState::Bundled => "bundled",
            CaseState::Waiting => "waiting",
            CaseState::Dropped => "dropped",
        }
    }

    pub fn from_code(code: &str) -> Option<CaseState> {
        CaseState::ALL.into_iter().find(|s| s.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::EventKind;

    const ACTIONS: [Action; 17] = [
        Action::SubmitForPayment,
        Action::Submit,
        Action::SubmitAndApprove,
        Action::SubmitAndRefuse,
        Action::Pay,
        Action::Accept,
        Action::Decline,
        Action::Approve,
        Action::Refuse,
        Action::Withdraw,
        Action::AskSupplement,
        Action::Resubmit,
        Action::Resume,
        Action::Lapse,
        Action::Split,
        Action::Wait,
        Action::Drop,
    ];

    #[test]
    fn nothing_leaves_a_closed_state_and_nothing_returns_to_draft() {
        for state in CaseState::ALL {
            for action in ACTIONS {
                match state.after(action) {
                    Ok(next) => {
                        assert!(!state.is_closed(), "{state:?} {action:?}");
                        assert_ne!(next, CaseState::Draft);
                        assert_ne!(next, state);
                    }
                    Err(e) => assert_eq!(e, NotAllowed { state, action }),
                }
            }
            assert_eq!(CaseState::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn every_state_is_reached_and_every_open_one_can_be_closed() {
        let mut reached = vec![CaseState::Draft];
        let mut next = 0;
        while let Some(state) = reached.get(next).copied() {
            next += 1;
            for action in ACTIONS {
                if let Ok(to) = state.after(action)
                    && !reached.contains(&to)
                {
                    reached.push(to);
                }
            }
        }
        assert_eq!(reached.len(), CaseState::ALL.len());
        for state in CaseState::ALL {
            assert!(is_closed_some_time(state, CaseState::ALL.len()), "{state:?} is a dead end");
        }
    }

    /// Whether a closing state is at most so many actions away.
    fn is_closed_some_time(state: CaseState, actions: usize) -> bool {
        let next = || ACTIONS.into_iter().filter_map(|action| state.after(action).ok());
        state.is_closed() || actions > 0 && next().any(|state| is_closed_some_time(state, actions - 1))
    }

    /// What is done to a case is told in its timeline, and the last thing told is where the case stands.
    #[test]
    fn every_edge_names_its_events() {
        for state in CaseState::ALL {
            for action in ACTIONS {
                let Ok(to) = state.after(action) else { continue };
                let told = action.events().last().unwrap();
                // Until it is paid, what is told is that it was filed.
                let waits = to == CaseState::AwaitingPayment && *told == EventKind::Submitted;
                assert!(waits || told.state() == Some(to), "{state:?} {action:?} says {told:?}");
                let files = matches!(state, CaseState::Draft | CaseState::Waiting) && !to.is_private();
                let filed = files && to != CaseState::Withdrawn;
                assert_eq!(action.events().contains(&EventKind::Submitted), filed, "{state:?} {action:?}");
            }
        }
        assert!(EventKind::ALL.into_iter().all(|kind| EventKind::from_code(kind.code()) == Some(kind)));
    }
}
