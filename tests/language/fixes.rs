//! `aev fix`: every kind of correction, and what none of them may do.

use crate::explain::{examples, shown};
use aev_language::compile::{Options, compile};
use aev_language::diagnostics::{Code, Diagnostic};
use aev_language::fix::{Fixed, fix};
use std::collections::BTreeSet;
use std::path::Path;

fn check(text: &str) -> Vec<Diagnostic> {
    compile("example.aev", text, &Options::default()).diagnostics
}

pub fn fixed(text: &str) -> Fixed {
    fix(text, None, &check)
}

/// What most cases stand in.
const SHOP: &str =
    "external source shop: webhook<{ id: string, state: \"open\" | \"paid\", n: int, note?: string }>\n";

/// The function that makes the correction, what is written, and what stands there then. Each is put behind [`SHOP`].
const CASES: &[(&str, &str, &str)] = &[
    ("unknown_stream", "trigger t on shpo { log }", "trigger t on shop { log }"),
    (
        "unknown_in_expression",
        "filter f from shop as order where ordr.body.n == 1\ntrigger t on f { log }",
        "filter f from shop as order where order.body.n == 1\ntrigger t on f { log }",
    ),
    (
        "root_without_event",
        "filter f from shop where body.n == 1\ntrigger t on f { log }",
        "filter f from shop where shop.body.n == 1\ntrigger t on f { log }",
    ),
    (
        "constant_elsewhere",
        "external source any: webhook\nfilter f from any where any.body.draft == False\ntrigger t on f and shop { log }",
        "external source any: webhook\nfilter f from any where any.body.draft == false\ntrigger t on f and shop { log }",
    ),
    (
        "source_with_events",
        "external source ci { event built: webhook }\ntrigger t on ci and shop { log }",
        "external source ci { event built: webhook }\ntrigger t on ci.built and shop { log }",
    ),
    ("source_is_its_event", "trigger t on shop.shop { log }", "trigger t on shop { log }"),
    (
        "filter_has_no_events",
        "filter f from shop where shop.body.n == 1\ntrigger t on f.x { log }",
        "filter f from shop where shop.body.n == 1\ntrigger t on f { log }",
    ),
    (
        "unknown_event",
        "external source ci { event built: webhook }\ntrigger t on ci.bulit and shop { log }",
        "external source ci { event built: webhook }\ntrigger t on ci.built and shop { log }",
    ),
    (
        "unknown_type",
        "external source a: webhook<{ id: strng }>\ntrigger t on a and shop { log }",
        "external source a: webhook<{ id: string }>\ntrigger t on a and shop { log }",
    ),
    (
        "unknown_type",
        "external source a: webhook<{ id: boolean }>\ntrigger t on a and shop { log }",
        "external source a: webhook<{ id: bool }>\ntrigger t on a and shop { log }",
    ),
    (
        "unknown_bus",
        "bus stream: jetstream { version: \"2.10.10\" }\nsource s { bus: steam  event e: calendar { interval: 1h } }\ntrigger t on s.e and shop { log }",
        "bus stream: jetstream { version: \"2.10.10\" }\nsource s { bus: stream  event e: calendar { interval: 1h } }\ntrigger t on s.e and shop { log }",
    ),
    (
        "unfit_name",
        "bus Main: jetstream { version: \"2.10.10\" }\nsource s { bus: Main  event e: calendar { interval: 1h } }\ntrigger t on s.e and shop { log }",
        "bus main: jetstream { version: \"2.10.10\" }\nsource s { bus: main  event e: calendar { interval: 1h } }\ntrigger t on s.e and shop { log }",
    ),
    ("unfit_label", "trigger t_ on shop { log }", "trigger t on shop { log }"),
    (
        "unknown_function",
        "filter f from shop where exsits(shop.body.note)\ntrigger t on f { log }",
        "filter f from shop where exists(shop.body.note)\ntrigger t on f { log }",
    ),
    (
        "no_such_member",
        "filter f from shop where shop.body.staet == \"open\"\ntrigger t on f { log }",
        "filter f from shop where shop.body.state == \"open\"\ntrigger t on f { log }",
    ),
    (
        "no_such_member",
        "trigger t on shop { http { url: \"https://example.com\", payload: { id: shop.id } } }",
        "trigger t on shop { http { url: \"https://example.com\", payload: { id: shop.body.id } } }",
    ),
    (
        "no_such_member",
        "trigger t on shop { http { url: \"https://example.com\", payload: { s: shop.subject } } }",
        "trigger t on shop { http { url: \"https://example.com\", payload: { s: shop::subject } } }",
    ),
    (
        "member_of_body",
        "filter f from shop where shop.state == \"open\"\ntrigger t on f { log }",
        "filter f from shop where shop.body.state == \"open\"\ntrigger t on f { log }",
    ),
    (
        "headers_by_name",
        "external source hub: github\nfilter f from hub where hub.headers.Accept == \"x\"\ntrigger t on f and shop { log }",
        "external source hub: github\nfilter f from hub where hub.headers[\"Accept\"] == \"x\"\ntrigger t on f and shop { log }",
    ),
    (
        "attribute_of_data",
        "trigger t on shop { http { url: \"https://example.com\", payload: { i: shop.body::id } } }",
        "trigger t on shop { http { url: \"https://example.com\", payload: { i: shop::id } } }",
    ),
    (
        "unknown_attribute",
        "trigger t on shop { http { url: \"https://example.com\", payload: { i: shop::subjct } } }",
        "trigger t on shop { http { url: \"https://example.com\", payload: { i: shop::subject } } }",
    ),
    (
        "text_without_quotes",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: POST }\ntrigger t on s and shop { log }",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
    ),
    (
        "never_equal",
        "filter f from shop where shop.body.n == \"1\"\ntrigger t on f { log }",
        "filter f from shop where shop.body.n == 1\ntrigger t on f { log }",
    ),
    (
        "outside_union",
        "filter f from shop where shop.body.state == \"opne\"\ntrigger t on f { log }",
        "filter f from shop where shop.body.state == \"open\"\ntrigger t on f { log }",
    ),
    (
        "no_place_for_type",
        "external source c: calendar<string>\ntrigger t on c and shop { log }",
        "external source c: calendar\ntrigger t on c and shop { log }",
    ),
    (
        "type_arguments",
        "external source a: webhook<string<int>>\ntrigger t on a and shop { log }",
        "external source a: webhook<string>\ntrigger t on a and shop { log }",
    ),
    (
        "unknown_kind",
        "external source a: webhok\ntrigger t on a and shop { log }",
        "external source a: webhook\ntrigger t on a and shop { log }",
    ),
    (
        "unknown_field",
        "source s: webhook { endpont: \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
    ),
    (
        "not_one_of",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: \"post\" }\ntrigger t on s and shop { log }",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
    ),
    (
        "text_meant",
        "external source hub: github\nsource g: github { repositories: [{ owner: \"a\", names: [\"b\"] }], events: [\"pull_reqest\"], webhook: { endpoint: \"/x\", port: 12000, method: \"POST\" }, webhookSecret: secret(\"a\", \"b\") }\ntrigger t on g and hub and shop { log }",
        "external source hub: github\nsource g: github { repositories: [{ owner: \"a\", names: [\"b\"] }], events: [\"pull_request\"], webhook: { endpoint: \"/x\", port: 12000, method: \"POST\" }, webhookSecret: secret(\"a\", \"b\") }\ntrigger t on g and hub and shop { log }",
    ),
    (
        "malformed",
        "source s: webhook { endpoint: \"x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
    ),
    (
        "bad_cron",
        "source c: calendar { schedule: \"@daily\" }\ntrigger t on c and shop { log }",
        "source c: calendar { schedule: \"0 0 * * *\" }\ntrigger t on c and shop { log }",
    ),
    (
        "unknown_zone",
        "source c: calendar { schedule: \"0 2 * * *\", timezone: \"Europe/Berln\" }\ntrigger t on c and shop { log }",
        "source c: calendar { schedule: \"0 2 * * *\", timezone: \"Europe/Berlin\" }\ntrigger t on c and shop { log }",
    ),
    (
        "unknown_option",
        "trigger t on shop {\n  log\n  retyr: { step: 3 }\n}",
        "trigger t on shop {\n  log\n  retry: { steps: 3 }\n}",
    ),
    (
        "option_without_colon",
        "trigger t on shop {\n  log\n  retry { steps: 3 }\n}",
        "trigger t on shop {\n  log\n  retry: { steps: 3 }\n}",
    ),
    (
        "no_success",
        "trigger t on shop {\n  log\n  success: { status: [200] }\n}",
        "trigger t on shop {\n  log\n}",
    ),
    ("action_takes_no", "trigger t on shop { log \"x\" }", "trigger t on shop { log }"),
    (
        "default_never_used",
        "trigger t on shop { http { url: \"https://example.com\", payload: { id: shop.body.id ?? \"\", n: 1 } } }",
        "trigger t on shop { http { url: \"https://example.com\", payload: { id: shop.body.id, n: 1 } } }",
    ),
    ("reset_without_join", "trigger t on shop reset cron \"0 0 * * *\" { log }", "trigger t on shop { log }"),
    (
        "repeated_value",
        "filter f from shop where shop.body.n in [1, 2, 1, 1, 3]\ntrigger t on f { log }",
        "filter f from shop where shop.body.n in [1, 2, 3]\ntrigger t on f { log }",
    ),
    (
        "no_member",
        "let api = { host: \"example.com\" }\ntrigger t on shop { http { url: \"https://${api.hots}\" } }",
        "let api = { host: \"example.com\" }\ntrigger t on shop { http { url: \"https://${api.host}\" } }",
    ),
    (
        "unknown",
        "let host = \"example.com\"\nlet url = \"https://${hots}\"\ntrigger t on shop { http { url: url } }",
        "let host = \"example.com\"\nlet url = \"https://${host}\"\ntrigger t on shop { http { url: url } }",
    ),
    (
        "unused_alias",
        "filter f from shop as o map jq \".\"\ntrigger t on f and shop as s { http { url: \"https://example.com\", payload: s.body.id } }",
        "filter f from shop map jq \".\"\ntrigger t on f and shop as s { http { url: \"https://example.com\", payload: s.body.id } }",
    ),
    (
        "unknown_code",
        "trigger t on shop reset cron \"0 0 * * *\" { log } // aev: allow AEV0541: a join will come",
        "trigger t on shop reset cron \"0 0 * * *\" { log } // aev: allow AEV0514: a join will come",
    ),
    ("unparsed", "trigger t on shop { log; }", "trigger t on shop { log }"),
    (
        "unparsed",
        "filter f from shop where shop.body.n == 1 && shop.body.state == 'paid'  # text\ntrigger t on f { log }\n/// no more\n",
        "filter f from shop where shop.body.n == 1 and shop.body.state == \"paid\"  // text\ntrigger t on f { log }\n// no more\n",
    ),
    (
        "inline_language",
        "trigger t on shop { k8s.create from inline jq \"{apiVersion: v1, kind: Pod}\" }",
        "trigger t on shop { k8s.create from inline yaml \"{apiVersion: v1, kind: Pod}\" }",
    ),
    (
        "worded",
        "source s: webhook { endpoint = \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
        "source s: webhook { endpoint: \"/x\", port: 12000, method: \"POST\" }\ntrigger t on s and shop { log }",
    ),
    ("unexpected", "trigger t when shop { log }", "trigger t on shop { log }"),
];

#[test]
fn every_kind_of_correction_gives_the_right_text() {
    let mut wrong = Vec::new();
    for (function, before, after) in CASES {
        let before = format!("{SHOP}{before}");
        let fixed = fixed(&before);
        let errors = fixed.left.iter().any(Diagnostic::is_error);
        if fixed.text != format!("{SHOP}{after}") || errors || fixed.applied.is_empty() {
            wrong.push(format!("{function}: {}\n{}", fixed.text, shown(&fixed.text, &fixed.left)));
        }
        assert_eq!(self::fixed(&fixed.text).applied, [], "{function}: nothing is left to correct");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

/// The functions of the words that end with a correction.
fn correcting() -> BTreeSet<String> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../compiler/language/src/diagnostics/problems");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for body in text.split("\nfn ").flat_map(|part| part.split("\npub fn ")).skip(1) {
            let body = body.split("\n}").next().unwrap();
            if [".replaced_by(", ".edited(", ".removing("].iter().any(|call| body.contains(call)) {
                found.insert(body.split(['(', '<']).next().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_kind_of_correction_has_a_case() {
    let cases: BTreeSet<String> = CASES.iter().map(|(function, ..)| (*function).to_owned()).collect();
    assert_eq!(correcting().difference(&cases).collect::<Vec<_>>(), Vec::<&String>::new(), "without a case");
    assert_eq!(cases.difference(&correcting()).collect::<Vec<_>>(), Vec::<&String>::new(), "no function");
}

/// What would be a sum of two numbers; its types are the next mistake.
const UNCOVERS: &str = "o.body.a -o.body.b";

#[test]
fn failing_examples_of_pages_compile_when_their_mistake_has_a_correction() {
    let mut corrected = Vec::new();
    for code in Code::all() {
        for example in examples(code.info().unwrap().page).iter().filter(|example| example.fails) {
            let with_fix = check(&example.text).iter().any(|found| found.code == code && found.fix.is_some());
            let with_fix = with_fix && !example.text.contains(UNCOVERS);
            let fixed = fixed(&example.text);
            let left = fixed.left.iter().filter(|found| found.code == code).count();
            assert!(!with_fix || left == 0, "{code}:\n{}", shown(&fixed.text, &fixed.left));
            corrected.extend(with_fix.then_some(code));
        }
    }
    println!("{} pages have an example that `aev fix` corrects", corrected.len());
    assert!(corrected.len() > 20, "{corrected:?}");
}

#[test]
fn only_what_has_the_code_is_corrected() {
    let text = format!("{SHOP}trigger t on shpo {{ log }}\ntrigger u on shop {{ log; }}\n");
    let only = fix(&text, Some("AEV0101".parse().unwrap()), &check);
    assert_eq!(only.text, text.replace("shpo", "shop"));
    assert_eq!(
        only.applied.iter().map(|made| (made.code.number(), made.line)).collect::<Vec<_>>(),
        [(101, 2)]
    );
}

#[test]
fn what_would_uncover_an_error_without_correction_is_left() {
    let text = format!("{SHOP}trigger t on shop {{\n  log\n  retyr: {{ steps: \"many\" }}\n}}\n");
    assert_eq!(fixed(&text).text, text);
    // It spoils only itself.
    let two = format!("{text}trigger u on shpo {{ log }}\n");
    assert_eq!(fixed(&two).text, format!("{text}trigger u on shop {{ log }}\n"));
}

#[test]
fn a_choice_is_left_to_the_reader() {
    let text = "external source cart: webhook\nexternal source card: webhook\ntrigger t on care { log }\ntrigger u on cart and card { log }\n";
    let left = fixed(text);
    assert_eq!(left.text, text);
    assert!(
        shown(text, &left.left).contains("did you mean `card` or `cart`?"),
        "{}",
        shown(text, &left.left)
    );
}

#[test]
fn no_comment_is_lost() {
    let text = format!(
        "{SHOP}filter f from shop where shop.body.n in [\n  1, // one\n  1, // again\n  2,\n]\ntrigger t on f {{ log }}\n"
    );
    assert_eq!(fixed(&text).text, text);
}

#[test]
fn lines_and_blanks_go_with_what_stood_on_them() {
    for ends in ["\n", "\r\n"] {
        let text = format!("\u{feff}{SHOP}trigger t on shop {{\n  log\n  success: {{ status: [200] }}\n}}\n");
        let expected = format!("\u{feff}{SHOP}trigger t on shop {{\n  log\n}}\n");
        assert_eq!(fixed(&text.replace('\n', ends)).text, expected.replace('\n', ends));
    }
}
