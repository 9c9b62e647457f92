//! `zhangban serve`.

use std::{error::Error, net::SocketAddr, sync::Arc, time::Duration};

use app::state::{AppState, Site as SiteChoices};
use axum::{Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::Semaphore,
    time::timeout,
};
use tower::ServiceExt;

use crate::{
    config::{Config, Limits, ServeArguments},
    http::{self, Operations},
    logs,
    site::Site,
};

/// Serves until SIGTERM or SIGINT.
pub fn run(arguments: ServeArguments) -> Result<(), Box<dyn Error>> {
    let config = Config::read(&arguments)?;
    logs::start(&config.log)?;
    let site = Site::load()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(
        config,
        arguments.demo,
        site,
    ))
}

async fn serve(config: Config, demo: bool, site: Site) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| Unbound(config.listen, error))?;
    // Port 0 asks the system for a free one.
    let config = Config { listen: listener.local_addr()?, ..config };
    let choices = SiteChoices { name: config.name.clone(), public_url: config.public_url(), demo };
    let state = AppState { assets: site.assets.clone(), site: Arc::new(choices) };
    let operations = Operations { health: Arc::default(), metrics: Arc::default() };
    let router = http::router(&config, state, site, operations.clone())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        operations.health.drain();
    };
    tracing::info!(address = %config.public_url(), demo, "ready");
    accept(listener, router, &config.limits, stop).await;
    Ok(())
}

/// Accepts connections until `stop`, then lets running requests finish.
async fn accept(listener: TcpListener, router: Router, limits: &Limits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(limits.header_seconds));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (place, accepted) = tokio::select! {
            () = &mut stop => break,
            accepted = next_connection(&listener, &places) => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: others will be closed soon.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Small answers must not wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let service = router.clone().map_request(move |mut request: hyper::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(axum::body::Body::new)
        });
        let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that went away is no event.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    tracing::info!("stopping");
    if timeout(Duration::from_secs(limits.drain_seconds), graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
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
