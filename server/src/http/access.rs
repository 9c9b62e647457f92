//! Who may do what: every route of the program, asked by everybody, against the table in `access.txt`. The routes are
//! read from the sources, so a new one is asked too, and stands out until its line is in the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::state::{AppState, Imprint, Site as Choices};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use backend::Backend;
use backend::cases::{
    begin::begin,
    consent::give_consent,
    files::{list, upload},
    open::open_own,
};
use backend::cases::{save::save_step, submit::submit};
use backend::catalog::manage::begin_version;
use backend::certificates::{share::share, wallet};
use backend::identity::{Actor, add_entity, authenticate, switch_entity};
use backend::messages::{Cursor, messages};
use backend::organisation::import_regions;
use backend::reviews::{Invitation, file, invite};
use backend::testing::{PUBLIC_URL, Portal};
use domain::catalog::FieldType;
use domain::identity::Role;
use domain::identity::credit_code::CreditCode;
use domain::ids::{CaseId, ReviewId};
use domain::organisation::region::RegionCode;
use domain::organisation::region_file::RegionFile;
use domain::reviews::{Handler, Said, SubjectKind};
use domain::text::Text;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use http::{Request, StatusCode};
use standins::switches::Mode;
use storage::cases::case::{self, Clocked};
use storage::cases::seats::{self, Seat};
use tower::ServiceExt;

use crate::config::Config;
use crate::http::{Operations, router};
use crate::site::Site;

/// Owns the objects of a person.
const OWNER: &str = "林晓雨";
const STRANGER: &str = "周明";
/// Represents the entity that owns the others.
const REPRESENTATIVE: &str = "何俊";
const ENTITY: &str = "91330108MY0000012G";
/// Signed in, and never proved who they are.
const UNVERIFIED: &str = "沈洁";
/// Decides on the vehicle below.
const DEPARTMENT: &str = "public-security";
const VEHICLE: &str = "vehicle-inspection-exemption";

/// 西湖区, whose office has the case; the one beside it, 上城区, does not, and the city above does.
const PLACE: &str = "330106";
const BESIDE: &str = "330102";

/// Staff whose posts cover the case: what each of them may do with it is in the table.
const AT_THE_CASE: [&str; 4] = ["clerk", "above", "reviewer", "supervisor"];

/// Another department, which was asked for an opinion on the case.
const ASKED: &str = "civil-affairs";
/// What its reviewers come to.
const FROM_A_SEAT: [&str; 3] =
    ["/staff/cases/{id}", "/staff/cases/{id}/opinion", "/staff/cases/{id}/unmask/{what}"];

/// Everybody who asks, in the order of the columns. `clerk` and `reviewer` are of the office that has the case, `above` and
/// `supervisor` of the city's, `beside` of another district's; `seat` reviews for another department that was asked.
const ROLES: [&str; 14] = [
    "anonymous",
    "unverified",
    "owner",
    "stranger",
    "representative",
    "clerk",
    "above",
    "beside",
    "reviewer",
    "supervisor",
    "other-clerk",
    "catalogue",
    "system",
    "seat",
];

/// A route as it stands in the sources.
#[derive(Clone, Debug)]
struct Route {
    path: String,
    method: &'static str,
}

/// Everything that is somebody's, by what stands in braces in a path.
struct Objects {
    draft: CaseId,
    closed: CaseId,
    certificate: String,
    shown: String,
    consent: String,
    message: String,
    file: String,
    /// A bad one, of the clerk's department.
    review: String,
    /// Of a service of the clerk's department; its draft is that of who looks after the catalogue.
    version: String,
    proposal: String,
    /// Where the clerk works.
    office: String,
    fact: &'static str,
    step: &'static str,
}

impl Objects {
    /// The address of `path` among them.
    fn address(&self, path: &str, desk_case: CaseId) -> String {
        let over = ["/done", "/receipt.pdf", "/review", "/withdraw"].iter().any(|end| path.ends_with(end));
        let id = match path.split('/').nth(1) {
            Some("cases") if over => self.closed.to_string(),
            Some("cases") => self.draft.to_string(),
            Some("certificates") => self.certificate.clone(),
            Some("messages") => self.message.clone(),
            Some("files") => self.file.clone(),
            Some("me") => self.consent.clone(),
            Some("reviews") => self.review.clone(),
            Some("staff") if path.starts_with("/staff/reviews/") => self.review.clone(),
            Some("staff") if path.starts_with("/staff/catalogue/versions/") => self.version.clone(),
            Some("staff") if path.starts_with("/staff/catalogue/proposals/") => self.proposal.clone(),
            Some("staff") if path.starts_with("/staff/organisation/offices/") => self.office.clone(),
            Some("staff") => desk_case.to_string(),
            _ => String::new(),
        };
        let code = match path.split('/').nth(3) {
            Some("regions") => "33",
            _ if path.starts_with("/staff/catalogue/") => VEHICLE,
            _ if path.starts_with("/organisation") => "33",
            _ if path.starts_with("/staff/organisation") => PLACE,
            _ if path.starts_with("/problems") => "not-found",
            _ => "social-insurance-proof",
        };
        let mut address = path.to_owned();
        for (name, value) in [
            ("id", id.as_str()),
            ("post", id.as_str()),
            ("fact", self.fact),
            ("step", self.step),
            ("token", &self.shown),
            ("field", "vehicle"),
            ("what", "person.name"),
            ("view", "01900000-0000-7000-8000-000000000000"),
            ("note", "01900000-0000-7000-8000-000000000000"),
            ("office", "01900000-0000-7000-8000-000000000000"),
            ("template", "01900000-0000-7000-8000-000000000000"),
            ("code", code),
            ("department", "human-resources"),
            ("number", "0"),
            ("kind", "social-insurance-proof"),
            ("*rest", "nowhere"),
        ] {
            address = address.replace(&format!("{{{name}}}"), value);
        }
        assert!(!address.contains('{'), "what stands for {path}?");
        if path == "/cases/new" { format!("{address}?service=social-insurance-proof") } else { address }
    }
}

/// The portal, everybody's session and everybody's objects.
struct World {
    portal: Portal,
    router: Router,
    sessions: BTreeMap<&'static str, String>,
    owner: Actor,
    representative: Actor,
    desk_case: CaseId,
    version: String,
    proposal: String,
}

impl World {
    async fn start(db: storage::Db) -> World {
        let portal = Portal::start(db).await;
        let backend = &portal.backend;
        for name in [OWNER, STRANGER, REPRESENTATIVE] {
            portal.citizen(name).await;
        }
        let place =
            RegionFile::read("code,zh,en\n33,浙江省,Zhejiang\n3301,杭州市,Hangzhou\n330106,西湖区,Xihu");
        import_regions(backend, &Actor::System, place).await.unwrap();
        portal.clock.advance(120);
        let mut sessions = BTreeMap::from([("anonymous", String::new())]);
        for (role, name) in [
            ("unverified", UNVERIFIED),
            ("owner", OWNER),
            ("stranger", STRANGER),
            ("representative", REPRESENTATIVE),
        ] {
            sessions.insert(role, portal.sign_in_token(name).await);
        }
        let viewer = authenticate(backend, &sessions["representative"]).await.unwrap().unwrap();
        let entity = add_entity(backend, &viewer.actor(), &CreditCode::parse(ENTITY).unwrap()).await.unwrap();
        let token = switch_entity(backend, &viewer, entity).await.unwrap();
        sessions.insert("representative", token.as_str().to_owned());
        let actor = async |role: &str| authenticate(backend, &sessions[role]).await.unwrap().unwrap().actor();
        let (owner, stranger, representative) =
            (actor("owner").await, actor("stranger").await, actor("representative").await);

        // A case for a clerk, with words in place of a record.
        portal.standins.switches.set("vehicles", Mode::Down);
        let desk_case = draft(backend, &stranger, VEHICLE).await;
        let answers =
            [("vehicle.described", "白色的那辆"), ("van", "no"), ("accident", "no"), ("modified", "no")];
        answer(backend, &stranger, desk_case, "vehicle", &answers).await;
        submit(backend, &stranger, desk_case).await.unwrap();
        at_the_district(&portal, desk_case).await;
        asked_elsewhere(&portal, desk_case).await;
        portal.standins.switches.set("vehicles", Mode::Up);

        let state = AppState {
            assets: Arc::default(),
            site: Arc::new(Choices {
                name: Text::new("掌办", "Zhangban"),
                public_url: PUBLIC_URL.into(),
                imprint: Imprint::default(),
                demo: false,
            }),
            backend: backend.clone(),
            outbox: None,
            clock: None,
        };
        let config = Config { security_contact: Some("mailto:a@b.cn".into()), ..Config::default() };
        let operations = Operations::new(backend.clone(), portal.jobs().topics());
        let router = router(&config, state, Site::default(), operations).unwrap();
        let version = backend.catalog.services().get(VEHICLE).unwrap().version.to_string();
        let proposal = String::new();
        let mut world =
            World { portal, router, sessions, owner, representative, desk_case, version, proposal };
        world.staff_sign_in().await;
        let backend = &world.portal.backend;
        let keeper = authenticate(backend, &world.sessions["catalogue"]).await.unwrap().unwrap().actor();
        world.proposal = begin_version(backend, &keeper, VEHICLE).await.unwrap().to_string();
        world
    }

    /// Sessions of staff, as fresh as after a sign-out.
    async fn staff_sign_in(&mut self) {
        const CITY: &str = "330100";
        for (role, department, place, roles) in [
            ("clerk", DEPARTMENT, PLACE, &[Role::Intake, Role::Decide][..]),
            ("above", DEPARTMENT, CITY, &[Role::Intake, Role::Decide]),
            ("beside", DEPARTMENT, BESIDE, &[Role::Intake, Role::Decide]),
            ("reviewer", DEPARTMENT, PLACE, &[Role::Review]),
            ("supervisor", DEPARTMENT, CITY, &[Role::Supervise]),
            ("other-clerk", "health", CITY, &[Role::Intake, Role::Decide]),
            ("catalogue", DEPARTMENT, CITY, &[Role::Catalogue, Role::Audit]),
            ("system", DEPARTMENT, PLACE, &[Role::System]),
            ("seat", ASKED, CITY, &[Role::Review]),
        ] {
            self.sessions.insert(role, self.portal.staff_token_at(department, place, roles).await);
        }
    }

    async fn of_person(&self) -> Objects {
        let typed = [("purpose", "loan"), ("recipient", "示例银行")];
        self.objects(&self.owner, ["social-insurance-proof", "purpose", "legal-aid"], "person.name", &typed)
            .await
    }

    async fn of_entity(&self) -> Objects {
        let services = ["entity-social-insurance-proof", "use", "company-address-change"];
        self.objects(&self.representative, services, "entity.name", &[("purpose", "loan")]).await
    }

    /// New objects of `actor`: of a service that is decided at once, with its step, and of one that asks for a file.
    async fn objects(
        &self,
        actor: &Actor,
        [instant, step, with_file]: [&'static str; 3],
        fact: &'static str,
        typed: &[(&str, &str)],
    ) -> Objects {
        // A consent that is given again is later than the one that was revoked.
        self.portal.clock.advance(1);
        let backend = &self.portal.backend;
        let closed = draft(backend, actor, instant).await;
        answer(backend, actor, closed, step, typed).await;
        submit(backend, actor, closed).await.unwrap();
        let case = draft(backend, actor, instant).await;
        answer(backend, actor, case, step, typed).await;
        let consent = open_own(backend, actor, case).await.unwrap().consent.unwrap().id.to_string();
        let certificate = wallet::wallet(backend, actor, None, 1).await.unwrap()[0].row.id;
        let shown = share(backend, actor, certificate, &[]).await.unwrap();
        let line = messages(backend, actor.person().unwrap(), Cursor::START).await.unwrap().lines.remove(0);
        let paper = draft(backend, actor, with_file).await;
        let open = open_own(backend, actor, paper).await.unwrap();
        let question =
            open.service.definition.fields().find(|f| f.kind == FieldType::File).unwrap().id.clone();
        let file = match list(backend, &open).await.unwrap().first() {
            Some(there) => there.id,
            None => upload(backend, actor, paper, &question, "a.png", picture()).await.unwrap(),
        };
        Objects {
            draft: case,
            closed,
            certificate: certificate.to_string(),
            shown,
            consent,
            message: line.id.to_string(),
            file: file.to_string(),
            review: reviewed(backend, actor).await.to_string(),
            version: self.version.clone(),
            proposal: self.proposal.clone(),
            office: self.portal.office(DEPARTMENT, PLACE).await.to_string(),
            fact,
            step,
        }
    }

    /// What a form at this address sends at least, so that who asks is looked at.
    async fn form(&self, path: &str) -> (&'static str, String) {
        const PLAIN: &str = "application/x-www-form-urlencoded";
        const PARTS: &str = "multipart/form-data; boundary=b";
        match path {
            "/cases" => (PLAIN, "service=marriage-record-proof".into()),
            "/certificates/{id}/bind" => (PARTS, "--b--\r\n".into()),
            "/staff/certificates/revoke/confirm" => (PLAIN, "number=0".into()),
            _ if path.starts_with("/staff/cases/") => {
                let mut tx = self.portal.backend.db.read().await.unwrap();
                let case = case::by_id(&mut tx, self.desk_case).await.unwrap().unwrap();
                (PLAIN, format!("version={}", case.version))
            }
            _ => (PLAIN, String::new()),
        }
    }

    async fn outcome(&self, role: &str, route: &Route, address: &str) -> String {
        let method = route.method;
        let (kind, body) = match method {
            "POST" => self.form(&route.path).await,
            _ => ("text/plain", String::new()),
        };
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin");
        if !self.sessions[role].is_empty() {
            request = request.header(COOKIE, format!("__Host-session={}", self.sessions[role]));
        }
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 4711));
        let request = request.extension(ConnectInfo(peer)).body(Body::from(body)).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let location = answer.headers().get(LOCATION).map_or("", |l| l.to_str().unwrap());
        let to = location.split(['?', '#']).next().unwrap_or_default();
        match answer.status() {
            // Where one is sent who is not known well enough, to come back.
            StatusCode::SEE_OTHER if to == "/staff/sign-in" && !address.starts_with(to) => {
                "staff-sign-in".into()
            }
            StatusCode::SEE_OTHER if to == "/sign-in" && !address.starts_with(to) => "sign-in".into(),
            StatusCode::SEE_OTHER if to == "/me/verify" && !address.starts_with(to) => "verify".into(),
            StatusCode::SEE_OTHER if to.len() > 1 && address.starts_with(&format!("{to}/")) => "back".into(),
            StatusCode::SEE_OTHER => "on".into(),
            StatusCode::OK => "yes".into(),
            status => status.as_u16().to_string(),
        }
    }
}

async fn draft(backend: &Backend, actor: &Actor, code: &str) -> CaseId {
    let id = begin(backend, actor, code).await.unwrap();
    give_consent(backend, actor, id).await.unwrap();
    id
}

/// Lets the office of the district have the case.
async fn at_the_district(portal: &Portal, id: CaseId) {
    for place in [PLACE, BESIDE] {
        portal.office(DEPARTMENT, place).await;
    }
    let (place, now) = (PLACE.parse().unwrap(), portal.backend.now());
    let moved: Result<bool, storage::Error> = portal
        .backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = case::by_id(tx, id).await?.unwrap();
                let clock = Clocked { clock: row.clock.clone(), ..Clocked::default() };
                case::relocate(tx, id, row.version, DEPARTMENT, place, &clock, now).await
            })
        })
        .await;
    assert!(moved.unwrap());
}

/// Asks for an opinion of another department.
async fn asked_elsewhere(portal: &Portal, id: CaseId) {
    let (seat, now) = (portal.backend.id(), portal.backend.now());
    let place = portal.backend.catalog.reference.place().unwrap();
    let asked: Result<(), storage::Error> = portal
        .backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let row = case::by_id(tx, id).await?.unwrap();
                let seat = Seat {
                    id: seat,
                    case_id: id,
                    person_id: row.person_id,
                    stage: 0,
                    seat: 0,
                    department: ASKED.into(),
                    place,
                    opened_at: now,
                    closed_at: None,
                    staff_id: None,
                    favours: None,
                    words: None,
                };
                seats::open(tx, &seat).await
            })
        })
        .await;
    asked.unwrap();
}

/// A bad review by `actor`, which the clerk's department looks into.
async fn reviewed(backend: &Backend, actor: &Actor) -> ReviewId {
    let (job, person, subject) = (backend.clone(), actor.person().unwrap().id, backend.id());
    let place = PLACE.parse::<RegionCode>().unwrap().as_i64();
    let invited: Result<(), storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let invitation = Invitation {
                    person,
                    kind: SubjectKind::Consultation,
                    subject,
                    service: VEHICLE,
                    department: DEPARTMENT,
                    place,
                    handler: Handler::Person,
                };
                invite(&job, tx, &invitation).await
            })
        })
        .await;
    invited.unwrap();
    let said = Said::read("1", &[], "").unwrap();
    file(backend, actor, SubjectKind::Consultation, subject, said).await.unwrap()
}

async fn answer(backend: &Backend, actor: &Actor, case: CaseId, step: &str, typed: &[(&str, &str)]) {
    let raw =
        typed.iter().map(|(control, value)| ((*control).to_owned(), vec![(*value).to_owned()])).collect();
    save_step(backend, actor, case, step, raw).await.unwrap();
}

fn picture() -> Vec<u8> {
    include_bytes!("../../../frontend/public/icon-192.png").to_vec()
}

/// Whose the objects of a route are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Nobodys,
    Persons,
    Entitys,
}

/// Routes that read or change something of one applicant.
fn has_owner(path: &str) -> bool {
    ["/cases/{", "/certificates/{", "/messages/{", "/files/{", "/me/consents/{", "/reviews/{"]
        .iter()
        .any(|p| path.starts_with(p))
}

/// The table: each route, and how everybody fares. Beside it who got at what is somebody else's.
async fn table(world: &mut World, routes: &[Route]) -> (String, Vec<String>) {
    let (mut lines, mut leaks) = (Vec::<Vec<String>>::new(), Vec::new());
    let (persons, entitys) = (world.of_person().await, world.of_entity().await);
    for route in routes {
        let whose: &[Whose] =
            if has_owner(&route.path) { &[Whose::Persons, Whose::Entitys] } else { &[Whose::Nobodys] };
        for whose in whose {
            let address = match (whose, route.method) {
                (Whose::Nobodys, _) | (Whose::Persons, "GET") => {
                    persons.address(&route.path, world.desk_case)
                }
                (Whose::Entitys, "GET") => entitys.address(&route.path, world.desk_case),
                // What one post changes must not show in what the next one finds.
                (Whose::Persons, _) => world.of_person().await.address(&route.path, world.desk_case),
                (Whose::Entitys, _) => world.of_entity().await.address(&route.path, world.desk_case),
            };
            if route.path.ends_with("sign-out") {
                world.staff_sign_in().await;
            }
            let mut outcomes = BTreeMap::new();
            // Who owns it comes last, so that it is still there for all others.
            let owns = |role: &str| match whose {
                Whose::Persons => role == "owner",
                Whose::Entitys => role == "representative",
                Whose::Nobodys => role == "clerk",
            };
            for last in [false, true] {
                for role in ROLES.into_iter().filter(|role| owns(role) == last) {
                    outcomes.insert(role, world.outcome(role, route, &address).await);
                }
            }
            for (role, outcome) in &outcomes {
                let shut_out =
                    ["404", "403", "sign-in", "verify", "staff-sign-in"].contains(&outcome.as_str());
                // Back to the page that the address belongs to: nothing is read, nothing is done.
                let harmless = shut_out || outcome == "back" && route.method == "GET";
                let restricted = *whose != Whose::Nobodys
                    || ["/staff/cases/{", "/staff/reviews/{"].iter().any(|p| route.path.starts_with(p));
                let seated = *role == "seat" && FROM_A_SEAT.contains(&route.path.as_str());
                let at_the_case = *whose == Whose::Nobodys && (AT_THE_CASE.contains(role) || seated);
                if restricted && !owns(role) && !at_the_case && !harmless {
                    leaks.push(format!("{} {} lets the {role} in: {outcome}", route.method, route.path));
                }
            }
            let name = match whose {
                Whose::Nobodys => "-",
                Whose::Persons => "person",
                Whose::Entitys => "entity",
            };
            let mut line = vec![route.path.clone(), route.method.to_owned(), name.to_owned()];
            line.extend(ROLES.iter().map(|role| outcomes[role].clone()));
            lines.push(line);
        }
    }
    lines.sort();
    let head: Vec<String> = ["path", "method", "whose"].into_iter().chain(ROLES).map(str::to_owned).collect();
    lines.insert(0, head);
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|n| lines.iter().map(|line| line[n].len()).max().unwrap_or_default())
        .collect();
    let mut text = String::new();
    for line in lines {
        let cells: Vec<String> =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}", width = *width)).collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    (text, leaks)
}

/// The routes in a source: what stands in `.route("…", …)` and in the lists of the API, with their methods.
fn routes_in(source: &str, routes: &mut Vec<Route>) {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    for (at, _) in source.match_indices("\"/") {
        let before = source[..at].trim_end();
        if !(before.ends_with(".route(") || before.ends_with('(') && source.contains("fn open_routes")) {
            continue;
        }
        let rest = &source[at + 1..];
        let Some((path, rest)) = rest.split_once('"') else { continue };
        // To the parenthesis that closes the route.
        let (mut depth, mut end) = (1, rest.len());
        for (n, c) in rest.char_indices() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if depth == 0 {
                end = n;
                break;
            }
        }
        for (call, method) in [("get(", "GET"), ("post(", "POST"), ("any(", "GET")] {
            if rest[..end].contains(call) {
                routes.push(Route { path: path.to_owned(), method });
            }
        }
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every route of the program but static files: first what only reads, at the end what signs out.
fn routes() -> Vec<Route> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&here.join("../app/src"), &mut files);
    files.extend([here.join("src/http/mod.rs"), here.join("src/api/mod.rs")]);
    let mut routes = Vec::new();
    for file in files {
        routes_in(&fs::read_to_string(file).unwrap(), &mut routes);
    }
    routes.sort_by_key(|route| {
        let leaves = ["/staff/sign-out", "/sign-out"].iter().position(|out| route.path == *out);
        (leaves.map_or(0, |n| n + 1), route.method, route.path.clone())
    });
    routes
}

#[test]
fn routes_are_found_in_the_sources() {
    let mut found = Vec::new();
    routes_in(
        "Router::new().route(\n \"/a/{id}\",\n get(x).post(y).layer(z(1)),\n).route(\"/b\", post(y)) // \"/c\"",
        &mut found,
    );
    let named: Vec<String> = found.iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(named, ["GET /a/{id}", "POST /a/{id}", "POST /b"]);
    let all = routes();
    assert!(all.len() > 110, "{}", all.len());
    for path in
        ["/api/v1/cases/status", "/readyz", "/verify", "/staff/cases/{id}/refuse/confirm", "/demo/outbox"]
    {
        assert!(all.iter().any(|r| r.path == path), "{path}");
    }
}

/// To write the table anew after a change that is meant: `BLESS=1 cargo nextest run -p server access`.
#[test]
fn everybody_gets_where_they_may_and_nowhere_else() {
    storage::testing::sqlite(|t| {
        Box::pin(async move {
            let mut world = World::start(t.db()).await;
            let (found, leaks) = table(&mut world, &routes()).await;
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/access.txt");
            if std::env::var_os("BLESS").is_some() {
                fs::write(&file, &found).unwrap();
            }
            let expected = fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(leaks, Vec::<String>::new());
            for (found, expected) in found.lines().zip(expected.lines()) {
                assert_eq!(found, expected, "differs from {}", file.display());
            }
            assert_eq!(found.lines().count(), expected.lines().count(), "lines of {}", file.display());
        })
    });
}
