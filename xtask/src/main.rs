//! `cargo xtask`: everything that builds, runs and tests the portal.
#![allow(clippy::print_stdout, reason = "progress and results of a command line")]

mod bench;
mod build;
mod chromium;
mod e2e;
mod npm;
mod postgres;
mod run;
mod shell;
mod site;
mod sizes;
mod test;
mod verifier;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, runs and tests the portal.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and start the portal with demo data.
    Run(run::Arguments),
    /// Build the site and the server.
    Build {
        /// Optimised, with the whole site inside the binary.
        #[arg(long)]
        release: bool,
    },
    /// Everything that must hold: formatting, lints, tests on both databases, the browser, sizes.
    Test,
    /// Formatting and lints only.
    Lint,
    /// Measure speed and size against their goals.
    Bench(bench::Arguments),
    /// Only the tests in the browser; further arguments go to Playwright.
    E2e {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        playwright: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Build { release } => build::build(release),
        Command::Test => test::test(),
        Command::Lint => test::lint(),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::E2e { playwright } => e2e::build_and_test(&playwright),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\n✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}
