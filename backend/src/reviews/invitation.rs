//! Whether a person may review something, or did.

use domain::ids::ReviewId;
use domain::reviews::SubjectKind;
use domain::time::Timestamp;
use storage::reviews::{review, rights};
use uuid::Uuid;

use super::ReviewsError;
use crate::Backend;
use crate::identity::Actor;

/// How things stand between a person and a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invited {
    /// A review can be given before `until`.
    Open { service: String, department: String, until: Timestamp },
    /// It was given.
    Given(ReviewId),
    /// The right has run out.
    Over,
    /// There is none: nothing was closed, or it is another's.
    No,
}

/// Whether the actor may review `subject`.
pub async fn invitation(
    backend: &Backend,
    actor: &Actor,
    kind: SubjectKind,
    subject: Uuid,
) -> Result<Invited, ReviewsError> {
    let person = actor.person()?.id;
    let mut tx = backend.db.read().await?;
    let right = rights::of_subject(&mut tx, kind, subject).await?.filter(|right| right.person_id == person);
    if let Some(right) = &right
        && right.used_at.is_none()
    {
        let over = right.expires_at <= backend.now();
        let (service, department) = (right.service_code.clone(), right.department.clone());
        return Ok(if over {
            Invited::Over
        } else {
            Invited::Open { service, department, until: right.expires_at }
        });
    }
    // The right goes after ninety days, the review stays.
    let given = review::of_subject(&mut tx, kind, subject).await?;
    let given = given.filter(|review| review.person_id == person);
    Ok(given.map_or(Invited::No, |review| Invited::Given(review.id)))
}
