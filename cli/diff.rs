//! The difference of two texts, as `diff -u` shows it.

use similar::TextDiff;
use std::time::Duration;

/// Texts that have little in common are not compared for longer; then more counts as changed than would have to.
const PATIENCE: Duration = Duration::from_secs(2);

/// The difference with the names of the two, or nothing when there is none.
pub fn unified(name: &str, old: &str, new: &str) -> String {
    let lines = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    lines.unified_diff().header(name, name).to_string()
}

#[cfg(test)]
mod tests {
    use super::unified;

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
}
