//! What may be wrong with a bundle, found before any citizen meets it.

use std::collections::{BTreeMap, BTreeSet};

use super::leaves::{Gives, certificates, leaves, takes_values, wider};
use super::{Bundle, CERTIFICATE, Member, NUMBER, certificate_line};
use crate::catalog::check::{Checker, Known, Problem, Wrong, audience_name, type_errors, type_name};
use crate::catalog::definition::{
    Audience, ConsentTerms, Decision, Definition, FactUse, Supplement, TimeLimit,
};
use crate::catalog::field::{Field, FieldType};
use crate::catalog::{check, nearest};
use crate::certificates::CertificateNumber;
use crate::organisation::region::Level;
use crate::registers::Subject;
use crate::rules::typing::Names;
use crate::rules::{Expr, Type, TypeError, Value, infer};
use crate::text::Text;

/// Fewest members of a bundle: one service is not a bundle.
const FEWEST: usize = 2;

/// Everything wrong with `bundle`, in the order of its parts; `services` are all that there are.
pub fn check_bundle(bundle: &Bundle, services: &[Definition], known: &Known<'_>) -> Vec<Problem> {
    let shell = shell(bundle, services);
    let mut problems: Vec<Problem> =
        check(&shell, known).into_iter().filter(|p| is_its_own(p, bundle)).collect();
    let mut checker = BundleChecker { bundle, services, shell: &shell, checker: Checker::new(&shell, known) };
    checker.facts();
    checker.shared_questions();
    checker.members();
    checker.order();
    problems.extend(checker.checker.problems);
    problems
}

/// The bundle's own parts as a definition, so that they are checked as those of any service.
pub fn shell(bundle: &Bundle, services: &[Definition]) -> Definition {
    let words = || Text { zh: "—".into(), en: "—".into() };
    let mut facts = bundle.facts.clone();
    for used in members_of(bundle, services).flat_map(|(_, d)| &d.facts) {
        if !facts.iter().any(|f| f.id == used.id) {
            facts.push(FactUse { id: used.id.clone(), optional: true });
        }
    }
    Definition {
        code: bundle.code.clone(),
        name: bundle.name.clone(),
        summary: bundle.summary.clone(),
        aliases: bundle.aliases.clone(),
        themes: bundle.themes.clone(),
        department: String::new(),
        level: Level::County,
        place: None,
        audience: bundle.audience.clone(),
        legal_basis: bundle.legal_basis.clone(),
        time_limit: TimeLimit { statutory: 1, promised: 1, tacit: false },
        visits: 0,
        once: None,
        fee: None,
        who: bundle.who.clone(),
        materials: Vec::new(),
        result: words(),
        then: bundle.then.clone(),
        document_minutes: None,
        supplement: Supplement::default(),
        consent: ConsentTerms { purpose: words(), keep_days: 1 },
        facts,
        eligibility: Vec::new(),
        computed: Vec::new(),
        steps: bundle.steps.clone(),
        decision: Decision { instant: false, separate: false, stages: Vec::new(), rules: Vec::new() },
        refusals: Vec::new(),
        certificate: None,
        faqs: Vec::new(),
    }
}

/// Whether a problem of the shell is one of the bundle: what comes from its members is looked at where they are.
fn is_its_own(problem: &Problem, bundle: &Bundle) -> bool {
    match problem.at.first().map(String::as_str) {
        Some("code" | "name" | "summary" | "themes" | "audience" | "who" | "step") => true,
        Some("then") => !bundle.then.is_empty(),
        Some("legal_basis") => !bundle.legal_basis.is_empty(),
        None => true,
        Some(_) => false,
    }
}

fn members_of<'a>(
    bundle: &'a Bundle,
    services: &'a [Definition],
) -> impl Iterator<Item = (&'a Member, &'a Definition)> {
    bundle.members.iter().filter_map(|m| Some((m, services.iter().find(|d| d.code == m.service)?)))
}

struct BundleChecker<'a> {
    bundle: &'a Bundle,
    services: &'a [Definition],
    shell: &'a Definition,
    checker: Checker<'a>,
}

/// Names as a member's condition or answer sees them: the shared questions, facts, and certificates of members before.
struct Seen<'a> {
    shell: &'a Definition,
    known: &'a Known<'a>,
    /// Types by fact id.
    certificates: BTreeMap<String, Type>,
}

impl Names for Seen<'_> {
    fn field(&self, id: &str) -> Option<Type> {
        self.shell.field(id).map(|f| f.kind.rule_type(&f.fields))
    }

    fn fact(&self, id: &str) -> Option<Type> {
        let of_register = || self.known.registers.fact(id).map(|(_, fact)| fact.rule_type());
        self.certificates.get(id).cloned().or_else(of_register)
    }

    fn computed(&self, _: &str) -> Option<Type> {
        None
    }

    fn region_exists(&self, code: &str) -> bool {
        (self.known.region_exists)(code)
    }

    fn options(&self, field: &str) -> Option<Vec<String>> {
        let field = self.shell.field(field).filter(|f| f.options_from.is_none())?;
        let has_options = matches!(field.kind, FieldType::Choice | FieldType::MultiChoice);
        has_options.then(|| field.options.iter().map(|o| o.id.clone()).collect())
    }
}

/// Names as a member service itself sees them, for the types of what its certificate says.
struct Own<'a> {
    definition: &'a Definition,
    known: &'a Known<'a>,
    computed: usize,
}

impl Names for Own<'_> {
    fn field(&self, id: &str) -> Option<Type> {
        self.definition.field(id).map(|f| f.kind.rule_type(&f.fields))
    }

    fn fact(&self, id: &str) -> Option<Type> {
        self.known.registers.fact(id).map(|(_, fact)| fact.rule_type())
    }

    fn computed(&self, id: &str) -> Option<Type> {
        let all = &self.definition.computed[..self.computed];
        let place = all.iter().position(|c| c.id == id)?;
        infer(&all[place].value, &Own { computed: place, ..*self }).ok()
    }

    fn region_exists(&self, code: &str) -> bool {
        (self.known.region_exists)(code)
    }

    fn options(&self, _: &str) -> Option<Vec<String>> {
        None
    }
}

impl<'a> BundleChecker<'a> {
    fn wrong(&mut self, at: &[&str], wrong: Wrong) {
        let at = self.checker.at.iter().cloned().chain(at.iter().map(|s| (*s).to_owned())).collect();
        self.checker.problems.push(Problem { at, wrong });
    }

    fn service(&self, code: &str) -> Option<&'a Definition> {
        self.services.iter().find(|d| d.code == code)
    }

    /// Facts that the bundle names itself.
    fn facts(&mut self) {
        let bundle = self.bundle;
        if self.service(&bundle.code).is_some() {
            self.wrong(&["code"], Wrong::CodeOfService(bundle.code.clone()));
        }
        let spoken = self.spoken();
        let mut seen = BTreeSet::new();
        for (place, fact) in bundle.facts.iter().enumerate() {
            let of_entity = |subject: &Subject| *subject == Subject::Entity;
            let wrong = match self.checker.known.registers.fact(&fact.id) {
                _ if !seen.insert(&fact.id) => Some(Wrong::Duplicate(fact.id.clone())),
                None => Some(self.checker.not_offered(&fact.id)),
                Some((register, _))
                    if of_entity(&register.subject) && bundle.audience.contains(&Audience::Person) =>
                {
                    Some(Wrong::FactOfOtherSubject(fact.id.clone()))
                }
                Some(_) if !spoken.contains(fact.id.as_str()) => Some(Wrong::FactUnused(fact.id.clone())),
                Some(_) => None,
            };
            if let Some(wrong) = wrong {
                self.wrong(&["fact", &place.to_string(), "id"], wrong);
            }
        }
    }

    /// Ids of facts that the bundle itself speaks of.
    fn spoken(&self) -> BTreeSet<&'a str> {
        let mut spoken = BTreeSet::new();
        let questions = self.bundle.steps.iter().flat_map(|s| &s.fields);
        for field in questions.flat_map(|f| std::iter::once(f).chain(&f.fields)) {
            spoken.extend(field.about.iter().map(String::as_str));
            spoken.extend(field.options_from.as_deref().and_then(|s| s.split_once(':')).map(|(f, _)| f));
            let conditions = field.when.iter().chain(field.checks.iter().map(|c| &c.that));
            spoken.extend(conditions.flat_map(Expr::facts));
        }
        for member in &self.bundle.members {
            spoken.extend(member.when.iter().chain(member.answers.values()).flat_map(Expr::facts));
        }
        spoken
    }

    /// A shared question that nothing rests on is not asked.
    fn shared_questions(&mut self) {
        let bundle = self.bundle;
        let mut used = BTreeSet::new();
        for member in &bundle.members {
            used.extend(member.when.iter().chain(member.answers.values()).flat_map(Expr::fields));
        }
        let fields = || bundle.steps.iter().flat_map(|s| &s.fields);
        for field in fields() {
            used.extend(field.when.iter().flat_map(Expr::fields));
        }
        for (number, step) in bundle.steps.iter().enumerate() {
            for (place, field) in step.fields.iter().enumerate() {
                let at = ["step", &number.to_string(), "field", &place.to_string(), "id"];
                if !used.contains(field.id.as_str()) {
                    self.wrong(&at, Wrong::QuestionUnused(field.id.clone()));
                }
                // Two underscores stand between a member and its question.
                if field.id.contains("__") {
                    self.wrong(&at, Wrong::BadId(field.id.clone()));
                }
            }
            if step.id.contains("--") {
                self.wrong(&["step", &number.to_string(), "id"], Wrong::BadId(step.id.clone()));
            }
        }
    }

    fn members(&mut self) {
        let bundle = self.bundle;
        if bundle.members.is_empty() {
            self.wrong(&["member"], Wrong::Empty);
        } else if bundle.members.len() < FEWEST {
            self.wrong(&["member"], Wrong::TooFew(FEWEST as u32));
        }
        let mut seen = BTreeSet::new();
        for (place, member) in bundle.members.iter().enumerate() {
            self.checker.at = vec!["member".into(), place.to_string()];
            if !seen.insert(member.service.as_str()) {
                self.wrong(&["service"], Wrong::Duplicate(member.service.clone()));
            }
            self.member(member);
        }
        self.checker.at.clear();
    }

    fn member(&mut self, member: &'a Member) {
        let bundle = self.bundle;
        if member.preselected && !member.optional {
            self.wrong(&["preselected"], Wrong::Needs { member: "optional" });
        }
        if let Some(when) = &member.when {
            self.typed(&["when"], when, &Type::Bool, BTreeMap::new());
        }
        let mut waits = BTreeSet::new();
        for (place, code) in member.after.iter().enumerate() {
            if bundle.member(code).is_none() {
                self.wrong(&["after", &place.to_string()], Wrong::NotAMember(code.clone()));
            } else if !waits.insert(code) {
                self.wrong(&["after", &place.to_string()], Wrong::Duplicate(code.clone()));
            }
        }
        let Some(definition) = self.service(&member.service) else {
            let code = member.service.clone();
            let similar = nearest(&code, self.services.iter().map(|d| d.code.as_str()));
            let similar = similar.map(str::to_owned).into_iter().collect();
            return self.wrong(&["service"], Wrong::UnknownService { code, similar });
        };
        if let Some(other) = bundle.audience.iter().find(|a| !definition.audience.contains(a)) {
            self.wrong(&["service"], Wrong::OtherAudience(audience_name(*other)));
        }
        for (id, answer) in &member.answers {
            match definition.field(id) {
                Some(field) => self.answer(member, definition, field, answer),
                None => {
                    let similar = nearest(id, definition.fields().map(|f| f.id.as_str()));
                    let similar = similar.map(str::to_owned).into_iter().collect();
                    self.wrong(&["answers", id], Wrong::NoSuchQuestion { id: id.clone(), similar });
                }
            }
        }
    }

    fn answer(&mut self, member: &Member, definition: &Definition, field: &Field, answer: &'a Expr) {
        let at = ["answers", field.id.as_str()];
        let problems = self.checker.problems.len();
        let certificates = self.certificates_before(member, answer, &at);
        if self.checker.problems.len() > problems {
            return;
        }
        let type_of_answers = field.kind.rule_type(&field.fields);
        self.typed(&at, answer, &type_of_answers, certificates);
        if self.checker.problems.len() > problems {
            return;
        }
        let shell = self.shell;
        for leaf in leaves(answer, field, &|id| shell.field(id)) {
            self.leaf(&leaf, field, &at);
        }
        if answer.facts().into_iter().any(|f| f.starts_with(CERTIFICATE)) {
            for later in rests_on(definition, &field.id) {
                if !member.answers.contains_key(later) {
                    self.wrong(&at, Wrong::DependsOnCertificate(later.to_owned()));
                }
            }
        }
    }

    fn leaf(&mut self, leaf: &Gives<'_>, field: &Field, at: &[&str]) {
        match leaf {
            Gives::Copy(shared) => {
                for member in wider(shared, field) {
                    self.wrong(at, Wrong::Wider { shared: shared.id.clone(), member });
                }
            }
            Gives::Value(_) if !takes_values(field.kind) => {
                self.wrong(at, Wrong::NeedsSharedQuestion(type_name(field.kind)));
            }
            Gives::Value(Expr::Literal(Value::Text(option)))
                if field.kind == FieldType::Choice && field.options_from.is_none() =>
            {
                let options: Vec<String> = field.options.iter().map(|o| o.id.clone()).collect();
                if !options.contains(option) {
                    let (field, option) = (field.id.clone(), option.clone());
                    self.wrong(at, Wrong::Type(TypeError::UnknownOption { field, option, options }));
                }
            }
            Gives::Value(Expr::Fact(fact))
                if certificate_line(fact).is_some_and(|(_, line)| line == NUMBER)
                    && field.max_length.is_some_and(|most| most < CertificateNumber::LONGEST) =>
            {
                self.wrong(at, Wrong::ShorterThanNumber(CertificateNumber::LONGEST));
            }
            Gives::Value(_) => {}
        }
    }

    /// Types of the certificate lines that an answer reads.
    fn certificates_before(&mut self, member: &Member, answer: &Expr, at: &[&str]) -> BTreeMap<String, Type> {
        let mut types = BTreeMap::new();
        for service in certificates(answer) {
            if !self.comes_after(member, service) {
                self.wrong(at, Wrong::NotBefore(service.to_owned()));
            }
        }
        for fact in answer.facts() {
            let Some((service, line)) = certificate_line(fact) else { continue };
            match self.line(service, line) {
                Ok(found) => {
                    types.insert(fact.to_owned(), found);
                }
                Err(similar) => {
                    self.wrong(at, Wrong::FactNotOffered { id: fact.to_owned(), similar });
                }
            }
        }
        types
    }

    /// The type of a line of the certificate that a service issues, or what there is instead.
    fn line(&self, service: &str, line: &str) -> Result<Type, Vec<String>> {
        let Some(definition) = self.service(service) else { return Err(Vec::new()) };
        let Some(certificate) = &definition.certificate else { return Err(Vec::new()) };
        if line == NUMBER {
            return Ok(Type::Text);
        }
        let own = Own { definition, known: self.checker.known, computed: definition.computed.len() };
        let claim = certificate.claims.iter().find(|c| c.id == line);
        let found = claim.and_then(|c| infer(&c.value, &own).ok());
        let ids = || std::iter::once(NUMBER).chain(certificate.claims.iter().map(|c| c.id.as_str()));
        found.ok_or_else(|| ids().map(|id| format!("{CERTIFICATE}{service}.{id}")).collect())
    }

    fn comes_after(&self, member: &Member, service: &str) -> bool {
        let mut open: Vec<&str> = member.after.iter().map(String::as_str).collect();
        let mut seen = BTreeSet::new();
        while let Some(code) = open.pop() {
            if code == service {
                return true;
            }
            if seen.insert(code) {
                let before = self.bundle.member(code).map(|m| &m.after);
                open.extend(before.into_iter().flatten().map(String::as_str));
            }
        }
        false
    }

    fn typed(&mut self, at: &[&str], expr: &Expr, wanted: &Type, certificates: BTreeMap<String, Type>) {
        let seen = Seen { shell: self.shell, known: self.checker.known, certificates };
        let mut found = Vec::new();
        for (way, error) in type_errors(expr, &seen) {
            match error {
                TypeError::UnknownFact(id) => found.push((way, self.checker.not_offered(&id))),
                other => found.push((way, Wrong::Type(other))),
            }
        }
        match infer(expr, &seen) {
            Err(_) => {}
            Ok(is) if !(is == *wanted || is.is_text() && wanted.is_text()) => {
                let expected = type_word(wanted);
                found.push((vec![], Wrong::Expected { expected, found: is.to_string() }));
            }
            Ok(_) => {
                let listed =
                    |id: &str| id.starts_with(CERTIFICATE) || self.shell.facts.iter().any(|f| f.id == id);
                let unlisted = expr.facts().into_iter().filter(|id| !listed(id));
                found.extend(unlisted.map(|id| (vec![], Wrong::FactNotListed(id.to_owned()))));
            }
        }
        for (way, wrong) in found {
            let at: Vec<&str> = at.iter().copied().chain(way.iter().map(String::as_str)).collect();
            self.wrong(&at, wrong);
        }
    }

    /// Members that wait for each other, in a circle. Each circle is said once, where its first member stands.
    fn order(&mut self) {
        let bundle = self.bundle;
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (place, member) in bundle.members.iter().enumerate() {
            let Some(circle) = circle(bundle, &member.service) else { continue };
            if !circle.iter().any(|code| told.contains(code)) {
                let names = circle.iter().map(|c| (*c).to_owned()).collect();
                self.wrong(&["member", &place.to_string(), "after"], Wrong::Cycle(names));
            }
            told.extend(circle);
        }
    }
}

/// The way from a member back to itself, if there is one.
fn circle<'a>(bundle: &'a Bundle, start: &str) -> Option<Vec<&'a str>> {
    let first = bundle.member(start)?;
    let mut open = vec![vec![first]];
    let mut seen = BTreeSet::new();
    while let Some(way) = open.pop() {
        for code in &way.last()?.after {
            if code == start {
                return Some(
                    way.iter().map(|m| m.service.as_str()).chain([first.service.as_str()]).collect(),
                );
            }
            if let Some(next) = bundle.member(code).filter(|_| seen.insert(code)) {
                open.push(way.iter().copied().chain([next]).collect());
            }
        }
    }
    None
}

/// Questions of a definition whose condition rests on the answer to `field`.
fn rests_on<'d>(definition: &'d Definition, field: &str) -> Vec<&'d str> {
    let speaks = |expr: &Expr| {
        let mut open = expr.computed();
        let mut seen = BTreeSet::new();
        let mut fields = expr.fields();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(computed) = definition.computed.iter().find(|c| c.id == id) {
                fields.extend(computed.value.fields());
                open.extend(computed.value.computed());
            }
        }
        fields.contains(&field)
    };
    let questions = definition.fields().filter(|f| f.id != field);
    questions.filter(|f| f.when.as_ref().is_some_and(speaks)).map(|f| f.id.as_str()).collect()
}

fn type_word(wanted: &Type) -> &'static str {
    match wanted {
        Type::Text => "text",
        Type::Choice => "choice",
        Type::Region => "region",
        Type::Bool => "bool",
        Type::Number => "number",
        Type::Money => "money",
        Type::Date => "date",
        Type::Set => "set",
        Type::Records(_) => "records",
    }
}
