//! The desk of clerks as a browser without script sees it: turns and filters, saved views, internal notes, templates of
//! reasons; and the stream that a script listens to.

mod common;

use backend::Backend;
use backend::cases::begin::begin;
use backend::cases::consent::give_consent;
use backend::cases::open::open_own;
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::cases::supplement::ask_supplement;
use backend::identity::Actor;
use backend::testing::Portal;
use common::{Browser, encoded};
use domain::cases::{About, Ask, Raw};
use domain::identity::Role;
use domain::ids::CaseId;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use storage::audit;

const POLICE: &str = "public-security";
/// Decided by a clerk of the police.
const BY_CLERK: &str = "residence-permit-endorsement";

impl Browser {
    async fn clerk(portal: &Portal, roles: &[Role]) -> Self {
        Browser::staff(portal, POLICE, roles).await
    }

    /// Where a post leads to.
    async fn fill(&self, path: &str, form: &[(&str, &str)]) -> String {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.post(path, &body.join("&")).await
    }
}

/// A case that waits for acceptance.
async fn filed(backend: &Backend, person: &Actor) -> CaseId {
    let id = begin(backend, person, BY_CLERK).await.unwrap();
    give_consent(backend, person, id).await.unwrap();
    let typed: Raw = [
        ("same_address", "no"),
        ("address.region", "330106005"),
        ("address.detail", "示例路99号样本公寓3幢"),
        ("moved_on", "2026-03-01"),
        ("basis", "employment"),
    ]
    .map(|(control, value)| (control.to_owned(), vec![value.to_owned()]))
    .into();
    save_step(backend, person, id, "living", typed).await.unwrap();
    submit(backend, person, id).await.unwrap();
    id
}

/// What follows `before` in a page, up to the next quote.
fn after<'a>(html: &'a str, before: &str) -> &'a str {
    let from = html.find(before).unwrap_or_else(|| panic!("no {before}")) + before.len();
    html[from..].split('"').next().unwrap()
}

const CLERK: &[Role] = &[Role::Intake, Role::Decide];

storage::contract! {
    async fn the_queue_is_narrowed_by_a_form_and_kept_as_a_view(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let clerk = Browser::clerk(&portal, CLERK).await;
        portal.office(POLICE, "330110").await;
        let zhou = portal.citizen("周明").await;
        let id = filed(&portal.backend, &zhou).await;
        let here = format!("/staff/cases/{id}");

        let page = clerk.see("/staff").await;
        for part in ["name=\"role\"", "name=\"place\"", "name=\"light\"", "name=\"hands\"", "name=\"service\"", "等我办", "办最早的一件"] {
            assert!(page.contains(part), "{part}");
        }
        assert!(!page.contains("等审核"), "no case waits for a review yet");
        let desk = format!("{POLICE}.3301");
        for (query, shown) in [
            ("role=mine", true),
            ("role=intake", true),
            ("role=decide", false),
            ("role=mine&place=330110", true),
            ("role=mine&hands=mine", false),
            (&format!("state=submitted&service={BY_CLERK}"), true),
            ("state=submitted&service=no-such-service&light=purple&place=44", true),
        ] {
            let page = clerk.see(&format!("/staff?desk={desk}&{query}")).await;
            assert_eq!(page.contains(&here), shown, "{query}");
        }
        // As a browser sends the form, with what was left empty.
        let sent = format!("/staff?desk={desk}&state=submitted&role=decide&place=&light=&hands=&service=");
        assert!(!clerk.see(&sent).await.contains(&here));

        // A name is needed; what was narrowed to is not lost.
        let query = format!("/staff?desk={desk}&role=decide&light=red");
        let back = clerk.fill("/staff/views", &[("query", &query), ("name", " ")]).await;
        assert_eq!(back, "/staff/views#error-summary");
        let page = clerk.see(&back).await;
        assert!(page.contains("请起个名字") && page.contains("href=\"#name\""), "{page}");
        assert!(page.contains("role=decide&amp;light=red") || page.contains("role=decide&light=red"), "{page}");
        let saved = clerk.fill("/staff/views", &[("query", &query), ("name", "急件<b>")]).await;
        assert_eq!(saved, format!("{query}&did=view-saved"));
        let page = clerk.see(&saved).await;
        assert!(page.contains("已存为视图") && page.contains("急件&lt;b&gt;") && !page.contains("急件<b>"), "{page}");

        let page = clerk.see("/staff/views").await;
        let view = after(&page, "action=\"/staff/views/").split('/').next().unwrap().to_owned();
        let at = format!("/staff/views/{view}");
        assert_eq!(clerk.fill(&format!("{at}/first"), &[("first", "yes")]).await, "/staff/views?did=view-first");
        assert!(!clerk.see("/staff").await.contains(&here), "decisions first");
        assert!(!clerk.see("/staff?did=accepted").await.contains(&here), "also when coming back");
        assert!(clerk.see("/staff?state=submitted").await.contains(&here));
        let wrong = clerk.fill(&format!("{at}/rename"), &[(&format!("name-{view}"), "")]).await;
        assert!(clerk.see(&wrong).await.contains(&format!("href=\"#name-{view}\"")));
        clerk.fill(&format!("{at}/rename"), &[(&format!("name-{view}"), "先决定")]).await;
        assert!(clerk.see("/staff").await.contains("先决定"));
        let other = Browser::clerk(&portal, CLERK).await;
        assert!(!other.see("/staff/views").await.contains("先决定"), "each has their own");
        assert_eq!(other.send("POST", &format!("{at}/delete"), "").await.0, StatusCode::NOT_FOUND);
        clerk.fill(&format!("{at}/delete"), &[]).await;
        assert!(clerk.see("/staff").await.contains(&here));
    }

    async fn notes_stand_beside_the_case_and_nowhere_the_applicant_looks(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let zhou = portal.citizen("周明").await;
        let id = filed(&portal.backend, &zhou).await;
        let (clerk, colleague) = (Browser::clerk(&portal, CLERK).await, Browser::clerk(&portal, CLERK).await);
        let (page, notes) = (format!("/staff/cases/{id}"), format!("/staff/cases/{id}/notes"));
        let back = clerk.fill(&notes, &[("note", "短")]).await;
        assert_eq!(back, format!("{page}#error-summary"));
        let html = clerk.see(&back).await;
        assert!(html.contains("请写备注") && html.contains(">\n短<"), "kept, and said what is wrong");
        assert!(!clerk.see(&page.replace(&id.to_string(), &filed(&portal.backend, &zhou).await.to_string())).await.contains("请写备注"));
        let done = clerk.fill(&notes, &[("note", "电话说<script>下周补交")]).await;
        assert_eq!(done, format!("{page}?did=noted#notes"));
        let html = colleague.see(&page).await;
        assert!(html.contains("电话说&lt;script&gt;下周补交") && html.contains("王工 · 2026-11-23"), "{html}");
        assert!(!html.contains("/strike\""), "only one's own");
        let html = clerk.see(&page).await;
        let strike = after(&html, &format!("action=\"{notes}/")).to_owned();
        assert_eq!(colleague.send("POST", &format!("{notes}/{strike}"), "").await.0, StatusCode::NOT_FOUND);
        clerk.fill(&format!("{notes}/{strike}"), &[]).await;
        let html = colleague.see(&page).await;
        assert!(html.contains("<s>电话说&lt;script&gt;下周补交</s>") && html.contains("划去"), "{html}");

        portal.clock.advance(120);
        let citizen = Browser::with(&portal, portal.sign_in_token("周明").await);
        for own in [format!("/cases/{id}"), "/me/access-log".to_owned(), "/messages".to_owned()] {
            let html = citizen.see(&own).await;
            assert!(!html.contains("下周补交") && !html.contains("备注"), "{own}");
        }
        assert!(citizen.see("/me/access-log").await.contains("查看了您的办件"), "that it was read is told");
        assert_eq!(citizen.send("POST", &notes, "note=abc").await.1.split('?').next(), Some("/staff/sign-in"));
    }

    async fn a_template_fills_a_reason_without_script(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let zhou = portal.citizen("周明").await;
        let id = filed(&portal.backend, &zhou).await;
        let clerk = Browser::clerk(&portal, CLERK).await;
        let me = clerk.see("/staff/me").await;
        let office = after(&me, "href=\"/staff/reasons/").to_owned();
        let at = format!("/staff/reasons/{office}");
        let back = clerk.fill(&at, &[("kind", "decline"), ("title-decline-new", "缺材料"), ("words-decline-new", "{name}，请补齐")]).await;
        let page = clerk.see(&back).await;
        assert!(page.contains("花括号里只能是") && page.contains("href=\"#words\"") && page.contains("{name}，请补齐"), "{page}");
        clerk.fill(&at, &[("kind", "decline"), ("title", "缺材料"), ("words", "办件 {reference} 的材料不齐。")]).await;
        clerk.fill(&at, &[("kind", "transfer"), ("title-decline-new", "搬家"), ("words-decline-new", "居住地已变更")]).await;
        let page = clerk.see(&at).await;
        assert!(page.contains("缺材料") && page.contains("搬家"));
        let template = after(&page, &format!("action=\"{at}/")).to_owned();
        let changed = [("version", "1"), ("title-decline-1", "缺材料"), ("words-decline-1", "办件 {reference} 的材料不齐，请补齐。")];
        assert_eq!(clerk.fill(&format!("{at}/{template}"), &changed).await, format!("{at}?did=template-changed"));
        let (status, ..) = clerk.send("POST", &format!("{at}/{template}"), "version=1&title=x&words=yyy").await;
        assert_eq!(status, StatusCode::CONFLICT, "somebody was faster");
        let intake = Browser::clerk(&portal, &[Role::Intake]).await;
        assert_eq!(intake.send("GET", &at, "").await.0, StatusCode::FORBIDDEN);

        // The filled text is in the page for a script, and comes into the field by a post without one.
        let form = format!("/staff/cases/{id}/decline");
        let page = intake.see(&form).await;
        let filled = after(&page, "data-words=\"").to_owned();
        assert!(filled.starts_with("办件 ZB-") && filled.ends_with(" 的材料不齐，请补齐。"), "{filled}");
        assert!(!page.contains("搬家"), "of another kind");
        let version = after(&page, "name=\"version\" value=\"").to_owned();
        let insert = [("version", version.as_str()), ("template", &template), ("words", "您好。"), ("insert", "yes")];
        let back = intake.fill(&form, &insert).await;
        assert_eq!(back, format!("{form}#words"));
        let page = intake.see(&back).await;
        assert!(page.contains(&format!("您好。\n{filled}</textarea>")), "{page}");
        // Going on with a template that was only chosen fills it too.
        let go_on = [("version", version.as_str()), ("template", &template), ("words", "")];
        assert_eq!(intake.fill(&form, &go_on).await, format!("{form}/confirm"));
        assert!(intake.see(&format!("{form}/confirm")).await.contains(" 的材料不齐，请补齐。"));
        let transfer = format!("/staff/cases/{id}/transfer");
        assert!(!intake.see(&transfer).await.contains("居住地已变更"), "nowhere to go");
        portal.office(POLICE, "330106").await;
        let page = intake.see(&transfer).await;
        assert_eq!(after(&page, "data-words=\""), "居住地已变更");
        assert!(!page.contains("缺材料"), "of another kind");
    }

    async fn who_has_a_seat_in_a_case_gives_an_opinion_and_sees_nothing_else(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen("林晓雨").await);
        let id = begin(backend, &lin, "public-rental-housing").await.unwrap();
        give_consent(backend, &lin, id).await.unwrap();
        for (step, typed) in [
            ("who", &[("category", "family"), ("annual_income", "60000")][..]),
            ("wish", &[("way", "home"), ("districts", "xihu"), ("ground_floor", "no")]),
        ] {
            let typed = typed.iter().map(|(control, value)| ((*control).to_owned(), vec![(*value).to_owned()]));
            save_step(backend, &lin, id, step, typed.collect()).await.unwrap();
        }
        submit(backend, &lin, id).await.unwrap();
        let clerk = Browser::staff(&portal, "housing", CLERK).await;
        let colleague = Browser::staff(&portal, "housing", CLERK).await;
        let housing = Browser::staff(&portal, "housing", &[Role::Review]).await;
        let civil = Browser::staff(&portal, "civil-affairs", &[Role::Review]).await;
        let here = format!("/staff/cases/{id}");
        assert_eq!(civil.send("GET", &here, "").await.0, StatusCode::FORBIDDEN, "nobody has asked them");
        clerk.fill(&format!("{here}/notes"), &[("note", "电话核对过收入")]).await;
        let version = after(&clerk.see(&here).await, "name=\"version\" value=\"").to_owned();
        clerk.fill(&format!("{here}/accept"), &[("version", &version)]).await;

        // What the office sees of it, and a reviewer of another department does not.
        let hidden = ["电话核对过收入", "/notes\"", "/release\"", "/assign\"", "/transfer?", "/supplement?"];
        let page = clerk.see(&here).await;
        for part in hidden {
            assert!(page.contains(part), "{part}");
        }
        for reviewer in [&civil, &housing] {
            assert!(reviewer.see("/staff/examination").await.contains(&here));
            let page = reviewer.see(&here).await;
            let of = |name: &str| after(&page, &format!("name=\"{name}\" value=\"")).to_owned();
            let (version, stage, seat) = (of("version"), of("stage"), of("seat"));
            let form = [("version", version.as_str()), ("stage", &stage), ("seat", &seat), ("favours", "yes")];
            let given = reviewer.fill(&format!("{here}/opinion"), &form).await;
            assert_eq!(given, format!("{here}?did=opinion"));
        }
        let page = civil.see(&here).await;
        for part in hidden.into_iter().chain(["/claim\"", "/approve?", "/refuse?", "name=\"favours\""]) {
            assert!(!page.contains(part), "{part}");
        }
        for act in ["claim", "release", "notes"] {
            let (status, ..) = civil.send("POST", &format!("{here}/{act}"), "note=abc").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{act}");
        }
        assert!(colleague.see(&here).await.contains("电话核对过收入"));
        // Everybody has been heard.
        let version = after(&clerk.see(&format!("{here}/approve")).await, "name=\"version\" value=\"").to_owned();
        let form = [("version", version.as_str()), ("grounds", "符合条件")];
        let done = clerk.fill(&format!("{here}/approve"), &form).await;
        assert_eq!(done, format!("{here}?did=approved"));
    }

    async fn a_marked_case_that_went_elsewhere_is_gone_and_no_attempt(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        portal.office(POLICE, "330110").await;
        let up = portal.office(POLICE, "3301").await.to_string();
        let zhou = portal.citizen("周明").await;
        let (stays, goes) = (filed(backend, &zhou).await, filed(backend, &zhou).await);
        let clerk = Browser::with(&portal, portal.staff_token_at(POLICE, "330110", CLERK).await);
        let version = async |id| open_own(backend, &zhou, id).await.unwrap().row.version.to_string();
        let marked = async |act: &'static str| {
            let (first, second) =
                (format!("{stays}:{}", version(stays).await), format!("{goes}:{}", version(goes).await));
            clerk.fill("/staff/bulk", &[("act", act), ("case", &first), ("case", &second)]).await
        };
        assert_eq!(marked("accept").await, "/staff/bulk");
        assert_eq!(marked("approve").await, "/staff/bulk/approve");
        let page = clerk.see("/staff/bulk/approve").await;
        assert!(page.contains(&stays.to_string()) && page.contains(&goes.to_string()), "{page}");

        // The applicant reads who has it, before and after.
        portal.clock.advance(120);
        let citizen = Browser::with(&portal, portal.sign_in_token("周明").await);
        let own = citizen.see(&format!("/cases/{goes}")).await;
        assert!(own.contains("330110办理机构") && !own.contains("杭州市公安局"), "{own}");
        let form = [("version", &*version(goes).await), ("to", &up), ("words", "疑难")];
        clerk.fill(&format!("/staff/cases/{goes}/transfer"), &form).await;
        let own = citizen.see(&format!("/cases/{goes}")).await;
        assert!(own.contains("杭州市公安局") && own.contains("· 330110办理机构"), "who accepted it: {own}");

        for _ in 0..2 {
            let page = clerk.see("/staff/bulk/approve").await;
            assert!(page.contains("已不在您这里") && page.contains(&stays.to_string()), "{page}");
            assert!(!page.contains(&goes.to_string()), "{page}");
        }
        assert_eq!(clerk.fill("/staff/bulk/approve", &[]).await, "/staff/bulk");
        let page = clerk.see("/staff/bulk").await;
        assert!(page.contains("已不在您这里") && page.contains(&stays.to_string()), "{page}");
        assert!(!page.contains(&goes.to_string()), "{page}");
        let me = zhou.person().unwrap().id;
        let mut tx = backend.db.read().await.unwrap();
        let trail = audit::about_person(&mut tx, me, audit::Cursor::START, 500).await.unwrap();
        assert!(trail.iter().any(|record| record.action == "cases.transfer"));
        assert!(trail.iter().all(|record| record.action != "cases.refused"), "marked in good faith");
    }

    async fn nobody_takes_a_case_that_waits_for_its_applicant(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let zhou = portal.citizen("周明").await;
        let id = filed(&portal.backend, &zhou).await;
        let (clerk, _colleague) = (Browser::clerk(&portal, CLERK).await, Browser::clerk(&portal, CLERK).await);
        let here = format!("/staff/cases/{id}");
        let page = clerk.see(&here).await;
        assert!(page.contains("/claim\"") && page.contains("/assign\""), "{page}");
        let ask = Ask { about: About::Field("basis".into()), wrong: "不清楚".into(), right: "请重选".into() };
        let actor = portal.staff(POLICE, CLERK).await;
        let seen = open_own(&portal.backend, &zhou, id).await.unwrap().row.version;
        ask_supplement(&portal.backend, &actor, id, seen, vec![ask]).await.unwrap();
        let page = clerk.see(&here).await;
        assert!(page.contains("正在等申请人补正"), "{page}");
        assert!(!page.contains("/claim\"") && !page.contains("/assign\""), "{page}");
        let (status, _, page) = clerk.send("POST", &format!("{here}/claim"), "").await;
        assert!(status == StatusCode::CONFLICT && page.contains("正在等申请人"), "{status} {page}");
    }

    async fn the_stream_is_for_who_may_see_the_desk(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let zhou = portal.citizen("周明").await;
        let id = filed(&portal.backend, &zhou).await;
        let clerk = Browser::clerk(&portal, CLERK).await;
        let since = portal.backend.now().as_micros();
        let queue = format!("/staff/events?desk={POLICE}.3301&since={since}");
        let page = clerk.see("/staff").await;
        assert!(page.contains("aria-live=\"polite\"") && page.contains(&format!("/staff/events?desk={POLICE}.3301&amp;since={since}")), "{page}");
        let case = clerk.see(&format!("/staff/cases/{id}")).await;
        assert!(case.contains(&format!("/staff/events?case={id}&amp;version=")), "{case}");
        for path in [queue.clone(), format!("/staff/events?case={id}&version=1")] {
            let answer = clerk.answer("GET", &path, "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(answer.headers()[CONTENT_TYPE], "text/event-stream", "{path}");
            assert_eq!(answer.headers()["x-accel-buffering"], "no", "{path}");
        }
        let health = Browser::with(&portal, portal.staff_token("health", CLERK).await);
        let system = Browser::with(&portal, portal.staff_token(POLICE, &[Role::System]).await);
        for nobody in [&health, &system] {
            for path in [queue.clone(), format!("/staff/events?case={id}&version=1")] {
                assert_eq!(nobody.answer("GET", &path, "").await.status(), StatusCode::FORBIDDEN, "{path}");
            }
        }
        portal.clock.advance(120);
        let citizen = Browser::with(&portal, portal.sign_in_token("周明").await);
        let stranger = Browser::with(&portal, String::new());
        for nobody in [&citizen, &stranger] {
            assert_eq!(nobody.answer("GET", &queue, "").await.status(), StatusCode::NO_CONTENT);
        }
        for wrong in ["", "?desk=nowhere", "?desk=public-security.3301", "?case=1&version=1"] {
            let status = clerk.answer("GET", &format!("/staff/events{wrong}"), "").await.status();
            assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST), "{wrong}: {status}");
        }
        // So many windows of one person, and a plain answer to the next.
        let mut open = Vec::new();
        for _ in 0..backend::cases::live::MOST_OF_ONE {
            let answer = clerk.answer("GET", &queue, "").await;
            assert_eq!(answer.status(), StatusCode::OK);
            open.push(answer);
        }
        assert_eq!(clerk.answer("GET", &queue, "").await.status(), StatusCode::NO_CONTENT);
        drop(open);
        assert_eq!(clerk.answer("GET", &queue, "").await.status(), StatusCode::OK);
    }

    async fn a_step_says_what_was_done_and_when_nothing_was_picked(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let clerk = Browser::clerk(&portal, CLERK).await;
        let zhou = portal.citizen("周明").await;
        let id = filed(&portal.backend, &zhou).await;
        let queue = format!("/staff?desk={POLICE}.3301&state=submitted");
        let back = clerk.fill("/staff/bulk", &[("act", "claim"), ("back", &queue)]).await;
        assert_eq!(back, format!("{queue}&did=nothing-picked"));
        let page = clerk.see(&back).await;
        assert!(page.contains("没有选中办件") && page.contains(&id.to_string()), "{page}");
        assert!(page.contains("个工作日") && !clerk.see(&queue).await.contains("没有选中办件"), "{page}");

        let version = open_own(&portal.backend, &zhou, id).await.unwrap().row.version;
        let to = clerk.fill("/staff/bulk", &[("act", "claim"), ("case", &format!("{id}:{version}"))]).await;
        let page = clerk.see(&to).await;
        assert!(page.contains("选了 1 件，已认领 1 件") && !page.contains("已完成"), "{page}");
    }

    async fn everybody_begins_where_their_work_is(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        for (role, home) in [
            (Role::Supervise, "/staff/supervision"),
            (Role::Catalogue, "/staff/catalogue"),
            (Role::System, "/staff/organisation"),
            (Role::Audit, "/staff/me"),
        ] {
            let staff = Browser::clerk(&portal, &[role]).await;
            let (status, location, _) = staff.send("GET", "/staff", "").await;
            assert_eq!((status, location.as_str()), (StatusCode::SEE_OTHER, home), "{role:?}");
            // Some go on from there, to the place where they work.
            let (status, on, _) = staff.send("GET", home, "").await;
            assert!(status == StatusCode::OK || on.starts_with(home), "{home}: {status} {on}");
        }
        // Who decides, too, begins with the queue; who only supervises can still go there.
        Browser::clerk(&portal, &[Role::Supervise, Role::Decide]).await.see("/staff").await;
        let chief = Browser::clerk(&portal, &[Role::Supervise]).await;
        let queue = format!("/staff?desk={POLICE}.3301");
        assert!(chief.see("/staff/supervision").await.contains(&format!("href=\"{queue}\"")));
        chief.see(&queue).await;

        // Who handles no case is told where their work is, each their own.
        let manager = Browser::clerk(&portal, &[Role::Catalogue, Role::System]).await.see("/staff/me").await;
        assert!(manager.contains("事项目录在“事项目录”里") && manager.contains("在“机构”里管理"), "{manager}");
        assert!(!manager.contains("命令行"), "{manager}");
        let auditor = Browser::clerk(&portal, &[Role::Audit]).await.see("/staff/me").await;
        assert!(auditor.contains("命令行") && !auditor.contains("在“机构”里管理"), "{auditor}");
    }
}
