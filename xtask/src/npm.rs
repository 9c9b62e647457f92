//! Packages from npm, installed only when they are missing or the lock file changed.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::shell;

/// Oldest major version of Node.js that the packages run on.
const NODE: u32 = 20;

/// `npm ci` in `folder` when needed.
pub fn install(folder: &Path) -> Result<()> {
    let Some(npm) = shell::find_program("npm") else {
        bail!("npm is missing: install Node.js {NODE} or newer");
    };
    check_node()?;
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

fn check_node() -> Result<()> {
    let Some(node) = shell::find_program("node") else {
        bail!("node is missing: install Node.js {NODE} or newer");
    };
    let version = shell::output(Command::new(node).arg("--version"))?;
    match major(&version) {
        Some(found) if found >= NODE => Ok(()),
        _ => bail!("Node.js {} is too old: install {NODE} or newer", version.trim()),
    }
}

/// Of `v20.11.1`: 20.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn versions_of_node_are_read() {
        assert_eq!([major("v20.11.1\n"), major("v9.0.0"), major("none")], [Some(20), Some(9), None]);
    }
}
