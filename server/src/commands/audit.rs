//! `zhangban audit verify`.

use std::process::ExitCode;

use storage::audit::{self, Verdict};

use super::{Done, block_on, say};
use crate::{
    config::{Config, Place},
    portal,
};

#[derive(clap::Subcommand)]
pub enum Command {
    /// Read the whole trail again and name the first entry that is not as it was written.
    Verify(Place),
}

pub fn run(Command::Verify(place): Command) -> Done {
    let config = Config::read(&place, None)?;
    block_on(async {
        let db = portal::open_database(&config).await?;
        let mut tx = db.snapshot().await?;
        let verdict = audit::verify(&mut tx, &[]).await?;
        drop(tx);
        db.close().await;
        Ok(match verdict {
            Verdict::Sound { entries, .. } => {
                say(format!("the audit trail is sound: {entries} entries"));
                ExitCode::SUCCESS
            }
            Verdict::Broken(place) => {
                say(format!("the audit trail has been changed: {place}"));
                ExitCode::FAILURE
            }
        })
    })?
}
