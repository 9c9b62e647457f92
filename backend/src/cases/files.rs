//! Uploaded files: what they really are is looked at, what they should not carry is dropped.

use std::io::Cursor;
use std::sync::{Arc, LazyLock};

use domain::cases::About;
use domain::cases::supplement::most_files;
use domain::ids::{CaseId, FileId};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde_json::json;
use storage::cases::{case, files};
use tokio::sync::Semaphore;

use super::load::{Opened, at_desk, own, own_to_type, seal_raw};
use super::queue::handler;
use super::{CaseError, audited, note};
use crate::Backend;
use crate::identity::limits::{self, Bucket};
use crate::identity::{Actor, Purpose};
use crate::sealing::{Place, digest};

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 10 << 20;
/// Largest image in pixels on a side, in all, and in memory once it is unpacked: what a good telephone takes.
const MAX_SIDE: u32 = 12_000;
const MAX_PIXELS: u64 = 64_000_000;
const MAX_MEMORY: u64 = 200 << 20;
/// Pixels in a byte: a page of white paper has some hundred, a bomb has thousands.
const MAX_DENSITY: u64 = 1_500;
/// A sealed piece of a file, in bytes.
const PIECE: usize = 1 << 20;

/// Images looked at at the same time: each may take three times [`MAX_MEMORY`], as turning and repainting copy it.
static DECODING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than 10 MB")]
    TooLarge,
    /// Neither JPEG, PNG, WebP nor PDF, whatever its name says.
    #[error("not a picture or PDF")]
    WrongType,
    /// Begins like a picture or PDF, and is not one.
    #[error("the file is damaged")]
    Damaged,
    #[error("too many files")]
    TooMany,
}

impl FileError {
    /// Key of the words is `error-` and this.
    pub fn code(self) -> &'static str {
        match self {
            FileError::Empty => "file-empty",
            FileError::TooLarge => "file-too-large",
            FileError::WrongType => "file-wrong-type",
            FileError::Damaged => "file-damaged",
            FileError::TooMany => "file-too-many",
        }
    }
}

/// Either the file is wrong, or the case cannot take it.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Case(#[from] CaseError),
}

impl From<storage::Error> for UploadError {
    fn from(e: storage::Error) -> Self {
        UploadError::Case(e.into())
    }
}

/// A file as shown in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: FileId,
    pub field: String,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
}

/// Takes a file for a question of the owner's draft; the only file of a question gives way to it.
pub async fn upload(
    backend: &Backend,
    actor: &Actor,
    id: CaseId,
    field: &str,
    name: &str,
    bytes: Vec<u8>,
) -> Result<FileId, UploadError> {
    let me = actor.verified_person().map_err(CaseError::from)?.id;
    // Whether it is asked for at all, and not more often than people send files, before it is looked at.
    let opened = own(backend, &mut backend.db.read().await?, actor, id).await?;
    most_of(&opened, field)?;
    let bucket = Bucket::new(backend, limits::UPLOADS_PER_PERSON, &me.to_string());
    if let Some(retry_at) = limits::take_now(backend, vec![bucket]).await? {
        return Err(CaseError::TooOften { retry_at }.into());
    }
    let clean = clean(bytes).await?;
    let file_id = FileId(backend.id());
    let place = Place::new("files", "name", &file_id.0);
    let name = backend.seal_json(place, &file_name(name));
    let pieces: Vec<Vec<u8>> = clean
        .bytes
        .chunks(PIECE)
        .map(|piece| backend.seal(Place::new("file_pieces", "content", &file_id.0), piece))
        .collect();
    let (size, hash, media_type) = (clean.bytes.len() as i64, digest(&clean.bytes), clean.media_type);
    let (backend_of_job, actor, field) = (backend.clone(), actor.clone(), field.to_owned());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = own_to_type(backend, tx, &actor, id).await?;
                let most = most_of(&opened, &field)?;
                let mut raw = opened.raw.clone();
                let there = raw.entry(field.clone()).or_default();
                if most == 1 {
                    // Another file for a question with one takes its place.
                    for old in there.drain(..).filter_map(|old| old.parse().ok()) {
                        let row = files::by_id(tx, old).await?;
                        if row.is_some_and(|row| !was_filed(&opened, &row)) {
                            files::delete(tx, old).await?;
                        }
                    }
                } else if there.len() >= most {
                    return Err(FileError::TooMany.into());
                }
                there.push(file_id.to_string());
                let now = backend.now();
                let row = files::File {
                    id: file_id,
                    case_id: id,
                    person_id: opened.row.person_id,
                    field: field.clone(),
                    name,
                    media_type: media_type.to_owned(),
                    size,
                    digest: hash,
                    created_at: now,
                };
                files::insert(tx, &row, &pieces).await?;
                if !case::save_typed(tx, id, opened.row.version, &seal_raw(backend, id, &raw), now).await? {
                    return Err(CaseError::Changed.into());
                }
                Ok::<_, UploadError>(file_id)
            })
        })
        .await
}

/// Removes a file from the owner's draft, or from the answer to a clerk; what was filed stays with the case.
pub async fn remove(backend: &Backend, actor: &Actor, id: CaseId, file: FileId) -> Result<(), CaseError> {
    let (backend_of_job, actor) = (backend.clone(), actor.clone());
    backend
        .db
        .write(move |tx| {
            Box::pin(async move {
                let backend = &backend_of_job;
                let opened = own_to_type(backend, tx, &actor, id).await?;
                let row =
                    files::by_id(tx, file).await?.filter(|f| f.case_id == id).ok_or(CaseError::NotFound)?;
                let mut raw = opened.raw.clone();
                if let Some(there) = raw.get_mut(&row.field) {
                    there.retain(|f| *f != file.to_string());
                }
                if !was_filed(&opened, &row) {
                    files::delete(tx, file).await?;
                }
                let sealed = seal_raw(backend, id, &raw);
                if !case::save_typed(tx, id, opened.row.version, &sealed, backend.now()).await? {
                    return Err(CaseError::Changed);
                }
                Ok(())
            })
        })
        .await
}

/// Files of a case, for its owner.
pub async fn list(backend: &Backend, opened: &Opened) -> Result<Vec<Listed>, CaseError> {
    listed(backend, opened, |_| true).await
}

/// Files of a case, for staff who could open it: those that were handed in.
pub async fn list_at_desk(backend: &Backend, opened: &Opened) -> Result<Vec<Listed>, CaseError> {
    listed(backend, opened, |row| is_handed_in(opened, row)).await
}

async fn listed(
    backend: &Backend,
    opened: &Opened,
    shown: impl Fn(&files::File) -> bool,
) -> Result<Vec<Listed>, CaseError> {
    let mut tx = backend.db.read().await?;
    let rows = files::of_case(&mut tx, opened.row.id).await?;
    rows.into_iter()
        .filter(shown)
        .map(|row| {
            let name = backend.open_json(Place::new("files", "name", &row.id.0), &row.name)?;
            Ok(Listed { id: row.id, field: row.field, name, media_type: row.media_type, size: row.size })
        })
        .collect()
}

/// A file with its content, for the owner or a clerk of the department. A clerk's look is noted.
pub async fn read(backend: &Backend, actor: &Actor, file: FileId) -> Result<(Listed, Vec<u8>), CaseError> {
    let mut tx = backend.db.read().await?;
    let row = files::by_id(&mut tx, file).await?.ok_or(CaseError::NotFound)?;
    let opened = match actor {
        Actor::Staff(_) => {
            handler(actor)?;
            match at_desk(backend, &mut tx, actor, row.case_id).await {
                Err(outside @ CaseError::Outside(_)) => {
                    drop(tx);
                    return audited(backend, actor, Err(outside)).await;
                }
                other => {
                    Some(other?).filter(|opened| is_handed_in(opened, &row)).ok_or(CaseError::NotFound)?
                }
            }
        }
        _ => own(backend, &mut tx, actor, row.case_id).await?,
    };
    let mut content = Vec::with_capacity(usize::try_from(row.size).unwrap_or(0));
    for piece in files::pieces(&mut tx, file).await? {
        content.extend(backend.open(Place::new("file_pieces", "content", &file.0), &piece)?);
    }
    drop(tx);
    if let Actor::Staff(_) = actor {
        let (actor, case_row, now) = (actor.clone(), opened.row.clone(), backend.now());
        let purpose = Some(Purpose::Service(case_row.service_code.clone()));
        let detail = json!({ "field": row.field });
        backend
            .db
            .write(move |tx| {
                Box::pin(async move { note(tx, &actor, "cases.read-file", &case_row, purpose, detail, now) })
            })
            .await?;
    }
    let name = backend.open_json(Place::new("files", "name", &row.id.0), &row.name)?;
    Ok((Listed { id: row.id, field: row.field, name, media_type: row.media_type, size: row.size }, content))
}

/// How many files a question may have, or a material that a clerk asked for.
fn most_of(opened: &Opened, control: &str) -> Result<usize, CaseError> {
    let asks = match (&opened.asked, About::from_control(control)) {
        (Some(asked), about) => asked.asks.iter().any(|ask| ask.about == about),
        (None, about) => matches!(about, About::Field(_)),
    };
    let most = most_files(&opened.service.definition, control).filter(|_| asks);
    most.map(|most| most as usize).ok_or(CaseError::NotFound)
}

/// Whether a file came with the application, before a clerk asked for more.
fn was_filed(opened: &Opened, row: &files::File) -> bool {
    opened.asked.as_ref().is_some_and(|asked| row.created_at <= asked.asked_at)
}

/// Whether staff may see a file: what is sent in answer to a clerk is its owner's alone until the answer is handed in.
fn is_handed_in(opened: &Opened, row: &files::File) -> bool {
    opened.asked.is_none() || was_filed(opened, row)
}

struct Clean {
    bytes: Vec<u8>,
    media_type: &'static str,
}

/// What the file is by its content. A picture is painted anew: upright, without EXIF, comments or anything behind it.
async fn clean(bytes: Vec<u8>) -> Result<Clean, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(FileError::TooLarge);
    }
    if bytes.starts_with(b"%PDF-") {
        let tail = &bytes[bytes.len().saturating_sub(2048)..];
        let ends = tail.windows(5).any(|w| w == b"%%EOF");
        return if ends {
            Ok(Clean { bytes, media_type: "application/pdf" })
        } else {
            Err(FileError::Damaged)
        };
    }
    let format = match image::guess_format(&bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) => format,
        _ => return Err(FileError::WrongType),
    };
    // Never closed. The permit goes with the work, which goes on when whoever asked goes away.
    let permit = DECODING.clone().acquire_owned().await.map_err(|_| FileError::Damaged)?;
    let repaint = tokio::task::spawn_blocking(move || {
        let painted = repaint(&bytes, format);
        drop(permit);
        painted
    });
    repaint.await.map_err(|_| FileError::Damaged)?
}

fn repaint(bytes: &[u8], format: ImageFormat) -> Result<Clean, FileError> {
    let damaged = |_| FileError::Damaged;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    // The limits above do not count the picture itself.
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS.min(bytes.len() as u64 * MAX_DENSITY) || decoder.total_bytes() > MAX_MEMORY {
        return Err(FileError::TooLarge);
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let mut painted = Cursor::new(Vec::new());
    if format == ImageFormat::Png {
        picture.write_to(&mut painted, ImageFormat::Png).map_err(damaged)?;
        return sized(painted.into_inner(), "image/png");
    }
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut painted, 88);
    picture.into_rgb8().write_with_encoder(encoder).map_err(damaged)?;
    sized(painted.into_inner(), "image/jpeg")
}

/// A picture that was packed tightly may be larger once painted anew, within reason.
fn sized(bytes: Vec<u8>, media_type: &'static str) -> Result<Clean, FileError> {
    if bytes.len() > 3 * MAX_BYTES { Err(FileError::TooLarge) } else { Ok(Clean { bytes, media_type }) }
}

/// The last part of what the browser said, without control characters, at most 100 characters.
fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last
        .chars()
        .filter(|c| domain::cases::form::plain_text(&c.to_string(), 1, 1, false).is_ok())
        .take(100)
        .collect();
    if name.trim().is_empty() { "file".to_owned() } else { name }
}
