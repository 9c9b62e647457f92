//! A certificate in words, for its holder.

use backend::catalog::Service;
use backend::certificates::wallet::{Card, Certificate};
use domain::certificates::{CertificateStatus, Validity};
use domain::registers::Mask;
use domain::rules::Expr;
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use leptos::prelude::*;

use crate::ui::CertificateColor;
use crate::visit::Visit;
use crate::words::{text, with};

/// One claim with its name.
pub(in crate::certificates) struct Line {
    pub id: String,
    pub label: String,
    pub value: String,
    /// As shown to whoever looks over the shoulder.
    pub masked: String,
    /// Whether the holder may keep it back.
    pub personal: bool,
}

/// The claims of a certificate in the order of its template.
pub(in crate::certificates) fn lines(visit: &Visit, card: &Card) -> Vec<Line> {
    let registers = &visit.backend().catalog.reference.registers;
    let template = card.service.definition.certificate.iter().flat_map(|t| &t.claims);
    template
        .filter_map(|claim| {
            let (_, value) = card.claims.iter().find(|(id, _)| *id == claim.id)?;
            let mask = match (&claim.value, claim.personal) {
                (_, false) => Mask::None,
                (Expr::Fact(fact), true) => registers.fact(fact).map_or(Mask::All, |(_, spec)| spec.mask),
                (_, true) => Mask::All,
            };
            Some(Line {
                id: claim.id.clone(),
                label: claim.label.get(visit.locale).to_owned(),
                value: value.clone(),
                masked: mask.apply(value),
                personal: claim.personal,
            })
        })
        .collect()
}

/// Name of the certificate, such as 居住证.
pub(in crate::certificates) fn title(service: &Service, locale: Locale) -> String {
    let definition = &service.definition;
    definition.certificate.as_ref().map_or(&definition.name, |t| &t.title).get(locale).to_owned()
}

/// The authority that issued it: the office that decided, or its department before offices were named.
pub(in crate::certificates) fn issuer(visit: &Visit, department: &str, authority: Option<&Text>) -> String {
    match authority {
        Some(authority) => authority.get(visit.locale).to_owned(),
        None => visit.authority(department).unwrap_or_default(),
    }
}

pub(in crate::certificates) fn validity(row: &Certificate) -> Validity {
    Validity { from: Some(row.valid_from), until: row.valid_until }
}

/// `2026-11-23 至 2027-11-22`
pub(in crate::certificates) fn period(locale: Locale, validity: Validity) -> String {
    let day = |at: Timestamp| at.date_in_china().to_string();
    match (validity.from, validity.until.map(last_day)) {
        (Some(from), Some(to)) => {
            with(locale, "cert-from-to", &[("from", day(from).into()), ("to", to.into())])
        }
        (Some(from), None) => with(locale, "cert-from-forever", &[("from", day(from).into())]),
        (None, Some(to)) => to,
        (None, None) => text(locale, "cert-forever"),
    }
}

/// The last day on which something holds whose end is exclusive.
pub(in crate::certificates) fn last_day(until: Timestamp) -> String {
    until.plus_seconds(-1).date_in_china().to_string()
}

/// The word of a status in keys.
pub(in crate::certificates) fn status_code(status: CertificateStatus) -> &'static str {
    match status {
        CertificateStatus::Valid => "valid",
        CertificateStatus::Expired => "expired",
        CertificateStatus::NotYetValid => "not-yet-valid",
        CertificateStatus::Revoked => "revoked",
        CertificateStatus::Suspended => "suspended",
    }
}

pub(in crate::certificates) fn status_word(locale: Locale, status: CertificateStatus) -> String {
    text(locale, &format!("cert-status-{}", status_code(status)))
}

/// The colour of a type of certificate: always the same for the same type.
pub(in crate::certificates) fn color(kind: &str) -> CertificateColor {
    let colors =
        [CertificateColor::Blue, CertificateColor::Jade, CertificateColor::Violet, CertificateColor::Teal];
    colors[kind.bytes().map(usize::from).sum::<usize>() % colors.len()]
}

/// Names with values inside a card.
pub(in crate::certificates) fn rows(class: &'static str, rows: Vec<(String, String)>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div class="summary-row">
                    <dt>{name}</dt>
                    <dd class="summary-value">{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class=class>{rows}</dl> }.into_any()
}
