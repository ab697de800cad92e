//! `aev init`.

use crate::support::{Place, texts};

/// Writes a pipeline for a payload, holds that it checks clean, passes its own payload and builds for both targets.
#[track_caller]
fn works(payload: &str, file: &str, name: &str) -> Place {
    let place = Place::new();
    place.file(file, payload);
    let said = place.aev(&["init", "--from", file, "new"]).ended(0).out;
    let (pipeline, fixture) = (format!("new/{name}.aev"), format!("new/fixtures/{name}.json"));
    assert!(said.contains(&pipeline) && said.contains(&fixture), "{said}");
    let checked = place.aev(&["check", &pipeline]).ended(0);
    assert_eq!((checked.out.as_str(), checked.err.as_str()), ("", "1 file checked, nothing wrong\n"));
    let send = format!("{name}={fixture}");
    let tried = place.aev(&["try", &pipeline, "--send", &send, "--format", "json"]).ended(0);
    // Read as text: a payload may hold numbers that no reader of JSON has to take.
    assert!(tried.out.contains("\"fired\":[\"show\"]"), "{}", tried.out);
    assert_eq!(tried.err, "");
    for target in ["argo", "plan"] {
        place.aev(&["build", "--target", target, &pipeline]).ended(0);
    }
    place
}

#[test]
fn a_payload_becomes_a_pipeline_that_works() {
    let place =
        works(r#"{"id": 7, "items": [{"name": "pen", "price": 1.5}], "note": null}"#, "order.json", "order");
    let text = place.read("new/order.aev");
    for part in ["pipeline order\n", "id: int", "price: number", "endpoint: \"/order\""] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn the_comparison_in_its_comment_compiles() {
    for payload in [
        r#"{"items": [], "status": "new"}"#,
        r#"{"odd name": "it's ${new}\n\"x\""}"#,
        r#"{"big": 1e3, "n": -1.5}"#,
        r#"{"type": true}"#,
    ] {
        let place = works(payload, "order.json", "order");
        let text = place.read("new/order.aev");
        let (_, rest) = text.split_once("// `as event where ").unwrap();
        let (wanted, _) = rest.split_once("`.\n").unwrap();
        let text = text.replace(" from order\n\n", &format!(" from order as event\n  where {wanted}\n\n"));
        place.file("new/order.aev", text);
        let args = ["try", "new/order.aev", "--send", "order=new/fixtures/order.json", "--format", "json"];
        let tried = place.aev(&args).ended(0);
        assert_eq!(tried.lines()[0]["fired"], serde_json::json!(["show"]), "{payload}");
    }
}

#[test]
fn odd_payloads_become_pipelines_too() {
    works("[1, 2, null]", "list.json", "list");
    works("\"text\"", "scalar.json", "scalar");
    works("null", "nothing.json", "nothing");
    works("{}", "empty.json", "empty");
    works("[]", "empty-list.json", "empty-list");
    works(
        r#"{"${x}": 1, "a\"b": 2, "n\nl": 3, "ünï": 4, "type": 5, "": 6, "$ref": {"a b": [1, "x"]}}"#,
        "odd.json",
        "odd",
    );
    works(r#"{"a": 1, "a": 2}"#, "twice.json", "twice");
    works("\u{feff}{\"a\": 1}", "marked.json", "marked");
    works(r#"{"x": 1e400, "y": 123456789012345678901234567890}"#, "number.json", "number");
    works(&format!("{}1{}", "{\"a\":".repeat(60), "}".repeat(60)), "deep.json", "deep");
    works(
        &format!("[{}{{\"id\": 1}}]", "{\"id\": 2, \"text\": \"abc\"},".repeat(20_000)),
        "long.json",
        "long",
    );
}

#[test]
fn the_name_is_one_that_kubernetes_takes() {
    works("{}", "Order_Created v2.json", "order-created-v2");
    works("{}", "2026.json", "e-2026");
    works("{}", "___.json", "events");
    let place = Place::new();
    place.file("order.json", "{}");
    place.aev(&["init", "--from", "order.json", "--name", "shop", "new"]).ended(0);
    assert!(place.read("new/shop.aev").contains("pipeline shop\n"));
    let named = |name: &str| place.aev(&["init", "--from", "order.json", "other", "--name", name]);
    named("My Shop").refused(2, &["`My Shop` cannot be the name", "`my-shop`"]);
    named("").refused(2, &["cannot be the name"]);
    named("../up").refused(2, &["cannot be the name", "`up`"]);
    assert!(!place.path("other").exists());
}

#[test]
fn nothing_is_overwritten() {
    let place = Place::new();
    place.file("order.json", "{\"id\": 1}");
    place.aev(&["init", "--from", "order.json"]).ended(0);
    let before = texts(&place.path(""));
    place.file("order.json", "{\"id\": 1}");
    place
        .aev(&["init", "--from", "order.json"])
        .refused(2, &["order.aev` is already there", "nothing was changed"]);
    assert_eq!(texts(&place.path("")), before);
    std::fs::remove_file(place.path("order.aev")).unwrap();
    place.aev(&["init", "--from", "order.json"]).refused(2, &["order.json` is already there"]);
    assert!(!place.path("order.aev").exists());
}

#[test]
fn what_is_no_payload_is_refused() {
    let place = Place::new();
    for (name, text) in [("text", "nonsense"), ("none", ""), ("two", "{} {}"), ("cut", "{\"a\": ")] {
        let file = place.file(&format!("{name}.json"), text);
        let ran = place.aev(&["init", "--from", file.to_str().unwrap(), "new"]);
        ran.refused(1, &[&format!("{name}.json` is no JSON"), "give a payload as it was received"]);
    }
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    place.file("deep.json", deep);
    place.aev(&["init", "--from", "deep.json", "new"]).refused(1, &["nested"]);
    place.file("latin.json", b"\"caf\xe9\"");
    place.aev(&["init", "--from", "latin.json", "new"]).refused(3, &["not UTF-8"]);
    place.aev(&["init", "--from", "nowhere.json", "new"]).refused(3, &["there is no file `nowhere.json`"]);
    place.aev(&["init", "--from", ".", "new"]).refused(3, &["is a directory"]);
    place.aev(&["init"]).refused(2, &["--from"]);
    assert!(!place.path("new").exists());
    place.file("order.json", "{}");
    place.aev(&["init", "--from", "order.json", "order.json"]).refused(3, &["a part of its path is a file"]);
}
