//! The few words that every paper carries; the rest comes from the service's definition.

use domain::text::Locale;
use jiff::civil::Date;

#[cfg_attr(test, derive(serde::Serialize))]
pub struct Words {
    pub kind: &'static str,
    pub number: &'static str,
    pub issued_by: &'static str,
    pub issued_on: &'static str,
    pub valid: &'static str,
    pub forever: &'static str,
    pub scan_to_verify: &'static str,
    pub scan_to_track: &'static str,
    pub verify_note: &'static str,
    pub receipt: &'static str,
    pub submission_title: &'static str,
    pub submission_note: &'static str,
    pub acceptance_title: &'static str,
    pub acceptance_note: &'static str,
    pub reference: &'static str,
    pub department: &'static str,
    pub submitted: &'static str,
    pub accepted: &'static str,
    pub next: &'static str,
    pub qr: &'static str,
}

const ZH: Words = Words {
    kind: "电子证照",
    number: "证照编号",
    issued_by: "签发机关",
    issued_on: "签发日期",
    valid: "有效期限",
    forever: "长期有效",
    scan_to_verify: "扫码核验真伪",
    scan_to_track: "扫码查看进度",
    verify_note: "本件由签发机关以电子方式签发。纸质件是否仍然有效，以扫码核验的结果为准；也可以打开下列网址，输入证照编号查询。",
    receipt: "办件回执",
    submission_title: "提交回执",
    submission_note: "本回执表明申请已经提交，还没有受理，也不代表申请已经批准。请妥善保管办件编号，凭编号可查询办理进度。",
    acceptance_title: "受理回执",
    acceptance_note: "本回执表明申请已经受理，不代表申请已经批准。请妥善保管办件编号，凭编号可查询办理进度。",
    reference: "办件编号",
    department: "办理部门",
    submitted: "提交时间",
    accepted: "受理日期",
    next: "接下来",
    qr: "二维码",
};

const EN: Words = Words {
    kind: "Electronic certificate",
    number: "Certificate number",
    issued_by: "Issued by",
    issued_on: "Date of issue",
    valid: "Valid",
    forever: "No expiry date",
    scan_to_verify: "Scan to verify",
    scan_to_track: "Scan to track",
    verify_note: "Issued electronically by the issuing body. Whether this printout is still valid is shown by \
                  scanning the code, or by looking up the certificate number at the address below.",
    receipt: "Receipt",
    submission_title: "Receipt of submission",
    submission_note: "This receipt shows that the application was submitted. It is not yet accepted, and not approved. \
                      Keep the reference number: it lets you follow the application.",
    acceptance_title: "Receipt of acceptance",
    acceptance_note: "This receipt shows that the application was accepted for examination, not that it was approved. \
                      Keep the reference number: it lets you follow the application.",
    reference: "Reference number",
    department: "Department",
    submitted: "Submitted",
    accepted: "Accepted on",
    next: "What happens next",
    qr: "QR code",
};

pub fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::Zh => &ZH,
        Locale::En => &EN,
    }
}

/// `2026年11月23日` or `23 November 2026`.
pub fn date(day: Date, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Locale::En => day.strftime("%-d %B %Y").to_string(),
    }
}

/// `2026年11月23日至2027年11月22日`, both days included.
pub fn period(from: Date, to: Option<Date>, locale: Locale) -> String {
    let first = date(from, locale);
    match (to.map(|to| date(to, locale)), locale) {
        (None, _) => words(locale).forever.into(),
        (Some(last), Locale::Zh) => format!("{first}至{last}"),
        (Some(last), Locale::En) => format!("{first} to {last}"),
    }
}

/// Says what stands behind the replacement marks.
pub fn missing_note(codes: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => {
            format!("注：〓 代表字库中没有的字，其统一码为 {codes}；原字保存在电子数据中，可复制。")
        }
        Locale::En => format!(
            "Note: 〓 stands for a character that the font lacks ({codes}). The electronic data hold the character itself."
        ),
    }
}

/// `第 1 页，共 2 页`.
pub fn page(number: usize, of: usize, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("第 {number} 页，共 {of} 页"),
        Locale::En => format!("Page {number} of {of}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::font::Face;
    use super::*;

    #[test]
    fn the_font_has_every_word() {
        let face = Face::built_in().unwrap();
        let day = jiff::civil::date(2026, 11, 23);
        for locale in Locale::ALL {
            let fixed = serde_json::to_value(words(locale)).unwrap();
            let fixed = fixed.as_object().unwrap().values().map(|text| text.as_str().unwrap());
            let made = [period(day, Some(day), locale), missing_note("U+20000", locale), page(1, 2, locale)];
            let all = fixed.chain(made.iter().map(String::as_str));
            for text in all {
                assert!(!text.is_empty());
                assert_eq!(text.chars().filter(|c| !face.has(*c)).collect::<String>(), "", "{text}");
            }
        }
    }
}
