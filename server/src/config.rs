//! Configuration: built-in values, then the TOML file, then the environment, then the command line.
//!
//! An environment variable is `ZHANGBAN_` and the key in capitals, with two underscores for a dot:
//! `ZHANGBAN_LOG__FORMAT=json`. `DATABASE_URL` is understood too. Unknown keys are refused.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use domain::text::Text;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// Command line of `zhangban serve`.
#[derive(clap::Args)]
pub struct ServeArguments {
    /// Directory for the database, uploaded files and keys; made when missing.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address to listen on, such as 127.0.0.1:8080.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Start with stand-ins for registers, SMS and payment channels, and with demo accounts.
    #[arg(long)]
    pub demo: bool,
    /// TOML file; see docs/operations.md for every key.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Everything an operator can set.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Directory for the database, uploaded files and keys.
    pub data: PathBuf,
    /// `postgres://…` for PostgreSQL. Without it the database is an SQLite file in `data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// Where browsers reach the portal, such as `https://zwfw.example.cn`. Required in production: it decides whether
    /// cookies are `Secure` and which origin may post forms. Without it `http://` and the `listen` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Name of the portal in both languages: `{ zh = "…", en = "…" }`.
    pub name: Text,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub log: Log,
    pub limits: Limits,
}

/// `[log]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `pretty` for people, `json` for machines.
    pub format: LogFormat,
    /// What is logged, such as `info` or `info,server=debug`.
    pub level: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Pretty,
    Json,
}

/// `[limits]`
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests worked on at once; the next one is answered 503 with `Retry-After`.
    pub concurrent_requests: usize,
    /// Connections open at once; the next one waits to be accepted.
    pub connections: usize,
    /// Seconds until a request is given up with 503.
    pub request_seconds: u64,
    /// Seconds a client may take to send the headers of a request.
    pub header_seconds: u64,
    /// Seconds that running requests get to finish after SIGTERM.
    pub drain_seconds: u64,
    /// Bytes of a posted form, without uploads.
    pub form_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            database_url: None,
            public_url: None,
            name: Text::new("掌办", "Zhangban"),
            trusted_proxies: Vec::new(),
            log: Log { format: LogFormat::Pretty, level: "info".into() },
            limits: Limits::default(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Config::default().log
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            concurrent_requests: 512,
            connections: 4096,
            request_seconds: 30,
            header_seconds: 15,
            drain_seconds: 25,
            form_bytes: 256 * 1024,
        }
    }
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{0}")]
    Invalid(Box<figment::Error>),
    #[error("there is no configuration file {0}")]
    NoFile(PathBuf),
    #[error("public_url must be http:// or https:// and a host, without path: found {0:?}")]
    PublicUrl(String),
    #[error(
        "public_url {0:?} is not https:// and not on this machine: a production portal sends its cookies over TLS only \
         (set public_url to the https address of the reverse proxy, or use --demo to try things out)"
    )]
    Insecure(String),
}

impl Config {
    /// Reads and checks the configuration of `zhangban serve`.
    pub fn read(arguments: &ServeArguments) -> Result<Config, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Config::default()));
        if let Some(file) = &arguments.config {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.clone()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment =
            figment.merge(Env::raw().only(&["DATABASE_URL"])).merge(Env::prefixed("ZHANGBAN_").split("__"));
        if let Some(data) = &arguments.data {
            figment = figment.merge(("data", data));
        }
        if let Some(listen) = arguments.listen {
            figment = figment.merge(("listen", listen));
        }
        let config: Config = figment.extract().map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        config.check(arguments.demo)?;
        Ok(config)
    }

    /// Where browsers reach the portal.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    fn check(&self, demo: bool) -> Result<(), ConfigError> {
        let url = self.public_url();
        let authority = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let authority = authority.filter(|a| !a.is_empty() && !a.contains(['/', '?', '#', '@', ' ']));
        let Some(authority) = authority else { return Err(ConfigError::PublicUrl(url)) };
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let here = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if !demo && !here && !url.starts_with("https://") {
            return Err(ConfigError::Insecure(url));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_public_url(url: &str) -> Config {
        Config { public_url: Some(url.into()), ..Config::default() }
    }

    #[test]
    fn production_refuses_plain_http_beyond_this_machine() {
        for good in
            ["https://zwfw.example.cn", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"]
        {
            assert!(with_public_url(good).check(false).is_ok(), "{good}");
        }
        assert!(matches!(
            with_public_url("http://zwfw.example.cn").check(false),
            Err(ConfigError::Insecure(_))
        ));
        assert!(with_public_url("http://zwfw.example.cn").check(true).is_ok());
        for bad in ["zwfw.example.cn", "https://", "https://a/b", "ftp://a"] {
            assert!(matches!(with_public_url(bad).check(false), Err(ConfigError::PublicUrl(_))), "{bad}");
        }
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        let read = |toml: &str| {
            Figment::from(Serialized::defaults(Config::default()))
                .merge(Toml::string(toml))
                .extract::<Config>()
        };
        assert!(read("listen = '0.0.0.0:80'\n[log]\nformat = 'json'").is_ok());
        let error = read("[limits]\nform_byte = 1").unwrap_err().to_string();
        assert!(error.contains("form_byte") && error.contains("form_bytes"), "{error}");
    }
}
