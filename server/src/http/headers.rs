//! Headers that tell a browser what a page may do.

use app::{
    state::Site,
    visit::{Nonce, Public},
};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{
    HeaderName, HeaderValue,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, STRICT_TRANSPORT_SECURITY},
};

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Content Security Policy without `unsafe-inline` and `unsafe-eval`; WebAssembly may be compiled.
#[derive(Clone)]
pub struct Csp {
    https: bool,
}

impl Csp {
    pub fn new(site: &Site) -> Self {
        Csp { https: site.is_https() }
    }

    fn header(&self, script: &str) -> String {
        let upgrade = if self.https { "; upgrade-insecure-requests" } else { "" };
        format!(
            "default-src 'none'; script-src {script}; style-src 'self'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
             form-action 'self'; frame-ancestors 'none'; base-uri 'none'{upgrade}"
        )
    }
}

/// Middleware: a fresh nonce into the request, the headers onto the answer. What a handler set itself stays.
pub async fn secure(State(csp): State<Csp>, mut request: Request, next: Next) -> Response {
    let nonce = Nonce::new();
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    let policy = match response.extensions().get::<Public>() {
        // It is kept and sent to many, and a nonce is for one.
        Some(Public) => csp.header("'none'"),
        None => csp.header(&format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'")),
    };
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        let rules = HeaderValue::from_static("\"/speculation-rules.json\"");
        headers.entry(HeaderName::from_static("speculation-rules")).or_insert(rules);
    }
    if csp.https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
