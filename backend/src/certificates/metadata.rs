//! Documents under `/.well-known/` by which any verifier finds keys and meaning (SD-JWT VC §5 and §6).

use domain::certificates::{JwkSet, Trust, TrustedIssuer};
use domain::text::{Locale, Text};
use serde::Serialize;

/// JWT VC issuer metadata, served at [`issuer_metadata_path`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssuerMetadata {
    pub issuer: String,
    pub jwks: JwkSet,
}

/// SD-JWT VC type metadata, served at the URL that is the type itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeMetadata {
    pub vct: String,
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub display: Vec<TypeDisplay>,
    pub claims: Vec<ClaimMetadata>,
}

/// The name of a type in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeDisplay {
    pub locale: &'static str,
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimMetadata {
    pub path: Vec<String>,
    pub display: Vec<ClaimDisplay>,
    /// Whether the holder may keep the claim back.
    pub sd: Disclosable,
}

/// The name of a claim in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClaimDisplay {
    pub locale: &'static str,
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Disclosable {
    Always,
    Never,
}

/// `iss` of a department: `origin` is `https://host`, without a slash at its end.
pub fn issuer_url(origin: &str, department: &str) -> String {
    format!("{origin}/issuers/{department}")
}

/// `vct` of a type of certificate; what can be read there is [`TypeMetadata`].
pub fn type_url(origin: &str, template: &str) -> String {
    format!("{origin}/.well-known/vct/{template}")
}

/// Where the metadata of a department's issuer stand: the well-known part comes between host and path.
pub fn issuer_metadata_path(department: &str) -> String {
    format!("/.well-known/jwt-vc-issuer/issuers/{department}")
}

pub fn issuer_metadata(issuer: &str, jwks: JwkSet) -> IssuerMetadata {
    IssuerMetadata { issuer: issuer.into(), jwks }
}

/// Describes a type. `claims` are name, label and whether the holder may keep it back.
pub fn type_metadata(
    vct: &str,
    name: &Text,
    description: &Text,
    claims: &[(&str, &Text, Disclosable)],
) -> TypeMetadata {
    let display = |locale: Locale| TypeDisplay {
        locale: locale.tag(),
        name: name.get(locale).into(),
        description: description.get(locale).into(),
    };
    let claim = |(name, label, sd): &(&str, &Text, Disclosable)| ClaimMetadata {
        path: vec![(*name).into()],
        display: Locale::ALL
            .map(|locale| ClaimDisplay { locale: locale.tag(), label: label.get(locale).into() })
            .into(),
        sd: *sd,
    };
    TypeMetadata {
        vct: vct.into(),
        name: name.zh.clone(),
        description: description.zh.clone(),
        display: Locale::ALL.map(display).into(),
        claims: claims.iter().map(claim).collect(),
    }
}

/// Everything a verifier without network needs to know about this portal's issuers, as one document.
pub fn trust(issuers: impl IntoIterator<Item = (String, Text, JwkSet)>) -> Trust {
    let issuers = issuers.into_iter().map(|(issuer, name, jwks)| TrustedIssuer { issuer, name, jwks });
    Trust { issuers: issuers.collect() }
}
