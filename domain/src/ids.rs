//! Identifiers: UUIDv7, one newtype for each kind of thing, so that one can never stand in for another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(s).map($name)
            }
        }
    )*};
}

ids! {
    /// A natural person known to the portal.
    PersonId,
    /// A legal entity (enterprise, institution) known to the portal.
    EntityId,
    /// A member of staff.
    StaffId,
    /// A department at a place.
    OfficeId,
    /// A post in an office, with its roles.
    PostId,
    /// Someone on a post, from one day to another.
    AppointmentId,
    /// A signed-in (or anonymous) browser.
    SessionId,
    /// An immutable version of a service definition.
    VersionId,
    /// A proposal to change the catalogue.
    ProposalId,
    /// A case (办件), from its first draft to its archive.
    CaseId,
    /// An internal note about a case.
    NoteId,
    /// A view of the queue that somebody saved.
    DeskViewId,
    /// A template of an office for reasons.
    TemplateId,
    /// One answer of a register about one subject, kept with the case that asked.
    EvidenceId,
    /// A consent to fetch facts for a purpose.
    ConsentId,
    /// A word to the office above that a case runs late.
    EscalationId,
    /// An uploaded file.
    FileId,
    /// An issued certificate (证照).
    CertificateId,
    /// A message to a person.
    MessageId,
    /// A message that waits to leave through the outbox.
    OutboxId,
    /// The right of a person to review something once.
    ReviewRightId,
    /// A review. Random, unlike the others: who handles it must not learn from it when it was given.
    ReviewId,
}
