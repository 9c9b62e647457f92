//! `zhangban outbox list | revive`.

use std::process::ExitCode;

use backend::messages::revive;
use domain::ids::OutboxId;
use storage::messages::outbox;

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    http::backlog,
    portal::Portal,
};

/// Messages of a topic in the list, at most.
const LIST: i64 = 100;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Show how much waits, and the newest hundred messages of each topic that were given up.
    List(Place),
    /// Try messages once more that were given up.
    Revive {
        /// As the list shows them.
        #[arg(required = true)]
        ids: Vec<OutboxId>,
        #[command(flatten)]
        place: Place,
    },
}

pub fn run(command: Command) -> Done {
    let (Command::List(place) | Command::Revive { place, .. }) = &command;
    let config = Config::read(place, None)?;
    block_on(async {
        let portal = Portal::open(&config).await?;
        let done = match command {
            Command::List(_) => list(&portal).await,
            Command::Revive { ids, .. } => revive_all(&portal, ids).await,
        };
        portal.backend.db.close().await;
        done
    })?
}

async fn list(portal: &Portal) -> Done {
    let db = &portal.backend.db;
    for (topic, backlog) in backlog::of_topics(db, &portal.jobs().topics()).await? {
        say(format!("{topic}: {} waiting, {} given up", backlog.pending, backlog.dead));
        for message in outbox::dead(&mut db.read().await?, topic, outbox::NEWEST, LIST).await? {
            let (id, tries) = (message.id, message.attempts);
            let error = message.last_error.as_deref().unwrap_or("-");
            let erased = if message.erased_at.is_some() { ", content erased" } else { "" };
            let at = message.dead_at.to_rfc3339();
            say(format!("  {id}  given up {at} after {tries} tries: {error}{erased}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn revive_all(portal: &Portal, ids: Vec<OutboxId>) -> Done {
    let mut code = ExitCode::SUCCESS;
    for id in ids {
        if revive(&portal.backend, id).await? {
            say(format!("{id} will be tried once more"));
        } else {
            say(format!("{id} is not a message that was given up and still has its content"));
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
