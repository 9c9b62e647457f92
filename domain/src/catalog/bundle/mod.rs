//! Bundles (一件事): several services of several departments that one event in life asks for, as one form.
//!
//! - here: what a bundle says, as written in `catalog/bundles/*.toml`.
//! - [`check`]: what may be wrong with it.
//! - [`compose`]: the bundle and its members' definitions as one definition, which a draft is filled in by.
//! - [`split`]: what of that form belongs to which member.

pub mod check;
mod compose;
mod leaves;
mod split;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::definition::{Audience, Definition, FactUse, LegalBasis, Step};
use crate::rules::Expr;
use crate::text::Text;

pub use check::check_bundle;
pub use compose::{compose, is_given, step_owner, wanted_id};
pub use split::{Share, Whole, share};

/// A bundle of services, as written in `catalog/bundles/*.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Stable over versions, and no service's: lower-case ASCII words with hyphens; also the address of the guide page.
    pub code: String,
    pub name: Text,
    /// One sentence for lists.
    pub summary: Text,
    /// Everyday words that people search by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Ids of `catalog/themes.toml`.
    pub themes: Vec<String>,
    /// Each member is for all of these.
    pub audience: Vec<Audience>,
    /// Who may apply, in words.
    pub who: Text,
    /// What happens after submission, beside what the members say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Text>,
    /// What the bundle itself rests on, beside what its members do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub legal_basis: Vec<LegalBasis>,
    /// Facts that only the bundle's own questions, conditions and answers speak of; those of the members come by themselves.
    #[serde(default, rename = "fact", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactUse>,
    /// Pages of shared questions: asked once, for all members.
    #[serde(default, rename = "step", skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// In the order in which they are shown.
    #[serde(default, rename = "member")]
    pub members: Vec<Member>,
}

/// A service in a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Code of the service.
    pub service: String,
    /// It is filed only if this holds; over shared questions and facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Expr>,
    /// The citizen is asked whether they want it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// To that question, yes stands there before anybody answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub preselected: bool,
    /// Codes of members that must be approved before this one is filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Answers to the member's questions, by their ids: over shared questions, facts, and the certificates of members before
    /// it, which are read as facts (`certificate.<service>.number`, `certificate.<service>.<claim>`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Expr>,
}

impl Bundle {
    pub fn member(&self, service: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.service == service)
    }
}

impl Member {
    /// Whether it waits for others, so that what registers will say by then nobody knows now.
    pub fn is_later(&self) -> bool {
        !self.after.is_empty()
    }
}

/// A bundle as it is published: with its members as they were then. Immutable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub bundle: Bundle,
    /// In the order of the members.
    pub members: Vec<Definition>,
}

impl Published {
    /// `None` when a member is not among `definitions`.
    pub fn of<'a>(bundle: &Bundle, find: impl Fn(&str) -> Option<&'a Definition>) -> Option<Self> {
        let members = bundle.members.iter().map(|m| find(&m.service).cloned()).collect::<Option<_>>()?;
        Some(Published { bundle: bundle.clone(), members })
    }

    /// The form that a draft is filled in by.
    pub fn composed(&self) -> Definition {
        compose(&self.bundle, &self.members.iter().collect::<Vec<_>>())
    }

    /// The bundle's own words as a definition, without questions: what is kept where services are.
    pub fn shell(&self) -> Definition {
        let composed = self.composed();
        let (steps, facts, computed, eligibility) = Default::default();
        Definition { steps, facts, computed, eligibility, fee: None, ..composed }
    }

    /// A member with its definition.
    pub fn member(&self, service: &str) -> Option<(&Member, &Definition)> {
        self.members().find(|(member, _)| member.service == service)
    }

    pub fn members(&self) -> impl Iterator<Item = (&Member, &Definition)> {
        self.bundle.members.iter().zip(&self.members)
    }
}

/// What starts the id of a fact that is really the certificate of a member before.
pub const CERTIFICATE: &str = "certificate.";
/// The line of a certificate that is its number.
pub const NUMBER: &str = "number";

/// Service and line of a certificate that a fact id speaks of; `None` for a fact of a register.
pub fn certificate_line(fact: &str) -> Option<(&str, &str)> {
    fact.strip_prefix(CERTIFICATE)?.split_once('.')
}

/// The id of a member in a form: codes have hyphens, ids of questions do not.
fn key(service: &str) -> String {
    service.replace('-', "_")
}

/// The composed id of a member's question or computed value. Ids of shared questions have no two underscores in a row.
fn member_id(service: &str, id: &str) -> String {
    format!("{}__{id}", key(service))
}
