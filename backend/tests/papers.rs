//! Papers hold their text, say what they cannot print, and are refused when they would grow without bound.

use backend::catalog::embedded_services;
use backend::certificates::paper::{
    CertificatePaper, PaperError, Pdf, ReceiptPaper, certificate_pdf, receipt_pdf,
};
use backend::certificates::qr;
use domain::catalog::{Claim, Definition};
use domain::certificates::Validity;
use domain::text::Locale;
use domain::time::Timestamp;
use miniz_oxide::inflate::decompress_to_vec_zlib;
use proptest::prelude::*;

fn certificate(locale: Locale, facts: &[(String, String)]) -> Result<Pdf, PaperError> {
    certificate_pdf(&sample(locale, facts))
}

fn sample(locale: Locale, facts: &[(String, String)]) -> CertificatePaper<'_> {
    let issued_at = Timestamp::from_seconds(1_795_400_000);
    CertificatePaper {
        locale,
        portal: "示例市政务服务",
        title: "居住登记证明",
        body: "示例市公安局",
        number: "1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J",
        facts,
        statement: "兹证明上述登记属实。",
        issued_at,
        validity: Validity { from: None, until: Some(issued_at.plus_days(365)) },
        verify_page: "https://zhangban.example/verify",
        verify_url: "https://zhangban.example/verify?number=2026000017",
        code: "https://zhangban.example/verify#2026000017",
        void: None,
    }
}

fn pages(pdf: &Pdf) -> usize {
    let text = inflated(&pdf.bytes);
    let count = text.split("/Type/Pages").nth(1).or_else(|| text.split("/Type /Pages").nth(1)).unwrap();
    let digits = count.split("/Count ").nth(1).unwrap();
    digits.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

/// What a claim may well say: dates are short, addresses and names of offices long.
fn likely(claim: &Claim, locale: Locale) -> String {
    let long = ["address", "unit", "location", "employer", "school", "name"]
        .iter()
        .any(|part| claim.id.contains(part));
    match (long, locale) {
        (true, Locale::Zh) => "浙江省杭州市西湖区翠苑街道示例路 18 号示例花园 3 幢 2 单元 501 室".into(),
        (true, Locale::En) => {
            "Room 501, Unit 2, Building 3, Example Garden, 18 Example Road, Xihu, Hangzhou".into()
        }
        (false, Locale::Zh) => "330102199003078888".into(),
        (false, Locale::En) => "30 November 2026, by the register".into(),
    }
}

#[test]
fn every_certificate_of_the_catalogue_fits_on_one_page() {
    let issued_at = Timestamp::from_seconds(1_795_400_000);
    let mut printed = 0;
    for (path, text) in embedded_services() {
        let definition: Definition = toml::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"));
        let Some(template) = &definition.certificate else { continue };
        for locale in Locale::ALL {
            let fact = |claim: &Claim| (claim.label.get(locale).to_owned(), likely(claim, locale));
            let facts: Vec<_> = template.claims.iter().map(fact).collect();
            let statement = "Scan the code at the lower right and compare what your phone shows with this page, line by line.";
            let pdf = certificate_pdf(&CertificatePaper {
                locale,
                portal: "示例市政务服务",
                title: template.title.get(locale),
                body: "Xihu Branch of the Example City Public Security Bureau",
                number: "1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J",
                facts: &facts,
                statement,
                issued_at,
                validity: Validity { from: None, until: Some(issued_at.plus_days(365)) },
                verify_page: "https://zhangban.example/verify",
                verify_url: "https://zhangban.example/verify?number=1",
                code: "https://zhangban.example/verify?number=1",
                void: None,
            });
            let pdf = pdf.unwrap();
            assert_eq!(pages(&pdf), 1, "{} in {}", definition.code, locale.tag());
            printed += 1;
        }
    }
    assert!(printed > 60, "{printed}");
}

#[test]
fn a_certificate_that_no_longer_holds_says_so_across_every_page() {
    let many: Vec<_> = (0..60).map(|n| fact(&format!("家庭成员 {n}"), "成员姓名")).collect();
    let paper = |void| {
        let mut paper = sample(Locale::Zh, &many);
        paper.void = void;
        certificate_pdf(&paper).unwrap()
    };
    let (good, void) = (paper(None), paper(Some("已吊销")));
    let pages_of_many = pages(&void);
    assert_eq!(pages(&good), pages_of_many);
    let (good, void) = (inflated(&good.bytes), inflated(&void.bytes));
    for character in "吊销".chars() {
        assert!(maps_to(&void, character) && !maps_to(&good, character));
    }
    // Turned, and thin enough to read through: once on each of four pages.
    let turned = |text: &str| text.matches("0.848").count();
    assert!(turned(&void) >= turned(&good) + pages_of_many, "{} {}", turned(&void), turned(&good));
}

fn fact(name: &str, value: &str) -> (String, String) {
    (name.into(), value.into())
}

/// Everything in the file as text, compressed streams inflated.
fn inflated(pdf: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(pdf).into_owned();
    for start in pdf.windows(7).enumerate().filter(|(_, w)| *w == b"stream\n").map(|(at, _)| at + 7) {
        let end = pdf[start..].windows(9).position(|w| w == b"endstream").map_or(pdf.len(), |n| start + n);
        for trailing in 0..=2 {
            if let Ok(bytes) = decompress_to_vec_zlib(&pdf[start..end - trailing]) {
                text.push_str(&String::from_utf8_lossy(&bytes));
                break;
            }
        }
    }
    text
}

/// Whether the map from glyphs to text, by which readers search and copy, holds `character`.
fn maps_to(text: &str, character: char) -> bool {
    let mut units = [0; 2];
    let hex: String = character.encode_utf16(&mut units).iter().map(|unit| format!("{unit:04X}")).collect();
    text.contains(&format!("<{hex}>"))
}

#[test]
fn the_text_of_a_certificate_can_be_searched_and_copied() {
    let pdf =
        certificate(Locale::Zh, &[fact("姓名", "欧阳明月"), fact("地址", "文三路 1 号 Building B")]).unwrap();
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    assert!(pdf.missing.is_empty());
    let text = inflated(&pdf.bytes);
    for character in "欧阳明月姓名文三路居住登记证明示例市公安局BuildingB".chars() {
        assert!(maps_to(&text, character), "{character}");
    }
    assert!(!maps_to(&text, '赵'), "only what is shown is embedded");
    for needed in
        ["pdfaid:part", "pdfuaid:part", "/StructTreeRoot", "/Lang", "https://zhangban.example/verify?number="]
    {
        assert!(text.contains(needed), "{needed}");
    }
    assert!(pdf.bytes.len() < 100_000, "{}", pdf.bytes.len());
}

#[test]
fn a_rare_character_is_marked_named_and_kept() {
    let pdf = certificate(Locale::Zh, &[fact("姓名", "王𰻝")]).unwrap();
    assert_eq!(pdf.missing, ['𰻝']);
    let text = inflated(&pdf.bytes);
    // The mark stands for the character itself, except in the note, where it stands for the mark.
    assert!(maps_to(&text, '𰻝'));
    assert!(text.contains("/ActualText<FEFF3013>"));
    for character in "U+30EDD".chars() {
        assert!(maps_to(&text, character), "{character}");
    }
}

#[test]
fn the_same_paper_gives_the_same_file() {
    let facts = [fact("姓名", "欧阳明月")];
    assert_eq!(certificate(Locale::En, &facts), certificate(Locale::En, &facts));
}

#[test]
fn long_papers_go_on_and_endless_ones_are_refused() {
    let many: Vec<_> = (0..60).map(|n| fact(&format!("家庭成员 {n}"), "成员姓名")).collect();
    let pdf = certificate(Locale::Zh, &many).unwrap();
    assert!(pages(&pdf) > 2);
    let long = [fact("说明", &"很长".repeat(8_000))];
    assert!(certificate(Locale::Zh, &long).is_ok());
    let endless = [fact("说明", &"很长".repeat(50_000))];
    assert_eq!(certificate(Locale::Zh, &endless), Err(PaperError::TooLong));
    let empty: Vec<_> = (0..100_000).map(|_| fact("", "")).collect();
    assert_eq!(certificate(Locale::Zh, &empty), Err(PaperError::TooLong));
}

#[test]
fn a_receipt_says_what_happens_next() {
    let pdf = receipt_pdf(&ReceiptPaper {
        locale: Locale::En,
        portal: "Example City",
        reference: "ZB-2026-1123-7K4M2Q",
        service: "Residence registration",
        department: "Public Security Bureau",
        submitted_at: Timestamp::from_seconds(1_795_400_000),
        accepted_on: None,
        facts: &[fact("Applicant", "O*")],
        next: &["We check your application.".into(), "You receive the certificate.".into()],
        track_url: "https://zhangban.example/cases/1",
    })
    .unwrap();
    assert!(pdf.missing.is_empty());
    assert!(inflated(&pdf.bytes).contains("https://zhangban.example/cases/1"));
    assert_eq!(pages(&pdf), 1);
}

#[test]
fn a_receipt_says_accepted_only_once_it_is() {
    let receipt = |accepted_on| {
        let pdf = receipt_pdf(&ReceiptPaper {
            locale: Locale::Zh,
            portal: "示例市",
            reference: "ZB-2026-1123-7K4M2Q",
            service: "居住登记",
            department: "公安局",
            submitted_at: Timestamp::from_seconds(1_795_400_000),
            accepted_on,
            facts: &[],
            next: &[],
            track_url: "https://zhangban.example/cases/1",
        });
        inflated(&pdf.unwrap().bytes)
    };
    assert!(receipt(None).contains(&utf16("提交回执")));
    let accepted = receipt(Some(jiff::civil::date(2026, 11, 25)));
    assert!(accepted.contains(&utf16("受理回执")) && !accepted.contains(&utf16("提交回执")));
}

/// As titles stand in a PDF file.
fn utf16(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

#[test]
fn a_qr_code_is_plain_svg() {
    let svg = qr::encode("https://zhangban.example/verify/1").unwrap().to_svg("核验 <\"&>");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
    assert!(!svg.contains("style="));
    assert!(svg.contains("aria-label=\"核验 &lt;&quot;&amp;&gt;\""));
    assert!(qr::encode(&"a".repeat(2_900)).is_ok());
    assert_eq!(qr::encode(&"a".repeat(3_000)), Err(qr::TooLong));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_text_can_be_printed(name in any::<String>(), value in "\\PC{0,200}|[\\u{0}-\\u{10FFFF}]{0,60}") {
        prop_assert!(certificate(Locale::Zh, &[(name.clone(), value.clone())]).is_ok(), "{:?} {:?}", name, value);
    }
}
