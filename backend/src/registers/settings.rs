//! `[registers.<id>]` of the configuration: how a deployment reaches a register, and what is different there from the
//! description in `catalog/registers.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use domain::registers::{Column, FactSpec, FactType, MoneyUnit, NamedCode, Register, Registers};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use super::read::Spelling;

/// Within the time of a request: a citizen waits for the answer.
const TIMEOUT_MS: RangeInclusive<u32> = 100..=20_000;
const RETRIES: RangeInclusive<u32> = 0..=5;
const FAILURES: RangeInclusive<u32> = 1..=100;
const PAUSE_SECONDS: RangeInclusive<u32> = 1..=3_600;

/// What can be set for one register. What is left out is as in the catalogue.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Base URL without a slash at the end; the path follows.
    pub url: String,
    /// The secret, sent as `auth` says.
    #[serde(default)]
    pub token: String,
    #[serde(default)]
    pub auth: Auth,
    pub path: Option<String>,
    pub verify_path: Option<String>,
    /// How long an answer may take, all tries together, in milliseconds.
    pub timeout_ms: Option<u32>,
    /// How many more tries after the first.
    pub retries: Option<u32>,
    #[serde(default)]
    pub breaker: BreakerSettings,
    /// JSON pointer (RFC 6901) that echoes the number asked about.
    pub subject_at: Option<String>,
    /// JSON pointer to the register's own time.
    pub observed_at: Option<String>,
    /// Where in the answer each fact is.
    #[serde(default)]
    pub mapping: BTreeMap<String, Mapped>,
}

/// How the token is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Auth {
    /// `Authorization: Bearer …`
    #[default]
    Bearer,
    /// The token alone, in a header of this name.
    Header(String),
    /// HTTP basic authentication: this user, with the token as password.
    Basic(String),
}

/// When the register is left alone for a while.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakerSettings {
    /// Failures in a row.
    pub failures: Option<u32>,
    /// For how long.
    pub pause_seconds: Option<u32>,
}

/// Where a fact or a column is, and how it is written there. In the file a JSON pointer, or a table with these keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapped {
    at: Option<String>,
    codes: BTreeMap<String, String>,
    money_in: Option<MoneyUnit>,
    columns: BTreeMap<String, Mapped>,
}

impl<'de> Deserialize<'de> for Mapped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Table {
            at: Option<String>,
            #[serde(default)]
            codes: BTreeMap<String, String>,
            money_in: Option<MoneyUnit>,
            #[serde(default)]
            columns: BTreeMap<String, Mapped>,
        }

        struct PointerOrTable;

        impl<'de> Visitor<'de> for PointerOrTable {
            type Value = Mapped;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON pointer, or a table with `at`, `codes`, `money_in`, `columns`")
            }

            fn visit_str<E: serde::de::Error>(self, at: &str) -> Result<Mapped, E> {
                Ok(Mapped { at: Some(at.to_owned()), ..Mapped::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Mapped, A::Error> {
                let Table { at, codes, money_in, columns } =
                    Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Mapped { at, codes, money_in, columns })
            }
        }

        deserializer.deserialize_any(PointerOrTable)
    }
}

/// A setting that cannot be meant. Never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {why}")]
pub struct SettingsError {
    /// Where it stands, such as `registers.population.timeout_ms`.
    pub place: String,
    pub why: String,
}

fn refuse(place: impl Into<String>, why: impl Into<String>) -> SettingsError {
    SettingsError { place: place.into(), why: why.into() }
}

/// Checks `settings` and writes into `registers` what is different here.
pub fn configure(
    registers: &mut Registers,
    settings: &BTreeMap<String, Settings>,
) -> Result<(), SettingsError> {
    for (id, one) in settings {
        let place = format!("registers.{id}");
        let Some(at) = registers.all.iter().position(|r| r.id == *id) else {
            // Under a wrong name it would never be asked, and its facts stay pending for ever.
            let known: Vec<&str> = registers.all.iter().map(|r| r.id.as_str()).collect();
            return Err(refuse(
                place,
                format!("there is no register {id:?}: registers are {}", known.join(", ")),
            ));
        };
        for fact in one.mapping.keys() {
            if !registers.all[at].facts.iter().any(|f| f.id == *fact) {
                let why = match registers.fact(fact) {
                    Some((owner, _)) => format!("this fact is of the register {:?}", owner.id),
                    None => {
                        format!("there is no fact {fact:?}; perhaps {}", registers.similar(fact).join(", "))
                    }
                };
                return Err(refuse(format!("{place}.mapping.{fact:?}"), why));
            }
        }
        one.check_access(&place)?;
        one.apply(&mut registers.all[at], &place)?;
    }
    Ok(())
}

impl Settings {
    /// A register that is as the catalogue says.
    pub fn new(url: impl Into<String>, token: impl Into<String>) -> Settings {
        Settings { url: url.into(), token: token.into(), ..Settings::default() }
    }

    /// The request with the token in it.
    pub(super) fn authorise(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.auth {
            Auth::Bearer => request.bearer_auth(&self.token),
            Auth::Basic(user) => request.basic_auth(user, Some(&self.token)),
            Auth::Header(name) => request.header(name, &self.token),
        }
    }

    fn check_access(&self, place: &str) -> Result<(), SettingsError> {
        let url = reqwest::Url::parse(&self.url).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && !self.url.ends_with('/')
        });
        let Some(url) = url else {
            return Err(refuse(
                format!("{place}.url"),
                "must be http:// or https:// without a slash at the end",
            ));
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refuse(format!("{place}.url"), "holds a user or a password: use `auth` and `token`"));
        }
        // The value of a header: a line break in it would be refused only when the register is asked.
        if HeaderValue::from_str(&self.token).is_err() {
            return Err(refuse(format!("{place}.token"), "has characters that a header cannot carry"));
        }
        match &self.auth {
            Auth::Bearer => Ok(()),
            Auth::Header(name) => match HeaderName::from_bytes(name.as_bytes()) {
                Ok(name) if ![HOST, CONTENT_LENGTH, CONTENT_TYPE].contains(&name) => Ok(()),
                _ => {
                    Err(refuse(format!("{place}.auth.header"), format!("{name:?} is no header for a token")))
                }
            },
            Auth::Basic(user) if user.is_empty() || user.contains(|c: char| c == ':' || c.is_control()) => {
                Err(refuse(format!("{place}.auth.basic"), "must be a user without a colon"))
            }
            Auth::Basic(_) => Ok(()),
        }
    }

    fn apply(&self, register: &mut Register, place: &str) -> Result<(), SettingsError> {
        let place = |key: &str| format!("{place}.{key}");
        set(&mut register.timeout_ms, self.timeout_ms, TIMEOUT_MS, place("timeout_ms"))?;
        set(&mut register.retries, self.retries, RETRIES, place("retries"))?;
        let breaker = &mut register.breaker;
        set(&mut breaker.failures, self.breaker.failures, FAILURES, place("breaker.failures"))?;
        set(
            &mut breaker.pause_seconds,
            self.breaker.pause_seconds,
            PAUSE_SECONDS,
            place("breaker.pause_seconds"),
        )?;
        if let Some(path) = &self.path {
            register.path = path_of(path, place("path"))?;
        }
        if let Some(path) = &self.verify_path {
            register.verify_path = Some(path_of(path, place("verify_path"))?);
        }
        if let Some(at) = &self.subject_at {
            register.subject_at = pointer(at, place("subject_at"))?;
        }
        if let Some(at) = &self.observed_at {
            register.observed_at = pointer(at, place("observed_at"))?;
        }
        for fact in &mut register.facts {
            if let Some(mapped) = self.mapping.get(&fact.id) {
                mapped.apply_to_fact(fact, &place(&format!("mapping.{:?}", fact.id)))?;
            }
        }
        Ok(())
    }
}

impl Mapped {
    fn apply_to_fact(&self, fact: &mut FactSpec, place: &str) -> Result<(), SettingsError> {
        for (id, mapped) in &self.columns {
            let place = format!("{place}.columns.{id}");
            let Some(column) = fact.columns.iter_mut().find(|c| c.id == *id) else {
                let known: Vec<&str> = fact.columns.iter().map(|c| c.id.as_str()).collect();
                let why = match known.is_empty() {
                    true => format!("{:?} is no list of records and has no columns", fact.id),
                    false => format!("there is no column {id:?}: columns are {}", known.join(", ")),
                };
                return Err(refuse(place, why));
            };
            if !mapped.columns.is_empty() {
                return Err(refuse(format!("{place}.columns"), "a column has no columns"));
            }
            let Column { kind, values, at, codes, money_in, .. } = column;
            mapped.apply(Target { kind: *kind, values, at, codes, money_in }, &place)?;
        }
        let FactSpec { kind, values, at, codes, money_in, .. } = fact;
        self.apply(Target { kind: *kind, values, at, codes, money_in }, place)
    }

    fn apply(&self, target: Target<'_>, place: &str) -> Result<(), SettingsError> {
        if let Some(at) = &self.at {
            *target.at = pointer(at, place.to_owned())?;
        }
        if !self.codes.is_empty() && target.kind == FactType::Records {
            return Err(refuse(format!("{place}.codes"), "a list of records has codes in its columns only"));
        }
        for (written, meant) in &self.codes {
            let Target { kind, values, .. } = target;
            let spelling = Spelling { kind, values, codes: &BTreeMap::new(), money_in: MoneyUnit::Fen };
            if spelling.value(&Json::from(meant.as_str())).is_none() {
                let known: Vec<&str> = values.iter().map(|v| v.code.as_str()).collect();
                let known = if known.is_empty() { String::new() } else { format!(": {}", known.join(", ")) };
                let why = format!("{meant:?} is no value of this fact{known}");
                return Err(refuse(format!("{place}.codes.{written:?}"), why));
            }
        }
        if !self.codes.is_empty() {
            *target.codes = self.codes.clone();
        }
        match self.money_in {
            Some(_) if target.kind != FactType::Money => {
                return Err(refuse(format!("{place}.money_in"), "this is no amount of money"));
            }
            Some(unit) => *target.money_in = unit,
            None => {}
        }
        Ok(())
    }
}

/// What a fact and a column have in common.
struct Target<'a> {
    kind: FactType,
    values: &'a [NamedCode],
    at: &'a mut String,
    codes: &'a mut BTreeMap<String, String>,
    money_in: &'a mut MoneyUnit,
}

fn set(
    to: &mut u32,
    value: Option<u32>,
    allowed: RangeInclusive<u32>,
    place: String,
) -> Result<(), SettingsError> {
    match value {
        Some(value) if !allowed.contains(&value) => {
            Err(refuse(place, format!("must be {} to {}: found {value}", allowed.start(), allowed.end())))
        }
        Some(value) => {
            *to = value;
            Ok(())
        }
        None => Ok(()),
    }
}

fn pointer(at: &str, place: String) -> Result<String, SettingsError> {
    match at.starts_with('/') {
        true => Ok(at.to_owned()),
        false => Err(refuse(place, format!("{at:?} is no JSON pointer such as \"/data/csrq\""))),
    }
}

fn path_of(path: &str, place: String) -> Result<String, SettingsError> {
    match path.starts_with('/') && !path.contains(|c: char| c.is_whitespace() || c == '#') {
        true => Ok(path.to_owned()),
        false => Err(refuse(place, format!("{path:?} is no path such as \"/v1/query\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(text: &str) -> Result<Registers, String> {
        let mut registers: Registers =
            toml::from_str(include_str!("../../../catalog/registers.toml")).unwrap();
        let settings: BTreeMap<String, Settings> = toml::from_str(text).map_err(|e| e.to_string())?;
        configure(&mut registers, &settings).map_err(|e| e.to_string())?;
        Ok(registers)
    }

    #[test]
    fn what_is_left_out_stays_as_the_catalogue_says() {
        let plain = configured("[population]\nurl = 'https://a'").unwrap();
        assert_eq!(plain, configured("").unwrap());
        let text = r#"
            [population]
            url = "https://a"
            timeout_ms = 5000
            breaker = { pause_seconds = 60 }
            mapping = { "person.birth_date" = "/data/csrq", "person.sex" = { codes = { 1 = "male" } } }
        "#;
        let changed = configured(text).unwrap();
        let (before, after) = (plain.get("population").unwrap(), changed.get("population").unwrap());
        assert_eq!((after.timeout_ms, after.retries), (5000, before.retries));
        assert_eq!((after.breaker.failures, after.breaker.pause_seconds), (before.breaker.failures, 60));
        let at = |registers: &Registers, fact: &str| registers.fact(fact).unwrap().1.at.clone();
        assert_eq!(at(&changed, "person.birth_date"), "/data/csrq");
        assert_eq!(at(&changed, "person.sex"), at(&plain, "person.sex"));
        assert_eq!(plain.get("household"), changed.get("household"));
    }

    #[test]
    fn the_token_goes_where_auth_says() {
        for (auth, header, value) in [
            (Auth::Bearer, "authorization", "Bearer k-42"),
            (Auth::Basic("portal".into()), "authorization", "Basic cG9ydGFsOmstNDI="),
            (Auth::Header("X-Api-Key".into()), "x-api-key", "k-42"),
        ] {
            let settings = Settings { auth, ..Settings::new("https://a", "k-42") };
            let request = settings.authorise(reqwest::Client::new().post("https://a")).build().unwrap();
            assert_eq!(request.headers()[header], value);
            assert_eq!(request.headers().len(), 1);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_place() {
        for (line, place) in [
            ("timeout_ms = 0", "registers.population.timeout_ms: must be 100 to 20000"),
            ("timeout_ms = 600000", "registers.population.timeout_ms"),
            ("retries = 6", "registers.population.retries: must be 0 to 5"),
            ("breaker = { failures = 0 }", "registers.population.breaker.failures"),
            ("breaker = { pause_seconds = 86400 }", "registers.population.breaker.pause_seconds"),
            ("breaker = { seconds = 1 }", "unknown field `seconds`"),
            ("path = 'v1'", "registers.population.path"),
            ("subject_at = 'id'", "registers.population.subject_at"),
            ("auth = { header = 'Content Type' }", "registers.population.auth.header"),
            ("auth = { header = 'Host' }", "registers.population.auth.header"),
            ("auth = { basic = 'a:b' }", "registers.population.auth.basic"),
            ("auth = 'digest'", "unknown variant `digest`"),
            ("token = \"a\\nb\"", "registers.population.token"),
            ("mapping = { 'person.birthday' = '/a' }", "mapping.\"person.birthday\": there is no fact"),
            ("mapping = { 'household.region' = '/a' }", "this fact is of the register \"household\""),
            ("mapping = { 'person.name' = 'xm' }", "mapping.\"person.name\": \"xm\" is no JSON pointer"),
            ("mapping = { 'person.name' = { path = '/a' } }", "unknown field `path`"),
            ("mapping = { 'person.name' = 7 }", "a JSON pointer, or a table"),
            ("mapping = { 'person.sex' = { codes = { 1 = 'man' } } }", "mapping.\"person.sex\".codes.\"1\""),
            ("mapping = { 'person.criminal_record' = { codes = { '有' = 'yes' } } }", "\"yes\" is no value"),
            ("mapping = { 'person.sex' = { money_in = 'yuan' } }", "mapping.\"person.sex\".money_in"),
            ("mapping = { 'person.sex' = { columns = { a = '/a' } } }", "mapping.\"person.sex\".columns.a"),
        ] {
            let error = configured(&format!("[population]\nurl = 'https://a'\n{line}")).unwrap_err();
            assert!(error.contains(place), "{line}: {error}");
        }
        for url in ["", "a", "ftp://a", "https://a/", "https://a?b", "https://user:s3cret@a"] {
            let error = configured(&format!("[population]\nurl = '{url}'")).unwrap_err();
            assert!(
                error.contains("registers.population.url") && !error.contains("s3cret"),
                "{url}: {error}"
            );
        }
        assert!(
            configured("[houshold]\nurl = 'https://a'").unwrap_err().contains("no register \"houshold\"")
        );
        let columns =
            "[vehicles]\nurl = 'https://a'\nmapping = { 'vehicle.vehicles' = { columns = { hphm = '/a' } } }";
        assert!(configured(columns).unwrap_err().contains("columns.hphm: there is no column"));
    }
}
