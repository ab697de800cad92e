//! Snippets, and whole pipelines around them.

use crate::sample::{From, braces, field};
use aev_catalogue::{ActionBody, ActionKind, BusKind, Location, SourceKind, SuccessTest, TriggerOption};
use aev_catalogue::{SUCCESS_LABELS, SUCCESS_STATUS};
use aev_plan::function::{Form, Function, Gives};

/// What a pipeline has beside the one thing that it shows.
const SOURCE: &str = "\
source orders: webhook {
  endpoint: \"/orders\"
  port: 12000
  method: \"POST\"
}
";

const TRIGGER: &str = "trigger show on orders { log }\n";

const HTTP: &str = "\
http {
  url: \"https://books.example/orders\"
  payload: e.body
}";

/// `source orders: KIND { … }`
pub fn source(kind: &SourceKind) -> String {
    format!("source orders: {}{}\n", kind.name, spaced(&braces(kind.name, kind.block, &[], From::Nothing)))
}

/// A pipeline that logs what it takes.
pub fn with_source(kind: &SourceKind) -> String {
    format!("{}\n{TRIGGER}", source(kind))
}

/// `bus default: KIND { … }`
pub fn bus(kind: &BusKind) -> String {
    // One that is already there is one of two.
    let more: &[&str] = if kind.name == "nats" { &["native"] } else { &[] };
    format!("bus default: {}{}\n", kind.name, spaced(&braces(kind.name, kind.block, more, From::Nothing)))
}

/// A pipeline whose events it carries.
pub fn with_bus(kind: &BusKind) -> String {
    format!("{}\n{SOURCE}\n{TRIGGER}", bus(kind))
}

/// The action alone, of constants.
pub fn action(kind: &'static ActionKind) -> String {
    format!("{}\n", action_from(kind, From::Nothing))
}

/// A pipeline that takes the action, with what an event holds.
pub fn with_action(kind: &'static ActionKind) -> String {
    with(&action_from(kind, From::Event), "")
}

fn action_from(kind: &'static ActionKind, from: From) -> String {
    let braces = match kind.body {
        ActionBody::Fields(block) => braces(kind.name, block, &[], from),
        ActionBody::Resource => object(kind.name).to_owned(),
        ActionBody::Arguments if from == From::Event => "{ id: e.body.id }".into(),
        ActionBody::Arguments | ActionBody::Nothing => String::new(),
    };
    let target = if kind.target.is_some() { " \"build\"" } else { "" };
    format!("{}{target}{}", kind.name, spaced(&braces))
}

/// What an action on objects is shown with.
fn object(kind: &str) -> &'static str {
    match kind {
        "workflow.submit" => {
            "\
{
  apiVersion: \"argoproj.io/v1alpha1\"
  kind: \"Workflow\"
  metadata: { generateName: \"build-\" }
  spec: { workflowTemplateRef: { name: \"build\" } }
}"
        }
        "workflow.submit-from" => {
            "\
{
  apiVersion: \"argoproj.io/v1alpha1\"
  kind: \"WorkflowTemplate\"
  metadata: { name: \"build\" }
}"
        }
        "k8s.delete" => {
            "\
{
  apiVersion: \"v1\"
  kind: \"ConfigMap\"
  metadata: { name: \"seen\" }
}"
        }
        _ => {
            "\
{
  apiVersion: \"v1\"
  kind: \"ConfigMap\"
  metadata: { name: \"seen\" }
  data: { note: \"hello\" }
}"
        }
    }
}

/// `from PLACE { … }`
pub fn location(location: &Location) -> String {
    match location.name {
        "inline" => "\
from inline yaml \"\"\"
  apiVersion: v1
  kind: ConfigMap
  metadata: { generateName: seen- }
\"\"\"
"
        .into(),
        "configmap" => "from configmap(\"templates\", \"build.yaml\")\n".into(),
        "file" => "from file(\"/etc/templates/build.yaml\")\n".into(),
        name => format!("from {name}{}\n", spaced(&braces(name, location.block, &[], From::Nothing))),
    }
}

/// A pipeline that creates the object from there.
pub fn with_location(place: &Location) -> String {
    with(&format!("k8s.create {}", location(place).trim_end()), "")
}

/// `OPTION: …`, when it is built.
pub fn option(option: &'static TriggerOption) -> Option<String> {
    let text = match option.field.name {
        _ if !option.field.targets.built() => return None,
        "retry" => "retry: { steps: 3, duration: 10s, factor: 2 }".into(),
        "success" => "success: { status: [200, 201] }".into(),
        "batch" => "batch: { size: 100, wait: 5s }".into(),
        "order-by" => "order-by: orders.body.id".into(),
        "suspend" => "suspend: true".into(),
        _ => field("", &option.field, From::Nothing),
    };
    Some(format!("{text}\n"))
}

/// A pipeline with a trigger that has it.
pub fn with_option(wanted: &'static TriggerOption) -> Option<String> {
    let action = match wanted.field.name {
        "batch" => HTTP.replace("e.body", "orders"),
        "order-by" => HTTP.replace("e.body", "orders.body"),
        _ => HTTP.to_owned(),
    };
    Some(with(&action, &option(wanted)?))
}

/// How a clause is written, and a pipeline with it; none for a word that is no clause of a trigger.
pub fn clause(word: &str) -> Option<(&'static str, String)> {
    let (form, condition) = match word {
        "reset" => (
            "reset cron \"MINUTE HOUR DAY MONTH WEEKDAY\" in \"ZONE\"",
            "placed as o and shop.paid as p\n  reset cron \"0 0 * * *\" in \"Europe/London\"",
        ),
        "match" => (
            "match a.x == b.x and a.y == b.y",
            "placed as o and shop.paid as p\n  match o.body.id == p.body.id",
        ),
        "within" => ("within 1h", "placed as o and shop.paid as p\n  within 1h"),
        "after" => (
            "after 10m without EVENT as NAME",
            "placed as o\n  match o.body.id == p.body.id\n  after 10m without shop.paid as p",
        ),
        "count" => ("count 3", "placed as o\n  count 3"),
        _ => return None,
    };
    let example = format!("{SHOP}\ntrigger act\n  on shop.{condition}\n{{\n  log\n}}\n");
    Some((form, example))
}

/// Events that belong together.
const SHOP: &str = "\
external source shop {
  event placed: webhook<{ id: string }>
  event paid: webhook<{ id: string }>
}
";

/// A source whose requests are signed.
pub const SIGNED: &str = "\
source partner: webhook {
  endpoint: \"/partner\"
  port: 12001
  method: \"POST\"
  verify: hmac {
    header: \"X-Signature\"
    algorithm: \"sha256\"
    secret: secret(\"partner\", \"key\")
    prefix: \"sha256=\"
  }
}
";

/// A pipeline with it.
pub fn with_verify() -> String {
    format!("{SIGNED}\ntrigger show on partner {{ log }}\n")
}

/// Two sensors on one event.
pub const SENSORS: &str = "\
source orders: webhook {
  endpoint: \"/orders\"
  port: 12000
  method: \"POST\"
}

trigger show on orders { log }

sensor copies {
  deliver: \"at-most-once\"
  filter large from orders as o
    where o.body.total > 100
  trigger show on large { log }
}
";

/// What `success` may have, by what it tests.
pub const SUCCESS: [(&str, SuccessTest, &aev_catalogue::Block); 2] = [
    ("Of an action that calls something", SuccessTest::Status, &SUCCESS_STATUS),
    ("Of an action on objects", SuccessTest::Labels, &SUCCESS_LABELS),
];

/// A pipeline that calls a function.
pub fn with_function(function: &Function) -> String {
    let written = function.example.written;
    match (function.only_in_where, function.gives) {
        (false, _) => in_payload(written),
        (true, Gives::Bool) => in_filter(written),
        (true, _) => in_filter(&format!("{written} > 10")),
    }
}

/// A pipeline that has a form.
pub fn with_form(form: &Form) -> String {
    let written = form.example.written;
    if form.example.gives == "true" { in_filter(written) } else { in_payload(written) }
}

fn in_filter(condition: &str) -> String {
    format!(
        "{SOURCE}\nfilter wanted from orders as e\n  where {condition}\n\ntrigger act on wanted {{ log }}\n"
    )
}

fn in_payload(value: &str) -> String {
    with(
        &format!("http {{\n  url: \"https://books.example/orders\"\n  payload: {{ value: {value} }}\n}}"),
        "",
    )
}

/// A pipeline whose trigger has this action and this option.
fn with(action: &str, option: &str) -> String {
    let alias = if ["e.body", "e::", "(e,"].iter().any(|read| action.contains(read)) { " as e" } else { "" };
    let lines: String = action
        .lines()
        .chain(option.lines())
        .map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("  {line}\n"),
        })
        .collect();
    format!("{SOURCE}\ntrigger act on orders{alias} {{\n{lines}}}\n")
}

/// What stands behind a word.
fn spaced(braces: &str) -> String {
    if braces.is_empty() { String::new() } else { format!(" {braces}") }
}
