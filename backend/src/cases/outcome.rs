//! How a case was decided, as kept with it.

use domain::ids::StaffId;
use domain::rules::Finding;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A decision with its reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What each rule said on the day of filing (or when the last pending fact arrived).
    pub findings: Vec<Finding>,
    /// Who decided; `None` while undecided or when the rules did.
    pub staff: Option<StaffId>,
    /// Why not, when it was declined or refused by a person.
    pub reason: Option<Reason>,
    pub at: Option<Timestamp>,
}

/// Why a case was not accepted or refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Id of one of the definition's reasons.
    Listed(String),
    /// The clerk's own words.
    Words(String),
    /// Nobody decided in the time that the law gives, and it says that this is approval.
    Tacit,
}
