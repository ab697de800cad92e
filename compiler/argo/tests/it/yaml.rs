//! What is written reads back equal, and is the same each time.

use aev_argo::node::{Entry, Node, Value};
use aev_argo::yaml;
use aev_plan::json::{Json, Number};
use proptest::prelude::*;
use saphyr::{LoadableYamlNode, Scalar, Yaml};

fn text() -> impl Strategy<Value = String> {
    let words = [
        "",
        " ",
        "on",
        "No",
        "y",
        "~",
        "null",
        "true",
        "12",
        "0x1f",
        "1e3",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#",
        "|",
        ">",
        "'",
        "\"",
        "\\",
        "\n",
        "a\nb",
        "a\nb\n",
        "\na",
        " a\nb",
        "a\n\n",
        "a \nb",
        "a\n b\n",
        "\t",
        "a\tb",
        "2020-01-02",
        "---",
        "...",
        "[a]",
        "{a}",
        "%a",
        "@a",
        "`a",
        "!a",
        "&a",
        "*a",
        "?",
        ":",
        "a:",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{7f}",
        "é",
        "日本",
        "🎉",
        "a\r\nb",
        "<<",
        "=",
        ".inf",
        ".nan",
        "+1",
        "1_0",
        "12:30",
        "\u{a0}a",
    ];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        (prop::sample::select(words.to_vec()), prop::sample::select(words.to_vec()))
            .prop_map(|(a, b)| format!("{a}{b}")),
        "[ -~\n]{0,12}",
        any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ]
}

fn number() -> impl Strategy<Value = Json> {
    let any = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        (-1e300..1e300_f64).prop_map(|n| format!("{n:?}")),
        Just("1E5".to_owned()),
        Just("-0.0".to_owned()),
    ];
    any.prop_map(|text| Json::Number(Number::parse(&text).unwrap()))
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number(),
        text().prop_map(Json::String)
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let members = prop::collection::vec((text(), inner.clone()), 0..5);
        let unique = |members: Vec<(String, Json)>| {
            let mut kept: Vec<(String, Json)> = Vec::new();
            for (key, value) in members {
                if !kept.iter().any(|(other, _)| *other == key) {
                    kept.push((key, value));
                }
            }
            Json::Object(kept)
        };
        prop_oneof![prop::collection::vec(inner, 0..5).prop_map(Json::List), members.prop_map(unique)]
    })
}

/// What saphyr, a reader of YAML 1.2, makes of it.
fn same(yaml: &Yaml<'_>, json: &Json) -> bool {
    match (yaml, json) {
        (Yaml::Value(Scalar::Null), Json::Null) => true,
        (Yaml::Value(Scalar::Boolean(a)), Json::Bool(b)) => a == b,
        (Yaml::Value(Scalar::Integer(a)), Json::Number(b)) => a.to_string() == b.as_str(),
        (Yaml::Value(Scalar::FloatingPoint(a)), Json::Number(b)) => a.into_inner() == b.as_f64(),
        (Yaml::Value(Scalar::String(a)), Json::String(b)) => a == b,
        (Yaml::Sequence(a), Json::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Yaml::Mapping(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((key, a), (name, b))| key.as_str() == Some(name) && same(a, b))
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn reads_back_equal(json in json()) {
        let node = Node::from(&json);
        let text = yaml::document(&node);
        let read = Yaml::load_from_str(&text);
        prop_assert!(read.is_ok(), "{text}\n{:?}", read);
        let read = read.unwrap();
        prop_assert!(read.len() == 1 && same(&read[0], &json), "{text}\n{read:?}");
        let own = yaml::parse(&text, 0).unwrap();
        match own.first() {
            Some(own) => prop_assert_eq!(own, &node, "{}", text),
            None => prop_assert_eq!(json, Json::Null),
        }
        prop_assert_eq!(yaml::document(&node), text);
    }
}

#[test]
fn positions_are_bytes() {
    let text = "a: é\nb:\n  - on\n  - 0777\n  - \"1\"\n";
    let node = &yaml::parse(text, 7).unwrap()[0];
    let items = node.get("b").unwrap().items();
    assert_eq!(items[0], Node::from(true));
    assert_eq!(items[1], Node::from(511));
    assert_eq!(items[2], Node::from("1"));
    let place = items[1].origin;
    assert_eq!(place.file, 7);
    assert_eq!(text.get(place.start as usize..place.end as usize), Some("0777"));
    let error = yaml::parse("a: [1\nb: 2", 0).unwrap_err();
    assert!(error.origin.start > 0, "{error:?}");
}

#[test]
fn very_long_keys_are_keys() {
    let entry = |key: &str, value| Entry { key: key.to_owned(), origin: Default::default(), value };
    for key in ["k".repeat(999), "k".repeat(1025), "\u{11} ".repeat(500), "é".repeat(3_000)] {
        let inner = Node::new(Value::Map(vec![entry("a", Node::from("b"))]));
        let list = Node::from(vec![Node::new(Value::Map(vec![entry(&key, inner.clone())]))]);
        let node = Node::new(Value::Map(vec![entry(&key, inner), entry("list", list)]));
        let text = yaml::document(&node);
        assert_eq!(yaml::parse(&text, 0), Ok(vec![node]), "{text}");
    }
}
