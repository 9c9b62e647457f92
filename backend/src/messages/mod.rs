//! Telling people: the message centre, SMS and mail through the outbox, and the jobs that empty the outbox.

mod adapters;
mod centre;
mod deliver;
mod jobs;
mod notify;
mod revive;
mod smtp;
mod sweep;
mod templates;

pub use adapters::{Gateway, MessageGateways, Refusal, Sending};
pub use centre::{Line, MessagePage, messages, open_message, read_all, unread};
pub use deliver::{Delivery, MAIL, SMS};
pub use jobs::{Handled, Handler, JobError, Jobs, Topic};
pub use notify::{KINDS, Parcel, Receiver, enqueue_mail, enqueue_sms, notify, params_in};
pub use revive::revive;
pub use smtp::{MailServer, MailServerError};
pub use sweep::sweep;
pub use templates::{TemplateError, Templates};

pub use storage::messages::centre::Cursor;
