//! The protocol of the registers, and every way in which a register can misbehave.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::registers::Subject;
use domain::time::Timestamp;
use serde_json::{Value, json};
use standins::outbox::Outbox;
use standins::registers::{Clock, catalogue};
use standins::serve::router;
use standins::switches::{Mode, Switches};
use standins::{Population, demo_entities, demo_people};
use tower::ServiceExt;

const TOKEN: &str = "test-token";
const CONSENT: &str = "01938a5e-7d1a-7000-8000-000000000001";
const LIN: &str = "330106199203159021";

static POPULATION: LazyLock<Arc<Population>> = LazyLock::new(|| Arc::new(Population::generate(7)));

struct Bench {
    router: Router,
    switches: Arc<Switches>,
}

fn bench() -> Bench {
    let switches = Arc::new(Switches::default());
    let clock: Clock = Arc::new(|| Timestamp::parse_rfc3339("2026-11-23T01:00:00Z").unwrap());
    let router = router(
        POPULATION.clone(),
        switches.clone(),
        Arc::new(Outbox::default()),
        Arc::default(),
        TOKEN,
        clock,
    );
    Bench { router, switches }
}

impl Bench {
    async fn send(&self, request: Request<Body>) -> (StatusCode, String, String) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let kind = answer.headers().get(header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap()).to_owned();
        let body = to_bytes(answer.into_body(), 4 << 20).await.unwrap();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        let (status, kind, text) = self.send(call("POST", path, Some(TOKEN), &body.to_string())).await;
        if status.is_client_error() || status.is_server_error() {
            assert_eq!(kind, "application/problem+json", "{text}");
        }
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn ask(&self, id: &str, facts: &[&str]) -> (StatusCode, Value) {
        self.post("/population/v1/query", &query("person", id, facts)).await
    }
}

fn call(method: &str, path: &str, token: Option<&str>, body: &str) -> Request<Body> {
    let mut request =
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

fn query(kind: &str, id: &str, facts: &[&str]) -> Value {
    json!({ "subject": { "type": kind, "id": id }, "purpose": "居民身份证遗失补领", "consent": CONSENT, "facts": facts })
}

#[tokio::test]
async fn a_query_gives_the_facts_asked_for_and_no_others() {
    let (status, answer) = bench().ask(LIN, &["person.name", "id_card.status"]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        answer,
        json!({
            "subject": { "type": "person", "id": LIN },
            "as_of": "2026-11-23T01:00:00.000000Z",
            "person": { "name": "林晓雨" },
            "id_card": { "status": "valid" },
        })
    );
}

#[tokio::test]
async fn every_register_answers_for_all_of_its_facts() {
    let bench = bench();
    for register in &catalogue().all {
        let (kind, id) = match register.subject {
            Subject::Person => ("person", LIN),
            Subject::Entity => ("entity", demo_entities()[0].code),
        };
        let facts: Vec<&str> = register.facts.iter().map(|f| f.id.as_str()).collect();
        let (status, answer) = bench.post(&register.path, &query(kind, id, &facts)).await;
        assert_eq!(status, StatusCode::OK, "{}", register.id);
        assert_eq!(answer.pointer(&register.subject_at), Some(&json!(id)));
        assert!(answer.pointer(&register.observed_at).is_some_and(Value::is_string));
        assert!(register.facts.iter().all(|f| answer.pointer(&f.at).is_some()), "{}", register.id);
    }
}

#[tokio::test]
async fn bad_queries_are_refused_with_a_problem() {
    let bench = bench();
    // Right check character, but nobody has it.
    let (status, problem) = bench.ask("11010519491231002X", &["person.name"]).await;
    assert_eq!((status, &problem["type"]), (StatusCode::NOT_FOUND, &json!("/problems/unknown-subject")));
    assert!(!problem.to_string().contains("1101"), "the number is not repeated");
    let good = query("person", LIN, &["person.name"]);
    let with = |pointer: &str, value: Value| {
        let mut query = good.clone();
        *query.pointer_mut(pointer).unwrap() = value;
        query
    };
    for (query, problem) in [
        (with("/subject/id", json!("330106199203159022")), "subject"),
        (with("/subject/type", json!("entity")), "wrong-subject-type"),
        (with("/purpose", json!(" ")), "purpose-or-consent"),
        (with("/purpose", json!("长".repeat(501))), "purpose-or-consent"),
        (with("/consent", json!("no uuid")), "body"),
        (with("/consent", json!(null)), "purpose-or-consent"),
        (with("/facts", json!([])), "facts"),
        (with("/facts", json!(["person.shoe_size"])), "unknown-fact"),
        (with("/facts", json!(["household.address"])), "unknown-fact"),
        (json!({ "subject": good["subject"] }), "body"),
        (json!([1]), "body"),
    ] {
        let (status, answer) = bench.post("/population/v1/query", &query).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(answer["type"], format!("/problems/{problem}"));
    }
    for token in [None, Some("wrong"), Some("")] {
        let request = call("POST", "/population/v1/query", token, &good.to_string());
        assert_eq!(bench.send(request).await.0, StatusCode::UNAUTHORIZED);
    }
    let huge = format!("{{\"purpose\":\"{}\"}}", "x".repeat(70_000));
    let request = call("POST", "/population/v1/query", Some(TOKEN), &huge);
    assert_eq!(bench.send(request).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_identity_is_checked_and_a_wrong_name_looks_like_an_unknown_number() {
    let bench = bench();
    let path = "/population/v1/verify";
    let (status, answer) = bench.post(path, &json!({ "name": "林晓雨", "id": LIN })).await;
    assert_eq!(
        (status, &answer["match"], &answer["status"]),
        (StatusCode::OK, &json!(true), &json!("active"))
    );
    let (_, mut wrong) = bench.post(path, &json!({ "name": "林小雨", "id": LIN })).await;
    let (_, mut nobody) = bench.post(path, &json!({ "name": "林晓雨", "id": "11010519491231002X" })).await;
    assert_eq!((&wrong["match"], &wrong["status"]), (&json!(false), &json!("none")));
    for answer in [&mut wrong, &mut nobody] {
        answer["subject"] = Value::Null;
    }
    assert_eq!(wrong, nobody);
    assert_eq!(bench.post(path, &json!({ "name": "林晓雨", "id": "1" })).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_legal_representative_is_checked() {
    let bench = bench();
    let path = "/market-entities/v1/verify-representative";
    let he = demo_people().into_iter().find(|p| p.name == "何俊").unwrap();
    for firm in demo_entities() {
        let (_, answer) = bench.post(path, &json!({ "code": firm.code, "name": he.name, "id": he.id })).await;
        assert_eq!(answer["match"], firm.representative == he.name);
        assert_eq!(answer["subject"], json!({ "type": "entity", "id": firm.code }));
    }
}

#[tokio::test(start_paused = true)]
async fn every_switch_does_what_it_says_to_its_register_only() {
    let bench = bench();
    let facts = ["person.name", "person.birth_date"];
    let switch = |mode: Mode| bench.switches.set("population", mode);

    switch(Mode::Down);
    assert_eq!(bench.ask(LIN, &facts).await.0, StatusCode::SERVICE_UNAVAILABLE);
    let other = bench.post("/household/v1/query", &query("person", LIN, &["household.address"])).await;
    assert_eq!(other.0, StatusCode::OK);
    let check = json!({ "name": "林晓雨", "id": LIN });
    assert_eq!(bench.post("/population/v1/verify", &check).await.0, StatusCode::SERVICE_UNAVAILABLE);

    switch(Mode::Error);
    assert_eq!(bench.ask(LIN, &facts).await.0, StatusCode::INTERNAL_SERVER_ERROR);

    switch(Mode::Slow { ms: 5_000 });
    let before = tokio::time::Instant::now();
    let (status, answer) = bench.ask(LIN, &facts).await;
    assert_eq!((status, &answer["person"]["name"]), (StatusCode::OK, &json!("林晓雨")));
    assert_eq!(before.elapsed().as_millis(), 5_000, "by the paused clock of the test");

    switch(Mode::Malformed);
    let body = query("person", LIN, &facts).to_string();
    let (status, _, text) = bench.send(call("POST", "/population/v1/query", Some(TOKEN), &body)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(serde_json::from_str::<Value>(&text).is_err(), "{text}");

    switch(Mode::WrongPerson);
    let (status, answer) = bench.ask(LIN, &facts).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(answer["subject"]["id"], LIN);
    assert_ne!(answer["person"]["name"], "林晓雨");
    assert_ne!(bench.post("/population/v1/verify", &check).await.1["subject"]["id"], LIN);

    switch(Mode::MissingFields);
    let (status, answer) = bench.ask(LIN, &facts).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "subject": { "type": "person", "id": LIN } })));
    assert!(bench.post("/population/v1/verify", &check).await.1["match"].is_null());

    switch(Mode::Up);
    assert_eq!(bench.ask(LIN, &facts).await.1["person"]["birth_date"], "1992-03-15");
}

#[tokio::test]
async fn switches_are_set_over_http() {
    let bench = bench();
    let set = |service: &str, body: &str, token| call("PUT", &format!("/_switch/{service}"), token, body);
    let slow = r#"{"state":"slow","ms":40}"#;
    assert_eq!(bench.send(set("low_income", slow, Some(TOKEN))).await.0, StatusCode::NO_CONTENT);
    assert_eq!(bench.switches.get("low_income"), Mode::Slow { ms: 40 });
    let (_, _, text) = bench.send(call("GET", "/_switch", Some(TOKEN), "")).await;
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all.as_object().unwrap().len(), 16);
    assert_eq!(all["population"], json!({ "state": "up" }));
    assert_eq!(all["low_income"], json!({ "state": "slow", "ms": 40 }));
    assert_eq!(bench.send(set("low_income", slow, None)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(bench.send(set("weather", slow, Some(TOKEN))).await.0, StatusCode::NOT_FOUND);
    for wrong in ["", "{}", r#"{"state":"asleep"}"#, r#"{"state":"slow"}"#] {
        assert_eq!(
            bench.send(set("low_income", wrong, Some(TOKEN))).await.0,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn every_register_describes_itself() {
    let bench = bench();
    for register in &catalogue().all {
        let service = register.path.split('/').nth(1).unwrap();
        let (status, _, text) = bench.send(call("GET", &format!("/{service}/openapi.json"), None, "")).await;
        assert_eq!(status, StatusCode::OK);
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        assert!(document["paths"][&register.path]["post"]["responses"]["200"].is_object());
    }
    let (_, _, text) = bench.send(call("GET", "/openapi.json", None, "")).await;
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all["paths"].as_object().unwrap().len(), catalogue().all.len() + 2);
    let query =
        &all["paths"]["/education/v1/query"]["post"]["responses"]["200"]["content"]["application/json"];
    let graduations = &query["schema"]["properties"]["graduations"];
    assert!(graduations["items"]["properties"]["school"].is_object(), "{graduations}");
}

#[tokio::test]
async fn messages_are_taken_once_and_shown() {
    let bench = bench();
    let sms = |to: &str, key: &str| json!({ "to": to, "template": "otp", "params": { "code": "123456" }, "text": "验证码 123456", "idempotency_key": key });
    let (status, first) = bench.post("/sms/v1/messages", &sms("15400000001", "a")).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(
        bench.post("/sms/v1/messages", &sms("15400000001", "a")).await.1,
        first,
        "the same key is the same message"
    );
    bench.post("/sms/v1/messages", &sms("15400000002", "b")).await;

    let list = async |filter: &str| -> Value {
        let (status, _, text) = bench.send(call("GET", &format!("/_outbox{filter}"), Some(TOKEN), "")).await;
        assert_eq!(status, StatusCode::OK);
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(list("").await.as_array().unwrap().len(), 2);
    let to_lin = list("?to=15400000001").await;
    assert_eq!(to_lin.as_array().unwrap().len(), 1);
    assert_eq!((&to_lin[0]["id"], &to_lin[0]["params"]["code"]), (&first["id"], &json!("123456")));
    assert_eq!(bench.send(call("GET", "/_outbox", None, "")).await.0, StatusCode::UNAUTHORIZED);

    bench.switches.set("sms", Mode::Down);
    assert_eq!(
        bench.post("/sms/v1/messages", &sms("15400000001", "c")).await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(bench.post("/sms/v1/messages", &json!({ "to": "" })).await.0, StatusCode::SERVICE_UNAVAILABLE);
    bench.switches.set("sms", Mode::Up);
    assert_eq!(bench.post("/sms/v1/messages", &json!({ "to": "" })).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(list("").await.as_array().unwrap().len(), 2);

    for at in 0..600 {
        bench.post("/sms/v1/messages", &sms("15400000003", &format!("many {at}"))).await;
    }
    assert_eq!(list("?channel=sms").await.as_array().unwrap().len(), 500, "the oldest go");
}

#[tokio::test]
async fn everything_is_served_and_ends_when_told() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let clock: Clock = Arc::new(|| Timestamp::parse_rfc3339("2026-11-23T01:00:00Z").unwrap());
    let config =
        standins::Config { listen: ([127, 0, 0, 1], 0).into(), seed: 7, token: TOKEN.to_owned(), clock };
    let handle = standins::serve(config).await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(handle.address).await.unwrap();
    let body = query("person", LIN, &["person.sex"]).to_string();
    let request = format!(
        "POST /population/v1/query HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {TOKEN}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        handle.address,
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("female"), "{answer}");
    handle.shutdown().await.unwrap();
}
