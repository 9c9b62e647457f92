//! The rule engine: one typed language for conditions, validation, eligibility, fees and decisions.
//!
//! - [`value`]: what a rule can speak about, in exact integers, never floats.
//! - [`expr`]: the abstract syntax tree, as written in service definitions.
//! - [`typing`]: refuses at publication what could go wrong when a citizen files.
//! - [`eval`]: three-valued evaluation: a question without an answer yet is neither true nor false.
//! - [`fold`]: evaluates ahead what the server knows, so that no register value has to travel to a browser.
//! - [`trace`]: why a list of rules came out as it did, in words.

pub mod eval;
pub mod expr;
pub mod fold;
pub mod trace;
pub mod typing;
pub mod value;

pub use eval::{Cause, Eval, Scope, evaluate, holds};
pub use expr::Expr;
pub use trace::{Finding, Rule, Verdict, weigh};
pub use typing::{Names, TypeError, infer};
pub use value::{Number, Record, Type, Value};
