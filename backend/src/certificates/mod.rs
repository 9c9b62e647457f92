//! Electronic certificates (电子证照): issued with a case's decision, kept in the wallet, shown, checked, revoked.
//! Making and reading them ([`issue`], [`keys`], [`metadata`], [`paper`], [`present`], [`qr`], [`status`]) is pure.

pub mod at_desk;
pub mod bind;
pub mod grant;
pub mod issuers;
pub mod lookup;
mod places;
pub mod published;
pub mod revoke;
pub mod share;
pub mod wallet;

pub mod issue;
pub mod keys;
pub mod metadata;
pub mod paper;
pub mod present;
pub mod qr;
pub mod status;

pub(crate) use grant::grant;
pub use issue::{Content, IssueError, issue};
pub use keys::{IssuerKey, NotAKey, key_set};
pub use present::{PresentError, present};
pub use published::Published;
pub use status::sign_status_list;
