//! Hashing passwords: Argon2id on a bounded pool, so that a flood of sign-ins neither eats the memory nor starves
//! everything else.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use tokio::sync::Semaphore;

use crate::clock::Chance;

/// The pool. Parameters are OWASP's: Argon2id, 19 MiB, 2 passes, 1 lane.
pub struct Passwords {
    /// How many hash at the same time.
    workers: Arc<Semaphore>,
    /// How many hash or wait.
    places: Arc<Semaphore>,
    /// Compared with where there is no account, so that one cannot tell by the time.
    nobody: String,
    hashed: AtomicU64,
}

/// Too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct PasswordBusy;

impl Passwords {
    /// A pool of `workers` (19 MiB each) with room for `waiting` more.
    pub fn new(workers: usize, waiting: usize, chance: &dyn Chance) -> Self {
        let mut secret = [0; 32];
        chance.fill(&mut secret);
        Passwords {
            workers: Arc::new(Semaphore::new(workers)),
            places: Arc::new(Semaphore::new(workers + waiting)),
            nobody: hash(&secret, salt(chance)),
            hashed: AtomicU64::new(0),
        }
    }

    /// The PHC string of a new password.
    pub async fn hash(self: &Arc<Self>, password: &str, chance: &dyn Chance) -> Result<String, PasswordBusy> {
        let (password, salt) = (password.to_owned(), salt(chance));
        self.run(move || hash(password.as_bytes(), salt)).await
    }

    /// Whether the password fits. Costs the same without a hash to compare with, and then says no.
    pub async fn verify(self: &Arc<Self>, password: &str, phc: Option<&str>) -> Result<bool, PasswordBusy> {
        let known = phc.is_some();
        let (password, phc) = (password.to_owned(), phc.unwrap_or(&self.nobody).to_owned());
        let fits = self.run(move || verify(password.as_bytes(), &phc)).await?;
        Ok(fits && known)
    }

    /// How many passwords were hashed or compared since the start, for metrics.
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordBusy> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| PasswordBusy)?;
        // Never closed.
        let worker = self.workers.clone().acquire_owned().await.map_err(|_| PasswordBusy)?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        // The permits go with the work: it goes on when whoever asked goes away.
        let work = move || {
            let done = work();
            drop((place, worker));
            done
        };
        // The work cannot panic; the runtime gives no answer only when it is shut down.
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordBusy)
    }
}

fn salt(chance: &dyn Chance) -> SaltString {
    let mut bytes = [0; 16];
    chance.fill(&mut bytes);
    // 16 bytes are within the limits of the format.
    SaltString::encode_b64(&bytes).unwrap_or_else(|_| unreachable!())
}

fn hash(password: &[u8], salt: SaltString) -> String {
    // Fails only for salts and passwords beyond the limits of the format; ours are 16 and a few thousand bytes.
    Argon2::default().hash_password(password, &salt).map(|hash| hash.to_string()).unwrap_or_default()
}

fn verify(password: &[u8], phc: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemChance;

    #[tokio::test]
    async fn fits_only_the_right_password_and_nobody_at_all() {
        let pool = Arc::new(Passwords::new(1, 1, &SystemChance));
        let phc = pool.hash("the tea is cold again", &SystemChance).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_eq!(pool.verify("the tea is cold again", Some(&phc)).await, Ok(true));
        assert_eq!(pool.verify("the tea is warm again", Some(&phc)).await, Ok(false));
        assert_eq!(pool.verify("the tea is cold again", None).await, Ok(false));
        assert_eq!(pool.hashed(), 4, "an unknown account costs a hash as well");
    }

    #[tokio::test]
    async fn a_full_queue_is_refused_at_once() {
        let pool = Arc::new(Passwords::new(1, 1, &SystemChance));
        let first = pool.places.acquire().await.unwrap();
        let second = pool.places.acquire().await.unwrap();
        assert_eq!(pool.verify("x", None).await, Err(PasswordBusy));
        drop((first, second));
        assert_eq!(pool.verify("x", None).await, Ok(false));
    }

    #[tokio::test]
    async fn who_goes_away_leaves_no_room_while_the_work_goes_on() {
        let pool = Arc::new(Passwords::new(1, 0, &SystemChance));
        let (started, has_started) = std::sync::mpsc::channel();
        let (finish, may_finish) = std::sync::mpsc::channel::<()>();
        let asked = tokio::spawn({
            let pool = pool.clone();
            async move {
                let work = move || {
                    started.send(()).unwrap();
                    may_finish.recv().unwrap();
                };
                pool.run(work).await
            }
        });
        tokio::task::spawn_blocking(move || has_started.recv().unwrap()).await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(pool.verify("x", None).await, Err(PasswordBusy));
        finish.send(()).unwrap();
        // The only place is free once the work is done.
        drop(pool.places.acquire().await.unwrap());
        assert_eq!(pool.verify("x", None).await, Ok(false));
    }
}
