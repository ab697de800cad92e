//! Retries, rates and resets, and when an action counts as done.

use crate::node::{Fields, Node, Value};
use aev_catalogue::SuccessTest;
use aev_plan::json::Number;
use aev_plan::model::{Action, LabelPolicy, Rate, RateUnit, Reset, Retry, Success};
use aev_plan::origin::Origin;

/// `retryStrategy`: a duration is text, for a bare number would be nanoseconds; factor and jitter are numbers, for a
/// quoted one is an error when the first retry is due.
pub(super) fn retry(retry: &Retry, origin: Origin) -> Node {
    let mut fields = Fields::at(origin);
    fields.put_some("steps", retry.steps.map(i64::from));
    fields.put_some("duration", retry.duration.map(|duration| duration.to_string()));
    fields.put_some("factor", retry.factor.and_then(number));
    fields.put_some("jitter", retry.jitter.and_then(number));
    fields.into()
}

/// `rateLimit`
pub(super) fn rate(rate: Rate, origin: Origin) -> Node {
    let mut fields = Fields::at(origin);
    let unit = match rate.per {
        RateUnit::Second => "Second",
        RateUnit::Minute => "Minute",
        RateUnit::Hour => "Hour",
    };
    fields.put("unit", unit);
    fields.put("requestsPerUnit", i64::from(rate.count.get()));
    fields.into()
}

/// One of `conditionsReset`; without a zone Argo takes UTC, too.
pub(super) fn reset(reset: &Reset, origin: Origin) -> Node {
    let mut fields = Fields::at(origin);
    fields.put("cron", reset.cron.as_str());
    fields.put_some("timezone", reset.zone.as_deref());
    within("byTime", fields, origin)
}

fn number(value: f64) -> Option<Node> {
    Number::parse(&value.to_string()).map(|number| Node::new(Value::Number(number)))
}

/// `policy`. Without one every answer to an HTTP call is a success in Argo, a 500 too; so what aev assumes is written.
pub(super) fn policy(action: &Action, success: Option<&Success>, origin: Origin) -> Option<Node> {
    let status = |codes: &[u16]| {
        let allow: Vec<Node> = codes.iter().map(|code| Node::from(i64::from(*code))).collect();
        let mut status = Fields::at(origin);
        status.put("allow", allow);
        within("status", status, origin)
    };
    match (success, action) {
        (None, action) if answers(action) => Some(status(&aev_catalogue::DONE_STATUSES)),
        (None | Some(Success::AnyStatus), _) => None,
        (Some(Success::Status(codes)), _) => Some(status(codes)),
        (Some(Success::Labels(policy)), _) => Some(within("k8s", labels(policy, origin), origin)),
    }
}

/// Whether the action has an answer with a status.
fn answers(action: &Action) -> bool {
    let kind = match action {
        Action::Http(_) => "http",
        Action::Call(call) => &call.kind,
        _ => return false,
    };
    aev_catalogue::action(kind).is_some_and(|kind| kind.success == Some(SuccessTest::Status))
}

fn within(key: &str, value: Fields, origin: Origin) -> Node {
    let mut fields = Fields::at(origin);
    fields.put(key, value);
    fields.into()
}

fn labels(policy: &LabelPolicy, origin: Origin) -> Fields {
    let mut labels = Fields::at(origin);
    for (key, value) in &policy.labels {
        labels.put(key.as_str(), value.as_str());
    }
    let mut fields = Fields::at(origin);
    fields.put("labels", labels);
    fields.put_some("backoff", policy.backoff.as_ref().map(|backoff| retry(backoff, origin)));
    if policy.error_on_backoff_timeout {
        fields.put("errorOnBackoffTimeout", true);
    }
    fields
}
