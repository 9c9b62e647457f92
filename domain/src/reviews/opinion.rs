//! Whose opinion is the second one (复核): a superior's, who had no hand in it.

use crate::identity::Role;
use crate::organisation::Grant;
use crate::organisation::region::RegionCode;

/// Why somebody cannot give the second opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTheirs {
    /// They handled the review before.
    #[error("handled by the same person")]
    SameHand,
    /// There is a level above, and they are not of it.
    #[error("not a superior")]
    NoSuperior,
}

/// Whether who has `grants` gives the second opinion on a review of `department` at `place`. Somebody who decides or
/// supervises for a place above does, and where the department has no office above (`has_upper`), a colleague. Nobody who
/// `handled` it.
pub fn may_opine(
    grants: &[Grant],
    department: &str,
    place: RegionCode,
    has_upper: bool,
    handled: bool,
) -> Result<(), NotTheirs> {
    if handled {
        return Err(NotTheirs::SameHand);
    }
    let speaks = |grant: &&Grant| {
        matches!(grant.role, Role::Decide | Role::Supervise) && grant.scope.covers(department, place)
    };
    let above = |grant: Grant| grant.scope.region != place;
    let mut speaking = grants.iter().filter(speaks).cloned();
    let theirs = if has_upper { speaking.any(above) } else { speaking.next().is_some() };
    if theirs { Ok(()) } else { Err(NotTheirs::NoSuperior) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::ids::PostId;
    use crate::organisation::Scope;

    fn grant(role: Role, department: Option<&str>, region: &str) -> Grant {
        let scope = Scope { department: department.map(str::to_owned), region: region.parse().unwrap() };
        Grant { role, scope, post: PostId(Uuid::from_u128(1)), deputy_for: None }
    }

    fn opines(grants: &[Grant], has_upper: bool, handled: bool) -> Result<(), NotTheirs> {
        may_opine(grants, "police", "330106".parse().unwrap(), has_upper, handled)
    }

    #[test]
    fn a_superior_speaks_and_a_colleague_only_where_there_is_none() {
        let colleague = [grant(Role::Decide, Some("police"), "330106")];
        let superior = [grant(Role::Supervise, Some("police"), "3301")];
        let everything = [grant(Role::Decide, None, "33")];
        assert_eq!(opines(&superior, true, false), Ok(()));
        assert_eq!(opines(&everything, true, false), Ok(()));
        assert_eq!(opines(&colleague, true, false), Err(NotTheirs::NoSuperior));
        assert_eq!(opines(&colleague, false, false), Ok(()), "nobody is above");
        assert_eq!(opines(&superior, true, true), Err(NotTheirs::SameHand));
        for other in [
            grant(Role::Intake, Some("police"), "3301"),
            grant(Role::Supervise, Some("taxation"), "3301"),
            grant(Role::Supervise, Some("police"), "330105"),
            grant(Role::Supervise, Some("police"), "330106109"),
        ] {
            for has_upper in [true, false] {
                assert_eq!(
                    opines(std::slice::from_ref(&other), has_upper, false),
                    Err(NotTheirs::NoSuperior),
                    "{other:?}"
                );
            }
        }
        // On a post below and one above: the one above counts.
        assert_eq!(opines(&[colleague[0].clone(), superior[0].clone()], true, false), Ok(()));
    }

    proptest! {
        #[test]
        fn more_grants_never_take_the_word_away(
            roles in prop::collection::vec((prop::sample::select(Role::ALL.to_vec()), 0..4_usize), 0..5),
            more in (prop::sample::select(Role::ALL.to_vec()), 0..4_usize),
            has_upper: bool,
        ) {
            let places = ["33", "3301", "330106", "330106109"];
            let made = |(role, at): (Role, usize)| grant(role, Some("police"), places[at]);
            let few: Vec<Grant> = roles.into_iter().map(made).collect();
            let many: Vec<Grant> = few.iter().cloned().chain([made(more)]).collect();
            prop_assert!(opines(&few, has_upper, false).is_err() || opines(&many, has_upper, false).is_ok());
            // A superior's word is enough where a colleague's is.
            prop_assert!(opines(&few, true, false).is_err() || opines(&few, false, false).is_ok());
            prop_assert_eq!(opines(&many, has_upper, true), Err(NotTheirs::SameHand));
        }
    }
}
