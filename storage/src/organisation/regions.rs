//! Administrative divisions: what lies where, and what it is called.

use domain::organisation::region::{Level, Region, RegionCode};
use domain::text::Text;

use crate::engine::many::{fetch_by_keys, keys};
use crate::engine::query::execute_rows;
use crate::{Error, Tx, fetch_all, fetch_optional, statements};

/// Places that one statement puts.
const MANY: usize = 16;
statements! {
    PUT = "INSERT INTO regions (code, level, parent, name_zh, name_en, find_en) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (code) DO UPDATE
        SET name_zh = excluded.name_zh, name_en = excluded.name_en, find_en = excluded.find_en
        WHERE regions.name_zh <> excluded.name_zh OR regions.name_en <> excluded.name_en";
    PUT_MANY = "INSERT INTO regions (code, level, parent, name_zh, name_en, find_en) VALUES
        ($1, $2, $3, $4, $5, $6),
        ($7, $8, $9, $10, $11, $12),
        ($13, $14, $15, $16, $17, $18),
        ($19, $20, $21, $22, $23, $24),
        ($25, $26, $27, $28, $29, $30),
        ($31, $32, $33, $34, $35, $36),
        ($37, $38, $39, $40, $41, $42),
        ($43, $44, $45, $46, $47, $48),
        ($49, $50, $51, $52, $53, $54),
        ($55, $56, $57, $58, $59, $60),
        ($61, $62, $63, $64, $65, $66),
        ($67, $68, $69, $70, $71, $72),
        ($73, $74, $75, $76, $77, $78),
        ($79, $80, $81, $82, $83, $84),
        ($85, $86, $87, $88, $89, $90),
        ($91, $92, $93, $94, $95, $96)
        ON CONFLICT (code) DO UPDATE
        SET name_zh = excluded.name_zh, name_en = excluded.name_en, find_en = excluded.find_en
        WHERE regions.name_zh <> excluded.name_zh OR regions.name_en <> excluded.name_en";
    ANY = "SELECT code FROM regions ORDER BY code LIMIT 1";
    BY_CODE = "SELECT code, name_zh, name_en FROM regions WHERE code = $1";
    BY_CODES = concat!("SELECT code, name_zh, name_en FROM regions WHERE code IN (", keys!(), ")");
    CHAIN = "SELECT code, name_zh, name_en FROM regions WHERE code IN ($1, $2, $3, $4, $5, $6) ORDER BY code";
    TOPS = "SELECT code, name_zh, name_en FROM regions
        WHERE parent IS NULL AND code > $1 ORDER BY code LIMIT $2";
    CHILDREN = "SELECT code, name_zh, name_en FROM regions
        WHERE parent = $1 AND code > $2 ORDER BY code LIMIT $3";
    UNDER = "SELECT code, name_zh, name_en FROM regions
        WHERE code > $1 AND code <= $2 ORDER BY code LIMIT $3";
    UNDER_AT = "SELECT code, name_zh, name_en FROM regions
        WHERE level = $1 AND code > $2 AND code <= $3 ORDER BY code LIMIT $4";
    NAMED = "SELECT code, name_zh, name_en FROM regions
        WHERE name_zh >= $1 AND name_zh < $2 AND level <> 'grid' AND code BETWEEN $3 AND $4
        ORDER BY name_zh, code LIMIT $5";
    NAMED_EN = "SELECT code, name_zh, name_en FROM regions
        WHERE find_en >= $1 AND find_en < $2 AND level <> 'grid' AND code BETWEEN $3 AND $4
        ORDER BY find_en, code LIMIT $5";
    /// Walks the key: what is joined to a name keeps its index out of the plan.
    NAMED_NEARBY = "SELECT code, name_zh, name_en FROM regions
        WHERE name_zh || '' >= $1 AND name_zh || '' < $2 AND code BETWEEN $3 AND $4 ORDER BY code LIMIT $5";
    NAMED_NEARBY_EN = "SELECT code, name_zh, name_en FROM regions
        WHERE find_en || '' >= $1 AND find_en || '' < $2 AND code BETWEEN $3 AND $4 ORDER BY code LIMIT $5";
}

#[derive(sqlx::FromRow)]
struct Row {
    code: RegionCode,
    name_zh: String,
    name_en: String,
}

impl From<Row> for Region {
    fn from(row: Row) -> Region {
        Region { code: row.code, name: Text::new(row.name_zh, row.name_en) }
    }
}

fn regions(rows: Vec<Row>) -> Vec<Region> {
    rows.into_iter().map(Region::from).collect()
}

/// Adds places, and renames those that are there under another name. No code may stand twice. Gives how many are new or
/// renamed.
pub async fn put(tx: &mut Tx, regions: &[Region]) -> Result<u64, Error> {
    let mut changed = 0;
    let (groups, rest) = regions.as_chunks::<MANY>();
    for group in groups {
        changed += put_with(tx, PUT_MANY, group).await?;
    }
    for region in rest {
        changed += put_with(tx, PUT, std::slice::from_ref(region)).await?;
    }
    Ok(changed)
}

async fn put_with(tx: &mut Tx, statement: crate::Statement, regions: &[Region]) -> Result<u64, Error> {
    execute_rows!(
        tx,
        statement,
        regions,
        r => r.code,
        r.code.level(),
        r.code.parent(),
        &r.name.zh,
        &r.name.en,
        r.name.en.to_lowercase()
    )
}

/// Whether there is any place.
pub async fn any(tx: &mut Tx) -> Result<bool, Error> {
    Ok(fetch_optional!(tx, (RegionCode,), ANY)?.is_some())
}

pub async fn by_code(tx: &mut Tx, code: RegionCode) -> Result<Option<Region>, Error> {
    Ok(fetch_optional!(tx, Row, BY_CODE, code)?.map(Region::from))
}

/// Those of `codes` that are there, in no order.
pub async fn by_codes(tx: &mut Tx, codes: &[RegionCode]) -> Result<Vec<Region>, Error> {
    Ok(regions(fetch_by_keys!(tx, Row, BY_CODES, codes)?))
}

/// The place and those above it, the province first; without those that are not there.
pub async fn chain(tx: &mut Tx, code: RegionCode) -> Result<Vec<Region>, Error> {
    let all: [RegionCode; 6] = std::array::from_fn(|at| code.ancestry().nth(at).unwrap_or(code));
    let [a, b, c, d, e, f] = all;
    Ok(regions(fetch_all!(tx, Row, CHAIN, a, b, c, d, e, f)?))
}

/// The places right below `parent`, or the provinces, after the one with the code `after`.
pub async fn children(
    tx: &mut Tx,
    parent: Option<RegionCode>,
    after: Option<RegionCode>,
    limit: i64,
) -> Result<Vec<Region>, Error> {
    let after = after.map_or(0, RegionCode::as_i64);
    let rows = match parent {
        None => fetch_all!(tx, Row, TOPS, after, limit)?,
        Some(parent) => fetch_all!(tx, Row, CHILDREN, parent, after, limit)?,
    };
    Ok(regions(rows))
}

/// What lies within `place`, at every depth or at one level, after the one with the code `after`; each place before what
/// lies within it.
pub async fn under(
    tx: &mut Tx,
    place: RegionCode,
    level: Option<Level>,
    after: Option<RegionCode>,
    limit: i64,
) -> Result<Vec<Region>, Error> {
    let range = place.range();
    let after = after.map_or(*range.start(), |code| code.as_i64().max(*range.start()));
    let rows = match level {
        None => fetch_all!(tx, Row, UNDER, after, *range.end(), limit)?,
        Some(level) => fetch_all!(tx, Row, UNDER_AT, level, after, *range.end(), limit)?,
    };
    Ok(regions(rows))
}

/// Places within `place`, or anywhere, whose name begins with `beginning`, in Chinese or in English; capital letters do not
/// matter. Grids are found within a county or what is below it.
pub async fn named(
    tx: &mut Tx,
    place: Option<RegionCode>,
    beginning: &str,
    limit: i64,
) -> Result<Vec<Region>, Error> {
    let (from, to) = place.map_or((0, i64::MAX), |place| place.range().into_inner());
    let nearby = place.is_some_and(|place| place.level() >= Level::County);
    let english = beginning.starts_with(|c: char| c.is_ascii() || c.is_lowercase() || c.is_uppercase());
    let statement = match (nearby, english) {
        (false, false) => NAMED,
        (false, true) => NAMED_EN,
        (true, false) => NAMED_NEARBY,
        (true, true) => NAMED_NEARBY_EN,
    };
    let beginning = if english { beginning.to_lowercase() } else { beginning.to_owned() };
    let beyond = format!("{beginning}{}", char::MAX);
    Ok(regions(fetch_all!(tx, Row, statement, beginning, beyond, from, to, limit)?))
}
