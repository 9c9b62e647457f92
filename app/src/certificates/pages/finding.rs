//! What a check found, in words. The server shows it; `frontend/verify.js` fills the same markup from templates.

use backend::certificates::lookup::Registered;
use domain::certificates::verification::{Alteration, Binding, BindingGap, StatusGap};
use domain::certificates::{Certificate, ISSUING_AUTHORITY, ISSUING_AUTHORITY_EN, Verification};
use domain::text::Locale;
use leptos::prelude::*;
use serde_json::Value;

use super::lines::{issuer, period, status_code};
use crate::certificates::trust::{Kind, Kinds};
use crate::ui::{
    Alert, AlertKind, SummaryList, SummaryRow, Verdict,
    VerdictKind::{self, *},
};
use crate::visit::Visit;
use crate::words::{has, t, text, with};

/// Claims that stand in a place of their own, or mean nothing to people.
const NOT_SHOWN: [&str; 4] = ["number", "definition", ISSUING_AUTHORITY, ISSUING_AUTHORITY_EN];

/// Every answer with its look. The names are those of `Verification` as JSON.
pub(super) const ANSWERS: [(&str, VerdictKind); 12] = [
    ("valid", Valid),
    ("expired", Expired),
    ("not_yet_valid", NotYetValid),
    ("revoked", Revoked),
    ("suspended", Suspended),
    ("status_unknown", Unknown),
    ("unbound", Unknown),
    ("altered", Altered),
    ("foreign", Foreign),
    ("malformed", Malformed),
    // Not an answer about a certificate: nothing is shown under this token; there are no keys to check with.
    ("gone", Malformed),
    ("trustless", Unknown),
];

/// The answer of a check, ready to be shown.
#[derive(Clone)]
pub(super) struct Finding {
    name: &'static str,
    kind: VerdictKind,
    pub title: String,
    text: String,
    advice: Option<String>,
    /// When and how it was checked.
    how: String,
    /// Claims that the holder shows, and those that are never hidden.
    shown: Vec<SummaryRow>,
    /// About the certificate itself.
    about: Vec<SummaryRow>,
}

impl Finding {
    /// An answer with nothing around it.
    pub fn bare(locale: Locale, answer: &str) -> Finding {
        let (name, kind) =
            ANSWERS.into_iter().find(|(name, _)| *name == answer).unwrap_or(("malformed", Malformed));
        let key = format!("cert-check-{name}");
        let advice = format!("{key}-advice");
        Finding {
            name,
            kind,
            title: text(locale, &key),
            text: text(locale, &format!("{key}-text")),
            advice: has(locale, &advice).then(|| text(locale, &advice)),
            how: String::new(),
            shown: Vec::new(),
            about: Vec::new(),
        }
    }

    /// What was found out about a presentation; `how` says when and how.
    pub fn of(locale: Locale, kinds: &Kinds, verification: &Verification, how: String) -> Finding {
        let mut finding = Finding { how, ..Finding::bare(locale, answer(verification)) };
        if let Some(reason) = reason(verification) {
            let space = if locale == Locale::En { " " } else { "" };
            finding.text =
                format!("{}{space}{}", finding.text, text(locale, &format!("cert-check-reason-{reason}")));
        }
        if let Verification::Foreign { issuer } = verification {
            finding.about = vec![row(text(locale, "cert-check-claims-to-be"), issuer.clone())];
        }
        if let Some(certificate) = certificate(verification) {
            let kind = kind_of(kinds, certificate);
            finding.shown = claims(locale, kind, certificate).into_iter().map(|(n, v)| row(n, v)).collect();
            finding.about = about(locale, kind, certificate);
        }
        finding
    }

    /// What is known about a number.
    pub fn registered(visit: &Visit, found: &Registered) -> Finding {
        let locale = visit.locale;
        let t = |key: &str| text(locale, key);
        let code = status_code(found.status);
        let answer = code.replace('-', "_");
        let template = found.service.definition.certificate.as_ref().map(|t| t.title.get(locale).to_owned());
        Finding {
            title: t(&format!("cert-check-number-{code}")),
            text: t(&format!("cert-check-number-{code}-text")),
            advice: Some(t("cert-check-number-advice")),
            how: with(
                locale,
                "cert-check-online",
                &[("time", visit.backend().now().display_minutes().into())],
            ),
            about: vec![
                row(t("cert-check-kind"), template.unwrap_or_default()),
                row(t("cert-number"), found.number.to_string()),
                row(t("cert-issuer"), issuer(visit, &found.department, found.authority.as_ref())),
                row(t("cert-issued"), found.issued_at.date_in_china().to_string()),
                row(t("cert-validity"), period(locale, found.validity)),
            ],
            ..Finding::bare(locale, &answer)
        }
    }

    /// There is no certificate with that number.
    pub fn unregistered(visit: &Visit) -> Finding {
        let t = |key: &str| text(visit.locale, key);
        Finding {
            title: t("cert-check-number-missing"),
            text: t("cert-check-number-missing-text"),
            advice: Some(t("cert-check-number-missing-advice")),
            ..Finding::bare(visit.locale, "foreign")
        }
    }

    pub fn view(self) -> AnyView {
        let Finding { name, kind, title, text, advice, how, shown, about } = self;
        let (no_shown, no_about) = (shown.is_empty(), about.is_empty());
        view! {
            <article class="stack" data-answer=name>
                <div data-part="offline" hidden=true>
                    <Alert kind=AlertKind::Offline title=t!("cert-check-offline-title")>
                        <p></p>
                    </Alert>
                </div>
                <Verdict kind title text note=how/>
                <div data-part="shown" hidden=no_shown>
                    <SummaryList title=t!("cert-check-shown") rows=shown/>
                    <p class="hint cert-compare">{t!("cert-check-compare")}</p>
                </div>
                <div data-part="about" hidden=no_about>
                    <SummaryList title=t!("cert-check-about") rows=about/>
                </div>
                {advice
                    .map(|advice| {
                        view! {
                            <Alert title=t!("cert-check-advice")>
                                <p>{advice}</p>
                            </Alert>
                        }
                    })}
            </article>
        }
        .into_any()
    }
}

fn row(name: String, value: String) -> SummaryRow {
    SummaryRow { name, value, change: None }
}

fn answer(verification: &Verification) -> &'static str {
    match verification {
        Verification::Valid { .. } => "valid",
        Verification::Expired { .. } => "expired",
        Verification::NotYetValid { .. } => "not_yet_valid",
        Verification::Revoked { .. } => "revoked",
        Verification::Suspended { .. } => "suspended",
        Verification::StatusUnknown { .. } => "status_unknown",
        Verification::Unbound { .. } => "unbound",
        Verification::Altered { .. } => "altered",
        Verification::Foreign { .. } => "foreign",
        Verification::Malformed => "malformed",
    }
}

fn reason(verification: &Verification) -> Option<&'static str> {
    Some(match verification {
        Verification::Altered { reason } => match reason {
            Alteration::Signature => "signature",
            Alteration::UnknownKey => "unknown_key",
            Alteration::Disclosure => "disclosure",
            Alteration::KeyBinding => "key_binding",
        },
        Verification::StatusUnknown { reason, .. } => match reason {
            StatusGap::Missing => "missing",
            StatusGap::Stale => "stale",
            StatusGap::Unusable => "unusable",
        },
        Verification::Unbound { reason, .. } => match reason {
            BindingGap::Missing => "unbound-missing",
            BindingGap::OtherOccasion => "unbound-other_occasion",
            BindingGap::OutOfTime => "unbound-out_of_time",
            BindingGap::NotChecked => "unbound-not_checked",
        },
        _ => return None,
    })
}

/// The certificate that a check is about, if its signature is one of ours.
pub(super) fn certificate(verification: &Verification) -> Option<&Certificate> {
    match verification {
        Verification::Valid { certificate }
        | Verification::Expired { certificate }
        | Verification::NotYetValid { certificate }
        | Verification::Revoked { certificate }
        | Verification::Suspended { certificate }
        | Verification::StatusUnknown { certificate, .. }
        | Verification::Unbound { certificate, .. } => Some(certificate),
        Verification::Altered { .. } | Verification::Foreign { .. } | Verification::Malformed => None,
    }
}

pub(super) fn kind_of<'k>(kinds: &'k Kinds, certificate: &Certificate) -> Option<&'k Kind> {
    kinds.get(&certificate.kind)
}

/// Names and values of the claims that can be seen, in the order of the template; unknown ones last, by their ids.
pub(super) fn claims(
    locale: Locale,
    kind: Option<&Kind>,
    certificate: &Certificate,
) -> Vec<(String, String)> {
    let labels = kind.map(|k| k.claims.as_slice()).unwrap_or_default();
    let place = |id: &str| labels.iter().position(|l| l.id == id).unwrap_or(labels.len());
    let mut seen: Vec<(&String, &Value)> = certificate
        .open
        .iter()
        .chain(&certificate.disclosed)
        .filter(|(id, _)| !NOT_SHOWN.contains(&id.as_str()))
        .collect();
    seen.sort_by_key(|(id, _)| place(id));
    seen.into_iter()
        .map(|(id, value)| {
            let label = labels.get(place(id)).map(|l| l.label.get(locale).to_owned());
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (label.unwrap_or_else(|| id.clone()), value)
        })
        .collect()
}

fn about(locale: Locale, kind: Option<&Kind>, certificate: &Certificate) -> Vec<SummaryRow> {
    let t = |key: &str| text(locale, key);
    let number = certificate.open.get("number").and_then(Value::as_str);
    let withheld = certificate.withheld;
    let department = certificate.issuer_name.get(locale);
    let authority = certificate.authority.get(locale);
    [
        kind.map(|k| row(t("cert-check-kind"), k.title.get(locale).to_owned())),
        Some(row(t("cert-issuer"), authority.to_owned())),
        (authority != department).then(|| row(t("cert-check-signed-by"), department.to_owned())),
        number.map(|number| row(t("cert-number"), number.to_owned())),
        certificate.issued_at.map(|at| row(t("cert-issued"), at.date_in_china().to_string())),
        Some(row(t("cert-validity"), period(locale, certificate.validity))),
        (withheld > 0).then(|| {
            row(
                t("cert-check-withheld"),
                with(locale, "cert-check-withheld-count", &[("n", withheld.into())]),
            )
        }),
        certificate.status_as_of.map(|at| row(t("cert-check-status-as-of"), at.display_minutes())),
        Some(row(t("cert-check-binding"), binding(locale, &certificate.binding))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether who shows it is known to be its holder.
fn binding(locale: Locale, binding: &Binding) -> String {
    match binding {
        Binding::None => text(locale, "cert-check-binding-none"),
        Binding::NotShown => text(locale, "cert-check-binding-not_shown"),
        Binding::NotChecked => text(locale, "cert-check-binding-not_checked"),
        Binding::Shown { at, audience, nonce } => {
            let values =
                [("time", at.display_minutes()), ("audience", audience.clone()), ("nonce", nonce.clone())];
            with(locale, "cert-check-binding-shown", &values.map(|(name, value)| (name, value.into())))
        }
    }
}
