//! Electronic certificates (电子证照): keys, signing, showing, publishing, and on paper. Everything here is a pure
//! function of its arguments; storing and serving it is done elsewhere.

pub mod issue;
pub mod keys;
pub mod metadata;
pub mod paper;
pub mod present;
pub mod qr;
pub mod status;

pub use issue::{Content, IssueError, issue};
pub use keys::{IssuerKey, NotAKey, key_set};
pub use present::{PresentError, present};
pub use status::sign_status_list;
