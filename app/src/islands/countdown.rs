use leptos::prelude::*;

/// A submit button that may be pressed again after `seconds`, as "send the code again".
///
/// Without WebAssembly it is a plain button and the server's limit alone decides.
#[cfg(feature = "ssr")]
#[component]
pub fn ResendCountdown(
    /// Seconds from now until the button may be pressed.
    seconds: u32,
    /// What the button says when it may be pressed.
    label: String,
    /// What it says before, with `{n}` for the seconds left.
    waiting: String,
    /// Class of the button.
    class: String,
) -> impl IntoView {
    view! {
        <Countdown>
            <button type="submit" class=class data-seconds=seconds.to_string() data-waiting=waiting>
                {label}
            </button>
        </Countdown>
    }
}

#[island]
pub fn Countdown(children: Children) -> impl IntoView {
    view! { <div use:attach>{children()}</div> }
}

#[cfg(feature = "ssr")]
fn attach(_root: leptos::web_sys::Element) {}

#[cfg(feature = "hydrate")]
fn attach(root: web_sys::Element) {
    let _ = count_down(&root);
}

#[cfg(feature = "hydrate")]
fn count_down(root: &web_sys::Element) -> Option<()> {
    use std::{cell::Cell, rc::Rc, time::Duration};

    let button = root.query_selector("[data-seconds]").ok()??;
    let seconds: u32 = button.get_attribute("data-seconds")?.parse().ok()?;
    let label = button.text_content()?;
    let waiting = button.get_attribute("data-waiting")?;
    // Counted from the clock, not by ticks: a tab in the background ticks slowly.
    let end = js_sys::Date::now() + f64::from(seconds) * 1000.0;
    let timer = Rc::new(Cell::new(None::<IntervalHandle>));
    let tick = {
        let timer = timer.clone();
        move || {
            let rest = ((end - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u32;
            let text = if rest == 0 { label.clone() } else { with_number(&waiting, rest) };
            button.set_text_content(Some(&text));
            let _ = button.toggle_attribute_with_force("disabled", rest != 0);
            if rest == 0
                && let Some(timer) = timer.get()
            {
                timer.clear();
            }
        }
    };
    tick();
    timer.set(set_interval(tick, Duration::from_millis(500)).ok());
    Some(())
}

/// `text` with `n` where its braces stand.
#[cfg(feature = "hydrate")]
fn with_number(text: &str, n: u32) -> String {
    let (before, rest) = text.split_once('{').unwrap_or((text, ""));
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    [before, &n.to_string(), after].concat()
}
