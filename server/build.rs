//! A release binary carries the site (target/site, made by `cargo xtask build`): compile again when the site changed.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../target/site/site.json");
    }
}
