//! The public page on which anyone checks a certificate: with script in the browser, also without network; without
//! script on the server.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::certificates::lookup::{LookupError, by_number};
use backend::certificates::share;
use backend::identity::FieldError;
use domain::certificates::{ExpectedBinding, NumberError, link};
use domain::text::Locale;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use serde::Deserialize;

use super::finding::{ANSWERS, Finding};
use crate::cases::fail;
use crate::certificates::stranger::Stranger;
use crate::certificates::trust::kinds;
use crate::errors::PageError;
use crate::identity::error_text;
use crate::ui::{
    Alert, AlertKind, ButtonKind, Card, CitizenLayout, Disclosure, ErrorLink, ErrorSummary, Frame, IconName,
    PageHead, SubmitButton, TextArea, TextField, TextKind,
};
use crate::visit::{Nonce, PageResult, Visit, assets, locale};
use crate::words::{t, text, with};

#[derive(Deserialize)]
pub(in crate::certificates) struct Asked {
    number: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::certificates) struct Pasted {
    presentation: String,
    /// For whom and for which occasion the holder was asked to sign; both or neither.
    #[serde(default)]
    audience: String,
    #[serde(default)]
    nonce: String,
}

/// The page itself, or what is known about a number.
pub(in crate::certificates) async fn show(
    Stranger(visit): Stranger,
    Query(asked): Query<Asked>,
) -> PageResult {
    let mut form = Forms::default();
    let Some(number) = asked.number else {
        let mut page = page(&visit, text(visit.locale, "cert-check-title"), None, None, Some(form))?;
        // The same for everyone: a device may keep it, after asking whether there is a newer one.
        page.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        return Ok(page);
    };
    match by_number(visit.backend(), visit.address, &number).await {
        Ok(found) => {
            let finding = Finding::registered(&visit, &found);
            page(&visit, finding.title.clone(), Some(finding), None, None)
        }
        Err(LookupError::NotFound) => {
            let finding = Finding::unregistered(&visit);
            form.number = number;
            page(&visit, finding.title.clone(), Some(finding), None, Some(form))
        }
        Err(LookupError::Number(wrong)) => {
            form.number_error = Some(text(visit.locale, number_error(&number, wrong)));
            form.number = number;
            page(&visit, title_with_error(visit.locale), None, None, Some(form))
        }
        Err(LookupError::TooOften { retry_at }) => {
            let error = FieldError::new("number", "too-often").until(Some(retry_at));
            form.number_error = Some(error_text(visit.locale, &error, visit.backend().now()));
            form.number = number;
            let mut page = page(&visit, text(visit.locale, "cert-check-title"), None, None, Some(form))?;
            *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            Ok(page)
        }
        Err(LookupError::Storage(error)) => Err(error.into()),
    }
}

/// What was pasted, checked here: for browsers without script. Nothing of it is kept.
pub(in crate::certificates) async fn check(
    Stranger(visit): Stranger,
    Form(pasted): Form<Pasted>,
) -> PageResult {
    let Pasted { presentation: text, audience, nonce } = pasted;
    if text.trim().is_empty() {
        let pasted_error = Some(crate::words::text(visit.locale, "error-certificate-paste-empty"));
        let forms = Forms { audience, nonce, pasted_error, ..Forms::default() };
        return page(&visit, title_with_error(visit.locale), None, None, Some(forms));
    }
    if let Some(path) = link::page(&visit.backend().public_url, &text) {
        return Ok(Redirect::to(&path).into_response());
    }
    let presentation = link::read(&text);
    let [audience, nonce] = [audience, nonce].map(|typed| typed.trim().to_owned());
    let found = match (audience.is_empty(), nonce.is_empty()) {
        (true, true) => share::check(visit.backend(), presentation).await,
        // With one of them empty, nothing fits: a signature says both.
        _ => {
            let occasion = ExpectedBinding { nonce: nonce.clone(), audience: audience.clone() };
            share::check_bound(visit.backend(), presentation, occasion).await
        }
    };
    let found = found.map_err(|e| fail(&visit, e))?;
    let finding = finding(&visit, &found);
    page(
        &visit,
        finding.title.clone(),
        Some(finding),
        None,
        Some(Forms { pasted: text, audience, nonce, ..Forms::default() }),
    )
}

/// What a holder shows.
pub(in crate::certificates) async fn shown(visit: Visit, Path(token): Path<String>) -> PageResult {
    let Some(found) = share::shown(visit.backend(), &token).await.map_err(|e| fail(&visit, e))? else {
        let finding = Finding::bare(visit.locale, "gone");
        let mut page = page(&visit, finding.title.clone(), Some(finding), None, None)?;
        *page.status_mut() = StatusCode::NOT_FOUND;
        return Ok(page.into_response());
    };
    let finding = finding(&visit, &found);
    let until = found.expires_at.map(|at| at.display_minutes()).unwrap_or_default();
    let shown = Shown { presentation: found.presentation, until };
    page(&visit, finding.title.clone(), Some(finding), Some(shown), None)
}

fn title_with_error(locale: Locale) -> String {
    with(locale, "title-with-error", &[("title", text(locale, "cert-check-title").into())])
}

fn finding(visit: &Visit, found: &share::Shown) -> Finding {
    let now = visit.backend().now().display_minutes();
    let how = with(visit.locale, "cert-check-online", &[("time", now.into())]);
    Finding::of(visit.locale, &kinds(visit.backend()), &found.verification, how)
}

fn number_error(typed: &str, wrong: NumberError) -> &'static str {
    match wrong {
        _ if typed.trim().is_empty() => "error-certificate-number-empty",
        NumberError::Root => "error-certificate-number-root",
        NumberError::Fields => "error-certificate-number-fields",
        NumberError::Kind
        | NumberError::Issuer
        | NumberError::Serial
        | NumberError::Version
        | NumberError::Check => "error-certificate-number-check",
    }
}

/// What the forms of the page hold.
#[derive(Default)]
struct Forms {
    pasted: String,
    pasted_error: Option<String>,
    audience: String,
    nonce: String,
    number: String,
    number_error: Option<String>,
}

/// A presentation that the page shows, for the check in the browser.
struct Shown {
    presentation: String,
    until: String,
}

fn page(
    visit: &Visit,
    title: String,
    finding: Option<Finding>,
    shown: Option<Shown>,
    forms: Option<Forms>,
) -> Result<axum::response::Response, PageError> {
    let frame = Frame::of(visit);
    let words = script_words(visit.locale);
    let back = if finding.is_some() { "/verify" } else { "/" };
    visit.page(title, move || {
        let locale = locale();
        let nonce = use_context::<Nonce>();
        let answered = finding.is_some();
        let presentation = shown.as_ref().map(|s| s.presentation.clone());
        let templates = ANSWERS
            .into_iter()
            .map(|(name, _)| {
                view! { <template id=format!("answer-{name}")>{Finding::bare(locale, name).view()}</template> }
            })
            .collect_view();
        view! {
            <CitizenLayout frame bar_title=t!("cert-check-title") back narrow=true>
                <div
                    class="stack stack-l"
                    data-verify="/verify/trust.json"
                    data-words=words
                    data-presentation=presentation
                >
                    <div data-part="result" tabindex="-1">{finding.map(Finding::view)}</div>
                    {shown.map(credential)}
                    <p class="row no-print" data-part="next" hidden=!answered>
                        <button type="button" class="btn btn-secondary" data-part="again" hidden=true>
                            {t!("cert-check-again")}
                        </button>
                        <a class="btn btn-quiet" href="/verify">
                            {t!("cert-check-back")}
                        </a>
                    </p>
                    {forms.map(|forms| ask(forms, answered))}
                </div>
                {templates}
                <template id="answer-row">
                    <div class="summary-row">
                        <dt></dt>
                        <dd class="summary-value"></dd>
                    </div>
                </template>
                <script type="module" nonce=nonce src=assets().url("verify.js").to_owned()></script>
            </CitizenLayout>
        }
    })
}

/// The text for other verifiers.
fn credential(shown: Shown) -> impl IntoView {
    view! {
        <p class="hint">{t!("cert-check-until", time = shown.until)}</p>
        <Disclosure summary=t!("cert-check-text")>
            <p>{t!("cert-check-text-hint")}</p>
            <p class="copy mono">{shown.presentation}</p>
        </Disclosure>
    }
}

/// The ways in: scan, paste, type a number.
fn ask(forms: Forms, answered: bool) -> impl IntoView {
    let errors: Vec<ErrorLink> = [("presentation", &forms.pasted_error), ("number", &forms.number_error)]
        .into_iter()
        .filter_map(|(field, error)| Some(ErrorLink { field: field.into(), text: error.clone()? }))
        .collect();
    let summary =
        (!errors.is_empty()).then(|| view! { <ErrorSummary title=t!("error-summary-title") errors/> });
    let head = (!answered)
        .then(|| view! { <PageHead title=t!("cert-check-title") lead=t!("cert-check-lead") in_bar=true/> });
    view! {
        <div class="stack stack-l" data-part="ask">
            {head}
            {summary}
            <div data-part="ready" hidden=true>
                <Alert kind=AlertKind::Success title=String::new()/>
            </div>
            {(!answered)
                .then(|| {
                    view! {
                        <Card title=t!("cert-check-scan")>
                            <p class="muted">{t!("cert-check-scan-text")}</p>
                        </Card>
                    }
                })}
            <form method="post" action="/verify" data-part="paste" novalidate=true>
                <Card title=t!("cert-check-paste")>
                    <noscript>
                        <p class="muted">{t!("cert-check-no-script")}</p>
                    </noscript>
                    <p class="error" data-part="empty" role="alert" hidden=true>
                        {t!("error-certificate-paste-empty")}
                    </p>
                    <TextArea
                        name="presentation"
                        label=t!("cert-check-paste-label")
                        hint=t!("cert-check-paste-hint")
                        value=forms.pasted
                        error=forms.pasted_error
                        rows=4
                        maxlength=65536
                    />
                    <Disclosure summary=t!("cert-check-occasion")>
                        <div class="stack">
                            <p>{t!("cert-check-occasion-text")}</p>
                            <TextField name="audience" label=t!("cert-check-audience") value=forms.audience kind=TextKind::Code maxlength=200 optional=true/>
                            <TextField name="nonce" label=t!("cert-check-nonce") value=forms.nonce kind=TextKind::Code maxlength=200 optional=true/>
                        </div>
                    </Disclosure>
                    <p class="hint" data-part="private" hidden=true>
                        {t!("cert-check-private")}
                    </p>
                    <SubmitButton label=t!("cert-check-go") icon=IconName::FileCheck block=true/>
                </Card>
            </form>
            <form method="get" action="/verify" novalidate=true>
                <Card title=t!("cert-check-by-number")>
                    <TextField
                        name="number"
                        label=t!("cert-check-number-label")
                        hint=t!("cert-check-number-hint")
                        value=forms.number
                        kind=TextKind::Code
                        maxlength=128
                        error=forms.number_error
                    />
                    <p class="hint">{t!("cert-check-number-note")}</p>
                    <SubmitButton label=t!("cert-check-number-go") kind=ButtonKind::Secondary block=true/>
                </Card>
            </form>
        </div>
    }
}

/// The words that `frontend/verify.js` needs, as JSON; `{name}` stands for what it fills in.
fn script_words(locale: Locale) -> String {
    const KEYS: [&str; 37] = [
        "cert-issuer",
        "cert-number",
        "cert-issued",
        "cert-validity",
        "cert-from-to",
        "cert-from-forever",
        "cert-forever",
        "cert-check-kind",
        "cert-check-signed-by",
        "cert-check-withheld",
        "cert-check-withheld-count",
        "cert-check-status-as-of",
        "cert-check-claims-to-be",
        "cert-check-local",
        "cert-check-online-both",
        "cert-check-offline",
        "cert-check-offline-text",
        "cert-check-offline-no-list",
        "cert-check-differs",
        "cert-check-ready",
        "cert-check-reason-signature",
        "cert-check-reason-unknown_key",
        "cert-check-reason-unknown_key-offline",
        "cert-check-reason-disclosure",
        "cert-check-reason-key_binding",
        "cert-check-reason-missing",
        "cert-check-reason-stale",
        "cert-check-reason-unusable",
        "cert-check-reason-unbound-missing",
        "cert-check-reason-unbound-other_occasion",
        "cert-check-reason-unbound-out_of_time",
        "cert-check-reason-unbound-not_checked",
        "cert-check-binding",
        "cert-check-binding-none",
        "cert-check-binding-not_shown",
        "cert-check-binding-not_checked",
        "cert-check-binding-shown",
    ];
    let filled = |key: &str| {
        let values =
            ["time", "from", "to", "n", "audience", "nonce"].map(|name| (name, format!("{{{name}}}").into()));
        with(locale, key, &values)
    };
    let mut words: serde_json::Map<String, serde_json::Value> =
        KEYS.iter().map(|key| ((*key).to_owned(), filled(key).into())).collect();
    words.insert("one-withheld".into(), with(locale, "cert-check-withheld-count", &[("n", 1.into())]).into());
    words.insert("lang".into(), locale.tag().into());
    serde_json::Value::Object(words).to_string()
}
