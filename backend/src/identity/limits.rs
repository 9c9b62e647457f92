//! How often things may be tried. Kept in the database: a restart forgets nothing, and all processes count together.

use std::net::IpAddr;

use domain::time::Timestamp;
use storage::Tx;
use storage::identity::limits::{Limit, Taken, clear, give_back, peek, take};

use crate::Backend;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const fn at_once(burst: i64, per: i64) -> Limit {
    Limit { burst, interval_seconds: per / burst }
}

/// Codes to one phone or mail address, whatever for: one a minute, five an hour, ten a day.
pub const CODES_PER_RECEIVER: [(&str, Limit); 3] = [
    ("code-receiver-minute", at_once(1, MINUTE)),
    ("code-receiver-hour", at_once(5, HOUR)),
    ("code-receiver-day", at_once(10, DAY)),
];
/// A mobile carrier puts many people behind one address.
pub const CODES_PER_ADDRESS: (&str, Limit) = ("code-address", at_once(120, HOUR));
/// After the fifth wrong code from one address for one phone or mail address.
pub const CODE_LOCK: (&str, Limit) = ("code-lock", at_once(1, 15 * MINUTE));
/// As many as codes are sent to it, with a few mistakes.
pub const CODE_ATTEMPTS_PER_ADDRESS: (&str, Limit) = ("code-attempt-address", at_once(240, HOUR));
/// Passwords for one account from one address; a stranger elsewhere does not lock the owner out.
pub const PASSWORDS_PER_ACCOUNT: (&str, Limit) = ("password-account", at_once(10, HOUR));
/// Passwords for one account from everywhere.
pub const PASSWORDS_PER_ACCOUNT_ANYWHERE: (&str, Limit) = ("password-account-anywhere", at_once(200, HOUR));
/// Wrong ones: a hall full of clerks, or a village behind one address, may sign in.
pub const PASSWORDS_PER_ADDRESS: (&str, Limit) = ("password-address", at_once(60, HOUR));
pub const STAFF_PASSWORDS_PER_ACCOUNT: (&str, Limit) = ("staff-password-account", at_once(10, HOUR));
pub const STAFF_PASSWORDS_PER_ACCOUNT_ANYWHERE: (&str, Limit) =
    ("staff-password-account-anywhere", at_once(200, HOUR));
/// Second factors of one account, tried by who knows the password.
pub const STAFF_CODES_PER_ACCOUNT: (&str, Limit) = ("staff-code-account", at_once(10, HOUR));
pub const STAFF_CODES_PER_ACCOUNT_ANYWHERE: (&str, Limit) =
    ("staff-code-account-anywhere", at_once(40, HOUR));
/// Each has the identity service asked.
pub const OIDC_STARTS_PER_ADDRESS: (&str, Limit) = ("oidc-start-address", at_once(120, HOUR));
/// New sessions of strangers who post something.
pub const SESSIONS_PER_ADDRESS: (&str, Limit) = ("session-address", at_once(600, HOUR));
/// Codes with which a person shows certificates, and copies bound to a wallet.
pub const SHARES_PER_PERSON: (&str, Limit) = ("certificate-share-person", at_once(60, HOUR));
pub const BINDINGS_PER_PERSON: (&str, Limit) = ("certificate-bind-person", at_once(20, HOUR));
/// Each has several registers asked.
pub const CONSENTS_PER_PERSON: (&str, Limit) = ("consent-person", at_once(120, HOUR));
/// Each is unpacked and painted anew.
pub const UPLOADS_PER_PERSON: (&str, Limit) = ("upload-person", at_once(120, HOUR));
pub const VERIFICATIONS_PER_PERSON: (&str, Limit) = ("verify-person", at_once(5, HOUR));
pub const VERIFICATIONS_PER_ADDRESS: (&str, Limit) = ("verify-address", at_once(120, HOUR));

/// Codes for how a case stands, of one reference number to one phone: one a minute, five an hour.
pub const STATUS_CODES: [(&str, Limit); 2] =
    [("case-code-minute", at_once(1, MINUTE)), ("case-code-hour", at_once(5, HOUR))];
pub const STATUS_CODES_PER_ADDRESS: (&str, Limit) = ("case-code-address", at_once(30, HOUR));
pub const STATUS_TRIES_PER_ADDRESS: (&str, Limit) = ("case-try-address", at_once(60, HOUR));
/// By address, too.
pub const STATUS_TRIES_PER_REFERENCE: (&str, Limit) = ("case-try-reference", at_once(20, HOUR));
/// Numbers printed on certificates: enough for a counter that checks paper all day, too little for trying numbers out.
pub const NUMBERS_PER_ADDRESS: (&str, Limit) =
    ("certificate-number-address", Limit { burst: 60, interval_seconds: 20 });

/// One bucket: its key and what fits into it.
#[derive(Clone)]
pub struct Bucket {
    key: Vec<u8>,
    limit: Limit,
}

impl Bucket {
    pub fn new(backend: &Backend, (name, limit): (&str, Limit), subject: &str) -> Self {
        Bucket { key: backend.keys.blind_index("rate_limits.key", &format!("{name}|{subject}")), limit }
    }

    pub fn of_address(backend: &Backend, limit: (&str, Limit), address: IpAddr) -> Self {
        Bucket::new(backend, limit, &subscriber(address))
    }

    /// By account and address.
    pub fn of_account(backend: &Backend, limit: (&str, Limit), account: &str, address: IpAddr) -> Self {
        Bucket::new(backend, limit, &format!("{account}|{}", subscriber(address)))
    }

    /// When it is free again, if it is full.
    pub async fn full_until(&self, tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, storage::Error> {
        Ok(retry_at(peek(tx, &self.key, self.limit, now).await?))
    }

    /// Takes one, or says when.
    pub async fn take(&self, tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, storage::Error> {
        Ok(retry_at(take(tx, &self.key, self.limit, now).await?))
    }

    /// Gives back one that was taken.
    pub async fn give_back(&self, tx: &mut Tx) -> Result<(), storage::Error> {
        give_back(tx, &self.key, self.limit).await
    }

    pub async fn empty(&self, tx: &mut Tx) -> Result<(), storage::Error> {
        clear(tx, &self.key).await
    }
}

/// Who is behind an address: all of a /64 network of IPv6 is one subscriber.
pub fn subscriber(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
    }
}

fn retry_at(taken: Taken) -> Option<Timestamp> {
    match taken {
        Taken::Allowed => None,
        Taken::Refused { retry_at } => Some(retry_at),
    }
}

/// Takes one from each; when one is full, says until when. The caller then drops the transaction, so that a refusal
/// counts nowhere.
pub async fn take_all(
    tx: &mut Tx,
    buckets: &[Bucket],
    now: Timestamp,
) -> Result<Option<Timestamp>, storage::Error> {
    let mut latest = None;
    for bucket in buckets {
        latest = latest.max(bucket.take(tx, now).await?);
    }
    Ok(latest)
}

/// As [`take_all`], in a transaction of its own: counts a try before anything is looked up.
pub async fn take_now(backend: &Backend, buckets: Vec<Bucket>) -> Result<Option<Timestamp>, storage::Error> {
    let now = backend.now();
    let taken: Result<(), Full> = backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                match take_all(tx, &buckets, now).await? {
                    Some(retry_at) => Err(Full::Until(retry_at)),
                    None => Ok(()),
                }
            })
        })
        .await;
    match taken {
        Ok(()) => Ok(None),
        Err(Full::Until(retry_at)) => Ok(Some(retry_at)),
        Err(Full::Storage(error)) => Err(error),
    }
}

/// Why nothing was taken.
enum Full {
    Until(Timestamp),
    Storage(storage::Error),
}

impl From<storage::Error> for Full {
    fn from(error: storage::Error) -> Self {
        Full::Storage(error)
    }
}
