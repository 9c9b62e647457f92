use standins::population::{Occupation, Population};
use standins::registers::document_on;
#[test]
fn scan() {
    let p = Population::generate(1);
    let mut n = 0;
    let mut s = 0;
    let mut recent = std::collections::BTreeMap::new();
    for person in &p.persons {
        if let Occupation::Retired { since, scheme, .. } = person.occupation {
            n += 1;
            *recent.entry((scheme, since.year())).or_insert(0) += 1;
            let d = document_on(&p, "social_security", person.id.as_str(), jiff::civil::date(2026, 11, 23))
                .unwrap();
            if d["housing_fund"]["status"] == "sealed" {
                s += 1;
                if s < 3 {
                    println!("{} {}", d["housing_fund"], d["pension"]);
                }
            }
        }
    }
    println!("{n} retired {s} sealed {recent:?}");
}
