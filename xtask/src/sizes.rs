//! How much a phone has to load.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

use crate::{shell, site, verifier};

const ISLANDS_LIMIT: u64 = 70_000;

/// Fails when the WebAssembly and JavaScript of a page with islands, or of the verifying page, are too large (brotli).
pub fn check_islands() -> Result<()> {
    shell::step("Measuring what a phone loads");
    check("islands", &["islands.wasm", "islands.js", "start.js"], ISLANDS_LIMIT)?;
    check("verifier", &verifier::FILES, verifier::LIMIT)?;
    check_paths(&site::dir())
}

/// Fails when a file of the site tells where it was built.
fn check_paths(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            check_paths(&path)?;
            continue;
        }
        let content = fs::read(&path)?;
        for (private, _) in site::private_paths() {
            if content.windows(private.len()).any(|bytes| bytes == private.as_bytes()) {
                bail!("{} holds the path {private} of this machine", path.display());
            }
        }
    }
    Ok(())
}

fn check(what: &str, names: &[&str], limit: u64) -> Result<()> {
    let urls: BTreeMap<String, String> = serde_json::from_slice(&fs::read(site::dir().join("site.json"))?)?;
    let mut total = 0;
    for name in names {
        let url = urls.get(*name).with_context(|| format!("the site has no {name}"))?;
        let plain = site::dir().join(url.trim_start_matches('/'));
        let compressed =
            plain.with_file_name(format!("{}.br", plain.file_name().unwrap_or_default().to_string_lossy()));
        let size = fs::metadata(&compressed).or_else(|_| fs::metadata(&plain))?.len();
        shell::note(&format!("{name}: {size} bytes"));
        total += size;
    }
    shell::note(&format!("{what}: {total} bytes of {limit} (brotli)"));
    if total > limit {
        bail!("the {what} are too large: {total} bytes, and the limit is {limit}");
    }
    Ok(())
}
