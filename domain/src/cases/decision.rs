//! Deciding by rule (秒办), with the reasons.

use serde::{Deserialize, Serialize};

use jiff::Span;
use jiff::civil::Date;

use super::form::FormScope;
use crate::catalog::{Definition, Validity};
use crate::rules::trace::Otherwise;
use crate::rules::{Cause, Expr, Finding, Scope, Value, Verdict, evaluate, weigh};

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
/// approves only when every rule holds, nothing that was asked is merely described, and it is known how long the
/// certificate holds. What the applicant contests, rules or not, is for a person to look at.
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
    } else if eligible == Verdict::Yes
        && decided == Verdict::Yes
        && !described
        && certificate_ends(definition, scope, scope.today).is_ok()
    {
        Outcome::Approve
    } else {
        Outcome::Clerk
    };
    (outcome, findings)
}

/// The first day on which the certificate of a case, issued on `issued`, holds no more; `None` without end. `Err` says
/// what keeps that from being known: such a certificate is not issued.
pub fn certificate_ends(
    definition: &Definition,
    scope: &FormScope<'_>,
    issued: Date,
) -> Result<Option<Date>, Cause> {
    let Some(valid) = definition.certificate.as_ref().and_then(|c| c.valid.as_ref()) else { return Ok(None) };
    let end = match valid {
        Validity::Days(days) => issued.checked_add(Span::new().days(i64::from(*days))),
        Validity::Months(months) => issued.checked_add(Span::new().months(i64::from(*months))),
        Validity::Until(day) => match evaluate(day, scope)? {
            Value::Date(day) => day.tomorrow(),
            _ => return Err(Cause::Undefined),
        },
    };
    end.map(Some).map_err(|_| Cause::Undefined)
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
