//! Signing in and everything about oneself, as a browser without script sees it: real routes, storage, registers and
//! gateways.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use app::visit::ClientAddress;
use axum::Router;
use axum::body::{Body, to_bytes};
use backend::identity::{NewStaff, SecondFactorPolicy, StaffSignIn, create_staff, link_staff};
use backend::testing::{ADDRESS, Portal, identity_service, new_staff};
use common::site_with;
use domain::identity::{Role, TotpSecret};
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, StatusCode};
use standins::switches::Mode;
use tower::ServiceExt;

const PASSWORD: &str = "the tea by the lake is cold";

/// The site on a portal, without the server around it.
fn site(portal: &Portal) -> Router {
    let outbox = app::messages::DemoOutbox::new(
        reqwest::Client::builder().no_proxy().build().unwrap(),
        format!("{}/_outbox", portal.standins.base_url()),
        portal.gateways.sms.as_ref().unwrap().token.clone(),
    );
    site_with(portal, Some(outbox))
}

/// A browser without script: keeps cookies, follows nothing by itself.
struct Browser {
    site: Router,
    cookies: BTreeMap<String, String>,
    language: &'static str,
}

struct Page {
    status: StatusCode,
    location: String,
    html: String,
}

impl Browser {
    fn new(site: &Router, language: &'static str) -> Self {
        Browser { site: site.clone(), cookies: BTreeMap::new(), language }
    }

    async fn send(&mut self, method: &str, path: &str, body: String) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(COOKIE, cookies.join("; "))
            .header("accept-language", self.language)
            .header("user-agent", "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ClientAddress(ADDRESS))
            .body(Body::from(body))
            .unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let status = response.status();
        let location = response.headers().get(LOCATION).map_or("", |l| l.to_str().unwrap()).to_owned();
        let bytes = to_bytes(response.into_body(), 1 << 22).await.unwrap();
        Page { status, location, html: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, String::new()).await
    }

    /// Shows a page that must be there.
    async fn see(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path} leads to {}", page.location);
        page.html
    }

    /// Posts a form, which always leads somewhere else, and gives where.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> String {
        let page = self.send("POST", path, encode(fields)).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}: {}", page.html);
        page.location
    }

    async fn sign_in(&mut self, portal: &Portal, phone: &str) {
        portal.clock.advance(3600);
        assert_eq!(self.post("/sign-in", &[("phone", phone)]).await, "/sign-in/code");
        let code = portal.code_sent_to(phone).await.unwrap();
        let to = self.post("/sign-in/code", &[("code", &code)]).await;
        assert!(to == "/me" || to == "/me/verify", "{to}");
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// That the title, the summary and the field say so, and that the summary leads to the field.
fn assert_mistake(html: &str, field: &str, words: &str) {
    assert!(html.contains("<title>错误：") || html.contains("<title>Error: "), "{html}");
    assert!(html.contains(&format!("href=\"#{field}\"")), "{html}");
    assert!(html.matches(words).count() >= 2, "{words} in {html}");
}

/// The secret that a page shows to be typed into an authenticator.
fn typed_secret(html: &str) -> TotpSecret {
    let letters = html.split("<p class=\"copy mono\">").nth(1).unwrap().split('<').next().unwrap();
    let (mut bits, mut held, mut bytes) = (0u32, 0, Vec::new());
    for letter in letters.bytes().filter(|b| *b != b' ') {
        let value = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        (bits, held) = (bits << 5 | u32::from(value), held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    TotpSecret::from_slice(&bytes).unwrap()
}

storage::contract! {
    async fn one_signs_in_with_a_code_proves_identity_and_goes_where_one_wanted(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        let to = browser.get("/me/sessions").await;
        assert_eq!((to.status, to.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?next=/me/sessions"));
        let html = browser.see(&to.location).await;
        assert!(html.contains("value=\"/me/sessions\""), "{html}");
        assert_eq!(browser.post("/sign-in", &[("phone", person.phone), ("next", "/me/sessions")]).await, "/sign-in/code");
        let html = browser.see("/sign-in/code").await;
        assert!(!html.contains(person.phone) && html.contains("0001"), "the number is masked: {html}");
        let code = portal.code_sent_to(person.phone).await.unwrap();
        let to = browser.post("/sign-in/code", &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;
        assert_eq!(to, "/me/verify?next=/me/sessions");
        browser.see(&to).await;
        let fields = [("name", person.name), ("resident_id", person.id), ("next", "/me/sessions")];
        assert_eq!(browser.post("/me/verify", &fields).await, "/me/sessions");
        let html = browser.see("/me/sessions").await;
        assert!(html.contains("Chrome · Android") && html.contains("本机"), "{html}");
        let html = browser.see("/me").await;
        assert!(html.contains("林晓雨") && html.contains("已实名") && !html.contains(person.id), "{html}");
    }

    async fn ending_a_session_says_what_became_of_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let router = site(&portal);
        let mut browser = Browser::new(&router, "zh-CN");
        browser.sign_in(&portal, "13800000001").await;
        portal.clock.advance(3600);
        let mut other = Browser::new(&router, "zh-CN");
        other.sign_in(&portal, "13800000001").await;
        let page = browser.see("/me/sessions").await;
        let id = page.split("name=\"end\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut end = async |which: &str| {
            let to = browser.post("/me/sessions", &[("end", which)]).await;
            browser.see(&to).await
        };
        assert!(end(&id).await.contains("已退出所选设备"));
        for gone in [id.as_str(), "019a0000-0000-7000-8000-000000000001", "nonsense", ""] {
            assert!(end(gone).await.contains("没有这台设备的登录"), "{gone}");
        }
        assert!(end("others").await.contains("已退出其他所有设备"));
        assert!(other.get("/me").await.location.starts_with("/sign-in"));
    }

    async fn mistakes_are_said_in_words_and_nothing_typed_is_lost(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        let to = browser.post("/sign-in", &[("phone", "1380000<script>"), ("next", "/messages")]).await;
        assert_eq!(to, "/sign-in?next=/messages&checked#error-summary");
        assert!(!browser.see("/sign-in").await.contains("1380000"), "nothing is there for who comes next");
        let html = browser.see(&to).await;
        assert_mistake(&html, "phone", "请输入 11 位中国大陆手机号");
        assert!(html.contains("1380000&lt;script&gt;") && !html.contains("<script>"), "{html}");
        browser.sign_in(&portal, "13800000001").await;
        for (id, words) in [
            ("", "请输入身份证号"),
            ("110105491231002", "15 位的第一代身份证号已停用"),
            ("11010519490229002X", "出生日期不存在或晚于今天"),
            ("110105209912310029", "出生日期不存在或晚于今天"),
            ("110105194912310021", "最后一位校验不通过"),
            ("'OR1=1--0123456789", "身份证号由 17 位数字"),
        ] {
            let fields = [("name", "林</textarea>"), ("resident_id", id)];
            assert_eq!(browser.post("/me/verify", &fields).await, "/me/verify");
            let html = browser.see("/me/verify").await;
            assert_mistake(&html, "resident_id", words);
            assert_mistake(&html, "name", "姓名里有不能识别的字符");
            assert!(html.contains("value=\"林&lt;/textarea&gt;\""), "{html}");
            let escaped = id.replace('\'', "&#x27;");
            assert!(html.contains(&format!("value=\"{id}\"")) || html.contains(&format!("value=\"{escaped}\"")), "{html}");
        }
        let long = "长".repeat(20_000);
        assert_eq!(browser.post("/me/verify", &[("name", &long), ("resident_id", "1")]).await, "/me/verify");
        assert_mistake(&browser.see("/me/verify").await, "name", "姓名最多 60 个字");
    }

    async fn someone_elses_name_and_a_silent_register_are_told_apart(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let mut browser = Browser::new(&site(&portal), "en");
        browser.sign_in(&portal, "13800000001").await;
        browser.post("/me/verify", &[("name", "周明"), ("resident_id", person.id)]).await;
        assert_mistake(&browser.see("/me/verify").await, "name", "Name and number do not belong together");
        portal.standins.switches.set("population", Mode::Down);
        browser.post("/me/verify", &[("name", person.name), ("resident_id", person.id)]).await;
        let html = browser.see("/me/verify").await;
        assert_mistake(&html, "name", "The population register does not answer at the moment");
        assert!(html.contains(person.id), "what was typed is kept");
    }

    async fn the_other_account_of_an_identity_is_named_by_the_end_of_its_number(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let router = site(&portal);
        let fields = [("name", person.name), ("resident_id", person.id)];
        let mut first = Browser::new(&router, "zh-CN");
        first.sign_in(&portal, "13800000007").await;
        assert_eq!(first.post("/me/verify", &fields).await, "/me?done=verified");
        let mut second = Browser::new(&router, "zh-CN");
        second.sign_in(&portal, "13800000008").await;
        assert_eq!(second.post("/me/verify", &fields).await, "/me/verify");
        let html = second.see("/me/verify").await;
        assert_mistake(&html, "resident_id", "这个身份证号已在另一个账号实名");
        assert!(html.contains("尾号为 07 的手机号") && !html.contains("13800000007"), "{html}");
    }

    async fn wrong_codes_end_in_a_wait_that_is_said_in_words(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        browser.post("/sign-in", &[("phone", "13800000001")]).await;
        let code = portal.code_sent_to("13800000001").await.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        browser.post("/sign-in/code", &[("code", "12a")]).await;
        assert_mistake(&browser.see("/sign-in/code").await, "code", "验证码是 6 位数字");
        for left in [4, 3, 2, 1] {
            assert_eq!(browser.post("/sign-in/code", &[("code", wrong)]).await, "/sign-in/code");
            let html = browser.see("/sign-in/code").await;
            assert_mistake(&html, "code", &format!("还可以再试 {left} 次"));
            assert!(!html.contains(wrong), "codes are not kept");
        }
        browser.post("/sign-in/code", &[("code", wrong)]).await;
        assert_mistake(&browser.see("/sign-in/code").await, "code", "验证码连续输错 5 次。请等待 15 分钟");
        portal.clock.advance(60);
        assert_eq!(browser.post("/sign-in/resend", &[]).await, "/sign-in/code");
        assert_mistake(&browser.see("/sign-in/code").await, "code", "请等待 14 分钟");
        portal.clock.advance(14 * 60);
        browser.post("/sign-in/resend", &[]).await;
        let code = portal.code_sent_to("13800000001").await.unwrap();
        assert_eq!(browser.post("/sign-in/code", &[("code", &code)]).await, "/me/verify");
        // The first of two clicks signed in; the second one does no harm.
        assert_eq!(browser.post("/sign-in/code", &[("code", &code)]).await, "/sign-in");
        browser.see("/me").await;
    }

    async fn a_password_signs_in_and_is_shown_nowhere(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let router = site(&portal);
        let mut browser = Browser::new(&router, "en");
        browser.sign_in(&portal, "13800000001").await;
        browser.post("/me/password", &[("new", PASSWORD), ("repeat", "another one that differs")]).await;
        let html = browser.see("/me/password").await;
        assert_mistake(&html, "repeat", "The two passwords differ");
        assert!(!html.contains(PASSWORD));
        browser.post("/me/password", &[("new", "short"), ("repeat", "short")]).await;
        assert_mistake(&browser.see("/me/password").await, "new", "at least 15 characters");
        let before = browser.cookies["session"].clone();
        assert_eq!(browser.post("/me/password", &[("new", PASSWORD), ("repeat", PASSWORD)]).await, "/me?done=password");
        assert_ne!(browser.cookies["session"], before);
        browser.post("/sign-out", &[]).await;
        assert!(!browser.cookies.contains_key("session"));
        let fields = [("phone", "138 0000 0001"), ("password", "not the right password"), ("next", "/messages")];
        assert_eq!(browser.post("/sign-in/password", &fields).await, "/sign-in/password?next=/messages&checked#error-summary");
        let html = browser.see("/sign-in/password?next=/messages&checked").await;
        assert_mistake(&html, "password", "The account or the password is wrong");
        assert!(html.contains("138 0000 0001") && !html.contains("not the right password"));
        let fields = [("phone", "13800000001"), ("password", PASSWORD), ("next", "/messages")];
        assert_eq!(browser.post("/sign-in/password", &fields).await, "/messages");
        // Ten minutes later a new password needs a proof that is fresh.
        portal.clock.advance(600);
        let to = browser.get("/me/password").await.location;
        assert_eq!(to, "/sign-in/again?next=/me/password");
        assert!(browser.see(&to).await.contains("Confirm that it is you"));
        let fields = [("phone", "13800000001"), ("password", PASSWORD), ("next", "/me/password")];
        assert_eq!(browser.post("/sign-in/password", &fields).await, "/me/password");
        browser.see("/me/password").await;
    }

    async fn one_changes_ones_number_with_a_code_to_the_new_one(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let router = site(&portal);
        let mut browser = Browser::new(&router, "zh-CN");
        let mut tablet = Browser::new(&router, "zh-CN");
        tablet.sign_in(&portal, "13800000001").await;
        browser.sign_in(&portal, "13800000001").await;
        assert!(browser.see("/me").await.contains("href=\"/me/contact\""));
        let html = browser.see("/me/contact").await;
        assert!(html.contains("138****0001") && html.contains("未设置") && !html.contains("13800000001"), "{html}");
        assert_eq!(browser.get("/me/contact/phone/code").await.location, "/me/contact/phone", "no code was asked for");
        for (typed, words) in [("", "请输入手机号"), ("1380000<script>", "请输入 11 位中国大陆手机号"), ("13800000001", "与当前的相同")] {
            assert_eq!(browser.post("/me/contact/phone", &[("phone", typed)]).await, "/me/contact/phone");
            let html = browser.see("/me/contact/phone").await;
            assert_mistake(&html, "phone", words);
            assert!(!html.contains("<script>") && html.contains(&typed.replace('<', "&lt;").replace('>', "&gt;")), "{html}");
        }
        assert_eq!(browser.post("/me/contact/phone", &[("phone", "138 0000 0002")]).await, "/me/contact/phone/code");
        let html = browser.see("/me/contact/phone/code").await;
        assert!(html.contains("138****0002") && !html.contains("13800000002"), "{html}");
        assert_eq!(browser.post("/me/contact/phone/resend", &[]).await, "/me/contact/phone/code");
        assert_mistake(&browser.see("/me/contact/phone/code").await, "code", "60 秒");
        browser.post("/me/contact/phone/code", &[("code", "12a")]).await;
        assert_mistake(&browser.see("/me/contact/phone/code").await, "code", "验证码是 6 位数字");
        let code = portal.code_sent_to("13800000002").await.unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        browser.post("/me/contact/phone/code", &[("code", wrong)]).await;
        assert_mistake(&browser.see("/me/contact/phone/code").await, "code", "还可以再试 4 次");
        let before = browser.cookies["session"].clone();
        assert_eq!(browser.post("/me/contact/phone/code", &[("code", &code)]).await, "/me/contact?done=phone");
        assert_ne!(browser.cookies["session"], before);
        let html = browser.see("/me/contact?done=phone").await;
        assert!(html.contains("手机号已更换") && html.contains("138****0002"), "{html}");
        assert!(browser.see("/messages").await.contains("登录手机号已更换"));
        assert_eq!(tablet.get("/me").await.location, "/sign-in?next=/me", "other devices are signed out");
        // The first of two clicks changed it; the second one does no harm.
        assert_eq!(browser.post("/me/contact/phone/code", &[("code", &code)]).await, "/me/contact");
    }

    async fn a_number_that_has_an_account_is_said_beside_the_number(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let router = site(&portal);
        Browser::new(&router, "en").sign_in(&portal, "13800000002").await;
        let mut browser = Browser::new(&router, "en");
        browser.sign_in(&portal, "13800000001").await;
        portal.clock.advance(60);
        assert_eq!(browser.post("/me/contact/phone", &[("phone", "13800000002")]).await, "/me/contact/phone/code");
        let code = portal.code_sent_to("13800000002").await.unwrap();
        assert_eq!(browser.post("/me/contact/phone/code", &[("code", &code)]).await, "/me/contact/phone");
        let html = browser.see("/me/contact/phone").await;
        assert_mistake(&html, "phone", "This number has an account");
        assert!(html.contains("value=\"13800000002\""), "what was typed is kept");
        assert!(browser.see("/me/contact").await.contains("138****0001"));
    }

    async fn a_mail_address_is_confirmed_changed_and_removed(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        browser.sign_in(&portal, "13800000001").await;
        assert!(browser.see("/me/contact/mail").await.contains("设置通知邮箱"));
        let long = "l".repeat(400);
        for (typed, words) in [
            ("", "请输入邮箱"),
            ("lin", "请输入完整的邮箱"),
            ("林晓雨 <lin@example.cn>", "请只输入邮箱本身"),
            (long.as_str(), "邮箱太长"),
        ] {
            assert_eq!(browser.post("/me/contact/mail", &[("mail", typed)]).await, "/me/contact/mail");
            assert_mistake(&browser.see("/me/contact/mail").await, "mail", words);
        }
        assert_eq!(browser.post("/me/contact/mail", &[("mail", "lin＠Example.cn")]).await, "/me/contact/mail/code");
        let html = browser.see("/me/contact/mail/code").await;
        assert!(html.contains("l***@example.cn") && !html.contains("lin@example.cn"), "{html}");
        let code = portal.code_sent_to("lin@example.cn").await.unwrap();
        assert_eq!(browser.post("/me/contact/mail/code", &[("code", &code)]).await, "/me/contact?done=mail");
        let html = browser.see("/me/contact?done=mail").await;
        assert!(html.contains("邮箱已确认") && html.contains("l***@example.cn") && !html.contains("lin@example.cn"), "{html}");
        portal.deliver().await;
        let html = browser.see("/demo/outbox?to=lin@example.cn").await;
        assert!(html.contains(&format!("lin@example.cn · 验证码 {code}")) && html.contains("确认这个邮箱"), "{html}");
        let html = browser.see("/me/contact/mail").await;
        assert!(html.contains("更换通知邮箱") && html.contains("不再用邮箱接收通知"), "{html}");
        assert_eq!(browser.post("/me/contact/mail", &[("act", "remove")]).await, "/me/contact?done=mail-removed");
        assert!(browser.see("/me/contact?done=mail-removed").await.contains("未设置"));
        assert!(browser.see("/messages").await.contains("已停用通知邮箱"));
    }

    async fn changing_where_one_is_reached_needs_a_fresh_proof_and_loses_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        browser.sign_in(&portal, "13800000001").await;
        assert_eq!(browser.post("/me/contact/phone", &[("phone", "13800000002")]).await, "/me/contact/phone/code");
        let code = portal.code_sent_to("13800000002").await.unwrap();
        portal.clock.advance(600);
        browser.see("/me/contact").await;
        for path in ["/me/contact/phone", "/me/contact/mail", "/me/contact/phone/code"] {
            assert_eq!(browser.get(path).await.location, format!("/sign-in/again?next={path}"));
        }
        for (path, field, back) in [
            ("/me/contact/phone", ("phone", "13800000003"), "/me/contact/phone"),
            ("/me/contact/phone/code", ("code", code.as_str()), "/me/contact/phone/code"),
            ("/me/contact/phone/resend", ("", ""), "/me/contact/phone"),
            ("/me/contact/mail", ("mail", "lin@example.cn"), "/me/contact/mail"),
            ("/me/contact/mail", ("act", "remove"), "/me/contact/mail"),
        ] {
            assert_eq!(browser.post(path, &[field]).await, format!("/sign-in/again?next={back}"), "{path}");
        }
        assert_eq!(browser.post("/sign-in", &[("phone", "13800000001"), ("next", "/me/contact/mail")]).await, "/sign-in/code");
        let code = portal.code_sent_to("13800000001").await.unwrap();
        assert_eq!(browser.post("/sign-in/code", &[("code", &code)]).await, "/me/contact/mail");
        assert!(browser.see("/me/contact/mail").await.contains("value=\"lin@example.cn\""));
    }

    async fn the_way_back_stays_on_this_site(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        for evil in ["https://evil.example", "//evil.example", "/\\evil.example"] {
            let html = browser.see(&format!("/sign-in?{}", encode(&[("next", evil)]))).await;
            assert!(!html.contains("evil"), "{html}");
            let to = browser.post("/sign-in", &[("phone", "1"), ("next", evil)]).await;
            assert_eq!(to, "/sign-in?checked#error-summary");
        }
    }

    async fn how_one_reads_follows_the_account(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let router = site(&portal);
        let mut phone = Browser::new(&router, "zh-CN");
        phone.sign_in(&portal, "13800000001").await;
        phone.post("/preferences", &[("mode", "elder"), ("next", "/me")]).await;
        phone.post("/preferences", &[("locale", "en"), ("next", "/me")]).await;
        let mut tablet = Browser::new(&router, "zh-CN");
        assert!(tablet.see("/sign-in").await.contains("data-mode=\"standard\""));
        tablet.sign_in(&portal, "13800000001").await;
        let html = tablet.see("/me").await;
        assert!(html.contains("data-mode=\"elder\"") && html.contains("lang=\"en\""), "{html}");
    }

    async fn a_legal_representative_adds_a_firm_and_acts_for_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("何俊");
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        browser.sign_in(&portal, person.phone).await;
        assert_eq!(browser.get("/me/entities").await.location, "/me/verify?next=/me/entities");
        browser.post("/me/verify", &[("name", person.name), ("resident_id", person.id)]).await;
        browser.post("/me/entities", &[("act", "add"), ("code", "91330108MY0000012X")]).await;
        let html = browser.see("/me/entities").await;
        assert_mistake(&html, "code", "代码的最后一位校验不通过");
        assert!(html.contains("91330108MY0000012X"));
        let to = browser.post("/me/entities", &[("act", "add"), ("code", "91330108MY0000012G")]).await;
        assert_eq!(to, "/me/entities?done=added");
        let html = browser.see(&to).await;
        assert!(html.contains("杭州湖光餐饮有限公司"), "{html}");
        let id = html.split("name=\"entity\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let to = browser.post("/me/entities", &[("act", "switch"), ("entity", &id)]).await;
        assert_eq!(to, "/me/entities?done=switched");
        assert!(browser.see("/me").await.contains("您正在代表“杭州湖光餐饮有限公司”办事"));
        browser.post("/me/entities", &[("act", "leave")]).await;
        assert!(!browser.see("/me").await.contains("您正在代表"));
        let nobodys = "01900000-0000-7000-8000-000000000001";
        let page = browser.send("POST", "/me/entities", encode(&[("act", "switch"), ("entity", nobodys)])).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }

    async fn a_message_is_read_when_it_is_opened_and_only_by_its_owner(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let person = Portal::demo_person("林晓雨");
        let router = site(&portal);
        let mut browser = Browser::new(&router, "zh-CN");
        browser.sign_in(&portal, person.phone).await;
        assert!(browser.see("/messages").await.contains("还没有消息"));
        browser.post("/me/verify", &[("name", person.name), ("resident_id", person.id)]).await;
        let html = browser.see("/messages").await;
        assert!(html.contains("实名认证已完成") && html.contains("class=\"unread\""), "{html}");
        let path = html.split("href=\"/messages/").nth(1).unwrap().split('"').next().unwrap();
        let path = format!("/messages/{path}");
        let mut other = Browser::new(&router, "zh-CN");
        other.sign_in(&portal, "13800000009").await;
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(browser.see(&path).await.contains("您的身份已由公安人口库核对"));
        assert!(!browser.see("/messages").await.contains("class=\"unread\""));
    }

    async fn pages_about_oneself_are_for_oneself(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let router = site(&portal);
        let new = new_staff(&portal.backend, "clerk", "civil-affairs", &[Role::Intake]);
        let (_, password) = create_staff(&portal.backend, &new).await.unwrap();
        let mut stranger = Browser::new(&router, "zh-CN");
        let mut staff = Browser::new(&router, "zh-CN");
        let fields = [("login", "clerk"), ("password", password.as_str())];
        assert_eq!(staff.post("/staff/sign-in", &fields).await, "/staff/password");
        for path in ["/me", "/me/verify", "/me/contact", "/me/contact/phone", "/me/contact/mail", "/me/password", "/me/sessions", "/me/access-log", "/me/entities", "/messages"] {
            let page = stranger.get(path).await;
            assert_eq!(page.location, format!("/sign-in?next={path}"));
            assert_eq!(staff.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(stranger.get("/staff/password").await.location, "/staff/sign-in?next=/staff/password");
        let mut citizen = Browser::new(&router, "zh-CN");
        citizen.sign_in(&portal, "13800000001").await;
        assert_eq!(citizen.get("/staff/password").await.location, "/staff/sign-in?next=/staff/password");
    }

    async fn staff_sign_in_and_choose_a_password_first(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let new = new_staff(&portal.backend, "clerk", "civil-affairs", &[Role::Intake]);
        let (_, first) = create_staff(&portal.backend, &new).await.unwrap();
        let mut staff = Browser::new(&site(&portal), "zh-CN");
        let to = staff.post("/staff/sign-in", &[("login", "clerk"), ("password", "x"), ("next", "/me")]).await;
        assert_eq!(to, "/staff/sign-in?next=/staff&checked#error-summary", "staff come back to a page of staff");
        let html = staff.see(&to).await;
        assert_mistake(&html, "password", "账号或密码不正确");
        assert!(html.contains("value=\"clerk\""));
        let fields = [("login", "clerk"), ("password", first.as_str())];
        assert_eq!(staff.post("/staff/sign-in", &fields).await, "/staff/password");
        assert!(staff.see("/staff/password").await.contains("一次性密码"));
        let fields = [("present", first.as_str()), ("new", PASSWORD), ("repeat", PASSWORD)];
        assert_eq!(staff.post("/staff/password", &fields).await, "/staff");
        portal.clock.advance(601);
        let html = staff.see("/staff/sign-in?next=/staff").await;
        assert!(html.contains("作出决定前请再次输入密码") && html.contains("value=\"clerk\""), "{html}");
        assert_eq!(staff.post("/staff/sign-out", &[]).await, "/staff/sign-in");
    }

    async fn staff_set_up_a_second_factor_and_sign_in_with_it(t: &TestDb) {
        let mut portal = Portal::start(t.db()).await;
        portal.backend.staff = Arc::new(StaffSignIn { second_factor: SecondFactorPolicy::Required, oidc: None });
        let new = new_staff(&portal.backend, "clerk", "civil-affairs", &[Role::Intake]);
        let (_, first) = create_staff(&portal.backend, &new).await.unwrap();
        let router = site(&portal);
        let mut staff = Browser::new(&router, "zh-CN");
        let fields = [("login", "clerk"), ("password", first.as_str())];
        assert_eq!(staff.post("/staff/sign-in", &fields).await, "/staff/password");
        assert_eq!(staff.get("/staff/second-factor").await.location, "/staff/password", "first things first");
        let fields = [("present", first.as_str()), ("new", PASSWORD), ("repeat", PASSWORD)];
        assert_eq!(staff.post("/staff/password", &fields).await, "/staff");
        assert_eq!(staff.get("/staff").await.location, "/staff/second-factor", "and nothing else");
        assert!(staff.see("/staff/second-factor").await.contains("请先设置，再开始办公"));
        assert_eq!(staff.post("/staff/second-factor", &[("act", "begin")]).await, "/staff/second-factor");
        let html = staff.see("/staff/second-factor").await;
        assert!(html.contains("class=\"qr\""), "{html}");
        let secret = typed_secret(&html);
        let to = staff.post("/staff/second-factor", &[("act", "confirm"), ("code", "12345")]).await;
        assert_eq!(to, "/staff/second-factor#error-summary");
        let html = staff.see("/staff/second-factor").await;
        assert_mistake(&html, "code", "验证码是 6 位数字");
        assert_eq!(typed_secret(&html), secret, "the same to go on with");
        let code = secret.code_at(portal.backend.now());
        staff.post("/staff/second-factor", &[("act", "confirm"), ("code", &code)]).await;
        let html = staff.see("/staff/second-factor").await;
        assert_eq!(html.matches("<li class=\"mono\">").count(), 10, "{html}");
        let recovery = html.split("<li class=\"mono\">").nth(1).unwrap()[..11].to_owned();
        assert_eq!(staff.post("/staff/second-factor", &[("act", "kept")]).await, "/staff");
        assert!(!staff.see("/staff/second-factor").await.contains(&recovery), "shown once");

        let mut other = Browser::new(&router, "zh-CN");
        assert_eq!(other.get("/staff/sign-in/code").await.location, "/staff/sign-in?next=/staff");
        let fields = [("login", "clerk"), ("password", PASSWORD), ("next", "/staff/me")];
        assert_eq!(other.post("/staff/sign-in", &fields).await, "/staff/sign-in/code");
        assert_eq!(other.get("/staff").await.location, "/staff/sign-in?next=/staff", "nobody is signed in");
        assert_eq!(other.post("/staff/sign-in/code", &[("code", &code)]).await, "/staff/sign-in/code");
        assert_mistake(&other.see("/staff/sign-in/code").await, "code", "还可以再试 4 次");
        portal.clock.advance(30);
        let next = secret.code_at(portal.backend.now());
        let typed = format!("{} {}", &next[..3], &next[3..]);
        assert_eq!(other.post("/staff/sign-in/code", &[("code", &typed)]).await, "/staff/me");
        other.see("/staff/me").await;
        assert_eq!(other.post("/staff/second-factor", &[("act", "renew"), ("proof", "")]).await, "/staff/second-factor#error-summary");
        assert_mistake(&other.see("/staff/second-factor").await, "proof", "请输入动态验证码或恢复码");
        other.post("/staff/second-factor", &[("act", "renew"), ("proof", &recovery)]).await;
        assert_ne!(typed_secret(&other.see("/staff/second-factor").await), secret);

        portal.clock.advance(600);
        let to = other.post("/staff/second-factor", &[("act", "begin")]).await;
        assert_eq!(to, "/staff/sign-in?next=/staff/second-factor", "the password was given long ago");
        let mut late = Browser::new(&router, "en");
        late.post("/staff/sign-in", &[("login", "clerk"), ("password", PASSWORD)]).await;
        portal.clock.advance(301);
        let to = late.post("/staff/sign-in/code", &[("code", "123456")]).await;
        assert_eq!(to, "/staff/sign-in?next=/staff&checked#error-summary");
        assert_mistake(&late.see(&to).await, "password", "Enter login and password again");
    }

    async fn staff_sign_in_at_their_identity_service(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let new = NewStaff { display_name: "赵敏".into(), ..new_staff(&portal.backend, "clerk", "civil-affairs", &[Role::Intake]) };
        create_staff(&portal.backend, &new).await.unwrap();
        let mut staff = Browser::new(&site(&portal), "zh-CN");
        let html = staff.see("/staff/sign-in?next=/staff/me").await;
        assert!(html.contains("action=\"/staff/oidc/start\"") && html.contains("统一身份认证"), "{html}");
        let there = async |staff: &mut Browser, subject: &str| {
            let page = staff.send("POST", "/staff/oidc/start", encode(&[("next", "/staff/me")])).await;
            assert_eq!(page.status, StatusCode::OK);
            let url = page.html.split("href=\"").find(|link| link.starts_with("http://127.0.0.1")).unwrap();
            let url = url.split('"').next().unwrap().replace("&amp;", "&");
            portal.choose_identity(&url, subject, false).await
        };
        let back = there(&mut staff, "demo-staff-01").await;
        let to = staff.get(&back).await.location;
        assert_eq!(to, "/staff/sign-in?next=/staff/me&checked#error-summary");
        assert_mistake(&staff.see(&to).await, "oidc", "这里没有与之关联的账号");
        link_staff(&portal.backend, "clerk", "demo-staff-01").await.unwrap();
        let to = staff.get(&back).await.location;
        assert_mistake(&staff.see(&to).await, "oidc", "登录已超时或已用过");
        let back = there(&mut staff, "demo-staff-01").await;
        assert_eq!(staff.get(&back).await.location, "/staff/password", "the account is new");
        assert_eq!(staff.get("/staff/sign-in").await.location, "/staff", "signed in");
        let mut stranger = Browser::new(&site(&portal), "en");
        let to = stranger.get("/staff/oidc/callback?state=x&code=y").await.location;
        assert_mistake(&stranger.see(&to).await, "oidc", "This sign-in took too long or was used");
        portal.standins.switches.set("oidc", Mode::Down);
        let mut portal = portal;
        let base = portal.standins.base_url();
        let oidc = Some(identity_service(&base, Vec::new()));
        portal.backend.staff = Arc::new(StaffSignIn { second_factor: SecondFactorPolicy::Optional, oidc });
        let mut late = Browser::new(&site(&portal), "en");
        let to = late.post("/staff/oidc/start", &[("next", "/staff")]).await;
        assert_mistake(&late.see(&to).await, "oidc", "The identity service does not answer");
    }

    async fn the_demo_shows_what_was_sent(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::new(&site(&portal), "zh-CN");
        assert!(browser.see("/demo/outbox").await.contains("还没有发出任何消息"));
        browser.post("/sign-in", &[("phone", "13800000001")]).await;
        portal.deliver().await;
        let html = browser.see("/demo/outbox").await;
        assert!(html.contains("13800000001") && html.contains("【掌办】验证码"), "{html}");
    }
}
