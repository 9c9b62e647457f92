//! Checkpoints of the audit trail: made in turns, copied into the file, and what they give away.

use std::fs;

use backend::Backend;
use backend::audit::{self, CheckpointFile, CheckpointKey, Findings, Tampered, Trail};
use backend::clock::{Chance, SystemChance};
use backend::testing::Portal;
use storage::audit::{Broken, Entry};
use storage::testing::as_owner;

/// A file of a test, removed with it.
struct Outside(CheckpointFile);

impl Outside {
    fn new() -> Self {
        let name = format!("zhangban-checkpoints-{:x}.jsonl", SystemChance.number());
        Outside(CheckpointFile(std::env::temp_dir().join(name)))
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.0.path()).unwrap().lines().map(str::to_owned).collect()
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        drop(fs::remove_file(self.0.path()));
    }
}

/// Something that is audited, with one entry.
async fn act(backend: &Backend) {
    let entry = Entry {
        at: backend.now(),
        actor: storage::audit::Actor::System,
        action: "test.act",
        subject_kind: "test",
        subject_id: backend.id().to_string(),
        person: None,
        purpose: None,
        detail: serde_json::json!({}),
    };
    let done: Result<(), storage::Error> =
        backend.db.write(move |tx| Box::pin(async move { storage::audit::append(tx, entry) })).await;
    done.unwrap();
}

async fn verified(backend: &Backend, file: Option<&CheckpointFile>) -> Findings {
    audit::verify(&backend.db, &CheckpointKey::of(&backend.keys), file).await.unwrap()
}

/// Three checkpoints, two entries apart, all of them in the file.
async fn three_checkpoints(portal: &Portal) -> Outside {
    let (backend, outside) = (&portal.backend, Outside::new());
    let key = CheckpointKey::of(&backend.keys);
    for _ in 0..3 {
        act(backend).await;
        act(backend).await;
        audit::make(backend, &key).await.unwrap().expect("it is due");
        audit::copy(backend, &outside.0).await.unwrap();
        portal.clock.advance(60);
    }
    outside
}

storage::contract! {
    async fn a_checkpoint_is_made_each_minute_in_which_the_trail_grew(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let key = CheckpointKey::of(&backend.keys);
        let outside = Outside::new();
        act(backend).await;
        assert_eq!(audit::make(backend, &key).await.unwrap().unwrap().checkpoint.number, 1);
        act(backend).await;
        portal.clock.advance(59);
        assert_eq!(audit::make(backend, &key).await.unwrap(), None, "not yet");
        portal.clock.advance(1);
        // Two processes at once: one of them makes it.
        let other = portal.second(t.second().await).await;
        let (a, b) = tokio::join!(audit::make(backend, &key), audit::make(&other, &key));
        let made: Vec<_> = [a.unwrap(), b.unwrap()].into_iter().flatten().collect();
        assert_eq!(made.iter().map(|signed| signed.checkpoint.number).collect::<Vec<_>>(), [2]);
        portal.clock.advance(60);
        assert_eq!(audit::make(backend, &key).await.unwrap(), None, "nothing happened");

        // A new file begins with the newest, and each process fills its own.
        audit::copy(backend, &outside.0).await.unwrap();
        assert_eq!(outside.lines().len(), 1);
        act(backend).await;
        audit::make(&other, &key).await.unwrap().expect("it is due");
        audit::copy(backend, &outside.0).await.unwrap();
        audit::copy(backend, &outside.0).await.unwrap();
        assert_eq!(outside.lines().len(), 2);
        let sound = verified(backend, Some(&outside.0)).await.unwrap();
        assert_eq!((sound.checkpoints, sound.lines), (3, 2));
        other.db.close().await;
    }

    async fn whatever_was_tampered_with_is_named(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let outside = three_checkpoints(&portal).await;
        let Ok(Trail { entries, checkpoints: 3, lines: 3 }) = verified(backend, Some(&outside.0)).await else {
            panic!("{:?}", verified(backend, Some(&outside.0)).await);
        };
        let last = i64::try_from(entries).unwrap();
        let lane = 0;
        // Each goes on from the one before; the worst comes last.
        let cut = "DELETE FROM audit_entries WHERE lane = 0
                AND seq > (SELECT max(seq) - 3 FROM audit_entries WHERE lane = 0);
            UPDATE audit_heads SET seq = (SELECT max(seq) FROM audit_entries WHERE lane = 0),
                hash = (SELECT hash FROM audit_entries WHERE lane = 0 ORDER BY seq DESC LIMIT 1) WHERE lane = 0";
        as_owner(&backend.db, cut).await;
        let broken = Broken::Truncated { lane, last: last - 3, expected: last - 2 };
        let found = verified(backend, Some(&outside.0)).await;
        assert_eq!(found, Err(Tampered::Checkpoint { number: 2, broken: broken.clone() }));
        assert!(found.unwrap_err().to_string().starts_with(&format!("lane 0: ends at entry {}", last - 3)));

        // The checkpoints go too: the database agrees with itself, and only the file tells.
        as_owner(&backend.db, "DELETE FROM audit_checkpoints WHERE number > 1").await;
        assert!(verified(backend, None).await.is_ok());
        let found = verified(backend, Some(&outside.0)).await;
        assert_eq!(found, Err(Tampered::OutsideCheckpoint { line: 2, number: 2, broken }));
        assert!(matches!(
            audit::copy(backend, &outside.0).await,
            Err(audit::KeepError::Fewer { kept: 1, written: 3, .. })
        ));
    }

    async fn a_change_to_an_entry_is_named(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let outside = three_checkpoints(&portal).await;
        as_owner(&backend.db, "UPDATE audit_entries SET subject_id = 'x' WHERE lane = 0 AND seq = 3").await;
        let found = verified(backend, Some(&outside.0)).await;
        assert_eq!(found, Err(Tampered::Trail(Broken::Changed { lane: 0, seq: 3 })));
        as_owner(&backend.db, "DELETE FROM audit_entries WHERE lane = 0 AND seq = 2").await;
        let found = verified(backend, Some(&outside.0)).await;
        assert_eq!(found, Err(Tampered::Trail(Broken::Missing { lane: 0, seq: 2 })));
    }

    async fn two_entries_in_the_other_order_are_named(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let outside = three_checkpoints(&portal).await;
        let swap = "UPDATE audit_entries SET seq = -2 WHERE lane = 0 AND seq = 2;
            UPDATE audit_entries SET seq = 2 WHERE lane = 0 AND seq = 3;
            UPDATE audit_entries SET seq = 3 WHERE lane = 0 AND seq = -2";
        as_owner(&backend.db, swap).await;
        let found = verified(backend, Some(&outside.0)).await;
        assert_eq!(found, Err(Tampered::Trail(Broken::Changed { lane: 0, seq: 2 })));
    }

    async fn a_change_to_the_checkpoints_is_named(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let outside = three_checkpoints(&portal).await;
        as_owner(&backend.db, "DELETE FROM audit_checkpoints WHERE number = 3").await;
        assert!(verified(backend, None).await.is_ok(), "unseen without the file");
        let found = verified(backend, Some(&outside.0)).await;
        assert_eq!(found, Err(Tampered::Truncated { line: 3, number: 3, last: 2 }));
        let move_it = "UPDATE audit_checkpoints SET heads = replace(heads, '[0,', '[1,') WHERE number = 2";
        as_owner(&backend.db, move_it).await;
        assert_eq!(verified(backend, None).await, Err(Tampered::Unsigned { number: 2 }));
        as_owner(&backend.db, "DELETE FROM audit_checkpoints WHERE number = 1").await;
        assert_eq!(verified(backend, None).await, Err(Tampered::Missing { number: 1 }));
    }

    async fn a_change_to_the_file_is_named(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let outside = three_checkpoints(&portal).await;
        let text = fs::read_to_string(outside.0.path()).unwrap();
        fs::write(outside.0.path(), text.replacen("\"number\":2", "\"number\":7", 1)).unwrap();
        assert_eq!(verified(backend, Some(&outside.0)).await, Err(Tampered::Line { line: 2 }));
        // Half a line is what a crash leaves behind.
        fs::write(outside.0.path(), format!("{text}{{\"checkpoint\":")).unwrap();
        assert_eq!(verified(backend, Some(&outside.0)).await.map(|trail| trail.lines), Ok(3));
        // Another ring signs other checkpoints, and knows none of these.
        let other = backend::sealing::KeyRing::generate(&SystemChance);
        let found = audit::verify(&backend.db, &CheckpointKey::of(&other), None).await.unwrap();
        assert_eq!(found, Err(Tampered::Unsigned { number: 1 }));
    }
}
