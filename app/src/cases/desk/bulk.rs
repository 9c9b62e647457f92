//! One step for many cases: what was marked, once more before a decision, and what became of each.

use axum::Form;
use axum::response::{IntoResponse, Redirect};
use backend::cases::bulk::{Bulk, MOST, bulk};
use backend::cases::{CaseError, Opened, queue};
use backend::identity::FormDraft;
use domain::ids::{CaseId, StaffId};
use domain::text::Locale;
use leptos::prelude::*;

use super::draft::{self, Typed};
use super::frame::{Desk, Spot};
use crate::cases::errors::fail;
use crate::cases::pages::track::reference_text;
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, Column, ColumnKind, PageHead, StaffLayout, SubmitButton, Table,
    Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "desk-bulk";
/// In the address of the queue, when a step was asked for with nothing marked.
pub(super) const NOTHING_PICKED: &str = "nothing-picked";

/// The fields of a post, some of them several times.
type Posted = Vec<(String, String)>;

fn field<'a>(posted: &'a Posted, name: &str) -> &'a str {
    posted.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

/// What was marked: each case with the version that was looked at.
fn marked(text: &str) -> Vec<(CaseId, i64)> {
    let one = |pair: &str| {
        let (id, version) = pair.split_once(':')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    };
    text.split_whitespace().filter_map(one).take(MOST + 1).collect()
}

/// Back to the queue as it was; nowhere else.
fn way_back(address: &str) -> String {
    if address.starts_with("/staff?") { address.to_owned() } else { "/staff".to_owned() }
}

/// The same, saying that nothing was chosen.
fn nothing_picked(back: &str) -> String {
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}did={NOTHING_PICKED}")
}

/// What a step is called in keys of words.
fn act_code(act: Bulk) -> &'static str {
    match act {
        Bulk::Claim => "claim",
        Bulk::Accept => "accept",
        Bulk::Assign(_) => "assign",
        Bulk::Approve => "approve",
    }
}

/// What was done to a case, as long as it is known.
fn did_words(act: &str, locale: Locale) -> String {
    match act {
        "claim" | "accept" | "assign" | "approve" => text(locale, &format!("desk-bulk-did-{act}")),
        _ => text(locale, "desk-bulk-done"),
    }
}

async fn keep(visit: &Visit, cases: &str, back: &str, act: &str, outcomes: &str) -> Result<(), PageError> {
    let answers: Typed = [("cases", cases), ("back", back), ("act", act), ("outcomes", outcomes)]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    draft::keep(visit, FORM, FORM, &answers, &["cases", "back", "act", "outcomes"], Vec::new()).await
}

pub(super) async fn act(visit: Visit, Form(posted): Form<Posted>) -> PageResult {
    visit.staff()?;
    let cases: Vec<&str> = posted.iter().filter(|(key, _)| key == "case").map(|(_, v)| v.as_str()).collect();
    let (cases, back) = (cases.join(" "), way_back(field(&posted, "back")));
    if cases.is_empty() {
        return Ok(Redirect::to(&nothing_picked(&back)).into_response());
    }
    let act = match field(&posted, "act") {
        "claim" => Bulk::Claim,
        "accept" => Bulk::Accept,
        "assign" => Bulk::Assign(field(&posted, "to").parse::<StaffId>().map_err(|_| PageError::NotFound)?),
        "approve" => {
            // Decided after one more look.
            keep(&visit, &cases, &back, "approve", "").await?;
            return Ok(Redirect::to("/staff/bulk/approve").into_response());
        }
        _ => return Err(PageError::NotFound),
    };
    carry_out(&visit, act, &cases, &back, Vec::new()).await
}

/// Does it, keeps what became of each case, and shows that, with what was `told` of others.
async fn carry_out(visit: &Visit, act: Bulk, cases: &str, back: &str, mut told: Vec<String>) -> PageResult {
    let called = act_code(act);
    let done = bulk(visit.backend(), visit.actor(), act, &marked(cases)).await;
    let outcomes = match done {
        Ok(outcomes) => outcomes,
        Err(CaseError::NotAlike) => {
            return Ok(Redirect::to("/staff/bulk/approve?alike").into_response());
        }
        Err(error) => return Err(fail(visit, error)),
    };
    let line = |(id, outcome): &(CaseId, Result<(), CaseError>)| format!("{id}:{}", code(outcome));
    told.extend(outcomes.iter().map(line));
    keep(visit, cases, back, called, &told.join(" ")).await?;
    Ok(Redirect::to("/staff/bulk").into_response())
}

/// What became of a case, as the words are called.
fn code(outcome: &Result<(), CaseError>) -> &'static str {
    match outcome {
        Ok(()) => "done",
        Err(CaseError::Held(_)) => "held",
        Err(CaseError::Denied(_) | CaseError::Outside(_)) => "forbidden",
        Err(CaseError::Pending(_)) => "pending",
        Err(CaseError::Unidentified(_)) => "unidentified",
        Err(CaseError::ReasonNeeded | CaseError::EndUnknown(_)) => "grounds",
        Err(CaseError::Separated) => "separated",
        Err(CaseError::WaitsForApplicant) => "waits",
        Err(CaseError::Changed | CaseError::NotAllowed(_) | CaseError::NotFound) => "changed",
        Err(_) => "failed",
    }
}

/// What became of each case.
pub(super) async fn outcomes(visit: Visit) -> PageResult {
    let desk = Desk::of(&visit, Spot::Queue).await?;
    let kept = draft::of(&visit, FORM, FORM).await?;
    let lines: Vec<(CaseId, String)> = kept
        .get("outcomes")
        .split_whitespace()
        .filter_map(|pair| pair.split_once(':'))
        .filter_map(|(id, code)| Some((id.parse().ok()?, code.to_owned())))
        .collect();
    if lines.is_empty() {
        return Ok(Redirect::to("/staff").into_response());
    }
    let locale = visit.locale;
    let did = did_words(kept.get("act"), locale);
    let mut rows: Vec<Vec<AnyView>> = Vec::new();
    let done = lines.iter().filter(|(_, code)| code == "done").count();
    for (id, code) in &lines {
        let (label, tone) = match code.as_str() {
            "done" => (did.clone(), Tone::Jade),
            code => (text(locale, &format!("desk-bulk-not-{code}")), Tone::Red),
        };
        let there = queue::still_there(visit.backend(), visit.actor(), *id).await;
        rows.push(row(locale, label, tone, there.map_err(|e| fail(&visit, e))?));
    }
    let words = [("did", did.into()), ("done", done.into()), ("n", lines.len().into())];
    let title = with(locale, "desk-bulk-outcome", &words);
    let back = way_back(kept.get("back"));
    visit.page(title.clone(), move || {
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=title.clone()/>
                <div class="stack">
                    <Table caption=title columns=columns(locale) rows/>
                    <div class="row"><ButtonLink href=back label=text(locale, "desk-to-queue")/></div>
                </div>
            </StaffLayout>
        }
    })
}

fn columns(locale: Locale) -> Vec<Column> {
    let column = |key: &str, kind| Column::new(text(locale, key), kind);
    vec![
        column("desk-column-result", ColumnKind::Mark),
        column("desk-column-reference", ColumnKind::Plain),
        column("desk-column-service", ColumnKind::Lead),
        column("desk-column-action", ColumnKind::Action),
    ]
}

/// A line about a case; one that went elsewhere meanwhile is not named.
fn row(locale: Locale, label: String, tone: Tone, there: Option<Opened>) -> Vec<AnyView> {
    let mark = view! { <Tag label tone/> }.into_any();
    let Some(opened) = there else { return vec![mark, ().into_any(), ().into_any(), ().into_any()] };
    let href = format!("/staff/cases/{}", opened.row.id);
    let look = text(locale, "desk-look");
    vec![
        mark,
        view! { <span class="num nowrap">{reference_text(&opened)}</span> }.into_any(),
        opened.service.definition.name.get(locale).to_owned().into_any(),
        view! { <a href=href>{look}</a> }.into_any(),
    ]
}

/// The last look before many cases are decided in favour.
pub(super) async fn confirm(visit: Visit) -> PageResult {
    let desk = Desk::of(&visit, Spot::Queue).await?;
    visit.recent()?;
    let kept: FormDraft = draft::of(&visit, FORM, FORM).await?;
    let cases = marked(kept.get("cases"));
    if cases.is_empty() {
        return Ok(Redirect::to("/staff").into_response());
    }
    let locale = visit.locale;
    let mut rows: Vec<Vec<AnyView>> = Vec::new();
    for (id, _) in &cases {
        let there = queue::still_there(visit.backend(), visit.actor(), *id).await;
        let there = there.map_err(|e| fail(&visit, e))?;
        let is_ready = |opened: &Opened| {
            opened.pending().is_empty() && opened.unidentified().is_empty() && !opened.needs_grounds()
        };
        let (key, tone) = match &there {
            Some(opened) if is_ready(opened) => ("desk-bulk-ready", Tone::Jade),
            Some(_) => ("desk-bulk-not-ready", Tone::Amber),
            None => ("desk-bulk-not-gone", Tone::Slate),
        };
        rows.push(row(locale, text(locale, key), tone, there));
    }
    let unlike = visit.here.0.ends_with("?alike");
    let title = with(locale, "desk-bulk-confirm", &[("n", cases.len().into())]);
    let back = way_back(kept.get("back"));
    visit.page(title.clone(), move || {
        let remark = match unlike {
            true => {
                (AlertKind::Error, text(locale, "desk-bulk-unlike"), text(locale, "desk-bulk-unlike-text"))
            }
            false => (AlertKind::Info, text(locale, "desk-bulk-check"), text(locale, "desk-bulk-check-text")),
        };
        let (kind, heading, body) = remark;
        view! {
            <StaffLayout frame=desk.frame>
                <PageHead title=title.clone()/>
                <div class="stack">
                    <Alert kind title=heading><p>{body}</p></Alert>
                    <Table caption=title columns=columns(locale) rows/>
                    <form method="post" action="/staff/bulk/approve" class="row">
                        <SubmitButton label=text(locale, "desk-bulk-approve")/>
                        <ButtonLink href=back label=text(locale, "desk-to-queue") kind=ButtonKind::Secondary/>
                    </form>
                </div>
            </StaffLayout>
        }
    })
}

pub(super) async fn approve(visit: Visit) -> PageResult {
    visit.staff()?;
    // Signing in again leads back to the last look, not to a post.
    if visit.recent().is_err() {
        return Err(PageError::ReauthenticationNeeded { next: "/staff/bulk/approve".into() });
    }
    let kept = draft::of(&visit, FORM, FORM).await?;
    // What went elsewhere since it was marked is left out.
    let (mut there, mut gone) = (Vec::new(), Vec::new());
    for (id, version) in marked(kept.get("cases")) {
        let found = queue::still_there(visit.backend(), visit.actor(), id).await;
        match found.map_err(|e| fail(&visit, e))? {
            Some(_) => there.push(format!("{id}:{version}")),
            None => gone.push(format!("{id}:gone")),
        }
    }
    carry_out(&visit, Bulk::Approve, &there.join(" "), &way_back(kept.get("back")), gone).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_marked_is_read_and_bounded() {
        let id = "0193f1a0-0000-7000-8000-000000000001";
        assert_eq!(marked(&format!("{id}:3 x {id} :4 {id}:y")), vec![(id.parse().unwrap(), 3)]);
        assert_eq!(marked(&format!("{id}:1 ").repeat(200)).len(), MOST + 1);
    }

    #[test]
    fn each_step_is_called_by_its_name() {
        let acts = [Bulk::Claim, Bulk::Accept, Bulk::Assign(StaffId(Default::default())), Bulk::Approve];
        let said = acts.map(|act| did_words(act_code(act), Locale::Zh));
        assert_eq!(said, ["已认领", "已受理", "已分派", "已准予"]);
        assert_eq!(did_words("", Locale::Zh), "已完成");
    }

    #[test]
    fn the_queue_stays_as_it_was_when_nothing_was_picked() {
        assert_eq!(nothing_picked("/staff?desk=a.33"), "/staff?desk=a.33&did=nothing-picked");
        assert_eq!(nothing_picked("/staff"), "/staff?did=nothing-picked");
    }

    #[test]
    fn the_way_back_leads_nowhere_else() {
        assert_eq!(way_back("/staff?desk=a.33"), "/staff?desk=a.33");
        for other in ["https://evil.example", "//evil.example", "/staff@evil", ""] {
            assert_eq!(way_back(other), "/staff");
        }
    }
}
