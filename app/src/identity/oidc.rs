//! Staff who sign in at an identity service: the way there and the way back.

use axum::{Form, extract::Query};
use backend::identity::{FieldError, OidcAnswer, OidcError, StaffEntry, finish_oidc, start_oidc};
use http::{HeaderValue, header::REFRESH};
use leptos::prelude::*;

use super::forms::{self, Answers, go};
use super::second_factor::SIGN_IN_FORM;
use super::sign_in::checked;
use super::staff;
use crate::{
    errors::{PageError, with_next},
    ui::{ButtonLink, CitizenLayout, Frame, PageHead},
    visit::{PageResult, Visit},
    words::{self, t},
};

/// The field beside which a failure is said.
pub(super) const BUTTON: &str = "oidc";

/// Sends the browser to the service. By a page, not by a redirect: a form of this site leads nowhere else.
pub(super) async fn start(visit: Visit, Form(answers): Form<Answers>) -> PageResult {
    let to = staff::next(&forms::next(&answers)).to_owned();
    let (viewer, token) = forms::session(&visit).await?;
    let url = match start_oidc(visit.backend(), &viewer.session, visit.address).await {
        Ok(url) => url,
        Err(error) => {
            let error = failure(error)?;
            let kept = forms::kept(&answers, &["next"]);
            forms::keep(&visit, &viewer, staff::FORM, kept, vec![error]).await?;
            return Ok(go(&visit, &checked(&with_next("/staff/sign-in", &to)), token.as_ref()));
        }
    };
    let kept = [("next".to_owned(), to)].into();
    forms::keep(&visit, &viewer, SIGN_IN_FORM, kept, Vec::new()).await?;
    let refresh = HeaderValue::try_from(format!("0; url={url}")).map_err(|_| PageError::Internal)?;
    let label = label(&visit).ok_or(PageError::NotFound)?;
    let heading = words::with(visit.locale, "oidc-going", &[("service", label.into())]);
    let frame = Frame::of(&visit);
    let mut response = visit.page(heading.clone(), move || {
        view! {
            <CitizenLayout frame bar_title=heading.clone() back="/staff/sign-in" narrow=true tabs=false>
                <PageHead title=heading lead=t!("oidc-going-text")/>
                <p>
                    <ButtonLink href=url label=t!("oidc-go")/>
                </p>
            </CitizenLayout>
        }
    })?;
    response.headers_mut().insert(REFRESH, refresh);
    if let Some(token) = &token {
        forms::give(&visit, &mut response, token);
    }
    Ok(response)
}

/// What the button says, where a service is configured.
pub(super) fn label(visit: &Visit) -> Option<String> {
    let client = visit.backend().staff.oidc.as_ref()?;
    Some(client.settings().label.get(visit.locale).to_owned())
}

/// Where the service sends the browser back to.
pub(super) async fn callback(visit: Visit, Query(answer): Query<OidcAnswer>) -> PageResult {
    let draft = forms::draft(&visit, SIGN_IN_FORM).await?;
    let to = staff::next(draft.get("next")).to_owned();
    let (viewer, token) = forms::session(&visit).await?;
    match finish_oidc(visit.backend(), &viewer.session, &answer).await {
        Ok(StaffEntry::In(signed_in)) => {
            forms::forget(&visit, &viewer, SIGN_IN_FORM).await?;
            let to = if signed_in.must_change { "/staff/password" } else { &to };
            Ok(go(&visit, to, Some(&signed_in.token)))
        }
        Ok(StaffEntry::SecondFactorNeeded(token)) => Ok(go(&visit, "/staff/sign-in/code", Some(&token))),
        Err(error) => {
            forms::keep(&visit, &viewer, staff::FORM, Answers::new(), vec![failure(error)?]).await?;
            Ok(go(&visit, &checked(&with_next("/staff/sign-in", &to)), token.as_ref()))
        }
    }
}

/// What the sign-in page says of it.
fn failure(error: OidcError) -> Result<FieldError, PageError> {
    let code = error.code();
    match error {
        OidcError::Storage(error) => Err(error.into()),
        OidcError::NotConfigured => Err(PageError::NotFound),
        OidcError::TooOften { retry_at } => Ok(FieldError::new(BUTTON, "too-often").until(Some(retry_at))),
        _ => Ok(FieldError::new(BUTTON, code.unwrap_or_default())),
    }
}
