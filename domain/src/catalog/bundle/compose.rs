//! A bundle as one definition: shared questions first, then of each member what is left to ask. Everything that works on
//! definitions (drafts, consent, facts, the form engine in a browser) works on it without knowing of bundles.

use std::collections::BTreeSet;

use super::leaves::{Gives, certificates, gives};
use super::{Bundle, Member, key, member_id};
use crate::cases::form::source;
use crate::catalog::definition::{
    Computed, ConsentTerms, Decision, Definition, FactUse, Step, Supplement, TimeLimit,
};
use crate::catalog::fee::{Due, Fee};
use crate::catalog::field::{AnswerCheck, Bound, Field, FieldType, Prefill};
use crate::rules::{Expr, Number, Rule, Value};
use crate::text::Text;

/// Stands between a member and its page.
const PAGE: &str = "--";
/// Stands before the id of a question that the bundle answers.
const GIVEN: &str = "given__";
/// The page that asks which members are wanted.
const CHOOSE: &str = "choose--members";

/// The bundle and its members' definitions, in the order of the members, as one definition. Total on what
/// [`super::check_bundle`] accepts; a member without a definition is left out.
pub fn compose(bundle: &Bundle, definitions: &[&Definition]) -> Definition {
    let mut steps = bundle.steps.clone();
    let members: Vec<Composer<'_>> = bundle
        .members
        .iter()
        .filter_map(|member| {
            let definition = definitions.iter().find(|d| d.code == member.service)?;
            Some(Composer { bundle, member, definition })
        })
        .collect();
    for composer in &members {
        composer.check_shared(&mut steps);
    }
    steps.extend(chooser(&members));
    steps.extend(members.iter().flat_map(Composer::steps));
    let first = members.first().map(|m| m.definition);
    Definition {
        code: bundle.code.clone(),
        name: bundle.name.clone(),
        summary: bundle.summary.clone(),
        aliases: bundle.aliases.clone(),
        themes: bundle.themes.clone(),
        // No office of its own: what is filed are the members.
        department: first.map(|d| d.department.clone()).unwrap_or_default(),
        level: first.map_or(crate::organisation::region::Level::County, |d| d.level),
        place: None,
        audience: bundle.audience.clone(),
        legal_basis: bundle.legal_basis.clone(),
        time_limit: longest(&members),
        visits: members.iter().map(|m| m.definition.visits).max().unwrap_or(0),
        once: None,
        fee: fee(&members),
        who: bundle.who.clone(),
        materials: materials(&members),
        result: joined(members.iter().map(|m| &m.definition.result)),
        then: bundle.then.clone(),
        document_minutes: None,
        supplement: Supplement::default(),
        consent: ConsentTerms {
            purpose: joined(members.iter().map(|m| &m.definition.consent.purpose)),
            keep_days: members.iter().map(|m| m.definition.consent.keep_days).max().unwrap_or(0),
        },
        facts: facts(bundle, &members),
        eligibility: members
            .iter()
            .filter(|m| m.applies().is_none())
            .flat_map(Composer::eligibility)
            .collect(),
        computed: members.iter().flat_map(Composer::computed).collect(),
        steps,
        decision: Decision { instant: false, separate: false, stages: Vec::new(), rules: Vec::new() },
        refusals: Vec::new(),
        certificate: None,
        faqs: Vec::new(),
    }
}

/// The question whether a member is wanted.
pub fn wanted_id(service: &str) -> String {
    format!("want__{}", key(service))
}

/// The member whose page a step is; `None` for shared pages.
pub fn step_owner(step: &str) -> Option<&str> {
    step.split_once(PAGE).map(|(service, _)| service).filter(|_| step != CHOOSE)
}

/// The computed value of an answer that the bundle gives.
fn given_id(service: &str, field: &str) -> String {
    member_id(service, &format!("{GIVEN}{field}"))
}

/// Whether a computed value of a form is an answer that the bundle gives to a member: nothing new to who filled it in.
pub fn is_given(computed: &str) -> bool {
    computed.split_once("__").is_some_and(|(_, id)| id.starts_with(GIVEN))
}

/// Whether a member is filed, as far as shared answers and facts tell; `None` for always.
pub(super) fn applies(member: &Member) -> Option<Expr> {
    let wanted = member.optional.then(|| is(Expr::Field(wanted_id(&member.service)), true));
    let parts: Vec<Expr> = member.when.iter().cloned().chain(wanted).collect();
    (!parts.is_empty()).then_some(Expr::All(parts))
}

fn is(expr: Expr, value: bool) -> Expr {
    Expr::Eq(Box::new([expr, Expr::from(value)]))
}

/// What must hold for something of a member to matter, and then it.
fn where_it_matters(conditions: Vec<Expr>, that: Expr) -> Expr {
    if conditions.is_empty() {
        return that;
    }
    Expr::Any(vec![Expr::Not(Box::new(Expr::All(conditions))), that])
}

fn chooser(members: &[Composer<'_>]) -> Option<Step> {
    let ask = |c: &Composer<'_>| {
        let name = &c.definition.name;
        Field {
            label: Text::new(
                format!("要一起办“{}”吗？", name.zh),
                format!("Do you want “{}” as well?", name.en),
            ),
            hint: Some(c.definition.summary.clone()),
            when: c.member.when.clone(),
            prefill: c.member.preselected.then_some(Prefill::Yes),
            ..Field::new(wanted_id(&c.member.service), FieldType::YesNo)
        }
    };
    let fields: Vec<Field> = members.iter().filter(|c| c.member.optional).map(ask).collect();
    (!fields.is_empty()).then(|| Step {
        id: CHOOSE.to_owned(),
        title: Text::new("要一起办哪些", "What else you want"),
        intro: None,
        fields,
    })
}

fn longest(members: &[Composer<'_>]) -> TimeLimit {
    let limits = || members.iter().map(|m| m.definition.time_limit);
    TimeLimit {
        statutory: limits().map(|l| l.statutory).max().unwrap_or(0),
        promised: limits().map(|l| l.promised).max().unwrap_or(0),
        tacit: false,
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a Text>) -> Text {
    let mut all: Vec<&Text> = Vec::new();
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    let join = |pick: fn(&Text) -> &str, with: &str, full_stop: char| {
        let parts: Vec<&str> = all.iter().map(|t| pick(t).trim_end_matches(full_stop)).collect();
        parts.join(with)
    };
    Text::new(join(|t| &t.zh, "；", '。'), join(|t| &t.en, "; ", '.'))
}

fn facts(bundle: &Bundle, members: &[Composer<'_>]) -> Vec<FactUse> {
    let mut all: Vec<FactUse> = Vec::new();
    for used in bundle.facts.iter().chain(members.iter().flat_map(|m| &m.definition.facts)) {
        match all.iter_mut().find(|f| f.id == used.id) {
            // Whoever needs it, needs it.
            Some(known) => known.optional &= used.optional,
            None => all.push(used.clone()),
        }
    }
    all
}

fn materials(members: &[Composer<'_>]) -> Vec<crate::catalog::Material> {
    let mut all: Vec<crate::catalog::Material> = Vec::new();
    for material in members.iter().flat_map(|m| &m.definition.materials) {
        if !all.iter().any(|m| m.name == material.name) {
            all.push(material.clone());
        }
    }
    all
}

/// What all members cost together, as far as it can be told.
fn fee(members: &[Composer<'_>]) -> Option<Fee> {
    let fees: Vec<(&Composer<'_>, &Fee)> =
        members.iter().filter_map(|m| Some((m, m.definition.fee.as_ref()?))).collect();
    let amount = fees.iter().map(|(m, fee)| {
        let amount = m.rewrite(&fee.amount);
        match applies(m.member) {
            Some(applies) => Expr::If(Box::new([applies, amount, Expr::Literal(Value::Money(0))])),
            None => amount,
        }
    });
    let amount = amount.reduce(|sum, next| Expr::Add(Box::new([sum, next])))?;
    Some(Fee {
        name: joined(fees.iter().map(|(_, fee)| &fee.name)),
        amount,
        due: if fees.iter().any(|(_, fee)| fee.due == Due::First) { Due::First } else { Due::OnResult },
        basis: joined(fees.iter().map(|(_, fee)| &fee.basis)),
    })
}

/// One member in the making of the whole.
struct Composer<'a> {
    bundle: &'a Bundle,
    member: &'a Member,
    definition: &'a Definition,
}

impl<'a> Composer<'a> {
    fn id(&self, id: &str) -> String {
        member_id(&self.member.service, id)
    }

    fn shared(&self, id: &str) -> Option<&'a Field> {
        self.bundle.steps.iter().flat_map(|s| &s.fields).find(|f| f.id == id)
    }

    fn applies(&self) -> Option<Expr> {
        applies(self.member)
    }

    /// An expression of the member, over the whole.
    fn rewrite(&self, expr: &Expr) -> Expr {
        match expr {
            Expr::Field(id) if self.member.answers.contains_key(id) => {
                Expr::Computed(given_id(&self.member.service, id))
            }
            Expr::Field(id) => Expr::Field(self.id(id)),
            Expr::Computed(id) => Expr::Computed(self.id(id)),
            other => other.map(&mut |part| self.rewrite(part)),
        }
    }

    /// Whether an expression of the member speaks of facts, itself or through computed values and given answers.
    fn rests_on_facts(&self, expr: &Expr) -> bool {
        let mut open = vec![expr];
        let mut seen = BTreeSet::new();
        while let Some(expr) = open.pop() {
            if !expr.facts().is_empty() {
                return true;
            }
            let computed = expr.computed().into_iter().filter(|id| seen.insert((0, id.to_string())));
            open.extend(
                computed
                    .filter_map(|id| self.definition.computed.iter().find(|c| c.id == id))
                    .map(|c| &c.value),
            );
            let fields = expr.fields().into_iter().filter(|id| seen.insert((1, id.to_string())));
            for id in fields.collect::<Vec<_>>() {
                // An answer to a shared question is not rewritten; what it rests on is the citizen.
                if let Some(answer) = self.member.answers.get(id).filter(|a| !a.facts().is_empty()) {
                    open.push(answer);
                }
            }
        }
        false
    }

    /// What registers will say of it by the time the member is filed nobody knows yet.
    fn is_open(&self, expr: &Expr) -> bool {
        self.member.is_later() && self.rests_on_facts(expr)
    }

    /// The member's pages with what is left to ask.
    fn steps(&self) -> Vec<Step> {
        let name = &self.definition.name;
        let step = |step: &Step| {
            let fields: Vec<Field> = step.fields.iter().filter_map(|f| self.question(f)).collect();
            (!fields.is_empty()).then(|| Step {
                id: format!("{}{PAGE}{}", self.member.service, step.id),
                title: Text::new(
                    format!("{} · {}", name.zh, step.title.zh),
                    format!("{} · {}", name.en, step.title.en),
                ),
                intro: step.intro.clone(),
                fields,
            })
        };
        self.definition.steps.iter().filter_map(step).collect()
    }

    /// A question of the member in the whole; `None` where the bundle's answer always gives it.
    fn question(&self, field: &Field) -> Option<Field> {
        let unless = match self.member.answers.get(&field.id) {
            Some(answer) => Some(self.validity(field, answer)?),
            None => None,
        };
        let conditions: Vec<Expr> =
            self.applies().into_iter().chain(field.when.as_ref().map(|w| self.rewrite(w))).collect();
        let checks = field.checks.iter().filter(|c| !self.is_open(&c.that));
        Some(Field {
            id: self.id(&field.id),
            when: (!conditions.is_empty()).then_some(Expr::All(conditions)),
            unless,
            checks: checks
                .map(|c| AnswerCheck {
                    that: self.rewrite_own(&c.that, &field.id, &Expr::Field(self.id(&field.id))),
                    say: c.say.clone(),
                })
                .collect(),
            ..field.clone()
        })
    }

    /// As [`Self::rewrite`], for a condition on `field` where its answer is `own`.
    fn rewrite_own(&self, expr: &Expr, field: &str, own: &Expr) -> Expr {
        match expr {
            Expr::Field(id) if id == field => own.clone(),
            Expr::Field(_) | Expr::Computed(_) => self.rewrite(expr),
            other => other.map(&mut |part| self.rewrite_own(part, field, own)),
        }
    }

    /// What says that an answer gives the member what it asks; `None` where it always does.
    fn validity(&self, field: &Field, answer: &Expr) -> Option<Expr> {
        let shared = |id: &str| self.shared(id);
        match answer {
            Expr::If(p) => {
                let branches = [self.validity(field, &p[1]), self.validity(field, &p[2])];
                if branches.iter().all(Option::is_none) && self.is_certain(&p[0]) {
                    return None;
                }
                let [yes, no] = branches.map(|b| b.unwrap_or(Expr::from(true)));
                Some(Expr::If(Box::new([p[0].clone(), yes, no])))
            }
            leaf => match gives(leaf, field, &shared) {
                Gives::Copy(shared) if is_always_answered(shared) => None,
                Gives::Copy(_) => Some(Expr::Known(Box::new(leaf.clone()))),
                Gives::Value(value) => self.value_validity(field, value),
            },
        }
    }

    fn value_validity(&self, field: &Field, value: &Expr) -> Option<Expr> {
        let before = certificates(value);
        if !before.is_empty() {
            // It comes with the approval of those; if they are not filed at all, it has to be asked.
            let conditions = before.iter().filter_map(|s| self.bundle.member(s)).filter_map(applies);
            let conditions: Vec<Expr> = conditions.collect();
            return (!conditions.is_empty()).then_some(Expr::All(conditions));
        }
        let mut parts = bounds(field, value);
        if !self.is_certain(value) {
            parts.insert(0, Expr::Known(Box::new(value.clone())));
        }
        let checks = field.checks.iter().filter(|c| !self.is_open(&c.that));
        parts.extend(checks.map(|c| self.rewrite_own(&c.that, &field.id, value)));
        (!parts.is_empty()).then_some(Expr::All(parts))
    }

    /// Whether a finished form always has a value for it.
    fn is_certain(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Literal(_) => true,
            Expr::Field(id) => {
                self.shared(id).is_some_and(|f| is_always_answered(f) && f.options_from.is_none())
            }
            Expr::Eq(_)
            | Expr::Ne(_)
            | Expr::In(..)
            | Expr::Has(..)
            | Expr::Not(_)
            | Expr::All(_)
            | Expr::Any(_)
            | Expr::If(_) => expr.children().into_iter().all(|part| self.is_certain(part)),
            _ => false,
        }
    }

    /// The member's own conditions on answers that are copied, at the shared questions they are copied from.
    fn check_shared(&self, steps: &mut [Step]) {
        for (id, answer) in &self.member.answers {
            let Some(field) = self.definition.field(id) else { continue };
            let conditions: Vec<Expr> =
                self.applies().into_iter().chain(field.when.as_ref().map(|w| self.rewrite(w))).collect();
            let checks: Vec<&AnswerCheck> = field.checks.iter().filter(|c| !self.is_open(&c.that)).collect();
            if !checks.is_empty() {
                self.check_copies(field, answer, conditions, &checks, steps);
            }
        }
    }

    fn check_copies(
        &self,
        field: &Field,
        answer: &Expr,
        conditions: Vec<Expr>,
        checks: &[&AnswerCheck],
        steps: &mut [Step],
    ) {
        if let Expr::If(p) = answer {
            for (branch, holds) in [(&p[1], true), (&p[2], false)] {
                let conditions = conditions.iter().cloned().chain([is(p[0].clone(), holds)]).collect();
                self.check_copies(field, branch, conditions, checks, steps);
            }
            return;
        }
        let Gives::Copy(shared) = gives(answer, field, &|id| self.shared(id)) else { return };
        let target = steps.iter_mut().flat_map(|s| &mut s.fields).find(|f| f.id == shared.id);
        if let Some(target) = target {
            target.checks.extend(checks.iter().map(|check| AnswerCheck {
                that: where_it_matters(conditions.clone(), self.rewrite(&check.that)),
                say: check.say.clone(),
            }));
        }
    }

    /// The conditions of a member that is always filed: of another one it would be odd to be told that they hold.
    fn eligibility(&self) -> Vec<Rule> {
        let rules = self.definition.eligibility.iter().filter(|r| !self.is_open(&r.that));
        rules
            .map(|rule| Rule {
                id: format!("{}-{}", self.member.service, rule.id),
                that: self.rewrite(&rule.that),
                ..rule.clone()
            })
            .collect()
    }

    /// The member's computed values and given answers, each after those it speaks of.
    fn computed(&self) -> Vec<Computed> {
        let mut done = BTreeSet::new();
        let mut all = Vec::new();
        for computed in &self.definition.computed {
            self.add_computed(&computed.id, &mut done, &mut all);
        }
        for id in self.member.answers.keys() {
            self.add_given(id, &mut done, &mut all);
        }
        all
    }

    fn add_spoken(&self, expr: &Expr, done: &mut BTreeSet<String>, all: &mut Vec<Computed>) {
        for id in expr.computed() {
            self.add_computed(id, done, all);
        }
        for id in expr.fields() {
            self.add_given(id, done, all);
        }
    }

    fn add_computed(&self, id: &str, done: &mut BTreeSet<String>, all: &mut Vec<Computed>) {
        let own = self.id(id);
        let Some(computed) = self.definition.computed.iter().find(|c| c.id == id) else { return };
        if !done.insert(own.clone()) {
            return;
        }
        self.add_spoken(&computed.value, done, all);
        let (name, label) = (&self.definition.name, &computed.label);
        // Of several services, which one works with it.
        let label = Text::new(format!("{} · {}", name.zh, label.zh), format!("{} · {}", name.en, label.en));
        all.push(Computed { id: own, label, value: self.rewrite(&computed.value) });
    }

    /// What the member's rules see of an answer that the bundle gives: nothing where the member would not ask.
    fn add_given(&self, id: &str, done: &mut BTreeSet<String>, all: &mut Vec<Computed>) {
        let own = given_id(&self.member.service, id);
        let Some((field, answer)) = self.definition.field(id).zip(self.member.answers.get(id)) else {
            return;
        };
        if !done.insert(own.clone()) {
            return;
        }
        if let Some(when) = &field.when {
            self.add_spoken(when, done, all);
        }
        for check in &field.checks {
            self.add_spoken(&check.that, done, all);
        }
        let validity = self.validity(field, answer);
        let conditions: Vec<Expr> =
            field.when.as_ref().map(|w| self.rewrite(w)).into_iter().chain(validity).collect();
        // Where it is not given it is asked, and where it is not asked either there is no answer.
        let value = match conditions.is_empty() {
            true => answer.clone(),
            false => Expr::If(Box::new([Expr::All(conditions), answer.clone(), Expr::Field(self.id(id))])),
        };
        all.push(Computed { id: own, label: field.label.clone(), value });
    }
}

fn is_always_answered(field: &Field) -> bool {
    !field.optional && field.when.is_none()
}

/// What a question's type asks of a value, as conditions on it.
fn bounds(field: &Field, value: &Expr) -> Vec<Expr> {
    let pair = |bound: Expr| Box::new([value.clone(), bound]);
    let day = |bound: &Bound| match bound {
        Bound::Day(day) => Expr::Literal(Value::Date(*day)),
        Bound::FromToday(days) => Expr::PlusDays(Box::new([
            Expr::Today,
            Expr::Literal(Value::Number(Number::whole(i64::from(*days)))),
        ])),
    };
    let amount = |n: Number| match field.kind {
        // Bounds of money are in yuan.
        FieldType::Money => Expr::Literal(Value::Money(n.ten_thousandths() / 100)),
        _ => Expr::Literal(Value::Number(n)),
    };
    let mut parts = Vec::new();
    parts.extend(field.earliest.as_ref().map(|b| Expr::Ge(pair(day(b)))));
    parts.extend(field.latest.as_ref().map(|b| Expr::Le(pair(day(b)))));
    parts.extend(field.min.map(|n| Expr::Ge(pair(amount(n)))));
    parts.extend(field.max.map(|n| Expr::Le(pair(amount(n)))));
    if field.kind == FieldType::Choice && !is_option(field, value) {
        let listed = Expr::In(Box::new(value.clone()), field.options.iter().map(|o| o.id.clone()).collect());
        parts.push(match source(field) {
            None => listed,
            // Which record is meant is told apart by counting those it is.
            Some((fact, key)) => {
                let found = Expr::Pick {
                    rows: Box::new(Expr::Fact(fact.to_owned())),
                    key: key.to_owned(),
                    is: Box::new(value.clone()),
                    column: key.to_owned(),
                };
                Expr::Any(vec![listed, Expr::Known(Box::new(found))])
            }
        });
    }
    parts
}

fn is_option(field: &Field, value: &Expr) -> bool {
    matches!(value, Expr::Literal(Value::Text(text)) if field.options.iter().any(|o| o.id == *text))
}
