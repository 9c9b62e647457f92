//! A register of another make than the catalogue describes: how it is reached and read is a matter of configuration.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use backend::Backend;
use backend::cases::submit::submit;
use backend::catalog::{Catalog, Reference};
use backend::registers::{Answer, Question, RegisterClient, Settings, Trouble, configure};
use backend::testing::Portal;
use domain::cases::CaseState;
use domain::ids::ConsentId;
use domain::registers::{FactState, Subject};
use domain::rules::{Number, Value};
use domain::time::Timestamp;
use serde_json::json;

mod common;
use common::*;

/// What an operator writes for it, but the address.
const SETTINGS: &str = r#"
token = "k-42"
auth = { header = "X-Api-Key" }
path = "/ylbx/cbxx"
timeout_ms = 10000
retries = 0
breaker = { failures = 2, pause_seconds = 5 }
subject_at = "/data/0/zjhm"
observed_at = "/cxsj"

[mapping]
"social.status" = { at = "/data/0/cbzt", codes = { 1 = "active", 2 = "paused", 3 = "drawing" } }
"social.scheme" = { at = "/data/0/xzlx", codes = { 110 = "employee" } }
"social.region" = "/data/0/xzqh"
"social.months_paid" = "/data/0/ljys"
"social.consecutive_months" = "/data/0/lxys"
"social.employer_name" = "/data/0/dwmc"
"social.employed_since" = "/data/0/cjgzrq"
"social.contribution_base" = { at = "/data/0/jfjs", money_in = "yuan" }
"#;

/// Answers all but the first `trips` times.
struct Foreign {
    asked: AtomicUsize,
    trips: usize,
}

async fn answer(
    State(foreign): State<Arc<Foreign>>,
    headers: HeaderMap,
    Json(question): Json<serde_json::Value>,
) -> (StatusCode, Json<serde_json::Value>) {
    if headers.get("x-api-key").is_none_or(|key| key != "k-42") || headers.contains_key("authorization") {
        return (StatusCode::UNAUTHORIZED, Json(json!({})));
    }
    if foreign.asked.fetch_add(1, Ordering::Relaxed) < foreign.trips {
        return (StatusCode::BAD_GATEWAY, Json(json!({})));
    }
    let person = json!({
        "zjhm": question["subject"]["id"], "cbzt": "1", "xzlx": 110, "xzqh": "330106", "ljys": "126", "lxys": 18,
        "dwmc": "示例科技有限公司", "cjgzrq": "20180702", "jfjs": "8123.50",
    });
    (StatusCode::OK, Json(json!({ "code": "0000", "cxsj": "2026-11-23 09:41:00", "data": [person] })))
}

/// The portal, with `settings` for a foreign register of social security that trips so many times.
async fn with_foreign(portal: &Portal, settings: &str, trips: usize) -> (Backend, Arc<Foreign>) {
    let foreign = Arc::new(Foreign { asked: AtomicUsize::new(0), trips });
    let router = Router::new().route("/ylbx/cbxx", post(answer)).with_state(foreign.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut reference = Reference::embedded().unwrap();
    let standin = |id: &String| (id.clone(), Settings::new(portal.standins.base_url(), portal.token()));
    let mut all: BTreeMap<_, _> =
        reference.registers.all.iter().map(|register| standin(&register.id)).collect();
    all.insert("social_security".into(), toml::from_str(&format!("url = '{url}'\n{settings}")).unwrap());
    configure(&mut reference.registers, &all).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let registers = RegisterClient::new(http, all, &reference.registers, portal.clock.clone());
    let catalog = Catalog::new(reference);
    catalog.refresh(&portal.backend.db, portal.backend.now().date_in_china()).await.unwrap();
    let backend =
        Backend { catalog: Arc::new(catalog), registers: Arc::new(registers), ..portal.backend.clone() };
    (backend, foreign)
}

async fn ask(backend: &Backend) -> Answer {
    let question = Question {
        subject: Subject::Person,
        number: Portal::demo_person(LIN).id,
        purpose: "test",
        consent: Some(ConsentId(backend.id())),
        facts: vec!["social.status", "social.employed_since", "social.contribution_base"],
    };
    backend
        .registers
        .ask(backend.catalog.reference.registers.get("social_security").unwrap(), &question)
        .await
}

storage::contract! {
    async fn a_register_of_another_make_is_read_as_configured(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, foreign) = with_foreign(&portal, SETTINGS, 0).await;
        let Answer::Said(said) = ask(&backend).await else { panic!("no answer") };
        assert_eq!(said.facts["social.status"], Some(Value::text("active")));
        assert_eq!(said.facts["social.employed_since"], Some(Value::Date(jiff::civil::date(2018, 7, 2))));
        assert_eq!(said.facts["social.contribution_base"], Some(Value::Money(812_350)));
        assert_eq!(Some(said.observed_at), Timestamp::parse_rfc3339("2026-11-23T09:41:00+08:00"));

        // And a case is decided on what it says.
        let lin = portal.citizen(LIN).await;
        let id = instant_draft(&backend, &lin).await;
        let draft = opened(&backend, &lin, id).await;
        assert_eq!(fact(&draft, "social.months_paid").state, FactState::Known(Value::Number(Number::whole(126))));
        submit(&backend, &lin, id).await.unwrap();
        assert_eq!(state(&backend, &lin, id).await, CaseState::Approved);
        assert_eq!(foreign.asked.load(Ordering::Relaxed), 2);
    }

    async fn retries_and_breaker_are_as_configured(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, foreign) = with_foreign(&portal, SETTINGS, 2).await;
        for _ in 0..2 {
            assert!(matches!(ask(&backend).await, Answer::Unknown(Trouble::Status(502))));
        }
        assert!(matches!(ask(&backend).await, Answer::Unknown(Trouble::BreakerOpen)));
        assert_eq!(foreign.asked.load(Ordering::Relaxed), 2, "once for each question");
        portal.clock.advance(5);
        assert!(matches!(ask(&backend).await, Answer::Said(_)));

        let (backend, foreign) = with_foreign(&portal, &SETTINGS.replace("retries = 0", "retries = 2"), 2).await;
        assert!(matches!(ask(&backend).await, Answer::Said(_)));
        assert_eq!(foreign.asked.load(Ordering::Relaxed), 3);
    }
}
