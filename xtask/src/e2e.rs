//! Tests in a real browser, against the real binary.

use std::process::Command;

use anyhow::Result;

use crate::{
    build, chromium, npm,
    shell::{self, root},
    site::{self, Optimise},
};

/// Builds what changed, then tests.
pub fn build_and_test(arguments: &[String]) -> Result<()> {
    site::build(Optimise::IfInstalled)?;
    build::server(false)?;
    test(arguments)
}

/// Tests the development build that is there.
pub fn test(arguments: &[String]) -> Result<()> {
    let folder = root().join("end2end");
    npm::install(&folder)?;
    let browser = chromium::find_or_install(&folder)?;
    shell::step("Testing in the browser");
    let mut playwright = Command::new("npx");
    playwright.current_dir(&folder).args(["playwright", "test"]).args(arguments);
    playwright.env("E2E_BINARY", build::binary(false));
    if let Some(browser) = browser {
        shell::note(&format!("with {}", browser.display()));
        playwright.env(chromium::VARIABLE, browser);
    }
    shell::run(&mut playwright)
}
