//! 谁看过我的数据.

use axum::extract::Query;
use backend::identity::{AccessEntry, Purpose, Reader, Seen, UnmaskReason, who_read_my_data};
use domain::ids::CaseId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use crate::{
    ui::{
        ButtonKind, ButtonLink, CitizenLayout, EmptyState, Frame, IconName, List, ListRow, PageHead, Place,
        Tone,
    },
    visit::{PageResult, Visit},
    words::{self, t},
};

/// Where the page begins; nothing in it is secret.
#[derive(Deserialize)]
pub(super) struct From {
    at: Option<i64>,
    lane: Option<i64>,
    seq: Option<i64>,
}

pub(super) async fn show(visit: Visit, Query(from): Query<From>) -> PageResult {
    let me = *visit.actor().person().map_err(|denied| visit.denied(denied))?;
    let start = backend::identity::AccessCursor::START;
    let cursor = match (from.at, from.lane, from.seq) {
        (Some(at), Some(lane), Some(seq)) => {
            backend::identity::AccessCursor { at: Timestamp::from_micros(at), lane, seq }
        }
        _ => start,
    };
    let page = who_read_my_data(visit.backend(), &me, cursor).await?;
    let title = words::text(visit.locale, "me-access-log");
    let older =
        page.next.map(|c| format!("/me/access-log?at={}&lane={}&seq={}", c.at.as_micros(), c.lane, c.seq));
    let lines = fold(page.entries.iter().map(|entry| line(&visit, entry)));
    let frame = Frame::of(&visit);
    visit.page(title.clone(), move || {
        let list = if lines.is_empty() {
            view! {
                <EmptyState title=t!("access-log-empty") text=t!("access-log-empty-text") icon=IconName::EyeCheck/>
            }
            .into_any()
        } else {
            let rows = lines
                .into_iter()
                .map(|l| {
                    let more = match l.times {
                        1 => l.time,
                        n => t!("access-times", time = l.time, n = n),
                    };
                    let href = l.case.map(|case| format!("/cases/{case}"));
                    view! { <ListRow title=l.title href note=l.purpose more icon=l.icon tone=Tone::Jade/> }
                })
                .collect_view();
            view! { <List>{rows}</List> }.into_any()
        };
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/me" place=Place::Me narrow=true>
                <PageHead title lead=t!("access-log-lead")/>
                <div class="stack">
                {list}
                {older
                    .map(|href| {
                        view! { <ButtonLink href label=t!("older") kind=ButtonKind::Secondary block=true/> }
                    })}
            </div>
            </CitizenLayout>
        }
    })
}

struct Line {
    title: String,
    purpose: String,
    /// Of the newest reading.
    time: String,
    day: String,
    /// What was read, so that readings of two cases stay two lines.
    subject: String,
    /// The case it was for, while there is one.
    case: Option<CaseId>,
    icon: IconName,
    times: usize,
}

/// The same reading by the same reader on the same day, such as twelve looks at one case, is one line.
fn fold(lines: impl Iterator<Item = Line>) -> Vec<Line> {
    let mut folded: Vec<Line> = Vec::new();
    for line in lines {
        let same = |l: &Line| {
            l.day == line.day
                && l.title == line.title
                && l.purpose == line.purpose
                && l.subject == line.subject
        };
        match folded.iter_mut().find(|l| same(l)) {
            Some(known) => known.times += 1,
            None => folded.push(line),
        }
    }
    folded
}

fn line(visit: &Visit, entry: &AccessEntry) -> Line {
    let locale = visit.locale;
    let (who, icon) = match &entry.reader {
        // Whoever let it happen, the portal asked the register.
        _ if entry.register.is_some() => (words::text(locale, "access-by-portal"), IconName::Database),
        Reader::Staff { office } => {
            let name = office.as_ref().map(|office| office.get(visit.locale).to_owned());
            (name.unwrap_or_else(|| words::text(visit.locale, "access-by-staff")), IconName::User)
        }
        Reader::Myself => (words::text(locale, "access-by-me"), IconName::UserCheck),
        Reader::Portal => (words::text(locale, "access-by-portal"), IconName::Database),
    };
    let title =
        words::with(locale, "access-line", &[("who", who.into()), ("what", what(visit, entry).into())]);
    let said = ("purpose", purpose(visit, entry).into());
    let purpose = match &entry.register {
        Some((_, facts)) if !facts.is_empty() => {
            let facts: Vec<String> = facts.iter().map(|id| fact(visit, id)).collect();
            let facts = facts.join(&words::text(locale, "list-separator"));
            words::with(locale, "access-purpose-facts", &[("facts", facts.into()), said])
        }
        _ => words::with(locale, "access-purpose", &[said]),
    };
    let time = entry.at.display_minutes();
    let day = time.split(' ').next().unwrap_or_default().to_owned();
    let case = entry.case.as_ref().map(|case| case.id);
    Line { title, purpose, time, day, subject: entry.subject_id.clone(), case, icon, times: 1 }
}

/// Why, in the words of the reader of this page; a reason that is only "other" gives way to what was written.
fn purpose(visit: &Visit, entry: &AccessEntry) -> String {
    let locale = visit.locale;
    let services = visit.backend().catalog.services();
    let listed = match &entry.purpose {
        Some(purpose @ (Purpose::Service(_) | Purpose::Consent(_))) => {
            // What is not in the catalogue any more was still read for an application.
            let stated = purpose.stated(&services).map(|words| words.get(locale).to_owned());
            Some(stated.unwrap_or_else(|| words::text(locale, "access-purpose-case")))
        }
        Some(Purpose::Status) => Some(words::text(locale, "access-purpose-status")),
        Some(Purpose::Unmask(UnmaskReason::Other)) if entry.words.is_some() => None,
        Some(Purpose::Unmask(reason)) => {
            Some(words::text(locale, &format!("desk-purpose-{}", reason.code())))
        }
        None => None,
    };
    let said = [listed, entry.words.clone()].into_iter().flatten().collect::<Vec<_>>();
    said.join(&words::text(locale, "access-purpose-joint"))
}

fn fact(visit: &Visit, id: &str) -> String {
    let known = visit.backend().catalog.reference.registers.fact(id);
    known.map_or(id, |(_, spec)| spec.name.get(visit.locale)).to_owned()
}

/// What was read; actions that have no words of their own are called a reading.
fn what(visit: &Visit, entry: &AccessEntry) -> String {
    let locale = visit.locale;
    let backend = visit.backend();
    let registers = &backend.catalog.reference.registers;
    if let Some((id, facts)) = &entry.register {
        let register = registers.get(id).map_or(id.as_str(), |r| r.name.get(locale)).to_owned();
        let key = if facts.is_empty() { "access-registers-none" } else { "access-registers-fetch" };
        return words::with(locale, key, &[("register", register.into())]);
    }
    if entry.action == "cases.unmask" {
        let services = backend.catalog.services();
        let seen = match &entry.seen {
            Some(Seen::Fact(id)) => Some(fact(visit, id)),
            Some(Seen::Field(id)) => entry.case.as_ref().and_then(|case| {
                let field = services.known(&case.service)?.definition.field(id)?;
                Some(field.label.get(locale).to_owned())
            }),
            None => None,
        };
        return match seen {
            Some(what) => words::with(locale, "access-cases-unmask", &[("what", what.into())]),
            None => words::text(locale, "access-cases-unmask-some"),
        };
    }
    let key = format!("access-{}", entry.action.replace(['.', '_'], "-"));
    words::try_with(locale, &key, &[]).unwrap_or_else(|| words::text(locale, "access-other"))
}
