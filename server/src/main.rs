//! `zhangban`: the portal in one binary.

mod config;
mod http;
mod logs;
mod serve;
mod site;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// 掌办 Zhangban: a government service portal.
#[derive(Parser)]
#[command(version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal.
    Serve(config::ServeArguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Serve(arguments) => serve::run(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "the answer of a command line")]
fn complain(error: &dyn std::error::Error) {
    eprintln!("zhangban: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  because: {error}");
        cause = error.source();
    }
}
