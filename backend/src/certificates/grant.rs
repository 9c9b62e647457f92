//! Issuing the certificate of a case, in the transaction that approves it.

use domain::cases::{FieldState, Form};
use domain::catalog::{CertificateTemplate, Claim};
use domain::certificates::status_list::StatusReference;
use domain::certificates::{CertificateNumber, ISSUING_AUTHORITY, ISSUING_AUTHORITY_EN, Standing, Validity};
use domain::identity::Role;
use domain::ids::CertificateId;
use domain::rules::{Expr, Value, evaluate, holds};
use domain::text::{Locale, Text};
use domain::time::Timestamp;
use serde_json::{Map, json};
use storage::Tx;
use storage::certificates::certificate::{self, Certificate};
use storage::certificates::status_lists::take_place;

use super::issuers::{signing_key, status_list_url};
use super::metadata::{issuer_url, type_url};
use super::places::place;
use super::{Content, issue};
use crate::Backend;
use crate::cases::{CaseError, Opened, authority, note};
use crate::identity::{Actor, Purpose};
use crate::sealing::Place;

/// The version of a certificate number: a certificate is never changed, only revoked.
const FIRST_VERSION: u16 = 1;

/// Issues what the definition of an approved case promises; nothing when it promises no certificate.
pub(crate) async fn grant(backend: &Backend, tx: &mut Tx, opened: &Opened) -> Result<(), CaseError> {
    let definition = &opened.service.definition;
    let Some(template) = &definition.certificate else { return Ok(()) };
    // Of the office that decided: its department vouches for its name.
    let department =
        backend.catalog.reference.department(&opened.row.department).ok_or(CaseError::Certificate)?;
    let authority = authority(backend, &opened.row).ok_or(CaseError::Certificate)?;
    let now = backend.now();
    let serial = opened.row.reference.as_deref().unwrap_or_default();
    let kind: String = template.kind.chars().filter(|c| *c != '-').take(32).collect();
    let number =
        CertificateNumber::new(&kind.to_ascii_uppercase(), &department.credit_code, serial, FIRST_VERSION)
            .map_err(|_| CaseError::Certificate)?;
    let ends = opened.certificate_ends(now.date_in_china()).map_err(CaseError::EndUnknown)?;
    let validity = Validity { from: Some(now), until: ends.map(Timestamp::start_of_day_in_china) };
    let (mut open, personal) = claims(backend, template, opened, &number);
    open.insert(ISSUING_AUTHORITY.into(), json!(authority.zh));
    open.insert(ISSUING_AUTHORITY_EN.into(), json!(authority.en));
    let key = signing_key(backend, tx, &department.id).await?;
    let hint = i64::from(opened.row.id.0.as_bytes()[15]);
    let place = place(&backend.keys, &department.id, take_place(tx, &department.id, hint).await?);
    let content = Content {
        issuer: issuer_url(&backend.public_url, &department.id),
        kind: type_url(&backend.public_url, &template.kind),
        issued_at: now,
        validity,
        status: Some(StatusReference {
            idx: u64::try_from(place.index).map_err(|_| CaseError::Certificate)?,
            uri: status_list_url(&backend.public_url, &department.id, place.list),
        }),
        holder: None,
        open,
        personal,
    };
    let credential = issue(&content, &key, &*backend.chance).map_err(|_| CaseError::Certificate)?;
    let id = CertificateId(backend.id());
    let row = Certificate {
        id,
        person_id: opened.row.person_id,
        entity_id: opened.row.entity_id,
        case_id: opened.row.id,
        department: department.id.clone(),
        kind: template.kind.clone(),
        number: number.to_string(),
        version_id: opened.row.version_id,
        issued_at: now,
        valid_from: now,
        valid_until: validity.until,
        standing: Standing::Good,
        standing_changed_at: None,
        status_place: place.number(),
        authority_zh: Some(authority.zh),
        authority_en: Some(authority.en),
    };
    let sealed = backend.seal(Place::new("certificates", "credential", &id.0), credential.as_bytes());
    certificate::insert(tx, &row, &sealed).await?;
    Ok(())
}

/// What the certificate of a case would say, for who decides about it: labels and values in the order of the template.
/// Looking at it is a reading of the applicant's data.
pub async fn preview(
    backend: &Backend,
    actor: &Actor,
    opened: &Opened,
) -> Result<Vec<(Text, String)>, CaseError> {
    actor.staff_with(Role::Decide)?;
    let claims = promised(backend, opened);
    if claims.is_empty() {
        return Ok(claims);
    }
    let (actor, row, now) = (actor.clone(), opened.row.line.clone(), backend.now());
    let purpose = Some(Purpose::Service(row.service_code.clone()));
    backend
        .db
        .write(move |tx| {
            Box::pin(async move { note(tx, &actor, "certificates.preview", &row, purpose, json!({}), now) })
        })
        .await?;
    Ok(claims)
}

/// Labels and values of the certificate that a case would get; none without one.
pub(crate) fn promised(backend: &Backend, opened: &Opened) -> Vec<(Text, String)> {
    let Some(template) = &opened.service.definition.certificate else { return Vec::new() };
    let form = opened.form();
    let scope = opened.scope(&form, false);
    let said = |claim: &Claim| {
        let value = evaluate(&claim.value, &scope).ok()?;
        Some((claim.label.clone(), claim_text(backend, opened, &claim.value, &value)))
    };
    template.claims.iter().filter_map(said).collect()
}

/// Open and personal claims, in Chinese words, with the number of the certificate.
fn claims(
    backend: &Backend,
    template: &CertificateTemplate,
    opened: &Opened,
    number: &CertificateNumber,
) -> (Map<String, serde_json::Value>, Map<String, serde_json::Value>) {
    let form = opened.form();
    let scope = opened.scope(&form, false);
    let (mut open, mut personal) = (Map::new(), Map::new());
    open.insert("number".into(), json!(number.to_string()));
    open.insert("definition".into(), json!(opened.service.digest));
    for claim in &template.claims {
        let Ok(value) = evaluate(&claim.value, &scope) else { continue };
        let text = json!(claim_text(backend, opened, &claim.value, &value));
        let list = if claim.personal { &mut personal } else { &mut open };
        list.insert(claim.id.clone(), text);
    }
    (open, personal)
}

/// The value in the words of where it comes from: a code by its name, a region in full, an option as people chose it.
fn claim_text(backend: &Backend, opened: &Opened, expression: &Expr, value: &Value) -> String {
    let reference = &backend.catalog.reference;
    let form = opened.form();
    let plain = || reference.scalar_text(value, &[], None, Locale::Zh);
    match source(opened, &form, expression) {
        Expr::Fact(id) => match reference.registers.fact(id) {
            Some((_, spec)) => reference.fact_text(spec, value, Locale::Zh),
            None => plain(),
        },
        Expr::Field(id) => match (opened.service.definition.field(id), form.field(id)) {
            (Some(field), Some(FieldState { answer: Some(answer), .. })) => {
                reference.answer_text(field, answer, Locale::Zh)
            }
            _ => plain(),
        },
        Expr::Pick { rows, column, .. } => match &**rows {
            Expr::Fact(id) => match reference.registers.fact(id) {
                Some((_, spec)) => reference.column_text(spec, column, value, Locale::Zh),
                None => plain(),
            },
            _ => plain(),
        },
        _ => plain(),
    }
}

/// What an expression passes on unchanged: through computed values, and the branch of a condition that was taken.
fn source<'a>(opened: &'a Opened, form: &'a Form, expression: &'a Expr) -> &'a Expr {
    let scope = opened.scope(form, false);
    let mut expression = expression;
    loop {
        expression = match expression {
            Expr::Computed(id) => match opened.service.definition.computed.iter().find(|c| &c.id == id) {
                Some(computed) => &computed.value,
                None => return expression,
            },
            Expr::If(parts) => match holds(&parts[0], &scope) {
                Ok(true) => &parts[1],
                Ok(false) => &parts[2],
                Err(_) => return expression,
            },
            other => return other,
        }
    }
}
