//! Writes sample papers to the directory given, to be looked at.

use backend::certificates::paper::{CertificatePaper, ReceiptPaper, certificate_pdf, receipt_pdf};
use domain::certificates::Validity;
use domain::text::Locale;
use domain::time::Timestamp;
use std::path::PathBuf;

fn facts(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("name a directory")?);
    let issued_at = Timestamp::from_seconds(1_795_400_000);
    let validity = Validity { from: Some(issued_at), until: Some(issued_at.plus_days(365)) };
    let number = "1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J";
    let verify_url = "https://zhangban.example/verify/2026000017";
    let zh = facts(&[
        ("姓名", "欧阳明月"),
        ("公民身份号码", "330102199003078888"),
        ("性别", "女"),
        ("出生日期", "1990年3月7日"),
        (
            "现居住地址",
            "示例省示例市西湖区文三路 1 号幸福小区 3 幢 2 单元 1801 室，邻近社区服务中心，自 2019 年 6 月起连续居住",
        ),
        ("居住事由", "务工"),
    ]);
    let mut certificate = CertificatePaper {
        locale: Locale::Zh,
        portal: "示例市政务服务",
        title: "居住登记证明",
        body: "示例市公安局西湖区分局",
        number,
        facts: &zh,
        statement: "兹证明上述人员已在本辖区依法办理居住登记，登记信息与居住登记系统一致。",
        issued_at,
        validity,
        verify_page: "https://zhangban.example/verify",
        verify_url,
        code: verify_url,
        void: None,
    };
    std::fs::write(directory.join("certificate-zh.pdf"), certificate_pdf(&certificate)?.bytes)?;

    let rare =
        facts(&[("姓名", "王𰻝𰻝"), ("曾用名", "陳麗華、䶮堃"), ("公民身份号码", "330102199003078888")]);
    certificate.facts = &rare;
    std::fs::write(directory.join("certificate-rare.pdf"), certificate_pdf(&certificate)?.bytes)?;

    let many: Vec<_> =
        (1..=40).map(|n| (format!("家庭成员 {n}"), format!("成员姓名 {n}，与户主关系：子女"))).collect();
    certificate.facts = &many;
    std::fs::write(directory.join("certificate-long.pdf"), certificate_pdf(&certificate)?.bytes)?;

    let en = facts(&[
        ("Name", "Ouyang Mingyue (欧阳明月)"),
        ("Resident identity number", "330102199003078888"),
        ("Date of birth", "7 March 1990"),
        (
            "Current address",
            "Room 1801, Unit 2, Building 3, Xingfu Residential Quarter, 1 Wensan Road, Xihu District",
        ),
    ]);
    let english = CertificatePaper {
        locale: Locale::En,
        portal: "Example City Government Services",
        title: "Certificate of Residence Registration",
        body: "Xihu Branch of the Example City Public Security Bureau",
        facts: &en,
        statement: "This is to certify that the person named above has registered their residence in this district as \
                    required by law.",
        validity: Validity { from: Some(issued_at), until: None },
        ..certificate
    };
    std::fs::write(directory.join("certificate-en.pdf"), certificate_pdf(&english)?.bytes)?;
    let revoked = CertificatePaper { void: Some("Revoked"), ..english };
    std::fs::write(directory.join("certificate-revoked.pdf"), certificate_pdf(&revoked)?.bytes)?;

    let facts_of_case = facts(&[
        ("申请人", "欧阳*月"),
        ("证件号码", "3301********8888"),
        ("承诺办结时限", "2026年12月1日（5 个工作日）"),
        ("收费", "不收费"),
    ]);
    let next = [
        "受理部门将在 1 个工作日内审核您的申请。".to_owned(),
        "如需补充材料，我们会通过站内消息和短信告知原因，补正期间暂停计时。".to_owned(),
        "办结后，电子证照会自动放入您的“卡包”，无需到窗口领取。".to_owned(),
    ];
    let receipt = ReceiptPaper {
        locale: Locale::Zh,
        portal: "示例市政务服务",
        reference: "ZB-2026-1123-7K4M2Q",
        service: "居住登记",
        department: "示例市公安局西湖区分局",
        submitted_at: issued_at,
        accepted_on: None,
        facts: &facts_of_case,
        next: &next,
        track_url: "https://zhangban.example/cases/ZB-2026-1123-7K4M2Q",
    };
    std::fs::write(directory.join("receipt-zh.pdf"), receipt_pdf(&receipt)?.bytes)?;
    Ok(())
}
