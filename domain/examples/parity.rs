//! The rule engine behind a plain C interface: JSON in, JSON out. `tests/parity.rs` builds it to WebAssembly and compares
//! what it says with what the native engine says.
#![allow(unsafe_code, reason = "pointers are how bytes cross the border of a WebAssembly module")]

use domain::cases::form::{FormScope, Questions, fold_computed, fold_fields};
use domain::cases::{Form, Outcome, Raw, decide, examine};
use domain::catalog::{Computed, Definition, Field};
use domain::registers::Facts;
use domain::rules::{Eval, Finding, evaluate};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A filled form.
#[derive(Serialize, Deserialize)]
pub struct Case {
    pub definition: Definition,
    pub facts: Facts,
    pub raw: Raw,
    pub today: Date,
}

/// Everything the engine says about it.
#[derive(Serialize, Deserialize)]
pub struct Said {
    pub form: Form,
    pub computed: Vec<Eval>,
    pub outcome: Outcome,
    pub findings: Vec<Finding>,
    pub folded: Vec<Field>,
    pub folded_computed: Vec<Computed>,
}

pub fn say(case: &Case) -> Said {
    let definition = &case.definition;
    let form = examine(&Questions::from(definition), &case.facts, &case.raw, case.today);
    let scope = |decision| FormScope {
        computed: &definition.computed,
        form: &form,
        facts: &case.facts,
        today: case.today,
        decision,
    };
    let (outcome, findings) = decide(definition, &scope(true));
    let fields: Vec<&Field> = definition.fields().collect();
    Said {
        computed: definition.computed.iter().map(|c| evaluate(&c.value, &scope(false))).collect(),
        outcome,
        findings,
        folded: fold_fields(&fields, &scope(false)),
        folded_computed: fold_computed(&definition.computed, &scope(false)),
        form: form.clone(),
    }
}

/// Room for `length` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(length: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// Answers the case in `length` bytes at `bytes`, which come from [`allocate`] and are taken back. The answer begins with
/// its own length, four bytes, little-endian. It stays until the end.
///
/// # Safety
/// `bytes` and `length` are those of one call of [`allocate`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(bytes: *mut u8, length: usize) -> *const u8 {
    // SAFETY: as the caller promises.
    let text = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes, length)) };
    let said = match serde_json::from_slice::<Case>(&text) {
        Ok(case) => {
            serde_json::to_string(&say(&case)).unwrap_or_else(|e| format!("\"cannot be written: {e}\""))
        }
        Err(e) => format!("\"cannot be read: {e}\""),
    };
    let mut out = (said.len() as u32).to_le_bytes().to_vec();
    out.extend(said.as_bytes());
    Box::leak(out.into_boxed_slice()).as_ptr()
}
