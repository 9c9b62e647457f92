//! An uploaded file, for its owner or a clerk.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use backend::cases::files;
use domain::ids::FileId;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};

use crate::cases::errors::fail;
use crate::errors::{PageError, encode_query_value};
use crate::visit::Visit;

pub(in crate::cases) async fn show(visit: Visit, Path(id): Path<FileId>) -> Result<Response, PageError> {
    let (file, content) =
        files::read(visit.backend(), visit.actor(), id).await.map_err(|e| fail(&visit, e))?;
    // A clerk compares pictures with what stands beside them; an applicant takes the file back.
    let inline = visit.actor().staff().is_ok() && file.media_type.starts_with("image/");
    let disposition = if inline {
        "inline".to_owned()
    } else {
        format!("attachment; filename*=UTF-8''{}", encode_query_value(&file.name))
    };
    let headers = [
        (CONTENT_TYPE, file.media_type),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // Whatever it is, it runs nothing.
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    Ok((headers, content).into_response())
}
