//! From an action of the plan and the events of a firing to a finished action.

use crate::firing::{FiringId, Taken};
use crate::trigger::TriggerError;
use aev_dialects::foreign::Ported;
use aev_plan::argo::{Operation, Template};
use aev_plan::duration::GoDuration;
use aev_plan::eval::{Missing, Value};
use aev_plan::event::Event;
use aev_plan::finished::{
    Finished, FinishedCustom, FinishedHttp, FinishedNats, FinishedPatch, HeaderContent, LoggedEvent,
};
use aev_plan::json::Json;
use aev_plan::model::{self, BasicAuth, Binding, GrpcServer, HeaderValue, NatsAuth, Tls};
use aev_plan::patch;

/// Kubernetes allows names of 63 characters in the kinds that matter here, and labels of so many everywhere.
const NAME_LENGTH: usize = 63;
/// Digits of the firing id in the name of a created object.
const NAME_DIGITS: usize = 16;

/// An action, prepared.
#[derive(Clone, Debug)]
pub struct Action {
    kind: Kind,
    /// For each name of the action the streams it stands for.
    bindings: Vec<Vec<String>>,
    sensor: String,
    trigger: String,
}

#[derive(Clone, Debug)]
enum Kind {
    Create(Value),
    Http(Box<Call>),
    Nats(Box<Message>),
    Custom(Box<Foreign>),
    Log,
    Argo(Box<Template>),
}

#[derive(Clone, Debug)]
struct Call {
    url: Value,
    method: String,
    headers: Vec<(String, Header)>,
    payload: Option<Value>,
    timeout: Option<GoDuration>,
    basic_auth: Option<BasicAuth>,
}

#[derive(Clone, Debug)]
struct Message {
    url: String,
    subject: Value,
    payload: Value,
    tls: Option<Tls>,
    auth: Option<NatsAuth>,
}

#[derive(Clone, Debug)]
struct Foreign {
    server: GrpcServer,
    spec: Vec<(String, Value)>,
    patches: Vec<(String, Operation, Value)>,
    payload: Option<Value>,
}

#[derive(Clone, Debug)]
enum Header {
    Value(Value),
    Fixed(HeaderContent),
}

impl Action {
    /// Prepares an action. `sensor` and `trigger` are the names that a created object is labelled with.
    ///
    /// # Errors
    /// An expression reads an event that has no such name, or has a wrong pattern.
    pub fn prepare(
        action: &model::Action,
        bindings: &[Binding],
        sensor: &str,
        trigger: &str,
    ) -> Result<Action, TriggerError> {
        let names: Vec<&str> = bindings.iter().map(|binding| binding.name.as_str()).collect();
        let value = |expr| Value::prepare(expr, &names, &Ported);
        let kind = match action {
            model::Action::K8sCreate(object) => Kind::Create(value(object)?),
            model::Action::Log => Kind::Log,
            model::Action::Argo(template) => Kind::Argo(template.clone()),
            model::Action::Raw => return Err(TriggerError::Unsupported("raw".to_owned())),
            model::Action::Call(call) => return Err(TriggerError::Unsupported(call.kind.clone())),
            model::Action::Nats(nats) => Kind::Nats(Box::new(Message {
                url: nats.url.clone(),
                subject: value(&nats.subject)?,
                payload: value(&nats.payload)?,
                tls: nats.tls.clone(),
                auth: nats.auth.clone(),
            })),
            model::Action::Custom(custom) => {
                let spec = custom.spec.iter().map(|entry| Ok((entry.name.clone(), value(&entry.value)?)));
                let patches = custom
                    .patches
                    .iter()
                    .map(|one| Ok((patch::destination(&one.path), one.operation, value(&one.value)?)));
                Kind::Custom(Box::new(Foreign {
                    server: custom.server.clone(),
                    spec: spec.collect::<Result<_, TriggerError>>()?,
                    patches: patches.collect::<Result<_, TriggerError>>()?,
                    payload: custom.payload.as_ref().map(value).transpose()?,
                }))
            }
            model::Action::Http(http) => {
                let headers = http.headers.iter().map(|header| {
                    let content = match &header.value {
                        HeaderValue::Text(expr) => Header::Value(value(expr)?),
                        HeaderValue::Secret(secret) => Header::Fixed(HeaderContent::Secret(secret.clone())),
                        HeaderValue::ConfigMap(member) => {
                            Header::Fixed(HeaderContent::ConfigMap(member.clone()))
                        }
                    };
                    Ok((header.name.clone(), content))
                });
                Kind::Http(Box::new(Call {
                    url: value(&http.url)?,
                    method: if http.method.is_empty() { "POST".to_owned() } else { http.method.clone() },
                    headers: headers.collect::<Result<_, TriggerError>>()?,
                    payload: http.payload.as_ref().map(value).transpose()?,
                    timeout: http.timeout,
                    basic_auth: http.basic_auth.clone(),
                }))
            }
        };
        let bindings = bindings.iter().map(|binding| binding.streams.clone()).collect();
        Ok(Action { kind, bindings, sensor: sensor.to_owned(), trigger: trigger.to_owned() })
    }

    /// Fills in the events of a firing. The same events and id give the same action.
    ///
    /// # Errors
    /// A value that it needs is absent, or what should be an object is none; in words without values of the event.
    pub fn finish(&self, firing: &FiringId, events: &[Taken]) -> Result<Finished, String> {
        let scope: Vec<Option<&Event>> =
            self.bindings.iter().map(|streams| newest(streams, events)).collect();
        let finished = match &self.kind {
            Kind::Create(value) => value.json(&scope).map(|object| Finished::K8sCreate { object }),
            Kind::Http(call) => call.finish(&scope),
            Kind::Nats(message) => message.finish(&scope),
            Kind::Custom(foreign) => foreign.finish(&scope),
            Kind::Log => Ok(Finished::Log { events: events.iter().map(logged).collect() }),
            Kind::Argo(template) => {
                let events = events.iter().map(|taken| (&*taken.stream, &*taken.event)).collect();
                let finished = aev_dialects::template::finish(template, &events);
                return self.identified(finished.map_err(|error| error.to_string())?, firing);
            }
        };
        self.identified(finished.map_err(|missing| missing.to_string())?, firing)
    }

    /// Puts the id of the firing where a repetition is recognised by it.
    fn identified(&self, action: Finished, firing: &FiringId) -> Result<Finished, String> {
        match action {
            Finished::K8sCreate { object } => {
                self.named(object, firing).map(|object| Finished::K8sCreate { object })
            }
            Finished::Http(mut http) => {
                if !http.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("Idempotency-Key")) {
                    let key = HeaderContent::Text(firing.to_string());
                    http.headers.push(("Idempotency-Key".to_owned(), key));
                }
                Ok(Finished::Http(http))
            }
            // Whoever publishes a message or calls a foreign server puts the id into a header.
            other @ (Finished::Nats(_) | Finished::Custom(_) | Finished::Log { .. }) => Ok(other),
        }
    }

    /// Gives an object its name from the firing where it left the choice open, so that a repetition creates nothing twice;
    /// the labels that Argo adds, but for its `action-timestamp`, which would differ at every attempt; and the id.
    fn named(&self, object: Json, firing: &FiringId) -> Result<Json, String> {
        let Json::Object(mut members) = object else {
            return Err(format!("what is to be created is no object ({})", object.kind()));
        };
        let metadata = entry(&mut members, "metadata")?;
        metadata.retain(|(key, value)| key != "name" || value.as_str() != Some(""));
        let has_name = metadata.iter().any(|(key, _)| key == "name");
        let open = metadata.iter_mut().find(|(key, _)| key == "generateName" && !has_name);
        if let Some((key, value)) = open {
            let prefix: String =
                value.as_str().unwrap_or_default().chars().take(NAME_LENGTH - NAME_DIGITS).collect();
            let digits: String = firing.as_str().chars().take(NAME_DIGITS).collect();
            *key = "name".to_owned();
            *value = Json::from(format!("{prefix}{digits}"));
        }
        let labels = entry(metadata, "labels")?;
        for (key, value) in [("sensor", &self.sensor), ("trigger", &self.trigger)] {
            if is_label(value) {
                set(labels, &format!("events.argoproj.io/{key}"), value);
            }
        }
        set(entry(metadata, "annotations")?, "aev.dev/firing", firing.as_str());
        Ok(Json::Object(members))
    }
}

impl Call {
    fn finish(&self, scope: &[Option<&Event>]) -> Result<Finished, Missing> {
        let mut headers: Vec<(String, HeaderContent)> = Vec::new();
        for (name, header) in &self.headers {
            let content = match header {
                Header::Fixed(content) => content.clone(),
                Header::Value(value) => HeaderContent::Text(value.text(scope)?),
            };
            headers.retain(|(earlier, _)| !earlier.eq_ignore_ascii_case(name));
            headers.push((name.clone(), content));
        }
        Ok(Finished::Http(Box::new(FinishedHttp {
            method: self.method.clone(),
            url: self.url.text(scope)?,
            headers,
            body: self.payload.as_ref().map(|payload| payload.json(scope)).transpose()?,
            timeout: self.timeout,
            basic_auth: self.basic_auth.clone(),
        })))
    }
}

impl Message {
    fn finish(&self, scope: &[Option<&Event>]) -> Result<Finished, Missing> {
        Ok(Finished::Nats(Box::new(FinishedNats {
            url: self.url.clone(),
            subject: self.subject.text(scope)?,
            body: self.payload.json(scope)?,
            tls: self.tls.clone(),
            auth: self.auth.clone(),
        })))
    }
}

impl Foreign {
    fn finish(&self, scope: &[Option<&Event>]) -> Result<Finished, Missing> {
        let spec = self.spec.iter().map(|(name, value)| Ok((name.clone(), value.text(scope)?)));
        let patches = self.patches.iter().map(|(dest, operation, value)| {
            let value = match operation {
                Operation::Overwrite => value.json(scope)?,
                Operation::Append | Operation::Prepend => Json::String(value.text(scope)?),
            };
            Ok(FinishedPatch { dest: dest.clone(), operation: *operation, value })
        });
        Ok(Finished::Custom(Box::new(FinishedCustom {
            server: self.server.clone(),
            spec: spec.collect::<Result<_, Missing>>()?,
            patches: patches.collect::<Result<_, Missing>>()?,
            payload: self.payload.as_ref().map(|payload| payload.json(scope)).transpose()?,
        })))
    }
}

fn logged(taken: &Taken) -> LoggedEvent {
    LoggedEvent {
        stream: taken.stream.to_string(),
        context: taken.event.context(),
        data: taken.event.data.root().to_json(),
    }
}

/// Of the events of these streams the one that came last.
fn newest<'e>(streams: &[String], events: &'e [Taken]) -> Option<&'e Event> {
    let bound = events.iter().filter(|taken| streams.iter().any(|stream| **stream == *taken.stream));
    bound.max_by_key(|taken| taken.order).map(|taken| &*taken.event)
}

/// The members of an object within an object, made when it is not there.
fn entry<'m>(members: &'m mut Vec<(String, Json)>, key: &str) -> Result<&'m mut Vec<(String, Json)>, String> {
    let at = members.iter().position(|(name, _)| name == key).unwrap_or(members.len());
    if at == members.len() {
        members.push((key.to_owned(), Json::Object(Vec::new())));
    }
    match members.get_mut(at) {
        Some((_, Json::Object(inner))) => Ok(inner),
        _ => Err(format!("`{key}` of what is to be created is no object")),
    }
}

fn set(members: &mut Vec<(String, Json)>, key: &str, value: &str) {
    match members.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) => *old = value.into(),
        None => members.push((key.to_owned(), value.into())),
    }
}

/// A label value that Kubernetes takes; with another one it would refuse the whole object.
fn is_label(value: &str) -> bool {
    let ends = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    value.len() <= NAME_LENGTH
        && ends(value.bytes().next())
        && ends(value.bytes().last())
        && value.bytes().all(inner)
}
