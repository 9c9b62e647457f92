//! How much a phone has to load.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail};

use crate::{shell, site};

const ISLANDS_LIMIT: u64 = 70_000;

/// Fails when the WebAssembly and JavaScript of a page with islands are too large (brotli).
pub fn check_islands() -> Result<()> {
    shell::step("Measuring what a phone loads");
    let urls: BTreeMap<String, String> = serde_json::from_slice(&fs::read(site::dir().join("site.json"))?)?;
    let mut total = 0;
    for name in ["islands.wasm", "islands.js", "start.js"] {
        let url = urls.get(name).with_context(|| format!("the site has no {name}"))?;
        let plain = site::dir().join(url.trim_start_matches('/'));
        let compressed =
            plain.with_file_name(format!("{}.br", plain.file_name().unwrap_or_default().to_string_lossy()));
        let size = fs::metadata(&compressed).or_else(|_| fs::metadata(&plain))?.len();
        shell::note(&format!("{name}: {size} bytes"));
        total += size;
    }
    shell::note(&format!("WebAssembly and JavaScript: {total} bytes of {ISLANDS_LIMIT} (brotli)"));
    if total > ISLANDS_LIMIT {
        bail!("the islands are too large: {total} bytes, and the limit is {ISLANDS_LIMIT}");
    }
    Ok(())
}
