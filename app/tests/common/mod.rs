//! What tests of pages share: the site on a portal, and a browser without script.

#![allow(dead_code, reason = "each test uses its part")]

use std::sync::Arc;

use app::state::{AppState, Imprint, Site};
use app::visit::ClientAddress;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use backend::testing::{ADDRESS, Portal};
use domain::identity::Role;
use domain::text::Text;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION};
use http::{Request, StatusCode};
use tower::ServiceExt;

/// The site on a portal, without the server around it.
pub fn site(portal: &Portal) -> Router {
    site_with(portal, None)
}

/// As [`site`]; with an outbox to look into it is that of a demo.
pub fn site_with(portal: &Portal, outbox: Option<app::messages::DemoOutbox>) -> Router {
    let state = AppState {
        assets: Arc::default(),
        site: Arc::new(Site {
            name: Text::new("掌办", "Zhangban"),
            public_url: "http://127.0.0.1:8080".into(),
            imprint: Imprint::default(),
            demo: outbox.is_some(),
        }),
        backend: portal.backend.clone(),
        outbox: outbox.map(Arc::new),
        clock: None,
    };
    app::routes::routes(&state)
        .with_state(state.clone())
        .layer(from_fn_with_state(state, app::errors::in_words))
}

/// A browser without script, of somebody who is signed in.
pub struct Browser {
    pub site: Router,
    pub token: String,
    pub language: &'static str,
}

impl Browser {
    pub fn with(portal: &Portal, token: String) -> Self {
        Browser { site: site(portal), token, language: "zh-CN" }
    }

    pub async fn staff(portal: &Portal, department: &str, roles: &[Role]) -> Self {
        Browser::with(portal, portal.staff_token(department, roles).await)
    }

    pub async fn answer(&self, method: &str, path: &str, body: &str) -> Response {
        let request = Request::builder()
            .method(method)
            .uri(path.split('#').next().unwrap())
            .header(COOKIE, format!("session={}", self.token))
            .header("accept-language", self.language)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ClientAddress(ADDRESS))
            .body(Body::from(body.to_owned()))
            .unwrap();
        self.site.clone().oneshot(request).await.unwrap()
    }

    /// The status, where one is sent, and the page.
    pub async fn send(&self, method: &str, path: &str, body: &str) -> (StatusCode, String, String) {
        let response = self.answer(method, path, body).await;
        let location = response.headers().get(LOCATION).map_or("", |l| l.to_str().unwrap()).to_owned();
        let status = response.status();
        let html = to_bytes(response.into_body(), 1 << 22).await.unwrap().to_vec();
        (status, location, String::from_utf8(html).unwrap())
    }

    pub async fn see(&self, path: &str) -> String {
        let (status, location, html) = self.send("GET", path, "").await;
        assert_eq!(status, StatusCode::OK, "{path}: {location}");
        html
    }

    /// Where a post leads to.
    pub async fn post(&self, path: &str, form: &str) -> String {
        let (status, location, html) = self.send("POST", path, form).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{path} {form}: {html}");
        location
    }
}

/// As a form sends it.
pub fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}
