//! The program as operators meet it: every subcommand, what it refuses and with which words, and what it leaves on disk
//! and in its log.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

mod support;
use support::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

async fn json(url: &str) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(url).send().await.unwrap().json().await.unwrap()
}

#[test]
fn started_without_demo_it_is_an_empty_safe_production_portal() {
    block_on(async {
        let folder = Folder::new();
        let config = folder.config("public_url = 'https://zwfw.example.cn'");
        // The address to reach it is not the public one.
        let mut server = start("serve --listen 127.0.0.1:0", &config).until("ready");
        server.url = listening(&server).await;

        let data = folder.data();
        assert_eq!((mode(&data), mode(&data.join("keys.toml"))), (0o700, 0o600));

        let mut browser = Browser::new();
        for path in ["/demo/gallery", "/demo/islands", "/demo/outbox"] {
            assert_eq!(browser.get(&server, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let services = json(&format!("{}/api/v1/services", server.url)).await;
        assert_eq!(services["services"].as_array().map(Vec::len), Some(0), "{services}");

        let attempt = [("login", "gongan"), ("password", "zhangban demo 2026"), ("next", "/staff")];
        let page = browser.post(&server, "/staff/sign-in", &attempt).await;
        assert_eq!(
            (page.status, &*page.location),
            (StatusCode::SEE_OTHER, "/staff/sign-in?next=/staff&checked#error-summary")
        );
        assert!(page.set_cookie.starts_with("__Host-session="), "{}", page.set_cookie);
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(page.set_cookie.split("; ").any(|a| a == attribute), "{}", page.set_cookie);
        }

        let db =
            storage::Db::open(&format!("sqlite:{}", data.join("zhangban.sqlite").display())).await.unwrap();
        let staff = storage::identity::staff::page(&mut db.read().await.unwrap(), "", 10).await.unwrap();
        assert_eq!(staff, []);
        db.close().await;
        server.stop();
    });
}

/// Where a server listens that says only its public address.
async fn listening(server: &Process) -> String {
    until("it says where it listens", async || {
        let log = server.log();
        let entry = log.lines().find(|line| line.contains("\"listen\""))?;
        let entry: Value = serde_json::from_str(entry).ok()?;
        Some(format!("http://{}", entry["listen"].as_str()?))
    })
    .await
}

#[test]
fn what_cannot_be_meant_is_refused_in_words() {
    let folder = Folder::new();
    for (settings, words) in [
        ("public_url = 'http://zwfw.example.cn'", "is not https://"),
        ("public_url = 'zwfw.example.cn'", "http:// or https://"),
        ("listne = '127.0.0.1:0'", "unknown field: found `listne`"),
        ("[limits]\nform_byte = 1", "found `form_byte`"),
        ("[registers.houshold]\nurl = 'https://a'", "no register \"houshold\""),
        (
            "[registers.vehicles]\nurl = 'https://a'\ntimeout_ms = 1",
            "registers.vehicles.timeout_ms: must be 100",
        ),
        ("[limits]\nconcurrent_requests = 0", "limits.concurrent_requests must be from 1 to 100000: found 0"),
        ("[limits]\nrequest_seconds = 0", "limits.request_seconds must be from 1 to 3600: found 0"),
        ("security_contact = 'me'", "security_contact"),
        ("database_url = 'mysql://a/b'", "must begin with sqlite: or postgres://"),
        ("[log]\nlevel = 'info,,=='", "filter"),
    ] {
        let said = told("serve --listen 127.0.0.1:0", &folder.config(settings));
        assert_eq!(said.code, Some(1), "{settings}: {}", said.text);
        assert!(said.text.contains(words), "{settings}: {}", said.text);
    }
    let said = told("doctor", Path::new("/nowhere/zhangban.toml"));
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains("there is no configuration file /nowhere/zhangban.toml"), "{}", said.text);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = told(&format!("serve --listen {address}"), &folder.config(""));
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains(&format!("cannot listen on {address}")), "{}", said.text);
}

#[test]
fn the_environment_names_a_postgresql() {
    storage::testing::empty_postgres(|database| {
        let folder = Folder::new();
        let config = folder.config("");
        let mut command = zhangban(&["serve", "--listen", "127.0.0.1:0", "--config"]);
        command.arg(&config).env("DATABASE_URL", database).env("ZHANGBAN_LOG__FORMAT", "json");
        let log = launch(&mut command).until("ready").stop();
        assert!(log.contains(r#""engine":"postgresql""#), "{log}");
        assert!(!folder.data().join("zhangban.sqlite").exists());
    });
}

#[test]
fn a_form_of_100_000_characters_is_answered_by_its_page() {
    block_on(async {
        let folder = Folder::new();
        let server = serve(&folder.config(""));
        let mut browser = Browser::new();
        let text = "长".repeat(100_000);
        // Nine bytes a character on the way.
        assert_eq!(
            browser.go(&server, "/sign-in", &[("phone", &text), ("next", "/")]).await,
            "/sign-in?checked#error-summary"
        );
        assert!(browser.get(&server, "/sign-in?checked#error-summary").await.text.contains("error-summary"));
        let page = browser.post(&server, "/sign-in", &[("phone", &text.repeat(2)), ("next", "/")]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.text.contains("提交的内容太大"), "in words");
    });
}

#[test]
fn a_worker_delivers_what_a_server_without_jobs_leaves() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let config = folder.config(&format!("jobs = false\n{}", world.settings));
        let server = serve(&config);
        let lin = demo_person("林晓雨");
        Browser::new().go(&server, "/sign-in", &[("phone", lin.phone), ("next", "/")]).await;
        let metrics = Browser::new().get(&server, "/metrics").await.text;
        assert!(metrics.contains("outbox_pending{topic=\"sms\"} 1"), "{metrics}");
        assert_eq!(world.gateway.0.borrow().len(), 0);
        let worker = start("worker", &config).until("working");
        let message = world.gateway.first("sign-in-code").await;
        assert_eq!(message["to"], lin.phone);
        worker.stop();
        server.stop();
    });
}

#[test]
fn a_member_of_staff_is_made_signs_in_and_is_closed() {
    block_on(async {
        let folder = Folder::new();
        let config = folder.config("");
        let create = "admin create-staff zhao.min --name 赵敏 --role intake --role decide --department";
        let said = told(&format!("{create} police"), &config);
        assert_eq!(said.code, Some(1));
        assert!(said.text.contains("there is no department police"), "{}", said.text);
        let first = password(&done(&format!("{create} public-security"), &config));
        assert!(told(&format!("{create} public-security"), &config).text.contains("zhao.min is taken"));

        let server = serve(&config);
        assert_eq!(enter(&server, &first).await.1, "/staff/password", "a password of one's own comes first");
        let second = password(&done("admin reset-password zhao.min", &config));
        assert_eq!(enter(&server, &first).await.1, "/staff/sign-in?next=/staff&checked#error-summary");
        let (mut browser, to) = enter(&server, &second).await;
        assert_eq!(to, "/staff/password");
        let chosen = "correct horse battery staple 47";
        let form = [("present", &*second), ("new", chosen), ("repeat", chosen)];
        browser.post(&server, "/staff/password", &form).await;
        assert_eq!(
            browser.get(&server, "/staff").await.location,
            "/staff/second-factor",
            "required in production"
        );
        assert_eq!(browser.get(&server, "/staff/second-factor").await.status, StatusCode::OK);
        let said = told("admin reset-second-factor zhao.min", &config);
        assert!(said.text.contains("the account zhao.min has no second factor"), "{}", said.text);

        assert!(done("admin close-staff zhao.min", &config).contains("zhao.min"));
        assert_eq!(browser.get(&server, "/staff").await.location, "/staff/sign-in?next=/staff");
        assert_eq!(enter(&server, chosen).await.1, "/staff/sign-in?next=/staff&checked#error-summary");
        for words in ["close-staff", "reset-password", "reset-second-factor"]
            .map(|verb| format!("admin {verb} nobody"))
        {
            let said = told(&words, &config);
            assert_eq!(said.code, Some(1));
            assert!(said.text.contains("there is no account nobody"), "{}", said.text);
        }
        assert!(done("audit verify", &config).contains("sound"));
        server.stop();
    });
}

fn password(said: &str) -> String {
    said.trim().rsplit(": ").next().expect("a password at the end").to_owned()
}

async fn enter(server: &Process, password: &str) -> (Browser, String) {
    let mut browser = Browser::new();
    let form = [("login", "zhao.min"), ("password", password), ("next", "/staff")];
    let to = browser.go(server, "/staff/sign-in", &form).await;
    (browser, to)
}

#[test]
fn doctor_says_what_is_missing() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let mail = world.mail();
        let config = folder.config(&format!("{}{mail}", world.settings));
        let said = told("doctor", &config);
        assert_eq!(said.code, Some(1), "not migrated yet: {}", said.text);
        assert!(said.text.contains("missing  migrations: "), "{}", said.text);
        done("catalog import", &config);
        let text = done("doctor", &config);
        assert!(!text.contains("missing"), "{text}");
        for good in [
            "configuration",
            "site",
            "keys",
            "register household",
            "SMS gateway",
            "mail server",
            "database",
            "outbox",
        ] {
            assert!(text.contains(&format!("ok       {good}: ")), "{good}: {text}");
        }

        let config = folder.config(&mail);
        let said = told("doctor", &config);
        assert_eq!(said.code, Some(1));
        for bad in ["register household: no address", "SMS gateway: no address"] {
            assert!(said.text.contains(&format!("missing  {bad}")), "{bad}: {}", said.text);
        }
        fs::write(folder.data().join("keys.toml"), "current = 1").unwrap();
        let config = folder.config("database_url = 'postgres://nobody@127.0.0.1:1/none'");
        let said = told("doctor", &config);
        assert_eq!(said.code, Some(1));
        for bad in ["keys", "database"] {
            assert!(said.text.contains(&format!("missing  {bad}: ")), "{bad}: {}", said.text);
        }
    });
}

#[test]
fn audit_verify_names_the_place_that_was_changed() {
    block_on(async {
        let folder = Folder::new();
        let config = folder.config("");
        done("catalog import", &config);
        done("admin create-staff zhao.min --name 赵敏 --department public-security --role audit", &config);
        assert!(done("audit verify", &config).contains("the audit trail is sound: "));
        let address = format!("sqlite:{}", folder.data().join("zhangban.sqlite").display());
        let db = storage::Db::open(&address).await.unwrap();
        let change =
            "UPDATE audit_entries SET subject_id = 'somebody else' WHERE action = 'identity.create_staff'";
        storage::testing::as_owner(&db, change).await;
        db.close().await;
        let said = told("audit verify", &config);
        assert_eq!(said.code, Some(1));
        assert!(said.text.contains("the audit trail has been changed: lane "), "{}", said.text);
        assert!(said.text.contains("the content is not what was hashed"), "{}", said.text);
    });
}

#[test]
fn what_was_cut_off_with_its_head_and_checkpoint_shows_in_the_file() {
    block_on(async {
        let folder = Folder::new();
        let config = folder.config("");
        let create = |login: &str| {
            let department = "--department public-security --role audit";
            done(&format!("admin create-staff {login} --name 赵敏 {department}"), &config)
        };
        create("zhao.min");
        let file = folder.data().join("audit-checkpoints.jsonl");
        let server = serve(&config);
        until("a checkpoint is made", async || {
            fs::read_to_string(&file).ok().filter(|text| text.ends_with('\n'))
        })
        .await;
        assert!(server.stop().contains(r#""message":"audit checkpoint""#));
        assert_eq!(mode(&file), 0o600);
        let said = done("audit verify", &config);
        // The offices, the account with its post and its appointment, and the places that ship.
        assert!(said.contains("1 checkpoints\nand reaches all 1 in "), "{said}");

        let address = format!("sqlite:{}", folder.data().join("zhangban.sqlite").display());
        let db = storage::Db::open(&address).await.unwrap();
        let cut = "DELETE FROM audit_checkpoints; DELETE FROM audit_entries WHERE lane = 0;
            UPDATE audit_heads SET seq = 0, hash = zeroblob(32) WHERE lane = 0";
        storage::testing::as_owner(&db, cut).await;
        db.close().await;
        let shipped = folder.0.join("shipped.jsonl");
        fs::rename(&file, &shipped).unwrap();
        let said = done("audit verify", &config);
        assert!(said.contains("there is no file of checkpoints"), "{said}");
        let said = told(&format!("audit verify --checkpoints {}", shipped.display()), &config);
        assert_eq!(said.code, Some(1));
        assert!(
            said.text.contains("lane 0: ends at entry 0, but had 5, as checkpoint 1 in line 1"),
            "{}",
            said.text
        );
    });
}

#[test]
fn a_database_in_use_takes_no_other_key_ring() {
    let folder = Folder::new();
    let config = folder.config("");
    done("catalog import", &config);
    let (keys, kept) = (folder.data().join("keys.toml"), folder.0.join("kept.toml"));
    fs::rename(&keys, &kept).unwrap();
    let commands = [
        "serve --listen 127.0.0.1:0",
        "worker",
        "doctor",
        "catalog import",
        "catalog export out",
        "outbox list",
    ];
    for command in commands {
        let said = told(command, &config);
        assert_eq!(said.code, Some(1), "{command}: {}", said.text);
        let words = format!("the key ring {} is missing, but the database is in use", keys.display());
        assert!(said.text.contains(&words), "{command}: {}", said.text);
        assert!(!keys.exists(), "{command} made another one");
    }
    // The ring of another portal.
    let other = Folder::new();
    done("catalog import", &other.config(""));
    fs::copy(other.data().join("keys.toml"), &keys).unwrap();
    for command in commands {
        let said = told(command, &config);
        assert_eq!(said.code, Some(1), "{command}: {}", said.text);
        let words =
            format!("the key ring {} is not the one that this database was written with", keys.display());
        assert!(said.text.contains(&words), "{command}: {}", said.text);
    }
    // With the right key and another index, nobody would be found any more.
    let mut mixed = fs::read_to_string(&kept).unwrap();
    let first = mixed.find("index = \"").unwrap() + "index = \"".len();
    let other = if mixed.as_bytes()[first] == b'A' { "B" } else { "A" };
    mixed.replace_range(first..=first, other);
    fs::write(&keys, mixed).unwrap();
    assert!(told("outbox list", &config).text.contains("its index key is another one"));
    fs::copy(&kept, &keys).unwrap();
    done("outbox list", &config);
    serve(&config).stop();
}

#[test]
fn the_sealing_key_is_rotated_while_the_portal_runs() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let config = folder.config(&world.settings);
        let keys = folder.data().join("keys.toml");
        assert!(told("keys rotate", &config).text.contains("there is no such file"));
        done("catalog import", &config);
        let server = serve(&config);
        let lin = demo_person("林晓雨");
        let mut browser = Browser::new();
        browser.sign_in(&server, &world.gateway, &lin).await;
        let case = browser.go(&server, "/cases", &[("service", SERVICE)]).await;
        let case = case.split('/').take(3).collect::<Vec<_>>().join("/");
        browser.go(&server, &format!("{case}/steps/purpose"), &[("purpose", "school")]).await;
        browser.go(&server, &format!("{case}/submit"), &[]).await;
        assert!(browser.get(&server, "/certificates").await.text.contains(lin.name));
        server.stop();

        assert!(done("keys add", &config).contains("has the key 2; values are still sealed with 1"));
        assert!(done("keys rotate", &config).contains("values are sealed with the key 2"));
        assert_eq!(mode(&keys), 0o600);
        let whole = fs::read_to_string(&keys).unwrap();
        let new_only: String =
            whole.lines().filter(|line| !line.starts_with("1 = ")).map(|line| format!("{line}\n")).collect();
        fs::write(&keys, &new_only).unwrap();
        assert!(told("serve --listen 127.0.0.1:0", &config).text.contains("it has no key 1"));
        fs::write(&keys, whole).unwrap();

        let server = serve(&config);
        let address = format!("sqlite:{}", folder.data().join("zhangban.sqlite").display());
        let db = storage::Db::open(&address).await.unwrap();
        storage::testing::as_owner(&db, "DELETE FROM form_drafts").await;
        db.close().await;
        let said = done("keys reseal", &config);
        for line in
            ["persons.phone: 1 sealed anew", "certificates.credential: 1 sealed anew", "the key 1 is unused"]
        {
            assert!(said.contains(line), "{line}: {said}");
        }
        assert!(done("keys reseal", &config).contains("0 values sealed anew with the key 2"));
        assert!(browser.get(&server, "/certificates").await.text.contains(lin.name));
        server.stop();
        fs::write(&keys, &new_only).unwrap();
        let server = serve(&config);
        assert!(browser.get(&server, "/certificates").await.text.contains(lin.name));
        server.stop();
        assert!(done("audit verify", &config).contains("sound"));
    });
}

#[test]
fn places_are_imported_whole_or_not_at_all() {
    let folder = Folder::new();
    let config = folder.config("");
    let import = |file: &Path| say(zhangban(&["regions", "import"]).arg(file).arg("--config").arg(&config));
    let sound = "code,zh,en\n33,浙江省,Zhejiang\n3301,杭州市,Hangzhou\n330106,西湖区,Xihu District\n";
    let long = "长".repeat(61);
    let wrong =
        format!("{sound}330199,{long},A\n330106,又,Again\n44x,错,Wrong\n440106,天河区,Tianhe District\n44\n");
    let file = folder.write("wrong.csv", &wrong);
    let said = import(&file);
    assert_eq!(said.code, Some(1));
    let lines: Vec<&str> = said.text.lines().collect();
    let [long, twice, code, orphan, columns, last] = lines[..] else { panic!("{}", said.text) };
    for (line, number, words) in [
        (long, 5, "a name is too long"),
        (twice, 6, "330106 is in line 4 already"),
        (code, 7, "not the code of a region"),
        (orphan, 8, "440106 lies in 4401, which is neither in the file nor in the database"),
        (columns, 9, "want code,zh,en"),
    ] {
        assert!(line.starts_with(&format!("{}:{number}: {words}", file.display())), "{line}");
    }
    assert_eq!(last, "5 mistakes; nothing was changed");
    assert_eq!(done("regions list", &config), "");

    let file = folder.write("sound.csv", sound);
    assert_eq!(import(&file).text, "3 places: 3 new or renamed, 0 unchanged\n");
    assert_eq!(import(&file).text, "3 places: 0 new or renamed, 3 unchanged\n");
    let mut command = zhangban(&["regions", "import", "-", "--config"]);
    let more = "code,zh,en\r\n330106,西湖区,West Lake District\r\n330106005,翠苑街道,Cuiyuan Subdistrict\r\n";
    let typed = folder.write("typed.csv", more);
    let said = say(command.arg(&config).stdin(fs::File::open(typed).unwrap()));
    assert_eq!((said.code, &*said.text), (Some(0), "2 places: 2 new or renamed, 0 unchanged\n"));

    assert_eq!(done("regions list", &config), "33,浙江省,Zhejiang\n");
    let said = done("regions list 330106", &config);
    assert_eq!(
        said,
        "330106,浙江省杭州市西湖区,West Lake District\n330106005,翠苑街道,Cuiyuan Subdistrict\n"
    );
    let said = told("regions list 3302", &config);
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains("there is no place 3302"), "{}", said.text);
    let said = told("regions list 330", &config);
    assert!(said.code == Some(2) && said.text.contains("not the code of a region"), "{}", said.text);
    let said = import(Path::new("/nowhere.csv"));
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains("cannot read /nowhere.csv"), "{}", said.text);
    assert!(done("audit verify", &config).contains("the audit trail is sound: 3 entries"));
}

#[test]
fn places_that_ship_are_there_after_the_first_start_and_are_opened_level_by_level() {
    block_on(async {
        let folder = Folder::new();
        let config = folder.config("");
        let server = serve(&config);
        let mut browser = Browser::new();
        let page = browser.get(&server, "/organisation").await;
        assert!(
            page.text.contains("浙江省") && page.text.contains("href=\"/organisation/33\""),
            "{}",
            page.text
        );
        let page = browser.get(&server, "/organisation/330106005").await;
        assert_eq!(page.status, StatusCode::OK);
        for part in
            ["翠苑街道", "乡镇（街道）", "href=\"/organisation/330106\"", "/organisation/330106005001"]
        {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        assert!(!page.text.contains("<script"), "a page to read");
        let page = browser.get(&server, "/organisation/330106?q=%E7%BF%A0%E8%8B%91").await;
        assert!(page.text.contains("浙江省杭州市西湖区 · 乡镇（街道）"), "{}", page.text);
        let page = browser.get(&server, "/organisation/330106?q=%3Cb%3E").await;
        assert!(page.text.contains("没有找到") && !page.text.contains("<b>"), "{}", page.text);
        let page = browser.get(&server, "/organisation/330100").await;
        assert_eq!((page.status, &*page.location), (StatusCode::SEE_OTHER, "/organisation/3301"));
        for nothing in ["330199", "330106005999", "33010", "zhejiang", "%00"] {
            let page = browser.get(&server, &format!("/organisation/{nothing}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{nothing}");
        }
        server.stop();
        // A second start finds them.
        assert!(!serve(&config).stop().contains("the places that ship"));
        assert!(done("regions list 330106005", &config).lines().count() > 5);
    });
}

#[test]
fn definitions_are_checked_published_and_written_out_the_same() {
    let folder = Folder::new();
    let config = folder.config("");
    let (_, sound) = backend::catalog::embedded_services().into_iter().next().unwrap();
    let wrong = sound.replacen("department = \"", "department = \"no-", 1);
    let line = wrong.lines().position(|l| l.starts_with("department = ")).unwrap() + 1;
    let file = folder.write("wrong.toml", &wrong);
    let check = |file: &Path| say(zhangban(&["catalog", "check", "--language", "en"]).arg(file));
    let said = check(&file);
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains(&format!("{}:{line}: ", file.display())), "{}", said.text);

    let said = say(&mut zhangban(&["catalog", "check"]));
    assert_eq!(said.code, Some(0), "{}", said.text);
    let count = backend::catalog::embedded_services().len();
    let bundles = backend::catalog::embedded_bundles().len();
    let all = count + bundles;
    assert!(done("catalog import", &config).ends_with(&format!("{all} published, 0 unchanged\n")));
    let out = folder.0.join("out");
    let (out_path, words) = (out.display().to_string(), "catalog export");
    assert!(done(&format!("{words} {out_path}"), &config).starts_with(&format!("{count} definitions")));
    assert_eq!(check(&out).code, Some(0));
    let again = done(&format!("catalog import {out_path}"), &config);
    assert_eq!(again, format!("0 published, {count} unchanged\n"));
    let again = done(&format!("catalog import {out_path}/bundles"), &config);
    assert_eq!(again, format!("0 published, {bundles} unchanged\n"));
}

#[test]
fn registers_serves_the_stand_ins_with_their_description() {
    block_on(async {
        let mut command = zhangban(&["registers", "--listen", "127.0.0.1:0", "--token", "t"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut said).unwrap();
        let url = said.split_whitespace().find(|word| word.starts_with("http://")).expect(&said).to_owned();
        let described = json(&format!("{url}/openapi.json")).await;
        assert!(described["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{described}");
        assert!(described["paths"].as_object().is_some_and(|paths| paths.len() >= 12));
        drop(child.kill());
        child.wait().unwrap();
    });
}

/// A connection of its own, which the server has accepted.
async fn connect(server: &Process) -> TcpStream {
    TcpStream::connect(server.address()).await.unwrap()
}

async fn rest(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer to its end");
    answer
}

#[test]
fn an_uploaded_pdf_is_handed_out_to_be_kept_and_runs_nothing() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let config = folder.config(&world.settings);
        done("catalog import", &config);
        let server = serve(&config);
        let mut browser = Browser::new();
        browser.sign_in(&server, &world.gateway, &demo_person("王芳")).await;
        let case = browser.go(&server, "/cases", &[("service", "disability-certificate-renewal")]).await;
        let case = case.split('/').take(3).collect::<Vec<_>>().join("/");
        let page = "<script>alert(1)</script>";
        let pdf = format!("%PDF-1.7\n{page}\n%%EOF\n");
        let step = format!("{case}/steps/reason");
        let posted = browser.upload(&server, &step, "photo", "scan.pdf.html", pdf.as_bytes()).await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.text);
        let shown = browser.get(&server, &step).await.text;
        let before = "name=\"remove\" value=\"";
        let at = shown.find(before).expect("the button that takes the file away") + before.len();
        let file = format!("/files/{}", shown[at..].split('"').next().unwrap());
        let page = browser.get(&server, &file).await;
        assert_eq!((page.status, &*page.text), (StatusCode::OK, &*pdf), "unchanged");
        for (name, value) in [
            ("content-type", "application/pdf"),
            ("content-disposition", "attachment; filename*=UTF-8''scan.pdf.html.pdf"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; sandbox"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(page.headers.get(name).map(|v| v.to_str().unwrap()), Some(value), "{name}");
        }
        server.stop();
    });
}

#[test]
fn asked_to_stop_it_does_not_wait_for_ever() {
    block_on(async {
        let folder = Folder::new();
        let server = serve(&folder.config("[limits]\ndrain_seconds = 1"));
        // One connection that rests, one in the middle of a head, one in the middle of a body.
        let mut resting = connect(&server).await;
        resting.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut answer = [0; 15];
        resting.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        let mut head = connect(&server).await;
        head.write_all(b"GET /livez HTTP/1.1\r\n").await.unwrap();
        let mut body = connect(&server).await;
        let form = "POST /sign-in HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                    content-length: 100\r\n\r\nphone=";
        body.write_all(form.as_bytes()).await.unwrap();
        let mut browser = Browser::new();
        until("the form is being read", async || {
            let metrics = browser.get(&server, "/metrics").await.text;
            metrics.contains("http_requests_in_flight 2\n").then_some(())
        })
        .await;
        server.ask_to_stop();
        let (status, log) = tokio::task::spawn_blocking(|| server.ended()).await.unwrap();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(log.contains("did not finish in time"), "{log}");
        drop((resting, head, body));
    });
}

#[test]
fn another_host_in_a_request_leads_nobody_there() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let config = folder.config(&world.settings);
        done("catalog import", &config);
        let server = serve(&config);
        let mut browser = Browser::new();
        browser.sign_in(&server, &world.gateway, &demo_person("林晓雨")).await;
        let case = browser.go(&server, "/cases", &[("service", SERVICE)]).await;
        let case = case.split('/').take(3).collect::<Vec<_>>().join("/");
        browser.go(&server, &format!("{case}/steps/purpose"), &[("purpose", "school")]).await;
        browser.go(&server, &format!("{case}/submit"), &[]).await;
        let wallet = browser.get(&server, "/certificates").await.text;
        let at = wallet.find("\"/certificates/").unwrap() + 1;
        let certificate = wallet[at..].split('"').next().unwrap().to_owned();

        let evil = "evil.example";
        let cookie = browser.cookie.clone().unwrap();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let ask = async |method: reqwest::Method, path: &str| {
            let answer = http
                .request(method, format!("{}{path}", server.url))
                .header("host", evil)
                .header("x-forwarded-host", evil)
                .header("forwarded", format!("host={evil}"))
                .header("cookie", &cookie)
                .send()
                .await
                .unwrap();
            let (status, headers) = (answer.status(), format!("{:?}", answer.headers()));
            let bytes = answer.bytes().await.unwrap();
            assert!(!headers.contains(evil), "{path}: {headers}");
            assert!(!bytes.windows(evil.len()).any(|w| w == evil.as_bytes()), "{path}");
            status
        };
        let shown = format!("{certificate}/show");
        for path in [
            "/",
            "/services",
            "/me",
            "/certificates",
            &certificate,
            &shown,
            "/verify",
            "/sitemap.xml",
            "/robots.txt",
            "/.well-known/security.txt",
            "/.well-known/jwks.json",
            "/api/v1/services",
            "/api/v1/openapi.json",
            "/status-lists/human-resources",
            "/issuers/human-resources",
            "/nowhere",
        ] {
            let status = ask(reqwest::Method::GET, path).await;
            assert!(!status.is_server_error(), "{path}: {status}");
        }
        for path in ["/sign-out", "/cases", &shown] {
            ask(reqwest::Method::POST, path).await;
        }
        assert!(browser.get(&server, "/sign-in").await.status.is_success());
        server.stop();
    });
}

#[test]
fn asked_to_stop_it_answers_everything_it_took() {
    const REQUESTS: usize = 100;
    block_on(async {
        let folder = Folder::new();
        // More than one client may have.
        let server = serve(&folder.config(&format!("[limits]\nwaits_per_address = {REQUESTS}\n")));
        let mut browser = Browser::new();
        for path in ["/livez", "/readyz"] {
            assert_eq!(browser.get(&server, path).await.text, "ok\n", "{path}");
        }
        // A load balancer in the middle of its question, and people in the middle of sending a form.
        let mut balancer = connect(&server).await;
        balancer.write_all(b"GET /readyz HTTP/1.1\r\n").await.unwrap();
        let body = "phone=13912345678";
        let mut sending = Vec::new();
        for _ in 0..REQUESTS {
            let mut stream = connect(&server).await;
            let head = format!(
                "POST /sign-in HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                 content-length: {}\r\n\r\n",
                server.address(),
                body.len()
            );
            stream.write_all(head.as_bytes()).await.unwrap();
            sending.push(stream);
        }
        until("all of them are being worked on", async || {
            let metrics = browser.get(&server, "/metrics").await.text;
            metrics.contains(&format!("http_requests_in_flight {}\n", REQUESTS + 1)).then_some(())
        })
        .await;

        server.ask_to_stop();
        until("it stops", async || server.log().contains(r#""message":"stopping""#).then_some(())).await;
        balancer.write_all(b"host: a\r\n\r\n").await.unwrap();
        let ready = rest(balancer).await;
        assert!(ready.starts_with("HTTP/1.1 503 ") && ready.ends_with("stopping\n"), "{ready}");
        assert!(TcpStream::connect(server.address()).await.is_err(), "nobody new is let in");
        for stream in &mut sending {
            stream.write_all(body.as_bytes()).await.unwrap();
        }
        for stream in sending {
            let answer = rest(stream).await;
            assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains("location: "), "{answer}");
        }
        let (status, log) = tokio::task::spawn_blocking(|| server.ended()).await.unwrap();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(!log.contains("did not finish in time"), "{log}");
    });
}

#[test]
fn neither_log_nor_disk_nor_metrics_hold_personal_data() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let settings = format!("{}[log]\nlevel = 'debug'\n", world.settings);
        let config = folder.config(&settings);
        done("catalog import", &config);
        let server = serve(&config);
        let lin = demo_person("林晓雨");
        let mut browser = Browser::new();
        browser.sign_in(&server, &world.gateway, &lin).await;
        let case = browser.go(&server, "/cases", &[("service", SERVICE)]).await;
        let case = case.split('/').take(3).collect::<Vec<_>>().join("/");
        let typed = [("purpose", "loan"), ("recipient", "示例银行")];
        browser.go(&server, &format!("{case}/steps/purpose"), &typed).await;
        browser.go(&server, &format!("{case}/submit"), &[]).await;
        // What is not there goes wrong, with the number in its address.
        browser.get(&server, &format!("/services/{}?q={}", lin.id, lin.phone)).await;
        world.gateway.first("case-certified").await;

        let number = lin.id.as_bytes();
        let secrets = [lin.name, lin.phone, lin.id, "示例银行"];
        let mut seen = vec![("metrics".to_owned(), browser.get(&server, "/metrics").await.text.into_bytes())];
        // While it runs, so that the write-ahead log is there.
        for entry in fs::read_dir(folder.data()).unwrap() {
            let path = entry.unwrap().path();
            seen.push((path.display().to_string(), fs::read(path).unwrap()));
        }
        assert!(seen.iter().any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty()));
        seen.push(("log".to_owned(), server.stop().into_bytes()));
        for (place, bytes) in &seen {
            for secret in secrets {
                let found = bytes.windows(secret.len()).position(|w| w == secret.as_bytes());
                let around = found.map(|at| {
                    String::from_utf8_lossy(&bytes[at.saturating_sub(200)..(at + 100).min(bytes.len())])
                        .into_owned()
                });
                assert_eq!(around, None, "{secret} is in {place}");
            }
        }
        let looked_at = seen.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        assert!(looked_at > 100_000 && number.len() == 18, "there was something to look at");
    });
}

#[test]
fn a_demo_database_and_a_production_one_never_become_each_other() {
    let folder = Folder::new();
    let config = folder.config("");
    launch(
        zhangban(&["serve", "--demo", "--listen", "127.0.0.1:0", "--config"])
            .arg(&config)
            .env("ZHANGBAN_LOG__FORMAT", "json"),
    )
    .until("ready")
    .stop();
    let said = told("serve --listen 127.0.0.1:0", &config);
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains("was made by --demo"), "{}", said.text);
    assert!(told("doctor", &config).text.contains("missing  purpose: made by --demo"));
    // A demo goes on as a demo.
    start("serve --demo --listen 127.0.0.1:0", &config).until("ready").stop();

    let folder = Folder::new();
    let config = folder.config("");
    done("admin create-staff zhao.min --name 赵敏 --department public-security --role audit", &config);
    let said = told("serve --demo --listen 127.0.0.1:0", &config);
    assert_eq!(said.code, Some(1));
    assert!(said.text.contains("this database is in use"), "{}", said.text);
    serve(&config).stop();
}

#[test]
fn what_was_given_up_is_seen_and_tried_once_more() {
    block_on(async {
        let (world, folder) = (World::start().await, Folder::new());
        let config = folder.config(&format!("jobs = false\n{}", world.settings));
        let server = serve(&config);
        let lin = demo_person("林晓雨");
        Browser::new().go(&server, "/sign-in", &[("phone", lin.phone), ("next", "/")]).await;
        let address = format!("sqlite:{}", folder.data().join("zhangban.sqlite").display());
        let db = storage::Db::open(&address).await.unwrap();
        let bury = "UPDATE outbox SET dead_at = created_at, attempts = 12, last_error = 'refused'";
        storage::testing::as_owner(&db, bury).await;
        db.close().await;
        let metrics = Browser::new().get(&server, "/metrics").await.text;
        for line in ["outbox_dead{topic=\"sms\"} 1", "outbox_pending{topic=\"sms\"} 0", "database_up 1"] {
            assert!(metrics.contains(line), "{line}: {metrics}");
        }
        assert!(metrics.contains("register_available{register=\"household\"} 1"), "{metrics}");
        assert!(told("doctor", &config).text.contains("missing  outbox: 1 sms"));

        let list = done("outbox list", &config);
        assert!(
            list.contains("sms: 0 waiting, 1 given up") && list.contains("after 12 tries: refused"),
            "{list}"
        );
        let id = list.lines().find_map(|line| line.strip_prefix("  ")).unwrap().split(' ').next().unwrap();
        done(&format!("outbox revive {id}"), &config);
        assert_eq!(
            told(&format!("outbox revive {id}"), &config).code,
            Some(1),
            "it is not given up any more"
        );
        let worker = start("worker", &config).until("working");
        assert_eq!(world.gateway.first("sign-in-code").await["to"], lin.phone);
        worker.stop();
        server.stop();
    });
}
