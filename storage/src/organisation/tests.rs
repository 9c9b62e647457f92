//! Places are found by their code, by what they lie in and by name: on both engines.

use std::collections::BTreeSet;

use domain::organisation::region::{Level, Region, RegionCode};
use domain::text::Text;

use super::regions;
use crate::{Db, Error, contract};

fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a code")
}

fn region(code_: &str, zh: &str, en: &str) -> Region {
    Region { code: code(code_), name: Text::new(zh, en) }
}

async fn put(db: &Db, places: &[Region]) -> u64 {
    let places = places.to_vec();
    let done: Result<u64, Error> =
        db.write(move |tx| Box::pin(async move { regions::put(tx, &places).await })).await;
    done.expect("put places")
}

fn zhejiang() -> Vec<Region> {
    vec![
        region("33", "浙江省", "Zhejiang"),
        region("3301", "杭州市", "Hangzhou"),
        region("330106", "西湖区", "Xihu District"),
        region("330106005", "翠苑街道", "Cuiyuan Subdistrict"),
        region("330106005001", "翠苑一区社区", "Cuiyuanyiqu Community"),
        region("330106005001001", "第一网格", "Grid 1"),
        region("330106005001002", "第二网格", "Grid 2"),
        region("330106109", "西湖镇", "Xihu Town"),
        region("330109", "萧山区", "Xiaoshan District"),
        region("3302", "宁波市", "Ningbo"),
        region("65", "新疆维吾尔自治区", "Xinjiang"),
        region("6501", "乌鲁木齐市", "Ürümqi"),
    ]
}

fn codes(found: &[Region]) -> Vec<String> {
    found.iter().map(|region| region.code.to_string()).collect()
}

/// Every code with 0, 1 or 2 in each place below two provinces, so that there are places at every level, zeros in the
/// middle of a code included.
fn everywhere() -> Vec<Region> {
    let mut all = Vec::new();
    for number in 0..2 * 3_i64.pow(5) {
        let mut digits = number;
        let mut next = |base| {
            let digit = digits % base;
            digits /= base;
            digit
        };
        let (p, c, n, t, v, g) = (next(2), next(3), next(3), next(3), next(3), next(3));
        let number = (((((11 + p) * 100 + c) * 100 + n) * 1000 + t) * 1000 + v) * 1000 + g;
        let code = RegionCode::from_i64(number).expect("a code");
        all.push(Region { code, name: Text::new("地", "Place") });
    }
    all
}

contract! {
    async fn putting_again_changes_what_has_another_name_only(t: &TestDb) {
        let db = t.db();
        assert!(!regions::any(&mut db.read().await.expect("read")).await.expect("look"));
        // More than one statement takes, and some left over.
        let mut places: Vec<Region> = (10..99)
            .map(|n| region(&n.to_string(), &format!("省{n}"), &format!("Province {n}")))
            .collect();
        assert_eq!(put(&db, &places).await, 89);
        assert!(regions::any(&mut db.read().await.expect("read")).await.expect("look"));
        assert_eq!(put(&db, &places).await, 0);
        places[3].name.zh = "新名".into();
        places[88].name.en = "New name".into();
        assert_eq!(put(&db, &places).await, 2);
        let mut tx = db.read().await.expect("read");
        assert_eq!(regions::by_code(&mut tx, code("13")).await.expect("look"), Some(places[3].clone()));
        assert_eq!(regions::by_code(&mut tx, code("1301")).await.expect("look"), None);
        let asked: Vec<RegionCode> = places.iter().map(|place| place.code).chain([code("1301")]).collect();
        let found: BTreeSet<i64> =
            regions::by_codes(&mut tx, &asked).await.expect("look").iter().map(|r| r.code.as_i64()).collect();
        assert_eq!(found, places.iter().map(|place| place.code.as_i64()).collect());
        let found = regions::named(&mut tx, None, "new", 9).await.expect("look");
        assert_eq!(codes(&found), ["98"], "the new name is searched");
        assert_eq!(regions::named(&mut tx, None, "province 98", 9).await.expect("look"), []);
    }

    async fn what_lies_right_below_is_told_page_by_page(t: &TestDb) {
        let db = t.db();
        put(&db, &zhejiang()).await;
        let mut tx = db.read().await.expect("read");
        let found = regions::children(&mut tx, None, None, 9).await.expect("look");
        assert_eq!(codes(&found), ["33", "65"]);
        let found = regions::children(&mut tx, None, Some(code("33")), 9).await.expect("look");
        assert_eq!(codes(&found), ["65"]);
        let found = regions::children(&mut tx, Some(code("33")), None, 1).await.expect("look");
        assert_eq!(codes(&found), ["3301"]);
        let found = regions::children(&mut tx, Some(code("33")), Some(found[0].code), 1).await.expect("look");
        assert_eq!(codes(&found), ["3302"]);
        assert_eq!(regions::children(&mut tx, Some(code("3302")), None, 9).await.expect("look"), []);
        let found = regions::chain(&mut tx, code("330106005001002")).await.expect("look");
        assert_eq!(
            codes(&found),
            ["33", "3301", "330106", "330106005", "330106005001", "330106005001002"]
        );
        let found = regions::chain(&mut tx, code("330199001")).await.expect("look");
        assert_eq!(codes(&found), ["33", "3301"], "what is there");
    }

    async fn a_range_is_what_lies_within(t: &TestDb) {
        let db = t.db();
        let all = everywhere();
        assert_eq!(put(&db, &all).await, all.len() as u64);
        let mut tx = db.read().await.expect("read");
        for place in &all {
            let within = |other: &&Region| {
                other.code != place.code && other.code.ancestry().any(|above| above == place.code)
            };
            let mut expected: Vec<RegionCode> = all.iter().filter(within).map(|r| r.code).collect();
            expected.sort();
            let found = regions::under(&mut tx, place.code, None, None, 10_000).await.expect("look");
            assert_eq!(found.iter().map(|r| r.code).collect::<Vec<_>>(), expected, "{}", place.code);
            let children = regions::children(&mut tx, Some(place.code), None, 10_000).await.expect("look");
            expected.retain(|other| other.parent() == Some(place.code));
            assert_eq!(children.iter().map(|r| r.code).collect::<Vec<_>>(), expected, "{}", place.code);
        }
    }

    async fn what_lies_within_is_told_by_level(t: &TestDb) {
        let db = t.db();
        put(&db, &zhejiang()).await;
        let mut tx = db.read().await.expect("read");
        let place = code("3301");
        let found = regions::under(&mut tx, place, Some(Level::Township), None, 9).await.expect("look");
        assert_eq!(codes(&found), ["330106005", "330106109"]);
        let after = Some(code("330106005"));
        let found = regions::under(&mut tx, place, Some(Level::Township), after, 9).await.expect("look");
        assert_eq!(codes(&found), ["330106109"]);
        let found = regions::under(&mut tx, place, None, after, 2).await.expect("look");
        assert_eq!(codes(&found), ["330106005001", "330106005001001"]);
        // A cursor from before the place.
        let found = regions::under(&mut tx, code("3302"), None, after, 9).await.expect("look");
        assert_eq!(codes(&found), Vec::<String>::new());
    }

    async fn names_are_found_by_how_they_begin(t: &TestDb) {
        let db = t.db();
        put(&db, &zhejiang()).await;
        let mut tx = db.read().await.expect("read");
        for (within, beginning, expected) in [
            (None, "西湖", &["330106", "330106109"][..]),
            (None, "xIhu", &["330106", "330106109"]),
            (None, "ürü", &["6501"]),
            (None, "Ürü", &["6501"]),
            (Some("3302"), "西湖", &[]),
            (Some("330106"), "西湖", &["330106", "330106109"]),
            (Some("330106109"), "西湖", &["330106109"]),
            (None, "湖", &[]),
            (None, "%", &[]),
            (None, "第", &[]),
            (Some("330106005"), "第一", &["330106005001001"]),
            (Some("330106005001"), "grid", &["330106005001001", "330106005001002"]),
        ] {
            let found = regions::named(&mut tx, within.map(code), beginning, 9).await.expect("look");
            assert_eq!(codes(&found), expected, "{beginning} in {within:?}");
        }
        assert_eq!(regions::named(&mut tx, None, "西", 1).await.expect("look").len(), 1);
    }
}
