//! What a timeline says.

use serde::{Deserialize, Serialize};

use super::{Action, CaseState};

/// What happened to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The applicant filed.
    Submitted,
    /// The fee was paid.
    Paid,
    Accepted,
    Declined,
    Approved,
    Refused,
    Withdrawn,
    /// A register gave what it owed.
    Backfilled,
    /// A clerk found the record that the applicant had described.
    Identified,
    /// The applicant was asked for more.
    SupplementAsked,
    /// What was asked for came, before and after acceptance.
    Resubmitted,
    Resumed,
    /// What was asked for did not come in time.
    Lapsed,
    /// Another office handles it.
    Transferred,
    /// Somebody gave an opinion in a stage of the examination.
    Reviewed,
    /// The promised day is over, and the office above has been told.
    Escalated,
    /// The form of a bundle was split into the cases of its members.
    Bundled,
    /// It waits for other members of its bundle.
    Waits,
    /// What it waited for came to nothing.
    Dropped,
}

impl EventKind {
    pub const ALL: [EventKind; 19] = [
        EventKind::Submitted,
        EventKind::Paid,
        EventKind::Accepted,
        EventKind::Declined,
        EventKind::Approved,
        EventKind::Refused,
        EventKind::Withdrawn,
        EventKind::Backfilled,
        EventKind::Identified,
        EventKind::SupplementAsked,
        EventKind::Resubmitted,
        EventKind::Resumed,
        EventKind::Lapsed,
        EventKind::Transferred,
        EventKind::Reviewed,
        EventKind::Escalated,
        EventKind::Bundled,
        EventKind::Waits,
        EventKind::Dropped,
    ];

    /// As stored and as used in message keys.
    pub fn code(self) -> &'static str {
        match self {
            EventKind::Submitted => "submitted",
            EventKind::Paid => "paid",
            EventKind::Accepted => "accepted",
            EventKind::Declined => "declined",
            EventKind::Approved => "approved",
            EventKind::Refused => "refused",
            EventKind::Withdrawn => "withdrawn",
            EventKind::Backfilled => "backfilled",
            EventKind::Identified => "identified",
            EventKind::SupplementAsked => "supplement_asked",
            EventKind::Resubmitted => "resubmitted",
            EventKind::Resumed => "resumed",
            EventKind::Lapsed => "lapsed",
            EventKind::Transferred => "transferred",
            EventKind::Reviewed => "reviewed",
            EventKind::Escalated => "escalated",
            EventKind::Bundled => "bundled",
            EventKind::Waits => "waits",
            EventKind::Dropped => "dropped",
        }
    }

    pub fn from_code(code: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The state that a case came into by it; `None` where it stayed in its state.
    pub fn state(self) -> Option<CaseState> {
        match self {
            EventKind::Submitted | EventKind::Paid | EventKind::Resubmitted => Some(CaseState::Submitted),
            EventKind::Accepted | EventKind::Resumed => Some(CaseState::Accepted),
            EventKind::SupplementAsked => Some(CaseState::Supplementing),
            EventKind::Lapsed => Some(CaseState::Lapsed),
            EventKind::Declined => Some(CaseState::Declined),
            EventKind::Approved => Some(CaseState::Approved),
            EventKind::Refused => Some(CaseState::Refused),
            EventKind::Withdrawn => Some(CaseState::Withdrawn),
            EventKind::Bundled => Some(CaseState::Bundled),
            EventKind::Waits => Some(CaseState::Waiting),
            EventKind::Dropped => Some(CaseState::Dropped),
            EventKind::Backfilled
            | EventKind::Identified
            | EventKind::Transferred
            | EventKind::Reviewed
            | EventKind::Escalated => None,
        }
    }
}

impl Action {
    /// What the timeline says of it, in this order: who files what is decided at once has done two things.
    pub fn events(self) -> &'static [EventKind] {
        match self {
            Action::SubmitForPayment | Action::Submit => &[EventKind::Submitted],
            Action::SubmitAndApprove => &[EventKind::Submitted, EventKind::Approved],
            Action::SubmitAndRefuse => &[EventKind::Submitted, EventKind::Refused],
            Action::Pay => &[EventKind::Paid],
            Action::Accept => &[EventKind::Accepted],
            Action::Decline => &[EventKind::Declined],
            Action::Approve => &[EventKind::Approved],
            Action::Refuse => &[EventKind::Refused],
            Action::Withdraw => &[EventKind::Withdrawn],
            Action::AskSupplement => &[EventKind::SupplementAsked],
            Action::Resubmit => &[EventKind::Resubmitted],
            Action::Resume => &[EventKind::Resumed],
            Action::Lapse => &[EventKind::Lapsed],
            Action::Split => &[EventKind::Bundled],
            Action::Wait => &[EventKind::Waits],
            Action::Drop => &[EventKind::Dropped],
        }
    }
}
