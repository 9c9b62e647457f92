//! Prints residents to file cases with, for `end2end/support/people.ts`: grown up, at home, employed and insured in
//! Hangzhou, with a household of their own, so that every service of the browser tests is open to them.
//!
//! `cargo run -p standins --example people`

#![expect(clippy::print_stdout, reason = "a list to copy")]

use std::collections::BTreeSet;

use domain::organisation::region::{Level, RegionCode};
use standins::population::{FROZEN_ON, Occupation, Population};

/// The seed of the demo.
const SEED: u64 = 1;
const HOW_MANY: usize = 90;

fn main() {
    let population = Population::generate(SEED);
    let hangzhou = RegionCode::parse("330100").ok();
    let named: BTreeSet<&str> = standins::demo_people().iter().map(|person| person.name).collect();
    let mut taken = BTreeSet::new();
    let suitable = population.persons.iter().filter(|person| {
        let household = population.household(person);
        let age = person.id.age_on(FROZEN_ON);
        (25..50).contains(&age)
            && household.region.at(Level::City) == hangzhou
            && person.insured_since.is_some()
            && matches!(person.occupation, Occupation::Employed { entity, .. }
                if population.entities[entity as usize].region.at(Level::City) == hangzhou)
            && person.disagreement.is_none()
            && !named.contains(person.name.as_str())
    });
    for person in suitable.filter(|person| taken.insert(person.household)).take(HOW_MANY) {
        println!("  [\"{}\", \"{}\"],", person.name, person.id.as_str());
    }
}
