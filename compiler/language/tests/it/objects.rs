//! What a source and the header say of objects and pods.

use super::check::case;
use aev_language::compile::{Options, Target, compile};
use aev_language::target::argo;

fn of_source(fields: &str) -> String {
    format!(
        "source s {{ event e: webhook {{ endpoint: \"/\", port: 12000, method: \"POST\" }}\n{fields} }}\ntrigger t on s.e {{ log }}"
    )
}

#[test]
fn fields_of_a_source_are_looked_at() {
    for (code, fields) in [
        (302, "pod: { «contianer»: {} }"),
        (302, "pod: { container: { «image»: \"x\" } }"),
        (206, "pod: { nodeSelector: «\"ssd\"» }"),
        (307, "replicas: «0»"),
        (111, "namespace: «\"Shop\"»"),
        (308, "labels: { team: «\"a b\"» }"),
        (308, "annotations: { «\"a b\"»: \"x\" }"),
        (304, "replicas: 1\n«replicas»: 2"),
        (302, "«replcas»: 2"),
    ] {
        case(code, &of_source(fields), Some(Target::Argo));
    }
}

#[test]
fn the_account_of_a_sensor_is_a_field_of_the_header() {
    let rest = "external source s: webhook\ntrigger t on s { log }";
    case(
        302,
        &format!("pipeline p {{ pod: {{ «serviceAccountName»: \"x\" }} }}\n{rest}"),
        Some(Target::Argo),
    );
}

#[test]
fn what_a_target_does_not_look_at_is_said() {
    case(405, &of_source("«replicas»: 2"), Some(Target::Plan));
    case(405, &of_source("pod: { container: { «imagePullPolicy»: \"Always\" } }"), Some(Target::Argo));
    case(405, &of_source("«pod»: { priority: 1 }"), Some(Target::Plan));
}

#[test]
fn a_service_stands_before_ports() {
    case(302, &of_source("service: { «clusterIp»: \"None\" }"), Some(Target::Argo));
    case(206, &of_source("service: «true»"), Some(Target::Argo));
    case(405, &of_source("«service»: none"), Some(Target::Plan));
    let made = |service: &str| {
        let text = of_source(service);
        let plan = compile("p.aev", &text, &Options::default()).plan.unwrap_or_else(|| panic!("{text}"));
        argo(&plan).unwrap_or_else(|refused| panic!("{refused:?}")).to_yaml()
    };
    assert!(made("").contains("  service:\n    ports:\n"), "{}", made(""));
    assert!(!made("service: none").contains("service:"), "{}", made("service: none"));
    let decorated = made("service: { clusterIP: \"None\", metadata: { labels: { a: \"b\" } } }");
    let expected =
        "  service:\n    clusterIP: None\n    metadata:\n      labels:\n        a: b\n    ports:\n";
    assert!(decorated.contains(expected), "{decorated}");
}
