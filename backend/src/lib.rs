//! What people can do: one function for each, in the folder of its domain. Each authorises, loads, applies the domain's
//! rule, keeps the result with its audit entry and its outbox messages in one transaction, and leaves foreign work to
//! jobs.

pub mod clock;
pub mod keys;
pub mod sealing;

pub mod audit;
pub mod cases;
pub mod catalog;
pub mod certificates;
pub mod figures;
pub mod identity;
pub mod messages;
pub mod organisation;
pub mod registers;
pub mod reviews;

#[cfg(feature = "testing")]
pub mod testing;

use std::sync::Arc;

pub use storage::Error as StorageError;

use storage::Db;

use cases::live::Live;
use catalog::Catalog;
use certificates::Published;
use clock::{Chance, Clock};
use domain::time::Timestamp;
use identity::{Passwords, StaffSignIn};
use messages::Templates;
use organisation::Organisation;
use registers::RegisterClient;
use reviews::Reviews;
use sealing::{KeyRing, Place, Unopenable};

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct Backend {
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub keys: Arc<KeyRing>,
    pub catalog: Arc<Catalog>,
    /// Offices and the working calendar.
    pub organisation: Arc<Organisation>,
    pub registers: Arc<RegisterClient>,
    pub passwords: Arc<Passwords>,
    /// How staff may sign in.
    pub staff: Arc<StaffSignIn>,
    /// The words of SMS and mails.
    pub templates: Arc<Templates>,
    /// What is published about issuers of certificates, in memory.
    pub published: Arc<Published>,
    /// How long a case is somebody's who does nothing with it, in seconds.
    pub hold_seconds: i64,
    /// What changes while somebody looks.
    pub live: Arc<Live>,
    /// Where reviews go, and what of them is public.
    pub reviews: Arc<Reviews>,
    /// Where people reach the portal, without a slash at the end.
    pub public_url: Arc<str>,
}

impl Backend {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id of any kind: `PersonId(backend.id())`.
    pub fn id(&self) -> uuid::Uuid {
        self.chance.uuid(self.clock.now())
    }

    pub(crate) fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        self.keys.seal(place, plain, &*self.chance)
    }

    pub(crate) fn open(&self, place: Place<'_>, envelope: &[u8]) -> Result<Vec<u8>, Unopenable> {
        self.keys.open_sealed(place, envelope)
    }

    /// Seals a value as JSON.
    pub(crate) fn seal_json(&self, place: Place<'_>, value: &impl serde::Serialize) -> Vec<u8> {
        // Our own types: maps have text keys, numbers are integers.
        self.seal(place, &serde_json::to_vec(value).unwrap_or_default())
    }

    pub(crate) fn open_json<T: serde::de::DeserializeOwned>(
        &self,
        place: Place<'_>,
        envelope: &[u8],
    ) -> Result<T, Unopenable> {
        serde_json::from_slice(&self.open(place, envelope)?).map_err(|_| Unopenable)
    }
}
