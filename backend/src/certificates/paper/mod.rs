//! Certificates and receipts on paper: A4, tagged PDF/A with the text inside, in Chinese or English.

mod font;
mod page;
mod words;

use std::sync::{Arc, LazyLock};

use super::qr::{self, Qr, TooLong};
use domain::certificates::Validity;
use domain::text::Locale;
use domain::time::Timestamp;
use font::Line;
use jiff::civil::Date;
use page::{
    BRAND, Block, Colour, HEIGHT, INK, LINE, MARGIN, Paper, QUIET, Role, Style, TINT, WARNING, WHITE, WIDTH,
};
use tokio::sync::Semaphore;
use words::{Words, words};

/// The most text that one paper holds, in bytes.
const MAX_TEXT: usize = 64 * 1024;
/// How many missing characters a paper names.
const MAX_NAMED: usize = 8;

/// Papers that are set at the same time: each takes a core, and a few megabytes for the font.
static SETTING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

const BAND: f32 = 78.0;
const PANEL: f32 = 148.0;
const FOOT: f32 = 76.0;
const CODE: f32 = 124.0;
const INNER: f32 = WIDTH - 2.0 * MARGIN;
/// How much room stands between things, against the usual; the tighter ones are for what then fits on fewer pages.
const PACES: [f32; 3] = [1.0, 0.65, 0.15];

/// A certificate to print.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificatePaper<'a> {
    pub locale: Locale,
    /// Name of the portal, in the band at the top.
    pub portal: &'a str,
    /// Name of the certificate, such as 居住证明.
    pub title: &'a str,
    /// Name of the issuing body.
    pub body: &'a str,
    /// Number of the certificate as people read it.
    pub number: &'a str,
    /// What is certified: names and values, in order.
    pub facts: &'a [(String, String)],
    /// A sentence below the facts; may be empty.
    pub statement: &'a str,
    pub issued_at: Timestamp,
    pub validity: Validity,
    /// Printed: where anyone looks up the number.
    pub verify_page: &'a str,
    /// Linked: what is known of the number.
    pub verify_url: &'a str,
    /// What the QR code holds.
    pub code: &'a str,
    /// Printed across each page, when the certificate no longer holds: why.
    pub void: Option<&'a str>,
}

/// A receipt for a submitted application.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptPaper<'a> {
    pub locale: Locale,
    pub portal: &'a str,
    /// Reference number of the case.
    pub reference: &'a str,
    pub service: &'a str,
    pub department: &'a str,
    pub submitted_at: Timestamp,
    /// From acceptance on it is a receipt of acceptance.
    pub accepted_on: Option<Date>,
    /// Further names and values, in order: applicant (masked), promised date, …
    pub facts: &'a [(String, String)],
    /// What happens next, step by step.
    pub next: &'a [String],
    pub track_url: &'a str,
}

/// A finished paper.
#[derive(Clone, Debug, PartialEq)]
pub struct Pdf {
    pub bytes: Vec<u8>,
    /// Characters that the font lacks; they are printed as 〓 with a note.
    pub missing: Vec<char>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    #[error("text is too long for one paper")]
    TooLong,
    #[error(transparent)]
    Qr(#[from] TooLong),
    #[error("the built-in font cannot be read")]
    Font,
    #[error("PDF cannot be written: {0}")]
    Pdf(String),
    #[error("setting the paper broke off")]
    Broken,
}

/// Sets a paper away from the threads that answer requests; `set` calls [`certificate_pdf`] or [`receipt_pdf`].
pub async fn set_paper(
    set: impl FnOnce() -> Result<Pdf, PaperError> + Send + 'static,
) -> Result<Pdf, PaperError> {
    // Never closed. The permit goes with the work, which goes on when whoever asked goes away.
    let permit = SETTING.clone().acquire_owned().await.map_err(|_| PaperError::Broken)?;
    let work = move || {
        let _permit = permit;
        set()
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| PaperError::Broken)?
}

/// Prints a certificate.
pub fn certificate_pdf(paper: &CertificatePaper<'_>) -> Result<Pdf, PaperError> {
    let CertificatePaper { locale, validity, .. } = *paper;
    bounded([paper.portal, paper.title, paper.body, paper.number, paper.statement], paper.facts)?;
    let qr = qr::encode(paper.code)?;
    let words = words(locale);
    let issued_on = paper.issued_at.date_in_china();
    let first_day = validity.from.map_or(issued_on, Timestamp::date_in_china);
    // The end is exclusive: what ends at midnight is good for the last time the day before.
    let last_day = validity.until.map(|until| until.plus_seconds(-1).date_in_china());

    let rows = [
        (words.issued_by, paper.body.to_owned()),
        (words.issued_on, words::date(issued_on, locale)),
        (words.valid, words::period(first_day, last_day, locale)),
    ];
    let mut sheet = on_fewest_pages(|pace| {
        let mut sheet = Sheet::new(locale, paper.portal, words.kind, paper.title, pace)?;
        sheet.title(paper.title, &format!("{} {}", words.number, paper.number));
        if let Some(void) = paper.void {
            sheet.warning(void);
        }
        sheet.rows(paper.facts);
        sheet.paragraph(paper.statement);
        sheet.panel(&rows, qr.clone(), words.scan_to_verify, paper.verify_url);
        Ok(sheet)
    })?;
    if let Some(void) = paper.void {
        sheet.across(void);
    }
    sheet.finish(words.verify_note, paper.verify_page, paper.body, paper.issued_at)
}

/// Prints a receipt.
pub fn receipt_pdf(paper: &ReceiptPaper<'_>) -> Result<Pdf, PaperError> {
    let ReceiptPaper { locale, .. } = *paper;
    bounded([paper.portal, paper.reference, paper.service, paper.department], paper.facts)?;
    if paper.next.iter().map(String::len).sum::<usize>() > MAX_TEXT {
        return Err(PaperError::TooLong);
    }
    let qr = qr::encode(paper.track_url)?;
    let words = words(locale);

    let (title, note) = match paper.accepted_on {
        None => (words.submission_title, words.submission_note),
        Some(_) => (words.acceptance_title, words.acceptance_note),
    };
    let mut rows = vec![
        (words.reference, paper.reference.to_owned()),
        (words.department, paper.department.to_owned()),
        (words.submitted, paper.submitted_at.display_minutes()),
    ];
    rows.extend(paper.accepted_on.map(|day| (words.accepted, words::date(day, locale))));
    let sheet = on_fewest_pages(|pace| {
        let mut sheet = Sheet::new(locale, paper.portal, words.receipt, title, pace)?;
        sheet.title(title, paper.service);
        sheet.rows(paper.facts);
        if !paper.next.is_empty() {
            sheet.heading(words.next);
            for (index, step) in paper.next.iter().enumerate() {
                sheet.paragraph(&format!("{}. {step}", index + 1));
            }
        }
        sheet.panel(&rows, qr.clone(), words.scan_to_track, paper.track_url);
        Ok(sheet)
    })?;
    sheet.finish(note, paper.track_url, paper.department, paper.submitted_at)
}

/// What `set` sets at the usual pace, or more tightly where that spares a page.
fn on_fewest_pages(set: impl Fn(f32) -> Result<Sheet, PaperError>) -> Result<Sheet, PaperError> {
    let [usual, tighter @ ..] = PACES;
    let mut best = set(usual)?;
    for pace in tighter {
        if best.paper.pages() == 1 {
            break;
        }
        let tried = set(pace)?;
        if tried.paper.pages() < best.paper.pages() {
            best = tried;
        }
    }
    Ok(best)
}

fn bounded<const N: usize>(texts: [&str; N], facts: &[(String, String)]) -> Result<(), PaperError> {
    let facts: usize = facts.iter().map(|(name, value)| name.len() + value.len() + 16).sum();
    let texts: usize = texts.iter().map(|text| text.len()).sum();
    if facts + texts > MAX_TEXT { Err(PaperError::TooLong) } else { Ok(()) }
}

/// The common shape of all papers: a band, a title, rows, a panel with a QR code, a foot.
struct Sheet {
    paper: Paper,
    locale: Locale,
    words: &'static Words,
    portal: String,
    kind: &'static str,
    title: String,
    /// Where the next line may begin.
    y: f32,
    /// How much room stands between things.
    pace: f32,
}

impl Sheet {
    fn new(
        locale: Locale,
        portal: &str,
        kind: &'static str,
        title: &str,
        pace: f32,
    ) -> Result<Sheet, PaperError> {
        let paper = Paper::new()?;
        let mut sheet = Sheet {
            paper,
            locale,
            words: words(locale),
            portal: portal.into(),
            kind,
            title: title.into(),
            y: 0.0,
            pace,
        };
        sheet.band();
        Ok(sheet)
    }

    /// Draws the top of a page and puts the next line below.
    fn band(&mut self) {
        let first = self.paper.pages() == 1;
        let height = if first { BAND } else { 44.0 };
        self.paper.fill([0.0, 0.0, WIDTH, height], BRAND);
        let middle = height / 2.0;
        let name = Style::new(if first { 17.0 } else { 11.0 }, WHITE).bold().spaced(0.06);
        let small = Style::new(if first { 11.0 } else { 9.5 }, Colour(214, 226, 250)).spaced(0.04);
        // Read once, on the first page; the others repeat it as decoration.
        let block = first.then(|| self.paper.block(Role::Paragraph));
        let portal = self.portal.clone();
        let line = self.paper.line(&portal, name);
        self.paper.text(line, MARGIN, middle + name.size * 0.36, name, block);
        let right = if first { self.kind.to_owned() } else { self.title.clone() };
        let line = self.paper.line(&right, small);
        let x = WIDTH - MARGIN - line.width * small.size;
        self.paper.text(line, x, middle + small.size * 0.36, small, block);
        self.y = height + if first { 34.0 + 28.0 * self.pace } else { 34.0 };
    }

    /// Begins a new page unless `height` still fits on this one, above the foot.
    fn need(&mut self, height: f32) {
        if self.y + height > HEIGHT - FOOT - 12.0 {
            self.paper.begin_page();
            self.band();
        }
    }

    fn title(&mut self, title: &str, below: &str) {
        let large = Style::new(27.0, INK).bold().spaced(if self.locale == Locale::Zh { 0.14 } else { 0.0 });
        let block = self.paper.block(Role::Title(title.into()));
        let fit = INNER / (1.0 + large.spacing);
        for mut line in self.paper.wrap(title, fit, large) {
            if large.spacing > 0.0 {
                line = self.paper.line(&line.text, large);
            }
            self.centred(line, large, block);
            self.y += large.size * 1.45;
        }
        self.y -= 10.0;
        let small = Style::new(10.5, QUIET).spaced(0.02);
        let block = self.paper.block(Role::Paragraph);
        for line in self.paper.wrap(below, INNER * 0.96, small) {
            self.centred(line, small, block);
            self.y += small.size * 1.6;
        }
        self.paper.fill([WIDTH / 2.0 - 22.0, self.y - 2.0, 44.0, 2.0], BRAND);
        self.y += 28.0 * self.pace;
    }

    /// A line that nobody overlooks.
    fn warning(&mut self, text: &str) {
        let style = Style::new(14.0, WARNING).bold();
        let block = self.paper.block(Role::Paragraph);
        self.y += 10.0;
        for line in self.paper.wrap(text, INNER * 0.96, style) {
            self.centred(line, style, block);
            self.y += style.size * 1.5;
        }
    }

    /// Prints `text` across every page.
    fn across(&mut self, text: &str) {
        // As large as the diagonal of the page allows.
        let width = self.paper.line(text, Style::new(1.0, WARNING)).width.max(1.0);
        let style = Style::new((WIDTH * 0.95 / width).min(110.0), WARNING).bold();
        for page in 0..self.paper.pages() {
            let line = self.paper.line(text, style);
            self.paper.across(page, line, style);
        }
    }

    fn centred(&mut self, line: Line, style: Style, block: Block) {
        let x = (WIDTH - line.width * style.size) / 2.0;
        self.paper.text(line, x, self.y, style, Some(block));
    }

    /// Names on the left, values on the right, a hair line below each.
    fn rows(&mut self, facts: &[(String, String)]) {
        let label = Style::new(10.0 + self.pace, QUIET);
        let value = Style::new(11.5 + 1.5 * self.pace, INK);
        let column = if self.locale == Locale::Zh { 118.0 } else { 150.0 };
        for (name, text) in facts {
            let names = self.paper.wrap(name, column - 16.0, label);
            let values = self.paper.wrap(text, INNER - column, value);
            let [name_block, value_block] = [Role::Label, Role::Value].map(|role| self.paper.block(role));
            let (mut names, mut values) = (names.into_iter(), values.into_iter());
            self.need(36.0);
            self.y += 9.0 * self.pace;
            let mut empty = true;
            loop {
                let (name, value_line) = (names.next(), values.next());
                if name.is_none() && value_line.is_none() {
                    break;
                }
                self.need(24.0);
                self.y += if empty { 12.0 } else { value.size * (1.2 + 0.3 * self.pace) };
                empty = false;
                if let Some(line) = name {
                    self.paper.text(line, MARGIN, self.y, label, Some(name_block));
                }
                if let Some(line) = value_line {
                    self.paper.text(line, MARGIN + column, self.y, value, Some(value_block));
                }
            }
            self.y += 4.0 + 9.0 * self.pace;
            self.paper.fill([MARGIN, self.y, INNER, 0.6], LINE);
        }
        self.y += 14.0 * self.pace;
    }

    fn heading(&mut self, text: &str) {
        let style = Style::new(12.5, BRAND).bold();
        self.need(48.0);
        self.y += 18.0;
        let block = self.paper.block(Role::Paragraph);
        let line = self.paper.line(text, style);
        self.paper.text(line, MARGIN, self.y, style, Some(block));
        self.y += 4.0;
    }

    fn paragraph(&mut self, text: &str) {
        self.small_print(text, Style::new(12.0, INK));
    }

    fn small_print(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        let block = self.paper.block(Role::Paragraph);
        for line in self.paper.wrap(text, INNER, style) {
            let height = style.size * (1.45 + 0.3 * self.pace);
            self.need(height);
            self.y += height;
            self.paper.text(line, MARGIN, self.y, style, Some(block));
        }
        self.y += 4.0;
    }

    /// The tinted panel at the bottom of the last page, with the QR code on its right.
    fn panel(&mut self, rows: &[(&str, String)], qr: Qr, caption: &str, url: &str) {
        let label = Style::new(10.0, QUIET);
        let value = Style::new(12.0, INK);
        let width = INNER - CODE - 56.0;
        let texts: Vec<_> = rows
            .iter()
            .map(|(name, text)| (self.paper.line(name, label), self.paper.wrap(text, width, value)))
            .collect();
        let lines: usize = texts.iter().map(|(_, lines)| lines.len()).sum();
        let height = PANEL.max(26.0 + texts.len() as f32 * 23.0 + lines as f32 * value.size * 1.4);
        if !self.paper.missing.is_empty() {
            let codes: Vec<String> = self
                .paper
                .missing
                .iter()
                .take(MAX_NAMED)
                .map(|c| format!("U+{:04X}", u32::from(*c)))
                .collect();
            let more = if self.paper.missing.len() > MAX_NAMED { " …" } else { "" };
            let note = words::missing_note(&format!("{}{more}", codes.join(" ")), self.locale);
            self.small_print(&note, Style::new(9.5, QUIET));
        }
        self.need(height + 16.0);
        let top = HEIGHT - FOOT - 16.0 - height;
        self.paper.fill([MARGIN, top, INNER, height], TINT);
        self.paper.fill([MARGIN, top, 3.0, height], BRAND);

        let mut y = top + 12.0;
        for (name, lines) in texts {
            let [name_block, value_block] = [Role::Label, Role::Value].map(|role| self.paper.block(role));
            y += 15.0;
            self.paper.text(name, MARGIN + 22.0, y, label, Some(name_block));
            for line in lines {
                y += value.size * 1.4;
                self.paper.text(line, MARGIN + 22.0, y, value, Some(value_block));
            }
            y += 8.0;
        }

        let x = WIDTH - MARGIN - CODE - 18.0;
        let y = top + (height - CODE - 16.0) / 2.0;
        let block = self.paper.block(Role::Figure(format!("{}: {url}", self.words.qr)));
        self.paper.code(qr, x, y, CODE, block);
        self.paper.frame([x, y, CODE, CODE], LINE, 0.6);
        let small = Style::new(9.5, BRAND).bold();
        let block = self.paper.block(Role::Link);
        let line = self.paper.line(caption, small);
        let left = x + (CODE - line.width * small.size) / 2.0;
        let line_width = line.width * small.size;
        self.paper.text(line, left, y + CODE + 14.0, small, Some(block));
        self.paper.link([left, y + CODE + 4.0, line_width, 14.0], url, block);
        self.y = top + height;
    }

    fn finish(mut self, note: &str, url: &str, author: &str, made: Timestamp) -> Result<Pdf, PaperError> {
        let small = Style::new(8.5, QUIET);
        let block = self.paper.block(Role::Paragraph);
        let mut y = HEIGHT - FOOT + 8.0;
        for line in self.paper.wrap(note, INNER, small) {
            self.paper.text(line, MARGIN, y, small, Some(block));
            y += small.size * 1.5;
        }
        for line in self.paper.wrap(url, INNER - 110.0, small) {
            self.paper.text(line, MARGIN, y, small, Some(block));
            y += small.size * 1.5;
        }
        let pages = self.paper.pages();
        for page in 0..pages {
            let line = self.paper.line(&words::page(page + 1, pages, self.locale), small);
            let x = WIDTH - MARGIN - line.width * small.size;
            self.paper.text_on(page, line, x, HEIGHT - 30.0, small, None);
        }
        let missing = self.paper.missing.iter().copied().collect();
        let bytes = self.paper.finish(&self.title, author, self.locale, made)?;
        Ok(Pdf { bytes, missing })
    }
}
