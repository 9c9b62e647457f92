//! The catalogue: service definitions (事项) and what may be wrong with them.

pub mod bundle;
pub mod check;
pub mod definition;
pub mod fee;
pub mod field;
mod near;
pub mod proposal;
mod reach;
pub mod retirement;

pub use bundle::{Bundle, Member, check_bundle};
pub use check::{Known, Path, Problem, Wrong, check};
pub use definition::*;
pub use field::{Field, FieldType};
pub use near::nearest;
pub use proposal::{NotApprover, NotPossible, ProposalKind, ProposalState, Step as ProposalStep};
pub use retirement::Retirement;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_round_trips_through_toml() {
        let text = include_str!("../../../catalog/services/residence-permit-endorsement.toml");
        let definition: Definition = toml::from_str(text).unwrap();
        let again: Definition = toml::from_str(&toml::to_string(&definition).unwrap()).unwrap();
        assert_eq!(definition, again);
        let json = serde_json::to_string(&definition).unwrap();
        assert_eq!(serde_json::from_str::<Definition>(&json).unwrap(), definition);
    }
}
