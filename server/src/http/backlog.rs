//! What waits and what is out of order, for Prometheus: the outbox, the registers, passwords.

use std::{
    fmt::{Result, Write},
    time::Duration,
};

use storage::{
    Db,
    messages::outbox::{self, Backlog},
};
use tokio::time::timeout;

use super::Operations;

/// How long the database may take to answer; without an answer the numbers of the outbox are left out.
const PATIENCE: Duration = Duration::from_secs(2);

/// The outbox of each topic.
pub async fn of_topics<'t>(
    db: &Db,
    topics: &[&'t str],
) -> std::result::Result<Vec<(&'t str, Backlog)>, storage::Error> {
    let mut tx = db.read().await?;
    let mut backlogs = Vec::with_capacity(topics.len());
    for topic in topics {
        backlogs.push((*topic, outbox::backlog(&mut tx, topic).await?));
    }
    Ok(backlogs)
}

pub(super) async fn write(out: &mut String, operations: &Operations) -> Result {
    let backend = &operations.backend;
    let backlogs = timeout(PATIENCE, of_topics(&backend.db, &operations.topics)).await;
    writeln!(out, "# HELP database_up Whether the database answered.")?;
    writeln!(out, "# TYPE database_up gauge")?;
    writeln!(out, "database_up {}", u8::from(matches!(backlogs, Ok(Ok(_)))))?;
    if let Ok(Ok(backlogs)) = backlogs {
        let waits = |b: &Backlog| b.oldest.map_or(0, |oldest| backend.now().seconds_since(oldest).max(0));
        gauge(
            out,
            "outbox_pending",
            "Messages that wait or are being sent; 10000 is that or more.",
            &backlogs,
            |b| b.pending,
        )?;
        gauge(out, "outbox_dead", "Messages that were given up; 10000 is that or more.", &backlogs, |b| {
            b.dead
        })?;
        gauge(
            out,
            "outbox_oldest_seconds",
            "How long the oldest message has waited, tries that failed included.",
            &backlogs,
            waits,
        )?;
    }
    writeln!(out, "# HELP register_available 0 while a register is left alone after failures.")?;
    writeln!(out, "# TYPE register_available gauge")?;
    for (register, available) in backend.registers.states() {
        writeln!(out, "register_available{{register=\"{register}\"}} {}", u8::from(available))?;
    }
    writeln!(out, "# HELP passwords_hashed_total Passwords hashed or compared since the start.")?;
    writeln!(out, "# TYPE passwords_hashed_total counter")?;
    writeln!(out, "passwords_hashed_total {}", backend.passwords.hashed())
}

fn gauge(
    out: &mut String,
    name: &str,
    help: &str,
    backlogs: &[(&str, Backlog)],
    value: impl Fn(&Backlog) -> i64,
) -> Result {
    writeln!(out, "# HELP {name} {help}")?;
    writeln!(out, "# TYPE {name} gauge")?;
    for (topic, backlog) in backlogs {
        writeln!(out, "{name}{{topic=\"{topic}\"}} {}", value(backlog))?;
    }
    Ok(())
}
