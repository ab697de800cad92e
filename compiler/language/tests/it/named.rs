//! `named "…"`: what an item is called in what is emitted.

use super::check::{case, compiled, shown};
use aev_language::compile::Target;
use aev_language::target::argo;

const WHOLE: &str = r#"
let env = "prod"
bus stream named "stream-${env}": jetstreamExotic { url: "nats://nats:4222" }
source shop named "shop-${env}" {
  event order named "order.v1": webhook { endpoint: "/order", port: 12000, method: "POST" }
  bus: stream
}
filter paid named "paid_orders" from shop.order as o where o.body.paid == true and o::source == "shop-prod"
filter large from paid as o where o.body.total > 100
trigger bill named "Bill it!" on paid as p and large as l {
  http { url: "https://bill", method: "POST", payload: p.body.id }
  retry: { steps: 2 }
  on-failure lost named "It is lost" { log }
}
"#;

#[test]
fn everything_is_emitted_under_the_name_that_was_said() {
    let compiled = compiled(WHOLE, Some(Target::Argo));
    assert!(compiled.diagnostics.iter().all(|d| !d.is_error()), "{}", shown(WHOLE, &compiled));
    let plan = compiled.plan.unwrap();
    let trigger = &plan.sensors[0].triggers[0];
    assert_eq!((trigger.name.as_str(), trigger.bindings[0].name.as_str()), ("Bill it!", "p"));
    let manifests = argo(&plan).unwrap();
    let names: Vec<&str> = manifests.objects.iter().map(|object| object.name()).collect();
    assert_eq!(names, ["stream-prod", "shop-prod", "test"]);
    let yaml = manifests.to_yaml();
    for line in [
        "eventBusName: stream-prod",
        "order.v1:",
        "eventSourceName: shop-prod",
        "eventName: order.v1",
        "- name: paid_orders",
        "- name: large",
        "conditions: paid_orders && large",
        "name: Bill it!",
        "name: It is lost",
        "dependencyName: paid_orders",
    ] {
        assert!(yaml.contains(line), "{line} is not in\n{yaml}");
    }
}

#[test]
fn an_object_may_be_called_like_something_of_another_kind() {
    let text = "source a: webhook { endpoint: \"/\", port: 12000, method: \"POST\" }\n\
        filter b named \"a\" from a as e where e.body.x == 1\n\
        trigger c named \"a\" on b { log }\n";
    let compiled = compiled(text, Some(Target::Argo));
    assert!(compiled.diagnostics.is_empty(), "{}", shown(text, &compiled));
}

#[test]
fn two_of_one_kind_have_two_names() {
    let webhook = |path: &str| format!("webhook {{ endpoint: \"{path}\", port: 12000, method: \"POST\" }}");
    let (a, b) = (webhook("/a"), webhook("/b"));
    let target = Some(Target::Argo);
    case(348, &format!("source a: {a}\nsource b named «\"a\"»: {b}\ntrigger t on a or b {{ log }}"), target);
    case(348, &format!("source s {{ event x: {a} event y named «\"x\"»: {b} }}"), target);
    let rest = format!("source a: {a}\nfilter f from a as e where e.body.x == 1\n");
    let filter = "filter g named «\"f\"» from a as e where e.body.x == 2\ntrigger t on f { log }\ntrigger u on g { log }";
    case(348, &format!("{rest}{filter}"), target);
    let fallback = "trigger t on f { log retry: { steps: 2 } on-failure u named «\"t\"» { log } }";
    case(348, &format!("{rest}{fallback}"), target);
    case(348, &format!("{rest}trigger t on f {{ log }}\ntrigger u named «\"t\"» on f {{ log }}"), target);
    case(
        348,
        "bus a: jetstream { version: \"latest\" }\nbus b named «\"a\"»: jetstream { version: \"latest\" }",
        target,
    );
}

#[test]
fn a_name_is_a_constant_that_its_place_takes() {
    let rest = "webhook { endpoint: \"/\", port: 12000, method: \"POST\" }";
    let target = Some(Target::Argo);
    case(308, &format!("source a named «\"\"»: {rest}"), target);
    case(111, &format!("source a named «\"Shop.v1\"»: {rest}"), target);
    case(111, "bus a named «\"A\"»: jetstream { version: \"latest\" }", target);
    case(207, &format!("source a named \"x-${{«b»}}\": {rest}"), target);
    let on = format!("source a: {rest}\n");
    let odd = format!("{on}filter f named \"x y\" from a as e where e.body.n == 1\ntrigger t on f {{ log }}");
    let said = argo(&compiled(&odd, target).plan.unwrap()).unwrap_err();
    assert_eq!(said.iter().map(|found| found.code.number()).collect::<Vec<_>>(), [412]);
    // What it creates would carry the name in a label.
    let creates = "k8s.create { apiVersion: \"v1\", kind: \"Pod\", metadata: { name: \"x\" } }";
    case(111, &format!("{on}trigger t named «\"Deploy it!\"» on a {{ {creates} }}"), target);
}
