//! Input that means harm: deep, long, broken. Nothing panics, and everything here ends soon.

use aev_dialects::dynamic::Dynamic;
use aev_dialects::govaluate::Expression;
use aev_dialects::{gjson, sjson};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PATH: &str = r#"([ab01x#*?@!:.|\\,"'~<>=%(){}\[\]é-]|@(this|reverse|pretty|ugly|flatten|join|keys|values|tostr|fromstr|group|dig:a|valid)|\.\.|#\(){0,14}"#;
const JSON: &str = r#"([\[\]{},:" ab1né\\-]|true|null|"a":|"b"|[0-9.e]{1,3}){0,24}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn any_path_into_any_text(json in JSON, path in PATH) {
        let value = gjson::get(&json, &path);
        let _ = (value.string(), value.float(), value.bool(), value.decode());
        let _ = sjson::set(&json, &path, "é<");
        let _ = sjson::set_raw(&json, &path, "{}");
    }

    #[test]
    fn any_unicode_at_all(json in any::<String>(), path in any::<String>()) {
        gjson::get(&json, &path);
        let _ = (gjson::valid(&json), gjson::parse(&json).decode(), sjson::set(&json, &path, &json));
    }

    #[test]
    fn what_is_valid_is_what_serde_reads(json in JSON) {
        let ours = gjson::valid(&json);
        prop_assert_eq!(ours, serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok());
    }

    #[test]
    fn any_expression(source in r#"([()\[\],'"\\ ab01.!~=<>&|+*/%^?:é-]|true|in |=~|&&|\|\||'a'|a\.B){0,20}"#) {
        let values = [("a", Dynamic::Number(1.0)), ("b", Dynamic::List(vec![Dynamic::Nil]))];
        let variables: BTreeMap<String, Dynamic> = values.map(|(name, value)| (name.to_owned(), value)).into();
        if let Ok(expression) = Expression::parse(&source) {
            let _ = expression.evaluate(&variables);
        }
    }

    #[test]
    fn what_was_set_is_found(key in "[a-z.*é|# ]{1,6}", text in any::<String>()) {
        let path: String = key.chars().flat_map(|c| ['\\', c]).collect();
        let set = sjson::set(r#"{"other":[1, 2]}"#, &path, &text);
        // A key with `#`, `|` or `*` makes a path that only changes what is there, even behind a `\`... in the middle.
        if let Ok(json) = set && json.len() > r#"{"other":[1, 2]}"#.len() {
            prop_assert!(gjson::valid(&json));
            let kept = json.starts_with(r#"{"other":[1, 2],"#);
            prop_assert!(kept);
            let found = gjson::get(&json, &path);
            prop_assert_eq!(found.string(), text);
        }
    }
}

#[test]
fn deep_nesting_ends() {
    let deep = "[".repeat(20_000) + &"]".repeat(20_000);
    let members = r#"{"a":"#.repeat(10_000) + "1" + &"}".repeat(10_000);
    assert!(gjson::valid(&deep) && gjson::valid(&members));
    for path in [
        "0.".repeat(100_000) + "0",
        "a.".repeat(100_000) + "a",
        "a|".repeat(100_000) + "a",
        "#.".repeat(1_000) + "#",
        "*.".repeat(1_000) + "*",
        "#(".repeat(50_000),
        "[".repeat(50_000),
        "@this|".repeat(50_000),
        "@flatten:{\"deep\":true}".to_owned(),
        "@dig:a".to_owned(),
        "@pretty".to_owned(),
    ] {
        gjson::get(&deep, &path);
        gjson::get(&members, &path);
    }
    gjson::parse(&deep).decode();
    sjson::set(&members, &("a.".repeat(200) + "b"), "x").unwrap();
    sjson::set("", &("a.".repeat(100_000) + "b"), "x").unwrap();
}

#[test]
fn growth_is_bounded() {
    let doubled = gjson::get(r#"{"a":1}"#, &"[@this,@this]|".repeat(60)).raw().len();
    assert!(doubled <= 4 * gjson::MAX_MADE);
    assert!(sjson::set("", "a.99999999999", "x").is_err());
    assert!(sjson::set("[]", "18446744073709551616", "x").is_err());
}

#[test]
fn hostile_expressions_are_errors_or_short() {
    assert!(Expression::parse(&"(".repeat(100_000)).is_err());
    assert!(Expression::parse(&format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000))).is_err());
    let nested = Expression::parse(&format!("{}1{}", "(".repeat(100), ")".repeat(100))).unwrap();
    assert_eq!(nested.evaluate(&BTreeMap::new()), Ok(Dynamic::Number(1.0)));
    let chain = Expression::parse(&format!("1{}", " + 1".repeat(50_000))).unwrap();
    assert_eq!(chain.evaluate(&BTreeMap::new()), Ok(Dynamic::Number(50_001.0)));
}

#[test]
fn patterns_with_many_stars_are_quick() {
    let json = format!(r#"{{"{}":1}}"#, "a".repeat(5_000));
    assert!(!gjson::get(&json, &("*a".repeat(30) + "*b")).exists());
    assert!(gjson::get(&json, &("*a".repeat(30) + "*")).exists());
}
