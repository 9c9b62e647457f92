//! The words of SMS and mails, from `catalog/messages.toml`.
//!
//! They are data, not pages: operators register the words of an SMS with their carrier, and a worker without pages
//! sends them.

use std::collections::{BTreeMap, BTreeSet};

use domain::text::{Locale, Text};
use serde::Deserialize;

/// The words of every kind of message that leaves the portal.
#[derive(Debug)]
pub struct Templates {
    by_kind: BTreeMap<String, Template>,
}

/// The words of one kind; without a channel's words nothing is sent there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub kind: String,
    /// Names that stand in braces in the words.
    #[serde(default)]
    pub params: BTreeSet<String>,
    pub sms: Option<Text>,
    pub mail: Option<MailWords>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailWords {
    pub subject: Text,
    pub text: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    message: Vec<Template>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("messages.toml: {0}")]
    Malformed(#[from] Box<toml::de::Error>),
    #[error("messages.toml: {kind} stands twice")]
    Twice { kind: String },
    #[error("messages.toml: {kind} has no words in {language}")]
    Missing { kind: String, language: &'static str },
    #[error("messages.toml: {kind} says {{{name}}}, which is none of its params")]
    UnknownParam { kind: String, name: String },
}

impl Templates {
    /// The words that ship with the program.
    pub fn embedded() -> Result<Self, TemplateError> {
        Self::read(include_str!("../../../catalog/messages.toml"))
    }

    pub fn read(text: &str) -> Result<Self, TemplateError> {
        let file: File = toml::from_str(text).map_err(Box::new)?;
        let mut by_kind = BTreeMap::new();
        for template in file.message {
            template.check()?;
            let kind = template.kind.clone();
            if by_kind.insert(kind.clone(), template).is_some() {
                return Err(TemplateError::Twice { kind });
            }
        }
        Ok(Templates { by_kind })
    }

    pub fn get(&self, kind: &str) -> Option<&Template> {
        self.by_kind.get(kind)
    }
}

impl Template {
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let mail = self.mail.iter().flat_map(|mail| [&mail.subject, &mail.text]);
        self.sms.iter().chain(mail)
    }

    fn check(&self) -> Result<(), TemplateError> {
        for text in self.texts() {
            for locale in Locale::ALL {
                let words = text.get(locale);
                let kind = self.kind.clone();
                if words.trim().is_empty() {
                    return Err(TemplateError::Missing { kind, language: locale.tag() });
                }
                if let Some(name) = names(words).find(|name| !self.params.contains(*name)) {
                    return Err(TemplateError::UnknownParam { kind, name: name.to_owned() });
                }
            }
        }
        Ok(())
    }
}

/// Names in braces.
fn names(words: &str) -> impl Iterator<Item = &str> {
    words.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// `words` with values for the names in braces; a name without a value stays empty. Values are not looked into again.
pub fn fill(words: &str, params: &BTreeMap<String, String>) -> String {
    let mut said = String::with_capacity(words.len() + 32);
    let mut parts = words.split('{');
    said.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match part.split_once('}') {
            Some((name, rest)) => {
                said.push_str(params.get(name).map_or("", String::as_str));
                said.push_str(rest);
            }
            None => said.push_str(part),
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_ship_are_complete() {
        let templates = Templates::embedded().unwrap();
        for kind in ["sign-in-code", "identity-verified", "password-changed", "case-approved"] {
            assert!(templates.get(kind).is_some(), "{kind}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let read = |text: &str| Templates::read(text).unwrap_err().to_string();
        let one = "[[message]]\nkind = 'k'\nsms = { zh = '您好 {who}', en = 'Hello' }\n";
        assert_eq!(read(one), "messages.toml: k says {who}, which is none of its params");
        let one = "[[message]]\nkind = 'k'\nsms = { zh = '您好' }\n";
        assert_eq!(read(one), "messages.toml: k has no words in en");
        let one = "[[message]]\nkind = 'k'\n[[message]]\nkind = 'k'\n";
        assert_eq!(read(one), "messages.toml: k stands twice");
    }

    #[test]
    fn a_value_in_braces_is_not_filled_again() {
        let params = [("a".to_owned(), "{b}".to_owned()), ("b".to_owned(), "!".to_owned())].into();
        assert_eq!(fill("1 {a} 2 {b} 3 {c} 4", &params), "1 {b} 2 ! 3  4");
    }
}
