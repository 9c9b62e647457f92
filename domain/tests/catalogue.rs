//! Every definition the portal ships is sound.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::catalog::{Audience, Badge, Definition, Known, check};
use domain::organisation::region::{RegionCode, RegionTable};
use domain::registers::Registers;

fn catalog() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog")
}

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path.as_ref()).unwrap_or_else(|e| panic!("{}: {e}", path.as_ref().display()))
}

fn ids(file: &str, list: &str) -> BTreeSet<String> {
    let table: toml::Table = read(catalog().join(file)).parse().unwrap();
    table[list].as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap().to_owned()).collect()
}

fn definitions() -> Vec<(PathBuf, Definition)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(catalog().join("services")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let read_one = |path: PathBuf| match toml::from_str(&read(&path)) {
        Ok(definition) => (path, definition),
        Err(e) => panic!("{}: {e}", path.display()),
    };
    files.into_iter().filter(|p| p.extension().is_some_and(|e| e == "toml")).map(read_one).collect()
}

#[test]
fn every_definition_is_sound() {
    let registers: Registers = toml::from_str(&read(catalog().join("registers.toml"))).unwrap();
    let files = [read(catalog().join("regions/china.csv")), read(catalog().join("regions/zhejiang.csv"))];
    let regions = RegionTable::read(&[&files[0], &files[1]]).unwrap();
    let (themes, departments) = (ids("themes.toml", "theme"), ids("departments.toml", "department"));
    let region_exists = |code: &str| RegionCode::parse(code).is_ok_and(|c| regions.get(c).is_some());
    let known = Known {
        registers: &registers,
        themes: &themes,
        departments: &departments,
        region_exists: &region_exists,
    };
    let mut problems = Vec::new();
    let mut codes = BTreeSet::new();
    for (path, definition) in definitions() {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        if file != definition.code || !codes.insert(definition.code.clone()) {
            problems.push(format!("{file}: the code is {}", definition.code));
        }
        for problem in check(&definition, &known) {
            problems.push(format!("{file}: {}: {:?}", problem.at.join("."), problem.wrong));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What the portal promises of its catalogue as a whole.
#[test]
fn the_catalogue_keeps_its_promises() {
    let definitions: Vec<Definition> = definitions().into_iter().map(|(_, d)| d).collect();
    let count = |holds: &dyn Fn(&Definition) -> bool| definitions.iter().filter(|d| holds(d)).count();
    let departments: BTreeSet<&str> = definitions.iter().map(|d| d.department.as_str()).collect();
    assert!(definitions.len() >= 36, "{} services", definitions.len());
    assert!(departments.len() >= 12, "{} departments", departments.len());
    assert!(count(&|d| d.badges().contains(&Badge::SingleCertificate)) >= 30);
    assert!(count(&|d| d.badges().contains(&Badge::Instant)) >= 8);
    assert!(count(&|d| d.audience.contains(&Audience::Entity)) >= 6);
    assert!(count(&|d| d.fee.is_some()) >= 6);
}
