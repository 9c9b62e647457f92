//! The page where a one-time code is typed, whatever it opens.

use backend::identity::{CodeSent, FieldError, FormDraft};
use domain::time::Timestamp;
use leptos::prelude::*;

use super::forms::{Answers, Mistakes, answer};
use crate::{
    islands::ResendCountdown,
    ui::{CitizenLayout, CodeField, ErrorSummary, Frame, PageHead, Place, SubmitButton},
    visit::{PageResult, Visit},
    words::{self, t},
};

const DIGITS: usize = 6;
/// When another code may be asked for, among the answers that are kept.
const AGAIN_AT: &str = "again_at";

/// What is different wherever a code is asked for.
pub(super) struct CodePage {
    /// Where the code went, masked, and how long it is good for.
    pub lead: String,
    pub hint: String,
    /// What the button says.
    pub submit: String,
    /// Where the code is posted, and where another one is asked for.
    pub action: &'static str,
    pub resend: &'static str,
    /// The page before, and what it changes.
    pub back: String,
    pub other: String,
}

/// Notes in `kept` when another code may be asked for.
pub(super) fn note(kept: &mut Answers, sent: CodeSent) {
    kept.insert(AGAIN_AT.into(), sent.again_at.as_seconds().to_string());
}

/// The page with the mistakes of `draft`.
pub(super) fn show(visit: &Visit, draft: &FormDraft, page: CodePage) -> PageResult {
    let mistakes = Mistakes::of(visit, draft);
    let heading = words::text(visit.locale, "code-title");
    let title = mistakes.title(visit.locale, &heading);
    let again_at = Timestamp::from_seconds(draft.get(AGAIN_AT).parse().unwrap_or(0));
    let seconds = u32::try_from(again_at.seconds_since(visit.backend().now())).unwrap_or(0);
    let demo = visit.state.site.demo;
    let frame = Frame::of(visit);
    visit.page(title, move || {
        // The island counts on its own and puts the number where {n} stands.
        let waiting = t!("code-again-in", n = "{n}");
        view! {
            <CitizenLayout frame bar_title=heading.clone() back=page.back.clone() place=Place::Me narrow=true>
                <PageHead title=heading lead=page.lead/>
                <div class="stack">
                <form class="form card stack" method="post" action=page.action novalidate=true>
                    <ErrorSummary title=t!("error-summary-title") errors=mistakes.links()/>
                    <CodeField name="code" label=t!("code") hint=page.hint error=mistakes.at("code")/>
                    <SubmitButton label=page.submit block=true/>
                </form>
                <form class="row" method="post" action=page.resend>
                    <ResendCountdown
                        seconds
                        label=t!("code-again")
                        waiting
                        class="btn btn-secondary".to_owned()
                    />
                    <a href=page.back>{page.other}</a>
                </form>
                {demo
                    .then(|| {
                        view! {
                            <p class="hint">
                                <a href="/demo/outbox" target="_blank">
                                    {t!("demo-outbox-link")}
                                </a>
                            </p>
                        }
                    })}
            </div>
            </CitizenLayout>
        }
    })
}

/// What was typed as a code, without spaces and with digits of any width as ASCII.
pub(super) fn typed(answers: &Answers) -> Result<String, FieldError> {
    let half = |c: char| match c {
        '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
        other => other,
    };
    let typed = answer(answers, "code").chars().filter(|c| !c.is_whitespace() && *c != '-');
    let digits: String = typed.take(20).map(half).collect();
    if digits.is_empty() {
        return Err(FieldError::new("code", "code-missing"));
    }
    let good = digits.len() == DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(digits) } else { Err(FieldError::new("code", "code-malformed")) }
}

/// The mistake of a code that opens nothing.
pub(super) fn wrong(wrong: &backend::identity::WrongCode) -> FieldError {
    let error = FieldError::new("code", wrong.code()).until(wrong.retry_at());
    match wrong {
        backend::identity::WrongCode::Wrong { left } => error.count(*left),
        _ => error,
    }
}
