//! The form engine in the browser: questions appear and vanish while somebody types.

use std::collections::BTreeMap;

use domain::catalog::{Computed, Field};
use jiff::civil::Date;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Questions with their conditions, folded so that no register's value is in them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Rules {
    pub fields: Vec<Field>,
    pub computed: Vec<Computed>,
    /// What was typed on other pages.
    pub elsewhere: BTreeMap<String, Vec<String>>,
    /// The calendar day in China.
    pub today: Date,
}

/// Around the questions of a step. The server has rendered all of them, those not asked as hidden; this shows and
/// hides them by the same engine that the server runs on submission.
#[island]
pub fn FormRules(rules: Rules, children: Children) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new({
        let rules = rules.clone();
        move |_| {
            if let Some(root) = root.get() {
                browser::attach(root.into(), rules.clone());
            }
        }
    });
    #[cfg(not(feature = "hydrate"))]
    drop(rules);
    view! { <div class="questions" node_ref=root>{children()}</div> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use domain::cases::Raw;
    use domain::cases::form::{Questions, examine};
    use domain::registers::Facts;
    use leptos::wasm_bindgen::JsCast;
    use leptos::wasm_bindgen::closure::Closure;
    use web_sys::{Element, FormData, HtmlElement, HtmlFormElement};

    use super::Rules;

    /// Listens to the form around `root`, and looks once at once: the browser may have restored what was typed.
    pub fn attach(root: Element, rules: Rules) {
        let Ok(Some(form)) = root.closest("form") else { return };
        let Ok(form) = form.dyn_into::<HtmlFormElement>() else { return };
        let look = {
            let form = form.clone();
            move || apply(&root, &form, &rules)
        };
        look();
        let listener = Closure::<dyn Fn()>::new(look);
        for event in ["input", "change"] {
            // Fails only for a wrong kind of listener.
            let _ = form.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
        }
        // Lives as long as the page.
        listener.forget();
    }

    fn apply(root: &Element, form: &HtmlFormElement, rules: &Rules) {
        let Ok(data) = FormData::new_with_form(form) else { return };
        let mut raw: Raw = rules.elsewhere.clone();
        for entry in data.entries().into_iter().flatten() {
            let pair = js_sys::Array::from(&entry);
            if let (Some(control), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
                raw.entry(control).or_default().push(value);
            }
        }
        let questions = Questions { fields: rules.fields.iter().collect(), computed: &rules.computed };
        let examined = examine(&questions, &Facts::default(), &raw, rules.today);
        let Ok(shown) = root.query_selector_all("[data-field]") else { return };
        for place in 0..shown.length() {
            let Some(question) = shown.item(place).and_then(|node| node.dyn_into::<HtmlElement>().ok())
            else {
                continue;
            };
            let id = question.get_attribute("data-field").unwrap_or_default();
            let asked = examined.field(&id).is_some_and(|state| state.asked);
            if question.hidden() == asked {
                question.set_hidden(!asked);
            }
        }
    }
}
