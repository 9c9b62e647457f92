//! `catalog/service.schema.json`, the JSON Schema that editors complete and check definitions with, says what the program
//! says.

use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use domain::catalog::{Bundle, Definition};
use serde_json::{Value, json};

fn catalog() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog")
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path.as_ref()).unwrap_or_else(|e| panic!("{}: {e}", path.as_ref().display()))
}

fn schema_document() -> Value {
    serde_json::from_str(&read(catalog().join("service.schema.json"))).unwrap()
}

struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn new() -> Self {
        Self::of("service.schema.json")
    }

    fn of(file: &str) -> Self {
        let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
        compiler.add_resource("service.schema.json", schema_document()).unwrap();
        let bundles = serde_json::from_str(&read(catalog().join("bundle.schema.json"))).unwrap();
        compiler.add_resource("bundle.schema.json", bundles).unwrap();
        let index = compiler.compile(file, &mut schemas).unwrap();
        Schema { schemas, index }
    }

    fn accepts(&self, definition: &Value) -> Result<(), String> {
        self.schemas.validate(definition, self.index).map_err(|e| format!("{e:#}"))
    }
}

fn shipped() -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(catalog().join("services")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|p| (p.display().to_string(), read(&p))).collect()
}

#[test]
fn every_definition_satisfies_the_schema() {
    let schema = Schema::new();
    for (file, text) in shipped() {
        let written: Value = toml::from_str(&text).unwrap();
        schema.accepts(&written).unwrap_or_else(|e| panic!("{file}: {e}"));
        // What `catalog export` and the public API write is of the same form.
        let definition: Definition = toml::from_str(&text).unwrap();
        let exported = serde_json::to_value(&definition).unwrap();
        schema.accepts(&exported).unwrap_or_else(|e| panic!("{file}, exported: {e}"));
    }
}

#[test]
fn broken_definitions_do_not() {
    let schema = Schema::new();
    let sound: Value = toml::from_str(&read(catalog().join("services/id-card-replacement.toml"))).unwrap();
    assert_eq!(schema.accepts(&sound), Ok(()));
    let breakages: [(&str, &str, Value); 12] = [
        ("an unknown key", "/summery", json!("?")),
        ("a missing translation", "/name", json!({ "zh": "补领身份证" })),
        ("an empty translation", "/name/en", json!(" ")),
        ("a code with capitals", "/code", json!("ID-Card")),
        ("an unknown theme", "/themes", json!(["cars"])),
        ("an unknown department", "/department", json!("navy")),
        ("days as text", "/time_limit/promised", json!("15")),
        ("a fact no register offers", "/fact/0/id", json!("person.shoe_size")),
        ("an unknown type of question", "/step/0/field/0/type", json!("radio")),
        ("bounds of another type", "/step/0/field/0/max_length", json!(3)),
        ("an unknown operation", "/eligibility/0/that", json!({ "equals": [1, 1] })),
        ("two operations in one", "/eligibility/0/that", json!({ "not": true, "known": true })),
    ];
    for (what, at, value) in breakages {
        let mut broken = sound.clone();
        let (parent, key) = at.rsplit_once('/').unwrap();
        broken.pointer_mut(parent).unwrap()[key] = value;
        assert!(schema.accepts(&broken).is_err(), "{what} is accepted");
    }
}

#[test]
fn bundles_satisfy_theirs_and_broken_ones_do_not() {
    let schema = Schema::of("bundle.schema.json");
    let mut files: Vec<PathBuf> =
        fs::read_dir(catalog().join("bundles")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for path in files {
        let text = read(&path);
        let written: Value = toml::from_str(&text).unwrap();
        schema.accepts(&written).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let bundle: Bundle = toml::from_str(&text).unwrap();
        let exported = serde_json::to_value(&bundle).unwrap();
        schema.accepts(&exported).unwrap_or_else(|e| panic!("{}, exported: {e}", path.display()));
        let again: Bundle = toml::from_str(&toml::to_string(&bundle).unwrap()).unwrap();
        assert_eq!(again, bundle);
    }
    let sound: Value = toml::from_str(&read(catalog().join("bundles/work-injury.toml"))).unwrap();
    let breakages: [(&str, &str, Value); 7] = [
        ("an unknown key", "/department", json!("health")),
        ("no members", "/member", json!([])),
        ("a member alone", "/member", json!([{ "service": "deed-tax" }])),
        ("a misspelt key of a member", "/member/0/befor", json!([])),
        ("an unknown operation", "/member/1/answers/cause", json!({ "equals": [1, 1] })),
        ("a fact no register offers", "/member/1/answers/cause", json!({ "fact": "person.shoe_size" })),
        ("an unknown type of question", "/step/0/field/0/type", json!("radio")),
    ];
    for (what, at, value) in breakages {
        let mut broken = sound.clone();
        let (parent, key) = at.rsplit_once('/').unwrap();
        broken.pointer_mut(parent).unwrap()[key] = value;
        assert!(schema.accepts(&broken).is_err(), "{what} is accepted");
    }
}

/// Editors complete themes, departments and facts from lists in the schema; they are those of the catalogue.
#[test]
fn the_lists_of_the_schema_are_those_of_the_catalogue() {
    let schema = schema_document();
    let table = |file: &str| -> Value { toml::from_str(&read(catalog().join(file))).unwrap() };
    let ids =
        |list: &Value| -> Vec<Value> { list.as_array().unwrap().iter().map(|t| t["id"].clone()).collect() };
    let listed = |at: &str| schema.pointer(at).unwrap().as_array().unwrap().clone();
    let facts: Vec<Value> = table("registers.toml")["register"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|r| ids(&r["fact"]))
        .collect();
    let lists = [
        ("/properties/themes/items/enum", ids(&table("themes.toml")["theme"])),
        ("/$defs/department/enum", ids(&table("departments.toml")["department"])),
        ("/$defs/fact_id/enum", facts),
    ];
    for (at, wanted) in lists {
        let found = listed(at);
        let missing: Vec<&Value> = wanted.iter().filter(|id| !found.contains(id)).collect();
        let superfluous: Vec<&Value> = found.iter().filter(|id| !wanted.contains(id)).collect();
        assert!(
            missing.is_empty() && superfluous.is_empty(),
            "service.schema.json at {at}: add {missing:?}, remove {superfluous:?}"
        );
    }
}
