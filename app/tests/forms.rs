//! Forms as a browser without script sees them: a register that is silent or knows of none stops nobody, and places are
//! chosen level by level.

mod common;

use app::visit::ClientAddress;
use axum::Router;
use axum::body::{Body, to_bytes};
use backend::cases::files;
use backend::testing::{ADDRESS, Portal};
use common::site;
use domain::catalog::FieldType;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Request, StatusCode};
use standins::switches::Mode;
use tower::ServiceExt;

/// A browser without script, of somebody who is signed in.
struct Browser {
    site: Router,
    cookie: String,
}

impl Browser {
    async fn of(portal: &Portal, name: &str) -> Self {
        portal.citizen(name).await;
        portal.clock.advance(3600);
        let phone = Portal::demo_person(name).phone;
        let mut browser = Browser { site: site(portal), cookie: String::new() };
        browser.post("/sign-in", &format!("phone={phone}")).await;
        let code = portal.code_sent_to(phone).await.unwrap();
        browser.post("/sign-in/code", &format!("code={code}")).await;
        browser
    }

    /// The status, where one is sent, and what stands on the page without the templates that script would fill.
    async fn send(&mut self, method: &str, path: &str, body: &str) -> (StatusCode, String, String) {
        let request = Request::builder()
            .method(method)
            .uri(path.split('#').next().unwrap())
            .header(COOKIE, &self.cookie)
            .header("accept-language", "zh-CN")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ClientAddress(ADDRESS))
            .body(Body::from(body.to_owned()))
            .unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        if let Some(cookie) = response.headers().get(SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let location = response.headers().get(LOCATION).map_or("", |l| l.to_str().unwrap()).to_owned();
        let status = response.status();
        let html = to_bytes(response.into_body(), 1 << 22).await.unwrap().to_vec();
        let mut seen = String::new();
        for part in String::from_utf8(html).unwrap().split("<template") {
            seen.push_str(part.split_once("</template>").map_or(part, |(_, after)| after));
        }
        (status, location, seen)
    }

    async fn see(&mut self, path: &str) -> String {
        let (status, location, html) = self.send("GET", path, "").await;
        assert_eq!(status, StatusCode::OK, "{path}: {location}");
        html
    }

    async fn headers(&mut self, path: &str) -> HeaderMap {
        let request = Request::builder()
            .uri(path)
            .header(COOKIE, &self.cookie)
            .extension(ClientAddress(ADDRESS))
            .body(Body::empty())
            .unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.headers().clone()
    }

    /// Where a post leads to.
    async fn post(&mut self, path: &str, form: &str) -> String {
        let (status, location, html) = self.send("POST", path, form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{path} {form}: {html}");
        location
    }

    /// Begins with a service and gives the address of its case.
    async fn begin(&mut self, code: &str) -> String {
        let facts = self.post("/cases", &format!("service={code}")).await;
        facts.trim_end_matches("/facts").to_owned()
    }
}

storage::contract! {
    async fn a_silent_register_is_answered_in_words(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        portal.standins.switches.set("vehicles", Mode::Down);
        let mut browser = Browser::of(&portal, "林晓雨").await;
        let case = browser.begin("vehicle-inspection-exemption").await;
        let step = format!("{case}/steps/vehicle");
        let page = browser.see(&step).await;
        assert!(page.contains("name=\"vehicle.described\"") && page.contains("暂时没有回复，不影响您提交"), "{page}");
        assert!(!page.contains("回复说没有"), "nobody said that there is none");

        let rest = "van=no&accident=no&modified=no";
        assert!(browser.post(&step, rest).await.contains("?checked"));
        let page = browser.see(&format!("{step}?checked")).await;
        assert!(page.contains("href=\"#vehicle.described\"") && page.contains("请写明是哪一个"), "{page}");

        let next = browser.post(&step, &format!("{rest}&vehicle.described=%E7%99%BD%E8%89%B2+%3Cb%3E")).await;
        assert_eq!(next, format!("{case}/check"));
        let page = browser.see(&next).await;
        assert!(page.contains("您的说明：白色 &lt;b&gt;"), "{page}");
        assert!(page.contains("提交申请") && !page.contains("提交，当场办结"), "{page}");
        assert!(page.contains(&format!("{step}?return#vehicle.described")), "{page}");
        assert_eq!(browser.post(&format!("{case}/submit"), "").await, format!("{case}/done"));
        assert!(browser.see(&case).await.contains("您的说明：白色 &lt;b&gt;"));
    }

    async fn a_register_that_knows_of_none_can_be_contested_from_the_question(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "沈洁").await;
        let case = browser.begin("newborn-household-registration").await;
        let page = browser.see(&format!("{case}/facts")).await;
        assert!(page.contains("没有记录"), "somebody without children is needed: {page}");
        let step = browser.send("GET", &case, "").await.1;
        assert!(step.ends_with("/facts"), "{step}");
        let step = format!("{case}/steps/child");
        let page = browser.see(&step).await;
        assert!(page.contains("回复说没有可以选择的记录") && page.contains("name=\"_contest\""), "{page}");
        assert!(!page.contains(".described"), "{page}");
        let contest = browser.post(&step, "_contest=family.children").await;
        assert_eq!(contest, format!("{case}/contest/family.children"));
        browser.post(&contest, "reason=%E4%B8%8A%E5%91%A8%E5%87%BA%E7%94%9F").await;
        let page = browser.see(&step).await;
        assert!(page.contains("name=\"child.described\"") && page.contains("与实际不符"), "{page}");
        assert!(!page.contains("name=\"_contest\""), "{page}");
    }

    async fn places_are_chosen_level_by_level(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "林晓雨").await;
        let field = "destination";
        let case = browser.begin("offsite-medical-temporary").await;
        let step = format!("{case}/steps/care");
        let region = |codes: &[&str]| {
            let codes: Vec<String> = codes.iter().map(|code| format!("{field}.region={code}")).collect();
            format!("{}&{field}.detail=1", codes.join("&"))
        };
        let lists = |page: &str| page.matches(&format!("name=\"{field}.region\"")).count();
        let page = browser.see(&step).await;
        assert_eq!(lists(&page), 1, "{page}");
        assert!(page.contains("浙江省") && !page.contains("杭州市") && page.contains("name=\"_places\""));

        let mut chosen = vec!["33"];
        for (next, offered) in [("3301", "杭州市"), ("330106", "西湖区"), ("330106005", "翠苑街道")] {
            let to = browser.post(&step, &format!("{}&_places={field}", region(&chosen))).await;
            assert!(to.starts_with(&step) && to.ends_with(&format!("#{field}.region")) && !to.contains("checked"), "{to}");
            let page = browser.see(&to).await;
            assert!(page.contains(offered) && lists(&page) == chosen.len() + 1, "{page}");
            assert!(page.contains(&format!("name=\"{field}.detail\"")) && page.contains("value=\"1\""), "what was typed stays");
            assert!(page.len() < 60_000, "{} bytes", page.len());
            chosen.push(next);
        }
        // Not far enough, nowhere, and left over from another province.
        for (codes, says) in [
            (&["33", "3301"][..], "请继续选择下一级"),
            (&["33", "3301", "330199"], "请选择所在地区"),
            (&["31", "3301", "330106", "330106005"], "请继续选择下一级"),
        ] {
            assert!(browser.post(&step, &region(codes)).await.contains("?checked"));
            let page = browser.see(&format!("{step}?checked")).await;
            assert!(page.contains(says) && page.contains(&format!("href=\"#{field}.region\"")), "{codes:?}: {page}");
        }
        assert!(browser.see(&step).await.contains("黄浦区"), "the next level of the province that was chosen");
        browser.post(&step, &region(&chosen)).await;
        let page = browser.see(&format!("{step}?checked")).await;
        assert!(!page.contains(&format!("href=\"#{field}.region\"")) && !page.contains("name=\"_places\""), "{page}");
    }

    async fn answers_are_saved_for_later_and_drafts_thrown_away(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "林晓雨").await;
        let case = browser.begin("social-insurance-proof").await;
        let step = format!("{case}/steps/purpose");
        assert!(browser.see(&step).await.contains("name=\"_later\""));
        // Half of the answers: nothing is complained about.
        assert_eq!(browser.post(&step, "recipient=Half&_later=1").await, "/cases?did=saved");
        let list = browser.see("/cases?did=saved").await;
        assert!(list.contains("已保存") && list.contains(&format!("href=\"{case}/discard\"")), "{list}");
        assert!(browser.see(&step).await.contains("value=\"Half\""));

        assert!(browser.see(&format!("{case}/discard")).await.contains("不能恢复"));
        assert_eq!(browser.post(&format!("{case}/discard"), "").await, "/cases?did=discarded");
        let list = browser.see("/cases?did=discarded").await;
        assert!(list.contains("草稿已删除") && !list.contains(&case), "{list}");
        assert_eq!(browser.send("GET", &case, "").await.0, StatusCode::NOT_FOUND);
    }

    async fn withdrawing_twice_shows_the_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "周明").await;
        let case = unpaid(&portal, &mut browser).await;
        // Two windows ask; both say yes.
        assert!(browser.see(&format!("{case}/withdraw")).await.contains("确定撤回申请吗"));
        assert_eq!(browser.post(&format!("{case}/withdraw"), "").await, format!("{case}?did=withdrawn"));
        let again = format!("{case}?did=withdrawn-before");
        assert_eq!(browser.post(&format!("{case}/withdraw"), "").await, again);
        assert!(browser.see(&again).await.contains("这件申请已经撤回"));
        assert_eq!(browser.send("GET", &format!("{case}/withdraw"), "").await.1, again);
    }

    async fn a_fee_that_comes_first_is_told_before_and_after(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "周明").await;
        let guide = browser.see("/services/id-card-renewal").await;
        assert!(guide.contains("先缴费，后办理 · 20.00 元") && guide.contains("请到杭州市公安局的办事窗口缴费"), "{guide}");
        assert!(!browser.see("/services/social-insurance-proof").await.contains("先缴费，后办理"));
        let case = unpaid(&portal, &mut browser).await;
        for path in [format!("{case}/done"), case.clone()] {
            let page = browser.see(&path).await;
            assert!(page.contains("应缴 20.00 元") && page.contains("请到杭州市公安局的办事窗口缴费"), "{path}: {page}");
        }
    }

    async fn what_a_register_says_and_the_own_number_stand_with_their_questions(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "周明").await;
        let case = browser.begin("residence-permit-endorsement").await;
        let page = browser.see(&format!("{case}/steps/living")).await;
        assert!(page.contains("竹影路101号样本公寓9幢1单元1203室"), "{page}");

        let service = portal.backend.catalog.services().get("pension-verification").unwrap().clone();
        let step = service.definition.steps.iter().find(|s| s.fields.iter().any(|f| f.prefill.is_some())).unwrap();
        let field = step.fields.iter().find(|f| f.prefill.is_some()).unwrap();
        let case = browser.begin("pension-verification").await;
        let page = browser.see(&format!("{case}/steps/{}", step.id)).await;
        let own = Portal::demo_person("周明").phone;
        assert!(page.contains(&format!("value=\"{own}\"")), "{page}");
        // What was typed stays, nothing as well.
        browser.post(&format!("{case}/steps/{}", step.id), &format!("{}=&_later=1", field.id)).await;
        assert!(!browser.see(&format!("{case}/steps/{}", step.id)).await.contains(own));
    }

    async fn files_come_back_to_their_owner_only(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "林晓雨").await;
        portal.clock.advance(120);
        let actor = portal.citizen("林晓雨").await;
        let case = browser.begin("legal-aid").await;
        let id = case.rsplit('/').next().unwrap().parse().unwrap();
        let definition = portal.backend.catalog.services().get("legal-aid").unwrap().definition.clone();
        let has_file = |s: &&domain::catalog::Step| s.fields.iter().any(|f| f.kind == FieldType::File);
        let step = definition.steps.iter().find(has_file).unwrap();
        let field = step.fields.iter().find(|f| f.kind == FieldType::File).unwrap();
        let pdf = b"%PDF-1.4\n%%EOF\n".to_vec();
        let file = files::upload(&portal.backend, &actor, id, &field.id, "租房合同.pdf", pdf).await.unwrap();
        let page = browser.see(&format!("{case}/steps/{}", step.id)).await;
        assert!(page.contains(&format!("href=\"/files/{file}\"")) && page.contains("name=\"remove\""), "{page}");

        let headers = browser.headers(&format!("/files/{file}")).await;
        let disposition = headers[CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename*=UTF-8''%E7%A7%9F"), "{disposition}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let mut other = Browser::of(&portal, "周明").await;
        assert_eq!(other.send("GET", &format!("/files/{file}"), "").await.0, StatusCode::NOT_FOUND);
        let log = browser.see("/me/access-log").await;
        assert!(!log.contains("查看了您上传的材料"), "{log}");
        // What the portal fetched: from which register, and for which case.
        assert!(log.contains("系统（按您的授权）向") && log.contains(&format!("href=\"{case}\"")), "{log}");
    }

    async fn everything_wrong_in_a_group_is_said_at_once(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let mut browser = Browser::of(&portal, "林晓雨").await;
        let case = browser.begin("minimum-living-allowance").await;
        let step = format!("{case}/steps/family");
        assert!(browser.post(&step, "same_address=yes&others=2").await.contains("?checked"));
        let page = browser.see(&format!("{step}?checked")).await;
        let summary = page.split("error-summary-title").nth(2).unwrap().split("</ul>").next().unwrap();
        for row in ["others.0.", "others.1."] {
            assert!(summary.matches(&format!("href=\"#{row}")).count() > 1, "{summary}");
        }
        assert!(!summary.contains("请填写请"), "{summary}");
    }
}

/// Files what has to be paid for first.
async fn unpaid(portal: &Portal, browser: &mut Browser) -> String {
    let case = browser.begin("id-card-renewal").await;
    let day = portal.backend.now().plus_days(3).date_in_china();
    let day = format!("day-year={}&day-month={}&day-day={}", day.year(), day.month(), day.day());
    browser.post(&format!("{case}/steps/appointment"), &format!("office=service_centre&{day}")).await;
    browser.post(&format!("{case}/steps/collection"), "collection=pick_up").await;
    assert_eq!(browser.post(&format!("{case}/submit"), "").await, format!("{case}/done"));
    case
}
