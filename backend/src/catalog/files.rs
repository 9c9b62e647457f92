//! Definitions in files: read, checked with the place of every mistake, written.

use std::path::{Path, PathBuf};
use std::{fs, io};

use domain::catalog::Definition;
use domain::text::Locale;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::explain::explain;
use super::reference::Reference;

/// Largest definition file, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// A mistake in a file, said in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub says: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.says)
    }
}

/// A definition, or everything wrong with it.
pub fn read(
    file: &str,
    text: &str,
    reference: &Reference,
    locale: Locale,
) -> Result<Definition, Vec<Mistake>> {
    let mistake = |line, says| Mistake { file: file.to_owned(), line, says };
    let definition: Definition = toml::from_str(text).map_err(|e| {
        let line = e.span().map_or(1, |span| line_at(text, span.start));
        vec![mistake(line, e.message().to_owned())]
    })?;
    let mut mistakes: Vec<Mistake> = reference
        .check(&definition)
        .into_iter()
        .map(|problem| {
            let line = line_of(text, &problem.at);
            mistake(line, format!("{}: {}", problem.at.join("."), explain(&problem.wrong, locale)))
        })
        .collect();
    let stem = Path::new(file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    if stem != definition.code {
        let says = match locale {
            Locale::Zh => format!("文件名应当是事项编码：{}.toml", definition.code),
            Locale::En => format!("the file must be named after its code: {}.toml", definition.code),
        };
        mistakes.push(mistake(line_of(text, &["code".to_owned()]), says));
    }
    if mistakes.is_empty() { Ok(definition) } else { Err(mistakes) }
}

/// The `.toml` files at `paths` and in folders among them, sorted, with their texts.
pub fn texts(paths: &[PathBuf]) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                let path = entry?.path();
                if path.extension().is_some_and(|e| e == "toml") {
                    files.push(path);
                }
            }
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    let read_one = |path: PathBuf| {
        if fs::metadata(&path)?.len() > MAX_BYTES {
            return Err(io::Error::other(format!("{} is larger than 1 MiB", path.display())));
        }
        let text = fs::read_to_string(&path)
            .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        Ok((path.display().to_string(), text))
    };
    files.into_iter().map(read_one).collect()
}

/// A definition as a file that [`read`] reads back to the same.
pub fn write(definition: &Definition) -> Result<String, toml::ser::Error> {
    toml::to_string_pretty(definition)
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// The line of the deepest part of `path` that is written in the file.
fn line_of(text: &str, path: &[String]) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 1 };
    let mut line = 1;
    let mut here = Here::Table(root.get_ref());
    for key in path {
        let Some(found) = here.get(key) else { break };
        line = line_at(text, found.span().start);
        here = match found.get_ref() {
            DeValue::Table(table) => Here::Table(table),
            DeValue::Array(list) => Here::List(list),
            _ => break,
        };
    }
    line
}

enum Here<'a, 'i> {
    Table(&'a DeTable<'i>),
    List(&'a [Spanned<DeValue<'i>>]),
}

impl<'a, 'i> Here<'a, 'i> {
    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        match self {
            Here::Table(table) => table.get(key),
            Here::List(list) => list.get(key.parse::<usize>().ok()?),
        }
    }
}
