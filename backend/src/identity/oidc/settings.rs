//! What an operator says about the identity service of their staff.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use domain::text::Text;
use serde::Deserialize;

/// Bytes of the file with the secret at most.
const LONGEST_SECRET: usize = 4096;

/// `[staff.oidc]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// Exactly as the service writes itself in its tokens; its description is found below it.
    pub issuer: String,
    /// The portal's name there.
    pub client_id: String,
    pub client_secret: Option<String>,
    /// The file with the secret, in place of the secret itself.
    pub client_secret_file: Option<PathBuf>,
    /// What the button says, in both languages.
    pub label: Text,
    /// The claim that says who it is: `sub`, unless something else there is never given to a second person.
    #[serde(default = "sub")]
    pub subject_claim: String,
    /// Values of `acr` by which the service says that it saw two factors.
    #[serde(default)]
    pub second_factor_acr: Vec<String>,
    /// Values of `amr` by which it says so.
    #[serde(default)]
    pub second_factor_amr: Vec<String>,
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the secret.
        write!(f, "OidcSettings({:?})", self.issuer)
    }
}

fn sub() -> String {
    "sub".to_owned()
}

/// Why the settings cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OidcSettingsError {
    #[error("staff.oidc.issuer must be https:// without query, or http:// on this machine: found {0:?}")]
    Issuer(String),
    #[error("staff.oidc.{0} is empty or too long")]
    Field(&'static str),
    #[error("staff.oidc needs one of client_secret and client_secret_file")]
    Secret,
    #[error("cannot read staff.oidc.client_secret_file {0}: {1}")]
    File(PathBuf, String),
}

impl OidcSettings {
    /// Checks everything but the file.
    pub fn check(&self) -> Result<(), OidcSettingsError> {
        let plain = !self.issuer.contains(['?', '#', ' ']) && !self.issuer.chars().any(char::is_control);
        if !plain || !is_private(&self.issuer) {
            return Err(OidcSettingsError::Issuer(self.issuer.clone()));
        }
        let label = [&self.label.zh, &self.label.en];
        for (field, good) in [
            ("client_id", (1..=200).contains(&self.client_id.len())),
            ("subject_claim", (1..=100).contains(&self.subject_claim.len())),
            ("label", label.iter().all(|text| (1..=40).contains(&text.chars().count()))),
        ] {
            if !good {
                return Err(OidcSettingsError::Field(field));
            }
        }
        match (&self.client_secret, &self.client_secret_file) {
            (Some(secret), None) if !secret.is_empty() => Ok(()),
            (None, Some(_)) => Ok(()),
            _ => Err(OidcSettingsError::Secret),
        }
    }

    /// The secret, from wherever it is.
    pub fn secret(&self) -> Result<String, OidcSettingsError> {
        if let Some(secret) = &self.client_secret {
            return Ok(secret.clone());
        }
        let file = self.client_secret_file.as_ref().ok_or(OidcSettingsError::Secret)?;
        let failed = |error: &str| OidcSettingsError::File(file.clone(), error.to_owned());
        let text = std::fs::read_to_string(file).map_err(|error| failed(&error.to_string()))?;
        let secret = text.trim();
        if secret.is_empty() || secret.len() > LONGEST_SECRET {
            return Err(failed("it is empty or too long"));
        }
        Ok(secret.to_owned())
    }
}

/// Whether nobody on the way reads what goes to this address: TLS, or this machine.
pub(super) fn is_private(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let host = url.host_str().unwrap_or_default();
    let here = host == "localhost"
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    match url.scheme() {
        "https" => !host.is_empty(),
        "http" => here,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(issuer: &str) -> OidcSettings {
        OidcSettings {
            issuer: issuer.into(),
            client_id: "zhangban".into(),
            client_secret: Some("s3cret".into()),
            client_secret_file: None,
            label: Text::new("省统一身份认证", "Provincial staff identity"),
            subject_claim: sub(),
            second_factor_acr: Vec::new(),
            second_factor_amr: Vec::new(),
        }
    }

    #[test]
    fn nothing_secret_goes_over_a_network_in_the_clear() {
        for good in [
            "https://id.example.cn",
            "https://id.example.cn/realms/staff",
            "http://127.0.0.1:4100/oidc",
            "http://[::1]:1",
        ] {
            assert!(settings(good).check().is_ok(), "{good}");
        }
        for bad in [
            "http://id.example.cn",
            "id.example.cn",
            "",
            "https://id.example.cn?x=1",
            "file:///etc",
            "http://127.0.0.1.evil.cn",
        ] {
            assert!(matches!(settings(bad).check(), Err(OidcSettingsError::Issuer(_))), "{bad}");
        }
    }

    #[test]
    fn the_secret_is_in_one_place() {
        let none = OidcSettings { client_secret: None, ..settings("https://id.example.cn") };
        assert!(matches!(none.check(), Err(OidcSettingsError::Secret)));
        let file = std::env::temp_dir().join(format!("zhangban-oidc-{}", std::process::id()));
        std::fs::write(&file, " s3cret\n").unwrap();
        let both =
            OidcSettings { client_secret_file: Some(file.clone()), ..settings("https://id.example.cn") };
        assert!(matches!(both.check(), Err(OidcSettingsError::Secret)));
        let from_file = OidcSettings { client_secret: None, ..both };
        assert!(from_file.check().is_ok());
        assert_eq!(from_file.secret().unwrap(), "s3cret");
        std::fs::remove_file(&file).unwrap();
        assert!(matches!(from_file.secret(), Err(OidcSettingsError::File(..))));
    }
}
