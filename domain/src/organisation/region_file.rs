//! A file of places (行政区划) to be imported: lines of `code,zh,en`. Everything that is wrong is told by its line.

use thiserror::Error;

use super::region::{Region, RegionCode};
use crate::text::Text;

/// Places of one file at most; the whole country has about 700,000 down to villages.
pub const MAX_PLACES: usize = 2_000_000;
/// Longest name, in characters: Chinese, English.
pub const MAX_NAME: (usize, usize) = (60, 120);

/// A place and the line that names it; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: usize,
    pub region: Region,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum Wrong {
    #[error("the first line must be code,zh,en")]
    Header,
    #[error("not in UTF-8")]
    Encoding,
    #[error("want code,zh,en")]
    Columns,
    #[error("not the code of a region: want 2, 4, 6, 9, 12 or 15 digits")]
    Code,
    #[error("a name is missing, or has a quotation mark or a control character in it")]
    Name,
    #[error("a name is too long: at most {zh} characters in Chinese and {en} in English", zh = MAX_NAME.0, en = MAX_NAME.1)]
    TooLong,
    #[error("{code} is in line {first} already")]
    Duplicate { code: RegionCode, first: usize },
    #[error("{code} lies in {parent}, which is neither in the file nor in the database")]
    Orphan { code: RegionCode, parent: RegionCode },
    #[error("too many places: {MAX_PLACES} at most")]
    TooMany,
}

/// A mistake and its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("line {line}: {wrong}")]
pub struct Mistake {
    pub line: usize,
    pub wrong: Wrong,
}

/// A file while it is read, line by line.
#[derive(Clone, Debug, Default)]
pub struct RegionFile {
    lines: usize,
    rows: Vec<Row>,
    mistakes: Vec<Mistake>,
}

impl RegionFile {
    pub fn read(text: &str) -> Self {
        let mut file = RegionFile::default();
        text.lines().for_each(|line| file.line(line));
        file
    }

    /// Takes the next line as it stands in a file.
    pub fn bytes(&mut self, line: &[u8]) {
        match std::str::from_utf8(line) {
            Ok(line) => self.line(line),
            Err(_) => {
                self.lines += 1;
                self.wrong(Wrong::Encoding);
            }
        }
    }

    /// Takes the next line, the header first. Spaces around a column and empty lines do not matter.
    pub fn line(&mut self, line: &str) {
        self.lines += 1;
        // As spreadsheets write it.
        let line = line.trim_start_matches('\u{feff}').trim();
        let columns: Vec<&str> = line.split(',').map(str::trim).take(4).collect();
        match *columns {
            ["code", "zh", "en"] if self.lines == 1 => {}
            _ if self.lines == 1 => self.wrong(Wrong::Header),
            [""] => {}
            [code, zh, en] => match RegionCode::parse(code) {
                Ok(code) => self.keep(Region { code, name: Text::new(zh, en) }),
                Err(_) => self.wrong(Wrong::Code),
            },
            _ => self.wrong(Wrong::Columns),
        }
    }

    /// Takes a place that was not written anywhere, as a line of its own.
    pub fn place(&mut self, region: Region) {
        self.lines += 1;
        self.keep(region);
    }

    fn keep(&mut self, region: Region) {
        let Text { zh, en } = &region.name;
        let bad = |name: &str| name.is_empty() || name.chars().any(|c| c == '"' || c.is_control());
        if zh.chars().count() > MAX_NAME.0 || en.chars().count() > MAX_NAME.1 {
            self.wrong(Wrong::TooLong);
        } else if bad(zh) || bad(en) {
            self.wrong(Wrong::Name);
        }
        match self.rows.len() {
            // With a wrong name it is still there for what lies within it.
            0..MAX_PLACES => self.rows.push(Row { line: self.lines, region }),
            _ if self.mistakes.last().is_none_or(|m| m.wrong != Wrong::TooMany) => self.wrong(Wrong::TooMany),
            _ => {}
        }
    }

    fn wrong(&mut self, wrong: Wrong) {
        self.mistakes.push(Mistake { line: self.lines, wrong });
    }

    /// The places, each once, sorted so that each comes before what lies within it; and the mistakes.
    pub fn finish(mut self) -> (Vec<Row>, Vec<Mistake>) {
        if self.lines == 0 {
            self.mistakes.push(Mistake { line: 1, wrong: Wrong::Header });
        }
        // Stable: of two with the same code the first line comes first.
        self.rows.sort_by_key(|row| row.region.code);
        let mistakes = &mut self.mistakes;
        self.rows.dedup_by(|row, kept| {
            let twice = row.region.code == kept.region.code;
            if twice {
                let wrong = Wrong::Duplicate { code: row.region.code, first: kept.line };
                mistakes.push(Mistake { line: row.line, wrong });
            }
            twice
        });
        (self.rows, self.mistakes)
    }
}

/// The places among sorted `rows` whose place above is not among them: their row and that place.
pub fn parents_elsewhere(rows: &[Row]) -> impl Iterator<Item = (&Row, RegionCode)> {
    let among = |code: &RegionCode| rows.binary_search_by_key(code, |row| row.region.code).is_ok();
    rows.iter().filter_map(move |row| Some((row, row.region.code.parent().filter(|p| !among(p))?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    fn mistakes(text: &str) -> Vec<(usize, Wrong)> {
        RegionFile::read(text).finish().1.into_iter().map(|m| (m.line, m.wrong)).collect()
    }

    #[test]
    fn places_are_sorted_and_keep_their_lines() {
        let text = "\u{feff}code,zh,en\r\n3301,杭州市,Hangzhou\r\n\r\n 33 , 浙江省 , Zhejiang \r\n";
        let (rows, mistakes) = RegionFile::read(text).finish();
        assert_eq!(mistakes, []);
        let read: Vec<_> =
            rows.iter().map(|r| (r.line, r.region.code.to_string(), &*r.region.name.zh)).collect();
        assert_eq!(read, [(4, "33".into(), "浙江省"), (2, "3301".into(), "杭州市")]);
        assert_eq!(parents_elsewhere(&rows).count(), 0);
    }

    #[test]
    fn every_mistake_has_its_line() {
        let long = "长".repeat(61);
        let text = format!(
            "code,zh,en\n33,浙江省\n330,a,A\n34,{long},A\n35,,A\n36,\"a\",A\n37,a,A\n37,b,B\n38,a,A,more"
        );
        let twice = Wrong::Duplicate { code: code("37"), first: 7 };
        assert_eq!(
            mistakes(&text),
            [
                (2, Wrong::Columns),
                (3, Wrong::Code),
                (4, Wrong::TooLong),
                (5, Wrong::Name),
                (6, Wrong::Name),
                (9, Wrong::Columns),
                (8, twice)
            ]
        );
        assert_eq!(mistakes("33,浙江省,Zhejiang"), [(1, Wrong::Header)]);
        assert_eq!(mistakes(""), [(1, Wrong::Header)]);
        let mut file = RegionFile::default();
        file.line("code,zh,en");
        file.bytes(b"33,\xd5\xe3\xbd\xad\xca\xa1,Zhejiang");
        file.bytes("34,安徽省,Anhui".as_bytes());
        let (rows, mistakes) = file.finish();
        assert_eq!((rows.len(), mistakes), (1, vec![Mistake { line: 2, wrong: Wrong::Encoding }]));
    }

    #[test]
    fn what_lies_in_another_place_is_told_from_what_lies_in_this_file() {
        let (rows, _) = RegionFile::read("code,zh,en\n330106,a,A\n330106001,b,B\n34,c,C").finish();
        let found: Vec<_> = parents_elsewhere(&rows).map(|(row, parent)| (row.line, parent)).collect();
        assert_eq!(found, [(2, code("3301"))]);
    }

    #[test]
    fn what_ships_has_no_mistake() {
        let files = [
            include_str!("../../../catalog/regions/china.csv"),
            include_str!("../../../catalog/regions/zhejiang.csv"),
            include_str!("../../../catalog/divisions/zhejiang-villages.csv"),
        ];
        let mut all = RegionFile::default();
        for text in files {
            let (rows, mistakes) = RegionFile::read(text).finish();
            assert_eq!(mistakes, []);
            rows.into_iter().for_each(|row| all.place(row.region));
        }
        let (rows, mistakes) = all.finish();
        assert_eq!((mistakes, parents_elsewhere(&rows).count()), (vec![], 0));
        let villages = rows.iter().filter(|row| row.region.code.to_string().len() == 12);
        assert_eq!(villages.count(), 25_317);
    }
}
