//! aev and Argo Events on one JetStream: the source of one and the sensor of the other, and a sensor that takes over from
//! the other's. One text is both sides' pipeline: compiled for ours, and as manifests for Argo's.

use crate::http::{Target, post};
use aev_host::settings::Name;
use aev_host::{Host, Layers, Settings};
use aev_language::compile::{Options, compile};
use aev_language::target::argo;
use aev_oracle::{Pod, Role, SUBSCRIBED, TAKES_REQUESTS, jetstream, program};
use aev_plan::Plan;
use aev_servers::nats::free_port;
use aev_servers::{Certificates, NatsServer, program as servers};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub const PATIENCE: Duration = Duration::from_secs(30);
/// What one program has acknowledged by then it need not be asked about by the next.
const SETTLED: Duration = Duration::from_millis(500);
/// Events in each run of single ones.
const EVENTS: usize = 60;

/// Whose program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Aev,
    Argo,
}

/// One NATS server, one pipeline, one target for each of its triggers.
struct Scene {
    program: PathBuf,
    server: NatsServer,
    runtime: Runtime,
    folder: TempDir,
    port: u16,
    plan: Plan,
    event_source: Value,
    sensor: Value,
    subscriptions: usize,
    single: Target,
    both: Target,
}

/// A running half; it ends when it is dropped.
pub enum Running<'s> {
    Argo { _pod: Pod },
    Aev { host: Option<Box<Host>>, runtime: &'s Runtime },
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Running::Aev { host, runtime } = self
            && let Some(host) = host.take()
        {
            runtime.block_on(host.drain(PATIENCE));
        }
    }
}

impl Scene {
    /// None when a program is missing, which is said.
    fn new(test: &str) -> Option<Scene> {
        let program = program(test)?;
        if servers::missing(test) {
            return None;
        }
        // Argo Events demands TLS; our side does without.
        let options = aev_servers::Options {
            tls: Some(Certificates::make().expect("keys can be made")),
            more: "allow_non_tls: true\n".to_owned(),
            ..aev_servers::Options::default()
        };
        let server = NatsServer::start(&options).expect("it starts");
        let (port, single, both) = (free_port().expect("there is one"), Target::start(), Target::start());
        let text = pipeline(port, single.port, both.port);
        let compiled = compile("till.aev", &text, &Options::default());
        let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
        let (event_source, sensor) = (object(&plan, "EventSource"), object(&plan, "Sensor"));
        Some(Scene {
            program,
            server,
            runtime: Runtime::new().expect("there are threads"),
            folder: tempfile::tempdir().expect("there is a folder for it"),
            port,
            plan,
            event_source,
            sensor,
            // The trigger `single` reads one event, `both` two.
            subscriptions: 3,
            single,
            both,
        })
    }

    fn pod(&self, role: Role, object: &Value, name: &str) -> Pod {
        let bus = jetstream(&self.server.url());
        let log = self.folder.path().join(format!("{name}-{}", std::process::id()));
        Pod::start(&self.program, role, object, &bus, &log).expect("it starts")
    }

    fn host(&self, plan: &Plan) -> Running<'_> {
        host(plan, &self.server, &self.runtime, self.folder.path())
    }

    fn start_source(&self, whose: Whose) -> Running<'_> {
        match whose {
            Whose::Argo => {
                let mut pod = self.pod(Role::EventSource, &self.event_source, "source");
                pod.wait_for(TAKES_REQUESTS, 2, PATIENCE).expect("it takes requests");
                Running::Argo { _pod: pod }
            }
            Whose::Aev => {
                let mut plan = self.plan.clone();
                plan.sensors.clear();
                self.host(&plan)
            }
        }
    }

    fn start_sensor(&self, whose: Whose) -> Running<'_> {
        match whose {
            Whose::Argo => {
                let mut pod = self.pod(Role::Sensor, &self.sensor, "sensor");
                pod.wait_for(SUBSCRIBED, self.subscriptions, PATIENCE).expect("it subscribes");
                Running::Argo { _pod: pod }
            }
            Whose::Aev => {
                let mut plan = self.plan.clone();
                for source in &mut plan.sources {
                    source.external = true;
                }
                self.host(&plan)
            }
        }
    }

    fn order(&self, n: usize) {
        assert_eq!(post(self.port, "/orders", &format!("{{\"n\":{n}}}")), 200);
    }

    fn payment(&self, n: usize) {
        assert_eq!(post(self.port, "/payments", &format!("{{\"n\":{n}}}")), 200);
    }

    /// Waits until the trigger `both` has handed this event's position on, so that the next half finds it.
    fn settle(&self) {
        std::thread::sleep(SETTLED);
    }
}

/// The manifest of that kind of a pipeline.
pub fn object(plan: &Plan, kind: &str) -> Value {
    let manifests = argo(plan).unwrap_or_else(|refused| panic!("{refused:?}"));
    let found = manifests.objects.iter().find(|object| object.kind() == kind);
    let json = found.unwrap_or_else(|| panic!("there is no {kind}")).node.to_json();
    serde_json::from_str(&json.to_string()).expect("it is JSON")
}

/// Our process, with a pipeline on a server's JetStream.
pub fn host<'s>(plan: &Plan, server: &NatsServer, runtime: &'s Runtime, folder: &Path) -> Running<'s> {
    let folder = tempfile::tempdir_in(folder).expect("there is a folder for it").keep();
    let path = |name: &str| folder.join(name).display().to_string();
    let flags = vec![
        (Name::Bus, format!("jetstream://{}", server.address())),
        (Name::Objects, path("objects")),
        (Name::Records, path("records")),
    ];
    let settings = Settings::resolve(&Layers { flags, ..Layers::default() }).expect("they are right");
    let host = runtime.block_on(Host::start(std::slice::from_ref(plan), &settings));
    Running::Aev { host: Some(Box::new(host.unwrap_or_else(|errors| panic!("{errors:?}")))), runtime }
}

/// Orders above ten are told one by one, and each pair of such an order and a payment once.
fn pipeline(port: u16, single: u16, both: u16) -> String {
    let webhook = |path: &str| {
        format!("webhook<{{ n: int }}> {{ endpoint: \"{path}\", port: {port}, method: \"POST\" }}")
    };
    format!(
        r#"pipeline till {{ namespace: "demo" }}
source shop {{
  event orders: {}
  event payments: {}
}}
filter order from shop.orders as order where order.body.n > 10
trigger single on order {{
  http {{ url: "http://127.0.0.1:{single}/", method: "POST", payload: {{ order: order.body.n }} }}
}}
trigger both on order and shop.payments as payment {{
  http {{ url: "http://127.0.0.1:{both}/", method: "POST", payload: {{ order: order.body.n, payment: payment.body.n }} }}
}}
"#,
        webhook("/orders"),
        webhook("/payments")
    )
}

/// A number in a payload: Argo's parameters may make text of it, ours do not.
fn number(body: &str, member: &str) -> usize {
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("`{body}`: {error}"));
    let number = match &body[member] {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64().and_then(|number| usize::try_from(number).ok()),
    };
    number.unwrap_or_else(|| panic!("no `{member}` in {body}"))
}

fn pairs(bodies: &[String]) -> Vec<(usize, usize)> {
    bodies.iter().map(|body| (number(body, "order"), number(body, "payment"))).collect()
}

fn orders(bodies: &[String]) -> Vec<usize> {
    let mut orders: Vec<usize> = bodies.iter().map(|body| number(body, "order")).collect();
    orders.sort_unstable();
    orders
}

/// Filtered events one by one and then joins, through two programs.
fn through(source: Whose, sensor: Whose, test: &str) {
    let Some(scene) = Scene::new(test) else { return };
    // In this order or the other, the stream is Argo's or ours; with its own source each makes it first.
    let _source = scene.start_source(source);
    let _sensor = scene.start_sensor(sensor);
    for n in 1..=EVENTS {
        scene.order(n);
    }
    let passed: Vec<usize> = (11..=EVENTS).collect();
    assert_eq!(orders(&scene.single.wait_for(passed.len())), passed, "each event that passes, once");
    assert_eq!(scene.both.bodies(), [""; 0], "no payment has come");

    // Of the orders that waited the newest counts; then pairs, once each, the parts in both orders.
    scene.payment(1);
    assert_eq!(pairs(&scene.both.wait_for(1)), [(EVENTS, 1)]);
    let mut expected = vec![(EVENTS, 1)];
    for n in 100..110 {
        // The trigger reads its two events through two consumers, so the second part waits until the first is kept.
        if n % 2 == 0 {
            scene.order(n);
            scene.payment(n);
        } else {
            scene.payment(n);
            scene.order(n);
        }
        expected.push((n, n));
        assert_eq!(pairs(&scene.both.wait_for(expected.len())), expected);
    }
    assert_eq!(scene.single.wait_for(passed.len() + 10).len(), passed.len() + 10);
}

#[test]
fn argos_source_and_our_sensor() {
    through(Whose::Argo, Whose::Aev, "interop: Argo Events' source and our sensor on one JetStream");
}

#[test]
fn our_source_and_argos_sensor() {
    through(Whose::Aev, Whose::Argo, "interop: our source and Argo Events' sensor on one JetStream");
}

/// A sensor takes over from the other's: what that one has not taken is taken, what it has is not, and what it keeps of a
/// join is taken up.
fn takes_over(from: Whose, to: Whose, test: &str) {
    let Some(scene) = Scene::new(test) else { return };
    let _source = scene.start_source(Whose::Argo);
    let first = scene.start_sensor(from);
    for n in 11..=20 {
        scene.order(n);
    }
    assert_eq!(orders(&scene.single.wait_for(10)), (11..=20).collect::<Vec<_>>());
    // A pair that is complete is used up, and an order beyond it waits.
    scene.payment(1);
    assert_eq!(pairs(&scene.both.wait_for(1)), [(20, 1)]);
    scene.order(21);
    scene.single.wait_for(11);
    scene.settle();
    drop(first);

    // Nobody is there: the bus keeps it for whoever comes.
    scene.order(5);
    let second = scene.start_sensor(to);
    scene.payment(2);
    assert_eq!(pairs(&scene.both.wait_for(2)), [(20, 1), (21, 2)], "what {from:?} kept, {to:?} joins");
    scene.order(22);
    assert_eq!(orders(&scene.single.wait_for(12)), (11..=22).collect::<Vec<_>>(), "nothing twice");

    // And back again: 22 waits in the hands of the second.
    scene.settle();
    drop(second);
    let _first = scene.start_sensor(from);
    scene.payment(3);
    assert_eq!(
        pairs(&scene.both.wait_for(3)),
        [(20, 1), (21, 2), (22, 3)],
        "what {to:?} kept, {from:?} joins"
    );
    assert_eq!(scene.single.wait_for(12).len(), 12);
}

#[test]
fn our_sensor_takes_over_from_argos_and_gives_back() {
    takes_over(Whose::Argo, Whose::Aev, "interop: our sensor takes over from Argo Events' and gives back");
}

#[test]
fn argos_sensor_takes_over_from_ours_and_gives_back() {
    takes_over(Whose::Aev, Whose::Argo, "interop: Argo Events' sensor takes over from ours and gives back");
}
