//! Pages of a running portal against a bare handler with the same bytes, and readers beside writers.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::table::{Table, Verdict, count};
use super::{Effort, ask, build, folder, number};

const PUBLIC_GOAL: f64 = 0.50;
const SIGNED_IN_GOAL: f64 = 0.15;
/// Once the first goal is met.
const SIGNED_IN_NEXT: f64 = 0.25;
const MIXED_GOAL: f64 = 2.0;

/// Where the pages are that were measured.
pub fn pages_folder() -> Result<PathBuf> {
    Ok(folder()?.join("pages"))
}

pub fn measure(effort: &Effort, table: &mut Table) -> Result<()> {
    let programs = [("--bin", "zhangban"), ("--example", "bench_http")];
    let [binary, bench] = build(effort, "server", programs, &[])?;
    let pages = pages_folder()?;
    let _ = fs::remove_dir_all(&pages);
    fs::create_dir_all(&pages)?;
    let portal = Portal::start(&binary, &folder()?.join("portal"))?;
    crate::shell::step("Asking for pages");
    let (seconds, rounds) = if effort.quick { ("0.5", "1") } else { ("4", "3") };
    let answer = ask(Command::new(&bench)
        .args(["measure", &portal.url, &portal.child.id().to_string()])
        .arg(&pages)
        .args([seconds, rounds]))?;
    drop(portal);

    for page in answer["pages"].as_array().into_iter().flatten() {
        let name = page["name"].as_str().unwrap_or_default();
        let (ours, theirs) = (number(page, "portal_per_second"), number(page, "floor_per_second"));
        let ratio = ours / theirs;
        let (kind, goal) = match name {
            "home" | "guide" => ("public page", Some(PUBLIC_GOAL)),
            "me" | "cases" if ratio >= SIGNED_IN_GOAL => ("signed-in page", Some(SIGNED_IN_NEXT)),
            "me" | "cases" => ("signed-in page", Some(SIGNED_IN_GOAL)),
            // Compressing costs more than rendering; a proxy in front may do it, so it has no goal.
            _ => ("public page", None),
        };
        table.add(
            format!("{kind}: {name}"),
            goal.map_or_else(String::new, |goal| format!("≥ {goal:.2} of a bare handler")),
            format!("{ratio:.2}"),
            goal.map_or(Verdict::Reported, |goal| Verdict::at_least(ratio, goal)),
            format!(
                "{} of {} requests/s; processor {} of {} µs a request; {} bytes",
                count(ours),
                count(theirs),
                count(number(page, "portal_processor_us")),
                count(number(page, "floor_processor_us")),
                count(number(page, "bytes")),
            ),
        );
    }
    mixed(&answer["mixed"], table);
    Ok(())
}

fn mixed(mixed: &Value, table: &mut Table) {
    let (alone, beside) = (number(mixed, "read_only_p99_ms"), number(mixed, "mixed_p99_ms"));
    let ratio = beside / alone;
    table.add(
        "read p99 with 10 % writes",
        format!("≤ {MIXED_GOAL:.0} × read-only"),
        format!("{ratio:.2} ×"),
        Verdict::at_most(ratio, MIXED_GOAL),
        format!(
            "{beside:.1} of {alone:.1} ms; {} requests/s with {} durable writes, {} without",
            count(number(mixed, "mixed_per_second")),
            count(number(mixed, "writes")),
            count(number(mixed, "read_only_per_second")),
        ),
    );
}

/// A portal with demo data on a free port; ends with this.
struct Portal {
    child: Child,
    url: String,
}

impl Portal {
    fn start(binary: &Path, data: &Path) -> Result<Portal> {
        crate::shell::step("Starting the portal with demo data");
        let _ = fs::remove_dir_all(data);
        fs::create_dir_all(data)?;
        let (said, log) = (data.join("output"), data.join("log"));
        // It ends when xtask ends, however that happens.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM"])
            .arg(binary)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data.join("data"))
            .env_remove("DATABASE_URL")
            .env("ZHANGBAN_LOG__FORMAT", "json")
            .stdout(File::create(&said)?)
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let mut portal = Portal { child, url: String::new() };
        for _ in 0..1200 {
            if let Some(status) = portal.child.try_wait()? {
                bail!("the portal ended at once ({status}); see {}", log.display());
            }
            let text = fs::read_to_string(&said)?;
            let url = text.lines().find_map(|line| line.split_once("is ready: ")).map(|(_, url)| url.trim());
            if let Some(url) = url {
                portal.url = url.to_owned();
                return Ok(portal);
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the portal was not ready within a minute; see {}", log.display())
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
