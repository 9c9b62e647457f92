//! The known name that was probably meant by an unknown one.

/// Longer names are not compared: the work grows with the square.
const LONGEST: usize = 64;

/// The candidate that the fewest slips of the hand turn into `written`, if they are few for its length.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written: Vec<char> = written.chars().map(alike).collect();
    if written.len() > LONGEST {
        return None;
    }
    let few = (written.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
        .map(|candidate| (slips(&written, &candidate.chars().map(alike).collect::<Vec<_>>()), candidate))
        .filter(|(slips, _)| *slips <= few)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Capitals and the separator are the commonest slips of all.
fn alike(c: char) -> char {
    if c == '-' { '_' } else { c.to_ascii_lowercase() }
}

/// Letters left out, put in, replaced, or swapped with the next (optimal string alignment distance).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut fewest = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                fewest = fewest.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = fewest;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_hand_are_forgiven_and_other_words_are_not() {
        let names = ["label", "summary", "time_limit", "id"];
        for (written, meant) in [
            ("lable", Some("label")),
            ("summery", Some("summary")),
            ("Summary", Some("summary")),
            ("time-limit", Some("time_limit")),
            ("timelimt", Some("time_limit")),
            ("price", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, names), meant, "{written}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
