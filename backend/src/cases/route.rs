//! Which office handles a case.

use domain::organisation::region::RegionCode;
use domain::rules::{Value, evaluate};

use super::load::Opened;
use crate::Backend;

impl Opened {
    /// The place of the office that handles the case: at the level of the definition, for the place that it names. Where
    /// nobody can tell that place, and outside of what the portal serves, the office of the whole served place.
    pub fn routed(&self, backend: &Backend) -> RegionCode {
        let whole = self.row.place;
        let definition = &self.service.definition;
        let form = self.form();
        let scope = self.scope(&form, false);
        let about = definition.place.as_ref().and_then(|place| evaluate(place, &scope).ok());
        let about = about.as_ref().and_then(Value::as_text).and_then(|code| RegionCode::parse(code).ok());
        let about = about.filter(|place| place.is_under(whole)).unwrap_or(whole);
        let current = backend.organisation.current();
        let office = current.route(&definition.department, definition.level, about);
        office.map_or(whole, |office| office.region)
    }
}
