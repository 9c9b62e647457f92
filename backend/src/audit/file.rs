//! The file of checkpoints, one line of JSON each, for operators to take off the machine.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Take, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Signed;

/// Longer than any line.
const TAIL: u64 = 64 * 1024;

/// A file that only grows.
#[derive(Clone, Debug)]
pub struct CheckpointFile(pub PathBuf);

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the file of checkpoints {0}")]
    File(PathBuf, #[source] io::Error),
    #[error("the last line of {0} is no checkpoint")]
    Malformed(PathBuf),
}

impl CheckpointFile {
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Number of the last checkpoint in it; `None` when there is no file, or nothing in it.
    pub fn last(&self) -> Result<Option<i64>, FileError> {
        let tail = match File::open(&self.0).and_then(|mut file| Tail::read(&mut file)) {
            Ok(tail) => tail,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FileError::File(self.0.clone(), error)),
        };
        let lines = tail.whole_lines().split(|byte| *byte == b'\n');
        // The last piece is what follows the last end of a line: nothing.
        let Some(line) = lines.rev().nth(1).filter(|line| !line.is_empty()) else { return Ok(None) };
        let signed: Signed =
            serde_json::from_slice(line).map_err(|_| FileError::Malformed(self.0.clone()))?;
        Ok(Some(signed.checkpoint.number))
    }

    /// Adds the lines that follow the last one; returns once they are on the disk. Another process may do the same.
    pub fn append(&self, lines: &[Signed]) -> Result<(), FileError> {
        let failed = |error| FileError::File(self.0.clone(), error);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).append(true).create(true).mode(0o600).open(&self.0).map_err(failed)?;
        // Until it is closed.
        file.lock().map_err(failed)?;
        let last = self.last()?.unwrap_or_default();
        let mut write = || {
            let tail = Tail::read(&mut file)?;
            file.set_len(tail.start + tail.whole_lines().len() as u64)?;
            let mut text = String::new();
            for line in lines.iter().filter(|line| line.checkpoint.number > last) {
                text += &serde_json::to_string(line)?;
                text.push('\n');
            }
            file.write_all(text.as_bytes())?;
            file.sync_all()
        };
        write().map_err(failed)
    }

    /// All lines that are in the file now, in order.
    pub fn lines(&self) -> io::Result<Lines> {
        let file = File::open(&self.0)?;
        let length = file.metadata()?.len();
        Ok(Lines(BufReader::new(file.take(length))))
    }
}

/// Lines to their ends: half a line is none yet.
pub struct Lines(BufReader<Take<File>>);

impl Iterator for Lines {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<io::Result<String>> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(_) => line.strip_suffix('\n').map(|line| Ok(line.to_owned())),
            Err(error) => Some(Err(error)),
        }
    }
}

/// The end of the file.
struct Tail {
    /// Where it begins.
    start: u64,
    bytes: Vec<u8>,
}

impl Tail {
    fn read(file: &mut File) -> io::Result<Tail> {
        let start = file.metadata()?.len().saturating_sub(TAIL);
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Tail { start, bytes })
    }

    /// A crash in the middle of a line leaves its beginning, which counts for nothing and is written again.
    fn whole_lines(&self) -> &[u8] {
        let end = self.bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        &self.bytes[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Checkpoint, CheckpointKey};
    use crate::clock::{Chance, SystemChance};
    use crate::sealing::KeyRing;

    #[test]
    fn grows_line_by_line_also_after_a_crash() {
        let path = std::env::temp_dir().join(format!("zhangban-checkpoints-{}", SystemChance.number()));
        let file = CheckpointFile(path.clone());
        let key = CheckpointKey::of(&KeyRing::generate(&SystemChance));
        let line = |number| key.sign(Checkpoint::new(number, storage::testing::at(number), &[]));
        assert_eq!(file.last().unwrap(), None);
        file.append(&[line(1), line(2)]).unwrap();
        assert_eq!(file.last().unwrap(), Some(2));
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "{\"checkpoint\":{\"num").unwrap();
        assert_eq!(file.last().unwrap(), Some(2));
        file.append(&[line(3)]).unwrap();
        let lines: Vec<Signed> =
            file.lines().unwrap().map(|l| serde_json::from_str(&l.unwrap()).unwrap()).collect();
        assert_eq!(lines, [line(1), line(2), line(3)]);
        assert!(lines.iter().all(|line| key.signed(line)));
        std::fs::write(&path, "something else\n").unwrap();
        assert!(matches!(file.last(), Err(FileError::Malformed(_))));
        std::fs::remove_file(&path).unwrap();
    }
}
