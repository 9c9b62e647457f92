//! One rule engine, two homes: what the browser's says is, letter for letter, what the server's says.
//!
//! Builds `examples/parity.rs` to WebAssembly and runs it in Node over generated definitions and answers.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use domain::cases::{Answer, FieldState};
use domain::catalog::Definition;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

#[path = "../examples/parity.rs"]
mod engine;
mod generate;

const CASES: usize = 2_500;
const TARGET: &str = "wasm32-unknown-unknown";

fn base() -> Definition {
    toml::from_str(include_str!("../../catalog/services/residence-permit-endorsement.toml")).unwrap()
}

/// The module, built by the cargo that runs this test.
fn module() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--package", "domain", "--example", "parity", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit());
    // Set for this test by cargo; the build below is another one.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_")) {
        cargo.env_remove(name);
    }
    let built = cargo.output().expect("run cargo");
    assert!(
        built.status.success(),
        "the rule engine could not be built to WebAssembly; is the target there? `rustup target add {TARGET}`"
    );
    let messages = String::from_utf8(built.stdout).unwrap();
    let files = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let module = files
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|name| name.as_str().map(PathBuf::from))
        .find(|name| name.extension().is_some_and(|e| e == "wasm"));
    module.expect("cargo names the module it built")
}

#[test]
fn native_and_wasm_say_the_same() {
    let mut runner = TestRunner::deterministic();
    let base = base();
    let mut lines = String::new();
    let (mut instant, mut complete, mut described) = (0, 0, 0);
    for _ in 0..CASES {
        let seed = any::<u64>().new_tree(&mut runner).unwrap().current();
        let mut g = generate::Gen::new(seed);
        let definition = g.definition(&base);
        let case = engine::Case { facts: g.facts(), raw: g.raw(&definition), today: g.today(), definition };
        let said = engine::say(&case);
        instant += usize::from(said.outcome != domain::cases::Outcome::Clerk);
        complete += usize::from(said.form.is_complete());
        let in_words = |f: &FieldState| matches!(f.answer, Some(Answer::Described(_)));
        described += usize::from(said.form.fields.iter().any(in_words));
        let line = serde_json::json!({
            "seed": seed.to_string(),
            "case": serde_json::to_string(&case).unwrap(),
            "said": serde_json::to_string(&said).unwrap(),
        });
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    assert!(
        instant > 100 && complete > 50 && described > 20,
        "the cases are too dull: {instant} decided, {complete} complete, {described} described"
    );

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parity.mjs");
    let node =
        Command::new("node").arg(script).arg(module()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut node = node.unwrap_or_else(|e| panic!("Node.js 20 or newer is needed to run WebAssembly: {e}"));
    let mut input = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = node.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    writer.join().unwrap().unwrap();
    assert_eq!(told.trim(), format!("{CASES} agree"));
}
