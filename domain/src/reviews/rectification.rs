//! What becomes of a bad review (差评整改): it is verified within one working day, answered within fifteen, the citizen is
//! asked whether the answer will do, and who is not content gets the opinion of a superior.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::cases::Calendar;

/// Working days until it must be verified.
pub const VERIFY_DAYS: u16 = 1;
/// Working days until it must be answered.
pub const ANSWER_DAYS: u16 = 15;
/// Working days in which the citizen may say that the answer will not do.
pub const FOLLOW_UP_DAYS: u16 = 10;

/// Where the work on a bad review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 待核实
    Opened,
    /// 属实: verified, and right.
    WellFounded,
    /// 不属实: verified, and not so.
    Unfounded,
    /// 已答复: waits for what the citizen says to it.
    Answered,
    /// 待复核: the citizen is not content; a superior looks.
    SecondOpinion,
    /// 已办结
    Closed,
}

/// What verifying brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    WellFounded,
    Unfounded,
}

/// What somebody does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Staff looked into it.
    Verify(Finding),
    /// Staff answer the citizen.
    Answer,
    /// The citizen says whether the answer will do.
    FollowUp { content: bool },
    /// The citizen said nothing in time.
    Lapse,
    /// The superior's word, which is the last.
    Opine,
}

/// What happened, as kept and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Opened,
    WellFounded,
    Unfounded,
    Answered,
    Content,
    NotContent,
    Lapsed,
    Opined,
}

/// The step is not possible in the state the task is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{step:?} is not allowed in {state:?}")]
pub struct NotAllowed {
    pub state: TaskState,
    pub step: Step,
}

impl TaskState {
    pub const ALL: [TaskState; 6] = [
        TaskState::Opened,
        TaskState::WellFounded,
        TaskState::Unfounded,
        TaskState::Answered,
        TaskState::SecondOpinion,
        TaskState::Closed,
    ];

    /// The state after `step`, and what happened: the whole transition table.
    pub fn after(self, step: Step) -> Result<(TaskState, Event), NotAllowed> {
        use TaskState as S;
        match (self, step) {
            (S::Opened, Step::Verify(Finding::WellFounded)) => Ok((S::WellFounded, Event::WellFounded)),
            (S::Opened, Step::Verify(Finding::Unfounded)) => Ok((S::Unfounded, Event::Unfounded)),
            (S::WellFounded | S::Unfounded, Step::Answer) => Ok((S::Answered, Event::Answered)),
            (S::Answered, Step::FollowUp { content: true }) => Ok((S::Closed, Event::Content)),
            (S::Answered, Step::FollowUp { content: false }) => Ok((S::SecondOpinion, Event::NotContent)),
            (S::Answered, Step::Lapse) => Ok((S::Closed, Event::Lapsed)),
            (S::SecondOpinion, Step::Opine) => Ok((S::Closed, Event::Opined)),
            _ => Err(NotAllowed { state: self, step }),
        }
    }

    /// As stored and as used in keys of words.
    pub fn code(self) -> &'static str {
        match self {
            TaskState::Opened => "opened",
            TaskState::WellFounded => "well_founded",
            TaskState::Unfounded => "unfounded",
            TaskState::Answered => "answered",
            TaskState::SecondOpinion => "second_opinion",
            TaskState::Closed => "closed",
        }
    }

    pub fn from_code(code: &str) -> Option<TaskState> {
        TaskState::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Staff have to do something.
    pub fn waits_for_staff(self) -> bool {
        matches!(
            self,
            TaskState::Opened | TaskState::WellFounded | TaskState::Unfounded | TaskState::SecondOpinion
        )
    }
}

impl Event {
    pub const ALL: [Event; 8] = [
        Event::Opened,
        Event::WellFounded,
        Event::Unfounded,
        Event::Answered,
        Event::Content,
        Event::NotContent,
        Event::Lapsed,
        Event::Opined,
    ];

    /// As stored and as used in keys of words.
    pub fn code(self) -> &'static str {
        match self {
            Event::Opened => "opened",
            Event::WellFounded => "well_founded",
            Event::Unfounded => "unfounded",
            Event::Answered => "answered",
            Event::Content => "content",
            Event::NotContent => "not_content",
            Event::Lapsed => "lapsed",
            Event::Opined => "opined",
        }
    }

    pub fn from_code(code: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.code() == code)
    }
}

/// The last days for verifying and for answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    pub verify_by: Date,
    pub answer_by: Date,
}

impl Deadlines {
    /// Of a review that was given on `day`, which is not counted.
    pub fn from(calendar: &Calendar, day: Date) -> Deadlines {
        Deadlines {
            verify_by: calendar.deadline(day, VERIFY_DAYS),
            answer_by: calendar.deadline(day, ANSWER_DAYS),
        }
    }

    /// The last day for what staff have to do in `state`; `None` where they have no term.
    pub fn due(&self, state: TaskState) -> Option<Date> {
        match state {
            TaskState::Opened => Some(self.verify_by),
            TaskState::WellFounded | TaskState::Unfounded => Some(self.answer_by),
            TaskState::Answered | TaskState::SecondOpinion | TaskState::Closed => None,
        }
    }
}

/// How near the last day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    Green,
    /// Today or the next working day is the last.
    Yellow,
    /// Past.
    Red,
}

impl Light {
    /// Of what is due on `due`, seen on `today`.
    pub fn of(calendar: &Calendar, due: Date, today: Date) -> Light {
        if due < today {
            Light::Red
        } else if due <= calendar.deadline(today, 1) {
            Light::Yellow
        } else {
            Light::Green
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::CalendarYear;
    use crate::time::plus_days;
    use proptest::prelude::*;

    const STEPS: [Step; 7] = [
        Step::Verify(Finding::WellFounded),
        Step::Verify(Finding::Unfounded),
        Step::Answer,
        Step::FollowUp { content: true },
        Step::FollowUp { content: false },
        Step::Lapse,
        Step::Opine,
    ];

    fn day(month: i8, day: i8) -> Date {
        Date::constant(2026, month, day)
    }

    fn calendar() -> Calendar {
        let year = CalendarYear {
            off: (1..=7).map(|d| day(10, d)).collect(),
            working: [day(9, 20), day(10, 10)].into(),
        };
        let mut calendar = Calendar::default();
        calendar.add(2026, year).unwrap();
        calendar
    }

    #[test]
    fn deadlines_around_national_day() {
        let deadlines = Deadlines::from(&calendar(), day(9, 30));
        assert_eq!(deadlines, Deadlines { verify_by: day(10, 8), answer_by: day(10, 27) });
        // On a holiday: from the first working day on.
        assert_eq!(Deadlines::from(&calendar(), day(10, 3)), deadlines);
        // Before a Sunday with work.
        assert_eq!(Deadlines::from(&calendar(), day(9, 18)).verify_by, day(9, 20));
    }

    #[test]
    fn the_light_turns_a_working_day_before_the_last() {
        let calendar = calendar();
        let light = |today| Light::of(&calendar, day(10, 9), today);
        assert_eq!(light(day(9, 30)), Light::Green);
        assert_eq!(light(day(10, 7)), Light::Green);
        assert_eq!(light(day(10, 8)), Light::Yellow);
        assert_eq!(light(day(10, 9)), Light::Yellow);
        assert_eq!(light(day(10, 10)), Light::Red);
        assert_eq!(Light::of(&calendar, day(10, 8), day(9, 30)), Light::Yellow, "no work in between");
    }

    #[test]
    fn every_state_is_reached_from_the_first_and_leads_to_the_end() {
        let next =
            |state: TaskState| STEPS.into_iter().filter_map(move |step| Some(state.after(step).ok()?.0));
        let mut reached = vec![TaskState::Opened];
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            at += 1;
            for to in next(state) {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
            assert_eq!(next(state).next().is_none(), state == TaskState::Closed, "{state:?}");
            assert_eq!(TaskState::from_code(state.code()), Some(state));
        }
        assert_eq!(reached.len(), TaskState::ALL.len());
        assert!(Event::ALL.into_iter().all(|event| Event::from_code(event.code()) == Some(event)));
    }

    #[test]
    fn every_edge_names_an_event_of_its_own() {
        let mut events = vec![Event::Opened];
        for state in TaskState::ALL {
            for (to, event) in STEPS.into_iter().filter_map(|step| state.after(step).ok()) {
                assert_ne!(to, state);
                // Answering is one thing, whatever verifying brought.
                if event != Event::Answered || state == TaskState::WellFounded {
                    assert!(!events.contains(&event), "{event:?} is told twice");
                    events.push(event);
                }
            }
        }
        assert_eq!(events.len(), Event::ALL.len());
    }

    proptest! {
        /// Whatever people try, in whatever order: nobody is answered unverified, and nothing happens after the end.
        #[test]
        fn any_steps_go_the_way(steps in proptest::collection::vec(0..STEPS.len(), 0..30)) {
            let (mut state, mut told) = (TaskState::Opened, vec![Event::Opened]);
            for step in steps.into_iter().map(|i| STEPS[i]) {
                match state.after(step) {
                    Ok((to, event)) => {
                        prop_assert_ne!(state, TaskState::Closed);
                        state = to;
                        told.push(event);
                    }
                    Err(refused) => prop_assert_eq!(refused, NotAllowed { state, step }),
                }
            }
            let at = |event| told.iter().position(|e| *e == event);
            if let Some(answered) = at(Event::Answered) {
                let verified = at(Event::WellFounded).or(at(Event::Unfounded));
                prop_assert!(verified.is_some_and(|verified| verified < answered));
            }
            prop_assert!(at(Event::Opined).is_none_or(|opined| at(Event::NotContent).is_some_and(|not| not < opined)));
            prop_assert!(told.len() <= 5);
        }

        #[test]
        fn deadlines_are_working_days_in_order(offset in 0_i64..900) {
            let from = plus_days(Date::constant(2025, 1, 1), offset).unwrap();
            let calendar = calendar();
            let deadlines = Deadlines::from(&calendar, from);
            prop_assert!(from < deadlines.verify_by && deadlines.verify_by < deadlines.answer_by);
            prop_assert!(calendar.is_working(deadlines.verify_by) && calendar.is_working(deadlines.answer_by));
            // 1 and 15 of them.
            let mut working = 0;
            let mut day = from;
            while day < deadlines.answer_by {
                day = plus_days(day, 1).unwrap();
                working += u16::from(calendar.is_working(day));
                if day == deadlines.verify_by {
                    prop_assert_eq!(working, VERIFY_DAYS);
                }
            }
            prop_assert_eq!(working, ANSWER_DAYS);
        }
    }
}
