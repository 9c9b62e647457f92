//! Consent, and fetching the facts under it.

mod fetch;
mod give;
mod list;
mod renew;
mod revoke;

pub(crate) use fetch::{ask, fetch};
pub use give::give_consent;
pub(crate) use give::owed_to;
pub use list::{consent_of, consents_of};
pub use renew::renew_facts;
pub(crate) use renew::{older, outdated, owed_anew};
pub use revoke::revoke_consent;

use domain::ids::{CaseId, ConsentId};
use serde::{Deserialize, Serialize};

/// Topic of the outbox for facts that a register still owes.
pub const BACKFILL: &str = "register-backfill";
/// What a register owes to a case.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Owed {
    pub case: CaseId,
    pub consent: ConsentId,
    pub register: String,
}
