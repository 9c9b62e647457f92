//! Whether a name belongs to a number, and whom a legal entity is represented by.

use domain::identity::PersonName;
use domain::identity::credit_code::CreditCode;
use domain::identity::resident_id::ResidentId;
use domain::registers::Register;
use serde::{Deserialize, Serialize};

use super::{RegisterClient, Reply, Trouble};

/// The register's word for a subject that exists and may act.
pub const ACTIVE: &str = "active";

/// What a register says to a claim. `Unknown` is no denial: it is asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyOutcome {
    Match {
        /// The register's word for the state of the subject: [`ACTIVE`], or why it is not.
        status: String,
    },
    /// The register knows no such pair; whether the number exists stays open.
    NoMatch,
    Unknown(Trouble),
}

#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Representative<'a> {
    code: &'a str,
    name: &'a str,
    id: &'a str,
}

#[derive(Deserialize)]
struct Verdict {
    subject: Subject,
    #[serde(rename = "match")]
    matches: bool,
    status: String,
}

#[derive(Deserialize)]
struct Subject {
    id: String,
}

impl RegisterClient {
    /// Whether a person of this name has this resident ID number.
    pub async fn verify_person(
        &self,
        register: &Register,
        name: &PersonName,
        id: &ResidentId,
    ) -> VerifyOutcome {
        let claim = Person { name: name.as_str(), id: id.as_str() };
        self.verify(register, id.as_str(), &claim).await
    }

    /// Whether this person is the legal representative of the entity with `code`.
    pub async fn verify_representative(
        &self,
        register: &Register,
        code: &CreditCode,
        name: &PersonName,
        id: &ResidentId,
    ) -> VerifyOutcome {
        let code = code.to_string();
        let claim = Representative { code: &code, name: name.as_str(), id: id.as_str() };
        self.verify(register, &code, &claim).await
    }

    async fn verify(&self, register: &Register, subject: &str, claim: &impl Serialize) -> VerifyOutcome {
        let Some(path) = &register.verify_path else { return VerifyOutcome::Unknown(Trouble::NotConfigured) };
        let trouble = match self.post(register, path, claim).await {
            Ok(Reply::Ok(bytes)) => match serde_json::from_slice::<Verdict>(&bytes) {
                Ok(verdict) if verdict.subject.id != subject => Trouble::WrongSubject,
                Ok(verdict) => {
                    self.breakers.worked(&register.id);
                    return match verdict {
                        Verdict { matches: true, status, .. } => VerifyOutcome::Match { status },
                        _ => VerifyOutcome::NoMatch,
                    };
                }
                Err(_) => Trouble::Malformed,
            },
            // A wrong name and an unknown number are both answered with 200: 404 is a wrong address.
            Ok(Reply::NotFound(_)) => Trouble::Status(404),
            Err(trouble) => return VerifyOutcome::Unknown(trouble),
        };
        VerifyOutcome::Unknown(self.failed(register, trouble))
    }
}
