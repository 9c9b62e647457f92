//! Sample people (样本人): who does not exist, with what registers would say of them, to try out definitions.
//!
//! They ship with the program as data, `catalog/samples.json`, and are the same wherever it runs. No register is asked about
//! them, so there is nobody whose consent would be needed. They are the named people of the stand-ins as read from their
//! answers; a test holds the file to that.

use std::sync::LazyLock;

use domain::registers::{FactState, Facts};
use domain::text::Text;
use serde::{Deserialize, Serialize};

use super::embedded;

/// Somebody to try out definitions with: a person, perhaps one who acts for a legal entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    pub id: String,
    pub name: String,
    /// What is special about them.
    pub about: Text,
    /// Whether they apply in the name of a legal entity.
    pub entity: bool,
    pub facts: Facts,
}

impl Sample {
    /// What is known of those facts.
    pub fn facts_of(&self, ids: impl Iterator<Item = String>) -> Facts {
        let state = |id: String| {
            let state = self.facts.0.get(&id).cloned().unwrap_or(FactState::NoRecord);
            (id, state)
        };
        Facts(ids.map(state).collect())
    }
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    // Part of the program; a test reads it.
    let text = embedded::text("samples.json").unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
});

/// All sample people, in the order in which a demonstration meets them.
pub fn samples() -> &'static [Sample] {
    &SAMPLES
}

/// The sample with this id.
pub fn sample(id: &str) -> Option<&'static Sample> {
    SAMPLES.iter().find(|sample| sample.id == id)
}
