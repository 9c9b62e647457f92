//! Electronic certificates (电子证照): their numbers, their state, and how anyone checks one.
//!
//! A certificate is an SD-JWT VC: a JWT signed by the issuing department (ES256) in which personal claims are only
//! digests, followed by those claims that the holder chose to show. Revocation is a Token Status List. Everything
//! that checks one is behind the feature `verify`, so that pages that only hold forms never load the cryptography.

pub mod number;
pub mod state;

#[cfg(feature = "verify")]
pub mod holder;
#[cfg(feature = "verify")]
pub mod jwk;
#[cfg(feature = "verify")]
pub mod jwt;
#[cfg(feature = "verify")]
pub mod link;
#[cfg(feature = "verify")]
pub mod sd_jwt;
#[cfg(feature = "verify")]
pub mod status_list;
#[cfg(feature = "verify")]
pub mod verification;

pub use number::{CertificateNumber, NumberError};
pub use state::{CertificateStatus, Standing, Validity};

#[cfg(feature = "verify")]
pub use {
    holder::{HolderKey, HolderKeyError},
    jwk::{Jwk, JwkSet},
    sd_jwt::{Disclosure, SdJwt},
    status_list::StatusList,
    verification::{
        Certificate, ExpectedBinding, Trust, TrustedIssuer, Verification, claimed_signer, status_reference,
        verify,
    },
};

/// The claim that names the office which decided (as in the PID rule book, `issuing_authority`). Who signed is `iss`, its
/// department, whose key vouches for this name.
pub const ISSUING_AUTHORITY: &str = "issuing_authority";
/// The same name in English, tagged as OpenID Connect Core 5.2 tags claims in other languages.
pub const ISSUING_AUTHORITY_EN: &str = "issuing_authority#en";

/// How far the clocks of issuer and verifier may disagree, in seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 120;
