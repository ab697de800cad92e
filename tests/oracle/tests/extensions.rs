//! Foreign extensions: Argo Events and aev ask the same of one and make the same of what it says, and one that is written with
//! Argo Events' own code serves aev.

use crate::interop::{PATIENCE, Running, Whose, host, object};
use aev_language::compile::{Options, compile};
use aev_oracle::{Foreign, Pod, Role, SUBSCRIBED, jetstream, program};
use aev_plan::Plan;
use aev_servers::extension::{Called, Script, Started};
use aev_servers::{Certificates, Extension, NatsServer, program as servers};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// What an extension sends becomes what it is to do.
fn plan(name: &str, url: &str) -> Plan {
    let text = format!(
        r#"pipeline {name} {{ namespace: "demo" }}
source foreign: generic<{{ id: string, n: number }}> {{
  url: "{url}"
  config: """
    key1: value1
    key2: value2
  """
  insecure: true
  jsonBody: true
}}
trigger act on foreign as e {{
  custom {{
    serverURL: "{url}"
    spec: {{ url: "https://a.example/${{e.body.id}}.yaml", branch: "main", id: e.body.id, yes: "true" }}
    payload: {{ n: e.body.n, id: e.body.id }}
  }} with {{
    metadata.namespace: e.body.id
    metadata.name: old + "-${{e.body.id}}"
    n: e.body.n
  }}
}}
"#
    );
    let compiled = compile("foreign.aev", &text, &Options::default());
    compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE * 2;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Source and sensor of one side, and what they ask of an extension: streams, and calls without what only aev adds to them.
fn asked(
    whose: Whose,
    program: &Path,
    server: &NatsServer,
    runtime: &Runtime,
) -> (Vec<Started>, Vec<Called>) {
    let folder = tempfile::tempdir().expect("there is a folder for it");
    let extension = runtime.block_on(async { Extension::start(None) }).expect("it starts");
    let name = if whose == Whose::Argo { "theirs" } else { "ours" };
    let plan = plan(name, &extension.url());
    let resource = br#"{"metadata":{"name":"made"},"kind":"Thing"}"#.to_vec();
    extension.actions.script("FetchResource", Script::Answer(resource));
    extension.actions.script("Execute", Script::Answer(b"carried out".to_vec()));
    let _running: Vec<Running<'_>> = match whose {
        Whose::Aev => vec![host(&plan, server, runtime, folder.path())],
        Whose::Argo => {
            let bus = jetstream(&server.url());
            let start = |role, kind, log: &str| {
                let object = object(&plan, kind);
                Pod::start(program, role, &object, &bus, &folder.path().join(log)).expect("it starts")
            };
            let source = start(Role::EventSource, "EventSource", "source");
            let mut sensor = start(Role::Sensor, "Sensor", "sensor");
            sensor.wait_for(SUBSCRIBED, 1, PATIENCE).expect("it subscribes");
            vec![Running::Argo { _pod: source }, Running::Argo { _pod: sensor }]
        }
    };
    until("the source starts a stream", || (!extension.events.started().is_empty()).then_some(()));
    let sent = r#"{"id": "x", "n": 12345678901234567890}"#;
    assert!(runtime.block_on(extension.events.send(sent)));
    let mut calls = until("three calls", || Some(extension.actions.calls()).filter(|calls| calls.len() >= 3));
    for call in &mut calls {
        assert_eq!(call.key.take().is_some(), whose == Whose::Aev, "the id of the firing");
        call.traceparent = None;
    }
    (extension.events.started(), calls)
}

#[test]
fn argo_events_and_aev_ask_the_same_of_an_extension() {
    let test = "extensions: Argo Events and aev ask the same of a foreign extension";
    let Some(program) = program(test) else { return };
    if servers::missing(test) {
        return;
    }
    // Argo Events demands TLS of its bus; our side does without.
    let options = aev_servers::Options {
        tls: Some(Certificates::make().expect("keys can be made")),
        more: "allow_non_tls: true\n".to_owned(),
        ..aev_servers::Options::default()
    };
    let server = NatsServer::start(&options).expect("it starts");
    let runtime = Runtime::new().expect("there are threads");
    let theirs = asked(Whose::Argo, &program, &server, &runtime);
    let ours = asked(Whose::Aev, &program, &server, &runtime);
    assert_eq!(theirs, ours);
    assert_eq!(ours.0[0].config, "key1: value1\nkey2: value2");
    let methods: Vec<&str> = ours.1.iter().map(|call| call.method).collect();
    assert_eq!(methods, ["FetchResource", "Execute", "ApplyPolicy"]);
    assert_eq!(
        ours.1[1].content,
        r#"{"metadata":{"name":"made-x","namespace":"x"},"kind":"Thing","n":12345678901234567890}"#
    );
}

#[test]
fn an_extension_of_argo_events_own_code_serves_aev() {
    let test = "extensions: a foreign extension made of Argo Events' own code serves aev";
    let Some(program) = program(test) else { return };
    if servers::missing(test) {
        return;
    }
    let server = NatsServer::start(&aev_servers::Options::default()).expect("it starts");
    let runtime = Runtime::new().expect("there are threads");
    let folder = tempfile::tempdir().expect("there is a folder for it");
    let extension = Foreign::start(&program).expect("it starts");
    let text = format!(
        r#"pipeline foreign {{}}
source foreign: generic {{ url: "{0}", config: "go", insecure: true, jsonBody: true }}
trigger act on foreign as e {{
  custom {{ serverURL: "{0}", spec: {{ name: e.body.name }}, payload: e.body.config }} with {{ metadata.name: old + "-1" }}
}}
"#,
        extension.address()
    );
    let compiled = compile("foreign.aev", &text, &Options::default());
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let _running = host(&plan, &server, &runtime, folder.path());
    let mut calls = until("four calls", || Some(extension.calls()).filter(|calls| calls.len() >= 4));
    let keys: Vec<Option<Value>> =
        calls.iter_mut().map(|call| call.as_object_mut().and_then(|call| call.remove("key"))).collect();
    assert_eq!(
        calls,
        [
            json!({ "method": "StartEventSource", "name": "foreign", "config": "go", "authorization": "" }),
            json!({ "method": "FetchResource", "resource": "name: foreign\n" }),
            json!({ "method": "Execute", "resource": r#"{"metadata":{"name":"made-1"}}"#, "payload": "go" }),
            json!({ "method": "ApplyPolicy", "request": "carried out" }),
        ]
    );
    assert!(keys[1].is_some() && keys[1] == keys[2] && keys[2] == keys[3], "one firing, one id: {keys:?}");
    assert_ne!(keys[1], Some(json!("")));
}
