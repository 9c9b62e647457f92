//! Two servers on one PostgreSQL serve the same people as one: what one of them keeps the other knows, and what is
//! done once is done by one of them.

use std::collections::BTreeMap;

use reqwest::StatusCode;

mod support;
use support::*;

#[test]
fn two_servers_on_one_postgresql_are_one_portal() {
    storage::testing::empty_postgres(|database| block_on(two_servers(database)));
}

async fn two_servers(database: &str) {
    let (world, folder) = (World::start().await, Folder::new());
    let gateway = &world.gateway;
    let config = folder.config(&format!("database_url = '{database}'\n{}", world.settings));

    // Both find an empty database: one of them migrates it, the other waits.
    let starting = [(); 2].map(|()| start("serve --listen 127.0.0.1:0", &config));
    let servers = tokio::task::spawn_blocking(|| starting.map(|s| s.until("ready"))).await.unwrap();
    let [one, other] = &servers;
    done("catalog import", &config);
    // Each takes over what a third process published.
    for server in &servers {
        until("a publication reaches every process", async || {
            let guide = Browser::new().get(server, &format!("/services/{SERVICE}")).await;
            (guide.status == StatusCode::OK).then_some(())
        })
        .await;
    }

    let lin = demo_person("林晓雨");
    let mut browser = Browser::new();
    // A limit counts for both: one code a minute.
    browser.go(one, "/sign-in", &[("phone", lin.phone), ("next", "/")]).await;
    let code = gateway.first("sign-in-code").await["params"]["code"].as_str().unwrap().to_owned();
    browser.go(other, "/sign-in", &[("phone", lin.phone), ("next", "/")]).await;
    assert!(browser.get(other, "/sign-in/code").await.text.contains("秒"), "how long to wait");
    // The code of one signs in at the other, and the session is good at both.
    browser.go(other, "/sign-in/code", &[("code", &code)]).await;
    assert_eq!(browser.get(one, "/me").await.status, StatusCode::OK);
    let proof = [("name", lin.name), ("resident_id", lin.id), ("next", "/me")];
    assert_eq!(browser.go(one, "/me/verify", &proof).await, "/me");

    // A draft that was begun at one is filed at the other, by two impatient clicks at once.
    let case = browser.go(one, "/cases", &[("service", SERVICE)]).await;
    let case = case.split('/').nth(2).expect("the address of a case").to_owned();
    let facts = browser.get(other, &format!("/cases/{case}/facts")).await;
    assert_eq!(facts.status, StatusCode::OK);
    assert!(facts.text.contains(lin.name));
    browser.go(other, &format!("/cases/{case}/steps/purpose"), &[("purpose", "school")]).await;
    let submit = format!("/cases/{case}/submit");
    let mut twin = browser.clone();
    let (first, second) = tokio::join!(browser.go(one, &submit, &[]), twin.go(other, &submit, &[]));
    assert_eq!((first.as_str(), second.as_str()), (&*format!("/cases/{case}/done"), &*first));
    assert!(browser.get(other, &first).await.text.contains("ZB-"), "a reference number");
    assert!(browser.get(one, "/certificates").await.text.contains("社会保险参保证明"));

    // Every message left once, though both look into the outbox.
    gateway.first("case-certified").await;
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for message in gateway.0.borrow().iter() {
        *times.entry(message["template"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(times.into_values().max(), Some(1));

    // One is killed; the other goes on with the same people and the same cases.
    let [one, other] = servers;
    one.kill();
    let tracked = browser.get(&other, &format!("/cases/{case}")).await;
    assert_eq!(tracked.status, StatusCode::OK);
    assert!(tracked.text.contains("您提交了申请"));
    other.stop();
}
