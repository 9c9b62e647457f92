//! For `cargo xtask bench`: how many pages a portal serves each second, beside a bare axum handler that sends the same
//! bytes, and how long readers wait while others write.
//!
//! `bench_http measure URL PID FOLDER SECONDS ROUNDS` signs in at a portal with demo data and prints JSON; pages it
//! measured are left in FOLDER. `bench_http floor FOLDER` is the bare handler; `measure` starts and ends it.
#![allow(clippy::print_stdout, reason = "the result of the measurement")]
#![expect(clippy::disallowed_methods, reason = "a measurement takes the time")]

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, routing::get, serve::ListenerExt};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Connections that ask at the same time, each for the next page as soon as it has the last.
const CONNECTIONS: usize = 32;
/// Of so many requests one writes.
const WRITES_ONE_IN: usize = 10;
/// The service whose guide is read and whose form is filled in.
const SERVICE: &str = "no-criminal-record";
/// Others with a draft, so that lists have lines.
const DRAFTS: [&str; 3] =
    ["id-card-replacement", "social-insurance-proof", "social-security-card-replacement"];
/// The one answer that every write posts.
const WRITTEN: &str =
    "purpose=other&purpose_detail=%E5%BA%94%E8%81%98%E5%8D%95%E4%BD%8D%E8%A6%81%E6%B1%82&recipient=";

#[tokio::main]
async fn main() -> Done<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["floor", folder] => floor(Path::new(folder)).await,
        ["measure", url, pid, folder, seconds, rounds] => {
            let address: SocketAddr = url.trim_start_matches("http://").parse()?;
            let portal = Server { address, pid: pid.parse()? };
            let effort = Effort { time: Duration::from_secs_f64(seconds.parse()?), rounds: rounds.parse()? };
            let measured = measure(portal, Path::new(folder), effort).await?;
            println!("{measured}");
            Ok(())
        }
        _ => Err("measure URL PID FOLDER SECONDS ROUNDS, or floor FOLDER".into()),
    }
}

/// Sends what it finds in `folder`: `N.headers` and `N.body` at `/N`, until it is ended. Says its port first.
async fn floor(folder: &Path) -> Done<()> {
    let mut router = Router::new();
    for number in 0.. {
        let Ok(lines) = fs::read_to_string(folder.join(format!("{number}.headers"))) else { break };
        let body = Bytes::from(fs::read(folder.join(format!("{number}.body")))?);
        let mut headers = HeaderMap::new();
        for (name, value) in lines.lines().filter_map(|line| line.split_once(": ")) {
            headers.append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        }
        let answer = move || async move { (headers, body) };
        router = router.route(&format!("/{number}"), get(answer));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, router).await?)
}

#[derive(Clone, Copy)]
struct Effort {
    time: Duration,
    rounds: usize,
}

#[derive(Clone, Copy)]
struct Server {
    address: SocketAddr,
    pid: u32,
}

impl Server {
    /// Processor time used so far, in seconds (Linux; 0 elsewhere).
    fn processor(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
        // User and system time, in hundredths of a second.
        (ticks(11) + ticks(12)) / 100.0
    }
}

/// Ends the process with it.
struct Floor {
    child: Child,
    server: Server,
}

impl Floor {
    fn start(folder: &Path) -> Done<Floor> {
        let mut child =
            Command::new(std::env::current_exe()?).arg("floor").arg(folder).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let output = child.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut line)?;
        let server = Server { address: line.trim().parse()?, pid: child.id() };
        Ok(Floor { child, server })
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn measure(portal: Server, folder: &Path, effort: Effort) -> Done<Value> {
    let mut browser = Browser::at(portal.address).await?;
    browser.sign_in().await?;
    let draft = browser.begin(SERVICE).await?;
    for service in DRAFTS {
        browser.begin(service).await?;
    }
    let step = format!("{draft}/steps/purpose");
    let written = browser.request("POST", &step, Some(WRITTEN)).await?;
    if written.status != 303 {
        return Err(format!("saving a step is answered {}", written.status).into());
    }

    let home = browser.request("GET", "/", None).await?;
    fs::write(folder.join("step.html"), &browser.request("GET", &step, None).await?.body)?;
    fs::write(folder.join("home-signed-in.html"), &home.body)?;
    let guide = format!("/services/{SERVICE}");
    let cookie = browser.cookie.clone();
    let pages = [
        ("home", "/", "", ""),
        ("guide", guide.as_str(), "", ""),
        ("home, compressed", "/", "", "br"),
        ("me", "/me", cookie.as_str(), ""),
        ("cases", "/cases", cookie.as_str(), ""),
    ];
    let mut asked = Vec::new();
    for (number, (name, path, cookie, encoding)) in pages.into_iter().enumerate() {
        let request = get_request(portal.address, path, cookie, encoding);
        let answer = Connection::open(portal.address).await?.exchange(&request).await?;
        if answer.status != 200 {
            return Err(format!("{path} is answered {}", answer.status).into());
        }
        keep_for_floor(folder, number, &answer)?;
        fs::write(folder.join(format!("{}.page", name.replace([' ', ','], "-"))), &answer.body)?;
        asked.push((name, request, answer.body.len()));
    }
    let floor = Floor::start(folder)?;

    let mut rows = Vec::new();
    for (number, (name, request, bytes)) in asked.into_iter().enumerate() {
        let bare = get_request(floor.server.address, &format!("/{number}"), "", "");
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..effort.rounds {
            ours.push(load(portal, &Requests::reads(&request), effort.time).await?);
            theirs.push(load(floor.server, &Requests::reads(&bare), effort.time).await?);
        }
        let of = |loads: &[Load], value: fn(&Load) -> f64| median(loads.iter().map(value).collect());
        rows.push(json!({
            "name": name,
            "bytes": bytes,
            "portal_per_second": of(&ours, Load::per_second),
            "floor_per_second": of(&theirs, Load::per_second),
            "portal_processor_us": of(&ours, Load::processor_us),
            "floor_processor_us": of(&theirs, Load::processor_us),
        }));
    }
    drop(floor);

    let read = get_request(portal.address, "/cases", &cookie, "");
    let write = form_request(portal.address, &step, &cookie, WRITTEN);
    let (mut alone, mut mixed) = (Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        alone.push(load(portal, &Requests::reads(&read), effort.time).await?);
        mixed.push(load(portal, &Requests { read: &read, write: Some(&write) }, effort.time).await?);
    }
    let p99 = |loads: &[Load]| median(loads.iter().map(Load::p99_ms).collect());
    Ok(json!({
        "pages": rows,
        "mixed": {
            "read_only_p99_ms": p99(&alone),
            "mixed_p99_ms": p99(&mixed),
            "read_only_per_second": median(alone.iter().map(Load::per_second).collect()),
            "mixed_per_second": median(mixed.iter().map(Load::per_second).collect()),
            "writes": mixed.iter().map(|l| l.writes).sum::<u64>(),
        },
    }))
}

/// Keeps an answer where the floor finds it; what belongs to one connection is left out.
fn keep_for_floor(folder: &Path, number: usize, answer: &Answer) -> Done<()> {
    let own = [header::DATE, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION];
    let lines: String = answer
        .headers
        .iter()
        .filter(|(name, _)| !own.iter().any(|o| o == name.as_str()))
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect();
    let file = |end: &str| -> PathBuf { folder.join(format!("{number}.{end}")) };
    fs::write(file("headers"), lines)?;
    fs::write(file("body"), &answer.body)?;
    Ok(())
}

/// What connections ask for, over and over.
struct Requests<'a> {
    read: &'a [u8],
    write: Option<&'a [u8]>,
}

impl<'a> Requests<'a> {
    fn reads(read: &'a [u8]) -> Self {
        Requests { read, write: None }
    }
}

/// What came back within some time.
#[derive(Default)]
struct Load {
    seconds: f64,
    processor: f64,
    writes: u64,
    /// Microseconds of each read.
    reads: Vec<u32>,
}

impl Load {
    fn requests(&self) -> f64 {
        self.reads.len() as f64 + self.writes as f64
    }

    fn per_second(&self) -> f64 {
        self.requests() / self.seconds
    }

    /// Processor time of the server for one request.
    fn processor_us(&self) -> f64 {
        self.processor * 1e6 / self.requests()
    }

    fn p99_ms(&self) -> f64 {
        let mut reads = self.reads.clone();
        reads.sort_unstable();
        reads.get(reads.len() * 99 / 100).map_or(0.0, |us| f64::from(*us) / 1000.0)
    }
}

/// Asks on all connections for `time`, after a short while to warm up.
async fn load(server: Server, requests: &Requests<'_>, time: Duration) -> Done<Load> {
    let warm = Duration::from_millis(300).min(time / 4);
    ask(server, requests, warm).await?;
    let before = server.processor();
    let mut load = ask(server, requests, time).await?;
    load.processor = server.processor() - before;
    Ok(load)
}

async fn ask(server: Server, requests: &Requests<'_>, time: Duration) -> Done<Load> {
    let mut connections = JoinSet::new();
    let read: Arc<[u8]> = requests.read.into();
    let write: Option<Arc<[u8]>> = requests.write.map(Into::into);
    let mut open = Vec::new();
    for _ in 0..CONNECTIONS {
        open.push(Connection::open(server.address).await?);
    }
    let began = Instant::now();
    for (number, mut connection) in open.into_iter().enumerate() {
        let (read, write) = (read.clone(), write.clone());
        connections.spawn(async move {
            let mut load = Load::default();
            // The connections write at different moments.
            let mut turn = number;
            while began.elapsed() < time {
                turn += 1;
                if let Some(write) = write.as_ref().filter(|_| turn % WRITES_ONE_IN == 0) {
                    expect(connection.exchange(write).await?.status, 303)?;
                    load.writes += 1;
                    continue;
                }
                let asked = Instant::now();
                let status = connection.exchange(&read).await?.status;
                load.reads.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
                expect(status, 200)?;
            }
            Done::Ok(load)
        });
    }
    let mut sum = Load::default();
    while let Some(load) = connections.join_next().await {
        let load = load??;
        sum.writes += load.writes;
        sum.reads.extend(load.reads);
    }
    sum.seconds = began.elapsed().as_secs_f64();
    Ok(sum)
}

fn expect(found: u16, wanted: u16) -> Done<()> {
    if found == wanted { Ok(()) } else { Err(format!("answered {found} instead of {wanted}").into()) }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn get_request(host: SocketAddr, path: &str, cookie: &str, encoding: &str) -> Vec<u8> {
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n");
    for (name, value) in [("cookie", cookie), ("accept-encoding", encoding)] {
        if !value.is_empty() {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    request.push_str("\r\n");
    request.into_bytes()
}

fn form_request(host: SocketAddr, path: &str, cookie: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\nsec-fetch-site: same-origin\r\ncookie: {cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// One keep-alive connection.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

struct Answer {
    status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

impl Connection {
    async fn open(address: SocketAddr) -> Done<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    async fn exchange(&mut self, request: &[u8]) -> Done<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = self.fill_to(0, b"\r\n\r\n").await?;
        let text = std::str::from_utf8(&self.buffer[..head])?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Answer { status: status.ok_or("no status")?, headers, body: Vec::new() };
        if answer.header("transfer-encoding") == Some("chunked") {
            let mut at = head + 4;
            loop {
                let line = self.fill_to(at, b"\r\n").await?;
                let size = usize::from_str_radix(std::str::from_utf8(&self.buffer[at..line])?.trim(), 16)?;
                let end = line + 2 + size;
                self.fill(end + 2).await?;
                if size == 0 {
                    return Ok(answer);
                }
                answer.body.extend_from_slice(&self.buffer[line + 2..end]);
                at = end + 2;
            }
        }
        let length: usize = answer.header("content-length").unwrap_or("0").parse()?;
        self.fill(head + 4 + length).await?;
        answer.body = self.buffer[head + 4..].to_vec();
        Ok(answer)
    }

    /// Reads until the buffer has `length` bytes.
    async fn fill(&mut self, length: usize) -> Done<()> {
        while self.buffer.len() < length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
        }
        Ok(())
    }

    /// Reads until `mark` stands in the buffer at or after `from`; where it does.
    async fn fill_to(&mut self, from: usize, mark: &[u8]) -> Done<usize> {
        loop {
            let found = self.buffer.get(from..).and_then(|b| b.windows(mark.len()).position(|w| w == mark));
            match found {
                Some(at) => return Ok(from + at),
                None => self.fill(self.buffer.len() + 1).await?,
            }
        }
    }
}

/// One person with a session.
struct Browser {
    connection: Connection,
    address: SocketAddr,
    cookie: String,
}

impl Browser {
    async fn at(address: SocketAddr) -> Done<Browser> {
        Ok(Browser { connection: Connection::open(address).await?, address, cookie: String::new() })
    }

    async fn request(&mut self, method: &str, path: &str, form: Option<&str>) -> Done<Answer> {
        let request = match form {
            Some(form) => form_request(self.address, path, &self.cookie, form),
            None => get_request(self.address, path, &self.cookie, ""),
        };
        let answer = self.connection.exchange(&request).await.map_err(|e| format!("{method} {path}: {e}"))?;
        if let Some(cookie) = answer.header("set-cookie").and_then(|c| c.split(';').next()) {
            self.cookie = cookie.to_owned();
        }
        Ok(answer)
    }

    /// Signs a demo person in with the code from the outbox of the stand-ins, and proves identity.
    async fn sign_in(&mut self) -> Done<()> {
        let person = standins::demo_people().into_iter().next().ok_or("there are no demo people")?;
        let phone = person.phone;
        self.request("POST", "/sign-in", Some(&format!("phone={phone}&next=%2F"))).await?;
        let code = self.code(phone).await?;
        let entered = self.request("POST", "/sign-in/code", Some(&format!("code={code}"))).await?;
        expect(entered.status, 303)?;
        let form = format!("name={}&resident_id={}&next=%2F", encoded(person.name), person.id);
        self.request("POST", "/me/verify", Some(&form)).await?;
        expect(self.request("GET", "/cases", None).await?.status, 200)
    }

    async fn code(&mut self, phone: &str) -> Done<String> {
        let patience = Instant::now();
        while patience.elapsed() < Duration::from_secs(30) {
            let page = self.request("GET", &format!("/demo/outbox?to={phone}"), None).await?;
            let text = String::from_utf8_lossy(&page.body).into_owned();
            let words = text.split(|c: char| !c.is_ascii_alphanumeric());
            if let Some(code) =
                words.into_iter().find(|w| w.len() == 6 && w.bytes().all(|b| b.is_ascii_digit()))
            {
                return Ok(code.to_owned());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("no code came".into())
    }

    /// Begins an application under consent; where it is.
    async fn begin(&mut self, service: &str) -> Done<String> {
        let begun = self.request("POST", "/cases", Some(&format!("service={service}"))).await?;
        let to = begun.header("location").ok_or_else(|| format!("{service}: answered {}", begun.status))?;
        let case = to.split('/').take(3).collect::<Vec<_>>().join("/");
        if case.starts_with("/cases/") { Ok(case) } else { Err(format!("{service} leads to {to}").into()) }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
