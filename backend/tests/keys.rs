//! Another sealing key: everything opens before, while and after it is sealed anew, on both engines.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use backend::Backend;
use backend::cases::Reason;
use backend::cases::begin::begin;
use backend::cases::consent::give_consent;
use backend::cases::contest::contest;
use backend::cases::decide::{accept, refuse};
use backend::cases::files::{self, upload};
use backend::cases::submit::submit;
use backend::cases::track::track;
use backend::cases::unmask::unmask;
use backend::certificates::{revoke::revoke, share, wallet};
use backend::clock::{Chance, SystemChance};
use backend::identity::{AccessCursor, Actor, profile, who_read_my_data};
use backend::keys::{KeyCheckError, Needed, check, reseal};
use backend::messages::{Cursor, messages, sweep};
use backend::sealing::KeyRing;
use backend::testing::Portal;
use domain::ids::{CaseId, CertificateId, FileId};
use storage::keys::sealed::COLUMNS;
use tokio::sync::mpsc;

mod common;
use common::*;

/// The file of a key ring, removed with the test.
struct Ring(PathBuf);

impl Ring {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("zhangban-ring-{:x}.toml", SystemChance.number()));
        KeyRing::make(&path, &SystemChance).unwrap();
        Ring(path)
    }

    fn read(path: &Path) -> Arc<KeyRing> {
        Arc::new(KeyRing::open(path).unwrap())
    }

    fn with(&self, backend: &Backend) -> Backend {
        Backend { keys: Ring::read(&self.0), ..backend.clone() }
    }

    /// Takes a key out of the file.
    fn remove(&self, id: u32) {
        let text = fs::read_to_string(&self.0).unwrap();
        let kept = text.lines().filter(|line| !line.starts_with(&format!("{id} = ")));
        fs::write(&self.0, kept.map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.0));
    }
}

/// What two people left behind: something in every sealed column but the mail address.
struct World {
    lin: Actor,
    zhou: Actor,
    wang: Actor,
    certificate: CertificateId,
    case: CaseId,
    file: FileId,
}

impl World {
    async fn make(portal: &Portal) -> World {
        let backend = &portal.backend;
        let (lin, zhou) = (portal.citizen(LIN).await, portal.citizen(ZHOU).await);
        let (instant, _) = filed(backend, &lin, instant_draft(backend, &lin).await).await;
        let certificate = wallet::of_case(backend, &lin, instant).await.unwrap().unwrap();
        let number = wallet::card(backend, &lin, certificate).await.unwrap().row.number;
        share::share(backend, &lin, certificate, &["name".to_owned()]).await.unwrap();
        revoke(backend, &clerk(backend, "human-resources"), &number, "发现参保记录有误").await.unwrap();

        let case = clerk_draft(backend, &zhou).await;
        contest(backend, &zhou, case, "residence.address", Some("门牌号写错了一位")).await.unwrap();
        submit(backend, &zhou, case).await.unwrap();
        let officer = clerk(backend, POLICE);
        accept(backend, &officer, case, version(backend, &zhou, case).await).await.unwrap();
        unmask(backend, &officer, case, "person.id_number", &why("想看看是不是同名的人")).await.unwrap();
        let reason = Reason::Words("上门时邻居说已经搬走".into());
        refuse(backend, &officer, case, version(backend, &zhou, case).await, reason).await.unwrap();

        let wang = portal.citizen("王芳").await;
        let draft = begin(backend, &wang, "disability-certificate-renewal").await.unwrap();
        give_consent(backend, &wang, draft).await.unwrap();
        let pdf = [b"%PDF-1.7\n".as_slice(), &[b' '; 2_500_000], b"\n%%EOF\n"].concat();
        let file = upload(backend, &wang, draft, "photo", "scan.pdf", pdf).await.unwrap();
        World { lin, zhou, wang, certificate, case, file }
    }

    /// Everything, as its owners see it.
    async fn seen(&self, backend: &Backend) -> Vec<String> {
        let mut seen = Vec::new();
        for actor in [&self.lin, &self.zhou] {
            let person = actor.person().unwrap();
            let me = profile(backend, person).await.unwrap();
            assert!(me.name.is_some() && me.phone.is_some());
            seen.push(format!("{me:?}"));
            seen.push(format!("{:?}", messages(backend, person, Cursor::START).await.unwrap()));
            seen.push(format!("{:?}", who_read_my_data(backend, person, AccessCursor::START).await.unwrap()));
        }
        let card = wallet::card(backend, &self.lin, self.certificate).await.unwrap();
        seen.push(format!("{} {:?} {:?}", card.credential, card.claims, card.reason));
        let (case, timeline) = track(backend, &self.zhou, self.case).await.unwrap();
        seen.push(format!("{:?} {:?} {:?} {timeline:?}", case.answers, case.decision, case.evidence));
        let (listed, content) = files::read(backend, &self.wang, self.file).await.unwrap();
        seen.push(format!("{listed:?} {:?}", backend::sealing::digest(&content)));
        seen
    }
}

/// Tables that sources of the backend seal values of.
fn sealed_tables(folder: &Path) -> Vec<String> {
    let mut tables = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tables.extend(sealed_tables(&path));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            // What stands in tests is no table.
            let text = text.split("#[cfg(test)]").next().unwrap();
            let named = text.split("Place::new(\"").skip(1);
            tables.extend(named.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
        }
    }
    tables
}

#[test]
fn every_sealed_table_is_sealed_anew() {
    // Gone in half an hour, and under the hashes of the audit trail.
    let others = ["form_drafts", "certificate_shares", "staff_oidc_requests", "audit_entries"];
    let known = |table: &str| COLUMNS.iter().any(|column| column.table == table) || others.contains(&table);
    let tables = sealed_tables(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        assert!(known(&table), "add {table} to storage/src/keys/sealed.rs");
    }
}

storage::contract! {
    async fn everything_opens_before_while_and_after_it_is_sealed_anew(t: &TestDb) {
        let mut portal = Portal::start(t.db()).await;
        let ring = Ring::new();
        portal.backend.keys = Ring::read(&ring.0);
        check(&portal.backend).await.unwrap();
        let world = World::make(&portal).await;
        let other = portal.citizen("孙浩").await;
        let before = world.seen(&portal.backend).await;

        assert_eq!(KeyRing::add(&ring.0, &SystemChance).unwrap(), 2);
        KeyRing::take_newest(&ring.0).unwrap();
        let backend = &ring.with(&portal.backend);
        check(backend).await.unwrap();
        assert_eq!(world.seen(backend).await, before);

        // Killed after the second column.
        let (told, mut columns) = mpsc::unbounded_channel();
        let running = backend.clone();
        let run = tokio::spawn(async move { reseal(&running, |_, values| told.send(values).unwrap_or_default()).await });
        columns.recv().await.unwrap();
        columns.recv().await.unwrap();
        run.abort();
        drop(run.await);
        assert_eq!(world.seen(backend).await, before);

        // Another run does the rest, while people go on.
        let (done, draft) = tokio::join!(reseal(backend, |_, _| {}), instant_draft(backend, &other));
        let done = done.unwrap();
        assert!(done.values > 10 && done.unopenable == 0, "{done:?}");
        assert_eq!(done.old_keys[&1], Needed { values: 0, audit: 1, passing: true });
        assert_eq!(world.seen(backend).await, before);
        filed(backend, &other, draft).await;
        portal.clock.advance(3600);
        sweep(backend).await.unwrap();
        let again = reseal(backend, |_, _| {}).await.unwrap();
        assert_eq!((again.values, again.old_keys[&1]), (0, Needed { audit: 1, ..Needed::default() }));
        trail_is_sound(backend).await;

        // Words in the audit trail need the old key for ever, and nothing else does.
        assert!(matches!(check(&portal.backend).await, Err(KeyCheckError::Missing(2))));
        ring.remove(1);
        let only_new = ring.with(&portal.backend);
        assert!(matches!(check(&only_new).await, Err(KeyCheckError::Missing(1))));
        let (mut without, mut with) = (world.seen(&only_new).await, world.seen(backend).await);
        let zhous_readers = 5;
        assert_ne!(without.remove(zhous_readers), with.remove(zhous_readers));
        assert_eq!(without, with);
    }

    async fn what_no_key_opens_is_counted_and_its_key_stays(t: &TestDb) {
        let mut portal = Portal::start(t.db()).await;
        let ring = Ring::new();
        portal.backend.keys = Ring::read(&ring.0);
        portal.citizen(LIN).await;
        KeyRing::add(&ring.0, &SystemChance).unwrap();
        KeyRing::take_newest(&ring.0).unwrap();
        let backend = &ring.with(&portal.backend);
        // A value that was moved from another row opens nowhere.
        storage::testing::as_owner(&backend.db, "UPDATE persons SET name = phone").await;
        let done = reseal(backend, |_, _| {}).await.unwrap();
        assert_eq!((done.unopenable, done.old_keys[&1].values), (1, 1));
    }
}
