//! Checking a presented certificate. No clock, no network: whatever is needed is passed in, so the same function runs
//! on the server and, without any connection, in the browser.

use super::holder::{HolderKey, Signed};
use super::jwk::{Jwk, JwkSet};
use super::jwt::{Jwt, encode};
use super::sd_jwt::{self, KEY_BINDING_TYPE, SdJwt, Unfit, disclose};
use super::state::{CertificateStatus, Standing, Validity};
use super::status_list::{self, Entry, StatusList, StatusListClaim, StatusReference};
use super::{CLOCK_SKEW_SECONDS, ISSUING_AUTHORITY, ISSUING_AUTHORITY_EN};
use crate::text::Text;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// A key binding older than this, in seconds, is a replay.
const MAX_BINDING_AGE_SECONDS: i64 = 300;

/// The issuers whose certificates are believed, with their published keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    pub issuers: Vec<TrustedIssuer>,
}

/// One issuing department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// The value of `iss`, a URL.
    pub issuer: String,
    pub name: Text,
    /// Keys in use and keys whose certificates are still around.
    pub jwks: JwkSet,
}

/// What the holder must have signed to prove that they hold the certificate, now and to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedBinding {
    pub nonce: String,
    pub audience: String,
}

/// The answer. Only `Valid` means that the certificate can be relied on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Verification {
    Valid {
        certificate: Certificate,
    },
    Expired {
        certificate: Certificate,
    },
    NotYetValid {
        certificate: Certificate,
    },
    Revoked {
        certificate: Certificate,
    },
    Suspended {
        certificate: Certificate,
    },
    /// Genuine and in its time, but it cannot be said whether it was revoked.
    StatusUnknown {
        certificate: Certificate,
        reason: StatusGap,
    },
    /// Genuine, but the one who shows it has not proved to be its holder.
    Unbound {
        certificate: Certificate,
        reason: BindingGap,
    },
    /// It names one of our issuers, but is not what that issuer signed.
    Altered {
        reason: Alteration,
    },
    /// Neither its issuer nor its key is one of ours. Nothing in it was checked.
    Foreign {
        issuer: String,
    },
    /// Not a certificate, or one that uses what we do not understand.
    Malformed,
}

/// A certificate whose signature was checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    pub issuer: String,
    pub issuer_name: Text,
    /// The office that decided; on certificates from before offices were named, the issuer.
    pub authority: Text,
    /// `kid` of the key that signed.
    pub key: String,
    /// `vct`, the type of certificate, a URL.
    pub kind: String,
    pub issued_at: Option<Timestamp>,
    pub validity: Validity,
    /// Claims that are never hidden.
    pub open: Map<String, Value>,
    /// Claims that the holder chose to show.
    pub disclosed: Map<String, Value>,
    /// How many more claims the holder may have kept back, at most.
    pub withheld: usize,
    /// Where its status stands; `None` when it can never be revoked.
    pub status: Option<StatusReference>,
    /// The instant at which the status list used was signed.
    pub status_as_of: Option<Timestamp>,
    pub binding: Binding,
}

/// What is known about the one who shows the certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// The certificate names no holder's key.
    None,
    /// It names one, and nobody proved to have it.
    NotShown,
    /// The holder's key signed this presentation, and what it was for. Whoever did not give `nonce` themself cannot know
    /// that it was not shown before.
    Shown { at: Timestamp, audience: String, nonce: String },
    /// Signed with a kind of key that this program cannot check.
    NotChecked,
}

/// Why it cannot be said whether a certificate was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusGap {
    /// No status list was at hand.
    Missing,
    /// The list at hand is past its time; see `status_as_of`.
    Stale,
    /// The list is another one, is not signed by this issuer, or has no such entry.
    Unusable,
}

/// Why the one who shows a certificate is not known to be its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BindingGap {
    /// Nothing was signed by the holder, or the certificate names no holder's key.
    Missing,
    /// Signed for somebody else or for another occasion.
    OtherOccasion,
    /// Signed too long ago, or in the future.
    OutOfTime,
    /// Signed with a kind of key that this program cannot check.
    NotChecked,
}

/// What is not as the issuer signed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alteration {
    Signature,
    /// The issuer publishes no such key. Keys kept for use without network may be out of date.
    UnknownKey,
    Disclosure,
    /// The holder's signature does not fit.
    KeyBinding,
}

/// Checks `presentation`, an SD-JWT VC as its holder shows it.
///
/// `status_list` is the status list token of the certificate's `status.status_list.uri`, as fetched. With `binding`,
/// only a presentation signed for that occasion is `Valid`.
pub fn verify(
    presentation: &str,
    trust: &Trust,
    status_list: Option<&str>,
    now: Timestamp,
    binding: Option<&ExpectedBinding>,
) -> Verification {
    check(presentation, trust, status_list, now, binding).unwrap_or_else(Verification::from)
}

/// Where the status of a presented certificate stands, read without checking anything: what to fetch before `verify`.
pub fn status_reference(presentation: &str) -> Option<StatusReference> {
    let jwt = Jwt::read(SdJwt::split(presentation)?.issuer_jwt, sd_jwt::TYPE)?;
    read_status(&jwt.payload).ok()?
}

/// Who a presented certificate says signed it, and the name of the key, read without checking anything: whose keys to
/// fetch before `verify`.
pub fn claimed_signer(presentation: &str) -> Option<(String, String)> {
    let jwt = Jwt::read(SdJwt::split(presentation)?.issuer_jwt, sd_jwt::TYPE)?;
    Some((jwt.payload.get("iss")?.as_str()?.to_owned(), jwt.header.kid?))
}

/// Why a presentation is not a certificate of ours at all.
enum Refusal {
    Altered(Alteration),
    Foreign(String),
    Malformed,
}

impl From<Refusal> for Verification {
    fn from(refusal: Refusal) -> Verification {
        match refusal {
            Refusal::Altered(reason) => Verification::Altered { reason },
            Refusal::Foreign(issuer) => Verification::Foreign { issuer },
            Refusal::Malformed => Verification::Malformed,
        }
    }
}

fn check(
    presentation: &str,
    trust: &Trust,
    status_list: Option<&str>,
    now: Timestamp,
    expected: Option<&ExpectedBinding>,
) -> Result<Verification, Refusal> {
    use Refusal::{Altered, Malformed};

    let parts = SdJwt::split(presentation).ok_or(Malformed)?;
    let jwt = Jwt::read(parts.issuer_jwt, sd_jwt::TYPE).ok_or(Malformed)?;
    let (issuer, key) = signer(&jwt, trust)?;
    if !jwt.is_signed_by(key) {
        return Err(Altered(Alteration::Signature));
    }

    // From here on the payload is what one of our issuers signed.
    let kind = text(&jwt.payload, "vct")?.ok_or(Malformed)?;
    let issued_at = instant(&jwt.payload, "iat")?;
    let validity = Validity { from: instant(&jwt.payload, "nbf")?, until: instant(&jwt.payload, "exp")? };
    let status = read_status(&jwt.payload).map_err(|()| Malformed)?;
    let holder = match jwt.payload.get("cnf") {
        None => None,
        Some(cnf) => {
            let jwk = cnf.get("jwk").and_then(Value::as_object).ok_or(Malformed)?;
            Some(HolderKey::read(jwk).map_err(|_| Malformed)?)
        }
    };
    let mut claims = disclose(jwt.payload, &parts.disclosures).map_err(|unfit| match unfit {
        Unfit::Payload => Malformed,
        Unfit::Disclosure => Altered(Alteration::Disclosure),
    })?;
    claims.open.retain(|name, _| !sd_jwt::PROTECTED.contains(&name.as_str()));

    let (binding, binding_gap) = check_binding(&parts, holder.as_ref(), now, expected)?;
    let (standing, status_as_of) = match &status {
        None => (Ok(Standing::Good), None),
        Some(status) => check_status(status, status_list, issuer, now),
    };
    let certificate = Certificate {
        issuer: issuer.issuer.clone(),
        issuer_name: issuer.name.clone(),
        authority: authority(&claims.open).unwrap_or_else(|| issuer.name.clone()),
        key: key.kid.clone().unwrap_or_default(),
        kind,
        issued_at,
        validity,
        open: claims.open,
        disclosed: claims.disclosed,
        withheld: claims.withheld,
        status,
        status_as_of,
        binding,
    };
    // A certificate "issued" in the future is not yet valid either.
    let begins = validity.from.max(issued_at);
    let in_time = Validity { from: begins, until: validity.until };
    Ok(match CertificateStatus::of(in_time, standing.unwrap_or(Standing::Good), now) {
        CertificateStatus::Revoked => Verification::Revoked { certificate },
        CertificateStatus::Expired => Verification::Expired { certificate },
        CertificateStatus::NotYetValid => Verification::NotYetValid { certificate },
        CertificateStatus::Suspended => Verification::Suspended { certificate },
        CertificateStatus::Valid => match (binding_gap, standing) {
            (Some(reason), _) => Verification::Unbound { certificate, reason },
            (None, Err(reason)) => Verification::StatusUnknown { certificate, reason },
            (None, Ok(_)) => Verification::Valid { certificate },
        },
    })
}

/// The office that a certificate names. Without a name in English the one in Chinese stands for both.
fn authority(open: &Map<String, Value>) -> Option<Text> {
    let zh = open.get(ISSUING_AUTHORITY)?.as_str()?;
    let en = open.get(ISSUING_AUTHORITY_EN).and_then(Value::as_str);
    Some(Text::new(zh, en.unwrap_or(zh)))
}

/// The issuer and the key that a JWT names. Foreign only if neither is ours: whoever uses one of the two claims to be us.
fn signer<'t>(jwt: &Jwt<'_>, trust: &'t Trust) -> Result<(&'t TrustedIssuer, &'t Jwk), Refusal> {
    let name = text(&jwt.payload, "iss")?.ok_or(Refusal::Malformed)?;
    let kid = jwt.header.kid.as_deref().ok_or(Refusal::Malformed)?;
    match trust.issuers.iter().find(|issuer| issuer.issuer == name) {
        Some(issuer) => match issuer.jwks.find(kid) {
            Some(key) => Ok((issuer, key)),
            None => Err(Refusal::Altered(Alteration::UnknownKey)),
        },
        None if trust.issuers.iter().any(|issuer| issuer.jwks.find(kid).is_some()) => {
            Err(Refusal::Altered(Alteration::Signature))
        }
        None => Err(Refusal::Foreign(name)),
    }
}

/// Checks the key binding JWT if there is one (RFC 9901 §7.3), and whether it is the one asked for.
fn check_binding(
    parts: &SdJwt<'_>,
    holder: Option<&HolderKey>,
    now: Timestamp,
    expected: Option<&ExpectedBinding>,
) -> Result<(Binding, Option<BindingGap>), Refusal> {
    let broken = Refusal::Altered(Alteration::KeyBinding);
    let unsigned = if holder.is_some() { Binding::NotShown } else { Binding::None };
    let Some(compact) = parts.key_binding else {
        return Ok((unsigned, expected.map(|_| BindingGap::Missing)));
    };
    let Some(holder) = holder else { return Err(broken) };
    let Some(jwt) = Jwt::read_with(compact, KEY_BINDING_TYPE, holder.algorithms()) else {
        return Err(broken);
    };
    let shown = SdJwt { key_binding: None, ..parts.clone() }.to_string();
    let says = |name: &str| jwt.payload.get(name).and_then(Value::as_str);
    let (Some(signed_at), Some(audience), Some(nonce)) =
        (instant(&jwt.payload, "iat")?, says("aud"), says("nonce"))
    else {
        return Err(broken);
    };
    if says("sd_hash") != Some(&encode(&Sha256::digest(shown.as_bytes()))) {
        return Err(broken);
    }
    match holder.has_signed(&jwt) {
        Signed::Yes => {}
        Signed::No => return Err(broken),
        Signed::CannotTell => return Ok((Binding::NotChecked, expected.map(|_| BindingGap::NotChecked))),
    }
    let gap = expected.and_then(|expected| {
        let age = now.seconds_since(signed_at);
        if nonce != expected.nonce || audience != expected.audience {
            Some(BindingGap::OtherOccasion)
        } else if !(-CLOCK_SKEW_SECONDS..=MAX_BINDING_AGE_SECONDS).contains(&age) {
            Some(BindingGap::OutOfTime)
        } else {
            None
        }
    });
    let shown = Binding::Shown { at: signed_at, audience: audience.to_owned(), nonce: nonce.to_owned() };
    Ok((shown, gap))
}

/// What the status list says about one entry, and when it was signed. A revocation counts however old the list is.
fn check_status(
    status: &StatusReference,
    token: Option<&str>,
    issuer: &TrustedIssuer,
    now: Timestamp,
) -> (Result<Standing, StatusGap>, Option<Timestamp>) {
    let Some(token) = token else {
        return (Err(StatusGap::Missing), None);
    };
    let Some(list) = read_list(token, &status.uri, issuer, now) else {
        return (Err(StatusGap::Unusable), None);
    };
    let standing = match list.list.get(status.idx) {
        Ok(Entry::Known(Standing::Revoked)) => Ok(Standing::Revoked),
        Ok(Entry::Known(_)) if list.is_stale => Err(StatusGap::Stale),
        Ok(Entry::Known(standing)) => Ok(standing),
        Ok(Entry::Other) | Err(_) => Err(StatusGap::Unusable),
    };
    (standing, Some(list.signed_at))
}

struct SignedList {
    list: StatusList,
    signed_at: Timestamp,
    is_stale: bool,
}

fn read_list(token: &str, uri: &str, issuer: &TrustedIssuer, now: Timestamp) -> Option<SignedList> {
    if token.len() > status_list::MAX_TOKEN {
        return None;
    }
    let jwt = Jwt::read(token, status_list::TYPE)?;
    let key = issuer.jwks.find(jwt.header.kid.as_deref()?)?;
    let subject = jwt.payload.get("sub").and_then(Value::as_str)?;
    if subject != uri || !jwt.is_signed_by(key) {
        return None;
    }
    let signed_at = instant(&jwt.payload, "iat").ok()??;
    let until = instant(&jwt.payload, "exp").ok()?;
    let in_time = Validity { from: Some(signed_at), until }.at(now);
    let claim = StatusListClaim::deserialize(jwt.payload.get("status_list")?).ok()?;
    let list = StatusList::from_claim(&claim).ok()?;
    Some(SignedList { list, signed_at, is_stale: in_time != CertificateStatus::Valid })
}

/// `status.status_list`; any other kind of status is not understood and so cannot be passed over.
fn read_status(payload: &Map<String, Value>) -> Result<Option<StatusReference>, ()> {
    match payload.get("status") {
        None => Ok(None),
        Some(status) => {
            let list = status.get("status_list").ok_or(())?;
            StatusReference::deserialize(list).map(Some).map_err(|_| ())
        }
    }
}

fn text(payload: &Map<String, Value>, name: &str) -> Result<Option<String>, Refusal> {
    match payload.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Refusal::Malformed),
    }
}

/// A NumericDate in whole seconds.
fn instant(payload: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    match payload.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(|s| Some(Timestamp::from_seconds(s))).ok_or(Refusal::Malformed),
    }
}
