//! How long a case may take and has taken: a pure function of what happened to it and of the working calendar.
//!
//! The first day is never counted (民法典 第二百零一条). What is kept with a case are the days on which its clock was
//! started, paused, resumed or restarted; every date is derived, so that a calendar that is announced later moves them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Calendar;
use crate::catalog::{SupplementClock, TimeLimit};

/// Working days within which a department has to say that it does not accept an application or that something is missing;
/// after them it counts as accepted on the day it came (行政许可法 第三十二条).
pub const ACCEPTANCE_DAYS: u16 = 5;

/// What happened to a clock, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Nothing that went before counts any more.
    Started(Date),
    /// The applicant has been asked for something: this day still counts.
    Paused(Date),
    /// It came: this day does not count.
    Resumed(Date),
    /// Decided, or closed otherwise.
    Stopped(Date),
}

impl Mark {
    pub fn day(self) -> Date {
        match self {
            Mark::Started(day) | Mark::Paused(day) | Mark::Resumed(day) | Mark::Stopped(day) => day,
        }
    }
}

/// A case on its way from one office to another: whoever gets it has so many working days to take it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    pub sent: Date,
    /// Working days.
    pub within: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Date>,
}

/// The clock of a case. Hops do not stop it: they are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Working days that the portal promises.
    pub promised: u16,
    /// Working days that the law allows.
    pub statutory: u16,
    pub marks: Vec<Mark>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hops: Vec<Hop>,
    /// 默认批准: the law takes the case as approved when it is not decided in its time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tacit: bool,
}

/// How urgent a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    Green,
    /// A third of the time is left, or less.
    Yellow,
    /// Overdue.
    Red,
}

impl Light {
    pub const ALL: [Light; 3] = [Light::Green, Light::Yellow, Light::Red];

    pub fn code(self) -> &'static str {
        match self {
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }

    pub fn from_code(code: &str) -> Option<Light> {
        Light::ALL.into_iter().find(|light| light.code() == code)
    }
}

/// What a clock is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Going {
    Running,
    /// Waiting for the applicant.
    Paused,
    Stopped,
}

/// A clock read on a day. The dates do not depend on that day; `left`, `used` and `light` do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub going: Going,
    /// Working days used, this day included.
    pub used: u16,
    /// Working days of the promise that are left after this day; negative when overdue.
    pub left: i32,
    /// The promised day; none while the clock is paused.
    pub due_on: Option<Date>,
    /// The last day that the law allows; none while the clock is paused.
    pub statutory_on: Option<Date>,
    /// The first day on which the light is yellow, and red.
    pub yellow_on: Option<Date>,
    pub red_on: Option<Date>,
    /// The first day on which the law takes the case as approved.
    pub tacit_on: Option<Date>,
    /// The day by which the office that got the case has to take it on; none once it has.
    pub take_on: Option<Date>,
    pub light: Light,
    /// The holidays of a year that matters are not known: its dates rest on weekends only.
    pub assumed: bool,
}

impl Clock {
    /// The clock of a case that a person has to decide, received on `day`.
    pub fn start(limit: &TimeLimit, day: Date) -> Clock {
        Clock {
            promised: limit.by_person(),
            statutory: limit.statutory.max(limit.by_person()),
            marks: vec![Mark::Started(day)],
            hops: Vec::new(),
            tacit: limit.tacit,
        }
    }

    fn going(&self) -> Going {
        match self.marks.last() {
            Some(Mark::Paused(_)) => Going::Paused,
            Some(Mark::Stopped(_)) => Going::Stopped,
            Some(Mark::Started(_) | Mark::Resumed(_)) | None => Going::Running,
        }
    }

    /// Adds a mark; one that is earlier than the last counts as on the day of the last.
    fn mark(&mut self, mark: fn(Date) -> Mark, day: Date) {
        let day = self.marks.last().map_or(day, |last| last.day().max(day));
        self.marks.push(mark(day));
    }

    /// The department takes the case on. The limit runs from acceptance, unless the department let the days pass within
    /// which it had to say otherwise: then from receipt.
    pub fn accept(&mut self, calendar: &Calendar, day: Date) {
        let in_time = self.used(calendar, day) <= ACCEPTANCE_DAYS;
        if self.going() == Going::Running && in_time {
            self.mark(Mark::Started, day);
        }
    }

    /// The applicant is asked for something.
    pub fn pause(&mut self, day: Date) {
        if self.going() == Going::Running {
            self.mark(Mark::Paused, day);
        }
    }

    /// What the applicant was asked for has come.
    pub fn resume(&mut self, how: SupplementClock, day: Date) {
        if self.going() == Going::Paused {
            let mark = match how {
                SupplementClock::Pauses => Mark::Resumed,
                SupplementClock::Restarts => Mark::Started,
            };
            self.mark(mark, day);
        }
    }

    /// Nothing more happens to the case.
    pub fn stop(&mut self, day: Date) {
        if self.going() != Going::Stopped {
            self.mark(Mark::Stopped, day);
        }
    }

    /// The case goes to another office, which has so many working days to take it on.
    pub fn hop(&mut self, within: u16, day: Date) {
        self.take(day);
        self.hops.push(Hop { sent: day, within, taken: None });
    }

    /// The office that got the case takes it on.
    pub fn take(&mut self, day: Date) {
        if let Some(hop) = self.hops.last_mut()
            && hop.taken.is_none()
        {
            hop.taken = Some(day.max(hop.sent));
        }
    }

    /// The day on which the office that got the case first heard of it, while it has not taken it on.
    fn open_hop(&self) -> Option<Hop> {
        self.hops.last().copied().filter(|hop| hop.taken.is_none())
    }

    /// Working days that counted, through `day`.
    pub fn used(&self, calendar: &Calendar, day: Date) -> u16 {
        self.spans(day)
            .into_iter()
            .fold(0, |sum, (from, to)| sum.saturating_add(calendar.working_days(from, to)))
    }

    /// The stretches of time that count, through `day`: each without its first day, with its last.
    fn spans(&self, day: Date) -> Vec<(Date, Date)> {
        let mut spans = Vec::new();
        let mut since = None;
        for mark in &self.marks {
            match *mark {
                Mark::Started(from) => {
                    spans.clear();
                    since = Some(from);
                }
                Mark::Resumed(from) => since = Some(from),
                Mark::Paused(to) | Mark::Stopped(to) => {
                    spans.extend(since.take().map(|from| (from, to.min(day))));
                }
            }
        }
        spans.extend(since.map(|from| (from, day)));
        spans
    }

    /// The day on which a limit of `days` is used up; none unless the clock runs.
    fn ends(&self, calendar: &Calendar, days: u16) -> Option<Date> {
        if self.going() != Going::Running {
            return None;
        }
        let spans = self.spans(Date::MAX);
        let (last, before) = spans.split_last()?;
        let mut left = days;
        for &(from, to) in before {
            let counted = calendar.working_days(from, to);
            if counted >= left {
                return Some(calendar.deadline(from, left));
            }
            left -= counted;
        }
        Some(calendar.deadline(last.0, left))
    }

    /// Reads the clock on `today`.
    pub fn read(&self, calendar: &Calendar, today: Date) -> Reading {
        let used = self.used(calendar, today);
        let left = i32::from(self.promised) - i32::from(used);
        let due_on = self.ends(calendar, self.promised);
        let statutory_on = self.ends(calendar, self.statutory);
        let warned = self.promised - self.promised / 3;
        let take_on = self.open_hop().map(|hop| calendar.deadline(hop.sent, hop.within));
        let take_on = take_on.filter(|_| self.going() == Going::Running);
        let first = |a: Option<Date>, b: Option<Date>| [a, b].into_iter().flatten().min();
        let yellow_on = first(self.ends(calendar, warned), take_on);
        let red_on = first(due_on, take_on).and_then(|day| day.tomorrow().ok());
        let reached = |day: Option<Date>| day.is_some_and(|day| today >= day);
        let light = match self.going() {
            Going::Running if reached(red_on) => Light::Red,
            Going::Running if reached(yellow_on) => Light::Yellow,
            Going::Running => Light::Green,
            Going::Paused | Going::Stopped if left < 0 => Light::Red,
            Going::Paused | Going::Stopped if left * 3 <= i32::from(self.promised) => Light::Yellow,
            Going::Paused | Going::Stopped => Light::Green,
        };
        let tacit_on = statutory_on.filter(|_| self.tacit).and_then(|day| day.tomorrow().ok());
        let began = self.marks.first().map_or(today, |mark| mark.day());
        let assumed = !calendar.knows(began, statutory_on.unwrap_or(today).max(began));
        Reading {
            going: self.going(),
            used,
            left,
            due_on,
            statutory_on,
            yellow_on,
            red_on,
            tacit_on,
            take_on,
            light,
            assumed,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Span;
    use proptest::prelude::*;

    use super::*;
    use crate::cases::CalendarYear;

    fn calendar() -> Calendar {
        let mut calendar = Calendar::default();
        for (year, text) in [
            (2024, include_str!("../../../catalog/calendars/2024.toml")),
            (2025, include_str!("../../../catalog/calendars/2025.toml")),
            (2026, include_str!("../../../catalog/calendars/2026.toml")),
        ] {
            calendar.add(year, toml::from_str::<CalendarYear>(text).unwrap()).unwrap();
        }
        calendar
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn clock(promised: u16, from: &str) -> Clock {
        Clock::start(&TimeLimit { statutory: 20, promised, tacit: false }, day(from))
    }

    /// Received, working days, promised day: around Spring Festival and National Day, by the announced calendars.
    #[test]
    fn known_dates() {
        let calendar = calendar();
        for (received, days, due) in [
            // 2024: 10 to 17 February off, 4 and 18 February (Sundays) worked.
            ("2024-02-02", 1, "2024-02-04"),
            ("2024-02-09", 1, "2024-02-18"),
            ("2024-02-08", 3, "2024-02-19"),
            // 2024: 1 to 7 October off, 29 September (Sunday) and 12 October (Saturday) worked.
            ("2024-09-27", 1, "2024-09-29"),
            ("2024-09-30", 5, "2024-10-12"),
            ("2024-09-30", 20, "2024-11-01"),
            // 2025: 28 January to 4 February off, 26 January (Sunday) and 8 February (Saturday) worked.
            ("2025-01-24", 1, "2025-01-26"),
            ("2025-01-27", 1, "2025-02-05"),
            ("2025-01-27", 4, "2025-02-08"),
            // 2025: 1 to 8 October off, 28 September (Sunday) and 11 October (Saturday) worked.
            ("2025-09-26", 1, "2025-09-28"),
            ("2025-09-30", 1, "2025-10-09"),
            ("2025-09-30", 3, "2025-10-11"),
            // 2026: 15 to 23 February off, 14 and 28 February (Saturdays) worked.
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-14", 1, "2026-02-24"),
            ("2026-02-14", 5, "2026-02-28"),
            // 2026: 1 to 7 October off, 20 September (Sunday) and 10 October (Saturday) worked.
            ("2026-09-18", 1, "2026-09-20"),
            ("2026-09-30", 3, "2026-10-10"),
            ("2026-09-30", 20, "2026-11-03"),
        ] {
            let reading = clock(days, received).read(&calendar, day(received));
            assert_eq!(reading.due_on, Some(day(due)), "{days} from {received}");
            assert!(!reading.assumed);
        }
    }

    #[test]
    fn the_light_turns_when_a_third_is_left_and_when_it_is_late() {
        let calendar = calendar();
        let clock = clock(6, "2026-11-02");
        let read = |text| clock.read(&calendar, day(text));
        assert_eq!(read("2026-11-02").due_on, Some(day("2026-11-10")));
        for (on, left, light) in [
            ("2026-11-02", 6, Light::Green),
            ("2026-11-05", 3, Light::Green),
            ("2026-11-06", 2, Light::Yellow),
            ("2026-11-08", 2, Light::Yellow),
            ("2026-11-10", 0, Light::Yellow),
            ("2026-11-11", -1, Light::Red),
        ] {
            assert_eq!((read(on).left, read(on).light), (left, light), "{on}");
        }
    }

    #[test]
    fn it_is_late_on_the_weekend_after_the_promised_friday() {
        let reading = clock(3, "2026-11-03").read(&calendar(), day("2026-11-07"));
        assert_eq!((reading.due_on, reading.light), (Some(day("2026-11-06")), Light::Red));
    }

    #[test]
    fn a_supplement_pauses_or_restarts() {
        let calendar = calendar();
        for (how, due, used) in
            [(SupplementClock::Pauses, "2026-11-18", 3), (SupplementClock::Restarts, "2026-11-23", 0)]
        {
            let mut clock = clock(6, "2026-11-02");
            clock.pause(day("2026-11-05"));
            let paused = clock.read(&calendar, day("2026-11-12"));
            assert_eq!((paused.going, paused.used, paused.left), (Going::Paused, 3, 3));
            assert_eq!((paused.due_on, paused.yellow_on, paused.light), (None, None, Light::Green));
            clock.resume(how, day("2026-11-13"));
            let resumed = clock.read(&calendar, day("2026-11-13"));
            assert_eq!((resumed.due_on, resumed.used), (Some(day(due)), used), "{how:?}");
        }
    }

    #[test]
    fn acceptance_starts_the_limit_unless_it_comes_too_late() {
        let calendar = calendar();
        let mut soon = clock(6, "2026-11-02");
        soon.accept(&calendar, day("2026-11-04"));
        assert_eq!(soon.read(&calendar, day("2026-11-04")).due_on, Some(day("2026-11-12")));
        let mut late = clock(6, "2026-11-02");
        late.accept(&calendar, day("2026-11-10"));
        assert_eq!(late.read(&calendar, day("2026-11-10")).due_on, Some(day("2026-11-10")));
    }

    #[test]
    fn a_hop_has_a_clock_of_its_own_and_is_counted() {
        let calendar = calendar();
        let mut clock = clock(10, "2026-11-02");
        let before = clock.read(&calendar, day("2026-11-03")).due_on;
        clock.hop(1, day("2026-11-03"));
        let moved = clock.read(&calendar, day("2026-11-04"));
        assert_eq!((moved.due_on, moved.take_on), (before, Some(day("2026-11-04"))));
        assert_eq!(moved.light, Light::Yellow);
        assert_eq!(clock.read(&calendar, day("2026-11-05")).light, Light::Red);
        clock.take(day("2026-11-05"));
        let taken = clock.read(&calendar, day("2026-11-05"));
        assert_eq!((taken.take_on, taken.light, taken.due_on), (None, Light::Green, before));
    }

    #[test]
    fn a_year_that_is_not_announced_is_assumed_and_said() {
        let reading = clock(5, "2026-12-29").read(&calendar(), day("2026-12-29"));
        assert!(reading.assumed);
        assert_eq!(reading.due_on, Some(day("2027-01-05")));
    }

    /// What may happen to a clock, with the days that pass before it.
    #[derive(Clone, Debug)]
    enum Happens {
        Accept,
        Pause,
        Resume(SupplementClock),
        Hop,
        Take,
    }

    fn history() -> impl Strategy<Value = Vec<(i32, Happens)>> {
        let happens = prop_oneof![
            Just(Happens::Accept),
            Just(Happens::Pause),
            Just(Happens::Resume(SupplementClock::Pauses)),
            Just(Happens::Resume(SupplementClock::Restarts)),
            Just(Happens::Hop),
            Just(Happens::Take),
        ];
        prop::collection::vec((0..9_i32, happens), 0..12)
    }

    /// The clock after all that, and the day on which the last thing happened.
    fn lived(promised: u16, start: i32, history: Vec<(i32, Happens)>) -> (Clock, Date) {
        let calendar = calendar();
        let plus = |day: Date, days: i32| day.checked_add(Span::new().days(days)).unwrap();
        let mut today = plus(day("2024-01-02"), start);
        let mut clock = Clock::start(&TimeLimit { statutory: 30, promised, tacit: false }, today);
        for (days, happens) in history {
            today = plus(today, days);
            match happens {
                Happens::Accept => clock.accept(&calendar, today),
                Happens::Pause => clock.pause(today),
                Happens::Resume(how) => clock.resume(how, today),
                Happens::Hop => clock.hop(2, today),
                Happens::Take => clock.take(today),
            }
        }
        (clock, today)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_used_and_what_is_left_make_the_promise(
            promised in 1..30_u16, start in 0..700_i32, history in history(),
        ) {
            let calendar = calendar();
            let (clock, today) = lived(promised, start, history);
            let reading = clock.read(&calendar, today);
            prop_assert_eq!(i32::from(reading.used) + reading.left, i32::from(promised));
            prop_assert_eq!(reading.due_on.is_some(), reading.going == Going::Running);
            // On the promised day exactly the promise is used, unless it was used up before a pause.
            if let Some(due) = reading.due_on.filter(|due| *due >= today) {
                prop_assert_eq!(clock.used(&calendar, due), promised);
                prop_assert!(calendar.is_working(due) || clock.used(&calendar, today) == promised || promised == 0);
            }
            prop_assert!(reading.yellow_on <= reading.red_on || reading.take_on.is_some());
            prop_assert!(reading.due_on <= reading.statutory_on);
        }

        #[test]
        fn time_only_makes_it_more_urgent(
            promised in 1..30_u16, start in 0..700_i32, history in history(), later in 0..60_i32,
        ) {
            let calendar = calendar();
            let (clock, today) = lived(promised, start, history);
            let then = today.checked_add(Span::new().days(later)).unwrap();
            prop_assert!(clock.read(&calendar, today).light <= clock.read(&calendar, then).light);
            prop_assert!(clock.read(&calendar, today).used <= clock.read(&calendar, then).used);
        }

        #[test]
        fn asking_the_applicant_never_costs_them_time(
            promised in 1..30_u16, start in 0..700_i32, ask in 0..9_i32, wait in 0..40_i32,
        ) {
            let calendar = calendar();
            let (mut clock, begun) = lived(promised, start, Vec::new());
            let plus = |days: i32| begun.checked_add(Span::new().days(days)).unwrap();
            let before = clock.read(&calendar, plus(ask)).left;
            clock.pause(plus(ask));
            clock.resume(SupplementClock::Pauses, plus(ask + wait));
            prop_assert_eq!(clock.read(&calendar, plus(ask + wait)).left, before);
        }

        #[test]
        fn a_clock_is_kept_as_json(promised in 0..30_u16, start in 0..700_i32, history in history()) {
            let (clock, _) = lived(promised, start, history);
            let json = serde_json::to_string(&clock).unwrap();
            prop_assert_eq!(serde_json::from_str::<Clock>(&json).unwrap(), clock);
        }
    }
}
