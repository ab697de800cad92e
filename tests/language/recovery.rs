//! What is left of a file with mistakes: everything but the mistakes.

use aev_language::syntax::ast::{Entry, ItemKind, SourceBody};
use aev_language::syntax::parse;

use crate::marked::check;

#[test]
fn five_mistakes_are_five_errors() {
    let errors = check(
        r#"pipeline orders {
  namespace "shop"
            ^^^^^^
  labels: { team: "checkout" }
}
source shop: webhook {
  endpoint = "/orders"
           ^
  port: 12000
}
filter large from shop as o
  where o.body.total > 100 && o.body.paid
                           ^^
filter small form shop
             ^^^^
trigger bill on large as o {
  http { url: "https://example.com }
              ^
  retry: { steps: 3 }
}
"#,
    );
    assert_eq!(errors.len(), 5);
}

#[test]
fn a_mistake_in_one_field_leaves_the_others() {
    let file =
        parse("source s: webhook {\n  endpoint: \"/a\"\n  port 12000\n  method: \"POST\"\n}\nlet x = 1\n")
            .file;
    let ItemKind::Source(source) = &file.items[0].kind else { panic!("{file:?}") };
    let SourceBody::One(body) = &source.body else { panic!("{source:?}") };
    let block = body.block.as_ref().unwrap();
    assert!(block.broken);
    let keys: Vec<&str> = block
        .entries
        .iter()
        .map(|entry| match entry {
            Entry::Field(field) => field.key.value.as_str(),
            Entry::Spread(_) => "...",
        })
        .collect();
    assert_eq!(keys, ["endpoint", "method"]);
    assert!(matches!(file.items[1].kind, ItemKind::Let(_)));
}

#[test]
fn an_open_brace_does_not_swallow_the_rest() {
    let file = parse("trigger a on x {\n  http { url: \"u\"\n\ntrigger b on y { log }\nlet z = 1\n").file;
    assert_eq!(file.items.len(), 3, "{file:#?}");
    assert!(matches!(&file.items[1].kind, ItemKind::Trigger(trigger) if trigger.name.value == "b"));
}

#[test]
fn an_open_string_does_not_swallow_the_rest() {
    for quotes in ["\"", "\"\"\"", "r\"", "r\"\"\""] {
        let file = parse(&format!("let a = {quotes}abc\n\nlet b = 1\n")).file;
        assert_eq!(file.items.len(), 2, "{quotes}: {file:#?}");
    }
}

#[test]
fn newlines_blanks_and_marks_of_other_systems_are_fine() {
    for text in [
        "\u{feff}let a = 1\n",
        "let a = {\r\n\tb: 1\r\n\tc: \"x\"\r\n}\r\n// end\r\n",
        "",
        "\n\n",
        "// only a comment",
    ] {
        assert_eq!(parse(text).errors, [], "{text:?}");
    }
}
