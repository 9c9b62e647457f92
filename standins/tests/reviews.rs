//! The platform that takes reviews is as strict as a real one.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use standins::registers::Clock;
use standins::reviews::{Config, PATH, Received, router, secret};
use standins::switches::Switches;
use tower::ServiceExt;

const TOKEN: &str = "token";
const NOW: i64 = 1_795_395_600;

fn platform() -> (Router, Arc<Received>) {
    let received = Arc::new(Received::default());
    let clock: Clock = Arc::new(|| Timestamp::from_seconds(NOW));
    let config = Config {
        received: received.clone(),
        switches: Arc::new(Switches::default()),
        clock,
        token: TOKEN.into(),
    };
    (router(config), received)
}

fn lines(sequences: std::ops::RangeInclusive<i64>) -> String {
    sequences.map(|n| format!("{}\n", json!({ "sequence": n }))).collect()
}

fn sign(id: &str, at: i64, body: &str, secret: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

async fn send(site: &Router, number: i64, at: i64, body: &str, signature: &str) -> (StatusCode, Value) {
    let request = Request::post(PATH)
        .header("idempotency-key", number.to_string())
        .header("webhook-id", format!("reviews-{number}"))
        .header("webhook-timestamp", at.to_string())
        .header("webhook-signature", signature)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = site.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 1 << 16).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

async fn signed(site: &Router, number: i64, body: &str) -> (StatusCode, Value) {
    let signature = sign(&format!("reviews-{number}"), NOW, body, &secret(TOKEN));
    send(site, number, NOW, body, &signature).await
}

#[tokio::test]
async fn batches_are_taken_once_and_in_order() {
    let (site, received) = platform();
    assert_eq!(
        signed(&site, 1, &lines(1..=3)).await,
        (StatusCode::OK, json!({ "batch": 1, "last_sequence": 3 }))
    );
    assert_eq!(
        signed(&site, 1, &lines(1..=3)).await,
        (StatusCode::OK, json!({ "batch": 1, "last_sequence": 3 }))
    );
    for (number, body, why) in [
        (1, lines(1..=4), "another batch under the same number"),
        (3, lines(4..=4), "a batch is missing"),
        (2, lines(5..=6), "a line is missing"),
        (2, lines(3..=4), "a line comes twice"),
    ] {
        assert_eq!(signed(&site, number, &body).await.0, StatusCode::CONFLICT, "{why}");
    }
    for body in ["", "no json\n", "{}\n{\n"] {
        assert_eq!(signed(&site, 2, body).await.0, StatusCode::BAD_REQUEST, "{body:?}");
    }
    assert_eq!(signed(&site, 2, &lines(4..=5)).await.0, StatusCode::OK);
    let look = received.look();
    assert_eq!((look.batches, look.lines.len(), look.repeated), (vec![1, 2], 5, 1));
    assert_eq!(look.refused, BTreeMap::from([("changed", 1), ("order", 3), ("lines", 3)]));
}

#[tokio::test]
async fn only_what_the_portal_signed_just_now_is_taken() {
    let (site, received) = platform();
    let body = lines(1..=1);
    let good = sign("reviews-1", NOW, &body, &secret(TOKEN));
    for (number, at, sent, signature) in [
        (1, NOW, lines(1..=2), good.clone()),
        (2, NOW, body.clone(), good.clone()),
        (1, NOW + 1, body.clone(), good.clone()),
        (1, NOW - 301, body.clone(), sign("reviews-1", NOW - 301, &body, &secret(TOKEN))),
        (1, NOW, body.clone(), sign("reviews-1", NOW, &body, &secret("another"))),
        (1, NOW, body.clone(), String::new()),
    ] {
        assert_eq!(send(&site, number, at, &sent, &signature).await.0, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(received.look().lines, Vec::<Value>::new());
    let (old_key, new_key) = (sign("reviews-1", NOW, &body, &secret("old")), good);
    assert_eq!(send(&site, 1, NOW, &body, &format!("{old_key} {new_key}")).await.0, StatusCode::OK);
}
