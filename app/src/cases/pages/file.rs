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
        format!(
            "attachment; filename*=UTF-8''{}",
            encode_query_value(&saved_as(&file.name, &file.media_type))
        )
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

/// The name under which a browser saves a file: it ends as what the file is, so that nothing opens it as something else.
fn saved_as(name: &str, media_type: &str) -> String {
    let endings: &[&str] = match media_type {
        "image/jpeg" => &[".jpg", ".jpeg"],
        "image/png" => &[".png"],
        // Nothing else is taken.
        _ => &[".pdf"],
    };
    let lower = name.to_ascii_lowercase();
    if endings.iter().any(|ending| lower.ends_with(ending)) {
        name.to_owned()
    } else {
        format!("{name}{}", endings[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_ends_as_what_it_is() {
        assert_eq!(saved_as("证明.PDF", "application/pdf"), "证明.PDF");
        assert_eq!(saved_as("scan.pdf.html", "application/pdf"), "scan.pdf.html.pdf");
        assert_eq!(saved_as("照片.jpeg", "image/jpeg"), "照片.jpeg");
        assert_eq!(saved_as("照片.heic", "image/jpeg"), "照片.heic.jpg");
    }
}
