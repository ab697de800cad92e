//! Types from samples and schemas.

use crate::check::shown;
use aev_language::compile::{Compiled, Options, compile_with};
use aev_language::diagnostics::{Format, Sources, render};
use aev_language::files::{FileText, Files, LARGEST, Unreadable};
use std::cell::Cell;

/// Files by path, and how often one was read.
struct Given<'f>(&'f [(&'f str, &'f str)], Cell<usize>);

impl Files for Given<'_> {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        self.1.set(self.1.get() + 1);
        let found = self.0.iter().find(|(name, _)| *name == path).ok_or(match path {
            "large.json" => Unreadable::TooLarge,
            "dir" => Unreadable::Directory,
            "latin.json" => Unreadable::NotText(2),
            _ => Unreadable::Missing,
        })?;
        Ok(FileText { name: format!("here/{path}"), text: found.1.to_owned() })
    }
}

fn compiled(text: &str, files: &[(&str, &str)]) -> Compiled {
    compile_with("test.aev", text, &Options::default(), &Given(files, Cell::new(0)))
}

/// A filter that reads paths of an event with this type: no error, or these codes.
#[track_caller]
fn reads(ty: &str, files: &[(&str, &str)], condition: &str, codes: &[u16]) {
    let text = format!(
        "external source shop: webhook<{ty}>\nfilter f from shop as o where {condition}\ntrigger t on f {{ log }}\n"
    );
    let compiled = compiled(&text, files);
    let found: Vec<u16> = compiled.diagnostics.iter().map(|found| found.code.number()).collect();
    assert_eq!(found, codes, "{}", shown(&text, &compiled));
}

#[test]
fn a_sample_gives_its_type() {
    let files = [
        ("a.json", r#"{"id":"a","n":1,"items":[{"sku":"x"}],"note":null}"#),
        ("b.json", r#"{"id":"b","items":[],"note":"n"}"#),
        ("whole.json", r#"{"header":{},"body":{"id":"c"}}"#),
        ("inner.json", r#"{"body":{"id":"c"},"other":1}"#),
    ];
    let one = "sample(\"a.json\")";
    reads(one, &files, "o.body.id == \"x\" and o.body.items[0].sku == \"y\" and o.body.n > 0", &[]);
    reads(one, &files, "o.body.idd == \"x\"", &[201]);
    reads(one, &files, "o.body.n == \"x\"", &[211]);
    let both = "sample(\"a.json\", \"b.json\")";
    reads(both, &files, "o.body.n != 1", &[503]);
    reads(both, &files, "o.body.note == null or o.body.note == \"n\"", &[]);
    // A file may hold the event with its roots, as `aev try` takes it.
    reads("sample(\"whole.json\")", &files, "o.body.id == \"x\"", &[]);
    reads("sample(\"inner.json\")", &files, "o.body.body.id == \"x\"", &[]);
    reads("sample(\"whole.json\", \"a.json\")", &files, "o.body.body.id == \"x\" and o.body.n == 1", &[]);
}

#[test]
fn a_schema_gives_its_type() {
    let schema = r##"{
      "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/order",
      "type": "object", "required": ["id", "state", "lines", "kind"],
      "properties": {
        "id": { "type": "string", "minLength": 1 },
        "state": { "enum": ["open", "paid", null] },
        "total": { "type": ["number", "null"] },
        "lines": { "type": "array", "items": { "$ref": "#/$defs/line~1a" } },
        "pair": { "prefixItems": [{ "type": "string" }, { "type": "string" }], "items": false },
        "old": { "items": [{ "type": "integer" }] },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
        "kind": { "const": "order" },
        "any": true,
        "open": { "properties": { "a": { "type": "integer" } }, "additionalProperties": true },
        "owner": { "allOf": [{ "$ref": "https://example.com/order#/$defs/person" }, { "properties": { "age": { "type": "integer" } }, "required": ["age"] }] },
        "payment": { "oneOf": [{ "properties": { "card": { "type": "string" } }, "required": ["card"] }, { "type": "string" }] }
      },
      "$defs": { "line/a": { "type": "object", "properties": { "sku": { "type": "string" }, "n": { "type": "integer" } }, "required": ["sku"] },
                 "person": { "type": "object", "properties": { "name": { "type": "string" }, "age": {} }, "required": ["name"] } }
    }"##;
    let files = [("s.json", schema)];
    for (condition, codes) in [
        ("o.body.id == \"a\" and o.body.lines[0].sku == \"b\" and o.body.kind == \"order\"", &[][..]),
        ("o.body.state == \"open\" or o.body.state == null", &[]),
        ("o.body.state == \"opne\"", &[211]),
        ("o.body.kind == \"cart\"", &[211]),
        ("o.body.id == 1", &[211]),
        ("o.body.lines[0].sko == \"b\"", &[201]),
        ("o.body.lines[0].n != 1", &[503]),
        ("o.body.total > 1", &[]),
        ("o.body.pair[1] == 1", &[211]),
        ("o.body.old[0] == \"a\"", &[211]),
        ("o.body.labels.x == 1", &[211]),
        ("o.body.any.thing == 1", &[]),
        ("o.body.open.a == 1 and o.body.open.b == \"x\"", &[]),
        ("o.body.open.a == \"x\"", &[211]),
        ("o.body.owner.name == \"a\" and o.body.owner.age > 1", &[]),
        ("o.body.owner.age == \"x\"", &[211]),
        ("o.body.payment == 1", &[211]),
        ("o.body.minLength == 1", &[201]),
    ] {
        reads("schema(\"s.json\")", &files, condition, codes);
    }
}

#[test]
fn a_schema_that_contains_itself_is_read_as_far_as_it_has_an_end() {
    let files = [(
        "tree.json",
        r##"{ "type": "object", "properties": { "name": { "type": "string" }, "parts": { "items": { "$ref": "#" } } }, "required": ["name", "parts"] }"##,
    )];
    reads("schema(\"tree.json\")", &files, "o.body.name == \"a\" and o.body.parts[0].whatever == 1", &[704]);
    reads("schema(\"tree.json\")", &files, "o.body.nmae == \"a\"", &[201]);
}

#[test]
fn what_is_wrong_with_a_file_is_said_where_it_is_named() {
    let schemas = [
        ("list.json", "[1]"),
        ("data.json", r#"{"id":1}"#),
        ("type.json", r#"{"type":"text"}"#),
        ("types.json", r#"{"type":[1]}"#),
        ("properties.json", r#"{"properties":[]}"#),
        ("required.json", r#"{"required":[1]}"#),
        ("items.json", r#"{"items":"string"}"#),
        ("number-ref.json", r#"{"$ref":1}"#),
    ];
    for (path, _) in schemas {
        reads(&format!("schema(\"{path}\")"), &schemas, "o.body.x == 1", &[703]);
    }
    let refs = [
        ("nothing.json", r##"{"$ref":"#/$defs/X"}"##, 705),
        ("anchor.json", r##"{"$ref":"#X"}"##, 705),
        ("other.json", r##"{"$ref":"other.json#/X"}"##, 705),
        ("itself.json", r##"{"$ref":"#"}"##, 707),
        ("all.json", r##"{"allOf":[{"anyOf":[{"$ref":"#"}]}]}"##, 707),
    ];
    for (path, text, code) in refs {
        reads(&format!("schema(\"{path}\")"), &[(path, text)], "o.body.x == 1", &[code]);
    }
    for (ty, codes) in [
        ("sample(\"none.json\")", &[701][..]),
        ("sample(\"dir\")", &[701]),
        ("sample(\"latin.json\")", &[701]),
        ("sample(\"large.json\")", &[706]),
        ("sample(\"none.json\", \"dir\")", &[701, 701]),
        ("sample(\"half.json\")", &[702]),
        ("schema(\"half.json\")", &[702]),
        ("schema(\"half.json\", \"half.json\")", &[708]),
        ("schema()", &[708]),
        ("sample(1)", &[708]),
        ("sample(a: \"half.json\")", &[708]),
    ] {
        reads(ty, &[("half.json", "{\"a\":")], "o.body.x == 1", codes);
    }
    let large = format!("\"{}\"", "x".repeat(LARGEST));
    reads("sample(\"x.json\")", &[("x.json", &large)], "o.body.x == 1", &[706]);
}

#[test]
fn nothing_is_said_of_what_a_file_that_is_missing_would_say() {
    for value in [
        "if o.body.x > 1 then 1 else 2",
        "o.body.x in [1, 2]",
        "o.body.x matches \"a\"",
        "any i in o.body.l: i.x == 1",
        "o.body.x + 1",
        "len(o.body.l)",
    ] {
        let text = format!(
            "external source shop: webhook<sample(\"none.json\")>\n\
             trigger t on shop as o {{ http {{ url: \"https://example.com\", payload: {{ v: {value} }} }} }}\n"
        );
        let compiled = compiled(&text, &[]);
        let errors = compiled.diagnostics.iter().filter(|found| found.is_error());
        let codes: Vec<u16> = errors.map(|found| found.code.number()).collect();
        assert_eq!(codes, [701], "{}", shown(&text, &compiled));
    }
}

#[test]
fn the_place_in_the_file_itself_is_shown() {
    let text = "external source shop: webhook<sample(\"a.json\")>\ntrigger t on shop { log }\n";
    let files = [("a.json", "\u{feff}{\n  \"id\": 1,\n}\n")];
    let compiled = compiled(text, &files);
    let mut sources = Sources::default();
    sources.add("test.aev", text);
    assert_eq!(compiled.files.len(), 1);
    for file in &compiled.files {
        sources.add(&file.name, &file.text);
    }
    let drawn = render(&compiled.diagnostics[0], &sources, Format::Human { colour: false });
    assert!(drawn.contains("test.aev:1:38") && drawn.contains("here/a.json:3:1"), "{drawn}");
    let json = render(&compiled.diagnostics[0], &sources, Format::Json);
    assert!(json.contains(r#""file":"here/a.json","line":3,"column":1"#), "{json}");
}

#[test]
fn a_file_is_read_once_and_named_types_and_constants_use_it() {
    let files = [("fixtures/a.json", r#"{"id":"a"}"#)];
    let given = Given(&files, Cell::new(0));
    let text = "let dir = \"fixtures\"\ntype Order = sample(\"${dir}/a.json\")\nexternal source a: webhook<Order>\nexternal source b: webhook<{ inner: sample(\"fixtures/a.json\") }>\n\
                filter f from a where a.body.idd == \"x\"\ntrigger t on f and b { log }\n";
    let compiled = compile_with("test.aev", text, &Options::default(), &given);
    assert_eq!(given.1.get(), 1);
    let said = shown(text, &compiled);
    assert!(compiled.diagnostics.len() == 1 && said.contains("`Order` has no field `idd`"), "{said}");
}

#[test]
fn types_in_circles_are_one_mistake() {
    for text in [
        "type A { a: «A» }",
        "type A { b: B }\ntype B { a: «A» }",
        "type A { b: list<B> }\ntype B { c: map<C> | null }\ntype C { a?: «A» }",
    ] {
        let text = format!("{text}\nexternal source s: webhook<A>\ntrigger t on s {{ log }}\n");
        crate::check::case(219, &text, None);
    }
}

/// Definitions, each of which has the next one twice, as deep as they are read.
fn doubled(name: &str, of: impl Fn(String) -> String) -> String {
    let next = |n: usize| format!("{{\"$ref\":\"#/$defs/{name}{}\"}}", n + 1);
    (0..40).map(|n| format!("\"{name}{n}\":{},", of(next(n)))).collect::<String>()
        + &format!("\"{name}40\":{{\"type\":\"string\"}}")
}

#[test]
fn a_schema_whose_parts_double_at_each_level_is_read_in_part() {
    let record =
        |next: String| format!("{{\"type\":\"object\",\"properties\":{{\"x\":{next},\"y\":{next}}}}}");
    let either = |next: String| {
        format!(
            "{{\"oneOf\":[{{\"type\":\"array\",\"items\":{next}}},{{\"type\":\"object\",\"additionalProperties\":{next}}}]}}"
        )
    };
    let forms: [(&dyn Fn(String) -> String, &str); 2] =
        [(&record, "o.body.p.x.y == 1"), (&either, "exists(o.body.p)")];
    for (form, condition) in forms {
        let parts = format!("{},{}", doubled("a", form), doubled("b", form));
        for keyword in ["oneOf", "allOf"] {
            let both = r##"[{"$ref":"#/$defs/a0"},{"$ref":"#/$defs/b0"}]"##;
            let schema = format!(
                "{{\"type\":\"object\",\"properties\":{{\"id\":{{\"type\":\"string\"}},\"p\":{{\"{keyword}\":{both}}}}},\"$defs\":{{{parts}}}}}"
            );
            let files = [("s.json", schema.as_str())];
            reads("schema(\"s.json\")", &files, &format!("o.body.id == \"a\" and {condition}"), &[704]);
        }
    }
}
