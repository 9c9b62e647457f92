//! Figures of a place and all within it, for who supervises or audits it.

mod address;
mod charts;
mod csv;
mod show;

use axum::Router;
use axum::routing::get;
use backend::figures::FiguresError;

use crate::errors::PageError;
use crate::state::AppState;
use crate::visit::Visit;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/staff/figures", get(show::show)).route("/staff/figures.csv", get(csv::download))
}

fn fail(visit: &Visit, error: FiguresError) -> PageError {
    match error {
        FiguresError::Denied(denied) => visit.denied(denied),
        FiguresError::NotFound | FiguresError::Period(_) => PageError::NotFound,
        FiguresError::Storage(error) => error.into(),
    }
}
