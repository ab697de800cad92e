//! Each form that a value takes in an action.

use crate::build::*;
use aev_argo::node::Node;
use aev_argo::refusal::{NoValueForm, Reason};
use aev_plan::expr::{Attribute, Default, Expr};
use aev_plan::model::{Action, Condition, Header, HeaderValue, Http, Predicate, SecretRef};

fn on(name: &str) -> Condition {
    Condition::Stream(name.to_owned())
}

fn or() -> Condition {
    Condition::Or(vec![on("a"), on("b")])
}

fn and() -> Condition {
    Condition::And(vec![on("a"), on("b")])
}

/// A plan with the streams `a` and `b`; in the action they are called so, and either of them `e`.
fn acting(on: Condition, action: Action) -> aev_plan::Plan {
    let bindings: [(&str, &[&str]); 3] = [("a", &["a"]), ("b", &["b"]), ("e", &["a", "b"])];
    let bindings = if matches!(on, Condition::Stream(_)) {
        [bindings[0], ("b", &["a"]), ("e", &["a"])]
    } else {
        bindings
    };
    plan(
        vec![stream("a", Predicate::Always), stream("b", Predicate::Always)],
        vec![trigger("t", on, &bindings, action)],
    )
}

fn emitted(on: Condition, action: Action) -> Node {
    let manifests = aev_argo::emit(&acting(on, action)).unwrap_or_else(|refusals| panic!("{refusals:#?}"));
    manifests.objects.last().unwrap().node.find(&["spec", "triggers"]).unwrap().items()[0].clone()
}

fn refusal(on: Condition, action: Action) -> Reason {
    let refusals = aev_argo::emit(&acting(on, action)).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!((refusals[0].origin.start, refusals[0].origin.end), (3, 9), "the origin is that of the path");
    refusals[0].reason.clone()
}

/// Parameters on lines: `dependency key → dest`.
fn lines(list: Option<&Node>) -> Vec<String> {
    let line = |parameter: &Node| {
        let src = parameter.get("src").unwrap();
        let mut words = vec![src.text_at(&["dependencyName"]).to_owned()];
        for key in ["contextKey", "dataKey", "dataTemplate"] {
            words.extend(src.get(key).map(|value| value.text().unwrap().to_owned()));
        }
        words.extend(src.get("value").map(|value| format!("={:?}", value.text().unwrap())));
        words.extend(src.get("useRawData").map(|_| "raw".to_owned()));
        words.push(format!("→ {}", parameter.text_at(&["dest"])));
        words.extend(parameter.get("operation").map(|operation| operation.text().unwrap().to_owned()));
        words.join(" ")
    };
    list.map(Node::items).unwrap_or_default().iter().map(line).collect()
}

fn create(data: Expr) -> Action {
    let member = |key: &str, value| (key.to_owned(), value);
    Action::K8sCreate(Expr::Object(vec![
        member("apiVersion", Expr::text("v1")),
        member("kind", Expr::text("ConfigMap")),
        member("data", data),
    ]))
}

/// What stands at `data`, and the parameters.
fn resource(on: Condition, data: Expr) -> (String, Vec<String>) {
    let trigger = emitted(on, create(data));
    let k8s = trigger.find(&["template", "k8s"]).unwrap();
    let literal = k8s.find(&["source", "resource", "data"]);
    (literal.map(|node| node.to_json().to_string()).unwrap_or_default(), lines(k8s.get("parameters")))
}

fn of(event: &str, steps: &str) -> Expr {
    Expr::Path(path_of(event, steps))
}

fn certain(event: &str, steps: &str) -> Expr {
    Expr::Path(aev_plan::expr::Path { certain: true, ..path_of(event, steps) })
}

fn nullable(value: Expr, fallback: Expr) -> Expr {
    Expr::Default(Box::new(Default { value, fallback, null_is_absent: true }))
}

fn list(items: Vec<Expr>) -> Expr {
    Expr::List(items)
}

#[test]
fn values_of_one_event() {
    let p = || of("a", "p");
    for (value, literal, parameter) in [
        (p(), "", "a p raw → data"),
        (text(p()), "", "a p → data"),
        (of("a", ""), "", "a @this raw → data"),
        (constant("3"), "3", ""),
        (text(constant("3")), "\"3\"", ""),
        (text(constant("1.50")), "\"1.5\"", ""),
        (text(constant("1e3")), "\"1000\"", ""),
        (text(default(p(), constant("\"x\""))), "", "a p =\"x\" → data"),
        (text(default(p(), constant("7"))), "", "a p =\"7\" → data"),
        (text(default(p(), default(of("a", "q"), constant("7")))), "", "a [p,q].0 =\"7\" → data"),
        (default(p(), constant("7")), "", "a [p,!7].0 raw → data"),
        (default(p(), constant("\"x\"")), "", "a [p,!\"x\"].0 raw → data"),
        (default(p(), of("a", "q")), "", "a [p,q].0 raw → data"),
        (nullable(p(), constant("7")), "", "a [[p].#(!=~null),[p].#(@tostr!=\"null\"),!7].0 raw → data"),
        (nullable(p(), constant("{}")), "", "a [[p].#(!=~null),[p].#(@tostr!=\"null\"),!{}].0 raw → data"),
        (attribute(Attribute::Id), "", "a id → data"),
        (attribute(Attribute::Context), "", "a @this raw → data"),
        (text(attribute(Attribute::Envelope)), "", "a → data"),
    ] {
        let parameters: Vec<&str> = Some(parameter).into_iter().filter(|line| !line.is_empty()).collect();
        let (found, lines) = resource(on("a"), value.clone());
        assert_eq!(
            (found.as_str(), lines.iter().map(String::as_str).collect::<Vec<_>>()),
            (literal, parameters),
            "{value:?}"
        );
    }
}

#[test]
fn text_from_parts_is_a_chain() {
    let parts = Expr::Concat(vec![
        Expr::text("pr-"),
        of("a", "n"),
        Expr::text("-"),
        constant("1"),
        of("b", "m"),
        Expr::text("!"),
    ]);
    assert_eq!(
        resource(and(), parts),
        (
            "\"pr-\"".to_owned(),
            vec![
                "a n → data append".to_owned(),
                "b =\"-1\" → data append".to_owned(),
                "b m → data append".to_owned(),
                "b =\"!\" → data append".to_owned(),
            ]
        )
    );
    let bare = Expr::Concat(vec![of("a", "n"), of("a", "m")]);
    assert_eq!(
        resource(on("a"), bare),
        (String::new(), vec!["a n → data".to_owned(), "a m → data append".to_owned()])
    );
    let nested = text(text(Expr::Concat(vec![Expr::text("v"), text(of("a", "n"))])));
    assert_eq!(resource(on("a"), nested), ("\"v\"".to_owned(), vec!["a n → data append".to_owned()]));
    let structure = text(list(vec![of("a", "n")]));
    assert_eq!(refusal(on("a"), create(structure)), Reason::NoValueForm(NoValueForm::Structure));
    let fixed = text(list(vec![constant("1"), text(constant("2"))]));
    assert_eq!(resource(on("a"), fixed), ("\"[1,\\\"2\\\"]\"".to_owned(), Vec::new()));
    let constants = Expr::Concat(vec![Expr::text("a"), constant("1"), constant("true")]);
    assert_eq!(resource(on("a"), constants), ("\"a1true\"".to_owned(), Vec::new()));
}

#[test]
fn what_argo_would_spoil_in_the_literal_part_is_a_parameter() {
    let found = |value: &str| resource(on("a"), constant(value));
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    // A literal number goes through a double, in which these lose digits.
    assert_eq!(found("9007199254740992"), ("9007199254740992".to_owned(), Vec::new()));
    for number in ["9007199254740993", "-9007199254740993", "9223372036854775807"] {
        assert_eq!(found(number), (String::new(), lines(&[&format!("a !{number} raw → data")])));
    }
    let nested = r#"{"ids":[1,9007199254740993],"n":1}"#;
    let (literal, parameters) = found(nested);
    assert_eq!(literal, r#"{"ids":[1,null],"n":1}"#);
    assert_eq!(parameters, ["a !9007199254740993 raw → data.ids.1"]);
    // Literal text goes through YAML, which has not all characters.
    assert_eq!(found("\"a\u{7f}b\""), (String::new(), lines(&["a =\"a\\u{7f}b\" → data"])));
    let (literal, parameters) = found("{\"k\u{80}\":{\"n\":1},\"l\":2}");
    assert_eq!(literal, r#"{"l":2}"#);
    assert_eq!(parameters, ["a !{\"n\":1} raw → data.k\u{80}"]);
    let prefix = Expr::Concat(vec![Expr::text("\u{feff}"), of("a", "n")]);
    let filled = lines(&["a =\"\\u{feff}\" → data", "a n → data append"]);
    assert_eq!(resource(on("a"), prefix), (String::new(), filled));
    let member = |key: &str, value| (key.to_owned(), value);
    let inner = Expr::Object(vec![member("n", constant("1")), member("m", of("a", "m"))]);
    let mixed = Expr::Object(vec![member("k\u{80}", inner), member("l", constant("2"))]);
    let filled = lines(&["a !{\"n\":1} raw → data.k\u{80}", "a m raw → data.k\u{80}.m"]);
    assert_eq!(resource(on("a"), mixed), (r#"{"l":2}"#.to_owned(), filled));
}

#[test]
fn places_keep_their_position() {
    let member = |key: &str, value| (key.to_owned(), value);
    let data = Expr::Object(vec![
        member("0", of("a", "x")),
        member(
            "a.b",
            list(vec![
                constant("1"),
                of("a", "y"),
                text(of("a", "z")),
                Expr::Object(vec![member("k", of("a", "w"))]),
            ]),
        ),
    ]);
    assert_eq!(
        resource(on("a"), data),
        (
            r#"{"a.b":[1,null,"",{}]}"#.to_owned(),
            vec![
                "a x raw → data.:0".to_owned(),
                r"a y raw → data.a\.b.1".to_owned(),
                r"a z → data.a\.b.2".to_owned(),
                r"a w raw → data.a\.b.3.k".to_owned(),
            ]
        )
    );
    let numeric = Expr::Object(vec![member("0", Expr::Concat(vec![Expr::text("x"), of("a", "x")]))]);
    let key = "0".to_owned();
    assert_eq!(refusal(on("a"), create(numeric)), Reason::NoValueForm(NoValueForm::NumericKey { key }));
}

#[test]
fn either_of_two_events() {
    let lines = |on, value| resource(on, value).1;
    assert_eq!(lines(or(), of("e", "x")), ["a x raw → data", "b x raw → data"]);
    assert_eq!(lines(or(), default(of("a", "x"), of("b", "y"))), ["b y raw → data", "a x raw → data"]);
    assert_eq!(
        lines(and(), default(certain("a", "x"), certain("b", "y"))),
        ["b y raw → data", "a x raw → data"]
    );
    assert_eq!(
        lines(or(), text(default(of("a", "x"), default(of("b", "y"), constant("1"))))),
        ["b [y,!1].0 → data", "a [x,!1].0 → data"]
    );
    assert_eq!(
        lines(and(), text(default(default(certain("a", "x"), certain("b", "y")), constant("1")))),
        ["a =\"1\" → data", "b y → data", "a x → data"]
    );
    // A typed default holds also when the event is absent, so it comes first, by whichever event is there.
    assert_eq!(
        lines(or(), default(of("a", "x"), constant("1"))),
        ["a !1 raw → data", "b !1 raw → data", "a [x,!1].0 raw → data"]
    );
    assert_eq!(lines(or(), text(default(of("a", "x"), constant("1")))), ["a x =\"1\" → data"]);
    let chain = Expr::Concat(vec![Expr::text("n-"), of("e", "x")]);
    assert_eq!(lines(or(), chain), ["a x → data append", "b x → data append"]);

    let event = |name: &str| name.to_owned();
    assert_eq!(refusal(or(), create(of("a", "x"))), Reason::MayBeAbsent { event: event("a") });
    assert_eq!(
        refusal(and(), create(of("e", "x"))),
        Reason::EitherInJoin { first: event("a"), second: event("b") }
    );
    let uncertain = default(of("a", "x"), of("b", "y"));
    assert_eq!(refusal(and(), create(uncertain)), Reason::UncertainPath { event: event("a") });
    let ending = default(of("a", "x"), default(certain("b", "y"), constant("1")));
    assert_eq!(refusal(and(), create(ending)), Reason::UncertainPath { event: event("a") });
    let doubled =
        Expr::Concat(vec![text(default(of("a", "x"), constant("1"))), nullable(of("e", "x"), constant("1"))]);
    assert!(resource_is_ok(or(), doubled));
}

fn resource_is_ok(on: Condition, data: Expr) -> bool {
    aev_argo::emit(&acting(on, create(data))).is_ok()
}

/// The body's parameters and those of the trigger.
fn payload(on: Condition, value: Expr) -> (Vec<String>, Vec<String>) {
    let trigger = emitted(on, Action::Http(Box::new(Http { payload: Some(value), ..http() })));
    (lines(trigger.find(&["template", "http", "payload"])), lines(trigger.get("parameters")))
}

#[test]
fn payloads() {
    let member = |key: &str, value| (key.to_owned(), value);
    let object = Expr::Object(vec![
        member("id", of("a", "id")),
        member("label", text(of("a", "n"))),
        member("note", default(of("a", "note"), constant("\"\""))),
        member("text", Expr::Concat(vec![Expr::text("n "), of("a", "n")])),
        member("fixed", Expr::text("x")),
        member(
            "deep",
            Expr::Object(vec![
                member("1", constant("[1, {}]")),
                member("e", list(vec![of("a", "x"), constant("2")])),
            ]),
        ),
    ]);
    let (entries, chains) = payload(on("a"), object);
    assert_eq!(
        entries,
        [
            "a id raw → id",
            "a n → label",
            "a [note,!\"\"].0 raw → note",
            "a =\"n \" → text",
            "a =\"x\" → fixed",
            "a ![1,{}] raw → deep.:1",
            "a x raw → deep.e.0",
            "a !2 raw → deep.e.1",
        ]
    );
    assert_eq!(chains, ["a n → http.payload.3.src.value append"]);

    assert_eq!(payload(on("a"), of("a", "")).0, ["a @this raw → "]);
    assert_eq!(payload(on("a"), constant("{\"k\": 1}")).0, ["a =\"{\\\"k\\\":1}\" → "]);
    assert_eq!(payload(on("a"), Expr::text("plain")).0, ["a =\"plain\" → "]);
}

#[test]
fn a_payload_never_names_an_event_that_is_absent() {
    let member = |key: &str, value| (key.to_owned(), value);
    let object = Expr::Object(vec![
        member("same", of("e", "x")),
        member("other", default(of("a", "x"), of("b", "y"))),
        member("number", constant("1")),
        member("text", Expr::text("t")),
    ]);
    let (entries, switches) = payload(or(), object);
    assert_eq!(entries, ["a x raw → same", "b y raw → other", "a !1 raw → number", "a =\"t\" → text"]);
    assert_eq!(
        switches,
        [
            "b b → http.payload.0.src.dependencyName",
            "a a → http.payload.1.src.dependencyName",
            "a x → http.payload.1.src.dataKey",
            "b b → http.payload.2.src.dependencyName",
        ]
    );
    let typed = Expr::Object(vec![member("n", default(of("a", "x"), constant("1")))]);
    let (entries, switches) = payload(or(), typed);
    assert_eq!(entries, ["a !1 raw → n"]);
    assert_eq!(
        switches,
        [
            "b b → http.payload.0.src.dependencyName",
            "b !1 → http.payload.0.src.dataKey",
            "a a → http.payload.0.src.dependencyName",
            "a [x,!1].0 → http.payload.0.src.dataKey",
        ]
    );
}

#[test]
fn headers_are_sorted_into_three_fields() {
    let header = |name: &str, value| Header { name: name.to_owned(), value };
    let secret = SecretRef { name: "s".to_owned(), key: "k".to_owned() };
    let headers = vec![
        header("X-Id", HeaderValue::Text(text(of("a", "id")))),
        header("Accept", HeaderValue::Text(Expr::text("*/*"))),
        header("Authorization", HeaderValue::Secret(secret)),
        header("X-Text", HeaderValue::Text(Expr::Concat(vec![Expr::text("v"), of("a", "v")]))),
    ];
    let url = Expr::Concat(vec![of("a", "base"), Expr::text("/x")]);
    let trigger = emitted(on("a"), Action::Http(Box::new(Http { url, headers, ..http() })));
    let http = trigger.find(&["template", "http"]).unwrap();
    assert_eq!(http.get("headers").unwrap().to_json().to_string(), r#"{"Accept":"*/*"}"#);
    assert_eq!(
        http.get("secureHeaders").unwrap().to_json().to_string(),
        r#"[{"name":"Authorization","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]"#
    );
    assert_eq!(lines(http.get("dynamicHeaders")), ["a id → X-Id", "a =\"v\" → X-Text"]);
    assert_eq!(
        lines(trigger.get("parameters")),
        ["a base → http.url", "a =\"/x\" → http.url append", "a v → http.dynamicHeaders.1.src.value append"]
    );
    assert!(!http.text_at(&["url"]).is_empty());
}
