//! Reviews as a browser without script sees them: given once on the page of a case, looked into at the desk, answered.

mod common;

use backend::testing::Portal;
use common::Browser;
use domain::identity::Role;
use http::StatusCode;

/// Decided at once, by human-resources.
const SERVICE: &str = "social-insurance-proof";

impl Browser {
    async fn citizen(portal: &Portal, name: &str) -> Self {
        portal.citizen(name).await;
        portal.clock.advance(120);
        Browser::with(portal, portal.sign_in_token(name).await)
    }

    async fn clerk(portal: &Portal, department: &str) -> Self {
        Browser::staff(portal, department, &[Role::Intake, Role::Decide]).await
    }

    /// Files a case that is decided at once, and gives its address.
    async fn file(&self) -> String {
        let facts = self.post("/cases", &format!("service={SERVICE}")).await;
        let case = facts.trim_end_matches("/facts").to_owned();
        self.post(&format!("{case}/steps/purpose"), "purpose=school").await;
        assert_eq!(self.post(&format!("{case}/submit"), "").await, format!("{case}/done"));
        case
    }
}

storage::contract! {
    async fn a_review_goes_its_way(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let lin = Browser::citizen(&portal, "林晓雨").await;
        let case = lin.file().await;
        let form = format!("{case}/review");
        for page in [&case, &format!("{case}/done")] {
            assert!(lin.see(page).await.contains(&format!("href=\"{form}\"")), "{page} invites");
        }
        let page = lin.see(&form).await;
        for word in ["非常满意", "非常不满意", "name=\"grade\"", "name=\"tags-bad\"", "超过承诺时间"] {
            assert!(page.contains(word), "{word}");
        }
        // Nothing chosen: what was typed is kept, and said what is wrong.
        let back = lin.post(&form, "words=%E5%A4%AA%E6%85%A2%3Cb%3E&tags-bad=late").await;
        assert_eq!(back, format!("{form}#error-summary"));
        let page = lin.see(&back).await;
        assert!(page.contains("href=\"#grade\"") && page.contains("请选择满意程度"), "{page}");
        assert!(page.contains("太慢&lt;b&gt;") && !page.contains("太慢<b>"), "kept, and escaped");

        // The tag of another grade was hidden when it was sent.
        let to = lin.post(&form, "grade=2&tags-bad=late&tags-good=quick&words=%E7%94%B5%E8%AF%9D13800000001").await;
        let review = to.trim_end_matches("?did=given").to_owned();
        assert!(to.ends_with("?did=given"), "{to}");
        let page = lin.see(&to).await;
        assert!(page.contains("评价已提交") && page.contains("电话13800000001"), "{page}");
        assert!(page.contains("超过承诺时间") && !page.contains("办事快"), "{page}");
        assert_eq!(lin.post(&form, "grade=5").await, format!("{review}?did=before"), "once");
        let (status, location, _) = lin.send("GET", &form, "").await;
        assert_eq!((status, location), (StatusCode::SEE_OTHER, review.clone()));
        assert!(lin.see(&case).await.contains(&format!("href=\"{review}\"")));

        // To another person neither case nor review exists.
        let zhou = Browser::citizen(&portal, "周明").await;
        for (method, path) in [("GET", &form), ("POST", &form), ("GET", &review), ("POST", &format!("{review}/follow-up"))] {
            let (status, ..) = zhou.send(method, path, "grade=1&content=yes").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
        }

        // The desk sees what, not who.
        let (clerk, other) = (Browser::clerk(&portal, "human-resources").await, Browser::clerk(&portal, "health").await);
        let task = format!("/staff{review}");
        assert!(clerk.see("/staff/reviews").await.contains(&format!("href=\"{task}\"")));
        assert!(clerk.see("/staff/reviews/given").await.contains("电话***********"));
        let page = clerk.see(&task).await;
        assert!(page.contains("电话***********") && !page.contains("13800000001"), "{page}");
        for told in ["林晓雨", "晓雨", case.trim_start_matches("/cases/"), "330106"] {
            assert!(!page.contains(told), "the page tells {told}");
        }
        for act in ["verify", "answer", "opinion"] {
            let (status, ..) = other.send("POST", &format!("{task}/{act}"), "").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{act}");
        }
        assert!(!other.see("/staff/reviews").await.contains(&task));

        let back = clerk.post(&format!("{task}/verify"), "version=1&words=%E5%B7%B2%E6%9F%A5").await;
        let page = clerk.see(&back).await;
        assert!(page.contains("请选择核实结果") && page.contains("已查"), "{page}");
        let done = clerk.post(&format!("{task}/verify"), "version=1&finding=well_founded&words=%E5%B7%B2%E6%9F%A5").await;
        assert_eq!(done, "/staff/reviews?did=verified");
        let (status, ..) = clerk.send("POST", &format!("{task}/answer"), "version=1&words=%E5%B7%B2%E5%8A%9E").await;
        assert_eq!(status, StatusCode::CONFLICT, "an old window");
        clerk.post(&format!("{task}/answer"), "version=2&words=%E5%B7%B2%E8%A1%A5%E5%8A%9E").await;

        // The citizen is told and says that it will not do; another clerk has the last word.
        let list = lin.see("/messages").await;
        assert!(list.contains("您的评价已有答复"), "{list}");
        assert!(lin.see(&review).await.contains("已补办"));
        let back = lin.post(&format!("{review}/follow-up"), "words=%E8%BF%98%E6%98%AF%E4%B8%8D%E8%A1%8C").await;
        assert!(lin.see(&back).await.contains("还是不行"), "kept");
        lin.post(&format!("{review}/follow-up"), "content=no&words=%E8%BF%98%E6%98%AF%E4%B8%8D%E8%A1%8C").await;
        assert!(clerk.see(&task).await.contains("需要另一位同事复核"));
        let superior = Browser::clerk(&portal, "human-resources").await;
        portal.clock.advance(900);
        let (status, location, _) = superior.send("POST", &format!("{task}/opinion"), "version=4&words=%E8%B4%A3%E6%88%90%E5%8A%9E%E7%BB%93").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(location.starts_with("/staff/sign-in?next=/staff/reviews/"), "{location}");
        assert!(superior.see(&task).await.contains("责成办结"), "what was typed is there after signing in again");
        let superior = Browser::clerk(&portal, "human-resources").await;
        superior.post(&format!("{task}/opinion"), "version=4&words=%E8%B4%A3%E6%88%90%E5%8A%9E%E7%BB%93").await;
        let page = lin.see(&review).await;
        assert!(page.contains("责成办结") && page.contains("已复核，办结"), "{page}");
    }

    async fn public_pages_show_nothing_about_few(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let lin = Browser::citizen(&portal, "林晓雨").await;
        let stranger = Browser::with(&portal, String::new());
        let pages = ["/reviews", "/reviews/services/social-insurance-proof", "/reviews/departments/human-resources"];
        for path in pages {
            assert!(stranger.see(path).await.contains("不满 10 条"), "{path}");
        }
        for path in ["/reviews/services/no-such", "/reviews/departments/no-such", "/reviews/019a0000-0000-7000-8000-000000000001"] {
            let (status, ..) = lin.send("GET", path, "").await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(stranger.see("/services/social-insurance-proof").await.contains("href=\"/reviews/services/social-insurance-proof\""));
        for n in 0..10 {
            let case = lin.file().await;
            let grade = if n < 9 { 5 } else { 1 };
            lin.post(&format!("{case}/review"), &format!("grade={grade}&tags-good=quick&words=secret")).await;
        }
        // The month must be over, and the figures are read anew.
        portal.clock.advance(40 * 86_400);
        for path in pages {
            let page = stranger.see(path).await;
            assert!(page.contains("90%") && page.contains("<rect width=\"90\" height=\"8\" class=\"bars-part\""), "{path}: {page}");
            assert!(!page.contains("secret"), "words are for nobody");
        }
    }
}
