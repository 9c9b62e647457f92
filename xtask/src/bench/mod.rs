//! `cargo xtask bench`: the portal beside what the machine allows, in one run. Ratios, not promises: two runs on two
//! machines differ in every number but, on idle machines, little in these.

mod database;
mod pages;
mod rebuild;
mod sizes;
mod table;

use std::{fs, path::PathBuf, process::Command, thread};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{
    shell,
    site::{self, Optimise},
};
use table::Table;

#[derive(clap::Args)]
pub struct Arguments {
    /// Short and small: to see that everything runs.
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// Also tables of ten million rows (10 GB of disk), and rebuilding after a change.
    #[arg(long)]
    full: bool,
    /// Measures the profile `release` instead of `measured`, which only lacks link-time optimisation.
    #[arg(long)]
    release: bool,
    /// Only these parts.
    #[arg(long, value_enum)]
    only: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Requests per second, payloads, readers beside writers.
    Pages,
    /// Filing cases.
    Submissions,
    /// Questions to large tables.
    Queries,
    /// A change to one page.
    Rebuild,
}

/// How long and how large.
struct Effort {
    quick: bool,
    full: bool,
    profile: &'static str,
}

/// Builds, measures and prints the table.
pub fn bench(arguments: &Arguments) -> Result<()> {
    let effort = Effort {
        quick: arguments.quick,
        full: arguments.full,
        profile: if arguments.release { "release" } else { "measured" },
    };
    let _lock = shell::Lock::take("bench")?;
    let wanted = |part: Part| arguments.only.is_empty() || arguments.only.contains(&part);
    let mut table = Table::default();
    if wanted(Part::Pages) {
        site::build(Optimise::IfInstalled)?;
        pages::measure(&effort, &mut table)?;
        sizes::measure(&mut table)?;
    }
    if wanted(Part::Submissions) {
        database::submissions(&effort, &mut table)?;
    }
    if wanted(Part::Queries) {
        database::queries(&effort, &mut table)?;
    }
    if wanted(Part::Rebuild) {
        if effort.full {
            rebuild::measure(&mut table)?;
        } else {
            table.skip("rebuild after one page's change", "≤ 60 s", "only with --full");
        }
    }
    table.skip(
        "first run on a fresh machine",
        "≤ 15 min",
        "needs a machine without downloads: time `cargo xtask run` there",
    );
    println!("\nProfile {}, {}", effort.profile, machine());
    table.print();
    Ok(())
}

/// Where measurements keep their files; on the disk of the workspace.
fn folder() -> Result<PathBuf> {
    let folder = shell::work_dir().join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Builds programs of one package in the profile that is measured, given as kind and name; where they are. Together, for
/// examples bring features along with which everything is built again.
fn build<const N: usize>(
    effort: &Effort,
    package: &str,
    programs: [(&str, &str); N],
    features: &[&str],
) -> Result<[PathBuf; N]> {
    let names = programs.map(|(_, name)| name).join(" and ");
    shell::step(&format!("Building {names} (profile {})", effort.profile));
    let mut cargo = shell::cargo(&["build", "--locked", "--profile", effort.profile, "--package", package]);
    for (kind, name) in programs {
        cargo.args([kind, name]);
    }
    for feature in features {
        cargo.args(["--features", feature]);
    }
    shell::run(&mut cargo)?;
    let folder = shell::target_dir().join(effort.profile);
    Ok(programs.map(|(kind, name)| match kind {
        "--example" => folder.join("examples").join(name),
        _ => folder.join(name),
    }))
}

/// Runs a measuring program, which answers with JSON; its temporary files are on the disk of the workspace.
fn ask(command: &mut Command) -> Result<Value> {
    let temporary = folder()?.join("tmp");
    fs::create_dir_all(&temporary)?;
    let answer = shell::output(command.env("TMPDIR", &temporary))?;
    let done = serde_json::from_str(answer.trim()).with_context(|| format!("not a measurement: {answer}"));
    // What a program left that was killed.
    let _ = fs::remove_dir_all(&temporary);
    done
}

fn number(value: &Value, name: &str) -> f64 {
    value.get(name).and_then(Value::as_f64).unwrap_or_default()
}

fn machine() -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?");
    format!("{cores} cores, load {load} at the end (figures count only when nothing else runs)")
}
