//! `zhangban catalog check | import | export`.

use std::{fs, path::PathBuf, process::ExitCode};

use backend::catalog::{
    Reference, embedded_services, files,
    publish::{Published, publish},
};
use domain::{catalog::Definition, text::Locale};

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    portal::Portal,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Check definitions and explain every mistake with its file and line; exit code 1 when there are any.
    Check {
        /// Files or folders; without any the definitions that ship with the program.
        paths: Vec<PathBuf>,
        /// Language of the explanations: zh or en.
        #[arg(long, default_value = "zh", value_parser = language)]
        language: Locale,
    },
    /// Publish definitions: what changed becomes a new version, and new cases begin with it.
    Import {
        /// Files or folders; without any the definitions that ship with the program.
        paths: Vec<PathBuf>,
        /// Language of the explanations: zh or en.
        #[arg(long, default_value = "zh", value_parser = language)]
        language: Locale,
        #[command(flatten)]
        place: Place,
    },
    /// Write the current definitions into a folder, one file each.
    Export {
        folder: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

fn language(tag: &str) -> Result<Locale, String> {
    Locale::from_tag(tag).ok_or_else(|| "zh or en".to_owned())
}

pub fn run(command: Command) -> Done {
    match command {
        Command::Check { paths, language } => {
            let reference = Reference::embedded()?;
            Ok(read(&paths, &reference, language)?.map_or(ExitCode::FAILURE, |definitions| {
                say(format!("{} definitions are sound", definitions.len()));
                ExitCode::SUCCESS
            }))
        }
        Command::Import { paths, language, place } => block_on(import(paths, language, place))?,
        Command::Export { folder, place } => block_on(export(folder, place))?,
    }
}

/// The definitions, or nothing after saying everything that is wrong with them.
fn read(
    paths: &[PathBuf],
    reference: &Reference,
    language: Locale,
) -> Result<Option<Vec<Definition>>, std::io::Error> {
    let texts = if paths.is_empty() { embedded_services() } else { files::texts(paths)? };
    let (mut definitions, mut mistakes) = (Vec::new(), 0_usize);
    for (file, text) in texts {
        match files::read(&file, &text, reference, language) {
            Ok(definition) => definitions.push(definition),
            Err(found) => {
                mistakes += found.len();
                found.iter().for_each(say);
            }
        }
    }
    if mistakes == 0 {
        return Ok(Some(definitions));
    }
    say(format!("{mistakes} mistakes"));
    Ok(None)
}

async fn import(paths: Vec<PathBuf>, language: Locale, place: Place) -> Done {
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    portal.migrate().await?;
    let Some(definitions) = read(&paths, &portal.backend.catalog.reference, language)? else {
        return Ok(ExitCode::FAILURE);
    };
    let outcomes = publish(&portal.backend, definitions).await?;
    let changed: Vec<&String> = outcomes
        .iter()
        .filter(|(_, published)| *published == Published::Changed)
        .map(|(code, _)| code)
        .collect();
    changed.iter().for_each(|code| say(format!("published {code}")));
    say(format!("{} published, {} unchanged", changed.len(), outcomes.len() - changed.len()));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn export(folder: PathBuf, place: Place) -> Done {
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    portal.backend.catalog.refresh(&portal.backend.db, portal.backend.now().date_in_china()).await?;
    fs::create_dir_all(&folder)?;
    let services = portal.backend.catalog.services();
    for service in services.every() {
        let file = folder.join(format!("{}.toml", service.code()));
        fs::write(file, files::write(&service.definition)?)?;
    }
    say(format!("{} definitions in {}", services.every().count(), folder.display()));
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}
