//! Whose turn it is: what a role does next with an open case.

use super::CaseState;
use crate::identity::Role;

/// A step that a queue is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Whatever the clerk's own roles do next.
    Mine,
    /// 受理.
    Intake,
    /// 审核.
    Review,
    /// 决定.
    Decide,
}

impl Turn {
    pub const ALL: [Turn; 4] = [Turn::Mine, Turn::Intake, Turn::Review, Turn::Decide];

    /// As in addresses, in the database and in keys of words.
    pub fn code(self) -> &'static str {
        match self {
            Turn::Mine => "mine",
            Turn::Intake => "intake",
            Turn::Review => "review",
            Turn::Decide => "decide",
        }
    }

    pub fn from_code(code: &str) -> Option<Turn> {
        Turn::ALL.into_iter().find(|turn| turn.code() == code)
    }

    /// The role whose turn it is; none for [`Turn::Mine`], which may be of several.
    pub fn role(self) -> Option<Role> {
        match self {
            Turn::Mine => None,
            Turn::Intake => Some(Role::Intake),
            Turn::Review => Some(Role::Review),
            Turn::Decide => Some(Role::Decide),
        }
    }

    /// The states of the cases that wait for it; `holds` says which roles the clerk has.
    pub fn states(self, holds: impl Fn(Role) -> bool) -> Vec<CaseState> {
        match self.role() {
            Some(role) => waits_for(role).to_vec(),
            None => {
                let own = [Role::Intake, Role::Review, Role::Decide].into_iter().filter(|role| holds(*role));
                own.flat_map(waits_for).copied().collect()
            }
        }
    }
}

/// The states in which a case waits for `role`. Who reviews is waited for from a seat of a stage, not in a state of its own:
/// see [`super::stages`].
pub fn waits_for(role: Role) -> &'static [CaseState] {
    match role {
        Role::Intake => &[CaseState::Submitted],
        Role::Decide => &[CaseState::Accepted],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_sees_what_their_roles_do_next() {
        let both = |role| matches!(role, Role::Intake | Role::Decide);
        assert_eq!(Turn::Mine.states(both), [CaseState::Submitted, CaseState::Accepted]);
        assert_eq!(Turn::Mine.states(|role| role == Role::Decide), [CaseState::Accepted]);
        assert!(Turn::Mine.states(|role| role == Role::Supervise).is_empty());
        assert_eq!(Turn::Intake.states(|_| false), [CaseState::Submitted], "others may look as well");
    }

    #[test]
    fn codes_are_read_back() {
        for turn in Turn::ALL {
            assert_eq!(Turn::from_code(turn.code()), Some(turn));
        }
        assert_eq!(Turn::from_code("submitted"), None);
    }

    #[test]
    fn nothing_closed_waits_for_anybody() {
        for role in Role::ALL {
            assert!(waits_for(role).iter().all(|state| !state.is_closed() && *state != CaseState::Draft));
        }
    }
}
