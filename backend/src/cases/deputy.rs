//! 代岗: what somebody does on a colleague's post says so, on the timeline and in the audit trail.

use domain::cases::{CaseState, EventKind};
use domain::identity::Role;
use serde_json::{Value, json};
use storage::cases::case::CaseLine;

use crate::identity::Actor;

/// The field of a detail that says in whose place something was done.
pub const DEPUTY_FOR: &str = "deputy_for";

/// Everybody who works on cases, in whatever role.
const ANY: &[Role] = &[Role::Intake, Role::Review, Role::Decide, Role::Supervise];

/// Roles by which staff bring about an event.
pub(super) fn roles_of_event(kind: EventKind) -> &'static [Role] {
    match kind {
        EventKind::Accepted | EventKind::Declined | EventKind::Paid => &[Role::Intake],
        EventKind::Approved | EventKind::Refused => &[Role::Decide],
        EventKind::Reviewed => &[Role::Review],
        _ => ANY,
    }
}

/// The same for an act of the audit trail.
pub(super) fn roles_of_action(action: &str, detail: &Value) -> &'static [Role] {
    match action {
        "cases.pay_at_counter" => &[Role::Intake],
        "cases.step" => match detail["state"].as_str().and_then(CaseState::from_code) {
            Some(CaseState::Accepted | CaseState::Declined) => &[Role::Intake],
            Some(CaseState::Approved | CaseState::Refused) => &[Role::Decide],
            _ => ANY,
        },
        _ => ANY,
    }
}

/// `detail` with whose place it was done in, where it was.
pub(super) fn told(actor: &Actor, case: &CaseLine, roles: &[Role], mut detail: Value) -> Value {
    let staff = actor.staff().ok();
    let Some(absent) = staff.and_then(|staff| staff.stands_in(roles, &case.department, case.place)) else {
        return detail;
    };
    if detail.is_null() {
        detail = json!({});
    }
    if let Some(fields) = detail.as_object_mut() {
        fields.insert(DEPUTY_FOR.to_owned(), json!(absent));
    }
    detail
}
