//! Confirming a second factor with its first code.

use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::second_factors::{self, SecondFactor};
use storage::identity::{drafts, half_sign_ins, sessions, staff};
use storage::organisation::accounts;

use super::{NEW_CODES, NEW_SECRET, SecondFactorError, member, offered, place, recovery_code, recovery_hash};
use crate::Backend;
use crate::identity::form_draft::{FormDraft, forget_draft, row};
use crate::identity::sign_in::Token;
use crate::identity::viewer::Viewer;

const RECOVERY_CODES: usize = 10;

/// From now on the member is asked for codes. Their other sessions end; this one gets a new token and, for half an hour at
/// most, ten recovery codes to be noted.
pub async fn confirm_second_factor(
    backend: &Backend,
    viewer: &Viewer,
    code: &str,
) -> Result<Token, SecondFactorError> {
    let id = member(viewer)?.id;
    viewer.actor().require_recent()?;
    let secret = offered(backend, viewer).await?.ok_or(SecondFactorError::NotBegun)?;
    let now = backend.now();
    let last_step = secret.step_of(code, now, None).ok_or(SecondFactorError::Wrong)?;
    let sealed = backend.seal(place(&id), secret.as_bytes());
    let factor = SecondFactor { staff_id: id, secret: sealed, confirmed_at: now, last_step };
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code(&*backend.chance)).collect();
    let hashes: Vec<_> = codes.iter().map(|code| recovery_hash(backend, id, code)).collect();
    let numbered = codes.into_iter().enumerate().map(|(number, code)| (format!("{number:02}"), code));
    let shown = FormDraft { answers: numbered.collect(), errors: Vec::new() };
    let shown = row(backend, viewer.session.id, NEW_CODES, &shown);
    let token = Token::new(&*backend.chance);
    let session = viewer.session.clone();
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // The account may have been closed, and nobody signs in without the factor meanwhile.
                if staff::lock(tx, id).await?.is_none_or(|member| !member.active) {
                    return Err(SecondFactorError::Stale);
                }
                let renewed = second_factors::find(tx, id).await?.is_some();
                second_factors::put(tx, &factor, &hashes).await?;
                accounts::factor_taken(tx, id, None).await?;
                if !sessions::rotate(tx, &session, &token.hash()).await? {
                    return Err(SecondFactorError::Stale);
                }
                sessions::set_two_factors(tx, session.id).await?;
                sessions::end_others_of_staff(tx, id, session.id).await?;
                half_sign_ins::remove_of_staff(tx, id).await?;
                drafts::delete(tx, session.id, NEW_SECRET).await?;
                drafts::put(tx, &shown).await?;
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::Staff(id),
                        action: "identity.confirm_second_factor",
                        subject_kind: "staff",
                        subject_id: id.to_string(),
                        person: None,
                        purpose: None,
                        detail: json!({ "renewed": renewed }),
                    },
                )?;
                Ok(token)
            })
        })
        .await
}

/// The member has noted the recovery codes: they are never shown again.
pub async fn forget_recovery_codes(backend: &Backend, viewer: &Viewer) -> Result<(), SecondFactorError> {
    member(viewer)?;
    Ok(forget_draft(backend, viewer.session.id, NEW_CODES).await?)
}
