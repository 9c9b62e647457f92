//! Counts changes of offices and calendars, so that every process notices them.

use crate::{Error, Tx, execute, fetch_one, statements};

statements! {
    READ = "SELECT generation FROM organisation_generation WHERE only_row = 1";
    COUNT = "UPDATE organisation_generation SET generation = generation + 1 WHERE only_row = 1";
}

/// Grows with every change.
pub async fn read(tx: &mut Tx) -> Result<i64, Error> {
    let (generation,) = fetch_one!(tx, (i64,), READ)?;
    Ok(generation)
}

pub(super) async fn count(tx: &mut Tx) -> Result<(), Error> {
    execute!(tx, COUNT).map(drop)
}
