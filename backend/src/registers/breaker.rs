//! A breaker for each register: after some failures in a row it is left alone for a while.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::registers::{Breaker, Registers};
use domain::time::Timestamp;

pub(super) struct Breakers {
    settings: HashMap<String, Breaker>,
    states: Mutex<HashMap<String, State>>,
}

#[derive(Clone, Copy, Default)]
struct State {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breakers {
    pub fn new(registers: &Registers) -> Self {
        let settings = registers.all.iter().map(|r| (r.id.clone(), r.breaker)).collect();
        Breakers { settings, states: Mutex::default() }
    }

    /// After the time out of service every request is a trial; the first failure opens the breaker again.
    pub fn lets_through(&self, register: &str, now: Timestamp) -> bool {
        let states = self.states.lock().unwrap_or_else(|e| e.into_inner());
        states.get(register).and_then(|s| s.open_until).is_none_or(|until| until <= now)
    }

    pub fn worked(&self, register: &str) {
        self.states.lock().unwrap_or_else(|e| e.into_inner()).remove(register);
    }

    pub fn failed(&self, register: &str, now: Timestamp) {
        let Some(breaker) = self.settings.get(register) else { return };
        let mut states = self.states.lock().unwrap_or_else(|e| e.into_inner());
        let state = states.entry(register.to_owned()).or_default();
        state.failures += 1;
        if state.failures >= breaker.failures {
            state.open_until = Some(now.plus_seconds(breaker.pause_seconds.into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_and_tries_again() {
        let registers: Registers = toml::from_str(
            r#"
            [[register]]
            id = "r"
            name = { zh = "库", en = "R" }
            authority = { zh = "部门", en = "A" }
            subject = "person"
            path = "/q"
            timeout_ms = 100
            breaker = { failures = 2, pause_seconds = 30 }
            subject_at = "/id"
            observed_at = "/at"
            "#,
        )
        .unwrap();
        let breakers = Breakers::new(&registers);
        let now = Timestamp::from_seconds(1000);
        breakers.failed("r", now);
        breakers.worked("r");
        breakers.failed("r", now);
        assert!(breakers.lets_through("r", now), "failures were not in a row");
        breakers.failed("r", now);
        assert!(!breakers.lets_through("r", now.plus_seconds(29)));
        assert!(breakers.lets_through("r", now.plus_seconds(30)));
        breakers.failed("r", now.plus_seconds(30));
        assert!(!breakers.lets_through("r", now.plus_seconds(31)), "the trial failed");
        breakers.worked("r");
        assert!(breakers.lets_through("r", now.plus_seconds(32)));
    }
}
