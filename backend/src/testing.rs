//! A whole portal for tests: a fresh database, a clock that stands still until it is moved, the embedded catalogue, and
//! stand-ins on a free port that know the same people in every test. For dev-dependencies only.
//!
//! ```text
//! storage::contract! {
//!     async fn a_case_is_filed_once(t: &TestDb) {
//!         let portal = Portal::start(t.db()).await;
//!         let lin = portal.citizen("林晓雨").await;
//!         let id = cases::begin::begin(&portal.backend, &lin, "social-insurance-proof").await.unwrap();
//!         portal.standins.switches.set("household", Mode::Down);
//!         portal.clock.advance(60);
//!     }
//! }
//! ```

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use domain::catalog::{Bundle, Definition};
use domain::identity::resident_id::ResidentId;
use domain::identity::{PersonName, Phone, Role};
use domain::ids::OfficeId;
use domain::organisation::region::RegionCode;
use domain::text::{Locale, Text};
use standins::outbox::Channel;
use standins::{DemoPerson, Population};
use storage::Db;
use tokio::sync::OnceCell;

use crate::Backend;
use crate::catalog::{Catalog, Reference, bundles, embedded_bundles, embedded_services, publish};
use crate::clock::{Clock, SettableClock, SystemChance};
use crate::identity::{
    self, Actor, NewStaff, OidcClient, OidcSettings, Passwords, SecondFactorPolicy, SignedIn, StaffEntry,
    StaffSignIn, Viewer,
};
use crate::messages::{Delivery, Gateway, Jobs, MAIL, MailServer, MessageGateways, SMS, Templates};
use crate::organisation::{Organisation, open_office, open_offices_of_catalogue};
use crate::registers::{RegisterClient, Settings};
use crate::sealing::KeyRing;

/// Where the portal under test says that it is.
pub const PUBLIC_URL: &str = "https://zhangban.example";
/// Where people of tests sit.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

const TOKEN: &str = "token-of-the-stand-ins";
const MAIL_FROM: &str = "掌办 <noreply@zhangban.example>";
const SEED: u64 = 1;
/// How long a case is somebody's, in tests.
pub const HOLD_SECONDS: i64 = 4 * 3600;
const STAFF_PASSWORD: &str = "correct horse battery staple 47";

/// A portal with everything around it. Dropping it ends the stand-ins.
pub struct Portal {
    pub backend: Backend,
    /// Stands still at `storage::testing::at(0)`.
    pub clock: Arc<SettableClock>,
    pub standins: standins::Handle,
    pub gateways: Arc<MessageGateways>,
}

/// The people of all tests of a process: made once, which takes a while.
async fn population() -> Arc<Population> {
    static MADE: OnceCell<Arc<Population>> = OnceCell::const_new();
    let make = || async {
        let made = tokio::task::spawn_blocking(|| Population::generate(SEED)).await;
        Arc::new(made.expect("generate the population"))
    };
    MADE.get_or_init(make).await.clone()
}

/// The definitions that ship with the program, read once. That they are right is tested with the catalogue.
fn definitions() -> Vec<Definition> {
    static READ: OnceLock<Vec<Definition>> = OnceLock::new();
    let one = |(path, text): (String, String)| {
        toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    READ.get_or_init(|| embedded_services().into_iter().map(one).collect()).clone()
}

/// The bundles that ship with the program, likewise.
fn shipped_bundles() -> Vec<Bundle> {
    static READ: OnceLock<Vec<Bundle>> = OnceLock::new();
    let one = |(path, text): (String, String)| {
        toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    READ.get_or_init(|| embedded_bundles().into_iter().map(one).collect()).clone()
}

/// A backend as a process of its own has it, with stand-ins at `base` and without a mail server. Its catalogue is empty
/// until it is refreshed.
pub fn process(db: Db, keys: KeyRing, clock: Arc<dyn Clock>, base: &str) -> (Backend, MessageGateways) {
    let reference = Reference::embedded().expect("the reference data that ship");
    let sms = Gateway { url: format!("{base}/sms/v1/messages"), token: TOKEN.into() };
    let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
    let gateways = MessageGateways::new(http.clone(), Some(sms), None);
    let settings =
        reference.registers.all.iter().map(|r| (r.id.clone(), Settings::new(base, TOKEN))).collect();
    let backend = Backend {
        db,
        clock: clock.clone(),
        chance: Arc::new(SystemChance),
        keys: Arc::new(keys),
        registers: Arc::new(RegisterClient::new(http, settings, &reference.registers, clock)),
        organisation: Arc::new(Organisation::new(reference.calendar.clone())),
        catalog: Arc::new(Catalog::new(reference)),
        passwords: Arc::new(Passwords::new(2, 64, &SystemChance)),
        staff: Arc::new(StaffSignIn {
            second_factor: SecondFactorPolicy::Optional,
            oidc: Some(identity_service(base, Vec::new())),
        }),
        templates: Arc::new(Templates::embedded().expect("the messages that ship")),
        published: Arc::default(),
        hold_seconds: HOLD_SECONDS,
        live: Arc::default(),
        reviews: Arc::default(),
        public_url: PUBLIC_URL.into(),
    };
    (backend, gateways)
}

/// The identity service of the stand-ins at `base`; `second_factor_amr` as an operator lists it.
pub fn identity_service(base: &str, second_factor_amr: Vec<String>) -> OidcClient {
    let settings = OidcSettings {
        issuer: format!("{base}/oidc"),
        client_id: standins::oidc::CLIENT_ID.into(),
        client_secret: Some(TOKEN.into()),
        client_secret_file: None,
        label: Text::new("统一身份认证", "Staff identity service"),
        subject_claim: "sub".into(),
        second_factor_acr: Vec::new(),
        second_factor_amr,
    };
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
    OidcClient::new(http.expect("an HTTP client"), settings, TOKEN.into(), PUBLIC_URL)
}

/// An account to make: somebody of `department` with `roles`, for the whole place that the portal serves.
pub fn new_staff(backend: &Backend, login: &str, department: &str, roles: &[Role]) -> NewStaff {
    NewStaff {
        login: login.into(),
        display_name: "王工".into(),
        department: department.into(),
        region: backend.catalog.reference.place().expect("a place that is served"),
        title: Text::new("工作人员", "Officer"),
        roles: roles.to_vec(),
        scope: None,
    }
}

impl Portal {
    /// A portal on a migrated database, with the embedded catalogue published.
    pub async fn start(db: Db) -> Portal {
        let clock = Arc::new(SettableClock::new(storage::testing::at(0)));
        let registers_clock = clock.clone();
        let config = standins::Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: SEED,
            token: TOKEN.into(),
            clock: Arc::new(move || registers_clock.now()),
        };
        let standins =
            standins::serve::serve_population(config, population().await).await.expect("start the stand-ins");
        let (backend, mut gateways) =
            process(db, KeyRing::generate(&SystemChance), clock.clone(), &standins.base_url());
        let mail = MailServer::new(&format!("smtp://portal:{TOKEN}@{}", standins.smtp), MAIL_FROM);
        gateways.mail = Some(mail.expect("the address of the stand-ins"));
        publish::publish(&backend, definitions()).await.expect("publish the catalogue");
        bundles::publish_bundles(&backend, shipped_bundles()).await.expect("publish the bundles");
        open_offices_of_catalogue(&backend).await.expect("open offices");
        Portal { backend, clock, standins, gateways: Arc::new(gateways) }
    }

    /// The bearer token of the stand-ins.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// The same portal with other connections, as a second process on one database would have.
    pub async fn second(&self, db: Db) -> Backend {
        let catalog = Catalog::new(Reference::embedded().expect("the reference data that ship"));
        catalog.refresh(&db, self.backend.now().date_in_china()).await.expect("load the catalogue");
        let organisation = Organisation::new(catalog.reference.calendar.clone());
        organisation.refresh(&db).await.expect("load the organisation");
        Backend {
            db,
            catalog: Arc::new(catalog),
            organisation: Arc::new(organisation),
            published: Arc::default(),
            live: Arc::default(),
            ..self.backend.clone()
        }
    }

    /// Jobs that send what waits under `sms` and `mail`; more topics can be added.
    pub fn jobs(&self) -> Jobs {
        Jobs::new(self.backend.clone())
            .topic(SMS, Delivery::sms(self.gateways.clone()))
            .topic(MAIL, Delivery::mail(self.gateways.clone()))
            .lasting(crate::cases::consent::BACKFILL, crate::cases::backfill::Backfill)
            .lasting(crate::cases::bundle::RELEASE, crate::cases::bundle::Release)
            .lasting(crate::cases::supervision::ESCALATE, crate::cases::supervision::Escalate)
            .lasting(crate::cases::rehome::REHOME, crate::cases::rehome::Rehome)
    }

    /// Sends every SMS and mail that is due.
    pub async fn deliver(&self) {
        let jobs = self.jobs();
        for topic in [SMS, MAIL] {
            while jobs.run_once(topic).await.expect("read the outbox") > 0 {}
        }
    }

    /// The newest text message to a phone, after sending what is due.
    pub async fn sms_to(&self, phone: &str) -> Option<String> {
        self.deliver().await;
        Some(self.standins.outbox.list(Some(phone), Some(Channel::Sms)).into_iter().next()?.message.text)
    }

    /// The code in the newest messages to a phone or a mail address: six digits. Messages that left together have no
    /// order.
    pub async fn code_sent_to(&self, to: &str) -> Option<String> {
        self.deliver().await;
        let sent = self.standins.outbox.list(Some(to), None);
        let newest = sent.first()?.received_at;
        let texts = sent.iter().take_while(|kept| kept.received_at == newest).map(|kept| &kept.message.text);
        texts.flat_map(|t| t.split(|c: char| !c.is_ascii_digit())).find(|d| d.len() == 6).map(str::to_owned)
    }

    /// A named person of the stand-ins.
    pub fn demo_person(name: &str) -> DemoPerson {
        let found = standins::demo_people().into_iter().find(|person| person.name == name);
        found.unwrap_or_else(|| panic!("there is no demo person {name}"))
    }

    /// Signs `name` in with a code, as from a phone, and gives the viewer; one code a minute for each phone.
    pub async fn sign_in(&self, name: &str) -> Viewer {
        self.viewer(&self.sign_in_token(name).await).await
    }

    /// The same; gives the token of the session.
    pub async fn sign_in_token(&self, name: &str) -> String {
        let backend = &self.backend;
        let phone = Phone::parse(Self::demo_person(name).phone).expect("the phone of a demo person");
        let (_, viewer) = identity::open_session(backend, "test").await.expect("open a session");
        identity::request_code(backend, viewer.session.id, &phone, ADDRESS, Locale::Zh)
            .await
            .expect("ask for a code");
        let code = self.code_sent_to(phone.as_str()).await.expect("a code by SMS");
        let signed_in = identity::sign_in_with_code(
            backend,
            &viewer.session,
            &phone,
            &code,
            ADDRESS,
            serde_json::Value::Null,
        )
        .await
        .expect("sign in");
        signed_in.token.as_str().to_owned()
    }

    /// Signs `name` in and, the first time, proves their identity at the population register.
    pub async fn citizen(&self, name: &str) -> Actor {
        let viewer = self.sign_in(name).await;
        if viewer.actor().verified_person().is_ok() {
            return viewer.actor();
        }
        let person = Self::demo_person(name);
        let full_name = PersonName::parse(person.name).expect("the name of a demo person");
        let id = ResidentId::parse(person.id).expect("the number of a demo person");
        let token = identity::verify_identity(&self.backend, &viewer, &full_name, &id, ADDRESS)
            .await
            .expect("prove identity");
        self.viewer(token.as_str()).await.actor()
    }

    /// A member of staff of `department` with `roles` for the whole place that the portal serves, signed in a moment ago.
    pub async fn staff(&self, department: &str, roles: &[Role]) -> Actor {
        self.viewer(&self.staff_token(department, roles).await).await.actor()
    }

    /// The same at a place, whose office is opened when it is not there.
    pub async fn staff_at(&self, department: &str, place: &str, roles: &[Role]) -> Actor {
        let region: RegionCode = place.parse().expect("a region");
        self.office(department, place).await;
        self.viewer(&self.token_of(department, region, roles).await).await.actor()
    }

    /// The office of a department at a place, which is opened when it is not there.
    pub async fn office(&self, department: &str, place: &str) -> OfficeId {
        let region: RegionCode = place.parse().expect("a region");
        let known = self.backend.organisation.current();
        if let Some(office) = known.offices.get(department, region) {
            return office.id;
        }
        let name = Text::new(format!("{place}办理机构"), format!("Office of {place}"));
        open_office(&self.backend, &Actor::System, department, region, name).await.expect("open an office")
    }

    /// As [`Portal::staff`]; gives the token of the session.
    pub async fn staff_token(&self, department: &str, roles: &[Role]) -> String {
        let region = self.backend.catalog.reference.place().expect("a place that is served");
        self.token_of(department, region, roles).await
    }

    /// As [`Portal::staff_at`]; gives the token of the session.
    pub async fn staff_token_at(&self, department: &str, place: &str, roles: &[Role]) -> String {
        self.office(department, place).await;
        self.token_of(department, place.parse().expect("a region"), roles).await
    }

    async fn token_of(&self, department: &str, region: RegionCode, roles: &[Role]) -> String {
        let login = format!("test-{}", self.backend.id().simple());
        let new = NewStaff {
            login: login.clone(),
            display_name: "王工".into(),
            department: department.into(),
            region,
            title: Text::new("工作人员", "Officer"),
            roles: roles.to_vec(),
            scope: None,
        };
        let (_, first) = identity::create_staff(&self.backend, &new).await.expect("make an account");
        let viewer = self.staff_viewer(&login, first.as_str()).await;
        let token =
            identity::change_staff_password(&self.backend, &viewer, first.as_str(), STAFF_PASSWORD).await;
        token.expect("choose a password").as_str().to_owned()
    }

    /// What a browser does at the identity service that was sent to `url`: chooses `subject` (none: goes back), with a second
    /// factor or without. Gives the address, path and query, that leads back to the portal.
    pub async fn choose_identity(&self, url: &str, subject: &str, two_factors: bool) -> String {
        let url = reqwest::Url::parse(url).expect("an address of the identity service");
        let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        form.push(("subject".into(), subject.into()));
        if two_factors {
            form.push(("otp".into(), "yes".into()));
        }
        let mut body = url.clone();
        body.query_pairs_mut().clear().extend_pairs(form);
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let http = http.expect("an HTTP client");
        assert!(http.get(url.clone()).send().await.expect("ask the stand-in").status().is_success());
        let post = http.post(format!("{}/oidc/authorize", self.standins.base_url()));
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        let answer = post.body(body.query().unwrap_or_default().to_owned()).send().await;
        let answer = answer.expect("choose at the stand-in");
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).expect("a way back");
        to.strip_prefix(PUBLIC_URL).expect("back to the portal").to_owned()
    }

    async fn staff_viewer(&self, login: &str, password: &str) -> Viewer {
        let (_, viewer) = identity::open_session(&self.backend, "test").await.expect("open a session");
        let entry =
            identity::sign_in_as_staff(&self.backend, &viewer.session, login, password, ADDRESS).await;
        self.viewer(let_in(entry.expect("sign in as staff")).token.as_str()).await
    }

    async fn viewer(&self, token: &str) -> Viewer {
        identity::authenticate(&self.backend, token).await.expect("load the session").expect("a live session")
    }
}

/// A member of staff who needed no second factor.
pub fn let_in(entry: StaffEntry) -> SignedIn {
    match entry {
        StaffEntry::In(signed_in) => signed_in,
        StaffEntry::SecondFactorNeeded(_) => panic!("a second factor is needed"),
    }
}
