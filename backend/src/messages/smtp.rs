//! Handing mails to a server by SMTP (RFC 5321): over TLS, unless the server is on this machine.

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::identity::MailAddress;
use domain::ids::OutboxId;
use domain::time::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;
use tokio::time::timeout;

use super::adapters::Refusal;

/// How long the server may take until it is ready to take a mail.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it may take in all, well within what a job may take.
const WHOLE: Duration = Duration::from_secs(30);
/// How long it may take to say goodbye, when nothing depends on it any more.
const GOODBYE: Duration = Duration::from_secs(1);

/// `[mail]`: the server that takes mails, and whom they are from. It shows its address only, never who signs in there.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Settings")]
pub struct MailServer {
    host: String,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    from: Mailbox,
    /// Made at the first use: it reads the certificates of the system.
    tls: Arc<OnceLock<TlsParameters>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    /// From the first byte (RFC 8314).
    Tls,
    /// Before anything is said that matters, or not at all.
    StartTls,
    /// On this machine only.
    Plain,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: String,
    from: String,
}

/// Why `[mail]` cannot be used. Says nothing of what stands there: a password may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailServerError {
    #[error(
        "mail.url must be smtps://user:password@host:465 or smtp://user:password@host:587, without a path"
    )]
    Url,
    #[error("mail.from must be a mail address, or a name and the address in angle brackets")]
    From,
}

/// One mail.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// Names the mail in its Message-ID: every try carries the same one.
    pub id: OutboxId,
    pub to: &'a MailAddress,
    pub subject: &'a str,
    pub text: &'a str,
    pub at: Timestamp,
}

impl TryFrom<Settings> for MailServer {
    type Error = MailServerError;

    fn try_from(settings: Settings) -> Result<Self, MailServerError> {
        MailServer::new(&settings.url, &settings.from)
    }
}

impl MailServer {
    /// A server at `url`, for mails from `from`, as `掌办 <noreply@example.cn>`.
    pub fn new(url: &str, from: &str) -> Result<Self, MailServerError> {
        let url = reqwest::Url::parse(url).map_err(|_| MailServerError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(MailServerError::Url)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(MailServerError::Url);
        }
        let host = host.trim_matches(['[', ']']).to_owned();
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" if is_here(&host) => (Security::Plain, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(MailServerError::Url),
        };
        let said = |text: &str| {
            let text = percent_encoding::percent_decode_str(text).decode_utf8();
            text.map(String::from).map_err(|_| MailServerError::Url)
        };
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => Some(Credentials::new(said(user)?, said(password.unwrap_or_default())?)),
        };
        let port = url.port().unwrap_or(port);
        let from = sender(from).ok_or(MailServerError::From)?;
        Ok(MailServer { host, port, security, credentials, from, tls: Arc::default() })
    }

    /// Where the server is, without who signs in there: `smtps://mail.example.cn:465`.
    pub fn address(&self) -> String {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{scheme}://{host}:{}", self.port)
    }

    /// Goes as far as one can without sending anything: whether the server answers, is who it says, and lets us in.
    pub async fn check(&self) -> Result<(), Refusal> {
        goodbye(self.connect().await?).await;
        Ok(())
    }

    /// Hands over a mail. A refusal of the receiver or of the mail itself is final; one of us, the sender, is not: it is
    /// for the operator to put right.
    pub async fn send(&self, mail: &Outgoing<'_>) -> Result<(), Refusal> {
        let to = mail.to.as_str().parse().map_err(|_| Refusal::Never("malformed"))?;
        let message = self.compose(mail).ok_or(Refusal::Never("malformed"))?;
        let handing = async {
            let mut server = self.connect().await?;
            let handed = async {
                let from = Some(self.from.email.clone());
                server.command(Mail::new(from, Vec::new())).await.map_err(again)?;
                server.command(Rcpt::new(to, Vec::new())).await.map_err(never)?;
                server.command(Data).await.map_err(again)?;
                server.message(&message).await.map_err(never).map(drop)
            }
            .await;
            goodbye(server).await;
            handed
        };
        timeout(WHOLE, handing).await.unwrap_or(Err(Refusal::Again("timeout")))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let connecting = async {
            // Servers ask for a name; ours behind a load balancer has none that means more than the sender's.
            let me = ClientId::Domain(self.from.email.domain().to_owned());
            let address = (self.host.as_str(), self.port);
            let wrapped = if self.security == Security::Tls { Some(self.tls()?) } else { None };
            let mut server = AsyncSmtpConnection::connect_tokio1(address, None, &me, wrapped, None)
                .await
                .map_err(again)?;
            if self.security == Security::StartTls {
                server.starttls(self.tls()?, &me).await.map_err(|_| Refusal::Again("no-tls"))?;
            }
            if let Some(credentials) = &self.credentials {
                let entered = server.auth(DEFAULT_MECHANISMS, credentials).await;
                entered.map_err(|error| match again(error) {
                    Refusal::Again("refused" | "unreachable") => Refusal::Again("unauthorised"),
                    other => other,
                })?;
            }
            Ok(server)
        };
        timeout(CONNECT, connecting).await.unwrap_or(Err(Refusal::Again("timeout")))
    }

    fn tls(&self) -> Result<TlsParameters, Refusal> {
        if let Some(made) = self.tls.get() {
            return Ok(made.clone());
        }
        let made = TlsParameters::new(self.host.clone()).map_err(|_| Refusal::Again("no-tls"))?;
        Ok(self.tls.get_or_init(|| made).clone())
    }

    /// The mail with its headers. `None` for a mail that cannot be written down.
    fn compose(&self, mail: &Outgoing<'_>) -> Option<Vec<u8>> {
        // RFC 3834: nobody's holiday notice shall answer it.
        let automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let since_1970 = Duration::from_secs(u64::try_from(mail.at.as_seconds()).ok()?);
        let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .date(std::time::UNIX_EPOCH + since_1970)
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.as_str().parse().ok()?))
            .subject(subject)
            .raw_header(automatic)
            .singlepart(SinglePart::plain(mail.text.to_owned()));
        Some(message.ok()?.formatted())
    }
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address())
    }
}

/// Whether nobody is between us and `host`.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `掌办 <noreply@example.cn>`, or the address alone.
fn sender(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    let (name, address) = match text.strip_suffix('>') {
        Some(text) => text.split_once('<')?,
        None => ("", text),
    };
    let name = name.trim().trim_matches('"');
    if name.chars().any(char::is_control) {
        return None;
    }
    let address = MailAddress::parse(address).ok()?.as_str().parse().ok()?;
    Some(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

/// What a refusal of anything but the receiver and the mail means.
fn again(error: Error) -> Refusal {
    Refusal::Again(match () {
        () if error.is_permanent() => "refused",
        () if error.is_transient() => "not-now",
        () if error.is_response() => "failing",
        () if error.is_tls() => "no-tls",
        () if error.is_timeout() => "timeout",
        () => "unreachable",
    })
}

/// What a refusal of the receiver or of the mail means.
fn never(error: Error) -> Refusal {
    if error.is_permanent() { Refusal::Never("refused") } else { again(error) }
}

async fn goodbye(mut server: AsyncSmtpConnection) {
    let _ = timeout(GOODBYE, server.abort()).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "掌办 <noreply@example.cn>";

    #[test]
    fn an_address_says_how_to_connect() {
        for (url, security, address) in [
            ("smtps://mail.example.cn", Security::Tls, "smtps://mail.example.cn:465"),
            ("smtps://u:p@mail.example.cn:4650/", Security::Tls, "smtps://mail.example.cn:4650"),
            ("smtp://mail.example.cn", Security::StartTls, "smtp://mail.example.cn:587"),
            ("smtp://10.0.0.1:25", Security::StartTls, "smtp://10.0.0.1:25"),
            ("smtp://localhost", Security::Plain, "smtp://localhost:25"),
            ("smtp://127.0.0.1:2525", Security::Plain, "smtp://127.0.0.1:2525"),
            ("smtp://[::1]:2525", Security::Plain, "smtp://[::1]:2525"),
            ("smtp://localhost.example.cn", Security::StartTls, "smtp://localhost.example.cn:587"),
        ] {
            let server = MailServer::new(url, FROM).unwrap();
            assert_eq!((server.security, server.address().as_str()), (security, address), "{url}");
        }
        for bad in
            ["", "mail.example.cn", "http://mail.example.cn", "smtp://", "smtps://a/b", "smtps://a?tls=no"]
        {
            assert_eq!(MailServer::new(bad, FROM).unwrap_err(), MailServerError::Url, "{bad}");
        }
        for bad in ["", "掌办", "<>", "掌办 noreply@example.cn", "a\r\nBcc: b <noreply@example.cn>"] {
            assert_eq!(MailServer::new("smtp://localhost", bad).unwrap_err(), MailServerError::From, "{bad}");
        }
        assert!(MailServer::new("smtp://localhost", "noreply@example.cn").is_ok());
    }

    #[test]
    fn who_signs_in_is_shown_nowhere() {
        let server = MailServer::new("smtps://portal:s3cr%40t@mail.example.cn", FROM).unwrap();
        assert_eq!(server.credentials, Some(Credentials::new("portal".into(), "s3cr@t".into())));
        assert_eq!(format!("{server:?}"), "smtps://mail.example.cn:465");
        let wrong =
            toml::from_str::<MailServer>("url = 'http://portal:s3cret@host'\nfrom = 'x'").unwrap_err();
        assert!(!wrong.message().contains("s3cret"), "{}", wrong.message());
    }

    #[test]
    fn a_mail_is_the_same_at_every_try_and_ascii_on_the_way() {
        let server = MailServer::new("smtp://localhost", FROM).unwrap();
        let to = MailAddress::parse("lin@example.cn").unwrap();
        let mail = Outgoing {
            id: OutboxId(uuid::Uuid::from_u128(7)),
            to: &to,
            subject: "“居住证”\r\nBcc: all@example.cn",
            text: "您好：\n\n.一行\n",
            at: Timestamp::from_seconds(1_764_000_000),
        };
        let first = server.compose(&mail).unwrap();
        assert_eq!(server.compose(&mail).unwrap(), first);
        let text = String::from_utf8(first).unwrap();
        assert!(text.is_ascii() && !text.contains("\nBcc:"), "{text}");
        assert!(text.contains("Message-ID: <00000000-0000-0000-0000-000000000007@example.cn>"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 998), "{text}");
    }
}
