//! Who someone is: numbers, factors, roles.

pub mod credit_code;
pub mod phone;
pub mod resident_id;
pub mod role;

pub use phone::Phone;
pub use role::Role;
