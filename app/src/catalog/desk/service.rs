//! A service as those see it who look after it: what holds now, every version with who and why, and proposals.

use axum::extract::{Path, Query};
use axum::response::Redirect;
use backend::catalog::manage::{About, Proposal, Publication, look};
use domain::catalog::{ProposalKind, ProposalState};
use domain::ids::StaffId;
use domain::text::Locale;
use leptos::prelude::*;
use serde::Deserialize;

use super::fail;
use crate::cases::desk::frame::{Desk, Spot};
use crate::ui::{
    Alert, AlertKind, Breadcrumb, ButtonKind, ButtonLink, Card, Choice, Column, ColumnKind, Notice, PageHead,
    SelectField, StaffLayout, SubmitButton, SummaryList, SummaryRow, Table, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

#[derive(Deserialize)]
pub(super) struct Look {
    did: Option<String>,
}

/// After signing in again on a form that was on its way.
pub(super) async fn back(Path(code): Path<String>) -> Redirect {
    Redirect::to(&format!("/staff/catalogue/services/{code}"))
}

pub(super) async fn show(visit: Visit, Path(code): Path<String>, Query(asked): Query<Look>) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let about = look(visit.backend(), visit.actor(), &code).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let definition = &about.newest.definition;
    let name = definition.name.get(locale).to_owned();
    let rows = rows(&visit, &about);
    let versions = about.history.len();
    let title = name.clone();
    let newest_to_try = format!("/staff/catalogue/versions/{}/try", about.newest.version);
    let base = format!("/staff/catalogue/services/{code}");
    let end_label = if about.retirement.is_some() { t("cat-end-change") } else { t("cat-end") };
    let public = about.in_effect.is_some().then(|| format!("/services/{code}"));
    let done = asked.did.as_deref().filter(|did| *did == "published" || *did == "retired");
    let said = done.map(|did| t(&format!("cat-did-{did}")));
    visit.page(title, move || {
        let notice = said.map(|said| view! { <Notice text=said/> }.into_any());
        let history = history(&about, locale);
        let proposals = proposals(&about.proposals, &about, locale);
        let compare = (versions > 1).then(|| choose(&about, &base, locale));
        let ends = about.retirement.as_ref().map(|ends| {
            let title = with(locale, "cat-ends-title", &[("day", ends.last_day.to_string().into())]);
            let grace = with(locale, "cat-ends-text", &[("day", ends.filing_ends().to_string().into())]);
            view! { <Alert kind=AlertKind::Warning title><p>{grace}</p></Alert> }
        });
        let propose = format!("{base}/propose");
        let end = format!("{base}/end");
        view! {
            <StaffLayout frame=desk.frame notice>
                <Breadcrumb links=vec![("/staff/catalogue".to_owned(), text(locale, "cat-title"))] here=name.clone()/>
                <PageHead title=name/>
                <div class="stack">
                    {ends}
                    <div class="row">
                        <form method="post" action=propose>
                            <SubmitButton label=text(locale, "cat-propose-version") small=true/>
                        </form>
                        <ButtonLink href=newest_to_try label=text(locale, "cat-try") kind=ButtonKind::Secondary small=true/>
                        <ButtonLink href=end label=end_label kind=ButtonKind::Secondary small=true/>
                        {public
                            .map(|href| view! { <ButtonLink href label=text(locale, "cat-public") kind=ButtonKind::Quiet small=true/> })}
                    </div>
                    <SummaryList plain=true rows/>
                    {proposals}
                    {history}
                    {compare}
                </div>
            </StaffLayout>
        }
    })
}

fn rows(visit: &Visit, about: &About) -> Vec<SummaryRow> {
    let locale = visit.locale;
    let definition = &about.newest.definition;
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    vec![
        row("cat-column-code", definition.code.clone()),
        row("department", visit.authority(&definition.department).unwrap_or_default()),
        row("cat-summary", definition.summary.get(locale).to_owned()),
        row("cat-digest", about.newest.digest.chars().take(12).collect()),
    ]
}

/// The name of a member of staff; who published with a command has none.
fn who(about: &About, id: Option<StaffId>, locale: Locale) -> String {
    match id {
        Some(id) => about.names.get(&id).cloned().unwrap_or_default(),
        None => text(locale, "cat-operator"),
    }
}

fn history(about: &About, locale: Locale) -> AnyView {
    let row = |p: &Publication| -> Vec<AnyView> {
        let in_effect = about.in_effect == Some(p.version_id);
        let newest = about.newest.version == p.version_id;
        let mark = match (in_effect, newest) {
            (true, _) => Some((text(locale, "cat-in-effect"), Tone::Jade)),
            (false, true) => Some((text(locale, "cat-from-then"), Tone::Blue)),
            _ => None,
        };
        let by = match (p.proposed_by, p.decided_by) {
            (None, None) => text(locale, "cat-operator"),
            (proposed, decided) => with(
                locale,
                "cat-by-two",
                &[
                    ("author", who(about, proposed, locale).into()),
                    ("approver", who(about, decided, locale).into()),
                ],
            ),
        };
        let from = if p.effective_from.starts_with("0001") {
            p.published_at.date_in_china().to_string()
        } else {
            p.effective_from.clone()
        };
        let try_it = format!("/staff/catalogue/versions/{}/try", p.version_id);
        vec![
            view! {
                <span class="num">{format!("v{}", p.number)}</span>
                " "
                {mark.map(|(label, tone)| view! { <Tag label tone/> })}
            }
            .into_any(),
            view! { <span class="num nowrap">{p.published_at.display_minutes()}</span> }.into_any(),
            view! { <span class="num nowrap">{from}</span> }.into_any(),
            by.into_any(),
            p.note.clone().unwrap_or_default().into_any(),
            view! { <a href=try_it>{text(locale, "cat-try")}<span class="visually-hidden">{format!(" v{}", p.number)}</span></a> }
                .into_any(),
        ]
    };
    let rows = about.history.iter().map(row).collect();
    let column = |key: &str, kind| Column::new(text(locale, key), kind);
    let columns = vec![
        column("cat-column-version", ColumnKind::Lead),
        column("cat-column-published", ColumnKind::Plain),
        column("cat-column-from", ColumnKind::Plain),
        column("cat-column-by", ColumnKind::Plain),
        column("cat-column-why", ColumnKind::Plain),
        column("desk-column-action", ColumnKind::Action),
    ];
    view! { <Table caption=text(locale, "cat-history") show_caption=true columns rows/> }.into_any()
}

/// The state of a proposal, with its colour.
pub(super) fn state_words(state: ProposalState, locale: Locale) -> (String, Tone) {
    let tone = match state {
        ProposalState::Draft | ProposalState::Withdrawn => Tone::Slate,
        ProposalState::Proposed => Tone::Amber,
        ProposalState::Approved => Tone::Jade,
        ProposalState::Rejected => Tone::Red,
    };
    (text(locale, &format!("cat-state-{}", state.code())), tone)
}

/// What a proposal would do.
pub(super) fn kind_words(proposal: &Proposal, locale: Locale) -> String {
    match (proposal.kind, &proposal.ends, proposal.base) {
        (ProposalKind::Version, _, None) => text(locale, "cat-kind-service"),
        (ProposalKind::Version, ..) => text(locale, "cat-kind-version"),
        (ProposalKind::Retirement, Some(ends), _) => {
            with(locale, "cat-kind-end", &[("day", ends.last_day.to_string().into())])
        }
        (ProposalKind::Retirement, None, _) => text(locale, "cat-kind-goes-on"),
    }
}

fn proposals(proposals: &[Proposal], about: &About, locale: Locale) -> Option<AnyView> {
    if proposals.is_empty() {
        return None;
    }
    let row = |p: &Proposal| -> Vec<AnyView> {
        let (label, tone) = state_words(p.state, locale);
        let kind = kind_words(p, locale);
        let href = format!("/staff/catalogue/proposals/{}", p.id);
        vec![
            view! { <Tag label tone/> }.into_any(),
            kind.clone().into_any(),
            who(about, Some(p.proposed_by), locale).into_any(),
            p.note.clone().into_any(),
            view! { <span class="num nowrap">{p.changed_at.display_minutes()}</span> }.into_any(),
            view! { <a href=href>{text(locale, "desk-look")}<span class="visually-hidden">" "{kind}</span></a> }
                .into_any(),
        ]
    };
    let rows = proposals.iter().map(row).collect();
    let column = |key: &str, kind| Column::new(text(locale, key), kind);
    let columns = vec![
        column("cat-column-state", ColumnKind::Mark),
        column("cat-column-kind", ColumnKind::Lead),
        column("cat-column-author", ColumnKind::Plain),
        column("cat-column-why", ColumnKind::Plain),
        column("cat-column-changed", ColumnKind::Plain),
        column("desk-column-action", ColumnKind::Action),
    ];
    Some(view! { <Table caption=text(locale, "cat-proposals") show_caption=true columns rows/> }.into_any())
}

/// Which two versions to lay side by side.
fn choose(about: &About, base: &str, locale: Locale) -> AnyView {
    let mut choices: Vec<Choice> = Vec::new();
    for p in &about.history {
        let id = p.version_id.to_string();
        // One that was published again stands once.
        if !choices.iter().any(|c| c.value == id) {
            let label = format!("v{} · {}", p.number, p.published_at.display_minutes());
            choices.push(Choice::new(id, label));
        }
    }
    let of = |place: usize| choices.get(place).map(|c| c.value.clone()).unwrap_or_default();
    let (newest, before) = (of(0), of(1));
    let action = format!("{base}/compare");
    let (title, from, to, go) = (
        text(locale, "cat-compare"),
        text(locale, "cat-from"),
        text(locale, "cat-to"),
        text(locale, "cat-compare-go"),
    );
    view! {
        <Card title>
            <form class="form desk-narrow" method="get" action=action>
                <SelectField name="from" label=from choices=choices.clone() value=before/>
                <SelectField name="to" label=to choices value=newest/>
                <div class="row"><SubmitButton label=go kind=ButtonKind::Secondary/></div>
            </form>
        </Card>
    }
    .into_any()
}
