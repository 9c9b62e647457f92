//! Making people findable by name who proved their identity before clerks could look for names.

use domain::ids::PersonId;
use storage::identity::persons;

use super::sign_in::{open_text, place};
use crate::Backend;

/// People read at a time.
const PAGE: i64 = 200;

/// Keeps the keyed digest of every name that has none; gives their number. Killed half-way it has done that much.
pub async fn index_names(backend: &Backend) -> Result<u64, storage::Error> {
    let mut done = 0;
    let mut after = PersonId(uuid::Uuid::nil());
    loop {
        let page = persons::without_name_index(&mut backend.db.read().await?, after, PAGE).await?;
        let Some((last, _)) = page.last() else { return Ok(done) };
        after = *last;
        let opened = page.into_iter().filter_map(|(id, sealed)| {
            let name = open_text(backend, place("name", &id.0), &sealed)?;
            Some((id, backend.keys.blind_index("persons.name", &name)))
        });
        let indexes: Vec<(PersonId, Vec<u8>)> = opened.collect();
        let kept: Result<u64, storage::Error> = backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let mut kept = 0;
                    for (id, index) in &indexes {
                        kept += u64::from(persons::set_name_index(tx, *id, index).await?);
                    }
                    Ok(kept)
                })
            })
            .await;
        done += kept?;
    }
}
