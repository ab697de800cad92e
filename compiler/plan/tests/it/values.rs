use crate::make::*;
use aev_plan::eval::{Missing, NoDialects, Value};
use aev_plan::expr::{Attribute, AttributeRef, Expr};

fn value(expr: &Expr, data: &str) -> Result<String, String> {
    let value = Value::prepare(expr, &["e"], &NoDialects).unwrap();
    value.json(&[Some(&event(data))]).map(|json| json.to_string()).map_err(|missing| missing.to_string())
}

fn text(data: &str) -> String {
    let value = Value::prepare(&path("v"), &["e"], &NoDialects).unwrap();
    value.text(&[Some(&event(&format!(r#"{{"v":{data}}}"#)))]).unwrap()
}

#[test]
fn text_places_convert() {
    for (arrived, converted) in [
        (r#""as it is\n""#, "as it is\n"),
        ("42", "42"),
        ("-0", "-0"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("1.0", "1"),
        ("1e21", "1000000000000000000000"),
        ("2.5e-7", "0.00000025"),
        ("1e999", "1e999"),
        ("true", "true"),
        ("null", "null"),
        (r#"[ {"name" : "ci"} ]"#, r#"[ {"name" : "ci"} ]"#),
    ] {
        assert_eq!(text(arrived), converted, "{arrived}");
    }
}

#[test]
fn other_places_take_json() {
    assert_eq!(value(&path("v"), r#"{"v": 12345678901234567890.10}"#).unwrap(), "12345678901234567890.10");
    assert_eq!(value(&Expr::Text(Box::new(path("v"))), r#"{"v": 42}"#).unwrap(), r#""42""#);
    assert_eq!(value(&path(""), r#"{ "v" : 1 }"#).unwrap(), r#"{"v":1}"#);
    let built = Expr::Object(vec![
        ("z".into(), Expr::List(vec![path("v"), constant("[1]")])),
        ("a".into(), Expr::Concat(vec![Expr::text("pr-"), path("v"), Expr::text("/"), path("o")])),
    ]);
    assert_eq!(
        value(&built, r#"{"v": 7, "o": {"x": [1, 2]}}"#).unwrap(),
        r#"{"z":[7,[1]],"a":"pr-7/{\"x\": [1, 2]}"}"#
    );
}

#[test]
fn defaults() {
    let plain = default(path("v"), Expr::text("none"), false);
    let typed = default(path("v"), Expr::text("none"), true);
    for (data, of_plain, of_typed) in
        [("{}", r#""none""#, r#""none""#), (r#"{"v":null}"#, "null", r#""none""#), (r#"{"v":0}"#, "0", "0")]
    {
        assert_eq!(value(&plain, data).unwrap(), of_plain, "{data}");
        assert_eq!(value(&typed, data).unwrap(), of_typed, "{data}");
    }
    let chain = default(path("a"), default(path("b"), path("c"), false), false);
    assert_eq!(value(&chain, r#"{"c":3}"#).unwrap(), "3");
    assert!(value(&chain, "{}").unwrap_err().contains("`c` is absent"));
}

#[test]
fn what_is_missing_is_named() {
    let error =
        value(&Expr::Concat(vec![Expr::text("a"), path("body.items.0.sku")]), r#"{"body":{"items":[]}}"#);
    assert!(error.unwrap_err().starts_with("`body.items[0].sku` is absent"));
    let other = Value::prepare(&Expr::Path(path_of("b", "x")), &["a", "b"], &NoDialects).unwrap();
    let missing = other.json(&[Some(&event("{}")), None]).unwrap_err();
    assert_eq!(missing, Missing::Absent { path: "x".into(), no_event: true });
    assert!(Value::prepare(&Expr::Path(path_of("c", "x")), &["a"], &NoDialects).is_err());
}

#[test]
fn attributes_are_argos() {
    let attribute = |attribute| Expr::Attribute(AttributeRef { event: "e".into(), attribute });
    for (name, shown) in [
        (Attribute::Id, r#""id-1""#),
        (Attribute::Source, r#""github""#),
        (Attribute::Type, r#""github""#),
        (Attribute::Subject, r#""pr""#),
        (Attribute::Time, r#""2026-01-31T09:30:00Z""#),
        (Attribute::DataContentType, r#""application/json""#),
    ] {
        assert_eq!(value(&attribute(name), "{}").unwrap(), shown);
    }
    let envelope = value(&Expr::Text(Box::new(attribute(Attribute::Envelope))), "{}").unwrap();
    assert!(envelope.contains(r#"\"data\":\"e30=\""#), "{envelope}");
}
