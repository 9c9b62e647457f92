//! Writes one certificate in every state as JSON to standard output, for verifiers that are not ours to judge.

use backend::certificates::metadata::{issuer_metadata, issuer_url, type_url};
use backend::certificates::{Content, IssuerKey, issue, key_set, present, sign_status_list};
use backend::clock::Chance;
use domain::certificates::jwt::encode;
use domain::certificates::sd_jwt::KEY_BINDING_TYPE;
use domain::certificates::status_list::StatusReference;
use domain::certificates::{HolderKey, Standing, StatusList, Validity};
use domain::time::Timestamp;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

const ORIGIN: &str = "https://zhangban.example";
const LIST: &str = "https://zhangban.example/status/1";

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

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let now: i64 = std::env::args().nth(1).ok_or("name the present in seconds since 1970")?.parse()?;
    let seed: u64 = std::env::args().nth(2).ok_or("name a seed")?.parse()?;
    let now = Timestamp::from_seconds(now);
    let chance = Seeded::new(seed);
    let [old, key, stranger, holder, thief] = [(); 5].map(|()| IssuerKey::generate(&chance));
    let issuer = issuer_url(ORIGIN, "civil-affairs");

    let content = |idx: u64, from: i64, until: i64| Content {
        issuer: issuer.clone(),
        kind: type_url(ORIGIN, "residence-proof"),
        issued_at: now.plus_days(from),
        validity: Validity { from: Some(now.plus_days(from)), until: Some(now.plus_days(until)) },
        status: Some(StatusReference { idx, uri: LIST.into() }),
        holder: None,
        open: object(
            json!({ "number": "1.2.156.3005.2.11990000MB0000000J001.11990100MB0000001T.2026000017.001.J" }),
        ),
        personal: object(json!({
            "name": "欧阳明月", "id_number": "330102199003078888", "birth_date": "1990-03-07",
            "address": { "region": "330106", "street": "文三路 1 号" }, "household": ["欧阳明月", "欧阳朝阳"],
        })),
    };
    let good = issue(&content(1, -1, 30), &key, &chance)?;
    let bound_to = |holder: HolderKey| -> Result<String, Box<dyn std::error::Error>> {
        let whole = issue(&Content { holder: Some(holder), ..content(1, -1, 30) }, &key, &chance)?;
        Ok(present(&whole, &["name"])?)
    };
    let says = |shown: &str| {
        json!({
            "iat": now.as_seconds(), "aud": "https://verifier.example", "nonce": "n-1",
            "sd_hash": encode(&Sha256::digest(shown.as_bytes())),
        })
    };
    let bound = bound_to(holder.public().into())?;
    let binding = holder.sign_unnamed(KEY_BINDING_TYPE, &says(&bound))?;
    let stolen = thief.sign_unnamed(KEY_BINDING_TYPE, &says(&bound))?;
    // The wallet's key is made by the other side, as a JWK on the command line.
    let foreign = match std::env::args().nth(3) {
        Some(jwk) => Some(bound_to(HolderKey::parse(&jwk)?)?),
        None => None,
    };
    let mut list = StatusList::new(2, 1000)?;
    list.set(2, Standing::Revoked)?;
    list.set(3, Standing::Suspended)?;

    let samples = json!({
        "metadata": issuer_metadata(&issuer, key_set([&key, &old])),
        "status_list": { "uri": LIST, "token": sign_status_list(&list, LIST, &key, now)? },
        "good": good,
        "name_only": present(&good, &["name"])?,
        "nothing": present(&good, &[])?,
        "by_the_old_key": issue(&content(1, -1, 30), &old, &chance)?,
        "expired": issue(&content(1, -30, -1), &key, &chance)?,
        "not_yet_valid": issue(&content(1, 1, 30), &key, &chance)?,
        "revoked": issue(&content(2, -1, 30), &key, &chance)?,
        "suspended": issue(&content(3, -1, 30), &key, &chance)?,
        "by_a_stranger": issue(&content(1, -1, 30), &stranger, &chance)?,
        "bound": format!("{bound}{binding}"),
        "bound_by_a_thief": format!("{bound}{stolen}"),
        "for_the_wallet": foreign,
    });
    writeln!(std::io::stdout(), "{samples:#}")?;
    Ok(())
}
