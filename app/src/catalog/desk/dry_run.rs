//! Trying a definition out: facts of a sample person or typed by hand, answers in the form as people see it, and what would
//! become of it. What was typed is kept in the session like every form on its way; no case is made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::Path;
use backend::catalog::Service;
use backend::catalog::display::yuan;
use backend::catalog::dry_run::{DryRun, dry_run, examples};
use backend::catalog::manage::{CatalogueError, Subject, subject};
use backend::catalog::samples::{Sample, sample, samples};
use backend::identity::{FormDraft, form_draft, keep_draft};
use domain::cases::form::{MAX_ROWS, fold_computed, fold_fields};
use domain::cases::{Outcome, Raw, wire};
use domain::catalog::field::FieldType;
use domain::catalog::{Audience, Field};
use domain::ids::{ProposalId, VersionId};
use domain::registers::typed::BETWEEN;
use domain::registers::{FactSpec, FactState, FactType, Facts, NotTyped};
use domain::text::Locale;
use http::StatusCode;
use jiff::civil::Date;
use leptos::prelude::*;

use super::edit::{page, to};
use super::fail;
use crate::cases::desk::Teller;
use crate::cases::desk::frame::{Desk, Spot};
use crate::cases::islands::FormRules;
use crate::cases::{Sheet, raw as controls};
use crate::errors::PageError;
use crate::ui::{
    Alert, AlertKind, Breadcrumb, ButtonKind, Card, Choice, Disclosure, ErrorLink, ErrorSummary, PageHead,
    SelectField, StaffLayout, SubmitButton, SummaryList, SummaryRow, TextArea, TextField, TextKind, Ticks,
};
use crate::visit::{PageResult, Visit};
use crate::words::{text, with};

const FORM: &str = "catalogue-try";
/// Bytes that may be typed.
const MOST: usize = 512 << 10;
/// What a control of a fact is called before its id: no question has such a name.
const FACT: &str = "fact:";
/// Typed for a register that has not answered.
const PENDING: &str = "?";

/// What was typed.
#[derive(Default)]
struct Typed {
    sample: String,
    /// The day on which it is tried out.
    day: String,
    /// By id.
    facts: BTreeMap<String, String>,
    answers: Raw,
    /// Whether the result is looked at.
    ran: bool,
}

impl Typed {
    fn read(draft: &FormDraft, about: &str) -> Option<Typed> {
        (draft.get("subject") == about).then(|| Typed {
            sample: draft.get("sample").to_owned(),
            day: draft.get("day").to_owned(),
            facts: serde_json::from_str(draft.get("facts")).unwrap_or_default(),
            answers: serde_json::from_str(draft.get("answers")).unwrap_or_default(),
            ran: draft.get("ran") == "yes",
        })
    }

    fn draft(&self, about: &str) -> FormDraft {
        // Maps of text: this cannot fail.
        let json = |value: serde_json::Result<String>| value.unwrap_or_default();
        let ran = if self.ran { "yes" } else { "" };
        let answers = [
            ("subject", about.to_owned()),
            ("sample", self.sample.clone()),
            ("day", self.day.clone()),
            ("facts", json(serde_json::to_string(&self.facts))),
            ("answers", json(serde_json::to_string(&self.answers))),
            ("ran", ran.to_owned()),
        ];
        let answers = answers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        FormDraft { answers, errors: Vec::new() }
    }

    /// Writes facts as they would be typed.
    fn write(&mut self, visit: &Visit, facts: &Facts) {
        let registers = &visit.backend().catalog.reference.registers;
        self.facts = facts
            .0
            .iter()
            .filter_map(|(id, state)| {
                let (_, spec) = registers.fact(id)?;
                let text = match state {
                    FactState::Known(value) => spec.to_typed(value),
                    FactState::Pending => PENDING.to_owned(),
                    FactState::NoRecord | FactState::Contested(_) => String::new(),
                };
                Some((id.clone(), text))
            })
            .collect();
    }
}

/// The definition; one that cannot be read leads back to where it is mended.
async fn sought(visit: &Visit, about: Subject) -> Result<Result<Arc<Service>, String>, PageError> {
    match subject(visit.backend(), visit.actor(), about).await {
        Ok(service) => Ok(Ok(service)),
        Err(CatalogueError::Unsound(_)) => Ok(Err(match about {
            Subject::Proposal(id) => format!("{}?wrong=unsound#error-summary", page(id)),
            Subject::Version(_) => "/staff/catalogue".to_owned(),
        })),
        Err(error) => Err(fail(visit, error)),
    }
}

/// The page on which something is tried out.
fn here(about: Subject) -> String {
    match about {
        Subject::Version(id) => format!("/staff/catalogue/versions/{id}/try"),
        Subject::Proposal(id) => format!("/staff/catalogue/proposals/{id}/try"),
    }
}

pub(super) async fn show_version(visit: Visit, Path(id): Path<VersionId>) -> PageResult {
    show(visit, Subject::Version(id)).await
}

pub(super) async fn show_proposal(visit: Visit, Path(id): Path<ProposalId>) -> PageResult {
    show(visit, Subject::Proposal(id)).await
}

type Pairs = Form<Vec<(String, String)>>;

pub(super) async fn keep_version(visit: Visit, Path(id): Path<VersionId>, Form(pairs): Pairs) -> PageResult {
    keep(visit, Subject::Version(id), pairs).await
}

pub(super) async fn keep_proposal(
    visit: Visit,
    Path(id): Path<ProposalId>,
    Form(pairs): Pairs,
) -> PageResult {
    keep(visit, Subject::Proposal(id), pairs).await
}

/// The sample people who could apply for it: persons, or who acts for a legal entity.
fn fitting(service: &Service) -> Vec<&'static Sample> {
    let audience = &service.definition.audience;
    let fits = |sample: &&Sample| match sample.entity {
        true => audience.contains(&Audience::Entity),
        false => audience.contains(&Audience::Person),
    };
    samples().iter().filter(fits).collect()
}

async fn typed(visit: &Visit, service: &Service, about: &str) -> Result<Typed, PageError> {
    if let Some(viewer) = &visit.viewer {
        let draft = form_draft(visit.backend(), viewer.session.id, FORM).await?;
        if let Some(typed) = Typed::read(&draft, about) {
            return Ok(typed);
        }
    }
    // The first who fits, today.
    let today = visit.backend().now().date_in_china();
    let mut typed = Typed { day: today.to_string(), ..Typed::default() };
    if let Some(first) = fitting(service).first() {
        typed.sample = first.id.clone();
        typed.write(visit, &facts_of(first, service));
    }
    Ok(typed)
}

fn facts_of(sample: &Sample, service: &Service) -> Facts {
    sample.facts_of(service.definition.facts.iter().map(|fact| fact.id.clone()))
}

async fn keep(visit: Visit, about: Subject, pairs: Vec<(String, String)>) -> PageResult {
    visit.staff()?;
    let service = match sought(&visit, about).await? {
        Ok(service) => service,
        Err(address) => return to(&address),
    };
    if pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MOST {
        return Err(PageError::Status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let here = here(about);
    let mut posted = controls(pairs);
    let mut take = |name: &str| posted.remove(name).and_then(|v| v.into_iter().next()).unwrap_or_default();
    let (act, sampled, day) = (take("do"), take("sample"), take("day"));
    let (rows, places) = (take("_rows"), take("_places"));
    let mut typed = Typed { sample: sampled, day, ran: act == "run", ..Typed::default() };
    for fact in &service.definition.facts {
        typed.facts.insert(fact.id.clone(), take(&format!("{FACT}{}", fact.id)));
    }
    if let Some((control, count)) = rows.split_once(':') {
        posted.insert(control.to_owned(), vec![count.to_owned()]);
    }
    let known = |control: &str| {
        let root = control.split(['.', '-']).next().unwrap_or_default();
        service.definition.field(root).is_some()
    };
    posted.retain(|control, _| known(control));
    typed.answers = with_files(&visit, &service, posted);
    let today = visit.backend().now().date_in_china();
    match act.as_str() {
        "sample" => {
            if let Some(sample) = sample(&typed.sample) {
                typed.write(&visit, &facts_of(sample, &service));
            }
        }
        "examples" => {
            let day = typed.day.parse().unwrap_or(today);
            typed.write(&visit, &examples(visit.backend(), &service, day));
            typed.sample.clear();
        }
        _ => {}
    }
    if let Some(viewer) = &visit.viewer {
        keep_draft(visit.backend(), viewer.session.id, FORM, &typed.draft(&here)).await?;
    }
    match act.as_str() {
        "run" => to(&format!("{here}#result")),
        _ if !places.is_empty() => to(&format!("{here}#{places}.region")),
        _ => to(&here),
    }
}

/// Every file that is asked for counts as given: none is taken here.
fn with_files(visit: &Visit, service: &Service, mut answers: Raw) -> Raw {
    let file = || vec![visit.backend().id().to_string()];
    for field in service.definition.fields() {
        if field.kind == FieldType::File {
            answers.insert(field.id.clone(), file());
        }
        let inner: Vec<&Field> = field.fields.iter().filter(|f| f.kind == FieldType::File).collect();
        if inner.is_empty() {
            continue;
        }
        let rows = answers.get(&field.id).and_then(|v| v.first()).and_then(|n| n.parse().ok()).unwrap_or(0);
        for row in 0..usize::min(rows, MAX_ROWS) {
            for f in &inner {
                answers.insert(format!("{}.{row}.{}", field.id, f.id), file());
            }
        }
    }
    answers
}

/// The facts that were typed, and what is wrong with them.
fn read_facts(visit: &Visit, service: &Service, typed: &Typed) -> (Facts, Vec<ErrorLink>) {
    let registers = &visit.backend().catalog.reference.registers;
    let (mut facts, mut wrong) = (BTreeMap::new(), Vec::new());
    for fact in &service.definition.facts {
        let Some((_, spec)) = registers.fact(&fact.id) else { continue };
        let written = typed.facts.get(&fact.id).map_or("", String::as_str);
        let state = match (written.trim() == PENDING, spec.typed(written)) {
            (true, _) => FactState::Pending,
            (false, Ok(Some(value))) => FactState::Known(value),
            (false, Ok(None)) => FactState::NoRecord,
            (false, Err(error)) => {
                let name = spec.name.get(visit.locale).to_owned();
                let text = not_typed(&error, name, visit.locale);
                wrong.push(ErrorLink { field: format!("{FACT}{}", fact.id), text });
                FactState::Pending
            }
        };
        facts.insert(fact.id.clone(), state);
    }
    (Facts(facts), wrong)
}

fn not_typed(error: &NotTyped, name: String, locale: Locale) -> String {
    let said = |key: &str| with(locale, key, &[("name", name.clone().into())]);
    match error {
        NotTyped::YesNo => said("error-cat-fact-yes-no"),
        NotTyped::Number => said("error-cat-fact-number"),
        NotTyped::Money => said("error-cat-fact-money"),
        NotTyped::Date => said("error-cat-fact-date"),
        NotTyped::Region => said("error-cat-fact-region"),
        NotTyped::Code => said("error-cat-fact-code"),
        NotTyped::TooMany => said("error-cat-fact-too-many"),
        NotTyped::Columns { line, wanted } => with(
            locale,
            "error-cat-fact-columns",
            &[("name", name.into()), ("line", (*line).into()), ("wanted", (*wanted).into())],
        ),
    }
}

async fn show(visit: Visit, about: Subject) -> PageResult {
    let desk = Desk::of(&visit, Spot::Catalogue).await?;
    let service = match sought(&visit, about).await? {
        Ok(service) => service,
        Err(address) => return to(&address),
    };
    let locale = visit.locale;
    let typed = typed(&visit, &service, &here(about)).await?;
    let today = visit.backend().now().date_in_china();
    let (facts, mut errors) = read_facts(&visit, &service, &typed);
    let day: Date = typed.day.parse().unwrap_or_else(|_| {
        errors.push(ErrorLink { field: "day".into(), text: text(locale, "error-cat-day") });
        today
    });
    let run = dry_run(visit.backend(), service.clone(), facts, typed.answers.clone(), day)
        .map_err(|e| fail(&visit, e))?;
    let reference = &visit.backend().catalog.reference;
    let sheet = Sheet {
        opened: &run.opened,
        form: &run.form,
        files: &[],
        reference,
        locale,
        account_phone: None,
        checked: typed.ran,
    };
    let definition = &service.definition;
    errors.extend(definition.steps.iter().flat_map(|step| sheet.errors(&step.fields)));
    let scope = run.opened.scope(&run.form, false);
    let rules = wire::encode(
        &fold_fields(&definition.fields().collect::<Vec<_>>(), &scope),
        &fold_computed(&definition.computed, &scope),
        &Raw::new(),
        run.opened.day,
    );
    let live = definition.fields().any(|field| field.when.is_some());
    let name = definition.name.get(locale).to_owned();
    let title = text(locale, "cat-try-title");
    let action = here(about);
    let crumbs = crumbs(about, &service, locale);
    let ran = typed.ran;
    let facts_label = with(locale, "cat-try-facts", &[("n", definition.facts.len().into())]);
    visit.page(format!("{title} · {name}"), || {
        let t = move |key: &str| text(locale, key);
        let (sampled, on_day, by_hand) = (typed.sample.clone(), typed.day.clone(), typed.sample.is_empty());
        let choices: Vec<Choice> = fitting(&service)
            .into_iter()
            .map(|s| Choice::new(s.id.clone(), format!("{} · {}", s.name, s.about.get(locale))))
            .collect();
        let facts = fact_fields(&visit, &service, &typed, &errors);
        let steps = definition
            .steps
            .iter()
            .map(|step| {
                let (title, fields) = (step.title.get(locale).to_owned(), sheet.view(&step.fields));
                view! { <Card title>{fields}</Card> }
            })
            .collect_view()
            .into_any();
        let questions = match live {
            true => view! { <FormRules rules><div class="stack">{steps}</div></FormRules> }.into_any(),
            false => view! { <div class="stack">{steps}</div> }.into_any(),
        };
        let result = ran.then(|| result(&visit, &run));
        let summary = (ran || !errors.is_empty()).then(|| {
            let errors = errors.clone();
            view! { <ErrorSummary title=t("error-summary") errors/> }
        });
        view! {
            <StaffLayout frame=desk.frame>
                <Breadcrumb links=crumbs here=title.clone()/>
                <PageHead title lead=t("cat-try-lead")/>
                <form class="form stack" method="post" action=action novalidate=true>
                    // The first button of a form is pressed by the Enter key.
                    <button class="visually-hidden" type="submit" name="do" value="run" tabindex="-1" aria-hidden="true">
                        {t("cat-try-run")}
                    </button>
                    {summary}
                    <Card title=t("cat-try-who")>
                        <SelectField name="sample" label=t("cat-try-sample") hint=t("cat-try-sample-hint") choices value=sampled prompt=t("cat-try-by-hand")/>
                        <TextField name="day" label=t("cat-try-day") value=on_day kind=TextKind::Date maxlength=10/>
                        <div class="row">
                            <SubmitButton label=t("cat-try-take") kind=ButtonKind::Secondary small=true name="do" value="sample"/>
                            <SubmitButton label=t("cat-try-examples") kind=ButtonKind::Secondary small=true name="do" value="examples"/>
                        </div>
                        <Disclosure summary=facts_label open=by_hand plain=true>
                            <p class="muted">{t("cat-try-facts-hint")}</p>
                            {facts}
                        </Disclosure>
                    </Card>
                    {questions}
                    <p class="muted">{t("cat-try-files")}</p>
                    <div class="row"><SubmitButton label=t("cat-try-run") name="do" value="run"/></div>
                </form>
                {result}
            </StaffLayout>
        }
    })
}

fn crumbs(about: Subject, service: &Service, locale: Locale) -> Vec<(String, String)> {
    let name = service.definition.name.get(locale).to_owned();
    let href = match about {
        Subject::Proposal(id) => page(id),
        Subject::Version(_) => format!("/staff/catalogue/services/{}", service.code()),
    };
    vec![("/staff/catalogue".to_owned(), text(locale, "cat-title")), (href, name)]
}

/// One control for each fact of the definition.
fn fact_fields(visit: &Visit, service: &Service, typed: &Typed, errors: &[ErrorLink]) -> AnyView {
    let (registers, locale) = (&visit.backend().catalog.reference.registers, visit.locale);
    let field = |id: &String| {
        let (register, spec) = registers.fact(id)?;
        let name = format!("{FACT}{id}");
        let error = errors.iter().find(|e| e.field == name).map(|e| e.text.clone());
        let label = format!("{} · {}", spec.name.get(locale), register.name.get(locale));
        let value = typed.facts.get(id).cloned().unwrap_or_default();
        let hint = fact_hint(spec, locale);
        Some(match spec.kind {
            FactType::Records => {
                view! { <TextArea name label hint error value rows=3 maxlength=20_000 optional=true/> }
                    .into_any()
            }
            _ => view! { <TextField name label hint error value maxlength=2_000 optional=true/> }.into_any(),
        })
    };
    service.definition.facts.iter().filter_map(|fact| field(&fact.id)).collect_view().into_any()
}

/// How a fact is typed.
fn fact_hint(spec: &FactSpec, locale: Locale) -> String {
    let codes = || {
        let named = spec.values.iter().take(12).map(|v| format!("{} {}", v.code, v.name.get(locale)));
        named.collect::<Vec<_>>().join(&text(locale, "list-separator"))
    };
    match spec.kind {
        FactType::Bool => text(locale, "cat-fact-bool"),
        FactType::Number => text(locale, "cat-fact-number"),
        FactType::Money => text(locale, "cat-fact-money"),
        FactType::Date => text(locale, "cat-fact-date"),
        FactType::Region => text(locale, "cat-fact-region"),
        FactType::Text if spec.values.is_empty() => text(locale, "cat-fact-text"),
        FactType::Text => codes(),
        FactType::Records => {
            let columns: Vec<&str> = spec.columns.iter().map(|c| c.name.get(locale)).collect();
            let columns = columns.join(&format!(" {BETWEEN} "));
            with(locale, "cat-fact-records", &[("columns", columns.into())])
        }
    }
}

/// What would become of it.
fn result(visit: &Visit, run: &DryRun) -> AnyView {
    let locale = visit.locale;
    let t = move |key: &str| text(locale, key);
    let teller = Teller { reference: &visit.backend().catalog.reference, locale };
    let row = |key: &str, value: String| SummaryRow { name: text(locale, key), value, change: None };
    let definition = &run.opened.service.definition;
    let (kind, title) = match (run.state, &run.outcome) {
        (None, _) => (AlertKind::Warning, t("cat-result-incomplete")),
        (Some(_), Outcome::Approve) => (AlertKind::Success, t("cat-result-approve")),
        (Some(_), Outcome::Refuse) => (AlertKind::Error, t("cat-result-refuse")),
        (Some(_), Outcome::Clerk) => (AlertKind::Info, t("cat-result-clerk")),
    };
    let mut rows = vec![row(
        "cat-result-office",
        match &run.office {
            Some(name) => format!("{} · {}", name.get(locale), run.place),
            None => run.place.to_string(),
        },
    )];
    if let Some(state) = run.state {
        rows.insert(0, row("cat-result-state", crate::cases::desk::frame::state_words(state, locale).0));
    }
    let free = definition.fee.is_none();
    rows.push(row(
        "key-fee",
        match run.fee {
            Some(fen) => yuan(fen, locale),
            None if free => t("badge-free"),
            None => t("cat-result-unknown"),
        },
    ));
    if let Some(days) = run.clock {
        let keys = [
            "cat-result-due",
            "cat-result-yellow",
            "cat-result-red",
            "cat-result-statutory",
            "cat-result-tacit",
        ];
        let known = keys.into_iter().zip(days).filter_map(|(key, day)| Some(row(key, day?.to_string())));
        rows.extend(known);
    }
    let stages: Vec<&str> = definition.decision.stages.iter().map(|stage| stage.title.get(locale)).collect();
    if !stages.is_empty() {
        rows.push(row("cat-result-stages", stages.join(" → ")));
    }
    if definition.certificate.is_some() {
        let until = run.holds_until.map_or_else(|| t("cat-result-no-end"), |day| day.to_string());
        rows.push(row("cat-result-holds", until));
    }
    let pending = run.opened.pending();
    if !pending.is_empty() {
        rows.push(row("cat-result-pending", pending.join(", ")));
    }
    let split = definition.eligibility.len().min(run.findings.len());
    let mut conditions = teller.findings(&run.opened, &run.findings);
    let decided = conditions.split_off(split.min(conditions.len()));
    let computed: Vec<SummaryRow> = run
        .opened
        .computed(&run.form)
        .into_iter()
        .map(|(computed, value)| SummaryRow {
            name: computed.label.get(locale).to_owned(),
            value: teller.reference.scalar_text(&value, &[], None, locale),
            change: None,
        })
        .collect();
    let certificate: Vec<SummaryRow> = run
        .certificate
        .iter()
        .map(|(label, value)| SummaryRow {
            name: label.get(locale).to_owned(),
            value: value.clone(),
            change: None,
        })
        .collect();
    let certificate_title = definition.certificate.as_ref().map(|c| c.title.get(locale).to_owned());
    view! {
        <section id="result" class="stack" tabindex="-1" aria-label=t("cat-result")>
            <h2>{t("cat-result")}</h2>
            <Alert kind title><p>{t("cat-result-nothing")}</p></Alert>
            <SummaryList rows plain=true/>
            {(!conditions.is_empty()).then(|| view! { <Card title=t("cat-result-conditions")><Ticks items=conditions/></Card> })}
            {(!decided.is_empty()).then(|| view! { <Card title=t("cat-result-decision")><Ticks items=decided/></Card> })}
            {(!computed.is_empty()).then(|| view! { <SummaryList title=t("check-computed") rows=computed/> })}
            {(!certificate.is_empty()).then(|| view! { <SummaryList title=certificate_title rows=certificate/> })}
        </section>
    }
    .into_any()
}
