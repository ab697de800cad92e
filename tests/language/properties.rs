//! Laws that hold for every text.

use aev_language::syntax::{Parsed, parse};
use proptest::prelude::*;

use crate::corpus::files;

/// Every byte belongs to exactly one leaf, every error lies in the text, and parents hold their children.
fn check(text: &str) -> Parsed {
    let parsed = parse(text);
    let mut at = 0;
    for leaf in parsed.tree.leaves() {
        assert_eq!(leaf.span.start as usize, at, "gap or overlap in {text:?}");
        at = leaf.span.end as usize;
        assert!(text.is_char_boundary(at));
    }
    assert_eq!(at, text.len(), "text without a leaf in {text:?}");
    for error in &parsed.errors {
        let (start, end) = (error.span.start as usize, error.span.end as usize);
        assert!(start <= end && end <= text.len(), "{error:?} outside of {text:?}");
        assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{error:?} inside a character");
    }
    parsed
}

/// Words, numbers, strings, runs of blanks and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let class = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        if last.is_some_and(|last| last != class(c) || class(c) == 2) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(class(c));
    }
    tokens.push(&text[start..]);
    tokens
}

const INSERTED: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "\"",
    "\"\"\"",
    "${",
    "'",
    ":",
    "=",
    ",",
    ";",
    " and ",
    " not ",
    " if ",
    " then ",
    "trigger x on y {",
    "\n",
    "1h",
    "é",
];

#[test]
fn the_corpus_keeps_every_byte() {
    for (_, text) in files() {
        check(&text);
    }
}

#[test]
fn the_corpus_cut_anywhere_keeps_every_byte() {
    for (_, text) in files().into_iter().filter(|(name, _)| name == "forms.aev" || name == "wild.aev") {
        for (at, _) in text.char_indices().step_by(7) {
            check(&text[..at]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_keeps_every_byte(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_pieces_of_the_language_keep_every_byte(
        pieces in prop::collection::vec(prop::sample::select(INSERTED.to_vec()), 0..60),
    ) {
        check(&pieces.concat());
    }

    #[test]
    fn a_token_removed_is_at_most_a_few_errors(file in 0_usize..74, at in any::<prop::sample::Index>()) {
        let (_, text) = &files()[file];
        let mut tokens = tokens(text);
        tokens.remove(at.index(tokens.len()));
        check(&tokens.concat());
    }

    #[test]
    fn a_token_inserted_or_replaced_keeps_every_byte(
        file in 0_usize..74,
        at in any::<prop::sample::Index>(),
        piece in prop::sample::select(INSERTED.to_vec()),
        replace in any::<bool>(),
    ) {
        let (_, text) = &files()[file];
        let mut tokens = tokens(text);
        let at = at.index(tokens.len());
        if replace { tokens[at] = piece } else { tokens.insert(at, piece) }
        check(&tokens.concat());
    }
}
