use leptos::prelude::*;

/// A submit button that may be pressed again after `seconds`, as "send the code again".
///
/// Without WebAssembly it is a plain button and the server's limit alone decides.
#[island]
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
    let left = RwSignal::new(0);
    Effect::new(move |_| count_down(seconds, left));
    view! {
        <button type="submit" class=class disabled=move || left.get() != 0>
            {move || match left.get() {
                0 => label.clone(),
                n => waiting.replace("{n}", &n.to_string()),
            }}
        </button>
    }
}

#[cfg(feature = "hydrate")]
fn count_down(seconds: u32, left: RwSignal<u32>) {
    use std::time::Duration;

    // Counted from the clock, not by ticks: a tab in the background ticks slowly.
    let end = js_sys::Date::now() + f64::from(seconds) * 1000.0;
    left.set(seconds);
    let timer = StoredValue::new(None::<IntervalHandle>);
    let tick = move || {
        let rest = ((end - js_sys::Date::now()) / 1000.0).ceil().max(0.0) as u32;
        left.set(rest);
        if rest == 0
            && let Some(timer) = timer.get_value()
        {
            timer.clear();
        }
    };
    timer.set_value(set_interval(tick, Duration::from_millis(500)).ok());
}

#[cfg(not(feature = "hydrate"))]
fn count_down(_seconds: u32, _left: RwSignal<u32>) {}
