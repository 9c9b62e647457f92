//! Finding cases by what people have at hand: a reference number, an ID number, a name.

use domain::cases::Reference;
use domain::identity::PersonName;
use domain::identity::resident_id::ResidentId;
use domain::ids::PersonId;
use serde_json::json;
use storage::cases::case;
use storage::identity::persons;

use super::handler;
use crate::Backend;
use crate::cases::list::{Listed, listed};
use crate::cases::load::start_of_list;
use crate::cases::{CaseError, note};
use crate::identity::Actor;

/// People of one name that are looked at.
const PEOPLE: i64 = 20;
/// Cases of one person that are looked at.
const CASES: i64 = 100;

/// What was typed, and the cases that it leads to.
#[derive(Clone, Debug)]
pub enum Found {
    /// Not a reference number, an ID number or a name.
    Nonsense,
    Cases(Vec<Listed>),
}

/// Filed cases that the actor's posts cover, of this reference number, of the person with this resident ID number, or of
/// the people of this name, found by a keyed digest. That someone's cases were looked for by number or name is noted for
/// those whose cases are shown.
pub async fn search(backend: &Backend, actor: &Actor, typed: &str) -> Result<Found, CaseError> {
    let staff = handler(actor)?;
    let mut tx = backend.db.read().await?;
    if let Ok(reference) = typed.parse::<Reference>() {
        let row = case::by_reference(&mut tx, reference.as_str()).await?;
        let handled = |row: &case::Case| row.is_filed() && staff.handles(&row.department, row.place);
        let rows = row.filter(handled).map(|row| row.line);
        return Ok(Found::Cases(listed(backend, &mut tx, rows.into_iter().collect()).await?));
    }
    let people: Vec<PersonId> = if let Ok(id) = ResidentId::parse(typed) {
        let index = backend.keys.blind_index("persons.resident_id", id.as_str());
        persons::by_resident_id(&mut tx, &index).await?.into_iter().map(|person| person.id).collect()
    } else if let Ok(name) = PersonName::parse(typed) {
        let index = backend.keys.blind_index("persons.name", name.as_str());
        persons::by_name(&mut tx, &index, PEOPLE).await?
    } else {
        return Ok(Found::Nonsense);
    };
    let mut rows = Vec::new();
    for person in people {
        let all = case::filed_of_person(&mut tx, person, start_of_list(), CASES).await?;
        let seen = |row: &case::CaseLine| row.is_filed() && staff.handles(&row.department, row.place);
        rows.extend(all.into_iter().filter(seen));
    }
    let found = listed(backend, &mut tx, rows).await?;
    drop(tx);
    let mut noted: Vec<case::CaseLine> = found.iter().map(|case| case.row.clone()).collect();
    noted.sort_by_key(|row| row.person_id);
    noted.dedup_by_key(|row| row.person_id);
    if !noted.is_empty() {
        let (actor, now) = (actor.clone(), backend.now());
        let kept: Result<(), storage::Error> = backend
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for row in &noted {
                        note(tx, &actor, "cases.search", row, None, json!({}), now)?;
                    }
                    Ok(())
                })
            })
            .await;
        kept?;
    }
    Ok(Found::Cases(found))
}
