//! Charts, drawn by the server as SVG. Each has a title and a description, and a table that says the same in numbers.

use leptos::prelude::*;

use crate::words::t;

/// The picture, in units that are pixels on a phone.
const WIDTH: i64 = 360;
const HEIGHT: i64 = 190;
/// Room for numbers at the left, and for words below.
const LEFT: i64 = 40;
const RIGHT: i64 = 8;
const TOP: i64 = 10;
const BOTTOM: i64 = 26;

/// What a chart shows: for each step one value of each series.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartData {
    /// Short, below the picture; and whole, in the table.
    pub steps: Vec<(String, String)>,
    /// Name and values of each series.
    pub series: Vec<(String, Vec<i64>)>,
    /// What a step is, as the head of the table's first column.
    pub what: String,
}

impl ChartData {
    fn most(&self) -> i64 {
        self.series.iter().flat_map(|(_, values)| values).copied().max().unwrap_or(0)
    }
}

/// The next of 1, 2, 4, 5 and 10, 20, … that is not below `most`, so that its half and quarters are easy to read.
fn top_of_axis(most: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for step in [1, 2, 4, 5] {
            if unit.saturating_mul(step) >= most {
                return unit * step;
            }
        }
        let Some(next) = unit.checked_mul(10) else { return most };
        unit = next;
    }
}

fn height_of(value: i64, top: i64) -> i64 {
    let room = HEIGHT - TOP - BOTTOM;
    HEIGHT - BOTTOM - value.clamp(0, top) * room / top.max(1)
}

/// Lines across, with their values.
fn grid(top: i64) -> AnyView {
    let mut values = vec![0, top];
    if top % 2 == 0 {
        values.push(top / 2);
    }
    values
        .into_iter()
        .map(|value| {
            let y = height_of(value, top);
            view! {
                <line class="chart-grid" x1=LEFT.to_string() y1=y.to_string() x2=(WIDTH - RIGHT).to_string() y2=y.to_string()></line>
                <text class="chart-word" x=(LEFT - 5).to_string() y=(y + 4).to_string() text-anchor="end">{value.to_string()}</text>
            }
        })
        .collect_view()
        .into_any()
}

/// The numbers behind a picture, opened by who wants them.
fn numbers(caption: String, data: &ChartData) -> AnyView {
    let heads = data
        .series
        .iter()
        .map(|(name, _)| view! { <th scope="col" class="cell-num">{name.clone()}</th> })
        .collect_view();
    let rows = data
        .steps
        .iter()
        .enumerate()
        .map(|(at, (_, whole))| {
            let cells = data
                .series
                .iter()
                .map(|(_, values)| view! { <td class="num cell-num">{values.get(at).copied().unwrap_or_default()}</td> })
                .collect_view();
            view! { <tr><th scope="row">{whole.clone()}</th>{cells}</tr> }
        })
        .collect_view();
    let what = data.what.clone();
    view! {
        <details class="chart-numbers">
            <summary>{t!("ui-chart-numbers")}</summary>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead><tr><th scope="col">{what}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// A key to the series: colour, and the way its line is drawn.
fn key(data: &ChartData) -> AnyView {
    data.series
        .iter()
        .enumerate()
        .map(|(at, (name, _))| {
            view! {
                <li>
                    <svg class="chart-key" viewBox="0 0 24 8" aria-hidden="true">
                        <line class=format!("chart-line chart-{at}") x1="0" y1="4" x2="24" y2="4"></line>
                    </svg>
                    {name.clone()}
                </li>
            }
        })
        .collect_view()
        .into_any()
}

/// Values over time, one line for each series; the second is dashed, so that nobody needs to see colours.
#[component]
pub fn LineChart(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// What the picture says, in a sentence.
    #[prop(into)]
    description: String,
    data: ChartData,
) -> AnyView {
    let top = top_of_axis(data.most());
    let last = data.steps.len().saturating_sub(1);
    let x = |at: usize| LEFT + 4 + at as i64 * (WIDTH - LEFT - RIGHT - 8) / last.max(1) as i64;
    let lines = data
        .series
        .iter()
        .enumerate()
        .map(|(series, (_, values))| {
            let points: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(at, value)| format!("{},{}", x(at), height_of(*value, top)))
                .collect();
            // A line of one point would not be seen.
            let dot = (points.len() == 1).then(|| {
                let value = values.first().copied().unwrap_or_default();
                view! { <circle class=format!("chart-dot chart-{series}") cx=x(0).to_string() cy=height_of(value, top).to_string() r="3"></circle> }
            });
            view! {
                <polyline class=format!("chart-line chart-{series}") points=points.join(" ")></polyline>
                {dot}
            }
        })
        .collect_view();
    let mut marked = vec![0, last / 2, last];
    marked.dedup();
    let words = marked
        .into_iter()
        .filter_map(|at| {
            let (short, _) = data.steps.get(at)?;
            let anchor = match at {
                0 => "start",
                at if at == last => "end",
                _ => "middle",
            };
            Some(view! { <text class="chart-word" x=x(at).to_string() y=(HEIGHT - 8).to_string() text-anchor=anchor>{short.clone()}</text> })
        })
        .collect_view();
    let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
    let labelled = format!("{title_id} {text_id}");
    let (key, numbers) = (key(&data), numbers(title.clone(), &data));
    view! {
        <figure class="chart">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby=labelled>
                <title id=title_id>{title}</title>
                <desc id=text_id>{description}</desc>
                {grid(top)}
                {lines}
                {words}
            </svg>
            <figcaption><ul class="chart-keys">{key}</ul></figcaption>
            {numbers}
        </figure>
    }
    .into_any()
}

/// How many of each, as columns; for one series.
#[component]
pub fn ColumnChart(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    #[prop(into)] description: String,
    data: ChartData,
) -> AnyView {
    let top = top_of_axis(data.most());
    let steps = data.steps.len().max(1) as i64;
    let wide = (WIDTH - LEFT - RIGHT) / steps;
    let values = data.series.first().map(|(_, values)| values.clone()).unwrap_or_default();
    let columns = values
        .iter()
        .zip(&data.steps)
        .enumerate()
        .map(|(at, (value, (short, _)))| {
            let (left, y) = (LEFT + at as i64 * wide, height_of(*value, top));
            let middle = left + wide / 2;
            view! {
                <rect class="chart-column" x=(left + 2).to_string() y=y.to_string() width=(wide - 4).max(1).to_string() height=(HEIGHT - BOTTOM - y).to_string()></rect>
                <text class="chart-word chart-step" x=middle.to_string() y=(HEIGHT - 8).to_string() text-anchor="middle">{short.clone()}</text>
            }
        })
        .collect_view();
    let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
    let labelled = format!("{title_id} {text_id}");
    let numbers = numbers(title.clone(), &data);
    let below = data.what.clone();
    view! {
        <figure class="chart">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-labelledby=labelled>
                <title id=title_id>{title}</title>
                <desc id=text_id>{description}</desc>
                {grid(top)}
                {columns}
            </svg>
            <figcaption class="muted small">{below}</figcaption>
            {numbers}
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        for (most, top) in [(0, 1), (1, 1), (3, 4), (5, 5), (6, 10), (11, 20), (41, 50), (1_001, 2_000)] {
            assert_eq!(top_of_axis(most), top, "{most}");
        }
        assert!(top_of_axis(i64::MAX) > 0);
    }

    #[test]
    fn values_stay_within_the_picture() {
        let top = top_of_axis(37);
        for value in [0, 1, 37, top] {
            let y = height_of(value, top);
            assert!((TOP..=HEIGHT - BOTTOM).contains(&y), "{value} at {y}");
        }
        assert!(height_of(20, top) < height_of(10, top), "more is higher");
    }
}
