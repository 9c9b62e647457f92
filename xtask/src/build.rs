//! `cargo xtask build`.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    shell,
    site::{self, Optimise},
};

/// Builds the site and the server.
pub fn build(release: bool) -> Result<()> {
    site::build(if release { Optimise::Always } else { Optimise::IfInstalled })?;
    let binary = server(release)?;
    shell::note(&format!("built {}", binary.display()));
    Ok(())
}

/// Builds the server; the path of its binary.
pub fn server(release: bool) -> Result<PathBuf> {
    shell::step(if release {
        "Building the server (optimised; takes a while)"
    } else {
        "Building the server"
    });
    let mut cargo = shell::cargo(&["build", "--locked", "--package", "server"]);
    if release {
        cargo.arg("--release");
    }
    shell::run(&mut cargo)?;
    Ok(binary(release))
}

/// Where cargo puts the binary.
pub fn binary(release: bool) -> PathBuf {
    shell::target_dir().join(if release { "release" } else { "debug" }).join("zhangban")
}
