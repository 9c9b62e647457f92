//! Every page and action, by domain.

use axum::Router;

use crate::{
    about, cases, catalog, certificates, demo, errors, figures, identity, messages, organisation,
    preferences, registers, reviews, state::AppState,
};

/// All routes of the site except static files, health and the public API.
pub fn routes(state: &AppState) -> Router<AppState> {
    let mut router = Router::new()
        .merge(about::routes())
        .merge(catalog::routes())
        .merge(preferences::routes())
        .merge(cases::routes())
        .merge(certificates::routes())
        .merge(figures::routes())
        .merge(identity::routes())
        .merge(messages::routes())
        .merge(organisation::routes())
        .merge(registers::routes())
        .merge(reviews::routes());
    if state.site.demo {
        router = router.merge(demo::routes()).merge(messages::demo_routes());
    }
    router.fallback(errors::not_found)
}
