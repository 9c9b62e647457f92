//! An ID token for a code.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{CLIENT_ID, Config, Grant, Issuer, SERVICE, TWO_FACTORS, key};

/// Name of the key.
pub(super) const KID: &str = "stand-in-1";
/// Seconds a code is good for, and a token.
const CODE_LIFETIME: i64 = 60;
const TOKEN_LIFETIME: i64 = 300;

/// A way in which an answer is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoil {
    Nonce,
    NoNonce,
    Audience,
    /// Two of them, and made for the other.
    AuthorisedParty,
    Issuer,
    Expired,
    /// Made long ago, though good for long.
    Old,
    /// The person proved themself an hour ago.
    OldProof,
    NoProofTime,
    NoSubject,
    /// `alg: none`, without a signature.
    Unsigned,
    /// HS256, signed with what everybody can read: the public key.
    Symmetric,
    /// Signed by somebody else under the same name.
    Forged,
    /// Signed under a name that is not among the keys.
    UnknownKey,
    /// The browser comes back as from another provider, or without its name.
    AnswerIssuer,
    NoAnswerIssuer,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

pub(super) async fn exchange(
    State(config): State<Config>,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, crate::problem::Problem> {
    config.switches.pass(SERVICE).await?;
    if !is_client(&headers, &config.secret) {
        return Ok(refuse(StatusCode::UNAUTHORIZED, "invalid_client"));
    }
    let now = (config.clock)();
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(asked.code_verifier.as_bytes()));
    let grant = config.issuer.take(&asked.code).filter(|grant| {
        asked.grant_type == "authorization_code"
            && grant.redirect_uri == asked.redirect_uri
            && grant.challenge == challenge
            && now.seconds_since(grant.made_at) < CODE_LIFETIME
    });
    let Some(grant) = grant else { return Ok(refuse(StatusCode::BAD_REQUEST, "invalid_grant")) };
    let token = id_token(&config.issuer, &grant, now.as_seconds());
    let answer = json!({
        "access_token": "nothing-to-access",
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME,
        "id_token": token,
    });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

/// By HTTP Basic, with name and secret encoded as in a form.
fn is_client(headers: &HeaderMap, secret: &str) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let pair = shown.and_then(|value| STANDARD.decode(value.strip_prefix("Basic ")?).ok());
    let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let plain = |text: &str| {
        let mut out = Vec::new();
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            let escaped = (byte == b'%').then(|| [bytes.next(), bytes.next()].map(Option::unwrap_or_default));
            let value = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok());
            out.push(value.unwrap_or(byte));
        }
        out
    };
    pair.split_once(':')
        .is_some_and(|(name, word)| plain(name) == CLIENT_ID.as_bytes() && plain(word) == secret.as_bytes())
}

fn id_token(issuer: &Issuer, grant: &Grant, now: i64) -> String {
    let spoilt = |how| issuer.spoilt(how);
    let methods = if grant.two_factors { json!(["pwd", "otp", TWO_FACTORS]) } else { json!(["pwd"]) };
    let mut claims = json!({
        "iss": issuer.url,
        "sub": grant.subject,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + TOKEN_LIFETIME,
        "auth_time": now,
        "nonce": grant.nonce,
        "acr": if grant.two_factors { "2" } else { "1" },
        "amr": methods,
    });
    let mut put = |how, claim: &str, value: Value| {
        if spoilt(how) {
            claims[claim] = value;
        }
    };
    put(Spoil::Nonce, "nonce", json!("another"));
    put(Spoil::NoNonce, "nonce", Value::Null);
    put(Spoil::Audience, "aud", json!("another-portal"));
    put(Spoil::AuthorisedParty, "aud", json!([CLIENT_ID, "another-portal"]));
    put(Spoil::AuthorisedParty, "azp", json!("another-portal"));
    put(Spoil::Issuer, "iss", json!(format!("{}/", issuer.url)));
    put(Spoil::Expired, "exp", json!(now - 61));
    put(Spoil::Old, "iat", json!(now - 3600));
    put(Spoil::OldProof, "auth_time", json!(now - 3600));
    put(Spoil::NoProofTime, "auth_time", Value::Null);
    put(Spoil::NoSubject, "sub", Value::Null);
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let with = |algorithm: &str, kid: &str| {
        let header = json!({ "alg": algorithm, "typ": "JWT", "kid": kid });
        format!("{}.{}", part(&header), part(&claims))
    };
    if spoilt(Spoil::Unsigned) {
        return format!("{}.", with("none", KID));
    }
    if spoilt(Spoil::Symmetric) {
        let signed = with("HS256", KID);
        let public = issuer.key.verifying_key().to_sec1_point(false);
        return format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac(public.as_bytes(), signed.as_bytes())));
    }
    if spoilt(Spoil::Forged) {
        return sign(&key("somebody else"), with("ES256", KID));
    }
    sign(&issuer.key, with("ES256", if spoilt(Spoil::UnknownKey) { "stand-in-2" } else { KID }))
}

fn sign(key: &SigningKey, signed: String) -> String {
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// RFC 2104 with SHA-256, for a key no longer than two blocks.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0u8; 64];
    let short = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    block[..short.len()].copy_from_slice(&short);
    let inner = Sha256::digest([&block.map(|b| b ^ 0x36)[..], text].concat());
    Sha256::digest([&block.map(|b| b ^ 0x5c)[..], &inner].concat()).to_vec()
}
