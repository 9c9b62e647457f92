//! Checking certificates, and what anybody needs to check one themself.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use backend::catalog::Service;
use backend::certificates::{
    metadata::{Disclosable, type_metadata, type_url},
    published, share,
    status::REFRESH_SECONDS,
};
use domain::certificates::sd_jwt::MAX_PRESENTATION;
use domain::certificates::verification::Binding;
use domain::certificates::{Certificate, ExpectedBinding, JwkSet, Verification};
use domain::text::Text;
use domain::time::Timestamp;
use http::{HeaderMap, header::CACHE_CONTROL};
use serde_json::{Value, json};

use super::{
    Api,
    answer::Document,
    problem::{Kind, Problem, Wrong},
    request::{Object, Parameters, Segment},
};

/// `POST /api/v1/certificates/verify`
pub async fn verify(
    State(api): State<Api>,
    parameters: Parameters,
    body: Object,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let ([presentation], [audience, nonce]) = body.texts_and(["presentation"], ["audience", "nonce"])?;
    if presentation.len() > MAX_PRESENTATION {
        return Err(Problem::members(vec![("presentation".into(), Wrong::TooLong(MAX_PRESENTATION))]));
    }
    let shown = match (audience, nonce) {
        (None, None) => share::check(&api.backend, presentation).await?,
        (Some(audience), Some(nonce)) => {
            share::check_bound(&api.backend, presentation, ExpectedBinding { nonce, audience }).await?
        }
        (None, Some(_)) => return Err(Problem::members(vec![("audience".into(), Wrong::Missing)])),
        (Some(_), None) => return Err(Problem::members(vec![("nonce".into(), Wrong::Missing)])),
    };
    Ok(([(CACHE_CONTROL, "no-store")], axum::Json(result(&shown.verification))).into_response())
}

fn result(verification: &Verification) -> Value {
    match verification {
        Verification::Valid { certificate } => genuine("valid", certificate, None),
        Verification::Expired { certificate } => genuine("expired", certificate, None),
        Verification::NotYetValid { certificate } => genuine("not_yet_valid", certificate, None),
        Verification::Revoked { certificate } => genuine("revoked", certificate, None),
        Verification::Suspended { certificate } => genuine("suspended", certificate, None),
        Verification::StatusUnknown { certificate, reason } => {
            genuine("status_unknown", certificate, Some(json!(reason)))
        }
        Verification::Unbound { certificate, reason } => genuine("unbound", certificate, Some(json!(reason))),
        Verification::Altered { reason } => json!({ "result": "altered", "reason": reason }),
        Verification::Foreign { issuer } => json!({ "result": "foreign", "issuer": issuer }),
        Verification::Malformed => json!({ "result": "malformed" }),
    }
}

/// What a certificate says whose signature is right.
fn genuine(result: &str, certificate: &Certificate, reason: Option<Value>) -> Value {
    let instant = |t: Option<Timestamp>| t.map(Timestamp::to_rfc3339);
    let (binding, holder) = match &certificate.binding {
        Binding::None => ("none", Value::Null),
        Binding::NotShown => ("not_shown", Value::Null),
        Binding::NotChecked => ("not_checked", Value::Null),
        Binding::Shown { at, audience, nonce } => {
            ("shown", json!({ "signed_at": at.to_rfc3339(), "audience": audience, "nonce": nonce }))
        }
    };
    let mut answer = json!({
        "result": result,
        "certificate": {
            "type": certificate.kind,
            "issuer": certificate.issuer,
            "issuer_name": certificate.issuer_name,
            "authority": certificate.authority,
            "key": certificate.key,
            "issued_at": instant(certificate.issued_at),
            "valid_from": instant(certificate.validity.from),
            "valid_until": instant(certificate.validity.until),
            "claims": certificate.open,
            "disclosed": certificate.disclosed,
            "withheld": certificate.withheld,
            "status_as_of": instant(certificate.status_as_of),
            "binding": binding,
            "holder_signature": holder,
        },
    });
    if let Some(reason) = reason {
        answer["reason"] = reason;
    }
    answer
}

/// `GET /.well-known/jwks.json`: the keys of all departments.
pub async fn all_keys(
    State(api): State<Api>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let issuers = published::all_issuers(&api.backend).await?;
    Ok(Document::new("application/jwk-set+json", issuers.keys.clone()).answer(&headers))
}

/// `GET /issuers/{department}/jwks.json`
pub async fn keys(
    State(api): State<Api>,
    Segment(department): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    api.backend.catalog.reference.department(&department).ok_or(Problem::new(Kind::NotFound))?;
    let keys = published::keys_of(&api.backend, &department).await?;
    Ok(key_set(&keys)?.answer(&headers))
}

fn key_set(keys: &JwkSet) -> Result<Document, Problem> {
    Ok(Document::json(keys)?.typed("application/jwk-set+json"))
}

/// `GET /.well-known/jwt-vc-issuer/issuers/{department}` (SD-JWT VC, section 5)
pub async fn issuer(
    State(api): State<Api>,
    Segment(department): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let document = published::issuer_document(&api.backend, &department).await?;
    Ok(Document::json(&document.ok_or(Problem::new(Kind::NotFound))?)?.answer(&headers))
}

/// `GET /.well-known/vct/{kind}` (SD-JWT VC, section 6): a kind with the claims of every service that issues it.
pub async fn kind(
    State(api): State<Api>,
    Segment(kind): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let services = api.backend.catalog.services();
    let issued = |service: &Service| service.definition.certificate.as_ref().is_some_and(|c| c.kind == kind);
    let issuing: Vec<&Service> = services.every().map(|s| &**s).filter(|s| issued(s)).collect();
    let templates = || issuing.iter().filter_map(|s| s.definition.certificate.as_ref());
    let title = &templates().next().ok_or(Problem::new(Kind::NotFound))?.title;
    let names = |pick: fn(&Text) -> &str, separator: &str| {
        issuing.iter().map(|s| pick(&s.definition.name)).collect::<Vec<_>>().join(separator)
    };
    let description = Text::new(
        format!("办理事项：{}", names(|t| &t.zh, "、")),
        format!("Issued with: {}", names(|t| &t.en, "; ")),
    );
    let number = Text::new("证照编号", "Certificate number");
    let digest = Text::new("事项版本", "Version of the service");
    let mut claims: Vec<(&str, &Text, Disclosable)> =
        vec![("number", &number, Disclosable::Never), ("definition", &digest, Disclosable::Never)];
    for claim in templates().flat_map(|t| &t.claims) {
        if claims.iter().all(|(known, _, _)| *known != claim.id) {
            let disclosable = if claim.personal { Disclosable::Always } else { Disclosable::Never };
            claims.push((&claim.id, &claim.label, disclosable));
        }
    }
    let vct = type_url(&api.backend.public_url, &kind);
    Ok(Document::json(&type_metadata(&vct, title, &description, &claims))?.answer(&headers))
}

/// `GET /status-lists/{department}` (Token Status List): the first list of a department.
pub async fn first_status_list(
    State(api): State<Api>,
    Segment(department): Segment,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    list(&api, &department, 0, &headers).await
}

/// `GET /status-lists/{department}/{number}`: one that follows.
pub async fn status_list(
    State(api): State<Api>,
    Path((department, number)): Path<(String, String)>,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    // One address for each list: no 0, no 01.
    let found = number.parse().ok().filter(|n: &i64| *n > 0 && n.to_string() == number);
    list(&api, &department, found.ok_or(Problem::new(Kind::NotFound))?, &headers).await
}

async fn list(api: &Api, department: &str, number: i64, headers: &HeaderMap) -> Result<Response, Problem> {
    api.backend.catalog.reference.department(department).ok_or(Problem::new(Kind::NotFound))?;
    let list = published::status_list(&api.backend, department, number).await?;
    let list = list.ok_or(Problem::new(Kind::NotFound))?;
    let seconds = u32::try_from(REFRESH_SECONDS).unwrap_or(0);
    let next = list.next.map(|url| format!("<{url}>; rel=\"next\""));
    let token = list.token.as_bytes().to_vec();
    Ok(Document::new("application/statuslist+jwt", token).max_age(seconds).link(next).answer(headers))
}
