//! What is reviewed, and who handled it.

use serde::{Deserialize, Serialize};

/// What a right to review rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// 办件
    Case,
    /// 投诉
    Complaint,
    /// 咨询
    Consultation,
    /// 缴费
    Payment,
}

impl SubjectKind {
    pub const ALL: [SubjectKind; 4] =
        [SubjectKind::Case, SubjectKind::Complaint, SubjectKind::Consultation, SubjectKind::Payment];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            SubjectKind::Case => "case",
            SubjectKind::Complaint => "complaint",
            SubjectKind::Consultation => "consultation",
            SubjectKind::Payment => "payment",
        }
    }

    pub fn from_code(code: &str) -> Option<SubjectKind> {
        SubjectKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Who handled it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handler {
    /// The rules, at once (秒办).
    Rules,
    /// A person at a desk.
    Person,
}

impl Handler {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Handler::Rules => "rules",
            Handler::Person => "person",
        }
    }

    pub fn from_code(code: &str) -> Option<Handler> {
        [Handler::Rules, Handler::Person].into_iter().find(|handler| handler.code() == code)
    }
}
