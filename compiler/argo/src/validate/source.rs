//! The rules of an EventSource.

use super::Rules;
use crate::node::Node;
use aev_plan::duration::GoDuration;

pub(super) fn check(spec: &Node, rules: &mut Rules<'_>) {
    let mut names: Vec<&str> = Vec::new();
    let mut elects = Vec::new();
    for entry in spec.entries() {
        let Some(kind) = aev_catalogue::source(&entry.key) else { continue };
        elects.push(kind.elects_leader);
        for event in entry.value.entries() {
            if names.contains(&event.key.as_str()) {
                rules.broken(format!("more than one {:?} found in the spec", event.key), &event.value);
            }
            names.push(&event.key);
            match kind.name {
                "webhook" => webhook(Some(&event.value), &event.value, rules),
                "github" => github(&event.value, rules),
                "calendar" => calendar(&event.value, rules),
                "nats" => nats(&event.value, rules),
                "generic" => {
                    rules.needs(&event.value, "url", "server url can't be empty");
                    rules.needs(&event.value, "config", "config can't be empty");
                }
                _ => {}
            }
        }
    }
    if elects.contains(&true) && elects.contains(&false) {
        rules.broken(
            "event sources with rolling update and recreate update strategy can not be put together",
            spec,
        );
    }
}

fn webhook(context: Option<&Node>, event: &Node, rules: &mut Rules<'_>) {
    let Some(context) = context else {
        // Argo's own message is empty.
        return rules.broken("", event);
    };
    rules.needs(context, "endpoint", "endpoint can't be empty");
    let port = context.text_at(&["port"]);
    if port.is_empty() {
        rules.broken("port can't be empty", context);
    } else if port.parse::<i64>().is_err() {
        rules.broken(format!("failed to parse server port {port}"), context);
    }
}

fn github(event: &Node, rules: &mut Rules<'_>) {
    let some = |key: &str| !event.get(key).map(Node::items).unwrap_or_default().is_empty();
    let old = !event.text_at(&["owner"]).is_empty() && !event.text_at(&["repository"]).is_empty();
    // An empty list of organizations counts as one that is there.
    let organizations = event.get("organizations").is_some_and(|list| list.kind() != "null");
    match (some("repositories") || old, organizations) {
        (false, false) => rules.broken("either repositories or organizations is required", event),
        (true, true) => rules.broken("only one of repositories and organizations is allowed", event),
        _ => {}
    }
    let credentials = event.get("apiToken").is_some() || event.get("githubApp").is_some();
    if credentials && !event.text_at(&["webhook", "url"]).is_empty() && !some("events") {
        rules.broken("events must be defined to create a github webhook", event);
    }
    if !["", "json", "form"].contains(&event.text_at(&["contentType"])) {
        rules.broken("content type must be \"json\" or \"form\"", event);
    }
    match (event.text_at(&["githubBaseURL"]), event.text_at(&["githubUploadURL"])) {
        ("", "") => {}
        ("", _) => rules.broken("githubBaseURL is required when githubUploadURL is set", event),
        (_, "") => rules.broken("githubUploadURL is required when githubBaseURL is set", event),
        _ => {}
    }
    webhook(event.get("webhook"), event, rules);
}

fn calendar(event: &Node, rules: &mut Rules<'_>) {
    match (event.text_at(&["schedule"]), event.text_at(&["interval"])) {
        ("", "") => rules.broken("must have either schedule or interval", event),
        ("", interval) if interval.parse::<GoDuration>().is_err() => {
            rules.broken(format!("failed to parse interval {interval}"), event);
        }
        ("", _) => {}
        (schedule, _) => {
            let fields = schedule
                .split_whitespace()
                .filter(|word| !word.starts_with("TZ=") && !word.starts_with("CRON_TZ="));
            if fields.count() != 5 {
                rules.broken(format!("failed to parse schedule {schedule}"), event);
            }
        }
    }
}

fn nats(event: &Node, rules: &mut Rules<'_>) {
    rules.needs(event, "url", "url must be specified");
    rules.needs(event, "subject", "subject must be specified");
    if let Some(tls) = event.get("tls") {
        // Argo looks at the queue only where there is no TLS.
        self::tls(tls, rules);
    } else if event.get("queue").and_then(Node::text) == Some("") {
        rules.broken("queue group cannot be empty if specified", event);
    }
}

/// A client's TLS.
fn tls(tls: &Node, rules: &mut Rules<'_>) {
    if tls.get("insecureSkipVerify").is_some_and(Node::is_true) {
        return;
    }
    let there = |key: &str| tls.get(key).is_some();
    let (certificate, key) = (there("clientCertSecret"), there("clientKeySecret"));
    if certificate != key {
        let message = "invalid tls config, both clientCertSecret and clientKeySecret need to be configured";
        rules.broken(message, tls);
    } else if !certificate && !there("caCertSecret") && !tls.get("enabled").is_some_and(Node::is_true) {
        let message = "invalid tls config, please configure either caCertSecret, or clientCertSecret and clientKeySecret, or both";
        rules.broken(message, tls);
    }
}
