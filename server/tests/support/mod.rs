//! What the tests of the real program share: its processes, the services of others beside them, and browsers.

#![allow(dead_code, reason = "each test uses its part")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::{Json, Router, extract::State, routing::post};
use backend::clock::{Clock, SystemClock};
use reqwest::{Client, RequestBuilder, StatusCode, header, redirect};
use serde_json::Value;
use standins::DemoPerson;
use tokio::sync::watch;

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// A service whose cases are decided at once.
pub const SERVICE: &str = "social-insurance-proof";
const TOKEN: &str = "token-of-the-stand-ins";

/// Runs `test`, which has to end in time.
pub fn block_on<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE * 2, test).await.expect("the test never ended") })
}

/// A folder of a test, removed with it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("zhangban-program-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    /// A configuration in this folder, with its data beside it.
    pub fn config(&self, settings: &str) -> PathBuf {
        let file = self.0.join("zhangban.toml");
        let data = self.data();
        fs::write(&file, format!("data = '{}'\n{settings}", data.display())).unwrap();
        file
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        fs::write(&file, text).unwrap();
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// The program, in an environment that says nothing to it.
pub fn zhangban(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhangban"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name == "DATABASE_URL" || name.to_string_lossy().starts_with("ZHANGBAN_") {
            command.env_remove(name);
        }
    }
    command
}

/// What a command said.
pub struct Said {
    pub code: Option<i32>,
    /// What it printed, then what it complained about.
    pub text: String,
}

/// Runs a command to its end.
pub fn say(command: &mut Command) -> Said {
    let output = command.output().expect("start the program");
    let text = [output.stdout, output.stderr].concat();
    Said { code: output.status.code(), text: String::from_utf8(text).expect("text") }
}

/// Runs `zhangban …words… --config file` to its end.
pub fn told(words: &str, config: &Path) -> Said {
    let words: Vec<&str> = words.split(' ').collect();
    say(zhangban(&words).arg("--config").arg(config))
}

/// The same for a command that must succeed; what it printed.
pub fn done(words: &str, config: &Path) -> String {
    let said = told(words, config);
    assert_eq!(said.code, Some(0), "zhangban {words}: {}", said.text);
    said.text
}

/// A running process of the portal. It ends with the test, whatever happens.
pub struct Process {
    child: Child,
    pub url: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

/// Starts `zhangban …words…` with a log in JSON.
pub fn start(words: &str, config: &Path) -> Starting {
    let words: Vec<&str> = words.split(' ').collect();
    let mut command = zhangban(&words);
    launch(command.arg("--config").arg(config).env("ZHANGBAN_LOG__FORMAT", "json"))
}

/// Starts a command that goes on.
pub fn launch(command: &mut Command) -> Starting {
    Starting(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("start the program"))
}

/// Serves on a free port.
pub fn serve(config: &Path) -> Process {
    start("serve --listen 127.0.0.1:0", config).until("ready")
}

pub struct Starting(Child);

impl Starting {
    /// Waits for this message in its log, and learns the address that goes with it.
    pub fn until(self, message: &str) -> Process {
        let mut child = self.0;
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let mut text = String::new();
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                panic!("it ended before it was {message}: {text}");
            };
            text = format!("{text}{line}\n");
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == message {
                break entry["address"].as_str().unwrap_or_default().to_owned();
            }
        };
        let log = Arc::new(Mutex::new(text));
        let kept = log.clone();
        // A process whose log nobody reads would stop.
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Process { child, url: address, log, reader: Some(reader) }
    }
}

impl Process {
    pub fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().expect("an address")
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// SIGTERM.
    pub fn ask_to_stop(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// SIGKILL: no handler, no flush, no goodbye.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it has ended; how, and its whole log.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().expect("once").join().unwrap();
        let log = self.log.lock().unwrap().clone();
        (status, log)
    }

    /// Stops it as an operator does; its whole log.
    pub fn stop(self) -> String {
        self.ask_to_stop();
        let (status, log) = self.ended();
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A gateway for SMS that keeps everything it is asked to send, also what it is asked twice.
#[derive(Clone)]
pub struct Gateway(pub watch::Sender<Vec<Value>>);

impl Gateway {
    async fn serve(&self) -> SocketAddr {
        let take = |State(gateway): State<Gateway>, Json(message): Json<Value>| async move {
            gateway.0.send_modify(|sent| sent.push(message));
            StatusCode::ACCEPTED
        };
        let router = Router::new().route("/sms", post(take)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    /// The first message of this kind, once it arrives.
    pub async fn first(&self, template: &str) -> Value {
        let of_kind = |m: &&Value| m["template"] == template;
        let mut sent = self.0.subscribe();
        let arrived = sent.wait_for(|sent| sent.iter().any(|m| of_kind(&m)));
        let sent = tokio::time::timeout(PATIENCE, arrived).await.expect("it never came").unwrap();
        sent.iter().find(of_kind).cloned().unwrap()
    }
}

/// Registers and a gateway, and the settings with which a portal reaches them.
pub struct World {
    pub standins: standins::Handle,
    pub gateway: Gateway,
    pub settings: String,
}

impl World {
    pub async fn start() -> World {
        let clock = Arc::new(|| SystemClock.now());
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let config = standins::Config { listen, seed: 1, token: TOKEN.into(), clock };
        let standins = standins::serve(config).await.unwrap();
        let gateway = Gateway(watch::Sender::default());
        let sms = gateway.serve().await;
        let mut settings = format!("[sms]\nurl = 'http://{sms}/sms'\n");
        for register in &backend::catalog::Reference::embedded().unwrap().registers.all {
            let base = standins.base_url();
            settings += &format!("[registers.{}]\nurl = '{base}'\ntoken = '{TOKEN}'\n", register.id);
        }
        World { standins, gateway, settings }
    }

    /// Settings for the mail server of the stand-ins.
    pub fn mail(&self) -> String {
        let smtp = self.standins.smtp;
        format!("[mail]\nurl = 'smtp://portal:{TOKEN}@{smtp}'\nfrom = '掌办 <noreply@zhangban.example>'\n")
    }
}

pub fn demo_person(name: &str) -> DemoPerson {
    standins::demo_people().into_iter().find(|person| person.name == name).expect("a demo person")
}

/// Waits for what `look` finds; looks twenty times a second.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        let mut again = tokio::time::interval(Duration::from_millis(50));
        loop {
            again.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("never: {what}"))
}

/// A browser that keeps its cookie for whichever process answers.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    pub cookie: Option<String>,
}

pub struct Page {
    pub status: StatusCode,
    pub location: String,
    /// Name, value and attributes of the cookie that was set.
    pub set_cookie: String,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Browser {
    pub fn new() -> Self {
        let http = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        Browser { http, cookie: None }
    }

    async fn send(&mut self, request: RequestBuilder) -> Page {
        let request = request.header(header::ACCEPT_LANGUAGE, "zh-CN");
        let request = match &self.cookie {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        };
        let answer = request.send().await.expect("an answer");
        let text_of = |name| answer.headers().get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
        let (location, set_cookie) = (text_of(header::LOCATION), text_of(header::SET_COOKIE));
        if !set_cookie.is_empty() {
            self.cookie = Some(set_cookie.split(';').next().unwrap().to_owned());
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        Page { status, location, set_cookie, headers, text: answer.text().await.unwrap() }
    }

    pub async fn get(&mut self, server: &Process, path: &str) -> Page {
        let request = self.http.get(format!("{}{path}", server.url));
        self.send(request).await
    }

    pub async fn post(&mut self, server: &Process, path: &str, form: &[(&str, &str)]) -> Page {
        let pairs: Vec<String> = form.iter().map(|(k, v)| format!("{k}={}", encoded(v))).collect();
        let request = self.http.post(format!("{}{path}", server.url)).body(pairs.join("&"));
        self.send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")).await
    }

    /// Posts a file, as a form with files does.
    pub async fn upload(
        &mut self,
        server: &Process,
        path: &str,
        field: &str,
        name: &str,
        content: &[u8],
    ) -> Page {
        let head =
            format!("--cut\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), content, b"\r\n--cut--\r\n"].concat();
        let request = self.http.post(format!("{}{path}", server.url)).body(body);
        self.send(request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")).await
    }

    /// Posts and gives where it leads to.
    pub async fn go(&mut self, server: &Process, path: &str, form: &[(&str, &str)]) -> String {
        let page = self.post(server, path, form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.text);
        page.location
    }

    /// Signs in with the code from the gateway, and proves who it is.
    pub async fn sign_in(&mut self, server: &Process, gateway: &Gateway, person: &DemoPerson) {
        self.go(server, "/sign-in", &[("phone", person.phone), ("next", "/")]).await;
        let code = gateway.first("sign-in-code").await["params"]["code"].as_str().unwrap().to_owned();
        self.go(server, "/sign-in/code", &[("code", &code)]).await;
        let proof = [("name", person.name), ("resident_id", person.id), ("next", "/me")];
        assert_eq!(self.go(server, "/me/verify", &proof).await, "/me");
    }
}

/// A value of a posted form.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
