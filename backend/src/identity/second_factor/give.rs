//! Giving the second factor at sign-in, after the password.

use std::net::IpAddr;

use domain::ids::SessionId;
use serde_json::json;
use storage::audit::{self, Entry};
use storage::identity::sessions::Session;
use storage::identity::{half_sign_ins, second_factors, staff};

use super::{Proof, SecondFactorError, use_up};
use crate::Backend;
use crate::identity::limits::{self, Bucket};
use crate::identity::sign_in::{SignInError, SignedIn, Token};
use crate::identity::staff_entry::{Arrival, Way, enter_as_staff};

/// Wrong second factors until the password has to be given again.
const ATTEMPTS: i64 = 5;

/// Somebody proved the first factor of a member in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HalfSignedIn {
    pub login: String,
}

/// Whether `session` waits for a second factor.
pub async fn half_signed_in(
    backend: &Backend,
    session: SessionId,
) -> Result<Option<HalfSignedIn>, storage::Error> {
    let mut read = backend.db.read().await?;
    let Some(half) = half_sign_ins::find(&mut read, session, backend.now()).await? else { return Ok(None) };
    let member = staff::by_id(&mut read, half.staff_id).await?;
    Ok(member.map(|member| HalfSignedIn { login: member.login }))
}

/// Signs `session` in, where the first factor was given within five minutes. After five wrong ones it has to be given
/// again.
pub async fn give_second_factor(
    backend: &Backend,
    session: &Session,
    proof: &Proof,
    address: IpAddr,
) -> Result<SignedIn, SecondFactorError> {
    let now = backend.now();
    let half = half_sign_ins::find(&mut backend.db.read().await?, session.id, now).await?;
    let id = half.ok_or(SecondFactorError::NotAsked)?.staff_id;
    let account = Bucket::of_account(backend, limits::STAFF_CODES_PER_ACCOUNT, &id.to_string(), address);
    let mut buckets = vec![account.clone()];
    // As with passwords: who knows one does not keep a clerk from work who is signed in already.
    if session.staff_id != Some(id) {
        buckets.push(Bucket::new(backend, limits::STAFF_CODES_PER_ACCOUNT_ANYWHERE, &id.to_string()));
    }
    if let Some(retry_at) = limits::take_now(backend, buckets).await? {
        tracing::warn!(staff = %id, "too many second factors are tried for an account");
        return Err(SecondFactorError::TooOften { retry_at });
    }
    let token = Token::new(&*backend.chance);
    let (job, session, proof) = (backend.clone(), session.clone(), proof.clone());
    let given: Result<Given, SecondFactorError> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let member = staff::lock(tx, id).await?.filter(|member| member.active);
                let factor = second_factors::find(tx, id).await?;
                let (Some(member), Some(factor)) = (member, factor) else { return Ok(Given::NotAsked) };
                let counted = half_sign_ins::count_attempt(tx, session.id, id, ATTEMPTS, now).await?;
                let Some(half) = counted else { return Ok(Given::NotAsked) };
                if use_up(tx, &job, &factor, &proof).await? {
                    half_sign_ins::remove(tx, session.id).await?;
                    account.empty(tx).await?;
                    let way = Way::from_code(&half.way);
                    let arrival =
                        Arrival { member, way, proven_at: half.proven_at, factor: Some(proof.kind()) };
                    let entered = enter_as_staff(tx, &job, &session, arrival, token, now).await;
                    return Ok(Given::In(entered.map_err(unentered)?));
                }
                if half.attempts < ATTEMPTS {
                    return Ok(Given::Wrong { left: ATTEMPTS - half.attempts });
                }
                // Whoever it is knows the password.
                half_sign_ins::remove(tx, session.id).await?;
                audit::append(
                    tx,
                    Entry {
                        at: now,
                        actor: audit::Actor::Anonymous,
                        action: "identity.wrong_second_factors",
                        subject_kind: "staff",
                        subject_id: id.to_string(),
                        person: None,
                        purpose: None,
                        detail: json!({ "tries": half.attempts }),
                    },
                )?;
                Ok(Given::NotAsked)
            })
        })
        .await;
    match given? {
        Given::In(signed_in) => Ok(signed_in),
        Given::Wrong { left } => Err(SecondFactorError::WrongAtSignIn { left }),
        Given::NotAsked => Err(SecondFactorError::NotAsked),
    }
}

/// What is kept either way: a wrong one counts.
enum Given {
    In(SignedIn),
    Wrong { left: i64 },
    NotAsked,
}

fn unentered(error: SignInError) -> SecondFactorError {
    match error {
        SignInError::Storage(error) => SecondFactorError::Storage(error),
        _ => SecondFactorError::Stale,
    }
}
