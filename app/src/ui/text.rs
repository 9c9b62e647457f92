//! A text that may be absent.

/// A text prop that a page may leave out. Takes `&str`, `String` and options of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MaybeText(pub Option<String>);

impl MaybeText {
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }
}

impl From<&str> for MaybeText {
    fn from(text: &str) -> Self {
        MaybeText(Some(text.to_owned()))
    }
}

impl From<String> for MaybeText {
    fn from(text: String) -> Self {
        MaybeText(Some(text))
    }
}

impl From<Option<&str>> for MaybeText {
    fn from(text: Option<&str>) -> Self {
        MaybeText(text.map(str::to_owned))
    }
}

impl From<Option<String>> for MaybeText {
    fn from(text: Option<String>) -> Self {
        MaybeText(text)
    }
}
