//! Why personal data were read, as the audit trail states it and the person it is about reads it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::CaseId;
use domain::text::Text;

use crate::Backend;
use crate::catalog::Services;
use crate::sealing::Place;

/// Why data were read: a code, never free text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To handle a case of the service with this code.
    Service(String),
    /// What the consent of this service says.
    Consent(String),
    /// How a case stands, asked with its reference number and a code.
    Status,
    /// A member of staff looked behind a mask.
    Unmask(UnmaskReason),
}

/// Why a member of staff looks behind a mask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnmaskReason {
    Check,
    Contest,
    Contact,
    /// Said in own words.
    Other,
}

impl UnmaskReason {
    pub const ALL: [UnmaskReason; 4] =
        [UnmaskReason::Check, UnmaskReason::Contest, UnmaskReason::Contact, UnmaskReason::Other];

    pub fn code(self) -> &'static str {
        match self {
            UnmaskReason::Check => "check",
            UnmaskReason::Contest => "contest",
            UnmaskReason::Contact => "contact",
            UnmaskReason::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        UnmaskReason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

impl Purpose {
    /// What was read for, in the words of the catalogue, where the purpose is that of a service or a bundle. The consent to
    /// a bundle says as much as all its services together, so its name stands for them.
    pub fn stated(&self, services: &Services) -> Option<Text> {
        match self {
            Purpose::Service(code) => Some(services.named(code)?.definition.name.clone()),
            Purpose::Consent(code) => {
                let service = services.named(code)?;
                let definition = &service.definition;
                Some(match service.bundle.is_some() {
                    true => definition.name.clone(),
                    false => definition.consent.purpose.clone(),
                })
            }
            Purpose::Status | Purpose::Unmask(_) => None,
        }
    }
}

/// As it stands in the audit trail: `service:id-card-renewal`, `unmask:check`, `status`.
impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Purpose::Service(code) => write!(f, "service:{code}"),
            Purpose::Consent(code) => write!(f, "consent:{code}"),
            Purpose::Status => f.write_str("status"),
            Purpose::Unmask(reason) => write!(f, "unmask:{}", reason.code()),
        }
    }
}

impl Purpose {
    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("service", code)) => Some(Purpose::Service(code.to_owned())),
            Some(("consent", code)) => Some(Purpose::Consent(code.to_owned())),
            Some(("unmask", code)) => UnmaskReason::from_code(code).map(Purpose::Unmask),
            None if text == "status" => Some(Purpose::Status),
            _ => None,
        }
    }
}

/// The member of an entry's detail that holds own words, sealed.
pub(crate) const WORDS: &str = "words";

/// Own words about a case, for the detail of an audit entry.
pub(crate) fn seal_words(backend: &Backend, case: CaseId, words: &str) -> String {
    STANDARD.encode(backend.seal(Place::new("audit_entries", WORDS, &case.0), words.as_bytes()))
}

/// The envelope of the words in the detail of an audit entry.
pub(crate) fn sealed_words(detail: &str) -> Option<Vec<u8>> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    STANDARD.decode(detail[WORDS].as_str()?).ok()
}

/// Opens what [`seal_words`] sealed; nothing where there is nothing to open.
pub(super) fn open_words(backend: &Backend, case: &str, detail: &str) -> Option<String> {
    let sealed = sealed_words(detail)?;
    let case: CaseId = case.parse().ok()?;
    let words = backend.open(Place::new("audit_entries", WORDS, &case.0), &sealed).ok()?;
    String::from_utf8(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_reads_as_it_was_written() {
        let unmask = UnmaskReason::ALL.map(Purpose::Unmask);
        let others = [Purpose::Service("a-b".into()), Purpose::Consent("a-b".into()), Purpose::Status];
        for purpose in unmask.into_iter().chain(others) {
            assert_eq!(Purpose::parse(&purpose.to_string()), Some(purpose));
        }
        assert_eq!(Purpose::parse("unmask:curiosity"), None);
        assert_eq!(Purpose::parse("because"), None);
    }
}
