//! Beginning to set up a second factor, or another one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::identity::TotpSecret;
use storage::identity::second_factors;

use super::{NEW_SECRET, Proof, SECRET, SecondFactorError, member, use_up_signed_in};
use crate::Backend;
use crate::identity::form_draft::{FormDraft, keep_draft};
use crate::identity::viewer::Viewer;

/// Draws a secret and keeps it in the session until a code of it confirms that it reached the phone. Who has a factor
/// already proves it; it stays good until then.
pub async fn begin_second_factor(
    backend: &Backend,
    viewer: &Viewer,
    proof: Option<&Proof>,
) -> Result<(), SecondFactorError> {
    let member = member(viewer)?;
    viewer.actor().require_recent()?;
    let enrolled = second_factors::find(&mut backend.db.read().await?, member.id).await?.is_some();
    if enrolled {
        use_up_signed_in(backend, viewer, member, proof.ok_or(SecondFactorError::Wrong)?).await?;
    }
    let mut bytes = [0; 20];
    backend.chance.fill(&mut bytes);
    let secret = STANDARD.encode(TotpSecret::new(bytes).as_bytes());
    let draft = FormDraft { answers: [(SECRET.to_owned(), secret)].into(), errors: Vec::new() };
    Ok(keep_draft(backend, viewer.session.id, NEW_SECRET, &draft).await?)
}
