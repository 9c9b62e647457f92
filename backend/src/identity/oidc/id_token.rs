//! Reading an ID token (OpenID Connect Core 1.0 §3.1.3.7).

use domain::time::Timestamp;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Seconds by which the clocks of portal and service may differ.
const LEEWAY: i64 = 60;
/// Seconds since which a token may have been made: it came for a code, just now.
const OLDEST: i64 = 600;
/// Bytes of a subject at most (Core §2).
const LONGEST_SUBJECT: usize = 255;

/// What a token must say.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub subject_claim: &'a str,
    /// Seconds within which the person must have proved themself, where that was asked for.
    pub max_age: Option<i64>,
    pub now: Timestamp,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub subject: String,
    /// When the person proved themself, if the service says so.
    pub auth_time: Option<Timestamp>,
    pub acr: Option<String>,
    pub amr: Vec<String>,
}

/// Why a token is not believed. Logged, so that an operator sees what is wrong with the service or its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    #[error("it is no signed JWT, or its algorithm is not RS256 or ES256")]
    Malformed,
    #[error("its key is not among those of the service")]
    UnknownKey,
    #[error("its signature, issuer or audience is wrong")]
    Signature,
    #[error("it was made for another client")]
    Party,
    #[error("it has expired, or is not of now")]
    Time,
    #[error("it answers another sign-in")]
    Nonce,
    #[error("the person proved themself too long ago, or it does not say when")]
    AuthTime,
    #[error("it does not say who it is")]
    Subject,
}

#[derive(Deserialize)]
struct Claims {
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    auth_time: Option<i64>,
    acr: Option<String>,
    #[serde(default)]
    amr: Vec<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks a token. The algorithm is that of the service's key, never what the token asks for.
pub(super) fn read(token: &str, keys: &JwkSet, expected: &Expected<'_>) -> Result<Identity, TokenRefused> {
    let header = decode_header(token).map_err(|_| TokenRefused::Malformed)?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(TokenRefused::Malformed);
    }
    let key = find(keys, header.alg, header.kid.as_deref()).ok_or(TokenRefused::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| TokenRefused::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[expected.issuer]);
    validation.set_audience(&[expected.client_id]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    // Below, by the portal's own clock.
    validation.validate_exp = false;
    let claims: Claims = decode(token, &key, &validation).map_err(|_| TokenRefused::Signature)?.claims;
    check(claims, expected)
}

/// The one key of the service that a token can be signed with.
fn find<'k>(keys: &'k JwkSet, algorithm: Algorithm, kid: Option<&str>) -> Option<&'k Jwk> {
    let fits = |key: &&Jwk| {
        let kind = match &key.algorithm {
            AlgorithmParameters::RSA(_) => Algorithm::RS256,
            AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
                Algorithm::ES256
            }
            _ => return false,
        };
        let signs = matches!(key.common.public_key_use, None | Some(PublicKeyUse::Signature));
        kind == algorithm && signs && kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid))
    };
    let mut fitting = keys.keys.iter().filter(fits);
    let found = fitting.next()?;
    // A token that names no key is clear only where there is one (Core §10.1).
    (kid.is_some() || fitting.next().is_none()).then_some(found)
}

fn check(claims: Claims, expected: &Expected<'_>) -> Result<Identity, TokenRefused> {
    let party = claims.azp.as_deref();
    let alone = match &claims.aud {
        Audience::One(audience) => audience == expected.client_id,
        Audience::Many(all) => matches!(&all[..], [audience] if audience == expected.client_id),
    };
    if party.is_some_and(|party| party != expected.client_id) || party.is_none() && !alone {
        return Err(TokenRefused::Party);
    }
    let now = expected.now.as_seconds();
    let made_now = (now - OLDEST - LEEWAY..=now + LEEWAY).contains(&claims.iat);
    if claims.exp <= now - LEEWAY || !made_now {
        return Err(TokenRefused::Time);
    }
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(TokenRefused::Nonce);
    }
    if let Some(max_age) = expected.max_age {
        let proved = claims.auth_time.ok_or(TokenRefused::AuthTime)?;
        if !(now - max_age - LEEWAY..=now + LEEWAY).contains(&proved) {
            return Err(TokenRefused::AuthTime);
        }
    }
    let subject = claims.others.get(expected.subject_claim).and_then(Value::as_str);
    let subject =
        subject.filter(|s| !s.is_empty() && s.len() <= LONGEST_SUBJECT).ok_or(TokenRefused::Subject)?;
    // Seconds beyond what a time can hold are no time.
    let sensible = |at: &i64| (0..=now + LEEWAY).contains(at);
    Ok(Identity {
        subject: subject.to_owned(),
        auth_time: claims.auth_time.filter(sensible).map(Timestamp::from_seconds),
        acr: claims.acr,
        amr: claims.amr,
    })
}
