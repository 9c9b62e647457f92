//! A certificate that was issued here is accepted; whatever was done to it since is said for what it is.

use backend::Backend;
use backend::cases::CaseError;
use backend::catalog::{Catalog, Reference, publish::publish};
use backend::certificates::bind::bind;
use backend::certificates::issuers::rotate_key;
use backend::certificates::metadata::{issuer_url, trust, type_url};
use backend::certificates::present::link;
use backend::certificates::published::{all_issuers, keys_of, status_list};
use backend::certificates::revoke::revoke;
use backend::certificates::status::REFRESH_SECONDS;
use backend::certificates::wallet::{self, Card};
use backend::certificates::{Content, IssuerKey, issue, key_set, present, sign_status_list};
use backend::certificates::{qr, share};
use backend::clock::Chance;
use backend::identity::Actor;
use backend::testing::Portal;
use domain::certificates::jwt::{Jwt, encode};
use domain::certificates::sd_jwt::{KEY_BINDING_TYPE, MAX_PRESENTATION, TYPE};
use domain::certificates::status_list::{self, StatusReference};
use domain::certificates::verification::{Alteration, Binding, BindingGap, StatusGap};
use domain::certificates::{
    CLOCK_SKEW_SECONDS, ExpectedBinding, HolderKey, HolderKeyError, Standing, StatusList, Trust, Validity,
    Verification, status_reference, verify,
};
use domain::ids::EntityId;
use domain::text::Text;
use domain::time::Timestamp;
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use storage::certificates::shares;
use storage::testing::as_owner;

mod common;
use common::*;

const LIST: &str = "https://zhangban.example/status/1";
const NAMES: [&str; 5] = ["name", "id_number", "birth_date", "address", "household"];

/// Chance that can be repeated.
struct Seeded(Mutex<StdRng>);

impl Seeded {
    fn new(seed: u64) -> Seeded {
        Seeded(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Chance for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

struct Department {
    chance: Seeded,
    old_key: IssuerKey,
    key: IssuerKey,
    holder: IssuerKey,
    list: StatusList,
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_795_000_000)
}

fn issuer() -> String {
    issuer_url("https://zhangban.example", "civil-affairs")
}

fn department() -> Department {
    let chance = Seeded::new(7);
    let [old_key, key, holder] = [(); 3].map(|()| IssuerKey::generate(&chance));
    Department { chance, old_key, key, holder, list: StatusList::new(2, 1000).unwrap() }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

impl Department {
    fn content(&self) -> Content {
        Content {
            issuer: issuer(),
            kind: type_url("https://zhangban.example", "residence-proof"),
            issued_at: now().plus_days(-1),
            validity: Validity { from: Some(now().plus_days(-1)), until: Some(now().plus_days(30)) },
            status: Some(StatusReference { idx: 42, uri: LIST.into() }),
            holder: None,
            open: object(
                json!({ "number": "1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J" }),
            ),
            personal: object(json!({
                "name": "欧阳明月", "id_number": "330102199003078888", "birth_date": "1990-03-07",
                "address": { "region": "330106", "street": "文三路 1 号" }, "household": ["欧阳明月", "欧阳朝阳"],
            })),
        }
    }

    fn issue(&self, content: &Content) -> String {
        issue(content, &self.key, &self.chance).unwrap()
    }

    fn trust(&self) -> Trust {
        let name = Text::new("民政局", "Civil Affairs Bureau");
        trust([(issuer(), name, key_set([&self.key, &self.old_key]))])
    }

    fn status(&self, at: Timestamp) -> String {
        sign_status_list(&self.list, LIST, &self.key, at).unwrap()
    }

    fn verify(&self, presentation: &str) -> Verification {
        verify(presentation, &self.trust(), Some(&self.status(now())), now(), None)
    }
}

static ISSUED: LazyLock<(Trust, String, String)> = LazyLock::new(|| {
    let department = department();
    let content = department.content();
    (department.trust(), department.status(now()), department.issue(&content))
});

#[test]
fn a_genuine_certificate_is_valid_and_shows_only_what_was_disclosed() {
    let department = department();
    let content = department.content();
    let certificate = department.issue(&content);
    let shown = present(&certificate, &["name"]).unwrap();
    assert!(!shown.contains(&encode("330102199003078888".as_bytes())));
    let Verification::Valid { certificate } = department.verify(&shown) else {
        panic!("{:?}", department.verify(&shown));
    };
    assert_eq!(certificate.disclosed, object(json!({ "name": "欧阳明月" })));
    assert_eq!(certificate.withheld, 4);
    assert_eq!(certificate.open, content.open);
    assert_eq!(certificate.issuer_name.zh, "民政局");
    assert_eq!(certificate.kind, content.kind);
    assert_eq!(certificate.validity, content.validity);
    assert_eq!(certificate.status_as_of, Some(now()));
    assert_eq!(certificate.binding, Binding::None);
}

#[test]
fn expiry_and_beginning_tolerate_clock_skew() {
    let department = department();
    let content = department.content();
    let certificate = department.issue(&content);
    let at =
        |now: Timestamp| verify(&certificate, &department.trust(), Some(&department.status(now)), now, None);
    let (from, until) = (content.validity.from.unwrap(), content.validity.until.unwrap());
    assert!(matches!(at(from.plus_seconds(-CLOCK_SKEW_SECONDS - 1)), Verification::NotYetValid { .. }));
    assert!(matches!(at(from.plus_seconds(-CLOCK_SKEW_SECONDS)), Verification::Valid { .. }));
    assert!(matches!(at(until.plus_seconds(CLOCK_SKEW_SECONDS - 1)), Verification::Valid { .. }));
    assert!(matches!(at(until.plus_seconds(CLOCK_SKEW_SECONDS)), Verification::Expired { .. }));
}

#[test]
fn a_certificate_issued_in_the_future_is_not_yet_valid() {
    let department = department();
    let content = Content {
        issued_at: now().plus_days(1),
        validity: Validity { from: None, until: None },
        ..department.content()
    };
    let certificate = department.issue(&content);
    assert!(matches!(department.verify(&certificate), Verification::NotYetValid { .. }));
}

#[test]
fn revoked_and_suspended_are_said_through_the_status_list() {
    let mut department = department();
    let content = department.content();
    let certificate = department.issue(&content);
    department.list.set(41, Standing::Revoked).unwrap();
    assert!(matches!(department.verify(&certificate), Verification::Valid { .. }));
    department.list.set(42, Standing::Suspended).unwrap();
    assert!(matches!(department.verify(&certificate), Verification::Suspended { .. }));
    department.list.set(42, Standing::Revoked).unwrap();
    assert!(matches!(department.verify(&certificate), Verification::Revoked { .. }));
    // However old the list and the certificate are.
    let late = now().plus_days(400);
    let answer = verify(&certificate, &department.trust(), Some(&department.status(now())), late, None);
    assert!(matches!(answer, Verification::Revoked { .. }));
}

#[test]
fn without_a_good_status_list_nothing_is_valid() {
    let department = department();
    let content = department.content();
    let certificate = department.issue(&content);
    let gap =
        |token: Option<&str>, at: Timestamp| match verify(&certificate, &department.trust(), token, at, None)
        {
            Verification::StatusUnknown { reason, .. } => reason,
            other => panic!("{other:?}"),
        };
    assert_eq!(gap(None, now()), StatusGap::Missing);
    assert_eq!(gap(Some(&department.status(now())), now().plus_days(2)), StatusGap::Stale);
    let other_uri =
        sign_status_list(&department.list, "https://zhangban.example/status/2", &department.key, now());
    assert_eq!(gap(Some(&other_uri.unwrap()), now()), StatusGap::Unusable);
    let stranger = sign_status_list(&department.list, LIST, &department.holder, now()).unwrap();
    assert_eq!(gap(Some(&stranger), now()), StatusGap::Unusable);
    let short = sign_status_list(&StatusList::new(2, 8).unwrap(), LIST, &department.key, now()).unwrap();
    assert_eq!(gap(Some(&short), now()), StatusGap::Unusable);
    let mut broken = department.status(now()).into_bytes();
    *broken.last_mut().unwrap() ^= 1;
    assert_eq!(gap(Some(std::str::from_utf8(&broken).unwrap()), now()), StatusGap::Unusable);
}

#[test]
fn a_certificate_signed_with_an_older_key_stays_valid_while_that_key_is_published() {
    let department = department();
    let content = department.content();
    let certificate = issue(&content, &department.old_key, &department.chance).unwrap();
    assert!(matches!(department.verify(&certificate), Verification::Valid { .. }));
    let current = trust([(issuer(), Text::default(), key_set([&department.key]))]);
    let answer = verify(&certificate, &current, Some(&department.status(now())), now(), None);
    assert_eq!(answer, Verification::Altered { reason: Alteration::UnknownKey });
}

#[test]
fn a_certificate_of_another_issuer_is_foreign_and_one_that_only_claims_to_be_ours_is_altered() {
    let department = department();
    let elsewhere = Content { issuer: "https://elsewhere.example".into(), ..department.content() };
    let stranger = IssuerKey::generate(&department.chance);
    let certificate = issue(&elsewhere, &stranger, &department.chance).unwrap();
    assert_eq!(
        department.verify(&certificate),
        Verification::Foreign { issuer: "https://elsewhere.example".into() }
    );
    let certificate = issue(&department.content(), &stranger, &department.chance).unwrap();
    assert_eq!(department.verify(&certificate), Verification::Altered { reason: Alteration::UnknownKey });
    let certificate = department.issue(&elsewhere);
    assert_eq!(department.verify(&certificate), Verification::Altered { reason: Alteration::Signature });
}

#[test]
fn a_claim_of_another_certificate_cannot_be_added() {
    let department = department();
    let content = department.content();
    let mine = department.issue(&content);
    let theirs = department.issue(&content);
    let stolen = theirs.split('~').nth(1).unwrap();
    let altered = Verification::Altered { reason: Alteration::Disclosure };
    assert_eq!(department.verify(&format!("{mine}{stolen}~")), altered);
    // Nor the same twice.
    let twice = mine.split('~').nth(1).unwrap();
    assert_eq!(department.verify(&format!("{mine}{twice}~")), altered);
}

#[test]
fn what_is_not_understood_is_refused() {
    let department = department();
    let content = department.content();
    let good = department.issue(&content);
    let signed = |typ: &str, change: Value| {
        let mut payload =
            json!({ "iss": issuer(), "vct": "https://zhangban.example/t", "iat": now().as_seconds() });
        payload.as_object_mut().unwrap().extend(object(change));
        format!("{}~", department.key.sign(typ, &payload).unwrap())
    };
    assert!(matches!(department.verify(&signed(TYPE, json!({}))), Verification::Valid { .. }));
    for presentation in [
        signed("JWT", json!({})),
        signed(TYPE, json!({ "_sd_alg": "sha-512" })),
        signed(TYPE, json!({ "_sd": "x" })),
        signed(TYPE, json!({ "_sd": ["x", "x"] })),
        signed(TYPE, json!({ "address": { "_sd": ["x"] } })),
        signed(TYPE, json!({ "household": [{ "...": "x" }] })),
        signed(TYPE, json!({ "status": { "other": 1 } })),
        signed(TYPE, json!({ "exp": "tomorrow" })),
        signed(TYPE, json!({ "vct": 1 })),
        signed(TYPE, json!({ "cnf": { "kid": "x" } })),
        String::new(),
        "~".into(),
        "证".repeat(100_000),
        format!("{good}{}", "a".repeat(MAX_PRESENTATION)),
        good.replacen('~', "~~", 1),
    ] {
        assert_eq!(department.verify(&presentation), Verification::Malformed, "{presentation:.80}");
    }
    // A signature that says it needs none.
    let header = encode(br#"{"alg":"none","typ":"dc+sd-jwt"}"#);
    let (_, rest) = good.split_once('.').unwrap();
    assert_eq!(department.verify(&format!("{header}.{rest}")), Verification::Malformed);
}

#[test]
fn claims_with_a_meaning_of_their_own_cannot_be_issued() {
    let department = department();
    for name in ["exp", "status", "cnf", "_sd", "..."] {
        let content = Content { personal: object(json!({ name: 1 })), ..department.content() };
        assert!(issue(&content, &department.key, &department.chance).is_err(), "{name}");
    }
    let content = Content { personal: object(json!({ "number": 1 })), ..department.content() };
    assert!(issue(&content, &department.key, &department.chance).is_err());
    assert!(present(&department.issue(&department.content()), &["salary"]).is_err());
}

#[test]
fn the_holder_can_prove_to_be_the_holder() {
    let department = department();
    let content = Content { holder: Some(department.holder.public().into()), ..department.content() };
    let shown = present(&department.issue(&content), &["name", "birth_date"]).unwrap();
    let bind = |key: &IssuerKey, shown: &str, at: Timestamp| {
        let payload = json!({
            "iat": at.as_seconds(), "aud": "https://bank.example", "nonce": "n-1",
            "sd_hash": encode(&Sha256::digest(shown.as_bytes())),
        });
        format!("{shown}{}", key.sign_unnamed(KEY_BINDING_TYPE, &payload).unwrap())
    };
    let expected =
        |nonce: &str| ExpectedBinding { nonce: nonce.into(), audience: "https://bank.example".into() };
    let ask = |presentation: &str, nonce: &str, at: Timestamp| {
        verify(presentation, &department.trust(), Some(&department.status(at)), at, Some(&expected(nonce)))
    };

    let bound = bind(&department.holder, &shown, now());
    match ask(&bound, "n-1", now()) {
        Verification::Valid { certificate } => {
            let (audience, nonce) = ("https://bank.example".into(), "n-1".into());
            assert_eq!(certificate.binding, Binding::Shown { at: now(), audience, nonce });
        }
        other => panic!("{other:?}"),
    }
    let gap = |answer: Verification| match answer {
        Verification::Unbound { reason, .. } => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(gap(ask(&shown, "n-1", now())), BindingGap::Missing);
    assert_eq!(gap(ask(&bound, "n-2", now())), BindingGap::OtherOccasion);
    assert_eq!(gap(ask(&bound, "n-1", now().plus_seconds(3600))), BindingGap::OutOfTime);
    assert_eq!(gap(ask(&bound, "n-1", now().plus_seconds(-3600))), BindingGap::OutOfTime);

    let altered = Verification::Altered { reason: Alteration::KeyBinding };
    assert_eq!(ask(&bind(&department.key, &shown, now()), "n-1", now()), altered);
    // Fewer claims than the holder signed for.
    let binding = bound.rsplit('~').next().unwrap();
    assert_eq!(ask(&format!("{}{binding}", present(&shown, &["name"]).unwrap()), "n-1", now()), altered);
    // A certificate without a holder's key cannot be bound.
    let unbound = department.issue(&department.content());
    let forged = bind(&department.holder, &unbound, now());
    assert_eq!(department.verify(&forged), altered);

    // Any character of a bound presentation.
    for at in 0..bound.len() {
        let mut bytes = bound.clone().into_bytes();
        bytes[at] ^= 1;
        assert_refused(&department.verify(std::str::from_utf8(&bytes).unwrap()), at);
    }
}

#[test]
fn every_character_counts() {
    let (trust, status, certificate) = &*ISSUED;
    for at in 0..certificate.len() {
        for change in [1u8, 2, 4, 32] {
            let mut bytes = certificate.clone().into_bytes();
            bytes[at] ^= change;
            assert_refused(
                &verify(std::str::from_utf8(&bytes).unwrap(), trust, Some(status), now(), None),
                at,
            );
        }
        let mut shorter = certificate.clone();
        shorter.remove(at);
        assert_refused(&verify(&shorter, trust, Some(status), now(), None), at);
    }
}

#[test]
fn keys_are_kept_as_pkcs8() {
    let department = department();
    let stored = department.key.to_pkcs8().unwrap();
    let read = IssuerKey::from_pkcs8(stored.as_bytes()).unwrap();
    assert_eq!(read.public(), department.key.public());
    assert_eq!(read.kid(), read.public().thumbprint());
    assert!(IssuerKey::from_pkcs8(b"not a key").is_err());
    assert!(!format!("{read:?}").contains(&encode(stored.as_bytes())));
}

fn assert_refused(answer: &Verification, at: usize) {
    assert!(matches!(answer, Verification::Altered { .. } | Verification::Malformed), "at {at}: {answer:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_chosen_claims_verify(chosen in proptest::sample::subsequence(NAMES.to_vec(), 0..=NAMES.len())) {
        let (trust, status, certificate) = &*ISSUED;
        let shown = present(certificate, &chosen).unwrap();
        match verify(&shown, trust, Some(status), now(), None) {
            Verification::Valid { certificate } => {
                let mut names: Vec<&str> = certificate.disclosed.keys().map(String::as_str).collect();
                let mut chosen = chosen.clone();
                names.sort_unstable();
                chosen.sort_unstable();
                prop_assert_eq!(names, chosen);
                prop_assert_eq!(certificate.withheld, NAMES.len() - certificate.disclosed.len());
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn any_replaced_character_is_noticed(at in any::<proptest::sample::Index>(), with in any::<char>()) {
        let (trust, status, certificate) = &*ISSUED;
        let at = at.index(certificate.len());
        let mut changed = certificate.clone();
        changed.replace_range(at..=at, &with.to_string());
        prop_assume!(changed != *certificate);
        assert_refused(&verify(&changed, trust, Some(status), now(), None), at);
    }

    #[test]
    fn any_text_is_answered(text in "[A-Za-z0-9_.~-]{0,300}|\\PC{0,100}", status in "\\PC{0,100}") {
        let (trust, ..) = &*ISSUED;
        prop_assert_eq!(verify(&text, trust, Some(&status), now(), None), Verification::Malformed);
    }

    #[test]
    fn any_signed_payload_is_answered(payload in json_value(), header in json_value()) {
        let (trust, status, _) = &*ISSUED;
        let department = department();
        let mut claims = object(json!({ "iss": issuer(), "vct": "t" }));
        claims.insert("x".into(), payload.clone());
        let _ = verify(&format!("{}~", department.key.sign(TYPE, &claims).unwrap()), trust, Some(status), now(), None);
        let _ = verify(&format!("{}~", department.key.sign(TYPE, &payload).unwrap()), trust, Some(status), now(), None);
        let raw = format!("{}.{}.{}~", encode(header.to_string().as_bytes()), encode(payload.to_string().as_bytes()), encode(&[1; 64]));
        prop_assert_eq!(verify(&raw, trust, Some(status), now(), None), Verification::Malformed);
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let name =
        prop_oneof!["\\PC{0,4}", Just("_sd".to_owned()), Just("...".to_owned()), Just("status".to_owned())];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[test]
fn a_link_carries_a_whole_certificate_in_a_code_that_phones_read_from_paper() {
    let department = department();
    let whole = department.issue(&department.content());
    let link = link("https://zhangban.example", &whole).unwrap();
    assert_eq!(domain::certificates::link::read(&link), whole);
    // Version 24: 113 modules, 0.36 mm each where the paper has its code.
    assert!(qr::encode(&link).unwrap().width() <= 113);
    assert!(link.len() > whole.len(), "digits are more, and yet the code is smaller:");
    assert!(qr::encode(&link).unwrap().width() < qr::encode(&whole).unwrap().width());
}

#[test]
fn a_holder_gives_a_public_key_and_nothing_else() {
    let key = department().holder.public().clone();
    let mut jwk = object(serde_json::to_value(&key).unwrap());
    let parse = |jwk: &Map<String, Value>| HolderKey::parse(&serde_json::to_string(jwk).unwrap());
    assert_eq!(parse(&jwk), Ok(HolderKey::from(&key)));
    let kept = serde_json::to_value(parse(&jwk).unwrap()).unwrap();
    assert_eq!(
        object(kept).keys().collect::<Vec<_>>(),
        ["crv", "kty", "x", "y"],
        "and what names it is dropped"
    );
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        jwk.insert(member.into(), json!("x"));
        assert_eq!(parse(&jwk), Err(HolderKeyError::Private), "{member}");
        jwk.remove(member);
    }
    let okp = |x: &[u8]| parse(&object(json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(x) })));
    // The public key of RFC 8037, appendix A.2.
    let known = domain::certificates::jwt::decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    assert!(matches!(okp(&known), Ok(HolderKey::Ed25519(_))));
    assert_eq!(okp(&known[1..]), Err(HolderKeyError::Point));
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(okp(&neutral), Err(HolderKeyError::Point), "with it, one signature fits many messages");
    jwk.insert("y".into(), jwk["x"].clone());
    assert_eq!(parse(&jwk), Err(HolderKeyError::Point));
    jwk.insert("crv".into(), json!("P-384"));
    assert_eq!(parse(&jwk), Err(HolderKeyError::Kind));
    assert_eq!(HolderKey::parse(" \n"), Err(HolderKeyError::Empty));
    assert_eq!(HolderKey::parse("[]"), Err(HolderKeyError::NotJson));
    assert_eq!(HolderKey::parse(&"x".repeat(5000)), Err(HolderKeyError::TooLong));
}

const DEPARTMENT: &str = "human-resources";

async fn carded(backend: &Backend, holder: &Actor) -> Card {
    let (case, _) = filed(backend, holder, instant_draft(backend, holder).await).await;
    let id = wallet::of_case(backend, holder, case).await.unwrap().unwrap();
    wallet::card(backend, holder, id).await.unwrap()
}

async fn token(backend: &Backend) -> Arc<str> {
    status_list(backend, DEPARTMENT, 0).await.unwrap().unwrap().token
}

storage::contract! {
    async fn a_list_is_signed_again_only_when_something_changed_in_whatever_process(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let other = portal.second(t.second().await).await;
        let lin = portal.citizen(LIN).await;
        assert!(status_list(backend, DEPARTMENT, 0).await.unwrap().is_none());
        let card = carded(backend, &lin).await;
        let first = token(backend).await;
        portal.clock.advance(10);
        assert_eq!(token(backend).await, first);
        carded(backend, &lin).await;
        assert_eq!(token(backend).await, first, "one more certificate is no change");

        revoke(&other, &clerk(&other, DEPARTMENT), &card.row.number, "发现参保记录有误").await.unwrap();
        let checked = share::check(backend, card.credential.clone()).await.unwrap();
        assert!(matches!(checked.verification, Verification::Revoked { .. }), "at once");
        let second = token(backend).await;
        assert_ne!(second, first);
        portal.clock.advance(REFRESH_SECONDS);
        assert_ne!(token(backend).await, second, "verifiers want to know that it still holds");
        rotate_key(&other, DEPARTMENT).await.unwrap();
        let third = token(backend).await;
        let checked = share::check(backend, card.credential).await.unwrap();
        assert!(matches!(checked.verification, Verification::Revoked { .. }), "with the new key, too");
        assert_eq!(token(backend).await, third);
        assert!(status_list(backend, DEPARTMENT, 1).await.unwrap().is_none());
    }

    async fn a_place_in_the_list_tells_nothing(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let mut places = Vec::new();
        for _ in 0..4 {
            let card = carded(backend, &lin).await;
            let reference = status_reference(&card.credential).unwrap();
            assert_eq!(i64::try_from(reference.idx), Ok(card.row.status_place));
            places.push(reference.idx);
        }
        // By chance once in 10²⁶: all of them at the beginning.
        assert!(places.iter().any(|place| *place >= 4), "{places:?}");
        let list = token(backend).await;
        let read = Jwt::read(&list, status_list::TYPE).unwrap();
        let claim = serde_json::from_value(read.payload["status_list"].clone()).unwrap();
        assert_eq!(StatusList::from_claim(&claim).unwrap().entries(), 4 << 20, "as long as every other one");
    }

    async fn a_certificate_that_cannot_be_read_leaves_the_others(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        carded(backend, &lin).await;
        portal.clock.advance(1);
        let mut definition = backend.catalog.services().get(INSTANT).unwrap().definition.clone();
        definition.aliases.push("另一个说法".into());
        publish(backend, vec![definition]).await.unwrap();
        let newer = carded(backend, &lin).await;
        // Issued by a version that nobody understands any more.
        let unreadable = "UPDATE service_versions SET definition = '{}' WHERE id =
            (SELECT version_id FROM certificates ORDER BY issued_at LIMIT 1)";
        as_owner(&backend.db, unreadable).await;
        let catalog = Arc::new(Catalog::new(Reference::embedded().unwrap()));
        let fresh = Backend { catalog, ..backend.clone() };
        let held = wallet::wallet(&fresh, &lin, None, 10).await.unwrap();
        assert_eq!(held.iter().map(|h| h.service.is_some()).collect::<Vec<_>>(), [true, false]);
        assert_eq!(held[0].row.number, newer.row.number);
        assert_eq!(held[1].holder, LIN);
    }

    async fn keys_stay_published_however_many_there_were(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let other = portal.second(t.second().await).await;
        let lin = portal.citizen(LIN).await;
        let card = carded(backend, &lin).await;
        let before = all_issuers(backend).await.unwrap();
        assert!(Arc::ptr_eq(&before, &all_issuers(backend).await.unwrap()), "read once");
        let mut kids = Vec::new();
        for _ in 0..60 {
            portal.clock.advance(1);
            kids.push(rotate_key(&other, DEPARTMENT).await.unwrap());
        }
        let own = keys_of(backend, DEPARTMENT).await.unwrap();
        assert_eq!(own.keys.len(), 61);
        assert_eq!(own.keys[0].kid.as_ref(), kids.last(), "the newest first");
        let all = all_issuers(backend).await.unwrap();
        assert!(kids.iter().all(|kid| all.trust.issuers.iter().any(|i| i.jwks.find(kid).is_some())));
        assert!(kids.iter().all(|kid| String::from_utf8_lossy(&all.keys).contains(kid.as_str())));
        let checked = share::check(backend, card.credential).await.unwrap();
        assert!(matches!(checked.verification, Verification::Valid { .. }), "{:?}", checked.verification);
        assert!(matches!(rotate_key(backend, "nothing").await, Err(CaseError::NotFound)));
    }

    async fn only_keys_that_were_kept_are_reported(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = portal.backend.clone();
        let rotating: Vec<_> = (0..6)
            .map(|_| {
                let backend = backend.clone();
                tokio::spawn(async move { rotate_key(&backend, DEPARTMENT).await })
            })
            .collect();
        let mut reported = Vec::new();
        for rotation in rotating {
            match rotation.await.unwrap() {
                Ok(kid) => reported.push(kid),
                Err(CaseError::Changed) => {}
                Err(error) => panic!("{error}"),
            }
        }
        let kept = keys_of(&backend, DEPARTMENT).await.unwrap();
        assert!(!reported.is_empty());
        assert_eq!(kept.keys.len(), reported.len());
        assert!(reported.iter().all(|kid| kept.find(kid).is_some()));
    }

    async fn a_certificate_is_its_holders_whomever_they_act_for(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let card = carded(backend, &lin).await;
        assert_eq!(card.holder, LIN);
        let mut acting = *lin.person().unwrap();
        acting.entity = Some(EntityId(backend.id()));
        let acting = Actor::Person(acting);
        assert_eq!(wallet::card(backend, &acting, card.row.id).await.unwrap().holder, LIN);
        assert_eq!(wallet::wallet(backend, &acting, None, 10).await.unwrap()[0].holder, LIN);
    }

    async fn nobody_shows_without_end_and_what_is_over_is_removed(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let card = carded(backend, &lin).await;
        for _ in 0..60 {
            share::share(backend, &lin, card.row.id, &[]).await.unwrap();
        }
        let refused = share::share(backend, &lin, card.row.id, &[]).await;
        assert!(matches!(refused, Err(CaseError::TooOften { .. })), "{refused:?}");
        portal.clock.advance(share::SHARED_SECONDS + 1);
        let now = portal.backend.now();
        let sweep = async |limit| {
            let swept: Result<u64, storage::Error> =
                backend.db.write(move |tx| Box::pin(async move { shares::sweep(tx, now, limit).await })).await;
            swept.unwrap()
        };
        assert_eq!([sweep(50).await, sweep(50).await, sweep(50).await], [50, 10, 0]);
    }

    async fn a_copy_for_a_wallet_is_the_same_certificate_and_proves_its_holder(t: &TestDb) {
        let portal = Portal::start(t.db()).await;
        let backend = &portal.backend;
        let lin = portal.citizen(LIN).await;
        let card = carded(backend, &lin).await;
        let wallet_key = IssuerKey::generate(&*backend.chance);
        let key = || HolderKey::from(wallet_key.public());
        let mut long_ago = *lin.person().unwrap();
        long_ago.recent = false;
        let refused = bind(backend, &Actor::Person(long_ago), card.row.id, key()).await;
        assert!(matches!(refused, Err(CaseError::Denied(_))), "{refused:?}");
        let zhou = portal.citizen(ZHOU).await;
        assert!(matches!(bind(backend, &zhou, card.row.id, key()).await, Err(CaseError::NotFound)));

        let copy = bind(backend, &lin, card.row.id, key()).await.unwrap();
        let unsigned = share::check(backend, copy.clone()).await.unwrap().verification;
        let original = share::check(backend, card.credential.clone()).await.unwrap().verification;
        let (Verification::Valid { certificate: copied }, Verification::Valid { certificate }) = (unsigned, original)
        else {
            panic!("both are valid");
        };
        assert_eq!((copied.binding.clone(), certificate.binding.clone()), (Binding::NotShown, Binding::None));
        let same = |c: &domain::certificates::Certificate| (c.open.clone(), c.disclosed.clone(), c.validity, c.status.clone());
        assert_eq!(same(&copied), same(&certificate));

        let shown = present(&copy, &["name"]).unwrap();
        let now = backend.now();
        let sign = |signer: &IssuerKey| {
            let says = json!({
                "iat": now.as_seconds(), "aud": "https://bank.example", "nonce": "n-1",
                "sd_hash": encode(&Sha256::digest(shown.as_bytes())),
            });
            format!("{shown}{}", signer.sign_unnamed(KEY_BINDING_TYPE, &says).unwrap())
        };
        let asked = |nonce: &str| ExpectedBinding { nonce: nonce.into(), audience: "https://bank.example".into() };
        let proven = share::check_bound(backend, sign(&wallet_key), asked("n-1")).await.unwrap().verification;
        let Verification::Valid { certificate } = proven else { panic!("{proven:?}") };
        assert!(matches!(certificate.binding, Binding::Shown { at, .. } if at.as_seconds() == now.as_seconds()));
        let replayed = share::check_bound(backend, sign(&wallet_key), asked("n-2")).await.unwrap().verification;
        assert!(matches!(replayed, Verification::Unbound { reason: BindingGap::OtherOccasion, .. }));
        let stolen = share::check(backend, sign(&IssuerKey::generate(&*backend.chance))).await.unwrap().verification;
        assert_eq!(stolen, Verification::Altered { reason: Alteration::KeyBinding });

        revoke(backend, &clerk(backend, DEPARTMENT), &card.row.number, "发现参保记录有误").await.unwrap();
        let after = share::check(backend, sign(&wallet_key)).await.unwrap().verification;
        assert!(matches!(after, Verification::Revoked { .. }), "revoked with the certificate it is a copy of");
        assert!(matches!(bind(backend, &lin, card.row.id, key()).await, Err(CaseError::Changed)));
    }
}
