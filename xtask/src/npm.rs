//! Packages from npm, installed only when they are missing or the lock file changed.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::shell;

/// `npm ci` in `folder` when needed.
pub fn install(folder: &Path) -> Result<()> {
    let Some(npm) = shell::find_program("npm") else {
        bail!("npm is missing: install Node.js 20 or newer");
    };
    let lock = fs::read(folder.join("package-lock.json"))?;
    let installed = folder.join("node_modules/.installed-lock");
    if fs::read(&installed).is_ok_and(|kept| kept == lock) {
        return Ok(());
    }
    shell::step(&format!(
        "Installing npm packages of {}",
        folder.file_name().unwrap_or_default().to_string_lossy()
    ));
    shell::run(Command::new(npm).current_dir(folder).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(installed, lock)?;
    Ok(())
}
