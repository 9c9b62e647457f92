//! Looking into a bad review (核实).

use domain::ids::ReviewId;
use domain::reviews::{Finding, Step};

use super::task::staff_step;
use super::{ReviewsError, own_words};
use crate::Backend;
use crate::identity::Actor;

/// Says what looking into a bad review brought. `version` is what the clerk was looking at.
pub async fn verify(
    backend: &Backend,
    actor: &Actor,
    id: ReviewId,
    version: i64,
    finding: Finding,
    words: &str,
) -> Result<(), ReviewsError> {
    let words = own_words(words, 2)?;
    staff_step(backend, actor, id, version, Step::Verify(finding), words).await
}
