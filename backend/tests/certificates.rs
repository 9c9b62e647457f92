//! A certificate that was issued here is accepted; whatever was done to it since is said for what it is.

use backend::certificates::metadata::{issuer_url, trust, type_url};
use backend::certificates::present::link;
use backend::certificates::qr;
use backend::certificates::{Content, IssuerKey, issue, key_set, present, sign_status_list};
use backend::clock::Chance;
use domain::certificates::jwt::encode;
use domain::certificates::sd_jwt::{KEY_BINDING_TYPE, MAX_PRESENTATION, TYPE};
use domain::certificates::status_list::StatusReference;
use domain::certificates::verification::{Alteration, Binding, BindingGap, StatusGap};
use domain::certificates::{
    CLOCK_SKEW_SECONDS, ExpectedBinding, Standing, StatusList, Trust, Validity, Verification, verify,
};
use domain::text::Text;
use domain::time::Timestamp;
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::sync::{LazyLock, Mutex, PoisonError};

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
    let content = Content { holder: Some(department.holder.public().clone()), ..department.content() };
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
        Verification::Valid { certificate } => assert_eq!(certificate.binding, Binding::Shown(now())),
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
