//! 目录管理: the definitions of a department. Versions side by side, proposals and who publishes them, the end of services,
//! and trying a definition out.

mod compare;
mod decide;
mod dry_run;
mod edit;
mod list;
mod new;
mod proposal;
mod retire;
mod service;

use axum::Router;
use axum::routing::get;
use backend::catalog::manage::CatalogueError;
use http::StatusCode;

use crate::errors::PageError;
use crate::state::AppState;
use crate::visit::Visit;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/catalogue", get(list::show))
        .route("/staff/catalogue/new", get(new::ask).post(new::begin))
        .route("/staff/catalogue/services/{code}", get(service::show))
        .route("/staff/catalogue/services/{code}/compare", get(compare::show))
        .route("/staff/catalogue/services/{code}/propose", get(service::back).post(edit::begin))
        .route("/staff/catalogue/services/{code}/end", get(retire::ask).post(retire::propose))
        .route("/staff/catalogue/versions/{id}/try", get(dry_run::show_version).post(dry_run::keep_version))
        .route("/staff/catalogue/proposals/{id}", get(proposal::show).post(edit::save))
        .route(
            "/staff/catalogue/proposals/{id}/try",
            get(dry_run::show_proposal).post(dry_run::keep_proposal),
        )
        .route("/staff/catalogue/proposals/{id}/revise", get(proposal::back).post(edit::revise))
        .route("/staff/catalogue/proposals/{id}/withdraw", get(proposal::back).post(edit::withdraw))
        .route("/staff/catalogue/proposals/{id}/again", get(proposal::back).post(edit::again))
        .route("/staff/catalogue/proposals/{id}/approve", get(proposal::back).post(decide::approve))
        .route("/staff/catalogue/proposals/{id}/reject", get(proposal::back).post(decide::reject))
}

/// The answer to a failed use case. What a form can mend is handled by its action before this.
fn fail(visit: &Visit, error: CatalogueError) -> PageError {
    match error {
        CatalogueError::Denied(denied) => visit.denied(denied),
        // Noted, it is a plain refusal.
        CatalogueError::Outside(_) => PageError::Forbidden,
        CatalogueError::NotFound => PageError::NotFound,
        CatalogueError::TooLarge => PageError::Status(StatusCode::PAYLOAD_TOO_LARGE),
        CatalogueError::TooMany => PageError::Status(StatusCode::TOO_MANY_REQUESTS),
        CatalogueError::Storage(error) => error.into(),
        _ => PageError::Conflict,
    }
}

/// The code under which a page finds the words for what a form can mend; `None` for everything else.
fn mendable(error: &CatalogueError) -> Option<&'static str> {
    match error {
        CatalogueError::Changed | CatalogueError::NotPossible(_) => Some("changed"),
        CatalogueError::Own => Some("own"),
        CatalogueError::Stale => Some("stale"),
        CatalogueError::Unsound(_) => Some("unsound"),
        CatalogueError::Same => Some("same"),
        CatalogueError::Day => Some("day"),
        CatalogueError::Grace => Some("grace"),
        CatalogueError::Note => Some("note"),
        CatalogueError::Code => Some("code"),
        CatalogueError::Taken => Some("taken"),
        CatalogueError::Successor => Some("successor"),
        CatalogueError::TooMany => Some("too-many"),
        _ => None,
    }
}

/// The codes of [`mendable`]; others in an address say nothing.
const MENDABLE: [&str; 12] = [
    "changed",
    "own",
    "stale",
    "unsound",
    "same",
    "day",
    "grace",
    "note",
    "code",
    "taken",
    "successor",
    "too-many",
];

/// What is wrong, in words, from the code in the address.
fn wrong_words(visit: &Visit, code: Option<&str>) -> Option<(&'static str, String)> {
    let code = MENDABLE.into_iter().find(|known| Some(*known) == code)?;
    Some((code, crate::words::text(visit.locale, &format!("error-cat-{code}"))))
}

#[cfg(test)]
mod tests {
    use domain::text::Locale;

    use super::*;

    #[test]
    fn everything_that_a_form_can_mend_has_words() {
        for code in MENDABLE {
            assert!(crate::words::has(Locale::Zh, &format!("error-cat-{code}")), "{code}");
        }
        for error in [CatalogueError::Stale, CatalogueError::Unsound(3), CatalogueError::Grace] {
            assert!(mendable(&error).is_some_and(|code| MENDABLE.contains(&code)));
        }
        assert_eq!(mendable(&CatalogueError::NotFound), None);
    }
}
