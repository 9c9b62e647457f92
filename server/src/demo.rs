//! What `--demo` adds: stand-ins on the loopback interface, the definitions that ship with the program, and accounts
//! to try things out. The portal itself is the same: it reaches the stand-ins by HTTP and SMTP like anything else.

use std::{collections::BTreeSet, error::Error, net::IpAddr, net::Ipv4Addr, sync::Arc};

use app::messages::DemoOutbox;
use app::state::Imprint;
use backend::{
    Backend,
    catalog::{Department, bundles, embedded_bundles, embedded_services, files, publish},
    clock::{Chance, Clock, SettableClock, SystemChance, SystemClock},
    identity::{
        self, CreateStaffError, NewStaff, OidcSettings, SecondFactorPolicy, StaffAccountError, StaffEntry,
    },
    messages::{Gateway, MailServer},
    organisation::{NewOffice, import_regions, name_at, open_offices, regions, shipped},
    registers::Settings,
    reviews::Upper,
};
use domain::{
    catalog::Definition,
    identity::Role,
    organisation::{
        Scope,
        region::{Level, Region, RegionCode},
        region_file::RegionFile,
    },
    text::{Locale, Text},
};
use storage::organisation::demo_mark;

use crate::{config::Config, portal};

/// Password of every demo clerk.
const STAFF_PASSWORD: &str = "zhangban demo 2026";

const CLERK: &[Role] = &[Role::Intake, Role::Decide];
const EXAMINER: &[Role] = &[Role::Review];
/// Two of them look after the definitions of one department: what one proposes, the other publishes.
const CATALOGUE: &[Role] = &[Role::Catalogue];

/// Login, name, department, place (the whole served one when empty) and roles of the demo clerks: one for each department
/// that owns services, some of places below, examiners, a supervisor, and two who look after the portal itself: one makes
/// accounts, the other gives them posts.
const STAFF: [(&str, &str, &str, &str, &[Role]); 31] = [
    ("gongan", "赵敏", "public-security", "", CLERK),
    ("renshe", "钱伟", "human-resources", "", CLERK),
    ("minzheng", "孙丽", "civil-affairs", "", CLERK),
    ("yibao", "周静", "medical-insurance", "", CLERK),
    ("jiaoyu", "吴涛", "education", "", CLERK),
    ("weijian", "郑洁", "health", "", CLERK),
    ("zhufang", "王磊", "housing", "", CLERK),
    ("gongjijin", "冯娟", "housing-fund", "", CLERK),
    ("ziran", "陈刚", "natural-resources", "", CLERK),
    ("shichang", "褚燕", "market-regulation", "", CLERK),
    ("shuiwu", "卫东", "taxation", "", CLERK),
    ("canlian", "蒋芳", "disabled-persons", "", CLERK),
    ("sifa", "沈波", "justice", "", CLERK),
    ("tuiyi", "韩军", "veterans", "", CLERK),
    ("jiaotong", "杨帆", "transport", "", CLERK),
    ("xiaofang", "朱勇", "fire-rescue", "", CLERK),
    ("chengguan", "秦岚", "urban-management", "", CLERK),
    ("xihu-gongan", "尤佳", "public-security", XIHU, CLERK),
    ("xihu-renshe", "许明", "human-resources", XIHU, CLERK),
    ("cuiyuan-minzheng", "苏婷", "civil-affairs", CUIYUAN, CLERK),
    ("cuiyuan-yibao", "罗敏", "medical-insurance", CUIYUAN, CLERK),
    ("cuiyuan-shequ", "方慧", "civil-affairs", SONGJIANGYUAN, &[Role::Intake]),
    ("gongan-shenhe", "罗毅", "public-security", "", EXAMINER),
    ("zhufang-shenhe", "唐颖", "housing", "", EXAMINER),
    ("minzheng-shenhe", "姜宁", "civil-affairs", "", EXAMINER),
    ("shichang-shenhe", "彭凯", "market-regulation", "", EXAMINER),
    ("duban", "高远", "human-resources", "", &[Role::Supervise]),
    ("mulu", "叶青", "human-resources", "", CATALOGUE),
    ("mulu-fuhe", "吕洋", "human-resources", "", CATALOGUE),
    ("guanli", "李强", "human-resources", "", &[Role::Catalogue, Role::Audit, Role::System]),
    ("guanli2", "何静", "human-resources", "", &[Role::System]),
];

/// 西湖区, where two of the demo clerks work.
const XIHU: &str = "330106";
/// 翠苑街道 in it, and 宋江苑社区 there.
const CUIYUAN: &str = "330106005";
const SONGJIANGYUAN: &str = "330106005001";

/// The stand-ins while they run.
pub struct Demo {
    standins: standins::Handle,
    token: String,
    pub outbox: Arc<DemoOutbox>,
    /// That of the portal and of the stand-ins.
    pub clock: Arc<SettableClock>,
}

impl Demo {
    /// Starts the stand-ins and points the registers, gateways and identity service that `config` leaves open to them. Where nothing is
    /// said of who runs the portal, what can be nobody's is said.
    pub async fn start(config: &mut Config) -> Result<Demo, Box<dyn Error>> {
        if config.site == Imprint::default() {
            config.site = Imprint {
                operator: Some(Text::new("示例市数据局（演示）", "Example City Data Office (demonstration)")),
                icp: Some("示例ICP备00000000号".into()),
                phone: Some("0000-00000000".into()),
            };
        }
        // The demo clerks have none, and trying things out should be easy.
        config.staff.second_factor.get_or_insert(SecondFactorPolicy::Optional);
        let token = config.demo.token.clone().unwrap_or_else(|| format!("{:016x}", SystemChance.number()));
        let clock = Arc::new(SettableClock::new(SystemClock));
        let told = clock.clone();
        let standins = standins::serve(standins::Config {
            listen: config.demo.listen,
            seed: config.demo.seed,
            token: token.clone(),
            clock: Arc::new(move || told.now()),
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
        config.staff.oidc.get_or_insert_with(|| identity_service(&base, &token));
        if config.reviews.upper.is_none() {
            let url = format!("{base}{}", standins::reviews::PATH);
            config.reviews.upper = Some(Upper::new(&url, &standins::reviews::secret(&token))?);
        }
        let outbox =
            Arc::new(DemoOutbox::new(portal::http_client()?, format!("{base}/_outbox"), token.clone()));
        Ok(Demo { standins, token, outbox, clock })
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
        let (clerks, others): (Vec<_>, Vec<_>) =
            STAFF.iter().partition(|(.., roles)| !roles.contains(&Role::System));
        for clerks in clerks.chunks(3) {
            let one =
                |(login, name, department, place, roles): &&(&str, &str, &str, &str, &[Role])| match *place {
                    _ if roles.contains(&Role::Supervise) => format!("{login} {name} (督办)"),
                    "" if roles.contains(&Role::Review) => format!("{login} {name} ({department}, 审核)"),
                    "" => format!("{login} {name} ({department})"),
                    place => format!("{login} {name} ({department} {place})"),
                };
            let line: Vec<String> = clerks.iter().map(one).collect();
            println!("  {}", line.join("   "));
        }
        for (login, name, ..) in others {
            println!("  {login} {name} looks after the portal and reads no case");
        }
        println!("  or with “统一身份认证（演示）” there, choosing who to be at {}/oidc", self.address());
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
        println!("  move the clock ahead and see what runs late: {url}/demo/clock");
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
    let mut bundles_of_demo = Vec::new();
    for (file, text) in embedded_bundles() {
        match files::read_bundle(&file, &text, &definitions, &backend.catalog.reference, Locale::En) {
            Ok(bundle) => bundles_of_demo.push(bundle),
            Err(mistakes) => {
                for mistake in mistakes {
                    tracing::warn!(%mistake, "a bundle is left out");
                }
            }
        }
    }
    let served_below = below_counties(&definitions);
    let definitions = publish::unpublished(backend, definitions).await?;
    publish::publish(backend, definitions).await?;
    bundles::publish_bundles(backend, bundles_of_demo).await?;
    add_grids(backend).await?;
    open_district_offices(backend).await?;
    open_service_points(backend, &served_below).await?;
    let served = backend.catalog.reference.place().ok_or("the catalogue names no place")?;
    for (login, name, department, place, roles) in STAFF {
        let title = match roles {
            _ if roles.contains(&Role::System) => TITLE_OF_ADMINISTRATORS,
            _ if roles.contains(&Role::Supervise) => TITLE_OF_SUPERVISORS,
            _ if roles.contains(&Role::Review) => TITLE_OF_EXAMINERS,
            _ => TITLE_OF_CLERKS,
        };
        let everywhere = roles.contains(&Role::System) || roles.contains(&Role::Supervise);
        let new = NewStaff {
            login: login.into(),
            display_name: name.into(),
            department: department.into(),
            region: place.parse().unwrap_or(served),
            title: Text::new(title.0, title.1),
            roles: roles.to_vec(),
            scope: everywhere.then_some(Scope { department: None, region: served }),
        };
        match identity::create_staff(backend, &new).await {
            Ok((_, first)) => choose_password(backend, login, first.as_str()).await?,
            Err(CreateStaffError::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
        link(backend, login, name).await?;
    }
    Ok(())
}

/// The stand-in at `base`, as an operator would configure it.
fn identity_service(base: &str, token: &str) -> OidcSettings {
    OidcSettings {
        issuer: format!("{base}/oidc"),
        client_id: standins::oidc::CLIENT_ID.into(),
        client_secret: Some(token.to_owned()),
        client_secret_file: None,
        label: Text::new("统一身份认证（演示）", "Staff identity service (demo)"),
        subject_claim: "sub".into(),
        second_factor_acr: Vec::new(),
        second_factor_amr: vec![standins::oidc::TWO_FACTORS.into()],
    }
}

/// Links a demo clerk to whom the stand-in knows by the same name; anew at each start, because its address is another.
async fn link(backend: &Backend, login: &str, name: &str) -> Result<(), Box<dyn Error>> {
    if let Some(known) = standins::demo_clerks().into_iter().find(|clerk| clerk.name == name) {
        match identity::link_staff(backend, login, known.subject).await {
            Ok(()) | Err(StaffAccountError::Closed(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

const TITLE_OF_CLERKS: (&str, &str) = ("综合受理岗", "Case officer");
const TITLE_OF_EXAMINERS: (&str, &str) = ("审核岗", "Examiner");
const TITLE_OF_SUPERVISORS: (&str, &str) = ("督办岗", "Supervisor");
const TITLE_OF_ADMINISTRATORS: (&str, &str) = ("平台管理岗", "Portal administrator");

/// Opens an office of every department in every district and county, and says so by their names.
async fn open_district_offices(backend: &Backend) -> Result<(), Box<dyn Error>> {
    let reference = &backend.catalog.reference;
    let served = reference.place().and_then(|place| reference.regions.get(place));
    let served = served.ok_or("the catalogue names no place")?;
    let office = |department: &Department, place: &Region| NewOffice {
        department: department.id.clone(),
        region: place.code,
        name: name_at(&department.authority, &served.name, &place.name),
    };
    let districts = || reference.regions.children(served.code);
    let all = reference.departments.iter().flat_map(|d| districts().map(move |place| office(d, place)));
    let current = backend.organisation.current();
    let missing: Vec<NewOffice> =
        all.filter(|o| current.offices.get(&o.department, o.region).is_none()).collect();
    if !missing.is_empty() {
        open_offices(backend, &identity::Actor::System, missing).await?;
    }
    Ok(())
}

/// Departments with a service that townships and subdistricts handle.
fn below_counties(definitions: &[Definition]) -> BTreeSet<String> {
    let below = definitions.iter().filter(|definition| definition.level >= Level::Township);
    below.map(|definition| definition.department.clone()).collect()
}

/// Opens the service centre (便民服务中心) of every township and subdistrict for what is handled there, and the service
/// points (便民服务站) of the communities of one.
async fn open_service_points(
    backend: &Backend,
    departments: &BTreeSet<String>,
) -> Result<(), Box<dyn Error>> {
    let reference = &backend.catalog.reference;
    let served = reference.place().ok_or("the catalogue names no place")?;
    let street: RegionCode = CUIYUAN.parse()?;
    let townships = reference.regions.under(served).iter();
    let townships = townships.filter(|place| place.code.level() == Level::Township).cloned();
    let communities = shipped().into_iter();
    let communities = communities.filter(|p| p.code.level() == Level::Village && p.code.is_under(street));
    let places: Vec<Region> = townships.chain(communities).collect();
    let current = backend.organisation.current();
    let all = places.iter().flat_map(|place| {
        let here = reference.departments.iter().filter(|d| departments.contains(&d.id));
        here.map(move |department| service_point(department, place))
    });
    let missing: Vec<NewOffice> =
        all.filter(|o| current.offices.get(&o.department, o.region).is_none()).collect();
    if !missing.is_empty() {
        open_offices(backend, &identity::Actor::System, missing).await?;
    }
    Ok(())
}

/// The window of a department at the service centre of a township, or at the service point of a community.
fn service_point(department: &Department, place: &Region) -> NewOffice {
    let (zh, en) = match place.code.level() {
        Level::Township => ("便民服务中心", "Service Centre"),
        _ => ("便民服务站", "Service Point"),
    };
    let name = Text::new(
        format!("{}{zh}（{}）", place.name.zh, department.name.zh),
        format!("{} {en} ({})", place.name.en, department.name.en),
    );
    NewOffice { department: department.id.clone(), region: place.code, name }
}

/// Puts made-up grids (网格) into every village, once. A portal of a real place imports its own.
async fn add_grids(backend: &Backend) -> Result<(), Box<dyn Error>> {
    let villages = shipped().into_iter().filter(|place| place.code.level() == Level::Village);
    let grids: Vec<Region> = villages.flat_map(|village| grids(village.code)).collect();
    // They come in the order of their codes: where the last one is, all are.
    let last = grids.last().ok_or("no villages ship")?.code;
    if regions::chain(backend, last).await?.is_empty() {
        let mut file = RegionFile::default();
        grids.into_iter().for_each(|grid| file.place(grid));
        import_regions(backend, &identity::Actor::System, file).await?;
    }
    Ok(())
}

/// Two to four grids of a village, always the same.
fn grids(village: RegionCode) -> impl Iterator<Item = Region> {
    const NUMBERS: [&str; 4] = ["一", "二", "三", "四"];
    let number = village.as_i64() / 1000;
    let some = 2 + usize::try_from((number ^ (number / 7)) % 3).unwrap_or(0);
    NUMBERS.into_iter().zip(1..).take(some).filter_map(move |(zh, n)| {
        let code = RegionCode::from_i64(village.as_i64() + n).ok()?;
        Some(Region { code, name: Text::new(format!("第{zh}网格"), format!("Grid {n}")) })
    })
}

/// Does what a clerk does at the first sign-in.
async fn choose_password(backend: &Backend, login: &str, first: &str) -> Result<(), Box<dyn Error>> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let (_, stranger) = identity::open_session(backend, "zhangban --demo").await?;
    let entry = identity::sign_in_as_staff(backend, &stranger.session, login, first, address).await?;
    let StaffEntry::In(signed_in) = entry else { return Err("a new account has no second factor".into()) };
    let viewer = identity::authenticate(backend, signed_in.token.as_str()).await?;
    let viewer = viewer.ok_or("the new session is gone")?;
    identity::change_staff_password(backend, &viewer, first, STAFF_PASSWORD).await?;
    identity::sign_out(backend, &viewer).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_has_two_to_four_grids_and_always_the_same() {
        let villages: Vec<Region> =
            shipped().into_iter().filter(|place| place.code.level() == Level::Village).collect();
        let mut counts = BTreeSet::new();
        for village in villages.iter().map(|village| village.code) {
            let some: Vec<Region> = grids(village).collect();
            assert_eq!(some, grids(village).collect::<Vec<_>>());
            assert!(some.iter().all(|grid| grid.code.parent() == Some(village)));
            counts.insert(some.len());
        }
        assert_eq!(counts, BTreeSet::from([2, 3, 4]));
        let first = grids(villages[0].code).next().unwrap();
        assert_eq!((&*first.name.zh, &*first.name.en), ("第一网格", "Grid 1"));
    }

    #[test]
    fn every_clerk_is_known_at_the_identity_service() {
        for (login, name, ..) in STAFF {
            assert!(standins::demo_clerks().iter().any(|clerk| clerk.name == name), "{login}");
        }
    }

    #[test]
    fn every_department_with_a_service_has_a_clerk() {
        let reference = backend::catalog::Reference::embedded().unwrap();
        let owners: BTreeSet<String> = embedded_services()
            .iter()
            .map(|(file, text)| files::read(file, text, &reference, Locale::En).unwrap().department)
            .collect();
        // Those of places below are among them.
        let clerks: BTreeSet<String> = STAFF
            .iter()
            .filter(|(.., roles)| *roles == CLERK)
            .map(|(_, _, department, ..)| (*department).to_owned())
            .collect();
        assert_eq!(owners, clerks);
    }
}
