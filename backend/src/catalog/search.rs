//! Finding services: by Chinese words and everyday words, by pinyin and its initials, and by filters.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::catalog::{Audience, Badge};
use pinyin::ToPinyin;

use super::{Reference, Service};

/// Longest query looked at, in characters.
const MAX_QUERY: usize = 64;

/// What people write around the thing they mean.
const AROUND: [&str; 24] = [
    "我要",
    "我想",
    "请问",
    "怎么办理",
    "怎么办",
    "怎么弄",
    "怎么",
    "如何",
    "在哪里",
    "在哪",
    "哪里",
    "需要什么",
    "办理",
    "补办",
    "申请",
    "丢了",
    "掉了",
    "丢失",
    "遗失",
    "不见了",
    "吗",
    "呢",
    "了",
    "的",
];

/// Pairs of characters that say nothing about which service is meant.
const COMMON: [&str; 16] = [
    "登记", "证明", "办理", "申请", "申领", "补办", "补领", "丢了", "怎么", "么办", "我要", "我想", "如何",
    "需要", "哪里", "什么",
];

/// The same in English.
const COMMON_ENGLISH: [&str; 27] = [
    "my", "the", "an", "of", "to", "for", "in", "on", "is", "it", "how", "do", "does", "can", "get", "want",
    "need", "apply", "where", "what", "new", "and", "or", "with", "me", "have", "service",
];

/// What people say, and what services are called.
const EVERYDAY: [(&str, &[&str]); 14] = [
    ("生孩子", &["生育", "新生儿"]),
    ("生娃", &["生育", "新生儿"]),
    ("开店", &["食品经营许可", "公共场所卫生许可", "开饭店"]),
    ("身分证", &["身份证"]),
    ("户口", &["户口", "出生登记"]),
    ("驾照", &["驾驶证"]),
    ("年检", &["免检", "检验"]),
    ("社保", &["社会保险"]),
    ("退休", &["养老", "退休"]),
    ("老人", &["老年人", "高龄"]),
    ("上学", &["入学"]),
    ("租房", &["公租房", "租房"]),
    ("房产证", &["不动产"]),
    ("没工作", &["失业"]),
];

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
    /// A bundle is in the department of each of its members.
    pub fn admits(&self, service: &Service) -> bool {
        let d = &service.definition;
        let in_department = |id: &String| match &service.bundle {
            Some(published) => published.members.iter().any(|member| &member.department == id),
            None => &d.department == id,
        };
        self.theme.as_ref().is_none_or(|t| d.themes.contains(t))
            && self.department.as_ref().is_none_or(in_department)
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
        without_noise(self.scored(words)).into_iter().map(|(_, place)| place).collect()
    }

    /// Places of the services that match with how well, best first; all of them, equally, when there are no words.
    pub(super) fn scored(&self, words: &str) -> Vec<(u32, usize)> {
        let query: String = fold(words).chars().take(MAX_QUERY).collect();
        if query.trim().is_empty() {
            return self.listed.iter().map(|place| (0, *place)).collect();
        }
        let readings = readings(query.trim());
        let score = |entry: &Entry| readings.iter().map(|(q, worth)| entry.score(q) * worth / 100).max();
        let mut scored: Vec<(u32, usize)> = self
            .listed
            .iter()
            .map(|place| (score(&self.entries[*place]).unwrap_or(0), *place))
            .filter(|(score, _)| *score > 0)
            .collect();
        // Stable: equal scores keep the order of the list.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        scored
    }
}

/// What matches by a stray pair of characters is noise beside a good match. Best first, as before.
pub(super) fn without_noise<T>(scored: Vec<(u32, T)>) -> Vec<(u32, T)> {
    let best = scored.first().map_or(0, |(score, _)| *score);
    scored.into_iter().filter(|(score, _)| *score * 4 >= best).collect()
}

/// What may be meant, and how much it is worth in hundredths: what was typed, the thing without the words around it,
/// "how to pay insurance" as "pay insurance", and what services call what people say.
fn readings(typed: &str) -> Vec<(Query, u32)> {
    let mut readings = vec![(Query::new(typed), 100)];
    if typed.is_ascii() {
        return readings;
    }
    let mut say = |words: &str, worth: u32| {
        if words.chars().count() > 1 && words != typed {
            readings.push((Query::new(words), worth));
        }
    };
    let thing = AROUND.iter().fold(typed.to_owned(), |rest, word| rest.replace(word, ""));
    say(thing.trim(), 75);
    if let Some((thing, act)) = ["怎么", "如何"].iter().find_map(|how| typed.split_once(how)) {
        say(&format!("{act}{thing}"), 90);
    }
    for (said, called) in EVERYDAY.iter().filter(|(said, _)| typed.contains(said)) {
        for word in *called {
            say(&typed.replace(said, word), 90);
            say(word, 70);
        }
    }
    readings
}

struct Query {
    folded: String,
    pairs: BTreeSet<[char; 2]>,
    words: Vec<String>,
    latin: bool,
}

impl Query {
    fn new(folded: &str) -> Self {
        // Words of letters begin where a word begins: "id" is not in "paid", and, so short, not in "identity" either.
        // Chinese has no spaces.
        let word = |w: &str| match w.is_ascii() {
            true if w.len() < 4 => format!(" {w} "),
            true => format!(" {w}"),
            false => w.to_owned(),
        };
        let all = pairs(folded);
        let telling: BTreeSet<_> =
            all.iter().filter(|p| !COMMON.contains(&String::from_iter(*p).as_str())).copied().collect();
        let words: Vec<&str> = folded.split_whitespace().filter(|w| w.chars().count() > 1).collect();
        let named: Vec<&str> = words.iter().filter(|w| !COMMON_ENGLISH.contains(w)).copied().collect();
        let words = if named.is_empty() { words } else { named };
        Query {
            pairs: if telling.is_empty() { all } else { telling },
            words: words.into_iter().map(word).collect(),
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
        // Of several words one alone is chance.
        let text = if text * 2 > query.words.len() { text } else { 0 };
        name + 40 * text as u32
    }
}

impl Name {
    fn score(&self, query: &Query) -> u32 {
        if self.folded == query.folded {
            return 1000;
        }
        if self.folded.contains(&query.folded) {
            return 800 + covered(&query.folded, &self.folded);
        }
        if query.latin {
            return match () {
                () if self.initials == query.folded => 700,
                // Initials that begin nowhere in particular are often those of other words.
                () if self.initials.starts_with(&query.folded) => {
                    600 + covered(&query.folded, &self.initials)
                }
                () if self.initials.contains(&query.folded) => 500 + covered(&query.folded, &self.initials),
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

/// The more of a name was typed, the likelier it is meant: up to 50.
fn covered(typed: &str, name: &str) -> u32 {
    (50 * typed.len() / name.len().max(1)) as u32
}

fn entry(service: &Service, reference: &Reference) -> Entry {
    let d = &service.definition;
    let mut names: Vec<Name> =
        [&d.name.zh, &d.name.en].into_iter().chain(&d.aliases).map(|n| name(n)).collect();
    names.retain(|n| !n.folded.is_empty());
    let themes = d.themes.iter().filter_map(|id| reference.theme(id));
    let department = reference.department(&d.department);
    if service.bundle.is_some() {
        // A bundle names what all its services do: only what it is called itself says that it is meant.
        let called: Vec<&str> = [d.name.zh.as_str(), d.name.en.as_str()]
            .into_iter()
            .chain(d.aliases.iter().map(String::as_str))
            .collect();
        return Entry { names, text: fold(&format!(" {} ", called.join(" "))) };
    }
    let mut said: Vec<&str> =
        vec![&d.name.zh, &d.name.en, &d.summary.zh, &d.summary.en, &d.result.zh, &d.result.en];
    said.extend(themes.flat_map(|t| [t.name.zh.as_str(), t.name.en.as_str()]));
    said.extend(department.iter().flat_map(|t| [t.name.zh.as_str(), t.name.en.as_str()]));
    said.extend(d.faqs.iter().flat_map(|f| [f.q.zh.as_str(), f.q.en.as_str()]));
    Entry { names, text: fold(&format!(" {} ", said.join(" "))) }
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

#[cfg(test)]
mod tests {
    use super::super::{embedded_services, files};
    use super::*;
    use domain::ids::VersionId;
    use domain::text::Locale;
    use domain::time::Timestamp;

    /// Codes of what is found, best first.
    fn found(index: &Index, services: &[Arc<Service>], words: &str) -> Vec<String> {
        index.rank(words).into_iter().map(|place| services[place].code().to_owned()).collect()
    }

    #[test]
    fn people_find_what_they_mean() {
        let reference = Reference::embedded().unwrap();
        let one = |(path, text): (String, String)| {
            let definition = files::read(&path, &text, &reference, Locale::En).unwrap();
            let badges = definition.badges();
            let published_at = Timestamp::from_seconds(0);
            let version = VersionId(uuid::Uuid::nil());
            Arc::new(Service {
                version,
                digest: String::new(),
                published_at,
                badges,
                definition,
                bundle: None,
            })
        };
        let services: Vec<Arc<Service>> = embedded_services().into_iter().map(one).collect();
        let index = Index::new(&services, &reference);
        for (words, wanted) in [
            ("身份证丢了", "id-card-replacement"),
            ("身分证丢了", "id-card-replacement"),
            ("生孩子了", "birth-registration"),
            ("居住证怎么办", "residence-permit-application"),
            ("居住证怎么办", "residence-permit-endorsement"),
            ("开店", "food-business-licence"),
            ("医保怎么交", "resident-medical-insurance"),
            ("驾照丢了", "driving-licence-renewal"),
            ("lost my ID card", "id-card-replacement"),
        ] {
            let found = found(&index, &services, words);
            assert!(found.iter().take(6).any(|code| code == wanted), "{words}: {found:?}");
        }
        for (words, stranger) in [
            ("驾照丢了", "school-record-proof"),
            ("户口本丢了", "real-estate-certificate-reissue"),
            ("结婚登记", "residence-registration"),
            ("lost my ID card", "veteran-card"),
        ] {
            let found = found(&index, &services, words);
            assert!(!found.iter().any(|code| code == stranger), "{words}: {found:?}");
        }
    }
}
