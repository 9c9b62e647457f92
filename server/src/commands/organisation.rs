//! `zhangban organisation import`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use backend::{
    identity::Actor,
    organisation::{OfficeImportError, import_offices},
};
use domain::organisation::office_file::OfficeFile;

use super::{Done, block_on, lines, say};
use crate::{
    config::{Config, Place},
    portal::Portal,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Open offices and posts from a file, and say anew what offices are called and how they can be reached; none is closed.
    /// With a mistake in the file nothing is changed: every mistake is explained with its line, and the exit code is 1.
    Import {
        /// CSV in UTF-8 with a first line that names the columns; - reads from standard input.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

pub fn run(command: Command) -> Done {
    let Command::Import { file, place } = command;
    let mut read = OfficeFile::default();
    lines::read(&file, |line| read.bytes(line))?;
    block_on(import(&file, read, place))?
}

async fn import(file: &Path, read: OfficeFile, place: Place) -> Done {
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    portal.migrate().await?;
    let outcome = import_offices(&portal.backend, &Actor::System, read).await;
    portal.backend.db.close().await;
    match outcome {
        Ok(done) => {
            let (offices, posts) = (done.offices, done.posts);
            say(format!(
                "{offices} offices: {} opened, {} changed",
                done.offices_opened, done.offices_described
            ));
            say(format!("{posts} posts: {} opened", done.posts_opened));
            Ok(ExitCode::SUCCESS)
        }
        Err(OfficeImportError::Mistakes(mistakes)) => {
            Ok(lines::explain(file, mistakes.into_iter().map(|mistake| (mistake.line, mistake.wrong))))
        }
        Err(error) => Err(error.into()),
    }
}
