//! Templates of the office beside the field for a reason. Without JavaScript the chosen text is put into the field by a post
//! and a redirect; with it, at once (`frontend/desk.js`).

use backend::cases::Opened;
use backend::cases::reason_templates::{Ready, manages, ready};
use domain::cases::ReasonKind;
use domain::ids::OfficeId;
use leptos::prelude::*;

use super::draft::{Typed, typed};
use super::live;
use crate::cases::errors::fail;
use crate::errors::PageError;
use crate::ui::{ButtonKind, ButtonLink, Choice, SelectField, SubmitButton};
use crate::visit::Visit;
use crate::words::text;

/// The templates that can be used for a case.
pub(super) struct Chooser {
    ready: Vec<Ready>,
    /// Where they are kept, for who keeps them.
    managed: Option<OfficeId>,
}

impl Chooser {
    pub async fn of(visit: &Visit, opened: &Opened, kind: ReasonKind) -> Result<Chooser, PageError> {
        let (backend, actor) = (visit.backend(), visit.actor());
        let ready = ready(backend, actor, opened, kind).await.map_err(|e| fail(visit, e))?;
        let managed = manages(backend, actor, &opened.row.department, opened.row.place);
        Ok(Chooser { ready, managed })
    }

    /// Fields of the form around it: `template` and the button `insert`, which fill the field `words`.
    pub fn view(self, visit: &Visit) -> AnyView {
        self.filling(visit, Vec::new())
    }

    /// As [`Chooser::view`], where there is a field for each of `subjects`: `right.<subject>` of the one that `about` names.
    pub fn filling(self, visit: &Visit, subjects: Vec<Choice>) -> AnyView {
        let locale = visit.locale;
        let t = move |key: &str| text(locale, key);
        let manage = self.managed.map(|office| {
            let href = format!("/staff/reasons/{office}");
            view! { <ButtonLink href label=t("desk-reasons-manage") kind=ButtonKind::Quiet small=true/> }
        });
        if self.ready.is_empty() {
            return view! { {manage} }.into_any();
        }
        let options = self
            .ready
            .into_iter()
            .map(|template| {
                view! { <option value=template.id.to_string() data-words=template.words>{template.title}</option> }
            })
            .collect_view();
        let fills = if subjects.is_empty() { "words" } else { "right." };
        let about = (!subjects.is_empty()).then(|| {
            let label = t("desk-reasons-about");
            view! { <SelectField name="about" label choices=subjects/> }
        });
        view! {
            {about}
            <div class="field desk-template">
                <label class="label" for="template">{t("desk-reasons-choose")}</label>
                <div class="row">
                    <div class="select-wrap">
                        <select class="input" id="template" name="template" data-fills=fills>
                            <option value="">{t("desk-reasons-none")}</option>
                            {options}
                        </select>
                    </div>
                    <SubmitButton label=t("desk-reasons-insert") kind=ButtonKind::Secondary small=true name="insert" value="yes"/>
                    {manage}
                </div>
            </div>
            {live::script(visit)}
        }
        .into_any()
    }
}

/// Puts the text of the chosen template into the answers, once. Says whether that was all that was asked for.
pub(super) async fn inserted(
    visit: &Visit,
    opened: &Opened,
    kind: ReasonKind,
    answers: &mut Typed,
) -> Result<bool, PageError> {
    inserted_at(visit, opened, kind, "words", answers).await
}

/// As [`inserted`], into the field of this name.
pub(super) async fn inserted_at(
    visit: &Visit,
    opened: &Opened,
    kind: ReasonKind,
    field: &str,
    answers: &mut Typed,
) -> Result<bool, PageError> {
    let chosen = typed(answers, "template").to_owned();
    if chosen.is_empty() {
        return Ok(false);
    }
    let all = ready(visit.backend(), visit.actor(), opened, kind).await.map_err(|e| fail(visit, e))?;
    if let Some(template) = all.into_iter().find(|template| template.id.to_string() == chosen) {
        let words = with_words(typed(answers, field), &template.words);
        answers.insert(field.to_owned(), words);
    }
    Ok(typed(answers, "insert") == "yes")
}

/// What was typed with the text of a template below it; one that stands there already is not added again.
fn with_words(typed: &str, template: &str) -> String {
    let typed = typed.replace("\r\n", "\n");
    match (typed.is_empty(), typed.contains(template)) {
        (true, _) => template.to_owned(),
        (false, true) => typed,
        (false, false) => format!("{typed}\n{template}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_put_below_what_was_typed_and_not_twice() {
        assert_eq!(with_words("", "请补齐"), "请补齐");
        assert_eq!(with_words("您好", "请补齐"), "您好\n请补齐");
        assert_eq!(with_words("您好\r\n请补齐\n谢谢", "请补齐"), "您好\n请补齐\n谢谢");
    }
}
