//! Pages of the applicant.

mod bundle;
pub(super) mod check;
pub(super) mod consent;
pub(super) mod contest;
pub(super) mod done;
pub(super) mod facts;
pub(super) mod file;
pub(crate) mod list;
pub(super) mod receipt;
pub(super) mod step;
pub(super) mod supplement;
pub(super) mod track;
pub(super) mod waiting;
