//! Who someone is: numbers, factors, roles.

pub mod credit_code;
pub mod mail_address;
pub mod password;
pub mod person_name;
pub mod phone;
pub mod resident_id;
pub mod role;
#[cfg(feature = "totp")]
pub mod totp;

pub use mail_address::MailAddress;
pub use person_name::PersonName;
pub use phone::Phone;
pub use role::Role;
#[cfg(feature = "totp")]
pub use totp::TotpSecret;
