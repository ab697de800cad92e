//! Did you mean: the nearest names of the right kind, and none when none is near.

/// The one name that was most probably meant.
pub fn nearest<'a>(wrote: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    similar(wrote, candidates).into_iter().next()
}

/// The names that are nearest, when they are near enough to be meant; at most three. Spelling without regard to case, `-`
/// and `_` counts as the same name; otherwise a third of the letters may differ.
pub fn similar<'a>(wrote: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = fold(wrote);
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != wrote)
        .filter_map(|candidate| {
            let name = fold(candidate);
            let distance = distance(&wanted, &name);
            let longer = wanted.len().max(name.len());
            (distance == 0 || (longer > 2 && distance <= (longer / 3).max(1)))
                .then_some((distance, candidate))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    if let Some((best, _)) = found.first().copied() {
        found.retain(|(distance, _)| *distance == best);
    }
    found.truncate(3);
    found.into_iter().map(|(_, name)| name).collect()
}

fn fold(name: &str) -> Vec<char> {
    name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).take(100).collect()
}

/// Edits of one letter (insert, remove, replace, swap two neighbours) that make one name the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], k: usize| row.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut best =
                (at(&last, j) + usize::from(from != to)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let names = ["pull_request", "push", "issues", "repository", "x"];
        assert_eq!(nearest("pull_reqest", names), Some("pull_request"));
        assert_eq!(nearest("PullRequest", names), Some("pull_request"));
        assert_eq!(nearest("puhs", names), Some("push"));
        assert_eq!(nearest("deployment", names), None);
        assert_eq!(nearest("y", names), None, "one letter is no hint");
        assert_eq!(similar("issue", names), ["issues"]);
        assert_eq!(similar("GitHub", ["gitlab", "github"]), ["github"], "only the case differs");
    }
}
