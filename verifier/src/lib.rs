//! Checks certificates in the browser, also without network: the same code as on the server.
#![cfg(target_arch = "wasm32")]

use domain::certificates::{ExpectedBinding, Trust, link, status_reference};
use domain::time::Timestamp;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// The presentation in what was pasted or stands behind the `#` of a link.
#[wasm_bindgen]
pub fn read(text: &str) -> String {
    link::read(text)
}

/// The page of the portal at `origin` that a pasted link or number leads to, when it carries no presentation.
#[wasm_bindgen]
pub fn page(origin: &str, text: &str) -> Option<String> {
    link::page(origin, text)
}

/// Where the status list of a presented certificate stands, if it names one. Nothing is checked yet.
#[wasm_bindgen]
pub fn status_uri(presentation: &str) -> Option<String> {
    status_reference(presentation).map(|reference| reference.uri)
}

/// Checks a presentation: a `Verification` as JSON. `trust` is the trust document, `status` the status list token of
/// [`status_uri`] as fetched. With `audience` or `nonce`, only what its holder signed for both is valid. Fails only when
/// the trust document cannot be read.
#[wasm_bindgen]
pub fn verify(
    presentation: &str,
    trust: &str,
    status: Option<String>,
    now_seconds: f64,
    audience: String,
    nonce: String,
) -> Result<String, JsError> {
    let trust: Trust = serde_json::from_str(trust)?;
    let now = Timestamp::from_seconds(now_seconds as i64);
    let asked = !(audience.is_empty() && nonce.is_empty());
    let occasion = asked.then_some(ExpectedBinding { nonce, audience });
    let found = domain::certificates::verify(presentation, &trust, status.as_deref(), now, occasion.as_ref());
    Ok(serde_json::to_string(&found)?)
}
