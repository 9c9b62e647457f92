//! The mail server stand-in: it takes mails by SMTP (RFC 5321) and keeps them beside the text messages.
//!
//! It asks for the token as the password of any user (AUTH PLAIN, RFC 4616). Its switch is `mail`: down is 421 to every
//! connection, slow waits before it greets, error is 451 to every sender, malformed is no SMTP at all, and the wrong
//! person knows no receiver (550).

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::MessageParser;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::outbox::{Channel, Message, Outbox};
use crate::registers::Clock;
use crate::switches::{Mode, Switches};

/// Bytes of a line and of a mail at most.
const LINE: u64 = 1000;
const SIZE: usize = 64 * 1024;
/// Receivers of a mail, mails of a connection and connections at most.
const RECEIVERS: usize = 100;
const MAILS: usize = 100;
const CONNECTIONS: usize = 32;
/// How long a client may keep silent.
const IDLE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub struct Config {
    pub outbox: Arc<Outbox>,
    pub switches: Arc<Switches>,
    pub clock: Clock,
    pub token: Arc<str>,
}

/// Takes mails until `stopped`; connections under way end with it.
pub async fn serve(listener: TcpListener, config: Config, mut stopped: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            // An error means that the handle was dropped.
            _ = stopped.wait_for(|stop| *stop) => return,
            accepted = listener.accept() => accepted,
        };
        while open.try_join_next().is_some() {}
        let Ok((mut stream, _)) = accepted else {
            // No descriptors are left: some will be.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (place, config) = (places.clone().try_acquire_owned(), config.clone());
        open.spawn(async move {
            // A client that goes away is its own affair.
            let _ = match place {
                Ok(_place) => converse(stream, &config).await,
                Err(_) => stream.write_all(b"421 4.3.2 too many connections\r\n").await,
            };
        });
    }
}

/// What a client has said so far.
#[derive(Default)]
struct Session {
    greeted: bool,
    authorised: bool,
    from: Option<String>,
    to: Vec<String>,
    mails: usize,
}

async fn converse(stream: TcpStream, config: &Config) -> std::io::Result<()> {
    let mode = config.switches.get("mail");
    let mut stream = BufReader::new(stream);
    match mode {
        Mode::Down => return stream.write_all(b"421 4.3.2 closed for the day\r\n").await,
        Mode::Malformed => return stream.write_all(b"{\"hello\":\r\n").await,
        Mode::Slow { ms } => sleep(Duration::from_millis(u64::from(ms.min(60_000)))).await,
        _ => {}
    }
    stream.write_all(b"220 standins.example ESMTP\r\n").await?;
    let mut session = Session::default();
    loop {
        let Some(line) = read_line(&mut stream).await? else { return Ok(()) };
        let Ok(line) = String::from_utf8(line) else {
            stream.write_all(b"500 5.5.2 not a command\r\n").await?;
            continue;
        };
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let verb = verb.to_ascii_uppercase();
        if verb == "QUIT" {
            return stream.write_all(b"221 2.0.0 goodbye\r\n").await;
        }
        if verb == "DATA" && session.from.is_some() && !session.to.is_empty() {
            stream.write_all(b"354 until a dot alone\r\n").await?;
            let Some(mail) = read_mail(&mut stream).await? else { return Ok(()) };
            let answer = session.take(config, mail);
            stream.write_all(answer.as_bytes()).await?;
            continue;
        }
        let answer = session.answer(config, mode, &verb, rest);
        stream.write_all(answer.as_bytes()).await?;
    }
}

impl Session {
    fn answer(&mut self, config: &Config, mode: Mode, verb: &str, rest: &str) -> &'static str {
        match verb {
            "EHLO" | "HELO" if rest.is_empty() => "501 5.5.4 who are you?\r\n",
            "EHLO" => {
                *self = Session { greeted: true, mails: self.mails, ..Session::default() };
                "250-standins.example\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 65536\r\n"
            }
            "HELO" => {
                *self = Session { greeted: true, mails: self.mails, ..Session::default() };
                "250 standins.example\r\n"
            }
            "NOOP" => "250 2.0.0 fine\r\n",
            "RSET" => {
                self.forget();
                "250 2.0.0 forgotten\r\n"
            }
            "AUTH" if self.greeted => {
                self.authorised = knows(rest, &config.token);
                if self.authorised { "235 2.7.0 welcome\r\n" } else { "535 5.7.8 not the token\r\n" }
            }
            "MAIL" if !self.authorised => "530 5.7.0 authenticate first\r\n",
            "MAIL" if self.from.is_some() => "503 5.5.1 one mail after the other\r\n",
            "MAIL" if self.mails >= MAILS => "421 4.7.0 enough for one connection\r\n",
            "MAIL" if mode == Mode::Error => "451 4.3.0 broken\r\n",
            "MAIL" => match path(rest, "FROM:") {
                Some(from) => {
                    self.from = Some(from);
                    "250 2.1.0 ok\r\n"
                }
                None => "501 5.1.7 not a sender\r\n",
            },
            "RCPT" if self.from.is_none() => "503 5.5.1 a sender first\r\n",
            "RCPT" if self.to.len() >= RECEIVERS => "452 4.5.3 too many receivers\r\n",
            "RCPT" => match path(rest, "TO:").filter(|to| to.contains('@')) {
                Some(_) if matches!(mode, Mode::WrongPerson | Mode::MissingFields) => {
                    "550 5.1.1 nobody of that name\r\n"
                }
                Some(to) => {
                    self.to.push(to);
                    "250 2.1.5 ok\r\n"
                }
                None => "501 5.1.3 not a receiver\r\n",
            },
            "DATA" => "503 5.5.1 a sender and a receiver first\r\n",
            _ => "500 5.5.2 not a command\r\n",
        }
    }

    /// Keeps a mail for each of its receivers.
    fn take(&mut self, config: &Config, mail: Mail) -> &'static str {
        let receivers = std::mem::take(&mut self.to);
        self.forget();
        let Mail::Whole(bytes) = mail else { return "552 5.3.4 too large\r\n" };
        let Some(message) = MessageParser::default().parse(&bytes) else { return "554 5.6.0 no mail\r\n" };
        self.mails += 1;
        let text = message.body_text(0).unwrap_or_default().replace("\r\n", "\n");
        for to in receivers {
            let message = Message {
                template: String::new(),
                params: Default::default(),
                subject: message.subject().map(str::to_owned),
                text: text.clone(),
                idempotency_key: format!("{} {to}", message.message_id().unwrap_or_default()),
                to,
            };
            config.outbox.take(Channel::Mail, message, (config.clock)());
        }
        "250 2.0.0 taken\r\n"
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }
}

enum Mail {
    Whole(Vec<u8>),
    TooLarge,
}

/// Lines up to a dot alone, without the dots that were added on the way (4.5.2). `None` when the client is gone.
async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Mail>> {
    let (mut bytes, mut whole) = (Vec::new(), true);
    loop {
        let Some(line) = read_line(stream).await? else { return Ok(None) };
        if line == b"." {
            return Ok(Some(if whole { Mail::Whole(bytes) } else { Mail::TooLarge }));
        }
        let line = line.strip_prefix(b".").unwrap_or(&line);
        whole &= bytes.len() + line.len() + 2 <= SIZE;
        if whole {
            bytes.extend_from_slice(line);
            bytes.extend_from_slice(b"\r\n");
        }
    }
}

/// A line without its end. `None` when there is none: the client is gone, keeps silent, or says too much at once.
async fn read_line(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut bounded = (&mut *stream).take(LINE);
    let read = timeout(IDLE, bounded.read_until(b'\n', &mut line)).await;
    if !matches!(read, Ok(Ok(1..))) {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        stream.write_all(b"500 5.5.6 the line is too long\r\n").await?;
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

/// The address in `FROM:<…>` or `TO:<…>`.
fn path(rest: &str, keyword: &str) -> Option<String> {
    let head = rest.get(..keyword.len())?;
    let rest = rest[keyword.len()..].trim_start();
    let (path, _) = rest.strip_prefix('<')?.split_once('>')?;
    (head.eq_ignore_ascii_case(keyword) && path.len() <= 254).then(|| path.to_owned())
}

/// Whether `PLAIN` and what follows it say the token as password.
fn knows(rest: &str, token: &str) -> bool {
    let said = rest.split_once(' ').filter(|(mechanism, _)| mechanism.eq_ignore_ascii_case("PLAIN"));
    let said = said.and_then(|(_, response)| STANDARD.decode(response).ok()).unwrap_or_default();
    said.split(|b| *b == 0).nth(2).is_some_and(|password| password == token.as_bytes())
}
