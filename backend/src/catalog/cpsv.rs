//! A service in the terms of CPSV-AP 3.2.0, as JSON-LD: what catalogues of other governments read.
//!
//! The context stands in the document, so that nobody needs the network to read it. Terms and classes are those of the
//! profile; texts carry their language. Source: SEMIC, Core Public Service Vocabulary Application Profile 3.2.0.

use std::sync::Arc;

use domain::catalog::fee::Fee;
use domain::catalog::{Audience, Definition};
use domain::rules::{Expr, Value as RuleValue};
use domain::text::{Locale, Text};
use serde_json::{Value, json};

use super::{Reference, Service};
use crate::certificates::metadata::type_url;

const COUNTRY: &str = "http://publications.europa.eu/resource/authority/country/CHN";
const CURRENCY: &str = "http://publications.europa.eu/resource/authority/currency/CNY";
const LANGUAGES: [&str; 2] = [
    "http://publications.europa.eu/resource/authority/language/ZHO",
    "http://publications.europa.eu/resource/authority/language/ENG",
];

/// The public service as one JSON-LD document. `origin` is where the portal is reached, without a slash at its end.
///
/// `bundles` are those it is a member of: events in life or business that services are grouped by.
pub fn document<'a>(
    reference: &Reference,
    origin: &str,
    service: &Service,
    bundles: impl Iterator<Item = &'a Arc<Service>>,
) -> Value {
    let definition = &service.definition;
    let this = format!("{origin}/api/v1/services/{}", definition.code);
    let mut document = json!({
        "@context": context(),
        "@id": this,
        "@type": "PublicService",
        "identifier": definition.code,
        "title": text(&definition.name),
        "description": text(&definition.summary),
        "keyword": definition.aliases,
        "language": LANGUAGES,
        "processingTime": duration(definition.time_limit.promised),
        "audience": definition.audience.iter().map(|a| audience(*a)).collect::<Vec<_>>(),
        "thematicArea": themes(reference, origin, definition),
        "hasLegalResource": legal_resources(&this, definition),
        "holdsRequirement": requirements(&this, definition),
        "hasInput": inputs(reference, &this, definition),
        "hasChannel": [{
            "@id": format!("{this}#online"),
            "@type": "Channel",
            "identifier": format!("{}#online", definition.code),
            "description": { "zh-CN": "网上办理", "en": "Online" },
            "page": format!("{origin}/services/{}", definition.code),
        }],
        "produces": [output(origin, &this, definition)],
    });
    let events: Vec<Value> = bundles.map(|bundle| event(origin, bundle)).collect();
    if !events.is_empty() {
        document["isGroupedBy"] = json!(events);
    }
    if let Some(authority) = authority(reference, origin, &definition.department) {
        document["hasCompetentAuthority"] = json!([authority]);
    }
    if let Some(fee) = &definition.fee {
        document["hasCost"] = json!([cost(origin, &this, definition, fee)]);
    }
    document
}

/// A bundle as an event that asks for several services (`cv:LifeEvent`, `cv:BusinessEvent`).
pub fn event(origin: &str, bundle: &Service) -> Value {
    let d = &bundle.definition;
    let kind = if d.audience.contains(&Audience::Person) { "LifeEvent" } else { "BusinessEvent" };
    json!({
        "@id": format!("{origin}/api/v1/bundles/{}", d.code),
        "@type": kind,
        "identifier": d.code,
        "title": text(&d.name),
        "description": text(&d.summary),
    })
}

/// Every term the document uses; prefixes are those of the profile.
fn context() -> Value {
    let worded = |id: &str| json!({ "@id": id, "@container": "@language" });
    let link = |id: &str| json!({ "@id": id, "@type": "@id" });
    let nodes = |id: &str| json!({ "@id": id, "@type": "@id", "@container": "@set" });
    let mut context = json!({
        "cpsv": "http://purl.org/vocab/cpsv#",
        "cv": "http://data.europa.eu/m8g/",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "eli": "http://data.europa.eu/eli/ontology#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "Channel": "cv:Channel",
        "Concept": "skos:Concept",
        "Cost": "cv:Cost",
        "Evidence": "cv:Evidence",
        "LegalResource": "eli:LegalResource",
        "Output": "cv:Output",
        "PublicOrganisation": "cv:PublicOrganisation",
        "PublicService": "cpsv:PublicService",
        "Requirement": "cv:Requirement",
        "identifier": "dct:identifier",
        "title": worded("dct:title"),
        "description": worded("dct:description"),
        "prefLabel": worded("skos:prefLabel"),
        "keyword": { "@id": "dcat:keyword", "@language": "zh-CN", "@container": "@set" },
        "language": nodes("dct:language"),
        "audience": nodes("dct:audience"),
        "spatial": nodes("dct:spatial"),
        "type": nodes("dct:type"),
        "page": link("foaf:page"),
        "processingTime": { "@id": "cv:processingTime", "@type": "xsd:duration" },
        "hasCompetentAuthority": nodes("cv:hasCompetentAuthority"),
        "hasLegalResource": nodes("cv:hasLegalResource"),
        "hasChannel": nodes("cv:hasChannel"),
        "hasCost": nodes("cv:hasCost"),
        "hasInput": nodes("cpsv:hasInput"),
        "produces": nodes("cpsv:produces"),
        "thematicArea": nodes("cv:thematicArea"),
        "holdsRequirement": nodes("cv:holdsRequirement"),
        "hasSupportingEvidence": nodes("cv:hasSupportingEvidence"),
        "hasValue": { "@id": "cv:hasValue", "@type": "xsd:double" },
        "currency": link("cv:currency"),
        "isDefinedBy": nodes("cv:isDefinedBy"),
    });
    context["BusinessEvent"] = json!("cv:BusinessEvent");
    context["LifeEvent"] = json!("cv:LifeEvent");
    context["isGroupedBy"] = nodes("cv:isGroupedBy");
    context
}

fn text(text: &Text) -> Value {
    json!({ Locale::Zh.tag(): text.zh, Locale::En.tag(): text.en })
}

/// ISO 8601. Working days are written as days, which the format has; 0 is at once.
fn duration(working_days: u16) -> String {
    if working_days == 0 { "PT0S".to_owned() } else { format!("P{working_days}D") }
}

fn audience(audience: Audience) -> Value {
    let label = match audience {
        Audience::Person => Text::new("个人", "Individuals"),
        Audience::Entity => Text::new("法人", "Legal entities"),
    };
    json!({ "@type": "Concept", "prefLabel": text(&label) })
}

fn themes(reference: &Reference, origin: &str, definition: &Definition) -> Vec<Value> {
    let known = definition.themes.iter().filter_map(|id| reference.theme(id));
    let concept = |theme: &super::Theme| {
        json!({
            "@id": format!("{origin}/api/v1/themes#{}", theme.id),
            "@type": "Concept",
            "prefLabel": text(&theme.name),
        })
    };
    known.map(concept).collect()
}

fn authority_id(origin: &str, department: &str) -> String {
    format!("{origin}/api/v1/departments#{department}")
}

fn authority(reference: &Reference, origin: &str, department: &str) -> Option<Value> {
    let department = reference.department(department)?;
    Some(json!({
        "@id": authority_id(origin, &department.id),
        "@type": "PublicOrganisation",
        "identifier": department.credit_code,
        "prefLabel": text(&department.authority),
        "spatial": [COUNTRY],
    }))
}

fn legal_resources(this: &str, definition: &Definition) -> Vec<Value> {
    let resource = |(place, basis): (usize, &domain::catalog::LegalBasis)| {
        let title = Text::new(
            format!("{}{}", basis.law.zh, basis.article.zh),
            [&basis.law.en, &basis.article.en]
                .into_iter()
                .filter(|part| !part.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(", "),
        );
        json!({ "@id": format!("{this}#law-{}", place + 1), "@type": "LegalResource", "title": text(&title) })
    };
    definition.legal_basis.iter().enumerate().map(resource).collect()
}

fn evidence_id(this: &str, fact: &str) -> String {
    format!("{this}#{fact}")
}

fn requirements(this: &str, definition: &Definition) -> Vec<Value> {
    let requirement = |rule: &domain::rules::Rule| {
        let evidence: Vec<String> =
            rule.that.facts().into_iter().map(|fact| evidence_id(this, fact)).collect();
        json!({
            "@id": format!("{this}#requirement-{}", rule.id),
            "@type": "Requirement",
            "identifier": rule.id,
            "title": text(&rule.yes),
            "hasSupportingEvidence": evidence,
        })
    };
    definition.eligibility.iter().map(requirement).collect()
}

/// What the portal fetches and what has to be brought.
fn inputs(reference: &Reference, this: &str, definition: &Definition) -> Vec<Value> {
    let fetched = definition.facts.iter().filter_map(|used| {
        let (register, fact) = reference.registers.fact(&used.id)?;
        let from = Text::new(
            format!("由门户向{}调取，无需提交", register.name.zh),
            format!("Fetched by the portal from the register \"{}\"; nothing to hand in", register.name.en),
        );
        Some(json!({
            "@id": evidence_id(this, &fact.id),
            "@type": "Evidence",
            "identifier": fact.id,
            "title": text(&fact.name),
            "description": text(&from),
        }))
    });
    let brought = definition.materials.iter().enumerate().map(|(place, material)| {
        json!({
            "@id": format!("{this}#material-{}", place + 1),
            "@type": "Evidence",
            "identifier": format!("material-{}", place + 1),
            "title": text(&material.name),
            "description": text(&material.why),
        })
    });
    fetched.chain(brought).collect()
}

fn cost(origin: &str, this: &str, definition: &Definition, fee: &Fee) -> Value {
    let mut cost = json!({
        "@id": format!("{this}#cost"),
        "@type": "Cost",
        "identifier": format!("{}#cost", definition.code),
        "description": text(&Text::new(
            format!("{}。{}", fee.name.zh, fee.basis.zh),
            format!("{}. {}", fee.name.en, fee.basis.en),
        )),
        "currency": CURRENCY,
        "isDefinedBy": [authority_id(origin, &definition.department)],
    });
    // Where answers decide the amount, there is no one value to give.
    if let Some(fen) = fixed_fen(fee) {
        cost["hasValue"] = json!(format!("{}.{:02}", fen / 100, fen % 100));
    }
    cost
}

/// The amount in fen, when it is the same for everybody.
pub fn fixed_fen(fee: &Fee) -> Option<i64> {
    match &fee.amount {
        Expr::Literal(RuleValue::Money(fen)) => Some(*fen),
        _ => None,
    }
}

fn output(origin: &str, this: &str, definition: &Definition) -> Value {
    let mut output = json!({
        "@id": format!("{this}#output"),
        "@type": "Output",
        "identifier": format!("{}#output", definition.code),
        "title": text(definition.certificate.as_ref().map_or(&definition.result, |c| &c.title)),
        "description": text(&definition.result),
    });
    if let Some(certificate) = &definition.certificate {
        output["type"] = json!([type_url(origin, &certificate.kind)]);
    }
    output
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog::{embedded_services, files};
    use domain::ids::VersionId;
    use domain::time::Timestamp;

    fn all() -> Vec<Value> {
        let reference = Reference::embedded().unwrap();
        let one = |(path, text): (String, String)| {
            let definition = files::read(&path, &text, &reference, Locale::En).unwrap();
            let service = Service {
                version: VersionId(uuid::Uuid::nil()),
                digest: String::new(),
                published_at: Timestamp::from_seconds(0),
                badges: definition.badges(),
                definition,
                bundle: None,
            };
            document(&reference, "https://zhangban.example", &service, std::iter::empty())
        };
        embedded_services().into_iter().map(one).collect()
    }

    /// Members of nodes, ids that are defined, and ids that are pointed at.
    fn walk(value: &Value, terms: &mut BTreeSet<String>, ids: &mut BTreeSet<String>) {
        match value {
            Value::Object(node) if node.contains_key("@type") => {
                ids.extend(node.get("@id").and_then(Value::as_str).map(str::to_owned));
                terms.extend(node.get("@type").and_then(Value::as_str).map(str::to_owned));
                for (term, value) in node.iter().filter(|(term, _)| !term.starts_with('@')) {
                    terms.insert(term.clone());
                    walk(value, terms, ids);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, terms, ids)),
            _ => {}
        }
    }

    #[test]
    fn every_term_is_in_the_context_and_every_text_has_both_languages() {
        for document in all() {
            let (mut terms, mut ids) = (BTreeSet::new(), BTreeSet::new());
            walk(&document, &mut terms, &mut ids);
            for term in &terms {
                assert!(document["@context"].get(term).is_some(), "{term} is not in the context");
            }
            for member in ["title", "description"] {
                for language in ["zh-CN", "en"] {
                    assert!(document[member][language].as_str().is_some_and(|t| !t.is_empty()));
                }
            }
            assert_eq!(document["hasCompetentAuthority"][0]["@type"], "PublicOrganisation");
            assert!(!document["thematicArea"].as_array().unwrap().is_empty());
            for requirement in document["holdsRequirement"].as_array().unwrap() {
                for evidence in requirement["hasSupportingEvidence"].as_array().unwrap() {
                    assert!(ids.contains(evidence.as_str().unwrap()), "{evidence} is not described");
                }
            }
        }
    }

    #[test]
    fn a_lost_identity_card_costs_forty_yuan_and_takes_fifteen_days() {
        let document = all().into_iter().find(|d| d["identifier"] == "id-card-replacement").unwrap();
        assert_eq!(document["processingTime"], "P15D");
        assert_eq!(document["hasCost"][0]["hasValue"], "40.00");
        assert_eq!(
            document["hasLegalResource"][0]["title"]["en"].as_str().unwrap().rsplit(", ").next(),
            Some("Article 11")
        );
    }
}
