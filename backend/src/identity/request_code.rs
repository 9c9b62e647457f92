//! Asking for a one-time code by SMS, to sign in.

use std::net::IpAddr;

use domain::identity::Phone;
use domain::ids::SessionId;
use domain::text::Locale;

use super::codes::{Challenge, CodeRefused, CodeSent};
use crate::Backend;
use crate::messages::Receiver;

/// Sends a code to `phone`, known or not, that signs in the browser with `session` and no other. It replaces an earlier
/// one.
pub async fn request_code(
    backend: &Backend,
    session: SessionId,
    phone: &Phone,
    address: IpAddr,
    locale: Locale,
) -> Result<CodeSent, CodeRefused> {
    challenge(backend, session, phone, address).send(backend, "sign-in-code", locale).await
}

pub(super) fn challenge(backend: &Backend, session: SessionId, phone: &Phone, address: IpAddr) -> Challenge {
    Challenge::new(backend, "sign-in", session, Receiver::Phone(phone.as_str().to_owned()), address)
}
