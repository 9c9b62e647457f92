//! The form engine in the browser: questions appear and vanish while somebody types.

use leptos::prelude::*;

/// Around the questions of a step. The server has rendered all of them, those not asked as hidden; this shows and
/// hides them by the same engine that the server runs on submission.
#[cfg(feature = "ssr")]
#[component]
pub fn FormRules(
    /// Written by [`domain::cases::wire::encode`], of rules folded so that no register's value is in them.
    rules: String,
    children: Children,
) -> impl IntoView {
    view! {
        <LiveQuestions>
            <div class="questions" data-rules=rules>
                {children()}
            </div>
        </LiveQuestions>
    }
}

/// Has no properties but what its children carry, see `islands`.
#[island]
pub fn LiveQuestions(children: Children) -> impl IntoView {
    view! { <div use:attach>{children()}</div> }
}

#[cfg(feature = "ssr")]
fn attach(_root: leptos::web_sys::Element) {}

#[cfg(feature = "hydrate")]
use browser::attach;

#[cfg(feature = "hydrate")]
mod browser {
    use domain::cases::form::{Questions, examine};
    use domain::cases::wire::{self, Sheet};
    use domain::registers::Facts;
    use leptos::wasm_bindgen::JsCast;
    use leptos::wasm_bindgen::closure::Closure;
    use web_sys::{Element, FormData, HtmlFormElement};

    /// Listens to the form around `root`, and looks once at once: the browser may have restored what was typed.
    pub fn attach(root: Element) {
        let _ = try_attach(root);
    }

    fn try_attach(root: Element) -> Option<()> {
        let rules = root.query_selector("[data-rules]").ok()??.get_attribute("data-rules")?;
        let sheet = wire::decode(&rules)?;
        // What is called `form` is one.
        let form = root.closest("form").ok()??.unchecked_into::<HtmlFormElement>();
        let look = {
            let form = form.clone();
            move || {
                let _ = apply(&root, &form, &sheet);
            }
        };
        look();
        let listener = Closure::<dyn Fn()>::new(look);
        for event in ["input", "change"] {
            // Fails only for a wrong kind of listener.
            let _ = form.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        }
        // Lives as long as the page.
        listener.forget();
        Some(())
    }

    fn apply(root: &Element, form: &HtmlFormElement, sheet: &Sheet) -> Option<()> {
        let data = FormData::new_with_form(form).ok()?;
        let mut raw = sheet.elsewhere.clone();
        for pair in js_sys::Array::from(&data).iter() {
            let pair = pair.unchecked_into::<js_sys::Array>();
            if let (Some(control), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
                raw.entry(control).or_default().push(value);
            }
        }
        let questions = Questions { fields: sheet.fields.iter().collect(), computed: &sheet.computed };
        let examined = examine(&questions, &Facts::default(), &raw, sheet.today);
        let shown = root.query_selector_all("[data-field]").ok()?;
        for place in 0..shown.length() {
            let question = shown.item(place)?.unchecked_into::<Element>();
            let id = question.get_attribute("data-field")?;
            let asked = examined.field(&id).is_some_and(|state| state.asked);
            // Changes nothing where it is so already.
            let _ = question.toggle_attribute_with_force("hidden", !asked);
        }
        Some(())
    }
}
