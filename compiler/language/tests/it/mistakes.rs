//! One mistake is one message, also where other passes meet what is wrong.

use crate::check::{compiled, shown};

const SHOP: &str = "external source shop: webhook<{ id: string, state: \"a\" | \"b\" | \"c\" }>\n";

/// The codes of a text.
#[track_caller]
fn said(text: &str, codes: &[u16]) {
    let compiled = compiled(text, None);
    let found: Vec<u16> = compiled.diagnostics.iter().map(|found| found.code.number()).collect();
    assert_eq!(found, codes, "{}", shown(text, &compiled));
}

#[test]
fn a_key_of_a_constant_is_written_once() {
    let call = |payload: &str| {
        format!("trigger t on shop {{ http {{ url: \"https://example.com\", payload: {payload} }} }}\n")
    };
    for value in
        ["{ x: 1, x: 2 }", "{ y: { x: 1, x: 2 }, x: 3 }", "{ ...{ x: 0 }, x: 1, x: 2 }", "{ x: 1, \"x\": 2 }"]
    {
        for payload in ["made", "[made, made]", "made.x", "{ ...made, z: made }"] {
            said(&format!("{SHOP}let made = {value}\n{}", call(payload)), &[304]);
        }
    }
    said(&format!("{SHOP}let made = [for n in [1, 2]: {{ x: n, x: 2 }}]\n{}", call("made")), &[304]);
    said(&format!("{SHOP}let made = {{ ...{{ x: 0 }}, x: 1 }}\n{}", call("made")), &[]);
}

#[test]
fn a_wrong_element_of_a_list_says_nothing_of_the_others() {
    let filter = |condition: &str| {
        format!("{SHOP}filter f from shop as o where {condition}\ntrigger t on f {{ log }}\n")
    };
    said(&filter("o.body.state in [\"a\", \"zq\"] and o.body.state == \"b\""), &[211]);
    said(&filter("o.body.state not in [\"a\", \"zq\"] and o.body.state == \"a\""), &[211]);
    said(&filter("o.body.state in [\"a\", 7] and o.body.state == \"b\""), &[211]);
    // While a right one does.
    said(&filter("o.body.state in [\"a\", \"c\"] and o.body.state == \"b\""), &[211]);
}

#[test]
fn a_range_of_an_unknown_event_is_the_unknown_event() {
    for condition in [
        "x::time in 09:00..17:00",
        "x.body.id == \"a\" and x::time in 09:00..17:00",
        "x::time in 09:00..17:00 and x::time in 18:00..19:00",
    ] {
        let text = format!("{SHOP}filter f from shop as o where {condition}\ntrigger t on f {{ log }}\n");
        said(&text, &[102]);
    }
}

#[test]
fn what_depends_on_wrong_events_is_not_looked_at() {
    let text = |events: &str| {
        format!(
            "source github: github {{\n  organizations: [\"a\"]\n  {events}\n  webhook: {{ endpoint: \"/g\", port: 12000, method: \
             \"POST\" }}\n}}\nfilter f from github as g where g.body.action == \"opened\" and \
             g.headers[\"X-GitHub-Event\"] == \"pull_request\"\ntrigger t on f as g {{ http {{ url: \"https://example.com\", payload: {{ \
             sha: g.body.pull_request.head.sha, number: g.body.number }} }} }}\n"
        )
    };
    for (events, codes) in [
        ("events: [\"pull_request\"]", &[] as &[u16]),
        ("events: [\"pull_requst\"]", &[306]),
        ("events: [\"pull_request\", \"zq\"]", &[306]),
        ("events: 7", &[206]),
        ("events: [7]", &[206]),
        ("evnts: [\"pull_request\"]", &[302]),
    ] {
        said(&text(events), codes);
    }
}
