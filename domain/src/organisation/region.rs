//! Administrative divisions (行政区划): codes by GB/T 2260 and GB/T 10114, and a table of their names.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text::{Locale, Text};

/// The six levels of administration, highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Province,
    City,
    County,
    Township,
    Village,
    Grid,
}

impl Level {
    pub const ALL: [Level; 6] =
        [Level::Province, Level::City, Level::County, Level::Township, Level::Village, Level::Grid];

    /// The word for it in the database and as data.
    pub fn code(self) -> &'static str {
        match self {
            Level::Province => "province",
            Level::City => "city",
            Level::County => "county",
            Level::Township => "township",
            Level::Village => "village",
            Level::Grid => "grid",
        }
    }

    pub fn from_code(code: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.code() == code)
    }

    /// How many digits a code of this level has when written out.
    pub fn digits(self) -> u32 {
        match self {
            Level::Province => 2,
            Level::City => 4,
            Level::County => 6,
            Level::Township => 9,
            Level::Village => 12,
            Level::Grid => 15,
        }
    }

    /// The distance between two neighbouring codes of this level in 15-digit form.
    fn step(self) -> i64 {
        10_i64.pow(15 - self.digits())
    }
}

/// The code of a place, of any level. Kept as 15 digits filled up with zeros, so that codes sort a place right before
/// what lies within it and all of that is one range of integers. Written and serialised with 2, 4, 6, 9, 12 or 15
/// digits, as many as its level has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
pub struct RegionCode(i64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not the code of a region")]
pub struct RegionCodeError;

impl RegionCode {
    /// Reads 2, 4, 6, 9, 12 or 15 digits; zeros at the end that stand for "all of it" (`330100`) are understood.
    pub fn parse(text: &str) -> Result<Self, RegionCodeError> {
        let digits = u32::try_from(text.len()).map_err(|_| RegionCodeError)?;
        let level = Level::ALL.into_iter().find(|l| l.digits() == digits).ok_or(RegionCodeError)?;
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(RegionCodeError);
        }
        let number: i64 = text.parse().map_err(|_| RegionCodeError)?;
        Self::from_i64(number * level.step())
    }

    /// From the 15-digit form, as kept in the database.
    pub fn from_i64(code: i64) -> Result<Self, RegionCodeError> {
        let provinces = 10 * Level::Province.step()..100 * Level::Province.step();
        provinces.contains(&code).then_some(RegionCode(code)).ok_or(RegionCodeError)
    }

    /// The 15-digit form.
    pub fn as_i64(self) -> i64 {
        self.0
    }

    /// The deepest level that the code names.
    pub fn level(self) -> Level {
        Level::ALL.into_iter().find(|l| self.0 % l.step() == 0).unwrap_or(Level::Grid)
    }

    /// The place at `level` that holds this one, or itself; `None` if it is itself above that level.
    pub fn at(self, level: Level) -> Option<RegionCode> {
        (level <= self.level()).then(|| RegionCode(self.0 - self.0 % level.step()))
    }

    /// The next place above; `None` for a province.
    pub fn parent(self) -> Option<RegionCode> {
        let own = self.level();
        Level::ALL
            .into_iter()
            .rev()
            .filter(|l| *l < own)
            .map(|l| RegionCode(self.0 - self.0 % l.step()))
            .next()
    }

    /// This place, the one above it, and so on up to the province.
    pub fn ancestry(self) -> impl Iterator<Item = RegionCode> {
        std::iter::successors(Some(self), |code| code.parent())
    }

    /// Whether this place is `other` or lies within it.
    pub fn is_under(self, other: RegionCode) -> bool {
        other.range().contains(&self.0)
    }

    /// The codes of a range of 15-digit numbers.
    pub(super) fn from_range(range: RangeInclusive<i64>) -> RangeInclusive<RegionCode> {
        RegionCode(*range.start())..=RegionCode(*range.end())
    }

    /// All codes of this place and of what lies within it, in 15-digit form: for `BETWEEN` in a query.
    pub fn range(self) -> RangeInclusive<i64> {
        self.0..=self.0 + self.level().step() - 1
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0 / self.level().step())
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegionCode({self})")
    }
}

impl FromStr for RegionCode {
    type Err = RegionCodeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for RegionCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RegionCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A place and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub code: RegionCode,
    pub name: Text,
}

/// Why a table of regions cannot be read; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegionTableError {
    #[error("line {line}: want code,zh,en")]
    Columns { line: usize },
    #[error("line {line}: not the code of a region")]
    Code { line: usize },
    #[error("{code} is listed twice")]
    Duplicate { code: RegionCode },
    #[error("{code} is listed, the place above it is not")]
    Orphan { code: RegionCode },
}

/// Every known place, sorted by code.
#[derive(Clone, Debug, Default)]
pub struct RegionTable {
    regions: Vec<Region>,
}

/// Pseudo-cities of the statistics bureau, left out of full names.
const PLACEHOLDERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

impl Region {
    /// Whether it stands between a province and its counties only because a code needs one: 市辖区 of 北京市.
    pub fn is_placeholder(&self) -> bool {
        self.code.level() == Level::City && PLACEHOLDERS.contains(&self.name.zh.as_str())
    }
}

impl RegionTable {
    /// Reads files of `code,zh,en` lines, each with a header line. Every place but a province needs the place above it.
    pub fn read(files: &[&str]) -> Result<Self, RegionTableError> {
        let mut regions = Vec::new();
        for file in files {
            for (index, row) in file.lines().enumerate().skip(1) {
                let line = index + 1;
                let mut columns = row.split(',');
                let (Some(code), Some(zh), Some(en), None) =
                    (columns.next(), columns.next(), columns.next(), columns.next())
                else {
                    return Err(RegionTableError::Columns { line });
                };
                let code = RegionCode::parse(code).map_err(|_| RegionTableError::Code { line })?;
                regions.push(Region { code, name: Text::new(zh, en) });
            }
        }
        regions.sort_by_key(|r| r.code);
        if let Some(pair) = regions.windows(2).find(|pair| pair[0].code == pair[1].code) {
            return Err(RegionTableError::Duplicate { code: pair[0].code });
        }
        let table = RegionTable { regions };
        match table.regions.iter().find(|r| r.code.parent().is_some_and(|p| table.get(p).is_none())) {
            Some(orphan) => Err(RegionTableError::Orphan { code: orphan.code }),
            None => Ok(table),
        }
    }

    pub fn get(&self, code: RegionCode) -> Option<&Region> {
        self.regions.binary_search_by_key(&code, |r| r.code).ok().map(|at| &self.regions[at])
    }

    /// The place and everything within it, each place before what lies within it.
    pub fn under(&self, code: RegionCode) -> &[Region] {
        let range = code.range();
        let from = self.regions.partition_point(|r| r.code.as_i64() < *range.start());
        let to = self.regions.partition_point(|r| r.code.as_i64() <= *range.end());
        &self.regions[from..to]
    }

    pub fn provinces(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter().filter(|r| r.code.level() == Level::Province)
    }

    /// The places right below `code`.
    pub fn children(&self, code: RegionCode) -> impl Iterator<Item = &Region> {
        self.under(code).iter().filter(move |r| r.code.parent() == Some(code))
    }

    /// The places to choose from below `code`, or the provinces. A pseudo-city stands for what lies within it.
    pub fn choices(&self, code: Option<RegionCode>) -> Vec<&Region> {
        let below: Vec<&Region> = match code {
            None => self.provinces().collect(),
            Some(code) => self.children(code).collect(),
        };
        below
            .into_iter()
            .flat_map(|region| match region.is_placeholder() {
                true => self.choices(Some(region.code)),
                false => vec![region],
            })
            .collect()
    }

    /// The places that were chosen on the way from `top`, or from the whole country, down to `code`, itself included.
    pub fn way(&self, top: Option<RegionCode>, code: RegionCode) -> Vec<&Region> {
        let within = |c: &RegionCode| top.is_none_or(|top| c.is_under(top) && *c != top);
        let mut way: Vec<&Region> = code
            .ancestry()
            .filter(within)
            .filter_map(|c| self.get(c))
            .filter(|r| !r.is_placeholder())
            .collect();
        way.reverse();
        way
    }

    /// The name with the names above it: 浙江省杭州市西湖区; Xihu District, Hangzhou, Zhejiang. Unknown places above
    /// are left out; an unknown place has no name.
    pub fn full_name(&self, code: RegionCode, locale: Locale) -> Option<String> {
        self.get(code)?;
        let names: Vec<&str> = code
            .ancestry()
            .filter_map(|c| self.get(c))
            .filter(|r| !r.is_placeholder())
            .map(|r| r.name.get(locale))
            .collect();
        Some(match locale {
            Locale::Zh => names.into_iter().rev().collect(),
            Locale::En => names.join(", "),
        })
    }

    pub fn len(&self) -> usize {
        self.regions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).unwrap()
    }

    fn catalogue() -> RegionTable {
        let files = [
            include_str!("../../../catalog/regions/china.csv"),
            include_str!("../../../catalog/regions/zhejiang.csv"),
        ];
        RegionTable::read(&files).unwrap()
    }

    #[test]
    fn codes_are_read_at_every_level() {
        for (text, level, parent) in [
            ("33", Level::Province, None),
            ("3301", Level::City, Some("33")),
            ("330106", Level::County, Some("3301")),
            ("330106109", Level::Township, Some("330106")),
            ("330106109001", Level::Village, Some("330106109")),
            ("330106109001002", Level::Grid, Some("330106109001")),
        ] {
            assert_eq!(code(text).level(), level);
            assert_eq!(code(text).to_string(), text);
            assert_eq!(code(text).parent(), parent.map(code));
        }
        assert_eq!(code("330000"), code("33"));
        assert_eq!(code("330100"), code("3301"));
        assert_eq!(code("330106109000"), code("330106109"));
        for wrong in ["", "3", "330", "03", "33010", "3301O6", "+3", "３３", "-33010", "3301061090010020"] {
            assert_eq!(RegionCode::parse(wrong), Err(RegionCodeError), "{wrong}");
        }
    }

    #[test]
    fn a_city_without_counties_holds_its_townships() {
        assert_eq!(code("441900003").parent(), Some(code("4419")));
        assert!(code("441900003").is_under(code("4419")));
    }

    #[test]
    fn a_place_is_under_itself_and_what_is_above_it() {
        let place = code("330106109");
        assert!(place.ancestry().all(|above| place.is_under(above)));
        assert_eq!(place.ancestry().count(), 4);
        assert!(!place.is_under(code("330105")));
        assert!(!code("3301").is_under(place));
        assert_eq!(place.at(Level::City), Some(code("3301")));
        assert_eq!(place.at(Level::Village), None);
    }

    #[test]
    fn the_catalogue_reads_and_names_places() {
        let table = catalogue();
        assert_eq!(table.provinces().count(), 34);
        assert_eq!(table.children(code("3301")).count(), 13);
        assert_eq!(table.full_name(code("330106"), Locale::Zh).as_deref(), Some("浙江省杭州市西湖区"));
        assert_eq!(
            table.full_name(code("330106"), Locale::En).as_deref(),
            Some("Xihu District, Hangzhou, Zhejiang")
        );
        assert_eq!(table.full_name(code("110101"), Locale::Zh).as_deref(), Some("北京市东城区"));
        assert_eq!(table.full_name(code("330199"), Locale::Zh), None);
        assert!(table.under(code("33")).iter().any(|r| r.code.level() == Level::Township));
        for region in table.under(code("33")) {
            assert!(
                !region.name.zh.is_empty() && region.name.en.starts_with(|c: char| c.is_ascii_uppercase())
            );
        }
    }

    #[test]
    fn every_place_can_be_chosen_level_by_level() {
        let table = catalogue();
        let names = |code: Option<&str>| -> Vec<&str> {
            table.choices(code.map(self::code)).iter().map(|r| r.name.zh.as_str()).collect()
        };
        assert_eq!(names(None).len(), 34);
        assert!(names(Some("11")).contains(&"东城区"), "a municipality has no cities");
        assert!(names(Some("41")).contains(&"济源市") && names(Some("41")).contains(&"郑州市"));
        assert!(names(Some("4419")).is_empty() && names(Some("330106")).contains(&"翠苑街道"));
        let mut most = 0;
        for region in table.regions.iter().filter(|r| !r.is_placeholder()) {
            let mut offered = table.choices(None);
            for step in table.way(None, region.code) {
                most = most.max(offered.len());
                assert!(offered.iter().any(|r| r.code == step.code), "{}", region.code);
                offered = table.choices(Some(step.code));
            }
        }
        assert!(most < 60, "a page offers {most} places at once");
        let way = table.way(Some(code("3301")), code("330106005"));
        assert_eq!(way.iter().map(|r| r.code).collect::<Vec<_>>(), [code("330106"), code("330106005")]);
    }

    #[test]
    fn mistakes_in_a_table_are_told() {
        let read = |file: &str| RegionTable::read(&[file]).err();
        assert_eq!(read("code,zh,en\n33,浙江省"), Some(RegionTableError::Columns { line: 2 }));
        assert_eq!(read("code,zh,en\n33,浙江省,Zhejiang\nx,y,z"), Some(RegionTableError::Code { line: 3 }));
        assert_eq!(
            read("code,zh,en\n33,a,A\n33,b,B"),
            Some(RegionTableError::Duplicate { code: code("33") })
        );
        assert_eq!(read("code,zh,en\n3301,a,A"), Some(RegionTableError::Orphan { code: code("3301") }));
    }

    /// Codes of all levels with few different digits, so that many lie within each other.
    fn place() -> impl Strategy<Value = RegionCode> {
        (1_i64..3, 0_i64..2, 0_i64..2, 0_i64..2, 0_i64..2, 0_i64..2).prop_map(|(p, c, n, t, v, g)| {
            let number = (((((10 + p) * 100 + c) * 100 + n) * 1000 + t) * 1000 + v) * 1000 + g;
            RegionCode::from_i64(number).unwrap()
        })
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,20}") {
            if let Ok(code) = RegionCode::parse(&text) {
                prop_assert_eq!(RegionCode::parse(&code.to_string()), Ok(code));
            }
        }

        #[test]
        fn text_number_and_json_agree(number in 100_000_000_000_000_i64..1_000_000_000_000_000) {
            let code = RegionCode::from_i64(number).unwrap();
            prop_assert_eq!(RegionCode::parse(&code.to_string()), Ok(code));
            let json = serde_json::to_string(&code).unwrap();
            prop_assert_eq!(serde_json::from_str::<RegionCode>(&json).unwrap(), code);
            for above in code.ancestry() {
                prop_assert!(code.is_under(above));
            }
        }

        /// What lies within a place is one range of numbers, and nothing else is in it.
        #[test]
        fn the_range_of_a_place_is_what_it_is_above(a in place(), b in place()) {
            prop_assert_eq!(a.range().contains(&b.as_i64()), b.ancestry().any(|above| above == a));
        }
    }
}
