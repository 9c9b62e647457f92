//! One service in full: everything its definition says to the public, with the names of what it refers to.

use backend::catalog::{Reference, Service, cpsv::fixed_fen};
use backend::certificates::metadata::type_url;
use domain::catalog::fee::Fee;
use domain::catalog::{CertificateTemplate, Definition, FactUse, Field, Step};
use domain::text::Text;
use serde::Serialize;
use serde_json::{Value, json};

/// Conditions, checks, computed values and amounts are the syntax trees of rules as definitions write them.
#[derive(Serialize)]
struct Document<'a> {
    code: &'a str,
    /// Digest of the definition: the same version is the same content.
    version: &'a str,
    /// RFC 3339.
    published_at: String,
    name: &'a Text,
    summary: &'a Text,
    aliases: &'a [String],
    badges: &'a [domain::catalog::Badge],
    themes: Vec<Value>,
    department: Value,
    level: domain::organisation::region::Level,
    audience: &'a [domain::catalog::Audience],
    who: &'a Text,
    facts: Vec<Value>,
    materials: &'a [domain::catalog::Material],
    legal_basis: &'a [domain::catalog::LegalBasis],
    /// Working days.
    time_limit: domain::catalog::TimeLimit,
    visits: u8,
    fee: Option<Value>,
    consent: &'a domain::catalog::ConsentTerms,
    eligibility: &'a [domain::rules::Rule],
    computed: &'a [domain::catalog::Computed],
    steps: Vec<Value>,
    decision: Value,
    refusals: &'a [domain::catalog::Refusal],
    result: &'a Text,
    then: &'a [Text],
    certificate: Option<Value>,
    faqs: &'a [domain::catalog::Faq],
    /// The guide page.
    page: String,
}

/// The service as `GET /api/v1/services/{code}` answers it.
pub fn document<'a>(reference: &Reference, origin: &str, service: &'a Service) -> impl Serialize + use<'a> {
    let d: &Definition = &service.definition;
    let department = reference.department(&d.department);
    Document {
        code: &d.code,
        version: &service.digest,
        published_at: service.published_at.to_rfc3339(),
        name: &d.name,
        summary: &d.summary,
        aliases: &d.aliases,
        badges: &service.badges,
        themes: d
            .themes
            .iter()
            .map(|id| json!({ "id": id, "name": reference.theme(id).map(|t| &t.name) }))
            .collect(),
        department: json!({
            "id": d.department,
            "name": department.map(|d| &d.name),
            "authority": department.map(|d| &d.authority),
        }),
        level: d.level,
        audience: &d.audience,
        who: &d.who,
        facts: d.facts.iter().filter_map(|used| fact(reference, used)).collect(),
        materials: &d.materials,
        legal_basis: &d.legal_basis,
        time_limit: d.time_limit,
        visits: d.visits,
        fee: d.fee.as_ref().map(fee),
        consent: &d.consent,
        eligibility: &d.eligibility,
        computed: &d.computed,
        steps: d.steps.iter().map(step).collect(),
        decision: json!({ "instant": d.decision.instant, "rules": d.decision.rules }),
        refusals: &d.refusals,
        result: &d.result,
        then: &d.then,
        certificate: d.certificate.as_ref().map(|template| certificate(origin, template)),
        faqs: &d.faqs,
        page: format!("{origin}/services/{}", d.code),
    }
}

/// What the portal fetches, and from where.
fn fact(reference: &Reference, used: &FactUse) -> Option<Value> {
    let (register, fact) = reference.registers.fact(&used.id)?;
    Some(json!({
        "id": fact.id,
        "name": fact.name,
        "register": { "id": register.id, "name": register.name, "authority": register.authority },
        "personal": fact.personal,
        "optional": used.optional,
    }))
}

fn fee(fee: &Fee) -> Value {
    json!({
        "name": fee.name,
        "amount": fee.amount,
        "amount_fen": fixed_fen(fee),
        "due": fee.due,
        "basis": fee.basis,
    })
}

fn step(step: &Step) -> Value {
    json!({
        "id": step.id,
        "title": step.title,
        "intro": step.intro,
        "fields": step.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

/// A question as definitions write it, with lists named in the plural.
fn field(field: &Field) -> Value {
    // A definition was read from text and can be written as text.
    let mut written = serde_json::to_value(field).unwrap_or_default();
    if let Some(members) = written.as_object_mut() {
        if let Some(checks) = members.remove("check") {
            members.insert("checks".to_owned(), checks);
        }
        if members.remove("field").is_some() {
            members.insert("fields".to_owned(), field.fields.iter().map(self::field).collect());
        }
    }
    written
}

fn certificate(origin: &str, template: &CertificateTemplate) -> Value {
    json!({
        "kind": template.kind,
        "type": type_url(origin, &template.kind),
        "title": template.title,
        "valid": template.valid,
        "claims": template.claims,
    })
}
