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
        let text = match self.tail() {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FileError::File(self.0.clone(), error)),
        };
        // What follows the last end of a line was cut off by a crash.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let Some(line) = whole.rsplit('\n').next().filter(|line| !line.is_empty()) else { return Ok(None) };
        let signed: Signed = serde_json::from_str(line).map_err(|_| FileError::Malformed(self.0.clone()))?;
        Ok(Some(signed.checkpoint.number))
    }

    fn tail(&self) -> io::Result<String> {
        let mut file = File::open(&self.0)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
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
            cut_off_half_a_line(&mut file)?;
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

/// A crash in the middle of a line leaves its beginning, which is written again.
fn cut_off_half_a_line(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let start = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at as u64 + 1);
    if start + whole < length { file.set_len(start + whole) } else { Ok(()) }
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
