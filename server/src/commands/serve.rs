//! `zhangban serve`.

use std::{error::Error, net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

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
    sync::{Semaphore, watch},
    time::timeout,
};
use tower::ServiceExt;

use super::{Done, Stop, block_on};
use crate::{
    config::{Config, Limits, Place},
    demo::{self, Demo},
    http::{self, Operations},
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

    let portal = Portal::open(&config).await?;
    let backend = portal.backend.clone();
    if with_demo {
        demo::claim(&backend).await?;
    } else {
        demo::refuse(&backend).await?;
    }
    portal.check_keys().await?;
    if with_demo {
        demo::furnish(&backend).await?;
    }
    backend.catalog.refresh(&backend.db).await?;

    let (stop_jobs, jobs_stopped) = watch::channel(false);
    let jobs = config.jobs.then(|| tokio::spawn(portal.work(&config, jobs_stopped)));
    let catalog = tokio::spawn(portal::follow_catalog(backend.clone()));

    let choices = SiteChoices { name: config.name.clone(), public_url: config.public_url(), demo: with_demo };
    let state = AppState {
        assets: site.assets.clone(),
        site: Arc::new(choices),
        backend: backend.clone(),
        outbox: demo.as_ref().map(|demo| demo.outbox.clone()),
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
    };
    accept(listener, router, &config.limits, stopping).await;
    let _ = stop_jobs.send(true);
    if let Some(jobs) = jobs {
        jobs.await?;
    }
    catalog.abort();
    backend.db.close().await;
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
