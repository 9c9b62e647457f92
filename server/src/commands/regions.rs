//! `zhangban regions import | list`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use backend::{
    identity::Actor,
    organisation::{
        ImportError, import_regions,
        regions::{chain, children},
    },
};
use domain::organisation::{region::RegionCode, region_file::RegionFile};

use super::{Done, block_on, lines, say};
use crate::{
    config::{Config, Place},
    portal::Portal,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Add places (行政区划) from a file, and rename those that have another name; none is removed. With a mistake in the
    /// file nothing is changed: every mistake is explained with its line, and the exit code is 1.
    Import {
        /// Lines of code,zh,en with that header, in UTF-8; - reads from standard input.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// List a place and what lies right below it; without a code the provinces.
    List {
        /// 2, 4, 6, 9, 12 or 15 digits.
        code: Option<RegionCode>,
        #[command(flatten)]
        place: Place,
    },
}

pub fn run(command: Command) -> Done {
    match command {
        Command::Import { file, place } => {
            let mut read = RegionFile::default();
            lines::read(&file, |line| read.bytes(line))?;
            block_on(import(&file, read, place))?
        }
        Command::List { code, place } => block_on(list(code, place))?,
    }
}

async fn import(file: &Path, read: RegionFile, place: Place) -> Done {
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    portal.migrate().await?;
    let outcome = import_regions(&portal.backend, &Actor::System, read).await;
    portal.backend.db.close().await;
    match outcome {
        Ok(done) => {
            let same = done.places as u64 - done.changed;
            say(format!("{} places: {} new or renamed, {same} unchanged", done.places, done.changed));
            Ok(ExitCode::SUCCESS)
        }
        Err(ImportError::Mistakes(mistakes)) => {
            Ok(lines::explain(file, mistakes.into_iter().map(|mistake| (mistake.line, mistake.wrong))))
        }
        Err(error) => Err(error.into()),
    }
}

async fn list(code: Option<RegionCode>, place: Place) -> Done {
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    let backend = &portal.backend;
    if let Some(code) = code {
        let chain = chain(backend, code).await?;
        let Some(place) = chain.last() else {
            return Err(format!("there is no place {code}").into());
        };
        let names: Vec<&str> = chain.iter().map(|place| place.name.zh.as_str()).collect();
        say(format!("{},{},{}", place.code, names.concat(), place.name.en));
    }
    let mut after = None;
    loop {
        let page = children(backend, code, after).await?;
        for place in page.places {
            say(format!("{},{},{}", place.code, place.name.zh, place.name.en));
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}
