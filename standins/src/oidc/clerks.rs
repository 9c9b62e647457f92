//! The synthetic clerks that the identity service knows.

/// Somebody to sign in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoClerk {
    /// What tokens call them.
    pub subject: &'static str,
    pub name: &'static str,
}

const CLERKS: [(&str, &str); 32] = [
    ("demo-staff-01", "赵敏"),
    ("demo-staff-02", "钱伟"),
    ("demo-staff-03", "孙丽"),
    ("demo-staff-04", "周静"),
    ("demo-staff-05", "吴涛"),
    ("demo-staff-06", "郑洁"),
    ("demo-staff-07", "王磊"),
    ("demo-staff-08", "冯娟"),
    ("demo-staff-09", "陈刚"),
    ("demo-staff-10", "褚燕"),
    ("demo-staff-11", "卫东"),
    ("demo-staff-12", "蒋芳"),
    ("demo-staff-13", "沈波"),
    ("demo-staff-14", "韩军"),
    ("demo-staff-15", "李强"),
    ("demo-staff-16", "杨帆"),
    ("demo-staff-17", "朱勇"),
    ("demo-staff-18", "秦岚"),
    ("demo-staff-19", "尤佳"),
    ("demo-staff-20", "许明"),
    ("demo-staff-21", "何静"),
    ("demo-staff-22", "苏婷"),
    ("demo-staff-23", "罗敏"),
    ("demo-staff-24", "方慧"),
    ("demo-staff-25", "罗毅"),
    ("demo-staff-26", "唐颖"),
    ("demo-staff-27", "姜宁"),
    ("demo-staff-28", "彭凯"),
    ("demo-staff-29", "高远"),
    ("demo-staff-30", "叶青"),
    ("demo-staff-31", "吕洋"),
    // Works elsewhere: no portal links them.
    ("demo-staff-99", "何人"),
];

/// Everybody whom the service signs in.
pub fn demo_clerks() -> Vec<DemoClerk> {
    CLERKS.map(|(subject, name)| DemoClerk { subject, name }).to_vec()
}
