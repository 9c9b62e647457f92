//! Checkpoints of the audit trail: signed statements of how far each lane had come, kept in the database and in a file
//! that can be taken off the machine. Who cuts off the end of the trail together with its heads is found by them.

mod checkpoint;
mod file;
mod keep;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointKey, Signed};
pub use file::{CheckpointFile, FileError};
pub use keep::{KeepError, copy, keep, make};
pub use verify::{Findings, Tampered, Trail, VerifyError, verify};
