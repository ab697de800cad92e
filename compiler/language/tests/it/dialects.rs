//! `gjson(…)`, `gotemplate(…)` and `govaluate(…)`.

use crate::check::{compiled, shown};
use aev_language::compile::Target;
use aev_plan::Plan;

const SHOP: &str = "external source shop: webhook<{ id: string, n: int, tags?: list<string> }>\n";

fn value(written: &str) -> String {
    format!(
        "{SHOP}trigger t on shop as o {{ http {{ url: \"https://example.com\", method: \"POST\", payload: {{ v: {written} }} }} }}\n"
    )
}

fn filter(condition: &str) -> String {
    format!("{SHOP}filter f from shop as o where {condition}\ntrigger t on f {{ log }}\n")
}

/// The codes that are said of a text.
fn codes(text: &str, target: Option<Target>) -> Vec<u16> {
    compiled(text, target).diagnostics.iter().map(|found| found.code.number()).collect()
}

fn plan(text: &str) -> Plan {
    let compiled = compiled(text, None);
    let errors = compiled.diagnostics.iter().any(|found| found.is_error());
    assert!(!errors, "{}", shown(text, &compiled));
    compiled.plan.unwrap()
}

fn manifests(text: &str) -> String {
    aev_argo::emit(&plan(text)).unwrap_or_else(|refused| panic!("{text}\n{refused:#?}")).to_yaml()
}

#[test]
fn what_is_wrong_is_said_once() {
    let cases = [
        (251, value(r#"gjson(o.body, r"n")"#)),
        (251, value(r#"gjson(o::id, r"n")"#)),
        (251, value(r#"gjson("o", r"n")"#)),
        (251, value(r#"gjson(o, "n")"#)),
        (251, value("gjson(o, o.body.id)")),
        (251, value("gjson(o)")),
        (251, value(r#"gjson(o, r"n", r"m")"#)),
        (251, value(r#"gjson(event: o, text: r"n")"#)),
        (102, value(r#"gjson(p, r"n")"#)),
        (251, value(r#"gotemplate(r"{{ .Input }}")"#)),
        (253, value(r#"gjson(o, r"")"#)),
        (252, value(r#"govaluate(r"n > 1", n: o.body.n)"#)),
        (252, value(r#"if govaluate(r"n > 1", n: o.body.n) then 1 else 2"#)),
        (252, filter(r#"gotemplate(o, r"{{ .Input.body.id }}") == "x""#)),
        (251, filter(r#"any t in o.body.tags: gjson(t, r"a") == "x""#)),
        (251, filter(r#"govaluate(r"1 == 1")"#)),
        (251, filter(r#"govaluate(n: o.body.n, r"n > 1")"#)),
        (251, filter(r#"govaluate(r"n > 1", o.body.n)"#)),
        (251, filter(r#"govaluate(r"n > 1", n: o.body.n + 1)"#)),
        (251, filter(r#"govaluate(r"n > 1", n: gjson(o::context, r"id"))"#)),
        (251, filter(r#"govaluate(r"n > 1", n: o.body.n, n: o.body.id)"#)),
        (251, filter(r#"govaluate(r"n > 1", n: o.body.n, m: o.body.id)"#)),
        (253, filter(r#"govaluate(r"n > 1 && m", n: o.body.n)"#)),
        (253, filter(r#"govaluate(r"n >", n: o.body.n)"#)),
        (201, filter(r#"govaluate(r"n > 1", n: o.body.m)"#)),
    ];
    for (code, text) in cases {
        let compiled = compiled(&text, Some(Target::Argo));
        let found: Vec<u16> = compiled.diagnostics.iter().map(|found| found.code.number()).collect();
        assert_eq!(found, [code], "{text}\n{}", shown(&text, &compiled));
    }
}

#[test]
fn a_target_says_what_it_cannot_do() {
    let asked = r#"govaluate(r"n > 1", n: o.body.n)"#;
    for condition in [
        format!("not {asked}"),
        format!("{asked} or (o.body.id == \"x\" and {asked})"),
        format!("{asked} and (o.body.id == \"x\" or o.body.n < 2)"),
        r#"gjson(o::context, r"id") == "x""#.to_owned(),
    ] {
        let text = filter(&condition);
        let refused = aev_argo::emit(&plan(&text)).unwrap_err();
        let codes: Vec<u16> = refused
            .iter()
            .map(|refusal| aev_language::diagnostics::problems::argo::refused(refusal).code.number())
            .collect();
        assert_eq!(codes, [416], "{text}");
        assert_eq!(self::codes(&text, Some(Target::Plan)), [0; 0], "{text}");
    }
    let template = value(r#"gotemplate(o, r"{{ .Input.body.id }}")"#);
    assert_eq!(codes(&template, Some(Target::Argo)), [0; 0]);
    assert_eq!(codes(&template, Some(Target::Plan)), [402]);
}

#[test]
fn a_plan_with_foreign_expressions_is_read_back_as_it_was() {
    for text in [
        value(r####"gjson(o, r"""body.tags.#(%"a*")#|@reverse""")"####),
        value(r#"gotemplate(o::context, r"{{ .Input.subject }}")"#),
        filter(r#"govaluate(r"n > 1", n: o.body.n) and gjson(o, r"body.id") == "x""#),
    ] {
        let plan = plan(&text);
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan, "{json}");
    }
}

#[test]
fn texts_reach_argo_as_they_are_written() {
    let has = |text: &str, parts: &[&str]| {
        let yaml = manifests(text);
        for part in parts {
            assert!(yaml.contains(part), "{part} is not in\n{yaml}");
        }
    };
    has(&value(r#"gjson(o, r"body.tags.#")"#), &["dataKey: body.tags.#\n", "useRawData: true"]);
    has(&value(r#"gjson(o::context, r"id|@this")"#), &["contextKey: id|@this\n"]);
    has(
        &value(r#"gotemplate(o, r"{{ .Input.body.id | title }}")"#),
        &["dataTemplate: \"{{ .Input.body.id | title }}\"\n"],
    );
    has(&value(r#"gotemplate(o::context, r"{{ .Input.id }}")"#), &["contextTemplate: \"{{ .Input.id }}\"\n"]);
    has(
        &filter(
            r#"govaluate(r"n > 1 || id == 'x'", n: o.body.n, id: gjson(o, r"body.id")) and o.body.n < 9"#,
        ),
        &[
            "expr: n > 1 || id == 'x'\n",
            "- name: \"n\"\n                path: body.n\n",
            "- name: id\n                path: body.id\n",
            "expr: n < 9\n",
        ],
    );
    has(&filter(r#"gjson(o, r"body.tags.#(=x)") == "x""#), &["path: body.tags.#(=x)\n", "- ^x$\n"]);
}
