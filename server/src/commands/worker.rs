//! `zhangban worker`: the jobs without the pages.

use std::process::ExitCode;

use tokio::sync::watch;

use super::{Done, block_on, told_to_stop};
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
        portal.backend.db.migrate().await?;
        let (stop, stopped) = watch::channel(false);
        let jobs = tokio::spawn(portal.jobs().run(stopped));
        let catalog = tokio::spawn(portal::follow_catalog(portal.backend.clone()));
        tracing::info!(engine = portal.backend.db.engine(), "working");
        told_to_stop().await?;
        let _ = stop.send(true);
        jobs.await?;
        catalog.abort();
        portal.backend.db.close().await;
        Ok(ExitCode::SUCCESS)
    })?
}
