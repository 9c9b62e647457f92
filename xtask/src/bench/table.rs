//! What was measured, beside its goal.

/// How a measurement compares with its goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Met,
    NotMet,
    /// There is no goal for it.
    Reported,
}

impl Verdict {
    /// Larger is better.
    pub fn at_least(measured: f64, goal: f64) -> Self {
        if measured >= goal { Verdict::Met } else { Verdict::NotMet }
    }

    /// Smaller is better.
    pub fn at_most(measured: f64, goal: f64) -> Self {
        if measured <= goal { Verdict::Met } else { Verdict::NotMet }
    }

    fn words(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "NOT MET",
            Verdict::Reported => "-",
        }
    }
}

struct Line {
    what: String,
    goal: String,
    measured: String,
    verdict: Verdict,
    detail: String,
}

/// Lines in the order they were measured.
#[derive(Default)]
pub struct Table(Vec<Line>);

impl Table {
    pub fn add(
        &mut self,
        what: impl Into<String>,
        goal: impl Into<String>,
        measured: impl Into<String>,
        verdict: Verdict,
        detail: impl Into<String>,
    ) {
        let line = Line {
            what: what.into(),
            goal: goal.into(),
            measured: measured.into(),
            verdict,
            detail: detail.into(),
        };
        println!("  {}: {} ({})", line.what, line.measured, line.detail);
        self.0.push(line);
    }

    /// What there is no measurement of, and why.
    pub fn skip(&mut self, what: &str, goal: &str, why: &str) {
        self.add(what, goal, "not measured", Verdict::Reported, why);
    }

    pub fn print(&self) {
        let width = |of: fn(&Line) -> &str| self.0.iter().map(|l| of(l).chars().count()).max().unwrap_or(0);
        let (what, goal) = (width(|l| &l.what), width(|l| &l.goal).max(4));
        let measured = width(|l| &l.measured).max(8);
        println!("\n{:what$}  {:goal$}  {:measured$}  {:7}  how", "what", "goal", "measured", "");
        for l in &self.0 {
            println!(
                "{:what$}  {:goal$}  {:measured$}  {:7}  {}",
                l.what,
                l.goal,
                l.measured,
                l.verdict.words(),
                l.detail
            );
        }
        let missed = self.0.iter().filter(|l| l.verdict == Verdict::NotMet).count();
        let met = self.0.iter().filter(|l| l.verdict == Verdict::Met).count();
        println!("\n{met} met, {missed} not met");
    }
}

/// A number with thousands set apart.
pub fn count(value: f64) -> String {
    let digits = format!("{:.0}", value.max(0.0));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Verdict, count};

    #[test]
    fn numbers_are_readable() {
        let shown = [0.4, 12.0, 999.6, 1234567.0].map(count);
        assert_eq!(shown, ["0", "12", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_goal_itself_is_met() {
        assert_eq!(Verdict::at_least(0.5, 0.5), Verdict::Met);
        assert_eq!(Verdict::at_most(2.1, 2.0), Verdict::NotMet);
    }
}
