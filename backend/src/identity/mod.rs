//! Who someone is: signing in, proving identity, acting for a legal entity, sessions.

mod access_log;
mod act_for;
mod actor;
mod change_phone;
mod close_staff;
pub(crate) mod codes;
mod contact;
mod create_account;
mod create_staff;
mod form_draft;
mod hand_back;
mod index_names;
pub(crate) mod limits;
mod oidc;
mod passwords;
mod preferences;
mod profile;
mod purpose;
mod renew_account;
mod request_code;
mod reset_staff_password;
mod second_factor;
mod sessions;
mod set_mail;
mod set_password;
mod sign_in;
mod sign_in_as_staff;
mod sign_in_with_code;
mod sign_in_with_password;
mod sign_out;
mod staff_entry;
mod verify_identity;
mod viewer;

pub use access_log::{AccessCase, AccessEntry, AccessPage, Reader, Seen, who_read_my_data};
pub(crate) use act_for::may_act_for;
pub use act_for::{ActForError, add_entity, entities, leave_entity, remove_entity, switch_entity};
pub(crate) use actor::may_organise;
pub use actor::{Actor, Denied, PersonActor, StaffActor};
pub use change_phone::{change_phone, request_phone_code};
pub use close_staff::{StaffAccountError, close_staff};
pub use codes::{CodeRefused, CodeSent, WrongCode};
pub use contact::ContactError;
pub use create_account::create_account;
pub use create_staff::{CreateStaffError, NewStaff, OneTimePassword, create_staff};
pub use form_draft::{FieldError, FormDraft, forget_draft, form_draft, keep_draft};
pub use hand_back::{HandBackError, hand_back_account};
pub use index_names::index_names;
pub use limits::subscriber;
pub use oidc::{
    OidcAnswer, OidcClient, OidcError, OidcSettings, OidcSettingsError, TokenRefused, finish_oidc,
    link_staff, start_oidc, unlink_staff,
};
pub use passwords::{PasswordBusy, Passwords};
pub(crate) use preferences::locale as preferred_locale;
pub use preferences::save_preferences;
pub use profile::{NumberError, Profile, open_profile, open_resident_id, profile};
pub(crate) use profile::{credit_code, resident_id};
pub use purpose::{Purpose, UnmaskReason};
pub(crate) use purpose::{WORDS, seal_words, sealed_words};
pub use renew_account::{close_account, give_password, take_second_factor};
pub use request_code::request_code;
pub use reset_staff_password::reset_staff_password;
pub use second_factor::{
    HalfSignedIn, Proof, SecondFactorError, SecondFactorPolicy, SecondFactorView, begin_second_factor,
    confirm_second_factor, forget_recovery_codes, give_second_factor, half_signed_in, remove_second_factor,
    reset_second_factor, second_factor,
};
pub use sessions::{SessionLine, end_other_sessions, end_session, my_sessions};
pub use set_mail::{remove_mail, request_mail_code, set_mail};
pub use set_password::{SetPasswordError, change_staff_password, set_password};
pub use sign_in::{SignInError, SignedIn, Token};
pub use sign_in_as_staff::sign_in_as_staff;
pub use sign_in_with_code::sign_in_with_code;
pub use sign_in_with_password::sign_in_with_password;
pub use sign_out::sign_out;
pub use staff_entry::{StaffEntry, StaffSignIn};
pub use verify_identity::{VerifyIdentityError, verify_identity};
pub use viewer::{
    ActingFor, Person, StaffMember, Viewer, Who, authenticate, open_session, open_session_at, peek,
};

pub use storage::audit::Cursor as AccessCursor;
pub use storage::identity::entities::Representation;
