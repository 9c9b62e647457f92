//! What may be given to whom: never more than the giver keeps, never to oneself, never the portal together with cases.

use super::grant::{Grant, Scope};
use crate::identity::Role;
use crate::ids::StaffId;
use crate::time::Timestamp;

/// A deputy stands in for so many days at most.
pub const LONGEST_DEPUTY_DAYS: i64 = 184;

/// Whether somebody with `grants` keeps offices, posts and accounts of `scope`. Standing in for an administrator counts.
pub fn keeps(grants: &[Grant], scope: &Scope) -> bool {
    grants.iter().any(|grant| grant.role == Role::System && grant.scope.includes(scope))
}

/// Whether the roles of one person go together: whoever looks after the portal works on no case (系统管理与业务分离).
pub fn go_together(roles: &[Role]) -> bool {
    !(roles.contains(&Role::System) && roles.iter().any(|role| role.handles_cases()))
}

/// Why an administrator cannot give a post to somebody, or a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivingFault {
    /// The post, or somebody's other post, reaches further than what the giver keeps.
    Beyond,
    /// Nobody gives themself anything.
    Oneself,
    /// Whoever made an account, or knows its password, gives it no post: that takes a second administrator.
    SecondNeeded,
}

/// An account as whoever changes it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    pub id: StaffId,
    /// The administrator who made the account; the command line is none.
    pub made_by: Option<StaffId>,
    /// Who gave the one-time password that was not replaced yet.
    pub password_by: Option<StaffId>,
    /// Who took the second factor away that was not set up anew yet.
    pub factor_by: Option<StaffId>,
    /// What every post of the account is for, those to come included.
    pub scopes: Vec<Scope>,
}

/// Whether `giver` may put `receiver` on a post of `scope`.
pub fn may_give(
    giver: StaffId,
    grants: &[Grant],
    receiver: &Receiver,
    scope: &Scope,
) -> Result<(), GivingFault> {
    if giver == receiver.id {
        return Err(GivingFault::Oneself);
    }
    if !keeps(grants, scope) {
        return Err(GivingFault::Beyond);
    }
    may_entrust(giver, receiver)
}

/// Whether `giver` may have `receiver` stand in on a post, whosever it is to hand over: what nobody gives themself or an account
/// of their making they do not lend to it either.
pub fn may_entrust(giver: StaffId, receiver: &Receiver) -> Result<(), GivingFault> {
    if giver == receiver.id {
        return Err(GivingFault::Oneself);
    }
    let knows_the_way_in = [receiver.made_by, receiver.password_by].contains(&Some(giver));
    if knows_the_way_in { Err(GivingFault::SecondNeeded) } else { Ok(()) }
}

/// What of an account is given anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewed {
    Password,
    SecondFactor,
    /// The end of the account.
    Account,
}

/// Whether `giver`, who keeps the office of `receiver`, may give them a new password or take a lost second factor. Both by the
/// same hand would open the account to that hand.
pub fn may_renew(
    giver: StaffId,
    grants: &[Grant],
    receiver: &Receiver,
    renewed: Renewed,
) -> Result<(), GivingFault> {
    if giver == receiver.id {
        return Err(GivingFault::Oneself);
    }
    if !receiver.scopes.iter().all(|scope| keeps(grants, scope)) {
        return Err(GivingFault::Beyond);
    }
    let other = match renewed {
        Renewed::Password => receiver.factor_by,
        Renewed::SecondFactor => receiver.password_by,
        Renewed::Account => None,
    };
    if other == Some(giver) { Err(GivingFault::SecondNeeded) } else { Ok(()) }
}

/// What is wrong with the time of a deputy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodFault {
    /// It is over already.
    Past,
    /// It ends before it begins.
    Backwards,
    /// More than [`LONGEST_DEPUTY_DAYS`].
    TooLong,
}

/// Whether a deputy can stand in from `starts` until `ends`, said at `now`.
pub fn period(starts: Timestamp, ends: Timestamp, now: Timestamp) -> Result<(), PeriodFault> {
    if ends <= starts {
        Err(PeriodFault::Backwards)
    } else if ends <= now {
        Err(PeriodFault::Past)
    } else if ends > starts.plus_days(LONGEST_DEPUTY_DAYS) {
        Err(PeriodFault::TooLong)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::ids::PostId;

    fn staff(n: u128) -> StaffId {
        StaffId(Uuid::from_u128(n))
    }

    fn scope(department: Option<&str>, region: &str) -> Scope {
        Scope { department: department.map(str::to_owned), region: region.parse().unwrap() }
    }

    fn grant(role: Role, scope: Scope) -> Grant {
        Grant { role, scope, post: PostId(Uuid::nil()), deputy_for: None }
    }

    fn receiver(id: u128) -> Receiver {
        Receiver { id: staff(id), made_by: None, password_by: None, factor_by: None, scopes: Vec::new() }
    }

    #[test]
    fn nobody_gives_more_than_they_keep() {
        let grants = [grant(Role::System, scope(Some("health"), "330106"))];
        let give = |scope: &Scope| may_give(staff(1), &grants, &receiver(2), scope);
        assert_eq!(give(&scope(Some("health"), "330106109")), Ok(()));
        assert_eq!(give(&scope(Some("health"), "3301")), Err(GivingFault::Beyond));
        assert_eq!(give(&scope(Some("taxation"), "330106")), Err(GivingFault::Beyond));
        assert_eq!(
            give(&scope(None, "330106")),
            Err(GivingFault::Beyond),
            "all departments are more than one"
        );
        let supervisor = [grant(Role::Supervise, scope(None, "33"))];
        let by_supervisor = may_give(staff(1), &supervisor, &receiver(2), &scope(Some("health"), "330106"));
        assert_eq!(by_supervisor, Err(GivingFault::Beyond), "only system administrators give");
    }

    #[test]
    fn who_made_an_account_or_knows_its_password_gives_it_no_post() {
        let all = [grant(Role::System, scope(None, "33"))];
        let place = scope(None, "3301");
        let made = Receiver { made_by: Some(staff(1)), ..receiver(2) };
        assert_eq!(may_give(staff(1), &all, &made, &place), Err(GivingFault::SecondNeeded));
        assert_eq!(may_give(staff(3), &all, &made, &place), Ok(()));
        let known = Receiver { password_by: Some(staff(1)), ..receiver(2) };
        assert_eq!(may_give(staff(1), &all, &known, &place), Err(GivingFault::SecondNeeded));
        assert_eq!(may_give(staff(2), &all, &receiver(2), &place), Err(GivingFault::Oneself));
    }

    #[test]
    fn one_hand_renews_the_password_or_the_second_factor() {
        let all = [grant(Role::System, scope(None, "33"))];
        let renew = |who: u128, receiver: &Receiver, what| may_renew(staff(who), &all, receiver, what);
        let known = Receiver { password_by: Some(staff(1)), ..receiver(2) };
        assert_eq!(renew(1, &known, Renewed::SecondFactor), Err(GivingFault::SecondNeeded));
        assert_eq!(renew(3, &known, Renewed::SecondFactor), Ok(()));
        assert_eq!(renew(1, &known, Renewed::Password), Ok(()), "the first one was lost, too");
        let bare = Receiver { factor_by: Some(staff(1)), ..receiver(2) };
        assert_eq!(renew(1, &bare, Renewed::Password), Err(GivingFault::SecondNeeded));
        assert_eq!(renew(2, &receiver(2), Renewed::Password), Err(GivingFault::Oneself));
        let district = [grant(Role::System, scope(None, "330106"))];
        let above = Receiver { scopes: vec![scope(None, "330106"), scope(None, "3301")], ..receiver(2) };
        assert_eq!(may_renew(staff(1), &district, &above, Renewed::Password), Err(GivingFault::Beyond));
    }

    #[test]
    fn a_deputy_stands_in_for_a_while() {
        let at = |days: i64| Timestamp::from_seconds(1_000_000).plus_days(days);
        assert_eq!(period(at(0), at(1), at(0)), Ok(()));
        assert_eq!(period(at(1), at(1), at(0)), Err(PeriodFault::Backwards));
        assert_eq!(period(at(0), at(1), at(1)), Err(PeriodFault::Past));
        assert_eq!(period(at(0), at(LONGEST_DEPUTY_DAYS), at(0)), Ok(()));
        assert_eq!(period(at(0), at(LONGEST_DEPUTY_DAYS).plus_seconds(1), at(0)), Err(PeriodFault::TooLong));
    }

    fn any_roles() -> impl Strategy<Value = Vec<Role>> {
        prop::collection::vec(prop::sample::select(Role::ALL.to_vec()), 0..5)
    }

    fn any_scope() -> impl Strategy<Value = Scope> {
        let departments = prop::sample::select(vec![None, Some("health"), Some("taxation")]);
        let places = prop::sample::select(vec!["33", "3301", "330106", "330106109", "330105"]);
        (departments, places).prop_map(|(department, place)| scope(department, place))
    }

    proptest! {
        /// Whatever is given, the giver could have given each part of it, and nothing of it works on cases for the giver.
        #[test]
        fn what_is_given_lies_within_what_the_giver_keeps(
            kept in any_scope(), given in any_scope(), part in any_scope(), maker in 0_u128..4, who in 1_u128..4,
        ) {
            let grants = [grant(Role::System, kept.clone())];
            let receiver = Receiver { made_by: (maker > 0).then(|| staff(maker)), ..receiver(2) };
            if may_give(staff(who), &grants, &receiver, &given).is_ok() {
                prop_assert!(kept.includes(&given));
                prop_assert!(who != 2 && who != maker);
                if given.includes(&part) {
                    prop_assert_eq!(may_give(staff(who), &grants, &receiver, &part), Ok(()));
                }
            }
        }

        #[test]
        fn roles_that_go_together_keep_the_portal_and_cases_apart(roles in any_roles()) {
            let apart = !roles.contains(&Role::System) || !roles.iter().any(|r| r.handles_cases());
            prop_assert_eq!(go_together(&roles), apart);
        }
    }
}
