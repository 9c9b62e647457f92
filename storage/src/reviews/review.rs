//! Reviews as they were given.

use domain::ids::{PersonId, ReviewId};
use domain::reviews::{Grade, Handler, SubjectKind};
use domain::time::Timestamp;
use uuid::Uuid;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

/// Columns of [`Review`].
macro_rules! whole {
    () => {
        "id, person_id, subject_kind, subject_id, service_code, department, place, handler, grade, tags, words, marks, day,
        created_at, version"
    };
}

statements! {
    INSERT = concat!("INSERT INTO reviews (", whole!(), ")
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1) ON CONFLICT DO NOTHING");
    BY_ID = concat!("SELECT ", whole!(), " FROM reviews WHERE id = $1");
    OF_SUBJECT = concat!("SELECT ", whole!(), " FROM reviews WHERE subject_id = $1 AND subject_kind = $2");
    OF_DEPARTMENT = concat!("SELECT ", whole!(), " FROM reviews WHERE department = $1 AND place BETWEEN $2 AND $3
                     AND (day, id) < ($4, $5) ORDER BY day DESC, id DESC LIMIT $6");
}

/// A review. `words` are sealed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Review {
    pub id: ReviewId,
    pub person_id: PersonId,
    pub subject_kind: SubjectKind,
    pub subject_id: Uuid,
    pub service_code: String,
    pub department: String,
    pub place: i64,
    pub handler: Handler,
    #[sqlx(try_from = "i64")]
    pub grade: Grade,
    /// Codes with a space between two.
    pub tags: String,
    pub words: Option<Vec<u8>>,
    /// What the words are marked with: codes with a space between two.
    pub marks: String,
    /// In China, `2026-11-23`.
    pub day: String,
    pub created_at: Timestamp,
    pub version: i64,
}

/// Keeps a review. `false` when its subject has one already.
pub async fn insert(tx: &mut Tx, review: &Review) -> Result<bool, Error> {
    let r = review;
    let kept = execute!(
        tx,
        INSERT,
        r.id,
        r.person_id,
        r.subject_kind,
        r.subject_id,
        &r.service_code,
        &r.department,
        r.place,
        r.handler,
        r.grade.number(),
        &r.tags,
        &r.words,
        &r.marks,
        &r.day,
        r.created_at
    )?;
    Ok(kept == 1)
}

pub async fn by_id(tx: &mut Tx, id: ReviewId) -> Result<Option<Review>, Error> {
    fetch_optional!(tx, Review, BY_ID, id)
}

/// The review of a subject.
pub async fn of_subject(tx: &mut Tx, kind: SubjectKind, subject: Uuid) -> Result<Option<Review>, Error> {
    fetch_optional!(tx, Review, OF_SUBJECT, subject, kind)
}

/// Before the newest review, for [`of_department`].
pub const NEWEST: (&str, ReviewId) = ("9999-12-31", ReviewId(Uuid::max()));

/// Reviews of a department within a range of places before `(day, id)`, newest day first; within a day in no order of
/// time.
pub async fn of_department(
    tx: &mut Tx,
    department: &str,
    places: &std::ops::RangeInclusive<i64>,
    before: (&str, ReviewId),
    limit: i64,
) -> Result<Vec<Review>, Error> {
    let (first, last) = (*places.start(), *places.end());
    fetch_all!(tx, Review, OF_DEPARTMENT, department, first, last, before.0, before.1, limit)
}
