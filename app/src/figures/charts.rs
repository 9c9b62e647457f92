//! Figures as charts and words.

use backend::figures::{BY_RULES, Figures, OWN_WORDS};
use domain::figures::{BUCKETS, Counts, Days, Percentile, Share};
use domain::reviews::Grade;
use domain::text::Locale;

use crate::reviews::words::{grade, grade_tone};
use crate::ui::{Bar, ChartData, Tone};
use crate::visit::Visit;
use crate::words::{text, with};

/// Reasons that are shown.
const REASONS: usize = 10;

/// `66.6%`; a dash where there is nothing to share.
pub(super) fn percent(share: Share) -> String {
    match share.per_mille() {
        Some(n) if n % 10 == 0 => format!("{}%", n / 10),
        Some(n) => format!("{}.{}%", n / 10, n % 10),
        None => "—".to_owned(),
    }
}

/// Days as exactly as they are known.
pub(super) fn days(percentile: Option<Percentile>, locale: Locale) -> String {
    match percentile {
        None => "—".to_owned(),
        Some(p) if p.is_exact() => p.at_least.to_string(),
        Some(Percentile { at_least, at_most: Some(at_most) }) => format!("{at_least}–{at_most}"),
        Some(Percentile { at_least, at_most: None }) => {
            with(locale, "figures-days-from", &[("n", i64::from(at_least).into())])
        }
    }
}

/// A bucket of the histogram in full.
fn bucket(at: usize, locale: Locale) -> String {
    let (at_least, at_most) = Days::range(at);
    days(Some(Percentile { at_least, at_most }), locale)
}

/// Received and closed over time.
pub(super) fn over_time(figures: &Figures, locale: Locale) -> ChartData {
    let daily = figures.series.iter().all(|(bar, _)| bar.from == bar.through);
    let steps = figures.series.iter().map(|(bar, _)| {
        let short = format!("{:02}-{:02}", bar.from.month(), bar.from.day());
        let whole = match bar.from == bar.through {
            true => bar.from.to_string(),
            false => format!("{} – {}", bar.from, bar.through),
        };
        (short, whole)
    });
    let values = |of: fn(&Counts) -> i64| figures.series.iter().map(|(_, counts)| of(counts)).collect();
    ChartData {
        steps: steps.collect(),
        series: vec![
            (text(locale, "figures-received"), values(|counts| counts.received)),
            (text(locale, "figures-closed"), values(Counts::closed)),
        ],
        what: text(locale, if daily { "figures-day" } else { "figures-week" }),
    }
}

/// Decided cases by working days.
pub(super) fn histogram(figures: &Figures, locale: Locale) -> ChartData {
    let short = |at: usize| match Days::range(at) {
        (_, Some(last)) => last.to_string(),
        (first, None) => format!("{first}+"),
    };
    ChartData {
        steps: (0..BUCKETS).map(|at| (short(at), bucket(at, locale))).collect(),
        series: vec![(text(locale, "figures-cases"), figures.total.days.0.to_vec())],
        what: text(locale, "figures-working-days"),
    }
}

fn bar(label: String, count: i64, whole: i64, tone: Tone) -> Bar {
    Bar { label, percent: if whole > 0 { count * 100 / whole } else { 0 }, count, tone }
}

/// Open cases by their light now.
pub(super) fn lights(figures: &Figures, locale: Locale) -> Vec<Bar> {
    let (lights, whole) = (figures.lights, figures.lights.open());
    [
        ("figures-green", lights.green, Tone::Jade),
        ("figures-yellow", lights.yellow, Tone::Amber),
        ("figures-red", lights.red, Tone::Red),
        ("figures-waiting", lights.waiting, Tone::Slate),
    ]
    .map(|(key, count, tone)| bar(text(locale, key), count, whole, tone))
    .to_vec()
}

/// The most frequent reasons, and all others together.
pub(super) fn reasons(visit: &Visit, figures: &Figures, of_one: bool) -> Vec<Bar> {
    let whole: i64 = figures.reasons.iter().map(|given| given.n).sum();
    let services = visit.backend().catalog.services();
    let words = |service: &str, code: &str| {
        let known = services.get(service);
        let reason = match code {
            OWN_WORDS => text(visit.locale, "figures-reason-words"),
            BY_RULES => text(visit.locale, "figures-reason-rules"),
            id => {
                let listed = known.as_ref().and_then(|s| s.definition.refusals.iter().find(|r| r.id == id));
                listed.map_or_else(|| id.to_owned(), |r| r.text.get(visit.locale).to_owned())
            }
        };
        match (of_one, known) {
            (true, _) | (false, None) => reason,
            (false, Some(service)) => {
                let name = service.definition.name.get(visit.locale);
                with(
                    visit.locale,
                    "figures-reason-of",
                    &[("service", name.into()), ("reason", reason.into())],
                )
            }
        }
    };
    let (shown, others) = figures.reasons.split_at(figures.reasons.len().min(REASONS));
    let mut bars: Vec<Bar> = shown
        .iter()
        .map(|given| bar(words(&given.service_code, &given.reason), given.n, whole, Tone::Orange))
        .collect();
    let others: i64 = others.iter().map(|given| given.n).sum();
    if others > 0 {
        bars.push(bar(text(visit.locale, "figures-reason-others"), others, whole, Tone::Slate));
    }
    bars
}

/// Reviews by grade, the best first.
pub(super) fn grades(figures: &Figures, locale: Locale) -> Vec<Bar> {
    let whole: i64 = figures.grades.iter().map(|of| of.given).sum();
    let given = |one: Grade| {
        figures.grades.iter().filter(|of| of.grade == one.number()).map(|of| of.given).sum::<i64>()
    };
    Grade::ALL.map(|one| bar(grade(one, locale), given(one), whole, grade_tone(one))).to_vec()
}

/// Reviews that are not bad.
pub(super) fn satisfied(figures: &Figures) -> Share {
    let bad = |number: i64| Grade::ALL.iter().any(|grade| grade.is_bad() && grade.number() == number);
    let whole: i64 = figures.grades.iter().map(|of| of.given).sum();
    let part = figures.grades.iter().filter(|of| !bad(of.grade)).map(|of| of.given).sum();
    Share { part, whole }
}
