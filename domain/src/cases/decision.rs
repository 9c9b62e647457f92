//! Deciding by rule (秒办), with the reasons.

use serde::{Deserialize, Serialize};

use crate::catalog::Definition;
use crate::rules::trace::Otherwise;
use crate::rules::{Finding, Scope, Verdict, weigh};

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
/// approves only when every rule holds.
pub fn decide(definition: &Definition, scope: &impl Scope) -> (Outcome, Vec<Finding>) {
    let (eligible, mut findings) = weigh(&definition.eligibility, scope);
    let (decided, more) = weigh(&definition.decision.rules, scope);
    findings.extend(more);
    if !definition.decision.instant {
        return (Outcome::Clerk, findings);
    }
    let must_refuse = definition
        .eligibility
        .iter()
        .chain(&definition.decision.rules)
        .zip(&findings)
        .any(|(rule, finding)| rule.otherwise == Otherwise::Refuse && finding.holds == Ok(false));
    let outcome = if must_refuse {
        Outcome::Refuse
    } else if eligible == Verdict::Yes && decided == Verdict::Yes {
        Outcome::Approve
    } else {
        Outcome::Clerk
    };
    (outcome, findings)
}
