//! Finding services: by Chinese words and everyday words, by pinyin and its initials, and by filters.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::catalog::{Audience, Badge};
use pinyin::ToPinyin;

use super::{Reference, Service};

/// Longest query looked at, in characters.
const MAX_QUERY: usize = 64;

/// What a list of services is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub theme: Option<String>,
    pub department: Option<String>,
    pub audience: Option<Audience>,
    /// All of them.
    pub badges: Vec<Badge>,
}

impl Filter {
    pub fn admits(&self, service: &Service) -> bool {
        let d = &service.definition;
        self.theme.as_ref().is_none_or(|t| d.themes.contains(t))
            && self.department.as_ref().is_none_or(|id| &d.department == id)
            && self.audience.is_none_or(|a| d.audience.contains(&a))
            && self.badges.iter().all(|b| service.badges.contains(b))
    }
}

/// The words of all services, prepared.
#[derive(Debug, Default)]
pub struct Index {
    entries: Vec<Entry>,
    /// Places in the order in which services are listed without a query.
    listed: Vec<usize>,
}

#[derive(Debug)]
struct Entry {
    /// What the service is called, officially and by people: folded text, its syllables and their initials.
    names: Vec<Name>,
    /// Everything that is said about it, folded; each word after a space.
    text: String,
}

#[derive(Debug)]
struct Name {
    folded: String,
    pairs: BTreeSet<[char; 2]>,
    pinyin: String,
    initials: String,
}

impl Index {
    pub(super) fn new(services: &[Arc<Service>], reference: &Reference) -> Self {
        let entries: Vec<Entry> = services.iter().map(|s| entry(s, reference)).collect();
        let theme_place = |s: &Service| {
            let first = s.definition.themes.first();
            reference.themes.iter().position(|t| Some(&t.id) == first).unwrap_or(usize::MAX)
        };
        let mut listed: Vec<usize> = (0..services.len()).collect();
        listed.sort_by_key(|place| (theme_place(&services[*place]), services[*place].code()));
        Index { entries, listed }
    }

    /// Places of the services that match, best first; all of them when there are no words.
    pub(super) fn rank(&self, words: &str) -> Vec<usize> {
        let query: String = fold(words).chars().take(MAX_QUERY).collect();
        if query.trim().is_empty() {
            return self.listed.clone();
        }
        let query = Query::new(query.trim());
        let mut scored: Vec<(u32, usize)> = self
            .listed
            .iter()
            .map(|place| (self.entries[*place].score(&query), *place))
            .filter(|(score, _)| *score > 0)
            .collect();
        // Stable: equal scores keep the order of the list.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        // What matches by a stray pair of characters is noise beside a good match.
        let best = scored.first().map_or(0, |(score, _)| *score);
        scored.into_iter().filter(|(score, _)| *score * 4 >= best).map(|(_, place)| place).collect()
    }
}

struct Query {
    folded: String,
    pairs: BTreeSet<[char; 2]>,
    words: Vec<String>,
    latin: bool,
}

impl Query {
    fn new(folded: &str) -> Self {
        // Words of letters begin where a word begins: "id" is not in "paid". Chinese has no spaces.
        let word = |w: &str| if w.is_ascii() { format!(" {w}") } else { w.to_owned() };
        Query {
            pairs: pairs(folded),
            words: folded.split_whitespace().filter(|w| w.chars().count() > 1).map(word).collect(),
            latin: folded.is_ascii(),
            folded: folded.split_whitespace().collect(),
        }
    }
}

impl Entry {
    /// 0 when nothing matches; the whole name is worth most, a word in the text least.
    fn score(&self, query: &Query) -> u32 {
        let name = self.names.iter().map(|n| n.score(query)).max().unwrap_or(0);
        let text = query.words.iter().filter(|w| self.text.contains(w.as_str())).count();
        name + 40 * text as u32
    }
}

impl Name {
    fn score(&self, query: &Query) -> u32 {
        if self.folded == query.folded {
            return 1000;
        }
        if self.folded.contains(&query.folded) {
            return 800;
        }
        if query.latin {
            return match () {
                () if self.initials == query.folded => 700,
                () if self.initials.contains(&query.folded) => 600,
                () if query.folded.len() > 2 && self.pinyin.contains(&query.folded) => 600,
                () => 0,
            };
        }
        if !self.folded.is_ascii() && self.folded.chars().count() > 1 && query.folded.contains(&self.folded) {
            return 700;
        }
        if query.pairs.is_empty() {
            return 0;
        }
        let shared = query.pairs.intersection(&self.pairs).count();
        // At least a third of what was typed.
        if shared * 3 < query.pairs.len() { 0 } else { (500 * shared / query.pairs.len()) as u32 }
    }
}

fn entry(service: &Service, reference: &Reference) -> Entry {
    let d = &service.definition;
    let mut names: Vec<Name> =
        [&d.name.zh, &d.name.en].into_iter().chain(&d.aliases).map(|n| name(n)).collect();
    names.retain(|n| !n.folded.is_empty());
    let themes = d.themes.iter().filter_map(|id| reference.theme(id));
    let department = reference.department(&d.department);
    let mut said: Vec<&str> =
        vec![&d.name.zh, &d.name.en, &d.summary.zh, &d.summary.en, &d.result.zh, &d.result.en];
    said.extend(themes.flat_map(|t| [t.name.zh.as_str(), t.name.en.as_str()]));
    said.extend(department.iter().flat_map(|t| [t.name.zh.as_str(), t.name.en.as_str()]));
    said.extend(d.faqs.iter().flat_map(|f| [f.q.zh.as_str(), f.q.en.as_str()]));
    Entry { names, text: fold(&format!(" {}", said.join(" "))) }
}

fn name(text: &str) -> Name {
    let folded: String = fold(text).split_whitespace().collect();
    let syllables: Vec<&str> = folded.chars().filter_map(|c| c.to_pinyin()).map(|p| p.plain()).collect();
    Name {
        pairs: pairs(&folded),
        initials: syllables.iter().filter_map(|s| s.chars().next()).collect(),
        pinyin: syllables.concat(),
        folded,
    }
}

fn pairs(text: &str) -> BTreeSet<[char; 2]> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_punctuation()).collect();
    chars.windows(2).map(|w| [w[0], w[1]]).collect()
}

/// Full-width forms become plain, letters lower-case, punctuation a space.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let plain = match c {
                '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
                '\u{3000}' => ' ',
                _ => c,
            };
            let spaced = if "，。、；：？！（）《》“”‘’·,.;:?!()\"'".contains(plain) {
                ' '
            } else {
                plain
            };
            spaced.to_lowercase()
        })
        .collect()
}
