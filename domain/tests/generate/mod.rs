//! Definitions, facts and answers without end, each from a seed: well typed, otherwise as odd as possible.

#![allow(dead_code, reason = "each test uses its part")]

use std::collections::BTreeMap;

use domain::cases::Raw;
use domain::catalog::field::{AnswerCheck, Bound, Choice, Field, FieldType};
use domain::catalog::{Computed, Definition, Step};
use domain::registers::{FactState, Facts};
use domain::rules::trace::Otherwise;
use domain::rules::{Expr, Number, Record, Rule, Type, Value};
use domain::text::Text;
use jiff::civil::Date;

/// SplitMix64.
pub struct Gen(u64);

/// Facts that generated definitions speak of, with their types.
pub fn facts() -> Vec<(&'static str, Type)> {
    vec![
        ("f.text", Type::Text),
        ("f.flag", Type::Bool),
        ("f.number", Type::Number),
        ("f.money", Type::Money),
        ("f.day", Type::Date),
        ("f.region", Type::Region),
        ("f.things", things()),
    ]
}

pub fn things() -> Type {
    let columns = [
        ("key", Type::Text),
        ("kind", Type::Text),
        ("many", Type::Number),
        ("price", Type::Money),
        ("since", Type::Date),
        ("good", Type::Bool),
    ];
    Type::Records(columns.into_iter().map(|(id, t)| (id.to_owned(), t)).collect())
}

const WORDS: [&str; 6] = ["a", "b", "red", "一", "330106", ""];
const REGIONS: [&str; 4] = ["33", "330100", "330106", "341226"];

/// What an expression may speak of.
#[derive(Clone, Default)]
pub struct Names {
    pub fields: Vec<(String, Type, Vec<String>)>,
    pub computed: Vec<(String, Type)>,
    pub columns: Vec<(String, Type)>,
}

impl Gen {
    pub fn new(seed: u64) -> Self {
        Gen(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u64) as usize]
    }

    fn word(&mut self, list: &[&'static str]) -> &'static str {
        list[self.below(list.len() as u64) as usize]
    }

    pub fn today(&mut self) -> Date {
        *self.pick(&[Date::constant(2026, 11, 23), Date::constant(2024, 2, 29), Date::constant(2000, 1, 1)])
    }

    pub fn value(&mut self, of: &Type) -> Value {
        match of {
            Type::Text => Value::text(*self.pick(&WORDS)),
            Type::Choice => Value::text(*self.pick(&["a", "b", "c"])),
            Type::Region => Value::text(*self.pick(&["330106", "330106005", "341226", "none"])),
            Type::Bool => Value::Bool(self.chance(50)),
            Type::Number => Value::Number(self.number()),
            Type::Money => Value::Money(match self.below(8) {
                0 => i64::MAX,
                1 => i64::MIN,
                _ => self.below(2_000_000) as i64 - 1_000_000,
            }),
            Type::Date => Value::Date(self.date()),
            Type::Set => Value::Set(vec!["a".into()]),
            Type::Records(columns) => {
                let rows = self.below(5);
                let row = |g: &mut Gen| -> Record {
                    let kept: Vec<_> = columns.iter().filter(|_| g.chance(85)).collect();
                    kept.into_iter().map(|(id, t)| (id.clone(), g.value(t))).collect()
                };
                Value::Records((0..rows).map(|_| row(self)).collect())
            }
        }
    }

    fn number(&mut self) -> Number {
        match self.below(10) {
            0 => Number::from_ten_thousandths(self.next() as i64),
            1 => Number::from_ten_thousandths(i64::MAX),
            2 => Number::from_ten_thousandths(i64::MIN),
            3 => Number::from_ten_thousandths(self.below(2_000_000) as i64 - 1_000_000),
            _ => Number::whole(self.below(40) as i64 - 8),
        }
    }

    fn date(&mut self) -> Date {
        match self.below(12) {
            0 => Date::MAX,
            1 => Date::MIN,
            _ => {
                let (y, m) = (1950 + self.below(90) as i16, 1 + self.below(12) as i8);
                let first = Date::new(y, m, 1).unwrap();
                Date::new(y, m, 1 + self.below(first.days_in_month() as u64) as i8).unwrap()
            }
        }
    }

    pub fn literal(&mut self, of: &Type) -> Expr {
        match of {
            Type::Set | Type::Records(_) => unreachable!("sets and records have no literal"),
            other => Expr::Literal(self.value(other)),
        }
    }

    /// An expression of type `of`; records and sets come from fields and facts only.
    pub fn expr(&mut self, of: &Type, depth: u32, names: &Names) -> Expr {
        if depth == 0 || self.chance(20) {
            return self.leaf(of, names);
        }
        let d = depth - 1;
        if self.chance(8) && !matches!(of, Type::Set) {
            return Expr::If(Box::new([
                self.expr(&Type::Bool, d, names),
                self.expr(of, d, names),
                self.expr(of, d, names),
            ]));
        }
        match of {
            Type::Bool => self.condition(d, names),
            Type::Number => self.arithmetic(d, names),
            Type::Money => match self.below(5) {
                0 => Expr::Add(self.two(of, of, d, names)),
                1 => Expr::Sub(self.two(of, of, d, names)),
                2 => Expr::Mul(self.two(of, &Type::Number, d, names)),
                3 => Expr::Mul(self.two(&Type::Number, of, d, names)),
                _ => self.sum_or_pick(of, d, names),
            },
            Type::Date => match self.below(5) {
                0 => Expr::PlusDays(self.two(of, &Type::Number, d, names)),
                1 => Expr::PlusMonths(self.two(of, &Type::Number, d, names)),
                2 => Expr::Min(self.two(of, of, d, names)),
                3 => Expr::Max(self.two(of, of, d, names)),
                _ => self.sum_or_pick(of, d, names),
            },
            Type::Text if self.chance(50) => self.sum_or_pick(of, d, names),
            _ => self.leaf(of, names),
        }
    }

    fn two(&mut self, a: &Type, b: &Type, depth: u32, names: &Names) -> Box<[Expr; 2]> {
        Box::new([self.expr(a, depth, names), self.expr(b, depth, names)])
    }

    fn ordered(&mut self) -> Type {
        self.pick(&[Type::Number, Type::Money, Type::Date]).clone()
    }

    fn scalar(&mut self) -> Type {
        self.pick(&[Type::Text, Type::Bool, Type::Number, Type::Money, Type::Date, Type::Region]).clone()
    }

    fn condition(&mut self, d: u32, names: &Names) -> Expr {
        let b = Type::Bool;
        match self.below(14) {
            0 | 1 => Expr::All((0..self.below(4)).map(|_| self.expr(&b, d, names)).collect()),
            2 | 3 => Expr::Any((0..self.below(4)).map(|_| self.expr(&b, d, names)).collect()),
            4 => Expr::Not(Box::new(self.expr(&b, d, names))),
            5 | 6 => {
                let t = self.scalar();
                let pair = self.two(&t, &t, d, names);
                if self.chance(50) { Expr::Eq(pair) } else { Expr::Ne(pair) }
            }
            7 | 8 => {
                let t = self.ordered();
                let pair = self.two(&t, &t, d, names);
                match self.below(4) {
                    0 => Expr::Lt(pair),
                    1 => Expr::Le(pair),
                    2 => Expr::Gt(pair),
                    _ => Expr::Ge(pair),
                }
            }
            9 => {
                let list = (0..self.below(4)).map(|_| (*self.pick(&WORDS)).to_owned()).collect();
                Expr::In(Box::new(self.expr(&Type::Text, d, names)), list)
            }
            10 => match names.fields.iter().find(|(_, t, _)| *t == Type::Set) {
                Some((id, _, options)) => {
                    Expr::Has(Box::new(Expr::Field(id.clone())), self.pick(options).clone())
                }
                None => self.leaf(&b, names),
            },
            11 | 12 => {
                let t = if self.chance(15) { things() } else { self.scalar() };
                Expr::Known(Box::new(self.expr(&t, d, names)))
            }
            _ => {
                let region = (*self.pick(&REGIONS)).to_owned();
                Expr::Under(Box::new(self.expr(&Type::Region, d, names)), region)
            }
        }
    }

    fn arithmetic(&mut self, d: u32, names: &Names) -> Expr {
        let n = Type::Number;
        match self.below(11) {
            0 => Expr::Add(self.two(&n, &n, d, names)),
            1 => Expr::Sub(self.two(&n, &n, d, names)),
            2 => Expr::Mul(self.two(&n, &n, d, names)),
            3 => Expr::Div(self.two(&n, &n, d, names)),
            4 => Expr::Min(self.two(&n, &n, d, names)),
            5 => Expr::Max(self.two(&n, &n, d, names)),
            6 => Expr::Age(Box::new(self.expr(&Type::Date, d, names))),
            7 => Expr::Days(self.two(&Type::Date, &Type::Date, d, names)),
            8 => Expr::Months(self.two(&Type::Date, &Type::Date, d, names)),
            9 => {
                let (rows, columns) = self.rows(names);
                let when = self.chance(75).then(|| {
                    let inside = Names { columns, ..names.clone() };
                    Box::new(self.expr(&Type::Bool, d, &inside))
                });
                Expr::Count { rows: Box::new(rows), when }
            }
            _ => self.sum_or_pick(&n, d, names),
        }
    }

    /// Rows of a fact, of a group, or of either by a condition, with their columns.
    fn rows(&mut self, names: &Names) -> (Expr, Vec<(String, Type)>) {
        let columns = |t: &Type| match t {
            Type::Records(columns) => columns.iter().map(|(id, t)| (id.clone(), t.clone())).collect(),
            _ => Vec::new(),
        };
        let group = names.fields.iter().find(|(_, t, _)| matches!(t, Type::Records(_)));
        match group {
            Some((id, t, _)) if self.chance(40) => (Expr::Field(id.clone()), columns(t)),
            _ => {
                let fact = Expr::Fact("f.things".into());
                let rows = if self.chance(12) {
                    let c = self.expr(&Type::Bool, 1, names);
                    Expr::If(Box::new([c, fact.clone(), fact]))
                } else {
                    fact
                };
                (rows, columns(&things()))
            }
        }
    }

    fn sum_or_pick(&mut self, of: &Type, d: u32, names: &Names) -> Expr {
        let (rows, columns) = self.rows(names);
        let fitting: Vec<&String> = columns.iter().filter(|(_, t)| t == of).map(|(id, _)| id).collect();
        let keys: Vec<&String> = columns.iter().filter(|(_, t)| *t == Type::Text).map(|(id, _)| id).collect();
        if fitting.is_empty() || keys.is_empty() {
            return self.leaf(of, names);
        }
        let column = (*self.pick(&fitting)).clone();
        if matches!(of, Type::Number | Type::Money) && self.chance(40) {
            return Expr::Sum { rows: Box::new(rows), column };
        }
        let key = (*self.pick(&keys)).clone();
        Expr::Pick { rows: Box::new(rows), key, is: Box::new(self.expr(&Type::Text, d, names)), column }
    }

    fn leaf(&mut self, of: &Type, names: &Names) -> Expr {
        let fits = |t: &Type| t == of || (of.is_text() && t.is_text() && *of == Type::Text);
        let mut found: Vec<Expr> = Vec::new();
        found.extend(names.fields.iter().filter(|f| fits(&f.1)).map(|f| Expr::Field(f.0.clone())));
        found.extend(names.computed.iter().filter(|c| fits(&c.1)).map(|c| Expr::Computed(c.0.clone())));
        found.extend(facts().into_iter().filter(|f| fits(&f.1)).map(|f| Expr::Fact(f.0.into())));
        // Twice: inside a count the columns are the point.
        for _ in 0..2 {
            found.extend(names.columns.iter().filter(|c| fits(&c.1)).map(|c| Expr::Column(c.0.clone())));
        }
        if *of == Type::Date {
            found.push(Expr::Today);
        }
        let literal = !matches!(of, Type::Set | Type::Records(_));
        if literal && (found.is_empty() || self.chance(30)) {
            return self.literal(of);
        }
        match found.is_empty() {
            true => Expr::Fact("f.things".into()),
            false => self.pick(&found).clone(),
        }
    }

    fn field(&mut self, id: String, kind: FieldType) -> Field {
        let choices = |ids: &[&str]| {
            ids.iter()
                .map(|id| Choice { id: (*id).to_owned(), label: Text::new("选", "o"), hint: None })
                .collect()
        };
        let mut field = Field {
            id,
            kind,
            label: Text::new("问", "q"),
            hint: None,
            about: Vec::new(),
            prefill: None,
            optional: self.chance(35),
            when: None,
            unless: None,
            checks: Vec::new(),
            options: Vec::new(),
            options_from: None,
            min_length: None,
            max_length: None,
            min: None,
            max: None,
            decimals: None,
            unit: None,
            earliest: None,
            latest: None,
            within: None,
            min_items: None,
            max_items: None,
            fields: Vec::new(),
        };
        match kind {
            FieldType::Choice | FieldType::MultiChoice if self.chance(30) => {
                field.options_from = Some("f.things:key".into());
            }
            FieldType::Choice | FieldType::MultiChoice => field.options = choices(&["a", "b", "c"]),
            FieldType::Text | FieldType::LongText if self.chance(40) => {
                field.min_length = Some(self.below(4) as u32);
                field.max_length = Some(4 + self.below(8) as u32);
            }
            FieldType::Number => {
                field.decimals = self.chance(50).then(|| self.below(6) as u32);
                field.min = self.chance(30).then(|| Number::whole(0));
                field.max = self.chance(30).then(|| Number::whole(100));
            }
            FieldType::Money => field.max = self.chance(30).then(|| Number::whole(5_000)),
            FieldType::Date => {
                field.earliest = self.chance(30).then(|| Bound::Day(Date::constant(1990, 1, 1)));
                field.latest = self.chance(40).then_some(Bound::FromToday(0));
            }
            FieldType::Address => field.within = self.chance(50).then(|| "330100".to_owned()),
            FieldType::Group => {
                field.max_items = self.chance(30).then_some(2);
                let kinds = [
                    ("key", FieldType::Text),
                    ("many", FieldType::Number),
                    ("since", FieldType::Date),
                    ("home", FieldType::Address),
                    ("who", FieldType::Person),
                    ("which", FieldType::Choice),
                ];
                for (id, kind) in kinds {
                    if self.chance(60) {
                        let inner = self.field(id.to_owned(), kind);
                        field.fields.push(inner);
                    }
                }
                if field.fields.is_empty() {
                    let inner = self.field("key".to_owned(), FieldType::Text);
                    field.fields.push(inner);
                }
            }
            FieldType::File => field.max_items = Some(2),
            _ => {}
        }
        if matches!(kind, FieldType::MultiChoice) && self.chance(30) {
            field.max_items = Some(2);
        }
        field
    }

    /// A definition with `base` around its questions, computed values and rules.
    pub fn definition(&mut self, base: &Definition) -> Definition {
        const KINDS: [FieldType; 13] = [
            FieldType::Text,
            FieldType::LongText,
            FieldType::YesNo,
            FieldType::Choice,
            FieldType::MultiChoice,
            FieldType::Date,
            FieldType::Number,
            FieldType::Money,
            FieldType::Phone,
            FieldType::Address,
            FieldType::File,
            FieldType::Person,
            FieldType::Group,
        ];
        let mut fields: Vec<Field> = (0..2 + self.below(6))
            .map(|n| {
                let kind = *self.pick(&KINDS);
                self.field(format!("q{n}"), kind)
            })
            .collect();
        let describe = |f: &Field| {
            let options = match f.options.is_empty() {
                true => vec!["a".to_owned(), "b".to_owned()],
                false => f.options.iter().map(|o| o.id.clone()).collect(),
            };
            (f.id.clone(), f.kind.rule_type(&f.fields), options)
        };
        let mut all = Names { fields: fields.iter().map(describe).collect(), ..Names::default() };
        let mut computed = Vec::new();
        for n in 0..self.below(4) {
            let kind = self.scalar();
            let value = self.expr(&kind, 3, &all);
            let id = format!("c{n}");
            all.computed.push((id.clone(), kind));
            computed.push(Computed { id, label: Text::new("算", "c"), value });
        }
        for (place, field) in fields.iter_mut().enumerate() {
            let earlier = Names { fields: all.fields[..place].to_vec(), ..all.clone() };
            field.when = self.chance(60).then(|| self.expr(&Type::Bool, 4, &earlier));
            field.unless = self.chance(15).then(|| self.expr(&Type::Bool, 4, &earlier));
            field.checks = (0..self.below(3))
                .map(|_| AnswerCheck {
                    that: self.expr(&Type::Bool, 3, &all),
                    say: Text::new("不对", "wrong"),
                })
                .collect();
        }
        let rule = |g: &mut Gen, id: String| Rule {
            id,
            that: g.expr(&Type::Bool, 4, &all),
            yes: Text::new("是", "yes"),
            no: Text::new("否", "no"),
            otherwise: if g.chance(50) { Otherwise::Refuse } else { Otherwise::Clerk },
        };
        let mut definition = base.clone();
        definition.eligibility = (0..self.below(3)).map(|n| rule(self, format!("e{n}"))).collect();
        definition.decision.rules = (0..self.below(3)).map(|n| rule(self, format!("d{n}"))).collect();
        definition.decision.instant = self.chance(70);
        definition.computed = computed;
        let later = fields.split_off(fields.len() / 2);
        definition.steps = [("one", fields), ("two", later)]
            .into_iter()
            .map(|(id, fields)| Step { id: id.into(), title: Text::new("步", "step"), intro: None, fields })
            .collect();
        definition
    }

    pub fn facts(&mut self) -> Facts {
        let mut states = BTreeMap::new();
        for (id, kind) in facts() {
            let value = self.value(&kind);
            let state = match self.below(10) {
                0 => continue,
                1 => FactState::Pending,
                2 => FactState::NoRecord,
                3 => FactState::Contested(None),
                4 => FactState::Contested(Some(value)),
                _ => FactState::Known(value),
            };
            states.insert(id.to_owned(), state);
        }
        Facts(states)
    }

    /// What somebody may have typed, or posted by hand.
    pub fn raw(&mut self, definition: &Definition) -> Raw {
        let mut raw = Raw::new();
        for field in definition.fields() {
            self.type_in(field, &field.id, &mut raw);
        }
        if self.chance(20) {
            raw.insert("unknown".into(), vec!["x".into()]);
        }
        raw
    }

    fn type_in(&mut self, field: &Field, control: &str, raw: &mut Raw) {
        if self.chance(15) {
            return;
        }
        if self.chance(8) {
            let junk = [
                "\u{202E}evil",
                "a\u{0}b",
                "</textarea><script>",
                "' OR 1=1 --",
                "９９",
                "  ",
                "2026-02-30",
                "-1",
            ];
            raw.insert(control.to_owned(), vec![(*self.pick(&junk)).to_owned()]);
            return;
        }
        if field.options_from.is_some() && self.chance(70) {
            let words = self.word(&["a", "白色的那辆", " red ", "", "a\nb", "\u{202E}x"]).to_owned();
            raw.insert(format!("{control}.described"), vec![words]);
            if self.chance(60) {
                return;
            }
        }
        let mut put = |control: String, value: &str| drop(raw.insert(control, vec![value.to_owned()]));
        match field.kind {
            FieldType::Text => put(control.into(), self.word(&["a", "red", "一", "hello", "330106"])),
            FieldType::LongText => put(control.into(), self.word(&["a", "b\r\nc", "red"])),
            FieldType::YesNo => put(control.into(), self.word(&["yes", "no", "maybe"])),
            FieldType::Choice => put(control.into(), self.word(&["a", "b", "c", "red", "d"])),
            FieldType::MultiChoice => {
                let chosen =
                    (0..self.below(4)).map(|_| self.word(&["a", "b", "c", "red"]).to_owned()).collect();
                raw.insert(control.into(), chosen);
            }
            FieldType::Date if self.chance(40) => {
                let parts = [("year", "2020"), ("month", "2"), ("day", "29")];
                for (part, value) in parts {
                    put(format!("{control}-{part}"), value);
                }
            }
            FieldType::Date => {
                put(
                    control.into(),
                    self.word(&["2020年2月29日", "２０２６－１－３１", "20261123", "1989.1.1"]),
                );
            }
            FieldType::Number => {
                put(control.into(), self.word(&["3", "12.5", "１２", "1,000", "-4", "0.12345"]))
            }
            FieldType::Money => {
                put(control.into(), self.word(&["89.50", "¥1,000", "0", "１２．５元", "1.005"]))
            }
            FieldType::Phone => {
                put(control.into(), self.word(&["15400000001", "１５４０００００００１", "123"]))
            }
            FieldType::Address => {
                // Level by level; some are left over from another choice.
                let chosen: Vec<String> = (0..1 + self.below(3))
                    .map(|_| self.word(&["33", "330106", "330106005", "341226", "99", ""]).to_owned())
                    .collect();
                raw.insert(format!("{control}.region"), chosen);
                let mut put =
                    |control: String, value: &str| drop(raw.insert(control, vec![value.to_owned()]));
                put(format!("{control}.detail"), self.word(&["示例路 1 号", "", "\u{200E}x"]));
            }
            FieldType::File => put(control.into(), "019a0000-0000-7000-8000-000000000001"),
            FieldType::Person => {
                put(format!("{control}.name"), self.word(&["林晓雨", "", "a\u{7}"]));
                // The third is born after some of the days on which forms are looked at.
                let numbers = [
                    "330106199203159021",
                    "33018519580420901x",
                    "330106201003079019",
                    "330106199203159022",
                    "123",
                    "",
                ];
                put(format!("{control}.id_number"), self.word(&numbers));
            }
            FieldType::Group => {
                let rows = self.below(4);
                put(control.into(), &rows.to_string());
                for row in 0..rows {
                    for inner in &field.fields {
                        self.type_in(inner, &format!("{control}.{row}.{}", inner.id), raw);
                    }
                }
            }
        }
    }
}
