//! 掌上办公: the clerk's desk. The queue of an office, a case with its evidence, in whose hands it is, decisions, and
//! revoking certificates.

mod bulk;
mod chooser;
mod closed;
mod conflict;
mod decide;
pub(crate) mod draft;
mod events;
mod examine;
mod filter;
pub(crate) mod frame;
mod hands;
mod identify;
mod live;
mod me;
mod notes;
mod pay;
pub(crate) mod queue;
mod reasons;
mod revoke;
mod search;
mod show;
mod sought;
mod supervise;
mod supplement;
mod unmask;
mod values;
mod views;

pub(crate) use values::Teller;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff", get(queue::show))
        .route("/staff/bulk", get(bulk::outcomes).post(bulk::act))
        .route("/staff/bulk/approve", get(bulk::confirm).post(bulk::approve))
        .route("/staff/done", get(closed::show))
        .route("/staff/events", get(events::stream))
        .route("/staff/me", get(me::show))
        .route("/staff/search", get(search::show).post(search::keep))
        .route("/staff/views", get(views::show).post(views::save))
        .route("/staff/views/{view}/rename", get(views::back).post(views::rename))
        .route("/staff/views/{view}/first", get(views::back).post(views::first))
        .route("/staff/views/{view}/delete", get(views::back).post(views::delete))
        .route("/staff/reasons/{office}", get(reasons::show).post(reasons::add))
        .route("/staff/reasons/{office}/{template}", get(reasons::back_from).post(reasons::change))
        .route("/staff/reasons/{office}/{template}/delete", get(reasons::back_from).post(reasons::delete))
        .route("/staff/cases/{id}", get(show::show))
        .route("/staff/cases/{id}/accept", get(decide::back).post(decide::accept))
        .route("/staff/cases/{id}/claim", get(decide::back).post(hands::claim))
        .route("/staff/cases/{id}/release", get(decide::back).post(hands::release))
        .route("/staff/cases/{id}/assign", get(decide::back).post(hands::assign))
        .route("/staff/cases/{id}/notes", get(decide::back).post(notes::add))
        .route("/staff/cases/{id}/notes/{note}/strike", get(notes::back_to_case).post(notes::strike))
        .route("/staff/cases/{id}/transfer", get(hands::ask).post(hands::transfer))
        .route("/staff/cases/{id}/supplement", get(supplement::ask).post(supplement::send))
        .route("/staff/cases/{id}/opinion", get(decide::back).post(examine::give))
        .route("/staff/examination", get(examine::list))
        .route("/staff/supervision", get(supervise::list))
        .route("/staff/supervision/{id}", get(supervise::back).post(supervise::take_note))
        .route("/staff/cases/{id}/pay", get(pay::ask).post(pay::keep))
        .route("/staff/cases/{id}/approve", get(decide::confirm_approval).post(decide::approve))
        .route("/staff/cases/{id}/decline", get(decide::ask_decline).post(decide::keep_decline))
        .route("/staff/cases/{id}/decline/confirm", get(decide::check_decline).post(decide::decline))
        .route("/staff/cases/{id}/refuse", get(decide::ask_refusal).post(decide::keep_refusal))
        .route("/staff/cases/{id}/refuse/confirm", get(decide::check_refusal).post(decide::refuse))
        .route("/staff/cases/{id}/identify/{field}", get(identify::ask).post(identify::keep))
        .route("/staff/cases/{id}/unmask/{what}", get(unmask::ask).post(unmask::show))
        .route("/staff/certificates/revoke", get(revoke::ask).post(revoke::keep))
        .route("/staff/certificates/revoke/confirm", get(revoke::check).post(revoke::revoke))
}
