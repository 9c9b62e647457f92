//! Reviews of services (好差评): five grades, tags and words, what becomes of a bad one, and what of all of them is
//! public. The rules are those of the State Council's opinions on the system (国办发〔2019〕51号).

pub mod grade;
pub mod opinion;
pub mod publication;
pub mod rectification;
pub mod said;
pub mod screening;
pub mod subject;
pub mod tags;

pub use grade::Grade;
pub use opinion::{NotTheirs, may_opine};
pub use publication::{LEAST, Month, Monthly, Published, publish};
pub use rectification::{Deadlines, Event, Finding, Light, NotAllowed, Step, TaskState};
pub use said::{MAX_WORDS, ReviewError, Said};
pub use screening::{Mark, mask_numbers, screen};
pub use subject::{Handler, SubjectKind};
pub use tags::Tag;
