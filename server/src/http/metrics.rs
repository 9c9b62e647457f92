//! Numbers for Prometheus (text format 0.0.4). Labels are path templates: their number is bounded by the routes.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::extract::State;
use http::{HeaderName, Method, StatusCode, header::CONTENT_TYPE};

use super::{Operations, backlog};

/// Upper bounds of the duration buckets, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

#[derive(Default)]
pub struct Metrics {
    in_flight: AtomicI64,
    answered: Mutex<BTreeMap<Key, Durations>>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Default)]
struct Durations {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum_seconds: f64,
}

impl Metrics {
    pub fn began(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    /// The request ended, with or without an answer.
    pub fn ended(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts an answer.
    pub fn answered(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let key = Key { route: route.to_owned(), method: method_name(method), status: status.as_u16() };
        let seconds = took.as_secs_f64();
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let durations = answered.entry(key).or_default();
        if let Some(bucket) = BUCKETS.iter().position(|bound| seconds <= *bound) {
            durations.buckets[bucket] += 1;
        }
        durations.count += 1;
        durations.sum_seconds += seconds;
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "# HELP http_requests_in_flight Requests being worked on.")?;
        writeln!(out, "# TYPE http_requests_in_flight gauge")?;
        writeln!(out, "http_requests_in_flight {}", self.in_flight.load(Ordering::Relaxed))?;
        writeln!(out, "# HELP http_request_duration_seconds Time until the answer began.")?;
        writeln!(out, "# TYPE http_request_duration_seconds histogram")?;
        let answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        for (Key { route, method, status }, durations) in answered.iter() {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            let mut below = 0;
            for (bound, count) in BUCKETS.iter().zip(durations.buckets) {
                below += count;
                writeln!(out, "http_request_duration_seconds_bucket{{{labels},le=\"{bound}\"}} {below}")?;
            }
            let Durations { count, sum_seconds, .. } = durations;
            writeln!(out, "http_request_duration_seconds_bucket{{{labels},le=\"+Inf\"}} {count}")?;
            writeln!(out, "http_request_duration_seconds_sum{{{labels}}} {sum_seconds}")?;
            writeln!(out, "http_request_duration_seconds_count{{{labels}}} {count}")?;
        }
        Ok(())
    }
}

/// Methods as labels; anyone can invent more.
fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

/// `/metrics`
pub async fn show(State(operations): State<Operations>) -> ([(HeaderName, &'static str); 1], String) {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = operations.metrics.write(&mut out);
    let _ = backlog::write(&mut out, &operations).await;
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative() {
        let metrics = Metrics::default();
        for millis in [2, 20, 40_000] {
            metrics.answered(&Method::GET, "/", StatusCode::OK, Duration::from_millis(millis));
        }
        let mut text = String::new();
        metrics.write(&mut text).unwrap();
        let labels = r#"{method="GET",route="/",status="200",le="#;
        for (bound, count) in [("0.001", 0), ("0.003", 1), ("0.03", 2), ("30", 2), ("+Inf", 3)] {
            let line = format!("http_request_duration_seconds_bucket{labels}\"{bound}\"}} {count}\n");
            assert!(text.contains(&line), "{line}{text}");
        }
    }
}
