//! Regular expressions that mean the same in Argo Events and here.
//!
//! Argo matches with Go's `regexp`, which is RE2's syntax. The engine underneath is the `regex` crate: as linear as RE2,
//! but with its own idea of `\d`, of `&&` in a class, of flags and of what may be repeated. So a pattern is read by Go's
//! rules, and what is handed down says each part in a form that the crate cannot understand otherwise. Greediness and
//! capture groups do not change whether a text matches, so they are dropped on the way.
//!
//! Two bounds are tighter than Go's: groups, classes and repetitions nest to 250 instead of 1000, and a compiled pattern
//! takes at most 10 MB.

mod classes;
mod reader;

use std::fmt;
use std::ops::Range;

/// A pattern, checked and compiled. It matches anywhere in the text unless it is anchored.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    regex: regex::Regex,
}

/// Why a pattern is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Re2Error {
    /// What is wrong and what to write instead.
    pub message: String,
    /// Which bytes of the pattern it is about.
    pub span: Range<usize>,
}

impl fmt::Display for Re2Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Re2Error {}

impl Pattern {
    /// Reads a pattern by the rules of Go's `regexp.Compile`.
    ///
    /// # Errors
    /// Go refuses it too, or it is larger than the bounds of this module.
    pub fn new(source: &str) -> Result<Pattern, Re2Error> {
        let translated = reader::translate(source)?;
        let regex =
            regex::RegexBuilder::new(&translated).size_limit(10 << 20).build().map_err(|_| Re2Error {
                message: "this pattern is too large or nests too deeply; write it shorter or flatter"
                    .to_owned(),
                span: 0..source.len(),
            })?;
        Ok(Pattern { source: source.to_owned(), regex })
    }

    /// Whether some part of the text matches.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.source
    }
}

/// The pattern that matches exactly this text, written as Go's `regexp.QuoteMeta` writes it.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap().is_match(text)
    }

    #[test]
    fn perl_classes_are_ascii() {
        assert!(matches(r"^\d\w\s$", "1a\t"));
        assert!(!matches(r"\d", "٣"));
        assert!(!matches(r"\w", "é"));
        assert!(!matches(r"\s", "\u{b}\u{a0}"));
        assert!(matches(r"^\D\W\S$", "٣éé"));
        assert!(matches(r"^[\d\W]+$", "1é"));
        assert!(matches(r"é\b|\bé", "éa"));
        assert!(matches(r"(?i)^\w$", "ſ"));
    }

    #[test]
    fn set_operations_are_plain_characters() {
        assert!(matches(r"^[[a]+$", "[a"));
        assert!(matches(r"^[a&&b]+$", "a&b"));
        assert!(matches(r"^[*--b]+$", ",b"));
        assert!(matches(r"^[~~]$", "~"));
    }

    #[test]
    fn go_forms_are_known() {
        for (pattern, text) in [
            (r"^\Qa.b*\E+$", "a.b**"),
            (r"^(?P<n>a)(?<m>b)$", "ab"),
            (r"^\p{Greek}\PL\pN$", "α-٣"),
            (r"^\p{^Greek}$", "a"),
            (r"^\x41\x{1F600}\101\0$", "A😀A\0"),
            (r"a{,2}", "a{,2}"),
            (r"^]}{$", "]}{"),
            (r"(?m)^b$", "a\nb\nc"),
            (r"(?s)^.$", "\n"),
            (r"^(?i:K)$", "\u{212a}"),
            (r"a(?i)*$", "aaa"),
            (r"^[[:word:]-]+$", "a-_"),
            (r"\z", ""),
        ] {
            assert!(matches(pattern, text), "{pattern}");
        }
    }

    #[test]
    fn refuses_what_go_refuses_and_says_where() {
        for (pattern, at) in [
            ("a**", 1..3),
            ("*a", 0..1),
            ("a{1001}", 1..7),
            ("(a{100}){11}", 8..12),
            ("a{2,1}", 1..6),
            (r"(?=a)", 0..3),
            (r"(?<=a)", 0..4),
            (r"(a)\1", 3..5),
            (r"\Z", 0..2),
            (r"(?x)a", 0..3),
            ("(a", 0..1),
            ("a)", 1..2),
            ("[a", 0..2),
            ("[b-a]", 1..4),
            (r"[\b]", 1..3),
            (r"\p{Alphabetic}", 0..14),
            ("[[:x:]]", 1..6),
            ("(?P<n>a)(?P<n>b)", 8..14),
            ("\\", 0..1),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap_err().span, at, "{pattern}");
        }
    }

    #[test]
    fn hostile_patterns_are_refused_not_obeyed() {
        assert!(Pattern::new(&"(".repeat(100_000)).is_err());
        assert!(Pattern::new(&format!("{}{}", "(".repeat(5_000), ")".repeat(5_000))).is_err());
        assert!(Pattern::new(r"(?:\pL{1000}\pN{1000}){1}").is_err());
        assert!(Pattern::new(&format!("{}a{}", "(?i:".repeat(249), ")*".repeat(249))).is_err());
        assert!(matches(&format!("{}a{}", "(?i:".repeat(50), ")*".repeat(50)), "A"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(pattern in r"[\[\](){}|*+?^$.\\a-z0-9&~:,<>=!-]{0,24}") {
            let _ = Pattern::new(&pattern);
        }

        #[test]
        fn whatever_go_syntax_allows_compiles(pattern in r"(\[\^?[\]a&~\[-]{1,4}\]|[abi.]|\\[dWsQEzAbB]|\(\?[imsU]{1,2}\)|[*?]){0,8}") {
            if let Err(error) = reader::translate(&pattern).and_then(|_| Pattern::new(&pattern)) {
                prop_assert!(reader::translate(&pattern).is_err(), "{error}");
            }
        }

        #[test]
        fn a_quoted_text_matches_itself_only(text in any::<String>(), other in any::<String>()) {
            let pattern = Pattern::new(&format!("^{}$", quote(&text))).unwrap();
            prop_assert!(pattern.is_match(&text));
            prop_assert_eq!(pattern.is_match(&other), text == other);
        }
    }
}
