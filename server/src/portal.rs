//! Putting the portal together: database, keys, catalogue, registers, gateways, jobs.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use backend::{
    Backend,
    audit::{self, CheckpointFile},
    cases::{
        backfill::Backfill,
        bundle::{RELEASE, Release},
        consent::BACKFILL,
        live::Live,
        reclock::Follower,
        rehome::{REHOME, Rehome},
        supervision::{ESCALATE, Escalate},
    },
    catalog::{Catalog, Reference, Services},
    clock::{Clock, SystemChance, SystemClock},
    figures,
    identity::{OidcClient, OidcSettingsError, Passwords, StaffSignIn, index_names},
    keys::{self, KeyCheckError},
    messages::{Delivery, Jobs, MAIL, MessageGateways, SMS, Templates},
    organisation::{Organisation, OrganisationError, open_offices_of_catalogue},
    registers::{RegisterClient, SettingsError, configure},
    reviews::{Reviews, UPLOAD, Upload},
    sealing::{KeyRing, KeyRingError},
};
use storage::{Db, keys::key_checks, organisation::demo_mark};
use tokio::sync::watch;

use crate::config::Config;

/// How often a process looks for definitions that another one published.
const CATALOG_LOOK: Duration = Duration::from_secs(5);
/// How often it looks for changes of cases, for those who have them open.
const CASES_LOOK: Duration = Duration::from_secs(2);

/// Use cases and the jobs beside them.
pub struct Portal {
    pub backend: Backend,
    keys_file: PathBuf,
    gateways: Arc<MessageGateways>,
}

/// Why the portal cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    #[error("cannot use the data directory {0}")]
    Data(PathBuf, #[source] io::Error),
    #[error("cannot use the key ring {0}")]
    Keys(PathBuf, #[source] KeyRingError),
    #[error(
        "the key ring {0} is missing, but the database is in use: what was sealed with it cannot be opened by a new one. \
         Put the file back from its backup"
    )]
    LostKeys(PathBuf),
    #[error(
        "the key ring {0} is not the one that this database was written with. Nothing was changed: put the right file \
         back from its backup, or open the database that belongs to it"
    )]
    WrongKeys(PathBuf, #[source] KeyCheckError),
    #[error("cannot open the database")]
    Database(#[source] storage::Error),
    #[error(transparent)]
    Oidc(OidcSettingsError),
    #[error("cannot make an HTTP client")]
    Http(#[source] reqwest::Error),
    #[error("the reference data inside the program is damaged: {0}")]
    Reference(String),
    #[error(transparent)]
    Registers(#[from] SettingsError),
}

impl Portal {
    /// As [`Portal::open_at`], by the time of the machine.
    pub async fn open(config: &Config) -> Result<Portal, PortalError> {
        Portal::open_at(config, Arc::new(SystemClock)).await
    }

    /// Opens everything; neither migrates nor loads the catalogue. Refuses a key ring that the database does not know.
    pub async fn open_at(config: &Config, clock: Arc<dyn Clock>) -> Result<Portal, PortalError> {
        let db = open_database(config).await?;
        let keys = open_keys(config, &db).await?;
        let http = http_client()?;
        let mut reference =
            Reference::embedded().map_err(|error| PortalError::Reference(error.to_string()))?;
        let templates = Templates::embedded().map_err(|error| PortalError::Reference(error.to_string()))?;
        configure(&mut reference.registers, &config.registers)?;
        let registers =
            RegisterClient::new(http.clone(), config.registers.clone(), &reference.registers, clock.clone());
        let staff = StaffSignIn {
            second_factor: config.staff.second_factor.unwrap_or_default(),
            oidc: identity_service(config, &http)?,
        };
        let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        let backend = Backend {
            db,
            clock,
            chance: Arc::new(SystemChance),
            keys: Arc::new(keys),
            organisation: Arc::new(Organisation::new(reference.calendar.clone())),
            catalog: Arc::new(Catalog::new(reference)),
            registers: Arc::new(registers),
            passwords: Arc::new(Passwords::new(workers, config.limits.waiting_passwords, &SystemChance)),
            staff: Arc::new(staff),
            templates: Arc::new(templates),
            published: Arc::default(),
            hold_seconds: i64::from(config.desk.hold_minutes) * 60,
            reviews: Arc::new(reviews(config, &http)),
            live: Arc::new(Live::new(config.limits.event_streams)),
            public_url: config.public_url().into(),
        };
        let gateways = Arc::new(MessageGateways::new(http, config.sms.clone(), config.mail.clone()));
        let portal = Portal { backend, keys_file: config.keys_file(), gateways };
        let pending = portal.backend.db.pending_migrations().await.map_err(PortalError::Database)?;
        if !pending.contains(&key_checks::MIGRATION) {
            portal.check_keys().await?;
        }
        Ok(portal)
    }

    /// Brings the schema up to date. Afterwards the database knows the key ring and the offices of the catalogue.
    pub async fn migrate(&self) -> Result<(), PortalError> {
        self.backend.db.migrate().await.map_err(PortalError::Database)?;
        self.check_keys().await?;
        self.open_offices().await
    }

    /// Opens the offices of the catalogue's departments that are missing.
    pub async fn open_offices(&self) -> Result<(), PortalError> {
        open_offices_of_catalogue(&self.backend).await.map_err(|error| match error {
            OrganisationError::Storage(error) => PortalError::Database(error),
            error => PortalError::Reference(error.to_string()),
        })
    }

    /// Refuses a key ring that a migrated database does not know.
    pub async fn check_keys(&self) -> Result<(), PortalError> {
        keys::check(&self.backend).await.map_err(|error| match error {
            KeyCheckError::Storage(error) => PortalError::Database(error),
            error => PortalError::WrongKeys(self.keys_file.clone(), error),
        })
    }

    /// Everything that leaves through the outbox.
    pub fn jobs(&self) -> Jobs {
        Jobs::new(self.backend.clone())
            .topic(SMS, Delivery::sms(self.gateways.clone()))
            .topic(MAIL, Delivery::mail(self.gateways.clone()))
            .lasting(BACKFILL, Backfill)
            .lasting(RELEASE, Release)
            .lasting(ESCALATE, Escalate)
            .lasting(REHOME, Rehome)
            .lasting(UPLOAD, Upload)
    }

    /// The work of a process with jobs, until `stopped`: the outbox, figures, and checkpoints of the audit trail.
    pub fn work(
        &self,
        config: &Config,
        stopped: watch::Receiver<bool>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (jobs, backend, counting) = (self.jobs(), self.backend.clone(), self.backend.clone());
        let file = CheckpointFile(config.checkpoints_file());
        async move {
            if let Err(error) = index_names(&backend).await {
                tracing::warn!(%error, "not everybody can be found by name yet");
            }
            tokio::join!(
                jobs.run(stopped.clone()),
                figures::keep(counting, stopped.clone()),
                audit::keep(backend, file, stopped)
            );
        }
    }
}

/// Opens the database of `config`, without migrating it.
pub async fn open_database(config: &Config) -> Result<Db, PortalError> {
    let address = match &config.database_url {
        Some(url) => url.clone(),
        None => {
            make_private_folder(&config.data)
                .map_err(|error| PortalError::Data(config.data.clone(), error))?;
            format!("sqlite:{}", config.data.join("zhangban.sqlite").display())
        }
    };
    Db::open(&address).await.map_err(PortalError::Database)
}

/// Reads the key ring, or makes it at the first start: a database in use never gets a new one.
pub async fn open_keys(config: &Config, db: &Db) -> Result<KeyRing, PortalError> {
    make_private_folder(&config.data).map_err(|error| PortalError::Data(config.data.clone(), error))?;
    let file = config.keys_file();
    let ring = match KeyRing::open(&file) {
        Err(KeyRingError::Missing) if is_in_use(db).await.map_err(PortalError::Database)? => {
            return Err(PortalError::LostKeys(file));
        }
        Err(KeyRingError::Missing) => KeyRing::make(&file, &SystemChance),
        read => read,
    };
    ring.map_err(|error| PortalError::Keys(file, error))
}

/// Whether anything was written to the database beyond its tables.
async fn is_in_use(db: &Db) -> Result<bool, storage::Error> {
    let pending = db.pending_migrations().await?;
    if pending.contains(&storage::FIRST_MIGRATION) {
        return Ok(false);
    }
    let mut tx = db.read().await?;
    let known = !pending.contains(&key_checks::MIGRATION) && !key_checks::all(&mut tx).await?.is_empty();
    Ok(known || demo_mark::in_use(&mut tx).await?)
}

/// Calls registers and gateways directly, and follows no redirect: it would carry a token elsewhere.
pub fn http_client() -> Result<reqwest::Client, PortalError> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(3))
        .build()
        .map_err(PortalError::Http)
}

/// Where reviews go, and for how long their lines are kept once they are there.
fn reviews(config: &Config, http: &reqwest::Client) -> Reviews {
    let mut reviews = Reviews::new(http.clone(), config.reviews.upper.clone());
    if let Some(days) = config.reviews.feed_keep_days {
        reviews.feed_keep_days = i64::from(days);
    }
    reviews
}

/// The identity service of staff, if one is configured.
fn identity_service(config: &Config, http: &reqwest::Client) -> Result<Option<OidcClient>, PortalError> {
    let Some(settings) = config.staff.oidc.clone() else { return Ok(None) };
    let secret = settings.secret().map_err(PortalError::Oidc)?;
    Ok(Some(OidcClient::new(http.clone(), settings, secret, &config.public_url())))
}

/// Takes over what other processes publish and change; runs until it is aborted.
pub async fn follow_catalog(backend: Backend) {
    tokio::join!(follow_publications(backend.clone()), follow_calendar(backend));
}

/// Reads dates anew that rest on working days which this process took over. Apart, as there may be very many of them.
async fn follow_calendar(backend: Backend) {
    let mut follower = Follower::default();
    loop {
        tokio::time::sleep(CATALOG_LOOK).await;
        match follower.look(&backend).await {
            Ok(0) => {}
            Ok(moved) => tracing::info!(moved, "promised days were computed anew"),
            Err(error) => tracing::warn!(%error, "cannot compute promised days anew"),
        }
    }
}

async fn follow_publications(backend: Backend) {
    let mut followed: Option<Arc<Services>> = None;
    loop {
        tokio::time::sleep(CATALOG_LOOK).await;
        if let Err(error) = backend.organisation.refresh(&backend.db).await {
            tracing::warn!(%error, "cannot look for changes of the organisation");
        }
        if let Err(error) = backend.catalog.refresh(&backend.db, backend.now().date_in_china()).await {
            tracing::warn!(%error, "cannot look for new definitions");
        }
        // Comparing every member of every bundle is for when there is something new, and until it has succeeded.
        let services = backend.catalog.services();
        if followed.as_ref().is_some_and(|known| Arc::ptr_eq(known, &services)) {
            continue;
        }
        match backend::catalog::bundles::follow(&backend).await {
            Ok(()) => followed = Some(services),
            Err(error) => tracing::warn!(%error, "cannot let bundles follow their members"),
        }
    }
}

/// Notices what any process changes in filed cases; runs until it is aborted.
pub async fn follow_cases(backend: Backend) {
    loop {
        if let Err(error) = backend.live.look(&backend.db, backend.now()).await {
            tracing::warn!(%error, "cannot look for changes of cases");
        }
        tokio::time::sleep(CASES_LOOK).await;
    }
}

/// Makes the folder when it is missing, for this user only.
fn make_private_folder(folder: &Path) -> io::Result<()> {
    if fs::metadata(folder).is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
