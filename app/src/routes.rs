//! Every page and action, by domain.

use axum::Router;

use crate::{demo, errors, home, preferences, state::AppState};

/// All routes of the site except static files, health and the public API.
pub fn routes(state: &AppState) -> Router<AppState> {
    let mut router = Router::new().merge(home::routes()).merge(preferences::routes());
    if state.site.demo {
        router = router.merge(demo::routes());
    }
    router.fallback(errors::not_found)
}
