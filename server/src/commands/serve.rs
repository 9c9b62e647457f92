//! `zhangban serve`.

use std::{
    error::Error,
    net::{IpAddr, SocketAddr},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use app::state::{AppState, Site as SiteChoices};
use axum::{Router, extract::ConnectInfo};
use backend::clock::{Clock, SystemClock};
use backend::organisation::load_shipped;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{AbortHandle, JoinHandle, JoinSet},
    time::timeout,
};
use tower::ServiceExt;

use super::{Done, Stop, block_on};
use crate::{
    config::{Config, Limits, Place},
    demo::{self, Demo},
    http::{
        self, Operations,
        connection::{Clients, Stalling},
    },
    logs,
    portal::{self, Portal},
    site::Site,
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Address to listen on, such as 127.0.0.1:8080.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Start with stand-ins for registers, SMS and mail, and with demo accounts.
    #[arg(long)]
    demo: bool,
}

/// Serves until SIGTERM or SIGINT.
pub fn run(arguments: Arguments) -> Done {
    let config = Config::read(&arguments.place, arguments.listen)?;
    if !arguments.demo {
        config.check_production()?;
    }
    logs::start(&config.log)?;
    let site = Site::load()?;
    block_on(serve(config, arguments.demo, site))??;
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config, with_demo: bool, site: Site) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| Unbound(config.listen, error))?;
    // Port 0 asks the system for a free one.
    let mut config = Config { listen: listener.local_addr()?, ..config };
    let demo = if with_demo { Some(Demo::start(&mut config).await?) } else { None };

    let clock: Arc<dyn Clock> = match &demo {
        Some(demo) => demo.clock.clone(),
        None => Arc::new(SystemClock),
    };
    let portal = Portal::open_at(&config, clock).await?;
    let backend = portal.backend.clone();
    if with_demo {
        demo::claim(&backend).await?;
    } else {
        demo::refuse(&backend).await?;
    }
    portal.check_keys().await?;
    portal.open_offices().await?;
    let places = load_shipped(&backend).await?;
    if places > 0 {
        tracing::info!(places, "the places that ship are in the database");
    }
    if with_demo {
        demo::furnish(&backend).await?;
    }
    backend.catalog.refresh(&backend.db, backend.now().date_in_china()).await?;

    let (stop_jobs, jobs_stopped) = watch::channel(false);
    let jobs = config.jobs.then(|| tokio::spawn(portal.work(&config, jobs_stopped)));
    let catalog = tokio::spawn(portal::follow_catalog(backend.clone()));
    let cases = tokio::spawn(portal::follow_cases(backend.clone()));

    let choices = SiteChoices {
        name: config.name.clone(),
        public_url: config.public_url(),
        imprint: config.site.clone(),
        demo: with_demo,
    };
    let state = AppState {
        assets: site.assets.clone(),
        site: Arc::new(choices),
        backend: backend.clone(),
        outbox: demo.as_ref().map(|demo| demo.outbox.clone()),
        clock: demo.as_ref().map(|demo| demo.clock.clone()),
    };
    let operations = Operations::new(backend.clone(), portal.jobs().topics());
    let router = http::router(&config, state, site, operations.clone())?;
    let engine = backend.db.engine();
    let standins = demo.as_ref().map(Demo::address);
    let mut stop = Stop::listen()?;
    tracing::info!(address = %config.public_url(), listen = %config.listen, engine, standins, "ready");
    if let Some(demo) = &demo {
        demo.greet(&config);
    }

    let stopping = async {
        stop.told().await;
        operations.health.drain();
        // Who listens would listen for ever.
        backend.live.close();
        let _ = stop_jobs.send(true);
    };
    let doors = Doors::new(&config.limits, &config.trusted_proxies);
    let open = accept(listener, router, &doors, stopping).await;
    tracing::info!("stopping");
    let abort = jobs.as_ref().map(JoinHandle::abort_handle);
    let jobs = async {
        match jobs {
            Some(jobs) => jobs.await.map_err(Box::<dyn Error>::from),
            None => Ok(()),
        }
    };
    let drained = timeout(Duration::from_secs(config.limits.drain_seconds), async {
        tokio::join!(open.finish(), jobs)
    });
    match drained.await {
        Ok(((), jobs)) => jobs?,
        Err(_) => {
            tracing::warn!("some requests or jobs did not finish in time");
            abort.inspect(AbortHandle::abort);
        }
    }
    catalog.abort();
    cases.abort();
    backend.db.close().await;
    Ok(())
}

/// What connections have to keep to.
struct Doors {
    places: Arc<Semaphore>,
    clients: Clients,
    headers: Duration,
    write_stall: Duration,
}

impl Doors {
    fn new(limits: &Limits, proxies: &[IpAddr]) -> Self {
        Doors {
            places: Arc::new(Semaphore::new(limits.connections)),
            clients: Clients::new(limits.connections_per_address, proxies),
            headers: Duration::from_secs(limits.header_seconds),
            write_stall: Duration::from_secs(limits.write_stall_seconds),
        }
    }
}

/// Connections that are open; dropped they are cut off.
struct Open {
    graceful: GracefulShutdown,
    connections: JoinSet<()>,
}

impl Open {
    /// Lets running requests finish.
    async fn finish(self) {
        self.graceful.shutdown().await;
        self.connections.join_all().await;
    }
}

/// Accepts connections until `stop`; gives those that are still open.
async fn accept(
    listener: TcpListener,
    router: Router,
    doors: &Doors,
    stop: impl Future<Output = ()>,
) -> Open {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(doors.headers);
    let mut open = Open { graceful: GracefulShutdown::new(), connections: JoinSet::new() };
    let mut stop = std::pin::pin!(stop);
    loop {
        let (place, accepted) = tokio::select! {
            () = &mut stop => return open,
            accepted = next_connection(&listener, &doors.places) => accepted,
        };
        // Those that have ended need not be remembered.
        while open.connections.try_join_next().is_some() {}
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: others will be closed soon.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(entered) = doors.clients.enter(peer.ip()) else {
            tracing::debug!("a client has too many connections");
            continue;
        };
        // Small answers must not wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let service = router.clone().map_request(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(axum::body::Body::new)
        });
        let stream = TokioIo::new(Stalling::new(stream, doors.write_stall));
        let connection =
            open.graceful.watch(http.serve_connection(stream, TowerToHyperService::new(service)));
        open.connections.spawn(async move {
            // A client that went away is no event.
            let _ = connection.await;
            drop((place, entered));
        });
    }
}

async fn next_connection(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (Option<tokio::sync::OwnedSemaphorePermit>, std::io::Result<(TcpStream, SocketAddr)>) {
    // The semaphore is never closed.
    let place = places.clone().acquire_owned().await.ok();
    (place, listener.accept().await)
}

#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {0}")]
struct Unbound(SocketAddr, #[source] std::io::Error);

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use axum::{
        body::{Body, Bytes, HttpBody},
        response::Response,
        routing::get,
    };
    use hyper::body::Frame;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::{mpsc, oneshot},
    };

    use super::*;

    /// Serves `router` on a free port until the sender is dropped.
    async fn door(router: Router, limits: Limits) -> (SocketAddr, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(async move {
            let doors = Doors::new(&limits, &[]);
            let stop = async { drop(stopped.await) };
            accept(listener, router, &doors, stop).await.finish().await;
        });
        (address, stop)
    }

    /// More than all buffers on the way hold; says when it is dropped.
    struct Endless(mpsc::Sender<()>);

    impl HttpBody for Endless {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 65536])))))
        }
    }

    impl Drop for Endless {
        fn drop(&mut self) {
            let _ = self.0.try_send(());
        }
    }

    /// Reads what comes until `part` is there.
    async fn read_to(client: &mut TcpStream, said: &mut String, part: &str) {
        let mut piece = [0; 4096];
        while !said.contains(part) {
            let length = client.read(&mut piece).await.unwrap();
            assert!(length > 0, "it ended before {part}: {said}");
            said.push_str(&String::from_utf8_lossy(&piece[..length]));
        }
    }

    storage::contract! {
        /// Word of changes comes through all layers as it happens, and lets the process end.
        async fn news_is_streamed_and_ends_with_the_process(t: &TestDb) {
            let portal = backend::testing::Portal::start(t.db()).await;
            let backend = &portal.backend;
            let zhou = portal.citizen("周明").await;
            let roles = [domain::identity::Role::Intake, domain::identity::Role::Decide];
            let token = portal.staff_token("public-security", &roles).await;
            let state = AppState {
                assets: Arc::default(),
                site: Arc::new(SiteChoices {
                    name: domain::text::Text::new("掌办", "Zhangban"),
                    public_url: "http://127.0.0.1:8080".into(),
                    imprint: Default::default(),
                    demo: false,
                }),
                backend: backend.clone(),
                outbox: None,
                clock: None,
            };
            let operations = Operations::new(backend.clone(), portal.jobs().topics());
            let router = http::router(&Config::default(), state, Site::default(), operations).unwrap();
            backend.live.look(&backend.db, backend.now()).await.unwrap();
            let (address, stop) = door(router, Limits { request_seconds: 1, header_seconds: 1, ..Limits::default() }).await;

            let mut client = TcpStream::connect(address).await.unwrap();
            let since = backend.now().as_micros();
            let request = format!(
                "GET /staff/events?desk=public-security.3301&since={since} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\
                 accept: text/event-stream\r\naccept-encoding: gzip, br\r\ncookie: session={token}\r\n\r\n"
            );
            client.write_all(request.as_bytes()).await.unwrap();
            let mut said = String::new();
            read_to(&mut client, &mut said, "retry: 5000").await;
            let head = said.split("\r\n\r\n").next().unwrap().to_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            for header in ["content-type: text/event-stream", "cache-control: no-", "x-accel-buffering: no", "transfer-encoding: chunked"] {
                assert!(head.contains(header), "{header}: {head}");
            }
            assert!(!head.contains("content-encoding"), "news that waits for a full block of a coding is old: {head}");

            let case = backend::cases::begin::begin(backend, &zhou, "residence-permit-endorsement").await.unwrap();
            backend::cases::consent::give_consent(backend, &zhou, case).await.unwrap();
            let answers = [
                ("same_address", "no"),
                ("address.region", "330106005"),
                ("address.detail", "示例路99号"),
                ("moved_on", "2026-03-01"),
                ("basis", "employment"),
            ];
            let answers = answers.map(|(control, value)| (control.to_owned(), vec![value.to_owned()])).into();
            backend::cases::save::save_step(backend, &zhou, case, "living", answers).await.unwrap();
            backend::cases::submit::submit(backend, &zhou, case).await.unwrap();
            backend.live.look(&backend.db, backend.now()).await.unwrap();
            read_to(&mut client, &mut said, "event: queue").await;
            read_to(&mut client, &mut said, "\"new\":1").await;
            read_to(&mut client, &mut said, "\"submitted\":1").await;
            assert!(!said.contains("周") && !said.contains(&case.to_string()), "nothing personal: {said}");

            // The process is told to stop: who listens is let go, so that the drain ends.
            drop(stop);
            backend.live.close();
            let mut rest = Vec::new();
            client.read_to_end(&mut rest).await.unwrap();
            assert!(String::from_utf8_lossy(&rest).ends_with("0\r\n\r\n"), "a proper end");
        }
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_let_go() {
        let (dropped, mut gone) = mpsc::channel(1);
        let router = Router::new().route("/", get(async move || Response::new(Body::new(Endless(dropped)))));
        let limits = Limits { write_stall_seconds: 1, ..Limits::default() };
        let (address, _stop) = door(router, limits).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        assert_eq!(gone.recv().await, Some(()));
        drop(client);
    }

    #[tokio::test]
    async fn a_client_that_asks_nothing_is_let_go() {
        let router = Router::new().route("/", get(async || "ok"));
        let (address, _stop) = door(router, Limits { header_seconds: 1, ..Limits::default() }).await;
        let mut answer = String::new();
        let mut silent = TcpStream::connect(address).await.unwrap();
        silent.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "");
        let mut resting = TcpStream::connect(address).await.unwrap();
        resting.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        resting.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("ok"), "{answer}");
    }

    #[tokio::test]
    async fn a_client_with_enough_connections_gets_no_more() {
        let router = Router::new().route("/", get(async || "ok"));
        let limits = Limits { connections_per_address: 2, ..Limits::default() };
        let (address, _stop) = door(router, limits).await;
        let ask = async |mut client: TcpStream| {
            let mut answer = Vec::new();
            // A connection that was closed may say so either way.
            let _ = client.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
            let _ = client.read_to_end(&mut answer).await;
            String::from_utf8(answer).unwrap()
        };
        let first = TcpStream::connect(address).await.unwrap();
        let second = TcpStream::connect(address).await.unwrap();
        let third = TcpStream::connect(address).await.unwrap();
        assert_eq!(ask(third).await, "");
        assert!(ask(first).await.ends_with("ok"));
        assert!(ask(second).await.ends_with("ok"));
    }
}
