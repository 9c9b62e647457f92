//! Bodies that are kept, each in the codings browsers ask for.

use std::io::Write;

use axum::body::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING},
};

/// What a client can read besides plain bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Codings {
    brotli: bool,
    gzip: bool,
}

impl Codings {
    pub fn accepted(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|h| h.to_str().ok()).unwrap_or_default();
        let mut codings = Codings::default();
        for item in accepted.split(',') {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let wanted = !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
            match name.trim() {
                "br" => codings.brotli = wanted,
                "gzip" => codings.gzip = wanted,
                _ => {}
            }
        }
        codings
    }
}

/// One body in several codings.
pub struct Encoded {
    pub plain: Bytes,
    pub brotli: Option<Bytes>,
    pub gzip: Option<Bytes>,
}

impl Encoded {
    /// Compresses; what cannot be compressed stays plain.
    pub fn new(plain: Bytes) -> Self {
        let (brotli, gzip) = (brotli(&plain).ok().map(Bytes::from), gzip(&plain).ok().map(Bytes::from));
        Encoded { plain, brotli, gzip }
    }

    /// The smallest a client can read; its coding goes into `headers`.
    pub fn choose(&self, codings: Codings, headers: &mut HeaderMap) -> Bytes {
        let brotli = self.brotli.as_ref().filter(|_| codings.brotli).map(|body| ("br", body));
        let gzip = || self.gzip.as_ref().filter(|_| codings.gzip).map(|body| ("gzip", body));
        let Some((coding, body)) = brotli.or_else(gzip) else { return self.plain.clone() };
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        body.clone()
    }

    pub fn bytes(&self) -> usize {
        let length = |body: &Option<Bytes>| body.as_ref().map_or(0, Bytes::len);
        self.plain.len() + length(&self.brotli) + length(&self.gzip)
    }
}

fn brotli(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    // A few milliseconds for a page; 11 takes fifty for two hundredths less.
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 18);
    encoder.write_all(plain)?;
    encoder.flush()?;
    Ok(encoder.into_inner())
}

fn gzip(plain: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn coding_for(accepted: &str) -> (Option<HeaderValue>, Bytes) {
        let body = Encoded::new(Bytes::from_static(b"<p>a page, a page, a page</p>"));
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::try_from(accepted).unwrap())]);
        let mut answer = HeaderMap::new();
        let bytes = body.choose(Codings::accepted(&headers), &mut answer);
        (answer.remove(CONTENT_ENCODING), bytes)
    }

    #[test]
    fn a_client_gets_the_smallest_it_can_read() {
        assert_eq!(coding_for("gzip, deflate, br").0.unwrap(), "br");
        assert_eq!(coding_for("gzip;q=0.5, br;q=0").0.unwrap(), "gzip");
        assert_eq!(coding_for("identity").0, None);
    }

    #[test]
    fn every_coding_says_the_same() {
        let (_, plain) = coding_for("");
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(&coding_for("gzip").1[..]).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain);
        read.clear();
        brotli::Decompressor::new(&coding_for("br").1[..], 4096).read_to_end(&mut read).unwrap();
        assert_eq!(read, plain);
    }
}
