//! `raw { … }`: what is said to Argo Events in its own words.

use super::check::{case, compiled, shown};
use aev_argo::lift::{Document, Problem, lift};
use aev_language::compile::Target;
use aev_language::target::argo;
use aev_plan::model::Action;

const WHOLE: &str = r#"
pipeline shop {
  serviceAccount: "operator"
  raw { errorOnFailedRound: true, template: { priority: 3 } }
}
bus default: jetstream { replicas: 3, version: "latest", raw { jetstream: { vendorField: true } } }
source shop {
  event order: webhook {
    endpoint: "/order", port: 12000, method: "POST"
    raw { authSecret: secret("hook", "token"), vendorField: 1 }
  }
  raw { vendorField: { list: [1, "a", null], size: 5m } }
}
filter paid from shop.order as o where o.body.paid == true
  raw { vendorField: 1 }
trigger bill on paid as o {
  http { url: "https://bill/${o.body.id}", method: "POST" }
  on-failure lost { log raw { vendorField: "x" } }
  raw { parameters: [{ src: { dependencyName: "paid", dataKey: "body.name" }, dest: "name" }], template: { atLeastOnce: true } }
}
trigger dynamic on paid {
  raw { template: { argoWorkflow: { operation: "submit", source: { resource: { kind: "Workflow", apiVersion: "argoproj.io/v1alpha1" } } } } }
}
"#;

fn yaml(text: &str) -> String {
    let compiled = compiled(text, Some(Target::Argo));
    assert!(compiled.diagnostics.iter().all(|d| !d.is_error()), "{}", shown(text, &compiled));
    argo(&compiled.plan.unwrap()).unwrap_or_else(|said| panic!("{said:#?}")).to_yaml()
}

#[test]
fn it_is_merged_into_what_its_item_becomes() {
    let yaml = yaml(WHOLE);
    for part in [
        "  errorOnFailedRound: true\n",
        "  template:\n    serviceAccountName: operator\n    priority: 3\n",
        "  jetstream:\n    replicas: 3\n    version: latest\n    vendorField: true\n",
        "      authSecret:\n        name: hook\n        key: token\n      vendorField: 1\n",
        "  vendorField:\n    list:\n      - 1\n      - a\n      - null\n    size: 5m0s\n",
        "      vendorField: 1\n  triggers:\n",
        // At the end of the list that aev has written.
        "          operation: append\n        - src:\n            dependencyName: paid\n            dataKey: body.name\n          dest: name\n",
        "          method: POST\n        atLeastOnce: true\n",
        "        vendorField: x\n",
        "          operation: submit\n",
    ] {
        assert!(yaml.contains(part), "{part} is not in\n{yaml}");
    }
    let compiled = compiled(WHOLE, Some(Target::Argo));
    assert_eq!(compiled.plan.unwrap().sensors[0].triggers[1].action, Action::Raw);
}

#[test]
fn manifests_with_it_are_read_again() {
    let text = yaml(WHOLE);
    let (_, findings) = lift(&[Document { name: "shop.yaml", text: &text }]).unwrap();
    let unknown = findings.iter().filter(|finding| matches!(finding.problem, Problem::UnknownField { .. }));
    assert_eq!(unknown.count(), 5, "{findings:#?}");
}

#[test]
fn it_is_the_same_in_a_plan_that_is_read_again() {
    let plan = compiled(WHOLE, Some(Target::Argo)).plan.unwrap();
    let json = aev_plan::wire::to_json(&plan).unwrap();
    assert_eq!(aev_plan::wire::from_json(&json).unwrap(), plan);
}

#[test]
fn a_member_of_both_is_refused() {
    let text = "external source ci: webhook\ntrigger t on ci {\n  http { url: \"https://x\", method: \"POST\" }\n  \
        raw { template: { name: \"u\", http: { method: \"PUT\", secureHeaders: [] } }, atLeastOnce: false }\n}\n";
    let plan = compiled(text, Some(Target::Argo)).plan.unwrap();
    let said = argo(&plan).unwrap_err();
    let [found] = said.as_slice() else { panic!("{said:#?}") };
    assert_eq!(found.code.number(), 435);
    assert_eq!(
        found.message,
        "`raw` says `template.name`, `template.http.method` and `atLeastOnce`, and so does aev"
    );
    let start = found.labels[0].span.start as usize;
    assert!(text.get(start..).is_some_and(|rest| rest.starts_with("{ template")));
}

#[test]
fn where_nothing_is_made_it_goes_nowhere() {
    let target = Some(Target::Argo);
    case(337, "external source s { event e: webhook raw «{ a: 1 }» }\ntrigger t on s.e { log }", target);
    case(337, "external source s { event e: webhook «{ raw { a: 1 } }» }\ntrigger t on s.e { log }", target);
    let source = "source s: webhook { endpoint: \"/\", port: 12000, method: \"POST\" }";
    case(437, &format!("pipeline p {{ raw «{{ a: 1 }}» }}\n{source}"), target);
    let text = format!(
        "{source}\nfilter f from s as e where e.body.a == 1 raw {{ a: 1 }}\nfilter g from f as e where e.body.b == 1\ntrigger t on g {{ log }}"
    );
    let said = argo(&compiled(&text, target).plan.unwrap()).unwrap_err();
    assert_eq!(said.iter().map(|found| found.code.number()).collect::<Vec<_>>(), [437]);
}

#[test]
fn the_runtime_reads_none() {
    let on = "external source ci: webhook\n";
    case(436, &format!("{on}trigger t on ci {{ log raw «{{ a: 1 }}» }}"), Some(Target::Plan));
    case(436, &format!("{on}trigger t on ci {{ log raw «{{ a: 1 }}» }}"), None);
}

#[test]
fn it_is_constant_and_has_no_key_twice() {
    let target = Some(Target::Argo);
    let of =
        |raw: &str| format!("external source ci: webhook\ntrigger t on ci as e {{ log raw {{ {raw} }} }}");
    case(207, &of("a: «e.body.x»"), target);
    case(304, &of("a: 1, «a»: 2"), target);
    case(331, "external source ci: webhook\ntrigger «t» on ci { raw { template: { name: \"x\" } } }", target);
}

#[test]
fn rights_for_what_it_does_are_not_known() {
    let text = WHOLE.replace("serviceAccount: \"operator\"", "");
    let said = argo(&compiled(&text, Some(Target::Argo)).plan.unwrap()).unwrap_err();
    assert_eq!(said.iter().map(|found| found.code.number()).collect::<Vec<_>>(), [433]);
}

#[test]
fn what_is_missing_may_stand_in_it() {
    let text = "source s: webhook { endpoint: \"/\", method: \"POST\" raw { port: \"12000\" } }\n";
    let found = yaml(text);
    assert!(found.contains("targetPort: 12000"), "{found}");
}

#[test]
fn what_is_written_out_in_it_may_be_a_secret() {
    let on = "external source ci: webhook\n";
    let raw =
        "raw { template: { slack: { slackToken: «\"xoxb-0123456789012345678901234567890123456789\"» } } }";
    case(518, &format!("{on}trigger t on ci {{ {raw} }}"), Some(Target::Argo));
}
