use aev_plan::document::{Document, Kind, MAX_DEPTH, Problem};
use aev_plan::json::Json;
use proptest::prelude::*;

fn parse(text: &str) -> Document {
    Document::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn values_stay_as_they_arrived() {
    let document =
        parse(r#" {"id": 12345678901234567890.50, "o": { "b" : [1,  2] }, "t": "a\u00e9\n\ud83d\ude00"} "#);
    let root = document.root();
    assert_eq!(root.member("id").unwrap().raw(), "12345678901234567890.50");
    assert_eq!(root.member("o").unwrap().raw(), r#"{ "b" : [1,  2] }"#);
    assert_eq!(root.member("t").unwrap().as_text().unwrap(), "aé\n😀");
    assert_eq!(root.member("o").unwrap().member("b").unwrap().element(-1).unwrap().raw(), "2");
    assert!(root.member("x").is_none());
    assert!(root.element(0).is_none());
    assert_eq!(root.kind(), Kind::Object);
}

#[test]
fn of_equal_keys_the_first_counts() {
    let document = parse(r#"{"a": {"c": 3}, "b": 2, "\u0061": 1}"#);
    assert_eq!(document.root().member("a").unwrap().raw(), r#"{"c": 3}"#);
    assert_eq!(document.root().to_json().to_string(), r#"{"a":{"c":3},"b":2}"#);
}

#[test]
fn half_a_pair_is_the_replacement_character() {
    for (text, read) in [
        (r#""\ud83d""#, "\u{FFFD}"),
        (r#""\ude00x""#, "\u{FFFD}x"),
        (r#""\ud83d\u0041""#, "\u{FFFD}A"),
        (r#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
    ] {
        assert_eq!(parse(text).root().as_text().unwrap(), read, "{text}");
    }
}

#[test]
fn depth_has_a_limit_and_no_stack() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Document::parse(nested(MAX_DEPTH)).is_ok());
    assert_eq!(Document::parse(nested(MAX_DEPTH + 1)).unwrap_err().problem, Problem::TooDeep);
    assert_eq!(Document::parse("[".repeat(10_000_000)).unwrap_err().problem, Problem::TooDeep);
    assert!(serde_json::from_str::<Json>(&nested(MAX_DEPTH)).is_ok());
}

#[test]
fn errors_say_where() {
    let error = Document::parse("{\n  \"é\": tru\n}").unwrap_err();
    assert_eq!((error.line, error.column), (2, 8));
    assert_eq!(error.to_string(), "expected a JSON value (line 2, column 8)");
    for (text, problem) in [
        ("", Problem::Ended),
        ("{\"a\"", Problem::Ended),
        ("[1,", Problem::Ended),
        ("\"a", Problem::Ended),
        ("1 2", Problem::Trailing),
        ("\"\t\"", Problem::ControlCharacter),
        (r#""\x""#, Problem::Escape),
        (r#""\u12g4""#, Problem::Escape),
        ("{1:2}", Problem::Expected("a key in double quotes")),
        ("{\"a\" 2}", Problem::Expected("`:`")),
        ("[1 2]", Problem::Expected("`,` or `]`")),
        ("{\"a\":1]", Problem::Expected("`,` or `}`")),
        ("01", Problem::Trailing),
        ("1.", Problem::Ended),
        ("-x", Problem::Expected("a digit")),
    ] {
        assert_eq!(Document::parse(text).unwrap_err().problem, problem, "{text}");
    }
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1e300..1e300).prop_map(|number: f64| number.into()),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            proptest::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn reads_what_serde_json_writes(value in value(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let document = Document::parse(text.as_str()).unwrap();
        prop_assert_eq!(document.root().raw(), text.as_str());
        prop_assert_eq!(document.root().to_json().to_string(), serde_json::to_string(&value).unwrap());
    }

    /// A text is JSON here exactly when it is for serde_json, but for halves of surrogate pairs.
    #[test]
    fn accepts_what_serde_json_accepts(text in r#"[\[\]{}",:0-9eE+\-.tfnulrsa \\/b]{0,12}"#) {
        prop_assert_eq!(Document::parse(text.as_str()).is_ok(), serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok());
    }
}
