//! What a service costs.

use serde::{Deserialize, Serialize};

use crate::rules::{Expr, Scope, Value, evaluate};
use crate::text::Text;

/// A fee and when it is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What the fee is for, and who sets it.
    pub name: Text,
    /// Fen: a money literal `{ money = 4000 }` or a rule over answers and facts.
    pub amount: Expr,
    pub due: Due,
    /// The document that sets the fee.
    pub basis: Text,
}

impl Fee {
    /// What is to be paid, in fen, where facts and answers tell.
    pub fn fen(&self, scope: &impl Scope) -> Option<i64> {
        match evaluate(&self.amount, scope) {
            Ok(Value::Money(fen)) => Some(fen),
            _ => None,
        }
    }

    /// Whether a case waits for the fee before anybody works on it; nobody waits for nothing.
    pub fn comes_first(&self, scope: &impl Scope) -> bool {
        self.due == Due::First && self.fen(scope) != Some(0)
    }
}

/// When a fee is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// The case waits for payment before anybody works on it.
    First,
    /// Paid when the result is handed over.
    OnResult,
}
