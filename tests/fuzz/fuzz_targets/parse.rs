//! Any text gives a tree whose leaves are the text, and errors that lie in it.

#![no_main]

use aev_language::syntax::parse;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let parsed = parse(text);
    let mut at = 0;
    for leaf in parsed.tree.leaves() {
        assert_eq!(leaf.span.start as usize, at);
        at = leaf.span.end as usize;
    }
    assert_eq!(at, text.len());
    for error in &parsed.errors {
        assert!(error.span.start <= error.span.end && error.span.end as usize <= text.len());
    }
});
