//! People with names: the same whatever the seed, for README, tests and demonstrations. They are put together by the same
//! rules as everybody else, only with chosen facts.

use domain::identity::resident_id::Sex;
use domain::organisation::region::{Level, RegionCode};
use domain::text::Text;
use jiff::civil::Date;

use super::generate::{Builder, Home, INDUSTRIES};
use super::*;

/// A person to sign in as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    pub name: &'static str,
    pub id: &'static str,
    pub phone: &'static str,
    pub note: Text,
}

/// A firm to act for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoEntity {
    pub name: &'static str,
    pub code: &'static str,
    pub representative: &'static str,
}

/// The named people, in the order in which a demonstration meets them.
pub fn demo_people() -> Vec<DemoPerson> {
    let person =
        |name, id, phone, zh: &str, en: &str| DemoPerson { name, id, phone, note: Text::new(zh, en) };
    vec![
        person(
            "林晓雨",
            "330106199203159021",
            "15400000001",
            "西湖区户籍，已婚，新生儿未落户，在职参保，有一套按揭住房和一辆车",
            "Household in Xihu, married, newborn not yet in a household, employed and insured, a mortgaged flat and a car",
        ),
        person(
            "陈建国",
            "33018519580420901X",
            "15400000003",
            "68 岁，退休，养老金较低，退役军人，尚未领取优待证",
            "68, retired on a low pension, veteran without a veteran card yet",
        ),
        person(
            "王芳",
            "330105198507089025",
            "15400000005",
            "肢体残疾二级，低保家庭，离异带一名孩子，未享受残疾人两项补贴",
            "Physical disability of degree 2, minimum living allowance, divorced with one child, no disability subsidy yet",
        ),
        person(
            "周明",
            "341226199411029014",
            "15400000007",
            "户籍在安徽颍上，2025 年 3 月起在余杭区办理居住登记并就业，未领居住证",
            "Household in Yingshang, Anhui; registered residence and job in Yuhang since March 2025, no residence permit yet",
        ),
        person(
            "何俊",
            "33010819800126901X",
            "15400000008",
            "杭州湖光餐饮有限公司和杭州市滨江区何记小吃店的法定代表人（经营者）",
            "Legal representative of a catering company and owner of a snack bar in Hangzhou",
        ),
        person(
            "徐子涵",
            "330102201205309024",
            "15400000011",
            "14 岁，初中生：多数事项本人不能申请",
            "14, at junior secondary school: too young for most services",
        ),
        person(
            "沈洁",
            "330110198909119021",
            "15400000013",
            "各库信息不一致：户籍库姓名为沈小洁，婚姻登记库查无记录",
            "Registers disagree: another name at the household register, no entry at the marriage register",
        ),
        person(
            "李秀兰",
            "330102194302159029",
            "15400000014",
            "83 岁，丧偶，未享受高龄津贴，养老待遇资格待认证",
            "83, widowed, no old-age allowance yet, pension eligibility due for verification",
        ),
        person(
            "孙浩",
            "330104198706179019",
            "15400000015",
            "2026 年 9 月被单位解除劳动合同，已登记失业，身份证已过期，驾驶证年底到期",
            "Job ended by the employer in September 2026, registered as unemployed, ID card expired, driving licence due",
        ),
        person(
            "杨帆",
            "330109200308019011",
            "15400000016",
            "2026 年 9 月退役的义务兵，未领取一次性经济补助",
            "Conscript discharged in September 2026, one-off grant not paid yet",
        ),
        person(
            "刘洋",
            "341226199605209013",
            "15400000017",
            "户籍在安徽颍上，2023 年起在西湖区居住并就业，持有居住证，2027 年初到期",
            "Household in Yingshang, Anhui; lives and works in Xihu since 2023 with a residence permit that ends early in 2027",
        ),
    ]
}

/// The firms of the named people.
pub fn demo_entities() -> Vec<DemoEntity> {
    let entity = |name, code, representative| DemoEntity { name, code, representative };
    vec![
        entity("杭州湖光餐饮有限公司", "91330108MY0000012G", "何俊"),
        entity("杭州市滨江区何记小吃店", "92330108MY00000208", "何俊"),
        entity("杭州知行信息技术有限公司", "91330106MY0000039B", "赵文博"),
    ]
}

fn at(builder: &Builder, town: &str, rest: &str) -> Home {
    // Codes below are constants that a test looks up in the catalogue.
    let region = RegionCode::parse(town).expect("a constant code");
    let name = builder.regions.full_name(region, domain::text::Locale::Zh).unwrap_or_default();
    Home { region, address: format!("{name}{rest}") }
}

/// Yuan in fen.
fn yuan(amount: i64) -> i64 {
    amount * 100
}

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

/// Puts the demo people, and who lives with them, into an empty population.
pub(super) fn add(b: &mut Builder) {
    let lin = lin_xiaoyu(b);
    chen_jianguo(b);
    wang_fang(b);
    zhou_ming(b);
    he_jun(b);
    xu_zihan(b);
    shen_jie(b);
    li_xiulan(b);
    sun_hao(b);
    yang_fan(b);
    firms(b, lin);
    liu_yang(b);
}

fn edit(b: &mut Builder, person: PersonIndex) -> &mut Person {
    &mut b.persons[person as usize]
}

fn lin_xiaoyu(b: &mut Builder) -> PersonIndex {
    let home = at(b, "330106005", "晴川路18号示例花园3幢2单元501室");
    let household = b.household(&home, false);
    let lin = b.person("林晓雨".into(), Sex::Female, day(1992, 3, 15), household, Relation::Head);
    let zhao = b.person("赵文博".into(), Sex::Male, day(1990, 7, 2), household, Relation::Spouse);
    b.married(zhao, lin, day(2021, 5, 20));
    b.birth(lin, Some(zhao), None, "赵安宁".into(), Sex::Female, day(2026, 10, 12));
    b.property(
        &[lin, zhao],
        &home,
        "residential",
        8_960,
        day(2022, 6, 16),
        Some("示例银行股份有限公司杭州分行"),
    );
    b.vehicle(lin, "示例牌SL7000BEV", true, day(2020, 12, 18), day(2026, 12, 31));
    let p = edit(b, lin);
    p.schooling = Schooling { last: Stage::Bachelor };
    p.id_card =
        Some(IdCard { issued_on: day(2018, 4, 10), valid_until: Some(day(2038, 4, 10)), lost: false });
    p.licence = Some(Licence {
        class: "C1",
        first_issued_on: day(2014, 12, 22),
        valid_until: Some(day(2030, 12, 22)),
        points: 0,
    });
    p.insured_since = Some(day(2014, 7, 15));
    p.continuous_since = Some(day(2019, 3, 15));
    p.fund_monthly = yuan(3_200);
    p.fund_loan = yuan(612_400);
    let p = edit(b, zhao);
    p.registered_on = day(2021, 7, 1);
    p.schooling = Schooling { last: Stage::Master };
    p.id_card = Some(IdCard { issued_on: day(2016, 9, 1), valid_until: Some(day(2036, 9, 1)), lost: false });
    p.insured_since = Some(day(2016, 7, 15));
    p.continuous_since = p.insured_since;
    p.fund_monthly = yuan(3_600);
    lin
}

fn chen_jianguo(b: &mut Builder) {
    let home = at(b, "330112006", "听松路6号示例新村1幢1单元201室");
    let household = b.household(&home, false);
    let chen = number_of(b, "陈建国", Sex::Male, day(1958, 4, 20), household, Relation::Head, "330185");
    let wu = b.person("吴桂英".into(), Sex::Female, day(1960, 9, 9), household, Relation::Spouse);
    b.married(chen, wu, day(1983, 10, 1));
    b.property(&[chen, wu], &home, "residential", 7_230, day(2003, 11, 5), None);
    let p = edit(b, chen);
    p.schooling = Schooling { last: Stage::Junior };
    p.id_card = Some(IdCard { issued_on: day(2015, 3, 2), valid_until: None, lost: false });
    p.occupation = Occupation::Retired {
        since: day(2018, 4, 20),
        pension: yuan(1_860),
        verified_on: day(2026, 3, 3),
        scheme: "employee",
    };
    p.insured_since = Some(day(2001, 1, 15));
    p.continuous_since = p.insured_since;
    p.service = Some(Service {
        category: "conscript",
        enlisted_on: day(1977, 1, 5),
        discharged_on: day(1981, 1, 10),
        grant_paid: true,
        card: false,
        entitled: Some("old_rural"),
        allowance: yuan(890),
    });
    let p = edit(b, wu);
    p.schooling = Schooling { last: Stage::Primary };
    p.occupation = Occupation::Retired {
        since: day(2020, 9, 9),
        pension: yuan(320),
        verified_on: day(2026, 4, 8),
        scheme: "resident",
    };
    p.insured_since = Some(day(2005, 9, 15));
    p.continuous_since = p.insured_since;
}

fn wang_fang(b: &mut Builder) {
    let home = at(b, "330105001", "古渡路52号样本苑7幢1单元102室");
    let household = b.household(&home, false);
    let wang = b.person("王芳".into(), Sex::Female, day(1985, 7, 8), household, Relation::Head);
    let child = b.person("王一诺".into(), Sex::Female, day(2016, 3, 21), household, Relation::Daughter);
    b.birth(wang, None, Some(child), "王一诺".into(), Sex::Female, day(2016, 3, 21));
    b.households[household as usize].assistance = Some(Assistance {
        kind: AssistanceKind::MinimumLiving,
        since: day(2022, 5, 1),
        reviewed_on: day(2026, 5, 12),
        allowance: yuan(1_580),
        income_per_head: yuan(450),
    });
    let p = edit(b, wang);
    p.schooling = Schooling { last: Stage::Vocational };
    p.id_card = Some(IdCard { issued_on: day(2011, 8, 1), valid_until: Some(day(2031, 8, 1)), lost: false });
    p.marriage = Marriage::Divorced { married_on: day(2013, 9, 9), on: day(2020, 11, 16) };
    p.occupation = Occupation::None;
    p.insured_since = Some(day(2010, 1, 15));
    p.continuous_since = p.insured_since;
    p.disability = Some(Disability {
        category: "physical",
        level: 2,
        issued_on: day(2017, 1, 10),
        valid_until: day(2027, 1, 9),
        living_subsidy: false,
        care_subsidy: false,
    });
    edit(b, child).schooling = Schooling { last: Stage::Senior };
}

fn zhou_ming(b: &mut Builder) {
    let away = at(b, "341226", "慎城镇示例新村24号");
    let household = b.household(&away, false);
    let zhou = b.person("周明".into(), Sex::Male, day(1994, 11, 2), household, Relation::Head);
    let here = at(b, "330110012", "竹影路101号样本公寓9幢1单元1203室");
    let p = edit(b, zhou);
    p.schooling = Schooling { last: Stage::Vocational };
    p.id_card =
        Some(IdCard { issued_on: day(2017, 1, 16), valid_until: Some(day(2027, 1, 16)), lost: false });
    p.residence = Some(Residence {
        address: here.address,
        region: here.region,
        since: day(2025, 3, 10),
        reason: "employment",
        permit: None,
    });
    p.licence = Some(Licence {
        class: "C1",
        first_issued_on: day(2018, 6, 5),
        valid_until: Some(day(2034, 6, 5)),
        points: 3,
    });
    p.insured_since = Some(day(2025, 3, 17));
    p.continuous_since = p.insured_since;
    p.fund_monthly = yuan(1_200);
}

fn liu_yang(b: &mut Builder) {
    let away = at(b, "341226", "慎城镇示例新村31号");
    let household = b.household(&away, false);
    let liu = b.person("刘洋".into(), Sex::Male, day(1996, 5, 20), household, Relation::Head);
    let here = at(b, "330106005", "晴川路66号样本公寓2幢3单元602室");
    let p = edit(b, liu);
    p.schooling = Schooling { last: Stage::College };
    p.id_card = Some(IdCard { issued_on: day(2019, 6, 3), valid_until: Some(day(2039, 6, 3)), lost: false });
    p.residence = Some(Residence {
        address: here.address,
        region: here.region,
        since: day(2023, 1, 9),
        reason: "employment",
        permit: Some(("33010600000001".into(), day(2027, 1, 8))),
    });
    p.insured_since = Some(day(2023, 2, 15));
    p.continuous_since = p.insured_since;
    p.fund_monthly = yuan(1_600);
}

fn he_jun(b: &mut Builder) {
    let home = at(b, "330108001", "望湖街9号演示家园2幢1单元1801室");
    let household = b.household(&home, false);
    let he = b.person("何俊".into(), Sex::Male, day(1980, 1, 26), household, Relation::Head);
    let wife = b.person("叶静".into(), Sex::Female, day(1982, 6, 18), household, Relation::Spouse);
    b.married(he, wife, day(2008, 8, 8));
    let child = b.person("何奕辰".into(), Sex::Male, day(2011, 2, 14), household, Relation::Son);
    b.birth(wife, Some(he), Some(child), "何奕辰".into(), Sex::Male, day(2011, 2, 14));
    b.property(&[he, wife], &home, "residential", 12_800, day(2016, 3, 30), None);
    let p = edit(b, he);
    p.schooling = Schooling { last: Stage::College };
    p.id_card =
        Some(IdCard { issued_on: day(2006, 2, 1), valid_until: Some(day(2026, 12, 20)), lost: false });
    p.insured_since = Some(day(2003, 7, 15));
    p.continuous_since = Some(day(2015, 4, 15));
    p.fund_monthly = yuan(2_000);
    let p = edit(b, wife);
    p.schooling = Schooling { last: Stage::Bachelor };
    p.occupation = Occupation::Flexible { since: day(2012, 3, 1) };
    p.insured_since = Some(day(2012, 3, 1));
    p.continuous_since = p.insured_since;
    edit(b, child).schooling = Schooling { last: Stage::Bachelor };
}

fn xu_zihan(b: &mut Builder) {
    let home = at(b, "330102001", "书院路33号示例新村5幢3单元402室");
    let household = b.household(&home, false);
    let xu = b.person("徐子涵".into(), Sex::Female, day(2012, 5, 30), household, Relation::Daughter);
    let mother = b.person("金丽娟".into(), Sex::Female, day(1986, 10, 11), household, Relation::Head);
    b.birth(mother, None, Some(xu), "徐子涵".into(), Sex::Female, day(2012, 5, 30));
    let p = edit(b, xu);
    p.schooling = Schooling { last: Stage::Bachelor };
    p.id_card = Some(IdCard { issued_on: day(2023, 7, 6), valid_until: Some(day(2028, 7, 6)), lost: false });
    let p = edit(b, mother);
    p.schooling = Schooling { last: Stage::College };
    p.marriage = Marriage::Widowed { married_on: day(2010, 10, 10) };
    p.occupation = Occupation::Flexible { since: day(2015, 6, 1) };
    p.insured_since = Some(day(2015, 6, 1));
    p.continuous_since = p.insured_since;
}

fn shen_jie(b: &mut Builder) {
    let home = at(b, "330110012", "柳浪街77号演示小区4幢2单元603室");
    let household = b.household(&home, false);
    let shen = b.person("沈洁".into(), Sex::Female, day(1989, 9, 11), household, Relation::Head);
    let p = edit(b, shen);
    p.schooling = Schooling { last: Stage::College };
    p.id_card =
        Some(IdCard { issued_on: day(2016, 9, 20), valid_until: Some(day(2036, 9, 20)), lost: false });
    p.occupation = Occupation::Flexible { since: day(2013, 8, 1) };
    p.insured_since = Some(day(2013, 8, 1));
    p.continuous_since = p.insured_since;
    p.marriage = Marriage::Widowed { married_on: day(2014, 1, 4) };
    p.disagreement = Some(Disagreement { household_name: "沈小洁", marriage_missing: true });
}

fn li_xiulan(b: &mut Builder) {
    let home = at(b, "330102001", "长桥街12号示例新村2幢1单元101室");
    let household = b.household(&home, false);
    let li = b.person("李秀兰".into(), Sex::Female, day(1943, 2, 15), household, Relation::Head);
    b.property(&[li], &home, "residential", 5_480, day(2000, 8, 21), None);
    let p = edit(b, li);
    p.schooling = Schooling { last: Stage::Primary };
    p.id_card = Some(IdCard { issued_on: day(2013, 6, 7), valid_until: None, lost: false });
    p.marriage = Marriage::Widowed { married_on: day(1966, 5, 1) };
    p.occupation = Occupation::Retired {
        since: day(1998, 2, 15),
        pension: yuan(3_410),
        verified_on: day(2025, 9, 18),
        scheme: "employee",
    };
    p.insured_since = Some(day(1983, 2, 15));
    p.continuous_since = p.insured_since;
    p.elderly_allowance = false;
}

fn sun_hao(b: &mut Builder) {
    let home = at(b, "330102011", "荷风街5号示例花园11幢1单元704室");
    let household = b.household(&home, false);
    let sun = number_of(b, "孙浩", Sex::Male, day(1987, 6, 17), household, Relation::Head, "330104");
    let p = edit(b, sun);
    p.schooling = Schooling { last: Stage::Bachelor };
    p.id_card =
        Some(IdCard { issued_on: day(2006, 9, 15), valid_until: Some(day(2026, 9, 15)), lost: false });
    p.licence = Some(Licence {
        class: "C1",
        first_issued_on: day(2010, 12, 28),
        valid_until: Some(day(2026, 12, 28)),
        points: 0,
    });
    p.insured_since = Some(day(2010, 7, 15));
    p.continuous_since = p.insured_since;
}

fn yang_fan(b: &mut Builder) {
    let home = at(b, "330109003", "梅坞路20号演示家园6幢2单元302室");
    let household = b.household(&home, false);
    let yang = b.person("杨帆".into(), Sex::Male, day(2003, 8, 1), household, Relation::Head);
    let p = edit(b, yang);
    p.schooling = Schooling { last: Stage::College };
    p.id_card =
        Some(IdCard { issued_on: day(2019, 8, 20), valid_until: Some(day(2029, 8, 20)), lost: false });
    p.occupation = Occupation::None;
    p.service = Some(Service {
        category: "conscript",
        enlisted_on: day(2024, 9, 10),
        discharged_on: day(2026, 9, 10),
        grant_paid: false,
        card: false,
        entitled: None,
        allowance: 0,
    });
}

/// A person whose number is of another county than the household, since districts were merged.
fn number_of(
    b: &mut Builder,
    name: &str,
    sex: Sex,
    birth: Date,
    household: u32,
    relation: Relation,
    county: &str,
) -> PersonIndex {
    let county = RegionCode::parse(county).expect("a constant code");
    let home = std::mem::replace(&mut b.households[household as usize].region, county);
    let person = b.person(name.to_owned(), sex, birth, household, relation);
    b.households[household as usize].region = home;
    person
}

fn firms(b: &mut Builder, lin: PersonIndex) {
    let find = |b: &Builder, name: &str| {
        // Added just above.
        b.persons.iter().position(|p| p.name == name).expect("a demo person") as PersonIndex
    };
    let (he, zhao, zhou, sun) = (find(b, "何俊"), find(b, "赵文博"), find(b, "周明"), find(b, "孙浩"));
    let firm =
        |b: &mut Builder, kind, name: &str, industry: &'static Industry, town, rest, on, capital, who| {
            let home = at(b, town, rest);
            let region = home.region.at(Level::Township).unwrap_or(home.region);
            b.entity(kind, name.to_owned(), industry, region, home.address, on, capital, who)
        };
    let company = EntityKind::Company;
    let lake = firm(
        b,
        company,
        "杭州湖光餐饮有限公司",
        &INDUSTRIES[0],
        "330108001",
        "望湖街60号示例大厦101室",
        day(2015, 3, 18),
        100_000_000,
        he,
    );
    b.licence_entity(lake, "food_business", day(2022, 1, 10), 5);
    b.licence_entity(lake, "tobacco", day(2023, 4, 3), 5);
    let shop = firm(
        b,
        EntityKind::SoleTrader,
        "杭州市滨江区何记小吃店",
        &INDUSTRIES[0],
        "330108001",
        "望湖街62号",
        day(2021, 6, 1),
        0,
        he,
    );
    b.licence_entity(shop, "food_business", day(2021, 12, 20), 5);
    let tech = firm(
        b,
        company,
        "杭州知行信息技术有限公司",
        &INDUSTRIES[1],
        "330106005",
        "知行路1号示例大厦1201室",
        day(2018, 5, 8),
        500_000_000,
        zhao,
    );
    edit(b, he).occupation = Occupation::Employed { entity: lake, since: day(2015, 3, 18) };
    edit(b, zhao).occupation = Occupation::Employed { entity: tech, since: day(2018, 5, 8) };
    edit(b, lin).occupation = Occupation::Employed { entity: tech, since: day(2024, 6, 3) };
    edit(b, zhou).occupation = Occupation::Employed { entity: lake, since: day(2025, 3, 17) };
    edit(b, sun).occupation = Occupation::Unemployed {
        entity: tech,
        since: day(2019, 2, 18),
        ended: day(2026, 9, 28),
        reason: "employer_terminated",
    };
}
