//! What is known of the facts of one case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::rules::{Cause, Eval, Value};

/// What the portal knows of one fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactState {
    Known(Value),
    /// The register answered that it knows of none.
    NoRecord,
    /// The register has not answered (yet); the case cannot be closed before it does.
    Pending,
    /// The citizen says that this value is wrong, or that it is wrong that there is none.
    Contested(Option<Value>),
}

/// What a register has said to a question, apart from the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// Nothing yet.
    Pending,
    Known,
    /// That it knows of none.
    NoRecord,
}

impl Word {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Word::Pending => "pending",
            Word::Known => "known",
            Word::NoRecord => "no_record",
        }
    }

    pub fn from_code(code: &str) -> Option<Word> {
        [Word::Pending, Word::Known, Word::NoRecord].into_iter().find(|word| word.code() == code)
    }
}

/// The facts of a case by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Facts(pub BTreeMap<String, FactState>);

impl Facts {
    /// Whether the citizen says of any of them that it is wrong.
    pub fn contested(&self) -> bool {
        self.0.values().any(|state| matches!(state, FactState::Contested(_)))
    }

    /// For forms: a contested value still steers which questions are asked.
    pub fn for_form(&self, id: &str) -> Eval {
        match self.0.get(id) {
            Some(FactState::Known(v) | FactState::Contested(Some(v))) => Ok(v.clone()),
            Some(FactState::NoRecord | FactState::Contested(None)) => Err(Cause::NoRecord(id.to_owned())),
            Some(FactState::Pending) | None => Err(Cause::Pending(id.to_owned())),
        }
    }

    /// For decisions: nothing is decided by rule on a contested value.
    pub fn for_decision(&self, id: &str) -> Eval {
        match self.0.get(id) {
            Some(FactState::Contested(_)) => Err(Cause::Contested(id.to_owned())),
            _ => self.for_form(id),
        }
    }

    /// Ids of facts that no register has answered for.
    pub fn pending(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, s)| matches!(s, FactState::Pending)).map(|(id, _)| id.as_str())
    }
}
