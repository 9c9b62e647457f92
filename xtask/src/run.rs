//! `cargo xtask run`: from a fresh machine to a portal with demo data.

use std::{fs, net::SocketAddr, os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};

use crate::{
    build,
    shell::{self, root},
    site::{self, Optimise},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Optimised build.
    #[arg(long)]
    release: bool,
}

/// Builds what changed and becomes the server.
pub fn run(arguments: &Arguments) -> Result<()> {
    site::build(Optimise::IfInstalled)?;
    let binary = build::server(arguments.release)?;
    let data = root().join("data");
    fs::create_dir_all(&data)?;
    shell::step("Starting the portal with demo data (Ctrl-C stops it)");
    shell::note(&format!("data: {} (delete it to start afresh)", data.display()));
    let error = Command::new(&binary)
        .args(["serve", "--demo", "--data"])
        .arg(&data)
        .args(["--listen", &arguments.listen.to_string()])
        .exec();
    Err(error).with_context(|| format!("cannot start {}", binary.display()))
}
