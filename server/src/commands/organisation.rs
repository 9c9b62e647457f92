//! `zhangban organisation import`.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
};

use backend::{
    identity::Actor,
    organisation::{OfficeImportError, import_offices},
};
use domain::organisation::office_file::OfficeFile;

use super::{Done, block_on, say};
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
    let read = read(&file).map_err(|error| Unreadable(file.clone(), error))?;
    block_on(import(&file, read, place))?
}

#[derive(Debug, thiserror::Error)]
#[error("cannot read {0}")]
struct Unreadable(PathBuf, #[source] io::Error);

fn read(file: &Path) -> io::Result<OfficeFile> {
    let lines: Box<dyn BufRead> = match file.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(BufReader::new(File::open(file)?)),
    };
    let mut read = OfficeFile::default();
    for line in lines.split(b'\n') {
        read.bytes(&line?);
    }
    Ok(read)
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
            for mistake in &mistakes {
                say(format!("{}:{}: {}", file.display(), mistake.line, mistake.wrong));
            }
            say(format!("{} mistakes; nothing was changed", mistakes.len()));
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}
