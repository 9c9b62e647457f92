//! Accepting and declining, approving and refusing: each on the version the clerk looked at, each decision once more
//! confirmed.

use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::decide as act;
use backend::cases::queue::glance;
use backend::cases::{CaseError, MAX_REASON, Opened, Reason};
use backend::certificates::grant::preview;
use backend::identity::{Denied, FieldError, FormDraft};
use domain::cases::{Action, ReasonKind};
use domain::ids::CaseId;
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::chooser::{Chooser, inserted};
use super::conflict;
use super::draft::{self, Typed, typed};
use super::frame::{Desk, Spot, warning};
use super::show::{applicant, contested_remark, described_remark, possible, weighed};
use super::values::Teller;
use crate::cases::errors::fail;
use crate::cases::pages::track::{reason_words, reference_text};
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, Breadcrumb, ButtonKind, ButtonLink, Card, Choice, ErrorSummary, PageHead, RadioCards,
    StaffLayout, SubmitButton, SummaryList, SummaryRow, TextArea, TickItem, Ticks,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// The choice that asks for own words.
const OTHER: &str = "other";

/// The form's draft of an approval.
const APPROVE_FORM: &str = "desk-approve";

/// Why a case may not be accepted at all (Administrative Licensing Law, article 32); whether its conditions are met is
/// examined after acceptance.
const NOT_ACCEPTED: [&str; 2] = ["not-ours", "not-needed"];

#[derive(Deserialize)]
pub(super) struct Look {
    pub(super) version: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Seen {
    version: i64,
}

/// Declining and refusing ask for the same things.
#[derive(Clone, Copy)]
struct No {
    action: Action,
    /// Part of the address, of keys of words and of the draft's name.
    name: &'static str,
    form: &'static str,
    did: &'static str,
}

const DECLINE: No = No { action: Action::Decline, name: "decline", form: "desk-decline", did: "declined" };
const REFUSE: No = No { action: Action::Refuse, name: "refuse", form: "desk-refuse", did: "refused" };

impl No {
    /// The templates that fit.
    fn kind(self) -> ReasonKind {
        if self.action == Action::Decline { ReasonKind::Decline } else { ReasonKind::Refuse }
    }

    /// Reasons to choose from.
    fn choices(self, opened: &Opened, locale: Locale) -> Vec<Choice> {
        if self.action == Action::Decline {
            return NOT_ACCEPTED
                .map(|id| Choice::new(id, text(locale, &format!("desk-decline-{id}"))))
                .to_vec();
        }
        let refusals = &opened.service.definition.refusals;
        refusals.iter().map(|reason| Choice::new(reason.id.clone(), reason.text.get(locale))).collect()
    }

    /// The reason that was chosen or typed. What is added to a chosen one stands below it.
    fn reason(self, opened: &Opened, kept: &Typed) -> Result<Reason, FieldError> {
        let (chosen, own) = (typed(kept, "reason"), typed(kept, "words"));
        let choices = self.choices(opened, Locale::Zh);
        let words = match choices.iter().find(|c| c.value == chosen) {
            Some(_) if own.is_empty() && self.action == Action::Refuse => {
                return Ok(Reason::Listed(chosen.to_owned()));
            }
            Some(choice) => format!("{}\n{own}", choice.label).trim_end().to_owned(),
            None if chosen != OTHER && !choices.is_empty() => {
                return Err(FieldError::new("reason", "desk-reason-missing"));
            }
            None => own.to_owned(),
        };
        match draft::wrong_words("words", &words) {
            None => Ok(Reason::Words(words)),
            Some(error) => Err(error),
        }
    }
}

/// After signing in again on a form that was on its way.
pub(super) async fn back(Path(id): Path<CaseId>) -> Redirect {
    Redirect::to(&format!("/staff/cases/{id}"))
}

fn done(id: CaseId, did: &str) -> PageResult {
    Ok(Redirect::to(&format!("/staff/cases/{id}?did={did}")).into_response())
}

/// What became of an action: on to the case, what happened meanwhile, or an error.
pub(super) async fn settle(
    visit: &Visit,
    id: CaseId,
    action: Action,
    did: &str,
    result: Result<(), CaseError>,
) -> PageResult {
    match result {
        Ok(()) => done(id, did),
        Err(CaseError::Held(_)) => conflict::held(visit, id).await,
        Err(CaseError::Separated) => conflict::separated(visit, id).await,
        Err(
            CaseError::Changed
            | CaseError::NotAllowed(_)
            | CaseError::Pending(_)
            | CaseError::Unidentified(_),
        ) => conflict::page(visit, id, action).await,
        Err(error) => Err(fail(visit, error)),
    }
}

pub(super) async fn accept(visit: Visit, Path(id): Path<CaseId>, Form(seen): Form<Seen>) -> PageResult {
    visit.staff()?;
    let result = act::accept(visit.backend(), visit.actor(), id, seen.version).await;
    settle(&visit, id, Action::Accept, "accepted", result).await
}

pub(super) async fn approve(visit: Visit, Path(id): Path<CaseId>, Form(answers): Form<Typed>) -> PageResult {
    visit.staff()?;
    let version: i64 = typed(&answers, "version").parse().map_err(|_| PageError::Conflict)?;
    let grounds = Some(typed(&answers, "grounds")).filter(|words| !words.is_empty());
    let form = format!("/staff/cases/{id}/approve?version={version}");
    let keep = async |errors| {
        draft::keep(&visit, APPROVE_FORM, &id.to_string(), &answers, &["grounds"], errors).await
    };
    match act::approve(visit.backend(), visit.actor(), id, version, grounds).await {
        // The form comes back on the version that was looked at.
        Err(CaseError::Denied(Denied::ReauthenticationNeeded)) => {
            keep(Vec::new()).await?;
            Err(PageError::ReauthenticationNeeded { next: form })
        }
        // The form says what is missing.
        Err(CaseError::EndUnknown(_)) => Ok(Redirect::to(&form).into_response()),
        Err(CaseError::ReasonNeeded | CaseError::Text(_)) => {
            keep(draft::wrong_words("grounds", typed(&answers, "grounds")).into_iter().collect()).await?;
            Ok(Redirect::to(&format!("{form}#error-summary")).into_response())
        }
        result => {
            if result.is_ok() {
                draft::forget(&visit, APPROVE_FORM).await?;
            }
            settle(&visit, id, Action::Approve, "approved", result).await
        }
    }
}

pub(super) async fn ask_decline(
    visit: Visit,
    Path(id): Path<CaseId>,
    Query(look): Query<Look>,
) -> PageResult {
    ask(visit, id, look.version, DECLINE).await
}

pub(super) async fn ask_refusal(
    visit: Visit,
    Path(id): Path<CaseId>,
    Query(look): Query<Look>,
) -> PageResult {
    ask(visit, id, look.version, REFUSE).await
}

pub(super) async fn keep_decline(
    visit: Visit,
    Path(id): Path<CaseId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    keep(visit, id, answers, DECLINE).await
}

pub(super) async fn keep_refusal(
    visit: Visit,
    Path(id): Path<CaseId>,
    Form(answers): Form<Typed>,
) -> PageResult {
    keep(visit, id, answers, REFUSE).await
}

pub(super) async fn check_decline(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    check(visit, id, DECLINE).await
}

pub(super) async fn check_refusal(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    check(visit, id, REFUSE).await
}

pub(super) async fn decline(visit: Visit, Path(id): Path<CaseId>, Form(seen): Form<Seen>) -> PageResult {
    carry_out(visit, id, seen.version, DECLINE).await
}

pub(super) async fn refuse(visit: Visit, Path(id): Path<CaseId>, Form(seen): Form<Seen>) -> PageResult {
    carry_out(visit, id, seen.version, REFUSE).await
}

/// The case, if `action` is possible on the version that was looked at; else the page that says why not.
pub(super) async fn sight(
    visit: &Visit,
    id: CaseId,
    version: Option<i64>,
    action: Action,
) -> Result<Result<Opened, axum::response::Response>, PageError> {
    visit.staff()?;
    let (opened, _) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(visit, e))?;
    let stale = version.is_some_and(|seen| seen != opened.row.version);
    let blocked = matches!(action, Action::Approve | Action::Refuse) && !opened.pending().is_empty();
    if stale || blocked || !possible(&opened, action) {
        return Ok(Err(conflict::page(visit, id, action).await?));
    }
    Ok(Ok(opened))
}

pub(super) fn may(visit: &Visit, desk: &Desk, action: Action) -> Result<(), PageError> {
    let allowed = match action {
        Action::Approve | Action::Refuse => desk.may_decide,
        _ => desk.may_accept,
    };
    if !allowed {
        return Err(PageError::Forbidden);
    }
    // Asked for before anything is typed, so that nothing typed waits for it.
    match action {
        Action::Approve | Action::Refuse | Action::Decline | Action::Pay => visit.recent(),
        _ => Ok(()),
    }
}

/// What a decision is about.
pub(super) async fn about(visit: &Visit, opened: &Opened) -> Result<Vec<SummaryRow>, PageError> {
    let locale = visit.locale;
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    Ok(vec![
        row("desk-column-service", opened.service.definition.name.get(locale).to_owned()),
        row("reference", reference_text(opened)),
        row("desk-column-applicant", applicant(visit, opened).await?),
    ])
}

pub(super) fn crumbs(visit: &Visit, opened: &Opened) -> Vec<(String, String)> {
    vec![
        ("/staff".to_owned(), text(visit.locale, "desk-queue")),
        (format!("/staff/cases/{}", opened.row.id), reference_text(opened)),
    ]
}

/// The last look before approval: what is issued, what the rules say, what was contested.
pub(super) async fn confirm_approval(
    visit: Visit,
    Path(id): Path<CaseId>,
    Query(look): Query<Look>,
) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    may(&visit, &desk, Action::Approve)?;
    let opened = match sight(&visit, id, look.version, Action::Approve).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    // What is certified must be known to be the applicant's.
    if let Some(field) = opened.unidentified().first() {
        let version = opened.row.version;
        let identify = format!("/staff/cases/{id}/identify/{field}?version={version}");
        return Ok(Redirect::to(&identify).into_response());
    }
    let locale = visit.locale;
    let mut rows = about(&visit, &opened).await?;
    let definition = &opened.service.definition;
    let issued = match &definition.certificate {
        Some(template) => template.title.get(locale).to_owned(),
        None => definition.result.get(locale).to_owned(),
    };
    rows.push(SummaryRow { name: text(locale, "desk-issues"), value: issued, change: None });
    let says = preview(visit.backend(), visit.actor(), &opened).await.map_err(|e| fail(&visit, e))?;
    let says: Vec<SummaryRow> = says
        .into_iter()
        .map(|(label, value)| SummaryRow { name: label.get(locale).to_owned(), value, change: None })
        .collect();
    let kept = draft::of(&visit, APPROVE_FORM, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let (words, wrong) = (kept.get("grounds").to_owned(), draft::at(&errors, "grounds"));
    let teller = Teller { reference: &visit.backend().catalog.reference, locale };
    let findings: Vec<TickItem> = weighed(teller, &opened);
    let against = findings.iter().filter(|f| f.tone.is_some()).count();
    let unknown_end = opened.certificate_ends(visit.backend().now().date_in_china()).err();
    let possible = unknown_end.is_none();
    let remarks = [
        unknown_end.map(|cause| (text(locale, "desk-end-unknown"), teller.cause(&opened, &cause))),
        (against > 0).then(|| {
            let title = with(locale, "desk-approve-against", &[("n", against.into())]);
            (title, text(locale, "desk-approve-against-text"))
        }),
        described_remark(&opened, locale),
        contested_remark(teller, &opened),
    ];
    let (title, lead, yes, no) = (
        text(locale, "desk-approve-title"),
        text(locale, "desk-approve-lead"),
        text(locale, "desk-approve-yes"),
        text(locale, "desk-back-to-case"),
    );
    let (crumbs, version, findings_title) =
        (crumbs(&visit, &opened), opened.row.version, text(locale, "desk-findings"));
    let (says_title, summary) = (text(locale, "desk-says"), text(locale, "error-summary"));
    let page_title = draft::title(&visit, &title, &errors);
    let grounds = (possible && opened.needs_grounds())
        .then(|| (text(locale, "desk-grounds"), text(locale, "desk-grounds-hint")));
    visit.page(page_title, move || {
        let grounds = grounds.map(|(label, hint)| {
            view! { <TextArea name="grounds" label hint value=words error=wrong rows=3 maxlength=MAX_REASON/> }
        });
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead/>
                <form class="stack desk-narrow" method="post" action=format!("/staff/cases/{id}/approve") novalidate=true>
                    <ErrorSummary title=summary errors/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <SummaryList plain=true rows/>
                    {(!says.is_empty()).then(|| view! { <SummaryList title=says_title rows=says/> })}
                    {remarks.into_iter().flatten().map(|(title, body)| warning(title, body)).collect_view()}
                    {(!findings.is_empty()).then(|| view! { <Card title=findings_title><Ticks items=findings/></Card> })}
                    {grounds}
                    <div class="row">
                        {possible.then(|| view! { <SubmitButton label=yes/> })}
                        <ButtonLink href=format!("/staff/cases/{id}") label=no kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

/// Why not: a reason of the definition's list, or own words.
async fn ask(visit: Visit, id: CaseId, version: Option<i64>, no: No) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    may(&visit, &desk, no.action)?;
    let opened = match sight(&visit, id, version, no.action).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let locale = visit.locale;
    let kept = draft::of(&visit, no.form, &id.to_string()).await?;
    let errors = draft::links(&visit, &kept.errors);
    let rows = about(&visit, &opened).await?;
    let chooser = Chooser::of(&visit, &opened, no.kind()).await?;
    let mut choices = no.choices(&opened, locale);
    let listed = !choices.is_empty();
    choices.push(Choice::new(OTHER, text(locale, "desk-reason-other")));
    let (reason, words) = (kept.get("reason").to_owned(), kept.get("words").to_owned());
    let t = |part: &str| text(locale, &format!("desk-{}-{part}", no.name));
    let (title, lead, label) = (t("title"), t("lead"), t("reason"));
    let (words_label, words_hint) =
        (text(locale, "desk-reason-words"), text(locale, "desk-reason-words-hint"));
    let (go_on, back, summary) =
        (text(locale, "desk-go-on"), text(locale, "desk-back-to-case"), text(locale, "error-summary"));
    let (crumbs, version) = (crumbs(&visit, &opened), opened.row.version);
    let page_title = draft::title(&visit, &title, &errors);
    let (reason_error, words_error) = (draft::at(&errors, "reason"), draft::at(&errors, "words"));
    visit.page(page_title, || {
        let chooser = chooser.view(&visit);
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead/>
                <form class="form desk-narrow" method="post" action=format!("/staff/cases/{id}/{}", no.name) novalidate=true>
                    <ErrorSummary title=summary errors/>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <SummaryList plain=true rows/>
                    {listed.then(|| view! { <RadioCards name="reason" legend=label choices value=reason error=reason_error/> })}
                    {chooser}
                    <TextArea name="words" label=words_label hint=words_hint value=words error=words_error rows=4 maxlength=MAX_REASON/>
                    <div class="row">
                        <SubmitButton label=go_on/>
                        <ButtonLink href=format!("/staff/cases/{id}") label=back kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

/// Keeps what was typed, right or wrong, and shows either the mistakes or the last look.
async fn keep(visit: Visit, id: CaseId, mut answers: Typed, no: No) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    // The draft is kept whatever else is in the way.
    let version: Option<i64> = typed(&answers, "version").parse().ok();
    let mut errors = Vec::new();
    let (opened, _) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let templated = !typed(&answers, "template").is_empty();
    let only_inserted = inserted(&visit, &opened, no.kind(), &mut answers).await?;
    if templated && typed(&answers, "reason").is_empty() {
        answers.insert("reason".into(), OTHER.into());
    }
    if let Err(error) = no.reason(&opened, &answers)
        && !only_inserted
    {
        errors.push(error);
    }
    let wrong = !errors.is_empty();
    draft::keep(&visit, no.form, &id.to_string(), &answers, &["version", "reason", "words"], errors).await?;
    may(&visit, &desk, no.action).map_err(|e| at_form(e, id, no))?;
    let stale = version != Some(opened.row.version);
    if stale || !possible(&opened, no.action) {
        return conflict::page(&visit, id, no.action).await;
    }
    let place = match (wrong, only_inserted) {
        (true, _) => "#error-summary",
        (false, true) => "#words",
        (false, false) => "/confirm",
    };
    Ok(Redirect::to(&format!("/staff/cases/{id}/{}{place}", no.name)).into_response())
}

/// Signing in again leads back to the form, not to a post.
fn at_form(error: PageError, id: CaseId, no: No) -> PageError {
    match error {
        PageError::ReauthenticationNeeded { .. } => {
            PageError::ReauthenticationNeeded { next: format!("/staff/cases/{id}/{}", no.name) }
        }
        other => other,
    }
}

fn kept_version(kept: &FormDraft) -> Option<i64> {
    kept.get("version").parse().ok()
}

/// The last look: what the applicant will read.
async fn check(visit: Visit, id: CaseId, no: No) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    may(&visit, &desk, no.action)?;
    let kept = draft::of(&visit, no.form, &id.to_string()).await?;
    let opened = match sight(&visit, id, kept_version(&kept), no.action).await? {
        Ok(opened) => opened,
        Err(page) => return Ok(page),
    };
    let Ok(reason) = no.reason(&opened, &kept.answers) else {
        return Ok(Redirect::to(&format!("/staff/cases/{id}/{}", no.name)).into_response());
    };
    let locale = visit.locale;
    let form = format!("/staff/cases/{id}/{}", no.name);
    let mut rows = about(&visit, &opened).await?;
    rows.push(SummaryRow {
        name: text(locale, "desk-reason"),
        value: reason_words(&opened, &reason, locale),
        change: None,
    });
    let t = |part: &str| text(locale, &format!("desk-{}-{part}", no.name));
    let (title, effect, yes) = (t("check"), t("effect"), t("yes"));
    let (sees, change) = (text(locale, "desk-applicant-sees"), text(locale, "desk-change-reason"));
    let (crumbs, version) = (crumbs(&visit, &opened), opened.row.version);
    visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title/>
                <form class="stack desk-narrow" method="post" action=format!("{form}/confirm")>
                    <input type="hidden" name="version" value=version.to_string()/>
                    <SummaryList plain=true rows/>
                    <Alert kind=AlertKind::Info title=sees><p>{effect}</p></Alert>
                    <div class="row">
                        <SubmitButton label=yes kind=ButtonKind::Danger/>
                        <ButtonLink href=form.clone() label=change kind=ButtonKind::Secondary/>
                    </div>
                </form>
            </StaffLayout>
        }
    })
}

async fn carry_out(visit: Visit, id: CaseId, version: i64, no: No) -> PageResult {
    let desk = Desk::of_case(&visit, Spot::Queue, id).await?;
    may(&visit, &desk, no.action).map_err(|e| at_form(e, id, no))?;
    let (opened, _) = glance(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if !possible(&opened, no.action) {
        return conflict::page(&visit, id, no.action).await;
    }
    let kept = draft::of(&visit, no.form, &id.to_string()).await?;
    let Ok(reason) = no.reason(&opened, &kept.answers) else {
        return Ok(Redirect::to(&format!("/staff/cases/{id}/{}", no.name)).into_response());
    };
    let (backend, actor) = (visit.backend(), visit.actor());
    let result = match no.action {
        Action::Decline => act::decline(backend, actor, id, version, reason).await,
        _ => act::refuse(backend, actor, id, version, reason).await,
    };
    if result.is_ok() {
        draft::forget(&visit, no.form).await?;
    }
    settle(&visit, id, no.action, no.did, result).await
}
