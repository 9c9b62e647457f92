//! The wallet (卡包).

use axum::extract::Query;
use backend::certificates::wallet::{Held, wallet};
use domain::certificates::CertificateStatus;
use domain::ids::CertificateId;
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::Deserialize;

use super::lines::{color, issuer, period, status_word, title, validity};
use crate::cases::fail;
use crate::ui::{
    ButtonKind, ButtonLink, CertificateCard, CertificateColor, CitizenLayout, EmptyState, Frame, IconName,
    PageHead, Place, Section,
};
use crate::visit::{PageResult, Visit};
use crate::words::t;

/// Certificates on one page.
const PAGE: i64 = 30;

#[derive(Deserialize)]
pub(in crate::certificates) struct Paging {
    /// Issue of the last certificate before this page, in microseconds, and its id.
    at: Option<i64>,
    id: Option<CertificateId>,
}

struct Item {
    name: String,
    holder: String,
    rows: Vec<(String, String)>,
    state: String,
    valid: bool,
    color: CertificateColor,
    href: Option<String>,
}

pub(in crate::certificates) async fn show(visit: Visit, Query(paging): Query<Paging>) -> PageResult {
    let before = paging.at.map(Timestamp::from_micros).zip(paging.id);
    let mut held =
        wallet(visit.backend(), visit.actor(), before, PAGE + 1).await.map_err(|e| fail(&visit, e))?;
    let mut older = None;
    if held.len() > PAGE as usize {
        held.truncate(PAGE as usize);
        older =
            held.last().map(|c| format!("/certificates?at={}&id={}", c.row.issued_at.as_micros(), c.row.id));
    }
    let (current, past): (Vec<Held>, Vec<Held>) = held
        .into_iter()
        .partition(|c| matches!(c.status, CertificateStatus::Valid | CertificateStatus::NotYetValid));
    let items = |held: &[Held]| held.iter().map(|held| item(&visit, held)).collect::<Vec<_>>();
    let (current, past) = (items(&current), items(&past));
    let empty = current.is_empty() && past.is_empty();
    let frame = Frame::of(&visit);
    visit.page(crate::words::text(visit.locale, "cert-wallet"), move || {
        let title = t!("cert-wallet");
        let past = (!past.is_empty()).then(|| {
            view! { <Section title=t!("cert-wallet-past")>{grid(past)}</Section> }
        });
        view! {
            <CitizenLayout frame bar_title=title.clone() back="/me" place=Place::Me>
                <PageHead title lead=t!("cert-wallet-lead") in_bar=true/>
                {empty
                    .then(|| {
                        view! {
                            <EmptyState title=t!("cert-wallet-empty") text=t!("cert-wallet-empty-text") icon=IconName::Wallet>
                                <ButtonLink href="/services" label=t!("cert-wallet-find")/>
                            </EmptyState>
                        }
                    })}
                {(!current.is_empty()).then(|| grid(current))}
                {past}
                <p class="row cert-more">
                    {older.map(|href| view! { <ButtonLink href label=t!("older") kind=ButtonKind::Secondary/> })}
                    <ButtonLink href="/verify" label=t!("cert-wallet-check") kind=ButtonKind::Quiet icon=IconName::FileCheck/>
                </p>
            </CitizenLayout>
        }
    })
}

fn item(visit: &Visit, held: &Held) -> Item {
    let locale = visit.locale;
    let word = |key: &str| crate::words::text(locale, key);
    let Some(service) = &held.service else {
        let number = (word("cert-number"), held.row.number.clone());
        return Item {
            name: word("cert-unreadable"),
            holder: held.holder.clone(),
            rows: vec![
                number,
                (word("cert-issuer"), issuer(visit, &held.row.department, held.row.authority().as_ref())),
            ],
            state: word("cert-unreadable-state"),
            valid: false,
            color: color(&held.row.kind),
            href: None,
        };
    };
    Item {
        name: title(service, locale),
        holder: held.holder.clone(),
        rows: vec![
            (word("cert-validity"), period(locale, validity(&held.row))),
            (word("cert-issuer"), issuer(visit, &held.row.department, held.row.authority().as_ref())),
        ],
        state: status_word(locale, held.status),
        valid: held.status == CertificateStatus::Valid,
        color: color(&held.row.kind),
        href: Some(format!("/certificates/{}", held.row.id)),
    }
}

fn grid(items: Vec<Item>) -> AnyView {
    let cards = items
        .into_iter()
        .map(|i| {
            let Item { name, holder, rows, state, valid, color, href } = i;
            let card = match href {
                Some(href) => view! { <CertificateCard name holder rows state valid color href/> }.into_any(),
                None => view! { <CertificateCard name holder rows state valid color/> }.into_any(),
            };
            view! { <li>{card}</li> }
        })
        .collect_view();
    view! { <ul class="cert-grid">{cards}</ul> }.into_any()
}
