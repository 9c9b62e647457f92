//! Signing in, proving identity, and everything under 我的 that is about oneself.

mod access_log;
mod agent;
mod code;
mod contact;
pub mod cookie;
mod entities;
mod forms;
pub(crate) use forms::error_text;
mod me;
mod oidc;
mod password;
mod second_factor;
mod sessions;
mod sign_in;
mod staff;
mod verify;

use axum::{
    Router,
    routing::{get, post},
};

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/sign-in", get(sign_in::phone).post(sign_in::send_code))
        .route("/register", get(sign_in::phone).post(sign_in::send_code))
        .route("/sign-in/code", get(sign_in::code_page).post(sign_in::check_code))
        .route("/sign-in/resend", post(sign_in::send_again))
        .route("/sign-in/password", get(sign_in::password).post(sign_in::check_password))
        .route("/sign-in/again", get(sign_in::again))
        .route("/sign-out", post(sign_in::leave))
        .route("/me", get(me::show))
        .route("/me/verify", get(verify::show).post(verify::check))
        .route("/me/contact", get(contact::show))
        .route("/me/contact/phone", get(contact::phone).post(contact::send_phone_code))
        .route("/me/contact/phone/code", get(contact::phone_code_page).post(contact::check_phone_code))
        .route("/me/contact/phone/resend", post(contact::send_phone_code_again))
        .route("/me/contact/mail", get(contact::mail).post(contact::send_mail_code))
        .route("/me/contact/mail/code", get(contact::mail_code_page).post(contact::check_mail_code))
        .route("/me/contact/mail/resend", post(contact::send_mail_code_again))
        .route("/me/password", get(password::show).post(password::change))
        .route("/me/sessions", get(sessions::show).post(sessions::end))
        .route("/me/access-log", get(access_log::show))
        .route("/me/entities", get(entities::show).post(entities::change))
        .route("/staff/sign-in", get(staff::show).post(staff::check))
        .route(
            "/staff/sign-in/code",
            get(second_factor::sign_in_code).post(second_factor::check_sign_in_code),
        )
        .route("/staff/oidc/start", post(oidc::start))
        .route("/staff/oidc/callback", get(oidc::callback))
        .route("/staff/sign-out", post(staff::leave))
        .route("/staff/second-factor", get(second_factor::show).post(second_factor::change))
        .route("/staff/password", get(staff::password).post(staff::change_password))
}
