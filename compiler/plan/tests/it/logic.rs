use crate::make::*;
use aev_plan::eval::{NoDialects, Predicate, Reason, Truth, Truth::*};
use aev_plan::expr::{Comparator::*, Expr};

fn decide(expr: &Expr, data: &str) -> Truth {
    Predicate::prepare(expr, &NoDialects).unwrap().decide(&[Some(&event(data))])
}

fn reason(expr: &Expr, data: &str) -> Reason {
    let (predicate, event) = (Predicate::prepare(expr, &NoDialects).unwrap(), event(data));
    assert_ne!(predicate.decide(&[Some(&event)]), True, "{data}");
    predicate.explain(&[Some(&event)])
}

#[test]
fn kleenes_tables() {
    let of = |truth| match truth {
        True => constant("true"),
        False => constant("false"),
        Unknown => is("missing", "1"),
    };
    for (a, b, and, or) in [
        (True, True, True, True),
        (True, False, False, True),
        (True, Unknown, Unknown, True),
        (False, False, False, False),
        (False, Unknown, False, Unknown),
        (Unknown, Unknown, Unknown, Unknown),
    ] {
        for pair in [vec![of(a), of(b)], vec![of(b), of(a)]] {
            assert_eq!(decide(&Expr::All(pair.clone()), "{}"), and, "{a:?} and {b:?}");
            assert_eq!(decide(&Expr::Any(pair), "{}"), or, "{a:?} or {b:?}");
        }
    }
    for (a, not) in [(True, False), (False, True), (Unknown, Unknown)] {
        assert_eq!(decide(&Expr::Not(Box::new(of(a))), "{}"), not);
    }
    assert_eq!(decide(&Expr::All(vec![]), "{}"), True);
    assert_eq!(decide(&Expr::Any(vec![]), "{}"), False);
}

/// The events that break simpler lowerings (`any` and `all` are not built yet).
#[test]
fn events_that_break_simpler_schemes() {
    let n = |op, value| compare(path("n"), op, constant(value));
    let or = |a, b| Expr::Any(vec![a, b]);
    for (expr, data, truth) in [
        (is("a", r#""42""#), r#"{"a":42}"#, Unknown),
        (matches("a", "^$", false), r#"{"a":null}"#, Unknown),
        (n(Greater, "10"), r#"{"n":"20"}"#, Unknown),
        (n(Less, "10"), r#"{"n":"abc"}"#, Unknown),
        (n(Equal, "0"), r#"{"n":{}}"#, Unknown),
        (is("d", "false"), r#"{"d":null}"#, Unknown),
        (compare(path("d"), NotEqual, constant("true")), r#"{"d":null}"#, Unknown),
        (is("d", "false"), r#"{"d":true}"#, False),
        (compare(path("d"), NotEqual, constant("true")), r#"{"d":true}"#, False),
        (inside("a", &[r#""x""#, r#""y""#], true), r#"{"a":"x"}"#, False),
        (compare(path("a"), NotEqual, constant(r#""x""#)), r#"{"a":5}"#, Unknown),
        (is("a", r#""2020-01-02""#), r#"{"a":"2020-01-02"}"#, True),
        (is("a", r#""it's""#), r#"{"a":"it's"}"#, True),
        (or(is("a", r#""x""#), is("b", r#""y""#)), r#"{"a":"x"}"#, True),
        (or(compare(path("a"), Less, constant("5")), is("b", r#""y""#)), r#"{"a":{},"b":"y"}"#, True),
        (or(is("a", "1"), is("missing.q", "1")), r#"{"a":1}"#, True),
        (compare(path("a"), Equal, path("b")), r#"{"a":[1],"b":[1]}"#, Unknown),
        (is("m.0.0", "1"), r#"{"m":[[1]]}"#, True),
        (is("@this", "1"), r#"{"@this":1}"#, True),
    ] {
        assert_eq!(decide(&expr, data), truth, "{expr:?} of {data}");
    }
}

#[test]
fn null_compares_with_the_word_null_only() {
    let unequal = compare(path("a"), NotEqual, constant("null"));
    for (data, equal) in
        [(r#"{"a":null}"#, True), (r#"{"a":0}"#, False), (r#"{"a":{}}"#, False), ("{}", Unknown)]
    {
        assert_eq!(decide(&is("a", "null"), data), equal, "{data}");
        assert_eq!(decide(&inside("a", &["null"], false), data), equal, "{data}");
        assert_eq!(decide(&unequal, data), !equal, "{data}");
    }
    assert_eq!(decide(&compare(path("a"), Equal, path("b")), r#"{"a":null,"b":null}"#), Unknown);
    assert_eq!(decide(&is("a", "1"), r#"{"a":null}"#), Unknown);
}

#[test]
fn an_index_and_a_key_are_one_step() {
    let key = |key: &str| {
        let mut place = path_of("e", "l");
        place.steps.push(aev_plan::expr::Step::Key(key.into()));
        compare(Expr::Path(place), Equal, constant("7"))
    };
    assert_eq!(decide(&key("1"), r#"{"l":[0,7]}"#), True);
    assert_eq!(decide(&is("l.1", "7"), r#"{"l":{"1":7}}"#), True);
    assert_eq!(decide(&is("l.-1", "7"), r#"{"l":[0,7]}"#), True);
    assert_eq!(decide(&is("l.-1", "7"), r#"{"l":{"-1":7}}"#), Unknown);
    assert_eq!(decide(&is("l.-3", "7"), r#"{"l":[0,7]}"#), Unknown);
    assert_eq!(decide(&key("x"), r#"{"l":[7]}"#), Unknown);
}

#[test]
fn numbers_are_doubles_and_text_is_bytes() {
    assert_eq!(decide(&is("a", "9007199254740992"), r#"{"a":9007199254740993}"#), True);
    assert_eq!(decide(&is("a", "1"), r#"{"a":1.0e0}"#), True);
    assert_eq!(decide(&compare(path("a"), Less, constant(r#""é""#)), r#"{"a":"z"}"#), True);
    assert_eq!(decide(&compare(path("a"), Less, constant("true")), r#"{"a":false}"#), Unknown);
}

#[test]
fn a_bare_path_and_defaults() {
    for (data, truth) in
        [(r#"{"a":true}"#, True), (r#"{"a":false}"#, False), (r#"{"a":1}"#, Unknown), ("{}", Unknown)]
    {
        assert_eq!(decide(&path("a"), data), truth);
    }
    let filled = compare(default(path("a"), constant("false"), false), NotEqual, constant("true"));
    for (data, truth) in [("{}", True), (r#"{"a":true}"#, False), (r#"{"a":null}"#, Unknown)] {
        assert_eq!(decide(&filled, data), truth, "{data}");
    }
    assert_eq!(decide(&Expr::Exists(path_of("e", "a")), r#"{"a":null}"#), True);
    assert_eq!(decide(&Expr::Exists(path_of("e", "a")), "{}"), False);
}

#[test]
fn reasons_name_path_found_and_wanted() {
    let not = |expr| Expr::Not(Box::new(expr));
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(100));
    let cut = format!(r#"`a`: `"{}…` is not equal to `"y"`"#, "x".repeat(59));
    for (expr, data, words) in [
        (is("body.action", r#""opened""#), r#"{"body":{}}"#, "`body.action` is absent"),
        (
            inside("body.action", &[r#""opened""#, r#""reopened""#], false),
            r#"{"body":{"action":"closed"}}"#,
            r#"`body.action`: `"closed"` is not in the list `["opened","reopened"]`"#,
        ),
        (inside("a", &["1"], true), r#"{"a":1}"#, "`a`: `1` is in the list `[1]`"),
        (is("a", r#""x""#), r#"{"a":"y"}"#, r#"`a`: `"y"` is not equal to `"x"`"#),
        (not(is("a", r#""x""#)), r#"{"a":"x"}"#, r#"`a`: `"x"` is equal to `"x"`"#),
        (compare(path("n"), Greater, constant("10")), r#"{"n":3}"#, "`n`: `3` is not more than `10`"),
        (compare(constant("10"), Less, path("n")), r#"{"n":3}"#, "`n`: `3` is not more than `10`"),
        (compare(path("n"), LessOrEqual, constant("2")), r#"{"n":3}"#, "`n`: `3` is more than `2`"),
        (compare(path("a"), Equal, path("b")), r#"{"a":1,"b":2}"#, "`a`: `1` is not equal to `2` of `b`"),
        (
            compare(path("n"), Greater, constant("10")),
            r#"{"n":"20"}"#,
            r#"`n`: `"20"` cannot be compared with `10` (text and number)"#,
        ),
        (matches("t", "^release/", false), r#"{"t":"fix"}"#, r#"`t`: `"fix"` does not match `^release/`"#),
        (matches("t", "x", true), r#"{"t":"fix"}"#, r#"`t`: `"fix"` matches `x`"#),
        (matches("t", "x", false), r#"{"t":5}"#, "`t`: `5` is no text (number)"),
        (not(Expr::Exists(path_of("e", "a"))), r#"{"a":1}"#, "`a` is present"),
        (path("items.0.ok"), r#"{"items":[{"ok":false}]}"#, "`items[0].ok`: `false` is not equal to `true`"),
        (
            Expr::Any(vec![is("a", "1"), is("b", "2")]),
            r#"{"a":0}"#,
            "none of these holds: `a`: `0` is not equal to `1`; `b` is absent",
        ),
        (not(Expr::Any(vec![is("a", "1"), is("b", "2")])), r#"{"a":1}"#, "`a`: `1` is equal to `1`"),
        (Expr::All(vec![is("a", "1"), is("b", "2")]), r#"{"a":1,"b":3}"#, "`b`: `3` is not equal to `2`"),
        (constant("false"), "{}", "no event passes"),
        (is("a", r#""y""#), long.as_str(), cut.as_str()),
    ] {
        assert_eq!(reason(&expr, data).to_string(), words);
    }
}

#[test]
fn a_redacted_reason_has_no_value_of_the_event() {
    let expr = Expr::Any(vec![
        inside("a", &[r#""x""#], false),
        is("b", "1"),
        compare(path("c"), Less, constant("5")),
        matches("d", "y", false),
        matches("e", "y", false),
    ]);
    let data = r#"{"a":"s3cret-1","b":"s3cret-2","c":53732,"d":"s3cret-3","e":{"k":"s3cret-4"}}"#;
    let shown = reason(&expr, data).redacted().to_string();
    assert!(!shown.contains("s3cret") && !shown.contains("53732"), "{shown}");
    assert!(shown.contains("`a`: the text is not in the list"), "{shown}");
}

#[test]
fn a_reason_that_is_kept_has_no_value_under_the_names_of_secrets() {
    let expr = Expr::Any(vec![
        is("headers.token", r#""s3cret-1""#),
        inside("headers.token", &[r#""s3cret-2""#], false),
        matches("headers.token", "s3cret-3", false),
        compare(path("headers.token"), Equal, path("a")),
        compare(path("headers.token"), Less, constant("5")),
        matches("all", "y", false),
        is("a", "1"),
    ]);
    let data = r#"{"a":"s3cret-4 is shown","headers":{"token":"s3cret-5"},"all":{"token":"s3cret-6"}}"#;
    let reason = reason(&expr, data);
    let kept = reason.without(|path| path.contains("token")).to_string();
    assert_eq!(kept.matches("s3cret").count(), 1, "{kept}");
    assert!(kept.contains(r#"`a`: `"s3cret-4 is shown"` cannot be compared with `1`"#), "{kept}");
    assert!(
        kept.contains("`headers.token`: a hidden value is not equal to what it is compared with"),
        "{kept}"
    );
    assert!(kept.contains("`all`: the object is no text"), "{kept}");
}
