//! The entry of the browser: links the islands of `app` into one WebAssembly module.
#![cfg(target_arch = "wasm32")]

use app as _;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once when the module is loaded, before the first island is brought to life.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
