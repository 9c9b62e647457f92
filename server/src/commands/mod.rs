//! One file for each subcommand.

pub mod admin;
pub mod audit;
pub mod calendar;
pub mod catalog;
pub mod doctor;
pub mod keys;
mod lines;
pub mod organisation;
pub mod outbox;
pub mod regions;
pub mod registers;
pub mod serve;
pub mod worker;

use std::{error::Error, fmt::Display, future::Future, process::ExitCode};

use tokio::signal::unix::{Signal, SignalKind, signal};

/// How a command ends.
pub type Done = Result<ExitCode, Box<dyn Error>>;

/// A line for the person at the command line.
#[expect(clippy::print_stdout, reason = "the answer of a command line")]
fn say(line: impl Display) {
    println!("{line}");
}

/// An error, with what led to it.
#[expect(clippy::print_stderr, reason = "the answer of a command line")]
pub fn complain(error: &dyn Error) {
    eprintln!("zhangban: {error}");
    for cause in causes(error) {
        eprintln!("  because: {cause}");
    }
}

/// What led to an error, the nearest first.
fn causes(error: &dyn Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

fn block_on<T>(work: impl Future<Output = T>) -> Result<T, std::io::Error> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work))
}

/// Waits for SIGTERM or SIGINT. From its making on neither ends the process by itself.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> Result<Stop, std::io::Error> {
        Ok(Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
