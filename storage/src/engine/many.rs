//! Looking up many rows by their keys with one statement.

/// Keys that one statement looks up.
pub(crate) const AT_ONCE: usize = 64;

/// The places of [`AT_ONCE`] keys in a statement.
macro_rules! keys {
    () => {
        "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32,
        $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48,
        $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64"
    };
}
pub(crate) use keys;

/// `fetch_by_keys!(tx, Row, STATEMENT, keys)?`: the rows of a statement over [`keys!`], for any number of keys, in no order.
macro_rules! fetch_by_keys {
    ($tx:expr, $row:ty, $statement:expr, $keys:expr) => {{
        let keys = $keys;
        let mut found: Vec<$row> = Vec::with_capacity(keys.len());
        for group in $crate::engine::many::groups(keys) {
            found.extend($crate::engine::query::fetch_all_of!($tx, $row, $statement, group)?);
        }
        Ok::<Vec<$row>, $crate::Error>(found)
    }};
}
pub(crate) use fetch_by_keys;

/// The keys in groups as a statement takes them: a short group is filled up with its last key.
pub(crate) fn groups<T: Copy>(keys: &[T]) -> impl Iterator<Item = [T; AT_ONCE]> {
    keys.chunks(AT_ONCE).map(|group| std::array::from_fn(|at| group[at.min(group.len() - 1)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_in_a_group_and_nothing_else_is() {
        for n in [0, 1, 64, 65, 200] {
            let all: Vec<usize> = (0..n).collect();
            let mut found: Vec<usize> = groups(&all).flatten().collect();
            found.dedup();
            assert_eq!(found, all);
        }
        assert!(keys!().ends_with(&format!("${AT_ONCE}")));
    }
}
