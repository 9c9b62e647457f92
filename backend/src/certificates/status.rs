//! Publishing which certificates are revoked or suspended.

use super::keys::IssuerKey;
use domain::certificates::StatusList;
use domain::certificates::status_list::TYPE;
use domain::time::Timestamp;
use serde_json::json;

/// How long a signed list may be used: also without network, so not too short.
pub const VALID_SECONDS: i64 = 24 * 3600;
/// How soon a reader with a connection should ask again.
pub const REFRESH_SECONDS: i64 = 900;

/// The status list token for `uri`, served there as `application/statuslist+jwt`.
pub fn sign_status_list(
    list: &StatusList,
    uri: &str,
    key: &IssuerKey,
    now: Timestamp,
) -> Result<String, serde_json::Error> {
    let payload = json!({
        "sub": uri,
        "iat": now.as_seconds(),
        "exp": now.plus_seconds(VALID_SECONDS).as_seconds(),
        "ttl": REFRESH_SECONDS,
        "status_list": list.to_claim(),
    });
    key.sign(TYPE, &payload)
}
