//! Whether a file has the shape of a definition: its keys and the kinds of its values, held against the JSON Schema that
//! editors use. Deserialising stops at the first slip; this finds them all.

use domain::catalog::nearest;
use domain::rules::Number;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place where a file departs from the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// Keys and places from the root, down to the offending key or value.
    pub at: Vec<String>,
    /// Where it is written, in bytes.
    pub offset: usize,
    pub slip: Slip,
}

/// How.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slip {
    UnknownKey {
        key: String,
        /// What was probably meant.
        near: Option<String>,
        known: Vec<String>,
    },
    MissingKey(String),
    /// One of a few words is wanted.
    NotOneOf {
        value: String,
        near: Option<String>,
        known: Vec<String>,
    },
    /// A value of another kind, as JSON Schema names kinds.
    Kind {
        wanted: Vec<String>,
        found: &'static str,
    },
    /// The list must have exactly so many parts.
    Parts {
        wanted: usize,
        found: usize,
    },
    /// An expression, or another choice of forms, is exactly one key.
    NotOneKey(Vec<String>),
    OutOfRange {
        least: i64,
        most: i64,
    },
    /// Not a day such as 2026-01-31.
    NotADay(String),
    /// More than four decimal places, or out of range.
    NotANumber(String),
    /// Only `true` makes sense here.
    OnlyTrue,
}

/// Every departure, in the order of the file's keys. An unknown key hides what is missing only where it is probably meant
/// to be that.
pub fn departures(root: &Spanned<DeTable<'_>>, schema: &Value) -> Vec<Departure> {
    let mut walk = Walk { schema, at: Vec::new(), found: Vec::new() };
    walk.table(root.get_ref(), root.span().start, &[schema]);
    walk.found
}

struct Walk<'s> {
    schema: &'s Value,
    at: Vec<String>,
    found: Vec<Departure>,
}

impl<'s> Walk<'s> {
    fn slip(&mut self, offset: usize, slip: Slip) {
        self.found.push(Departure { at: self.at.clone(), offset, slip });
    }

    fn within(&mut self, key: &str, look: impl FnOnce(&mut Self)) {
        self.at.push(key.to_owned());
        look(self);
        self.at.pop();
    }

    /// The schema itself in place of a reference to it.
    fn resolve(&self, schema: &'s Value) -> &'s Value {
        let target = schema["$ref"].as_str().and_then(|to| self.schema.pointer(to.strip_prefix('#')?));
        target.map_or(schema, |target| self.resolve(target))
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, schema: &'s Value) {
        let schema = self.resolve(schema);
        let forms: Vec<&Value> = match schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
            Some(forms) => forms.iter().map(|form| self.resolve(form)).collect(),
            None => vec![schema],
        };
        let offset = value.span().start;
        let wanted: Vec<String> = forms.iter().flat_map(|form| kinds(form)).collect();
        let kind = kind(value.get_ref());
        let fits = |wanted: &String| wanted == kind || (wanted == "number" && kind == "integer");
        if !wanted.is_empty() && !wanted.iter().any(fits) {
            return self.slip(offset, Slip::Kind { wanted, found: kind });
        }
        match value.get_ref() {
            DeValue::Table(table) => {
                let of_tables: Vec<&Value> =
                    forms.into_iter().filter(|form| form["properties"].is_object()).collect();
                self.table(table, offset, &of_tables);
            }
            DeValue::Array(list) => self.list(list, offset, schema),
            DeValue::String(text) => self.text(text, offset, schema),
            DeValue::Integer(n) => {
                let digits = n.as_str().replace('_', "");
                match i64::from_str_radix(&digits, n.radix()) {
                    Ok(n) => self.integer(n, offset, schema, &wanted),
                    Err(_) => self.slip(offset, Slip::NotANumber(digits)),
                }
            }
            // As the program reads it: the shortest decimal of the same float.
            DeValue::Float(n) => {
                let float: Option<f64> = n.as_str().replace('_', "").parse().ok();
                if float.is_none_or(|n| n.to_string().parse::<Number>().is_err()) {
                    self.slip(offset, Slip::NotANumber(n.as_str().to_owned()));
                }
            }
            DeValue::Boolean(truth) => {
                if schema["const"] == true && !truth {
                    self.slip(offset, Slip::OnlyTrue);
                }
            }
            DeValue::Datetime(_) => {}
        }
    }

    /// A table in one of several forms; of more than one form exactly one key is wanted.
    fn table(&mut self, table: &DeTable<'_>, offset: usize, forms: &[&'s Value]) {
        let properties: Vec<(&'s str, &'s Value)> = forms
            .iter()
            .filter_map(|form| form["properties"].as_object())
            .flatten()
            .map(|(key, schema)| (key.as_str(), schema))
            .collect();
        let known = || properties.iter().map(|(key, _)| *key);
        let mut meant: Vec<&str> = Vec::new();
        for (key, value) in table.iter() {
            let name = key.get_ref().as_ref();
            if let Some((_, schema)) = properties.iter().find(|(known, _)| *known == name) {
                self.within(name, |walk| walk.value(value, schema));
            } else {
                let near = nearest(name, known());
                meant.extend(near);
                let slip = Slip::UnknownKey {
                    key: name.to_owned(),
                    near: near.map(str::to_owned),
                    known: known().map(str::to_owned).collect(),
                };
                self.within(name, |walk| walk.slip(key.span().start, slip));
            }
        }
        let one_key = forms.len() > 1 || forms.iter().any(|form| form["maxProperties"] == 1);
        if one_key {
            if table.len() != 1 {
                let keys = table.keys().map(|key| key.get_ref().to_string()).collect();
                self.slip(offset, Slip::NotOneKey(keys));
            }
            return;
        }
        let required = forms.iter().filter_map(|form| form["required"].as_array()).flatten();
        for key in required.filter_map(Value::as_str) {
            if !table.contains_key(key) && !meant.contains(&key) {
                self.slip(offset, Slip::MissingKey(key.to_owned()));
            }
        }
    }

    fn list(&mut self, list: &[Spanned<DeValue<'_>>], offset: usize, schema: &'s Value) {
        if let (Some(least), Some(most)) = (schema["minItems"].as_u64(), schema["maxItems"].as_u64())
            && least == most
            && list.len() as u64 != most
        {
            return self.slip(offset, Slip::Parts { wanted: most as usize, found: list.len() });
        }
        let fixed = schema["prefixItems"].as_array().map_or(&[][..], Vec::as_slice);
        for (place, item) in list.iter().enumerate() {
            let schema = fixed.get(place).unwrap_or(&schema["items"]);
            self.within(&place.to_string(), |walk| walk.value(item, schema));
        }
    }

    fn text(&mut self, text: &str, offset: usize, schema: &'s Value) {
        if let Some(words) = schema["enum"].as_array() {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            if !words.contains(&text) {
                let near = nearest(text, words.iter().copied()).map(str::to_owned);
                let known = words.into_iter().map(str::to_owned).collect();
                self.slip(offset, Slip::NotOneOf { value: text.to_owned(), near, known });
            }
        } else if schema["format"] == "date" && text.parse::<jiff::civil::Date>().is_err() {
            self.slip(offset, Slip::NotADay(text.to_owned()));
        } else if schema["pattern"].as_str().is_some_and(|p| p.starts_with("^-?[0-9]"))
            && text.parse::<Number>().is_err()
        {
            self.slip(offset, Slip::NotANumber(text.to_owned()));
        }
    }

    fn integer(&mut self, n: i64, offset: usize, schema: &'s Value, wanted: &[String]) {
        // Without bounds of its own a number of a rule has those of the rules.
        if wanted.iter().any(|kind| kind == "number") && Number::whole(n).truncate() != n {
            return self.slip(offset, Slip::NotANumber(n.to_string()));
        }
        if let (Some(least), Some(most)) = (schema["minimum"].as_i64(), schema["maximum"].as_i64())
            && !(least..=most).contains(&n)
        {
            self.slip(offset, Slip::OutOfRange { least, most });
        }
    }
}

fn kinds(schema: &Value) -> Vec<String> {
    match &schema["type"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ if schema["enum"].is_array() => vec!["string".to_owned()],
        _ if schema["const"].is_boolean() => vec!["boolean".to_owned()],
        _ => Vec::new(),
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}
