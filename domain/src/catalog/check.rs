//! What may be wrong with a definition, found before any citizen meets it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::definition::{Audience, Definition, Validity};
use super::field::{Bound, Field, FieldType};
use super::near::nearest;
use super::reach::never_shown;
use crate::cases::form::{LONG_TEXT_LENGTH, MAX_ITEMS, TEXT_LENGTH};
use crate::registers::{FactType, Registers, Subject};
use crate::rules::typing::Names;
use crate::rules::{Expr, Rule, Type, TypeError, infer};
use crate::text::Text;

/// Where in a definition: keys and places from the root, `["step", "0", "field", "2", "when"]`.
pub type Path = Vec<String>;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub at: Path,
    pub wrong: Wrong,
}

/// The kinds of mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A text is empty in this language.
    MissingTranslation(&'static str),
    /// An id that is not lower-case ASCII with the separators allowed there.
    BadId(String),
    /// The id is already taken in its list.
    Duplicate(String),
    UnknownTheme(String),
    UnknownDepartment(String),
    UnknownRegion(String),
    /// No register offers the fact; the nearest ids that one does.
    FactNotOffered {
        id: String,
        similar: Vec<String>,
    },
    /// A rule speaks of a fact that the definition does not fetch.
    FactNotListed(String),
    /// A fact is fetched that nothing in the definition uses: data minimisation.
    FactUnused(String),
    /// The register is keyed by a subject this service does not have.
    FactOfOtherSubject(String),
    Type(TypeError),
    /// The expression must have another type.
    Expected {
        expected: &'static str,
        found: String,
    },
    /// A condition speaks of a question that comes later (or of itself).
    LaterField(String),
    /// Computed values that rest on each other, in a circle.
    Cycle(Vec<String>),
    /// No combination of answers ever shows the question.
    Unreachable,
    /// A rule speaks of a question that never appears.
    NeverAsked(String),
    /// The member does not go with this type of field.
    NotForType {
        member: &'static str,
        kind: &'static str,
    },
    /// This type of field needs the member.
    Needs {
        member: &'static str,
    },
    /// A lower bound above its upper bound.
    EmptyRange,
    /// The number may be at most this.
    TooLarge(u32),
    /// The list must not be empty.
    Empty,
    /// The promise is longer than what the law allows.
    PromiseTooLong,
    /// An instant service promises zero days, and only an instant one.
    InstantDays,
    /// Groups cannot stand within groups.
    NestedGroup,
    /// The name means something of its own in every certificate.
    Reserved(String),
    /// Evaluating the rules would take too long, or go too deep.
    TooComplex,
    /// A bundle names a service that there is not; the nearest codes.
    UnknownService {
        code: String,
        similar: Vec<String>,
    },
    /// A bundle bears the code of a service.
    CodeOfService(String),
    /// The list needs at least so many.
    TooFew(u32),
    /// The service is no member of the bundle.
    NotAMember(String),
    /// A member answers from the certificate of a service that it does not come after.
    NotBefore(String),
    /// The member service is not for whom the bundle is for.
    OtherAudience(&'static str),
    /// The member service asks no such question; the nearest ids.
    NoSuchQuestion {
        id: String,
        similar: Vec<String>,
    },
    /// The shared question allows answers that the member's question does not.
    Wider {
        shared: String,
        member: &'static str,
    },
    /// A certificate number, of so many characters at most, may be longer than the question takes.
    ShorterThanNumber(u32),
    /// The answer must be a shared question of the same type.
    NeedsSharedQuestion(&'static str),
    /// A shared question that no member has a use for: data minimisation.
    QuestionUnused(String),
    /// Whether the question is asked depends on an answer that is known only once another member is approved.
    DependsOnCertificate(String),
}

/// Names of claims with a meaning of their own (RFC 7519, SD-JWT VC), or that every certificate has.
const RESERVED_CLAIMS: [&str; 13] = [
    "iss",
    "sub",
    "aud",
    "iat",
    "nbf",
    "exp",
    "jti",
    "cnf",
    "vct",
    "status",
    "number",
    "definition",
    "issuing_authority",
];
/// Most parts of one expression, with the computed values it stands on spelled out.
const MOST_PARTS: u64 = 50_000;
/// Deepest nesting, likewise.
const DEEPEST: u64 = 200;
/// Decimal places a number can have.
const MOST_DECIMALS: u32 = 4;

/// What a definition may refer to.
pub struct Known<'a> {
    pub registers: &'a Registers,
    pub themes: &'a BTreeSet<String>,
    pub departments: &'a BTreeSet<String>,
    pub region_exists: &'a dyn Fn(&str) -> bool,
}

/// Everything wrong with `definition`, in the order of its parts.
pub fn check(definition: &Definition, known: &Known<'_>) -> Vec<Problem> {
    let mut checker = Checker::new(definition, known);
    checker.complexity();
    if !checker.problems.is_empty() {
        // Looking closer would take as long as evaluating.
        return checker.problems;
    }
    checker.find_never_asked();
    checker.header();
    checker.within("decision", Checker::stages);
    checker.facts();
    checker.computed();
    checker.steps();
    checker.rules();
    checker.certificate();
    checker.problems
}

pub(super) struct Checker<'a> {
    pub(super) definition: &'a Definition,
    pub(super) known: &'a Known<'a>,
    pub(super) problems: Vec<Problem>,
    pub(super) at: Path,
    /// Questions that no combination of answers shows.
    never_asked: BTreeSet<&'a str>,
    /// The question whose members are looked at.
    question: Option<&'a str>,
}

/// Names as one definition sees them: questions up to a place, and computed values up to a place.
struct Visible<'a> {
    definition: &'a Definition,
    known: &'a Known<'a>,
    /// Fields that may be spoken of; `None` for all.
    fields: Option<&'a [&'a Field]>,
    computed: usize,
}

impl Names for Visible<'_> {
    fn field(&self, id: &str) -> Option<Type> {
        let field = self.definition.field(id)?;
        Some(field.kind.rule_type(&field.fields))
    }

    fn fact(&self, id: &str) -> Option<Type> {
        self.known.registers.fact(id).map(|(_, fact)| fact.rule_type())
    }

    fn computed(&self, id: &str) -> Option<Type> {
        let place =
            self.definition.computed.iter().position(|c| c.id == id).filter(|p| *p < self.computed)?;
        let earlier = Visible { computed: place, fields: None, ..*self };
        // A list is no computed value; that is said where it stands.
        infer(&self.definition.computed[place].value, &earlier)
            .ok()
            .filter(|t| !matches!(t, Type::Records(_)))
    }

    fn region_exists(&self, code: &str) -> bool {
        (self.known.region_exists)(code)
    }

    fn options(&self, field: &str) -> Option<Vec<String>> {
        let field = self.definition.field(field)?;
        match field.kind {
            FieldType::Choice | FieldType::MultiChoice if field.options_from.is_none() => {
                Some(field.options.iter().map(|o| o.id.clone()).collect())
            }
            _ => None,
        }
    }
}

impl<'a> Checker<'a> {
    pub(super) fn new(definition: &'a Definition, known: &'a Known<'a>) -> Self {
        Checker {
            definition,
            known,
            problems: Vec::new(),
            at: Vec::new(),
            never_asked: BTreeSet::new(),
            question: None,
        }
    }

    pub(super) fn wrong(&mut self, wrong: Wrong) {
        self.problems.push(Problem { at: self.at.clone(), wrong });
    }

    pub(super) fn within(&mut self, key: impl Into<String>, look: impl FnOnce(&mut Self)) {
        self.at.push(key.into());
        look(self);
        self.at.pop();
    }

    pub(super) fn each<T>(&mut self, key: &str, list: &'a [T], mut look: impl FnMut(&mut Self, &'a T)) {
        for (place, item) in list.iter().enumerate() {
            self.within(key, |c| c.within(place.to_string(), |c| look(c, item)));
        }
    }

    pub(super) fn text(&mut self, key: &str, text: &Text) {
        for (language, words) in [("zh", &text.zh), ("en", &text.en)] {
            if words.trim().is_empty() {
                self.within(key, |c| c.wrong(Wrong::MissingTranslation(language)));
            }
        }
    }

    pub(super) fn id(&mut self, key: &str, id: &str, separator: char) {
        let good = !id.is_empty()
            && id.len() <= 64
            && id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == separator);
        if !good {
            self.within(key, |c| c.wrong(Wrong::BadId(id.to_owned())));
        }
    }

    pub(super) fn unique<'i>(&mut self, key: &str, ids: impl Iterator<Item = &'i str>) {
        let mut seen = BTreeSet::new();
        for (place, id) in ids.enumerate() {
            if !seen.insert(id) {
                let at = place.to_string();
                self.within(key, |c| {
                    c.within(at, |c| c.within("id", |c| c.wrong(Wrong::Duplicate(id.to_owned()))))
                });
            }
        }
    }

    /// As [`Self::unique`], for a list of plain names.
    pub(super) fn each_once<'i>(&mut self, key: &str, names: impl Iterator<Item = &'i str>) {
        let mut seen = BTreeSet::new();
        for (place, name) in names.enumerate() {
            if !seen.insert(name) {
                let at = place.to_string();
                self.within(key, |c| c.within(at, |c| c.wrong(Wrong::Duplicate(name.to_owned()))));
            }
        }
    }

    pub(super) fn not_empty<T>(&mut self, key: &str, list: &[T]) {
        if list.is_empty() {
            self.within(key, |c| c.wrong(Wrong::Empty));
        }
    }

    fn header(&mut self) {
        let d = self.definition;
        self.id("code", &d.code, '-');
        for (key, text) in
            [("name", &d.name), ("summary", &d.summary), ("who", &d.who), ("result", &d.result)]
        {
            self.text(key, text);
        }
        self.not_empty("themes", &d.themes);
        self.each("themes", &d.themes, |c, theme| {
            if !c.known.themes.contains(theme) {
                c.wrong(Wrong::UnknownTheme(theme.clone()));
            }
        });
        if !self.known.departments.contains(&d.department) {
            self.within("department", |c| c.wrong(Wrong::UnknownDepartment(d.department.clone())));
        }
        if let Some(place) = &d.place {
            self.expression("place", place, Some(Type::Region));
        }
        self.not_empty("audience", &d.audience);
        self.each_once("themes", d.themes.iter().map(String::as_str));
        self.each_once("audience", d.audience.iter().map(|a| audience_name(*a)));
        self.not_empty("legal_basis", &d.legal_basis);
        self.each("legal_basis", &d.legal_basis, |c, basis| {
            c.text("law", &basis.law);
            // An empty article means the whole act, in both languages.
            if basis.article.zh.is_empty() != basis.article.en.is_empty() {
                c.text("article", &basis.article);
            }
        });
        self.within("time_limit", |c| {
            if d.time_limit.promised > d.time_limit.statutory {
                c.within("promised", |c| c.wrong(Wrong::PromiseTooLong));
            }
            if (d.time_limit.promised == 0) != d.decision.instant {
                c.within("promised", |c| c.wrong(Wrong::InstantDays));
            }
        });
        self.each("material", &d.materials, |c, m| {
            c.text("name", &m.name);
            c.text("why", &m.why);
        });
        self.not_empty("then", &d.then);
        for (place, text) in d.then.iter().enumerate() {
            self.within("then", |c| c.text(&place.to_string(), text));
        }
        self.within("consent", |c| c.text("purpose", &d.consent.purpose));
        self.each("faq", &d.faqs, |c, faq| {
            c.text("q", &faq.q);
            c.text("a", &faq.a);
        });
        if let Some(fee) = &d.fee {
            self.within("fee", |c| {
                c.text("name", &fee.name);
                c.text("basis", &fee.basis);
                c.expression("amount", &fee.amount, Some(Type::Money));
            });
        }
    }

    fn stages(&mut self) {
        let stages = &self.definition.decision.stages;
        self.unique("stage", stages.iter().map(|s| s.id.as_str()));
        self.each("stage", stages, |c, stage| {
            c.id("id", &stage.id, '-');
            c.text("title", &stage.title);
            c.not_empty("seat", &stage.seats);
            c.each("seat", &stage.seats, |c, seat| match &seat.department {
                Some(id) if !c.known.departments.contains(id) => {
                    c.within("department", |c| c.wrong(Wrong::UnknownDepartment(id.clone())));
                }
                _ => {}
            });
        });
    }

    fn facts(&mut self) {
        let d = self.definition;
        self.unique("fact", d.facts.iter().map(|f| f.id.as_str()));
        let used = self.used_facts();
        self.each("fact", &d.facts, |c, fact| {
            let found = match c.known.registers.fact(&fact.id) {
                None => Some(c.not_offered(&fact.id)),
                Some((register, _))
                    if register.subject == Subject::Entity && d.audience.contains(&Audience::Person) =>
                {
                    Some(Wrong::FactOfOtherSubject(fact.id.clone()))
                }
                Some(_) if !used.contains(fact.id.as_str()) && !c.is_shown(&fact.id) => {
                    Some(Wrong::FactUnused(fact.id.clone()))
                }
                Some(_) => None,
            };
            if let Some(wrong) = found {
                c.within("id", |c| c.wrong(wrong));
            }
        });
    }

    /// Facts a clerk reads beside the answers although no rule does: who applies, and what the service is about. A
    /// service decided by rule alone has no reader.
    fn is_shown(&self, _fact: &str) -> bool {
        !self.definition.decision.instant
    }

    /// A misspelt id first, then those of the same name or the same register.
    pub(super) fn not_offered(&self, id: &str) -> Wrong {
        let ids = self.known.registers.all.iter().flat_map(|r| &r.facts).map(|f| f.id.as_str());
        let meant = nearest(id, ids);
        let others =
            self.known.registers.similar(id).into_iter().filter(|other| Some(other.as_str()) != meant);
        let similar = meant.map(str::to_owned).into_iter().chain(others).take(3).collect();
        Wrong::FactNotOffered { id: id.to_owned(), similar }
    }

    fn used_facts(&self) -> BTreeSet<&'a str> {
        let mut used = BTreeSet::new();
        for expression in self.all_expressions() {
            used.extend(expression.facts());
        }
        for field in self.definition.fields() {
            used.extend(field.about.iter().map(String::as_str));
            used.extend(field.options_from.as_deref().and_then(|s| s.split_once(':')).map(|(fact, _)| fact));
        }
        used
    }

    fn all_expressions(&self) -> Vec<&'a Expr> {
        let d = self.definition;
        let mut all: Vec<&Expr> = Vec::new();
        all.extend(&d.place);
        all.extend(d.fee.iter().map(|f| &f.amount));
        all.extend(d.eligibility.iter().chain(&d.decision.rules).map(|r| &r.that));
        all.extend(d.computed.iter().map(|c| &c.value));
        for field in d.fields().flat_map(|f| std::iter::once(f).chain(&f.fields)) {
            all.extend(&field.when);
            all.extend(field.checks.iter().map(|c| &c.that));
        }
        if let Some(certificate) = &d.certificate {
            all.extend(certificate.claims.iter().map(|c| &c.value));
            if let Some(Validity::Until(until)) = &certificate.valid {
                all.push(until);
            }
        }
        all
    }

    /// Computed values stand on each other, so that few lines can mean a lot of work.
    fn complexity(&mut self) {
        let mut sizes: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        let too_complex = |(parts, depth): (u64, u64)| parts > MOST_PARTS || depth > DEEPEST;
        for (place, computed) in self.definition.computed.iter().enumerate() {
            let size = size(&computed.value, &sizes);
            sizes.entry(&computed.id).or_insert(size);
            if too_complex(size) {
                self.within("computed", |c| c.within(place.to_string(), |c| c.wrong(Wrong::TooComplex)));
                return;
            }
        }
        if self.all_expressions().into_iter().any(|e| too_complex(size(e, &sizes))) {
            self.wrong(Wrong::TooComplex);
        }
    }

    fn computed(&mut self) {
        let d = self.definition;
        self.unique("computed", d.computed.iter().map(|c| c.id.as_str()));
        let place_of: BTreeMap<&str, usize> =
            d.computed.iter().enumerate().map(|(place, c)| (c.id.as_str(), place)).collect();
        for (place, computed) in d.computed.iter().enumerate() {
            self.within("computed", |c| {
                c.within(place.to_string(), |c| {
                    c.id("id", &computed.id, '_');
                    c.text("label", &computed.label);
                    let circle: Vec<String> = computed
                        .value
                        .computed()
                        .into_iter()
                        .filter(|id| place_of.get(id).is_some_and(|p| *p >= place))
                        .map(str::to_owned)
                        .collect();
                    if circle.is_empty() {
                        c.typed("value", &computed.value, None, None, place);
                        let visible =
                            Visible { definition: d, known: c.known, fields: None, computed: place };
                        if let Ok(found @ Type::Records(_)) = infer(&computed.value, &visible) {
                            let found = found.to_string();
                            c.within("value", |c| {
                                c.wrong(Wrong::Expected { expected: "a single value", found })
                            });
                        }
                    } else {
                        let circle = std::iter::once(computed.id.clone()).chain(circle).collect();
                        c.within("value", |c| c.wrong(Wrong::Cycle(circle)));
                    }
                });
            });
        }
    }

    fn steps(&mut self) {
        let d = self.definition;
        self.unique("step", d.steps.iter().map(|s| s.id.as_str()));
        let mut earlier: Vec<&'a Field> = Vec::new();
        let mut ids = BTreeSet::new();
        self.each("step", &d.steps, |c, step| {
            c.id("id", &step.id, '-');
            c.text("title", &step.title);
            if let Some(intro) = &step.intro {
                c.text("intro", intro);
            }
            c.not_empty("field", &step.fields);
            c.each("field", &step.fields, |c, field| {
                if !ids.insert(field.id.as_str()) {
                    c.within("id", |c| c.wrong(Wrong::Duplicate(field.id.clone())));
                }
                c.field(field, &earlier);
                earlier.push(field);
            });
        });
    }

    fn field(&mut self, field: &'a Field, earlier: &[&Field]) {
        self.id("id", &field.id, '_');
        self.text("label", &field.label);
        if let Some(hint) = &field.hint {
            self.text("hint", hint);
        }
        for fact in &field.about {
            let wrong = match self.known.registers.fact(fact) {
                None => Some(self.not_offered(fact)),
                Some(_) if !self.definition.facts.iter().any(|f| &f.id == fact) => {
                    Some(Wrong::FactNotListed(fact.clone()))
                }
                Some(_) => None,
            };
            if let Some(wrong) = wrong {
                self.within("about", |c| c.wrong(wrong));
            }
        }
        if let Some(unit) = &field.unit {
            self.text("unit", unit);
        }
        self.members(field);
        self.question = Some(&field.id);
        if let Some(when) = &field.when {
            let computed = self.definition.computed.len();
            let before = self.problems.len();
            self.typed("when", when, Some(Type::Bool), Some(earlier), computed);
            // Whatever is wrong with the condition already explains why it never holds.
            if self.problems.len() == before && self.never_asked.contains(field.id.as_str()) {
                self.within("when", |c| c.wrong(Wrong::Unreachable));
            }
        }
        self.each("check", &field.checks, |c, check| {
            c.text("say", &check.say);
            c.expression("that", &check.that, Some(Type::Bool));
        });
        self.question = None;
        self.each("options", &field.options, |c, option| {
            c.id("id", &option.id, '_');
            c.text("label", &option.label);
            if let Some(hint) = &option.hint {
                c.text("hint", hint);
            }
        });
        self.unique("options", field.options.iter().map(|o| o.id.as_str()));
        self.each("field", &field.fields, |c, inner| {
            if inner.kind == FieldType::Group || inner.kind == FieldType::File {
                c.within("type", |c| c.wrong(Wrong::NestedGroup));
            }
            if inner.when.is_some() {
                c.within("when", |c| c.wrong(Wrong::NotForType { member: "when", kind: "group" }));
            }
            if !inner.checks.is_empty() {
                c.within("check", |c| c.wrong(Wrong::NotForType { member: "check", kind: "group" }));
            }
            c.field(inner, earlier);
        });
        self.unique("field", field.fields.iter().map(|f| f.id.as_str()));
    }

    fn members(&mut self, f: &Field) {
        use FieldType as T;
        let is_choice = matches!(f.kind, T::Choice | T::MultiChoice);
        let is_text = matches!(f.kind, T::Text | T::LongText);
        let is_numeric = matches!(f.kind, T::Number | T::Money);
        let is_counted = matches!(f.kind, T::MultiChoice | T::File | T::Group);
        let present = [
            ("prefill", f.prefill.is_some(), f.kind == T::Phone),
            ("options", !f.options.is_empty(), is_choice),
            ("options_from", f.options_from.is_some(), is_choice),
            ("min_length", f.min_length.is_some(), is_text),
            ("max_length", f.max_length.is_some(), is_text),
            ("min", f.min.is_some(), is_numeric),
            ("max", f.max.is_some(), is_numeric),
            ("decimals", f.decimals.is_some(), f.kind == T::Number),
            ("unit", f.unit.is_some(), f.kind == T::Number),
            ("earliest", f.earliest.is_some(), f.kind == T::Date),
            ("latest", f.latest.is_some(), f.kind == T::Date),
            ("within", f.within.is_some(), f.kind == T::Address),
            ("min_items", f.min_items.is_some(), is_counted),
            ("max_items", f.max_items.is_some(), is_counted),
            ("field", !f.fields.is_empty(), f.kind == T::Group),
        ];
        for (member, is_there, fits) in present {
            if is_there && !fits {
                self.within(member, |c| c.wrong(Wrong::NotForType { member, kind: type_name(f.kind) }));
            }
        }
        if is_choice && f.options_from.is_none() && f.options.len() < 2 {
            self.wrong(Wrong::Needs { member: "options" });
        }
        if f.kind == T::Group && f.fields.is_empty() {
            self.wrong(Wrong::Needs { member: "field" });
        }
        if let Some(source) = &f.options_from {
            self.options_source(source);
        }
        if let Some(region) = f.within.as_ref().filter(|r| !(self.known.region_exists)(r)) {
            self.within("within", |c| c.wrong(Wrong::UnknownRegion(region.clone())));
        }
        let longest = if f.kind == T::LongText { LONG_TEXT_LENGTH } else { TEXT_LENGTH };
        let most = if f.kind == T::File { 1 } else { MAX_ITEMS };
        let days = |bound: &Bound| bound.on(Date::constant(2000, 1, 1));
        let empty = matches!((f.min, f.max), (Some(a), Some(b)) if a > b)
            || f.min_length.is_some_and(|min| min > f.max_length.unwrap_or(longest))
            || f.min_items.is_some_and(|min| min > f.max_items.unwrap_or(most).min(MAX_ITEMS))
            || (!f.options.is_empty() && f.min_items.is_some_and(|min| min as usize > f.options.len()))
            || matches!((&f.earliest, &f.latest), (Some(a), Some(b))
                if std::mem::discriminant(a) == std::mem::discriminant(b) && days(a) > days(b));
        if empty {
            self.wrong(Wrong::EmptyRange);
        }
        if f.decimals.is_some_and(|places| places > MOST_DECIMALS) {
            self.within("decimals", |c| c.wrong(Wrong::TooLarge(MOST_DECIMALS)));
        }
    }

    /// `fact:column` of a fact with records that the definition fetches.
    fn options_source(&mut self, source: &str) {
        let (fact, column) = source.split_once(':').unwrap_or((source, ""));
        let wrong = match self.known.registers.fact(fact) {
            None => Some(self.not_offered(fact)),
            Some((_, spec)) if spec.kind != FactType::Records => {
                Some(Wrong::Expected { expected: "records", found: spec.rule_type().to_string() })
            }
            Some((_, spec)) if !spec.columns.iter().any(|c| c.id == column && c.kind == FactType::Text) => {
                Some(Wrong::Type(TypeError::UnknownColumn(column.to_owned())))
            }
            Some(_) if !self.definition.facts.iter().any(|f| f.id == fact) => {
                Some(Wrong::FactNotListed(fact.to_owned()))
            }
            Some(_) => None,
        };
        if let Some(wrong) = wrong {
            self.within("options_from", |c| c.wrong(wrong));
        }
    }

    fn rules(&mut self) {
        let d = self.definition;
        self.unique("eligibility", d.eligibility.iter().map(|r| r.id.as_str()));
        self.each("eligibility", &d.eligibility, Self::rule);
        self.within("decision", |c| {
            c.each("rule", &d.decision.rules, Self::rule);
            c.unique("rule", d.decision.rules.iter().map(|r| r.id.as_str()));
        });
        if d.decision.instant && d.eligibility.is_empty() && d.decision.rules.is_empty() {
            self.within("decision", |c| c.within("rule", |c| c.wrong(Wrong::Empty)));
        }
        self.unique("refusal", d.refusals.iter().map(|r| r.id.as_str()));
        self.not_empty("refusal", &d.refusals);
        self.each("refusal", &d.refusals, |c, refusal| {
            c.id("id", &refusal.id, '-');
            c.text("text", &refusal.text);
        });
    }

    fn rule(&mut self, rule: &'a Rule) {
        self.id("id", &rule.id, '-');
        self.text("yes", &rule.yes);
        self.text("no", &rule.no);
        self.expression("that", &rule.that, Some(Type::Bool));
    }

    fn certificate(&mut self) {
        let Some(certificate) = &self.definition.certificate else { return };
        self.within("certificate", |c| {
            c.id("kind", &certificate.kind, '-');
            c.text("title", &certificate.title);
            if let Some(Validity::Until(until)) = &certificate.valid {
                c.within("valid", |c| c.expression("until", until, Some(Type::Date)));
            }
            c.not_empty("claim", &certificate.claims);
            c.unique("claim", certificate.claims.iter().map(|claim| claim.id.as_str()));
            c.each("claim", &certificate.claims, |c, claim| {
                c.id("id", &claim.id, '_');
                if RESERVED_CLAIMS.contains(&claim.id.as_str()) {
                    c.within("id", |c| c.wrong(Wrong::Reserved(claim.id.clone())));
                }
                c.text("label", &claim.label);
                c.expression("value", &claim.value, None);
            });
        });
    }

    /// An expression that may speak of every question and computed value.
    fn expression(&mut self, key: &str, expression: &Expr, wanted: Option<Type>) {
        let computed = self.definition.computed.len();
        self.typed(key, expression, wanted, None, computed);
    }

    fn typed(
        &mut self,
        key: &str,
        expression: &Expr,
        wanted: Option<Type>,
        fields: Option<&[&Field]>,
        computed: usize,
    ) {
        let visible = Visible { definition: self.definition, known: self.known, fields, computed };
        let mut found: Vec<(Path, Wrong)> = Vec::new();
        for (at, error) in type_errors(expression, &visible) {
            match error {
                TypeError::UnknownFact(id) => found.push((at, self.not_offered(&id))),
                // Wrong itself, which is said where it stands.
                TypeError::UnknownComputed(id) if self.definition.computed.iter().any(|c| c.id == id) => {}
                other => found.push((at, Wrong::Type(other))),
            }
        }
        match (infer(expression, &visible), wanted) {
            (Err(_), _) => {}
            (Ok(found_type), Some(wanted)) if found_type != wanted => {
                let expected = match wanted {
                    Type::Bool => "bool",
                    Type::Money => "money",
                    _ => "date",
                };
                found.push((vec![], Wrong::Expected { expected, found: found_type.to_string() }));
            }
            (Ok(_), _) => {
                for fact in expression.facts() {
                    if !self.definition.facts.iter().any(|f| f.id == fact) {
                        found.push((vec![], Wrong::FactNotListed(fact.to_owned())));
                    }
                }
                if let Some(earlier) = visible.fields {
                    found.extend(self.later_fields(expression, earlier).into_iter().map(|w| (vec![], w)));
                }
                for id in expression.fields() {
                    if self.never_asked.contains(id) && self.question != Some(id) {
                        found.push((vec![], Wrong::NeverAsked(id.to_owned())));
                    }
                }
            }
        }
        self.within(key, |c| {
            for (at, wrong) in found {
                let at = c.at.iter().cloned().chain(at).collect();
                c.problems.push(Problem { at, wrong });
            }
        });
    }

    /// Before everything else, so that rules can be told that they speak of such a question.
    fn find_never_asked(&mut self) {
        let (d, registers) = (self.definition, self.known.registers);
        let visible = Visible { definition: d, known: self.known, fields: None, computed: d.computed.len() };
        let mut earlier: Vec<&Field> = Vec::new();
        for field in d.fields() {
            let never = field.when.as_ref().is_some_and(|when| {
                infer(when, &visible) == Ok(Type::Bool)
                    && self.later_fields(when, &earlier).is_empty()
                    && never_shown(when, d, registers, &self.never_asked)
            });
            if never {
                self.never_asked.insert(&field.id);
            }
            earlier.push(field);
        }
    }

    /// Questions that a condition speaks of, itself or through computed values, and that do not come before it.
    fn later_fields(&self, expression: &Expr, earlier: &[&Field]) -> Vec<Wrong> {
        let mut spoken: BTreeSet<&str> = expression.fields().into_iter().collect();
        let mut open: Vec<&str> = expression.computed();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(computed) = self.definition.computed.iter().find(|c| c.id == id) {
                spoken.extend(computed.value.fields());
                open.extend(computed.value.computed());
            }
        }
        spoken
            .into_iter()
            .filter(|id| !earlier.iter().any(|f| f.id == *id))
            .map(|id| Wrong::LaterField(id.to_owned()))
            .collect()
    }
}

/// Parts and depth of an expression with the computed values in it spelled out; rows count once.
fn size(expr: &Expr, computed: &BTreeMap<&str, (u64, u64)>) -> (u64, u64) {
    if let Expr::Computed(id) = expr {
        return computed.get(id.as_str()).map_or((1, 1), |(parts, depth)| (parts + 1, depth + 1));
    }
    let (mut parts, mut deepest) = (1_u64, 0);
    for child in expr.children() {
        let (more, depth) = size(child, computed);
        parts = parts.saturating_add(more);
        deepest = depth.max(deepest);
    }
    (parts, deepest + 1)
}

/// Everything that keeps the expression from having a type, with the way to it: each part is looked at by itself. The
/// condition on the rows of a list is part of its `count`.
pub(super) fn type_errors(expr: &Expr, names: &impl Names) -> Vec<(Path, TypeError)> {
    let Err(whole) = infer(expr, names) else { return vec![] };
    let operation = expr.operation().unwrap_or_default().to_owned();
    let parts: Vec<(Option<String>, &Expr)> = match expr {
        Expr::Count { rows, .. } | Expr::Sum { rows, .. } => vec![(Some("of".into()), &**rows)],
        Expr::Pick { rows, is, .. } => vec![(Some("of".into()), &**rows), (Some("is".into()), &**is)],
        Expr::Not(a) | Expr::Known(a) | Expr::Age(a) => vec![(None, &**a)],
        other => other.children().into_iter().enumerate().map(|(n, e)| (Some(n.to_string()), e)).collect(),
    };
    let mut found = Vec::new();
    for (key, part) in parts {
        for (at, error) in type_errors(part, names) {
            let way = std::iter::once(operation.clone()).chain(key.clone()).chain(at).collect();
            found.push((way, error));
        }
    }
    if found.is_empty() { vec![(vec![], whole)] } else { found }
}

/// The name of an audience as written in definitions.
pub(super) fn audience_name(audience: Audience) -> &'static str {
    match audience {
        Audience::Person => "person",
        Audience::Entity => "entity",
    }
}

/// The name of a field type as written in definitions.
pub fn type_name(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::LongText => "long_text",
        FieldType::YesNo => "yes_no",
        FieldType::Choice => "choice",
        FieldType::MultiChoice => "multi_choice",
        FieldType::Date => "date",
        FieldType::Number => "number",
        FieldType::Money => "money",
        FieldType::Phone => "phone",
        FieldType::Address => "address",
        FieldType::File => "file",
        FieldType::Person => "person",
        FieldType::Group => "group",
    }
}
