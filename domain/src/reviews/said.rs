//! Reading what a person says in a review.

use serde::{Deserialize, Serialize};

use super::screening::{Mark, screen};
use super::tags::from_code;
use super::{Grade, Tag};
use crate::cases::form::{Wrong, plain_text};

/// The longest words, in characters.
pub const MAX_WORDS: u32 = 500;

/// A review as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub grade: Grade,
    /// In the order of [`Grade::tags`].
    pub tags: Vec<Tag>,
    pub words: Option<String>,
    /// What the words are marked with.
    pub marks: Vec<Mark>,
}

/// Why what was typed is no review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewError {
    GradeMissing,
    /// A tag that does not exist: no page offers it.
    UnknownTag,
    Words(Wrong),
}

impl Said {
    /// Reads what was typed. Tags that go with another grade are left out: who changes the grade no longer sees them.
    pub fn read(grade: &str, tags: &[String], words: &str) -> Result<Said, Vec<ReviewError>> {
        let grade = grade.parse().ok().and_then(|number: i64| Grade::try_from(number).ok());
        let unknown = tags.iter().any(|tag| from_code(tag).is_none());
        let words = match words.trim() {
            "" => Ok(None),
            words => plain_text(words, 1, MAX_WORDS, true).map(Some),
        };
        match (grade, unknown, words) {
            (Some(grade), false, Ok(words)) => {
                let fits = grade.tags().iter().copied();
                let tags = fits.filter(|tag| tags.iter().any(|ticked| ticked == tag)).collect();
                let marks = words.as_deref().map(screen).unwrap_or_default();
                Ok(Said { grade, tags, words, marks })
            }
            (grade, unknown, words) => Err([
                grade.is_none().then_some(ReviewError::GradeMissing),
                unknown.then_some(ReviewError::UnknownTag),
                words.err().map(ReviewError::Words),
            ]
            .into_iter()
            .flatten()
            .collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticked(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|tag| (*tag).to_owned()).collect()
    }

    #[test]
    fn a_review_is_read() {
        let said =
            Said::read("2", &ticked(&["unclear", "late", "late", "quick"]), "  来了三次。\r\n").unwrap();
        assert_eq!(said.grade, Grade::Dissatisfied);
        assert_eq!(said.tags, ["late", "unclear"], "in order, once, and none of another grade");
        assert_eq!(said.words.as_deref(), Some("来了三次。"));
        assert_eq!(said.marks, []);
        assert_eq!(Said::read("5", &[], " ").unwrap().words, None);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let long = "慢".repeat(501);
        let wrong = Said::read("6", &ticked(&["nonsense"]), &long).unwrap_err();
        let all =
            [ReviewError::GradeMissing, ReviewError::UnknownTag, ReviewError::Words(Wrong::TooLong(500))];
        assert_eq!(wrong, all);
        assert_eq!(Said::read("", &[], "").unwrap_err(), [ReviewError::GradeMissing]);
        let hidden = Said::read("5", &[], "好\u{202E}评").unwrap_err();
        assert_eq!(hidden, [ReviewError::Words(Wrong::ForbiddenCharacters)]);
    }
}
