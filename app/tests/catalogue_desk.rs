//! The catalogue desk as a browser without script sees it: proposing, mending, publishing, comparing, trying out, and the
//! guide of a service that ends.

mod common;

use backend::catalog::publish;
use backend::testing::Portal;
use common::{Browser, encoded};
use domain::identity::Role;
use http::StatusCode;

/// Decided at once, by human-resources.
const SERVICE: &str = "social-insurance-proof";
const HERE: &str = "/staff/catalogue/services/social-insurance-proof";

/// What stands between two pieces of a page.
fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let from = page.find(start).unwrap_or_else(|| panic!("no {start}")) + start.len();
    &page[from..from + page[from..].find(end).unwrap()]
}

impl Browser {
    async fn manager(portal: &Portal) -> Self {
        Browser::staff(portal, "human-resources", &[Role::Catalogue]).await
    }

    /// Number of the version of a proposal, and its definition as it stands in the form.
    async fn draft(&self, path: &str) -> (String, String) {
        let page = self.see(path).await;
        let version = between(&page, "name=\"version\" value=\"", "\"").to_owned();
        let editor = &page[page.find("name=\"content\"").unwrap()..];
        let content = between(editor, ">", "</textarea>").trim_start_matches('\n');
        let content = content.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        (version, content.replace("&#39;", "'").replace("&#x27;", "'").replace("&amp;", "&"))
    }

    async fn save(&self, path: &str, content: &str, note: &str, act: &str) -> String {
        let (version, _) = self.draft(path).await;
        let form = format!("version={version}&do={act}&content={}&note={}", encoded(content), encoded(note));
        self.post(path, &form).await
    }
}

storage::contract! {
    async fn a_definition_is_written_proposed_and_published(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (author, other) = (Browser::manager(&portal).await, Browser::manager(&portal).await);
        let list = author.see("/staff/catalogue").await;
        assert!(list.contains(&format!("href=\"{HERE}\"")) && list.contains("aria-current=\"page\""));
        assert!(!list.contains("residence-permit-endorsement"), "another department's");
        assert!(author.see("/staff/catalogue?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E6%A0%B7").await.contains("没有这样的事项"));
        let page = author.see(HERE).await;
        assert!(page.contains("运维人员（命令行）") && page.contains("现行"), "{page}");

        let draft = author.post(&format!("{HERE}/propose"), "").await;
        let (_, content) = author.draft(&draft).await;
        // Wrong: kept as typed, every mistake with its line, and said before anything else.
        let wrong = content.replacen("level = ", "levle = ", 1);
        let line = wrong.lines().position(|l| l.starts_with("levle")).unwrap() + 1;
        let to = author.save(&draft, &wrong, "<b>说明</b>", "propose").await;
        assert_eq!(to, format!("{draft}?wrong=unsound#error-summary"));
        let page = author.see(&to).await;
        assert!(page.contains(&format!("第 {line} 行")) && page.contains("level"), "{page}");
        assert!(page.contains("href=\"#content\"") && page.contains("&lt;b&gt;说明") && !page.contains("<b>说明"));
        assert_eq!(author.draft(&draft).await.1.trim_end(), wrong.trim_end(), "nothing typed is lost");
        // To be tried out it has to be mended first.
        let try_it = format!("{draft}/try");
        let (status, to, _) = author.send("GET", &try_it, "").await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("{draft}?wrong=unsound#error-summary")));

        let better = content.replacen("zh = \"", "zh = \"新版", 1);
        let to = author.save(&draft, &better, "名称更清楚", "save").await;
        assert_eq!(to, format!("{draft}?did=saved"));
        let page = author.see(&to).await;
        assert!(page.contains("定义检查通过") && page.contains("这份草稿改了什么"), "{page}");
        // An old window: what was typed there is shown, not lost.
        let to = author.post(&draft, &format!("version=1&content={}", encoded("# 另一个窗口"))).await;
        assert_eq!(to, format!("{draft}?wrong=changed#error-summary"));
        assert!(author.see(&to).await.contains("# 另一个窗口"));
        assert_eq!(author.save(&draft, &better, "名称更清楚", "propose").await, format!("{draft}?did=proposed"));

        // Its author sees that it waits; the other can publish it.
        let own = author.see(&draft).await;
        assert!(own.contains("等待他人发布") && !own.contains("/approve"), "{own}");
        let page = other.see(&draft).await;
        assert!(page.contains("/approve") && page.contains("catalogue-was") && page.contains("catalogue-is"), "{page}");
        assert!(page.contains("lang=\"en\"") && page.contains("名称更清楚"));
        assert!(other.see("/staff/catalogue?state=proposed").await.contains(HERE));
        let version = between(&page, "name=\"version\" value=\"", "\"").to_owned();
        let approve = format!("{draft}/approve");
        let to = author.post(&approve, &format!("version={version}")).await;
        assert_eq!(to, format!("{draft}?wrong=own#error-summary"));
        let to = other.post(&format!("{draft}/reject"), &format!("version={version}&reason=")).await;
        assert_eq!(to, format!("{draft}?wrong=note#error-summary"));
        let to = other.post(&approve, &format!("version={version}")).await;
        assert_eq!(to, format!("{HERE}?did=published"));
        let page = other.see(&to).await;
        assert!(page.contains("名称更清楚") && page.contains("新版"), "{page}");
        let to = other.post(&approve, &format!("version={version}")).await;
        assert_eq!(to, format!("{draft}?wrong=changed#error-summary"), "twice");

        // Side by side.
        let options: Vec<&str> = page.split("<option value=\"").skip(1).map(|o| &o[..36]).collect();
        let pair = format!("{HERE}/compare?from={}&to={}", options[1], options[0]);
        let page = other.see(&pair).await;
        for word in ["名称", "原来", "改为", "新版", "逐行比较", "<del>", "<ins>"] {
            assert!(page.contains(word), "{word} in {page}");
        }
        let same = other.see(&format!("{HERE}/compare?from={0}&to={0}", options[0])).await;
        assert!(same.contains("两者内容相同"));
        let (status, ..) = other.send("GET", &format!("{HERE}/compare?from=x&to=y"), "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }

    /// PostgreSQL has no room for NUL: whoever sends it is told so, and operators are not.
    async fn what_no_database_holds_is_the_fault_of_who_sends_it(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let author = Browser::manager(&portal).await;
        for (method, path, form) in [
            ("GET", "/staff/catalogue/services/a%00b", ""),
            ("POST", "/staff/catalogue/services/a%00b/propose", ""),
            ("POST", "/staff/sign-in", "login=a%00b&password=x"),
        ] {
            let (status, ..) = author.send(method, path, form).await;
            assert!(!status.is_server_error(), "{method} {path}: {status}");
        }
    }

    async fn others_see_nothing_of_the_catalogue_desk(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let author = Browser::manager(&portal).await;
        let draft = author.post(&format!("{HERE}/propose"), "").await;
        let clerk = Browser::staff(&portal, "human-resources", &[Role::Intake, Role::Decide]).await;
        let health = Browser::staff(&portal, "health", &[Role::Catalogue]).await;
        assert!(!clerk.see("/staff/me").await.contains("/staff/catalogue"));
        assert!(health.see("/staff/me").await.contains("/staff/catalogue"));
        let try_it = format!("{draft}/try");
        for path in [HERE, &draft, &try_it, &format!("{HERE}/end")] {
            for browser in [&clerk, &health] {
                let (status, ..) = browser.send("GET", path, "").await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
            }
        }
        let (status, ..) = clerk.send("GET", "/staff/catalogue", "").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        for path in [format!("{HERE}/propose"), format!("{draft}/approve"), format!("{draft}/withdraw"), draft.clone()] {
            let (status, ..) = health.send("POST", &path, "version=1&content=x&note=y").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
        }
        let nobody = Browser::with(&portal, String::new());
        let (status, to, _) = nobody.send("GET", HERE, "").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(to.starts_with("/staff/sign-in"), "{to}");
    }

    async fn a_definition_is_tried_out_without_a_case(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let author = Browser::manager(&portal).await;
        let version = portal.backend.catalog.services().get(SERVICE).unwrap().version;
        let here = format!("/staff/catalogue/versions/{version}/try");
        let page = author.see(&here).await;
        assert!(page.contains("林晓雨") && page.contains("name=\"purpose\""), "{page}");
        assert!(!page.contains("id=\"result\""), "nothing was tried yet");
        // Without answers: the form says what is missing, as it does to people.
        assert_eq!(author.post(&here, "do=sample&sample=person-1&day=2026-11-23").await, here);
        let facts = facts_typed(&author.see(&here).await);
        assert!(facts.contains("fact%3A"), "{facts}");
        let run = format!("do=run&sample=person-1&day=2026-11-23&{facts}");
        assert_eq!(author.post(&here, &run).await, format!("{here}#result"));
        let page = author.see(&here).await;
        assert!(page.contains("还有问题没有答好") && page.contains("href=\"#purpose\""), "{page}");
        // With them: decided at once, with reasons and the certificate.
        author.post(&here, &format!("{run}&purpose=school")).await;
        let page = author.see(&here).await;
        for word in ["当场准予", "准予办理", "办理条件", "证照有效至", "林晓雨", "杭州市人力资源和社会保障局"] {
            assert!(page.contains(word), "{word} in {page}");
        }
        // Facts typed by hand are checked, and a register may be silent.
        author.post(&here, "do=examples&day=2026-11-23").await;
        let examples = author.see(&here).await;
        assert!(examples.contains("id=\"fact:"), "{examples}");
        author.post(&here, "do=run&day=someday&purpose=school").await;
        assert!(author.see(&here).await.contains("href=\"#day\""));
        let silent = between(&examples, "name=\"fact:", "\"").to_owned();
        let form = format!("do=run&day=2026-11-23&purpose=school&fact%3A{}=%3F", encoded(&silent));
        author.post(&here, &form).await;
        assert!(author.see(&here).await.contains("登记库未答复"));

        // No case came of it, and nobody's data were read.
        let lin = portal.citizen("林晓雨").await;
        let cases = backend::cases::list::cases_of(&portal.backend, &lin, None, 10).await.unwrap();
        assert!(cases.is_empty());
    }

    async fn the_guide_of_a_service_says_when_it_ends(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (author, other) = (Browser::manager(&portal).await, Browser::manager(&portal).await);
        let end = format!("{HERE}/end");
        let to = author.post(&end, "last_day=2026-11-22&grace_days=7&note=%E5%90%88%E5%B9%B6").await;
        assert_eq!(to, format!("{end}#error-summary"));
        let page = author.see(&end).await;
        assert!(page.contains("value=\"2026-11-22\"") && page.contains("href=\"#last_day\""), "{page}");
        let successor = "residence-permit-endorsement";
        let form = format!("last_day=2027-03-31&grace_days=7&successor={successor}&note=%E5%90%88%E5%B9%B6");
        let proposal = author.post(&end, &form).await;
        let proposal = proposal.split('?').next().unwrap();
        let guide = format!("/services/{SERVICE}");
        assert!(!author.see(&guide).await.contains("办理至"), "not before somebody else approves");
        let to = other.post(&format!("{proposal}/approve"), "version=1").await;
        assert_eq!(to, format!("{HERE}?did=retired"));
        let page = author.see(&guide).await;
        assert!(page.contains("办理至 2027年3月31日") && page.contains("2027年4月7日"), "{page}");
        assert!(page.contains(&format!("href=\"/services/{successor}\"")) && page.contains("/cases/new?service="));
        assert!(other.see("/staff/catalogue?state=retiring").await.contains(HERE));

        portal.clock.advance(129 * 86_400);
        publish::refresh(&portal.backend).await.unwrap();
        let citizen = Browser::with(&portal, String::new());
        let page = citizen.see(&guide).await;
        assert!(page.contains("已停办") && !page.contains("/cases/new?service="), "{page}");
        assert!(!citizen.see("/services").await.contains(&format!("href=\"{guide}\"")));
    }
}

/// The facts in the form of a page, as a browser would send them.
fn facts_typed(page: &str) -> String {
    let mut pairs = Vec::new();
    for part in page.split("name=\"fact:").skip(1) {
        let id = part.split('"').next().unwrap();
        let tag = part.split('>').next().unwrap();
        let value = match tag.split_once("value=\"") {
            Some((_, value)) => value.split('"').next().unwrap().to_owned(),
            None => between(part, ">", "</textarea>").trim_start_matches('\n').to_owned(),
        };
        let value = value.replace("&quot;", "\"").replace("&amp;", "&");
        pairs.push(format!("fact%3A{}={}", encoded(id), encoded(&value)));
    }
    pairs.join("&")
}
