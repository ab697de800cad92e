//! Foreign extensions: the source `generic` and the action `custom`, with what its `with` changes.

use crate::check::{compiled, shown};
use aev_language::compile::Target;
use aev_plan::argo::Operation;
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::{Action, Custom};
use aev_plan::patch::Place;

const SHOP: &str = "external source shop: webhook<{ id: string, n: int, tags: list<string> }>\n";

fn action(action: &str) -> String {
    format!("{SHOP}trigger t on shop as o {{ {action} }}\n")
}

fn source(block: &str) -> String {
    format!("source s: generic {{ {block} }}\ntrigger t on s {{ log }}\n")
}

/// Each text has one diagnostic, with this code.
fn all_of(cases: &[(u16, String)], target: Option<Target>) {
    for (code, text) in cases {
        let compiled = compiled(text, target);
        let codes: Vec<u16> = compiled.diagnostics.iter().map(|found| found.code.number()).collect();
        assert_eq!(codes, [*code], "{text}\n{}", shown(text, &compiled));
    }
}

fn custom(written: &str) -> Custom {
    let text = action(written);
    let compiled = compiled(&text, None);
    assert!(compiled.diagnostics.is_empty(), "{}", shown(&text, &compiled));
    match compiled.plan.unwrap().sensors.remove(0).triggers.remove(0).action {
        Action::Custom(custom) => *custom,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_wrong_is_said_once() {
    let of = |block: &str| action(&format!("custom {{ {block} }}"));
    all_of(
        &[
            (303, of("serverURL: \"a:1\"")),
            (303, of("spec: {}")),
            (302, of("serverURL: \"a:1\", spec: {}, parameters: []")),
            (308, of("serverURL: \"http://a:1\", spec: {}")),
            (308, of("serverURL: \"a:b\", spec: {}")),
            (207, of("serverURL: o.body.id, spec: {}")),
            (206, of("serverURL: \"a:1\", spec: \"x\"")),
            (206, of("serverURL: \"a:1\", spec: { n: 1 }")),
            (206, of("serverURL: \"a:1\", spec: { n: { m: \"x\" } }")),
            (201, of("serverURL: \"a:1\", spec: { n: o.body.x }")),
            (305, of("serverURL: \"a:1\", spec: {}, secure: true")),
            (305, of("serverURL: \"a:1\", spec: {}, certSecret: secret(\"a\", \"b\")")),
            (305, of("serverURL: \"a:1\", spec: {}, serverNameOverride: \"b\"")),
            (209, of("serverURL: \"a:1\", spec: {}, secure: true, certSecret: \"pem\"")),
            (333, action("custom { serverURL: \"a:1\", spec: {} }\n  success: { status: [200] }")),
            (303, source("url: \"a:1\", insecure: true")),
            (308, source("url: \"a:1\", insecure: true, config: \"\"")),
            (308, source("url: \"https://a\", insecure: true, config: \"x\"")),
            (
                217,
                source("url: \"a:1\", insecure: true, config: \"x\"").replace("generic", "generic<string>"),
            ),
        ],
        None,
    );
}

#[test]
fn changes_are_paths_and_values() {
    let with = |with: &str| action(&format!("custom {{ serverURL: \"a:1\", spec: {{}} }} with {{ {with} }}"));
    all_of(
        &[
            (340, with("a: old")),
            (340, with("a: old + old")),
            (340, with("a: \"x\" + old + \"y\"")),
            (340, with("a[name == \"x\\\"y\"]: 1")),
            (340, with("a[name == \"${o.body.id}\"]: 1")),
            (340, with("\"\": 1")),
            (201, with("a: o.body.x")),
            (224, with("a: o.body.id + 1")),
        ],
        None,
    );
    // Only what has a resource from outside can change it.
    let http = action("http { url: \"http://a\" } with { a: 1 }");
    all_of(&[(334, http)], None);
}

#[test]
fn argo_connects_only_in_clear_text() {
    let secured = source("url: \"a:1\", config: \"x\"");
    all_of(&[(405, secured.clone())], Some(Target::Argo));
    all_of(&[(405, secured.replace("config", "insecure: false, config"))], Some(Target::Argo));
    let plan = compiled(&secured, Some(Target::Plan));
    assert!(plan.diagnostics.is_empty(), "{}", shown(&secured, &plan));
    let clear = secured.replace("config", "insecure: true, config");
    let argo = compiled(&clear, Some(Target::Argo));
    assert!(argo.diagnostics.is_empty(), "{}", shown(&clear, &argo));
}

#[test]
fn an_action_becomes_what_it_says() {
    let custom = custom(
        "custom { serverURL: \"a:1\", spec: { url: \"x\", id: o.body.id }, payload: { n: o.body.n } } with {\n\
         metadata.labels.\"a.b/c\": o.body.id\n  l[0].x[name == \"sha\"].v: 1\n  l[+]: o.body.tags\n\
         a: old + \"-${o.body.id}\"\n  b: o.body.n + old\n  c: old + \"x\" + o.body.id\n}",
    );
    assert_eq!(custom.spec.len(), 2);
    assert_eq!(custom.spec[0].value, Expr::text("x"));
    assert!(matches!(custom.payload, Some(Expr::Object(_))));
    let key = |key: &str| Place::Key(key.into());
    let paths: Vec<&[Place]> = custom.patches.iter().map(|patch| patch.path.as_slice()).collect();
    assert_eq!(paths[0], [key("metadata"), key("labels"), key("a.b/c")]);
    let named = Place::Named { member: "name".into(), value: "sha".into() };
    assert_eq!(paths[1], [key("l"), Place::Index(0), key("x"), named, key("v")]);
    assert_eq!(paths[2], [key("l"), Place::Last]);
    use Operation::{Append, Overwrite, Prepend};
    let operations: Vec<Operation> = custom.patches.iter().map(|patch| patch.operation).collect();
    assert_eq!(operations, [Overwrite, Overwrite, Overwrite, Append, Prepend, Append]);
    assert_eq!(custom.patches[1].value, Expr::Const(Json::from(1)));
    // What is added is text, whatever it was.
    assert!(matches!(&custom.patches[4].value, Expr::Text(_)), "{:?}", custom.patches[4].value);
    assert!(matches!(&custom.patches[5].value, Expr::Concat(parts) if parts.len() == 2));
    assert!(!custom.server.secure && custom.server.cert_secret.is_none());
}

#[test]
fn the_body_has_the_type_that_is_said_when_it_is_json() {
    let text = "source s: generic<{ id: string }> { url: \"a:1\", config: \"x\", insecure: true, jsonBody: true }\n\
                filter f from s where s.body.id == \"x\"\ntrigger t on f { log }\n";
    let said = compiled(text, None);
    assert!(said.diagnostics.is_empty(), "{}", shown(text, &said));
    all_of(&[(201, text.replace("s.body.id", "s.body.x"))], None);
}

#[test]
fn the_worked_files_compile() {
    let files = [
        ("generic", include_str!("../../../../tests/language/corpus/generic.aev")),
        ("custom-trigger", include_str!("../../../../tests/language/corpus/custom-trigger.aev")),
    ];
    for (name, text) in files {
        for target in [Target::Argo, Target::Plan] {
            let compiled = compiled(text, Some(target));
            assert!(compiled.diagnostics.is_empty(), "{name}\n{}", shown(text, &compiled));
        }
    }
}
