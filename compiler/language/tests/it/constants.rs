//! Constants are written out before anything else: a text with them means what the text without them means.

use crate::check::{case, compiled, shown};
use aev_plan::Plan;

const SHOP: &str = "external source shop: webhook<{ id: string, n: int, state: string }>\n";

#[track_caller]
fn plan(text: &str) -> Plan {
    let compiled = compiled(text, None);
    assert!(compiled.diagnostics.is_empty(), "{}", shown(text, &compiled));
    compiled.plan.unwrap()
}

/// Both texts behind [`SHOP`] have one plan.
#[track_caller]
fn same(with: &str, without: &str) {
    assert_eq!(plan(&format!("{SHOP}{with}")), plan(&format!("{SHOP}{without}")), "{with}");
}

/// `let x = VALUE` as a payload is the payload `written`.
#[track_caller]
fn value(value: &str, written: &str) {
    let trigger = |payload: &str| {
        format!("trigger t on shop {{ http {{ url: \"https://example.com\", payload: [{payload}] }} }}\n")
    };
    same(&format!("{}let made = {value}\n", trigger("made")), &trigger(written));
    same(&trigger(value), &trigger(written));
}

#[test]
fn values_are_what_they_are_made_of() {
    for (written, means) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("7 / 2", "3.5"),
        ("6 / 2", "3"),
        ("-7 % 3", "-1"),
        ("2 - 5", "-3"),
        ("-(2 - 5)", "3"),
        ("9007199254740993 + 0", "9007199254740993"),
        ("9223372036854775807 + 1", "9223372036854776000"),
        ("0.5 * 4", "2"),
        ("60 * (2 + 3) - 1 / 4 % 2", "299.75"),
        ("\"a${1 + 1}b${true}c${30s}d${10Gi}e${\"f\"}\"", "\"a2btruec30sd10Gief\""),
        ("if 1 < 2 then \"yes\" else 1 / 0", "\"yes\""),
        ("if \"b\" in [\"a\", \"b\"] and not (1 >= 2) then 1 else 2", "1"),
        ("1 == 1.0 and \"a\" != \"b\" and null == null and 1 != null", "true"),
        ("[1, ...[2, 3], ...[], 4]", "[1, 2, 3, 4]"),
        ("{ a: 1, ...{ a: 2, b: 3 }, b: 4 }", "{ a: 2, b: 4 }"),
        ("[for x in [1, 2, 3] if x != 2: x * 10]", "[10, 30]"),
        (
            "[for x in [[1, 2], [3]]: [for y in x: { sum: y + x[0] }]]",
            "[[{ sum: 2 }, { sum: 3 }], [{ sum: 6 }]]",
        ),
        ("{ a: { b: [5, 6] } }.a.b[-1]", "6"),
        ("{ \"a b\": 1 }[\"a b\"]", "1"),
    ] {
        value(written, means);
    }
}

#[test]
fn a_constant_stands_for_what_it_is_made_of_wherever_it_stands() {
    same(
        "let pause = 5m\nlet times = 3\nlet where-to = { url: \"https://example.com/${path}\", method: verb }\nlet path = \"x\"\nlet verb = \"PUT\"\n\
         let allowed = [\"open\", \"paid\"]\nlet zone = \"Europe/Berlin\"\nlet token = secret(\"api\", \"token\")\n\
         filter f from shop as o where o.body.state in allowed and o.body.n > times * 2\n\
         trigger t on f as o and shop as s reset cron \"0 ${times} * * *\" in \"${zone}\" {\n  http { ...where-to, headers: { Authorization: token }, payload: { id: \"${path}-${o.body.id}\" } }\n  retry: { steps: times, duration: pause }\n}\n",
        "filter f from shop as o where o.body.state in [\"open\", \"paid\"] and o.body.n > 6\n\
         trigger t on f as o and shop as s reset cron \"0 3 * * *\" in \"Europe/Berlin\" {\n  http { url: \"https://example.com/x\", method: \"PUT\", headers: { Authorization: secret(\"api\", \"token\") }, payload: { id: \"x-${o.body.id}\" } }\n  retry: { steps: 3, duration: 5m }\n}\n",
    );
    same(
        "let common = { team: \"a\" }\nlet name = \"cm\"\ntrigger t on shop as o { k8s.create { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: { name: name, labels: { ...common } }, data: { id: o.body.id } } }\n",
        "trigger t on shop as o { k8s.create { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: { name: \"cm\", labels: { team: \"a\" } }, data: { id: o.body.id } } }\n",
    );
    let source = |port: &str, endpoint: &str, rest: &str| {
        format!(
            "source s: webhook {{ endpoint: {endpoint}, port: {port}, method: \"POST\" }}\ntrigger t on s and shop {{ log }}\n{rest}"
        )
    };
    same(
        &source("first + 1", "\"/${name}\"", "let first = 12000\nlet name = \"hook\"\n"),
        &source("12001", "\"/hook\"", ""),
    );
}

#[test]
fn names_in_an_expression_hide_nothing() {
    let wrong = [
        "let n = 1\nfilter f from shop as «n» where n.body.n == 1\ntrigger t on f { log }\n",
        "let shop2 = 1\nexternal source «shop2»: webhook\ntrigger t on shop and shop2 { log }\n",
        "let b = \"x\"\nbus «b»: jetstream { version: \"2.10.10\" }\nsource s { bus: b  event e: calendar { interval: 1h } }\ntrigger t on s.e and shop { log }\n",
        "let x = 1\ntrigger t on shop { http { url: \"https://example.com\", payload: [for «x» in [1]: x] } }\n",
        "let e = 1\nexternal source ci { event e: webhook }\ntrigger t on ci.«e» and shop { log }\n",
    ];
    for text in wrong {
        case(114, &format!("{SHOP}{text}"), None);
    }
}

#[test]
fn mistakes_in_constants_are_said_once_where_they_are() {
    let uses = "trigger t on shop { http { url: \"https://example.com\", payload: [x, x] } }\n";
    for (code, value) in [
        (241, "«1 / 0»"),
        (241, "«7 % (2 - 2)»"),
        (242, "«1 + \"a\"»"),
        (242, "«-\"a\"»"),
        (242, "«not 1»"),
        (242, "«1 and true»"),
        (242, "«1 < \"a\"»"),
        (242, "«[1] == [1]»"),
        (243, "x"),
        (245, "{ a: 1 }.«b»"),
        (245, "[1, 2][«2»]"),
        (245, "[1, 2][«-3»]"),
        (245, "\"text\".«length»"),
        (246, "[1, ...«{ a: 1 }»]"),
        (246, "{ ...«[1]» }"),
        (247, "if «1» then 2 else 3"),
        (247, "[for y in «5»: y]"),
        (247, "[for y in [1, 2] if «y»: y]"),
        (248, "«other»"),
        (248, "[for y in [1]: «z»]"),
        (248, "«lower(\"A\")»"),
        (248, "{ a: [«shop».body.id] }"),
    ] {
        let (name, value) = if code == 243 { ("«x»", value) } else { ("x", value) };
        case(code, &format!("{SHOP}{uses}let {name} = {value}\n"), None);
    }
}

#[test]
fn an_event_is_no_constant() {
    let uses = "trigger t on shop { http { url: \"https://example.com\", payload: x } }\n";
    case(248, &format!("{SHOP}{uses}let x = «shop».body.id\n"), None);
}

#[test]
fn what_is_wrong_with_a_value_points_at_both_places() {
    let text = format!(
        "{SHOP}let port = 99999\nsource s: webhook {{ endpoint: \"/x\", port: port, method: \"POST\" }}\ntrigger t on s and shop {{ log }}\n"
    );
    let found = compiled(&text, None).diagnostics;
    let [problem] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(problem.code.number(), 307);
    let at = |index: usize| {
        let span = problem.labels[index].span;
        text.get(span.start as usize..span.end as usize).unwrap()
    };
    assert_eq!((at(0), at(1)), ("port", "99999"));

    // In an object, the field itself is named, once for all its uses.
    let text = format!(
        "{SHOP}let call = {{ url: \"https://example.com\", metod: \"PUT\" }}\ntrigger t on shop {{ http {{ ...call }} }}\ntrigger u on shop {{ http {{ ...call }} }}\n"
    );
    let found = compiled(&text, None).diagnostics;
    let [problem] = found.as_slice() else { panic!("{}", shown(&text, &compiled(&text, None))) };
    let span = problem.labels[0].span;
    assert_eq!(text.get(span.start as usize..span.end as usize), Some("metod"));
    assert!(problem.fix.is_some());
}

#[test]
fn constants_that_nothing_uses_and_those_that_are_meant() {
    case(501, &format!("{SHOP}let «x» = 1\ntrigger t on shop {{ log }}\n"), None);
    case(
        103,
        &format!(
            "{SHOP}let x = 1\nlet «x» = 2\ntrigger t on shop {{ http {{ url: \"https://example.com\", payload: x }} }}\n"
        ),
        None,
    );
    case(
        104,
        &format!(
            "{SHOP}let x-y = 1\nlet «x_y» = 2\ntrigger t on shop {{ http {{ url: \"https://example.com\", payload: x-y }} }}\n"
        ),
        None,
    );
    case(
        102,
        &format!(
            "{SHOP}let client = \"x\"\ntrigger t on shop {{ http {{ url: \"https://example.com/${{client}}\", payload: «clinet» }} }}\n"
        ),
        None,
    );
    case(
        102,
        &format!(
            "{SHOP}let method = \"PUT\"\ntrigger t on shop {{ http {{ url: \"https://example.com/${{method}}\", method: «metod» }} }}\n"
        ),
        None,
    );
}

#[test]
fn constants_that_grow_and_long_chains_have_an_end() {
    // A thousand that are made of each other are no circle and no deep recursion.
    let chain: String = (0..5_000).map(|at| format!("let x{at} = x{} + 1\n", at + 1)).collect();
    same(
        &format!(
            "{chain}let x5000 = 0\ntrigger t on shop {{ http {{ url: \"https://example.com\", payload: [x0] }} }}\n"
        ),
        "trigger t on shop { http { url: \"https://example.com\", payload: [5000] } }\n",
    );
    let circle: String = (0..5_000).map(|at| format!("let x{at} = x{}\n", (at + 1) % 5_000)).collect();
    let found = compiled(&format!("{SHOP}{circle}trigger t on shop {{ log }}\n"), None).diagnostics;
    assert_eq!(found.iter().map(|found| found.code.number()).collect::<Vec<_>>(), [243]);
    // Deep, long and wide ones.
    for step in ["[x, x]", "[x]", "\"${x}${x}\"", "{ a: x, b: x }"] {
        let text: String = (0..200)
            .map(|at| format!("let y{} = {}\n", at + 1, step.replace('x', &format!("y{at}"))))
            .collect();
        let text = format!(
            "{SHOP}let y0 = \"a\"\n{text}trigger t on shop {{ http {{ url: \"https://example.com\", payload: y200 }} }}\n"
        );
        let found = compiled(&text, None).diagnostics;
        assert_eq!(found.iter().map(|found| found.code.number()).collect::<Vec<_>>(), [244], "{step}");
    }
}
