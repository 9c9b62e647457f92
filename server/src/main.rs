//! `zhangban`: the portal in one binary.

mod api;
mod commands;
mod config;
mod demo;
mod http;
mod logs;
mod portal;
mod site;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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
    Serve(commands::serve::Arguments),
    /// Do the work that waits in the outbox, beside or without a server.
    Worker(config::Place),
    /// Serve the stand-ins for the registers and the SMS and mail gateways, with synthetic people.
    Registers(commands::registers::Arguments),
    /// Service definitions: check files, publish them, write them out.
    #[command(subcommand)]
    Catalog(commands::catalog::Command),
    /// Administrative divisions: add places from a file, list them.
    #[command(subcommand)]
    Regions(commands::regions::Command),
    /// Offices (办理机构) and posts (岗位): add them from a file.
    #[command(subcommand)]
    Organisation(commands::organisation::Command),
    /// Working days as the State Council announces them.
    #[command(subcommand)]
    Calendar(commands::calendar::Command),
    /// The audit trail.
    #[command(subcommand)]
    Audit(commands::audit::Command),
    /// Accounts of members of staff.
    #[command(subcommand)]
    Admin(commands::admin::Command),
    /// The key ring: new keys, and old values sealed anew.
    #[command(subcommand)]
    Keys(commands::keys::Command),
    /// Messages and calls that leave: how much waits, and what was given up.
    #[command(subcommand)]
    Outbox(commands::outbox::Command),
    /// Check the configuration and everything the portal needs.
    Doctor(config::Place),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Worker(place) => commands::worker::run(&place),
        Command::Registers(arguments) => commands::registers::run(arguments),
        Command::Catalog(command) => commands::catalog::run(command),
        Command::Regions(command) => commands::regions::run(command),
        Command::Organisation(command) => commands::organisation::run(command),
        Command::Calendar(command) => commands::calendar::run(command),
        Command::Audit(command) => commands::audit::run(command),
        Command::Admin(command) => commands::admin::run(command),
        Command::Keys(command) => commands::keys::run(command),
        Command::Outbox(command) => commands::outbox::run(command),
        Command::Doctor(place) => commands::doctor::run(&place),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            commands::complain(error.as_ref());
            ExitCode::FAILURE
        }
    }
}
