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

/// The codes of a text and whether it has a plan.
fn codes(text: &str) -> (bool, Vec<u16>) {
    let compiled = compile("large.aev", text, &Options::default());
    (compiled.plan.is_some(), compiled.diagnostics.iter().map(|found| found.code.number()).collect())
}

/// `types` in the order of the file and the other way round, with the last as the type of a source.
fn of_types(types: &[String], last: &str) -> [(bool, Vec<u16>); 2] {
    let source = format!("external source shop: webhook<{last}>\ntrigger show on shop {{ log }}\n");
    let backwards: String = types.iter().rev().map(String::as_str).collect();
    [codes(&format!("{}{source}", types.concat())), codes(&format!("{backwards}{source}"))]
}

#[test]
fn types_made_of_types_are_bounded() {
    let last = 20_000;
    let chain = |part: &dyn Fn(usize) -> String| -> Vec<String> {
        let first = "type T0 = { id: string }\n".to_owned();
        [first].into_iter().chain((1..=last).map(|n| format!("type T{n} = {}\n", part(n - 1)))).collect()
    };
    let all = |types: &[String], last: usize| of_types(types, &format!("T{last}"));
    // Another name is no level, and as many levels as brackets may have are fine.
    let names = chain(&|n| format!("T{n}"));
    assert_eq!(all(&names, last), [(true, vec![]), (true, vec![])]);
    let levels = chain(&|n| format!("{{ next: T{n} }}"));
    assert_eq!(all(&levels[..64], 63), [(true, vec![]), (true, vec![])]);
    // The first that is too large is the one mistake, whatever is made of it.
    for types in [
        levels,
        chain(&|n| format!("list<T{n}>")),
        chain(&|n| format!("{{ next?: T{n} | null, id: string }}")),
    ] {
        assert_eq!(all(&types, last), [(false, vec![235]), (false, vec![235])]);
    }
    let doubled = |part: &dyn Fn(usize) -> String| chain(part)[..60].to_vec();
    for types in [
        doubled(&|n| format!("{{ x: T{n}, y: T{n} }}")),
        doubled(&|n| format!("list<T{n}> | map<T{n}> | null")),
        doubled(&|n| format!("{{ x: {{ y: T{n} }}, z: list<T{n}> }}")),
    ] {
        assert_eq!(all(&types, 59), [(false, vec![235]), (false, vec![235])]);
        assert_eq!(all(&types[..15], 14), [(true, vec![]), (true, vec![])]);
    }
}

#[test]
fn types_that_double_are_read_and_compared() {
    let types: String = (1..=17).map(|n| format!("type T{n} = {{ x: T{0}, y: T{0} }}\n", n - 1)).collect();
    let path = ".x".repeat(17);
    let text = format!(
        "type T0 = {{ id: string, note?: string }}\n{types}external source a: webhook<T17>\nexternal source b: webhook<T17 | null>\n\
         filter f from a as e where e.body{path}.id == \"x\" and e.body{path}.note == \"y\"\n\
         trigger one on a or b as e {{ log }}\ntrigger two on f as e {{ http {{ url: \"http://a/\", payload: e.body{path} }} }}\n"
    );
    assert!(codes(&text).0, "{:?}", codes(&text));
}

#[test]
fn a_long_circle_of_types_is_one_mistake() {
    let last = 20_000;
    let mut types: Vec<String> =
        (1..=last).map(|n| format!("type T{n} = {{ next: T{} }}\n", n - 1)).collect();
    types.push(format!("type T0 = {{ next: T{last} }}\n"));
    assert_eq!(of_types(&types, "T5"), [(false, vec![219]), (false, vec![219])]);
    // And a circle in which every type goes back to the first.
    let types: Vec<String> =
        (0..5_000).map(|n| format!("type T{n} = {{ a: T{}, b?: T0 }}\n", (n + 1) % 5_000)).collect();
    assert_eq!(of_types(&types, "T5"), [(false, vec![219]), (false, vec![219])]);
}

#[test]
fn unions_of_very_many_texts_are_checked() {
    let texts: Vec<String> = (0..100_000).map(|n| format!("\"t{n}\"")).collect();
    let text = format!(
        "external source shop: webhook<{{ kind: {} }}>\nfilter f from shop as o where o.body.kind in [{}]\n\
         filter g from f where f.body.kind != \"t4\"\ntrigger show on g {{ log }}\n",
        texts.join(" | "),
        texts.iter().step_by(2).map(String::as_str).collect::<Vec<_>>().join(", ")
    );
    assert!(codes(&text).0, "{:?}", codes(&text).1);
}

/// Each condition is put behind those of all filters before it.
#[test]
fn long_chains_of_conditions_are_checked_and_built() {
    for condition in [
        |n: usize, before: &str| format!("{before}.body.n != {n}"),
        |n: usize, before: &str| format!("{before}.body[\"p{n}\"] == \"x\""),
        |n: usize, before: &str| format!("not ({before}.body.n in [{n}, 7])"),
        |n: usize, before: &str| format!("{before}.body.a == \"a{n}\" or {before}.body.b == \"b{n}\""),
        |n: usize, before: &str| format!("any x in {before}.body.l: x.n == {n}"),
    ] {
        let mut text = String::from("external source f0: webhook\n");
        for n in 1..=2_000 {
            let before = format!("f{}", n - 1);
            text.push_str(&format!("filter f{n} from {before} where {}\n", condition(n, &before)));
        }
        let one = format!("{text}trigger show on f2000 {{ log }}\n");
        let some = (100..2_000).step_by(100).map(|n| format!("trigger t{n} on f{n} {{ log }}\n"));
        let several: String = some.collect();
        for text in [one, text + &several] {
            let compiled = compile("chain.aev", &text, &Options::default());
            let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
            // It is too large for Argo Events, or has too many alternatives.
            drop(aev_argo::emit(&plan));
        }
    }
}

#[test]
fn very_many_alternatives_are_checked_and_built() {
    /// Joined in pairs: a chain of operators may not be so long.
    fn joined(parts: &[String]) -> String {
        match parts {
            [one] => one.clone(),
            _ => {
                let (left, right) = parts.split_at(parts.len() / 2);
                format!("({} or {})", joined(left), joined(right))
            }
        }
    }
    for part in [
        |n: usize| format!("o.body.kind == \"k{n}\""),
        |n: usize| format!("o.body[\"k{n}\"] == \"x\""),
        |n: usize| format!("o.body.n == {n}"),
        |n: usize| format!("(o.body.a == \"a{n}\" and o.body.b == \"b{n}\")"),
    ] {
        let parts: Vec<String> = (0..20_000).map(part).collect();
        let text = format!(
            "external source shop: webhook\nfilter f from shop as o where {}\ntrigger show on f {{ log }}\n",
            joined(&parts)
        );
        let compiled = compile("or.aev", &text, &Options::default());
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        drop(aev_argo::emit(&plan));
    }
}

/// What is too large, too deep or no text has its answer, in whatever order the passes meet it.
#[test]
fn hostile_files_have_a_diagnostic() {
    let line = "trigger t on shop as o { http { url: \"http://a/\", payload: { a: o.body.a } } }\n";
    assert_eq!(codes(&line.repeat((10 << 20) / line.len())), (false, vec![1]));
    for (prefix, open, inner, close) in FORMS {
        for depth in [100, 100_000] {
            let (made, found) = codes(&nested(prefix, open, inner, close, depth));
            assert!(!made && found.first() == Some(&1), "{open}: {found:?}");
        }
    }
    let mut bytes = line.repeat(20_000).into_bytes();
    bytes.iter_mut().step_by(41).for_each(|byte| *byte = 0xff);
    let undecoded = aev_language::decode::decode(bytes).unwrap_err();
    assert_eq!(undecoded.diagnostic(0).code.number(), 3);
    assert!(!codes(&undecoded.text).0);
}
