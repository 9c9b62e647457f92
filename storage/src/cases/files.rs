//! Uploaded files, sealed in pieces.

use domain::ids::{CaseId, FileId, PersonId};
use domain::time::Timestamp;

use crate::{Error, Tx, execute, fetch_all, fetch_optional, statements};

statements! {
    INSERT = "INSERT INTO files (id, case_id, person_id, field, name, media_type, size, digest, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    INSERT_PIECE = "INSERT INTO file_pieces (file_id, number, content) VALUES ($1, $2, $3)";
    BY_ID = "SELECT id, case_id, person_id, field, name, media_type, size, digest, created_at FROM files
             WHERE id = $1";
    OF_CASE = "SELECT id, case_id, person_id, field, name, media_type, size, digest, created_at FROM files
               WHERE case_id = $1 ORDER BY id LIMIT 200";
    PIECES = "SELECT content FROM file_pieces WHERE file_id = $1 ORDER BY number LIMIT 64";
    MOVE = "UPDATE files SET case_id = $3, field = $4 WHERE id = $1 AND case_id = $2";
    DELETE_PIECES = "DELETE FROM file_pieces WHERE file_id = $1";
    DELETE = "DELETE FROM files WHERE id = $1";
    DELETE_PIECES_OF_CASE = "DELETE FROM file_pieces WHERE file_id IN (SELECT id FROM files WHERE case_id = $1)";
    DELETE_PIECES_SINCE = "DELETE FROM file_pieces WHERE file_id IN
              (SELECT id FROM files WHERE case_id = $1 AND created_at > $2)";
    DELETE_SINCE = "DELETE FROM files WHERE case_id = $1 AND created_at > $2";
    DELETE_OF_CASE = "DELETE FROM files WHERE case_id = $1";
}

/// An uploaded file. `name` is sealed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct File {
    pub id: FileId,
    pub case_id: CaseId,
    pub person_id: PersonId,
    pub field: String,
    pub name: Vec<u8>,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the content.
    pub digest: Vec<u8>,
    pub created_at: Timestamp,
}

/// Keeps a file; `pieces` are sealed, in order.
pub async fn insert(tx: &mut Tx, file: &File, pieces: &[Vec<u8>]) -> Result<(), Error> {
    execute!(
        tx,
        INSERT,
        file.id,
        file.case_id,
        file.person_id,
        &file.field,
        &file.name,
        &file.media_type,
        file.size,
        &file.digest,
        file.created_at
    )?;
    for (number, piece) in pieces.iter().enumerate() {
        execute!(tx, INSERT_PIECE, file.id, number as i64, piece)?;
    }
    Ok(())
}

/// Lets a file belong to a question of another case of the same person. `false` when it was not there.
pub async fn hand_on(tx: &mut Tx, id: FileId, from: CaseId, to: CaseId, field: &str) -> Result<bool, Error> {
    Ok(execute!(tx, MOVE, id, from, to, field)? == 1)
}

pub async fn by_id(tx: &mut Tx, id: FileId) -> Result<Option<File>, Error> {
    fetch_optional!(tx, File, BY_ID, id)
}

pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<File>, Error> {
    fetch_all!(tx, File, OF_CASE, case)
}

/// The sealed pieces in order.
pub async fn pieces(tx: &mut Tx, id: FileId) -> Result<Vec<Vec<u8>>, Error> {
    Ok(fetch_all!(tx, (Vec<u8>,), PIECES, id)?.into_iter().map(|(piece,)| piece).collect())
}

/// Removes a file of a draft for good.
pub async fn delete(tx: &mut Tx, id: FileId) -> Result<(), Error> {
    execute!(tx, DELETE_PIECES, id)?;
    execute!(tx, DELETE, id)?;
    Ok(())
}

/// Removes all files of a draft for good, however many.
pub async fn delete_of_case(tx: &mut Tx, case: CaseId) -> Result<(), Error> {
    execute!(tx, DELETE_PIECES_OF_CASE, case)?;
    execute!(tx, DELETE_OF_CASE, case)?;
    Ok(())
}

/// Removes the files of a case that came after `since` for good.
pub async fn delete_since(tx: &mut Tx, case: CaseId, since: Timestamp) -> Result<(), Error> {
    execute!(tx, DELETE_PIECES_SINCE, case, since)?;
    execute!(tx, DELETE_SINCE, case, since)?;
    Ok(())
}
