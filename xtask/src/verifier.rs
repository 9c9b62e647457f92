//! The verifier: WebAssembly that only the page for checking certificates loads.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{
    shell::{self, root},
    site::{Site, WASM_TARGET, bind, wasm_build},
};

/// Its files in the site; `sizes` measures them together.
pub const FILES: [&str; 3] = ["verifier.wasm", "verifier.js", "verify.js"];
/// Brotli, of all three.
pub const LIMIT: u64 = 95_000;

/// The built verifier and the module of its page.
pub struct Verifier {
    js: Vec<u8>,
    wasm: Vec<u8>,
    page: String,
}

impl Verifier {
    /// Built by itself: together with the islands, they would carry its cryptography too.
    pub fn build(wasm_opt: &Option<PathBuf>) -> Result<Verifier> {
        shell::step("Building the verifier (WebAssembly)");
        shell::run(&mut wasm_build("verifier"))?;
        let (js, wasm) = bind("verifier", "verifier", wasm_opt)?;
        let page = fs::read_to_string(root().join("frontend/verify.js"))?;
        Ok(Verifier { js, wasm, page })
    }

    pub fn add_to(self, site: &mut Site) {
        let wasm = site.hashed("verifier.wasm", self.wasm);
        let js = site.hashed("verifier.js", self.js);
        let page = self.page.replace("__VERIFIER_JS__", &js).replace("__VERIFIER_WASM__", &wasm);
        site.hashed("verify.js", page.into_bytes());
    }
}

/// Clippy for the browser's side of the verifier.
pub fn clippy() -> Command {
    let target = ["--package", "verifier", "--target", WASM_TARGET];
    let mut cargo = shell::cargo(&["clippy", "--locked"]);
    cargo.args(target).args(["--", "-D", "warnings"]);
    cargo
}
