//! Certificates as a browser without script sees them: holders show them, anyone checks them, and whatever is wrong with
//! one is said for what it is.

mod common;

use std::sync::Arc;

use app::visit::ClientAddress;
use axum::Router;
use axum::body::{Body, to_bytes};
use backend::cases::{begin::begin, consent::give_consent, save::save_step, submit::submit};
use backend::catalog::{Catalog, Reference};
use backend::certificates::present::{link, number_link};
use backend::certificates::revoke::revoke;
use backend::certificates::wallet::{self, Card};
use backend::identity::Actor;
use backend::testing::{ADDRESS, Portal};
use common::site;
use domain::certificates::jwt::encode;
use domain::identity::Role;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use storage::testing::as_owner;
use tower::ServiceExt;

const HOLDER: &str = "林晓雨";
const DAY_SECONDS: i64 = 86_400;

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Page {
    /// What stands on the page; without the templates that script would fill.
    fn html(&self) -> String {
        let html = String::from_utf8(self.body.clone()).unwrap();
        let mut seen = String::new();
        for part in html.split("<template") {
            seen.push_str(part.split_once("</template>").map_or(part, |(_, after)| after));
        }
        seen
    }

    fn header(&self, name: http::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A browser without script; with a session, that of a holder.
struct Browser {
    site: Router,
    cookie: String,
}

impl Browser {
    fn stranger(portal: &Portal) -> Self {
        Browser { site: site(portal), cookie: String::new() }
    }

    async fn of(portal: &Portal, name: &str) -> Self {
        portal.clock.advance(3600);
        let phone = Portal::demo_person(name).phone;
        let mut browser = Browser::stranger(portal);
        browser.post("/sign-in", &format!("phone={phone}")).await;
        let code = portal.code_sent_to(phone).await.unwrap();
        let page = browser.post("/sign-in/code", &format!("code={code}")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.html());
        browser
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) -> Page {
        self.send_as(method, path, "application/x-www-form-urlencoded", body).await
    }

    async fn send_as(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, &self.cookie)
            .header("accept-language", "zh-CN")
            .header(CONTENT_TYPE, kind)
            .extension(ClientAddress(ADDRESS))
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 1 << 22).await.unwrap().to_vec();
        Page { status, headers, body }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, "").await
    }

    async fn see(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.header(LOCATION));
        page.html()
    }

    async fn post(&mut self, path: &str, form: &str) -> Page {
        self.send("POST", path, form).await
    }

    /// Gives the key of a wallet, typed and as a file.
    async fn give(&mut self, path: &str, typed: &str, file: &str) -> Page {
        let body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"jwk\"\r\n\r\n{typed}\r\n--cut\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"key.json\"\r\n\r\n{file}\r\n--cut--\r\n"
        );
        self.send_as("POST", path, "multipart/form-data; boundary=cut", &body).await
    }

    /// Pastes `text` on the page that checks.
    async fn check(&mut self, text: &str) -> String {
        let page = self.paste(text).await;
        assert_eq!(page.status, StatusCode::OK);
        page.html()
    }

    async fn paste(&mut self, text: &str) -> Page {
        let escaped: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
        self.post("/verify", &format!("presentation={escaped}")).await
    }
}

/// A proof of social insurance, issued at once.
async fn certificate(portal: &Portal, holder: &Actor) -> Card {
    let backend = &portal.backend;
    let case = begin(backend, holder, "social-insurance-proof").await.unwrap();
    give_consent(backend, holder, case).await.unwrap();
    let typed = [("purpose", "loan"), ("recipient", "示例银行")];
    let typed = typed.into_iter().map(|(field, text)| (field.to_owned(), vec![text.to_owned()])).collect();
    save_step(backend, holder, case, "purpose", typed).await.unwrap();
    submit(backend, holder, case).await.unwrap();
    let id = wallet::of_case(backend, holder, case).await.unwrap().unwrap();
    wallet::card(backend, holder, id).await.unwrap()
}

/// Lets the holder show the claims in `form`, and gives the address for the other side.
async fn show(holder: &mut Browser, card: &Card, form: &str) -> String {
    let page = holder.post(&format!("/certificates/{}/show", card.row.id), form).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let shown = page.header(LOCATION).to_owned();
    let html = holder.see(&shown).await;
    assert!(html.contains("<svg class=\"qr\"") && html.contains("请对方扫码"), "{html}");
    format!("/verify/{}", shown.rsplit_once('/').unwrap().1)
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&domain::certificates::jwt::decode(part).unwrap()).unwrap()
}

/// `presentation` with its issuer and key exchanged for others.
fn from_elsewhere(presentation: &str) -> String {
    let (jwt, disclosures) = presentation.split_once('~').unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    let (mut header, mut payload) = (decoded(parts[0]), decoded(parts[1]));
    header["kid"] = json!("another");
    payload["iss"] = json!("https://elsewhere.example/issuers/1");
    let text = |value: &Value| encode(value.to_string().as_bytes());
    format!("{}.{}.{}~{disclosures}", text(&header), text(&payload), parts[2])
}

/// `presentation` with another name in it.
fn with_another_name(presentation: &str) -> String {
    let forge = |part: &str| match decoded(part) {
        Value::Array(claim) if claim[1] == "name" => {
            encode(json!([claim[0], "name", "冒名者"]).to_string().as_bytes())
        }
        _ => part.to_owned(),
    };
    let (jwt, disclosures) = presentation.split_once('~').unwrap();
    let disclosures: Vec<String> = disclosures
        .split('~')
        .map(|part| if part.is_empty() { String::new() } else { forge(part) })
        .collect();
    format!("{jwt}~{}", disclosures.join("~"))
}

storage::contract! {
    async fn a_certificate_that_cannot_be_read_is_said_in_the_wallet(t: &TestDb) {
        let mut portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        as_owner(&portal.backend.db, "UPDATE service_versions SET definition = '{}'").await;
        // A process that has never seen the definitions.
        portal.backend.catalog = Arc::new(Catalog::new(Reference::embedded().unwrap()));
        holder.site = site(&portal);
        let wallet = holder.see("/certificates").await;
        assert!(wallet.contains("这份证照暂时无法显示") && wallet.contains(&card.row.number), "{wallet}");
        assert!(!wallet.contains(&format!("/certificates/{}", card.row.id)), "there is nothing behind it");
    }

    async fn the_holder_chooses_what_a_stranger_sees_for_half_an_hour(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let number = Portal::demo_person(HOLDER).id;
        let mut holder = Browser::of(&portal, HOLDER).await;
        let mut stranger = Browser::stranger(&portal);
        portal.citizen("周明").await;
        let mut other = Browser::of(&portal, "周明").await;

        let wallet = holder.see("/certificates").await;
        assert!(wallet.contains("社会保险参保证明（电子）") && wallet.contains("有效"));
        let own = holder.see(&format!("/certificates/{}", card.row.id)).await;
        assert!(own.contains("3301**********9021") && own.contains("显示完整内容"));
        let choose = holder.see(&format!("/certificates/{}/show", card.row.id)).await;
        assert_eq!(choose.matches(" checked").count(), 1, "only the name, unless more is wanted: {choose}");

        let at = show(&mut holder, &card, "claim=name").await;
        let seen = stranger.see(&at).await;
        assert!(seen.contains("证照有效") && seen.contains(HOLDER) && !seen.contains(number), "{seen}");
        assert!(seen.contains("没有出示"), "{seen}");
        let at_all = show(&mut holder, &card, "claim=name&claim=id_number&claim=nonsense").await;
        assert!(stranger.see(&at_all).await.contains(number));
        let at_nothing = show(&mut holder, &card, "").await;
        let seen = stranger.see(&at_nothing).await;
        assert!(seen.contains("证照有效") && !seen.contains(HOLDER), "{seen}");

        // Nobody but the holder ends it, and then it is over at once; the others go on.
        let token = at_all.rsplit_once('/').unwrap().1;
        let page = format!("/certificates/{}/shown/{token}", card.row.id);
        assert_eq!(other.post(&page, "").await.status, StatusCode::NOT_FOUND);
        assert!(stranger.see(&at_all).await.contains(number));
        holder.post(&page, "").await;
        assert_eq!(stranger.get(&at_all).await.status, StatusCode::NOT_FOUND);
        assert!(holder.see(&page).await.contains("已停止出示"));
        assert!(stranger.see(&at).await.contains("证照有效"));

        portal.clock.advance(1801);
        let over = stranger.get(&at).await;
        assert_eq!(over.status, StatusCode::NOT_FOUND);
        assert!(over.html().contains("没有找到这次出示"));
        let token = at.rsplit_once('/').unwrap().1;
        let shown = holder.see(&format!("/certificates/{}/shown/{token}", card.row.id)).await;
        assert!(shown.contains("已停止出示"));
    }

    async fn another_persons_certificate_does_not_exist(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        let at = show(&mut holder, &card, "claim=name").await;
        portal.citizen("周明").await;
        let mut other = Browser::of(&portal, "周明").await;
        let base = format!("/certificates/{}", card.row.id);
        let token = at.rsplit_once('/').unwrap().1;
        for path in ["".into(), "/show".into(), "/pdf".into(), "/sd-jwt".into(), format!("/shown/{token}")] {
            assert_eq!(other.get(&format!("{base}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(other.post(&format!("{base}/show"), "claim=name").await.status, StatusCode::NOT_FOUND);
        let mut stranger = Browser::stranger(&portal);
        assert!(stranger.get(&base).await.header(LOCATION).starts_with("/sign-in"));
    }

    async fn tampered_foreign_and_malformed_certificates_each_have_their_answer(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut stranger = Browser::stranger(&portal);
        let whole = &card.credential;
        assert!(stranger.check(whole).await.contains("证照有效"));
        let carried = link(&portal.backend.public_url, whole).unwrap();
        assert!(stranger.check(&format!(" {carried}\n")).await.contains("证照有效"));
        let altered = stranger.check(&with_another_name(whole)).await;
        assert!(altered.contains("内容被改动过") && altered.contains("请不要接受"));
        let foreign = stranger.check(&from_elsewhere(whole)).await;
        assert!(foreign.contains("不是本平台签发的") && foreign.contains("https://elsewhere.example/issuers/1"));
        assert!(!foreign.contains(HOLDER), "nothing that was not checked");
        for text in ["您好", &whole[..100], "</textarea><script>alert(1)</script>", &"1".repeat(60_000)] {
            let malformed = stranger.check(text).await;
            assert!(malformed.contains("这不是一张电子证照"), "{malformed}");
            assert!(!malformed.contains("<script>alert"));
        }
    }

    async fn an_expired_certificate_is_said_to_be_expired(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        portal.clock.advance(100 * DAY_SECONDS);
        let mut stranger = Browser::stranger(&portal);
        assert!(stranger.check(&card.credential).await.contains("证照已过期"));
        let mut holder = Browser::of(&portal, HOLDER).await;
        assert!(holder.see("/certificates").await.contains("已经失效的"));
        let own = holder.see(&format!("/certificates/{}", card.row.id)).await;
        assert!(own.contains("这张证照已过期") && own.contains("/services/social-insurance-proof"), "{own}");
    }

    async fn a_revoked_certificate_is_said_to_be_revoked_with_the_reason_for_its_holder_only(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        let at = show(&mut holder, &card, "claim=name").await;
        let clerk = portal.staff("human-resources", &[Role::Decide]).await;
        let paper = format!("/certificates/{}/pdf", card.row.id);
        let good = holder.get(&paper).await.body;
        revoke(&portal.backend, &clerk, &card.row.number, "参保记录已更正").await.unwrap();
        assert_ne!(holder.get(&paper).await.body, good, "the same paper is the same file: this one says that it is void");
        let mut stranger = Browser::stranger(&portal);
        let number = number_link("", &card.row.number);
        for seen in [stranger.see(&at).await, stranger.check(&card.credential).await, stranger.see(&number).await] {
            assert!(seen.contains("已吊销") && !seen.contains("参保记录已更正"), "{seen}");
        }
        let own = holder.see(&format!("/certificates/{}", card.row.id)).await;
        assert!(own.contains("这张证照已被吊销") && own.contains("原因：参保记录已更正"), "{own}");
    }

    async fn a_number_tells_that_it_was_issued_and_nothing_about_a_person(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut stranger = Browser::stranger(&portal);
        let seen = stranger.see(&number_link("", &card.row.number.to_lowercase())).await;
        assert!(seen.contains("编号有效") && seen.contains("社会保险参保证明") && !seen.contains(HOLDER), "{seen}");
        let (head, check) = card.row.number.split_at(card.row.number.len() - 1);
        let wrong = if check == "0" { "1" } else { "0" };
        let mistyped = stranger.see(&number_link("", &format!("{head}{wrong}"))).await;
        assert!(mistyped.contains("输错的字符") && mistyped.contains("<title>错误："), "{mistyped}");
        let none = domain::certificates::CertificateNumber::new("NOSUCHKIND", "113301009000000220", "ZZZZZZZZZ", 1);
        let none = number_link("", &none.unwrap().to_string());
        assert!(stranger.see(&none).await.contains("没有这个编号"));
        let mut refused = None;
        for _ in 0..100 {
            let page = stranger.get(&none).await;
            if page.status == StatusCode::TOO_MANY_REQUESTS {
                refused = Some(page.html());
                break;
            }
        }
        assert!(refused.is_some_and(|html| html.contains("操作太频繁")), "somebody tries numbers out");
    }

    async fn files_are_for_the_holder_and_no_cache(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        for (path, kind, disposition) in [
            ("pdf", "application/pdf", "attachment"),
            ("pdf?inline&lang=en", "application/pdf", "inline"),
            ("sd-jwt", "application/dc+sd-jwt", "attachment"),
        ] {
            let file = holder.get(&format!("/certificates/{}/{path}", card.row.id)).await;
            assert_eq!(file.status, StatusCode::OK);
            assert_eq!(file.header(CONTENT_TYPE), kind);
            assert_eq!(file.header(CACHE_CONTROL), "no-store");
            assert!(file.header(CONTENT_DISPOSITION).starts_with(disposition));
        }
        let own = holder.get(&format!("/certificates/{}/sd-jwt", card.row.id)).await;
        assert_eq!(own.body, card.credential.as_bytes());
    }

    async fn a_holder_takes_a_copy_to_their_wallet_without_script(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        let at = format!("/certificates/{}/bind", card.row.id);
        assert!(holder.see(&format!("/certificates/{}", card.row.id)).await.contains(&at));
        assert!(holder.see(&at).await.contains("钱包的公钥"));
        let public = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

        let file = holder.give(&at, "", public).await;
        assert_eq!((file.status, file.header(CONTENT_TYPE)), (StatusCode::OK, "application/dc+sd-jwt"));
        assert_eq!(file.header(CACHE_CONTROL), "no-store");
        let copy = String::from_utf8(file.body).unwrap();
        assert_eq!(decoded(copy.split('.').nth(1).unwrap())["cnf"]["jwk"]["crv"], "Ed25519");
        let checked = Browser::stranger(&portal).check(&copy).await;
        assert!(checked.contains("证照有效") && checked.contains("不能证明是持证人在出示"), "{checked}");
        assert_eq!(holder.give(&at, public, "").await.status, StatusCode::OK);

        let private = public.replace("}", r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#);
        let refused = holder.give(&at, &private, "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let html = refused.html();
        assert!(html.contains("这里面有私钥") && !html.contains("nWGxne") && html.contains("<title>错误："), "{html}");
        assert!(holder.give(&at, "您好", "").await.html().contains("这不是 JWK 格式的公钥"));
        assert!(holder.give(&at, "", "").await.html().contains("请粘贴钱包的公钥"));

        portal.clock.advance(601);
        let again = holder.give(&at, public, "").await;
        assert!(again.header(LOCATION).starts_with("/sign-in/again?next=/certificates/"), "{}", again.header(LOCATION));
    }

    async fn links_of_the_portal_can_be_pasted(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        let path = show(&mut holder, &card, "claim=name").await;
        let mut stranger = Browser::stranger(&portal);
        let public = portal.backend.public_url.clone();
        let pasted = stranger.paste(&format!(" {public}{path}\r\n")).await;
        assert_eq!((pasted.status, pasted.header(LOCATION)), (StatusCode::SEE_OTHER, path.as_str()));
        let number = number_link(&public, &card.row.number);
        let pasted = stranger.paste(&number).await;
        assert_eq!(pasted.header(LOCATION), number.strip_prefix(&*public).unwrap());
        let html = stranger.paste(" \r\n").await.html();
        assert!(html.contains("<title>错误：") && html.contains("href=\"#presentation\""), "{html}");
        assert!(html.contains("请粘贴对方发来的核验链接"), "{html}");
    }

    async fn the_trust_document_is_asked_for_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut stranger = Browser::stranger(&portal);
        let first = stranger.get("/verify/trust.json").await;
        let tag = first.header(http::header::ETAG).to_owned();
        assert!(tag.starts_with("W/"));
        assert_eq!(stranger.get("/verify/trust.json").await.header(http::header::ETAG), tag);
        let actor = portal.citizen(HOLDER).await;
        let card = certificate(&portal, &actor).await;
        let signed = stranger.get("/verify/trust.json").await;
        assert_ne!(signed.header(http::header::ETAG), tag, "there is a key now");
        let kid = decoded(card.credential.split('.').next().unwrap())["kid"].as_str().unwrap().to_owned();
        assert!(String::from_utf8(signed.body).unwrap().contains(&kid));
    }

    async fn what_a_device_may_keep_says_nothing_about_who_is_signed_in(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        portal.citizen(HOLDER).await;
        let mut holder = Browser::of(&portal, HOLDER).await;
        assert!(holder.see("/me").await.contains(HOLDER));
        let page = holder.get("/verify").await;
        assert_eq!(page.header(CACHE_CONTROL), "private, no-cache");
        assert!(!String::from_utf8(page.body).unwrap().contains(HOLDER));
        let trust = holder.get("/verify/trust.json").await;
        assert_eq!(trust.header(CACHE_CONTROL), "public, max-age=300");
        let trust: Value = serde_json::from_slice(&trust.body).unwrap();
        assert!(trust["issuers"].as_array().is_some_and(|issuers| issuers.len() > 10));
        assert!(trust["kinds"].as_object().is_some_and(|kinds| kinds.len() > 30));
    }
}
