//! Overload: so many requests at once and so long each, then 503.
//!
//! The time in which a client sends its body is not the portal's: it has a bound of its own, by progress, so that a slow
//! phone can send a photograph and nobody can keep a place by sending a byte now and then.

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use app::visit::ClientAddress;
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use backend::identity::subscriber;
use http::{
    StatusCode,
    header::{CONTENT_LENGTH, RETRY_AFTER, TRANSFER_ENCODING},
};
use hyper::body::{Frame, SizeHint};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep_until},
};

use crate::config::Limits;

#[derive(Clone)]
pub struct Guard {
    places: Arc<Semaphore>,
    uploads: Places,
    /// Bodies that the portal has to wait for: half of the places, so that they never keep all of them.
    waits: Places,
    form_bytes: u64,
    bounds: Bounds,
}

/// Places of which one client gets a share.
#[derive(Clone)]
struct Places {
    all: Arc<Semaphore>,
    /// Places taken, of each client that has any.
    by_client: Arc<Mutex<HashMap<String, usize>>>,
    share: usize,
}

/// One of them.
struct Taken {
    _place: OwnedSemaphorePermit,
    by_client: Arc<Mutex<HashMap<String, usize>>>,
    client: String,
}

impl Places {
    fn new(all: usize, share: usize) -> Self {
        Places { all: Arc::new(Semaphore::new(all)), by_client: Arc::default(), share }
    }

    /// `None` when all are taken, or the client's share.
    fn take(&self, client: Option<ClientAddress>) -> Option<Taken> {
        let place = self.all.clone().try_acquire_owned().ok()?;
        let client = client.map_or_else(String::new, |client| subscriber(client.0));
        let mut shares = self.by_client.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = shares.entry(client.clone()).or_default();
        if *taken >= self.share {
            return None;
        }
        *taken += 1;
        Some(Taken { _place: place, by_client: self.by_client.clone(), client })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut shares = self.by_client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = shares.get_mut(&self.client) {
            *taken -= 1;
            if *taken == 0 {
                shares.remove(&self.client);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Bounds {
    request: Duration,
    /// Between two pieces of a body.
    idle: Duration,
    /// After the time of a request a body must have come at this pace.
    bytes_per_second: u64,
    upload: Duration,
}

impl Guard {
    pub fn new(limits: &Limits) -> Self {
        Guard {
            places: Arc::new(Semaphore::new(limits.concurrent_requests)),
            uploads: Places::new(limits.concurrent_uploads, limits.uploads_per_address),
            waits: Places::new(limits.concurrent_requests.div_ceil(2), limits.waits_per_address),
            form_bytes: limits.form_bytes as u64,
            bounds: Bounds {
                request: Duration::from_secs(limits.request_seconds),
                idle: Duration::from_secs(limits.body_idle_seconds),
                bytes_per_second: limits.body_bytes_per_second.max(1),
                upload: Duration::from_secs(limits.upload_seconds),
            },
        }
    }

    /// A place among the uploads for what may be larger than a form; `Err` when there is none.
    fn upload(&self, request: &Request) -> Result<Option<Taken>, ()> {
        let length = request.headers().get(CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
        let large = match length {
            Some(length) => length > self.form_bytes,
            None => request.headers().contains_key(TRANSFER_ENCODING),
        };
        if !large {
            return Ok(None);
        }
        self.uploads.take(client(request)).map(Some).ok_or(())
    }
}

fn client(request: &Request) -> Option<ClientAddress> {
    request.extensions().get::<ClientAddress>().copied()
}

/// Middleware: takes a free place or refuses at once; nobody waits in a queue.
pub async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let Ok(_place) = guard.places.try_acquire() else { return busy("2") };
    let Ok(_upload) = guard.upload(&request) else { return busy("10") };
    let pace = Pace::new(guard.bounds);
    let waits = Waits { places: guard.waits.clone(), client: client(&request), taken: None };
    let mut answer = pin!(next.run(request.map(|body| Body::new(Paced { body, pace: pace.clone(), waits }))));
    let mut alarm = pin!(sleep_until(pace.due().0));
    poll_fn(|context| {
        if let Poll::Ready(response) = answer.as_mut().poll(context) {
            return Poll::Ready(response);
        }
        let (due, late) = pace.due();
        if alarm.deadline() != due {
            alarm.as_mut().reset(due);
        }
        alarm.as_mut().poll(context).map(|()| match late {
            Late::Client => StatusCode::REQUEST_TIMEOUT.into_response(),
            Late::Portal => busy("10"),
        })
    })
    .await
}

fn busy(retry_after_seconds: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, retry_after_seconds)]).into_response()
}

/// Whose time it is that ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Late {
    Client,
    Portal,
}

/// How far a body has come, known to whoever reads it and to the guard.
#[derive(Clone)]
struct Pace {
    bounds: Bounds,
    began: Instant,
    progress: Arc<Mutex<Progress>>,
}

#[derive(Default)]
struct Progress {
    bytes: u64,
    /// Since when the portal waits for the next piece.
    waiting: Option<Instant>,
    waited: Duration,
    /// There was no place to wait in.
    crowded: bool,
}

impl Pace {
    fn new(bounds: Bounds) -> Self {
        Pace { bounds, began: Instant::now(), progress: Arc::default() }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When patience ends, as things stand, and with whom.
    fn due(&self) -> (Instant, Late) {
        let (progress, bounds) = (self.progress(), self.bounds);
        if progress.crowded {
            return (self.began, Late::Portal);
        }
        let Some(since) = progress.waiting else {
            return (self.began + bounds.request + progress.waited, Late::Portal);
        };
        let earned = Duration::from_secs(progress.bytes / bounds.bytes_per_second);
        let whole = (bounds.request + earned).min(bounds.upload.max(bounds.request));
        ((since + bounds.idle).min(self.began + whole), Late::Client)
    }

    fn crowded(&self) {
        self.progress().crowded = true;
    }

    fn waits(&self, now: Instant) {
        self.progress().waiting.get_or_insert(now);
    }

    fn came(&self, bytes: usize, now: Instant) {
        let mut progress = self.progress();
        progress.bytes += bytes as u64;
        if let Some(since) = progress.waiting.take() {
            progress.waited += now - since;
        }
    }
}

/// A body that notes its pace.
struct Paced {
    body: Body,
    pace: Pace,
    waits: Waits,
}

/// The place that a body takes the first time it has to be waited for, and keeps.
struct Waits {
    places: Places,
    client: Option<ClientAddress>,
    taken: Option<Taken>,
}

impl Waits {
    /// Whether there is a place to wait in.
    fn take(&mut self) -> bool {
        if self.taken.is_none() {
            self.taken = self.places.take(self.client);
        }
        self.taken.is_some()
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if polled.is_pending() {
            if !self.waits.take() {
                self.pace.crowded();
            }
            self.pace.waits(Instant::now());
        }
        let frame = ready!(polled);
        let bytes = frame.as_ref().and_then(|f| f.as_ref().ok()?.data_ref().map(Bytes::len));
        self.pace.came(bytes.unwrap_or(0), Instant::now());
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds {
        request: Duration::from_secs(30),
        idle: Duration::from_secs(15),
        bytes_per_second: 1000,
        upload: Duration::from_secs(600),
    };

    /// When patience ends after the beginning.
    fn due(pace: &Pace) -> (u64, Late) {
        let (due, late) = pace.due();
        ((due - pace.began).as_secs(), late)
    }

    /// The portal waits from one second to another, and gets so many bytes then.
    fn sent(pace: &Pace, from: u64, to: u64, bytes: usize) {
        pace.waits(pace.began + Duration::from_secs(from));
        pace.came(bytes, pace.began + Duration::from_secs(to));
    }

    #[test]
    fn nobody_has_all_places_of_uploads() {
        let limits = Limits { concurrent_uploads: 5, uploads_per_address: 2, ..Limits::default() };
        let guard = Guard::new(&limits);
        let large = |client: [u8; 4]| {
            let mut request = Request::new(Body::empty());
            request.headers_mut().insert(TRANSFER_ENCODING, http::HeaderValue::from_static("chunked"));
            request.extensions_mut().insert(ClientAddress(client.into()));
            guard.upload(&request)
        };
        let (first, second) = (large([10, 0, 0, 1]), large([10, 0, 0, 1]));
        assert!(matches!((&first, &second), (Ok(Some(_)), Ok(Some(_)))));
        assert!(large([10, 0, 0, 1]).is_err(), "its share is used up");
        let other = large([10, 0, 0, 2]);
        assert!(matches!(other, Ok(Some(_))));
        drop(first);
        let again = large([10, 0, 0, 1]);
        assert!(matches!(again, Ok(Some(_))));
        drop((second, other, again));
        assert!(guard.uploads.by_client.lock().unwrap().is_empty(), "nothing is left of who is gone");
    }

    #[test]
    fn who_sends_slowly_does_not_keep_others_out() {
        let limits = Limits { concurrent_requests: 8, waits_per_address: 2, ..Limits::default() };
        let guard = Guard::new(&limits);
        let slow = |client: [u8; 4]| {
            let client = Some(ClientAddress(client.into()));
            let waits = Waits { places: guard.waits.clone(), client, taken: None };
            Paced { body: Body::new(Silence), pace: Pace::new(BOUNDS), waits }
        };
        let wait = |body: &mut Paced| {
            let mut context = Context::from_waker(std::task::Waker::noop());
            assert!(Pin::new(body).poll_frame(&mut context).is_pending());
        };
        let mut bodies: Vec<Paced> = [1, 1, 1, 2, 2, 3].map(|last| slow([10, 0, 0, last])).into();
        bodies.iter_mut().for_each(wait);
        let late: Vec<u64> = bodies.iter().map(|body| due(&body.pace).0).collect();
        assert_eq!(
            late,
            [15, 15, 0, 15, 15, 0],
            "the third of a client, and the fifth of all, are refused at once"
        );
        bodies.drain(..2);
        wait(&mut bodies[3]);
        let mut next = slow([10, 0, 0, 1]);
        wait(&mut next);
        assert_eq!(due(&next.pace).0, 15, "there are places again");
    }

    /// A body of which nothing ever comes.
    struct Silence;

    impl HttpBody for Silence {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
            Poll::Pending
        }
    }

    #[test]
    fn a_slow_phone_has_the_time_it_needs_and_the_portal_its_own() {
        let pace = Pace::new(BOUNDS);
        assert_eq!(due(&pace), (30, Late::Portal));
        for second in (0..100).step_by(2) {
            sent(&pace, second, second + 2, 20_000);
        }
        assert_eq!(due(&pace), (130, Late::Portal), "100 s of sending are not the portal's");
        pace.waits(pace.began + Duration::from_secs(100));
        assert_eq!(due(&pace), (115, Late::Client), "silent from then on");
    }

    #[test]
    fn a_byte_now_and_then_keeps_no_place() {
        let pace = Pace::new(BOUNDS);
        for second in [0, 9, 18] {
            sent(&pace, second, second + 9, 1);
        }
        pace.waits(pace.began + Duration::from_secs(27));
        assert_eq!(due(&pace), (30, Late::Client));
    }

    #[test]
    fn no_upload_goes_on_for_ever() {
        let pace = Pace::new(BOUNDS);
        sent(&pace, 0, 590, 30_000_000);
        pace.waits(pace.began + Duration::from_secs(590));
        assert_eq!(due(&pace), (600, Late::Client));
    }
}
