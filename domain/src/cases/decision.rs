//! Deciding by rule (秒办), with the reasons.

use serde::{Deserialize, Serialize};

use super::form::FormScope;
use crate::catalog::{Definition, Validity};
use crate::rules::trace::Otherwise;
use crate::rules::{Cause, Expr, Finding, Scope, Verdict, weigh};

/// What the rules decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Approve,
    Refuse,
    /// A person has to look: the service is not decided by rule, something is unknown, or the law leaves discretion.
    Clerk,
}

/// Weighs eligibility and decision rules. Refuses only on a rule that says so, and only when that rule is certain;
/// approves only when every rule holds and nothing that was asked is merely described. What the applicant contests,
/// rules or not, is for a person to look at.
pub fn decide(definition: &Definition, scope: &FormScope<'_>) -> (Outcome, Vec<Finding>) {
    let (eligible, mut findings) = weigh(&definition.eligibility, scope);
    let (decided, more) = weigh(&definition.decision.rules, scope);
    findings.extend(more);
    if !definition.decision.instant || scope.facts.contested() {
        return (Outcome::Clerk, findings);
    }
    let described = definition.fields().any(|f| matches!(scope.field(&f.id), Err(Cause::Described(_))));
    let must_refuse = definition
        .eligibility
        .iter()
        .chain(&definition.decision.rules)
        .zip(&findings)
        .any(|(rule, finding)| rule.otherwise == Otherwise::Refuse && finding.holds == Ok(false));
    let outcome = if must_refuse {
        Outcome::Refuse
    } else if eligible == Verdict::Yes && decided == Verdict::Yes && !described {
        Outcome::Approve
    } else {
        Outcome::Clerk
    };
    (outcome, findings)
}

/// Whether the certificate says something, or is valid for as long as something says, that rests on the answer to
/// `field`: what is only described cannot be certified.
pub fn is_certified(definition: &Definition, field: &str) -> bool {
    let Some(certificate) = &definition.certificate else { return false };
    let until = match &certificate.valid {
        Some(Validity::Until(day)) => Some(day),
        _ => None,
    };
    certificate.claims.iter().map(|c| &c.value).chain(until).any(|e| rests_on(definition, e, field))
}

fn rests_on(definition: &Definition, expr: &Expr, field: &str) -> bool {
    match expr {
        Expr::Field(id) => id == field,
        // A computed value sees only those before it, so this ends.
        Expr::Computed(id) => definition
            .computed
            .iter()
            .find(|c| &c.id == id)
            .is_some_and(|computed| rests_on(definition, &computed.value, field)),
        _ => expr.children().into_iter().any(|part| rests_on(definition, part, field)),
    }
}
