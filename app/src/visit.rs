//! One request for a page: who asks, how they want to read, and how a page answers.

use std::{convert::Infallible, net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, OriginalUri},
    response::{IntoResponse, Response},
};
use domain::text::Locale;
use http::request::Parts;
pub use leptos::nonce::Nonce;
use leptos::prelude::*;

use crate::{
    assets::Assets,
    errors::PageError,
    preferences::Preferences,
    shell,
    state::{AppState, Site},
};

/// What a handler of a page answers.
pub type PageResult = Result<Response, PageError>;

/// The request a page answers. Take it as the first argument of a handler.
#[derive(Clone)]
pub struct Visit {
    pub state: AppState,
    pub preferences: Preferences,
    /// The language of the answer.
    pub locale: Locale,
    /// Path and query of this request; where a form of the page comes back to.
    pub here: Here,
    pub(crate) nonce: Nonce,
}

/// Address of the client, as far as the server can know it; for limits, never shown or logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Path and query of the page being shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here(pub Arc<str>);

impl Visit {
    /// Shows a page: `title` without the name of the site, and the content of `<body>`.
    ///
    /// Everything is loaded before: `view` runs at once and awaits nothing. In it, [`use_context`] finds [`Locale`],
    /// [`Preferences`], [`Here`], `Arc<`[`Assets`]`>` and `Arc<`[`Site`]`>`.
    pub fn page<V: IntoView>(&self, title: impl AsRef<str>, view: impl FnOnce() -> V) -> PageResult {
        Ok(self.html(title.as_ref(), view))
    }

    pub(crate) fn html<V: IntoView>(&self, title: &str, view: impl FnOnce() -> V) -> Response {
        let owner = Owner::new_root(None);
        let html = owner.with(|| {
            provide_context(self.locale);
            provide_context(self.preferences);
            provide_context(self.here.clone());
            provide_context(self.nonce.clone());
            provide_context(self.state.assets.clone());
            provide_context(self.state.site.clone());
            let body = view().into_view().to_html();
            shell::document(self, title, body)
        });
        owner.unset_with_forced_cleanup();
        axum::response::Html(html).into_response()
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Visit::of(parts, state))
    }
}

impl Visit {
    /// Reads the request; what is missing or malformed in it takes its default.
    pub fn of(parts: &Parts, state: &AppState) -> Self {
        let preferences = Preferences::of(&parts.headers);
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let here = uri.path_and_query().map_or("/", |p| p.as_str());
        Visit {
            state: state.clone(),
            preferences,
            locale: preferences.locale(&parts.headers),
            here: Here(here.into()),
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_else(Nonce::new),
        }
    }
}

/// The shared files of the site, inside a view.
pub fn assets() -> Arc<Assets> {
    use_context().unwrap_or_default()
}

/// The language of the page, inside a view.
pub fn locale() -> Locale {
    use_context().unwrap_or_default()
}

/// Path and query of the page, inside a view: the `next` of forms that come back to it.
pub fn here() -> String {
    use_context::<Here>().map_or_else(|| "/".into(), |here| here.0.to_string())
}

/// What the operator chose, inside a view.
pub fn site() -> Option<Arc<Site>> {
    use_context()
}
