//! Cases (办件): from the first draft over consent, questions and submission to the decision.

pub mod applicant;
mod authority;
pub mod backfill;
pub mod begin;
pub mod bulk;
pub mod bundle;
pub mod claim;
mod clocks;
pub mod consent;
pub mod contest;
mod covered;
pub mod decide;
mod deputy;
pub mod desk_views;
pub mod discard;
pub mod examination;
pub(crate) mod expire;
pub mod files;
pub mod identify;
pub mod list;
pub mod live;
mod load;
pub mod notes;
mod once;
pub mod open;
pub mod outcome;
pub mod pay_at_counter;
pub mod queue;
pub mod reason_templates;
pub mod reclock;
mod refused;
pub mod rehome;
mod route;
pub mod save;
pub mod status;
pub mod submit;
pub mod supervision;
pub mod supplement;
mod tacit;
pub mod track;
pub mod transfer;
pub mod unmask;
pub mod view;
pub mod withdraw;

use domain::cases::supplement::AskError;
use domain::cases::{NotAllowed, PaymentError, TemplateError, Wrong};
use domain::ids::{CaseId, StaffId};
use domain::rules::Cause;
use domain::time::Timestamp;
use storage::audit::{self, Entry};
use storage::cases::case::CaseLine;
use storage::{Error, Tx};

use crate::identity::{Actor, Denied, NumberError, Purpose};
use crate::sealing::Unopenable;

pub use authority::authority;
#[cfg(test)]
pub(crate) use clocks::clocked;
pub use deputy::DEPUTY_FOR;
pub use load::Opened;
pub(crate) use load::open_row;
pub use outcome::{Decision, Reason};
pub use refused::Reached;
pub(crate) use refused::audited;
pub(crate) use tacit::approve_tacitly;
pub use view::Evidence;

/// Why something cannot be done with a case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such case or service, or it is another's.
    #[error("no such case")]
    NotFound,
    /// Someone else, or another window, changed the case meanwhile.
    #[error("the case changed meanwhile")]
    Changed,
    /// Another office handles it, or no post of the actor covers it.
    #[error("outside of what the actor works on")]
    Outside(Reached),
    /// Someone else works on it.
    #[error("held by someone else")]
    Held(StaffId),
    /// 等申请人时没有人持有: nobody takes a case that waits for its applicant.
    #[error("the case waits for its applicant")]
    WaitsForApplicant,
    /// Cases of different services are not decided together.
    #[error("cases of different services")]
    NotAlike,
    /// 受办分离: whoever accepted the case, or gave an opinion on it, does not decide it, and gives no other opinion.
    #[error("the actor had another part in the case")]
    Separated,
    /// Opinions are missing that the definition wants before a decision.
    #[error("the case is still being examined")]
    Examining,
    /// The applicant has been asked for more as often as the definition allows.
    #[error("asked as often as allowed")]
    AskedEnough,
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// The service is for legal entities, and nobody is represented; or the other way round.
    #[error("not for this kind of applicant")]
    WrongApplicant,
    /// The case belongs to a legal entity that the person does not act for at the moment.
    #[error("not acting for the entity")]
    NotActingFor,
    /// The last day of the service, or of filing drafts for it, is over; its code.
    #[error("the service {0} has ended")]
    Ended(String),
    #[error("consent is missing or was revoked")]
    ConsentNeeded,
    /// Questions that are not answered yet, or not well.
    #[error("the form is incomplete")]
    Incomplete,
    /// Facts were fetched too long ago to file the draft: they have to be asked for again, and looked at.
    #[error("facts are outdated")]
    Outdated,
    /// One can have this only once, or not again so soon: this case of the same person is open, or was approved.
    #[error("applied for already")]
    Already(CaseId),
    /// Facts that no register has answered for: the case cannot be closed.
    #[error("facts are pending")]
    Pending(Vec<String>),
    /// Questions answered in words that the certificate rests on: a clerk has to say which record is meant.
    #[error("described records are not identified")]
    Unidentified(Vec<String>),
    /// Until when the certificate would hold, cannot be told.
    #[error("the end of the certificate is unknown: {0:?}")]
    EndUnknown(Cause),
    /// A refusal needs a reason, one of the definition's or own words, and so does an approval that something speaks
    /// against.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// What was typed from a receipt does not pay the fee.
    #[error("the payment cannot be recorded")]
    Payment(Vec<PaymentError>),
    #[error("more was typed than a draft can hold")]
    TooLarge,
    /// Something typed beside a form is wrong.
    #[error("the text cannot be used")]
    Text(Wrong),
    /// A text that is to be used again cannot be.
    #[error("no template")]
    Template(TemplateError),
    /// As many notes, views or templates as there may be.
    #[error("there are enough of them")]
    TooMany,
    #[error("too often")]
    TooOften { retry_at: Timestamp },
    #[error("the certificate cannot be made")]
    Certificate,
    #[error(transparent)]
    Unopenable(#[from] Unopenable),
    #[error(transparent)]
    Storage(#[from] Error),
}

impl From<NumberError> for CaseError {
    fn from(e: NumberError) -> Self {
        match e {
            NumberError::Storage(e) => e.into(),
            NumberError::Unopenable(e) => e.into(),
        }
    }
}

/// Notes in the audit trail what was done with a case, for what purpose, and whose data it concerns.
pub(crate) fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    case: &CaseLine,
    purpose: Option<Purpose>,
    detail: serde_json::Value,
    at: Timestamp,
) -> Result<(), Error> {
    let detail = deputy::told(actor, case, deputy::roles_of_action(action, &detail), detail);
    audit::append(
        tx,
        Entry {
            at,
            actor: actor.for_audit(),
            action,
            subject_kind: "case",
            subject_id: case.id.to_string(),
            person: Some(case.person_id),
            purpose: purpose.map(|purpose| purpose.to_string()),
            detail,
        },
    )
}

/// The longest own words of a reason, contest or purpose, in characters.
pub const MAX_REASON: u32 = domain::cases::template::MAX_REASON;

/// Own words: trimmed, bounded, without control characters.
pub(crate) fn own_words(text: &str) -> Result<String, CaseError> {
    domain::cases::form::plain_text(text.trim(), 2, MAX_REASON, true).map_err(CaseError::Text)
}

/// A case that belongs to somebody else looks as if it did not exist, and the attempt is noted.
pub(crate) fn report_foreign(actor: &Actor, case: CaseId) {
    tracing::warn!(actor = actor.for_audit().kind(), actor_id = ?actor.for_audit().id(), case = %case, "access to a foreign case refused");
}
