//! The words of the pages, from the Fluent files in `locales/`, one for each domain.
//!
//! In a view: `t!("me-title")`, `t!("code-sent", phone = masked)`. Elsewhere [`text`] and [`with`] with a language.
//! Keys of all files share one namespace. Errors of the domain are `error-` and their code.

use std::sync::LazyLock;

use domain::text::Locale;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

/// A value inside a text; numbers choose plural forms.
pub use fluent_bundle::FluentValue as Value;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Name, Chinese and English content of every file.
        const FILES: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("locales/zh-CN/", $name, ".ftl")),
            include_str!(concat!("locales/en/", $name, ".ftl")),
        )),*];
    };
}

files![
    "common",
    "shell",
    "ui",
    "identity",
    "messages",
    "catalog",
    "catalogue_desk",
    "bundles",
    "cases",
    "certificates",
    "figures",
    "organisation",
    "reviews",
    "staff",
    "api"
];

type Bundle = FluentBundle<FluentResource>;

static ZH: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::Zh));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::En));

fn bundle(locale: Locale) -> Bundle {
    // The tags are well formed; without a language plural forms would be the root's.
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Both languages are written from left to right; invisible marks would end up in what people copy.
    bundle.set_use_isolating(false);
    for (_, zh, en) in FILES {
        let source = match locale {
            Locale::Zh => zh,
            Locale::En => en,
        };
        // A test refuses files with mistakes and keys that stand twice; what could be read is used.
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let _ = bundle.add_resource(resource);
    }
    bundle
}

fn of(locale: Locale) -> &'static Bundle {
    match locale {
        Locale::Zh => &ZH,
        Locale::En => &EN,
    }
}

/// The text of `key`. A key that does not exist stands for itself.
pub fn text(locale: Locale, key: &str) -> String {
    find(locale, key, None).unwrap_or_else(|| key.to_owned())
}

/// The text of `key` with values in their places.
pub fn with(locale: Locale, key: &str, values: &[(&str, Value<'_>)]) -> String {
    let mut arguments = FluentArgs::with_capacity(values.len());
    for (name, value) in values {
        arguments.set(*name, value.clone());
    }
    find(locale, key, Some(&arguments)).unwrap_or_else(|| key.to_owned())
}

/// The text of a key that was made at run time, if there is one.
pub fn try_with(locale: Locale, key: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
    has(locale, key).then(|| with(locale, key, values))
}

/// Whether there is a text for `key`.
pub fn has(locale: Locale, key: &str) -> bool {
    of(locale).has_message(key)
}

fn find(locale: Locale, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let bundle = of(locale);
    let pattern = bundle.get_message(key)?.value()?;
    // What cannot be filled in shows as {$name}; a test compares the names in both languages.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, arguments, &mut errors).into_owned())
}

/// A text in the language of the page: `t!("key")` or `t!("key", name = value, …)`.
macro_rules! t {
    ($key:expr) => {
        $crate::words::text($crate::visit::locale(), $key)
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::words::with(
            $crate::visit::locale(),
            $key,
            &[$((stringify!($name), $crate::words::Value::from($value))),+],
        )
    };
}

pub(crate) use t;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// Keys with the names of their variables.
    fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in source.lines().filter(|l| !l.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_alphabetic())
                && let Some((key, _)) = line.split_once('=')
            {
                current = key.trim().to_owned();
                assert!(keys.insert(current.clone(), BTreeSet::new()).is_none(), "{current} stands twice");
            }
            for (at, _) in line.match_indices('$') {
                let name: String = line[at + 1..]
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                    .collect();
                if !name.is_empty()
                    && let Some(names) = keys.get_mut(&current)
                {
                    names.insert(name);
                }
            }
        }
        keys
    }

    #[test]
    fn every_key_exists_in_both_languages_with_the_same_variables() {
        let mut seen = BTreeSet::new();
        for (file, zh, en) in FILES {
            for (tag, source) in [("zh-CN", zh), ("en", en)] {
                let parsed = FluentResource::try_new((*source).to_owned());
                assert!(
                    parsed.is_ok(),
                    "locales/{tag}/{file}.ftl: {:?}",
                    parsed.err().map(|(_, errors)| errors)
                );
            }
            let (zh, en) = (keys(zh), keys(en));
            for (key, names) in &zh {
                let Some(others) = en.get(key) else { panic!("locales/en/{file}.ftl lacks {key}") };
                assert_eq!(names, others, "{file}.ftl: {key} has other variables in English");
                assert!(seen.insert(key.clone()), "{key} stands in two files");
                assert!(has(Locale::Zh, key) && has(Locale::En, key), "{key} cannot be read");
            }
            for key in en.keys() {
                assert!(zh.contains_key(key), "locales/zh-CN/{file}.ftl lacks {key}");
            }
        }
    }

    /// Keys written as literals in `t!(…)`, `text(locale, …)`, `with(locale, …)`.
    fn used(source: &str) -> Vec<String> {
        let literal = |rest: &str| {
            let rest = rest.trim_start().strip_prefix('"')?;
            Some(rest[..rest.find('"')?].to_owned())
        };
        let mut keys = Vec::new();
        for (at, _) in source.match_indices("t!(") {
            let before = source[..at].chars().next_back();
            if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                keys.extend(literal(&source[at + 3..]));
            }
        }
        for call in ["text(", "with("] {
            for (at, _) in source.match_indices(call) {
                let before = source[..at].chars().next_back();
                if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
                    continue;
                }
                let rest = &source[at + call.len()..];
                // `text(locale, "key")`, not `text("…")` and not `with(a, |b| …)`.
                let first = rest.find([',', ')', '(', '"', '|']).filter(|end| rest[*end..].starts_with(','));
                keys.extend(first.and_then(|comma| literal(&rest[comma + 1..])));
            }
        }
        keys
    }

    fn read(folder: &Path, visit: &mut impl FnMut(&Path, &str)) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                read(&path, visit);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("words.rs") {
                visit(&path, &std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_key_that_is_named_exists() {
        let mut missing = Vec::new();
        for folder in ["src", "../server/src"] {
            read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut |path, source| {
                for key in used(source) {
                    if !has(Locale::Zh, &key) {
                        missing.push(format!("{}: {key}", path.display()));
                    }
                }
            });
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn values_are_filled_in_without_invisible_marks() {
        let said = with(Locale::En, "error-too-often", &[("wait", "2 minutes".into())]);
        assert!(said.contains("2 minutes") && said.is_ascii(), "{said}");
        assert_eq!(with(Locale::En, "wait-minutes", &[("n", 1.into())]), "1 minute");
        assert_eq!(with(Locale::En, "wait-minutes", &[("n", 12.into())]), "12 minutes");
        assert_eq!(with(Locale::Zh, "wait-minutes", &[("n", 12.into())]), "12 分钟");
    }
}
