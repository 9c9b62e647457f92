//! The identity service as its client sees it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::time::Timestamp;
use standins::oidc::{Config, Issuer, router};
use standins::switches::Switches;
use tower::ServiceExt;

// The verifier and challenge of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const BACK: &str = "https%3A%2F%2Fzhangban.example%2Fstaff%2Foidc%2Fcallback";

fn service() -> Router {
    router(Config {
        issuer: Arc::new(Issuer::new("http://127.0.0.1:4100", "secret")),
        switches: Arc::new(Switches::default()),
        clock: Arc::new(|| Timestamp::from_seconds(1_795_395_600)),
        secret: "secret".into(),
    })
}

async fn send(
    service: &Router,
    method: &str,
    uri: &str,
    basic: &str,
    body: String,
) -> (StatusCode, String, String) {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(basic)))
        .body(Body::from(body))
        .unwrap();
    let answer = service.clone().oneshot(request).await.unwrap();
    let to = answer.headers().get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
    let status = answer.status();
    let body = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, to, String::from_utf8(body.to_vec()).unwrap())
}

fn asked(method: &str) -> String {
    format!(
        "response_type=code&client_id=zhangban&redirect_uri={BACK}&scope=openid&state=s%26t&nonce=n\
         &code_challenge={CHALLENGE}&code_challenge_method={method}"
    )
}

async fn code(service: &Router) -> String {
    let form = format!("{}&subject=demo-staff-01", asked("S256"));
    let (status, to, _) = send(service, "POST", "/oidc/authorize", "", form).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (address, query) = to.split_once('?').unwrap();
    assert_eq!(address, "https://zhangban.example/staff/oidc/callback");
    assert!(query.starts_with("state=s%26t&iss=http%3A%2F%2F127.0.0.1%3A4100%2Foidc&code="), "{query}");
    query.rsplit_once('=').unwrap().1.to_owned()
}

async fn exchange(service: &Router, code: &str, basic: &str, verifier: &str, back: &str) -> StatusCode {
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={back}&code_verifier={verifier}");
    send(service, "POST", "/oidc/token", basic, form).await.0
}

#[tokio::test]
async fn one_chooses_who_to_be() {
    let (status, _, page) =
        send(&service(), "GET", &format!("/oidc/authorize?{}", asked("S256")), "", String::new()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("赵敏") && page.contains("value=\"s&amp;t\""), "{page}");
    let plain =
        send(&service(), "GET", &format!("/oidc/authorize?{}", asked("plain")), "", String::new()).await;
    assert_eq!(plain.0, StatusCode::BAD_REQUEST, "S256 only");
    let elsewhere = asked("S256").replace("zhangban.example%2Fstaff", "evil.example%2Fx");
    let elsewhere = elsewhere.replace("callback", "elsewhere");
    let refused = send(&service(), "GET", &format!("/oidc/authorize?{elsewhere}"), "", String::new()).await;
    assert_eq!(refused.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_code_is_good_once_for_who_asked() {
    let service = service();
    let good = code(&service).await;
    assert_eq!(exchange(&service, &good, "zhangban:wrong", VERIFIER, BACK).await, StatusCode::UNAUTHORIZED);
    assert_eq!(exchange(&service, &good, "zhangban:secret", VERIFIER, BACK).await, StatusCode::OK);
    assert_eq!(
        exchange(&service, &good, "zhangban:secret", VERIFIER, BACK).await,
        StatusCode::BAD_REQUEST,
        "used"
    );
    let good = code(&service).await;
    let other = VERIFIER.replace('d', "e");
    assert_eq!(
        exchange(&service, &good, "zhangban:secret", &other, BACK).await,
        StatusCode::BAD_REQUEST,
        "PKCE"
    );
    let good = code(&service).await;
    let refused = exchange(&service, &good, "zhangban:secret", VERIFIER, "https%3A%2F%2Felsewhere").await;
    assert_eq!(refused, StatusCode::BAD_REQUEST);
}
