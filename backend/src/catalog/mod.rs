//! The catalogue: what services there are, in memory, as published in the database.

pub mod bundles;
pub mod compare;
pub mod cpsv;
pub mod display;
pub mod dry_run;
pub(crate) mod embedded;
pub mod explain;
pub mod files;
pub mod manage;
pub mod publish;
pub mod reference;
pub mod samples;
pub mod search;
mod shape;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use domain::catalog::bundle::Published;
use domain::catalog::{Badge, Definition, Retirement};
use domain::ids::VersionId;
use domain::time::{Timestamp, day_number};
use jiff::civil::Date;
use storage::catalog::versions;
use storage::{Db, Error};

pub use embedded::{bundles as embedded_bundles, services as embedded_services};
pub use reference::{Department, Reference, ReferenceError, Theme};

/// A published version of a service, ready for use.
#[derive(Debug)]
pub struct Service {
    pub version: VersionId,
    /// SHA-256 of the canonical definition, hexadecimal.
    pub digest: String,
    pub published_at: Timestamp,
    /// Of a bundle: the form that is composed of its members.
    pub definition: Definition,
    pub badges: Vec<Badge>,
    /// What it is composed of, where it is a bundle.
    pub bundle: Option<Published>,
}

impl Service {
    pub fn code(&self) -> &str {
        &self.definition.code
    }

    /// A definition that is not published, to be looked at as if it were.
    pub fn imagined(definition: Definition, now: Timestamp) -> Self {
        Service {
            version: VersionId(uuid::Uuid::nil()),
            digest: hex(&publish::digest(&definition)),
            published_at: now,
            badges: definition.badges(),
            definition,
            bundle: None,
        }
    }
}

/// The current services at one moment.
#[derive(Debug, Default)]
pub struct Services {
    generation: i64,
    /// The day in China of which they are.
    day: Option<Date>,
    /// Those that one can apply for, by code.
    pub all: Vec<Arc<Service>>,
    /// Those whose last day is over, by code.
    ended: BTreeMap<String, Arc<Service>>,
    /// The last days that are announced or over, by code.
    retirements: HashMap<String, Retirement>,
    /// Bundles of them, by code.
    pub bundles: Vec<Arc<Service>>,
    index: search::Index,
    bundle_index: search::Index,
}

impl Services {
    /// Where it is the same, so are the services: it grows with every publication and every day.
    pub fn generation(&self) -> i64 {
        self.generation * 10_000_000 + self.day.map_or(0, day_number)
    }

    /// When a service ends or has ended, if it does.
    pub fn retirement(&self, code: &str) -> Option<&Retirement> {
        self.retirements.get(code)
    }

    /// A service whose last day is over.
    pub fn ended(&self, code: &str) -> Option<&Arc<Service>> {
        self.ended.get(code)
    }

    /// A service that one can apply for, or could: for what began with it and is still there.
    pub fn known(&self, code: &str) -> Option<&Arc<Service>> {
        self.get(code).or(self.ended(code))
    }

    /// A service, also one that has ended, or a bundle: what a case or a draft is of.
    pub fn named(&self, code: &str) -> Option<&Arc<Service>> {
        self.known(code).or_else(|| self.bundle(code))
    }

    /// Those that one can apply for, then those that have ended: their certificates hold.
    pub fn every(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.all.iter().chain(self.ended.values())
    }

    pub fn get(&self, code: &str) -> Option<&Arc<Service>> {
        self.all.binary_search_by(|s| s.code().cmp(code)).ok().map(|place| &self.all[place])
    }

    /// A service or a bundle.
    pub fn any(&self, code: &str) -> Option<&Arc<Service>> {
        self.get(code).or_else(|| self.bundle(code))
    }

    pub fn bundle(&self, code: &str) -> Option<&Arc<Service>> {
        self.bundles.binary_search_by(|s| s.code().cmp(code)).ok().map(|place| &self.bundles[place])
    }

    /// Bundles that a service is a member of.
    pub fn bundles_with(&self, code: &str) -> impl Iterator<Item = &Arc<Service>> {
        self.bundles.iter().filter(move |s| {
            s.bundle.as_ref().is_some_and(|published| published.bundle.member(code).is_some())
        })
    }

    /// Bundles that match the words, best first, narrowed by `filter`. No words: all of them.
    pub fn find_bundles(&self, words: &str, filter: &search::Filter) -> Vec<Arc<Service>> {
        self.bundle_index
            .rank(words)
            .into_iter()
            .map(|place| &self.bundles[place])
            .filter(|bundle| filter.admits(bundle))
            .cloned()
            .collect()
    }

    /// Services and bundles that match the words, in one order, best first, narrowed by `filter`. Of equals, services first.
    pub fn find_any(&self, words: &str, filter: &search::Filter) -> Vec<Arc<Service>> {
        let services = self.index.scored(words).into_iter().map(|(score, place)| (score, &self.all[place]));
        let bundles =
            self.bundle_index.scored(words).into_iter().map(|(score, place)| (score, &self.bundles[place]));
        let mut scored: Vec<(u32, &Arc<Service>)> = services.chain(bundles).collect();
        // Stable.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let best = scored.first().map_or(0, |(score, _)| *score);
        search::without_noise(scored)
            .into_iter()
            // A bundle that shares but a word with what was typed is not what is looked for.
            .filter(|(score, service)| service.bundle.is_none() || score * 3 >= best * 2)
            .map(|(_, service)| service)
            .filter(|service| filter.admits(service))
            .cloned()
            .collect()
    }

    /// Services that match the words, best first, narrowed by `filter`. No words: all of them, by theme and name.
    pub fn find(&self, words: &str, filter: &search::Filter) -> Vec<Arc<Service>> {
        self.index
            .rank(words)
            .into_iter()
            .map(|place| &self.all[place])
            .filter(|service| filter.admits(service))
            .cloned()
            .collect()
    }
}

/// How many services one deployment can have.
const LIMIT: i64 = 10_000;
/// Versions kept in memory for cases that began with older ones.
const REMEMBERED: usize = 2_000;

/// The catalogue of a process. Other processes' publications arrive with [`Catalog::refresh`].
pub struct Catalog {
    pub reference: Reference,
    current: RwLock<Arc<Services>>,
    versions: RwLock<HashMap<VersionId, Arc<Service>>>,
}

impl Catalog {
    pub fn new(reference: Reference) -> Self {
        Catalog { reference, current: RwLock::default(), versions: RwLock::default() }
    }

    /// The current services.
    pub fn services(&self) -> Arc<Services> {
        // A poisoned lock only means that a reader panicked; the content is replaced whole and always sound.
        self.current.read().unwrap_or_else(|e| e.into_inner()).clone()
    }

    /// Loads what has been published, has come into effect or has ended since the last look; `today` is the day in China.
    pub async fn refresh(&self, db: &Db, today: Date) -> Result<(), Error> {
        let before = self.services();
        let generation = versions::generation(&mut db.read().await?).await?;
        if before.generation == generation && before.day == Some(today) {
            return Ok(());
        }
        // One moment for all of it: a bundle is published after its members and must not be seen before them.
        let mut tx = db.snapshot().await?;
        let generation = versions::generation(&mut tx).await?;
        let (mut all, mut retirements, mut after) = (Vec::new(), HashMap::new(), String::new());
        loop {
            let page = versions::current(&mut tx, &after, 200, today).await?;
            let last = page.len() < 200;
            for current in page {
                after.clone_from(&current.version.definition.code);
                retirements.extend(current.retirement().map(|ends| (after.clone(), ends)));
                all.push(Arc::new(service(current.version)));
            }
            if last || all.len() as i64 >= LIMIT {
                break;
            }
        }
        let mut bundles: Vec<Arc<Service>> = Vec::new();
        loop {
            let after = bundles.last().map_or(String::new(), |s| s.code().to_owned());
            let page = storage::catalog::bundles::current(&mut tx, &after, 50).await?;
            let last = page.len() < 50;
            bundles.extend(page.into_iter().map(|version| Arc::new(bundle(version))));
            if last || bundles.len() as i64 >= LIMIT {
                break;
            }
        }
        drop(tx);
        let mut remembered = self.versions.write().unwrap_or_else(|e| e.into_inner());
        remembered.extend(all.iter().chain(&bundles).map(|s| (s.version, s.clone())));
        drop(remembered);
        let over = |s: &Arc<Service>| retirements.get(s.code()).is_some_and(|ends| !ends.may_begin(today));
        let (ended, all): (Vec<_>, Vec<_>) = all.into_iter().partition(over);
        let ended = ended.into_iter().map(|s| (s.code().to_owned(), s)).collect();
        let index = search::Index::new(&all, &self.reference);
        let bundle_index = search::Index::new(&bundles, &self.reference);
        let services =
            Services { generation, day: Some(today), all, ended, retirements, bundles, index, bundle_index };
        *self.current.write().unwrap_or_else(|e| e.into_inner()) = Arc::new(services);
        Ok(())
    }

    /// The version a case began with, however old.
    pub async fn version(&self, tx: &mut storage::Tx, id: VersionId) -> Result<Arc<Service>, Error> {
        if let Some(known) = self.versions.read().unwrap_or_else(|e| e.into_inner()).get(&id) {
            return Ok(known.clone());
        }
        let found = match storage::catalog::bundles::by_id(tx, id).await? {
            Some(version) => bundle(version),
            None => service(versions::by_id(tx, id).await?.ok_or(Error::NotFound)?),
        };
        let found = Arc::new(found);
        let mut remembered = self.versions.write().unwrap_or_else(|e| e.into_inner());
        if remembered.len() >= REMEMBERED {
            remembered.clear();
        }
        remembered.insert(id, found.clone());
        Ok(found)
    }
}

fn service(version: versions::Version) -> Service {
    let definition = version.definition;
    Service {
        version: version.id,
        digest: hex(&version.digest),
        published_at: version.published_at,
        badges: definition.badges(),
        definition,
        bundle: None,
    }
}

fn bundle(version: storage::catalog::bundles::BundleVersion) -> Service {
    let definition = version.content.composed();
    Service {
        version: version.id,
        digest: hex(&version.digest),
        published_at: version.published_at,
        badges: definition.badges(),
        definition,
        bundle: Some(version.content),
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
