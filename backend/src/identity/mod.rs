//! Who someone is: signing in, proving identity, acting for a legal entity, sessions.

mod access_log;
mod act_for;
mod actor;
pub(crate) mod codes;
mod create_staff;
mod form_draft;
pub(crate) mod limits;
mod passwords;
mod preferences;
mod profile;
mod request_code;
mod sessions;
mod set_password;
mod sign_in;
mod sign_in_as_staff;
mod sign_in_with_code;
mod sign_in_with_password;
mod sign_out;
mod verify_identity;
mod viewer;

pub use access_log::{AccessEntry, AccessPage, Reader, who_read_my_data};
pub use act_for::{ActForError, add_entity, entities, leave_entity, remove_entity, switch_entity};
pub use actor::{Actor, Denied, PersonActor, StaffActor};
pub use codes::{CodeRefused, CodeSent, WrongCode};
pub use create_staff::{CreateStaffError, NewStaff, OneTimePassword, create_staff};
pub use form_draft::{FieldError, FormDraft, forget_draft, form_draft, keep_draft};
pub use passwords::{PasswordBusy, Passwords};
pub(crate) use preferences::locale as preferred_locale;
pub use preferences::save_preferences;
pub use profile::{NumberError, Profile, open_profile, open_resident_id, profile};
pub(crate) use profile::{credit_code, resident_id};
pub use request_code::request_code;
pub use sessions::{SessionLine, end_other_sessions, end_session, my_sessions};
pub use set_password::{SetPasswordError, change_staff_password, set_password};
pub use sign_in::{SignInError, SignedIn, Token};
pub use sign_in_as_staff::sign_in_as_staff;
pub use sign_in_with_code::sign_in_with_code;
pub use sign_in_with_password::sign_in_with_password;
pub use sign_out::sign_out;
pub use verify_identity::{VerifyIdentityError, verify_identity};
pub use viewer::{ActingFor, Person, StaffMember, Viewer, Who, authenticate, open_session};

pub use storage::audit::Cursor as AccessCursor;
pub use storage::identity::entities::Representation;
