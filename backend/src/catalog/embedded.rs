//! The catalogue that ships with the program.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../catalog"]
#[include = "*.toml"]
#[include = "service.schema.json"]
#[include = "samples.json"]
#[include = "services/*.toml"]
#[include = "bundles/*.toml"]
#[include = "calendars/*.toml"]
#[include = "regions/*.csv"]
#[include = "divisions/*.csv"]
struct Embedded;

/// The text of a file of the catalogue.
pub fn text(path: &str) -> Option<String> {
    String::from_utf8(Embedded::get(path)?.data.into_owned()).ok()
}

/// Paths below `folder`, sorted.
pub fn paths(folder: &str) -> Vec<String> {
    let mut paths: Vec<String> =
        Embedded::iter().filter(|path| path.starts_with(folder)).map(|path| path.into_owned()).collect();
    paths.sort();
    paths
}

/// The service definitions that ship with the program: path and text.
pub fn services() -> Vec<(String, String)> {
    paths("services/").into_iter().filter_map(|path| text(&path).map(|text| (path, text))).collect()
}

/// The bundles that ship with the program: path and text.
pub fn bundles() -> Vec<(String, String)> {
    paths("bundles/").into_iter().filter_map(|path| text(&path).map(|text| (path, text))).collect()
}
