//! The API over its real router, on a database of its own.

use std::collections::BTreeSet;

use app::state::Site;
use axum::{
    Router,
    body::{Body, to_bytes},
    response::Response,
};
use backend::cases::{begin::begin, consent::give_consent, save::save_step, submit::submit};
use backend::catalog::embedded_services;
use backend::testing::{PUBLIC_URL, Portal};
use domain::text::Text;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};
use storage::audit::Cursor;
use storage::testing::TestDb;
use tower::ServiceExt;

use super::{Api, closed_routes, open_routes, openapi};
use crate::{config::Limits, http::guard::Guard};

const PROOF: &str = "social-insurance-proof";

/// A portal with its API.
struct Served {
    portal: Portal,
    router: Router,
}

async fn site(t: &TestDb) -> Served {
    let portal = Portal::start(t.db()).await;
    let api = Api {
        backend: portal.backend.clone(),
        security_contact: Some("mailto:security@zhangban.example".into()),
    };
    let choices = Site {
        name: Text::new("掌办", "Zhangban"),
        public_url: PUBLIC_URL.into(),
        imprint: app::state::Imprint::default(),
        demo: false,
    };
    let router = super::router(api, Guard::new(&Limits::default()), &choices);
    Served { portal, router }
}

struct Answer {
    status: StatusCode,
    headers: http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert_eq!(problem["status"], status);
        conforms(&json!({ "$ref": "#/components/schemas/Problem" }), &problem, "problem");
        problem
    }
}

impl Served {
    async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 4 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// The answer to GET, held against the description.
    async fn described(&self, path: &str, template: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert!(answer.header("cache-control").starts_with("public, max-age="), "{path}");
        let content = &openapi::DOCUMENT["paths"][template]["get"]["responses"]["200"]["content"];
        let kind = answer.header("content-type").to_owned();
        let schema = &content[&kind]["schema"];
        assert!(!schema.is_null(), "{path}: {kind} is not described");
        let body = answer.json();
        conforms(schema, &body, path);
        let tag = answer.header("etag").to_owned();
        let again = self.get_with(path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        body
    }

    /// Files for a proof of social insurance, which is decided at once; gives the reference number.
    async fn file(&self, name: &str) -> String {
        let backend = &self.portal.backend;
        let citizen = self.portal.citizen(name).await;
        let id = begin(backend, &citizen, PROOF).await.unwrap();
        give_consent(backend, &citizen, id).await.unwrap();
        let purpose = [("purpose".to_owned(), vec!["school".to_owned()])];
        save_step(backend, &citizen, id, "purpose", purpose.into()).await.unwrap();
        submit(backend, &citizen, id).await.unwrap().to_string()
    }
}

/// Whether `value` is what `schema` describes, and has no member that it does not describe.
#[track_caller]
fn conforms(schema: &Value, value: &Value, at: &str) {
    if let Err(wrong) = check(schema, value, at) {
        panic!("{wrong}");
    }
}

fn check(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let found = openapi::DOCUMENT.pointer(name.trim_start_matches('#')).ok_or(format!("no {name}"))?;
        return check(found, value, at);
    }
    for alternatives in ["anyOf", "oneOf"] {
        if let Some(schemas) = schema[alternatives].as_array() {
            let wrong: Vec<String> = schemas.iter().filter_map(|s| check(s, value, at).err()).collect();
            return if wrong.len() < schemas.len() { Ok(()) } else { Err(wrong.join("; ")) };
        }
    }
    for schema in schema["allOf"].as_array().into_iter().flatten() {
        check(schema, value, at)?;
    }
    let right = match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        _ => true,
    };
    if !right {
        return Err(format!("{at}: {value} is no {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return Err(format!("{at}: {value} is none of {}", schema["enum"]));
    }
    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
        check(&schema["items"], item, &format!("{at}/{place}"))?;
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            return Err(format!("{at}: {name} is missing"));
        }
    }
    let Some(members) = schema["properties"].as_object() else { return Ok(()) };
    for (name, member) in value.as_object().into_iter().flatten() {
        let schema = members.get(name).ok_or_else(|| format!("{at}: {name} is not described"))?;
        check(schema, member, &format!("{at}/{name}"))?;
    }
    Ok(())
}

storage::contract! {
    async fn the_description_and_the_routes_are_the_same(t: &TestDb) {
        let site = site(t).await;
        let document = site.get("/api/v1/openapi.json").await.json();
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["servers"][0]["url"], PUBLIC_URL);
        let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        let undescribed = ["/.well-known/security.txt", "/.well-known/change-password", "/api", "/api/{*rest}"];
        let routes: BTreeSet<&str> = open_routes()
            .iter()
            .chain(&closed_routes())
            .map(|(path, _)| *path)
            .filter(|path| !undescribed.contains(path))
            // One route answers both.
            .chain(["/api/v1/services/{code}.jsonld"])
            .collect();
        assert_eq!(described, routes);
        for (path, item) in document["paths"].as_object().unwrap() {
            let path = path.replace("{code}", "x").replace("{department}", "x").replace("{kind}", "x");
            for (method, other) in [(Method::GET, Method::POST), (Method::POST, Method::GET)] {
                if item.get(method.as_str().to_lowercase()).is_some() {
                    let request = Request::builder().method(other).uri(&path).body(Body::empty()).unwrap();
                    let answer = site.send(request).await;
                    answer.problem(405, "method-not-allowed");
                    assert!(answer.header("allow").contains(method.as_str()), "{path}");
                }
            }
        }
    }

    async fn every_public_answer_is_as_described(t: &TestDb) {
        let site = site(t).await;
        for path in ["/api/v1/themes", "/api/v1/departments", "/api/v1/regions", "/.well-known/jwks.json"] {
            site.described(path, path).await;
        }
        for region in ["33", "330100", "330106"] {
            site.described(&format!("/api/v1/regions/{region}"), "/api/v1/regions/{code}").await;
        }
        let bundles = site.described("/api/v1/bundles", "/api/v1/bundles").await;
        for line in bundles["bundles"].as_array().unwrap() {
            let code = line["code"].as_str().unwrap();
            let bundle = site.described(&format!("/api/v1/bundles/{code}"), "/api/v1/bundles/{code}").await;
            assert_eq!(bundle["members"].as_array().unwrap().len(), line["services"].as_array().unwrap().len());
        }
        let found = site.described("/api/v1/bundles?q=%E5%AE%9D%E5%AE%9D%E5%87%BA%E7%94%9F", "/api/v1/bundles").await;
        assert_eq!(found["bundles"][0]["code"], "newborn");
        for code in embedded_services().iter().map(|(path, _)| path.trim_start_matches("services/").trim_end_matches(".toml")) {
            let service = site.described(&format!("/api/v1/services/{code}"), "/api/v1/services/{code}").await;
            assert_eq!(service["code"], code);
            let linked = site.described(&format!("/api/v1/services/{code}.jsonld"), "/api/v1/services/{code}.jsonld").await;
            assert_eq!(linked["identifier"], code);
            if let Some(kind) = service["certificate"]["kind"].as_str() {
                let path = format!("/.well-known/vct/{kind}");
                let known = site.described(&path, "/.well-known/vct/{kind}").await;
                assert_eq!(known["vct"], format!("{PUBLIC_URL}{path}"));
                for claim in service["certificate"]["claims"].as_array().unwrap() {
                    let described = known["claims"].as_array().unwrap();
                    assert!(described.iter().any(|c| c["path"][0] == claim["id"]), "{kind}: {}", claim["id"]);
                }
            }
        }
    }

    async fn services_are_found_filtered_and_paged(t: &TestDb) {
        let site = site(t).await;
        let list = async |query: &str| site.described(&format!("/api/v1/services?{query}"), "/api/v1/services").await;
        for words in ["%E8%A1%A5%E5%8A%9E%E8%BA%AB%E4%BB%BD%E8%AF%81", "sfzysbl", "lost%20ID%20card"] {
            let found = list(&format!("q={words}")).await;
            assert_eq!(found["services"][0]["code"], "id-card-replacement", "{words}");
        }
        let found = list("department=public-security&badge=free&badge=zero_visits&limit=100").await;
        let found = found["services"].as_array().unwrap();
        assert!(!found.is_empty());
        for service in found {
            assert_eq!(service["department"], "public-security");
            let badges = service["badges"].as_array().unwrap();
            assert!(badges.contains(&json!("free")) && badges.contains(&json!("zero_visits")));
        }
        assert!(list("audience=entity").await["services"].as_array().unwrap().iter().all(|s| {
            s["audience"].as_array().unwrap().contains(&json!("entity"))
        }));

        // Page by page gives every service once.
        let total = list("limit=100").await["total"].as_u64().unwrap();
        let (mut seen, mut next) = (BTreeSet::new(), Some("/api/v1/services?limit=7&lang=en".to_owned()));
        while let Some(path) = next {
            let page = site.described(&path, "/api/v1/services").await;
            assert!(page["services"].as_array().unwrap().len() <= 7);
            for service in page["services"].as_array().unwrap() {
                assert!(seen.insert(service["code"].as_str().unwrap().to_owned()), "{service}");
            }
            next = page["next"].as_str().map(str::to_owned);
        }
        assert_eq!(seen.len() as u64, total);
    }

    async fn lists_are_in_the_language_that_was_asked_for(t: &TestDb) {
        let site = site(t).await;
        for (query, accept, language, name) in [
            ("", "", "zh-CN", "生育"),
            ("?lang=en", "zh", "en", "Having a child"),
            ("", "fr, en;q=0.8, zh;q=0.9", "zh-CN", "生育"),
            ("", "fr, en;q=0.8, zh;q=0.1", "en", "Having a child"),
        ] {
            let answer = site.get_with(&format!("/api/v1/themes{query}"), &[("accept-language", accept)]).await;
            assert_eq!(answer.header("content-language"), language);
            assert_eq!(answer.header("vary"), "accept-language");
            assert_eq!(answer.json()["themes"][0]["name"], name);
        }
    }

    async fn a_service_is_linked_data_for_those_who_ask(t: &TestDb) {
        let site = site(t).await;
        let path = &format!("/api/v1/services/{PROOF}");
        let digest = site.portal.backend.catalog.services().get(PROOF).unwrap().digest.clone();
        for (accept, kind) in [
            ("application/ld+json", "application/ld+json"),
            ("application/json", "application/json"),
            ("*/*", "application/json"),
            ("application/json, application/ld+json;q=0.5", "application/json"),
            ("application/ld+json, */*;q=0.1", "application/ld+json"),
        ] {
            let answer = site.get_with(path, &[("accept", accept)]).await;
            assert_eq!(answer.header("content-type"), kind, "{accept}");
            assert_eq!(answer.header("vary"), "accept");
            assert!(answer.header("etag").contains(&digest));
        }
        let tag = site.get(path).await.header("etag").to_owned();
        let linked = site.get_with(path, &[("accept", "application/ld+json"), ("if-none-match", &tag)]).await;
        assert_eq!(linked.status, StatusCode::OK, "the tag of one form is not that of the other");
        let strong = tag.trim_start_matches("W/").to_owned();
        let same = site.get_with(path, &[("if-none-match", &format!("\"other\", {strong}"))]).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    }

    async fn what_is_wrong_is_named(t: &TestDb) {
        let site = site(t).await;
        for (query, name) in [
            ("theme=nothing", "theme"), ("department=", "department"), ("audience=both", "audience"),
            ("badge=cheap", "badge"), ("limit=0", "limit"), ("limit=101", "limit"), ("limit=%2B5x", "limit"),
            ("after=nothing", "after"), ("lang=fr", "lang"), ("page=2", "page"), ("limit=1&limit=2", "limit"),
            ("q=a&q=b", "q"), (&format!("q={}", "%E8%AF%81".repeat(201)), "q"),
        ] {
            let problem = site.get(&format!("/api/v1/services?{query}")).await.problem(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], name, "{query}");
        }
        for path in ["/api/v1/themes", "/api/v1/openapi.json", "/api/v1/regions/33", "/.well-known/jwks.json",
                     "/api/v1/services/id-card-replacement", "/issuers/public-security/jwks.json"] {
            site.get(&format!("{path}?x=1")).await.problem(400, "invalid-parameter");
        }
        for path in ["/api", "/api/v2", "/api/v1/services/nothing", "/api/v1/services/nothing.jsonld", "/api/v1/regions/99",
                     "/api/v1/regions/x", "/api/v1/services/%ff", "/api/v1/services/%00", "/.well-known/vct/nothing",
                     "/issuers/nothing/jwks.json", "/status-lists/nothing", "/status-lists/public-security",
                     "/.well-known/jwt-vc-issuer/issuers/nothing", "/problems/nothing"] {
            site.get(path).await.problem(404, "not-found");
        }
        let verify = "/api/v1/certificates/verify";
        let problem = site.post(verify, &json!({ "presentation": 1, "a/b": 1 })).await.problem(422, "invalid-member");
        assert_eq!(problem["errors"][0]["pointer"], "/presentation");
        assert_eq!(problem["errors"][1]["pointer"], "/a~1b");
        site.post(verify, &json!({})).await.problem(422, "invalid-member");
        site.post(verify, &json!([])).await.problem(400, "invalid-body");
        site.post(verify, &json!({ "presentation": "x".repeat(70_000) })).await.problem(413, "body-too-large");
        let plain = Request::post(verify).body(Body::from("{}")).unwrap();
        site.send(plain).await.problem(415, "unsupported-media-type");
        let request = Request::post(verify).header("content-type", "application/json; charset=utf-8");
        site.send(request.body(Body::from("{\"presentation\":\"\\ud800\"}")).unwrap()).await.problem(400, "invalid-body");

        let english = site.get_with("/api/v1/nothing", &[("accept-language", "en")]).await;
        assert_eq!(english.problem(404, "not-found")["title"], "Not found");
        assert_eq!(site.get("/api/v1/nothing").await.problem(404, "not-found")["title"], "没有找到");
    }

    async fn every_problem_type_has_a_page(t: &TestDb) {
        let site = site(t).await;
        for kind in super::problem::Kind::ALL {
            let path = format!("/problems/{}", kind.code());
            let page = site.get_with(&path, &[("accept", "text/html,*/*;q=0.8")]).await;
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            assert!(page.text().contains(kind.code()));
            let document = site.get_with(&path, &[("accept", "application/json")]).await.json();
            conforms(&json!({ "$ref": "#/components/schemas/ProblemKind" }), &document, &path);
        }
    }

    async fn pages_of_any_origin_may_read_and_check_but_not_ask_for_codes(t: &TestDb) {
        let site = site(t).await;
        let origin = ("origin", "https://elsewhere.example");
        for path in ["/api/v1/services", "/api/v1/services/nothing", "/.well-known/jwks.json"] {
            let answer = site.get_with(path, &[origin]).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        let preflight = async |path: &str| {
            let request = Request::options(path)
                .header(origin.0, origin.1)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type");
            site.send(request.body(Body::empty()).unwrap()).await
        };
        let verify = preflight("/api/v1/certificates/verify").await;
        assert_eq!(verify.header("access-control-allow-origin"), "*");
        for path in ["/api/v1/cases/status-code", "/api/v1/cases/status"] {
            let refused = preflight(path).await;
            assert_eq!(refused.header("access-control-allow-origin"), "", "{path}");
            assert_eq!(refused.header("access-control-allow-headers"), "", "{path}");
        }
    }

    async fn well_known_addresses_lead_somewhere(t: &TestDb) {
        let site = site(t).await;
        let text = site.get("/.well-known/security.txt").await.text();
        assert!(text.starts_with("Contact: mailto:security@zhangban.example\nExpires: 2027-05-21T16:00:00"), "{text}");
        let change = site.get("/.well-known/change-password").await;
        assert_eq!((change.status, change.header("location")), (StatusCode::SEE_OTHER, "/me/password"));
    }

    async fn the_owner_learns_how_their_case_stands_and_nobody_else(t: &TestDb) {
        let site = site(t).await;
        let (name, phone) = ("林晓雨", Portal::demo_person("林晓雨").phone);
        let reference = site.file(name).await;
        let ask = async |reference: &str, phone: &str| {
            site.post("/api/v1/cases/status-code", &json!({ "reference": reference, "phone": phone })).await
        };
        let read = async |code: &str| {
            site.post("/api/v1/cases/status", &json!({ "reference": reference, "code": code })).await
        };
        site.portal.clock.advance(61);

        // Another's phone, and a case that does not exist: the same answer, and no message.
        let other = ask(&reference, "15400000003").await;
        site.portal.clock.advance(61);
        let nothing = ask("ZB-000-000-000", phone).await;
        site.portal.clock.advance(61);
        let right = ask(&reference, phone).await;
        for answer in [&other, &nothing, &right] {
            assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
            assert_eq!(answer.header("cache-control"), "no-store");
            conforms(&json!({ "$ref": "#/components/schemas/CodeSent" }), &answer.json(), "status-code");
        }
        let code = site.portal.code_sent_to(phone).await.unwrap();
        let messages = site.portal.standins.outbox.list(Some(phone), None);
        let codes: Vec<_> = messages.iter().filter(|m| m.message.template == "case-code").collect();
        assert_eq!(codes.len(), 1);
        assert!(codes[0].message.text.contains(&reference));
        assert!(site.portal.standins.outbox.list(Some("15400000003"), None).is_empty());
        let soon = ask(&reference, phone).await;
        soon.problem(429, "too-often");
        let seconds: u64 = soon.header("retry-after").parse().unwrap();
        assert!((55..=61).contains(&seconds), "{seconds}");

        read(if code == "000000" { "000001" } else { "000000" }).await.problem(403, "code-refused");
        let told = read(&code).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
        assert_eq!(told.header("cache-control"), "no-store");
        let status = told.json();
        conforms(&json!({ "$ref": "#/components/schemas/CaseStatus" }), &status, "status");
        assert_eq!(status["reference"], reference);
        assert_eq!(status["state"], "approved");
        let person = Portal::demo_person(name);
        for secret in [person.name, person.id, person.phone] {
            assert!(!told.text().contains(secret));
        }
        read(&code).await.problem(403, "code-refused");

        let viewer = { site.portal.clock.advance(61); site.portal.sign_in(name).await };
        let actor = viewer.actor();
        let log = backend::identity::who_read_my_data(&site.portal.backend, actor.person().unwrap(), Cursor::START);
        assert!(log.await.unwrap().entries.iter().any(|e| e.action == "cases.read_status"), "the owner sees it");
    }

    async fn a_code_is_lost_after_five_wrong_ones(t: &TestDb) {
        let site = site(t).await;
        let phone = Portal::demo_person("林晓雨").phone;
        let reference = site.file("林晓雨").await;
        site.portal.clock.advance(61);
        site.post("/api/v1/cases/status-code", &json!({ "reference": reference, "phone": phone })).await;
        let code = site.portal.code_sent_to(phone).await.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let answer = site.post("/api/v1/cases/status", &json!({ "reference": reference, "code": wrong })).await;
            answer.problem(403, "code-refused");
        }
        let late = site.post("/api/v1/cases/status", &json!({ "reference": reference, "code": code })).await;
        late.problem(403, "code-refused");
    }

    async fn a_certificate_is_checked_with_what_is_published(t: &TestDb) {
        let site = site(t).await;
        site.file("林晓雨").await;
        let backend = &site.portal.backend;
        site.portal.clock.advance(61);
        let citizen = site.portal.citizen("林晓雨").await;
        let cards = backend::certificates::wallet::wallet(backend, &citizen, None, 10).await.unwrap();
        let card = backend::certificates::wallet::card(backend, &citizen, cards[0].row.id).await.unwrap();
        let check = async |presentation: &str| {
            let answer = site.post("/api/v1/certificates/verify", &json!({ "presentation": presentation })).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            assert_eq!(answer.header("cache-control"), "no-store");
            let result = answer.json();
            conforms(&json!({ "$ref": "#/components/schemas/Verification" }), &result, "verify");
            result
        };
        let shown = backend::certificates::present(&card.credential, &["name"]).unwrap();
        let result = check(&shown).await;
        assert_eq!(result["result"], "valid", "{result}");
        assert_eq!(result["certificate"]["disclosed"]["name"], "林晓雨");
        assert_eq!(check("nonsense").await["result"], "malformed");
        let altered = shown.replacen('.', ".A", 1);
        assert_ne!(check(&altered).await["result"], "valid");

        let department = backend.catalog.services().get(PROOF).unwrap().definition.department.clone();
        let keys = site.described(&format!("/issuers/{department}/jwks.json"), "/issuers/{department}/jwks.json").await;
        assert!(keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == result["certificate"]["key"]));
        assert!(keys["keys"].as_array().unwrap().iter().all(|key| key.get("d").is_none()), "only public halves");
        assert_eq!(site.get("/.well-known/jwks.json").await.json(), keys);
        let path = format!("/.well-known/jwt-vc-issuer/issuers/{department}");
        let issuer = site.described(&path, "/.well-known/jwt-vc-issuer/issuers/{department}").await;
        assert_eq!(issuer["issuer"], result["certificate"]["issuer"]);
        let bound = async |members: Value| site.post("/api/v1/certificates/verify", &members).await;
        let asked = json!({ "presentation": shown, "audience": "https://bank.example", "nonce": "n-1" });
        let unbound = bound(asked).await.json();
        assert_eq!((&unbound["result"], &unbound["reason"]), (&json!("unbound"), &json!("missing")));
        let half = bound(json!({ "presentation": shown, "nonce": "n-1" })).await.problem(422, "invalid-member");
        assert_eq!(half["errors"][0]["pointer"], "/audience");
        for number in ["0", "1", "01", "x"] {
            site.get(&format!("/status-lists/{department}/{number}")).await.problem(404, "not-found");
        }
        let list = site.get(&format!("/status-lists/{department}")).await;
        let again = [("if-none-match", list.header("etag"))];
        let same = site.get_with(&format!("/status-lists/{department}"), &again).await;
        assert_eq!(same.status, StatusCode::NOT_MODIFIED);
        assert_eq!(list.header("content-type"), "application/statuslist+jwt");
        assert_eq!(list.header("cache-control"), "public, max-age=900");
    }

    async fn a_full_house_says_so(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let api = Api { backend: portal.backend.clone(), security_contact: None };
        let choices = Site { name: Text::new("掌办", "Zhangban"), public_url: PUBLIC_URL.into(), imprint: app::state::Imprint::default(), demo: false };
        let router = super::router(api, Guard::new(&Limits { concurrent_requests: 0, ..Limits::default() }), &choices);
        let site = Served { portal, router };
        let answer = site.get("/api/v1/services").await;
        answer.problem(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "2");
    }
}
