//! Cases (办件): answers, states, decisions and working days.

pub mod answer;
pub mod appeal;
pub mod calendar;
pub mod clock;
pub mod counter_payment;
pub mod decision;
pub mod event;
pub mod form;
pub mod reference;
pub mod stages;
pub mod state;
pub mod supplement;
pub mod template;
pub mod turn;
pub mod typed;
pub mod wire;

pub use answer::{Answer, Raw};
pub use calendar::{Calendar, CalendarError, CalendarYear};
pub use clock::{Clock, Going, Light, Reading};
pub use counter_payment::{CounterPayment, PaymentError};
pub use decision::{Outcome, certificate_ends, decide, is_certified};
pub use event::EventKind;
pub use form::{FieldError, FieldState, Form, Wrong, amend, examine};
pub use reference::Reference;
pub use stages::{Opinion, SeatAt};
pub use state::{Action, CaseState, NotAllowed};
pub use supplement::{About, Ask, SupplementEnd};
pub use template::{Placeholder, ReasonKind, Template, TemplateError};
pub use turn::Turn;
pub use typed::typed;
