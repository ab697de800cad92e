//! Legal, and probably not meant.

use crate::check::{case, compiled, shown};

const SHOP: &str = "external source shop: webhook\n";

#[track_caller]
fn codes(text: &str, expected: &[u16]) {
    let text = format!("{SHOP}{text}");
    let compiled = compiled(&text, None);
    let found: Vec<u16> = compiled.diagnostics.iter().map(|found| found.code.number()).collect();
    assert_eq!(found, expected, "{}", shown(&text, &compiled));
}

#[test]
fn conditions_that_no_event_meets_together() {
    for condition in [
        "shop.body.n > 5 and «shop.body.n» < 3",
        "shop.body.n > 5 and «shop.body.n» <= 5",
        "5 < shop.body.n and shop.body.x == 1 and «shop.body.n» < 5",
        "shop.body.t > \"b\" and «shop.body.t» < \"a\"",
        "shop.body.n == 1 and «shop.body.n» != 1",
        "shop.body.n in [1, 2] and «shop.body.n» not in [1, 2]",
        "shop.body.n in [1, 2] and «shop.body.n» > 2",
        "not exists(shop.body.n) and «shop.body.n» == 1",
        "shop.body.ok and «shop.body.ok» != true",
    ] {
        case(517, &format!("{SHOP}filter f from shop where {condition}\ntrigger t on f {{ log }}\n"), None);
    }
    // Over filters that refine each other, but not over a `map`.
    let refined = |map: &str, mark: (&str, &str)| {
        format!(
            "{SHOP}filter a from shop where shop.body.n > 5\nfilter b from a {map} where exists(b0.body.x)\n\
             filter c from b where {}c0.body.n{} < 3\ntrigger t on c {{ log }}\n",
            mark.0, mark.1
        )
        .replace("b0", "a")
        .replace("c0", "b")
    };
    case(517, &refined("", ("«", "»")), None);
    codes(refined("map jq \".\"", ("", "")).trim_start_matches(SHOP), &[]);
}

#[test]
fn conditions_that_some_event_meets() {
    for condition in [
        "shop.body.n > 5 and shop.body.n < 7",
        "shop.body.n >= 5 and shop.body.n <= 5",
        "exists(shop.body.n) and shop.body.n != 1 and shop.body.n != 2",
        "shop.body.n in [1, 2] and shop.body.n != 1",
        "shop.body.n > 5 or shop.body.n < 3",
        "shop.body.n > 5 and shop.body.m < 3",
        "shop.body.n != null and shop.body.n == 1",
        "exists(shop.body.n) and shop.body.n == null",
        "shop.body.list[0] > 5 and shop.body.list[1] < 3",
    ] {
        codes(&format!("filter f from shop where {condition}\ntrigger t on f {{ log }}\n"), &[]);
    }
}

#[test]
fn secrets_in_the_open() {
    let call = |fields: &str| {
        format!("{SHOP}trigger t on shop as s {{ http {{ url: \"https://example.com\", {fields} }} }}\n")
    };
    for fields in [
        "payload: { id: s.body.id, password: «\"word\"» }",
        "payload: { id: s.body.id, auth: { api-key: «\"word\"» } }",
        "payload: { id: s.body.id, list: [«\"ghp_0123456789abcdefghij0123456789abcdef\"»] }",
        "payload: { id: s.body.id, text: «\"key AKIAIOSFODNN7EXAMPLE of ${s.body.id}\"» }",
        "headers: { X-Id: s.body.id, Authorization: «\"Basic dTpw\"» }",
        "payload: { id: s.body.id, web: «\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl\"» }",
    ] {
        case(518, &call(fields), None);
    }
    for fields in [
        "payload: { id: s.body.id, token: s.body.token }",
        "payload: { id: s.body.id, token: \"\", tokenUrl: \"https://example.com/t\", secret_name: \"x\" }",
        "headers: { X-Id: s.body.id, Authorization: secret(\"a\", \"b\") }",
        "payload: { id: s.body.id, text: \"sk_ and AKIA and ghp_ are beginnings\" }",
    ] {
        codes(call(fields).trim_start_matches(SHOP), &[]);
    }
    // In an object of Kubernetes, such keys name secrets.
    codes(
        "trigger t on shop { k8s.create { apiVersion: \"v1\", kind: \"Pod\", metadata: { generateName: \"p-\" }, spec: { containers: [{ name: \"c\", image: \"i\", env: [{ name: \"T\", valueFrom: { secretKeyRef: { name: \"a\", key: \"b\" } } }] }] } } }\n",
        &[],
    );
}

#[test]
fn credentials_that_are_sent_on() {
    let hub = "external source hub: github\n";
    for value in [
        "«h.headers[\"authorization\"]»",
        "\"x ${«h.headers[\"Cookie\"]»}\"",
        "{ deep: [«h.headers.all(\"X-Api-Key\")»] }",
        "«h.headers[\"Authorization\"]» ?? \"\"",
    ] {
        case(
            519,
            &format!(
                "{hub}trigger t on hub as h {{ http {{ url: \"https://example.com\", payload: {{ x: {value} }} }} }}\n"
            ),
            None,
        );
    }
    codes(
        "trigger t on shop as s { http { url: \"https://example.com\", payload: { x: s.header[\"User-Agent\"], y: s.body.headers } } }\n",
        &[],
    );
}

#[test]
fn names_that_nothing_uses() {
    let with = |text: &str| format!("{SHOP}{text}trigger t on shop {{ log }}\n");
    case(501, &with("bus «stream»: jetstream { version: \"2.10.10\" }\n"), None);
    codes("bus default: jetstream { version: \"2.10.10\" }\ntrigger t on shop { log }\n", &[]);
    case(501, &with("type «Order» { id: string }\n"), None);
    codes(
        "type A { id: string }\ntype B { a: A }\nexternal source x: webhook<B>\ntrigger t on shop and x { log }\n",
        &[],
    );
    case(501, &format!("{SHOP}filter f from shop as «s» map jq \".\"\ntrigger t on f {{ log }}\n"), None);
    codes("trigger t on shop as s { log }\n", &[]);
    codes(
        "trigger t on shop as s { log\n  on-failure lost { http { url: \"https://example.com\", payload: s } } }\n",
        &[],
    );
}

#[test]
fn what_kubernetes_takes_of_metadata() {
    let long = "x".repeat(64);
    let many = format!("\"{}\"", "x".repeat(256 << 10));
    case(
        314,
        &format!("pipeline p {{ annotations: «{{ note: {many} }}» }}\n{SHOP}trigger t on shop {{ log }}\n"),
        None,
    );
    case(
        308,
        &format!("pipeline p {{ annotations: {{ «\"a b\"»: \"c\" }} }}\n{SHOP}trigger t on shop {{ log }}\n"),
        None,
    );
    let object = |metadata: &str| {
        format!(
            "{SHOP}trigger t on shop {{ k8s.create {{ apiVersion: \"v1\", kind: \"ConfigMap\", metadata: {{ generateName: \"c-\", {metadata} }} }} }}\n"
        )
    };
    case(308, &object(&format!("labels: {{ team: «\"{long}\"» }}")), None);
    case(308, &object("labels: { «\"-a\"»: \"b\" }"), None);
    case(308, &object("annotations: { «\"a b\"»: \"c\" }"), None);
    case(314, &object(&format!("annotations: «{{ note: {many} }}»")), None);
    codes(
        object("labels: { team: \"a\" }, annotations: { \"acme.io/owner\": \"any text\" }")
            .trim_start_matches(SHOP),
        &[],
    );
}
