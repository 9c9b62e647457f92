//! Every bundle the portal ships is sound, and what is wrong with one is said.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use domain::catalog::{Bundle, Definition, Known, Problem, Wrong, check_bundle};
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

/// Paths of the files of a folder, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(catalog().join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

static SERVICES: LazyLock<Vec<Definition>> = LazyLock::new(|| {
    let read_one = |p: PathBuf| toml::from_str(&read(&p)).unwrap_or_else(|e| panic!("{}: {e}", p.display()));
    files("services").into_iter().map(read_one).collect()
});

static REGIONS: LazyLock<RegionTable> = LazyLock::new(|| {
    let files = [read(catalog().join("regions/china.csv")), read(catalog().join("regions/zhejiang.csv"))];
    RegionTable::read(&[&files[0], &files[1]]).unwrap()
});

fn problems(bundle: &Bundle) -> Vec<Problem> {
    problems_with(bundle, &SERVICES)
}

fn problems_with(bundle: &Bundle, services: &[Definition]) -> Vec<Problem> {
    let registers: Registers = toml::from_str(&read(catalog().join("registers.toml"))).unwrap();
    let (themes, departments) = (ids("themes.toml", "theme"), ids("departments.toml", "department"));
    let region_exists = |code: &str| RegionCode::parse(code).is_ok_and(|c| REGIONS.get(c).is_some());
    let known = Known {
        registers: &registers,
        themes: &themes,
        departments: &departments,
        region_exists: &region_exists,
    };
    check_bundle(bundle, services, &known)
}

#[test]
fn every_bundle_is_sound() {
    let mut said = Vec::new();
    for path in files("bundles") {
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let bundle: Bundle = match toml::from_str(&read(&path)) {
            Ok(bundle) => bundle,
            Err(e) => {
                said.push(format!("{file}: {e}"));
                continue;
            }
        };
        if file != bundle.code {
            said.push(format!("{file}: the code is {}", bundle.code));
        }
        for problem in problems(&bundle) {
            said.push(format!("{file}: {}: {:?}", problem.at.join("."), problem.wrong));
        }
    }
    assert!(said.is_empty(), "\n{}", said.join("\n"));
}

fn newborn() -> Bundle {
    toml::from_str(&read(catalog().join("bundles/newborn.toml"))).unwrap()
}

/// The newborn bundle, changed; what is wrong with it then.
fn wrong_after(change: impl FnOnce(&mut Bundle)) -> Vec<(String, Wrong)> {
    let mut bundle = newborn();
    change(&mut bundle);
    problems(&bundle).into_iter().map(|p| (p.at.join("."), p.wrong)).collect()
}

fn expr(text: &str) -> domain::rules::Expr {
    let mut table: std::collections::BTreeMap<String, domain::rules::Expr> =
        toml::from_str(&format!("e = {text}")).unwrap();
    table.remove("e").unwrap()
}

#[test]
fn an_empty_bundle_is_refused() {
    let wrong = wrong_after(|b| b.members.clear());
    assert!(wrong.contains(&("member".into(), Wrong::Empty)), "{wrong:?}");
    let wrong = wrong_after(|b| b.members.truncate(1));
    assert!(wrong.contains(&("member".into(), Wrong::TooFew(2))), "{wrong:?}");
}

#[test]
fn a_circle_of_members_is_refused_and_said_once() {
    let wrong = wrong_after(|b| {
        let household = b.members.iter().position(|m| m.service == "newborn-household-registration").unwrap();
        b.members[household].after = vec!["social-security-card-first".into()];
    });
    let circles: Vec<_> = wrong.iter().filter(|(_, w)| matches!(w, Wrong::Cycle(_))).collect();
    assert_eq!(circles.len(), 1, "{wrong:?}");
    let Wrong::Cycle(names) = &circles[0].1 else { panic!() };
    assert_eq!(names.first(), names.last());
    assert!(names.contains(&"social-security-card-first".to_owned()));
    let alone = wrong_after(|b| b.members[0].after = vec![b.members[0].service.clone()]);
    assert!(alone.iter().any(|(at, w)| at == "member.0.after" && matches!(w, Wrong::Cycle(_))), "{alone:?}");
}

#[test]
fn what_is_wrong_with_a_member_is_said_where_it_stands() {
    let has = |wrong: Vec<(String, Wrong)>, at: &str, is: &dyn Fn(&Wrong) -> bool| {
        assert!(wrong.iter().any(|(a, w)| a == at && is(w)), "{at}: {wrong:?}");
    };
    has(
        wrong_after(|b| b.members[0].service = "birth-registratoin".into()),
        "member.0.service",
        &|w| matches!(w, Wrong::UnknownService { similar, .. } if similar == &["birth-registration"]),
    );
    has(wrong_after(|b| b.members[1].service = b.members[0].service.clone()), "member.1.service", &|w| {
        matches!(w, Wrong::Duplicate(_))
    });
    has(wrong_after(|b| b.members[0].after = vec!["passport".into()]), "member.0.after.0", &|w| {
        *w == Wrong::NotAMember("passport".into())
    });
    has(wrong_after(|b| b.audience = vec![domain::catalog::Audience::Entity]), "member.0.service", &|w| {
        *w == Wrong::OtherAudience("entity")
    });
    has(wrong_after(|b| b.code = "id-card-renewal".into()), "code", &|w| {
        matches!(w, Wrong::CodeOfService(_))
    });
    has(wrong_after(|b| b.members[0].when = Some(expr("12"))), "member.0.when", &|w| {
        matches!(w, Wrong::Expected { expected: "bool", .. })
    });
}

#[test]
fn what_is_wrong_with_an_answer_is_said_where_it_stands() {
    let answering = |id: &str, text: &str| {
        let answer = expr(text);
        let id = id.to_owned();
        wrong_after(|b| drop(b.members[0].answers.insert(id, answer)))
    };
    let has = |wrong: Vec<(String, Wrong)>, at: &str, is: &dyn Fn(&Wrong) -> bool| {
        assert!(wrong.iter().any(|(a, w)| a == at && is(w)), "{at}: {wrong:?}");
    };
    has(answering("stage", r#""borne""#), "member.0.answers.stage", &|w| {
        matches!(w, Wrong::Type(domain::rules::TypeError::UnknownOption { .. }))
    });
    has(answering("stage", "true"), "member.0.answers.stage", &|w| matches!(w, Wrong::Expected { .. }));
    has(
        answering("stagee", r#""born""#),
        "member.0.answers.stagee",
        &|w| matches!(w, Wrong::NoSuchQuestion { similar, .. } if similar == &["stage"]),
    );
    has(answering("phone", r#""13900000000""#), "member.0.answers.phone", &|w| {
        *w == Wrong::NeedsSharedQuestion("phone")
    });
    let number = r#"{ fact = "certificate.newborn-household-registration.number" }"#;
    has(answering("stage", number), "member.0.answers.stage", &|w| {
        *w == Wrong::NotBefore("newborn-household-registration".into())
    });
    has(answering("expected_on", r#"{ fact = "person.birth_dat" }"#), "member.0.answers.expected_on", &|w| {
        matches!(w, Wrong::FactNotOffered { .. })
    });
    // A question that nobody has a use for, and one that allows what a member does not.
    let unused = wrong_after(|b| b.members.iter_mut().for_each(|m| m.answers.clear()));
    assert!(unused.iter().any(|(_, w)| matches!(w, Wrong::QuestionUnused(_))), "{unused:?}");
}

#[test]
fn a_question_that_takes_the_number_of_a_certificate_has_room_for_it() {
    let bundle: Bundle = toml::from_str(&read(catalog().join("bundles/work-injury.toml"))).unwrap();
    let short = |most: Option<u32>| {
        let mut services = SERVICES.clone();
        let benefits = services.iter_mut().find(|s| s.code == "work-injury-benefits").unwrap();
        let mut fields = benefits.steps.iter_mut().flat_map(|step| &mut step.fields);
        fields.find(|f| f.id == "decision_number").unwrap().max_length = most;
        problems_with(&bundle, &services)
            .into_iter()
            .filter(|p| matches!(p.wrong, Wrong::ShorterThanNumber(_)))
            .count()
    };
    assert_eq!([short(Some(104)), short(Some(105)), short(None)], [1, 0, 0]);
}
