//! Definitions in files: read, checked with the place of every mistake, written.

use std::path::{Path, PathBuf};
use std::{fs, io};

use domain::catalog::{Bundle, Definition};
use domain::text::Locale;
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::explain::{Around, explain, explain_slip, explain_syntax, misnamed, unreadable};
use super::reference::Reference;
use super::shape::{Departure, Slip, departures};

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

/// A definition, or everything wrong with it, in the order of the lines.
pub fn read(
    file: &str,
    text: &str,
    reference: &Reference,
    locale: Locale,
) -> Result<Definition, Vec<Mistake>> {
    let mistake = |line, says| Mistake { file: file.to_owned(), line, says };
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax_mistakes(text, &errors, locale, mistake));
    }
    let departures = departures(&root, &reference.schema);
    let (definition, departures) = match without_unknown_keys(text, &departures) {
        // What else departs from the schema and can be read all the same is said better below.
        Ok(definition) => {
            let is_unknown = |d: &Departure| matches!(d.slip, Slip::UnknownKey { .. });
            (Some(definition), departures.into_iter().filter(is_unknown).collect())
        }
        Err(e) if departures.is_empty() => {
            let line = e.span().map_or(1, |span| line_at(text, span.start));
            return Err(vec![mistake(line, unreadable(e.message(), locale))]);
        }
        Err(_) => (None, departures),
    };
    let said = |at: &[String], words: String| {
        if at.is_empty() { words } else { format!("{}: {words}", at.join(".")) }
    };
    let mut mistakes: Vec<Mistake> = departures
        .iter()
        .map(|d| mistake(line_at(text, d.offset), said(&d.at, explain_slip(&d.slip, locale))))
        .collect();
    if let Some(definition) = &definition {
        let around = Around { definition, reference };
        mistakes.extend(reference.check(definition).into_iter().map(|problem| {
            let line = line_of(text, root.get_ref(), &problem.at);
            mistake(line, said(&problem.at, explain(&problem.wrong, &around, locale)))
        }));
        let stem = Path::new(file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if stem != definition.code {
            let line = line_of(text, root.get_ref(), &["code".to_owned()]);
            mistakes.push(mistake(line, misnamed(&definition.code, locale)));
        }
    }
    mistakes.sort_by_key(|m| m.line);
    match definition {
        Some(definition) if mistakes.is_empty() => Ok(definition),
        _ => Err(mistakes),
    }
}

/// A bundle of `services`, or everything wrong with it, in the order of the lines.
pub fn read_bundle(
    file: &str,
    text: &str,
    services: &[Definition],
    reference: &Reference,
    locale: Locale,
) -> Result<Bundle, Vec<Mistake>> {
    let mistake = |line, says| Mistake { file: file.to_owned(), line, says };
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(syntax_mistakes(text, &errors, locale, mistake));
    }
    let bundle: Bundle = toml::from_str(text).map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |span| line_at(text, span.start));
        vec![mistake(line, unreadable(e.message(), locale))]
    })?;
    let shell = domain::catalog::bundle::check::shell(&bundle, services);
    let around = Around { definition: &shell, reference };
    let mut mistakes: Vec<Mistake> = reference
        .check_bundle(&bundle, services)
        .into_iter()
        .map(|problem| {
            let words = explain(&problem.wrong, &around, locale);
            let at = problem.at.join(".");
            let says = if at.is_empty() { words } else { format!("{at}: {words}") };
            mistake(line_of(text, root.get_ref(), &problem.at), says)
        })
        .collect();
    let stem = Path::new(file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    if stem != bundle.code {
        let line = line_of(text, root.get_ref(), &["code".to_owned()]);
        mistakes.push(mistake(line, misnamed(&bundle.code, locale)));
    }
    mistakes.sort_by_key(|m| m.line);
    if mistakes.is_empty() { Ok(bundle) } else { Err(mistakes) }
}

/// Whether a file is one of a bundle: its folder is called so.
pub fn is_bundle(file: &str) -> bool {
    Path::new(file).parent().and_then(Path::file_name).is_some_and(|folder| folder == "bundles")
}

/// One for each line: the parser goes on after an error, and what it says next on that line is seldom news.
fn syntax_mistakes(
    text: &str,
    errors: &[toml::de::Error],
    locale: Locale,
    mistake: impl Fn(usize, String) -> Mistake,
) -> Vec<Mistake> {
    let mut mistakes: Vec<Mistake> = Vec::new();
    for error in errors {
        let span = error.span().unwrap_or_default();
        let line = line_at(text, span.start);
        if !mistakes.iter().any(|m| m.line == line) {
            mistakes
                .push(mistake(line, explain_syntax(error.message(), text.get(span).unwrap_or(""), locale)));
        }
    }
    mistakes.sort_by_key(|m| m.line);
    mistakes
}

/// The definition as if the unknown keys were not there, so that the rest can be looked at as well.
fn without_unknown_keys(text: &str, departures: &[Departure]) -> Result<Definition, toml::de::Error> {
    let unknown: Vec<&Departure> =
        departures.iter().filter(|d| matches!(d.slip, Slip::UnknownKey { .. })).collect();
    if unknown.is_empty() {
        return toml::from_str(text);
    }
    let mut root = toml::Value::Table(toml::from_str(text)?);
    for departure in unknown {
        let Some((key, way)) = departure.at.split_last() else { continue };
        let table = way.iter().try_fold(&mut root, |here, key| match here {
            toml::Value::Array(list) => list.get_mut(key.parse::<usize>().ok()?),
            other => other.get_mut(key.as_str()),
        });
        if let Some(table) = table.and_then(toml::Value::as_table_mut) {
            table.remove(key);
        }
    }
    Definition::deserialize(root)
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

/// A definition or a bundle as a file that [`read`] or [`read_bundle`] reads back to the same.
pub fn write<T: serde::Serialize>(definition: &T) -> Result<String, toml::ser::Error> {
    toml::to_string_pretty(definition)
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// The line of the deepest part of `path` that is written in the file.
fn line_of(text: &str, root: &DeTable<'_>, path: &[String]) -> usize {
    let mut line = 1;
    let mut here = Here::Table(root);
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
