//! `zhangban keys add | rotate | reseal`.

use std::process::ExitCode;

use backend::{
    clock::SystemChance,
    keys::{Needed, reseal},
    sealing::KeyRing,
};

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    logs,
    portal::{Portal, PortalError},
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Add a key to the key ring that seals nothing yet: it has to be on every machine before it becomes the current one.
    Add(Place),
    /// Seal new values with the newest key of the ring, from the next start on; makes one when the newest is in use.
    Rotate(Place),
    /// Seal old values anew with the current key, while the portal runs; says which keys nothing needs any more.
    Reseal(Place),
}

pub fn run(command: Command) -> Done {
    let (Command::Add(place) | Command::Rotate(place) | Command::Reseal(place)) = &command;
    let config = Config::read(place, None)?;
    match command {
        Command::Add(_) => add(&config),
        Command::Rotate(_) => rotate(&config),
        Command::Reseal(_) => block_on(reseal_all(&config))?,
    }
}

fn add(config: &Config) -> Done {
    let file = config.keys_file();
    let change = || Ok((KeyRing::add(&file, &SystemChance)?, KeyRing::open(&file)?.current()));
    let (id, current) = change().map_err(|error| PortalError::Keys(file.clone(), error))?;
    say(format!("{} has the key {id}; values are still sealed with {current}", file.display()));
    Ok(ExitCode::SUCCESS)
}

fn rotate(config: &Config) -> Done {
    let file = config.keys_file();
    let change = || {
        let ring = KeyRing::open(&file)?;
        if ring.newest() == ring.current() {
            KeyRing::add(&file, &SystemChance)?;
        }
        KeyRing::take_newest(&file)
    };
    let id = change().map_err(|error| PortalError::Keys(file.clone(), error))?;
    say(format!("{}: values are sealed with the key {id} from the next start on", file.display()));
    Ok(ExitCode::SUCCESS)
}

async fn reseal_all(config: &Config) -> Done {
    logs::start(&config.log)?;
    let portal = Portal::open(config).await?;
    portal.migrate().await?;
    let told = |column: &storage::keys::sealed::Column, values| {
        say(format!("{}.{}: {values} sealed anew", column.table, column.name));
    };
    let done = reseal(&portal.backend, told).await?;
    say(format!("{} values sealed anew with the key {}", done.values, portal.backend.keys.current()));
    for (id, needed) in &done.old_keys {
        if needed.nothing() {
            say(format!("the key {id} is unused: it may be taken out of the ring, on every machine"));
        } else {
            say(format!("the key {id} is still needed: {}", reasons(*needed)));
        }
    }
    if done.unopenable > 0 {
        say(format!(
            "{} values cannot be opened with any key of the ring; the log names them",
            done.unopenable
        ));
    }
    portal.backend.db.close().await;
    Ok(if done.unopenable == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn reasons(needed: Needed) -> String {
    let mut reasons = Vec::new();
    if needed.values > 0 {
        reasons.push(format!("{} values", needed.values));
    }
    if needed.audit > 0 {
        reasons.push(format!("{} words in the audit trail", needed.audit));
    }
    if needed.passing {
        reasons.push("what is gone in half an hour".to_owned());
    }
    reasons.join(", ")
}
