//! Lights of running cases, from counters of the days on which they turn: nothing has to be counted anew at midnight.

use jiff::civil::Date;

/// What a running case is counted as, each on a day of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LightKind {
    /// Turns yellow on the day.
    Yellow,
    /// Turns red on the day.
    Red,
    /// Has no clock that runs: waits for the applicant.
    Waiting,
}

impl LightKind {
    pub const ALL: [LightKind; 3] = [LightKind::Yellow, LightKind::Red, LightKind::Waiting];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            LightKind::Yellow => "yellow",
            LightKind::Red => "red",
            LightKind::Waiting => "waiting",
        }
    }

    pub fn from_code(code: &str) -> Option<LightKind> {
        LightKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// How an open case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Waiting,
    Running { yellow_on: Date, red_on: Date },
}

impl Standing {
    /// What it is counted as; waiting is of no day.
    pub fn counted(self) -> Vec<(LightKind, Option<Date>)> {
        match self {
            Standing::Waiting => vec![(LightKind::Waiting, None)],
            Standing::Running { yellow_on, red_on } => {
                vec![(LightKind::Yellow, Some(yellow_on)), (LightKind::Red, Some(red_on))]
            }
        }
    }
}

/// Open cases by their light on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lights {
    pub green: i64,
    pub yellow: i64,
    pub red: i64,
    pub waiting: i64,
}

impl Lights {
    /// As seen on `today`, from counters of the days on which cases turn. No case turns red before it is yellow.
    pub fn on(today: Date, counted: impl IntoIterator<Item = (LightKind, Option<Date>, i64)>) -> Lights {
        let (mut running, mut warned, mut lights) = (0, 0, Lights::default());
        for (kind, day, n) in counted {
            let reached = day.is_some_and(|day| day <= today);
            match kind {
                LightKind::Waiting => lights.waiting += n,
                LightKind::Yellow => {
                    running += n;
                    warned += if reached { n } else { 0 };
                }
                LightKind::Red => lights.red += if reached { n } else { 0 },
            }
        }
        lights.green = running - warned;
        lights.yellow = warned - lights.red;
        lights
    }

    pub fn open(&self) -> i64 {
        self.green + self.yellow + self.red + self.waiting
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::plus_days;

    const START: Date = Date::constant(2026, 11, 1);

    fn standing() -> impl Strategy<Value = Standing> {
        let running = (0_i64..60, 0_i64..20).prop_map(|(yellow, more)| Standing::Running {
            yellow_on: plus_days(START, yellow).unwrap(),
            red_on: plus_days(START, yellow + more).unwrap(),
        });
        prop_oneof![1 => Just(Standing::Waiting), 4 => running]
    }

    proptest! {
        #[test]
        fn counters_say_what_looking_at_each_case_says(cases in prop::collection::vec(standing(), 0..40), day in 0_i64..80) {
            let today = plus_days(START, day).unwrap();
            let counted = cases.iter().flat_map(|case| case.counted()).map(|(kind, day)| (kind, day, 1));
            let mut naive = Lights::default();
            for case in &cases {
                match *case {
                    Standing::Waiting => naive.waiting += 1,
                    Standing::Running { red_on, .. } if today >= red_on => naive.red += 1,
                    Standing::Running { yellow_on, .. } if today >= yellow_on => naive.yellow += 1,
                    Standing::Running { .. } => naive.green += 1,
                }
            }
            let lights = Lights::on(today, counted);
            prop_assert_eq!(lights, naive);
            prop_assert_eq!(lights.open(), cases.len() as i64);
        }
    }
}
