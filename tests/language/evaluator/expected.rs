//! What becomes of an event in a pipeline, by the tree of its text.

use super::events::Sent;
use super::meaning::{Event, Found, Gone, Meaning, Named, Scope};
use super::numbers::by_jq;
use super::table::Table;
use super::time::Moment;
use super::types::Ty;
use super::value::Value;
use aev_language::syntax::ast::{
    ConditionKind, Entry, Expr, ExprKind, File, Filter, ItemKind, Mapping, Object, SourceBody, Trigger,
};

/// What is expected of an event.
#[derive(Debug, Default, PartialEq)]
pub struct Outcome {
    /// Filters and whether they pass it, by name.
    pub filters: Vec<(String, bool)>,
    /// What each trigger that fires sends, or why it cannot.
    pub sent: Vec<(String, Result<String, Gone>)>,
}

/// A pipeline.
pub struct Pipeline<'f> {
    file: &'f File,
    meaning: Meaning<'f>,
}

impl<'f> Pipeline<'f> {
    pub fn new(file: &'f File, table: &'f Table) -> Pipeline<'f> {
        let lets = file.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Let(constant) => Some((constant.name.value.as_str(), &constant.value)),
            _ => None,
        });
        Pipeline { file, meaning: Meaning { lets: lets.collect(), table } }
    }

    pub fn outcome(&self, sent: &Sent) -> Outcome {
        let event = Event {
            id: "id-1".to_owned(),
            source: sent.source.to_owned(),
            subject: sent.source.to_owned(),
            time: Moment::read(sent.time).unwrap(),
            data: Value::read(&sent.data).unwrap(),
            bytes: sent.data.clone(),
            headers: true,
        };
        let mut outcome = Outcome::default();
        for item in &self.file.items {
            match &item.kind {
                ItemKind::Filter(filter) if self.source(&filter.name.value) == sent.source => {
                    let passed = self.passed(&filter.name.value, &event).is_some();
                    outcome.filters.push((filter.name.value.clone(), passed));
                }
                ItemKind::Trigger(trigger) => {
                    let ConditionKind::Ref(on) = &trigger.on.kind else { panic!("one name") };
                    let stream = &on.segments[0].value;
                    if self.source(stream) != sent.source {
                        continue;
                    }
                    let name = trigger.on.alias.as_ref().map_or(stream, |alias| &alias.value);
                    if let Some((event, ty)) = self.passed(stream, &event) {
                        let scope =
                            Scope { names: vec![(name.clone(), Named::Event(&event, &ty))], in_where: false };
                        let found = self.sent(trigger, &scope);
                        outcome.sent.push((trigger.name.value.clone(), found.map(|value| value.to_string())));
                    }
                }
                _ => {}
            }
        }
        outcome
    }

    fn filter(&self, name: &str) -> Option<&'f Filter> {
        self.file.items.iter().find_map(|item| match &item.kind {
            ItemKind::Filter(filter) if filter.name.value == name => Some(filter),
            _ => None,
        })
    }

    /// The source that a stream begins with.
    fn source<'n>(&self, name: &'n str) -> &'n str
    where
        'f: 'n,
    {
        self.filter(name).map_or(name, |filter| self.source(&filter.from.segments[0].value))
    }

    /// The event as a stream hands it on, and its type.
    fn passed(&self, stream: &str, event: &Event) -> Option<(Event, Ty)> {
        let Some(filter) = self.filter(stream) else {
            let body = self.file.items.iter().find_map(|item| match &item.kind {
                ItemKind::Source(source) if source.name.value == stream => match &source.body {
                    SourceBody::One(body) => Some(body.ty.as_ref()),
                    SourceBody::Group(_) => None,
                },
                _ => None,
            });
            return Some((event.clone(), Ty::webhook(body.expect("a source"))));
        };
        let from = &filter.from.segments[0].value;
        let (mut event, mut ty) = self.passed(from, event)?;
        let name = filter.alias.as_ref().map_or(from, |alias| &alias.value);
        if let Some(Mapping::Object(object)) = &filter.map {
            let scope = Scope { names: vec![(name.clone(), Named::Event(&event, &ty))], in_where: false };
            let data = as_jq_writes(&self.meaning.mapped(object, &scope).ok()?.sorted())?;
            let mapped = self.meaning.mapped_type(object, &scope);
            let bytes = data.to_string();
            event = Event { data, bytes, headers: false, ..event };
            ty = mapped;
        }
        if let Some(condition) = &filter.condition {
            let scope = Scope { names: vec![(name.clone(), Named::Event(&event, &ty))], in_where: true };
            if self.meaning.truth(condition, &scope) != Some(true) {
                return None;
            }
        }
        Some((event, ty))
    }

    /// The payload of a trigger or its one header.
    fn sent(&self, trigger: &Trigger, scope: &Scope<'_>) -> Found {
        let call = trigger.body.actions[0].object.as_ref().expect("a call");
        match field(call, "headers") {
            Some(headers) => {
                let ExprKind::Object(headers) = &headers.kind else { panic!("no headers") };
                let header = self.meaning.value(field(headers, "X-A").expect("a header"), scope)?;
                Ok(Value::Text(super::functions::in_text(&header)))
            }
            None => self.meaning.value(field(call, "payload").expect("a payload"), scope),
        }
    }
}

fn field<'o>(object: &'o Object, key: &str) -> Option<&'o Expr> {
    object.entries.iter().find_map(|entry| match entry {
        Entry::Field(field) if field.key.value == key => Some(&field.value),
        _ => None,
    })
}

/// What a `map` gives is written as jq writes it, which has no number beyond the doubles.
fn as_jq_writes(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Number(digits) => Value::Number(by_jq(digits)?),
        Value::List(items, _) => Value::list(items.iter().map(as_jq_writes).collect::<Option<_>>()?),
        Value::Object(members, _) => {
            let members = members.iter().map(|(key, value)| Some((key.clone(), as_jq_writes(value)?)));
            Value::object(members.collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}
