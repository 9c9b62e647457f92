//! A case on the desk: what the applicant says beside what the registers say, what the rules make of it, and what can
//! be done.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use backend::cases::DEPUTY_FOR;
use backend::cases::bundle::part_of;
use backend::cases::files::{self, Listed};
use backend::cases::open::open_at_desk;
use backend::cases::queue::Colleague;
use backend::cases::supervision::told_of_case;
use backend::cases::track::Happened;
use backend::cases::{Evidence, Opened, Reason, queue};
use backend::catalog::display::yuan;
use backend::certificates::at_desk::{self, Issued};
use domain::cases::{About, Action, Answer, CaseState, EventKind, FieldState, Form, Going, Reading, decide};
use domain::catalog::Field;
use domain::certificates::CertificateStatus;
use domain::ids::{CaseId, StaffId};
use domain::registers::{FactState, Register};
use domain::rules::holds;
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::frame::{Desk, Spot, due_words, handles, notice, state_words, warning};
use super::live::{Open, live};
use super::notes::Notes;
use super::values::{Sight, Teller, fact_name};
use crate::cases::errors::fail;
use crate::cases::fields::size_words;
use crate::cases::pages::check::computed_rows;
use crate::cases::pages::supplement::subject;
use crate::cases::pages::track::{
    asked_for, event_state, identified, missing, reason_words, receipt_words, reference_text, stage_of,
    transfer_words,
};
use crate::errors::PageError;
use crate::ui::{
    ActionBar, Alert, AlertKind, AsideColumns, Breadcrumb, ButtonKind, ButtonLink, Card, Disclosure, Event,
    Icon, IconName, PageHead, StaffLayout, SubmitButton, SummaryList, SummaryRow, Tag, TickItem, Ticks,
    Timeline, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(super) struct Look {
    did: Option<String>,
}

pub(super) async fn show(visit: Visit, Path(id): Path<CaseId>, Query(look): Query<Look>) -> PageResult {
    visit.staff()?;
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    let (opened, timeline) = open_at_desk(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let spot = if opened.row.state.is_closed() { Spot::Done } else { Spot::Queue };
    let desk = Desk::of_case(&visit, spot, id).await?;
    let files = files::list_at_desk(backend, &opened).await.map_err(|e| fail(&visit, e))?;
    let certificate = at_desk::of_case(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let names = names(&visit, &opened, &timeline).await?;
    let applicant = applicant(&visit, &opened).await?;
    let part = part_of(backend, &opened).await.map_err(|e| fail(&visit, e))?;
    let part =
        part.map(|(_, name)| with(locale, "desk-bundle", &[("name", name.get(locale).to_owned().into())]));
    let in_hands =
        match handles(&visit, &opened.row.department, opened.row.place) && !opened.row.state.is_closed() {
            true => {
                let office = queue::Desk::of_office(&opened.row.department, opened.row.place);
                let colleagues = queue::who_could_work_on(backend, actor, &office).await;
                Some((holder(&visit, &opened).await?, colleagues.map_err(|e| fail(&visit, e))?))
            }
            false => None,
        };
    let notes = Notes::of(&visit, &opened).await?;
    let asked = asked_for(&visit, id, &timeline).await?;
    let told = told_of_case(backend, id).await.map_err(|e| fail(&visit, e))?;
    let opinion = super::examine::typed_before(&visit, &opened).await?;

    let service = opened.service.definition.name.get(locale).to_owned();
    let reference = reference_text(&opened);
    visit.page(format!("{reference} · {service}"), || {
        let teller = Teller { reference: &backend.catalog.reference, locale };
        let (state, tone) = state_words(opened.row.state, locale);
        let due = (!opened.row.state.is_closed()).then(|| due_words(&visit, &opened.row));
        let head = head(&visit, &opened, applicant);
        let remarks = remarks(teller, &opened);
        let findings = findings(teller, &opened);
        let registers: Vec<AnyView> = by_register(&opened, teller)
            .into_iter()
            .map(|(register, facts)| {
                register_view(teller, id, register, &facts, !opened.row.state.is_closed())
            })
            .collect();
        let answers = answers(&visit, teller, &opened, desk.may_decide);
        let pictures = (!files.is_empty()).then(|| files_view(&opened, files, locale));
        let outcome = outcome(&opened, certificate, &names, desk.may_decide, locale);
        let (todo, bar) = todo(&desk, &opened, locale);
        let hands = in_hands.map(|(holder, colleagues)| hands(&visit, &desk, &opened, holder, colleagues));
        let events = events(&visit, &opened, &timeline, &names);
        let basis = basis(&opened, locale);
        let notes = notes.map(|notes| notes.view(&visit));
        let live = live(&visit, &Open::Case { id, version: opened.row.version });
        let supplements = super::supplement::history(&visit, &opened, &asked);
        let opinions = super::examine::card(&visit, &opened, &opinion);
        let supervised = super::supervise::card(&visit, &told);
        let previous = opened.row.previous_id.map(|previous| {
            let (label, href) = (text(locale, "desk-previous"), format!("/staff/cases/{previous}"));
            view! { <p><ButtonLink href label kind=ButtonKind::Quiet small=true/></p> }
        });
        let notice = notice(look.did.as_deref(), locale);
        let (queue_title, queue_href) = match spot {
            Spot::Done => {
                (text(locale, "desk-done"), format!("/staff/done?state={}", opened.row.state.code()))
            }
            _ => (text(locale, "desk-queue"), format!("/staff?state={}", opened.row.state.code())),
        };
        let (happened, facts_title) = (text(locale, "desk-happened"), text(locale, "desk-facts"));
        let side = view! {
            {outcome}
            {todo}
            {opinions}
            {supervised}
            {hands}
            {notes}
            <Card title=happened><Timeline events/></Card>
            {basis}
        }
        .into_any();
        view! {
            <StaffLayout frame=desk.frame notice>
                <Breadcrumb links=vec![(queue_href, queue_title)] here=reference/>
                <PageHead title=service>
                    <Tag label=state tone/>
                    {due.map(|(label, tone)| view! { <Tag label tone icon=IconName::Clock/> })}
                    {part.map(|label| view! { <Tag label tone=Tone::Slate line=true/> })}
                </PageHead>
                <AsideColumns side>
                    <div class="desk-head"><SummaryList plain=true rows=head/></div>
                    {remarks}
                    {supplements
                        .into_iter()
                        .map(|(title, rows)| view! { <SummaryList title rows/> })
                        .collect_view()}
                    {previous}
                    {findings}
                    {(!registers.is_empty())
                        .then(|| {
                            view! {
                                <section class="card stack">
                                    <h2 class="card-title">{facts_title}</h2>
                                    {registers}
                                </section>
                            }
                        })}
                    {answers}
                    {pictures}
                </AsideColumns>
                {live}
                {bar}
            </StaffLayout>
        }
    })
}

/// Who applies: an entity by its name, a person masked.
pub(super) async fn applicant(visit: &Visit, opened: &Opened) -> Result<String, PageError> {
    let listed = backend::cases::list::Listed {
        row: opened.row.line.clone(),
        service: opened.service.clone(),
        progress: None,
        awaited: Vec::new(),
    };
    let names =
        queue::applicants(visit.backend(), visit.actor(), &[listed]).await.map_err(|e| fail(visit, e))?;
    Ok(names.into_iter().next().unwrap_or_default())
}

/// Names of the colleagues who had to do with the case.
pub(super) async fn names(
    visit: &Visit,
    opened: &Opened,
    timeline: &[Happened],
) -> Result<BTreeMap<StaffId, String>, PageError> {
    let by_staff = || timeline.iter().filter(|h| h.actor_kind == "staff");
    let acted = by_staff().filter_map(|h| h.actor_id.map(StaffId));
    let ids: Vec<StaffId> = acted
        .chain(by_staff().filter_map(absent))
        .chain(opened.decision.as_ref().and_then(|d| d.staff))
        .collect();
    queue::colleagues(visit.backend(), visit.actor(), &ids).await.map_err(|e| fail(visit, e))
}

/// 代岗: in whose place it was done.
fn absent(happened: &Happened) -> Option<StaffId> {
    happened.detail[DEPUTY_FOR].as_str()?.parse().ok()
}

/// Who has a case now.
pub(super) struct Holder {
    pub id: StaffId,
    pub name: String,
    /// In words.
    pub until: String,
}

pub(super) async fn holder(visit: &Visit, opened: &Opened) -> Result<Option<Holder>, PageError> {
    let (Some(id), Some(until)) = (opened.row.held_by, opened.row.held_until) else { return Ok(None) };
    if until <= visit.backend().now() {
        return Ok(None);
    }
    let names = queue::colleagues(visit.backend(), visit.actor(), &[id]).await.map_err(|e| fail(visit, e))?;
    let name = names.into_values().next().unwrap_or_default();
    Ok(Some(Holder { id, name, until: until.display_minutes() }))
}

/// In whose hands the case is, and what can be done about that.
fn hands(
    visit: &Visit,
    desk: &Desk,
    opened: &Opened,
    holder: Option<Holder>,
    colleagues: Vec<Colleague>,
) -> AnyView {
    let (locale, id) = (visit.locale, opened.row.id);
    let me = visit.viewer.as_ref().and_then(|v| v.staff()).map(|s| s.id);
    let post = |act: &str, key: &str| {
        let action = format!("/staff/cases/{id}/{act}");
        let label = text(locale, key);
        view! {
            <form method="post" action=action>
                <SubmitButton label kind=ButtonKind::Secondary small=true/>
            </form>
        }
        .into_any()
    };
    // Nobody has it while its applicant is waited for.
    let waits = opened.row.state == CaseState::Supplementing;
    let (words, act) = match &holder {
        _ if waits => (text(locale, "desk-holder-waits"), None),
        None => (text(locale, "desk-holder-none"), Some(post("claim", "desk-claim"))),
        Some(h) if Some(h.id) == me => (
            with(locale, "desk-holder-mine", &[("until", h.until.clone().into())]),
            Some(post("release", "desk-release")),
        ),
        Some(h) => (
            with(
                locale,
                "desk-holder-other",
                &[("name", h.name.clone().into()), ("until", h.until.clone().into())],
            ),
            None,
        ),
    };
    let assign = (desk.may_decide && !waits && colleagues.len() > 1).then(|| {
        let options = colleagues
            .into_iter()
            .map(|c| view! { <option value=c.id.to_string()>{c.name}</option> })
            .collect_view();
        let label = text(locale, "desk-assign-to");
        view! {
            <form method="post" action=format!("/staff/cases/{id}/assign") class="row">
                <select name="to" class="input" aria-label=label>{options}</select>
                <SubmitButton label=text(locale, "desk-bulk-assign") kind=ButtonKind::Secondary small=true/>
            </form>
        }
    });
    let moves = (desk.may_accept || desk.may_decide)
        && matches!(opened.row.state, CaseState::Submitted | CaseState::Accepted);
    let transfer = moves.then(|| {
        let href = format!("/staff/cases/{id}/transfer?version={}", opened.row.version);
        view! { <ButtonLink href label=text(locale, "desk-transfer") kind=ButtonKind::Quiet small=true/> }
    });
    let title = text(locale, "desk-hands");
    view! {
        <Card title>
            <p class="muted">{words}</p>
            <div class="row">{act} {transfer}</div>
            {assign}
        </Card>
    }
    .into_any()
}

fn head(visit: &Visit, opened: &Opened, applicant: String) -> Vec<SummaryRow> {
    let locale = visit.locale;
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let mut rows = vec![row("reference", reference_text(opened)), row("desk-column-applicant", applicant)];
    let current = visit.backend().organisation.current();
    if let Some(office) = current.offices.get(&opened.row.department, opened.row.place) {
        rows.push(row("desk-office", office.name.get(locale).to_owned()));
    }
    if let Some(at) = opened.row.submitted_at {
        rows.push(row("desk-filed", at.display_minutes()));
    }
    if let Some(reading) = opened.reading(visit.backend()).filter(|_| !opened.row.state.is_closed()) {
        rows.extend(clock_rows(&reading, locale));
    }
    if opened.row.state == CaseState::AwaitingPayment
        && let Some(fen) = opened.fee_fen()
    {
        rows.push(row("check-fee", yuan(fen, locale)));
    }
    if let Some(at) = opened.row.closed_at {
        rows.push(row("desk-column-closed", at.display_minutes()));
    }
    rows
}

/// The clock in words.
fn clock_rows(reading: &Reading, locale: Locale) -> Vec<SummaryRow> {
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let (used, left) = (i64::from(reading.used), i64::from(reading.left));
    let used = match left {
        0.. => with(locale, "desk-clock-used", &[("used", used.into()), ("left", left.into())]),
        _ => with(locale, "desk-clock-over", &[("used", used.into()), ("over", (-left).into())]),
    };
    let mut rows = vec![row("desk-clock", used)];
    rows.extend(reading.due_on.map(|day| row("desk-promised", day.to_string())));
    rows.extend(reading.statutory_on.map(|day| row("desk-statutory", day.to_string())));
    rows.extend(reading.take_on.map(|day| row("desk-take-on", day.to_string())));
    if reading.going == Going::Paused {
        rows.push(row("desk-promised", text(locale, "desk-due-paused")));
    }
    if reading.assumed {
        rows.push(row("desk-clock-assumed", text(locale, "desk-clock-assumed-text")));
    }
    rows
}

/// A remark: how many there are of what, and their names.
fn remark(key: &str, names: &[String], locale: Locale) -> Option<(String, String)> {
    let joined = names.join(&text(locale, "list-separator"));
    (!names.is_empty()).then(|| {
        let body = with(locale, &format!("{key}-text"), &[("names", joined.into())]);
        (with(locale, key, &[("n", names.len().into())]), body)
    })
}

/// Answers in words whose record is still to be found.
pub(super) fn described_remark(opened: &Opened, locale: Locale) -> Option<(String, String)> {
    let names: Vec<String> = opened.described().into_iter().map(|f| f.label.get(locale).to_owned()).collect();
    remark("desk-described-open", &names, locale)
}

/// Values the applicant says are wrong.
pub(super) fn contested_remark(teller: Teller<'_>, opened: &Opened) -> Option<(String, String)> {
    let contested = opened.evidence.iter().filter(|e| e.contest.is_some());
    let names: Vec<String> = contested.map(|e| fact_name(teller.reference, &e.fact, teller.locale)).collect();
    remark("desk-contested", &names, teller.locale)
}

/// What must not be overlooked: values that are missing, and values the applicant says are wrong.
fn remarks(teller: Teller<'_>, opened: &Opened) -> AnyView {
    let locale = teller.locale;
    if opened.row.state.is_closed() {
        return ().into_any();
    }
    let pending: Vec<String> =
        opened.pending().iter().map(|id| fact_name(teller.reference, id, locale)).collect();
    view! {
        {remark("desk-pending", &pending, locale).map(|(title, body)| warning(title, body))}
        {described_remark(opened, locale).map(|(title, body)| warning(title, body))}
        {contested_remark(teller, opened)
            .map(|(title, body)| view! { <Alert kind=AlertKind::Error title><p>{body}</p></Alert> })}
    }
    .into_any()
}

/// What the rules say: as kept with the decision, before it as of now.
pub(super) fn weighed(teller: Teller<'_>, opened: &Opened) -> Vec<TickItem> {
    let kept = opened.decision.as_ref().filter(|_| opened.row.state.is_closed()).map(|d| d.findings.clone());
    let findings = kept.unwrap_or_else(|| {
        let form = opened.form();
        decide(&opened.service.definition, &opened.scope(&form, true)).1
    });
    teller.findings(opened, &findings)
}

fn findings(teller: Teller<'_>, opened: &Opened) -> Option<AnyView> {
    let locale = teller.locale;
    let mut items = weighed(teller, opened);
    if items.is_empty() {
        return None;
    }
    let count = |tone: Option<Tone>| items.iter().filter(|i| i.tone == tone).count();
    let (yes, no, unknown) = (count(None), count(Some(Tone::Red)), count(Some(Tone::Amber)));
    let mark = |n: usize, key: &str, tone| {
        (n > 0).then(|| view! { <Tag label=with(locale, key, &[("n", n.into())]) tone/> })
    };
    let marks = (
        mark(no, "desk-findings-no", Tone::Red),
        mark(unknown, "desk-findings-unknown", Tone::Amber),
        mark(yes, "desk-findings-yes", Tone::Jade),
    );
    // What needs a person stands first.
    items.sort_by_key(|item| match item.tone {
        Some(Tone::Red) => 0,
        Some(_) => 1,
        None => 2,
    });
    Some(
        view! {
            <section class="card stack">
                <div class="card-head">
                    <h2 class="card-title">{text(locale, "desk-findings")}</h2>
                    <span class="row">{marks}</span>
                </div>
                <Ticks items/>
            </section>
        }
        .into_any(),
    )
}

/// Evidence in the order of the definition, by register.
fn by_register<'a>(opened: &'a Opened, teller: Teller<'a>) -> Vec<(&'a Register, Vec<&'a Evidence>)> {
    let mut groups: Vec<(&Register, Vec<&Evidence>)> = Vec::new();
    for used in &opened.service.definition.facts {
        let Some(evidence) = opened.evidence.iter().find(|e| e.fact == used.id) else { continue };
        let Some(register) = teller.reference.registers.get(&evidence.register) else { continue };
        match groups.iter_mut().find(|(r, _)| r.id == register.id) {
            Some((_, facts)) => facts.push(evidence),
            None => groups.push((register, vec![evidence])),
        }
    }
    groups
}

fn register_view(
    teller: Teller<'_>,
    id: CaseId,
    register: &Register,
    facts: &[&Evidence],
    open: bool,
) -> AnyView {
    let locale = teller.locale;
    let name = register.name.get(locale).to_owned();
    let authority = register.authority.get(locale).to_owned();
    // One answer of a register gives all its facts.
    let source = facts.iter().find(|e| e.digest.is_some());
    let provenance = source.map(|e| provenance(e, locale));
    let rows = facts.iter().filter_map(|e| fact_row(teller, id, e, open)).collect_view();
    view! {
        <div class="register">
            <h3 class="register-name"><Icon name=IconName::Database/> {name}<small>{authority}</small></h3>
            {provenance}
            <dl class="compare">{rows}</dl>
        </div>
    }
    .into_any()
}

/// When the register said so, and the digest that proves what it said.
fn provenance(evidence: &Evidence, locale: Locale) -> AnyView {
    let at = evidence.observed_at.or(evidence.fetched_at).map(|at| at.display_minutes()).unwrap_or_default();
    let digest = evidence.digest.clone().unwrap_or_default();
    let short = format!("{}…{}", &digest[..digest.len().min(4)], &digest[digest.len().saturating_sub(4)..]);
    let summary = with(locale, "desk-provenance", &[("time", at.into()), ("digest", short.into())]);
    let fetched =
        evidence.fetched_at.map(|at| with(locale, "desk-fetched", &[("time", at.display_minutes().into())]));
    let label = text(locale, "desk-digest");
    view! {
        <Disclosure summary plain=true>
            {fetched.map(|fetched| view! { <p class="faint">{fetched}</p> })}
            <p class="faint">{label}" "<code class="mono">{digest}</code></p>
        </Disclosure>
    }
    .into_any()
}

fn fact_row(teller: Teller<'_>, id: CaseId, evidence: &Evidence, open: bool) -> Option<AnyView> {
    let locale = teller.locale;
    let (_, spec) = teller.reference.registers.fact(&evidence.fact)?;
    let (shown, more) = teller.evidence(spec, evidence);
    let name = spec.name.get(locale).to_owned();
    let pending = (evidence.state == FactState::Pending && open).then(
        || view! { <Tag label=text(locale, "desk-mark-pending") tone=Tone::Amber icon=IconName::Clock/> },
    );
    let contest = evidence.contest.as_ref().map(|(at, reason)| {
        let says = with(locale, "desk-contest-says", &[("reason", reason.as_str().into())]);
        let at = at.display_minutes();
        view! {
            <Tag label=text(locale, "desk-mark-contested") tone=Tone::Red icon=IconName::Flag/>
            <p class="contest">{says}" "<span class="faint">{at}</span></p>
        }
    });
    let unmask = more.then(|| unmask_link(id, &evidence.fact, &name, locale));
    let class = if evidence.contest.is_some() { "compare-row compare-red" } else { "compare-row" };
    Some(
        view! {
            <div class=class>
                <dt class="compare-name">{name}</dt>
                <dd class="compare-value">{shown.view()}</dd>
                <dd class="evidence">{pending} {contest} {unmask}</dd>
            </div>
        }
        .into_any(),
    )
}

fn unmask_link(id: CaseId, what: &str, name: &str, locale: Locale) -> AnyView {
    let label = text(locale, "desk-unmask");
    let name = name.to_owned();
    view! {
        <a class="unmask" href=format!("/staff/cases/{id}/unmask/{what}")>
            <Icon name=IconName::Eye/>
            {label}
            <span class="visually-hidden">" "{name}</span>
        </a>
    }
    .into_any()
}

/// What the applicant typed, step by step, and what follows from it.
fn answers(visit: &Visit, teller: Teller<'_>, opened: &Opened, may_decide: bool) -> AnyView {
    let locale = teller.locale;
    let form = opened.form();
    let step = |step: &domain::catalog::Step| {
        let rows: Vec<AnyView> = step
            .fields
            .iter()
            .filter_map(|field| Some((field, form.field(&field.id)?)))
            .filter(|(field, state)| state.asked && field.kind != domain::catalog::field::FieldType::File)
            .map(|(field, state)| {
                let name = field.label.get(locale).to_owned();
                let (value, more) = match &state.answer {
                    Some(answer) => {
                        let shown = teller.answer(opened, field, answer, Sight::Masked);
                        let more = shown != teller.answer(opened, field, answer, Sight::Full);
                        (shown, more)
                    }
                    None => (text(locale, "not-answered"), false),
                };
                let unmask = more.then(|| unmask_link(opened.row.id, &field.id, &name, locale));
                let identify = may_decide.then(|| identify_link(opened, field, state, locale)).flatten();
                let against = against(opened, &form, field, state, locale);
                view! {
                    <div class="compare-row">
                        <dt class="compare-name">{name}</dt>
                        <dd class="compare-value compare-lines">{value}</dd>
                        <dd class="evidence">{against} {identify} {unmask}</dd>
                    </div>
                }
                .into_any()
            })
            .collect();
        (!rows.is_empty()).then(|| {
            let title = step.title.get(locale).to_owned();
            view! {
                <div class="register">
                    <h3 class="register-name"><Icon name=IconName::Edit/> {title}</h3>
                    <dl class="compare">{rows}</dl>
                </div>
            }
        })
    };
    let steps: Vec<_> = opened.service.definition.steps.iter().filter_map(step).collect();
    let computed = computed_rows(visit, opened, &form);
    let (title, computed_title) = (text(locale, "desk-answers"), text(locale, "check-computed"));
    view! {
        {(!steps.is_empty())
            .then(|| {
                view! {
                    <section class="card stack">
                        <h2 class="card-title">{title}</h2>
                        {steps}
                    </section>
                }
            })}
        {(!computed.is_empty()).then(|| view! { <SummaryList title=computed_title rows=computed/> })}
    }
    .into_any()
}

/// To where the record is found that an answer describes, once the register has said which there are.
fn identify_link(opened: &Opened, field: &Field, state: &FieldState, locale: Locale) -> Option<AnyView> {
    let key = match state.answer {
        Some(Answer::Described(_)) => "desk-identify",
        Some(Answer::Identified { .. }) => "desk-identify-again",
        _ => return None,
    };
    let (id, version) = (opened.row.id, opened.row.version);
    let open = opened.row.state == CaseState::Accepted && opened.pending().is_empty();
    let href = format!("/staff/cases/{id}/identify/{}?version={version}", field.id);
    open.then(|| {
        view! { <ButtonLink href label=text(locale, key) kind=ButtonKind::Secondary small=true/> }.into_any()
    })
}

/// What would have been said to the applicant, could the record have been chosen.
fn against(
    opened: &Opened,
    form: &Form,
    field: &Field,
    state: &FieldState,
    locale: Locale,
) -> Option<AnyView> {
    let Some(Answer::Identified { .. }) = state.answer else { return None };
    let scope = opened.scope(form, true);
    let failed = field.checks.iter().filter(|check| holds(&check.that, &scope) == Ok(false));
    let said: Vec<_> = failed
        .map(|check| with(locale, "desk-identified-against", &[("say", check.say.get(locale).into())]))
        .collect();
    (!said.is_empty())
        .then(|| said.into_iter().map(|say| view! { <p class="contest">{say}</p> }).collect_view().into_any())
}

fn files_view(opened: &Opened, files: Vec<Listed>, locale: Locale) -> AnyView {
    let items = files
        .into_iter()
        .map(|file| {
            let question = subject(opened, &About::from_control(&file.field), locale);
            let href = format!("/files/{}", file.id);
            let size = size_words(file.size);
            let shown = if file.media_type.starts_with("image/") {
                let alt = format!("{question} · {}", file.name);
                view! { <img class="paper-image" src=href.clone() alt=alt loading="lazy"/> }.into_any()
            } else {
                view! { <span class="paper-file"><Icon name=IconName::Document size=crate::ui::IconSize::Huge/> "PDF"</span> }.into_any()
            };
            view! {
                <li class="paper-item">
                    <a href=href target="_blank" rel="noopener">
                        {shown}
                        <span class="paper-name">{question}</span>
                        <span class="faint">{file.name}" · "{size}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    let (title, note) = (text(locale, "desk-files"), text(locale, "desk-files-note"));
    view! {
        <section class="card stack">
            <h2 class="card-title">{title}</h2>
            <ul class="papers">{items}</ul>
            <p class="faint">{note}</p>
        </section>
    }
    .into_any()
}

/// How a closed case ended: by whom, why, and the certificate it brought.
fn outcome(
    opened: &Opened,
    certificate: Option<Issued>,
    names: &BTreeMap<StaffId, String>,
    may_decide: bool,
    locale: Locale,
) -> Option<AnyView> {
    let decision = opened.decision.as_ref().filter(|_| opened.row.state.is_closed())?;
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let mut rows = vec![row("desk-column-result", state_words(opened.row.state, locale).0)];
    if opened.row.state != CaseState::Withdrawn {
        let by = match decision.staff {
            Some(id) => names.get(&id).cloned().unwrap_or_else(|| text(locale, "desk-by-staff")),
            None => text(locale, "desk-by-rules"),
        };
        rows.push(row("desk-decided-by", by));
    }
    if let Some(reason) = &decision.reason {
        rows.push(row("desk-reason", reason_words(opened, reason, locale)));
    }
    let link = certificate.as_ref().and_then(|issued| {
        let good = issued.status != CertificateStatus::Revoked;
        (may_decide && good).then(|| format!("/staff/certificates/revoke?number={}", issued.row.number))
    });
    if let Some(issued) = &certificate {
        rows.extend(super::revoke::certificate_rows(issued, locale));
    }
    let revoke = text(locale, "desk-revoke");
    Some(
        view! {
            <SummaryList title=text(locale, "desk-outcome") plain=true rows/>
            {link.map(|href| view! { <p><ButtonLink href label=revoke kind=ButtonKind::Secondary small=true/></p> })}
        }
        .into_any(),
    )
}

/// What this clerk can do now: a card beside the case, and on a phone the bar below.
fn todo(desk: &Desk, opened: &Opened, locale: Locale) -> (Option<AnyView>, Option<AnyView>) {
    let t = move |key: &str| text(locale, key);
    let (id, version) = (opened.row.id, opened.row.version);
    let at = move |action: &str| format!("/staff/cases/{id}/{action}?version={version}");
    let note = |key: &'static str| {
        let card = view! { <Card title=t("desk-todo")><p class="muted">{t(key)}</p></Card> };
        (Some(card.into_any()), None)
    };
    match opened.row.state {
        CaseState::AwaitingPayment if !desk.may_accept => note("desk-todo-payment"),
        CaseState::AwaitingPayment => {
            let button = move |block: bool| {
                view! { <ButtonLink href=at("pay") label=text(locale, "desk-pay") block/> }
            };
            let bar = view! { <ActionBar phone_only=true>{button(false)}</ActionBar> }.into_any();
            let card = view! {
                <Card title=t("desk-todo")>
                    <p class="muted">{t("desk-todo-pay")}</p>
                    <div class="stack hide-phone">{button(true)}</div>
                </Card>
            };
            (Some(card.into_any()), Some(bar))
        }
        CaseState::Supplementing => note("desk-todo-supplement"),
        CaseState::Submitted if !desk.may_accept => note("desk-todo-intake"),
        CaseState::Accepted if !desk.may_decide => note("desk-todo-decide"),
        CaseState::Submitted => {
            let post = format!("/staff/cases/{id}/accept");
            let buttons = move |block: bool| {
                view! {
                    <SubmitButton label=text(locale, "desk-accept") form="accept" block/>
                    <ButtonLink href=at("decline") label=text(locale, "desk-decline") kind=ButtonKind::Secondary block/>
                }
            };
            let more = ask_more(at("supplement"), locale);
            let lead = t("desk-todo-accept");
            let bar = view! { <ActionBar phone_only=true>{buttons(false)}</ActionBar> }.into_any();
            let card = view! {
                <Card title=t("desk-todo")>
                    <p class="muted">{lead}</p>
                    <form id="accept" method="post" action=post>
                        <input type="hidden" name="version" value=version.to_string()/>
                    </form>
                    <div class="stack hide-phone">{buttons(true)}</div>
                    {more}
                </Card>
            };
            (Some(card.into_any()), Some(bar))
        }
        CaseState::Accepted if !opened.is_examined() => {
            let card = view! {
                <Card title=t("desk-todo")>
                    <p class="muted">{t("desk-todo-examining")}</p>
                    {ask_more(at("supplement"), locale)}
                </Card>
            };
            (Some(card.into_any()), None)
        }
        CaseState::Accepted if !opened.pending().is_empty() => {
            let buttons = move || {
                view! {
                    <button type="button" class="btn" disabled=true>{text(locale, "desk-approve")}</button>
                    <button type="button" class="btn" disabled=true>{text(locale, "desk-refuse")}</button>
                }
            };
            let bar = view! { <ActionBar phone_only=true>{buttons()}</ActionBar> }.into_any();
            let card = view! {
                <Card title=t("desk-todo")>
                    <p class="muted">{t("desk-todo-pending")}</p>
                    <div class="stack hide-phone">{buttons()}</div>
                    {ask_more(at("supplement"), locale)}
                    <p><a href=format!("/staff/cases/{id}")>{t("desk-refresh")}</a></p>
                </Card>
            };
            (Some(card.into_any()), Some(bar))
        }
        CaseState::Accepted => {
            let buttons = move |block: bool| {
                view! {
                    <ButtonLink href=at("approve") label=text(locale, "desk-approve") block/>
                    <ButtonLink href=at("refuse") label=text(locale, "desk-refuse") kind=ButtonKind::Secondary block/>
                }
            };
            let bar = view! { <ActionBar phone_only=true>{buttons(false)}</ActionBar> }.into_any();
            let card = view! {
                <Card title=t("desk-todo")>
                    <p class="muted">{t("desk-todo-decide-now")}</p>
                    <div class="stack hide-phone">{buttons(true)}</div>
                    {ask_more(at("supplement"), locale)}
                </Card>
            };
            (Some(card.into_any()), Some(bar))
        }
        _ => (None, None),
    }
}

/// To where the applicant is asked for more.
fn ask_more(href: String, locale: Locale) -> AnyView {
    view! {
        <p><ButtonLink href label=text(locale, "desk-supplement") kind=ButtonKind::Quiet small=true/></p>
    }
    .into_any()
}

/// The law and the time the case stands under, at hand.
fn basis(opened: &Opened, locale: Locale) -> AnyView {
    let definition = &opened.service.definition;
    let laws = definition
        .legal_basis
        .iter()
        .map(|basis| format!("{} {}", basis.law.get(locale), basis.article.get(locale)).trim().to_owned())
        .map(|law| view! { <li>{law}</li> })
        .collect_view();
    let (promised, statutory) = (definition.time_limit.promised, definition.time_limit.statutory);
    let time =
        with(locale, "desk-time-limit", &[("promised", promised.into()), ("statutory", statutory.into())]);
    let who = definition.who.get(locale).to_owned();
    view! {
        <Disclosure summary=text(locale, "desk-basis")>
            <div class="prose">
                <p>{who}</p>
                <ul>{laws}</ul>
                <p>{time}</p>
            </div>
        </Disclosure>
    }
    .into_any()
}

/// The timeline as staff read it, with what is still to come.
pub(super) fn events(
    visit: &Visit,
    opened: &Opened,
    timeline: &[Happened],
    names: &BTreeMap<StaffId, String>,
) -> Vec<Event> {
    let locale = visit.locale;
    let registers = &visit.backend().catalog.reference.registers;
    let last = timeline.len().saturating_sub(1);
    let event = |(place, happened): (usize, &Happened)| {
        let title = match happened.kind {
            EventKind::Backfilled => {
                let id = happened.detail["register"].as_str().unwrap_or_default();
                let register = registers.get(id).map_or(id, |r| r.name.get(locale)).to_owned();
                with(locale, "event-backfilled", &[("register", register.into())])
            }
            EventKind::Identified => with(
                locale,
                "desk-event-identified",
                &[("what", identified(opened, happened, locale).into())],
            ),
            EventKind::Transferred => transfer_words(&happened.detail, locale),
            EventKind::Reviewed => opinion_words(&happened.detail, locale),
            kind => text(locale, &event_key(kind)),
        };
        let who = match happened.actor_kind.as_str() {
            "person" => text(locale, "desk-by-applicant-self"),
            "staff" => {
                let name = happened.actor_id.and_then(|id| names.get(&StaffId(id)).cloned());
                let name = name.unwrap_or_else(|| text(locale, "desk-by-staff"));
                match absent(happened).and_then(|id| names.get(&id).cloned()) {
                    Some(absent) => {
                        with(locale, "org-who-for", &[("name", name.into()), ("absent", absent.into())])
                    }
                    None => name,
                }
            }
            _ => text(locale, "by-system"),
        };
        let given = &happened.detail["reason"];
        let reason = serde_json::from_value::<Option<Reason>>(given.clone()).ok().flatten();
        let state = event_state(opened, happened, place == last);
        let reason = reason.map(|reason| reason_words(opened, &reason, locale));
        let own = given.as_str().map(str::to_owned);
        let body = reason.or(own).or_else(|| receipt_words(happened, locale));
        Event { title, note: format!("{} · {who}", happened.at.display_minutes()), body, state }
    };
    timeline.iter().enumerate().map(event).collect()
}

/// What an entry of the timeline is called at the desk.
fn event_key(kind: EventKind) -> String {
    format!("desk-event-{}", kind.code().replace('_', "-"))
}

/// That a stage of the examination is done, or how many of its opinions are still missing.
fn opinion_words(detail: &serde_json::Value, locale: Locale) -> String {
    let stage = stage_of(detail, locale);
    match missing(detail) {
        0 => with(locale, "desk-event-reviewed", &[("stage", stage.into())]),
        n => with(locale, "desk-event-opined", &[("stage", stage.into()), ("n", n.into())]),
    }
}

/// Whether `action` is possible for this case at all.
pub(super) fn possible(opened: &Opened, action: Action) -> bool {
    opened.row.state.after(action).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::words;

    #[test]
    fn every_entry_of_a_timeline_has_words_at_the_desk() {
        for kind in EventKind::ALL {
            let key = match kind {
                // They are told in the same words to everybody.
                EventKind::Backfilled => "event-backfilled".to_owned(),
                EventKind::Transferred => "event-transferred".to_owned(),
                kind => event_key(kind),
            };
            for locale in Locale::ALL {
                assert!(words::has(locale, &key), "{key} has no words in {}", locale.tag());
            }
        }
    }

    #[test]
    fn a_stage_is_done_with_its_last_opinion() {
        let stage = json!({ "zh": "联合审查", "en": "Joint look" });
        let first = opinion_words(&json!({ "stage": stage, "missing": 1 }), Locale::Zh);
        assert_eq!(first, "审核环节“联合审查”有一份意见，还缺 1 份");
        let last = opinion_words(&json!({ "stage": stage, "missing": 0 }), Locale::Zh);
        assert_eq!(last, "审核环节“联合审查”已完成");
    }

    #[test]
    fn who_is_late_reads_by_how_many_working_days() {
        let reading = |left: i32| Reading {
            going: Going::Running,
            used: 71,
            left,
            due_on: None,
            statutory_on: None,
            yellow_on: None,
            red_on: None,
            tacit_on: None,
            take_on: None,
            light: domain::cases::Light::Red,
            assumed: false,
        };
        let said = |left| clock_rows(&reading(left), Locale::Zh)[0].value.clone();
        assert_eq!(said(-51), "已用 71 个工作日，超期 51 个工作日");
        assert_eq!(said(2), "已用 71 个工作日，还剩 2 个");
    }
}
