//! Files that are read line by line, where every mistake is explained with its line.

use std::{
    fmt::Display,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
};

use super::say;

#[derive(Debug, thiserror::Error)]
#[error("cannot read {0}")]
pub struct Unreadable(PathBuf, #[source] io::Error);

/// Gives each line of a file, or of standard input where it is `-`, to `take`.
pub fn read(file: &Path, take: impl FnMut(&[u8])) -> Result<(), Unreadable> {
    each(file, take).map_err(|error| Unreadable(file.to_owned(), error))
}

fn each(file: &Path, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let lines: Box<dyn BufRead> = match file.as_os_str() == "-" {
        true => Box::new(io::stdin().lock()),
        false => Box::new(BufReader::new(File::open(file)?)),
    };
    for line in lines.split(b'\n') {
        take(&line?);
    }
    Ok(())
}

/// Says what is wrong in which line; nothing was changed.
pub fn explain<W: Display>(file: &Path, mistakes: impl ExactSizeIterator<Item = (usize, W)>) -> ExitCode {
    let count = mistakes.len();
    for (line, wrong) in mistakes {
        say(format!("{}:{line}: {wrong}", file.display()));
    }
    say(format!("{count} mistakes; nothing was changed"));
    ExitCode::FAILURE
}
