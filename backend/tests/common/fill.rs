//! Fills in any form: tries answers that fit the type of each question until the whole form holds.

use backend::Backend;
use backend::cases::Opened;
use backend::cases::files::upload;
use backend::cases::save::save_step;
use backend::identity::Actor;
use domain::cases::form::{Questions, described_control, examine, may_describe};
use domain::cases::{Form, Raw};
use domain::catalog::Definition;
use domain::catalog::field::{Field, FieldType};
use domain::ids::CaseId;
use domain::registers::Facts;
use domain::rules::Value;
use jiff::Span;
use jiff::civil::Date;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How often something is changed before a form is given up.
const TRIES: usize = 1_500;
/// Stands for a file while none has been uploaded.
const A_FILE: &str = "019a0000-0000-7000-8000-000000000001";

/// What was typed so that the form is complete and `wanted`, if that was found.
pub fn answers(opened: &Opened, wanted: impl Fn(&Form) -> bool) -> Option<Raw> {
    answers_on(&opened.service.definition, &opened.facts, opened.day, TRIES, wanted)
}

/// The same on facts that nobody has fetched.
pub fn answers_on(
    definition: &Definition,
    facts: &Facts,
    day: Date,
    tries: usize,
    wanted: impl Fn(&Form) -> bool,
) -> Option<Raw> {
    let seed = 7;
    let mut filler = Filler { definition, facts, day, rng: StdRng::seed_from_u64(seed) };
    let mut raw = Raw::new();
    let mut form = filler.look(&raw);
    for turn in 0..tries {
        let wrong: Vec<&str> =
            form.fields.iter().filter(|f| !f.errors.is_empty()).map(|f| f.id.as_str()).collect();
        if wrong.is_empty() && wanted(&form) {
            return Some(raw);
        }
        // What is wrong first; now and then something else that it may rest on.
        let asked: Vec<&str> = form.fields.iter().filter(|f| f.asked).map(|f| f.id.as_str()).collect();
        let among = if wrong.is_empty() || turn % 4 == 3 { asked } else { wrong };
        if among.is_empty() {
            return None;
        }
        let id = among[filler.rng.random_range(0..among.len())].to_owned();
        // Asked, so it is one of the definition's.
        let field = definition.field(&id).unwrap();
        raw.retain(|control, _| control.split(['.', '-']).next() != Some(&id));
        filler.answer(field, &id, &mut raw);
        form = filler.look(&raw);
    }
    None
}

/// Saves all steps as a person would, with real files in place of the ones that stand for them.
pub async fn type_in(backend: &Backend, person: &Actor, id: CaseId, raw: Raw) {
    let opened = super::opened(backend, person, id).await;
    for step in &opened.service.definition.steps {
        save_step(backend, person, id, &step.id, raw.clone()).await.unwrap();
        for field in step.fields.iter().filter(|f| f.kind == FieldType::File) {
            for _ in raw.get(&field.id).into_iter().flatten() {
                let paper = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n".to_vec();
                upload(backend, person, id, &field.id, "材料.pdf", paper).await.unwrap();
            }
        }
    }
}

struct Filler<'a> {
    definition: &'a Definition,
    facts: &'a Facts,
    day: Date,
    rng: StdRng,
}

impl Filler<'_> {
    fn look(&self, raw: &Raw) -> Form {
        examine(&Questions::from(self.definition), self.facts, raw, self.day)
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())].clone()
    }

    fn options(&self, field: &Field) -> Vec<String> {
        let Some(source) = &field.options_from else {
            return field.options.iter().map(|o| o.id.clone()).collect();
        };
        let (fact, key) = source.split_once(':').unwrap_or_default();
        match self.facts.for_form(fact) {
            Ok(Value::Records(rows)) => rows
                .iter()
                .filter_map(|row| row.get(key).and_then(Value::as_text).map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn answer(&mut self, field: &Field, control: &str, raw: &mut Raw) {
        if field.optional && self.rng.random_bool(0.5) {
            return;
        }
        if may_describe(field, self.facts) {
            let words = self.one(&["白色的那一个，登记在本人名下", " 编号记不清 "]).to_owned();
            raw.insert(described_control(control), vec![words]);
            return;
        }
        let value = match field.kind {
            FieldType::Text | FieldType::LongText => self.text(field),
            FieldType::YesNo => self.one(&["yes", "no"]).to_owned(),
            FieldType::Choice => match self.options(field) {
                none if none.is_empty() => return,
                options => self.one(&options),
            },
            FieldType::MultiChoice => {
                let options = self.options(field);
                let chosen: Vec<String> = options.into_iter().filter(|_| self.rng.random_bool(0.4)).collect();
                raw.insert(control.to_owned(), chosen);
                return;
            }
            FieldType::Date => self.date().to_string(),
            FieldType::Number | FieldType::Money => self.number(field),
            FieldType::Phone => self.one(&["15400000001", "15400000099"]).to_owned(),
            FieldType::File => A_FILE.to_owned(),
            FieldType::Address => {
                let region = match &field.within {
                    Some(_) => "330106005",
                    None => self.one(&["330106005", "310104"]),
                };
                raw.insert(format!("{control}.region"), vec![region.to_owned()]);
                raw.insert(format!("{control}.detail"), vec!["示例路 1 号样本公寓 2 幢 301 室".to_owned()]);
                return;
            }
            FieldType::Person => {
                let person = self.one(&standins::demo_people());
                raw.insert(format!("{control}.name"), vec![person.name.to_owned()]);
                raw.insert(format!("{control}.id_number"), vec![person.id.to_owned()]);
                return;
            }
            FieldType::Group => {
                let least = field.min_items.unwrap_or(1).max(1);
                let rows = self.rng.random_range(least..=field.max_items.unwrap_or(3).clamp(least, 4));
                raw.insert(control.to_owned(), vec![rows.to_string()]);
                for row in 0..rows {
                    for inner in &field.fields {
                        self.answer(inner, &format!("{control}.{row}.{}", inner.id), raw);
                    }
                }
                return;
            }
        };
        raw.insert(control.to_owned(), vec![value]);
    }

    fn text(&mut self, field: &Field) -> String {
        let least = field.min_length.unwrap_or(1) as usize;
        let words = match self.rng.random_range(0..4) {
            0 => "示例".to_owned(),
            1 => "12345678".to_owned(),
            2 => "杭州示例有限公司".to_owned(),
            _ => "浙A12345".to_owned(),
        };
        let mut text = words.clone();
        while text.chars().count() < least {
            text.push_str(&words);
        }
        text.chars().take(field.max_length.unwrap_or(200) as usize).collect()
    }

    /// Mostly near today, sometimes a life away.
    fn date(&mut self) -> Date {
        let days = match self.rng.random_range(0..5) {
            0 => 0,
            1 => self.rng.random_range(-40..40),
            2 => self.rng.random_range(-400..200),
            3 => self.rng.random_range(-4_000..0),
            _ => self.rng.random_range(-25_000..3_650),
        };
        self.day.checked_add(Span::new().days(days)).unwrap_or(self.day)
    }

    fn number(&mut self, field: &Field) -> String {
        let bound = |n: Option<domain::rules::Number>| n.map(|n| n.truncate());
        let (low, high) = (bound(field.min).unwrap_or(0), bound(field.max).unwrap_or(1_000_000));
        match self.rng.random_range(0..4) {
            0 => low,
            1 => high,
            2 => self.rng.random_range(low..=low.max(high.min(low + 20))),
            _ => self.rng.random_range(low..=high.max(low)),
        }
        .to_string()
    }
}
