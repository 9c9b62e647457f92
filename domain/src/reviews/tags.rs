//! What people can tick beside a grade. Words are `review-tag-` and the code.

use super::Grade;

/// A tag: the code that is kept.
pub type Tag = &'static str;

const GOOD: &[Tag] = &["quick", "polite", "clear", "few-papers", "no-visit", "easy-online"];
const FAIR: &[Tag] = &["could-be-quicker", "could-be-clearer", "could-ask-less", "could-be-easier"];
const BAD: &[Tag] = &[
    "late",
    "unclear",
    "extra-papers",
    "impolite",
    "many-visits",
    "passed-around",
    "hard-online",
    "undue-fee",
];

impl Grade {
    /// The tags that go with this grade.
    pub fn tags(self) -> &'static [Tag] {
        match self {
            Grade::VerySatisfied | Grade::Satisfied => GOOD,
            Grade::FairlySatisfied => FAIR,
            Grade::Dissatisfied | Grade::VeryDissatisfied => BAD,
        }
    }
}

/// All tags, each once.
pub fn all() -> impl Iterator<Item = Tag> {
    [GOOD, FAIR, BAD].into_iter().flatten().copied()
}

/// The tag with this code.
pub fn from_code(code: &str) -> Option<Tag> {
    all().find(|tag| *tag == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tag_has_one_code_and_no_blank() {
        let codes: Vec<Tag> = all().collect();
        let different: std::collections::BTreeSet<Tag> = all().collect();
        assert_eq!(codes.len(), different.len());
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
        assert_eq!(from_code("late"), Some("late"));
        assert_eq!(from_code("Late"), None);
    }
}
