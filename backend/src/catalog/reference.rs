//! What definitions refer to: registers, themes, departments, regions and the working calendar.

use std::collections::BTreeSet;

use domain::cases::Calendar;
use domain::catalog::Known;
use domain::identity::credit_code::CreditCode;
use domain::organisation::region::{Level, RegionCode, RegionTable};
use domain::registers::Registers;
use domain::text::Text;
use serde::Deserialize;

use super::embedded;

/// The reference data of a deployment.
pub struct Reference {
    pub registers: Registers,
    pub themes: Vec<Theme>,
    pub departments: Vec<Department>,
    pub regions: RegionTable,
    /// Working days as they ship with the program.
    pub calendar: Calendar,
    /// JSON Schema of a definition file.
    pub schema: serde_json::Value,
}

/// A theme by which people look for services.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub id: String,
    /// Symbol of the icon sprite.
    pub icon: String,
    pub name: Text,
}

/// A department that owns services.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    pub id: String,
    pub name: Text,
    /// Who signs its certificates.
    pub authority: Text,
    /// Unified social credit code of the authority (GB 32100).
    pub credit_code: String,
    /// Who reconsiders its decisions, where that is not the people's government of its place: of what is led from above the
    /// authority above (行政复议法 第二十七条).
    #[serde(default)]
    pub reconsidered_by: Option<Text>,
}

/// A file of the reference data cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct ReferenceError {
    pub file: String,
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Themes {
    theme: Vec<Theme>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Departments {
    department: Vec<Department>,
}

impl Reference {
    /// The reference data that ships with the program.
    pub fn embedded() -> Result<Self, ReferenceError> {
        let mut calendar = Calendar::default();
        for path in embedded::paths("calendars/") {
            let wrong = |why: String| ReferenceError { file: path.clone(), why };
            let year = path.trim_start_matches("calendars/").trim_end_matches(".toml").parse();
            let year: i16 = year.map_err(|_| wrong("the name is no year".into()))?;
            calendar.add(year, read(&path)?).map_err(|error| wrong(error.to_string()))?;
        }
        let regions: Vec<String> =
            embedded::paths("regions/").iter().filter_map(|p| embedded::text(p)).collect();
        let regions: Vec<&str> = regions.iter().map(String::as_str).collect();
        Ok(Reference {
            registers: read("registers.toml")?,
            themes: read::<Themes>("themes.toml")?.theme,
            departments: read::<Departments>("departments.toml")?.department,
            regions: RegionTable::read(&regions)
                .map_err(|e| ReferenceError { file: "regions".into(), why: e.to_string() })?,
            calendar,
            schema: schema()?,
        })
    }

    /// The place that the portal serves: where its departments are registered.
    pub fn place(&self) -> Option<RegionCode> {
        let code = CreditCode::parse(&self.departments.first()?.credit_code).ok()?;
        code.region().at(Level::City)
    }

    pub fn department(&self, id: &str) -> Option<&Department> {
        self.departments.iter().find(|d| d.id == id)
    }

    pub fn theme(&self, id: &str) -> Option<&Theme> {
        self.themes.iter().find(|t| t.id == id)
    }

    /// Looks at a definition with everything it may refer to.
    pub fn check(&self, definition: &domain::catalog::Definition) -> Vec<domain::catalog::Problem> {
        self.knowing(|known| domain::catalog::check(definition, known))
    }

    /// Looks at a bundle of `services`, with everything it may refer to.
    pub fn check_bundle(
        &self,
        bundle: &domain::catalog::Bundle,
        services: &[domain::catalog::Definition],
    ) -> Vec<domain::catalog::Problem> {
        self.knowing(|known| domain::catalog::check_bundle(bundle, services, known))
    }

    fn knowing<T>(&self, look: impl FnOnce(&Known<'_>) -> T) -> T {
        let themes: BTreeSet<String> = self.themes.iter().map(|t| t.id.clone()).collect();
        let departments: BTreeSet<String> = self.departments.iter().map(|d| d.id.clone()).collect();
        let region_exists = |code: &str| RegionCode::parse(code).is_ok_and(|c| self.regions.get(c).is_some());
        look(&Known {
            registers: &self.registers,
            themes: &themes,
            departments: &departments,
            region_exists: &region_exists,
        })
    }
}

fn schema() -> Result<serde_json::Value, ReferenceError> {
    const FILE: &str = "service.schema.json";
    let wrong = |why: String| ReferenceError { file: FILE.to_owned(), why };
    let text = embedded::text(FILE).ok_or_else(|| wrong("the file is missing".into()))?;
    serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))
}

fn read<T: serde::de::DeserializeOwned>(path: &str) -> Result<T, ReferenceError> {
    let wrong = |why: String| ReferenceError { file: path.to_owned(), why };
    let text = embedded::text(path).ok_or_else(|| wrong("the file is missing".into()))?;
    toml::from_str(&text).map_err(|e| wrong(e.to_string()))
}
