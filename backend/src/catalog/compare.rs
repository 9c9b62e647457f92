//! What is different between two versions of a definition: part by part, and line by line.

use std::collections::BTreeSet;

use domain::catalog::Definition;
use domain::text::Text;
use serde_json::{Map, Value as Json};
use similar::{ChangeTag, TextDiff};

/// The parts of a definition in the order in which one reads them.
pub const PARTS: [&str; 28] = [
    "code",
    "name",
    "summary",
    "aliases",
    "themes",
    "department",
    "level",
    "place",
    "audience",
    "legal_basis",
    "time_limit",
    "visits",
    "once",
    "fee",
    "who",
    "material",
    "result",
    "then",
    "supplement",
    "consent",
    "fact",
    "eligibility",
    "computed",
    "step",
    "decision",
    "refusal",
    "certificate",
    "faq",
];

/// Members that hold a rule, which is shown whole.
const RULES: [&str; 7] = ["that", "when", "value", "amount", "place", "until", "options_from"];

/// One part of a definition in which something is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Key of the definition.
    pub key: String,
    pub changes: Vec<Change>,
}

/// How a place is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Added,
    Removed,
    Changed,
    /// The same things in another order.
    Moved,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Keys, ids and places within the part.
    pub path: Vec<String>,
    pub kind: Kind,
    pub before: Option<Shown>,
    pub after: Option<Shown>,
}

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In both languages.
    Words(Text),
    /// One word or number.
    Plain(String),
    /// As it stands in a file.
    Whole(String),
}

/// Everything that is different, in the order of the parts.
pub fn compare(before: &Definition, after: &Definition) -> Vec<Part> {
    let (before, after) = (members(before), members(after));
    let known = PARTS.iter().map(|key| (*key).to_owned());
    let others: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    let others = others.into_iter().filter(|key| !PARTS.contains(&key.as_str()));
    let mut parts = Vec::new();
    for key in known.chain(others) {
        let mut changes = Vec::new();
        differ(&key, &mut Vec::new(), before.get(&key), after.get(&key), &mut changes);
        if !changes.is_empty() {
            parts.push(Part { key, changes });
        }
    }
    parts
}

fn members(definition: &Definition) -> Map<String, Json> {
    // Definitions have text keys and no floats beyond four decimals: this cannot fail.
    match serde_json::to_value(definition) {
        Ok(Json::Object(members)) => members.into_iter().filter(|(_, value)| !is_nothing(value)).collect(),
        _ => Map::new(),
    }
}

/// What a file would leave out.
fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn differ(
    key: &str,
    path: &mut Vec<String>,
    before: Option<&Json>,
    after: Option<&Json>,
    changes: &mut Vec<Change>,
) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Json::Object(a)), Some(Json::Object(b)))
            if !RULES.contains(&key) && words(a).is_none() && words(b).is_none() =>
        {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let part = |members: &Map<String, Json>| members.get(key).filter(|v| !is_nothing(v)).cloned();
                path.push(key.clone());
                differ(key, path, part(a).as_ref(), part(b).as_ref(), changes);
                path.pop();
            }
        }
        (Some(Json::Array(a)), Some(Json::Array(b))) if !RULES.contains(&key) => {
            lists(key, path, a, b, changes);
        }
        _ => changes.push(Change {
            path: path.clone(),
            kind: match (before, after) {
                (None, _) => Kind::Added,
                (_, None) => Kind::Removed,
                _ => Kind::Changed,
            },
            before: before.map(shown),
            after: after.map(shown),
        }),
    }
}

/// Items with ids are told apart by them, others by their place; words are listed.
fn lists(key: &str, path: &mut Vec<String>, a: &[Json], b: &[Json], changes: &mut Vec<Change>) {
    if a.iter().chain(b).all(Json::is_string) {
        let (before, after) = (Some(listed(a)), Some(listed(b)));
        changes.push(Change { path: path.clone(), kind: Kind::Changed, before, after });
        return;
    }
    let (Some(ids_a), Some(ids_b)) = (ids(a), ids(b)) else {
        for place in 0..a.len().max(b.len()) {
            path.push((place + 1).to_string());
            differ(key, path, a.get(place), b.get(place), changes);
            path.pop();
        }
        return;
    };
    let find = |list: &[Json], ids: &[&str], id: &str| {
        ids.iter().position(|other| *other == id).map(|place| list[place].clone())
    };
    let only_b = ids_b.iter().filter(|id| !ids_a.contains(id));
    for id in ids_a.iter().chain(only_b) {
        path.push((*id).to_owned());
        differ("", path, find(a, &ids_a, id).as_ref(), find(b, &ids_b, id).as_ref(), changes);
        path.pop();
    }
    let common_a: Vec<&str> = ids_a.iter().filter(|id| ids_b.contains(id)).copied().collect();
    let common_b: Vec<&str> = ids_b.iter().filter(|id| ids_a.contains(id)).copied().collect();
    if common_a != common_b {
        changes.push(Change {
            path: path.clone(),
            kind: Kind::Moved,
            before: Some(Shown::Plain(common_a.join(", "))),
            after: Some(Shown::Plain(common_b.join(", "))),
        });
    }
}

/// The ids of all items, if each has one of its own.
fn ids(list: &[Json]) -> Option<Vec<&str>> {
    let ids: Option<Vec<&str>> = list.iter().map(|item| item.get("id")?.as_str()).collect();
    ids.filter(|ids| ids.iter().collect::<BTreeSet<_>>().len() == ids.len())
}

fn listed(list: &[Json]) -> Shown {
    Shown::Plain(list.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(", "))
}

/// The text that an object is, if it is one.
fn words(members: &Map<String, Json>) -> Option<Text> {
    let is_text = !members.is_empty() && members.keys().all(|key| key == "zh" || key == "en");
    let of = |key: &str| members.get(key).and_then(Json::as_str).unwrap_or_default();
    is_text.then(|| Text::new(of("zh"), of("en")))
}

fn shown(value: &Json) -> Shown {
    match value {
        Json::String(text) => Shown::Plain(text.clone()),
        Json::Bool(yes) => Shown::Plain(yes.to_string()),
        Json::Number(number) => Shown::Plain(number.to_string()),
        Json::Object(members) => match words(members) {
            Some(text) => Shown::Words(text),
            None => Shown::Whole(as_written(value)),
        },
        _ => Shown::Whole(as_written(value)),
    }
}

fn as_written(value: &Json) -> String {
    let mut value = value.clone();
    prune(&mut value);
    let table = value.is_object().then(|| toml::to_string_pretty(&value).ok()).flatten();
    let text = table.or_else(|| toml::Value::try_from(&value).ok().map(|v| v.to_string()));
    text.unwrap_or_else(|| value.to_string()).trim_end().to_owned()
}

/// Takes out what files cannot hold.
fn prune(value: &mut Json) {
    match value {
        Json::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(prune);
        }
        Json::Array(list) => list.iter_mut().for_each(prune),
        _ => {}
    }
}

/// A line of two texts laid side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// In both.
    Same(String),
    Removed(String),
    Added(String),
    /// So many lines that are in both, left out.
    Gap(usize),
}

/// Lines around a change that are shown with it.
const AROUND: usize = 3;

/// Two texts line by line; what is the same is left out but for what stands around a change.
pub fn lines(before: &str, after: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    let mut reached = 0;
    for group in diff.grouped_ops(AROUND) {
        let start = group.first().map_or(reached, |op| op.old_range().start);
        if start > reached {
            lines.push(Line::Gap(start - reached));
        }
        for op in &group {
            reached = op.old_range().end;
            for change in diff.iter_changes(op) {
                let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
                lines.push(match change.tag() {
                    ChangeTag::Equal => Line::Same(text),
                    ChangeTag::Delete => Line::Removed(text),
                    ChangeTag::Insert => Line::Added(text),
                });
            }
        }
    }
    let all = before.lines().count();
    if !lines.is_empty() && all > reached {
        lines.push(Line::Gap(all - reached));
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::embedded_services;

    fn definition(code: &str) -> Definition {
        let (_, text) = embedded_services().into_iter().find(|(path, _)| path.contains(code)).unwrap();
        toml::from_str(&text).unwrap()
    }

    fn paths(parts: &[Part]) -> Vec<String> {
        let path = |part: &Part| {
            let key = part.key.clone();
            let own = part.changes.iter().map(move |c| format!("{key}/{}={:?}", c.path.join("/"), c.kind));
            own.collect::<Vec<_>>()
        };
        parts.iter().flat_map(path).collect()
    }

    #[test]
    fn a_definition_is_no_different_from_itself() {
        for (_, text) in embedded_services() {
            let definition: Definition = toml::from_str(&text).unwrap();
            assert_eq!(compare(&definition, &definition), []);
        }
    }

    #[test]
    fn every_part_has_its_place() {
        for (path, text) in embedded_services() {
            let definition: Definition = toml::from_str(&text).unwrap();
            for key in members(&definition).keys() {
                assert!(PARTS.contains(&key.as_str()), "{path}: {key}");
            }
        }
    }

    #[test]
    fn every_kind_of_change_is_found_where_it_is() {
        let before = definition("residence-permit-endorsement");
        let mut after = before.clone();
        after.name = Text::new("新名字", "New name");
        after.time_limit.promised += 1;
        after.aliases.push("别名".into());
        let step = after.steps[0].fields[0].id.clone();
        after.steps[0].fields[0].label.en = "Another label".into();
        after.eligibility.reverse();
        let gone = after.facts.pop().unwrap();
        let found = paths(&compare(&before, &after));
        let id = &before.steps[0].id;
        for wanted in [
            "name/=Changed".to_owned(),
            "aliases/=Changed".to_owned(),
            "time_limit/promised=Changed".to_owned(),
            format!("step/{id}/field/{step}/label=Changed"),
            "eligibility/=Moved".to_owned(),
            format!("fact/{}=Removed", gone.id),
        ] {
            assert!(found.contains(&wanted), "{wanted} in {found:#?}");
        }
        assert_eq!(found.len(), 6, "{found:#?}");
    }

    #[test]
    fn a_rule_is_shown_as_it_stands_in_a_file() {
        let before = definition("residence-permit-endorsement");
        let mut after = before.clone();
        after.eligibility[0].that = after.eligibility[1].that.clone();
        let parts = compare(&before, &after);
        let change = &parts[0].changes[0];
        assert_eq!(change.path.last().map(String::as_str), Some("that"));
        assert!(matches!(&change.after, Some(Shown::Whole(text)) if text.contains('=')), "{change:?}");
    }

    #[test]
    fn lines_far_from_a_change_are_left_out() {
        let before: String = (1..=20).map(|n| format!("line {n}\n")).collect();
        let after = before.replace("line 10\n", "line ten\n");
        let found = lines(&before, &after);
        assert_eq!(found.first(), Some(&Line::Gap(6)));
        assert!(
            found.contains(&Line::Removed("line 10".into()))
                && found.contains(&Line::Added("line ten".into()))
        );
        assert_eq!(found.last(), Some(&Line::Gap(7)));
        assert_eq!(lines(&before, &before), []);
    }

    fn any_definition() -> impl Strategy<Value = Definition> {
        prop::sample::select(embedded_services()).prop_map(|(_, text)| toml::from_str(&text).unwrap())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// What was added one way was removed the other way, and nothing is lost.
        #[test]
        fn comparing_the_other_way_is_the_mirror(a in any_definition(), b in any_definition()) {
            let mirrored = |parts: Vec<Part>| {
                let mut all: Vec<String> = parts.into_iter().flat_map(|part| {
                    let key = part.key;
                    part.changes.into_iter().map(move |c| {
                        let kind = match c.kind {
                            Kind::Added => Kind::Removed,
                            Kind::Removed => Kind::Added,
                            other => other,
                        };
                        format!("{key}/{}={kind:?}:{:?}:{:?}", c.path.join("/"), c.after, c.before)
                    })
                }).collect();
                all.sort();
                all
            };
            let plain = |parts: Vec<Part>| {
                let mut all: Vec<String> = parts.into_iter().flat_map(|part| {
                    let key = part.key;
                    part.changes.into_iter().map(move |c| {
                        format!("{key}/{}={:?}:{:?}:{:?}", c.path.join("/"), c.kind, c.before, c.after)
                    })
                }).collect();
                all.sort();
                all
            };
            prop_assert_eq!(mirrored(compare(&a, &b)), plain(compare(&b, &a)));
            prop_assert_eq!(compare(&a, &b).is_empty(), a == b);
        }
    }
}
