//! Where the static files of the site are.

use std::collections::BTreeMap;

/// Addresses of the static files, by the name they have in the source tree. Addresses contain a hash of the content.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    urls: BTreeMap<String, String>,
}

impl Assets {
    pub fn new(urls: BTreeMap<String, String>) -> Self {
        Assets { urls }
    }

    /// The address of `name`, such as `main.css` or `icons.svg`; a file the build did not make has the address `""`.
    pub fn url(&self, name: &str) -> &str {
        self.urls.get(name).map_or("", String::as_str)
    }
}
