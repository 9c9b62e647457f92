//! Time and chance: the only two places that ask the machine for them.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::time::Timestamp;
use uuid::Uuid;

/// Tells the time. A test can set its own.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The time of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still.
impl Clock for Timestamp {
    fn now(&self) -> Timestamp {
        *self
    }
}

/// A clock that a test can move. It runs with the clock it was made from.
pub struct SettableClock {
    base: Box<dyn Clock>,
    /// Microseconds ahead of `base`.
    ahead: AtomicI64,
}

impl SettableClock {
    /// `SettableClock::new(SystemClock)` runs; `SettableClock::new(timestamp)` stands still.
    pub fn new(base: impl Clock + 'static) -> Self {
        SettableClock { base: Box::new(base), ahead: AtomicI64::new(0) }
    }

    pub fn set(&self, now: Timestamp) {
        self.ahead.store(now.as_micros() - self.base.now().as_micros(), Ordering::SeqCst);
    }

    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.base.now().as_micros().saturating_add(self.ahead.load(Ordering::SeqCst)))
    }
}

/// Unpredictable bytes.
pub trait Chance: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);

    /// A new UUIDv7 made at `now`.
    fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let millis = u64::try_from(now.as_micros() / 1000).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// The operating system's generator.
pub struct SystemChance;

impl Chance for SystemChance {
    #[expect(clippy::disallowed_methods, reason = "the one place that draws from the machine")]
    fn fill(&self, bytes: &mut [u8]) {
        rand::Rng::fill(&mut rand::rng(), bytes);
    }
}
