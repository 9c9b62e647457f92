//! `zhangban audit verify`.

use std::{path::PathBuf, process::ExitCode};

use backend::audit::{self, CheckpointFile, CheckpointKey};

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    portal,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Read the whole trail and its checkpoints again, and name the first place that is not as it was written.
    Verify {
        /// File of checkpoints, such as one that was taken off this machine; without it the one in the data directory,
        /// when there is one.
        #[arg(long, value_name = "FILE")]
        checkpoints: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
}

pub fn run(Command::Verify { checkpoints, place }: Command) -> Done {
    let config = Config::read(&place, None)?;
    let own = Some(config.checkpoints_file()).filter(|file| file.exists());
    let file = checkpoints.or(own).map(CheckpointFile);
    block_on(async {
        let db = portal::open_database(&config).await?;
        let key = CheckpointKey::of(&portal::open_keys(&config, &db).await?);
        let found = audit::verify(&db, &key, file.as_ref()).await?;
        db.close().await;
        Ok(match found {
            Ok(trail) => {
                say(format!(
                    "the audit trail is sound: {} entries, {} checkpoints",
                    trail.entries, trail.checkpoints
                ));
                match file {
                    Some(file) => {
                        say(format!("and reaches all {} in {}", trail.lines, file.path().display()))
                    }
                    None => say("there is no file of checkpoints to compare it with"),
                }
                ExitCode::SUCCESS
            }
            Err(place) => {
                say(format!("the audit trail has been changed: {place}"));
                if let Some(file) = file {
                    say(format!("the file is {}", file.path().display()));
                }
                ExitCode::FAILURE
            }
        })
    })?
}
