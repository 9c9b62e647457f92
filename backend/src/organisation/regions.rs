//! Looking at places, open to everybody.

use std::collections::HashMap;

use domain::organisation::region::{Region, RegionCode};
use domain::text::Text;
use storage::organisation::offices::{self, OfficeRow};
use storage::organisation::regions;
use storage::{Error, Tx};

use crate::Backend;

/// Places of a page.
pub const PAGE: usize = 100;
/// Places that a search gives at most.
pub const FOUND: usize = 50;
/// Characters of a name that are looked for.
const MAX_WORDS: usize = 60;
/// Places with one beginning that are looked at; the highest of them are given.
const LOOKED_AT: i64 = 400;

/// A page of places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub places: Vec<Region>,
    /// Where the next page begins, if there is one.
    pub next: Option<RegionCode>,
}

/// A place that was found, with those above it, the province first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub place: Region,
    pub above: Vec<Region>,
}

/// The place and those above it, the province first; nothing when it is not there. Places that stand in between only
/// because a code needs one are left out.
pub async fn chain(backend: &Backend, code: RegionCode) -> Result<Vec<Region>, Error> {
    let mut chain = regions::chain(&mut backend.db.read().await?, code).await?;
    if chain.last().is_none_or(|last| last.code != code) {
        return Ok(Vec::new());
    }
    chain.retain(|place| place.code == code || !place.is_placeholder());
    Ok(chain)
}

/// The places right below `parent`, or the provinces, after the page that ended with `after`. What stands in between only
/// because a code needs it gives way to what lies within it.
pub async fn children(
    backend: &Backend,
    parent: Option<RegionCode>,
    after: Option<RegionCode>,
) -> Result<Page, Error> {
    let mut tx = backend.db.read().await?;
    let (below, next) = page_of(&mut tx, parent, after).await?;
    let mut places = Vec::with_capacity(below.len());
    for place in below {
        match place.is_placeholder() {
            true => places.extend(page_of(&mut tx, Some(place.code), None).await?.0),
            false => places.push(place),
        }
    }
    Ok(Page { places, next })
}

/// An office as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicOffice {
    pub name: Text,
    /// How it can be reached, where that is known.
    pub phone: Option<String>,
    pub address: Option<Text>,
}

/// A page of offices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offices {
    pub offices: Vec<PublicOffice>,
    /// The department after which the next page begins, if there is one.
    pub next: Option<String>,
}

/// Offices of a page.
pub const OFFICES: usize = 30;

/// The offices at a place, after the page that ended with the office of the department `after`.
pub async fn offices_at(backend: &Backend, place: RegionCode, after: &str) -> Result<Offices, Error> {
    if after.len() > MAX_WORDS || after.contains('\0') {
        return Ok(Offices::default());
    }
    let mut rows = offices::at(&mut backend.db.read().await?, place, after, OFFICES as i64 + 1).await?;
    let more = rows.len() > OFFICES;
    rows.truncate(OFFICES);
    let next = rows.last().map(|last| last.department.clone()).filter(|_| more);
    let public = |row: OfficeRow| PublicOffice {
        name: Text::new(row.name_zh, row.name_en),
        phone: row.phone,
        address: row.address_zh.zip(row.address_en).map(|(zh, en)| Text::new(zh, en)),
    };
    Ok(Offices { offices: rows.into_iter().map(public).collect(), next })
}

async fn page_of(
    tx: &mut Tx,
    parent: Option<RegionCode>,
    after: Option<RegionCode>,
) -> Result<(Vec<Region>, Option<RegionCode>), Error> {
    // One more tells whether there are more.
    let mut places = regions::children(tx, parent, after, PAGE as i64 + 1).await?;
    let more = places.len() > PAGE;
    places.truncate(PAGE);
    let next = places.last().map(|last| last.code).filter(|_| more);
    Ok((places, next))
}

/// Places within `within`, or anywhere, whose code is `words` or whose name begins with them, the highest first.
pub async fn find(backend: &Backend, within: Option<RegionCode>, words: &str) -> Result<Vec<Found>, Error> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > MAX_WORDS || words.contains('\0') {
        return Ok(Vec::new());
    }
    let mut tx = backend.db.read().await?;
    let mut places: Vec<Region> = match RegionCode::parse(words) {
        Ok(code) => regions::by_code(&mut tx, code).await?.into_iter().collect(),
        Err(_) => regions::named(&mut tx, within, words, LOOKED_AT).await?,
    };
    places.retain(|place| {
        !place.is_placeholder() && within.is_none_or(|top| place.code != top && place.code.is_under(top))
    });
    places.sort_by_key(|place| (place.code.level(), place.code));
    places.truncate(FOUND);
    with_above(&mut tx, places).await
}

async fn with_above(tx: &mut Tx, places: Vec<Region>) -> Result<Vec<Found>, Error> {
    let mut codes: Vec<RegionCode> = places.iter().flat_map(|place| place.code.ancestry().skip(1)).collect();
    codes.sort();
    codes.dedup();
    let known = regions::by_codes(tx, &codes).await?;
    let known: HashMap<RegionCode, Region> = known.into_iter().map(|region| (region.code, region)).collect();
    let found = |place: Region| {
        let above = place.code.ancestry().skip(1).filter_map(|code| known.get(&code));
        let mut above: Vec<Region> = above.filter(|region| !region.is_placeholder()).cloned().collect();
        above.reverse();
        Found { place, above }
    };
    Ok(places.into_iter().map(found).collect())
}
