//! The static files of the site: inside a release binary, from `target/site` in a development build.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use app::assets::Assets;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderMap, HeaderValue, StatusCode, Uri,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
};
use rust_embed::RustEmbed;

use crate::http::encoding::{Codings, Encoded};

#[derive(RustEmbed)]
#[folder = "../target/site/"]
#[allow_missing = true]
struct Embedded;

/// Which links a browser may fetch when a finger or a pointer nears them: public pages, of which nobody keeps a log.
const SPECULATION_RULES: &str = "speculation-rules.json";

/// All static files, in memory.
#[derive(Default)]
pub struct Site {
    files: HashMap<String, File>,
    pub assets: Arc<Assets>,
}

struct File {
    content_type: &'static str,
    cache: &'static str,
    etag: HeaderValue,
    body: Encoded,
}

/// Why there is no site to serve.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    #[error("the site has not been built: run `cargo xtask build`")]
    NotBuilt,
    #[error("target/site/site.json is damaged: run `cargo xtask build`")]
    Damaged(#[source] serde_json::Error),
}

impl Site {
    /// Reads the whole site.
    pub fn load() -> Result<Site, SiteError> {
        let index = Embedded::get("site.json").ok_or(SiteError::NotBuilt)?;
        let urls: BTreeMap<String, String> =
            serde_json::from_slice(&index.data).map_err(SiteError::Damaged)?;
        let mut files = HashMap::new();
        for path in
            Embedded::iter().filter(|p| p != "site.json" && !p.ends_with(".br") && !p.ends_with(".gz"))
        {
            let Some(file) = Embedded::get(&path) else { continue };
            let hash = file.metadata.sha256_hash();
            let etag: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
            files.insert(
                format!("/{path}"),
                File {
                    content_type: content_type(&path),
                    cache: cache(&path),
                    // Hexadecimal digits in quotes are a valid header value.
                    etag: HeaderValue::try_from(format!("\"{etag}\""))
                        .unwrap_or(HeaderValue::from_static("\"\"")),
                    body: Encoded {
                        plain: bytes(file.data),
                        brotli: Embedded::get(&format!("{path}.br")).map(|f| bytes(f.data)),
                        gzip: Embedded::get(&format!("{path}.gz")).map(|f| bytes(f.data)),
                    },
                },
            );
        }
        Ok(Site { files, assets: Arc::new(Assets::new(urls)) })
    }

    /// A route for each file.
    pub fn routes(self: Arc<Self>) -> Router {
        let mut router = Router::new();
        for path in self.files.keys() {
            router = router.route(path, get(serve));
        }
        router.with_state(self)
    }
}

fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }
}

fn content_type(path: &str) -> &'static str {
    if path == SPECULATION_RULES {
        return "application/speculationrules+json";
    }
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

/// Names under `assets/` contain the hash of their content and never change; the others are asked for again.
fn cache(path: &str) -> &'static str {
    match path {
        "sw.js" => "no-cache",
        _ if path.starts_with("assets/") => "public, max-age=31536000, immutable",
        _ => "public, max-age=3600",
    }
}

async fn serve(State(site): State<Arc<Site>>, uri: Uri, headers: HeaderMap) -> Response {
    let Some(file) = site.files.get(uri.path()) else { return StatusCode::NOT_FOUND.into_response() };
    let mut answer = HeaderMap::new();
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(file.cache));
    answer.insert(ETAG, file.etag.clone());
    answer.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if headers.get(IF_NONE_MATCH) == Some(&file.etag) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    let body = file.body.choose(Codings::accepted(&headers), &mut answer);
    (answer, body).into_response()
}
