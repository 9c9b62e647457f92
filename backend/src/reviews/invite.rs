//! The right to review what was closed.

use domain::ids::{PersonId, ReviewRightId};
use domain::reviews::{Handler, SubjectKind};
use storage::reviews::rights::{self, Right};
use storage::{Error, Tx};
use uuid::Uuid;

use crate::Backend;

/// Days in which a review can be given.
pub const RIGHT_DAYS: i64 = 90;

/// What was closed, for whom and by whom.
#[derive(Clone, Debug)]
pub struct Invitation<'a> {
    pub person: PersonId,
    pub kind: SubjectKind,
    pub subject: Uuid,
    pub service: &'a str,
    pub department: &'a str,
    /// A region in 15-digit form; 0 where the subject belongs to no place.
    pub place: i64,
    pub handler: Handler,
}

/// Gives the person the right to review what is closed in the transaction at hand: one statement. Telling them is for
/// the message about the closing, which says it once; nobody is asked again.
pub async fn invite(backend: &Backend, tx: &mut Tx, invitation: &Invitation<'_>) -> Result<(), Error> {
    let now = backend.now();
    let right = Right {
        id: ReviewRightId(backend.id()),
        person_id: invitation.person,
        subject_kind: invitation.kind,
        subject_id: invitation.subject,
        service_code: invitation.service.to_owned(),
        department: invitation.department.to_owned(),
        place: invitation.place,
        handler: invitation.handler,
        opened_at: now,
        asked_at: Some(now),
        used_at: None,
        expires_at: now.plus_days(RIGHT_DAYS),
    };
    rights::insert(tx, &right).await.map(drop)
}
