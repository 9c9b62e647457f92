//! `cargo xtask test`: one command for everything that must hold.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    e2e, npm,
    postgres::{self, Postgres},
    shell, site, sizes, verifier,
};

/// Formatting and lints.
pub fn lint() -> Result<()> {
    shell::step("Checking the format");
    shell::run(&mut shell::cargo(&["fmt", "--all", "--check"]))?;
    shell::step("Checking with clippy: server side");
    shell::run(&mut deny_warnings(&["clippy", "--locked", "--workspace", "--all-targets"]))?;
    shell::step("Checking with clippy: browser side");
    shell::run(&mut deny_warnings(&[
        "clippy",
        "--locked",
        "--package",
        "frontend",
        "--package",
        "app",
        "--no-default-features",
        "--features",
        "app/hydrate",
        "--target",
        "wasm32-unknown-unknown",
    ]))?;
    shell::step("Checking with clippy: verifier");
    shell::run(&mut verifier::clippy())
}

fn deny_warnings(arguments: &[&str]) -> Command {
    let mut cargo = shell::cargo(arguments);
    cargo.args(["--", "-D", "warnings"]);
    cargo
}

/// Everything.
pub fn test() -> Result<()> {
    site::build(site::Optimise::Always)?;
    sizes::check_islands()?;
    lint()?;
    let postgres = Postgres::find_or_start()?;
    let nextest =
        shell::output(shell::cargo(&["nextest", "--version"]).stderr(std::process::Stdio::null())).is_ok();
    shell::step("Running the tests");
    let arguments: &[&str] = if nextest {
        &["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]
    } else {
        &["test", "--locked", "--workspace", "--no-fail-fast"]
    };
    shell::run(shell::cargo(arguments).env(postgres::VARIABLE, &postgres.url))?;
    foreign_verifier()?;
    crate::build::server(false)?;
    e2e::test(&[])?;
    drop(postgres);
    shell::step("All tests passed");
    Ok(())
}

/// A verifier that is not ours judges certificates that the backend makes for it.
fn foreign_verifier() -> Result<()> {
    let folder = shell::root().join("end2end/verifier");
    npm::install(&folder)?;
    shell::step("Letting a foreign verifier judge our certificates");
    let sample = ["--locked", "--package", "backend", "--example", "issue_sample"];
    shell::run(shell::cargo(&["build"]).args(sample))?;
    let Some(node) = shell::find_program("node") else {
        bail!("node is missing: install Node.js 20 or newer")
    };
    // Not a terminal or not: how many passed is printed.
    shell::run(Command::new(node).current_dir(&folder).args(["--test", "--test-reporter=spec"]))
}
