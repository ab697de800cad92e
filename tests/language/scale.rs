//! Hostile texts are answered with an error. How long that takes is measured by the benches; a text for which a wrong
//! algorithm takes exponential time would never end here.

use aev_language::compile::{Options, compile};
use aev_language::syntax::{MAX_BYTES, SyntaxErrorKind, parse};

fn nested(prefix: &str, open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{prefix}{}{inner}{}\n", open.repeat(depth), close.repeat(depth))
}

const FORMS: [(&str, &str, &str, &str); 12] = [
    ("let x = ", "[", "1", "]"),
    ("let x = ", "(", "1", ")"),
    ("let x = ", "{a:", "1", "}"),
    ("let x = ", "f(", "1", ")"),
    ("let x = ", "a[", "1", "]"),
    ("let x = ", "\"${", "1", "}\""),
    ("let x = ", "if a then ", "1", " else 2"),
    ("let x = ", "[for x in ", "y", ": 1]"),
    ("let x = ", "(any x in l: ", "y", ")"),
    ("param x: ", "list<", "int", ">"),
    ("param x: ", "{ a: ", "int", "}"),
    ("", "if a { ", "let x = 1", " }"),
];

#[test]
fn nesting_within_the_limit_parses() {
    for (prefix, open, inner, close) in FORMS {
        let text = nested(prefix, open, inner, close, 50);
        assert_eq!(parse(&text).errors, [], "{open}");
    }
}

#[test]
fn nesting_beyond_the_limit_is_an_error() {
    for (prefix, open, inner, close) in FORMS {
        for depth in [200, 5_000, 100_000] {
            let errors = parse(&nested(prefix, open, inner, close, depth)).errors;
            assert!(
                matches!(errors[..], [ref one] if matches!(one.kind, SyntaxErrorKind::TooDeep { .. })),
                "{open} {depth}"
            );
        }
    }
}

#[test]
fn nesting_that_is_never_closed_is_an_error() {
    for (prefix, open, inner, _) in FORMS {
        for between in ["", "\n", " x y ", "\n junk, "] {
            let text = format!("{prefix}{}{inner}\n", format!("{open}{between}").repeat(60));
            assert!(!parse(&text).errors.is_empty(), "{open}");
        }
    }
}

#[test]
fn long_chains_are_values_or_errors() {
    for (start, link) in
        [("a", " + a"), ("a", ".b"), ("a", "[0]"), ("a", " and a"), ("not ", "not "), ("", "-"), ("a", "(1)")]
    {
        let text = format!("let x = {start}{}\n", link.repeat(100_000));
        let errors = parse(&text).errors;
        assert!(
            errors.iter().any(|error| matches!(error.kind, SyntaxErrorKind::TooLong { .. })),
            "{link} {errors:?}"
        );
    }
    let text = format!("if a {{ }} {}\n", "else if b { } ".repeat(10_000));
    assert!(parse(&text).errors.iter().any(|error| matches!(error.kind, SyntaxErrorKind::TooDeep { .. })));
}

#[test]
fn large_texts_end() {
    let line = "let x = { a: [1, 2, \"three ${four}\"], b: c.d == 5 and not e }\n";
    let entries = "  junk here\n  a: 1\n".repeat(5_000);
    for text in [
        line.repeat(5_000),
        format!("let x = {{\n{entries}}}\n"),
        "x ".repeat(100_000),
        "\"".repeat(100_000),
        "/* ".repeat(100_000),
        "{ x\n".repeat(50_000),
        "let x = \"\"\"a\n".repeat(20_000),
        "${".repeat(100_000),
    ] {
        parse(&text);
    }
    let errors = parse(&"x".repeat(10 << 20)).errors;
    assert_eq!(errors[0].kind, SyntaxErrorKind::TooLarge { limit: MAX_BYTES });
}

/// Broken strings, so that what the depth is counted by before parsing and what is parsed may differ.
#[test]
fn nesting_behind_broken_strings_is_no_way_around_the_limit() {
    for before in [
        "\"${ a b \"}",
        "\"${\"",
        "\"${\"}",
        "\"\"\"${ \"\"\" ",
        "'\"",
        "\"${ [ }\" ) ",
        "} ] ) ",
        "junk \"${\" ",
    ] {
        for (prefix, open, inner, close) in FORMS {
            parse(&nested(&format!("let y = {before} {prefix}"), open, inner, close, 500));
            parse(&nested(&format!("let y = {before}\n{prefix}"), open, inner, close, 500));
        }
    }
}

/// A chain may be as long as the file, in either order, and bite its tail.
#[test]
fn long_chains_of_filters_are_checked() {
    let last = 20_000;
    let filter = |n: usize, from: String| format!("filter f{n} from {from}\n");
    let chain: Vec<String> = (1..=last).map(|n| filter(n, format!("f{}", n - 1))).collect();
    let codes = |first: &str, chain: String| {
        let trigger = format!("trigger show on f{last} {{ log }}\n");
        let text = format!("external source shop: webhook\n{first}{chain}{trigger}");
        let compiled = compile("chain.aev", &text, &Options::default());
        let codes: Vec<u16> = compiled.diagnostics.iter().map(|found| found.code.number()).collect();
        (compiled.plan.is_some(), codes)
    };
    let first = filter(0, "shop".to_owned());
    assert_eq!(codes(&first, chain.concat()), (true, vec![]));
    assert_eq!(codes(&first, chain.iter().rev().cloned().collect()), (true, vec![]));
    assert_eq!(codes(&filter(0, format!("f{last}")), chain.concat()), (false, vec![105]));
}
