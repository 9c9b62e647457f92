//! The mail server stand-in, spoken to line by line.

use std::sync::Arc;

use domain::time::Timestamp;
use standins::outbox::Channel;
use standins::registers::Clock;
use standins::switches::Mode;
use standins::{Handle, Population};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

const TOKEN: &str = "token";
/// `\0portal\0token` in base64.
const AUTH: &str = "AUTH PLAIN AHBvcnRhbAB0b2tlbg==\r\n";

async fn standins() -> Handle {
    let clock: Clock = Arc::new(|| Timestamp::parse_rfc3339("2026-11-23T01:00:00Z").unwrap());
    let config =
        standins::Config { listen: ([127, 0, 0, 1], 0).into(), seed: 7, token: TOKEN.to_owned(), clock };
    let population = tokio::task::spawn_blocking(|| Population::generate(7)).await.unwrap();
    standins::serve::serve_population(config, Arc::new(population)).await.unwrap()
}

/// Waits for the greeting, says everything at once, and gives the codes of the answers.
async fn say(handle: &Handle, lines: &str) -> Vec<String> {
    let mut stream = BufReader::new(TcpStream::connect(handle.smtp).await.unwrap());
    let mut answers = String::new();
    stream.read_line(&mut answers).await.unwrap();
    if answers.starts_with("220") {
        stream.write_all(lines.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        // A server that has enough hangs up without hearing us out.
        let _ = stream.read_to_string(&mut answers).await;
    }
    answers.lines().filter(|line| line.as_bytes()[3] == b' ').map(|line| line[..3].to_owned()).collect()
}

fn mail(to: &str, id: &str, body: &str) -> String {
    format!(
        "EHLO test.example\r\n{AUTH}MAIL FROM:<noreply@zhangban.example> SIZE=10\r\nRCPT TO:<{to}>\r\nDATA\r\n\
         Message-ID: <{id}>\r\nSubject: =?utf-8?b?6aqM6K+B56CB?=\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n.\r\nQUIT\r\n"
    )
}

#[tokio::test]
async fn a_mail_is_taken_decoded_and_kept_once() {
    let handle = standins().await;
    let mail = mail("lin@example.cn", "1@zhangban.example", "验证码 123456\r\n..com 是域名的结尾");
    for _ in 0..2 {
        assert_eq!(say(&handle, &mail).await, ["220", "250", "235", "250", "250", "354", "250", "221"]);
    }
    let kept = handle.outbox.list(Some("lin@example.cn"), Some(Channel::Mail));
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].message.subject.as_deref(), Some("验证码"));
    assert_eq!(kept[0].message.text.trim_end(), "验证码 123456\n.com 是域名的结尾");
}

#[tokio::test]
async fn who_does_not_keep_to_the_protocol_is_told_and_keeps_nothing() {
    let handle = standins().await;
    let hello = "EHLO test.example\r\n";
    let cases: [(String, &[&str]); 9] = [
        ("NOOP\r\nHELP\r\nEHLO\r\nQUIT\r\n".into(), &["220", "250", "500", "501", "221"]),
        (format!("{hello}MAIL FROM:<a@b.cn>\r\n"), &["220", "250", "530"]),
        (format!("{hello}AUTH PLAIN AHBvcnRhbAB3cm9uZw==\r\n"), &["220", "250", "535"]),
        (format!("{hello}{AUTH}RCPT TO:<a@b.cn>\r\nDATA\r\n"), &["220", "250", "235", "503", "503"]),
        (
            format!("{hello}{AUTH}MAIL FROM:a@b.cn\r\nMAIL FROM:<>\r\nRCPT TO:<nobody>\r\n"),
            &["220", "250", "235", "501", "250", "501"],
        ),
        (
            format!("{hello}{AUTH}MAIL FROM:<a@b.cn>\r\nRCPT TO:<a@b.cn>\r\nRSET\r\nDATA\r\n"),
            &["220", "250", "235", "250", "250", "250", "503"],
        ),
        (format!("{hello}{}\r\n", "x".repeat(998)), &["220", "250", "500"]),
        (format!("{hello}{}", "x".repeat(1000)), &["220", "250", "500"]),
        // More than it said it takes.
        (
            mail("lin@example.cn", "2@b.cn", &format!("{}\r\n", "x".repeat(900)).repeat(80)),
            &["220", "250", "235", "250", "250", "354", "552", "221"],
        ),
    ];
    for (lines, codes) in cases {
        assert_eq!(say(&handle, &lines).await, codes, "{lines:.80}");
    }
    assert!(handle.outbox.list(None, None).is_empty());
}

#[tokio::test]
async fn it_misbehaves_when_told() {
    let handle = standins().await;
    let mail = mail("lin@example.cn", "3@b.cn", "x");
    let says = |code: &'static str, codes: &[String]| codes.iter().any(|found| found == code);
    for (mode, code) in [(Mode::Down, "421"), (Mode::Error, "451"), (Mode::WrongPerson, "550")] {
        handle.switches.set("mail", mode);
        let codes = say(&handle, &mail).await;
        assert!(says(code, &codes), "{mode:?}: {codes:?}");
    }
    assert!(handle.outbox.list(None, None).is_empty());
    handle.switches.set("mail", Mode::Slow { ms: 20 });
    assert!(says("354", &say(&handle, &mail).await));
    assert_eq!(handle.outbox.list(None, None).len(), 1);
}

#[tokio::test]
async fn it_ends_with_the_others() {
    let handle = standins().await;
    let smtp = handle.smtp;
    handle.shutdown().await.unwrap();
    for _ in 0..100 {
        if TcpStream::connect(smtp).await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it still listens");
}
