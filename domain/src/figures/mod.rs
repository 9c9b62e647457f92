//! Figures (统计): what is counted of cases, day by day and place by place, and what can be said of it.
//!
//! Everything is a sum of counters, so that a place and all within it, or a year, is an addition and never a look at cases.

mod cell;
mod closing;
mod counts;
mod days;
mod lights;
mod period;
mod saved;

pub use cell::{Cell, cells};
pub use closing::{Closing, Ending};
pub use counts::{Counts, Share};
pub use days::{BOUNDS, BUCKETS, Days, Percentile};
pub use lights::{LightKind, Lights, Standing};
pub use period::{Bar, Grain, LONGEST, Part, Period, PeriodError};
pub use saved::{DOCUMENT_MINUTES, minutes_saved};
