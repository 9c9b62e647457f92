//! What people type, and what it is taken for.

use domain::cases::form::{FieldError, FormScope, Questions, check_places, examine};
use domain::cases::{Answer, FieldState, Outcome, Raw, Wrong, certificate_ends, decide, is_certified};
use domain::catalog::{Definition, Field};
use domain::identity::resident_id::ResidentIdError;
use domain::organisation::region::RegionTable;
use domain::registers::{FactState, Facts};
use domain::rules::{Cause, Number, Record, Value};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
struct Form {
    field: Vec<Field>,
}

const TODAY: Date = Date::constant(2026, 11, 23);

/// One question, given as TOML without id and label.
fn look(question: &str, typed: &[(&str, &[&str])]) -> (Option<Answer>, Vec<FieldError>) {
    look_on(question, &Facts::default(), typed)
}

fn look_on(question: &str, facts: &Facts, typed: &[(&str, &[&str])]) -> (Option<Answer>, Vec<FieldError>) {
    let form = format!("[[field]]\nid = \"q\"\nlabel = {{ zh = \"问\", en = \"q\" }}\n{question}");
    let form: Form = toml::from_str(&form).unwrap();
    let raw: Raw = typed
        .iter()
        .map(|(control, values)| ((*control).to_owned(), values.iter().map(|v| (*v).to_owned()).collect()))
        .collect();
    let questions = Questions { fields: form.field.iter().collect(), computed: &[] };
    let mut examined = examine(&questions, facts, &raw, TODAY);
    let state = examined.fields.remove(0);
    (state.answer, state.errors)
}

fn value(question: &str, text: &str) -> Result<Value, Wrong> {
    match look(question, &[("q", &[text])]) {
        (Some(Answer::Value(value)), errors) if errors.is_empty() => Ok(value),
        (None, errors) if errors.len() == 1 => {
            assert_eq!(errors[0].control, "q");
            Err(errors.into_iter().next().map(|e| e.wrong).unwrap())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_as_chinese_keyboards_write_them() {
    let number = |text: &str| value("type = \"number\"\ndecimals = 2\nmin = -5\nmax = 2000", text);
    let n = |text: &str| Ok(Value::Number(text.parse::<Number>().unwrap()));
    for (typed, read) in [
        ("12", "12"),
        ("１２．５", "12.5"),
        ("12。5", "12.5"),
        ("1,000", "1000"),
        ("－3", "-3"),
        (" 7\u{3000}", "7"),
        ("0.50", "0.5"),
    ] {
        assert_eq!(number(typed), n(read), "{typed}");
    }
    for (typed, wrong) in [
        ("", Wrong::Missing),
        ("十二", Wrong::NotANumber),
        ("1e3", Wrong::NotANumber),
        ("1.234", Wrong::TooManyDecimals(2)),
        ("-6", Wrong::TooSmall(Number::whole(-5))),
        ("2000.01", Wrong::TooLarge(Number::whole(2000))),
        ("99999999999999999999", Wrong::NotANumber),
        ("NaN", Wrong::NotANumber),
    ] {
        assert_eq!(number(typed), Err(wrong), "{typed}");
    }
    let money = |text: &str| value("type = \"money\"\nmax = 5000", text);
    for (typed, fen) in [("89.50", 8950), ("¥1,000", 100_000), ("￥８８", 8800), ("12.5元", 1250), ("0", 0)]
    {
        assert_eq!(money(typed), Ok(Value::Money(fen)), "{typed}");
    }
    assert_eq!(money("1.005"), Err(Wrong::TooManyDecimals(2)));
    assert_eq!(money("5000.01"), Err(Wrong::TooLarge(Number::whole(5000))));
}

#[test]
fn dates_in_every_usual_form_and_in_three_parts() {
    let question = "type = \"date\"\nlatest = { from_today = 0 }\nearliest = { day = \"1900-01-01\" }";
    let day = Ok(Value::Date(Date::constant(2026, 1, 31)));
    for typed in [
        "2026-01-31",
        "2026/1/31",
        "2026.1.31",
        "20260131",
        "2026年1月31日",
        "２０２６年１月３１日",
        "2026 1 31",
    ] {
        assert_eq!(value(question, typed), day, "{typed}");
    }
    for typed in
        ["2026-02-30", "31.1.2026", "26-1-31", "2026-13-1", "gestern", "2026-1", "20261301", "-2026-01-31x"]
    {
        assert_eq!(value(question, typed), Err(Wrong::NotADate), "{typed}");
    }
    assert_eq!(value(question, "2026-11-24"), Err(Wrong::TooLate(TODAY)));
    assert_eq!(value(question, "1899-12-31"), Err(Wrong::TooEarly(Date::constant(1900, 1, 1))));
    let parts = |y, m, d| look(question, &[("q-year", &[y]), ("q-month", &[m]), ("q-day", &[d])]);
    assert_eq!(parts("2026", "1", "31").0, day.map(Answer::Value).ok());
    assert!(parts("２０２６", "０１", "３１").0.is_some());
    assert_eq!(parts("2026", "", "31").1[0].wrong, Wrong::NotADate);
    assert_eq!(parts("", "", "").1[0].wrong, Wrong::Missing);
}

#[test]
fn texts_are_bounded_and_plain() {
    let question = "type = \"text\"\nmax_length = 10";
    assert_eq!(value(question, "  林 晓雨 "), Ok(Value::text("林 晓雨")));
    assert_eq!(value(question, "</textarea>"), Err(Wrong::TooLong(10)));
    assert_eq!(value(question, "' OR 1=1"), Ok(Value::text("' OR 1=1")));
    for bad in ["a\u{0}b", "a\u{7}b", "a\nb", "a\tb", "\u{202E}exe", "a\u{2066}b", "a\u{200F}b", "a\u{FEFF}b"]
    {
        assert_eq!(value(question, bad), Err(Wrong::ForbiddenCharacters), "{bad:?}");
    }
    let long = "字".repeat(100_000);
    assert_eq!(value("type = \"text\"", &long), Err(Wrong::TooLong(200)));
    assert_eq!(value("type = \"long_text\"", &long), Err(Wrong::TooLong(2_000)));
    assert_eq!(value("type = \"long_text\"\nmax_length = 100000", &long), Ok(Value::text(long.clone())));
    assert_eq!(value("type = \"long_text\"", "一\r\n二"), Ok(Value::text("一\n二")));
    assert_eq!(value("type = \"text\"\nmin_length = 3", "一二"), Err(Wrong::TooShort(3)));
    assert_eq!(value("type = \"number\"", &"9".repeat(100_000)), Err(Wrong::NotANumber));
    assert_eq!(value("type = \"phone\"", &"9".repeat(100_000)), Err(Wrong::NotAPhone));
    assert_eq!(value("type = \"date\"", &"9".repeat(100_000)), Err(Wrong::NotADate));
    assert_eq!(value("type = \"phone\"", "１５４ ００００ ０００１"), Ok(Value::text("15400000001")));
}

#[test]
fn people_are_known_by_a_name_and_a_right_number() {
    let person = |name: &str, number: &str| {
        look("type = \"person\"", &[("q.name", &[name]), ("q.id_number", &[number])])
    };
    let known = Some(Answer::Person { name: "陈建国".into(), id_number: "33018519580420901X".into() });
    assert_eq!(person("陈建国", "33018519580420901X").0, known);
    assert_eq!(person(" 陈建国 ", "３３０１８５ 19580420 901ｘ").0, known);
    let wrong = |number: &str| {
        person("陈建国", number).1.into_iter().map(|e| (e.control, e.wrong)).collect::<Vec<_>>()
    };
    let at_number = |e| vec![("q.id_number".to_owned(), Wrong::ResidentId(e))];
    assert_eq!(wrong("330185195804209011"), at_number(ResidentIdError::CheckCharacter));
    assert_eq!(wrong("330185195802309017"), at_number(ResidentIdError::BirthDate));
    assert_eq!(wrong("330106202611249012"), at_number(ResidentIdError::BirthDate), "born tomorrow");
    assert_eq!(wrong("330106202611239017"), [], "born today");
    assert_eq!(wrong("330185580420901"), at_number(ResidentIdError::FifteenDigits));
    assert_eq!(wrong("1"), at_number(ResidentIdError::Length));
    assert_eq!(wrong(""), [("q.id_number".to_owned(), Wrong::Missing)]);
    let missing = |control: &str| FieldError { control: control.into(), wrong: Wrong::Missing };
    assert_eq!(person("", "").1, [missing("q.name"), missing("q.id_number")]);
    assert_eq!(person("陈\u{202E}建国", "1").1.len(), 2, "both are wrong, both are said");
}

#[test]
fn places_choices_files_and_rows_are_counted() {
    let address = |region: &str, detail: &str| {
        look("type = \"address\"\nwithin = \"330100\"", &[("q.region", &[region]), ("q.detail", &[detail])])
    };
    assert_eq!(
        address("330106005", "示例路 1 号").0,
        Some(Answer::Address { region: "330106005".into(), detail: "示例路 1 号".into() })
    );
    assert_eq!(address("341226", "示例路 1 号").1[0].wrong, Wrong::OutsideRegion("330100".into()));
    assert_eq!(
        address("abc", "").1.iter().map(|e| e.control.as_str()).collect::<Vec<_>>(),
        ["q.region", "q.detail"]
    );
    let missing = |control: &str| FieldError { control: control.into(), wrong: Wrong::Missing };
    assert_eq!(address("", "").1, [missing("q.region"), missing("q.detail")]);

    let chosen = |levels: &[&str]| match look(
        "type = \"address\"",
        &[("q.region", levels), ("q.detail", &["示例路 1 号"])],
    )
    .0
    {
        Some(Answer::Address { region, .. }) => region,
        other => panic!("{other:?}"),
    };
    assert_eq!(chosen(&["33", "3301", "330106", "330106005"]), "330106005");
    assert_eq!(chosen(&["33", "3301", "", "330106005"]), "3301");
    assert_eq!(chosen(&["31", "3301", "330106", "330106005"]), "31", "left over from another province");

    let options = "options = [{ id = \"a\", label = { zh = \"甲\", en = \"A\" } }, { id = \"b\", label = { zh = \"乙\", en = \"B\" } }]";
    let chosen = |values: &[&str]| {
        look(&format!("type = \"multi_choice\"\nmax_items = 1\n{options}"), &[("q", values)])
    };
    assert_eq!(chosen(&["b", "b", ""]).0, Some(Answer::Value(Value::Set(vec!["b".into()]))));
    assert_eq!(chosen(&["a", "b"]).1[0].wrong, Wrong::TooMany(1));
    assert_eq!(chosen(&["c"]).1[0].wrong, Wrong::NotAnOption);

    let files = |values: &[&str]| look("type = \"file\"\nmin_items = 2\nmax_items = 3", &[("q", values)]);
    assert_eq!(files(&["1"]).1[0].wrong, Wrong::TooFew(2));
    assert_eq!(files(&["1", "2", "3", "4"]).1[0].wrong, Wrong::TooMany(3));

    let group =
        "type = \"group\"\nfield = [{ id = \"n\", type = \"number\", label = { zh = \"数\", en = \"n\" } }]";
    let rows = |count: &str, typed: &[&str]| {
        let controls: Vec<String> = (0..typed.len()).map(|n| format!("q.{n}.n")).collect();
        let values: Vec<[&str; 1]> = typed.iter().map(|t| [*t]).collect();
        let mut all: Vec<(&str, &[&str])> =
            controls.iter().zip(&values).map(|(c, v)| (c.as_str(), v.as_slice())).collect();
        let count = [count];
        all.push(("q", &count));
        look(group, &all)
    };
    assert!(matches!(rows("2", &["1", "2"]).0, Some(Answer::Rows(rows)) if rows.len() == 2));
    assert_eq!(rows("2", &["1", "x"]).1, [FieldError { control: "q.1.n".into(), wrong: Wrong::NotANumber }]);
    assert_eq!(rows("0", &[]).1[0].wrong, Wrong::Missing);
    assert_eq!(rows("many", &["1"]).1[0].wrong, Wrong::Missing);
    let too_many = rows("1000000", &["1"; 50]).1;
    assert_eq!(
        too_many[0],
        FieldError { control: "q".into(), wrong: Wrong::TooMany(50) },
        "none is dropped in silence"
    );
}

#[test]
fn places_exist_and_are_chosen_to_the_last_level() {
    let files =
        [include_str!("../../catalog/regions/china.csv"), include_str!("../../catalog/regions/zhejiang.csv")];
    let regions = RegionTable::read(&files).unwrap();
    let form = "[[field]]\nid = \"q\"\nlabel = { zh = \"问\", en = \"q\" }\ntype = \"address\"
        [[field]]\nid = \"g\"\nlabel = { zh = \"问\", en = \"q\" }\ntype = \"group\"
        field = [{ id = \"home\", type = \"address\", label = { zh = \"家\", en = \"home\" } }]";
    let form: Form = toml::from_str(form).unwrap();
    let wrong = |region: &str| {
        let typed = [
            ("q.region", region),
            ("q.detail", "示例路 1 号"),
            ("g", "1"),
            ("g.0.home.region", region),
            ("g.0.home.detail", "示例路 1 号"),
        ];
        let raw: Raw = typed.map(|(control, value)| (control.to_owned(), vec![value.to_owned()])).into();
        let questions = Questions { fields: form.field.iter().collect(), computed: &[] };
        let mut examined = examine(&questions, &Facts::default(), &raw, TODAY);
        assert!(examined.is_complete(), "{region}");
        check_places(&mut examined, &regions);
        let errors: Vec<FieldError> = examined.fields.iter().flat_map(|f| f.errors.clone()).collect();
        assert_eq!(examined.answers().is_empty(), !errors.is_empty(), "{region}");
        match errors.as_slice() {
            [] => None,
            [single, inner] => {
                assert_eq!(
                    (single.control.as_str(), inner.control.as_str()),
                    ("q.region", "g.0.home.region")
                );
                assert_eq!(single.wrong, inner.wrong);
                Some(single.wrong.clone())
            }
            other => panic!("{other:?}"),
        }
    };
    for last in ["330106005", "310104", "4419", "71"] {
        assert_eq!(wrong(last), None, "{last}");
    }
    for wide in ["33", "3301", "330106", "330106000", "11"] {
        assert_eq!(wrong(wide), Some(Wrong::RegionTooWide), "{wide}");
    }
    for none in ["330106999", "330199", "99", "330106005001"] {
        assert_eq!(wrong(none), Some(Wrong::NotARegion), "{none}");
    }
}

fn vehicles(state: Option<FactState>) -> Facts {
    Facts(state.map(|state| ("vehicle.vehicles".to_owned(), state)).into_iter().collect())
}

fn two_vehicles() -> Value {
    let row = |plate: &str| [("plate".to_owned(), Value::text(plate))].into();
    Value::Records(vec![row("浙A12345"), row("浙A54321")])
}

/// Nobody is stopped by a register that is silent or wrong; one that knows of none may be right.
#[test]
fn what_cannot_be_chosen_is_described() {
    let question = "type = \"choice\"\noptions_from = \"vehicle.vehicles:plate\"";
    let look =
        |state: Option<FactState>, typed: &[(&str, &[&str])]| look_on(question, &vehicles(state), typed);
    let words: &[(&str, &[&str])] = &[("q.described", &["  白色轿车，浙A12345 "])];
    let described = Some(Answer::Described("白色轿车，浙A12345".into()));
    let missing = |control: &str| vec![FieldError { control: control.into(), wrong: Wrong::Missing }];
    for silent in [None, Some(FactState::Pending), Some(FactState::Contested(None))] {
        assert_eq!(look(silent.clone(), words), (described.clone(), vec![]));
        assert_eq!(look(silent.clone(), &[]), (None, missing("q.described")));
        assert_eq!(
            look(silent, &[("q", &["浙A12345"])]),
            (None, missing("q.described")),
            "looks like a value"
        );
    }
    let wrong = Some(FactState::Contested(Some(two_vehicles())));
    assert_eq!(look(wrong.clone(), words).0, described);
    assert_eq!(look(wrong.clone(), &[("q", &["none"]), words[0]]).0, described);
    let chosen = Some(Answer::Value(Value::text("浙A12345")));
    assert_eq!(look(wrong, &[("q", &["浙A12345"]), words[0]]), (chosen.clone(), vec![]));

    let known = Some(FactState::Known(two_vehicles()));
    assert_eq!(look(known.clone(), &[("q", &["浙A12345"])]), (chosen, vec![]));
    assert_eq!(look(known, words), (None, missing("q")), "now it can be chosen");
    let none = [FactState::NoRecord, FactState::Known(Value::Records(Vec::new()))];
    for none in none {
        assert_eq!(look(Some(none), words), (None, missing("q")));
    }

    let long = "字".repeat(201);
    for (text, wrong) in [
        (long.as_str(), Wrong::TooLong(200)),
        ("a\u{202E}b", Wrong::ForbiddenCharacters),
        ("a\nb", Wrong::ForbiddenCharacters),
    ] {
        let (answer, errors) = look(None, &[("q.described", &[text])]);
        assert_eq!((answer, errors), (None, vec![FieldError { control: "q.described".into(), wrong }]));
    }
    let several = "type = \"multi_choice\"\noptions_from = \"vehicle.vehicles:plate\"\noptional = true";
    assert_eq!(look_on(several, &vehicles(None), words).0, described);
    assert_eq!(look_on(several, &vehicles(None), &[]), (None, vec![]));
    let in_group = "type = \"group\"\nfield = [{ id = \"v\", type = \"choice\", label = { zh = \"车\", en = \"v\" }, options_from = \"vehicle.vehicles:plate\" }]";
    let (answer, errors) =
        look_on(in_group, &vehicles(None), &[("q", &["1"]), ("q.0.v.described", &["白色轿车"])]);
    assert_eq!(errors, []);
    assert_eq!(answer.unwrap().to_value(), None, "nothing is counted on rows of which one is unclear");
}

/// A definition of one instant service, its rules and its certificate about the vehicle that was chosen.
#[test]
fn nothing_is_decided_on_words() {
    let text = include_str!("../../catalog/services/vehicle-inspection-exemption.toml");
    let mut definition: Definition = toml::from_str(text).unwrap();
    assert!(is_certified(&definition, "vehicle") && !is_certified(&definition, "van"));
    let answers = |vehicle: Answer| {
        let state = |id: &str, answer: Option<Answer>| FieldState {
            id: id.into(),
            asked: answer.is_some(),
            answer,
            errors: Vec::new(),
        };
        let no = Answer::Value(Value::Bool(false));
        domain::cases::Form {
            fields: vec![
                state("vehicle", Some(vehicle)),
                state("accident", Some(no.clone())),
                state("modified", Some(no)),
            ],
        }
    };
    let row = [
        ("plate", Value::text("浙A12345")),
        ("kind", Value::text("small_car")),
        ("status", Value::text("normal")),
        ("violations", Value::Number(Number::whole(0))),
        ("registered_on", Value::Date(Date::constant(2024, 12, 1))),
        ("inspection_due_on", Value::Date(Date::constant(2026, 12, 1))),
        ("insured_until", Value::Date(Date::constant(2027, 6, 1))),
    ];
    let mut row: Record = row.map(|(id, value)| (id.to_owned(), value)).into();
    let known = |row: &Record| vehicles(Some(FactState::Known(Value::Records(vec![row.clone()]))));
    let facts = known(&row);
    let outcome = |definition: &Definition, vehicle: Answer| {
        let form = answers(vehicle);
        let computed = &definition.computed;
        decide(definition, &FormScope { computed, form: &form, facts: &facts, today: TODAY, decision: true })
    };
    let chosen = Answer::Value(Value::text("浙A12345"));
    assert_eq!(outcome(&definition, chosen.clone()).0, Outcome::Approve);
    let (said, findings) = outcome(&definition, Answer::Described("浙A12345".into()));
    assert_eq!(said, Outcome::Clerk, "a key in words is not the key");
    let unclear = Err(Cause::Described("vehicle".into()));
    assert!(findings.iter().any(|f| f.holds == unclear) && findings.iter().all(|f| f.holds != Ok(false)));
    let identified = Answer::Identified { described: "浙A12345".into(), value: Value::text("浙A12345") };
    assert_eq!(outcome(&definition, identified).0, Outcome::Approve);
    // Even where no rule speaks of it.
    definition.decision.rules.clear();
    assert_eq!(outcome(&definition, chosen.clone()).0, Outcome::Approve);
    assert_eq!(outcome(&definition, Answer::Described("白色轿车".into())).0, Outcome::Clerk);

    // Nor on a record that does not say until when the certificate would hold.
    let ends = |facts: &Facts| {
        let form = answers(chosen.clone());
        let computed = &definition.computed;
        let scope = FormScope { computed, form: &form, facts, today: TODAY, decision: true };
        (certificate_ends(&definition, &scope, TODAY), decide(&definition, &scope).0)
    };
    assert_eq!(
        ends(&facts),
        (Ok(Some(Date::constant(2028, 12, 2))), Outcome::Approve),
        "two years, that day included"
    );
    row.remove("inspection_due_on");
    let (end, said) = ends(&known(&row));
    assert!(end.is_err() && said == Outcome::Clerk, "{end:?}");
}
