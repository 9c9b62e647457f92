//! One request for a page: who asks, how they want to read, and how a page answers.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    extract::{FromRequestParts, OriginalUri},
    response::{IntoResponse, Response},
};
use backend::{
    Backend,
    catalog::Reference,
    identity::{Actor, Denied, Person, StaffMember, Viewer, Who, authenticate},
};
use domain::text::Locale;
use http::{HeaderMap, HeaderValue, header::USER_AGENT, request::Parts};
use hydration_context::SsrSharedContext;
pub use leptos::nonce::Nonce;
use leptos::prelude::*;

use crate::{
    assets::Assets,
    errors::PageError,
    identity::cookie,
    preferences::Preferences,
    shell,
    state::{AppState, Site},
    words,
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
    /// The live session of this browser, if it has one.
    pub viewer: Option<Arc<Viewer>>,
    /// For limits; 0.0.0.0 when the server does not know it.
    pub address: IpAddr,
    pub(crate) user_agent: Option<HeaderValue>,
    actor: Actor,
    pub(crate) nonce: Nonce,
}

/// Address of the client, as far as the server can know it; for limits, never shown or logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// Path and query of the page being shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here(pub Arc<str>);

/// How someone reads of whom nothing else is known; with the address, all that a [`Public`] page depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reader {
    pub locale: Locale,
    pub preferences: Preferences,
}

impl Reader {
    /// `None` for who may be signed in.
    pub fn unknown(headers: &HeaderMap, site: &Site, reference: &Reference) -> Option<Self> {
        let preferences = Preferences::of(headers).of_here(reference);
        let unknown = cookie::token(headers, site).is_none();
        unknown.then(|| Reader { locale: preferences.locale(headers), preferences })
    }
}

/// On an answer: a page of the catalogue and nothing else, without a script, so that every [`Reader`] alike gets the same.
#[derive(Clone, Copy, Debug)]
pub struct Public;

impl Visit {
    /// Shows a page: `title` without the name of the site, and the content of `<body>`.
    ///
    /// Everything is loaded before: `view` runs at once and awaits nothing. In it, [`use_context`] finds [`Locale`],
    /// [`Preferences`], [`Here`], `Arc<`[`Assets`]`>` and `Arc<`[`Site`]`>`.
    pub fn page<V: IntoView>(&self, title: impl AsRef<str>, view: impl FnOnce() -> V) -> PageResult {
        Ok(self.html(title.as_ref(), view))
    }

    /// As [`Visit::page`], for what is made of the catalogue alone: [`Public`] for who is not signed in. Addresses that
    /// differ from the page's own `address` are shown, but not marked: of those anyone can think up any number.
    pub(crate) fn public_page<V: IntoView>(
        &self,
        address: &str,
        title: impl AsRef<str>,
        view: impl FnOnce() -> V,
    ) -> PageResult {
        let html = self.render(title.as_ref(), view);
        let public = self.viewer.is_none() && *self.here.0 == *address && !shell::has_script(&html);
        let mut response = axum::response::Html(html).into_response();
        if public {
            response.extensions_mut().insert(Public);
        }
        Ok(response)
    }

    pub(crate) fn html<V: IntoView>(&self, title: &str, view: impl FnOnce() -> V) -> Response {
        axum::response::Html(self.render(title, view)).into_response()
    }

    fn render<V: IntoView>(&self, title: &str, view: impl FnOnce() -> V) -> String {
        // Islands with children look for it while they are rendered.
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
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
        html
    }
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let mut visit = Visit::of(parts, state);
        if let Some(token) = cookie::token(&parts.headers, &state.site) {
            let viewer = authenticate(&state.backend, token).await?;
            visit = visit.with_viewer(viewer, parts);
        }
        Ok(visit)
    }
}

impl Visit {
    /// Reads the request without its session; what is missing or malformed in it takes its default.
    pub fn of(parts: &Parts, state: &AppState) -> Self {
        let preferences = Preferences::of(&parts.headers);
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let here = uri.path_and_query().map_or("/", |p| p.as_str());
        Visit {
            state: state.clone(),
            preferences,
            locale: preferences.locale(&parts.headers),
            here: Here(here.into()),
            viewer: None,
            address: parts.extensions.get::<ClientAddress>().map_or(Ipv4Addr::UNSPECIFIED.into(), |a| a.0),
            user_agent: parts.headers.get(USER_AGENT).cloned(),
            actor: Actor::Anonymous,
            nonce: parts.extensions.get::<Nonce>().cloned().unwrap_or_else(Nonce::new),
        }
    }
}

impl Visit {
    fn with_viewer(mut self, viewer: Option<Viewer>, parts: &Parts) -> Self {
        let Some(viewer) = viewer else { return self };
        // How a person wants to read follows their account; before they ever chose, this device.
        let own =
            viewer.person().and_then(|p| serde_json::from_value::<Preferences>(p.preferences.clone()).ok());
        if let Some(own) = own {
            self.preferences = own;
            self.locale = own.locale(&parts.headers);
        }
        self.actor = viewer.actor();
        self.viewer = Some(Arc::new(viewer));
        self
    }

    pub fn backend(&self) -> &Backend {
        &self.state.backend
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person who is signed in; else they are sent to sign in.
    pub fn person(&self) -> Result<&Person, PageError> {
        self.actor.person().map_err(|denied| self.denied(denied))?;
        // An actor that is a person comes from a viewer that is one.
        self.viewer.as_ref().and_then(|v| v.person()).ok_or(PageError::Internal)
    }

    /// The person who is signed in and has proven their identity; else they are sent to do that.
    pub fn verified_person(&self) -> Result<&Person, PageError> {
        self.actor.verified_person().map_err(|denied| self.denied(denied))?;
        self.person()
    }

    /// The member of staff who is signed in; else they are sent to sign in, to choose a password of
    /// their own, or to set up a second factor.
    pub fn staff(&self) -> Result<&StaffMember, PageError> {
        let staff = self.any_staff()?;
        match staff {
            StaffMember { must_change: true, .. } => Err(PageError::PasswordNeeded),
            StaffMember { must_enrol: true, .. } => Err(PageError::SecondFactorNeeded),
            staff => Ok(staff),
        }
    }

    /// As [`Visit::staff`], even with a one-time password or without the second factor.
    pub(crate) fn any_staff(&self) -> Result<&StaffMember, PageError> {
        match self.viewer.as_ref().map(|v| &v.who) {
            Some(Who::Staff(staff)) => Ok(staff),
            // A citizen's session does not open the doors of staff; signing in again does.
            _ => Err(PageError::StaffSignInNeeded { next: self.here.0.to_string() }),
        }
    }

    /// Refuses who proved themself more than ten minutes ago; they are asked again and come back.
    pub fn recent(&self) -> Result<(), PageError> {
        self.actor.require_recent().map_err(|denied| self.denied(denied))
    }

    /// Where one is sent who may not do this, or not yet.
    pub fn denied(&self, denied: Denied) -> PageError {
        let next = self.here.0.to_string();
        match denied {
            Denied::SignInNeeded => PageError::SignInNeeded { next },
            Denied::VerificationNeeded => PageError::VerificationNeeded { next },
            Denied::ReauthenticationNeeded => PageError::ReauthenticationNeeded { next },
            Denied::Forbidden => PageError::Forbidden,
        }
    }

    /// Name of the authority that a department is, in the language of the answer; `None` for one that is not there.
    pub fn authority(&self, department: &str) -> Option<String> {
        let department = self.backend().catalog.reference.department(department)?;
        Some(department.authority.get(self.locale).to_owned())
    }

    /// For whom the person acts, in words: their own name or that of a legal entity.
    pub fn acting_as(&self) -> String {
        let Some(person) = self.viewer.as_ref().and_then(|v| v.person()) else { return String::new() };
        match (&person.entity, &person.name) {
            (Some(entity), _) => entity.name.clone(),
            (None, Some(name)) => name.clone(),
            (None, None) => words::text(self.locale, "me-not-verified"),
        }
    }
}

/// The shared files of the site, inside a view.
pub fn assets() -> Arc<Assets> {
    of_the_page().unwrap_or_default()
}

/// The language of the page, inside a view.
pub fn locale() -> Locale {
    of_the_page().unwrap_or_default()
}

/// Path and query of the page, inside a view: the `next` of forms that come back to it.
pub fn here() -> String {
    of_the_page::<Here>().map_or_else(|| "/".into(), |here| here.0.to_string())
}

/// What the operator chose, inside a view.
pub fn site() -> Option<Arc<Site>> {
    use_context()
}

/// What [`Visit::page`] tells every part of a page. A part that a handler makes before its page would get defaults,
/// icons without a sprite and words in another language; tests stop there.
fn of_the_page<T: Clone + 'static>() -> Option<T> {
    let told = use_context();
    debug_assert!(told.is_some(), "a part of a page is made outside of `Visit::page`");
    told
}
