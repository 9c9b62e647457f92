//! From draft to submission and back: every answer is kept as it was typed, and means what was typed.

use std::collections::BTreeMap;

use backend::cases::begin::begin;
use backend::cases::save::save_step;
use backend::cases::submit::submit;
use backend::catalog::files::read;
use backend::catalog::publish::publish;
use backend::testing::Portal;
use domain::cases::{Answer, Raw};
use domain::rules::{Number, Value};
use domain::text::Locale;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

mod common;
use common::*;

/// Forms filled in on each engine.
const CASES: usize = 48;

/// Asks one question of each kind that is answered in a form, and fetches nothing.
const SERVICE: &str = r#"
code = "every-kind"
name = { zh = "各类问题", en = "Every kind of question" }
summary = { zh = "每类问题各问一次。", en = "One question of each kind." }
themes = ["work"]
department = "transport"
level = "city"
audience = ["person"]
who = { zh = "任何人。", en = "Anybody." }
result = { zh = "没有。", en = "None." }
then = [{ zh = "工作人员看一遍", en = "A clerk looks" }]
time_limit = { statutory = 5, promised = 3 }
consent = { purpose = { zh = "试填", en = "Trial" }, keep_days = 30 }
legal_basis = [{ law = { zh = "《中华人民共和国行政许可法》", en = "Administrative Licensing Law" } }]
refusal = [{ id = "no", text = { zh = "不行", en = "No" } }]
decision = {}

[[step]]
id = "one"
title = { zh = "第一页", en = "One" }
field = [
  { id = "line", type = "text", label = { zh = "文字", en = "Text" } },
  { id = "lines", type = "long_text", label = { zh = "长文字", en = "Long text" } },
  { id = "sure", type = "yes_no", label = { zh = "是否", en = "Sure" } },
  { id = "one_of", type = "choice", label = { zh = "单选", en = "One" }, options = [{ id = "a", label = { zh = "甲", en = "A" } }, { id = "b", label = { zh = "乙", en = "B" } }] },
  { id = "any_of", type = "multi_choice", label = { zh = "多选", en = "Any" }, options = [{ id = "a", label = { zh = "甲", en = "A" } }, { id = "b", label = { zh = "乙", en = "B" } }, { id = "c", label = { zh = "丙", en = "C" } }] },
  { id = "day", type = "date", label = { zh = "日期", en = "Day" } },
]

[[step]]
id = "two"
title = { zh = "第二页", en = "Two" }
field = [
  { id = "many", type = "number", label = { zh = "数", en = "Number" }, decimals = 2 },
  { id = "price", type = "money", label = { zh = "钱", en = "Money" } },
  { id = "call", type = "phone", label = { zh = "电话", en = "Phone" } },
  { id = "home", type = "address", label = { zh = "地址", en = "Address" } },
  { id = "who", type = "person", label = { zh = "谁", en = "Who" } },
  { id = "rows", type = "group", label = { zh = "几行", en = "Rows" }, max_items = 4, field = [
    { id = "line", type = "text", label = { zh = "文字", en = "Text" } },
    { id = "day", type = "date", label = { zh = "日期", en = "Day" } },
    { id = "home", type = "address", label = { zh = "地址", en = "Address" } },
    { id = "who", type = "person", label = { zh = "谁", en = "Who" } },
  ] },
]
"#;

/// Controls with what is typed in them, without the id of the question, and what that means.
type Typed = (Vec<(&'static str, Vec<String>)>, Answer);

fn typed(text: String, means: Value) -> Typed {
    (vec![("", vec![text])], Answer::Value(means))
}

/// Digits as a Chinese keyboard may type them.
fn wide(text: &str) -> String {
    let one = |c: char| match c {
        '0'..='9' => char::from_u32('０' as u32 + (c as u32 - '0' as u32)).unwrap(),
        '.' => '．',
        '-' => '－',
        other => other,
    };
    text.chars().map(one).collect()
}

fn spaced(text: &str, around: &str) -> String {
    format!("{around}{text}{around}")
}

/// Words without spaces around them; anything that can be printed but what could turn the text around.
fn words(chars: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec("[^\\p{C}\\s]|[\"'<>;&\\\\% ]", chars)
        .prop_map(|c| c.concat().trim().to_owned())
        .prop_filter("empty", |w| !w.is_empty())
}

fn line() -> impl Strategy<Value = Typed> {
    (words(1..60), select(vec!["", " ", "\u{3000}"]))
        .prop_map(|(words, around)| typed(spaced(&words, around), Value::text(words)))
}

fn lines() -> impl Strategy<Value = Typed> {
    vec(words(1..40), 1..5).prop_map(|lines| typed(lines.join("\r\n"), Value::text(lines.join("\n"))))
}

fn day() -> impl Strategy<Value = Typed> {
    (1850..2200_i16, 1..13_i8, 1..29_i8, 0..5).prop_map(|(y, m, d, form)| {
        let means = Value::Date(Date::new(y, m, d).unwrap());
        match form {
            0 => typed(format!("{y}-{m:02}-{d:02}"), means),
            1 => typed(format!("{y}年{m}月{d}日"), means),
            2 => typed(wide(&format!("{y}/{m}/{d}")), means),
            3 => typed(format!("{y}{m:02}{d:02}"), means),
            _ => {
                let parts =
                    [("-year", y.to_string()), ("-month", m.to_string()), ("-day", wide(&d.to_string()))];
                (parts.into_iter().map(|(part, typed)| (part, vec![typed])).collect(), Answer::Value(means))
            }
        }
    })
}

fn number() -> impl Strategy<Value = Typed> {
    (-99_999_999..99_999_999_i64, any::<bool>()).prop_map(|(hundredths, is_wide)| {
        let means = Number::from_ten_thousandths(hundredths * 100);
        let text = means.to_string();
        typed(if is_wide { wide(&text) } else { text }, Value::Number(means))
    })
}

fn money() -> impl Strategy<Value = Typed> {
    (0..10_000_000_000_i64, 0..3).prop_map(|(fen, form)| {
        let yuan = format!("{}.{:02}", fen / 100, fen % 100);
        let text = match form {
            0 => yuan,
            1 => format!("¥{yuan}"),
            _ => format!("{}元", wide(&yuan)),
        };
        typed(text, Value::Money(fen))
    })
}

fn phone() -> impl Strategy<Value = Typed> {
    (0..100_000_000_u32, any::<bool>()).prop_map(|(n, is_wide)| {
        let number = format!("154{n:08}");
        typed(if is_wide { wide(&number) } else { number.clone() }, Value::text(number))
    })
}

/// Level by level, or the last level alone; sometimes with what is left of another choice.
fn address() -> impl Strategy<Value = Typed> {
    let places =
        vec![vec!["33", "3301", "330106", "330106005"], vec!["31", "310104"], vec!["71"], vec!["330106002"]];
    (select(places), any::<bool>(), words(1..100)).prop_map(|(mut way, is_left_over, detail)| {
        let region = way[way.len() - 1].to_owned();
        if is_left_over {
            way.push("110101");
        }
        let way = way.into_iter().map(str::to_owned).collect();
        (vec![(".region", way), (".detail", vec![detail.clone()])], Answer::Address { region, detail })
    })
}

fn person() -> impl Strategy<Value = Typed> {
    let people: Vec<_> =
        standins::demo_people().iter().map(|p| (p.name.to_owned(), p.id.to_owned())).collect();
    (select(people), any::<bool>()).prop_map(|((name, id_number), is_wide)| {
        let typed = if is_wide { wide(&id_number.to_lowercase()) } else { id_number.clone() };
        (vec![(".name", vec![name.clone()]), (".id_number", vec![typed])], Answer::Person { name, id_number })
    })
}

fn yes_no() -> impl Strategy<Value = Typed> {
    any::<bool>().prop_map(|yes| typed(if yes { "yes" } else { "no" }.to_owned(), Value::Bool(yes)))
}

fn one_of() -> impl Strategy<Value = Typed> {
    select(vec!["a", "b"]).prop_map(|id| typed(id.to_owned(), Value::text(id)))
}

fn any_of() -> impl Strategy<Value = Typed> {
    subsequence(vec!["a", "b", "c"], 1..=3).prop_map(|chosen| {
        let chosen: Vec<String> = chosen.into_iter().map(str::to_owned).collect();
        // A page may post them in any order.
        let posted = chosen.iter().rev().cloned().collect();
        (vec![("", posted)], Answer::Value(Value::Set(chosen)))
    })
}

#[derive(Debug, Default)]
struct Filled {
    one: Raw,
    two: Raw,
    means: BTreeMap<String, Answer>,
}

fn put(raw: &mut Raw, control: &str, (controls, means): Typed) -> Answer {
    raw.extend(controls.into_iter().map(|(part, values)| (format!("{control}{part}"), values)));
    means
}

fn filled() -> impl Strategy<Value = Filled> {
    let one = (line(), lines(), yes_no(), one_of(), any_of(), day());
    let two = (number(), money(), phone(), address(), person());
    let rows = vec((line(), day(), address(), person()), 1..5);
    (one, two, rows).prop_map(|(one, two, rows)| {
        let mut filled = Filled::default();
        let first = [
            ("line", one.0),
            ("lines", one.1),
            ("sure", one.2),
            ("one_of", one.3),
            ("any_of", one.4),
            ("day", one.5),
        ];
        for (id, typed) in first {
            let means = put(&mut filled.one, id, typed);
            filled.means.insert(id.to_owned(), means);
        }
        let second = [("many", two.0), ("price", two.1), ("call", two.2), ("home", two.3), ("who", two.4)];
        for (id, typed) in second {
            let means = put(&mut filled.two, id, typed);
            filled.means.insert(id.to_owned(), means);
        }
        filled.two.insert("rows".to_owned(), vec![rows.len().to_string()]);
        let rows = rows.into_iter().enumerate().map(|(n, row)| {
            let inner = [("line", row.0), ("day", row.1), ("home", row.2), ("who", row.3)];
            let inner = inner
                .map(|(id, typed)| (id.to_owned(), put(&mut filled.two, &format!("rows.{n}.{id}"), typed)));
            inner.into()
        });
        let rows = Answer::Rows(rows.collect());
        filled.means.insert("rows".to_owned(), rows);
        filled
    })
}

storage::contract! {
    async fn a_form_keeps_every_answer_from_draft_to_submission(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let (backend, lin) = (&portal.backend, portal.citizen(LIN).await);
        let definition = read("every-kind.toml", SERVICE, &backend.catalog.reference, Locale::En).unwrap();
        publish(backend, vec![definition]).await.unwrap();
        backend.catalog.refresh(&backend.db, backend.now().date_in_china()).await.unwrap();
        let mut runner = TestRunner::deterministic();
        for _ in 0..CASES {
            let filled = filled().new_tree(&mut runner).unwrap().current();
            let id = begin(backend, &lin, "every-kind").await.unwrap();
            // The second page first, the first one twice: a page replaces its own answers and no others.
            save_step(backend, &lin, id, "two", filled.two.clone()).await.unwrap();
            save_step(backend, &lin, id, "one", raw(&[("line", "\u{202E}"), ("sure", "yes")])).await.unwrap();
            save_step(backend, &lin, id, "one", filled.one.clone()).await.unwrap();
            let draft = opened(backend, &lin, id).await;
            let typed: Raw = filled.one.iter().chain(&filled.two).map(|(c, v)| (c.clone(), v.clone())).collect();
            assert_eq!(draft.raw, typed, "kept as it was typed");
            assert!(draft.form().is_complete(), "{:?} of {typed:?}", draft.form());
            submit(backend, &lin, id).await.unwrap();
            assert_eq!(opened(backend, &lin, id).await.answers, Some(filled.means), "{typed:?}");
        }
    }
}
