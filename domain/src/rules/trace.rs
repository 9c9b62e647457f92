//! Lists of rules, and why they came out as they did.

use serde::{Deserialize, Serialize};

use super::eval::{Cause, Scope, holds};
use super::expr::Expr;
use crate::text::Text;

/// One condition with its explanation for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Unique within its list; lower-case words with hyphens.
    pub id: String,
    pub that: Expr,
    /// What is said when the condition holds: 户籍地在本市.
    pub yes: Text,
    /// What is said when it does not: 户籍地不在本市.
    pub no: Text,
    /// What a decision does when the condition does not hold.
    #[serde(default, skip_serializing_if = "is_default")]
    pub otherwise: Otherwise,
}

fn is_default(o: &Otherwise) -> bool {
    *o == Otherwise::default()
}

/// What follows from a condition that does not hold, when a case is decided at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// A clerk looks at it.
    #[default]
    Clerk,
    /// The law leaves no discretion: refuse, with the explanation.
    Refuse,
}

/// What one rule said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: String,
    /// `Err` when nobody can tell yet.
    pub holds: Result<bool, Cause>,
}

/// What a list of rules says together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every condition holds.
    Yes,
    /// At least one condition does not hold.
    No,
    /// None fails, at least one is unknown.
    Unknown,
}

/// Evaluates every rule (none is skipped, so that the explanation is complete) and sums up.
pub fn weigh(rules: &[Rule], scope: &impl Scope) -> (Verdict, Vec<Finding>) {
    let findings: Vec<Finding> =
        rules.iter().map(|r| Finding { rule: r.id.clone(), holds: holds(&r.that, scope) }).collect();
    let verdict = if findings.iter().any(|f| f.holds == Ok(false)) {
        Verdict::No
    } else if findings.iter().any(|f| f.holds.is_err()) {
        Verdict::Unknown
    } else {
        Verdict::Yes
    };
    (verdict, findings)
}
