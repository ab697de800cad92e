//! Whatever stands where, nothing is left for later passes to pass over: no `...`, no `[for …]`, no choice that a constant
//! decides, and no name of a constant.

use super::expand;
use crate::report::Reports;
use crate::syntax::ast::{File, ItemKind};
use crate::syntax::parse;
use proptest::prelude::*;

/// A pipeline with a place for a value wherever one may stand. Only in a patch `...` is refused, and has an error.
const PLACES: &str = r#"
pipeline p { labels: $, pod: $ }
let k1 = ["a", "b"]
let k2 = { a: "x", l: k1 }
let k3 = true
bus b: jetstream { version: $, settings: $ }
type T = sample($, "${$}")
source one: webhook<sample($)> { endpoint: $, port: $ } where one.body.x == $
source many {
  event m: webhook<list<sample($)>> { endpoint: $ } where $
  replicas: $
  pod: $
}
filter f from one as e map { a: $, b: { c: $ }, d: [$] } where (any x in $: x == $) or e.body.a in $
trigger t on f as e and many.m reset cron "${$}" in "${$}" {
  k8s.update(live: $) from git { url: $, ref: $ } with { a.b: $, c[name == "${$}"].d: old + $, e[+]: $ }
  retry: $
  rate: $
  on-failure g { workflow.run "${$}" { a: $, ...{ b: $ } } success: $ on-failure h { log { intervalSeconds: $ } } }
}
trigger u on one { custom { serverURL: $, spec: $, payload: text($) } with { a: -($) } }
trigger v on one { workflow.submit(args: $) from configmap($, $) }
trigger w on one as e { http { url: "${e.body.a}${$}", payload: if e.body.b == $ then $ else $ } }
trigger y on one as e { http { payload: (e.body.a ?? $)[$], headers: { "A": $ } } }
"#;

/// Values with what is to be written out in them.
fn values() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec!["k1", "k2", "k3", "k2.a", "k2.l[0]", "k1[-1]", "1", "\"t\"", "5m"]);
    leaf.prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
        let one = inner.clone();
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            one.clone().prop_map(|value| format!("[...k1, {value}]")),
            one.clone().prop_map(|value| format!("{{ ...k2, b: {value} }}")),
            one.clone().prop_map(|value| format!("[for i in k1: {value}]")),
            one.clone().prop_map(|value| format!("[for i in [...k1] if i != \"a\": \"${{i}}${{{value}}}\"]")),
            one.clone().prop_map(|value| format!("\"-${{{value}}}\"")),
            one.prop_map(|value| format!("({value})")),
            two.clone().prop_map(|(then, other)| format!("(if k3 then {then} else {other})")),
            two.clone().prop_map(|(then, other)| format!("(if not k3 then {then} else {other})")),
            two.prop_map(|(a, b)| format!("{{ a: {a}, b: [{b}] }}")),
        ]
    })
}

/// What is left in the items that are written out. Their debug text has every part of them, whether or not a pass knows
/// of it.
fn left(file: &File) -> Vec<&'static str> {
    let kept = file.items.iter().filter(|item| !matches!(item.kind, ItemKind::Let(_)));
    let shown =
        kept.map(|item| format!("{:?}", item.kind)).chain([format!("{:?}", file.header)]).collect::<String>();
    let marks = [
        "Spread(",
        "Comprehension(",
        "If(Expr { kind: Bool(",
        "Name(\"k1\")",
        "Name(\"k2\")",
        "Name(\"k3\")",
    ];
    marks.into_iter().filter(|mark| shown.contains(mark)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_is_left(values in prop::collection::vec(values(), 12)) {
        let mut values = values.iter().cycle();
        let mut pieces = PLACES.split('$').peekable();
        let mut text = String::new();
        while let Some(piece) = pieces.next() {
            text.push_str(piece);
            // A sign before a brace belongs to the text around it.
            if pieces.peek().is_some_and(|next| next.starts_with('{')) {
                text.push('$');
            } else if pieces.peek().is_some() {
                text.push_str(values.next().map_or("1", String::as_str));
            }
        }
        let mut parsed = parse(&text);
        prop_assume!(parsed.errors.is_empty());
        prop_assert!(left(&parsed.file).contains(&"Name(\"k1\")") || !text.contains("k1"));
        let mut reports = Reports::new(0, Vec::new());
        expand(&mut parsed.file, &mut reports);
        prop_assert_eq!(left(&parsed.file), Vec::<&str>::new(), "{}", text);
    }
}
