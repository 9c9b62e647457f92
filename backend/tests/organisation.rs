//! Places are imported whole or not at all, once, and by nobody but the operator; and looked at by everybody.

use backend::Backend;
use backend::identity::{Actor, Denied};
use backend::organisation::regions::{PAGE, chain, children, find};
use backend::organisation::{ImportError, Imported, import_regions, load_shipped, shipped};
use backend::testing::Portal;
use domain::organisation::region::{Level, Region, RegionCode};
use domain::organisation::region_file::{RegionFile, Wrong};

mod common;
use common::*;

const FILE: &str = "code,zh,en\n33,浙江省,Zhejiang\n3301,杭州市,Hangzhou\n330106,西湖区,Xihu District\n";

fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

async fn import(backend: &Backend, text: &str) -> Result<Imported, ImportError> {
    import_regions(backend, &Actor::System, RegionFile::read(text)).await
}

async fn mistakes(backend: &Backend, text: &str) -> Vec<(usize, Wrong)> {
    match import(backend, text).await {
        Err(ImportError::Mistakes(mistakes)) => mistakes.into_iter().map(|m| (m.line, m.wrong)).collect(),
        other => panic!("{other:?}"),
    }
}

/// Subject and detail of every import on record.
async fn imports(backend: &Backend) -> Vec<(String, String)> {
    let mut tx = backend.db.read().await.unwrap();
    let records = storage::audit::page(&mut tx, -1, 0, 1_000).await.unwrap();
    let mine = records.into_iter().filter(|record| record.action == "organisation.import_regions");
    mine.map(|record| (record.actor_kind, record.detail)).collect()
}

fn codes(places: &[Region]) -> Vec<String> {
    places.iter().map(|place| place.code.to_string()).collect()
}

storage::contract! {
    async fn an_import_is_one_act_and_the_second_changes_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        assert_eq!(import(backend, FILE).await.unwrap(), Imported { places: 3, changed: 3 });
        let on_record = vec![("system".to_owned(), r#"{"places":3}"#.to_owned())];
        assert_eq!(imports(backend).await, on_record);
        assert_eq!(import(backend, FILE).await.unwrap(), Imported { places: 3, changed: 0 });
        assert_eq!(imports(backend).await, on_record, "nothing happened");
        let renamed = FILE.replace("西湖区", "新西湖区");
        assert_eq!(import(backend, &renamed).await.unwrap(), Imported { places: 3, changed: 1 });
        assert_eq!(imports(backend).await.len(), 2);
        assert_eq!(chain(backend, code("330106")).await.unwrap()[2].name.zh, "新西湖区");
        // What it lies in may be in the database.
        let below = "code,zh,en\n330106005,翠苑街道,Cuiyuan Subdistrict";
        assert_eq!(import(backend, below).await.unwrap(), Imported { places: 1, changed: 1 });
        trail_is_sound(backend).await;
    }

    async fn an_import_of_many_places_is_one_act_too(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let mut file = RegionFile::default();
        file.line("code,zh,en");
        for number in 0..5_000 {
            // Backwards: each place comes before the one it lies in.
            let (province, rest) = (11 + (4_999 - number) / 1_000, (4_999 - number) % 1_000);
            let place = if rest == 0 { province.to_string() } else { format!("{province}0000{rest:03}") };
            file.line(&format!("{place},地,Place"));
        }
        let done = import_regions(backend, &Actor::System, file.clone()).await.unwrap();
        assert_eq!(done, Imported { places: 5_000, changed: 5_000 });
        assert_eq!(imports(backend).await.len(), 1);
        assert_eq!(import_regions(backend, &Actor::System, file).await.unwrap().changed, 0);
        let mut seen = Vec::new();
        let mut page = children(backend, Some(code("11")), None).await.unwrap();
        while let Some(next) = page.next {
            assert_eq!(page.places.len(), PAGE);
            seen.append(&mut page.places);
            page = children(backend, Some(code("11")), Some(next)).await.unwrap();
        }
        seen.append(&mut page.places);
        let expected: Vec<String> = (1..1_000).map(|n| format!("110000{n:03}")).collect();
        assert_eq!(codes(&seen), expected);
    }

    async fn a_file_with_mistakes_is_refused_whole(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let long = "长".repeat(61);
        let text = format!("{FILE}3399,{long},A\n330106,又,Again\n44x,错,Wrong\n440106,天河区,Tianhe District\n");
        assert_eq!(
            mistakes(backend, &text).await,
            [
                (5, Wrong::TooLong),
                (6, Wrong::Duplicate { code: code("330106"), first: 4 }),
                (7, Wrong::Code),
                (8, Wrong::Orphan { code: code("440106"), parent: code("4401") }),
            ]
        );
        assert_eq!(chain(backend, code("33")).await.unwrap(), []);
        assert_eq!(imports(backend).await, []);
    }

    async fn nobody_but_the_operator_imports(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        for actor in [Actor::Anonymous, portal.citizen(LIN).await, clerk(backend, POLICE)] {
            let refused = import_regions(backend, &actor, RegionFile::read(FILE)).await;
            assert!(matches!(refused, Err(ImportError::Denied(Denied::Forbidden))), "{refused:?}");
        }
        assert_eq!(chain(backend, code("33")).await.unwrap(), []);
    }

    async fn what_ships_is_loaded_once_into_a_database_without_places(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let all = shipped();
        assert_eq!(load_shipped(backend).await.unwrap(), all.len() as u64);
        assert_eq!(imports(backend).await, [("system".to_owned(), format!(r#"{{"places":{}}}"#, all.len()))]);
        assert_eq!(load_shipped(backend).await.unwrap(), 0);
        assert_eq!(imports(backend).await.len(), 1);

        let provinces = children(backend, None, None).await.unwrap();
        assert_eq!((provinces.places.len(), provinces.next), (34, None));
        // 市辖区 stands there for the code alone.
        let beijing = children(backend, Some(code("11")), None).await.unwrap().places;
        assert!(beijing.iter().all(|place| place.code.level() == Level::County), "{beijing:?}");
        assert!(codes(&beijing).contains(&"110101".to_owned()));
        assert_eq!(codes(&chain(backend, code("110101")).await.unwrap()), ["11", "110101"]);
        assert_eq!(codes(&chain(backend, code("1101")).await.unwrap()), ["11", "1101"]);
        let town = children(backend, Some(code("330106005")), None).await.unwrap();
        assert!(town.places.iter().all(|place| place.code.level() == Level::Village) && !town.places.is_empty());
    }

    async fn a_database_with_places_of_its_own_keeps_them(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        import(backend, "code,zh,en\n44,广东省,Guangdong").await.unwrap();
        assert_eq!(load_shipped(backend).await.unwrap(), 0);
        assert_eq!(codes(&children(backend, None, None).await.unwrap().places), ["44"]);
    }

    async fn places_are_found_by_code_and_by_how_their_names_begin(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let text = format!(
            "{FILE}330106005,西湖街道,Xihu Subdistrict\n330106005001,西湖村,Xihu Village\n330106005001001,西湖网格,Xihu Grid\n\
             11,北京市,Beijing\n1101,市辖区,City districts\n110101,东城区,Dongcheng District\n"
        );
        import(backend, &text).await.unwrap();
        let found = async |within: Option<&str>, words: &str| {
            let found = find(backend, within.map(code), words).await.unwrap();
            found.into_iter().map(|f| format!("{} {}", f.place.code, codes(&f.above).join("/"))).collect::<Vec<_>>()
        };
        let near = ["330106005 33/3301/330106", "330106005001 33/3301/330106/330106005"];
        let grid = "330106005001001 33/3301/330106/330106005/330106005001";
        assert_eq!(found(None, " 西湖 ").await, ["330106 33/3301", near[0], near[1]]);
        assert_eq!(found(None, "XIHU").await.len(), 3);
        assert_eq!(found(Some("330106"), "西湖").await, [near[0], near[1], grid], "not the place itself");
        assert_eq!(found(Some("11"), "西湖").await, Vec::<String>::new());
        assert_eq!(found(None, "110101").await, ["110101 11"]);
        assert_eq!(found(Some("33"), "110101").await, Vec::<String>::new());
        for nothing in ["", "  ", "市辖区", "99", "\0", &"西".repeat(61)] {
            assert_eq!(found(None, nothing).await, Vec::<String>::new(), "{nothing:?}");
        }
    }
}
