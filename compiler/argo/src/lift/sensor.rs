//! A Sensor as a sensor.

use super::decode::check;
use super::finding::{Finding, Problem};
use super::schema::{SENSOR, Type};
use super::source::pod;
use super::{condition, name};
use crate::node::Node;
use aev_catalogue::SuccessTest;
use aev_plan::argo::{
    ContextFilter, DataFilter, ExprFilter, Filters, Operation, Operator, Parameter, ParameterSource,
    PayloadField, Template, TimeFilter,
};
use aev_plan::cron::{Cron, InvalidCron, InvalidSchedule};
use aev_plan::duration::GoDuration;
use aev_plan::json::Json;
use aev_plan::model::{
    Action, Binding, Condition, Delivery, Fallback, From, LabelPolicy, Predicate, Rate, RateUnit, Reset,
    Retry, Script, ScriptLanguage, Sensor, Stream, Success, Transform, Trigger, Workload,
};
use std::num::NonZeroU32;
use std::time::Duration;

pub(super) fn lift(object: &Node, findings: &mut Vec<Finding>) -> Sensor {
    let empty = Node::from(Vec::new());
    let spec = object.get("spec").unwrap_or(&empty);
    check(spec, Type::Object(SENSOR), "spec", findings);
    let mut reader = Reader { findings };
    for field in ["errorOnFailedRound", "revisionHistoryLimit", "loggingFields"] {
        reader.not_built(spec, field);
    }
    let template = spec.get("template");
    let dependencies = spec.get("dependencies").map(Node::items).unwrap_or_default();
    let streams: Vec<Stream> = dependencies.iter().map(|dependency| reader.stream(dependency)).collect();
    let names: Vec<String> = streams.iter().map(|stream| stream.name.clone()).collect();
    let triggers = spec.get("triggers").map(Node::items).unwrap_or_default();
    let triggers = triggers.iter().filter_map(|trigger| reader.trigger(trigger, &names)).collect();
    Sensor {
        name: name(object),
        bus: optional(spec, "eventBusName"),
        service_account: template.and_then(|template| optional(template, "serviceAccountName")),
        streams,
        triggers,
        workload: Workload {
            replicas: spec.get("replicas").and_then(Node::number).and_then(|number| number.as_i64()),
            pod: template.and_then(|template| pod(template, &["serviceAccountName"])),
            ..Workload::default()
        },
        description: None,
        raw: None,
        origin: object.origin,
    }
}

fn optional(node: &Node, key: &str) -> Option<String> {
    node.get(key).and_then(Node::text).map(str::to_owned)
}

fn text(node: &Node, key: &str) -> String {
    node.text_at(&[key]).to_owned()
}

/// Of two scripts jq counts; empty text is none.
fn transform(node: &Node) -> Option<Transform> {
    let script = |key, language| {
        let text = node.get(key)?;
        let script = Script { language, text: text.text()?.to_owned(), origin: text.origin };
        (!script.text.is_empty()).then_some(Transform::Script(script))
    };
    script("jq", ScriptLanguage::Jq).or_else(|| script("script", ScriptLanguage::Lua))
}

struct Reader<'a> {
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn find(&mut self, problem: Problem, at: &Node) {
        self.findings.push(Finding { problem, origin: at.origin });
    }

    fn not_built(&mut self, node: &Node, field: &str) {
        if let Some(value) = node.get(field) {
            self.find(Problem::NotBuilt { what: field.to_owned() }, value);
        }
    }

    fn stream(&mut self, node: &Node) -> Stream {
        for field in ["name", "eventSourceName", "eventName"] {
            if node.text_at(&[field]).is_empty() {
                let field = if field == "name" { "name" } else { "eventSourceName and eventName" };
                self.find(Problem::Missing { what: "dependency", field }, node);
            }
        }
        let operator = self.operator(node, "filtersLogicalOperator");
        let predicate = match node.get("filters") {
            Some(filters) => Predicate::Argo(Box::new(self.filters(filters, operator))),
            None => Predicate::Always,
        };
        Stream {
            name: text(node, "name"),
            from: From::Event { source: text(node, "eventSourceName"), event: text(node, "eventName") },
            transform: node.get("transform").and_then(transform),
            predicate,
            declared: true,
            description: None,
            raw: None,
            origin: node.origin,
        }
    }

    fn operator(&mut self, node: &Node, key: &str) -> Operator {
        match node.text_at(&[key]) {
            "" | "and" => Operator::And,
            "or" => Operator::Or,
            other => {
                let text = other.to_owned();
                let problem = Problem::InvalidWord { text, allowed: "`and`, `or`" };
                self.find(problem, node.get(key).unwrap_or(node));
                Operator::And
            }
        }
    }

    fn filters(&mut self, node: &Node, operator: Operator) -> Filters {
        let data = |node: &Node| DataFilter {
            path: text(node, "path"),
            kind: text(node, "type"),
            value: node
                .get("value")
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .filter_map(Node::text)
                .map(str::to_owned)
                .collect(),
            comparator: text(node, "comparator"),
            template: text(node, "template"),
        };
        let field = |node: &Node| PayloadField { path: text(node, "path"), name: text(node, "name") };
        let expr = |node: &Node| ExprFilter {
            expr: text(node, "expr"),
            fields: node.get("fields").map(Node::items).unwrap_or_default().iter().map(field).collect(),
        };
        Filters {
            operator,
            data_operator: self.operator(node, "dataLogicalOperator"),
            expr_operator: self.operator(node, "exprLogicalOperator"),
            data: node.get("data").map(|list| list.items().iter().map(data).collect()),
            exprs: node.get("exprs").map(|list| list.items().iter().map(expr).collect()),
            context: node.get("context").map(|node| ContextFilter {
                kind: text(node, "type"),
                subject: text(node, "subject"),
                source: text(node, "source"),
                datacontenttype: text(node, "datacontenttype"),
            }),
            time: node.get("time").map(|node| TimeFilter {
                start: text(node, "start"),
                stop: text(node, "stop"),
                timezone: text(node, "timezone"),
            }),
            script: optional(node, "script"),
        }
    }

    /// A trigger; nothing when Argo drops it for its condition.
    fn trigger(&mut self, node: &Node, dependencies: &[String]) -> Option<Trigger> {
        let template = node.get("template").unwrap_or(node);
        let on = self.condition(template, dependencies)?;
        let bindings = crate::emit::scope::names(&on);
        let bindings =
            bindings.into_iter().map(|name| Binding { name: name.clone(), streams: vec![name] }).collect();
        let deliver = match node.get("atLeastOnce").is_some_and(Node::is_true) {
            true => Delivery::AtLeastOnce,
            false => Delivery::AtMostOnce,
        };
        let resets = self.resets(template);
        let rate = self.rate(node);
        let common = self.common(node);
        let on_failure = node.get("dlqTrigger").map(|node| {
            self.of_the_trigger(node, "rateLimit", "spec.triggers");
            self.of_the_trigger(
                node.get("template").unwrap_or(node),
                "conditionsReset",
                "spec.triggers.template",
            );
            let Common { name, action, retry, success } = self.common(node);
            Box::new(Fallback {
                name,
                action,
                retry,
                success,
                description: None,
                raw: None,
                origin: node.origin,
            })
        });
        let Common { name, action, retry, success } = common;
        Some(Trigger {
            name,
            on,
            bindings,
            action,
            deliver,
            resets,
            rate,
            max_running: None,
            max_running_origin: Default::default(),
            flow: Default::default(),
            retry,
            success,
            on_failure,
            description: None,
            raw: None,
            origin: node.origin,
        })
    }

    fn condition(&mut self, template: &Node, dependencies: &[String]) -> Option<Condition> {
        let written = template.text_at(&["conditions"]);
        let at = template.get("conditions").unwrap_or(template);
        let on = match written {
            "" => Some(condition::all(dependencies)),
            text => condition::parse(text),
        };
        let Some(on) = on else {
            self.find(Problem::InvalidCondition { text: written.to_owned() }, at);
            return None;
        };
        for name in crate::emit::scope::names(&on) {
            if !dependencies.contains(&name) {
                self.find(Problem::UnknownDependency { name }, at);
                return None;
            }
        }
        Some(on)
    }

    fn common(&mut self, node: &Node) -> Common {
        let empty = Node::from(Vec::new());
        let template = node.get("template").unwrap_or(&empty);
        if template.text_at(&["name"]).is_empty() {
            self.find(Problem::Missing { what: "trigger", field: "template.name" }, node);
        }
        let mut members = Vec::new();
        for entry in template
            .entries()
            .iter()
            .filter(|entry| !["name", "conditions", "conditionsReset"].contains(&entry.key.as_str()))
        {
            members.push((entry.key.clone(), entry.value.to_json()));
        }
        let answers = members.iter().any(|(key, _)| {
            aev_catalogue::action_of_argo(key).is_some_and(|kind| kind.success == Some(SuccessTest::Status))
        });
        let parameters = node.get("parameters").map(Node::items).unwrap_or_default();
        let action = Action::Argo(Box::new(Template {
            template: Json::Object(members),
            parameters: parameters.iter().map(|node| self.parameter(node)).collect(),
        }));
        Common {
            name: template.text_at(&["name"]).to_owned(),
            action,
            retry: node.get("retryStrategy").map(|node| self.retry(node)),
            success: self.success(node.get("policy"), answers),
        }
    }

    /// A field that Argo reads of a trigger and not of its `dlqTrigger`.
    fn of_the_trigger(&mut self, node: &Node, field: &str, belongs: &str) {
        if let Some(value) = node.get(field) {
            let problem = Problem::MisplacedField { name: field.to_owned(), belongs: belongs.to_owned() };
            self.find(problem, value);
        }
    }

    /// A `0` stops Argo's pod at its start.
    fn rate(&mut self, node: &Node) -> Option<Rate> {
        let node = node.get("rateLimit")?;
        let per = match node.text_at(&["unit"]) {
            "" | "Second" => RateUnit::Second,
            "Minute" => RateUnit::Minute,
            "Hour" => RateUnit::Hour,
            other => {
                let problem =
                    Problem::InvalidWord { text: other.to_owned(), allowed: "`Second`, `Minute`, `Hour`" };
                self.find(problem, node.get("unit").unwrap_or(node));
                return None;
            }
        };
        let count = node.get("requestsPerUnit").and_then(Node::number).and_then(|count| count.as_i64());
        let count = count.unwrap_or_default();
        match u32::try_from(count).ok().and_then(NonZeroU32::new) {
            Some(count) => Some(Rate { count, per }),
            None => {
                let problem = Problem::InvalidWord { text: count.to_string(), allowed: "the numbers from 1" };
                self.find(problem, node.get("requestsPerUnit").unwrap_or(node));
                None
            }
        }
    }

    fn resets(&mut self, template: &Node) -> Vec<Reset> {
        let entries = template.get("conditionsReset").map(Node::items).unwrap_or_default();
        entries.iter().filter_map(|entry| self.reset(entry)).collect()
    }

    fn reset(&mut self, entry: &Node) -> Option<Reset> {
        let Some(time) = entry.get("byTime") else {
            self.find(Problem::Missing { what: "conditionsReset", field: "byTime" }, entry);
            return None;
        };
        let cron = text(time, "cron");
        let zone = optional(time, "timezone").filter(|zone| !zone.is_empty());
        let (text, allowed, key) = match Cron::new(&cron, zone.as_deref()) {
            // A schedule that never comes is one that Argo takes.
            Ok(_) | Err(InvalidCron::Schedule(InvalidSchedule::Never { .. })) => {
                return Some(Reset { cron, zone });
            }
            Err(InvalidCron::Schedule(_)) => (cron, "the schedules with five fields", "cron"),
            Err(InvalidCron::Zone(zone)) => (zone, "the time zones of the IANA database", "timezone"),
        };
        self.find(Problem::InvalidWord { text, allowed }, time.get(key).unwrap_or(time));
        None
    }

    fn parameter(&mut self, node: &Node) -> Parameter {
        let operation = match node.text_at(&["operation"]) {
            "" | "overwrite" => Operation::Overwrite,
            "append" => Operation::Append,
            "prepend" => Operation::Prepend,
            other => {
                let allowed = "`overwrite`, `append`, `prepend`";
                let problem = Problem::InvalidWord { text: other.to_owned(), allowed };
                self.find(problem, node.get("operation").unwrap_or(node));
                Operation::Overwrite
            }
        };
        let empty = Node::from(Vec::new());
        let src = node.get("src").unwrap_or(&empty);
        let src = ParameterSource {
            dependency_name: text(src, "dependencyName"),
            context_key: text(src, "contextKey"),
            context_template: text(src, "contextTemplate"),
            data_key: text(src, "dataKey"),
            data_template: text(src, "dataTemplate"),
            value: optional(src, "value"),
            use_raw_data: src.get("useRawData").is_some_and(Node::is_true),
        };
        Parameter { src, dest: text(node, "dest"), operation }
    }

    fn retry(&mut self, node: &Node) -> Retry {
        let duration = node.get("duration").and_then(|value| match (value.text(), value.number()) {
            (Some(text), _) => text.parse().ok().or_else(|| {
                self.find(Problem::InvalidDuration { text: text.to_owned() }, value);
                None
            }),
            (None, Some(nanoseconds)) => {
                let nanoseconds = nanoseconds.as_i64().and_then(|n| u64::try_from(n).ok());
                nanoseconds.map(|n| GoDuration(Duration::from_nanos(n)))
            }
            _ => None,
        });
        let number = |key: &str| node.get(key).and_then(Node::number);
        Retry {
            steps: number("steps").and_then(|steps| u32::try_from(steps.as_i64()?).ok()),
            duration,
            factor: number("factor").map(|factor| factor.as_f64()),
            jitter: number("jitter").map(|jitter| jitter.as_f64()),
        }
    }

    /// Without a policy any answer to a call is a success.
    fn success(&mut self, policy: Option<&Node>, answers: bool) -> Option<Success> {
        let any = answers.then_some(Success::AnyStatus);
        let Some(policy) = policy else { return any };
        if let Some(allow) = policy.find(&["status", "allow"]) {
            let codes = allow.items().iter().filter_map(|code| u16::try_from(code.number()?.as_i64()?).ok());
            return Some(Success::Status(codes.collect()));
        }
        let Some(k8s) = policy.get("k8s") else { return any };
        let labels = k8s.get("labels").map(Node::entries).unwrap_or_default();
        Some(Success::Labels(LabelPolicy {
            labels: labels
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.text().unwrap_or_default().to_owned()))
                .collect(),
            backoff: k8s.get("backoff").map(|backoff| self.retry(backoff)),
            error_on_backoff_timeout: k8s.get("errorOnBackoffTimeout").is_some_and(Node::is_true),
        }))
    }
}

/// What a trigger and its `dlqTrigger` have in common.
struct Common {
    name: String,
    action: Action,
    retry: Option<Retry>,
    success: Option<Success>,
}
