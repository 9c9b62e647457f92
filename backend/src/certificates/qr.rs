//! QR codes.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Quiet zone around the code that readers need, in modules (ISO/IEC 18004).
pub const QUIET_ZONE: usize = 4;

/// The text does not fit into a QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("text is too long for a QR code")]
pub struct TooLong;

/// A square of dark and light modules, without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qr {
    width: usize,
    dark: Vec<bool>,
}

/// Encodes `text`: with medium error correction when it is short, with low when that keeps the modules large.
pub fn encode(text: &str) -> Result<Qr, TooLong> {
    let level = if text.len() <= 300 { EcLevel::M } else { EcLevel::L };
    let code = QrCode::with_error_correction_level(text, level).map_err(|_| TooLong)?;
    let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
    Ok(Qr { width: code.width(), dark })
}

impl Qr {
    /// Modules in a row, without the quiet zone.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Runs of dark modules: column, row and length.
    pub fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for (y, row) in self.dark.chunks(self.width.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    runs.push((x, y, run.len()));
                }
                x += run.len();
            }
        }
        runs
    }

    /// An SVG document with its quiet zone, black on white in every colour scheme; its size is up to the style sheet.
    /// `label` is its text for those who do not see it.
    pub fn to_svg(&self, label: &str) -> String {
        let mut path = String::new();
        for (x, y, length) in self.runs() {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
        }
        let size = self.width + 2 * QUIET_ZONE;
        format!(
            concat!(
                r##"<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" "##,
                r##"aria-label="{label}" shape-rendering="crispEdges">"##,
                r##"<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>"##
            ),
            size = size,
            label = escape(label),
            path = path
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
