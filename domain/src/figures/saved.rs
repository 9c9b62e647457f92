//! Hours saved: documents that nobody had to bring, each counted with agreed minutes.

/// Minutes that one document counts for where a definition does not say otherwise. An **agreed assumption**, not a
/// measurement: half an hour for fetching, copying and bringing one document, in the manner of the standard cost model
/// (International Standard Cost Model Manual, OECD), whose times are agreed on as well. Definitions override it with
/// `document_minutes`.
pub const DOCUMENT_MINUTES: u16 = 30;

/// Documents × minutes. A document is a register that answered in place of the applicant.
pub fn minutes_saved(documents: i64, each: Option<u16>) -> i64 {
    documents.max(0) * i64::from(each.unwrap_or(DOCUMENT_MINUTES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_times_minutes() {
        assert_eq!(minutes_saved(3, None), 3 * i64::from(DOCUMENT_MINUTES));
        assert_eq!(minutes_saved(3, Some(45)), 135);
        assert_eq!(minutes_saved(3, Some(0)), 0);
        assert_eq!(minutes_saved(-1, None), 0);
    }
}
