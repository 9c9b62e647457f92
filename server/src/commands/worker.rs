//! `zhangban worker`: the jobs without the pages.

use std::process::ExitCode;

use tokio::sync::watch;

use super::{Done, Stop, block_on};
use crate::{
    config::{Config, Place},
    logs,
    portal::{self, Portal},
};

/// Works until SIGTERM or SIGINT, then finishes what it has.
pub fn run(place: &Place) -> Done {
    let config = Config::read(place, None)?;
    logs::start(&config.log)?;
    block_on(async {
        let portal = Portal::open(&config).await?;
        portal.migrate().await?;
        let (stop, stopped) = watch::channel(false);
        let jobs = tokio::spawn(portal.work(&config, stopped));
        let catalog = tokio::spawn(portal::follow_catalog(portal.backend.clone()));
        let mut stop_signal = Stop::listen()?;
        tracing::info!(engine = portal.backend.db.engine(), "working");
        stop_signal.told().await;
        let _ = stop.send(true);
        jobs.await?;
        catalog.abort();
        portal.backend.db.close().await;
        Ok(ExitCode::SUCCESS)
    })?
}
