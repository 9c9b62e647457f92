//! `zhangban doctor`: looks at everything the portal needs and says what is missing.

use std::{error::Error, process::ExitCode};

use backend::{
    catalog::Reference,
    clock::{Clock, SystemClock},
    sealing::KeyRing,
};
use storage::{Db, messages::outbox::Backlog, organisation::demo_mark};

use super::{Done, block_on, causes, say};
use crate::{
    config::{Config, Place},
    http::backlog,
    portal::{self, Portal},
    site::Site,
};

/// Exit code 1 when something has to be put right.
pub fn run(place: &Place) -> Done {
    let mut findings = Findings::default();
    let Some(config) = findings.check("configuration", Config::read(place, None), |c| c.public_url()) else {
        return Ok(ExitCode::FAILURE);
    };
    findings.check("site", Site::load(), |_| "complete".into());
    if let Some(reference) = findings.check("catalogue", Reference::embedded(), |r| {
        format!("{} departments, {} registers", r.departments.len(), r.registers.all.len())
    }) {
        for register in &reference.registers.all {
            let name = format!("register {}", register.id);
            findings.check(
                &name,
                config.registers.get(&register.id).ok_or("no address in [registers]"),
                |endpoint| endpoint.url.clone(),
            );
        }
    }
    findings.check("SMS gateway", config.sms.as_ref().ok_or("no address in [sms]"), |gateway| {
        gateway.url.clone()
    });
    block_on(async {
        let mail = match &config.mail {
            Some(server) => server
                .check()
                .await
                .map(|()| server.address())
                .map_err(|refusal| format!("{} does not take mails: {refusal}", server.address())),
            None => Err("no address in [mail]".to_owned()),
        };
        findings.check("mail server", mail, String::clone);
        let file = config.keys_file();
        let Some(db) =
            findings.check("database", portal::open_database(&config).await, |db| db.engine().into())
        else {
            findings.check("keys", KeyRing::open(&file), |_| file.display().to_string());
            return;
        };
        // With the check whether they are the keys of this database.
        let opened = Portal::open(&config).await.map_err(|error| in_one_line(&error));
        let portal = findings.check("keys", opened, |_| file.display().to_string());
        if let Some(client) = portal.as_ref().and_then(|portal| portal.backend.staff.oidc.as_ref()) {
            let now = SystemClock.now();
            findings
                .check("identity service", client.check(now).await, |()| client.settings().issuer.clone());
        }
        let pending = db.pending_migrations().await.map_err(|error| error.to_string());
        let pending = pending.and_then(|names| {
            if names.is_empty() {
                Ok(())
            } else {
                Err(format!("to be applied at the next start: {}", names.join(", ")))
            }
        });
        let migrated = findings.check("migrations", pending, |()| "all applied".into()).is_some();
        if migrated {
            data(&mut findings, portal.as_ref(), &db).await;
        }
        if let Some(portal) = portal {
            portal.backend.db.close().await;
        }
        db.close().await;
    })?;
    Ok(if findings.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What the database holds.
async fn data(findings: &mut Findings, portal: Option<&Portal>, db: &Db) {
    let purpose = async { demo_mark::is_marked(&mut db.read().await?).await };
    let purpose = purpose.await.map_err(|error: storage::Error| error.to_string());
    let purpose = purpose.and_then(|marked| if marked { Err("made by --demo".to_owned()) } else { Ok(()) });
    findings.check("purpose", purpose, |()| "production".into());
    let Some(portal) = portal else { return };
    let dead = async {
        let topics = portal.jobs().topics();
        let backlogs =
            backlog::of_topics(db, &topics).await.map_err(|error: storage::Error| error.to_string())?;
        let say = |name: fn(&Backlog) -> i64| {
            let lines: Vec<String> =
                backlogs.iter().map(|(topic, b)| format!("{} {topic}", name(b))).collect();
            lines.join(", ")
        };
        match backlogs.iter().all(|(_, backlog)| backlog.dead == 0) {
            true => Ok(format!("{} waiting", say(|b| b.pending))),
            false => Err(format!("{} given up; see `zhangban outbox list`", say(|b| b.dead))),
        }
    };
    findings.check("outbox", dead.await, String::clone);
}

/// An error in one line, with what led to it.
fn in_one_line(error: &dyn Error) -> String {
    causes(error).fold(error.to_string(), |line, cause| format!("{line}: {cause}"))
}

#[derive(Default)]
struct Findings {
    bad: usize,
}

impl Findings {
    fn check<T, E: ToString>(
        &mut self,
        what: &str,
        found: Result<T, E>,
        good: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        match found {
            Ok(value) => {
                say(format!("ok       {what}: {}", good(&value)));
                Some(value)
            }
            Err(error) => {
                self.bad += 1;
                say(format!("missing  {what}: {}", error.to_string()));
                None
            }
        }
    }
}
