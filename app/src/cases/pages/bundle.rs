//! How a bundle stands: one page with every department's part.

use axum::response::{IntoResponse, Redirect};
use backend::cases::bundle::{Awaited, Part, Progress, Unfiled, progress};
use domain::cases::CaseState;
use domain::ids::CaseId;
use domain::text::Locale;
use leptos::prelude::*;

use super::track::{office_name, reference_text, state_tag};
use super::waiting::late_tag;
use crate::cases::errors::fail;
use crate::ui::{
    Alert, AlertKind, ButtonKind, ButtonLink, CitizenLayout, Frame, List, ListRow, Notice, PageHead, Place,
    Section, SummaryList, SummaryRow, Tag, Tone,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

/// What can be said to have been done, and the words for it.
const DID: [(&str, &str); 4] = [
    ("filed", "bundle-did-filed"),
    ("already", "track-did-already"),
    ("withdrawn", "bundle-did-withdrawn"),
    ("withdrawn-before", "bundle-did-nothing-open"),
];

/// Where somebody reads on after filing.
pub(super) fn filed(id: CaseId) -> axum::response::Response {
    Redirect::to(&format!("/cases/{id}?did=filed")).into_response()
}

pub(super) async fn show(visit: Visit, id: CaseId, did: Option<&str>) -> PageResult {
    let progress = progress(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    let locale = visit.locale;
    let t = |key: &str| text(locale, key);
    let name = progress.opened.service.definition.name.get(locale).to_owned();
    let did = DID.iter().find(|(code, _)| Some(*code) == did).map(|(_, key)| t(key));
    let (summary, kind) = summary(&progress, &visit);
    let head =
        vec![SummaryRow { name: t("reference"), value: reference_text(&progress.opened), change: None }];
    let awaited = awaited_words(&progress.awaited, locale);
    let may_withdraw = progress.open() > 0;
    let (title, parts_title, withdraw) = (t("track-title"), t("bundle-parts"), t("bundle-withdraw"));
    let frame = Frame::of(&visit);
    let heading = name.clone();
    visit.page(format!("{title} · {name}"), || {
        let parts: Vec<AnyView> = progress.parts.iter().map(|part| row(&visit, &progress, part)).collect();
        let notice = did.map(|text| view! { <Notice text/> }.into_any());
        view! {
            <CitizenLayout frame bar_title=title back="/cases" place=Place::Services narrow=true notice>
                <PageHead title=heading/>
                <SummaryList plain=true rows=head/>
                {awaited
                    .map(|(title, href)| {
                        let label = text(locale, "supplement-open");
                        view! { <Alert kind=AlertKind::Warning title><p><ButtonLink href label/></p></Alert> }
                    })}
                <Alert kind title=summary/>
                <Section title=parts_title>
                    <List>{parts}</List>
                </Section>
                <div class="stack">
                    {may_withdraw
                        .then(|| {
                            view! {
                                <ButtonLink
                                    href=format!("/cases/{id}/withdraw")
                                    label=withdraw
                                    kind=ButtonKind::Quiet
                                    block=true
                                />
                            }
                        })}
                </div>
            </CitizenLayout>
        }
    })
}

/// What the applicant has to do first, and where: words, address.
pub(super) fn awaited_words(awaited: &[Awaited], locale: Locale) -> Option<(String, String)> {
    let first = awaited.first()?;
    let words = [("n", awaited.len().into()), ("day", first.due_on.clone().into())];
    Some((with(locale, "bundle-awaits", &words), format!("/cases/{}/supplement", first.case)))
}

/// "4 of 5 done", what is still open, and what came to nothing.
fn summary(progress: &Progress, visit: &Visit) -> (String, AlertKind) {
    let locale = visit.locale;
    let (done, all, open) = (progress.approved(), progress.parts.len(), progress.open());
    let counts = [("done", done.into()), ("all", all.into())];
    if open > 0 {
        let words = with(locale, "bundle-progress", &counts);
        let more = with(locale, "bundle-progress-open", &[("open", open.into())]);
        let failed = Some(progress.failed()).filter(|failed| *failed > 0);
        let failed = failed.map(|n| with(locale, "bundle-progress-failed", &[("n", n.into())]));
        let all: Vec<String> = [words, more].into_iter().chain(failed).collect();
        return (all.join(" · "), AlertKind::Info);
    }
    match done == all {
        true => (with(locale, "bundle-progress", &counts), AlertKind::Success),
        false => (with(locale, "bundle-progress-partly", &counts), AlertKind::Warning),
    }
}

/// One department's part: what it is, how it stands, what comes next.
fn row(visit: &Visit, progress: &Progress, part: &Part) -> AnyView {
    let locale = visit.locale;
    let title = part.name.get(locale).to_owned();
    let department = match &part.case {
        Some(case) => office_name(visit, case),
        None => visit.authority(&part.department).unwrap_or_else(|| part.department.clone()),
    };
    let (label, tone) = match (part.state(), part.unfiled) {
        (Some(state), _) => state_tag(state, locale),
        (None, _) => (text(locale, "bundle-unfiled"), Tone::Slate),
    };
    let end = Some(view! { <Tag label tone/> }.into_any());
    let awaited = part.case.as_ref().and_then(|case| progress.awaited_in(case.id));
    let asked =
        awaited.map(|asked| with(locale, "bundle-part-awaits", &[("day", asked.due_on.clone().into())]));
    let note = match asked.or_else(|| note(visit, part)) {
        Some(note) => format!("{department} · {note}"),
        None => department,
    };
    let more = part.unfiled.map(|(why, _)| text(locale, &format!("bundle-unfiled-{}", why.code())));
    let href = match (&part.case, part.unfiled) {
        (Some(case), _) => format!("/cases/{}", case.id),
        (None, Some((Unfiled::Already, Some(other)))) => format!("/cases/{other}"),
        (None, _) => format!("/services/{}", part.service),
    };
    let beside = part.certificate.map(|id| (format!("/certificates/{id}"), "bundle-part-certificate"));
    let beside =
        beside.or(awaited.map(|asked| (format!("/cases/{}/supplement", asked.case), "supplement-open")));
    let beside = beside.map(|(href, key)| view! { <a href=href>{text(locale, key)}</a> }.into_any());
    let tags = part.case.as_ref().and_then(|case| late_tag(visit, case));
    view! { <ListRow title href note more=more.unwrap_or_default() end beside tags/> }.into_any()
}

fn note(visit: &Visit, part: &Part) -> Option<String> {
    let locale = visit.locale;
    let case = part.case.as_ref()?;
    match case.state {
        CaseState::Waiting if part.after.is_empty() => Some(text(locale, "bundle-part-waits-register")),
        CaseState::Waiting => {
            let names: Vec<&str> = part.after.iter().map(|name| name.get(locale)).collect();
            let names = backend::catalog::display::listed(&names, locale);
            Some(with(locale, "bundle-part-waits", &[("names", names.into())]))
        }
        state if state.is_closed() => None,
        _ => {
            let day = case.due_on.clone()?;
            Some(with(locale, "bundle-part-due", &[("day", day.into())]))
        }
    }
}
