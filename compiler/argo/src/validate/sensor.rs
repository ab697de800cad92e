//! The rules of a Sensor.

use super::Rules;
use crate::node::Node;
use aev_plan::cron::{Cron, InvalidCron, InvalidSchedule};
use std::collections::BTreeSet;

pub(super) fn check(spec: &Node, on_nats: bool, rules: &mut Rules<'_>) {
    let list = |key: &str| spec.get(key).map(Node::items).unwrap_or_default();
    if list("dependencies").is_empty() {
        rules.broken("no event dependencies found", spec);
    }
    let mut pairs = BTreeSet::new();
    for dependency in list("dependencies") {
        let pair = (dependency.text_at(&["eventSourceName"]), dependency.text_at(&["eventName"]));
        if !pairs.insert(pair) && on_nats {
            let (source, event) = pair;
            let message = format!(
                "event '{event}' from EventSource '{source}' is referenced for more than one dependency in this Sensor object"
            );
            rules.broken(message, dependency);
        }
        self::dependency(dependency, rules);
    }
    if list("triggers").is_empty() {
        rules.broken("no triggers found", spec);
    }
    let mut names = BTreeSet::new();
    for trigger in list("triggers") {
        let name = trigger.text_at(&["template", "name"]);
        if !names.insert(name) {
            rules.broken(format!("duplicate trigger name: {name}"), trigger);
        }
        self::trigger(trigger, rules);
    }
}

fn dependency(dependency: &Node, rules: &mut Rules<'_>) {
    rules.needs(dependency, "name", "event dependency must define a name");
    rules.needs(dependency, "eventSourceName", "event dependency must define the EventSourceName");
    rules.needs(dependency, "eventName", "event dependency must define the EventName");
    operator(dependency, "filtersLogicalOperator", rules);
    let Some(filters) = dependency.get("filters") else { return };
    operator(filters, "exprLogicalOperator", rules);
    operator(filters, "dataLogicalOperator", rules);
    for filter in filters.get("exprs").map(Node::items).unwrap_or_default() {
        let fields = filter.get("fields").map(Node::items).unwrap_or_default();
        if filter.text_at(&["expr"]).is_empty() || fields.is_empty() {
            rules.broken("one of expr filters is not valid (expr and fields must be not empty)", filter);
        }
        if fields
            .iter()
            .any(|field| field.text_at(&["path"]).is_empty() || field.text_at(&["name"]).is_empty())
        {
            rules.broken(
                "one of expr filters is not valid (path and name in a field must be not empty)",
                filter,
            );
        }
    }
    for filter in filters.get("data").map(Node::items).unwrap_or_default() {
        let comparator = filter.text_at(&["comparator"]);
        if !["", ">=", ">", "=", "!=", "<", "<="].contains(&comparator) {
            rules.broken(format!("comparator {comparator} not supported"), filter);
        }
        let value = filter.get("value").map(Node::items).unwrap_or_default();
        if filter.text_at(&["path"]).is_empty() || filter.text_at(&["type"]).is_empty() || value.is_empty() {
            rules.broken("one of data filters is not valid (type, path and value must be not empty)", filter);
        }
        if value.iter().any(|value| value.text() == Some("")) {
            rules.broken("one of data filters is not valid (value must be not empty)", filter);
        }
    }
    if let Some(context) = filters.get("context") {
        let fields = ["type", "subject", "source", "datacontenttype"];
        if fields.iter().all(|field| context.text_at(&[field]).is_empty()) {
            rules.broken("no fields specified in ctx filter (aka all events will be discarded)", context);
        }
    }
    if let Some(time) = filters.get("time") {
        let (start, stop) = (time.text_at(&["start"]), time.text_at(&["stop"]));
        for clock in [start, stop].into_iter().filter(|clock| !is_clock(clock)) {
            rules.broken(format!("cannot parse {clock:?} as a time of day"), time);
        }
        if start == stop {
            rules.broken(
                format!("invalid event time filter: stop '{stop}' is equal to start '{start}'"),
                time,
            );
        }
    }
}

/// `HH:MM:SS` as Go reads it: one digit is enough for the hour, and the seconds may have a fraction.
fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return false };
    let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
    let below = |part: &str, limit: u8, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse().is_ok_and(|n: u8| n < limit)
    };
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    below(hour, 24, 1..=2) && below(minute, 60, 2..=2) && below(second, 60, 2..=2) && digits
}

fn operator(node: &Node, key: &str, rules: &mut Rules<'_>) {
    let operator = node.text_at(&[key]);
    if !["", "and", "or"].contains(&operator) {
        rules.broken(format!("logical operator {operator} not supported"), node);
    }
}

fn trigger(trigger: &Node, rules: &mut Rules<'_>) {
    let Some(template) = trigger.get("template") else {
        return rules.broken("trigger template can't be nil", trigger);
    };
    rules.needs(template, "name", "trigger must define a name");
    for reset in template.get("conditionsReset").map(Node::items).unwrap_or_default() {
        let Some(time) = reset.get("byTime") else {
            rules.broken("invalid conditionsReset", reset);
            continue;
        };
        let (cron, zone) = (time.text_at(&["cron"]), time.text_at(&["timezone"]));
        match Cron::new(cron, Some(zone)) {
            Err(InvalidCron::Schedule(InvalidSchedule::Malformed { .. })) => {
                rules.broken(format!("invalid cron expression {cron:?}"), time);
            }
            Err(InvalidCron::Zone(_)) => rules.broken(format!("invalid timezone {zone:?}"), time),
            Ok(_) | Err(InvalidCron::Schedule(InvalidSchedule::Never { .. })) => {}
        }
    }
    let policy = trigger.get("policy");
    if let Some(k8s) = template.get("k8s") {
        if k8s.get("source").is_none() {
            rules.broken("k8s trigger does not contain an absolute action", k8s);
        }
        let operation = k8s.text_at(&["operation"]);
        if !["", "create", "patch", "update", "delete"].contains(&operation) {
            rules.broken(format!("unknown operation type {operation}"), k8s);
        }
        parameters(k8s.get("parameters"), true, rules);
        if let Some(policy) =
            policy.and_then(|policy| policy.get("k8s")).filter(|policy| policy.get("labels").is_none())
        {
            rules.broken("resource labels are not specified", policy);
        }
    }
    if let Some(http) = template.get("http") {
        rules.needs(http, "url", "server URL is not specified");
        if !["", "GET", "DELETE", "PATCH", "POST", "PUT"].contains(&http.text_at(&["method"])) {
            rules.broken("only GET, DELETE, PATCH, POST and PUT methods are supported", http);
        }
        parameters(http.get("parameters"), true, rules);
        parameters(http.get("payload"), false, rules);
        if let Some(policy) =
            policy.and_then(|policy| policy.get("status")).filter(|policy| policy.get("allow").is_none())
        {
            rules.broken("list of allowed response status is not specified", policy);
        }
    }
    if let Some(nats) = template.get("nats") {
        rules.needs(nats, "url", "nats server url can't be empty");
        rules.needs(nats, "subject", "nats subject can't be empty");
        if nats.get("payload").is_none() {
            rules.broken("payload can't be nil", nats);
        }
        parameters(nats.get("payload"), true, rules);
    }
    others(template, policy, rules);
    if let Some(custom) = template.get("custom") {
        rules.needs(custom, "serverURL", "custom trigger gRPC server url is not defined");
        if custom.get("spec").is_none() {
            rules.broken("trigger body can't be empty", custom);
        }
        if custom.get("secure").is_some_and(Node::is_true) && custom.get("certSecret").is_none() {
            rules.broken("certSecret can't be nil when the trigger server connection is secure", custom);
        }
        parameters(custom.get("parameters"), true, rules);
    }
    parameters(trigger.get("parameters"), true, rules);
    if let Some(fallback) = trigger.get("dlqTrigger") {
        let sure = |trigger: &Node| trigger.get("atLeastOnce").is_some_and(Node::is_true);
        if !sure(trigger) {
            rules.broken("to use dlqTrigger, trigger.atLeastOnce must be set to true", trigger);
        }
        if !sure(fallback) {
            rules.broken("atLeastOnce must be set to true within the dlqTrigger", fallback);
        }
        self::trigger(fallback, rules);
    }
}

/// The kinds that have few rules.
fn others(template: &Node, policy: Option<&Node>, rules: &mut Rules<'_>) {
    if let Some(workflow) = template.get("argoWorkflow") {
        if workflow.get("source").is_none() {
            rules.broken("argoWorkflow trigger does not contain an absolute action", workflow);
        }
        let operation = workflow.text_at(&["operation"]);
        if !WORKFLOW_OPERATIONS.contains(&operation) {
            rules.broken(format!("unknown operation type {operation}"), workflow);
        }
        parameters(workflow.get("parameters"), true, rules);
        if let Some(policy) =
            policy.and_then(|policy| policy.get("k8s")).filter(|policy| policy.get("labels").is_none())
        {
            rules.broken("resource labels are not specified", policy);
        }
    }
    for (kind, needed) in NEEDED {
        let Some(call) = template.get(kind) else { continue };
        for (field, message) in *needed {
            match *field {
                "payload" | "slackToken" if call.get(field).is_none() => rules.broken(*message, call),
                "payload" | "slackToken" => {}
                field => rules.needs(call, field, message),
            }
        }
        // Of a record for Kafka they are not looked at.
        if *kind != "kafka" {
            parameters(call.get("parameters"), true, rules);
        }
        parameters(call.get("payload"), true, rules);
    }
    if let Some(email) = template.get("email")
        && let Some(port) = email.get("port").and_then(Node::number).and_then(|port| port.as_i64())
        && !(0..=65535).contains(&port)
    {
        rules.broken(format!("port: {port}, port should be between 0-65535"), email);
    }
    if let Some(token) = template.find(&["openWhisk", "authToken"])
        && (token.text_at(&["name"]).is_empty() || token.text_at(&["key"]).is_empty())
    {
        rules.broken("auth token key and name must be specified", token);
    }
    if let Some(policy) = template
        .get("awsLambda")
        .and_then(|_| policy?.get("status"))
        .filter(|policy| policy.get("allow").is_none())
    {
        rules.broken("list of allowed response status is not specified", policy);
    }
}

const WORKFLOW_OPERATIONS: [&str; 8] =
    ["submit", "submit-from", "suspend", "retry", "resume", "resubmit", "terminate", "stop"];

/// What must be there, and what Argo says otherwise, in the order in which it looks.
const NEEDED: &[(&str, &[(&str, &str)])] = &[
    (
        "awsLambda",
        &[
            ("functionName", "function name is not specified"),
            ("region", "region in not specified"),
            ("payload", "payload parameters are not specified"),
        ],
    ),
    (
        "kafka",
        &[
            ("url", "broker url must not be empty"),
            ("payload", "payload must not be empty"),
            ("topic", "topic must not be empty"),
        ],
    ),
    ("slack", &[("slackToken", "slack token can't be empty")]),
    (
        "openWhisk",
        &[
            ("actionName", "action name is not specified"),
            ("host", "host URL is not specified"),
            ("payload", "payload parameters are not specified"),
        ],
    ),
    ("email", &[("host", "host can't be empty")]),
];

fn parameters(list: Option<&Node>, needs_dest: bool, rules: &mut Rules<'_>) {
    for parameter in list.map(Node::items).unwrap_or_default() {
        match parameter.get("src") {
            None => rules.broken("parameter source can't be empty", parameter),
            Some(src) => rules.needs(src, "dependencyName", "parameter dependency name can't be empty"),
        }
        if needs_dest {
            rules.needs(parameter, "dest", "parameter destination can't be empty");
        }
        let operation = parameter.text_at(&["operation"]);
        if !["", "append", "overwrite", "prepend"].contains(&operation) {
            rules.broken(format!("parameter operation {operation} is invalid"), parameter);
        }
    }
}
