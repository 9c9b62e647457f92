//! `docs/definitions.md`: its example is sound, and mistakes in it are explained in the words it quotes.

use backend::catalog::{Reference, files};
use domain::text::Locale;

const GUIDE: &str = include_str!("../../docs/definitions.md");
const FILE: &str = "minor-fare-discount.toml";

fn example() -> &'static str {
    let (_, from) = GUIDE.split_once("```toml\n").expect("the guide has an example");
    from.split_once("```").expect("the example ends").0
}

#[test]
fn the_example_is_sound() {
    let reference = Reference::embedded().unwrap();
    assert_eq!(files::read(FILE, example(), &reference, Locale::En).err(), None);
}

#[test]
fn mistakes_are_explained_as_quoted() {
    let reference = Reference::embedded().unwrap();
    let mistakes = [
        (vec![("enrolment.enrolled", "enrolment.enroled")], Locale::En, 2),
        (
            vec![("{ age = { fact = \"person.birth_date\" } }", "{ fact = \"person.birth_date\" }")],
            Locale::En,
            1,
        ),
        (
            vec![("field = \"plastic\" }", "field = \"plastik\" }"), (", en = \"Under 18\" }", " }")],
            Locale::Zh,
            2,
        ),
        (vec![("level = ", "levle = "), ("type = \"yes_no\"", "type = \"yes-no\"")], Locale::Zh, 2),
        (vec![("level = \"city\"", "level = city")], Locale::En, 1),
    ];
    for (slips, language, count) in mistakes {
        let broken = slips.iter().fold(example().to_owned(), |text, (right, wrong)| {
            assert!(text.contains(right), "{right}");
            text.replace(right, wrong)
        });
        let found = files::read(FILE, &broken, &reference, language).unwrap_err();
        assert_eq!(found.len(), count, "{found:?}");
        for mistake in found {
            assert!(GUIDE.contains(&format!("{mistake}\n")), "the guide does not quote: {mistake}");
        }
    }
}
