//! `zhangban catalog check | import | export`.

use std::{fs, path::PathBuf, process::ExitCode};

use backend::catalog::{
    Reference,
    bundles::publish_bundles,
    embedded_bundles, embedded_services, files,
    publish::{Published, publish},
};
use domain::{
    catalog::{Bundle, Definition},
    text::Locale,
};

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
            Ok(read(&paths, &reference, Vec::new(), language)?.map_or(
                ExitCode::FAILURE,
                |(definitions, bundles)| {
                    say(format!("{} definitions are sound", definitions.len()));
                    if !bundles.is_empty() {
                        say(format!("{} bundles are sound", bundles.len()));
                    }
                    ExitCode::SUCCESS
                },
            ))
        }
        Command::Import { paths, language, place } => block_on(import(paths, language, place))?,
        Command::Export { folder, place } => block_on(export(folder, place))?,
    }
}

/// Definitions, and bundles of them.
type Content = (Vec<Definition>, Vec<Bundle>);

/// The definitions and bundles, or nothing after saying everything that is wrong with them. Bundles are of these
/// definitions, of those in `known`, and of what ships with the program.
fn read(
    paths: &[PathBuf],
    reference: &Reference,
    known: Vec<Definition>,
    language: Locale,
) -> Result<Option<Content>, std::io::Error> {
    let texts = match paths.is_empty() {
        true => [embedded_services(), embedded_bundles()].concat(),
        false => files::texts(paths)?,
    };
    let (of_bundles, of_services): (Vec<_>, Vec<_>) =
        texts.into_iter().partition(|(file, _)| files::is_bundle(file));
    let (mut definitions, mut mistakes) = (Vec::new(), 0_usize);
    for (file, text) in of_services {
        match files::read(&file, &text, reference, language) {
            Ok(definition) => definitions.push(definition),
            Err(found) => {
                mistakes += found.len();
                found.iter().for_each(say);
            }
        }
    }
    let services = match of_bundles.is_empty() {
        true => Vec::new(),
        false => all_services(&definitions, known, reference, language),
    };
    let mut bundles = Vec::new();
    for (file, text) in of_bundles {
        match files::read_bundle(&file, &text, &services, reference, language) {
            Ok(bundle) => bundles.push(bundle),
            Err(found) => {
                mistakes += found.len();
                found.iter().for_each(say);
            }
        }
    }
    if mistakes == 0 {
        return Ok(Some((definitions, bundles)));
    }
    say(format!("{mistakes} mistakes"));
    Ok(None)
}

/// What bundles may be made of: the definitions at hand before those that are known, and those before what ships.
fn all_services(
    definitions: &[Definition],
    known: Vec<Definition>,
    reference: &Reference,
    language: Locale,
) -> Vec<Definition> {
    let shipped = embedded_services();
    let shipped = shipped.iter().filter_map(|(file, text)| files::read(file, text, reference, language).ok());
    let mut all: Vec<Definition> = definitions.to_vec();
    for definition in known.into_iter().chain(shipped) {
        if !all.iter().any(|d| d.code == definition.code) {
            all.push(definition);
        }
    }
    all
}

async fn import(paths: Vec<PathBuf>, language: Locale, place: Place) -> Done {
    let portal = Portal::open(&Config::read(&place, None)?).await?;
    portal.migrate().await?;
    backend::catalog::publish::refresh(&portal.backend).await?;
    let known = portal.backend.catalog.services().all.iter().map(|s| s.definition.clone()).collect();
    let read = read(&paths, &portal.backend.catalog.reference, known, language)?;
    let Some((definitions, bundles)) = read else {
        return Ok(ExitCode::FAILURE);
    };
    let mut outcomes = publish(&portal.backend, definitions).await?;
    outcomes.extend(publish_bundles(&portal.backend, bundles).await?);
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
    let published = services.bundles.iter().filter_map(|s| s.bundle.as_ref());
    let bundles: Vec<&Bundle> = published.map(|published| &published.bundle).collect();
    if !bundles.is_empty() {
        let folder = folder.join("bundles");
        fs::create_dir_all(&folder)?;
        for bundle in &bundles {
            fs::write(folder.join(format!("{}.toml", bundle.code)), files::write(bundle)?)?;
        }
        say(format!("{} bundles in {}", bundles.len(), folder.display()));
    }
    portal.backend.db.close().await;
    Ok(ExitCode::SUCCESS)
}
