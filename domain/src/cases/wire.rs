//! What a browser needs to examine a form, in few bytes and little code: no labels, no hints, no messages.
//!
//! A text of tokens, each ended by `;`. In a token, `%` and two hexadecimal digits stand for `;`, `%` and control
//! characters, so that the text survives an HTML attribute. Numbers are decimal; what is absent is an empty token; a
//! list is its length and its items. An expression is a letter with its text or length, and then its parts.

use std::fmt::Write;

use jiff::civil::Date;

use super::answer::Raw;
use crate::catalog::Computed;
use crate::catalog::field::{AnswerCheck, Bound, Choice, Field, FieldType};
use crate::rules::{Expr, Number, Value};
use crate::text::Text;
use crate::time::{date_of_day_number, day_number};

/// Deepest nesting that is read; what is deeper cannot be written in a definition.
const MAX_DEPTH: u32 = 100;

/// The kinds of questions by the number that stands for each.
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

/// What [`super::examine`] needs, without words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub fields: Vec<Field>,
    pub computed: Vec<Computed>,
    /// What was typed on other pages.
    pub elsewhere: Raw,
    /// The calendar day in China.
    pub today: Date,
}

/// Writes questions for a browser. Rules should be folded before ([`super::form::fold_fields`]): what is in them, the
/// browser can read.
pub fn encode(fields: &[Field], computed: &[Computed], elsewhere: &Raw, today: Date) -> String {
    let mut w = Writer(String::new());
    w.number(day_number(today));
    w.list(fields, Writer::field);
    w.list(computed, |w, c| {
        w.text("", &c.id);
        w.expr(&c.value);
    });
    w.number(elsewhere.len() as i64);
    for (control, values) in elsewhere {
        w.text("", control);
        w.list(values, |w, value| w.text("", value));
    }
    w.0
}

/// Reads what [`encode`] wrote; `None` for anything else. Labels and other words are empty.
pub fn decode(text: &str) -> Option<Sheet> {
    let mut r = Reader { rest: text };
    let today = date_of_day_number(r.number()?)?;
    let fields = r.fields(MAX_DEPTH)?;
    let computed =
        r.list(|r| Some(Computed { id: r.text()?, label: Text::default(), value: r.expr(MAX_DEPTH)? }))?;
    let mut elsewhere = Raw::new();
    for _ in 0..r.number()? {
        elsewhere.insert(r.text()?, r.list(Reader::text)?);
    }
    r.rest.is_empty().then_some(Sheet { fields, computed, elsewhere, today })
}

struct Writer(String);

impl Writer {
    /// One token.
    fn text(&mut self, letter: &str, text: &str) {
        self.0.push_str(letter);
        for c in text.chars() {
            if c.is_ascii_control() || c == ';' || c == '%' {
                // Writing to a String does not fail.
                let _ = write!(self.0, "%{:02x}", u32::from(c));
            } else {
                self.0.push(c);
            }
        }
        self.0.push(';');
    }

    fn number(&mut self, n: i64) {
        self.text("", &n.to_string());
    }

    fn optional(&mut self, n: Option<i64>) {
        self.text("", &n.map(|n| n.to_string()).unwrap_or_default());
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as i64);
        for item in items {
            write(self, item);
        }
    }

    fn field(&mut self, field: &Field) {
        self.text("", &field.id);
        self.optional(KINDS.iter().position(|kind| *kind == field.kind).map(|n| n as i64));
        self.number(i64::from(field.optional));
        self.list(field.when.as_slice(), Self::expr);
        self.list(field.unless.as_slice(), Self::expr);
        self.list(&field.checks, |w, check| w.expr(&check.that));
        self.list(&field.options, |w, option| w.text("", &option.id));
        self.list(field.options_from.as_slice(), |w, source| w.text("", source));
        self.optional(field.min_length.map(i64::from));
        self.optional(field.max_length.map(i64::from));
        self.optional(field.min.map(Number::ten_thousandths));
        self.optional(field.max.map(Number::ten_thousandths));
        self.optional(field.decimals.map(i64::from));
        self.bound(&field.earliest);
        self.bound(&field.latest);
        self.list(field.within.as_slice(), |w, region| w.text("", region));
        self.optional(field.min_items.map(i64::from));
        self.optional(field.max_items.map(i64::from));
        self.list(&field.fields, Self::field);
    }

    fn bound(&mut self, bound: &Option<Bound>) {
        match bound {
            None => self.text("", ""),
            Some(Bound::Day(day)) => self.text("d", &day_number(*day).to_string()),
            Some(Bound::FromToday(days)) => self.text("t", &days.to_string()),
        }
    }

    fn exprs(&mut self, letter: &str, parts: &[Expr]) {
        self.text(letter, &parts.len().to_string());
        self.parts(parts);
    }

    fn parts(&mut self, parts: &[Expr]) {
        for part in parts {
            self.expr(part);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Literal(Value::Text(t)) => self.text("T", t),
            Expr::Literal(Value::Bool(b)) => self.text("B", if *b { "1" } else { "0" }),
            Expr::Literal(Value::Number(n)) => self.text("N", &n.ten_thousandths().to_string()),
            Expr::Literal(Value::Money(fen)) => self.text("M", &fen.to_string()),
            Expr::Literal(Value::Date(day)) => self.text("D", &day_number(*day).to_string()),
            // There is no way to write these in a definition.
            Expr::Literal(Value::Set(_) | Value::Records(_)) => self.text("X", ""),
            Expr::Field(id) => self.text("f", id),
            Expr::Fact(id) => self.text("a", id),
            Expr::Computed(id) => self.text("c", id),
            Expr::Column(id) => self.text("o", id),
            Expr::Today => self.text("t", ""),
            Expr::All(parts) => self.exprs("&", parts),
            Expr::Any(parts) => self.exprs("|", parts),
            Expr::Not(a) => self.with("!", "", a),
            Expr::Known(a) => self.with("k", "", a),
            Expr::Age(a) => self.with("y", "", a),
            Expr::Has(a, option) => self.with("h", option, a),
            Expr::Under(a, region) => self.with("u", region, a),
            Expr::In(a, list) => {
                self.with("i", "", a);
                self.list(list, |w, text| w.text("", text));
            }
            Expr::If(p) => {
                self.text("?", "");
                self.parts(&**p);
            }
            Expr::Count { rows, when: None } => self.with("n", "", rows),
            Expr::Count { rows, when: Some(when) } => {
                self.with("w", "", rows);
                self.expr(when);
            }
            Expr::Sum { rows, column } => self.with("s", column, rows),
            Expr::Pick { rows, key, is, column } => {
                self.with("p", key, rows);
                self.with("", column, is);
            }
            Expr::Eq(p) => self.pair("=", p),
            Expr::Ne(p) => self.pair("#", p),
            Expr::Lt(p) => self.pair("<", p),
            Expr::Le(p) => self.pair("[", p),
            Expr::Gt(p) => self.pair(">", p),
            Expr::Ge(p) => self.pair("]", p),
            Expr::Add(p) => self.pair("+", p),
            Expr::Sub(p) => self.pair("-", p),
            Expr::Mul(p) => self.pair("*", p),
            Expr::Div(p) => self.pair("/", p),
            Expr::Min(p) => self.pair("l", p),
            Expr::Max(p) => self.pair("g", p),
            Expr::Days(p) => self.pair("d", p),
            Expr::Months(p) => self.pair("m", p),
            Expr::PlusDays(p) => self.pair("j", p),
            Expr::PlusMonths(p) => self.pair("q", p),
        }
    }

    fn with(&mut self, letter: &str, text: &str, part: &Expr) {
        self.text(letter, text);
        self.expr(part);
    }

    fn pair(&mut self, letter: &str, pair: &[Expr; 2]) {
        self.text(letter, "");
        self.parts(pair);
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn token(&mut self) -> Option<&'a str> {
        let (token, rest) = self.rest.split_once(';')?;
        self.rest = rest;
        Some(token)
    }

    fn text(&mut self) -> Option<String> {
        plain(self.token()?)
    }

    /// Absent, or a number.
    fn optional(&mut self) -> Option<Option<i64>> {
        match self.token()? {
            "" => Some(None),
            digits => number(digits).map(Some),
        }
    }

    fn number(&mut self) -> Option<i64> {
        self.optional()?
    }

    /// As [`Self::optional`], of what is never negative.
    fn amount(&mut self) -> Option<Option<u32>> {
        match self.optional()? {
            None => Some(None),
            Some(n) => u32::try_from(n).ok().map(Some),
        }
    }

    fn list<T>(&mut self, read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()?;
        self.items(length, read)
    }

    /// Ends at the first item that is not there, so a length that lies costs nothing.
    fn items<T>(&mut self, length: i64, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(read(self)?);
        }
        Some(items)
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        self.list(Self::text)
    }

    fn exprs(&mut self, length: i64, depth: u32) -> Option<Vec<Expr>> {
        self.items(length, |r| r.expr(depth))
    }

    fn fields(&mut self, depth: u32) -> Option<Vec<Field>> {
        let depth = depth.checked_sub(1)?;
        self.list(|r| r.field(depth))
    }

    fn field(&mut self, depth: u32) -> Option<Field> {
        // In the order in which they were written.
        Some(Field {
            id: self.text()?,
            kind: *KINDS.get(usize::try_from(self.number()?).ok()?)?,
            label: Text::default(),
            hint: None,
            about: Vec::new(),
            prefill: None,
            optional: self.number()? != 0,
            when: self.list(|r| r.expr(depth))?.pop(),
            unless: self.list(|r| r.expr(depth))?.pop(),
            checks: self.list(|r| Some(AnswerCheck { that: r.expr(depth)?, say: Text::default() }))?,
            options: self.list(|r| Some(Choice { id: r.text()?, label: Text::default(), hint: None }))?,
            options_from: self.texts()?.pop(),
            min_length: self.amount()?,
            max_length: self.amount()?,
            min: self.optional()?.map(Number::from_ten_thousandths),
            max: self.optional()?.map(Number::from_ten_thousandths),
            decimals: self.amount()?,
            unit: None,
            earliest: self.bound()?,
            latest: self.bound()?,
            within: self.texts()?.pop(),
            min_items: self.amount()?,
            max_items: self.amount()?,
            fields: self.fields(depth)?,
        })
    }

    fn bound(&mut self) -> Option<Option<Bound>> {
        let token = self.token()?;
        if token.is_empty() {
            return Some(None);
        }
        let n = number(token.get(1..)?)?;
        Some(Some(match token.as_bytes()[0] {
            b'd' => Bound::Day(date_of_day_number(n)?),
            b't' => Bound::FromToday(i32::try_from(n).ok()?),
            _ => return None,
        }))
    }

    fn expr(&mut self, depth: u32) -> Option<Expr> {
        let depth = depth.checked_sub(1)?;
        let token = self.token()?;
        let letter = *token.as_bytes().first()?;
        let written = token.get(1..)?;
        let text = plain(written)?;
        Some(match letter {
            b'T' => Expr::Literal(Value::Text(text)),
            b'B' => Expr::Literal(Value::Bool(text == "1")),
            b'N' => Expr::Literal(Value::Number(Number::from_ten_thousandths(number(written)?))),
            b'M' => Expr::Literal(Value::Money(number(written)?)),
            b'D' => Expr::Literal(Value::Date(date_of_day_number(number(written)?)?)),
            b'f' => Expr::Field(text),
            b'a' => Expr::Fact(text),
            b'c' => Expr::Computed(text),
            b'o' => Expr::Column(text),
            b't' => Expr::Today,
            b'&' => Expr::All(self.exprs(number(written)?, depth)?),
            b'|' => Expr::Any(self.exprs(number(written)?, depth)?),
            _ => {
                let first = self.expr_box(depth)?;
                match letter {
                    b'!' => Expr::Not(first),
                    b'k' => Expr::Known(first),
                    b'y' => Expr::Age(first),
                    b'h' => Expr::Has(first, text),
                    b'u' => Expr::Under(first, text),
                    b'i' => Expr::In(first, self.texts()?),
                    b'n' => Expr::Count { rows: first, when: None },
                    b's' => Expr::Sum { rows: first, column: text },
                    b'p' => {
                        let column = self.text()?;
                        Expr::Pick { rows: first, key: text, is: self.expr_box(depth)?, column }
                    }
                    _ => self.of_more(letter, first, depth)?,
                }
            }
        })
    }

    fn expr_box(&mut self, depth: u32) -> Option<Box<Expr>> {
        self.expr(depth).map(Box::new)
    }

    /// Operations whose first part is followed by others.
    fn of_more(&mut self, letter: u8, first: Box<Expr>, depth: u32) -> Option<Expr> {
        let second = self.expr(depth)?;
        if letter == b'?' {
            return Some(Expr::If(Box::new([*first, second, self.expr(depth)?])));
        }
        if letter == b'w' {
            return Some(Expr::Count { rows: first, when: Some(Box::new(second)) });
        }
        let pair = Box::new([*first, second]);
        Some(match letter {
            b'=' => Expr::Eq(pair),
            b'#' => Expr::Ne(pair),
            b'<' => Expr::Lt(pair),
            b'[' => Expr::Le(pair),
            b'>' => Expr::Gt(pair),
            b']' => Expr::Ge(pair),
            b'+' => Expr::Add(pair),
            b'-' => Expr::Sub(pair),
            b'*' => Expr::Mul(pair),
            b'/' => Expr::Div(pair),
            b'l' => Expr::Min(pair),
            b'g' => Expr::Max(pair),
            b'd' => Expr::Days(pair),
            b'm' => Expr::Months(pair),
            b'j' => Expr::PlusDays(pair),
            b'q' => Expr::PlusMonths(pair),
            _ => return None,
        })
    }
}

fn number(digits: &str) -> Option<i64> {
    digits.parse().ok()
}

/// A token without its escapes.
fn plain(token: &str) -> Option<String> {
    let mut parts = token.split('%');
    let mut text = String::from(parts.next()?);
    for part in parts {
        let code = u8::from_str_radix(part.get(..2)?, 16).ok().filter(u8::is_ascii)?;
        text.push(char::from(code));
        text.push_str(part.get(2..)?);
    }
    Some(text)
}
