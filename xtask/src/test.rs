//! `cargo xtask test`: one command for everything that must hold.

use std::process::Command;

use anyhow::Result;

use crate::{
    e2e,
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
    crate::build::server(false)?;
    e2e::test(&[])?;
    drop(postgres);
    shell::step("All tests passed");
    Ok(())
}
