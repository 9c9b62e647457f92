//! Texts that an office uses again and again for its reasons, with a few typed places to fill.

use serde::{Deserialize, Serialize};

use super::Wrong;
use super::form::plain_text;
use super::supplement::MAX_ASK;

/// What a reason is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// 不予受理.
    Decline,
    /// 不予.
    Refuse,
    /// 转办.
    Transfer,
    /// 补正.
    Supplement,
}

impl ReasonKind {
    pub const ALL: [ReasonKind; 4] =
        [ReasonKind::Decline, ReasonKind::Refuse, ReasonKind::Transfer, ReasonKind::Supplement];

    /// As in addresses, in the database and in keys of words.
    pub fn code(self) -> &'static str {
        match self {
            ReasonKind::Decline => "decline",
            ReasonKind::Refuse => "refuse",
            ReasonKind::Transfer => "transfer",
            ReasonKind::Supplement => "supplement",
        }
    }

    /// The longest text that the form of the kind takes, in characters.
    pub fn most(self) -> u32 {
        match self {
            ReasonKind::Supplement => MAX_ASK,
            ReasonKind::Decline | ReasonKind::Refuse | ReasonKind::Transfer => MAX_REASON,
        }
    }

    pub fn from_code(code: &str) -> Option<ReasonKind> {
        ReasonKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What can be filled in. None of it is personal: who applies is named by nobody but themself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placeholder {
    /// 办件编号.
    Reference,
    /// Name of the service.
    Service,
    /// Name of the office that handles the case.
    Office,
    /// The promised day.
    Due,
    /// Today.
    Today,
}

impl Placeholder {
    pub const ALL: [Placeholder; 5] = [
        Placeholder::Reference,
        Placeholder::Service,
        Placeholder::Office,
        Placeholder::Due,
        Placeholder::Today,
    ];

    /// As written between braces.
    pub fn code(self) -> &'static str {
        match self {
            Placeholder::Reference => "reference",
            Placeholder::Service => "service",
            Placeholder::Office => "office",
            Placeholder::Due => "due",
            Placeholder::Today => "today",
        }
    }

    fn from_code(code: &str) -> Option<Placeholder> {
        Placeholder::ALL.into_iter().find(|place| place.code() == code)
    }
}

/// The longest own words of a reason, in characters.
pub const MAX_REASON: u32 = 500;
/// The longest template, in characters.
pub const MAX_TEMPLATE: u32 = 300;
/// Places to fill in one template.
pub const MAX_PLACES: usize = 8;
/// What is filled into one place, in characters at most.
pub const MAX_FILLED: usize = 25;

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateError {
    /// Too short, too long, or with characters that nobody sees.
    Text(Wrong),
    /// There is nothing to fill in by this name: `{name}`.
    Unknown(String),
    /// More than [`MAX_PLACES`].
    TooMany,
    /// A brace without its other half.
    Brace,
    /// Filled in, it could be longer than this, which is what the form takes.
    TooLong(u32),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Words(String),
    Place(Placeholder),
}

/// A text with places to fill: `请于{due}前到窗口办理。`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    /// Reads a template; anything in braces must be the code of a [`Placeholder`].
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let text = plain_text(text.trim(), 2, MAX_TEMPLATE, true).map_err(TemplateError::Text)?;
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some(open) = rest.find(['{', '}']) {
            let (words, from) = rest.split_at(open);
            if !words.is_empty() {
                pieces.push(Piece::Words(words.to_owned()));
            }
            let inside = from.strip_prefix('{').ok_or(TemplateError::Brace)?;
            let (code, after) = inside.split_once('}').ok_or(TemplateError::Brace)?;
            let place = Placeholder::from_code(code);
            let unknown = || TemplateError::Unknown(code.chars().take(MAX_FILLED).collect());
            pieces.push(Piece::Place(place.ok_or_else(unknown)?));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest.to_owned()));
        }
        if pieces.iter().filter(|piece| matches!(piece, Piece::Place(_))).count() > MAX_PLACES {
            return Err(TemplateError::TooMany);
        }
        Ok(Template { pieces })
    }

    /// As [`Template::parse`], for texts of a kind: whatever is filled in, its form takes it.
    pub fn of_kind(kind: ReasonKind, text: &str) -> Result<Template, TemplateError> {
        let template = Template::parse(text)?;
        let longest = |piece: &Piece| match piece {
            Piece::Words(words) => words.chars().count(),
            Piece::Place(_) => MAX_FILLED,
        };
        let longest: usize = template.pieces.iter().map(longest).sum();
        if longest > kind.most() as usize { Err(TemplateError::TooLong(kind.most())) } else { Ok(template) }
    }

    /// The text with every place filled, each with [`MAX_FILLED`] characters at most.
    pub fn fill(&self, value: impl Fn(Placeholder) -> String) -> String {
        let filled = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Place(place) => value(*place).chars().take(MAX_FILLED).collect(),
        };
        self.pieces.iter().map(filled).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_are_filled_and_nothing_else_is() {
        let template = Template::parse(" 编号 {reference} 的办件请于{due}前补齐。 ").unwrap();
        let filled = template.fill(|place| format!("<{}>", place.code()));
        assert_eq!(filled, "编号 <reference> 的办件请于<due>前补齐。");
        assert_eq!(Template::parse("没有空位").unwrap().fill(|_| unreachable!()), "没有空位");
    }

    #[test]
    fn names_are_no_placeholders() {
        for personal in ["name", "phone", "resident_id", "person.name", ""] {
            let text = format!("您好，{{{personal}}}");
            assert_eq!(Template::parse(&text), Err(TemplateError::Unknown(personal.into())), "{text}");
        }
        for broken in ["差一半{due", "差一半}", "}{", "{{due}}"] {
            assert!(Template::parse(broken).is_err(), "{broken}");
        }
        assert_eq!(Template::parse(&"{due}".repeat(MAX_PLACES + 1)), Err(TemplateError::TooMany));
        assert!(matches!(Template::parse(" "), Err(TemplateError::Text(Wrong::TooShort(_)))));
        assert!(matches!(Template::parse(&"长".repeat(301)), Err(TemplateError::Text(Wrong::TooLong(_)))));
    }

    #[test]
    fn a_template_leaves_room_for_what_is_filled_in() {
        let text = format!("{}{{office}}{{due}}", "补".repeat(260));
        assert!(Template::of_kind(ReasonKind::Refuse, &text).is_ok());
        assert_eq!(Template::of_kind(ReasonKind::Supplement, &text), Err(TemplateError::TooLong(MAX_ASK)));
        let fits = format!("{}{{office}}{{due}}", "补".repeat(250));
        assert!(Template::of_kind(ReasonKind::Supplement, &fits).is_ok());
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        let template = Template::parse("{service}：{due}").unwrap();
        let filled = template.fill(|place| match place {
            Placeholder::Service => "{due}".into(),
            _ => "2026-12-01".into(),
        });
        assert_eq!(filled, "{due}：2026-12-01");
    }

    proptest! {
        #[test]
        fn a_filled_template_fits_its_form(text in "[a-z{}]{0,40}|(\\{due\\}|[补正请]{0,80}){1,6}", value in ".{0,80}") {
            for kind in ReasonKind::ALL {
                if let Ok(template) = Template::of_kind(kind, &text) {
                    let filled = template.fill(|_| value.clone());
                    prop_assert!(filled.chars().count() <= kind.most() as usize, "{}", filled.chars().count());
                }
            }
        }
    }
}
