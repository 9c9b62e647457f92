//! Screening of free words. It marks and never deletes: what a person wrote stays as it is, and who reads it is warned.

use serde::{Deserialize, Serialize};

/// Why words are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Insults or threats.
    Abuse,
    /// A long number, such as of a phone, an identity card or an account.
    Number,
}

impl Mark {
    pub const ALL: [Mark; 2] = [Mark::Abuse, Mark::Number];

    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Mark::Abuse => "abuse",
            Mark::Number => "number",
        }
    }

    pub fn from_code(code: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| mark.code() == code)
    }
}

/// Digits that make a number which may say who somebody is: the shortest phone numbers have seven.
const LONG: usize = 7;

/// Insults and threats as they are written, without what stands between the characters. Harsh words about the work, such
/// as 垃圾服务 or 不作为, are none.
const ABUSE: &[&str] = &[
    "傻逼",
    "傻比",
    "煞笔",
    "沙比",
    "草泥马",
    "操你",
    "草你",
    "日你妈",
    "妈的",
    "他妈",
    "尼玛",
    "你妈死",
    "王八蛋",
    "狗东西",
    "狗日",
    "畜生",
    "杂种",
    "婊子",
    "贱人",
    "脑残",
    "弱智",
    "去死",
    "弄死你",
    "打死你",
    "砍死",
    "杀了你",
    "杀你全家",
    "废了你",
    "滚蛋",
];

/// The same in English, as words of their own.
const ABUSE_EN: &[&str] =
    &["fuck", "fucking", "bitch", "bastard", "asshole", "moron", "idiots", "idiot", "kill you"];

/// What `words` are to be marked with, each once.
pub fn screen(words: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    if is_abusive(words) {
        marks.push(Mark::Abuse);
    }
    if !numbers(words).is_empty() {
        marks.push(Mark::Number);
    }
    marks
}

/// `words` with a star for each digit of a long number, so that who reads them does not learn from whom they are.
pub fn mask_numbers(words: &str) -> String {
    let found = numbers(words);
    let masked = |i: usize| found.iter().any(|&(start, end)| (start..end).contains(&i));
    words.chars().enumerate().map(|(i, c)| if masked(i) && is_of_number(c) { '*' } else { c }).collect()
}

fn is_abusive(words: &str) -> bool {
    let plain: String = words.chars().filter(|c| c.is_alphanumeric()).map(half_width).collect();
    if ABUSE.iter().any(|insult| plain.contains(insult)) {
        return true;
    }
    let spaced = words.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    let spaced: String = format!(" {} ", spaced.collect::<String>());
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let spaced = format!(" {spaced} ");
    ABUSE_EN.iter().any(|insult| spaced.contains(&format!(" {insult} ")))
}

/// Where long numbers stand, in characters: digits, with at most two spaces, hyphens or dots between two of them.
fn numbers(words: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Start, end after the last digit, and digits of the number at hand.
    let mut number: Option<(usize, usize, usize)> = None;
    for (i, c) in words.chars().enumerate() {
        let digit =
            is_digit(c) || matches!(c, 'x' | 'X' | 'Ｘ' | 'ｘ') && number.is_some_and(|(_, end, _)| end == i);
        number = match number {
            Some((start, _, digits)) if digit => Some((start, i + 1, digits + 1)),
            None if is_digit(c) => Some((i, i + 1, 1)),
            Some((start, end, digits)) if is_between(c) && i - end < 2 => Some((start, end, digits)),
            Some((start, end, digits)) => {
                found.extend((digits >= LONG).then_some((start, end)));
                None
            }
            None => None,
        };
    }
    found.extend(number.and_then(|(start, end, digits)| (digits >= LONG).then_some((start, end))));
    found
}

fn is_of_number(c: char) -> bool {
    is_digit(c) || matches!(c, 'x' | 'X' | 'Ｘ' | 'ｘ')
}

/// Digits in whatever writing people use to slip by.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '０'..='９' | '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '①'..='⑨')
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '—' | '–' | '.' | '·' | '_' | '*')
}

fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn insults_and_threats_are_marked_and_harsh_words_are_not() {
        for words in
            ["你们都是傻逼", "傻 逼", "王-八-蛋！", "小心我打死你", "You FUCKING people", "I will kill you."]
        {
            assert_eq!(screen(words), [Mark::Abuse], "{words}");
        }
        for words in [
            "服务太差，推诿扯皮，不作为！",
            "等了三个小时，垃圾服务",
            "Scunthorpe idiom",
            "",
            "死亡证明办得慢",
        ] {
            assert_eq!(screen(words), [], "{words}");
        }
    }

    #[test]
    fn numbers_that_say_who_somebody_is_are_marked() {
        for (words, masked) in [
            ("打我电话13800000001", "打我电话***********"),
            ("138-0000-0001，谢谢", "***-****-****，谢谢"),
            ("0571 8500 0000", "**** **** ****"),
            ("１３８０００００００１", "***********"),
            ("一三八零零零零零零零一", "***********"),
            ("身份证33010619900101002X的", "身份证******************的"),
        ] {
            assert_eq!(screen(words), [Mark::Number], "{words}");
            assert_eq!(mask_numbers(words), masked);
        }
        for words in ["2026年11月28日去了3次", "等了一二三四五六天", "窗口12号", "交了1000.50元"]
        {
            assert_eq!(screen(words), [], "{words}");
            assert_eq!(mask_numbers(words), words);
        }
    }

    proptest! {
        #[test]
        fn masking_keeps_all_but_numbers_and_leaves_none(words in "[0-9x一 ,\\-a好傻逼]{0,40}") {
            let masked = mask_numbers(&words);
            prop_assert_eq!(masked.chars().count(), words.chars().count());
            for (was, is) in words.chars().zip(masked.chars()) {
                prop_assert!(was == is || (is == '*' && is_of_number(was)));
            }
            prop_assert!(!screen(&masked).contains(&Mark::Number));
            prop_assert_eq!(mask_numbers(&masked), masked);
        }

        #[test]
        fn screening_never_panics(words in "\\PC{0,60}") {
            let _ = (screen(&words), mask_numbers(&words));
        }
    }
}
