//! A browser for the tests: one that is there, else Playwright's, else the distribution's.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::shell;

/// Set for the tests; an operator may set it to choose a browser.
pub const VARIABLE: &str = "CHROMIUM_PATH";

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// The browser to test with; `None` when Playwright brings its own. `end2end` holds the npm packages.
pub fn find_or_install(end2end: &Path) -> Result<Option<PathBuf>> {
    if let Some(chosen) = env::var_os(VARIABLE) {
        let chosen = PathBuf::from(chosen);
        if !chosen.is_file() {
            bail!("{VARIABLE} names {}, which is not there", chosen.display());
        }
        return Ok(Some(chosen));
    }
    if let Some(installed) = NAMES.iter().find_map(|name| shell::find_program(name)) {
        return Ok(Some(installed));
    }
    shell::step("Installing Chromium for the tests");
    let mut playwright = Command::new("npx");
    playwright.current_dir(end2end).args(["playwright", "install"]);
    if shell::is_root() {
        playwright.arg("--with-deps");
    }
    if shell::run(playwright.arg("chromium")).is_ok() {
        return Ok(None);
    }
    if shell::is_root() && shell::find_program("apt-get").is_some() {
        shell::apt_install(&["chromium"])?;
        if let Some(installed) = NAMES.iter().find_map(|name| shell::find_program(name)) {
            return Ok(Some(installed));
        }
    }
    bail!("there is no Chromium: install one (Debian: apt install chromium) or set {VARIABLE} to its path")
}
