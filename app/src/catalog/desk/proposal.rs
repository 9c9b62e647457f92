//! A proposal: its author writes it, somebody else decides about it, everybody who looks after the service sees it.

use std::sync::Arc;

use axum::extract::{Path, Query};
use axum::response::Redirect;
use backend::catalog::Service;
use backend::catalog::files::Mistake;
use backend::catalog::manage::{self, LONGEST, MAX_NOTE, Proposal, Proposed, read};
use domain::catalog::{Definition, ProposalKind, ProposalState};
use domain::ids::ProposalId;
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::compare::differences;
use super::decide::REJECT;
use super::edit::{lost, page};
use super::service::{kind_words, state_words};
use super::{fail, wrong_words};
use crate::cases::desk::draft;
use crate::cases::desk::frame::{Desk, Spot};
use crate::ui::{
    Alert, AlertKind, Breadcrumb, ButtonKind, ButtonLink, Card, ErrorLink, ErrorSummary, Notice, PageHead,
    StaffLayout, SubmitButton, SummaryList, SummaryRow, Tag, TextArea, TextField, TextKind,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(super) struct Look {
    did: Option<String>,
    wrong: Option<String>,
}

const DID: [&str; 5] = ["saved", "proposed", "revised", "withdrawn", "rejected"];
/// Most mistakes that are listed at once.
const MOST: usize = 50;

/// After signing in again on a form that was on its way.
pub(super) async fn back(Path(id): Path<ProposalId>) -> Redirect {
    Redirect::to(&page(id))
}

/// What the page needs to know.
struct Sight {
    proposal: Proposal,
    base: Option<Arc<Service>>,
    newest: Option<Arc<Service>>,
    read: Result<Definition, Vec<Mistake>>,
    /// Whether the reader wrote it.
    own: bool,
    reason: String,
    lost: Option<String>,
    links: Vec<ErrorLink>,
    /// What is wrong beside the definition: code and words.
    wrong: Option<(&'static str, String)>,
    locale: Locale,
}

impl Sight {
    fn is_stale(&self) -> bool {
        let base = self.base.as_ref().map(|service| service.version);
        !self.proposal.state.is_closed() && base != self.newest.as_ref().map(|service| service.version)
    }

    fn at(&self, field: &str) -> Option<String> {
        draft::at(&self.links, field)
    }
}

pub(super) async fn show(visit: Visit, Path(id): Path<ProposalId>, Query(look): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let (backend, actor, locale) = (visit.backend(), visit.actor(), visit.locale);
    let Proposed { proposal, base, newest, names } =
        manage::proposal(backend, actor, id).await.map_err(|e| fail(&visit, e))?;
    let own = actor.staff().is_ok_and(|staff| staff.id == proposal.proposed_by);
    let read = match proposal.kind {
        ProposalKind::Version => read(backend, &proposal, locale),
        ProposalKind::Retirement => Err(Vec::new()),
    };
    let reason = draft::of(&visit, REJECT, &id.to_string()).await?.get("reason").to_owned();
    let wrong = wrong_words(&visit, look.wrong.as_deref());
    let links = links(&proposal, &read, wrong.as_ref());
    let lost = lost(&visit, id).await?.filter(|_| wrong.as_ref().is_some_and(|(code, _)| *code == "changed"));
    let sight = Sight { own, reason, lost, links, wrong, locale, proposal, base, newest, read };
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let rows = rows(&sight, name);
    let title = kind_words(&sight.proposal, locale);
    let said =
        look.did.filter(|did| DID.contains(&did.as_str())).map(|did| text(locale, &format!("cat-did-{did}")));
    let code = sight.proposal.code.clone();
    let service = sight.newest.as_ref().map(|service| {
        (format!("/staff/catalogue/services/{code}"), service.definition.name.get(locale).to_owned())
    });
    let page_title = draft::title(&visit, &title, &sight.links);
    visit.page(page_title, move || {
        let notice = said.map(|said| view! { <Notice text=said/> }.into_any());
        let (label, tone) = state_words(sight.proposal.state, locale);
        let mut crumbs = vec![("/staff/catalogue".to_owned(), text(locale, "cat-title"))];
        crumbs.extend(service);
        let summary = text(locale, "error-summary");
        let errors = sight.links.clone();
        let body = match sight.proposal.state {
            ProposalState::Draft if sight.own => editor(&sight),
            _ => outcome(&sight),
        };
        let stale = stale(&sight);
        view! {
            <StaffLayout frame=desk.frame notice>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead=code><p class="tags"><Tag label tone/></p></PageHead>
                <div class="stack">
                    {(!errors.is_empty()).then(|| view! { <ErrorSummary title=summary errors/> })}
                    {stale}
                    <SummaryList plain=true rows/>
                    {body}
                </div>
            </StaffLayout>
        }
    })
}

/// The mistakes of a draft, each leading to where it is mended.
fn links(
    proposal: &Proposal,
    read: &Result<Definition, Vec<Mistake>>,
    wrong: Option<&(&'static str, String)>,
) -> Vec<ErrorLink> {
    let mut links: Vec<ErrorLink> = Vec::new();
    if let Some((code, words)) = wrong {
        let field = match *code {
            "day" => "effective_from",
            "note" if proposal.state == ProposalState::Proposed => "reason",
            "note" => "note",
            "unsound" | "same" => "content",
            _ => "main",
        };
        links.push(ErrorLink { field: field.to_owned(), text: words.clone() });
    }
    links.extend(read.as_ref().err().into_iter().flatten().take(MOST).map(|mistake| ErrorLink {
        field: "content".to_owned(),
        text: format!("{}: {}", mistake.line, mistake.says),
    }));
    links
}

fn rows(sight: &Sight, name: impl Fn(domain::ids::StaffId) -> String) -> Vec<SummaryRow> {
    let (p, locale) = (&sight.proposal, sight.locale);
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let mut rows = vec![row("cat-column-author", name(p.proposed_by))];
    if let Some(at) = p.proposed_at {
        rows.push(row("cat-proposed-at", at.display_minutes()));
    }
    // The author of a draft has both below, to write.
    if p.state != ProposalState::Draft {
        rows.push(row("cat-column-why", p.note.clone()));
        if p.kind == ProposalKind::Version {
            let from = p.effective_from.clone().unwrap_or_else(|| text(locale, "cat-at-once"));
            rows.push(row("cat-column-from", from));
        }
    }
    if let Some(ends) = &p.ends {
        rows.push(row("cat-end-last-day", ends.last_day.to_string()));
        rows.push(row("cat-end-filing", ends.filing_ends().to_string()));
        if let Some(successor) = &ends.successor {
            rows.push(row("cat-end-successor", successor.clone()));
        }
    }
    if let (Some(by), Some(at)) = (p.decided_by, p.decided_at) {
        rows.push(row("cat-decided", format!("{} · {}", name(by), at.display_minutes())));
    }
    if let Some(reason) = &p.reason {
        rows.push(row("cat-reason", reason.clone()));
    }
    rows
}

/// That there is a newer version, what it changed, and the way on.
fn stale(sight: &Sight) -> Option<AnyView> {
    if !sight.is_stale() {
        return None;
    }
    let (locale, p) = (sight.locale, &sight.proposal);
    let changed = match (&sight.base, &sight.newest) {
        (Some(base), Some(newest)) => {
            let href = format!(
                "/staff/catalogue/services/{}/compare?from={}&to={}",
                p.code, base.version, newest.version
            );
            let label = text(locale, "cat-stale-look");
            Some(view! { <p><a href=href>{label}</a></p> })
        }
        _ => None,
    };
    let key = if p.kind == ProposalKind::Version { "cat-stale-text" } else { "cat-stale-end-text" };
    let revise = (sight.own && p.kind == ProposalKind::Version)
        .then(|| act(p, "revise", text(locale, "cat-rebase"), ButtonKind::Primary));
    let (title, said) = (text(locale, "cat-stale"), text(locale, key));
    Some(
        view! {
            <Alert kind=AlertKind::Warning title>
                <p>{said}</p>
                {changed}
                {revise}
            </Alert>
        }
        .into_any(),
    )
}

/// A form with one button.
fn act(p: &Proposal, verb: &str, label: String, kind: ButtonKind) -> AnyView {
    let action = format!("{}/{verb}", page(p.id));
    view! {
        <form method="post" action=action>
            <input type="hidden" name="version" value=p.version/>
            <SubmitButton label kind small=true/>
        </form>
    }
    .into_any()
}

fn editor(sight: &Sight) -> AnyView {
    let (p, locale) = (&sight.proposal, sight.locale);
    let t = move |key: &str| text(locale, key);
    let (action, version) = (page(p.id), p.version);
    let mistakes = sight.read.as_ref().err().map(|found| mistakes(p, found, locale));
    let changes = match (&sight.base, &sight.read) {
        (Some(base), Ok(definition)) => {
            let found = differences(&base.definition, definition, locale);
            Some(view! { <section class="stack"><h2>{t("cat-changes")}</h2>{found}</section> })
        }
        _ => None,
    };
    let sound = sight.read.is_ok().then(|| {
        view! { <Alert kind=AlertKind::Success title=t("cat-sound")/> }
    });
    let lost = sight.lost.clone().map(|content| {
        view! {
            <Card title=t("cat-lost")>
                <TextArea name="lost" label=t("cat-lost-label") value=content rows=12 maxlength=LONGEST as u32/>
            </Card>
        }
    });
    let withdraw = act(p, "withdraw", t("cat-withdraw"), ButtonKind::Danger);
    let from = p.effective_from.clone().unwrap_or_default();
    view! {
        {lost}
        {sound}
        {mistakes}
        <form class="form catalogue-editor" method="post" action=action novalidate=true>
            <input type="hidden" name="version" value=version/>
            <TextArea
                name="content"
                label=t("cat-content")
                hint=t("cat-content-hint")
                error=sight.at("content")
                value=p.content.clone()
                rows=30
                maxlength=LONGEST as u32
            />
            <TextField
                name="effective_from"
                label=t("cat-effective-from")
                hint=t("cat-effective-from-hint")
                error=sight.at("effective_from")
                value=from
                kind=TextKind::Date
                optional=true
                maxlength=10
            />
            <TextArea name="note" label=t("cat-note") hint=t("cat-note-hint") error=sight.at("note") value=p.note.clone() rows=3 maxlength=MAX_NOTE/>
            <div class="row">
                <SubmitButton label=t("cat-save") kind=ButtonKind::Secondary name="do" value="save"/>
                <SubmitButton label=t("cat-save-and-try") kind=ButtonKind::Secondary name="do" value="try"/>
                <SubmitButton label=t("cat-propose") name="do" value="propose"/>
            </div>
        </form>
        {changes}
        {withdraw}
    }
    .into_any()
}

/// Every mistake with the line that it is in.
fn mistakes(p: &Proposal, found: &[Mistake], locale: Locale) -> AnyView {
    let all: Vec<&str> = p.content.lines().collect();
    let item = |mistake: &Mistake| {
        let line = mistake.line.checked_sub(1).and_then(|at| all.get(at)).map(|line| line.trim().to_owned());
        let place = with(locale, "cat-line", &[("n", mistake.line.into())]);
        view! {
            <li>
                <strong>{place}</strong>
                " "
                {mistake.says.clone()}
                {line.filter(|line| !line.is_empty()).map(|line| view! { <br/><code>{line}</code> })}
            </li>
        }
    };
    let title = with(locale, "cat-mistakes", &[("n", found.len().into())]);
    let items = found.iter().take(MOST).map(item).collect_view();
    view! { <Alert kind=AlertKind::Error title><ol class="catalogue-mistakes">{items}</ol></Alert> }
        .into_any()
}

/// A proposal that is not written any more: what it changes, and what the reader can do about it.
fn outcome(sight: &Sight) -> AnyView {
    let (p, locale) = (&sight.proposal, sight.locale);
    let t = move |key: &str| text(locale, key);
    let changes = match (&sight.base, &sight.read) {
        (Some(base), Ok(definition)) => Some(differences(&base.definition, definition, locale)),
        // All of it is new.
        (None, Ok(_)) => {
            let content = p.content.clone();
            Some(view! { <pre class="catalogue-code" tabindex="0">{content}</pre> }.into_any())
        }
        _ => None,
    };
    let unsound = (p.kind == ProposalKind::Version)
        .then(|| sight.read.as_ref().err().map(|found| mistakes(p, found, locale)))
        .flatten();
    let try_it = (p.kind == ProposalKind::Version && sight.read.is_ok()).then(|| {
        let href = format!("/staff/catalogue/proposals/{}/try", p.id);
        view! { <p><ButtonLink href label=t("cat-try") kind=ButtonKind::Secondary small=true/></p> }
    });
    let own = match (p.state, sight.own) {
        (ProposalState::Proposed, true) => {
            let revise = (p.kind == ProposalKind::Version)
                .then(|| act(p, "revise", t("cat-revise"), ButtonKind::Secondary));
            let withdraw = act(p, "withdraw", t("cat-withdraw"), ButtonKind::Danger);
            Some(
                view! {
                    <Alert kind=AlertKind::Info title=t("cat-waits")><p>{t("cat-waits-text")}</p></Alert>
                    <div class="row">{revise}{withdraw}</div>
                }
                .into_any(),
            )
        }
        (ProposalState::Rejected | ProposalState::Withdrawn, _) if p.kind == ProposalKind::Version => {
            Some(act(p, "again", t("cat-again"), ButtonKind::Secondary))
        }
        (ProposalState::Proposed, false) => Some(decision(sight)),
        _ => None,
    };
    view! {
        {try_it}
        {unsound}
        {changes}
        {own}
    }
    .into_any()
}

/// Publishing or saying no, for somebody else than the author.
fn decision(sight: &Sight) -> AnyView {
    let (p, locale) = (&sight.proposal, sight.locale);
    let t = move |key: &str| text(locale, key);
    let (approve, reject, version) =
        (format!("{}/approve", page(p.id)), format!("{}/reject", page(p.id)), p.version);
    let label = if p.kind == ProposalKind::Version { t("cat-approve") } else { t("cat-approve-end") };
    let own = sight.wrong.as_ref().is_some_and(|(code, _)| *code == "own");
    let (error, reason) = (sight.at("reason"), sight.reason.clone());
    view! {
        <Card title=t("cat-decide")>
            <div class="decide">
                {own.then(|| view! { <p class="muted">{t("cat-decide-own")}</p> })}
                <p>{t("cat-decide-text")}</p>
                <form method="post" action=approve>
                    <input type="hidden" name="version" value=version/>
                    <SubmitButton label/>
                </form>
                <form class="form" method="post" action=reject novalidate=true>
                    <input type="hidden" name="version" value=version/>
                    <TextArea name="reason" label=t("cat-reject-reason") error value=reason rows=3 maxlength=MAX_NOTE/>
                    <div class="row"><SubmitButton label=t("cat-reject") kind=ButtonKind::Danger/></div>
                </form>
            </div>
        </Card>
    }
    .into_any()
}
