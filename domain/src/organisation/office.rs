//! Offices (办理机构): a department at a place; and which of them a case goes to.

use std::collections::BTreeMap;

use super::region::{Level, RegionCode};
use crate::ids::OfficeId;
use crate::text::Text;

/// A department at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    pub id: OfficeId,
    /// Code of the department.
    pub department: String,
    pub region: RegionCode,
    pub name: Text,
}

/// All offices that are there, one at most for a department at a place.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    /// By department, then by place.
    offices: BTreeMap<String, BTreeMap<RegionCode, Office>>,
}

impl FromIterator<Office> for Directory {
    fn from_iter<T: IntoIterator<Item = Office>>(offices: T) -> Self {
        let mut directory = Directory::default();
        for office in offices {
            let places = directory.offices.entry(office.department.clone()).or_default();
            places.insert(office.region, office);
        }
        directory
    }
}

impl Directory {
    pub fn get(&self, department: &str, place: RegionCode) -> Option<&Office> {
        self.offices.get(department)?.get(&place)
    }

    pub fn by_id(&self, id: OfficeId) -> Option<&Office> {
        self.iter().find(|office| office.id == id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Office> {
        self.offices.values().flat_map(BTreeMap::values)
    }

    /// Offices at a place, by department.
    pub fn at(&self, place: RegionCode) -> impl Iterator<Item = &Office> {
        self.offices.values().filter_map(move |places| places.get(&place))
    }

    /// Codes of the departments that have an office.
    pub fn departments(&self) -> impl Iterator<Item = &str> {
        self.offices.keys().map(String::as_str)
    }

    /// Offices of a department at a place and everywhere within it, each place before what lies within it.
    pub fn under(&self, department: &str, place: RegionCode) -> impl Iterator<Item = &Office> {
        let range = RegionCode::from_range(place.range());
        self.offices
            .get(department)
            .into_iter()
            .flat_map(move |places| places.range(range.clone()).map(|(_, o)| o))
    }

    /// The office that handles a case of `department` about `place`: at `level`, or the nearest above that there is; `None`
    /// when the department has none up to the province.
    pub fn route(&self, department: &str, level: Level, place: RegionCode) -> Option<&Office> {
        let places = self.offices.get(department)?;
        let start = place.at(level).unwrap_or(place);
        start.ancestry().find_map(|code| places.get(&code))
    }

    /// The office of the same department next above.
    pub fn above(&self, office: &Office) -> Option<&Office> {
        let places = self.offices.get(&office.department)?;
        office.region.ancestry().skip(1).find_map(|code| places.get(&code))
    }

    /// The offices of the same department next below: there is none between them and this one.
    pub fn below(&self, office: &Office) -> Vec<&Office> {
        let mut below: Vec<&Office> = Vec::new();
        for found in self.under(&office.department, office.region).filter(|o| o.region != office.region) {
            if below.last().is_none_or(|last| !found.region.is_under(last.region)) {
                below.push(found);
            }
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn directory(offices: &[(&str, &str)]) -> Directory {
        let office = |(number, (department, region)): (usize, &(&str, &str))| Office {
            id: OfficeId(Uuid::from_u128(number as u128 + 1)),
            department: (*department).to_owned(),
            region: region.parse().unwrap(),
            name: Text::new(*region, *region),
        };
        offices.iter().enumerate().map(office).collect()
    }

    fn code(text: &str) -> RegionCode {
        text.parse().unwrap()
    }

    #[test]
    fn a_case_goes_to_the_office_at_its_level_or_the_nearest_above() {
        let directory =
            directory(&[("police", "3301"), ("police", "330106"), ("police", "330106109"), ("tax", "3301")]);
        let route = |department, level, place| {
            directory.route(department, level, code(place)).map(|office| office.region.to_string())
        };
        assert_eq!(route("police", Level::County, "330106109001").as_deref(), Some("330106"));
        assert_eq!(route("police", Level::Township, "330106109001").as_deref(), Some("330106109"));
        assert_eq!(route("police", Level::County, "330105").as_deref(), Some("3301"), "none there");
        assert_eq!(
            route("police", Level::Township, "3301").as_deref(),
            Some("3301"),
            "only the city is known"
        );
        assert_eq!(route("tax", Level::County, "330106").as_deref(), Some("3301"));
        assert_eq!(route("tax", Level::County, "110101"), None, "outside");
        assert_eq!(route("navy", Level::County, "330106"), None);
    }

    #[test]
    fn an_office_knows_who_is_next_above_and_below() {
        let directory = directory(&[
            ("p", "3301"),
            ("p", "330106"),
            ("p", "330106109"),
            ("p", "330105001"),
            ("q", "330102"),
        ]);
        let city = directory.get("p", code("3301")).unwrap();
        let below: Vec<String> = directory.below(city).iter().map(|o| o.region.to_string()).collect();
        assert_eq!(below, ["330105001", "330106"]);
        let street = directory.get("p", code("330105001")).unwrap();
        assert_eq!(directory.above(street), Some(city));
        assert_eq!(directory.above(city), None);
    }

    proptest! {
        #[test]
        fn where_a_case_goes_lies_above_its_place(
            places in prop::collection::vec(330_100_000_000_000_i64..330_199_999_999_999, 1..20),
            level in prop::sample::select(Level::ALL.to_vec()),
            from in 330_100_000_000_000_i64..330_199_999_999_999,
        ) {
            let offices: Vec<String> = places
                .iter()
                .enumerate()
                .map(|(n, place)| RegionCode::from_i64(*place).unwrap().at(Level::ALL[1 + n % 4]).unwrap().to_string())
                .collect();
            let offices: Vec<(&str, &str)> = offices.iter().map(|place| ("p", place.as_str())).collect();
            let directory = directory(&offices);
            let from = RegionCode::from_i64(from).unwrap();
            match directory.route("p", level, from) {
                Some(office) => {
                    prop_assert!(from.is_under(office.region));
                    prop_assert!(office.region.level() <= level);
                    let nearer = directory.iter().any(|o| {
                        o.region.level() <= level && from.is_under(o.region) && o.region.level() > office.region.level()
                    });
                    prop_assert!(!nearer);
                }
                None => prop_assert!(!directory.iter().any(|o| o.region.level() <= level && from.is_under(o.region))),
            }
            for office in directory.iter() {
                for below in directory.below(office) {
                    prop_assert_eq!(directory.above(below), Some(office));
                }
            }
        }
    }
}
