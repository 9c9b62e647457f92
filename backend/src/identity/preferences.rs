//! How a person wants to read follows their account.

use domain::text::Locale;
use serde_json::Value;
use storage::identity::persons;

use super::actor::PersonActor;
use crate::Backend;

/// Keeps how the person wants to read, as the pages write it: an object whose `locale` is `zh` or `en`.
pub async fn save_preferences(
    backend: &Backend,
    me: &PersonActor,
    preferences: Value,
) -> Result<(), storage::Error> {
    let person = me.id;
    backend
        .db
        .write(move |tx| {
            Box::pin(async move { persons::set_preferences(tx, person, &preferences).await.map(drop) })
        })
        .await
}

/// The language of messages to the owner of these preferences.
pub(crate) fn locale(preferences: &Value) -> Locale {
    serde_json::from_value(preferences["locale"].clone()).unwrap_or_default()
}
