//! Figures as a file for spreadsheets, handed out line by line.

use axum::body::{Body, Bytes};
use axum::extract::Query;
use axum::response::IntoResponse;
use backend::figures::{Export, Line, ask, export};
use domain::figures::{BUCKETS, Days};
use domain::text::Locale;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use super::address::Look;
use super::fail;
use crate::errors::PageError;
use crate::visit::{PageResult, Visit};
use crate::words::text;

/// Tells spreadsheets that the text is UTF-8.
const BOM: &str = "\u{feff}";

/// `GET /staff/figures.csv`
pub(super) async fn download(visit: Visit, Query(look): Query<Look>) -> PageResult {
    visit.staff()?;
    let period = look.period().map_err(|_| PageError::NotFound)?;
    let wish = look.wish(period).map_err(|_| PageError::NotFound)?;
    let (backend, actor) = (visit.backend(), visit.actor());
    let asked = ask(backend, actor, wish).await.map_err(|error| fail(&visit, error))?;
    let lines = export(backend, actor, &asked).await.map_err(|error| fail(&visit, error))?;
    let name = format!(
        "attachment; filename=\"figures-{}-{}-{}.csv\"",
        asked.place(),
        asked.period().from(),
        asked.period().through()
    );
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, name),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(pieces(visit, lines))).into_response())
}

/// The head, and then a piece for each page of lines. Read as the other side takes them: one page is held at a time. Where
/// reading fails the connection breaks off, so that half a file is not taken for a whole one.
fn pieces(
    visit: Visit,
    lines: Export,
) -> impl stream::Stream<Item = Result<Bytes, backend::StorageError>> + Send + 'static {
    stream::try_unfold((visit, lines, true), async |(visit, mut lines, first)| {
        if first {
            let head = format!("{BOM}{}", row(&head(visit.locale)));
            return Ok(Some((Bytes::from(head), (visit, lines, false))));
        }
        let Some(page) = lines.next().await.inspect_err(|error| {
            tracing::error!(%error, "an export of figures broke off");
        })?
        else {
            return Ok(None);
        };
        let mut piece = String::new();
        for line in &page {
            piece.push_str(&row(&cells(&visit, line)));
        }
        Ok(Some((Bytes::from(piece), (visit, lines, false))))
    })
}

fn head(locale: Locale) -> Vec<String> {
    let mut head: Vec<String> = [
        "day",
        "place-code",
        "place",
        "department-code",
        "department",
        "service-code",
        "service",
        "received",
        "approved",
        "refused",
        "declined",
        "withdrawn",
        "lapsed",
        "on-time",
        "filled",
        "typed",
        "no-visit",
        "documents",
        "minutes",
    ]
    .map(|key| text(locale, &format!("figures-csv-{key}")))
    .to_vec();
    let days = text(locale, "figures-working-days");
    head.extend((0..BUCKETS).map(|at| match Days::range(at) {
        (first, Some(last)) if first == last => format!("{days} {first}"),
        (first, Some(last)) => format!("{days} {first}-{last}"),
        (first, None) => format!("{days} {first}+"),
    }));
    head
}

fn cells(visit: &Visit, line: &Line) -> Vec<String> {
    let (locale, c) = (visit.locale, &line.counts);
    let services = visit.backend().catalog.services();
    let service = services.get(&line.service);
    let mut cells = vec![
        line.day.to_string(),
        line.place.to_string(),
        line.place_name.get(locale).to_owned(),
        line.department.clone(),
        visit.authority(&line.department).unwrap_or_default(),
        line.service.clone(),
        service.map(|s| s.definition.name.get(locale).to_owned()).unwrap_or_default(),
    ];
    let numbers = [
        c.received,
        c.approved,
        c.refused,
        c.declined,
        c.withdrawn,
        c.lapsed,
        c.on_time,
        c.filled,
        c.typed,
        c.no_visit,
        c.documents,
        c.minutes,
    ];
    cells.extend(numbers.iter().chain(&c.days.0).map(i64::to_string));
    cells
}

/// One line (RFC 4180).
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| safe(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell that a spreadsheet takes for what it is: a text that begins like a formula gets an apostrophe before it, and what
/// would end the cell is quoted.
fn safe(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{cell}") } else { cell.to_owned() };
    if text.contains(['"', ',', '\r', '\n', ';', '\t']) || text.starts_with('\'') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_no_formulas_and_end_where_they_should() {
        for (cell, written) in [
            ("余杭区", "余杭区"),
            ("12", "12"),
            ("2026-11-23", "2026-11-23"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1+2", "\"'-1+2\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("one\r\ntwo", "\"one\r\ntwo\""),
            ("", ""),
        ] {
            assert_eq!(safe(cell), written, "{cell:?}");
        }
        assert_eq!(row(&["a".into(), "b,c".into()]), "a,\"b,c\"\r\n");
    }

    #[test]
    fn the_head_names_every_column() {
        for locale in Locale::ALL {
            let head = head(locale);
            assert_eq!(head.len(), 19 + BUCKETS);
            assert!(head.iter().all(|name| !name.starts_with("figures-")), "{head:?}");
        }
    }
}
