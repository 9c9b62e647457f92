//! What a member of staff may do, and where.

use serde::{Deserialize, Serialize};

use super::region::RegionCode;
use crate::identity::Role;
use crate::ids::{PostId, StaffId};

/// A department, or all of them, at a place and everything within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// Code of a department; `None` for every department.
    pub department: Option<String>,
    pub region: RegionCode,
}

impl Scope {
    /// Whether what `department` does at `place` is within.
    pub fn covers(&self, department: &str, place: RegionCode) -> bool {
        self.department.as_deref().is_none_or(|own| own == department) && place.is_under(self.region)
    }

    /// Whether everything in `other` is within.
    pub fn includes(&self, other: &Scope) -> bool {
        let departments = match (&self.department, &other.department) {
            (None, _) => true,
            (Some(own), Some(others)) => own == others,
            (Some(_), None) => false,
        };
        departments && other.region.is_under(self.region)
    }
}

/// A role for a scope, which someone has through a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub scope: Scope,
    pub post: PostId,
    /// 代岗: whose post it is, while someone else stands in.
    pub deputy_for: Option<StaffId>,
}

impl Grant {
    pub fn allows(&self, role: Role, department: &str, place: RegionCode) -> bool {
        self.role == role && self.scope.covers(department, place)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scope(department: Option<&str>, region: &str) -> Scope {
        Scope { department: department.map(str::to_owned), region: region.parse().unwrap() }
    }

    #[test]
    fn a_scope_covers_its_department_at_its_place_and_below() {
        let own = scope(Some("health"), "330106");
        assert!(own.covers("health", "330106".parse().unwrap()));
        assert!(own.covers("health", "330106109001".parse().unwrap()));
        assert!(!own.covers("health", "3301".parse().unwrap()), "not above");
        assert!(!own.covers("health", "330105".parse().unwrap()), "not beside");
        assert!(!own.covers("taxation", "330106".parse().unwrap()));
        assert!(scope(None, "3301").covers("taxation", "330106".parse().unwrap()));
    }

    fn any_scope() -> impl Strategy<Value = Scope> {
        let departments = prop::sample::select(vec![None, Some("health"), Some("taxation")]);
        let places =
            prop::sample::select(vec!["33", "3301", "330106", "330105", "330106109", "330106109001"]);
        (departments, places).prop_map(|(department, place)| scope(department, place))
    }

    proptest! {
        #[test]
        fn who_includes_a_scope_covers_all_it_covers(a in any_scope(), b in any_scope(), c in any_scope()) {
            let department = c.department.clone().unwrap_or_else(|| "justice".into());
            if a.includes(&b) && b.covers(&department, c.region) {
                prop_assert!(a.covers(&department, c.region));
            }
            prop_assert!(a.includes(&a));
            if a.includes(&b) && b.includes(&a) {
                prop_assert_eq!(a, b);
            }
        }
    }
}
