//! In which order the places of a status list are given away: one that only the key ring knows. From the place of a
//! certificate nobody learns when it was issued, nor which other one was issued next to it.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use storage::certificates::status_lists::{PLACES, Place};

use crate::sealing::KeyRing;

/// Each half of an index.
const HALF_BITS: u32 = 11;
const HALF: u32 = (1 << HALF_BITS) - 1;
/// As many as format-preserving encryption has (NIST SP 800-38G).
const ROUNDS: u8 = 10;

const _: () = assert!(PLACES == 1 << (2 * HALF_BITS));

/// The place in a list for the certificate that is `taken.index`th in it: a Feistel network, which gives every place
/// exactly once.
pub(super) fn place(keys: &KeyRing, department: &str, taken: Place) -> Place {
    let key = keys.derived(&format!("status-list {} {department}", taken.list));
    // Below PLACES.
    let index = taken.index as u32;
    let (mut left, mut right) = (index >> HALF_BITS, index & HALF);
    for round in 0..ROUNDS {
        // HMAC takes keys of any length.
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).unwrap_or_else(|_| unreachable!());
        mac.update(&[round]);
        mac.update(&right.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let mixed = left ^ (u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]) & HALF);
        (left, right) = (right, mixed);
    }
    Place { list: taken.list, index: i64::from(left << HALF_BITS | right) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::clock::SystemChance;

    #[test]
    fn every_place_is_given_once_and_in_no_order() {
        const SOME: i64 = 5000;
        let keys = KeyRing::generate(&SystemChance);
        let at = |list, index| place(&keys, "civil-affairs", Place { list, index }).index;
        let places: Vec<i64> = (0..SOME).chain(PLACES - SOME..PLACES).map(|index| at(0, index)).collect();
        assert!(places.iter().all(|index| (0..PLACES).contains(index)));
        assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len());
        // Half of all steps go up, as with dice: 200 is six deviations of 10,000 steps away.
        let up = places.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((4800..5200).contains(&up), "{up}");
        assert_ne!(
            (0..9).map(|n| at(0, n)).collect::<Vec<_>>(),
            (0..9).map(|n| at(1, n)).collect::<Vec<_>>()
        );
    }
}
