//! `sensor { … }`: one file, several Sensors.

use super::check::{SHOP, all_of, case, compiled, shown};
use aev_language::compile::Target;
use aev_language::target::argo;
use aev_plan::model::Delivery;

const TWO: &str = r#"
pipeline shop { labels: { team: "web" }, deliver: "at-most-once", bus: stream, serviceAccount: "shop" }
let copies = 2
bus stream: jetstreamExotic { url: "nats://nats:4222" }
source orders: webhook<{ total: number }> { endpoint: "/o", port: 12000, method: "POST" }

filter large from orders as o where o.body.total > 100
trigger show on large { log }

/// Whatever is small.
sensor small-orders named "small" {
  replicas: copies
  deliver: "at-least-once"
  labels: { team: "small" }
  serviceAccount: "small"
  filter small from orders as o where o.body.total < copies
  trigger show on small { log }
  raw { revisionHistoryLimit: copies }
}
"#;

#[test]
fn each_sensor_has_its_own_fields_and_the_headers_otherwise() {
    let compiled = compiled(TWO, Some(Target::Argo));
    assert!(compiled.diagnostics.is_empty(), "{}", shown(TWO, &compiled));
    let plan = compiled.plan.unwrap();
    let [shop, small] = plan.sensors.as_slice() else { panic!("{:#?}", plan.sensors) };
    assert_eq!((shop.name.as_str(), small.name.as_str()), ("shop", "small"));
    assert_eq!((shop.bus.as_deref(), small.bus.as_deref()), (Some("stream"), Some("stream")));
    assert_eq!((shop.workload.replicas, small.workload.replicas), (None, Some(2)));
    let account = |sensor: &aev_plan::model::Sensor| sensor.service_account.clone().unwrap();
    assert_eq!((account(shop).as_str(), account(small).as_str()), ("shop", "small"));
    assert_eq!(shop.triggers[0].deliver, Delivery::AtMostOnce);
    assert_eq!(small.triggers[0].deliver, Delivery::AtLeastOnce);
    // What one has, the other has not.
    let streams = |sensor: &aev_plan::model::Sensor| -> Vec<String> {
        sensor.streams.iter().map(|stream| stream.name.clone()).collect()
    };
    assert_eq!((streams(shop), streams(small)), (vec!["large".to_owned()], vec!["small".to_owned()]));
    let yaml = argo(&plan).unwrap().to_yaml();
    let (_, second) = yaml.split_once("name: small\n").unwrap();
    for line in
        ["team: small", "Whatever is small.", "replicas: 2", "expr: total < 2", "revisionHistoryLimit: 2"]
    {
        assert!(second.contains(line), "{line} is not in\n{yaml}");
    }
}

#[test]
fn filters_are_known_in_their_own_sensor() {
    let same = format!(
        "{SHOP}sensor a {{ filter f from shop as s where s.body.paid trigger t on f {{ log }} }}\n\
         sensor b {{ filter f from shop as s where not s.body.paid trigger t on f {{ log }} }}\n"
    );
    let found = compiled(&same, Some(Target::Argo));
    assert!(found.diagnostics.is_empty(), "{}", shown(&same, &found));
    all_of(
        [
            "filter f from shop as s where s.body.paid\nsensor a { trigger t on «f» { log } }\ntrigger u on f { log }",
            "sensor a { filter f from shop as s where s.body.paid trigger t on f { log } }\ntrigger u on «f» { log }",
            "sensor a { filter f from shop as s where s.body.paid trigger t on f { log } }\n\
             sensor b { filter g from «f» as s where s.body.total > 1 trigger t on g { log } }",
        ]
        .map(|text| (359, format!("{SHOP}{text}"))),
        Some(Target::Argo),
    );
    // Nothing is hidden by another.
    let shadow = "filter f from shop as s where s.body.paid\ntrigger u on f { log }\n\
        sensor a { filter «f» from shop as s where s.body.total > 1 trigger t on shop { log } }";
    case(103, &format!("{SHOP}{shadow}"), Some(Target::Argo));
    case(103, &format!("{SHOP}sensor a {{ filter «shop» from shop trigger t on shop {{ log }} }}"), None);
    case(
        501,
        &format!(
            "{SHOP}sensor a {{ filter «f» from shop as s where s.body.paid trigger t on shop {{ log }} }}"
        ),
        None,
    );
}

#[test]
fn a_sensor_has_a_name_triggers_and_fields_of_its_own() {
    let sensor = |name: &str| format!("sensor {name} {{ trigger t on shop {{ log }} }}\n");
    let cases = [
        (358, "sensor a { «source» b: webhook { endpoint: \"/b\", port: 1, method: \"POST\" } trigger t on shop { log } }".to_owned()),
        (358, "sensor a { «let» b = 1 trigger t on shop { log } }".to_owned()),
        (358, "sensor a { «sensor» b { trigger t on shop { log } } trigger t on shop { log } }".to_owned()),
        (2, "sensor a { «for» x in [1] by x { trigger t on shop { log } } }".to_owned()),
        (360, "sensor «a» { replicas: 2 }\ntrigger t on shop { log }".to_owned()),
        (361, format!("trigger t on shop {{ log }}\n{}", sensor("«test»"))),
        (361, format!("filter f from shop as s where s.body.paid\n{}", sensor("«test»"))),
        (361, format!("trigger t on shop {{ log }}\n{}", sensor("x named «\"test\"»"))),
        (103, format!("{}{}", sensor("a"), sensor("«a»"))),
        (104, format!("{}{}", sensor("a-b"), sensor("«a_b»"))),
        (348, format!("{}{}", sensor("a"), sensor("b named «\"a\"»"))),
        (111, sensor("«A»")),
        (302, "sensor a { «replica»: 2 trigger t on shop { log } }".to_owned()),
        (304, "sensor a { replicas: 2 «replicas»: 3 trigger t on shop { log } }".to_owned()),
        (109, "sensor a { bus: «strem» trigger t on shop { log } }".to_owned()),
        (437, "pipeline p { raw «{ x: 1 }» }\nsensor a { trigger t on shop { log } }".to_owned()),
    ];
    let cases = cases.map(|(code, text)| match text.strip_prefix("pipeline") {
        Some(rest) => {
            let (header, rest) = rest.split_once('\n').unwrap();
            (code, format!("pipeline{header}\n{SHOP}{rest}"))
        }
        None => (code, format!("{SHOP}{text}")),
    });
    all_of(cases, Some(Target::Argo));
    // Without anything outside it may be called like the pipeline.
    let alone = format!("{SHOP}{}", sensor("test"));
    let found = compiled(&alone, Some(Target::Argo));
    assert!(found.diagnostics.is_empty(), "{}", shown(&alone, &found));
}

#[test]
fn secrets_and_labels_are_looked_at_in_sensors_too() {
    let leak = "sensor a { trigger t on shop { http { url: \"https://x\", method: \"POST\", headers: { authorization: «\"Bearer ghp_0123456789012345678901234567890123456\"» } } } }";
    let found = compiled(&format!("{SHOP}{}", leak.replace(['«', '»'], "")), Some(Target::Argo));
    assert_eq!(found.diagnostics.len(), 1, "{}", shown(leak, &found));
    let label = "sensor a { trigger t on shop { k8s.create { apiVersion: \"v1\", kind: \"Pod\", metadata: { name: \"x\", labels: { team: «\"a b\"» } } } } }";
    case(308, &format!("{SHOP}{label}"), Some(Target::Argo));
}

#[test]
fn a_source_on_another_bus_never_reaches_a_sensor() {
    let two =
        "bus near: jetstream { version: \"latest\" }\nbus far: jetstreamExotic { url: \"nats://n:4222\" }\n";
    let trigger = "trigger t on shop { log }";
    let cases = [
        (
            520,
            format!(
                "{two}{SHOP}sensor «a» {{ bus: far {trigger} }}\nsensor b {{ bus: near trigger t on other {{ log }} }}\nexternal source other: webhook"
            ),
        ),
        (520, format!("pipeline p {{ bus: far }}\n{two}{SHOP}sensor «a» {{ bus: near {trigger} }}")),
        (
            520,
            format!(
                "{two}source s {{ event e: webhook {{ endpoint: \"/\", port: 1, method: \"POST\" }} bus: near }}\ntrigger «t» on s.e {{ log }}\nsensor a {{ bus: far trigger u on other {{ log }} }}\nexternal source other: webhook"
            ),
        ),
    ];
    all_of(cases, Some(Target::Argo));
}

#[test]
fn two_sensors_on_nats_may_have_a_filter_of_one_event_each() {
    let sensor = |name: &str, test: &str| {
        format!("sensor {name} {{ filter f from shop as s where {test} trigger t on f {{ log }} }}\n")
    };
    let (a, b) = (sensor("a", "s.body.paid"), sensor("b", "not s.body.paid"));
    let nats = "pipeline p { bus: old }\nbus old: nats { native: { replicas: 3 } }\n";
    let text = format!("{nats}{SHOP}{a}{b}");
    let manifests = argo(&compiled(&text, Some(Target::Argo)).plan.unwrap()).unwrap().to_yaml();
    assert_eq!(manifests.matches("kind: Sensor").count(), 2);
}

#[test]
fn the_comment_of_the_header_is_kept() {
    let text = |block: &str| format!("/// All of it.\npipeline p\n{SHOP}{block}");
    let yaml =
        |block: &str| argo(&compiled(&text(block), Some(Target::Argo)).plan.unwrap()).unwrap().to_yaml();
    let two = "/// First.\nsensor a { trigger t on shop { log } }\nsensor b { trigger t on shop { log } }";
    assert_eq!(yaml(two).matches("All of it.\n      First.").count(), 1);
    assert_eq!(yaml(two).matches("All of it.").count(), 1);
    let own = "sensor a { trigger t on shop { log } }\n/// Own.\nsensor p { trigger t on shop { log } }";
    assert_eq!(yaml(own).matches("All of it.\n      Own.").count(), 1);
}
