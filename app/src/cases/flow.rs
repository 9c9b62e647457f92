//! The order of the pages of an application.

use backend::cases::Opened;
use domain::cases::Form;

/// The pages between consent and submission, for the bar of steps: facts, the definition's steps, the check.
pub(super) struct Flow {
    /// Ids of the definition's steps that ask something.
    pub steps: Vec<String>,
}

impl Flow {
    pub fn of(opened: &Opened, form: &Form) -> Flow {
        let asks = |step: &&domain::catalog::Step| {
            // A step that asks nothing now may still ask something once an answer changes on its own page.
            step.fields.iter().any(|f| form.field(&f.id).is_some_and(|state| state.asked))
        };
        Flow { steps: opened.service.definition.steps.iter().filter(asks).map(|s| s.id.clone()).collect() }
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.steps.len() + 2
    }

    /// The place of a step, from 1; the facts are page 1.
    pub fn place(&self, step: &str) -> usize {
        self.steps.iter().position(|s| s == step).map_or(1, |place| place + 2)
    }

    /// Where the page after `step` is; `None` stands for the facts.
    pub fn after(&self, case: &str, step: Option<&str>) -> String {
        let next = match step {
            None => self.steps.first(),
            Some(step) => {
                let place = self.steps.iter().position(|s| s == step);
                place.and_then(|place| self.steps.get(place + 1))
            }
        };
        match next {
            Some(next) => format!("/cases/{case}/steps/{next}"),
            None => format!("/cases/{case}/check"),
        }
    }

    /// Where the page before `step` is; `None` stands for the check.
    pub fn before(&self, case: &str, step: Option<&str>) -> String {
        let place = match step {
            None => self.steps.len(),
            Some(step) => self.steps.iter().position(|s| s == step).unwrap_or(0),
        };
        match place.checked_sub(1).and_then(|before| self.steps.get(before)) {
            Some(before) => format!("/cases/{case}/steps/{before}"),
            None => format!("/cases/{case}/facts"),
        }
    }
}

/// Where somebody goes on with a draft: the first page that still wants something.
pub(super) fn resume(opened: &Opened) -> String {
    let case = opened.row.id.to_string();
    if !opened.has_consent() {
        return format!("/cases/{case}/consent");
    }
    if opened.raw.is_empty() && !opened.evidence.is_empty() {
        return format!("/cases/{case}/facts");
    }
    let form = opened.form();
    let unfinished = opened.service.definition.steps.iter().find(|step| {
        step.fields.iter().any(|f| form.field(&f.id).is_some_and(|state| !state.errors.is_empty()))
    });
    match unfinished {
        Some(step) => format!("/cases/{case}/steps/{}", step.id),
        None => format!("/cases/{case}/check"),
    }
}
