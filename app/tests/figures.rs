//! Figures as a browser without script sees them, and as a file that comes piece by piece.

mod common;

use axum::response::Response;
use backend::Backend;
use backend::cases::{begin::begin, consent::give_consent, save::save_step, submit::submit};
use backend::figures::count;
use backend::identity::Actor;
use backend::organisation::load_shipped;
use backend::testing::Portal;
use common::{Browser, site};
use domain::figures::Counts;
use domain::identity::Role;
use futures_util::TryStreamExt;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use storage::figures::days::{self, Office};

/// Decided at once, by human-resources.
const SERVICE: &str = "social-insurance-proof";
const DEPARTMENT: &str = "human-resources";

impl Browser {
    async fn of(portal: &Portal, roles: &[Role]) -> Self {
        Browser::staff(portal, DEPARTMENT, roles).await
    }

    async fn get(&self, path: &str) -> Response {
        self.answer("GET", path, "").await
    }
}

/// A case that was decided at once.
async fn decided(backend: &Backend, citizen: &Actor) {
    let id = begin(backend, citizen, SERVICE).await.unwrap();
    give_consent(backend, citizen, id).await.unwrap();
    let purpose = [("purpose".to_owned(), vec!["school".to_owned()])];
    save_step(backend, citizen, id, "purpose", purpose.into()).await.unwrap();
    submit(backend, citizen, id).await.unwrap();
}

/// Rows as they would be after a busy day.
async fn busy(backend: &Backend, lines: usize) {
    let done: Result<(), storage::Error> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                for n in 0..lines {
                    let at = Office {
                        place: "330110".parse().unwrap(),
                        department: DEPARTMENT.into(),
                        // As no definition is called; a spreadsheet must not take it for a formula.
                        service: format!("=s{n:04}"),
                    };
                    days::add(tx, "2026-11-02", &at, &Counts::received()).await?;
                }
                Ok(())
            })
        })
        .await;
    done.unwrap();
}

storage::contract! {
    async fn a_supervisor_sees_what_happened(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        load_shipped(&portal.backend).await.unwrap();
        let lin = portal.citizen("林晓雨").await;
        decided(&portal.backend, &lin).await;
        let mut chief = Browser::of(&portal, &[Role::Supervise]).await;
        let before = chief.see("/staff/figures").await;
        assert!(before.contains("这段时间没有办件"), "not counted yet");
        while count(&portal.backend, 10).await.unwrap() > 0 {}

        let page = chief.see("/staff/figures").await;
        for words in ["杭州市统计", "收件", "按时办结率", "100%", "零次跑占比", "节省时间", "约定的假设", "2026-11-01 至 2026-11-30"] {
            assert!(page.contains(words), "{words}");
        }
        assert!(!page.contains("这段时间没有办件"));
        // Pictures say what they show, and numbers stand behind them.
        for part in ["<title id=\"over-time-title\">", "<desc id=\"over-time-text\">", "<desc id=\"days-text\">", "role=\"img\""] {
            assert!(page.contains(part), "{part}");
        }
        assert!(page.matches("<table").count() >= 5, "{}", page.matches("<table").count());
        assert!(page.contains("href=\"/staff/figures\"") && page.contains("aria-current=\"page\""), "in the navigation");
        assert!(page.contains("href=\"/staff/figures.csv?place=3301&amp;department=human-resources&amp;period=2026-11\""), "{page}");
        assert!(!page.contains("<script src"), "without script");

        let service = chief.see(&format!("/staff/figures?place=3301&service={SERVICE}&period=2026-Q4")).await;
        assert!(service.contains("2026-10-01 至 2026-12-31") && service.contains("这个事项每份约定 30 分钟"));
        let other = chief.see("/staff/figures?period=2026-10").await;
        assert!(other.contains("这段时间没有办件"));
        // What cannot be read is said beside the field, and typed words come back, escaped.
        let wrong = chief.see("/staff/figures?period=days&from=2026-11-09&to=%22%3E%3Cb%3E").await;
        assert!(wrong.contains("error-summary") && wrong.contains("请填写起止日期"));
        assert!(!wrong.contains("\"><b>"));
        let backwards = chief.see("/staff/figures?period=days&from=2026-11-09&to=2026-11-02").await;
        assert!(backwards.contains("截止日期要不早于起始日期"));
        chief.language = "en";
        let page = chief.see("/staff/figures").await;
        for words in ["Figures of Hangzhou", "On time", "agreed assumption", "Show the numbers"] {
            assert!(page.contains(words), "{words}");
        }
    }

    async fn others_see_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let chief = Browser::of(&portal, &[Role::Audit]).await;
        let clerk = Browser::of(&portal, &[Role::Intake, Role::Decide]).await;
        for path in ["/staff/figures", "/staff/figures.csv"] {
            assert_eq!(clerk.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
            for beyond in ["?place=33", "?place=3302", "?place=3301&department=public-security"] {
                assert_eq!(chief.get(&format!("{path}{beyond}")).await.status(), StatusCode::FORBIDDEN, "{path}{beyond}");
            }
            for nothing in ["?place=330199", "?place=x", "?service=none"] {
                assert_eq!(chief.get(&format!("{path}{nothing}")).await.status(), StatusCode::NOT_FOUND, "{path}{nothing}");
            }
            let stranger = Browser { site: site(&portal), token: "none".into(), language: "en" };
            assert_eq!(stranger.get(path).await.status(), StatusCode::SEE_OTHER, "{path}");
        }
        assert!(!clerk.see("/staff/me").await.contains("/staff/figures"), "nor the way there");
        assert!(chief.see("/staff/me").await.contains("/staff/figures"));
    }

    async fn a_file_comes_piece_by_piece(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        load_shipped(&portal.backend).await.unwrap();
        busy(&portal.backend, 1_203).await;
        let chief = Browser::of(&portal, &[Role::Supervise]).await;
        let response = chief.get("/staff/figures.csv?place=3301&period=2026-11").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
        let name = "attachment; filename=\"figures-3301-2026-11-01-2026-11-30.csv\"";
        assert_eq!(response.headers()[CONTENT_DISPOSITION], name);
        let pieces: Vec<String> = response
            .into_body()
            .into_data_stream()
            .map_ok(|piece| String::from_utf8(piece.to_vec()).unwrap())
            .try_collect()
            .await
            .unwrap();
        assert_eq!(pieces.len(), 4, "the head, and a page at a time");
        assert!(pieces.iter().all(|piece| piece.lines().count() <= 500), "no more is held");
        let whole = pieces.concat();
        assert!(whole.starts_with("\u{feff}日期,区划代码,"));
        let lines: Vec<&str> = whole.lines().collect();
        assert_eq!(lines.len(), 1_204);
        let columns = lines[0].matches(',').count();
        assert!(lines.iter().all(|line| line.matches(',').count() == columns));
        assert!(lines[1].starts_with("2026-11-02,330110,余杭区,human-resources,"), "{}", lines[1]);
        assert!(lines[1].contains(",\"'=s0000\","), "no formula: {}", lines[1]);
    }
}
