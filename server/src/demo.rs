//! What `--demo` adds: stand-ins on the loopback interface, the definitions that ship with the program, and accounts
//! to try things out. The portal itself is the same: it reaches the stand-ins by HTTP and SMTP like anything else.

use std::{error::Error, net::IpAddr, net::Ipv4Addr, sync::Arc};

use app::messages::DemoOutbox;
use app::state::Imprint;
use backend::{
    Backend,
    catalog::{embedded_services, files, publish},
    clock::{Chance, Clock, SystemChance, SystemClock},
    identity::{self, CreateStaffError, NewStaff},
    messages::{Gateway, MailServer},
    registers::Settings,
    reviews::Upper,
};
use domain::{
    identity::Role,
    text::{Locale, Text},
};
use storage::organisation::demo_mark;

use crate::{config::Config, portal};

/// Password of every demo clerk.
const STAFF_PASSWORD: &str = "zhangban demo 2026";

const CLERK: &[Role] = &[Role::Intake, Role::Decide];

/// Login, name, department and roles of the demo clerks: one for each department that owns services, and who looks after
/// the portal itself.
const STAFF: [(&str, &str, &str, &[Role]); 15] = [
    ("gongan", "赵敏", "public-security", CLERK),
    ("renshe", "钱伟", "human-resources", CLERK),
    ("minzheng", "孙丽", "civil-affairs", CLERK),
    ("yibao", "周静", "medical-insurance", CLERK),
    ("jiaoyu", "吴涛", "education", CLERK),
    ("weijian", "郑洁", "health", CLERK),
    ("zhufang", "王磊", "housing", CLERK),
    ("gongjijin", "冯娟", "housing-fund", CLERK),
    ("ziran", "陈刚", "natural-resources", CLERK),
    ("shichang", "褚燕", "market-regulation", CLERK),
    ("shuiwu", "卫东", "taxation", CLERK),
    ("canlian", "蒋芳", "disabled-persons", CLERK),
    ("sifa", "沈波", "justice", CLERK),
    ("tuiyi", "韩军", "veterans", CLERK),
    ("guanli", "李强", "human-resources", &[Role::Catalogue, Role::Audit, Role::System]),
];

/// The stand-ins while they run.
pub struct Demo {
    standins: standins::Handle,
    token: String,
    pub outbox: Arc<DemoOutbox>,
}

impl Demo {
    /// Starts the stand-ins and points the registers and gateways that `config` leaves open to them. Where nothing is
    /// said of who runs the portal, what can be nobody's is said.
    pub async fn start(config: &mut Config) -> Result<Demo, Box<dyn Error>> {
        if config.site == Imprint::default() {
            config.site = Imprint {
                operator: Some(Text::new("示例市数据局（演示）", "Example City Data Office (demonstration)")),
                icp: Some("示例ICP备00000000号".into()),
                phone: Some("0000-00000000".into()),
            };
        }
        let token = config.demo.token.clone().unwrap_or_else(|| format!("{:016x}", SystemChance.number()));
        let standins = standins::serve(standins::Config {
            listen: config.demo.listen,
            seed: config.demo.seed,
            token: token.clone(),
            clock: Arc::new(|| SystemClock.now()),
        })
        .await?;
        let base = standins.base_url();
        let reference = backend::catalog::Reference::embedded()?;
        for register in &reference.registers.all {
            let standin = || Settings::new(&base, &token);
            config.registers.entry(register.id.clone()).or_insert_with(standin);
        }
        let gateway = || Gateway { url: format!("{base}/sms/v1/messages"), token: token.clone() };
        config.sms.get_or_insert_with(gateway);
        if config.mail.is_none() {
            let mut url = reqwest::Url::parse(&format!("smtp://portal@{}", standins.smtp))?;
            // It has a host, so it takes a password, escaped.
            let _ = url.set_password(Some(&token));
            config.mail = Some(MailServer::new(url.as_str(), "掌办 <noreply@zhangban.example>")?);
        }
        if config.reviews.upper.is_none() {
            let url = format!("{base}{}", standins::reviews::PATH);
            config.reviews.upper = Some(Upper::new(&url, &standins::reviews::secret(&token))?);
        }
        let outbox =
            Arc::new(DemoOutbox::new(portal::http_client()?, format!("{base}/_outbox"), token.clone()));
        Ok(Demo { standins, token, outbox })
    }

    pub fn address(&self) -> String {
        self.standins.base_url()
    }

    /// Says where to go and who to be.
    #[expect(clippy::print_stdout, reason = "for the person who started the demo")]
    pub fn greet(&self, config: &Config) {
        let url = config.public_url();
        println!("\n掌办 is ready: {url}\n");
        println!("Citizens sign in by phone; the code appears at {url}/demo/outbox");
        for person in standins::demo_people() {
            println!("  {}  {}  {}", person.phone, person.id, person.name);
            println!("      {}", person.note.get(Locale::Zh));
        }
        println!("\nLegal entities and who represents them");
        for entity in standins::demo_entities() {
            println!("  {}  {} ({})", entity.code, entity.name, entity.representative);
        }
        println!("\nClerks sign in at {url}/staff/sign-in with the password “{STAFF_PASSWORD}”");
        let (clerks, others): (Vec<_>, Vec<_>) = STAFF.iter().partition(|(.., roles)| *roles == CLERK);
        for clerks in clerks.chunks(3) {
            let line: Vec<String> =
                clerks.iter().map(|(login, name, place, _)| format!("{login} {name} ({place})")).collect();
            println!("  {}", line.join("   "));
        }
        for (login, name, ..) in others {
            println!("  {login} {name} looks after the portal and reads no case");
        }
        println!("\nWhat to try");
        println!("  search for 补办身份证, or only sfz");
        println!("  sign in as 林晓雨, file a service marked 秒办, and have the result at once");
        println!("  file another one, then decide it as a clerk of its department");
        println!(
            "  stop a register and file again: the value is pending, and arrives when the register is back"
        );
        println!(
            "    curl -X PUT -H 'Authorization: Bearer {}' -H 'Content-Type: application/json' \\\n      \
             -d '{{\"state\":\"down\"}}' {}/_switch/household",
            self.token,
            self.address()
        );
        println!("  look at every component: {url}/demo/gallery\n");
    }
}

/// Why the database is not for this start.
#[derive(Debug, thiserror::Error)]
pub enum WrongDatabase {
    #[error(
        "this database is in use, and --demo would add accounts with a published password to it: start the demo with \
         another --data or database_url, or start without --demo"
    )]
    NotForDemo,
    #[error(
        "this database was made by --demo and has accounts with a published password: start with another --data or \
         database_url, or with --demo"
    )]
    OnlyForDemo,
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

/// Migrates the database and marks it, when it is empty or was marked before. Another one stays as it is.
pub async fn claim(backend: &Backend) -> Result<(), WrongDatabase> {
    let (db, now) = (&backend.db, backend.now());
    let pending = db.pending_migrations().await?;
    // Before its first migration a database has no tables to ask.
    let begun = !pending.contains(&storage::FIRST_MIGRATION);
    let marked = begun
        && !pending.contains(&demo_mark::MIGRATION)
        && demo_mark::is_marked(&mut db.read().await?).await?;
    if begun && !marked && demo_mark::in_use(&mut db.read().await?).await? {
        return Err(WrongDatabase::NotForDemo);
    }
    db.migrate().await?;
    db.write(move |tx| Box::pin(async move { Ok(demo_mark::mark(tx, now).await?) })).await
}

/// Migrates a database that no demo made.
pub async fn refuse(backend: &Backend) -> Result<(), WrongDatabase> {
    backend.db.migrate().await?;
    match demo_mark::is_marked(&mut backend.db.read().await?).await? {
        true => Err(WrongDatabase::OnlyForDemo),
        false => Ok(()),
    }
}

/// Publishes the definitions that ship with the program and makes the demo accounts, once.
pub async fn furnish(backend: &Backend) -> Result<(), Box<dyn Error>> {
    let mut definitions = Vec::new();
    for (file, text) in embedded_services() {
        match files::read(&file, &text, &backend.catalog.reference, Locale::En) {
            Ok(definition) => definitions.push(definition),
            Err(mistakes) => {
                for mistake in mistakes {
                    tracing::warn!(%mistake, "a definition is left out");
                }
            }
        }
    }
    publish::publish(backend, definitions).await?;
    for (login, name, department, roles) in STAFF {
        let new = NewStaff {
            login: login.into(),
            display_name: name.into(),
            department: department.into(),
            roles: roles.to_vec(),
        };
        match identity::create_staff(backend, &new).await {
            Ok((_, first)) => choose_password(backend, login, first.as_str()).await?,
            Err(CreateStaffError::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Does what a clerk does at the first sign-in.
async fn choose_password(backend: &Backend, login: &str, first: &str) -> Result<(), Box<dyn Error>> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let (_, stranger) = identity::open_session(backend, "zhangban --demo").await?;
    let signed_in = identity::sign_in_as_staff(backend, &stranger.session, login, first, address).await?;
    let viewer = identity::authenticate(backend, signed_in.token.as_str()).await?;
    let viewer = viewer.ok_or("the new session is gone")?;
    identity::change_staff_password(backend, &viewer, first, STAFF_PASSWORD).await?;
    identity::sign_out(backend, &viewer).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_department_with_a_service_has_a_clerk() {
        let reference = backend::catalog::Reference::embedded().unwrap();
        let owners: BTreeSet<String> = embedded_services()
            .iter()
            .map(|(file, text)| files::read(file, text, &reference, Locale::En).unwrap().department)
            .collect();
        let clerks: BTreeSet<String> = STAFF
            .iter()
            .filter(|(.., roles)| *roles == CLERK)
            .map(|(_, _, place, _)| (*place).to_owned())
            .collect();
        assert_eq!(owners, clerks);
    }
}
