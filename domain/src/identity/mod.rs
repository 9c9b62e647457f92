//! Who someone is: numbers, factors, roles.

pub mod credit_code;
pub mod mail_address;
pub mod password;
pub mod person_name;
pub mod phone;
pub mod resident_id;
pub mod role;

pub use mail_address::MailAddress;
pub use person_name::PersonName;
pub use phone::Phone;
pub use role::Role;
