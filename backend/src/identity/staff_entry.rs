//! What all ways in for staff share: who has a second factor is asked for it, and whoever is let in is noted.

use domain::time::Timestamp;
use serde_json::json;
use storage::Tx;
use storage::audit::{self, Entry};
use storage::identity::half_sign_ins::{self, HalfSignIn};
use storage::identity::sessions::{self, Owner, Session};
use storage::identity::{second_factors, staff::Staff};

use super::oidc::OidcClient;
use super::second_factor::SecondFactorPolicy;
use super::sign_in::{SignInError, SignedIn, Token, enter};
use crate::Backend;

/// Seconds between the first factor and the second.
const HALF_WAY: i64 = 300;

/// How staff may sign in, as the operator chose.
#[derive(Default)]
pub struct StaffSignIn {
    pub second_factor: SecondFactorPolicy,
    /// An identity service beside passwords.
    pub oidc: Option<OidcClient>,
}

/// What became of a first factor that is good.
#[derive(Clone, Debug)]
pub enum StaffEntry {
    In(SignedIn),
    /// Nobody is signed in: the session, under this token, waits for the second factor.
    SecondFactorNeeded(Token),
}

/// How the first factor was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Password,
    Oidc,
}

impl Way {
    fn code(self) -> &'static str {
        match self {
            Way::Password => "password",
            Way::Oidc => "oidc",
        }
    }

    pub(super) fn from_code(code: &str) -> Way {
        if code == "oidc" { Way::Oidc } else { Way::Password }
    }
}

/// A member at the door. Their row is locked, and they may sign in.
pub(super) struct Arrival {
    pub member: Staff,
    pub way: Way,
    /// When they proved themself, if that is known.
    pub proven_at: Option<Timestamp>,
    /// What the second factor was, if there was one.
    pub factor: Option<&'static str>,
}

/// Lets a member in, or asks for the second factor.
pub(super) async fn admit(
    tx: &mut Tx,
    backend: &Backend,
    session: &Session,
    arrival: Arrival,
    token: Token,
    now: Timestamp,
) -> Result<StaffEntry, SignInError> {
    let id = arrival.member.id;
    if arrival.factor.is_some() || second_factors::find(tx, id).await?.is_none() {
        return Ok(StaffEntry::In(enter_as_staff(tx, backend, session, arrival, token, now).await?));
    }
    let half = HalfSignIn {
        session_id: session.id,
        staff_id: id,
        way: arrival.way.code().to_owned(),
        proven_at: arrival.proven_at,
        attempts: 0,
        expires_at: now.plus_seconds(HALF_WAY),
    };
    if !sessions::rotate(tx, session, &token.hash()).await? {
        return Err(SignInError::Stale);
    }
    half_sign_ins::put(tx, &half).await?;
    Ok(StaffEntry::SecondFactorNeeded(token))
}

/// Gives the session to the member.
pub(super) async fn enter_as_staff(
    tx: &mut Tx,
    backend: &Backend,
    session: &Session,
    arrival: Arrival,
    token: Token,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    let Arrival { member, way, proven_at, factor } = arrival;
    let entered = enter(tx, backend, session, Owner::Staff(member.id), &token, now).await?;
    let id = entered.ok_or(SignInError::Stale)?;
    sessions::set_proof(tx, id, proven_at.map(|at| at.min(now)), factor.is_some()).await?;
    audit::append(
        tx,
        Entry {
            at: now,
            actor: audit::Actor::Staff(member.id),
            action: "identity.staff_sign_in",
            subject_kind: "session",
            subject_id: id.to_string(),
            person: None,
            purpose: None,
            detail: json!({ "way": way.code(), "second_factor": factor }),
        },
    )?;
    Ok(SignedIn { token, is_new: false, must_change: member.must_change, preferences: json!(null) })
}
