//! What the timeline tells of a case for its figures: what would be gone, or different, when the job comes.

use std::collections::BTreeSet;

use domain::organisation::region::RegionCode;
use domain::registers::FactState;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage::cases::case::CaseLine;

use crate::cases::Opened;

/// Where a case was filed; later another office may have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filed {
    pub department: String,
    pub place: RegionCode,
}

/// What a closed case was answered with; evidence is erased some time after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answered {
    /// Values that registers filled in and nobody objected to.
    pub filled: i64,
    /// Answers that the applicant gave.
    pub typed: i64,
    /// Registers that answered, also that they know of none: each a document nobody had to bring.
    pub documents: i64,
}

/// For the detail of an event that files a case.
pub(crate) fn told_of_filing(case: &CaseLine) -> Value {
    json!(Filed { department: case.department.clone(), place: case.place })
}

/// For the detail of an event that closes a case.
pub(crate) fn told_of_closing(opened: &Opened) -> Value {
    json!(answered(opened))
}

pub(super) fn answered(opened: &Opened) -> Answered {
    let filled = opened.evidence.iter().filter(|e| matches!(e.state, FactState::Known(_))).count();
    let documents: BTreeSet<&str> = opened
        .evidence
        .iter()
        .filter(|e| matches!(e.state, FactState::Known(_) | FactState::NoRecord))
        .map(|e| e.register.as_str())
        .collect();
    Answered {
        filled: filled as i64,
        typed: opened.form().answers().len() as i64,
        documents: documents.len() as i64,
    }
}
