//! Following a case, and taking it back.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use backend::cases::bundle::{Dropped, part_of};
use backend::cases::list::CaseLine;
use backend::cases::supplement::{Asked, supplements_of};
use backend::cases::track::{Happened, track};
use backend::cases::{Opened, Reason, authority, files, open};
use backend::catalog::display::{listed, yuan};
use backend::certificates::wallet;
use domain::cases::supplement::can_begin_again;
use domain::cases::{Action, CaseState, EventKind, Reference, SupplementEnd};
use domain::ids::CaseId;
use domain::text::{Locale, Text};
use leptos::prelude::*;
use serde::Deserialize;

use super::check::{answer_rows, computed_rows};
use super::facts::{fact_rows, reasons};
use super::supplement::{change_rows, subject};
use super::waiting::{appeal_words, clock_rows, late_tag, late_words};
use crate::cases::errors::fail;
use crate::cases::fields::file_rows;
use crate::cases::flow::resume;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Card, CitizenLayout, Event, EventState, FactList, FlowLayout,
    Frame, IconName, Notice, PageHead, Place, SubmitButton, SummaryList, SummaryRow, Tag, TickItem, Ticks,
    Timeline, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// The reference number as people read it.
pub(in crate::cases) fn reference_text(opened: &Opened) -> String {
    let parsed = opened.row.reference.as_deref().and_then(|r| r.parse::<Reference>().ok());
    parsed.map(|r| r.to_string()).unwrap_or_default()
}

/// State in words, with its colour.
pub(in crate::cases) fn state_tag(state: CaseState, locale: Locale) -> (String, Tone) {
    let tone = match state {
        CaseState::Draft => Tone::Slate,
        CaseState::Submitted | CaseState::Accepted => Tone::Blue,
        CaseState::AwaitingPayment | CaseState::Supplementing => Tone::Amber,
        CaseState::Approved => Tone::Jade,
        CaseState::Refused | CaseState::Declined => Tone::Red,
        CaseState::Withdrawn | CaseState::Lapsed | CaseState::Waiting | CaseState::Dropped => Tone::Slate,
        CaseState::Bundled => Tone::Blue,
    };
    (text(locale, &format!("state-{}", state.code().replace('_', "-"))), tone)
}

#[derive(Deserialize)]
pub(in crate::cases) struct Look {
    /// What was just done.
    did: Option<String>,
}

pub(in crate::cases) async fn show(
    visit: Visit,
    Path(id): Path<CaseId>,
    Query(look): Query<Look>,
) -> PageResult {
    let (opened, timeline) = track(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state == CaseState::Draft {
        return Ok(Redirect::to(&resume(&opened)).into_response());
    }
    if opened.row.state == CaseState::Bundled {
        return super::bundle::show(visit, id, look.did.as_deref()).await;
    }
    let part = part_of(visit.backend(), &opened).await.map_err(|e| fail(&visit, e))?;
    let certificate =
        wallet::of_case(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let (state, tone) = state_tag(opened.row.state, locale);
    let form = opened.form();
    let definition = &opened.service.definition;
    let mut sections: Vec<(String, Vec<SummaryRow>)> = definition
        .steps
        .iter()
        .map(|step| {
            (step.title.get(locale).to_owned(), answer_rows(&visit, &opened, &form, &step.fields, None))
        })
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let computed = computed_rows(&visit, &opened, &form);
    let files = files::list(visit.backend(), &opened).await.map_err(|e| fail(&visit, e))?;
    let files = file_rows(&opened, &files, locale);
    if !computed.is_empty() {
        sections.push((t("check-computed"), computed));
    }
    let mut head =
        vec![SummaryRow { name: t("department"), value: office_name(&visit, &opened.row), change: None }];
    // A member that waits is not filed, and has none yet.
    let is_filed = opened.row.reference.is_some();
    if is_filed {
        let value = reference_text(&opened);
        head.insert(0, SummaryRow { name: t("reference"), value, change: None });
    }
    let private = private_words(&opened, &timeline, locale);
    let alone = (opened.row.state == CaseState::Dropped)
        .then(|| (format!("/services/{}", definition.code), t("bundle-part-alone")));
    let part = part.map(|(bundle, name)| {
        let name = with(locale, "bundle-part-of", &[("name", name.get(locale).to_owned().into())]);
        (format!("/cases/{bundle}"), name, t("bundle-part-of-link"))
    });
    head.extend(clock_rows(&visit, &opened));
    let decided = opened.decision.as_ref().filter(|_| opened.row.state.is_closed());
    let reason = decided.and_then(|d| d.reason.as_ref()).map(|reason| reason_words(&opened, reason, locale));
    let (reason_title, reason_kind) = match opened.row.state {
        CaseState::Approved => (t("track-grounds"), AlertKind::Info),
        _ => (t("track-reason"), AlertKind::Warning),
    };
    let paid = timeline.iter().any(|happened| happened.kind == EventKind::Paid);
    let unserved = can_begin_again(opened.row.state);
    let refund = (paid && unserved).then(|| {
        let department = office_name(&visit, &opened.row);
        (t("refund-title"), with(locale, "refund-text", &[("department", department.into())]))
    });
    // What is no longer offered cannot be begun again.
    let again = unserved && visit.backend().catalog.services().get(&definition.code).is_some();
    let by_rule = decided.is_some_and(|d| d.staff.is_none() && d.at.is_some());
    let why: Vec<TickItem> = if by_rule {
        reasons(&opened, locale).into_iter().map(|(good, words)| TickItem::because(good, words)).collect()
    } else {
        Vec::new()
    };
    let appeal = appeal_words(&visit, &opened);
    let late = late_words(&visit, &opened);
    let overdue = late_tag(&visit, &opened.row);
    let asked = opened.asked.as_ref().map(|asked| {
        let words = [("n", asked.asks.len().into()), ("day", asked.due_on.clone().into())];
        (with(locale, "supplement-asked", &words), with(locale, "supplement-asked-text", &words))
    });
    let lapsed = (opened.row.state == CaseState::Lapsed).then(|| (t("lapsed-title"), t("lapsed-text")));
    let supplements = asked_for(&visit, id, &timeline).await?;
    let mended: Vec<(String, Vec<SummaryRow>)> =
        supplements.iter().filter_map(|asked| mended(&visit, &opened, asked)).collect();
    let pending = pending_words(&visit, &opened).filter(|_| !opened.row.state.is_closed());
    let payment = payment_words(&visit, &opened);
    let facts = fact_rows(&visit, &opened, None, true);
    let may_withdraw = opened.row.state.after(Action::Withdraw).is_ok();
    let events = events(&visit, &opened, &timeline);
    let name = definition.name.get(locale).to_owned();
    let title = t("track-title");
    let (timeline_title, facts_title, why_title) = (t("track-timeline"), t("check-facts"), t("done-why"));
    let (card, withdraw, receipt) = (t("done-certificate"), t("withdraw"), t("done-receipt"));
    let withdrawn = opened.row.state == CaseState::Withdrawn;
    let review = crate::reviews::asked(&visit, id, opened.row.state).await?;
    let did = look.did.as_deref().filter(|did| DID.contains(did));
    let did = did.filter(|did| withdrawn || !did.starts_with("withdrawn"));
    let did = did.map(|did| t(&format!("track-did-{did}")));
    let frame = Frame::of(&visit);
    let heading = name.clone();
    visit.page(format!("{title} · {name}"), move || {
        let notice = did.map(|text| view! { <Notice text/> }.into_any());
        view! {
            <CitizenLayout frame bar_title=title back="/cases" place=Place::Services narrow=true notice>
                <PageHead title=heading>
                    <Tag label=state tone/>
                    {overdue}
                </PageHead>
                {part.map(|(href, name, label)| view! { <p class="muted">{name}" · "<a href=href>{label}</a></p> })}
                <SummaryList plain=true rows=head/>
                {private.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {asked
                    .map(|(title, body)| {
                        let (href, label) = (format!("/cases/{id}/supplement"), text(locale, "supplement-open"));
                        view! {
                            <Alert kind=AlertKind::Warning title>
                                <p>{body}</p>
                                <p><ButtonLink href label/></p>
                            </Alert>
                        }
                    })}
                {lapsed.map(|(title, body)| view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> })}
                {late.map(|(title, body)| view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> })}
                {payment.map(|(title, body)| view! { <Alert kind=AlertKind::Warning title><p>{body}</p></Alert> })}
                {pending.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {reason.map(|words| view! { <Alert kind=reason_kind title=reason_title><p>{words}</p></Alert> })}
                {refund.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {appeal.map(|(title, body)| view! { <Alert kind=AlertKind::Info title><p>{body}</p></Alert> })}
                {certificate.map(|c| view! { <p><ButtonLink href=format!("/certificates/{c}") label=card block=true/></p> })}
                <Card title=timeline_title><Timeline events/></Card>
                {(!why.is_empty()).then(|| view! { <Card title=why_title><Ticks items=why/></Card> })}
                {sections.into_iter().map(|(title, rows)| view! { <SummaryList title rows/> }).collect_view()}
                {files}
                {mended.into_iter().map(|(title, rows)| view! { <SummaryList title rows/> }).collect_view()}
                {(!facts.is_empty()).then(|| view! { <FactList title=facts_title facts/> })}
                <div class="stack">
                    {review.map(|(href, label)| view! { <ButtonLink href label kind=ButtonKind::Secondary icon=IconName::FaceSmile block=true/> })}
                    {again
                        .then(|| {
                            view! {
                                <form method="post" action=format!("/cases/{id}/again")>
                                    <SubmitButton label=text(locale, "apply-again") block=true/>
                                </form>
                            }
                        })}
                    {alone.map(|(href, label)| view! { <ButtonLink href label block=true/> })}
                    {is_filed.then(|| view! { <ButtonLink href=format!("/cases/{id}/receipt.pdf") label=receipt kind=ButtonKind::Secondary block=true/> })}
                    {may_withdraw.then(|| view! { <ButtonLink href=format!("/cases/{id}/withdraw") label=withdraw kind=ButtonKind::Quiet block=true/> })}
                </div>
            </CitizenLayout>
        }
    })
}

/// Why a member of a bundle was not filed, or not yet.
fn private_words(opened: &Opened, timeline: &[Happened], locale: Locale) -> Option<(String, String)> {
    match opened.row.state {
        CaseState::Waiting => {
            Some((text(locale, "bundle-waiting-title"), text(locale, "bundle-waiting-text")))
        }
        CaseState::Dropped => {
            let dropped = timeline.iter().rfind(|h| h.kind == EventKind::Dropped)?;
            let why = Dropped::ALL.into_iter().find(|why| dropped.detail["why"] == why.code())?;
            let before: Option<Text> =
                serde_json::from_value(dropped.detail["before"].clone()).ok().flatten();
            let name = before.map(|name| name.get(locale).to_owned()).unwrap_or_default();
            let key = format!("bundle-dropped-{}", why.code());
            let words = match why {
                Dropped::Before => with(locale, &key, &[("name", name.into())]),
                _ => text(locale, &key),
            };
            Some((text(locale, "bundle-dropped-title"), words))
        }
        _ => None,
    }
}

/// What can be said to have been done.
const DID: [&str; 4] = ["already", "withdrawn", "withdrawn-before", "resubmitted"];

/// What was asked for in a case; most are never asked for anything, as their timelines say.
pub(in crate::cases) async fn asked_for(
    visit: &Visit,
    id: CaseId,
    timeline: &[Happened],
) -> Result<Vec<Asked>, PageError> {
    match timeline.iter().any(|happened| happened.kind == EventKind::SupplementAsked) {
        true => supplements_of(visit.backend(), id).await.map_err(|e| fail(visit, e)),
        false => Ok(Vec::new()),
    }
}

/// What was asked for one time and what the answer changed, once it has come.
fn mended(visit: &Visit, opened: &Opened, asked: &Asked) -> Option<(String, Vec<SummaryRow>)> {
    let day = asked.ended_at.filter(|_| asked.ended_by == Some(SupplementEnd::Answered))?.date_in_china();
    let title = with(visit.locale, "supplement-answered", &[("day", day.to_string().into())]);
    let mut rows = change_rows(visit, opened, &asked.changes);
    for ask in &asked.asks {
        let name = subject(opened, &ask.about, visit.locale);
        if rows.iter().all(|row| row.name != name) {
            rows.push(SummaryRow { name, value: ask.right.clone(), change: None });
        }
    }
    Some((title, rows))
}

/// Why a case was not accepted or refused, in words.
pub(in crate::cases) fn reason_words(opened: &Opened, reason: &Reason, locale: Locale) -> String {
    match reason {
        Reason::Words(words) => words.clone(),
        Reason::Tacit => text(locale, "reason-tacit"),
        Reason::Listed(id) => {
            let listed = opened.service.definition.refusals.iter().find(|r| &r.id == id);
            listed.map_or_else(|| id.clone(), |r| r.text.get(locale).to_owned())
        }
    }
}

/// The office that has a case, by name; before it is filed, the authority that its department is.
pub(in crate::cases) fn office_name(visit: &Visit, row: &CaseLine) -> String {
    let name = authority(visit.backend(), row);
    name.map_or_else(|| row.department.clone(), |name| name.get(visit.locale).to_owned())
}

/// The office that had the case when the entry of its timeline at `place` was made.
fn office_then(visit: &Visit, opened: &Opened, timeline: &[Happened], place: usize) -> String {
    let later = timeline.iter().skip(place).find(|later| later.kind == EventKind::Transferred);
    match later.and_then(|later| serde_json::from_value::<Text>(later.detail["from"].clone()).ok()) {
        Some(from) => from.get(visit.locale).to_owned(),
        None => office_name(visit, &opened.row),
    }
}

/// The question whose answer a clerk found the record of.
pub(in crate::cases) fn identified(opened: &Opened, happened: &Happened, locale: Locale) -> String {
    let id = happened.detail["field"].as_str().unwrap_or_default();
    opened.service.definition.field(id).map_or(id, |f| f.label.get(locale)).to_owned()
}

/// What the receipt of a payment said.
pub(in crate::cases) fn receipt_words(happened: &Happened, locale: Locale) -> Option<String> {
    let fen = happened.detail["fen"].as_i64().filter(|_| happened.kind == EventKind::Paid)?;
    let receipt = happened.detail["receipt"].as_str().unwrap_or_default();
    let words = [("amount", yuan(fen, locale).into()), ("receipt", receipt.to_owned().into())];
    Some(with(locale, "event-paid-receipt", &words))
}

/// Which registers still owe an answer that the decision needs.
pub(in crate::cases) fn pending_words(visit: &Visit, opened: &Opened) -> Option<(String, String)> {
    let locale = visit.locale;
    let (pending, known) = (opened.pending(), &visit.backend().catalog.reference.registers);
    let mut registers: Vec<&str> = Vec::new();
    for evidence in opened.evidence.iter().filter(|e| pending.contains(&e.fact)) {
        let name = known.get(&evidence.register).map_or(evidence.register.as_str(), |r| r.name.get(locale));
        if !registers.contains(&name) {
            registers.push(name);
        }
    }
    let words = [("registers", listed(&registers, locale).into())];
    (!pending.is_empty())
        .then(|| (text(locale, "facts-pending-title"), with(locale, "done-pending-text", &words)))
}

/// What is still to be paid, and where.
pub(in crate::cases) fn payment_words(visit: &Visit, opened: &Opened) -> Option<(String, String)> {
    if opened.row.state != CaseState::AwaitingPayment {
        return None;
    }
    let locale = visit.locale;
    let amount = match opened.fee_fen() {
        Some(fen) => with(locale, "done-payment-amount", &[("amount", yuan(fen, locale).into())]),
        None => text(locale, "done-payment-by-rule"),
    };
    let place = office_name(visit, &opened.row);
    let words = [("department", place.into()), ("reference", reference_text(opened).into())];
    Some((amount, with(locale, "done-payment-text", &words)))
}

/// How an entry of a timeline stands; `last` when nothing has come after it.
pub(in crate::cases) fn event_state(opened: &Opened, happened: &Happened, last: bool) -> EventState {
    match happened.kind {
        EventKind::Refused
        | EventKind::Declined
        | EventKind::Withdrawn
        | EventKind::Lapsed
        | EventKind::Dropped => EventState::Stopped,
        _ if last && !opened.row.state.is_closed() => EventState::Now,
        _ => EventState::Done,
    }
}

/// From which office to which.
pub(in crate::cases) fn transfer_words(detail: &serde_json::Value, locale: Locale) -> String {
    let name = |end: &str| {
        let name: Option<Text> = serde_json::from_value(detail[end].clone()).ok();
        name.map(|name| name.get(locale).to_owned()).unwrap_or_default()
    };
    with(locale, "event-transferred", &[("from", name("from").into()), ("to", name("to").into())])
}

/// The stage of the examination that an opinion was given in.
pub(in crate::cases) fn stage_of(detail: &serde_json::Value, locale: Locale) -> String {
    let stage: Option<Text> = serde_json::from_value(detail["stage"].clone()).ok();
    stage.map(|stage| stage.get(locale).to_owned()).unwrap_or_default()
}

/// How many opinions of the stage were still missing after one was given. Entries from before this was kept do not say.
pub(in crate::cases) fn missing(detail: &serde_json::Value) -> i64 {
    detail["missing"].as_i64().unwrap_or_default()
}

/// What an entry of the timeline is called for the applicant.
fn event_key(kind: EventKind) -> String {
    format!("event-{}", kind.code().replace('_', "-"))
}

/// Whether the applicant reads of it. A stage of the examination is told once it is done; what the opinions were is the
/// office's own matter until it decides.
fn is_told(happened: &Happened) -> bool {
    happened.kind != EventKind::Reviewed || missing(&happened.detail) == 0
}

/// The timeline in words, with what is still to come.
pub(in crate::cases) fn events(visit: &Visit, opened: &Opened, timeline: &[Happened]) -> Vec<Event> {
    let locale = visit.locale;
    let registers = &visit.backend().catalog.reference.registers;
    let last = timeline.iter().rposition(is_told).unwrap_or_default();
    let mut events: Vec<Event> = timeline
        .iter()
        .enumerate()
        .filter(|(_, happened)| is_told(happened))
        .map(|(place, happened)| {
            let title = match happened.kind {
                EventKind::Backfilled => {
                    let id = happened.detail["register"].as_str().unwrap_or_default();
                    let register = registers.get(id).map_or(id, |r| r.name.get(locale));
                    with(locale, "event-backfilled", &[("register", register.to_owned().into())])
                }
                EventKind::Identified => {
                    with(locale, "event-identified", &[("what", identified(opened, happened, locale).into())])
                }
                EventKind::Transferred => transfer_words(&happened.detail, locale),
                EventKind::Reviewed => {
                    with(locale, "event-reviewed", &[("stage", stage_of(&happened.detail, locale).into())])
                }
                kind => text(locale, &event_key(kind)),
            };
            let who = match happened.actor_kind.as_str() {
                "person" => text(locale, "by-you"),
                "staff" => office_then(visit, opened, timeline, place),
                _ => text(locale, "by-system"),
            };
            let state = event_state(opened, happened, place == last);
            let note = format!("{} · {who}", happened.at.display_minutes());
            Event { title, note, body: receipt_words(happened, locale), state }
        })
        .collect();
    let to_come = match opened.row.state {
        CaseState::AwaitingPayment => &["event-to-pay", "event-accepted", "event-decided"][..],
        CaseState::Submitted | CaseState::Supplementing => &["event-accepted", "event-decided"][..],
        CaseState::Accepted => &["event-decided"][..],
        CaseState::Waiting => &["event-submitted", "event-decided"][..],
        _ => &[],
    };
    let due = opened.row.due_on.clone().unwrap_or_default();
    events.extend(to_come.iter().map(|key| Event {
        title: text(locale, key),
        note: if *key == "event-decided" && !due.is_empty() {
            with(locale, "promised-by", &[("day", due.clone().into())])
        } else {
            String::new()
        },
        body: None,
        state: EventState::Next,
    }));
    events
}

/// Asks once more before a case is taken back.
pub(in crate::cases) async fn confirm_withdraw(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state == CaseState::Withdrawn {
        return Ok(Redirect::to(&format!("/cases/{id}?did=withdrawn-before")).into_response());
    }
    if opened.row.state == CaseState::Bundled {
        return confirm(&visit, &opened, "bundle-withdraw", format!("/cases/{id}"));
    }
    opened.row.state.after(Action::Withdraw).map_err(|_| PageError::Conflict)?;
    confirm(&visit, &opened, "withdraw", format!("/cases/{id}"))
}

/// Asks once more before a draft is thrown away.
pub(in crate::cases) async fn confirm_discard(visit: Visit, Path(id): Path<CaseId>) -> PageResult {
    let opened = open::open_own(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    if opened.row.state != CaseState::Draft {
        return Err(PageError::Conflict);
    }
    confirm(&visit, &opened, "discard", "/cases".to_owned())
}

fn confirm(visit: &Visit, opened: &Opened, what: &'static str, back: String) -> PageResult {
    let locale = visit.locale;
    let title = text(locale, &format!("{what}-title"));
    let lead = text(locale, &format!("{what}-text"));
    let (yes, no) = (text(locale, what), text(locale, "keep-it"));
    let name = opened.service.definition.name.get(locale).to_owned();
    let action = format!("/cases/{}/{}", opened.row.id, what.trim_start_matches("bundle-"));
    let frame = Frame::of(visit);
    visit.page(format!("{title} · {name}"), move || {
        let actions = view! {
            <SubmitButton label=yes kind=ButtonKind::Danger block=true/>
            <ButtonLink href=back.clone() label=no kind=ButtonKind::Secondary block=true/>
        }
        .into_any();
        view! {
            <FlowLayout frame service=name back action actions>
                <PageHead title lead/>
            </FlowLayout>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words;

    #[test]
    fn every_entry_of_a_timeline_has_words_for_the_applicant() {
        for kind in EventKind::ALL {
            for locale in Locale::ALL {
                let key = event_key(kind);
                assert!(words::has(locale, &key), "{key} has no words in {}", locale.tag());
            }
        }
    }

    #[test]
    fn a_stage_is_told_once_it_is_done() {
        let happened = |missing: i64| Happened {
            at: domain::time::Timestamp::from_micros(0),
            kind: EventKind::Reviewed,
            actor_kind: "staff".to_owned(),
            actor_id: None,
            detail: serde_json::json!({ "missing": missing }),
        };
        assert!(!is_told(&happened(1)));
        assert!(is_told(&happened(0)));
    }
}
