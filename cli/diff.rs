//! The difference of two texts, as `diff -u` shows it.

use std::fmt::Write;

/// Lines that are shown around a change.
const AROUND: usize = 3;

/// How many lines may differ until the whole middle counts as changed: what finds the fewest takes their square.
const MOST: usize = 1_000;

/// A part of both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'t> {
    Kept(&'t str),
    Removed(&'t str),
    Added(&'t str),
}

/// The difference with the names of the two, or nothing when there is none.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let parts = parts(&old, &new);
    let mut shown = String::new();
    let mut rest = parts.as_slice();
    let (mut old_line, mut new_line) = (1, 1);
    while let Some(change) = rest.iter().position(|part| !matches!(part, Part::Kept(_))) {
        if shown.is_empty() {
            let _ = write!(shown, "--- {name}\n+++ {name}\n");
        }
        let skipped = change.saturating_sub(AROUND);
        let (_, from) = rest.split_at_checked(skipped).unwrap_or_default();
        (old_line, new_line) = (old_line + skipped, new_line + skipped);
        let (hunk, behind) = from.split_at_checked(hunk(from)).unwrap_or((from, &[]));
        let count = |counts: fn(&Part) -> bool| hunk.iter().filter(|part| counts(part)).count();
        let olds = count(|part| !matches!(part, Part::Added(_)));
        let news = count(|part| !matches!(part, Part::Removed(_)));
        let _ = writeln!(shown, "@@ -{} +{} @@", range(old_line, olds), range(new_line, news));
        for part in hunk {
            let (sign, line) = match part {
                Part::Kept(line) => (' ', line),
                Part::Removed(line) => ('-', line),
                Part::Added(line) => ('+', line),
            };
            shown.push(sign);
            shown.push_str(line);
            if !line.ends_with('\n') {
                shown.push_str("\n\\ No newline at end of file\n");
            }
        }
        (old_line, new_line) = (old_line + olds, new_line + news);
        rest = behind;
    }
    shown
}

/// How many parts belong to the first hunk: until so many lines are the same that the next change stands alone.
fn hunk(parts: &[Part]) -> usize {
    let mut end = 0;
    for (index, part) in parts.iter().enumerate() {
        if !matches!(part, Part::Kept(_)) {
            end = index + 1;
        } else if end > 0 && index >= end + 2 * AROUND {
            break;
        }
    }
    (end + AROUND).min(parts.len())
}

/// `first,count`; of no lines, the line before.
fn range(first: usize, count: usize) -> String {
    match count {
        0 => format!("{},0", first - 1),
        1 => first.to_string(),
        count => format!("{first},{count}"),
    }
}

fn parts<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Part<'t>> {
    let before = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (same, old) = old.split_at_checked(before).unwrap_or_default();
    let (_, new) = new.split_at_checked(before).unwrap_or_default();
    let behind = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, end) = old.split_at_checked(old.len() - behind).unwrap_or_default();
    let (new, _) = new.split_at_checked(new.len() - behind).unwrap_or_default();
    let mut found: Vec<Part> = same.iter().map(|line| Part::Kept(line)).collect();
    found.extend(middle(old, new));
    found.extend(end.iter().map(|line| Part::Kept(line)));
    found
}

/// The fewest changes, by Myers: `reached[k]` is how far the old text can be followed on diagonal `k` with so many changes.
fn middle<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Part<'t>> {
    let (n, m) = (old.len() as isize, new.len() as isize);
    let line = |of: &[&'t str], at: isize| usize::try_from(at).ok().and_then(|at| of.get(at)).copied();
    let mut steps: Vec<Reached> = Vec::new();
    let mut reached = Reached::default();
    for d in 0..=MOST.min(old.len() + new.len()) as isize {
        steps.push(reached.clone());
        for k in (-d..=d).step_by(2) {
            let mut x = reached.start(k, d);
            while line(old, x).is_some() && line(old, x) == line(new, x - k) {
                x += 1;
            }
            reached.set(k, x);
            if x >= n && x - k >= m {
                return back(&steps, old, new);
            }
        }
    }
    let removed = old.iter().map(|line| Part::Removed(line));
    removed.chain(new.iter().map(|line| Part::Added(line))).collect()
}

/// How far each diagonal has come.
#[derive(Clone, Debug, Default)]
struct Reached(std::collections::BTreeMap<isize, isize>);

impl Reached {
    fn at(&self, k: isize) -> isize {
        self.0.get(&k).copied().unwrap_or(if k == 1 { 0 } else { -1 })
    }

    fn set(&mut self, k: isize, x: isize) {
        self.0.insert(k, x);
    }

    /// Whether diagonal `k` is entered from above, by an added line.
    fn adds(&self, k: isize, d: isize) -> bool {
        k == -d || (k != d && self.at(k - 1) < self.at(k + 1))
    }

    fn start(&self, k: isize, d: isize) -> isize {
        if self.adds(k, d) { self.at(k + 1) } else { self.at(k - 1) + 1 }
    }
}

/// The way back from the end through what was reached with each number of changes.
fn back<'t>(steps: &[Reached], old: &[&'t str], new: &[&'t str]) -> Vec<Part<'t>> {
    let (mut old, mut new) = (old.to_vec(), new.to_vec());
    let mut found = Vec::new();
    for (d, before) in steps.iter().enumerate().rev() {
        let d = d as isize;
        let k = old.len() as isize - new.len() as isize;
        let x = before.start(k, d);
        while old.len() as isize > x.max(0) && !new.is_empty() {
            found.extend(old.pop().map(Part::Kept));
            new.pop();
        }
        if d == 0 {
            break;
        }
        match before.adds(k, d) {
            true => found.extend(new.pop().map(Part::Added)),
            false => found.extend(old.pop().map(Part::Removed)),
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::{Part, parts, unified};

    #[test]
    fn shows_what_changed_with_three_lines_around() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn";
        let new = "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\n";
        assert_eq!(
            unified("x", old, new),
            "--- x\n+++ x\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n@@ -11,4 +11,5 @@\n k\n l\n m\n-n\n\\ No newline at end of file\n+n\n+o\n"
        );
        assert_eq!(unified("x", old, old), "");
        assert_eq!(unified("x", "", "a\n"), "--- x\n+++ x\n@@ -0,0 +1 @@\n+a\n");
        assert_eq!(unified("x", "a\n", ""), "--- x\n+++ x\n@@ -1 +0,0 @@\n-a\n");
    }

    #[test]
    fn both_texts_can_be_read_back_and_changes_are_few() {
        // All texts of up to five lines of two letters against each other.
        let texts: Vec<Vec<&str>> = (0..63)
            .map(|number: u32| {
                let bits = u32::BITS - (number + 1).leading_zeros() - 1;
                (0..bits).map(|bit| if (number + 1) >> bit & 1 == 1 { "a" } else { "b" }).collect()
            })
            .collect();
        for old in &texts {
            for new in &texts {
                let parts = parts(old, new);
                let mut rest = (Vec::new(), Vec::new());
                for part in &parts {
                    match part {
                        Part::Kept(line) => {
                            rest.0.push(*line);
                            rest.1.push(*line);
                        }
                        Part::Removed(line) => rest.0.push(*line),
                        Part::Added(line) => rest.1.push(*line),
                    }
                }
                assert_eq!((&rest.0, &rest.1), (old, new));
                let kept = parts.iter().filter(|part| matches!(part, Part::Kept(_))).count();
                assert_eq!(kept, common(old, new), "{old:?} {new:?}");
            }
        }
    }

    /// The length of the longest common subsequence, tried out.
    fn common(old: &[&str], new: &[&str]) -> usize {
        match (old.split_first(), new.split_first()) {
            (Some((a, old)), Some((b, new))) if a == b => 1 + common(old, new),
            (Some((a, rest)), Some((b, after))) => {
                let (old, new): (Vec<&str>, Vec<&str>) = ([&[*a], rest].concat(), [&[*b], after].concat());
                common(rest, &new).max(common(&old, after))
            }
            _ => 0,
        }
    }
}
