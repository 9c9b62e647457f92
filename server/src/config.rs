//! Configuration: built-in values, then the TOML file, then the environment, then the command line.
//!
//! An environment variable is `ZHANGBAN_` and the key in capitals, with two underscores for a dot:
//! `ZHANGBAN_LOG__FORMAT=json`. `DATABASE_URL` is understood too. Unknown keys are refused.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use app::state::Imprint;
use backend::{
    catalog::Reference,
    identity::{OidcSettings, OidcSettingsError, SecondFactorPolicy},
    messages::{Gateway, MailServer},
    registers::{Settings, SettingsError, configure},
    reviews::Upper,
};
use domain::text::Text;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

/// Where a portal is kept; the same for every command.
#[derive(clap::Args)]
pub struct Place {
    /// Directory for the database, in which uploaded files are, too, and for keys; made when missing.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
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
    /// Directory for the database, in which uploaded files are, too, and for keys.
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
    pub site: Imprint,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Where to report weaknesses, `mailto:…` or `https://…`; published as `/.well-known/security.txt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_contact: Option<String>,
    /// Whether `serve` also does the work that waits in the outbox. Set it to `false` where `worker` runs.
    pub jobs: bool,
    /// The key ring, when it is not `keys.toml` in `data`. All processes on one database need the same one.
    #[serde(skip_serializing)]
    pub keys: Option<PathBuf>,
    /// How each register is reached and what is different there: `[registers.population]` with `url` and `token`.
    #[serde(skip_serializing)]
    pub registers: BTreeMap<String, Settings>,
    /// The SMS gateway: `url` and `token`. Without it messages wait.
    #[serde(skip_serializing)]
    pub sms: Option<Gateway>,
    /// The mail server: `url` and `from`. Without it mails wait.
    #[serde(skip_serializing)]
    pub mail: Option<MailServer>,
    pub staff: Staff,
    /// Where reviews go: `[reviews.upper]`.
    #[serde(skip_serializing)]
    pub reviews: Reviews,
    pub log: Log,
    pub limits: Limits,
    pub desk: Desk,
    pub demo: Demo,
}

/// `[desk]`: how clerks work.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Desk {
    /// A case that somebody has claimed and does nothing with returns to the queue after so many minutes.
    pub hold_minutes: u32,
}

impl Default for Desk {
    fn default() -> Self {
        Desk { hold_minutes: 240 }
    }
}

/// `[staff]`: how members of staff sign in.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Staff {
    /// `required` or `optional`. Without it: required in production, optional with `--demo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactorPolicy>,
    /// An identity service beside passwords.
    #[serde(skip_serializing)]
    pub oidc: Option<OidcSettings>,
}

/// `[reviews]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reviews {
    /// The platform that takes reviews: `url` and `secret`. Without it nothing leaves.
    pub upper: Option<Upper>,
    /// Days that lines are kept after that platform has them; 90 when left out.
    pub feed_keep_days: Option<u16>,
}

/// `[demo]`: the stand-ins that `--demo` starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demo {
    /// Where the stand-ins listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Bearer token of the stand-ins; without one a new one is made at each start.
    #[serde(skip_serializing)]
    pub token: Option<String>,
    /// Another number makes other people.
    pub seed: u64,
}

impl Default for Demo {
    fn default() -> Self {
        Demo { listen: SocketAddr::from(([127, 0, 0, 1], 0)), token: None, seed: 1 }
    }
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
    /// Connections that one client may have open; more are closed at once. Trusted proxies have any number.
    pub connections_per_address: usize,
    /// Bodies larger than a form that are read at once; the next one is answered 503.
    pub concurrent_uploads: usize,
    /// Of those, from one client; more are answered 503.
    pub uploads_per_address: usize,
    /// Bodies of one client that the portal waits for at once; more are answered 503. All clients together have half of
    /// `concurrent_requests`.
    pub waits_per_address: usize,
    /// Seconds until a request is given up with 503, not counting the time in which its body comes.
    pub request_seconds: u64,
    /// Seconds without a byte of the body until it is answered 408.
    pub body_idle_seconds: u64,
    /// Slowest pace of a body that takes longer than `request_seconds`.
    pub body_bytes_per_second: u64,
    /// Seconds that the body of any request may take.
    pub upload_seconds: u64,
    /// Seconds a client may take to send the headers of a request.
    pub header_seconds: u64,
    /// Seconds that a client may take nothing of an answer until its connection is closed.
    pub write_stall_seconds: u64,
    /// Seconds that running requests get to finish after SIGTERM.
    pub drain_seconds: u64,
    /// Bytes of a posted form, without uploads.
    pub form_bytes: usize,
    /// Passwords that may wait to be checked; the next one is asked to try again.
    pub waiting_passwords: usize,
    /// Pages of staff that are told at once what changes, in one process.
    pub event_streams: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data: "data".into(),
            database_url: None,
            public_url: None,
            name: Text::new("掌办", "Zhangban"),
            site: Imprint::default(),
            trusted_proxies: Vec::new(),
            security_contact: None,
            jobs: true,
            keys: None,
            registers: BTreeMap::new(),
            sms: None,
            mail: None,
            staff: Staff::default(),
            reviews: Reviews::default(),
            log: Log { format: LogFormat::Pretty, level: "info".into() },
            limits: Limits::default(),
            desk: Desk::default(),
            demo: Demo::default(),
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
            connections_per_address: 256,
            concurrent_uploads: 32,
            uploads_per_address: 12,
            waits_per_address: 48,
            request_seconds: 30,
            body_idle_seconds: 15,
            body_bytes_per_second: 8192,
            upload_seconds: 900,
            header_seconds: 15,
            write_stall_seconds: 30,
            drain_seconds: 25,
            // 100,000 Chinese characters are 900,000 bytes of a posted form.
            form_bytes: 1024 * 1024,
            waiting_passwords: 64,
            event_streams: 1_000,
        }
    }
}

impl Limits {
    /// Refuses what would stop the portal or bound nothing.
    fn check(&self) -> Result<(), ConfigError> {
        const HOUR: u64 = 3600;
        let bounds = [
            ("concurrent_requests", self.concurrent_requests as u64, 1, 100_000),
            ("connections", self.connections as u64, 1, 1_000_000),
            ("connections_per_address", self.connections_per_address as u64, 1, 1_000_000),
            ("concurrent_uploads", self.concurrent_uploads as u64, 1, 10_000),
            ("uploads_per_address", self.uploads_per_address as u64, 1, 10_000),
            ("waits_per_address", self.waits_per_address as u64, 1, 10_000),
            ("request_seconds", self.request_seconds, 1, HOUR),
            ("body_idle_seconds", self.body_idle_seconds, 1, HOUR),
            ("body_bytes_per_second", self.body_bytes_per_second, 1, 1_000_000_000),
            ("upload_seconds", self.upload_seconds, 1, 24 * HOUR),
            ("header_seconds", self.header_seconds, 1, HOUR),
            ("write_stall_seconds", self.write_stall_seconds, 1, HOUR),
            ("drain_seconds", self.drain_seconds, 1, HOUR),
            ("form_bytes", self.form_bytes as u64, 1024, 100 << 20),
            ("waiting_passwords", self.waiting_passwords as u64, 1, 10_000),
            ("event_streams", self.event_streams as u64, 1, 100_000),
        ];
        for (key, found, least, most) in bounds {
            if !(least..=most).contains(&found) {
                return Err(ConfigError::Limit { key, found, least, most });
            }
        }
        Ok(())
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
    #[error(transparent)]
    Registers(#[from] SettingsError),
    #[error(transparent)]
    Oidc(#[from] OidcSettingsError),
    #[error("limits.{key} must be from {least} to {most}: found {found}")]
    Limit { key: &'static str, found: u64, least: u64, most: u64 },
    #[error("security_contact must be a mailto:, https: or tel: address: found {0:?}")]
    SecurityContact(String),
}

impl Config {
    /// Reads and checks the configuration.
    pub fn read(place: &Place, listen: Option<SocketAddr>) -> Result<Config, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Config::default()));
        if let Some(file) = &place.config {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file.clone()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment
            .merge(Env::raw().only(&["DATABASE_URL"]))
            .merge(Env::prefixed("ZHANGBAN_").ignore(&["registers_token"]).split("__"));
        if let Some(data) = &place.data {
            figment = figment.merge(("data", data));
        }
        if let Some(listen) = listen {
            figment = figment.merge(("listen", listen));
        }
        let config: Config = figment.extract().map_err(|error| ConfigError::Invalid(Box::new(error)))?;
        config.authority()?;
        config.check_registers()?;
        config.limits.check()?;
        if let Some(oidc) = &config.staff.oidc {
            oidc.check()?;
        }
        if let Some(contact) = &config.security_contact {
            let address = ["mailto:", "https://", "tel:"].iter().any(|scheme| contact.starts_with(scheme));
            if !address || contact.chars().any(|c| c.is_whitespace() || c.is_control()) {
                return Err(ConfigError::SecurityContact(contact.clone()));
            }
        }
        Ok(config)
    }

    fn check_registers(&self) -> Result<(), ConfigError> {
        // What is inside the program is checked by its tests; `Portal::open` reports it all the same.
        let Ok(mut reference) = Reference::embedded() else { return Ok(()) };
        Ok(configure(&mut reference.registers, &self.registers)?)
    }

    /// The file of the key ring.
    pub fn keys_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys.toml"))
    }

    /// The file that checkpoints of the audit trail are added to.
    pub fn checkpoints_file(&self) -> PathBuf {
        self.data.join("audit-checkpoints.jsonl")
    }

    /// Where browsers reach the portal.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen))
    }

    /// Host and port of the public address.
    fn authority(&self) -> Result<String, ConfigError> {
        let url = self.public_url();
        let authority = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let authority = authority.filter(|a| !a.is_empty() && !a.contains(['/', '?', '#', '@', ' ']));
        authority.map(str::to_owned).ok_or(ConfigError::PublicUrl(url))
    }

    /// Refuses what only a demo may do: to send cookies in the clear over a network.
    pub fn check_production(&self) -> Result<(), ConfigError> {
        let (url, authority) = (self.public_url(), self.authority()?);
        let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host);
        let here = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if here || url.starts_with("https://") { Ok(()) } else { Err(ConfigError::Insecure(url)) }
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
            assert!(with_public_url(good).check_production().is_ok(), "{good}");
        }
        let insecure = with_public_url("http://zwfw.example.cn").check_production();
        assert!(matches!(insecure, Err(ConfigError::Insecure(_))));
        for bad in ["zwfw.example.cn", "https://", "https://a/b", "ftp://a"] {
            assert!(matches!(with_public_url(bad).authority(), Err(ConfigError::PublicUrl(_))), "{bad}");
        }
    }

    #[test]
    fn who_runs_the_portal_can_be_said() {
        let toml = "[site]\noperator = { zh = '甲局', en = 'Office A' }\nicp = '示例ICP备00000000号'\nphone = '0571-00000000'";
        let defaults = Figment::from(Serialized::defaults(Config::default()));
        let read: Config = defaults.merge(Toml::string(toml)).extract().unwrap();
        assert_eq!(read.site.operator, Some(Text::new("甲局", "Office A")));
        assert_eq!(read.site.phone.as_deref(), Some("0571-00000000"));
        assert_eq!(Config::default().site, Imprint::default(), "nothing is said unless it is set");
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        let read = |toml: &str| {
            Figment::from(Serialized::defaults(Config::default()))
                .merge(Toml::string(toml))
                .extract::<Config>()
                .map_err(Box::new)
        };
        assert!(read("listen = '0.0.0.0:80'\n[log]\nformat = 'json'").is_ok());
        assert!(
            read("[mail]\nurl = 'smtps://u:p@mail.example.cn'\nfrom = '掌办 <noreply@example.cn>'").is_ok()
        );
        let error = read("[mail]\nurl = 'https://u:s3cret@mail.example.cn'\nfrom = 'a@b.cn'")
            .unwrap_err()
            .to_string();
        assert!(error.contains("mail.url") && !error.contains("s3cret"), "{error}");
        let error = read("[limits]\nform_byte = 1").unwrap_err().to_string();
        assert!(error.contains("form_byte") && error.contains("form_bytes"), "{error}");
    }

    #[test]
    fn the_documented_examples_are_understood() {
        let page = include_str!("../../docs/operations.md");
        let examples: Vec<&str> =
            page.split("```toml\n").skip(1).filter_map(|e| e.split("```").next()).collect();
        assert_eq!(examples.len(), 3);
        for example in examples {
            let defaults = Figment::from(Serialized::defaults(Config::default()));
            // The second goes on where the first one stopped.
            let elsewhere = "[registers.vehicles]\nurl = 'https://registers.internal.example.cn'";
            let config: Config =
                defaults.merge(Toml::string(elsewhere)).merge(Toml::string(example)).extract().unwrap();
            config.check_registers().unwrap();
            if let Some(oidc) = &config.staff.oidc {
                oidc.check().unwrap();
            }
        }
    }

    #[test]
    fn every_limit_has_bounds() {
        let keys = keys_of("limits");
        assert!(keys.len() >= 13, "{keys:?}");
        for key in keys {
            for absurd in ["0", "9223372036854775807"] {
                let limit = Toml::string(&format!("[limits]\n{key} = {absurd}"));
                let config = Figment::from(Serialized::defaults(Config::default())).merge(limit);
                let refused = config.extract::<Config>().unwrap().limits.check().unwrap_err().to_string();
                assert!(refused.starts_with(&format!("limits.{key} must be from ")), "{key}: {refused}");
            }
        }
        assert!(Limits::default().check().is_ok());
    }

    /// Names of the keys of a table, optional ones too: what the parser would have taken.
    fn keys_of(table: &str) -> Vec<&'static str> {
        let heading = if table.is_empty() { String::new() } else { format!("[{table}]\n") };
        let nonsense = Toml::string(&format!("{heading}no_such_key = 1"));
        let defaults = Figment::from(Serialized::defaults(Config::default()));
        match defaults.merge(nonsense).extract::<Config>().unwrap_err().kind {
            figment::error::Kind::UnknownField(_, keys) => keys.to_vec(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn every_key_is_documented() {
        let page = include_str!("../../docs/operations.md");
        let tables =
            ["site", "log", "limits", "desk", "demo", "sms", "mail", "registers", "staff", "reviews"];
        let plain = keys_of("").into_iter().filter(|key| !tables.contains(key));
        let mut keys: Vec<String> = plain.map(str::to_owned).collect();
        assert!(keys.len() >= 9, "{keys:?}");
        let named = [
            "site",
            "log",
            "limits",
            "desk",
            "demo",
            "sms",
            "mail",
            "staff",
            "staff.oidc",
            "reviews",
            "reviews.upper",
        ];
        for table in named {
            // Tables of their own.
            let within = |key: &&str| matches!((table, *key), ("staff", "oidc") | ("reviews", "upper"));
            let of_table = keys_of(table).into_iter().filter(|key| !within(key));
            keys.extend(of_table.map(|key| format!("{table}.{key}")));
        }
        keys.extend(keys_of("registers.population").into_iter().map(|key| format!("registers.<库>.{key}")));
        for key in keys {
            let row = page.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{key}`")));
            assert!(row.is_some(), "{key} has no row in docs/operations.md");
        }
        for register in &Reference::embedded().unwrap().registers.all {
            assert!(page.contains(&format!("`{}`", register.id)), "{} is not listed", register.id);
        }
    }
}
