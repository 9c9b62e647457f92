//! The one font of printed papers: widths, line breaking, and what happens to characters it lacks.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::TableProvider;
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// See `backend/fonts/README.md`.
static DATA: &[u8] = include_bytes!("../../../fonts/NotoSansSC-Certificates.otf");

/// Stands in for a character that the font lacks: the geta mark, by which Chinese printing says "a character is
/// missing here".
pub const MISSING: char = '〓';

/// Characters that must not begin a line.
const NOT_FIRST: &str = "、。，．：；？！）》〉」』】〕〗”’…—～·％%),.:;?!]}";
/// Characters that must not end a line.
const NOT_LAST: &str = "（《〈「『【〔〖“‘([{";

/// A font ready to measure and to draw with.
pub struct Face {
    pub font: Font,
    metrics: FontRef<'static>,
    units_per_em: f32,
}

static FACE: LazyLock<Option<Face>> = LazyLock::new(|| {
    let metrics = FontRef::new(DATA).ok()?;
    let units_per_em = f32::from(metrics.head().ok()?.units_per_em());
    let font = Font::new(DATA.to_vec().into(), 0)?;
    Some(Face { font, metrics, units_per_em })
});

/// A line of text, laid out.
#[derive(Clone, Debug)]
pub struct Line {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// In ems.
    pub width: f32,
}

impl Face {
    /// The font that is built in; `None` only if that file were damaged, which a test rules out.
    pub fn built_in() -> Option<&'static Face> {
        FACE.as_ref()
    }

    pub fn has(&self, character: char) -> bool {
        self.metrics.charmap().map(character).is_some_and(|glyph| glyph.to_u32() != 0)
    }

    /// Width of a character in ems.
    fn advance(&self, character: char) -> f32 {
        let charmap = self.metrics.charmap();
        let glyph = charmap.map(character).or_else(|| charmap.map(MISSING)).unwrap_or_default();
        let metrics = self.metrics.glyph_metrics(Size::unscaled(), LocationRef::default());
        metrics.advance_width(glyph).unwrap_or(self.units_per_em) / self.units_per_em
    }

    /// Lays out one line that is not broken. Characters that the font lacks are drawn as [`MISSING`] and added to
    /// `missing`; the text behind them stays what it was, so that it can be searched and copied.
    pub fn line(&self, text: &str, spacing: f32, missing: &mut BTreeSet<char>) -> Line {
        let text = clean(text, missing);
        let charmap = self.metrics.charmap();
        let mut glyphs = Vec::new();
        let mut width = 0.0;
        for (at, character) in text.char_indices() {
            let shown = if self.has(character) {
                character
            } else {
                missing.insert(character);
                MISSING
            };
            let glyph = charmap.map(shown).unwrap_or_default();
            let advance = self.advance(shown) + spacing;
            let range: Range<usize> = at..at + character.len_utf8();
            glyphs.push(KrillaGlyph::new(GlyphId::new(glyph.to_u32()), advance, 0.0, 0.0, 0.0, range, None));
            width += advance;
        }
        // No space after the last character, so that centred lines are.
        let width = if glyphs.is_empty() { 0.0 } else { width - spacing };
        Line { text, glyphs, width }
    }

    /// Breaks `text` into lines of at most `width` ems: between Chinese characters, and in other scripts at spaces.
    pub fn wrap(&self, text: &str, width: f32, missing: &mut BTreeSet<char>) -> Vec<Line> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            let mut used = 0.0;
            for piece in pieces(paragraph) {
                let long: f32 = piece.trim_end().chars().map(|c| self.advance(c)).sum();
                if used + long > width && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                // A word longer than the line is broken where the line ends.
                for character in piece.chars() {
                    let advance = self.advance(character);
                    if used + advance > width && !line.is_empty() && character != ' ' {
                        lines.push(std::mem::take(&mut line));
                        used = 0.0;
                    }
                    line.push(character);
                    used += advance;
                }
            }
            lines.push(line);
        }
        lines.iter().map(|line| self.line(line.trim_end(), 0.0, missing)).collect()
    }
}

/// Replaces what can not be printed at all: control characters, byte order marks, private use and direction marks.
fn clean(text: &str, missing: &mut BTreeSet<char>) -> String {
    let unprintable = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
            || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
    };
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if unprintable(c) => {
                missing.insert(c);
                MISSING
            }
            c => c,
        })
        .collect()
}

/// The parts of a paragraph between which a line may be broken.
fn pieces(paragraph: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut previous: Option<char> = None;
    for character in paragraph.chars() {
        let may_break = previous.is_some_and(|previous| {
            !NOT_FIRST.contains(character)
                && !NOT_LAST.contains(previous)
                && character != ' '
                && (is_wide(character) || is_wide(previous) || previous == ' ' || "/-?&=".contains(previous))
        });
        match pieces.last_mut() {
            Some(piece) if !may_break => piece.push(character),
            _ => pieces.push(character.into()),
        }
        previous = Some(character);
    }
    pieces
}

/// Whether a character stands in a square of its own, as Chinese ones do.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        let face = Face::built_in().unwrap();
        face.wrap(text, width, &mut BTreeSet::new()).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_font_has_what_names_and_forms_need() {
        let face = Face::built_in().unwrap();
        let needed = "赵钱孙李欧阳堃喆淼玥瑄昇甯犇骉祎䶮㛃𬳽𫍯臺灣鄭陳麗華 ABCxyz0123456789·，。（）《》“”—…¥￥№→éñü〓㎡℃";
        assert_eq!(needed.chars().filter(|c| !face.has(*c)).collect::<String>(), "");
    }

    #[test]
    fn lines_break_where_chinese_and_english_may() {
        assert_eq!(lines("一二三四五六", 4.0), ["一二三四", "五六"]);
        assert_eq!(lines("一二三四，五六", 4.0), ["一二三", "四，五六"]);
        assert_eq!(lines("一二三（四五", 4.0), ["一二三", "（四五"]);
        assert_eq!(lines("the quick brown fox", 6.0), ["the quick", "brown fox"]);
        assert_eq!(lines("a\nb", 6.0), ["a", "b"]);
        assert!(lines("0123456789012345678901234567890123456789", 5.0).len() > 3);
        assert_eq!(lines("", 5.0), Vec::<String>::new());
    }

    #[test]
    fn a_missing_character_is_seen_named_and_kept() {
        let face = Face::built_in().unwrap();
        let mut missing = BTreeSet::new();
        let line = face.line("王𰻝\u{202e}\u{0}", 0.0, &mut missing);
        assert_eq!(line.text, "王𰻝〓〓");
        assert_eq!(line.glyphs.len(), 4);
        assert!(line.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
        assert_eq!(missing, BTreeSet::from(['𰻝', '\u{202e}', '\u{0}']));
    }
}
