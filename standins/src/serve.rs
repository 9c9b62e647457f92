//! Serving all stand-ins on two loopback ports: HTTP, and SMTP on the next.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::oidc::{self, Issuer};
use crate::outbox::{self, Outbox};
use crate::population::Population;
use crate::registers::{self, Clock};
use crate::reviews::{self, Received};
use crate::smtp;
use crate::switches::{self, Switches};

/// What to serve.
#[derive(Clone)]
pub struct Config {
    /// Where HTTP is served; mails are taken on the port after it. Port 0 takes free ones.
    pub listen: SocketAddr,
    pub seed: u64,
    /// Bearer token of every service and of the control paths.
    pub token: String,
    pub clock: Clock,
}

/// Services that run until `shutdown` or until the handle is dropped.
pub struct Handle {
    pub address: SocketAddr,
    /// Where mails are taken; the password is the token.
    pub smtp: SocketAddr,
    pub population: Arc<Population>,
    pub switches: Arc<Switches>,
    pub outbox: Arc<Outbox>,
    pub issuer: Arc<Issuer>,
    /// Batches of reviews.
    pub reviews: Arc<Received>,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Handle {
    /// Where every service is found: `http://127.0.0.1:4100`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends after the requests under way.
    pub async fn shutdown(self) -> std::io::Result<()> {
        let _ = self.stop.send(true);
        self.task.await.map_err(std::io::Error::other)?
    }

    /// Waits for the services to end by themselves, which they only do on an error.
    pub async fn wait(self) -> std::io::Result<()> {
        self.task.await.map_err(std::io::Error::other)?
    }
}

/// All stand-ins but the identity service in one router.
pub fn router(
    population: Arc<Population>,
    switches: Arc<Switches>,
    outbox: Arc<Outbox>,
    reviews: Arc<Received>,
    token: &str,
    clock: Clock,
) -> Router {
    let token: Arc<str> = token.into();
    let mut services: Vec<String> = registers::catalogue().all.iter().map(|r| r.id.clone()).collect();
    services.extend(["sms", "mail", oidc::SERVICE, "reviews"].map(str::to_owned));
    registers::router(registers::Config {
        population,
        switches: switches.clone(),
        clock: clock.clone(),
        token: token.clone(),
    })
    .merge(outbox::router(outbox::Config {
        outbox,
        switches: switches.clone(),
        clock: clock.clone(),
        token: token.clone(),
    }))
    .merge(reviews::router(reviews::Config {
        received: reviews,
        switches: switches.clone(),
        clock,
        token: token.clone(),
    }))
    .merge(switches::router(switches, services, token))
}

/// Generates the population and serves it. Fails if the address cannot be taken.
pub async fn serve(config: Config) -> std::io::Result<Handle> {
    let seed = config.seed;
    let population = tokio::task::spawn_blocking(move || Population::generate(seed)).await;
    serve_population(config, Arc::new(population.map_err(std::io::Error::other)?)).await
}

/// Serves a population that is at hand; the seed says what it was made from. Fails if the address cannot be taken.
pub async fn serve_population(config: Config, population: Arc<Population>) -> std::io::Result<Handle> {
    let listener = TcpListener::bind(config.listen).await?;
    let address = listener.local_addr()?;
    let (switches, outbox) = (Arc::new(Switches::default()), Arc::new(Outbox::default()));
    let issuer = Arc::new(Issuer::new(&format!("http://{address}"), &config.token));
    let identities = oidc::Config {
        issuer: issuer.clone(),
        switches: switches.clone(),
        clock: config.clock.clone(),
        secret: config.token.as_str().into(),
    };
    let reviews = Arc::new(Received::default());
    let (stop, mut stopped) = watch::channel(false);
    let port = if config.listen.port() == 0 { 0 } else { address.port().wrapping_add(1) };
    let mails = TcpListener::bind((config.listen.ip(), port)).await?;
    let smtp = mails.local_addr()?;
    let mail_server = smtp::Config {
        outbox: outbox.clone(),
        switches: switches.clone(),
        clock: config.clock.clone(),
        token: config.token.as_str().into(),
    };
    tokio::spawn(smtp::serve(mails, mail_server, stopped.clone()));
    let router = router(
        population.clone(),
        switches.clone(),
        outbox.clone(),
        reviews.clone(),
        &config.token,
        config.clock,
    )
    .merge(oidc::router(identities));
    let listener = listener.tap_io(|stream| {
        // Without it an answer may wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        // An error means that the handle was dropped.
        let _ = stopped.wait_for(|stop| *stop).await;
    });
    let task = tokio::spawn(async move { serving.await });
    Ok(Handle { address, smtp, population, switches, outbox, issuer, reviews, stop, task })
}
