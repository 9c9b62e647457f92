//! The places that ship with the program.

use domain::organisation::region::Region;
use domain::organisation::region_file::RegionFile;
use storage::organisation::regions;

use super::import_regions::entry;
use crate::Backend;
use crate::catalog::embedded;
use crate::identity::Actor;

/// Every place that ships, sorted; that there is no mistake in them is tested.
pub fn shipped() -> Vec<Region> {
    let files = ["regions/", "divisions/"].into_iter().flat_map(embedded::paths);
    let files = files.filter(|path| path.ends_with(".csv")).filter_map(|path| embedded::text(&path));
    let rows = files.flat_map(|text| RegionFile::read(&text).finish().0);
    let mut places: Vec<Region> = rows.map(|row| row.region).collect();
    places.sort_by_key(|place| place.code);
    places
}

/// Puts the places that ship into a database that has none, all at once; into another one nothing. Gives how many.
pub async fn load_shipped(backend: &Backend) -> Result<u64, storage::Error> {
    if regions::any(&mut backend.db.read().await?).await? {
        return Ok(0);
    }
    let places = shipped();
    let entry = entry(backend.now(), &Actor::System, &places);
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                // Another process may have been first.
                if regions::any(tx).await? {
                    return Ok(0);
                }
                let changed = regions::put(tx, &places).await?;
                storage::audit::append(tx, entry)?;
                Ok(changed)
            })
        })
        .await
}
