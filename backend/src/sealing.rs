//! Sealing of personal data: authenticated encryption bound to its place, and keyed digests to find it by.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::clock::Chance;

const FORMAT: u8 = 1;
const NONCE: usize = 24;

/// Where a sealed value stands. It opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub column: &'a str,
    /// Id of the row.
    pub row: &'a [u8],
}

impl<'a> Place<'a> {
    pub fn new(table: &'a str, column: &'a str, row: &'a uuid::Uuid) -> Self {
        Place { table, column, row: row.as_bytes() }
    }

    fn associated_data(&self) -> Vec<u8> {
        let mut data = Vec::with_capacity(64);
        for part in [self.table.as_bytes(), self.column.as_bytes(), self.row] {
            data.extend((part.len() as u32).to_be_bytes());
            data.extend(part);
        }
        data
    }
}

/// The value cannot be opened: it was changed, belongs elsewhere, or its key is not in the ring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened")]
pub struct Unopenable;

/// Why a key ring cannot be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    #[error("there is no such file")]
    Missing,
    #[error("the key ring file: {0}")]
    File(#[from] std::io::Error),
    #[error("the key ring file is malformed: {0}")]
    Malformed(String),
    #[error("the key ring file can be read by others: set its mode to 0600")]
    Permissions,
}

/// The keys of a deployment. All processes on one database share one ring.
pub struct KeyRing {
    current: u32,
    ciphers: BTreeMap<u32, XChaCha20Poly1305>,
    index: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRingFile {
    /// Id of the key that seals new values.
    current: u32,
    /// Key of the blind index, base64. It cannot be rotated without indexing anew.
    index: String,
    /// Sealing keys by id, base64, 32 bytes each.
    keys: BTreeMap<String, String>,
}

fn fresh(chance: &dyn Chance) -> [u8; 32] {
    let mut key = [0; 32];
    chance.fill(&mut key);
    key
}

fn malformed(what: &str) -> KeyRingError {
    KeyRingError::Malformed(what.to_owned())
}

impl KeyRingFile {
    fn read(text: &str) -> Result<Self, KeyRingError> {
        // The parser quotes the text around a mistake: keys must not reach a log.
        toml::from_str(text).map_err(|_| malformed("it is no key ring"))
    }

    /// Reads a ring that is to be changed, and checks that it is one.
    fn open(path: &Path) -> Result<Self, KeyRingError> {
        KeyRing::open(path)?;
        Self::read(&fs::read_to_string(path)?)
    }

    fn newest(&self) -> Result<u32, KeyRingError> {
        let ids = self.keys.keys().filter_map(|id| id.parse().ok());
        ids.max().ok_or_else(|| malformed("it has no keys"))
    }

    /// Replaces the file at once: whoever reads it finds the old ring or the new one.
    fn write(&self, path: &Path) -> Result<(), KeyRingError> {
        let text = toml::to_string(self).map_err(|e| KeyRingError::Malformed(e.to_string()))?;
        let temporary = write_private(path, &text)?;
        fs::rename(&temporary, path)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

impl KeyRing {
    /// A ring with one fresh key.
    pub fn generate(chance: &dyn Chance) -> Self {
        let (key, index) = (fresh(chance), fresh(chance));
        KeyRing { current: 1, ciphers: [(1, XChaCha20Poly1305::new(&key.into()))].into(), index }
    }

    /// Reads the ring at `path`.
    pub fn open(path: &Path) -> Result<Self, KeyRingError> {
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => KeyRingError::Missing,
            _ => KeyRingError::File(error),
        })?;
        check_mode(path)?;
        Self::read(&text)
    }

    /// Makes a ring with one fresh key at `path` with mode 0600, unless there is a file already, and reads it.
    pub fn make(path: &Path, chance: &dyn Chance) -> Result<Self, KeyRingError> {
        let (key, index) = (fresh(chance), fresh(chance));
        let file = KeyRingFile {
            current: 1,
            index: STANDARD.encode(index),
            keys: [("1".to_owned(), STANDARD.encode(key))].into(),
        };
        let text = toml::to_string(&file).map_err(|e| KeyRingError::Malformed(e.to_string()))?;
        create_private(path, &text)?;
        // Another process may have made it first: what is in the file counts.
        Self::open(path)
    }

    /// Adds a key to the ring at `path`, which seals nothing yet; gives its id.
    pub fn add(path: &Path, chance: &dyn Chance) -> Result<u32, KeyRingError> {
        let mut file = KeyRingFile::open(path)?;
        let id = file.newest()?.checked_add(1).ok_or_else(|| malformed("there are too many keys"))?;
        file.keys.insert(id.to_string(), STANDARD.encode(fresh(chance)));
        file.write(path)?;
        Ok(id)
    }

    /// Makes the newest key of the ring at `path` the current one; gives its id.
    pub fn take_newest(path: &Path) -> Result<u32, KeyRingError> {
        let mut file = KeyRingFile::open(path)?;
        file.current = file.newest()?;
        file.write(path)?;
        Ok(file.current)
    }

    /// The newest key of the ring.
    pub fn newest(&self) -> u32 {
        self.ciphers.keys().next_back().copied().unwrap_or(self.current)
    }

    fn read(text: &str) -> Result<Self, KeyRingError> {
        let file = KeyRingFile::read(text)?;
        let bytes = |text: &str| {
            STANDARD
                .decode(text)
                .ok()
                .and_then(|b| <[u8; 32]>::try_from(b).ok())
                .ok_or_else(|| malformed("a key is not 32 bytes in base64"))
        };
        let mut ciphers = BTreeMap::new();
        for (id, key) in &file.keys {
            let id: u32 = id.parse().map_err(|_| malformed("the id of a key is no number"))?;
            ciphers.insert(id, XChaCha20Poly1305::new(&bytes(key)?.into()));
        }
        if !ciphers.contains_key(&file.current) {
            return Err(malformed("the current key is missing"));
        }
        Ok(KeyRing { current: file.current, ciphers, index: bytes(&file.index)? })
    }

    /// Id of the key that seals new values.
    pub fn current(&self) -> u32 {
        self.current
    }

    pub fn has(&self, id: u32) -> bool {
        self.ciphers.contains_key(&id)
    }

    /// Seals `plain` for `place`.
    pub fn seal(&self, place: Place<'_>, plain: &[u8], chance: &dyn Chance) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        chance.fill(&mut nonce);
        let aad = place.associated_data();
        let sealed = self.ciphers[&self.current]
            .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: &aad })
            // Fails only beyond 256 GiB.
            .unwrap_or_default();
        let mut envelope = Vec::with_capacity(5 + NONCE + sealed.len());
        envelope.push(FORMAT);
        envelope.extend(self.current.to_be_bytes());
        envelope.extend(nonce);
        envelope.extend(sealed);
        envelope
    }

    /// Opens what was sealed for `place`.
    pub fn open_sealed(&self, place: Place<'_>, envelope: &[u8]) -> Result<Vec<u8>, Unopenable> {
        let (head, rest) = envelope.split_at_checked(5).ok_or(Unopenable)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or(Unopenable)?;
        if head[0] != FORMAT {
            return Err(Unopenable);
        }
        let id = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let aad = place.associated_data();
        self.ciphers
            .get(&id)
            .ok_or(Unopenable)?
            .decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad: &aad })
            .map_err(|_| Unopenable)
    }

    /// Ids of all keys.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.ciphers.keys().copied()
    }

    /// Id of the key that sealed a value; `None` when nothing is sealed in it.
    pub fn key_of(envelope: &[u8]) -> Option<u32> {
        let (head, _) = envelope.split_first_chunk::<5>()?;
        (head[0] == FORMAT).then(|| u32::from_be_bytes([head[1], head[2], head[3], head[4]]))
    }

    /// A keyed digest of `value` for the column `column`, by which a sealed value is found.
    pub fn blind_index(&self, column: &str, value: &str) -> Vec<u8> {
        // HMAC takes keys of any length.
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.index).unwrap_or_else(|_| unreachable!());
        mac.update(&(column.len() as u32).to_be_bytes());
        mac.update(column.as_bytes());
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// A key for one purpose, always the same in one ring. The index key stands behind it, apart from all digests.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        // HMAC takes keys of any length. No column of an index has a name of this length.
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.index).unwrap_or_else(|_| unreachable!());
        mac.update(&u32::MAX.to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// SHA-256, for tokens that are random themselves.
pub fn digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

/// Writes a file beside `path` that only this user reads, to the disk.
#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<PathBuf> {
    use std::os::unix::fs::OpenOptionsExt;
    let temporary = path.with_extension(format!("new-{}", std::process::id()));
    let mut file =
        fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(temporary)
}

fn create_private(path: &Path, text: &str) -> std::io::Result<()> {
    let temporary = write_private(path, text)?;
    // A link fails when the name exists: of two processes one wins, and nobody sees half a file.
    let linked = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match linked {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), KeyRingError> {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path)?.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeyRingError::Permissions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemChance;

    #[test]
    fn opens_only_in_its_place() {
        let ring = KeyRing::generate(&SystemChance);
        let row = uuid::Uuid::from_u128(1);
        let other = uuid::Uuid::from_u128(2);
        let envelope = ring.seal(Place::new("persons", "name", &row), "林晓雨".as_bytes(), &SystemChance);
        let open = |place| ring.open_sealed(place, &envelope);
        assert_eq!(open(Place::new("persons", "name", &row)).unwrap(), "林晓雨".as_bytes());
        assert_eq!(open(Place::new("persons", "name", &other)), Err(Unopenable));
        assert_eq!(open(Place::new("persons", "phone", &row)), Err(Unopenable));
        for place in 0..envelope.len() {
            let mut changed = envelope.clone();
            changed[place] ^= 1;
            assert!(ring.open_sealed(Place::new("persons", "name", &row), &changed).is_err(), "byte {place}");
        }
    }

    #[test]
    fn the_file_is_private_and_read_again() {
        let folder = std::env::temp_dir().join(format!("zhangban-keys-{}", SystemChance.number()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("keys.toml");
        assert!(matches!(KeyRing::open(&path), Err(KeyRingError::Missing)));
        let ring = KeyRing::make(&path, &SystemChance).unwrap();
        let row = uuid::Uuid::from_u128(1);
        let envelope = ring.seal(Place::new("t", "c", &row), b"x", &SystemChance);
        let again = KeyRing::make(&path, &SystemChance).unwrap();
        assert_eq!(again.open_sealed(Place::new("t", "c", &row), &envelope).unwrap(), b"x");
        assert_eq!(again.blind_index("a", "b"), ring.blind_index("a", "b"));
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        assert_eq!(KeyRing::add(&path, &SystemChance).unwrap(), 2);
        let added = KeyRing::open(&path).unwrap();
        assert_eq!((added.current(), added.newest()), (1, 2), "a new key seals nothing yet");
        assert_eq!(KeyRing::take_newest(&path).unwrap(), 2);
        let rotated = KeyRing::open(&path).unwrap();
        assert_eq!(rotated.open_sealed(Place::new("t", "c", &row), &envelope).unwrap(), b"x");
        let anew = rotated.seal(Place::new("t", "c", &row), b"x", &SystemChance);
        assert_eq!([&envelope, &anew].map(|e| KeyRing::key_of(e)), [Some(1), Some(2)]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(KeyRing::open(&path), Err(KeyRingError::Permissions)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
