//! Token Status List (IETF draft-ietf-oauth-status-list): one or two bits for each certificate, deflated and signed.

use super::jwt::{decode, encode};
use super::state::Standing;
use serde::{Deserialize, Serialize};

/// The `typ` of a status list token.
pub const TYPE: &str = "statuslist+jwt";
/// The longest status list token that is read, in bytes.
pub const MAX_TOKEN: usize = 2 * 1024 * 1024;
/// The longest list, in bytes once inflated: 4 Mi certificates of two bits.
pub const MAX_LIST: usize = 1024 * 1024;

/// Where the status of a certificate stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReference {
    pub idx: u64,
    pub uri: String,
}

/// The value of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Known(Standing),
    /// A meaning that only the issuer knows (value 3).
    Other,
}

/// The claim `status_list` of a status list token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusListClaim {
    pub bits: u8,
    /// The list, compressed with zlib, base64url.
    pub lst: String,
}

/// A list of statuses, all good at first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    bits: u8,
    bytes: Vec<u8>,
}

/// Why there is no such list or entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum StatusListError {
    #[error("entries of other than 1 or 2 bits")]
    Bits,
    #[error("list is larger than allowed")]
    TooLarge,
    #[error("list cannot be read")]
    Unreadable,
    #[error("index is outside the list")]
    OutOfRange,
    #[error("a suspension needs two bits")]
    TooNarrow,
}

impl StatusList {
    /// A list of `entries` certificates, rounded up to whole bytes, with 1 or 2 `bits` each.
    pub fn new(bits: u8, entries: usize) -> Result<StatusList, StatusListError> {
        if !matches!(bits, 1 | 2) {
            return Err(StatusListError::Bits);
        }
        let length = entries.div_ceil(8 / usize::from(bits));
        if length > MAX_LIST {
            return Err(StatusListError::TooLarge);
        }
        Ok(StatusList { bits, bytes: vec![0; length] })
    }

    /// How many certificates fit.
    pub fn entries(&self) -> usize {
        self.bytes.len() * 8 / usize::from(self.bits)
    }

    pub fn set(&mut self, index: u64, standing: Standing) -> Result<(), StatusListError> {
        let value = match standing {
            Standing::Good => 0,
            Standing::Revoked => 1,
            Standing::Suspended if self.bits == 1 => return Err(StatusListError::TooNarrow),
            Standing::Suspended => 2,
        };
        let (at, shift, mask) = self.place(index)?;
        self.bytes[at] = self.bytes[at] & !(mask << shift) | value << shift;
        Ok(())
    }

    pub fn get(&self, index: u64) -> Result<Entry, StatusListError> {
        let (at, shift, mask) = self.place(index)?;
        Ok(match self.bytes[at] >> shift & mask {
            0 => Entry::Known(Standing::Good),
            1 => Entry::Known(Standing::Revoked),
            2 => Entry::Known(Standing::Suspended),
            _ => Entry::Other,
        })
    }

    /// Byte, shift and mask of an entry: the lowest bits of a byte come first.
    fn place(&self, index: u64) -> Result<(usize, u32, u8), StatusListError> {
        let index = usize::try_from(index).map_err(|_| StatusListError::OutOfRange)?;
        if index >= self.entries() {
            return Err(StatusListError::OutOfRange);
        }
        let bits = usize::from(self.bits);
        let bit = index * bits;
        Ok((bit / 8, (bit % 8) as u32, (1 << bits) - 1))
    }

    /// The list as it stands in a token.
    pub fn to_claim(&self) -> StatusListClaim {
        let lst = encode(&miniz_oxide::deflate::compress_to_vec_zlib(&self.bytes, 9));
        StatusListClaim { bits: self.bits, lst }
    }

    /// Reads the list of a token; never inflates more than [`MAX_LIST`] bytes.
    pub fn from_claim(claim: &StatusListClaim) -> Result<StatusList, StatusListError> {
        if !matches!(claim.bits, 1 | 2) {
            return Err(StatusListError::Bits);
        }
        let packed = decode(&claim.lst).ok_or(StatusListError::Unreadable)?;
        let bytes = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&packed, MAX_LIST).map_err(
            |e| match e.status {
                miniz_oxide::inflate::TINFLStatus::HasMoreOutput => StatusListError::TooLarge,
                _ => StatusListError::Unreadable,
            },
        )?;
        Ok(StatusList { bits: claim.bits, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn examples_of_the_draft() {
        // draft-ietf-oauth-status-list §4: statuses and the bytes 0xb9a3, and for two bits 0xc944f9.
        let one = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1];
        let mut list = StatusList::new(1, 16).unwrap();
        for (index, value) in one.into_iter().enumerate() {
            list.set(index as u64, if value == 1 { Standing::Revoked } else { Standing::Good }).unwrap();
        }
        assert_eq!(list.bytes, [0xb9, 0xa3]);
        let claim = StatusListClaim { bits: 1, lst: "eNrbuRgAAhcBXQ".into() };
        assert_eq!(StatusList::from_claim(&claim).unwrap(), list);

        let claim = StatusListClaim { bits: 2, lst: "eNo76fITAAPfAgc".into() };
        let list = StatusList::from_claim(&claim).unwrap();
        assert_eq!(list.bytes, [0xc9, 0x44, 0xf9]);
        assert_eq!(list.get(0), Ok(Entry::Known(Standing::Revoked)));
        assert_eq!(list.get(1), Ok(Entry::Known(Standing::Suspended)));
        assert_eq!(list.get(3), Ok(Entry::Other));
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let lst = encode(&miniz_oxide::deflate::compress_to_vec_zlib(&vec![0; MAX_LIST + 1], 9));
        assert!(lst.len() < 4096);
        assert_eq!(StatusList::from_claim(&StatusListClaim { bits: 2, lst }), Err(StatusListError::TooLarge));
        assert_eq!(StatusList::new(2, 4 * MAX_LIST + 1), Err(StatusListError::TooLarge));
        assert_eq!(StatusList::new(4, 1), Err(StatusListError::Bits));
        assert_eq!(
            StatusList::new(1, 8).unwrap().set(0, Standing::Suspended),
            Err(StatusListError::TooNarrow)
        );
    }

    proptest! {
        #[test]
        fn keeps_what_was_set(set in proptest::collection::btree_map(0u64..1000, 0u8..3, 0..60)) {
            let mut list = StatusList::new(2, 1000).unwrap();
            let standing = |v: u8| [Standing::Good, Standing::Revoked, Standing::Suspended][usize::from(v)];
            for (index, value) in &set {
                list.set(*index, standing(*value)).unwrap();
            }
            let read = StatusList::from_claim(&list.to_claim()).unwrap();
            for index in 0..1000 {
                let want = standing(set.get(&index).copied().unwrap_or(0));
                prop_assert_eq!(read.get(index), Ok(Entry::Known(want)));
            }
            prop_assert_eq!(read.get(1000), Err(StatusListError::OutOfRange));
        }

        #[test]
        fn any_claim_is_answered(bits in 0u8..5, lst in "[A-Za-z0-9_-]{0,200}") {
            let _ = StatusList::from_claim(&StatusListClaim { bits, lst });
        }
    }
}
