//! Where a browser comes to: one chooses who to be, and goes back with a code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CLIENT_ID, Config, Grant, Issuer, SERVICE, Spoil, demo_clerks};
use crate::problem::Problem;

/// The only page of a client that browsers are sent back to.
const CALLBACK: &str = "/staff/oidc/callback";

/// What the portal asks for.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Asked {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    #[serde(default)]
    state: String,
    nonce: Option<String>,
    code_challenge: String,
    code_challenge_method: String,
}

/// Who was chosen.
#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(flatten)]
    asked: Asked,
    /// Empty to go back.
    subject: String,
    /// Whether a code of a phone was given, too.
    otp: Option<String>,
}

impl Asked {
    fn check(&self) -> Result<(), Problem> {
        let known = self.client_id == CLIENT_ID && self.redirect_uri.ends_with(CALLBACK);
        if !known || !self.redirect_uri.starts_with("http") || self.redirect_uri.contains(['?', '#']) {
            return Err(Problem::bad("client", "no such client, or it is not sent back to this address"));
        }
        let flow = self.response_type == "code" && self.scope.split(' ').any(|scope| scope == "openid");
        if !flow || self.code_challenge_method != "S256" || self.code_challenge.len() != 43 {
            return Err(Problem::bad("flow", "only the code flow with PKCE by S256 is offered"));
        }
        Ok(())
    }
}

pub(super) async fn choose(
    State(config): State<Config>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    config.switches.pass(SERVICE).await?;
    asked.check()?;
    let fields = serde_json::to_value(&asked).unwrap_or_default();
    let hidden: String = fields
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name, value.as_str()?)))
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
        .collect();
    let buttons: String = demo_clerks()
        .iter()
        .map(|clerk| {
            let (subject, name) = (clerk.subject, clerk.name);
            format!("<p><button name=\"subject\" value=\"{subject}\">{name} {subject}</button></p>")
        })
        .collect();
    Ok(Html(format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>替身：统一身份认证</title><main><h1>替身：统一身份认证</h1>\
         <p lang=\"en\">A stand-in for a provincial identity service. Choose who to be.</p>\
         <form method=\"post\" action=\"/oidc/authorize\">{hidden}\
         <p><label><input type=\"checkbox\" name=\"otp\" value=\"yes\"> 同时验证手机 · with a second factor</label></p>\
         {buttons}<p><button name=\"subject\" value=\"\">返回 · Go back</button></p></form></main></html>"
    )))
}

pub(super) async fn chosen(
    State(config): State<Config>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    config.switches.pass(SERVICE).await?;
    let Chosen { asked, subject, otp } = chosen;
    asked.check()?;
    let issuer = &config.issuer;
    let mut back = vec![("state", asked.state.clone())];
    let named = if issuer.spoilt(Spoil::AnswerIssuer) { "https://another.example" } else { &issuer.url };
    if !issuer.spoilt(Spoil::NoAnswerIssuer) {
        back.push(("iss", named.to_owned()));
    }
    if subject.is_empty() {
        back.push(("error", "access_denied".to_owned()));
    } else if demo_clerks().iter().any(|clerk| clerk.subject == subject) {
        let code = code(issuer, &asked, &subject);
        issuer.keep(Grant {
            code: code.clone(),
            subject,
            redirect_uri: asked.redirect_uri.clone(),
            challenge: asked.code_challenge,
            nonce: asked.nonce,
            two_factors: otp.is_some(),
            made_at: (config.clock)(),
        });
        back.push(("code", code));
    } else {
        return Err(Problem::unknown_subject());
    }
    let query: Vec<String> = back.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
    let to = format!("{}?{}", asked.redirect_uri, query.join("&"));
    let mut response = Redirect::to(&to).into_response();
    *response.status_mut() = StatusCode::SEE_OTHER;
    Ok(response)
}

/// A code that nobody guesses who has not the key: the state is new each time.
fn code(issuer: &Issuer, asked: &Asked, subject: &str) -> String {
    let secret = issuer.key.to_bytes();
    let text = format!("{}|{}|{subject}", asked.state, asked.code_challenge);
    URL_SAFE_NO_PAD.encode(Sha256::digest([&secret[..], text.as_bytes()].concat()))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
