//! Where a case is counted: at the place of its office and at every place above it, alone and together with others.

use crate::organisation::region::RegionCode;

/// What counters are kept for: a place with all within it, a department or all of them, a service or all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub place: RegionCode,
    /// Code of the department; empty for all of them, and then so is the service.
    pub department: String,
    /// Code of the service; empty for all of them.
    pub service: String,
}

/// The cells that a case of `service` is counted in which `department` handles at `place`: at most eighteen.
pub fn cells(place: RegionCode, department: &str, service: &str) -> Vec<Cell> {
    let kinds = [("", ""), (department, ""), (department, service)];
    let cell = |place, (department, service): (&str, &str)| Cell {
        place,
        department: department.to_owned(),
        service: service.to_owned(),
    };
    place.ancestry().flat_map(|place| kinds.map(|kind| cell(place, kind))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_counted_once_at_each_place_above_it() {
        let all = cells("330106109".parse().unwrap(), "civil-affairs", "marriage");
        let places: Vec<String> =
            all.iter().filter(|cell| !cell.service.is_empty()).map(|cell| cell.place.to_string()).collect();
        assert_eq!(places, ["330106109", "330106", "3301", "33"]);
        assert_eq!(all.len(), 12);
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len());
        assert!(all.iter().all(|cell| !cell.department.is_empty() || cell.service.is_empty()));
    }
}
