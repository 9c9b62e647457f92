//! The form engine: which questions are asked, what the answers mean, what is wrong with them.
//!
//! The same function runs on the server and in the browser. It is total: any definition with any input gives a result.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::answer::{Answer, Raw};
use crate::catalog::field::{Choice, Field, FieldType};
use crate::catalog::{Computed, Definition};
use crate::identity::resident_id::{ResidentId, ResidentIdError};
use crate::organisation::region::{RegionCode, RegionTable};
use crate::registers::{FactState, Facts};
use crate::rules::eval::is_under;
use crate::rules::{Cause, Eval, Expr, Number, Scope, Value, evaluate, holds};
use crate::text::Text;
use crate::time::civil;

/// Most rows a group can have, whatever its definition says.
pub const MAX_ROWS: usize = 50;
/// Most options, files or rows of one answer, whatever the definition says.
pub const MAX_ITEMS: u32 = MAX_ROWS as u32;
/// Longest text where the definition says nothing, in characters.
pub const TEXT_LENGTH: u32 = 200;
pub const LONG_TEXT_LENGTH: u32 = 2_000;
/// Longest description of a record that cannot be chosen, in characters.
pub const DESCRIPTION_LENGTH: u32 = 200;

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    Missing,
    /// Characters; at most.
    TooLong(u32),
    /// Characters; at least.
    TooShort(u32),
    /// Control or bidirectional formatting characters.
    ForbiddenCharacters,
    NotAnOption,
    NotANumber,
    /// At most so many decimal places.
    TooManyDecimals(u32),
    TooSmall(Number),
    TooLarge(Number),
    NotADate,
    /// The earliest day allowed.
    TooEarly(Date),
    /// The latest day allowed.
    TooLate(Date),
    NotAPhone,
    /// Not a code, or the code of no place there is.
    NotARegion,
    /// There are places within this one to choose from.
    RegionTooWide,
    /// The region lies outside this one.
    OutsideRegion(String),
    ResidentId(ResidentIdError),
    /// Files, options or rows; at least.
    TooFew(u32),
    /// Files, options or rows; at most.
    TooMany(u32),
    /// The definition's own condition, by its place in the field's list.
    Check(u32),
}

/// Something wrong at one control of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Name of the control as in [`Raw`].
    pub control: String,
    pub wrong: Wrong,
}

/// One question with what is known of its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldState {
    pub id: String,
    /// Whether the question is asked.
    pub asked: bool,
    pub answer: Option<Answer>,
    pub errors: Vec<FieldError>,
}

/// A form with its answers, examined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub fields: Vec<FieldState>,
}

impl Form {
    pub fn field(&self, id: &str) -> Option<&FieldState> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// Nothing that is asked is missing or wrong.
    pub fn is_complete(&self) -> bool {
        self.fields.iter().all(|f| f.errors.is_empty())
    }

    /// The valid answers to the questions that are asked.
    pub fn answers(&self) -> BTreeMap<String, Answer> {
        self.fields
            .iter()
            .filter(|f| f.asked)
            .filter_map(|f| Some((f.id.clone(), f.answer.clone()?)))
            .collect()
    }
}

/// What the engine needs of a definition: the island gets only this much.
pub struct Questions<'a> {
    pub fields: Vec<&'a Field>,
    pub computed: &'a [Computed],
}

impl<'a> From<&'a Definition> for Questions<'a> {
    fn from(definition: &'a Definition) -> Self {
        Questions { fields: definition.fields().collect(), computed: &definition.computed }
    }
}

/// Examines all questions in their order. A question sees the answers to those before it; one that is not asked has no
/// answer, whatever was typed.
pub fn examine<'a>(questions: &Questions<'a>, facts: &Facts, raw: &Raw, today: Date) -> Form {
    read_all(questions, facts, raw, today, |_| None)
}

/// Examines a form that was filed, of which only the questions in `open` are answered anew. The others keep their answers
/// as long as they are asked; those that an answer brings up are read from what was typed.
pub fn amend<'a>(
    questions: &Questions<'a>,
    facts: &Facts,
    filed: &BTreeMap<String, Answer>,
    open: &BTreeSet<String>,
    raw: &Raw,
    today: Date,
) -> Form {
    let kept = |id: &str| filed.get(id).filter(|_| !open.contains(id)).cloned();
    read_all(questions, facts, raw, today, kept)
}

fn read_all<'a>(
    questions: &Questions<'a>,
    facts: &Facts,
    raw: &Raw,
    today: Date,
    kept: impl Fn(&str) -> Option<Answer>,
) -> Form {
    let mut form = Form::default();
    for field in &questions.fields {
        let scope = FormScope { computed: questions.computed, form: &form, facts, today, decision: false };
        // A condition that nobody can evaluate yet leaves the question unasked; a decision will not rest on it.
        let asked = field.when.as_ref().is_none_or(|when| holds(when, &scope) == Ok(true))
            && !field.unless.as_ref().is_some_and(|given| holds(given, &Answered(&scope)) == Ok(true));
        let mut state = FieldState { id: field.id.clone(), asked, answer: None, errors: Vec::new() };
        if asked {
            let reader = Reader { facts, raw, today };
            let answer = kept(&field.id);
            state.answer = answer.or_else(|| reader.read(field, &field.id, &mut state.errors));
        }
        form.fields.push(state);
    }
    check_answers(questions, facts, today, &mut form);
    form
}

/// The definition's own conditions see the whole form, and run only on answers that are valid in themselves.
fn check_answers(questions: &Questions<'_>, facts: &Facts, today: Date, form: &mut Form) {
    let mut failed = Vec::new();
    for (place, field) in questions.fields.iter().enumerate() {
        if form.fields[place].answer.is_none() {
            continue;
        }
        let scope = FormScope { computed: questions.computed, form, facts, today, decision: false };
        for (number, check) in field.checks.iter().enumerate() {
            if holds(&check.that, &scope) == Ok(false) {
                failed.push((
                    place,
                    FieldError { control: field.id.clone(), wrong: Wrong::Check(number as u32) },
                ));
            }
        }
    }
    for (place, error) in failed {
        form.fields[place].errors.push(error);
    }
}

/// What a rule sees of a form.
pub struct FormScope<'a> {
    pub computed: &'a [Computed],
    pub form: &'a Form,
    pub facts: &'a Facts,
    pub today: Date,
    /// Whether a decision rests on it: then contested values are unknown.
    pub decision: bool,
}

impl Scope for FormScope<'_> {
    fn field(&self, id: &str) -> Eval {
        match self.form.field(id).and_then(|f| f.answer.as_ref()) {
            Some(answer) => answer.to_value().ok_or_else(|| Cause::Described(id.to_owned())),
            None => Err(Cause::Unanswered(id.to_owned())),
        }
    }

    fn fact(&self, id: &str) -> Eval {
        if self.decision { self.facts.for_decision(id) } else { self.facts.for_form(id) }
    }

    fn computed(&self, id: &str) -> Eval {
        let place = self.computed.iter().position(|c| c.id == id).ok_or(Cause::Undefined)?;
        // A computed value sees only those before it, so this ends.
        let earlier = FormScope { computed: &self.computed[..place], ..*self };
        evaluate(&self.computed[place].value, &earlier)
    }

    fn today(&self) -> Date {
        self.today
    }
}

/// What [`Field::unless`] sees: an answer in words is an answer, if not one that matches anything.
pub(crate) struct Answered<'a>(pub &'a FormScope<'a>);

impl Scope for Answered<'_> {
    fn field(&self, id: &str) -> Eval {
        match self.0.field(id) {
            Err(Cause::Described(_)) => Ok(Value::Text(String::new())),
            other => other,
        }
    }

    fn fact(&self, id: &str) -> Eval {
        self.0.fact(id)
    }

    fn computed(&self, id: &str) -> Eval {
        self.0.computed(id)
    }

    fn today(&self) -> Date {
        self.0.today()
    }
}

struct Reader<'a> {
    facts: &'a Facts,
    raw: &'a Raw,
    today: Date,
}

impl Reader<'_> {
    fn values(&self, control: &str) -> &[String] {
        self.raw.get(control).map_or(&[], Vec::as_slice)
    }

    /// The one value of a control, without spaces around it; empty when nothing was typed.
    fn text(&self, control: &str) -> &str {
        self.values(control).first().map_or("", |s| s.trim())
    }

    /// The answer at `control`; anything wrong goes to `errors`.
    fn read(&self, field: &Field, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let before = errors.len();
        let in_words = self.is_in_words(field, control);
        let answer = match field.kind {
            _ if in_words => self.described(control, errors),
            FieldType::Address => self.address(field, control, errors),
            FieldType::Person => self.person(control, errors),
            FieldType::File => self.files(field, control, errors),
            FieldType::Group => self.rows(field, control, errors),
            FieldType::MultiChoice => self.chosen(field, control, errors),
            _ => self.scalar(field, control, errors),
        };
        if answer.is_none() && errors.len() == before && !field.optional {
            // Every part that is missing, so that nobody mends one and is then told of the next.
            let missing = match field.kind {
                _ if in_words => vec![described_control(control)],
                FieldType::Address => vec![format!("{control}.region"), format!("{control}.detail")],
                FieldType::Person => vec![format!("{control}.name"), format!("{control}.id_number")],
                _ => vec![control.to_owned()],
            };
            errors.extend(missing.into_iter().map(|control| FieldError { control, wrong: Wrong::Missing }));
        }
        answer
    }

    fn scalar(&self, field: &Field, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let joined = (field.kind == FieldType::Date).then(|| self.date_parts(control)).flatten();
        let text = joined.as_deref().unwrap_or_else(|| self.text(control));
        if text.is_empty() {
            return None;
        }
        let value = match field.kind {
            FieldType::YesNo => match text {
                "yes" => Ok(Value::Bool(true)),
                "no" => Ok(Value::Bool(false)),
                _ => Err(Wrong::NotAnOption),
            },
            FieldType::Choice if self.offers(field, text) => Ok(Value::text(text)),
            FieldType::Choice => Err(Wrong::NotAnOption),
            FieldType::Date => self.date(field, text),
            FieldType::Number => number(field, text).map(Value::Number),
            FieldType::Money => money(field, text).map(Value::Money),
            FieldType::Phone => phone(text).map(Value::Text),
            FieldType::LongText => words(field, text, LONG_TEXT_LENGTH, true).map(Value::Text),
            _ => words(field, text, TEXT_LENGTH, false).map(Value::Text),
        };
        match value {
            Ok(v) => Some(Answer::Value(v)),
            Err(wrong) => {
                errors.push(FieldError { control: control.to_owned(), wrong });
                None
            }
        }
    }

    /// A date typed in three parts; `None` when none of them has anything.
    fn date_parts(&self, control: &str) -> Option<String> {
        let parts = ["year", "month", "day"].map(|part| self.text(&format!("{control}-{part}")).to_owned());
        parts.iter().any(|p| !p.is_empty()).then(|| parts.join("-"))
    }

    fn offers(&self, field: &Field, option: &str) -> bool {
        let offered = |(fact, key)| match self.facts.for_form(fact) {
            Ok(Value::Records(rows)) => {
                rows.iter().any(|r| r.get(key).and_then(Value::as_text) == Some(option))
            }
            _ => false,
        };
        field.options.iter().any(|o| o.id == option) || source(field).is_some_and(offered)
    }

    /// Whether the answer is in words: what can be chosen was not.
    fn is_in_words(&self, field: &Field, control: &str) -> bool {
        may_describe(field, self.facts) && !self.values(control).iter().any(|v| self.offers(field, v.trim()))
    }

    fn described(&self, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let control = described_control(control);
        let text = self.text(&control);
        if text.is_empty() {
            return None;
        }
        match plain_text(text, 1, DESCRIPTION_LENGTH, false) {
            Ok(words) => Some(Answer::Described(words)),
            Err(wrong) => {
                errors.push(FieldError { control, wrong });
                None
            }
        }
    }

    fn date(&self, field: &Field, text: &str) -> Result<Value, Wrong> {
        let date = parse_date(text).ok_or(Wrong::NotADate)?;
        if let Some(earliest) = field.earliest.as_ref().map(|b| b.on(self.today)).filter(|e| date < *e) {
            return Err(Wrong::TooEarly(earliest));
        }
        if let Some(latest) = field.latest.as_ref().map(|b| b.on(self.today)).filter(|l| date > *l) {
            return Err(Wrong::TooLate(latest));
        }
        Ok(Value::Date(date))
    }

    fn chosen(&self, field: &Field, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let mut chosen: Vec<String> = Vec::new();
        // Kept sorted, each once: few enough that a sort would only be more code on a phone.
        for value in self.values(control).iter().filter(|v| !v.is_empty()).take(2 * MAX_ROWS) {
            if let Err(place) = chosen.binary_search(value) {
                chosen.insert(place, value.clone());
            }
        }
        if chosen.is_empty() {
            return None;
        }
        if chosen.iter().any(|c| !self.offers(field, c)) {
            errors.push(FieldError { control: control.to_owned(), wrong: Wrong::NotAnOption });
            return None;
        }
        in_number(field, chosen.len(), control, errors)?;
        Some(Answer::Value(Value::Set(chosen)))
    }

    fn address(&self, field: &Field, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let (at_region, at_detail) = (format!("{control}.region"), format!("{control}.detail"));
        let (region, detail) = (chosen_place(self.values(&at_region)), self.text(&at_detail));
        if region.is_empty() && detail.is_empty() {
            return None;
        }
        let before = errors.len();
        let mut fail = |control: &str, wrong| errors.push(FieldError { control: control.to_owned(), wrong });
        if region.is_empty() {
            fail(&at_region, Wrong::Missing);
        } else if RegionCode::parse(region).is_err() {
            fail(&at_region, Wrong::NotARegion);
        } else if let Some(within) = field.within.as_ref().filter(|w| !is_under(region, w)) {
            fail(&at_region, Wrong::OutsideRegion(within.clone()));
        }
        if detail.is_empty() {
            fail(&at_detail, Wrong::Missing);
        } else if let Err(wrong) = words(field, detail, TEXT_LENGTH, false) {
            fail(&at_detail, wrong);
        }
        (errors.len() == before)
            .then(|| Answer::Address { region: region.to_owned(), detail: detail.to_owned() })
    }

    fn person(&self, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let (at_name, at_number) = (format!("{control}.name"), format!("{control}.id_number"));
        let (name, number) = (self.text(&at_name), self.text(&at_number));
        if name.is_empty() && number.is_empty() {
            return None;
        }
        let before = errors.len();
        let mut fail = |control: &str, wrong| errors.push(FieldError { control: control.to_owned(), wrong });
        if name.is_empty() {
            fail(&at_name, Wrong::Missing);
        } else if let Err(wrong) = plain_text(name, 1, 50, false) {
            fail(&at_name, wrong);
        }
        let parsed = if number.is_empty() {
            fail(&at_number, Wrong::Missing);
            None
        } else {
            ResidentId::parse_on(number, self.today).map_err(|e| fail(&at_number, Wrong::ResidentId(e))).ok()
        };
        match parsed {
            Some(id) if errors.len() == before => {
                Some(Answer::Person { name: name.to_owned(), id_number: id.as_str().to_owned() })
            }
            _ => None,
        }
    }

    fn files(&self, field: &Field, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        let files: Vec<String> = self.values(control).iter().filter(|v| !v.is_empty()).cloned().collect();
        if files.is_empty() {
            return None;
        }
        in_number(field, files.len(), control, errors)?;
        Some(Answer::Files(files))
    }

    fn rows(&self, field: &Field, control: &str, errors: &mut Vec<FieldError>) -> Option<Answer> {
        // One more than there can be, so that too many are noticed.
        let count = self.text(control).parse::<i64>().unwrap_or(0).clamp(0, MAX_ROWS as i64 + 1) as usize;
        if count == 0 {
            return None;
        }
        let before = errors.len();
        in_number(field, count, control, errors);
        let mut rows = Vec::with_capacity(count);
        for number in 0..count {
            let mut row = BTreeMap::new();
            for inner in &field.fields {
                if let Some(answer) = self.read(inner, &format!("{control}.{number}.{}", inner.id), errors) {
                    row.insert(inner.id.clone(), answer);
                }
            }
            rows.push(row);
        }
        (errors.len() == before).then_some(Answer::Rows(rows))
    }
}

fn in_number(field: &Field, count: usize, control: &str, errors: &mut Vec<FieldError>) -> Option<()> {
    let default_max = if field.kind == FieldType::File { 1 } else { MAX_ROWS as u32 };
    let (min, max) = (field.min_items.unwrap_or(1), field.max_items.unwrap_or(default_max).min(MAX_ITEMS));
    let wrong = if (count as u64) < u64::from(min) {
        Wrong::TooFew(min)
    } else if count as u64 > u64::from(max) {
        Wrong::TooMany(max)
    } else {
        return Some(());
    };
    errors.push(FieldError { control: control.to_owned(), wrong });
    None
}

fn words(field: &Field, text: &str, default_max: u32, lines: bool) -> Result<String, Wrong> {
    plain_text(text, field.min_length.unwrap_or(1), field.max_length.unwrap_or(default_max), lines)
}

/// Text of `min` to `max` characters without control or bidirectional formatting characters (Unicode TR 36); a line
/// break counts as one character and is allowed only where `lines` is.
pub fn plain_text(text: &str, min: u32, max: u32, lines: bool) -> Result<String, Wrong> {
    let text = if lines { short_breaks(text) } else { text.to_owned() };
    let count = text.chars().count() as u64;
    if count > u64::from(max) {
        return Err(Wrong::TooLong(max));
    }
    if count < u64::from(min) {
        return Err(Wrong::TooShort(min));
    }
    let forbidden = |c: char| {
        (c.is_control() && !(lines && (c == '\n' || c == '\t')))
            || matches!(c, '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
    };
    if text.chars().any(forbidden) { Err(Wrong::ForbiddenCharacters) } else { Ok(text) }
}

/// Each `\r\n` as `\n`.
fn short_breaks(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\r' || chars.peek() != Some(&'\n') {
            short.push(c);
        }
    }
    short
}

/// Full-width digits and points, as Chinese keyboards produce them, become ASCII.
fn ascii_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            '．' | '。' => '.',
            '－' => '-',
            _ => c,
        })
        .collect()
}

fn number(field: &Field, text: &str) -> Result<Number, Wrong> {
    let text = ascii_digits(text).replace([',', '，'], "");
    let n: Number = text.parse().map_err(|_| Wrong::NotANumber)?;
    let decimals = field.decimals.unwrap_or(0).min(4);
    if n.decimals() > decimals {
        return Err(Wrong::TooManyDecimals(decimals));
    }
    bounded(field, n)
}

fn bounded(field: &Field, n: Number) -> Result<Number, Wrong> {
    match (field.min, field.max) {
        (Some(min), _) if n < min => Err(Wrong::TooSmall(min)),
        (_, Some(max)) if n > max => Err(Wrong::TooLarge(max)),
        _ => Ok(n),
    }
}

/// Yuan with at most two decimals, to fen.
fn money(field: &Field, text: &str) -> Result<i64, Wrong> {
    bounded(field, read_yuan(text)?).map(|y| y.ten_thousandths() / 100)
}

/// Yuan with at most two decimals, as people write them.
pub(super) fn read_yuan(text: &str) -> Result<Number, Wrong> {
    let text = ascii_digits(text).replace([',', '，', '¥', '￥', '元'], "");
    let yuan: Number = text.trim().parse().map_err(|_| Wrong::NotANumber)?;
    if yuan.decimals() > 2 { Err(Wrong::TooManyDecimals(2)) } else { Ok(yuan) }
}

fn phone(text: &str) -> Result<String, Wrong> {
    crate::identity::phone::Phone::parse(&ascii_digits(text))
        .map(|p| p.as_str().to_owned())
        .map_err(|_| Wrong::NotAPhone)
}

/// Reads `2026-01-31`, `2026/1/31`, `2026.1.31`, `20260131`, `2026年1月31日`. Years 1850 to 2199.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = ascii_digits(text);
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let only_separators =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ' ' | '年' | '月' | '日'));
    if !only_separators {
        return None;
    }
    let (y, m, d) = match parts.as_slice() {
        [y, m, d] if y.len() == 4 && m.len() <= 2 && d.len() <= 2 => (*y, *m, *d),
        [all] if all.len() == 8 => (all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        _ => return None,
    };
    let year: i64 = y.parse().ok().filter(|y| (1850..=2199).contains(y))?;
    civil(year, m.parse().ok()?, d.parse().ok()?)
}

/// Fact and key column that a question takes its options from; the definition check makes sure of the form.
pub fn source(field: &Field) -> Option<(&str, &str)> {
    field.options_from.as_deref()?.split_once(':')
}

/// Whether a question may be answered in words: the register that should offer the options has not answered, or the
/// applicant says that its answer is wrong. A register that knows of none may be right, so that has to be contested first.
pub fn may_describe(field: &Field, facts: &Facts) -> bool {
    source(field).is_some_and(|(fact, _)| {
        !matches!(facts.0.get(fact), Some(FactState::Known(_) | FactState::NoRecord))
    })
}

/// The deepest of the places that were chosen level by level; empty when none was. What does not lie within the one before
/// it is left over from another choice.
pub fn chosen_place(levels: &[String]) -> &str {
    let mut place = "";
    for code in levels.iter().map(|v| v.trim()) {
        if code.is_empty() || !(place.is_empty() || is_under(code, place)) {
            break;
        }
        place = code;
    }
    place
}

/// The control for the words that stand in for a choice.
pub fn described_control(control: &str) -> String {
    format!("{control}.described")
}

/// Adds what only the table of regions can tell: places must exist, and be chosen down to the last level there is. The
/// table stays on the server, where pages offer only what it has.
pub fn check_places(form: &mut Form, regions: &RegionTable) {
    for state in &mut form.fields {
        let before = state.errors.len();
        let mut look = |control: String, answer: &Answer| {
            if let Answer::Address { region, .. } = answer
                && let Some(wrong) = wrong_place(region, regions)
            {
                state.errors.push(FieldError { control: format!("{control}.region"), wrong });
            }
        };
        match &state.answer {
            Some(Answer::Rows(rows)) => {
                for (number, row) in rows.iter().enumerate() {
                    row.iter().for_each(|(id, answer)| look(format!("{}.{number}.{id}", state.id), answer));
                }
            }
            Some(answer) => look(state.id.clone(), answer),
            None => {}
        }
        if state.errors.len() > before {
            state.answer = None;
        }
    }
}

fn wrong_place(region: &str, regions: &RegionTable) -> Option<Wrong> {
    let known = RegionCode::parse(region).ok().filter(|code| regions.get(*code).is_some());
    match known {
        None => Some(Wrong::NotARegion),
        Some(code) => regions.children(code).next().map(|_| Wrong::RegionTooWide),
    }
}

/// Questions for a browser: conditions and checks that speak of facts are folded, and options that come from facts are
/// spelled out, so that no fact has to leave the server.
pub fn fold_fields(fields: &[&Field], scope: &FormScope<'_>) -> Vec<Field> {
    fields.iter().map(|field| fold_field(field, scope)).collect()
}

fn fold_field(field: &Field, scope: &FormScope<'_>) -> Field {
    let fold = |e: &Expr| crate::rules::fold::fold(e, scope);
    let mut field = field.clone();
    field.when = field.when.as_ref().map(fold);
    field.unless = field.unless.as_ref().map(fold);
    for check in &mut field.checks {
        check.that = fold(&check.that);
    }
    field.options.extend(choices_from(&field, scope.facts));
    // What stays is without a fact in a browser: there as here the question may be answered in words.
    if !may_describe(&field, scope.facts) {
        field.options_from = None;
    }
    for inner in &mut field.fields {
        *inner = fold_field(inner, scope);
    }
    field
}

/// Computed values for a browser, without the facts they speak of.
pub fn fold_computed(computed: &[Computed], scope: &impl Scope) -> Vec<Computed> {
    let fold = |c: &Computed| Computed { value: crate::rules::fold::fold(&c.value, scope), ..c.clone() };
    computed.iter().map(fold).collect()
}

/// The options that the records of a fact offer.
fn choices_from(field: &Field, facts: &Facts) -> Vec<Choice> {
    let Some((fact, key)) = source(field) else { return Vec::new() };
    let Ok(Value::Records(rows)) = facts.for_form(fact) else { return Vec::new() };
    let keys = rows.iter().filter_map(|row| row.get(key).and_then(Value::as_text));
    keys.map(|id| Choice { id: id.to_owned(), label: Text::default(), hint: None }).collect()
}
