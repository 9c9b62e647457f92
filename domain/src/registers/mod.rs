//! Registers: what the portal can fetch so that a citizen need not bring it.

pub mod descriptor;
pub mod fact;
pub mod typed;

pub use descriptor::{
    Breaker, Column, FactSpec, FactType, Mask, MoneyUnit, NamedCode, Register, Registers, Subject,
};
pub use fact::{FactState, Facts, Word};
pub use typed::NotTyped;
