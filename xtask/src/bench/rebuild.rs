//! From saving a changed page to a server that has it.

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Context, Result, bail};

use super::table::{Table, Verdict};
use crate::{
    build,
    shell::{self, root},
    site::{self, Optimise},
};

const GOAL_SECONDS: f64 = 60.0;
const PAGE: &str = "app/src/catalog/pages/home.rs";
const FROM: &str = "<TileGrid tiles lift=true/>";
const TO: &str = "<TileGrid tiles lift=true/><p class=\"hint\">\"…\"</p>";

/// A source that stands as it was when this is dropped.
struct Changed {
    path: PathBuf,
    original: String,
}

impl Drop for Changed {
    fn drop(&mut self) {
        if let Err(error) = fs::write(&self.path, &self.original) {
            shell::note(&format!("{} must be restored by hand: {error}", self.path.display()));
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement takes the time")]
pub fn measure(table: &mut Table) -> Result<()> {
    site::build(Optimise::IfInstalled)?;
    build::server(false)?;
    shell::step(&format!("Rebuilding after a change of {PAGE}"));
    let path = root().join(PAGE);
    let original = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    if !original.contains(FROM) {
        bail!("{PAGE} has no {FROM} to change any more");
    }
    let changed = Changed { path, original };
    fs::write(&changed.path, changed.original.replacen(FROM, TO, 1))?;
    let began = Instant::now();
    site::build(Optimise::IfInstalled)?;
    build::server(false)?;
    let seconds = began.elapsed().as_secs_f64();
    drop(changed);
    table.add(
        "rebuild after one page's change",
        "≤ 60 s",
        format!("{seconds:.0} s"),
        Verdict::at_most(seconds, GOAL_SECONDS),
        "site and development server, as `cargo xtask run` builds them",
    );
    Ok(())
}
