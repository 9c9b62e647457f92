//! What a phone loads for a page, compressed with brotli.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result};

use super::pages::pages_folder;
use super::table::{Table, Verdict, count};
use crate::{shell, site, site::WASM_TARGET, verifier};

const ISLANDS: [&str; 3] = ["islands.wasm", "islands.js", "start.js"];
const ISLANDS_GOAL: f64 = 70_000.0;
const HOME_GOAL: f64 = 35_000.0;

/// Measures the site and the pages that were kept while they were asked for.
pub fn measure(table: &mut Table) -> Result<()> {
    shell::step("Measuring what a phone loads");
    let site = Files::read()?;
    let pages = pages_folder()?;
    let page = |name: &str| {
        let path = pages.join(name);
        fs::read(&path).with_context(|| format!("{} was not kept", path.display()))
    };
    let form = String::from_utf8_lossy(&page("step.html")?).into_owned();
    let loads = form.contains(site.url("start.js")?);
    let islands = if loads { site.sum(&ISLANDS)? } else { 0.0 };
    table.add(
        "WebAssembly and JavaScript of a form page",
        "≤ 70 kB",
        format!("{:.1} kB", islands / 1000.0),
        Verdict::at_most(islands, ISLANDS_GOAL),
        ISLANDS.map(|name| format!("{name} {}", site.size(name).map_or(String::new(), count))).join(", "),
    );
    let scripts: usize = ["home.page", "guide.page"]
        .into_iter()
        .map(|name| Ok(String::from_utf8_lossy(&page(name)?).matches("<script").count()))
        .sum::<Result<usize>>()?;
    table.add(
        "WebAssembly and JavaScript of public pages",
        "0",
        if scripts == 0 { "0".to_owned() } else { format!("{scripts} scripts") },
        if scripts == 0 { Verdict::Met } else { Verdict::NotMet },
        "no script element on the home page and a guide page",
    );
    let verifier = site.sum(&verifier::FILES)?;
    table.add(
        "WebAssembly and JavaScript of the verifying page",
        "",
        format!("{:.1} kB", verifier / 1000.0),
        Verdict::Reported,
        "checks certificates without network; loaded by that page alone",
    );
    let (html, css) = (page("home--compressed.page")?.len() as f64, site.size("main.css")?);
    table.add(
        "HTML and CSS of the home page",
        "≤ 35 kB",
        format!("{:.1} kB", (html + css) / 1000.0),
        Verdict::at_most(html + css, HOME_GOAL),
        format!("{} as the portal sends it, {} of style", count(html), count(css)),
    );
    services(&site, table)
}

/// Definitions are data of the server: the WebAssembly is the same file for 36 services and for any number.
fn services(site: &Files, table: &mut Table) -> Result<()> {
    let list = shell::target_dir().join(WASM_TARGET).join("wasm/frontend.d");
    let text = fs::read_to_string(&list).with_context(|| format!("{} was not built", list.display()))?;
    let inputs: Vec<&str> = text.split_whitespace().skip(1).collect();
    let definitions = inputs.iter().filter(|path| path.contains("catalog/services")).count();
    let services = fs::read_dir(shell::root().join("catalog/services"))?.count();
    table.add(
        format!("WebAssembly from 36 to {services} services"),
        "+0 bytes",
        if definitions == 0 { "+0 bytes".to_owned() } else { format!("{definitions} definitions inside") },
        if definitions == 0 { Verdict::Met } else { Verdict::NotMet },
        format!(
            "the same hashed file {}: none of its {} sources is a definition",
            site.url("islands.wasm")?,
            inputs.len()
        ),
    );
    Ok(())
}

/// Addresses of the site's hashed files.
struct Files(BTreeMap<String, String>);

impl Files {
    fn read() -> Result<Files> {
        Ok(Files(serde_json::from_slice(&fs::read(site::dir().join("site.json"))?)?))
    }

    fn url(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).with_context(|| format!("the site has no {name}"))
    }

    /// Bytes as sent: small files are not compressed.
    fn size(&self, name: &str) -> Result<f64> {
        let path = self.url(name)?.trim_start_matches('/');
        let compressed = fs::metadata(site::dir().join(format!("{path}.br")));
        Ok(compressed.or_else(|_| fs::metadata(site::dir().join(path)))?.len() as f64)
    }

    fn sum(&self, names: &[&str]) -> Result<f64> {
        names.iter().map(|name| self.size(name)).sum()
    }
}
