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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // Made with OpenSSL: an RSA key of 2048 bits that nobody has any more, and a token without the name of a key.
    const MODULUS: &str = concat!(
        "1PlDHGYQclaVoyp_gvmMW3XBPs0sjf5O_EN_eeN4gcBsI3OPDGLsNvrV7h3Ufjw-gu1WNYyhW-K9SZVV736-HgAL-AghFhHw",
        "hKHfzarRGk9aiXq9r_XYlvIZosFA9z7CKh0xFTCoLM6MSLwVVVHdk2NBEInXNTRZcWFDx2vpjSdOXB9VduGOotYs6y53AKZv",
        "-_M9JV72M1P0mLuQvJHQPQLBSFrQ0hk0YVwqp2yskn1-",
        "V1GaMEl6PFmBwtPm9daJFGdZjrTAE6JWmDeLJIUkKsLOX5EWcocqjqZ2bqjgiR9vSJ3_Z6sHe2DIWT_Ju9rSe0W0F2huYbI1",
        "JAh9A8QwdQ",
    );
    const TOKEN: &str = concat!(
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY24vc3RhZmYiLCJzdWIiOiI",
        "zMy0wMDQyIiwic3RhZmZfbm8iOiIwMDQyIiwiYXVkIjpbInpoYW5nYmFuIl0sImV4cCI6MTc5NTM5NTkwMCwiaWF0IjoxNzk",
        "1Mzk1NjAwLCJub25jZSI6Im4tMSIsImF1dGhfdGltZSI6MTc5NTM5NTU5NSwiYWNyIjoiMiJ9.HXbxsfkRCyMKteCcUAgx-c",
        "HA7jDjLF2HB-8o2yJcnK4IlqoSdrf_Sf5sK1wL0Z-",
        "QetwuqrziHkN_1RGCX8y1ncPDIGp0SoAPSOKiG0mpuoq90sJ7s94VnWQB5l_5Gs_JGV8BQJh_u1DXq8IKyF6fzW6TFiGWkJJ",
        "Xi01ZQEaLJwMcadrG7d9SJI0ohVsWgXbPn8raJSxtY-gNNFkiF1trm9B663SD_P3PpGMOcdZxC8xSvUJcOWRR8NwG8FFlhfu",
        "S8OnAP_eWXQqENWuFIvv5Zg4PogUU4lSTmIMCQ4Ogxf86ist39h1Q66aFvhxlsqNVsV1Wp_aMHcdGZe80atYBHA",
    );

    fn keys(json: Value) -> JwkSet {
        serde_json::from_value(json!({ "keys": json })).unwrap()
    }

    fn rsa(kid: &str) -> Value {
        json!({ "kty": "RSA", "use": "sig", "kid": kid, "n": MODULUS, "e": "AQAB" })
    }

    fn expected(seconds: i64) -> Expected<'static> {
        Expected {
            issuer: "https://id.example.cn/staff",
            client_id: "zhangban",
            nonce: "n-1",
            subject_claim: "staff_no",
            max_age: Some(600),
            now: Timestamp::from_seconds(1_795_395_600 + seconds),
        }
    }

    #[test]
    fn rs256_is_read_with_the_claim_that_the_operator_chose() {
        let identity = read(TOKEN, &keys(json!([rsa("a")])), &expected(0)).unwrap();
        assert_eq!(identity.subject, "0042");
        assert_eq!(identity.auth_time, Some(Timestamp::from_seconds(1_795_395_595)));
        assert_eq!((identity.acr.as_deref(), identity.amr.len()), (Some("2"), 0));
    }

    #[test]
    fn every_expectation_counts() {
        let all = keys(json!([rsa("a")]));
        let said = |expected: Expected<'_>| read(TOKEN, &all, &expected).err();
        assert_eq!(said(expected(359)), None);
        assert_eq!(said(expected(360)), Some(TokenRefused::Time));
        assert_eq!(said(expected(-60)), None);
        assert_eq!(said(expected(-61)), Some(TokenRefused::Time));
        assert_eq!(said(Expected { nonce: "n-2", ..expected(0) }), Some(TokenRefused::Nonce));
        assert_eq!(said(Expected { client_id: "other", ..expected(0) }), Some(TokenRefused::Signature));
        assert_eq!(
            said(Expected { issuer: "https://id.example.cn/staff/", ..expected(0) }),
            Some(TokenRefused::Signature)
        );
        assert_eq!(said(Expected { subject_claim: "phone", ..expected(0) }), Some(TokenRefused::Subject));
        // It is a number.
        assert_eq!(said(Expected { subject_claim: "exp", ..expected(0) }), Some(TokenRefused::Subject));
        assert_eq!(said(Expected { max_age: Some(10), ..expected(65) }), None);
        assert_eq!(said(Expected { max_age: Some(10), ..expected(66) }), Some(TokenRefused::AuthTime));
    }

    #[test]
    fn a_token_without_the_name_of_a_key_needs_a_service_with_one() {
        let said = |all: Value| read(TOKEN, &keys(all), &expected(0)).err();
        assert_eq!(said(json!([rsa("a"), rsa("b")])), Some(TokenRefused::UnknownKey));
        let mut encrypts = rsa("b");
        encrypts["use"] = json!("enc");
        assert_eq!(said(json!([rsa("a"), encrypts])), None);
        assert_eq!(said(json!([])), Some(TokenRefused::UnknownKey));
        let secret = json!({ "kty": "oct", "k": MODULUS });
        assert_eq!(said(json!([secret, { "kty": "new" }])), Some(TokenRefused::UnknownKey));
    }

    #[test]
    fn nothing_of_a_token_can_be_changed() {
        let all = keys(json!([rsa("a")]));
        for at in (0..TOKEN.len()).step_by(7) {
            let mut changed = TOKEN.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(read(&changed, &all, &expected(0)).is_err(), "{at}");
        }
        let (signed, _) = TOKEN.rsplit_once('.').unwrap();
        for token in ["", "..", "a.b.c", signed, &format!("{signed}."), &"x".repeat(100_000)] {
            assert!(read(token, &all, &expected(0)).is_err());
        }
    }
}
