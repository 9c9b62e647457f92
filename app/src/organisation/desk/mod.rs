//! The organisation as its administrators keep it: places, offices, posts, people and accounts; and deputies (代岗), which
//! every clerk has a page for.

mod account;
mod appointment;
mod deputies;
mod office;
mod place;
mod post;
mod sheet;
mod words;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/organisation", get(place::home))
        .route("/staff/organisation/places/{code}", get(place::show))
        .route("/staff/organisation/places/{code}/open", get(place::ask).post(place::open))
        .route("/staff/organisation/offices/{id}", get(office::show))
        .route("/staff/organisation/offices/{id}/describe", get(office::ask).post(office::describe))
        .route("/staff/organisation/offices/{id}/abolish", get(office::confirm).post(office::abolish))
        .route("/staff/organisation/offices/{id}/history", get(office::history))
        .route("/staff/organisation/offices/{id}/post", get(post::ask).post(post::open))
        .route("/staff/organisation/offices/{id}/account", get(account::ask).post(account::make))
        .route("/staff/organisation/posts/{id}", get(post::show))
        .route("/staff/organisation/posts/{id}/close", get(post::confirm).post(post::close))
        .route("/staff/organisation/posts/{id}/appoint", get(appointment::ask).post(appointment::make))
        .route("/staff/organisation/posts/{post}/end/{id}", get(appointment::confirm).post(appointment::end))
        .route("/staff/organisation/accounts/{id}", get(account::show).post(account::noted))
        .route(
            "/staff/organisation/accounts/{id}/password",
            get(account::confirm_password).post(account::give_password),
        )
        .route(
            "/staff/organisation/accounts/{id}/second-factor",
            get(account::confirm_factor).post(account::take_factor),
        )
        .route("/staff/organisation/accounts/{id}/close", get(account::confirm_close).post(account::close))
        .route("/staff/deputies", get(deputies::show).post(deputies::hand_over))
        .route("/staff/deputies/{id}/end", get(deputies::confirm).post(deputies::end))
}
