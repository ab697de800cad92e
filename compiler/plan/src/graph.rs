//! A plan as a picture: sources, streams, triggers and what they lead to.

use crate::expr::Expr;
use crate::json::Json;
use crate::model::{Action, Condition, From, Plan, Sensor, Stream};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A language that draws graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A Mermaid flowchart.
    Mermaid,
    /// A Graphviz digraph.
    Dot,
}

/// Draws a plan. The text depends on nothing but the plan.
pub fn draw(plan: &Plan, form: Form) -> String {
    let graph = Graph::of(plan);
    match form {
        Form::Mermaid => graph.mermaid(),
        Form::Dot => graph.dot(&plan.name),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Event,
    Filter,
    Join,
    Trigger,
    Action,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Plain,
    /// One of several that must all come.
    Joined,
    /// Only after the last attempt has failed.
    Failure,
    /// Cancels.
    Without,
}

/// Nodes are numbered in the order in which they are met; that number is their name in the drawing.
#[derive(Default)]
struct Graph {
    nodes: Vec<(Shape, String)>,
    edges: Vec<(usize, usize, Line)>,
    /// Which node stands for what.
    known: BTreeMap<String, usize>,
}

/// A sensor and its streams by name.
struct Scope<'p> {
    sensor: &'p str,
    streams: BTreeMap<&'p str, &'p Stream>,
}

impl Graph {
    fn of(plan: &Plan) -> Graph {
        let mut graph = Graph::default();
        for source in &plan.sources {
            for event in &source.events {
                let name = if event.name == source.name {
                    &source.name
                } else {
                    &format!("{}.{}", source.name, event.name)
                };
                let owner = if source.external { "external " } else { "" };
                graph.node(
                    &event_key(&source.name, &event.name),
                    Shape::Event,
                    &format!("{name}\n{owner}{}", event.kind),
                );
            }
        }
        for sensor in &plan.sensors {
            let owner = if sensor.name == plan.name { String::new() } else { format!("{}/", sensor.name) };
            graph.sensor(sensor, &owner);
        }
        graph
    }

    /// `owner` stands before the names of what is in a sensor of another name than the pipeline's.
    fn sensor(&mut self, sensor: &Sensor, owner: &str) {
        let streams = sensor.streams.iter().map(|stream| (stream.name.as_str(), stream)).collect();
        let scope = Scope { sensor: &sensor.name, streams };
        for stream in &sensor.streams {
            if let (From::Stream(_), _) | (_, true) = (&stream.from, stream.declared) {
                let from = self.origin_of(&scope, &stream.from);
                let node =
                    self.node(&scope.key(&stream.name), Shape::Filter, &format!("{owner}{}", stream.name));
                self.edges.push((from, node, Line::Plain));
            }
        }
        for trigger in &sensor.triggers {
            let key = format!("trigger {} {}", sensor.name, trigger.name);
            let suspended = if trigger.flow.suspend.is_some() { "\nsuspended" } else { "" };
            let node = self.node(&key, Shape::Trigger, &format!("{owner}{}{suspended}", trigger.name));
            self.condition(&scope, &trigger.on, &key, node, Line::Plain);
            for name in trigger.flow.after.iter().flat_map(|after| &after.without.streams) {
                self.condition(&scope, &Condition::Stream(name.clone()), &key, node, Line::Without);
            }
            let action = self.node(&format!("{key} action"), Shape::Action, &describe(&trigger.action));
            self.edges.push((node, action, Line::Plain));
            if let Some(fallback) = &trigger.on_failure {
                let label = format!("{}\n{}", fallback.name, describe(&fallback.action));
                let fallback = self.node(&format!("{key} failure"), Shape::Action, &label);
                self.edges.push((action, fallback, Line::Failure));
            }
        }
    }

    fn condition(&mut self, scope: &Scope<'_>, condition: &Condition, key: &str, to: usize, line: Line) {
        match condition {
            Condition::Stream(name) => {
                let from = self.stream(scope, name);
                self.edges.push((from, to, line));
            }
            Condition::Or(parts) => {
                for part in parts {
                    self.condition(scope, part, key, to, line);
                }
            }
            Condition::And(parts) => {
                let join = self.node(&format!("{key} {}", self.nodes.len()), Shape::Join, "and");
                for part in parts {
                    self.condition(scope, part, key, join, Line::Joined);
                }
                self.edges.push((join, to, line));
            }
        }
    }

    /// The node that stands for what a stream reads.
    fn origin_of(&mut self, scope: &Scope<'_>, from: &From) -> usize {
        match from {
            From::Event { source, event } => {
                self.node(&event_key(source, event), Shape::Event, &format!("{source}.{event}"))
            }
            From::Stream(name) => self.stream(scope, name),
        }
    }

    /// The node of a stream: that of the event itself where no filter was written.
    fn stream(&mut self, scope: &Scope<'_>, name: &str) -> usize {
        match scope.streams.get(name) {
            Some(stream) if !stream.declared && matches!(stream.from, From::Event { .. }) => {
                self.origin_of(scope, &stream.from)
            }
            _ => self.node(&scope.key(name), Shape::Filter, name),
        }
    }

    fn node(&mut self, key: &str, shape: Shape, label: &str) -> usize {
        if let Some(index) = self.known.get(key) {
            return *index;
        }
        let index = self.nodes.len();
        self.nodes.push((shape, label.to_owned()));
        self.known.insert(key.to_owned(), index);
        index
    }

    fn mermaid(&self) -> String {
        let mut out = String::from("flowchart LR\n");
        for (index, (shape, label)) in self.nodes.iter().enumerate() {
            let label = label
                .replace('&', "#amp;")
                .replace('"', "#quot;")
                .replace('<', "#lt;")
                .replace('\n', "<br/>");
            let (open, close) = match shape {
                Shape::Event => ("([", "])"),
                Shape::Filter => ("{{", "}}"),
                Shape::Join => ("((", "))"),
                Shape::Trigger => ("[", "]"),
                Shape::Action => ("[/", "/]"),
            };
            let _ = writeln!(out, "  n{index}{open}\"{label}\"{close}");
        }
        for (from, to, line) in &self.edges {
            let arrow = match line {
                Line::Plain => "-->",
                Line::Joined => "---",
                Line::Failure => "-. on failure .->",
                Line::Without => "-. without .->",
            };
            let _ = writeln!(out, "  n{from} {arrow} n{to}");
        }
        out
    }

    fn dot(&self, name: &str) -> String {
        let quoted = |text: &str| {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
        };
        let mut out = format!("digraph {} {{\n  rankdir=LR;\n", quoted(name));
        for (index, (shape, label)) in self.nodes.iter().enumerate() {
            let shape = match shape {
                Shape::Event => "oval",
                Shape::Filter => "hexagon",
                Shape::Join => "circle",
                Shape::Trigger => "box",
                Shape::Action => "parallelogram",
            };
            let _ = writeln!(out, "  n{index} [shape={shape}, label={}];", quoted(label));
        }
        for (from, to, line) in &self.edges {
            let style = match line {
                Line::Plain => "",
                Line::Joined => " [arrowhead=none]",
                Line::Failure => " [style=dotted, label=\"on failure\"]",
                Line::Without => " [style=dotted, label=\"without\"]",
            };
            let _ = writeln!(out, "  n{from} -> n{to}{style};");
        }
        out.push_str("}\n");
        out
    }
}

fn event_key(source: &str, event: &str) -> String {
    format!("event {source} {event}")
}

impl Scope<'_> {
    fn key(&self, stream: &str) -> String {
        format!("stream {} {stream}", self.sensor)
    }
}

/// What an action is, in a few words.
fn describe(action: &Action) -> String {
    match action {
        Action::K8sCreate(object) => {
            let member = |name| match object {
                Expr::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
                _ => None,
            };
            let constant = match object {
                Expr::Const(json) => json.get("kind"),
                _ => match member("kind") {
                    Some(Expr::Const(kind)) => Some(kind),
                    _ => None,
                },
            };
            format!("create {}", constant.and_then(Json::as_str).unwrap_or("an object"))
        }
        Action::Http(http) => format!("http {}", http.method),
        Action::Nats(_) => "nats".to_owned(),
        Action::Custom(_) => "custom".to_owned(),
        Action::Log => "log".to_owned(),
        Action::Raw => "raw".to_owned(),
        Action::Call(call) => call.kind.clone(),
        Action::Argo(template) => match &template.template {
            Json::Object(members) => members.first().map(|(kind, _)| kind.clone()).unwrap_or_default(),
            _ => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Binding, Delivery, Event, Predicate, Source, Trigger};

    fn stream(name: &str, from: From, declared: bool) -> Stream {
        let (description, origin) = Default::default();
        Stream {
            name: name.into(),
            from,
            transform: None,
            predicate: Predicate::Always,
            declared,
            description,
            raw: None,
            origin,
        }
    }

    fn plan() -> Plan {
        let event = |name: &str, kind: &str| Event {
            name: name.into(),
            kind: kind.into(),
            config: Json::Null,
            verify: None,
            condition: None,
            description: None,
            raw: None,
            origin: Default::default(),
        };
        let source = |name: &str, events| Source {
            name: name.into(),
            external: true,
            bus: None,
            events,
            workload: Default::default(),
            service: crate::model::Service::default(),
            description: None,
            raw: None,
            origin: Default::default(),
        };
        let from = |source: &str, event: &str| From::Event { source: source.into(), event: event.into() };
        let both = vec![Condition::Stream("built".into()), Condition::Stream("chat-said".into())];
        let trigger = Trigger {
            name: "ship".into(),
            on: Condition::And(both),
            bindings: vec![Binding { name: "b".into(), streams: vec!["built".into()] }],
            action: Action::K8sCreate(Expr::Const([("kind", Json::from("Workflow"))].into_iter().collect())),
            deliver: Delivery::AtLeastOnce,
            resets: vec![],
            rate: None,
            max_running: None,
            max_running_origin: Default::default(),
            flow: Default::default(),
            retry: None,
            success: None,
            on_failure: None,
            description: None,
            raw: None,
            origin: Default::default(),
        };
        let sensor = Sensor {
            name: "release".into(),
            bus: None,
            service_account: None,
            streams: vec![
                stream("built", from("ci", "ci"), true),
                stream("chat-said", from("chat", "said"), false),
            ],
            triggers: vec![trigger],
            workload: Default::default(),
            description: None,
            raw: None,
            origin: Default::default(),
        };
        Plan {
            name: "release".into(),
            sources: vec![
                source("ci", vec![event("ci", "webhook")]),
                source("chat", vec![event("said", "slack")]),
            ],
            sensors: vec![sensor],
            ..Plan::default()
        }
    }

    #[test]
    fn draws_events_filters_joins_and_actions() {
        assert_eq!(
            draw(&plan(), Form::Mermaid),
            "flowchart LR
  n0([\"ci<br/>external webhook\"])
  n1([\"chat.said<br/>external slack\"])
  n2{{\"built\"}}
  n3[\"ship\"]
  n4((\"and\"))
  n5[/\"create Workflow\"/]
  n0 --> n2
  n2 --- n4
  n1 --- n4
  n4 --> n3
  n3 --> n5
"
        );
    }

    #[test]
    fn quotes_names_for_dot() {
        let mut plan = plan();
        plan.name = "a \"b\"".into();
        let drawn = draw(&plan, Form::Dot);
        assert!(drawn.starts_with("digraph \"a \\\"b\\\"\" {\n"), "{drawn}");
        assert!(drawn.contains("n0 [shape=oval, label=\"ci\\nexternal webhook\"];"), "{drawn}");
        assert!(drawn.contains("n2 -> n4 [arrowhead=none];"), "{drawn}");
    }
}
