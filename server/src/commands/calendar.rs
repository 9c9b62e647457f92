//! `zhangban calendar import`: the working days of a year, once the State Council has announced them.

use std::{fs, path::PathBuf, process::ExitCode};

use backend::cases::reclock::reclock;
use backend::identity::Actor;
use backend::organisation::load_calendar;

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    portal::Portal,
};

/// A file of one year has a few hundred bytes.
const MOST_BYTES: u64 = 100_000;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Load the holidays and exchanged days of one year, in the form of catalog/calendars, and compute the promised days
    /// of all open cases anew.
    Import {
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

pub fn run(command: Command) -> Done {
    let Command::Import { file, place } = command;
    block_on(import(file, place))?
}

async fn import(file: PathBuf, place: Place) -> Done {
    if fs::metadata(&file)?.len() > MOST_BYTES {
        return Err(format!("{} is no calendar: it has more than {MOST_BYTES} bytes", file.display()).into());
    }
    let text = fs::read_to_string(&file)?;
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    portal.migrate().await?;
    let backend = &portal.backend;
    let year = load_calendar(backend, &Actor::System, &text).await?;
    let moved = reclock(backend).await?;
    say(format!("the working days of {year} are loaded; {moved} promised days moved"));
    backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}
