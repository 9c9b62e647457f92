//! The OpenAPI 3.1 documents of the registers, made from the catalogue that also rules their answers.

use domain::registers::{Column, FactSpec, FactType, Register, Subject};
use serde_json::{Map, Value, json};

/// One document for `registers`.
pub fn of(registers: &[&Register]) -> Value {
    let title = match registers {
        [one] => one.name.en.clone(),
        _ => "Demo registers".to_owned(),
    };
    let mut paths = Map::new();
    for register in registers {
        paths.insert(register.path.clone(), query(register));
        if let Some(path) = &register.verify_path {
            paths.insert(path.clone(), verify(register));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1",
            "description": "A stand-in with synthetic people only. Numbers travel in bodies, never in addresses.",
        },
        "paths": paths,
        "security": [{ "bearer": [] }],
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Problem": problem() },
        },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457",
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
        },
        "required": ["type", "title", "status"],
    })
}

fn problems(with_unknown: bool) -> Map<String, Value> {
    let mut responses = Map::new();
    let mut add = |status: &str, description: &str| {
        let content =
            json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        responses.insert(status.to_owned(), json!({ "description": description, "content": content }));
    };
    add("400", "The query is not understood");
    add("401", "The bearer token is missing or wrong");
    add("413", "The body is too large");
    add("503", "The register is down");
    if with_unknown {
        add("404", "Nobody has this number");
    }
    responses
}

fn subject(register: &Register) -> Value {
    let (kind, pattern) = match register.subject {
        Subject::Person => ("person", "^[0-9]{17}[0-9X]$"),
        Subject::Entity => ("entity", "^[0-9A-HJ-NPQRTUWXY]{18}$"),
    };
    json!({
        "type": "object",
        "properties": { "type": { "const": kind }, "id": { "type": "string", "pattern": pattern } },
        "required": ["type", "id"],
    })
}

fn query(register: &Register) -> Value {
    let ids: Vec<&str> = register.facts.iter().map(|f| f.id.as_str()).collect();
    let mut answer = json!({
        "type": "object",
        "properties": { "subject": subject(register), "as_of": { "type": "string", "format": "date-time" } },
        "required": ["subject", "as_of"],
    });
    for fact in &register.facts {
        place(&mut answer, &fact.at, schema(fact));
    }
    let mut responses = problems(true);
    responses.insert(
        "200".to_owned(),
        json!({
            "description": "The facts asked for; null where the register knows there is none",
            "content": { "application/json": { "schema": answer } },
        }),
    );
    let mut required = vec!["subject", "purpose", "facts"];
    // What is public of an entity is asked for without consent.
    if register.subject == Subject::Person {
        required.push("consent");
    }
    json!({
        "post": {
            "operationId": format!("{}_query", register.id),
            "summary": format!("Facts of the {}", register.name.en.to_lowercase()),
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object",
                "properties": {
                    "subject": subject(register),
                    "purpose": { "type": "string", "minLength": 1, "maxLength": 500 },
                    "consent": { "type": "string", "format": "uuid" },
                    "facts": { "type": "array", "minItems": 1, "maxItems": 200, "items": { "enum": ids } },
                },
                "required": required,
                "additionalProperties": false,
            } } } },
            "responses": responses,
        },
    })
}

fn verify(register: &Register) -> Value {
    let mut properties = json!({ "name": { "type": "string" }, "id": { "type": "string" } });
    let mut required = vec!["name", "id"];
    if register.subject == Subject::Entity {
        properties["code"] = json!({ "type": "string" });
        required.push("code");
    }
    let mut responses = problems(false);
    responses.insert(
        "200".to_owned(),
        json!({
            "description": "Whether they belong together; a wrong name and an unknown number answer alike",
            "content": { "application/json": { "schema": {
                "type": "object",
                "properties": {
                    "subject": subject(register),
                    "as_of": { "type": "string", "format": "date-time" },
                    "match": { "type": "boolean" },
                    "status": { "enum": ["active", "cancelled", "revoked", "none"] },
                },
                "required": ["subject", "as_of", "match", "status"],
            } } },
        }),
    );
    json!({
        "post": {
            "operationId": format!("{}_verify", register.id),
            "summary": "Check an identity",
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            } } } },
            "responses": responses,
        },
    })
}

/// Puts a schema at a JSON pointer below an object schema.
fn place(object: &mut Value, pointer: &str, schema: Value) {
    let mut at = object;
    for segment in pointer.split('/').skip(1) {
        if at["type"].is_null() {
            at["type"] = json!("object");
        }
        at = &mut at["properties"][segment];
    }
    *at = schema;
}

fn schema(fact: &FactSpec) -> Value {
    let mut schema = match fact.kind {
        FactType::Records => {
            let mut record = json!({ "type": "object" });
            for column in &fact.columns {
                place(&mut record, &column.at, of_column(column));
            }
            json!({ "type": ["array", "null"], "items": record })
        }
        kind => scalar(kind, fact.values.iter().map(|v| v.code.as_str())),
    };
    schema["title"] = json!(fact.name.en);
    schema["description"] = json!(fact.name.zh);
    schema
}

fn of_column(column: &Column) -> Value {
    let mut schema = scalar(column.kind, column.values.iter().map(|v| v.code.as_str()));
    schema["title"] = json!(column.name.en);
    schema
}

fn scalar<'a>(kind: FactType, codes: impl Iterator<Item = &'a str>) -> Value {
    let codes: Vec<Value> = codes.map(Value::from).chain([Value::Null]).collect();
    match kind {
        FactType::Text if codes.len() > 1 => json!({ "enum": codes }),
        FactType::Text | FactType::Records => json!({ "type": ["string", "null"] }),
        FactType::Bool => json!({ "type": ["boolean", "null"] }),
        FactType::Number => json!({ "type": ["number", "string", "null"] }),
        FactType::Money => json!({ "type": ["integer", "null"], "description": "fen" }),
        FactType::Date => json!({ "type": ["string", "null"], "format": "date" }),
        FactType::Region => json!({ "type": ["string", "null"], "pattern": "^[0-9]{2,15}$" }),
    }
}
