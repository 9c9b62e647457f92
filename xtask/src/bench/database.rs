//! Filing cases against plain inserts, and questions to tables that grow.

use std::{env, path::Path, process::Command};

use anyhow::Result;

use super::table::{Table, Verdict, count};
use super::{Effort, ask, build, number};
use crate::{
    postgres::{self, Postgres},
    shell,
};

const SUBMISSIONS_GOAL: f64 = 0.6;
const GROWTH_GOAL: f64 = 1.5;

/// A PostgreSQL if there is one on this machine; nothing is installed for a measurement.
fn postgres() -> Result<Option<Postgres>> {
    let named = env::var_os(postgres::VARIABLE).is_some();
    let installed = Path::new("/usr/lib/postgresql").is_dir() || shell::find_program("initdb").is_some();
    if named || installed { Postgres::find_or_start().map(Some) } else { Ok(None) }
}

/// Runs a measurement on SQLite, and on PostgreSQL where there is one.
fn on_both(mut measure: impl FnMut(&str, &[(&str, &str)]) -> Result<()>) -> Result<bool> {
    measure("sqlite", &[])?;
    let Some(postgres) = postgres()? else { return Ok(false) };
    measure("postgres", &[(postgres::VARIABLE, postgres.url.as_str())])?;
    Ok(true)
}

pub fn submissions(effort: &Effort, table: &mut Table) -> Result<()> {
    let [bench] = build(effort, "backend", [("--example", "bench_submissions")], &[])?;
    let goal = format!("≥ {SUBMISSIONS_GOAL} of raw inserts");
    // Clients, cases of each in a round, rounds.
    let efforts: &[[&str; 3]] =
        if effort.quick { &[["32", "4", "1"]] } else { &[["32", "40", "3"], ["128", "15", "3"]] };
    let both = on_both(|engine, variables| {
        shell::step(&format!("Filing cases ({engine})"));
        for arguments in efforts {
            let command = &mut Command::new(&bench);
            let answer = ask(command.arg(engine).args(arguments).envs(variables.iter().copied()))?;
            let (ours, raw) = (number(&answer, "submissions_per_second"), number(&answer, "raw_per_second"));
            let ratio = ours / raw;
            let durable =
                if answer["durable"] == true { "" } else { "; NOT DURABLE: this server does not flush" };
            table.add(
                format!("submissions/s, {} clients, {}", arguments[0], name(engine)),
                goal.clone(),
                format!("{ratio:.2}"),
                Verdict::at_least(ratio, SUBMISSIONS_GOAL),
                format!(
                    "{} of {} cases/s; raw: the same {:.0} rows of each case in batches{durable}",
                    count(ours),
                    count(raw),
                    number(&answer, "rows_per_case"),
                ),
            );
        }
        Ok(())
    })?;
    if !both {
        table.skip("submissions/s, PostgreSQL", &goal, "no PostgreSQL on this machine");
    }
    Ok(())
}

pub fn queries(effort: &Effort, table: &mut Table) -> Result<()> {
    let [bench] = build(effort, "storage", [("--example", "bench_queries")], &["testing"])?;
    let (small, large, calls) = match effort {
        Effort { quick: true, .. } => ("10000", "100000", "500"),
        Effort { full: true, .. } => ("100000", "10000000", "5000"),
        _ => ("100000", "1000000", "5000"),
    };
    let goal = format!("≤ {GROWTH_GOAL} ×");
    let both = on_both(|engine, variables| {
        shell::step(&format!("Asking tables of {small} and {large} rows ({engine})"));
        let command = &mut Command::new(&bench);
        let answer = ask(command.args([engine, small, large, calls]).envs(variables.iter().copied()))?;
        for line in answer["questions"].as_array().into_iter().flatten() {
            let question = match line["question"].as_str().unwrap_or_default() {
                "CasesOfPerson" => "my cases",
                "Queue" => "a page of the queue",
                "EvidenceOfCase" => "evidence of a case",
                "AuditOfPerson" => "who read my data",
                "Dashboard" => "a dashboard of a city, a year",
                "DashboardOfWeeks" => "a dashboard of a city, some weeks",
                other => other,
            };
            let (before, after) = (number(line, "small_us"), number(line, "large_us"));
            let ratio = after / before;
            table.add(
                format!("{question}, {}", name(engine)),
                goal.clone(),
                format!("{ratio:.2} ×"),
                Verdict::at_most(ratio, GROWTH_GOAL),
                format!(
                    "median {after:.0} of {before:.0} µs, p99 {:.0} of {:.0} µs, at {large} of {small} rows",
                    number(line, "large_p99_us"),
                    number(line, "small_p99_us"),
                ),
            );
        }
        Ok(())
    })?;
    if !both {
        table.skip("questions to large tables, PostgreSQL", &goal, "no PostgreSQL on this machine");
    }
    Ok(())
}

fn name(engine: &str) -> &'static str {
    if engine == "sqlite" { "SQLite" } else { "PostgreSQL" }
}
