//! Public pages, kept as they are sent: rendered and compressed once for everyone who reads the same way.
//!
//! [`Front`] stands before the router and answers with what is kept; [`keep`] is a middleware of the pages.

use std::{
    collections::HashMap,
    convert::Infallible,
    future::ready,
    hash::{DefaultHasher, Hash, Hasher},
    pin::Pin,
    sync::{Arc, PoisonError, RwLock},
    task::{Context, Poll},
};

use app::{
    state::AppState,
    visit::{Public, Reader},
};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, ETAG, IF_NONE_MATCH, VARY},
};

use tower::Service;

use super::{
    encoding::{Codings, Encoded},
    metrics::Metrics,
    observe::{self, Observed},
};

/// Bytes of pages after which those are dropped that nobody asked for since the last time; twice as many are kept.
const HALF: usize = 24 << 20;
/// More than any page has.
const LARGEST: usize = 1 << 20;

pub struct Kept {
    state: AppState,
    shelf: RwLock<Shelf>,
}

/// What a public page depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    /// Of the catalogue. Pages of an older one are never asked for again, and go with the next half.
    generation: i64,
    reader: Reader,
    address: Box<str>,
}

#[derive(Default)]
struct Shelf {
    young: HashMap<Key, Arc<Page>>,
    old: HashMap<Key, Arc<Page>>,
    young_bytes: usize,
}

struct Page {
    /// Template of its path, for logs and measurements.
    route: String,
    headers: HeaderMap,
    etag: HeaderValue,
    body: Encoded,
}

impl Kept {
    pub fn new(state: AppState) -> Arc<Self> {
        Arc::new(Kept { state, shelf: RwLock::default() })
    }

    fn key(&self, request: &Request) -> Option<Key> {
        if request.method() != Method::GET {
            return None;
        }
        let reader =
            Reader::unknown(request.headers(), &self.state.site, &self.state.backend.catalog.reference)?;
        let generation = self.state.backend.catalog.services().generation();
        let address = request.uri().path_and_query()?.as_str().into();
        Some(Key { generation, reader, address })
    }

    fn find(&self, key: &Key) -> Option<Arc<Page>> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = shelf.young.get(key) {
            return Some(page.clone());
        }
        let page = shelf.old.get(key).cloned()?;
        drop(shelf);
        self.put(key.clone(), page.clone());
        Some(page)
    }

    fn put(&self, key: Key, page: Arc<Page>) {
        self.shelf.write().unwrap_or_else(PoisonError::into_inner).put(key, page, HALF);
    }
}

impl Shelf {
    fn put(&mut self, key: Key, page: Arc<Page>, half: usize) {
        let bytes = page.body.bytes() + key.address.len();
        if self.young_bytes + bytes > half {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if self.young.insert(key, page).is_none() {
            self.young_bytes += bytes;
        }
    }
}

impl Page {
    fn new(route: String, mut headers: HeaderMap, body: Bytes) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        // Weak: the same for every coding.
        let etag = format!("W/\"{:016x}\"", hasher.finish());
        let etag = HeaderValue::try_from(etag).unwrap_or(HeaderValue::from_static("W/\"\""));
        headers.remove(CONTENT_LENGTH);
        // A browser asks whether it still holds; what it shows of who signs in later is another page.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding, accept-language, cookie"));
        headers.insert(ETAG, etag.clone());
        Page { route, headers, etag, body: Encoded::new(body) }
    }

    fn answer(&self, asked: &Asked) -> Response {
        let mut headers = self.headers.clone();
        if asked.has.as_ref() == Some(&self.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let body = self.body.choose(asked.codings, &mut headers);
        (headers, body).into_response()
    }
}

/// What of a request decides about the form of its answer.
struct Asked {
    codings: Codings,
    has: Option<HeaderValue>,
}

impl Asked {
    fn of(headers: &HeaderMap) -> Self {
        Asked { codings: Codings::accepted(headers), has: headers.get(IF_NONE_MATCH).cloned() }
    }
}

/// Middleware: keeps a public page that was made, under the key that [`Front`] looked for.
pub async fn keep(State(kept): State<Arc<Kept>>, mut request: Request, next: Next) -> Response {
    let Some(key) = request.extensions_mut().remove::<Key>() else { return next.run(request).await };
    let (asked, route) = (Asked::of(request.headers()), observe::route(&request));
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.extensions().get::<Public>().is_none() {
        return response;
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, LARGEST).await {
        Ok(body) => {
            let page = Arc::new(Page::new(route, parts.headers, body));
            kept.put(key, page.clone());
            page.answer(&asked)
        }
        Err(_) => Response::from_parts(parts, Body::empty()),
    }
}

/// Answers with the page that is kept; everything else goes on to the router. Only hyper is before it, for what a
/// router costs would be most of the answer.
#[derive(Clone)]
pub struct Front {
    pub kept: Arc<Kept>,
    pub metrics: Arc<Metrics>,
    pub router: Router,
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let key = self.kept.key(&request);
        let Some(page) = key.as_ref().and_then(|key| self.kept.find(key)) else {
            if let Some(key) = key {
                request.extensions_mut().insert(key);
            }
            return Box::pin(self.router.call(request));
        };
        let observed = Observed::begin(&self.metrics);
        let mut response = page.answer(&Asked::of(request.headers()));
        observed.end(request.method(), &page.route, &mut response);
        Box::pin(ready(Ok(response)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use app::state::{Imprint, Site};
    use axum::middleware::{from_fn, from_fn_with_state};
    use backend::{
        catalog::{embedded_services, publish::publish},
        testing::{PUBLIC_URL, Portal},
    };
    use domain::text::Text;
    use http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, COOKIE};
    use tower::ServiceExt;

    use super::*;
    use crate::http::headers;

    /// Pages with their headers, and how many were made.
    struct Pages {
        front: Front,
        made: Arc<AtomicUsize>,
    }

    struct Answer {
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    }

    impl Pages {
        fn new(portal: &Portal) -> Self {
            let site = Site {
                name: Text::new("掌办", "Zhangban"),
                public_url: PUBLIC_URL.into(),
                demo: false,
                imprint: Imprint::default(),
            };
            let csp = headers::Csp::new(&site);
            let state = AppState {
                assets: Arc::default(),
                site: Arc::new(site),
                backend: portal.backend.clone(),
                outbox: None,
                clock: None,
            };
            let made = Arc::new(AtomicUsize::new(0));
            let count = made.clone();
            let kept = Kept::new(state.clone());
            let router = app::routes::routes(&state)
                .with_state(state)
                .layer(from_fn_with_state(csp, headers::secure))
                .layer(from_fn(move |request: Request, next: Next| {
                    count.fetch_add(1, Ordering::Relaxed);
                    next.run(request)
                }))
                .layer(from_fn_with_state(kept.clone(), keep));
            let front = Front { kept, metrics: Arc::default(), router };
            Pages { front, made }
        }

        async fn get(&self, path: &str, lines: &[(http::HeaderName, &str)]) -> Answer {
            let mut request = Request::get(path);
            for (name, value) in lines {
                request = request.header(name, *value);
            }
            let answer = self.front.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            let (parts, body) = answer.into_parts();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: to_bytes(body, LARGEST).await.unwrap(),
            }
        }

        /// How many pages are made while `paths` are asked for, each with these headers.
        async fn made_for(&self, paths: &[&str], lines: &[(http::HeaderName, &str)]) -> usize {
            let before = self.made.load(Ordering::Relaxed);
            for path in paths {
                assert_eq!(self.get(path, lines).await.status, StatusCode::OK, "{path}");
            }
            self.made.load(Ordering::Relaxed) - before
        }
    }

    const GUIDE: &str = "/services/id-card-replacement";
    const PUBLIC: [&str; 6] = ["/", "/services", "/services?theme=birth", GUIDE, "/about", "/privacy"];

    storage::contract! {
        async fn readers_who_read_alike_get_the_same_page(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let pages = Pages::new(&portal);
            assert_eq!(pages.made_for(&PUBLIC, &[]).await, PUBLIC.len());
            assert_eq!(pages.made_for(&PUBLIC, &[]).await, 0);
            assert_eq!(pages.made_for(&PUBLIC, &[(COOKIE, "zb_preferences=standard.auto")]).await, 0);
            for other in [(ACCEPT_LANGUAGE, "en"), (COOKIE, "zb_preferences=elder"), (COOKIE, "zb_preferences=.330106")] {
                assert_eq!(pages.made_for(&PUBLIC, std::slice::from_ref(&other)).await, PUBLIC.len(), "{other:?}");
                assert_eq!(pages.made_for(&PUBLIC, &[other]).await, 0);
            }
        }

        async fn a_kept_page_is_what_was_made(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let pages = Pages::new(&portal);
            let (mut first, mut again) = (pages.get(GUIDE, &[]).await, pages.get(GUIDE, &[]).await);
            // A router counts the bytes itself, hyper does it for the others.
            first.headers.remove(CONTENT_LENGTH);
            assert!(again.headers.remove("x-request-id").is_some(), "observed as any other");
            assert!(String::from_utf8_lossy(&first.body).contains("居民身份证"));
            assert_eq!((&first.headers, &first.body), (&again.headers, &again.body));
            let policy = first.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains("script-src 'none'"), "{policy}");
            assert_eq!(first.headers[CACHE_CONTROL], "private, no-cache");
            assert_eq!(first.headers["speculation-rules"], "\"/speculation-rules.json\"");

            let small = pages.get(GUIDE, &[(ACCEPT_ENCODING, "gzip, br")]).await;
            assert_eq!(small.headers[CONTENT_ENCODING], "br");
            let mut read = Vec::new();
            std::io::Read::read_to_end(&mut brotli::Decompressor::new(&small.body[..], 4096), &mut read).unwrap();
            assert_eq!(read, first.body);

            let tag = first.headers[ETAG].to_str().unwrap();
            let same = pages.get(GUIDE, &[(IF_NONE_MATCH, tag)]).await;
            assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
            let english = pages.get(GUIDE, &[(IF_NONE_MATCH, tag), (ACCEPT_LANGUAGE, "en")]).await;
            assert_eq!(english.status, StatusCode::OK);
        }

        async fn what_is_not_everyones_is_never_kept(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let pages = Pages::new(&portal);
            for (path, cookie) in [
                ("/services?q=%E8%BA%AB%E4%BB%BD", ""),
                ("/services?theme=birth&x=1", ""),
                ("/?x=1", ""),
                ("/sign-in", ""),
                ("/preferences", ""),
                ("/", "__Host-session=of-somebody"),
            ] {
                let answer = pages.get(path, &[(COOKIE, cookie)]).await;
                assert_eq!(answer.headers[CACHE_CONTROL], "no-store", "{path}");
                assert_eq!(pages.made_for(&[path], &[(COOKIE, cookie)]).await, 1, "{path}");
            }
            let missing = pages.get("/services/no-such-service", &[]).await;
            assert_eq!((missing.status, &missing.headers[CACHE_CONTROL]), (StatusCode::NOT_FOUND, &HeaderValue::from_static("no-store")));
        }

        async fn a_publication_makes_new_pages(t: &TestDb) {
            let portal = Portal::start(t.db()).await;
            let pages = Pages::new(&portal);
            pages.made_for(&PUBLIC, &[]).await;
            let (_, text) = embedded_services().into_iter().find(|(path, _)| path.contains("id-card-replacement")).unwrap();
            let mut definition: domain::catalog::Definition = toml::from_str(&text).unwrap();
            definition.name.zh = "补领居民身份证（新）".into();
            publish(&portal.backend, vec![definition]).await.unwrap();
            assert_eq!(pages.made_for(&PUBLIC, &[]).await, PUBLIC.len());
            let guide = pages.get(GUIDE, &[]).await;
            assert!(String::from_utf8_lossy(&guide.body).contains("补领居民身份证（新）"));
        }
    }

    #[test]
    fn what_nobody_asks_for_is_dropped() {
        let page = |text: &'static str| {
            Arc::new(Page::new(String::new(), HeaderMap::new(), Bytes::from_static(text.as_bytes())))
        };
        let key = |address: &str| Key {
            generation: 1,
            reader: Reader { locale: domain::text::Locale::Zh, preferences: Default::default() },
            address: address.into(),
        };
        let half = page("a page").body.bytes() * 2 + 4;
        let mut shelf = Shelf::default();
        for address in ["/1", "/2", "/3", "/4", "/5"] {
            shelf.put(key(address), page("a page"), half);
        }
        let kept: Vec<&str> = ["/1", "/2", "/3", "/4", "/5"]
            .into_iter()
            .filter(|a| shelf.young.contains_key(&key(a)) || shelf.old.contains_key(&key(a)))
            .collect();
        assert_eq!(kept, ["/3", "/4", "/5"]);
    }
}
