//! What one fact of a case looks like to those who may see it.

use domain::registers::{FactState, Word};
use domain::rules::Value;
use domain::time::Timestamp;
use storage::registers::evidence;

use super::CaseError;
use crate::Backend;
use crate::catalog::hex;
use crate::sealing::Place;

/// A fact with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub fact: String,
    pub register: String,
    pub state: FactState,
    /// The register's own time.
    pub observed_at: Option<Timestamp>,
    pub fetched_at: Option<Timestamp>,
    /// SHA-256 of the register's answer, hexadecimal.
    pub digest: Option<String>,
    /// Why the citizen says that the value is wrong.
    pub contest: Option<(Timestamp, String)>,
}

impl Evidence {
    pub(crate) fn open(backend: &Backend, row: evidence::Evidence) -> Result<Self, CaseError> {
        let place = |column| Place::new("evidence", column, &row.id.0);
        let value: Option<Value> =
            row.value.as_ref().map(|v| backend.open_json(place("value"), v)).transpose()?;
        let reason: Option<String> =
            row.contest_reason.as_ref().map(|r| backend.open_json(place("contest_reason"), r)).transpose()?;
        let state = match (row.state, value, row.contested_at) {
            (Word::Known, Some(value), None) => FactState::Known(value),
            (Word::Known, Some(value), Some(_)) => FactState::Contested(Some(value)),
            (Word::NoRecord, _, None) => FactState::NoRecord,
            // "There is none" is contested as well: nothing is decided on it, and a person looks.
            (Word::NoRecord, _, Some(_)) => FactState::Contested(None),
            _ => FactState::Pending,
        };
        Ok(Evidence {
            fact: row.fact,
            register: row.register,
            state,
            observed_at: row.observed_at,
            fetched_at: row.fetched_at,
            digest: row.digest.as_deref().map(hex),
            contest: row.contested_at.zip(reason),
        })
    }
}
