//! Argo Events' event source and sensor over a real JetStream, with nothing of aev between them.

use crate::http::{Target, post};
use aev_oracle::{Pod, Role, SUBSCRIBED, TAKES_REQUESTS, jetstream, program};
use aev_servers::nats::free_port;
use aev_servers::{Certificates, NatsServer, Options, program as servers};
use serde_json::{Value, json};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

fn dependency(name: &str, event: &str) -> Value {
    json!({ "name": name, "eventSourceName": "shop", "eventName": event })
}

fn call(name: &str, conditions: &str, target: &Target) -> Value {
    let dependency =
        |name: &str| json!({ "src": { "dependencyName": name, "dataKey": "body.n" }, "dest": name });
    let payload: Vec<Value> = conditions.split(" && ").map(dependency).collect();
    let url = format!("http://127.0.0.1:{}/", target.port);
    let http = json!({ "url": url, "method": "POST", "payload": payload });
    json!({ "atLeastOnce": true, "template": { "name": name, "conditions": conditions, "http": http } })
}

#[test]
fn an_event_goes_through_both_pods_once() {
    let test = "Argo Events' source and sensor over JetStream";
    let Some(program) = program(test) else { return };
    if servers::missing(test) {
        return;
    }
    let tls = Some(Certificates::make().expect("keys can be made"));
    let server = NatsServer::start(&Options { tls, ..Options::default() }).expect("it starts");
    let bus = jetstream(&server.url());
    let logs = tempfile::tempdir().expect("there is a folder for it");
    let (port, single, both) = (free_port().expect("there is one"), Target::start(), Target::start());

    let webhook = |path: &str| json!({ "endpoint": path, "port": port.to_string(), "method": "POST" });
    let source = json!({
        "metadata": { "name": "shop", "namespace": "demo" },
        "spec": { "webhook": { "orders": webhook("/orders"), "payments": webhook("/payments") } },
    });
    let mut order = dependency("order", "orders");
    order["filters"] =
        json!({ "data": [{ "path": "body.n", "type": "number", "comparator": ">", "value": ["1"] }] });
    let sensor = json!({
        "metadata": { "name": "till", "namespace": "demo" },
        "spec": {
            "dependencies": [order, dependency("payment", "payments")],
            "triggers": [call("single", "order", &single), call("both", "order && payment", &both)],
        },
    });
    let start =
        |role, object: &Value, log: &str| Pod::start(&program, role, object, &bus, &logs.path().join(log));
    let mut source = start(Role::EventSource, &source, "source").expect("it starts");
    source.wait_for(TAKES_REQUESTS, 2, PATIENCE).expect("it takes requests");
    let mut sensor = start(Role::Sensor, &sensor, "sensor").expect("it starts");
    sensor.wait_for(SUBSCRIBED, 3, PATIENCE).expect("it subscribes");

    let statuses: Vec<u16> = (1..=3).map(|n| post(port, "/orders", &format!("{{\"n\":{n}}}"))).collect();
    assert_eq!(statuses, [200; 3]);
    assert_eq!(single.wait_for(2), [r#"{"order":"2"}"#, r#"{"order":"3"}"#]);
    assert_eq!(both.bodies(), [""; 0], "the other event has not come");

    assert_eq!(post(port, "/payments", r#"{"n":9}"#), 200);
    // Of events that wait for another, the newest counts.
    assert_eq!(both.wait_for(1), [r#"{"order":"3","payment":"9"}"#]);
    assert_eq!(single.bodies().len(), 2);
}
