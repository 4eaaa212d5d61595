/// Returns the candidate that is most likely meant by a mistyped word, if any is near enough.
///
/// Near enough is one wrong, missing, additional or exchanged letter in three.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| {
            *distance * 3 <= word.chars().count().max(candidate.chars().count())
        })
        .map(|(_, candidate)| candidate)
}

/// Returns ``did you mean `x`?`` where a candidate is near, else an empty text.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, candidates).map_or_else(String::new, |found| format!("did you mean `{found}`?"))
}

/// The Damerau-Levenshtein distance (adjacent letters may change places for the price of one).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                let exchanged: &Vec<usize> = &before;
                best = best.min(exchanged[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_near_and_not_the_far() {
        let keys = ["channel", "topic", "skip", "when"];
        assert_eq!(nearest("chanel", keys), Some("channel"));
        assert_eq!(nearest("tpoic", keys), Some("topic"));
        assert_eq!(nearest("wehn", keys), Some("when"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(did_you_mean("stream", keys), "");
    }
}
