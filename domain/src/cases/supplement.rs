//! Asking the applicant for more (补正): what is asked, what the answer may touch, and what it changed.
//!
//! An authority says once and completely what is missing (行政许可法 第三十二条). Each ask is about one question or one
//! material, so that the applicant answers only those.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::form::{Form, MAX_ITEMS};
use super::{Answer, CaseState, Raw};
use crate::catalog::{Definition, Field, FieldType};

/// What an ask is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A question of the form, by its id.
    Field(String),
    /// A material of the definition, by its place in the list.
    Material(u16),
}

/// The longest words of an ask, in characters.
pub const MAX_ASK: u32 = 300;

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub about: About,
    /// What is wrong or missing.
    pub wrong: String,
    /// What would be right.
    pub right: String,
}

/// Why something cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    #[error("nothing is asked")]
    Nothing,
    #[error("asked twice: {0:?}")]
    Twice(About),
    /// The definition has no such question or material, or the applicant was not asked it.
    #[error("there is nothing to ask about: {0:?}")]
    Unknown(About),
}

impl About {
    /// The control under which the answer is typed or the file is kept. No question has a hyphen in its id.
    pub fn control(&self) -> String {
        match self {
            About::Field(id) => id.clone(),
            About::Material(place) => format!("material-{place}"),
        }
    }

    /// The inverse of [`About::control`].
    pub fn from_control(control: &str) -> About {
        let material = control.strip_prefix("material-").and_then(|place| place.parse().ok());
        material.map_or_else(|| About::Field(control.to_owned()), About::Material)
    }
}

/// Files that may be sent for one material.
pub const MATERIAL_FILES: u32 = 5;

/// How many files may be kept under a control: of a question for files, or of a material; `None` where none belong.
pub fn most_files(definition: &Definition, control: &str) -> Option<u32> {
    match About::from_control(control) {
        About::Material(place) => definition.materials.get(usize::from(place)).map(|_| MATERIAL_FILES),
        About::Field(id) => {
            let field = definition.field(&id).filter(|field| field.kind == FieldType::File)?;
            Some(field.max_items.unwrap_or(1).min(MAX_ITEMS))
        }
    }
}

/// Looks at what a clerk wants to ask of a case with this form.
pub fn check_asks(definition: &Definition, form: &Form, asks: &[Ask]) -> Result<(), AskError> {
    if asks.is_empty() {
        return Err(AskError::Nothing);
    }
    let mut seen = BTreeSet::new();
    for ask in asks {
        if !seen.insert(&ask.about) {
            return Err(AskError::Twice(ask.about.clone()));
        }
        let known = match &ask.about {
            About::Field(id) => form.field(id).is_some_and(|field| field.asked),
            About::Material(place) => usize::from(*place) < definition.materials.len(),
        };
        if !known {
            return Err(AskError::Unknown(ask.about.clone()));
        }
    }
    Ok(())
}

/// The questions that an answer may touch.
pub fn open_questions(asks: &[Ask]) -> BTreeSet<String> {
    let fields = asks.iter().filter_map(|ask| match &ask.about {
        About::Field(id) => Some(id.clone()),
        About::Material(_) => None,
    });
    fields.collect()
}

/// The questions on the applicant's list: those asked about, those that an answer brought up, and those that no longer
/// fit what is answered now.
pub fn on_the_list<'a>(definition: &'a Definition, amended: &Form, asks: &[Ask]) -> Vec<&'a Field> {
    let open = open_questions(asks);
    let listed = |field: &&Field| {
        let state = amended.field(&field.id);
        open.contains(&field.id) && state.is_some_and(|state| state.asked)
            || state.is_some_and(|state| !state.errors.is_empty())
    };
    definition.fields().filter(listed).collect()
}

/// The materials that are asked for and for which nothing has been sent.
pub fn missing_materials(asks: &[Ask], raw: &Raw) -> Vec<u16> {
    let sent = |control: &str| raw.get(control).is_some_and(|files| files.iter().any(|f| !f.is_empty()));
    let materials = asks.iter().filter_map(|ask| match ask.about {
        About::Material(place) => Some(place),
        About::Field(_) => None,
    });
    materials.filter(|place| !sent(&About::Material(*place).control())).collect()
}

/// An answer that is another than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Answer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Answer>,
}

/// What became of the answers, by id of the question.
pub fn changes(before: &BTreeMap<String, Answer>, after: &BTreeMap<String, Answer>) -> Vec<Change> {
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |id: &String| Change {
        field: id.clone(),
        before: before.get(id).cloned(),
        after: after.get(id).cloned(),
    };
    ids.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

/// What became of a supplement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplementEnd {
    Answered,
    /// Not in time.
    Lapsed,
    Withdrawn,
}

impl SupplementEnd {
    pub const ALL: [SupplementEnd; 3] =
        [SupplementEnd::Answered, SupplementEnd::Lapsed, SupplementEnd::Withdrawn];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            SupplementEnd::Answered => "answered",
            SupplementEnd::Lapsed => "lapsed",
            SupplementEnd::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<SupplementEnd> {
        SupplementEnd::ALL.into_iter().find(|end| end.code() == code)
    }
}

/// Whether an applicant can begin again with the answers of a case that ended so.
pub fn can_begin_again(state: CaseState) -> bool {
    matches!(state, CaseState::Refused | CaseState::Declined | CaseState::Lapsed | CaseState::Withdrawn)
}
