//! The parameters of an action that sends something.
//!
//! The body and the headers take parameters of their own, which know neither `append` nor an event that is absent: a
//! missing one stops Argo's pod. What needs either is said by parameters of the trigger, which change those parameters
//! before they are used.

use super::scope::Scope;
use crate::forms::{self, Kind};
use crate::gjson::{Place, destination};
use crate::node::{Fields, Node};
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::{Operation, Parameter, ParameterSource};
use aev_plan::eval::text_of_json;
use aev_plan::expr::Expr;
use aev_plan::model::{Header, HeaderValue, SecretRef};
use aev_plan::origin::Origin;

/// A secret or a config map as Argo names one of its members.
pub(super) fn selector(name: &str, key: &str, origin: Origin) -> Fields {
    let mut fields = Fields::at(origin);
    fields.put("name", name);
    fields.put("key", key);
    fields
}

/// A selector of a secret.
pub(super) fn secret(secret: &SecretRef, origin: Origin) -> Fields {
    selector(&secret.name, &secret.key, origin)
}

/// Puts headers where Argo has them: constant text, and what it reads from secrets and config maps itself. Those that come
/// from events are entries of the call.
pub(super) fn headers(
    fields: &mut Fields,
    call: &mut Call<'_>,
    headers: &[Header],
    origin: Origin,
) -> Result<(), Refusal> {
    let mut plain = Fields::at(origin);
    let mut secure = Vec::new();
    for header in headers {
        match &header.value {
            HeaderValue::Text(text) => {
                if let Some(text) = call.header(&header.name, text)? {
                    plain.put(header.name.as_str(), text);
                }
            }
            HeaderValue::Secret(reference) => {
                secure.push(secure_header(&header.name, "secretKeyRef", secret(reference, origin), origin))
            }
            HeaderValue::ConfigMap(map) => secure.push(secure_header(
                &header.name,
                "configMapKeyRef",
                selector(&map.name, &map.key, origin),
                origin,
            )),
        }
    }
    if !plain.is_empty() {
        fields.put("headers", plain);
    }
    fields.put_list("secureHeaders", secure);
    Ok(())
}

/// A header whose value Argo reads when it makes the call. `place` is what `selector` selects from.
fn secure_header(name: &str, place: &str, selector: Fields, origin: Origin) -> Node {
    let mut value = Fields::at(origin);
    value.put(place, selector);
    let mut fields = Fields::at(origin);
    fields.put("name", name);
    fields.put("valueFrom", value);
    fields.into()
}

/// Stands in a field that comes from events, for Argo's validation.
const STAND_IN: &str = "set-by-a-parameter";

/// The parameters of an action under construction.
pub(super) struct Call<'a> {
    /// Argo's name of the action.
    kind: &'static str,
    scope: Scope<'a>,
    origin: Origin,
    /// Those of the list that is being built.
    pub(super) entries: Vec<(Parameter, Origin)>,
    /// Those of the trigger.
    pub(super) trigger: Vec<(Parameter, Origin)>,
}

impl<'a> Call<'a> {
    pub(super) fn new(kind: &'static str, scope: Scope<'a>, origin: Origin) -> Call<'a> {
        Call { kind, scope, origin, entries: Vec::new(), trigger: Vec::new() }
    }

    /// A text field of the action itself.
    pub(super) fn field(&mut self, name: &str, text: &Expr) -> Result<String, Refusal> {
        if let Some(text) = forms::fold(text).map(|value| text_of_json(&value).into_owned()) {
            return Ok(text);
        }
        let origin = forms::origin(text).unwrap_or(self.origin);
        let (prefix, sources) = match forms::parts(text, &self.scope)? {
            Some(parts) => (parts.prefix, parts.parts),
            None => (String::new(), vec![forms::value(text, Kind::Text, &self.scope)?]),
        };
        // What stands there is read with gjson, which does not know `:0`.
        if let Some(key) = numbered(name).filter(|_| sources.len() > usize::from(prefix.is_empty())) {
            return Err(forms::refuse(text, Reason::NoValueForm(NoValueForm::NumericKey { key })));
        }
        self.chain(&format!("{}.{name}", self.kind), prefix.is_empty(), sources, origin);
        Ok(if prefix.is_empty() { STAND_IN.to_owned() } else { prefix })
    }

    /// The text of a constant header; one with event values becomes a parameter.
    pub(super) fn header(&mut self, name: &str, value: &Expr) -> Result<Option<String>, Refusal> {
        if let Some(text) = forms::fold(value).map(|value| text_of_json(&value).into_owned()) {
            return Ok(Some(text));
        }
        self.entry("dynamicHeaders", value, name.to_owned(), Kind::Text)?;
        Ok(None)
    }

    pub(super) fn payload(&mut self, value: &Expr, places: &mut Vec<Place>) -> Result<(), Refusal> {
        match (forms::fold(value), value) {
            // The whole body is not written as JSON but as it is.
            (Some(value), _) if places.is_empty() => self.entry(
                "payload",
                &Expr::text(text_of_json(&value).into_owned()),
                String::new(),
                Kind::Text,
            ),
            (Some(value), _) => self.entry("payload", &Expr::Const(value), destination(places), Kind::Json),
            (None, Expr::Object(members)) => {
                for (key, value) in members {
                    places.push(Place::Key(key.clone()));
                    self.payload(value, places)?;
                    places.pop();
                }
                Ok(())
            }
            (None, Expr::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    places.push(Place::Index(index));
                    self.payload(value, places)?;
                    places.pop();
                }
                Ok(())
            }
            _ => self.entry("payload", value, destination(places), Kind::Json),
        }
    }

    /// One parameter of the headers or the body.
    fn entry(&mut self, list: &str, value: &Expr, dest: String, kind: Kind) -> Result<(), Refusal> {
        let origin = forms::origin(value).unwrap_or(self.origin);
        let place = format!("{}.{list}.{}.src", self.kind, self.entries.len());
        let src = match forms::parts(value, &self.scope)? {
            Some(parts) => {
                let anchor = self.scope.anchors().into_iter().next().unwrap_or_default();
                let neighbour = parts.parts.first().and_then(|sources| sources.first());
                let dependency_name = neighbour.map_or(anchor, |source| source.dependency_name.clone());
                let prefix = (!parts.prefix.is_empty() || parts.parts.is_empty()).then_some(parts.prefix);
                self.chain(&format!("{place}.value"), prefix.is_none(), parts.parts, origin);
                ParameterSource { dependency_name, value: prefix, ..ParameterSource::default() }
            }
            None => self.switch(&place, forms::value(value, kind, &self.scope)?, value, origin)?,
        };
        let dest = if dest.is_empty() && list == "payload" { self.whole(&place, origin) } else { dest };
        self.entries.push((Parameter { src, dest, operation: Operation::Overwrite }, origin));
        Ok(())
    }

    /// The destination of what is the whole payload. It is empty, but Argo's validation takes an empty one from `http`
    /// alone; elsewhere a parameter of the trigger empties it afterwards.
    fn whole(&mut self, place: &str, origin: Origin) -> String {
        if self.kind == "http" {
            return String::new();
        }
        let dependency_name = self.scope.anchors().into_iter().next().unwrap_or_default();
        let src =
            ParameterSource { dependency_name, value: Some(String::new()), ..ParameterSource::default() };
        let dest = format!("{}dest", place.strip_suffix("src").unwrap_or(place));
        self.trigger.push((Parameter { src, dest, operation: Operation::Overwrite }, origin));
        STAND_IN.to_owned()
    }

    /// Text from parts: each part is appended to what stands there.
    fn chain(&mut self, dest: &str, overwrites: bool, parts: Vec<Vec<ParameterSource>>, origin: Origin) {
        for (index, sources) in parts.into_iter().enumerate() {
            let operation = if index == 0 && overwrites { Operation::Overwrite } else { Operation::Append };
            for src in sources {
                self.trigger.push((Parameter { src, dest: dest.to_owned(), operation }, origin));
            }
        }
    }

    /// One source out of several: the later ones replace what differs, where their event is there.
    fn switch(
        &mut self,
        place: &str,
        sources: Vec<ParameterSource>,
        value: &Expr,
        origin: Origin,
    ) -> Result<ParameterSource, Refusal> {
        let raw = sources.iter().any(|source| source.use_raw_data);
        let mut rest = sources.into_iter();
        let first = rest.next().unwrap_or_default();
        let rest: Vec<ParameterSource> = rest.collect();
        type Field = (&'static str, fn(&ParameterSource) -> &String);
        let fields: [Field; 2] =
            [("dependencyName", |source| &source.dependency_name), ("dataKey", |source| &source.data_key)];
        for source in &rest {
            for (name, field) in fields {
                if rest.iter().all(|other| field(other) == field(&first)) {
                    continue;
                }
                if field(source).contains("{{") {
                    return Err(forms::refuse(value, Reason::NoValueForm(NoValueForm::Braces)));
                }
                let src = ParameterSource {
                    dependency_name: source.dependency_name.clone(),
                    data_template: field(source).clone(),
                    ..ParameterSource::default()
                };
                let dest = format!("{place}.{name}");
                self.trigger.push((Parameter { src, dest, operation: Operation::Overwrite }, origin));
            }
        }
        Ok(ParameterSource { use_raw_data: raw, ..first })
    }
}

/// The key of a path for sjson that would be taken for the index of a list.
fn numbered(path: &str) -> Option<String> {
    let mut escaped = false;
    let keys = path.split(|c| {
        let ends = c == '.' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    keys.filter_map(|key| key.strip_prefix(':')).map(str::to_owned).next()
}
