//! Grades, tags, marks and events in words.

use backend::reviews::{By, Told};
use domain::reviews::{Event as Happened, Grade, Light, Mark, Published, TaskState};
use domain::text::Locale;

use crate::ui::{Bar, Event, EventState, GradeChoice, IconName, Tone};
use crate::visit::Visit;
use crate::words::{text, with};

pub(crate) fn grade(grade: Grade, locale: Locale) -> String {
    text(locale, &format!("review-grade-{}", grade.code()))
}

pub(crate) fn grade_tone(grade: Grade) -> Tone {
    match grade {
        Grade::VerySatisfied => Tone::Jade,
        Grade::Satisfied => Tone::Teal,
        Grade::FairlySatisfied => Tone::Amber,
        Grade::Dissatisfied => Tone::Orange,
        Grade::VeryDissatisfied => Tone::Red,
    }
}

/// The grades to choose from, the best first.
pub(super) fn grades(locale: Locale) -> Vec<GradeChoice> {
    let choice = |one: Grade| GradeChoice {
        value: one.number().to_string(),
        label: grade(one, locale),
        icon: match one {
            Grade::VerySatisfied => IconName::FaceHappy,
            Grade::Satisfied => IconName::FaceSmile,
            Grade::FairlySatisfied => IconName::FaceFlat,
            Grade::Dissatisfied => IconName::FaceSad,
            Grade::VeryDissatisfied => IconName::FaceAngry,
        },
        tone: grade_tone(one),
        tags: match one {
            Grade::VerySatisfied | Grade::Satisfied => "good",
            Grade::FairlySatisfied => "fair",
            Grade::Dissatisfied | Grade::VeryDissatisfied => "bad",
        },
    };
    Grade::ALL.map(choice).to_vec()
}

pub(super) fn tag(code: &str, locale: Locale) -> String {
    text(locale, &format!("review-tag-{code}"))
}

/// Tags in one line.
pub(super) fn tags(codes: &[String], locale: Locale) -> String {
    let words: Vec<String> = codes.iter().map(|code| tag(code, locale)).collect();
    if words.is_empty() {
        text(locale, "review-no-tags")
    } else {
        words.join(&text(locale, "list-separator"))
    }
}

/// What words are marked with, in one line.
pub(super) fn marks(marks: &[Mark], locale: Locale) -> Option<String> {
    let words: Vec<String> =
        marks.iter().map(|mark| text(locale, &format!("review-mark-{}", mark.code()))).collect();
    (!words.is_empty()).then(|| words.join(&text(locale, "list-separator")))
}

/// A service by its name, or its code when it is published no more.
pub(super) fn service(visit: &Visit, code: &str) -> String {
    let services = visit.backend().catalog.services();
    services.known(code).map_or_else(|| code.to_owned(), |s| s.definition.name.get(visit.locale).to_owned())
}

pub(super) fn department(visit: &Visit, id: &str) -> String {
    visit.authority(id).unwrap_or_else(|| id.to_owned())
}

pub(super) fn state(state: TaskState, locale: Locale) -> (String, Tone) {
    let tone = match state {
        TaskState::Opened => Tone::Amber,
        TaskState::WellFounded | TaskState::Unfounded => Tone::Orange,
        TaskState::Answered => Tone::Blue,
        TaskState::SecondOpinion => Tone::Red,
        TaskState::Closed => Tone::Slate,
    };
    (text(locale, &format!("review-state-{}", state.code().replace('_', "-"))), tone)
}

/// The last day for what staff have to do, with its light.
pub(super) fn due(due: Option<(jiff::civil::Date, Light)>, locale: Locale) -> (String, Tone) {
    let Some((day, light)) = due else { return (text(locale, "desk-due-none"), Tone::Slate) };
    let (key, tone) = match light {
        Light::Green => ("review-due", Tone::Jade),
        Light::Yellow => ("review-due-soon", Tone::Amber),
        Light::Red => ("review-due-over", Tone::Red),
    };
    (with(locale, key, &[("day", day.to_string().into())]), tone)
}

/// What happened, as a timeline.
pub(super) fn timeline(told: &[Told], state: TaskState, locale: Locale) -> Vec<Event> {
    let last = told.len().saturating_sub(1);
    let event = |(place, told): (usize, &Told)| {
        let by = match told.by {
            By::Citizen => "review-by-citizen",
            By::Staff => "review-by-staff",
            By::Portal => "by-system",
        };
        let stands = match told.event {
            Happened::NotContent => EventState::Stopped,
            _ if place == last && state != TaskState::Closed => EventState::Now,
            _ => EventState::Done,
        };
        Event {
            title: text(locale, &format!("review-event-{}", told.event.code().replace('_', "-"))),
            note: format!("{} · {}", told.day, text(locale, by)),
            body: told.words.clone(),
            state: stands,
        }
    };
    told.iter().enumerate().map(event).collect()
}

/// The shares of the grades.
pub(super) fn bars(published: &Published, locale: Locale) -> Vec<Bar> {
    let bar = |one: Grade| Bar {
        label: grade(one, locale),
        percent: published.percent(one.index()),
        count: published.grades[one.index()],
        tone: grade_tone(one),
    };
    Grade::ALL.map(bar).to_vec()
}

/// A share, or that there is nothing to share.
pub(super) fn percent(share: Option<i64>, locale: Locale) -> String {
    share.map_or_else(|| text(locale, "reviews-none-due"), |n| format!("{n}%"))
}
