//! `zhangban registers`: the stand-ins alone.

use std::{net::SocketAddr, process::ExitCode, sync::Arc};

use backend::clock::{Clock, SystemClock};

use super::{Done, Stop, block_on, say};

#[derive(clap::Args)]
pub struct Arguments {
    /// Address to listen on; mails are taken on the port after it.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4100")]
    listen: SocketAddr,
    /// Bearer token that a portal has to send.
    #[arg(long, env = "ZHANGBAN_REGISTERS_TOKEN", hide_env_values = true)]
    token: String,
    /// Another number makes other people.
    #[arg(long, default_value_t = crate::config::Demo::default().seed)]
    seed: u64,
}

/// Serves until SIGTERM or SIGINT.
pub fn run(Arguments { listen, token, seed }: Arguments) -> Done {
    block_on(async {
        let clock = Arc::new(|| SystemClock.now());
        let standins = standins::serve(standins::Config { listen, seed, token, clock }).await?;
        let mut stop = Stop::listen()?;
        say(format!("the stand-ins listen on {}", standins.base_url()));
        say(format!("and take mails on smtp://{}, with the token as password", standins.smtp));
        stop.told().await;
        standins.shutdown().await?;
        Ok(ExitCode::SUCCESS)
    })?
}
