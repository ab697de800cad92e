//! Constants, by the shape that their place asks for.

use super::call::is_function;
use super::fields::Braces;
use super::wanted::wanted;
use super::{Check, bare, form, unbuilt_form};
use crate::compile::Target;
use crate::diagnostics::problems::{kinds, lints, names as name_problems, targets, types};
use crate::diagnostics::{Diagnostic, nearest, similar};
use crate::names::kubernetes;
use crate::report::missed;
use crate::syntax::ast::{Entry, Expr, ExprKind, ListEntry, Text, TextPart, UnaryOp};
use crate::types::declared::{constant_text, literal_text};
use aev_catalogue::Shape;
use aev_plan::cron::InvalidSchedule;
use aev_plan::duration::GoDuration;
use aev_plan::json::{Json, Number};
use aev_plan::model::{ConfigMapRef, SecretRef};

/// `secret("name", "key")` or `configmap("name", "key")`, and which of the two.
pub(super) enum Reference {
    Secret(SecretRef),
    ConfigMap(ConfigMapRef),
}

impl<'a> Check<'a> {
    /// A constant as Argo spells it; null where a mistake was reported.
    pub(super) fn constant(&mut self, expr: &'a Expr, shape: &'static Shape) -> Json {
        let expr = bare(expr);
        if self.excused(expr) {
            return Json::Null;
        }
        if let Some(json) = self.shaped(expr, shape) {
            return json;
        }
        if self.reports.cut_short(expr.span) {
            return Json::Null;
        }
        let at = self.reports.at(expr.span);
        if negative(expr).is_none()
            && let Some(form) = unbuilt_form(expr)
        {
            self.not_built(expr.span, &form);
            return Json::Null;
        }
        match &expr.kind {
            ExprKind::Call(callee, _) => match &callee.kind {
                ExprKind::Name(name) if matches!(name.as_str(), "secret" | "configmap") => {
                    self.reports.add(types::reference_misplaced(at, name, &wanted(shape)));
                }
                ExprKind::Name(name) if is_function(name) => {
                    self.reports.add(types::not_constant(at, &wanted(shape)));
                }
                _ => self.unknown_call(callee),
            },
            ExprKind::Name(name) if !self.constants_like(name).is_empty() => {
                let meant = self.constants_like(name);
                let problem = name_problems::unknown_in_expression(at, name, &meant, &[], false);
                self.reports.add_once(missed(name), problem);
            }
            ExprKind::Name(name) if is_text(shape) => {
                let meant = match shape {
                    Shape::Enum(values) if !values.contains(&name.as_str()) => {
                        nearest(name, values.iter().copied())
                    }
                    _ => None,
                };
                let meant = meant.unwrap_or(name);
                self.reports.add(types::text_without_quotes(at, meant, &wanted(shape)));
            }
            ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..) | ExprKind::Attribute(..) => {
                self.reports.add(types::not_constant(at, &wanted(shape)));
            }
            ExprKind::Text(_) if *shape == Shape::Secret => self.reports.add(types::secret_as_text(at)),
            ExprKind::Number(_) if *shape == Shape::Duration => {
                self.reports.add(kinds::duration_without_unit(at))
            }
            _ => {
                let problem = types::wrong_shape(at, &wanted(shape));
                self.reports.add(match mended(expr, shape) {
                    Some(meant) => problem
                        .help(format!("write `{meant}`"))
                        .replaced_by(format!("write `{meant}`"), meant),
                    None => problem,
                });
            }
        }
        Json::Null
    }

    /// The constants that may have been meant by a name.
    fn constants_like(&self, name: &str) -> Vec<&'a str> {
        similar(name, self.program.constants.iter().map(|constant| constant.name.value.as_str()))
    }

    /// The value when the expression has the form of the shape; wrong values of the right form are reported here.
    fn shaped(&mut self, expr: &'a Expr, shape: &'static Shape) -> Option<Json> {
        let at = self.reports.at(expr.span);
        match (shape, &expr.kind) {
            (Shape::Bool, ExprKind::Bool(value)) => Some(Json::Bool(*value)),
            (Shape::Int { min, max }, _) => {
                let number: i64 = negative(expr)?.parse().ok()?;
                self.within(expr, number as f64, *min as f64, *max as f64);
                Some(Json::from(number))
            }
            (Shape::Number { min, max }, _) => {
                let text = negative(expr)?;
                let number = Number::parse(&text)?;
                self.within(expr, number.as_f64(), *min, *max);
                Some(Json::Number(number))
            }
            (Shape::Port, ExprKind::Number(number)) => {
                let port: i64 = number.parse().ok()?;
                self.within(expr, port as f64, 1.0, 65_535.0);
                Some(Json::String(port.to_string()))
            }
            (Shape::QuotedInt { min, max }, _) => {
                let number: i64 = negative(expr)?.parse().ok()?;
                self.within(expr, number as f64, *min as f64, *max as f64);
                Some(Json::String(number.to_string()))
            }
            (Shape::Duration, ExprKind::Duration(written)) => {
                Some(self.duration(expr, written).to_string().into())
            }
            (Shape::Seconds, ExprKind::Duration(written)) => {
                let duration = self.duration(expr, written).0;
                if duration.subsec_nanos() != 0 {
                    self.reports.add(kinds::malformed(
                        at,
                        "whole seconds",
                        written,
                        "Argo Events counts it in seconds",
                        None,
                    ));
                }
                Some(Json::from(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)))
            }
            (Shape::Seconds, ExprKind::Number(number)) => Some(Json::from(number.parse::<i64>().ok()?)),
            (Shape::Rate, ExprKind::Rate(written)) => {
                let count = written.split('/').next().and_then(|count| count.parse::<f64>().ok());
                self.within(expr, count.unwrap_or(f64::MAX), 1.0, f64::from(i32::MAX));
                Some(Json::from(written.as_str()))
            }
            (Shape::Size, ExprKind::Size(written)) => Some(Json::from(written.as_str())),
            (Shape::Bytes, ExprKind::Size(written)) => match form::bytes(written) {
                Some(bytes) => Some(Json::from(bytes)),
                None => {
                    self.reports.add(kinds::malformed(at, "a size", written, "it is too large", None));
                    Some(Json::Null)
                }
            },
            (Shape::Bytes, ExprKind::Number(number)) => Some(Json::from(number.parse::<i64>().ok()?)),
            (Shape::Secret | Shape::ConfigMap, ExprKind::Call(..)) => match self.reference(expr)? {
                Some(Reference::Secret(secret)) if *shape == Shape::Secret => {
                    Some(reference_json(secret.name, secret.key))
                }
                Some(Reference::ConfigMap(map)) if *shape == Shape::ConfigMap => {
                    Some(reference_json(map.name, map.key))
                }
                Some(_) => {
                    self.reports.add(types::wrong_shape(at, &wanted(shape)));
                    Some(Json::Null)
                }
                None => Some(Json::Null),
            },
            (Shape::Bus, ExprKind::Name(name)) => Some(self.bus_name(expr, name)),
            (Shape::StatusCodes, ExprKind::Name(name)) if name == "any" => Some(Json::from("any")),
            (Shape::StatusCodes, ExprKind::List(entries)) => {
                const STATUS: &Shape = &Shape::Int { min: 100, max: 599 };
                Some(self.list(entries, STATUS))
            }
            (Shape::List(element), ExprKind::List(entries)) => Some(self.list(entries, element)),
            (Shape::Map(element), ExprKind::Object(object)) => {
                let mut members: Vec<(String, Json)> = Vec::new();
                for field in self.object_fields(&object.entries) {
                    let value = self.constant(&field.value, element);
                    members.push((field.key.value.clone(), value));
                }
                Some(Json::Object(members))
            }
            (Shape::Record(block), ExprKind::Object(object)) => {
                let braces = Braces::of(object, expr.span, "this object");
                Some(self.constants(&braces, block))
            }
            (Shape::Object, ExprKind::Object(_)) | (Shape::Value | Shape::Headers, _) => self.free(expr),
            (_, ExprKind::Text(text)) => self.text_shaped(text, shape),
            _ => None,
        }
    }

    /// A literal of a shape that is text in quotes; none where a mistake was reported.
    pub(super) fn text_of(&mut self, text: &'a Text, shape: &'static Shape) -> Option<String> {
        match self.text_shaped(text, shape)? {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// Text of a shape that is written as text.
    fn text_shaped(&mut self, text: &'a Text, shape: &'static Shape) -> Option<Json> {
        if !is_text(shape) && *shape != Shape::Bus {
            return None;
        }
        let Some(value) = self.plain(text) else { return Some(Json::Null) };
        self.braces_in_text(text);
        let at = self.reports.at(text.span);
        match shape {
            Shape::Endpoint => {
                if let Some(why) = form::endpoint(&value) {
                    let meant =
                        (!value.starts_with('/') && !value.contains("://")).then(|| format!("\"/{value}\""));
                    self.reports.add(kinds::malformed(at, "the path of an endpoint", &value, why, meant));
                }
            }
            Shape::Url(schemes) => {
                if let Some(why) = form::url(&value, schemes) {
                    self.reports.add(kinds::malformed(at, "an address", &value, &why, None));
                }
            }
            Shape::Servers(schemes) => {
                if let Some(why) = form::servers(&value, schemes) {
                    self.reports.add(kinds::malformed(at, "the address of a server", &value, &why, None));
                } else if let Some(scheme) = form::websocket(&value) {
                    self.refused(Target::Plan, targets::not_in_runtime_yet(at, scheme));
                }
            }
            Shape::GrpcServer => {
                if let Some(why) = form::grpc_server(&value) {
                    self.reports.add(kinds::malformed(at, "the address of a server", &value, &why, None));
                }
            }
            Shape::Subject { wildcards } => {
                if let Some(why) = form::subject(&value, *wildcards) {
                    self.reports.add(kinds::malformed(at, "a subject of NATS", &value, why, None));
                }
            }
            Shape::Enum(values) if !values.contains(&value.as_str()) => {
                self.reports.add(kinds::not_one_of(at, &value, values));
            }
            Shape::Names(names) if !names.has(&value) => {
                self.reports.add(kinds::unknown_name(at, &value, names));
            }
            Shape::Joined(names) => {
                if let Some(unknown) = value.split('|').find(|name| !names.has(name)) {
                    let problem = kinds::unknown_name(at, unknown, names);
                    let whole = unknown.len() == value.len();
                    // A correction would replace all of them.
                    self.reports.add(if whole { problem } else { Diagnostic { fix: None, ..problem } });
                }
            }
            Shape::HostPort { .. }
            | Shape::Pattern
            | Shape::AbsolutePath
            | Shape::RelativePath
            | Shape::Moment => {
                if let Some((what, why)) = form::misshapen(&value, shape) {
                    self.reports.add(kinds::malformed(at, what, &value, &why, None));
                }
            }
            Shape::ObjectName => self.fit(text, &value, kubernetes::subdomain(&value)),
            Shape::Namespace | Shape::Bus => self.fit(text, &value, kubernetes::label_name(&value)),
            Shape::Cron => match aev_plan::cron::check(&value) {
                Ok(()) => {}
                Err(InvalidSchedule::Malformed { reason, meant }) => {
                    self.reports.add(kinds::bad_cron(at, &value, &reason, meant.as_deref()));
                }
                Err(InvalidSchedule::Never { reason }) => {
                    self.reports.add(kinds::schedule_never_comes(at, &value, &reason));
                }
            },
            Shape::ExcludedDays => {
                if let Some(why) = form::excluded_days(&value) {
                    let meant = form::excluded_day(&value).map(|day| format!("\"{day}\""));
                    self.reports.add(kinds::malformed(at, "a day without an event", &value, why, meant));
                }
            }
            Shape::Zone if !form::is_zone(&value) => {
                self.reports.add(kinds::unknown_zone(at, &value, form::meant_zone(&value)));
            }
            _ => {}
        }
        Some(Json::String(value))
    }

    fn list(&mut self, entries: &'a [ListEntry], element: &'static Shape) -> Json {
        let mut items: Vec<Json> = Vec::new();
        let mut spans = Vec::new();
        for entry in entries {
            let value = match entry {
                ListEntry::Value(value) => value,
                ListEntry::Spread(value) => {
                    self.not_built(value.span, "`...`");
                    continue;
                }
            };
            let item = self.constant(value, element);
            // Any list may repeat what it likes; one of names, addresses and the like says nothing by it.
            let first = items.iter().position(|other| *other == item && item != Json::Null);
            if let Some(first) = first.and_then(|index| spans.get(index))
                && *element != Shape::Value
            {
                let (at, first) = (self.reports.at(value.span), self.reports.at(*first));
                let before = spans.last().copied().unwrap_or_default();
                self.reports.add(lints::repeated_value(at, first, before));
            }
            items.push(item);
            spans.push(value.span);
        }
        Json::List(items)
    }

    /// Any constant, in JSON.
    fn free(&mut self, expr: &'a Expr) -> Option<Json> {
        const ANY: &Shape = &Shape::Value;
        Some(match &expr.kind {
            ExprKind::Null => Json::Null,
            ExprKind::Bool(value) => Json::Bool(*value),
            ExprKind::Text(text) => self.plain(text).map_or(Json::Null, Json::String),
            ExprKind::Duration(written) => self.duration(expr, written).to_string().into(),
            ExprKind::Size(written) | ExprKind::Rate(written) => written.as_str().into(),
            ExprKind::List(entries) => self.list(entries, ANY),
            ExprKind::Object(object) => {
                let fields = self.object_fields(&object.entries);
                fields
                    .into_iter()
                    .map(|field| (field.key.value.clone(), self.constant(&field.value, ANY)))
                    .collect()
            }
            _ => Json::Number(Number::parse(&negative(expr)?)?),
        })
    }

    /// The fields of an object with any keys: those that are repeated are reported.
    pub(super) fn object_fields(&mut self, entries: &'a [Entry]) -> Vec<&'a crate::syntax::ast::Field> {
        let mut seen = std::collections::BTreeMap::new();
        let mut fields = Vec::new();
        for entry in entries {
            match entry {
                Entry::Spread(value) => self.not_built(value.span, "`...`"),
                Entry::Field(field) => match seen.get(field.key.value.as_str()) {
                    Some(first) => {
                        let (at, first) = (self.reports.at(field.key.span), self.reports.at(*first));
                        self.reports.add(kinds::field_twice(at, first, &field.key.value));
                    }
                    None => {
                        seen.insert(field.key.value.as_str(), field.key.span);
                        fields.push(field);
                    }
                },
            }
        }
        fields
    }

    /// The text of a literal; what has values in it is reported.
    pub(super) fn plain(&mut self, text: &Text) -> Option<String> {
        if let Some(value) = literal_text(text) {
            return Some(value);
        }
        for part in &text.parts {
            if let TextPart::Value(value) = part
                && !self.excused(value)
            {
                let at = self.reports.at(value.span);
                self.reports.add(types::not_constant(at, "a constant"));
                break;
            }
        }
        None
    }

    /// Warns of `{{ … }}`, which nothing renders; true when there is such.
    pub(super) fn braces_in_text(&mut self, text: &Text) -> bool {
        let templated = has_template(text);
        if templated {
            let at = self.reports.at(text.span);
            self.reports.add(lints::template_in_text(at));
        }
        templated
    }

    /// `secret("name", "key")` and `configmap("name", "key")`: none when it is another call, `Some(None)` when it is
    /// one with a mistake that was reported.
    pub(super) fn reference(&mut self, expr: &'a Expr) -> Option<Option<Reference>> {
        let ExprKind::Call(callee, args) = &bare(expr).kind else { return None };
        let ExprKind::Name(function) = &callee.kind else { return None };
        if !matches!(function.as_str(), "secret" | "configmap") {
            return None;
        }
        let texts: Vec<Option<&Text>> = args
            .iter()
            .map(|arg| match &bare(&arg.value).kind {
                ExprKind::Text(text) if arg.name.is_none() => Some(text),
                _ => None,
            })
            .collect();
        let [Some(name), Some(key)] = texts.as_slice() else {
            if !args.iter().any(|arg| self.excused(&arg.value)) {
                let at = self.reports.at(expr.span);
                self.reports.add(types::reference_arguments(at, function));
            }
            return Some(None);
        };
        let (Some(name_value), Some(key_value)) = (literal_text(name), literal_text(key)) else {
            let excused = [name, key].iter().flat_map(|text| &text.parts).any(|part| match part {
                TextPart::Value(value) => self.excused(value),
                TextPart::Literal(_) => false,
            });
            if !excused {
                let at = self.reports.at(expr.span);
                self.reports.add(types::reference_arguments(at, function));
            }
            return Some(None);
        };
        self.fit(name, &name_value, kubernetes::subdomain(&name_value));
        if let Some(why) = kubernetes::data_key(&key_value) {
            let at = self.reports.at(key.span);
            self.reports.add(kinds::malformed(at, "a key", &key_value, why, None));
        }
        Some(Some(match function.as_str() {
            "secret" => Reference::Secret(SecretRef { name: name_value, key: key_value }),
            _ => Reference::ConfigMap(ConfigMapRef { name: name_value, key: key_value }),
        }))
    }

    /// `secret(…)` and `configmap(…)` as Argo writes them; nothing when it is something else.
    pub(super) fn selector(&mut self, expr: &'a Expr) -> Option<Json> {
        Some(match self.reference(expr)? {
            Some(Reference::Secret(secret)) => reference_json(secret.name, secret.key),
            Some(Reference::ConfigMap(map)) => reference_json(map.name, map.key),
            None => Json::Null,
        })
    }

    /// Reports why Kubernetes does not take a name that stands in quotes.
    pub(super) fn fit(&mut self, text: &Text, name: &str, why: Option<&str>) {
        if let Some(why) = why {
            let at = self.reports.at(text.span);
            let meant = kubernetes::mended(name).map(|name| format!("\"{name}\""));
            self.reports.add(name_problems::unfit_name(at, name, why, meant));
        }
    }

    /// A duration; nought when a mistake was reported.
    pub(super) fn duration(&mut self, expr: &Expr, written: &str) -> GoDuration {
        form::duration(written).unwrap_or_else(|| {
            let at = self.reports.at(expr.span);
            self.reports.add(kinds::malformed(
                at,
                "a duration",
                written,
                "it is longer than 292 years",
                None,
            ));
            GoDuration::default()
        })
    }

    fn within(&mut self, expr: &Expr, number: f64, min: f64, max: f64) {
        if !(min..=max).contains(&number) {
            let at = self.reports.at(expr.span);
            self.reports.add(kinds::out_of_bounds(at, number, min, max));
        }
    }

    fn bus_name(&mut self, expr: &Expr, name: &str) -> Json {
        if let Some((own, index)) = self.program.names.buses.get_key_value(name) {
            self.used.buses.insert(own);
            let bus = self.program.buses.get(*index).map(|declared| declared.what.emitted().name);
            return Json::from(bus.unwrap_or(name));
        }
        let at = self.reports.at(expr.span);
        let known: Vec<&str> = self.program.names.buses.keys().copied().collect();
        self.reports.add_once(format!("bus {name}"), name_problems::unknown_bus(at, name, &known));
        Json::from(name)
    }
}

/// Whether `{{ … }}` is in a text.
pub(super) fn has_template(text: &Text) -> bool {
    text.parts.iter().any(|part| match part {
        TextPart::Literal(literal) => literal.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}")),
        TextPart::Value(_) => false,
    })
}

/// Whether a value of this shape is text in quotes.
fn is_text(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::Text
            | Shape::Servers(_)
            | Shape::GrpcServer
            | Shape::Subject { .. }
            | Shape::Endpoint
            | Shape::Url(_)
            | Shape::Enum(_)
            | Shape::Names(_)
            | Shape::Joined(_)
            | Shape::HostPort { .. }
            | Shape::Pattern
            | Shape::AbsolutePath
            | Shape::RelativePath
            | Shape::Moment
            | Shape::ObjectName
            | Shape::Namespace
            | Shape::Cron
            | Shape::Zone
            | Shape::ExcludedDays
    )
}

/// A value of another form as the shape has it: without its quotes, in quotes, or in brackets.
fn mended(expr: &Expr, shape: &Shape) -> Option<String> {
    match (shape, &expr.kind) {
        (Shape::Secret | Shape::ConfigMap, ExprKind::Object(object)) => {
            let text = |name: &str| {
                object.entries.iter().find_map(|entry| match entry {
                    Entry::Field(field) if field.key.value == name => constant_text(&field.value),
                    _ => None,
                })
            };
            let function = if *shape == Shape::Secret { "secret" } else { "configmap" };
            Some(format!("{function}({:?}, {:?})", text("name")?, text("key")?))
        }
        (Shape::StatusCodes, ExprKind::Number(number)) => Some(format!("[{number}]")),
        (Shape::StatusCodes, ExprKind::Text(text)) if literal_text(text)? == "any" => Some("any".to_owned()),
        (Shape::Text, ExprKind::Number(number)) => Some(format!("\"{number}\"")),
        (Shape::Text, ExprKind::Bool(value)) => Some(format!("\"{value}\"")),
        (_, ExprKind::Text(text)) => {
            let text = literal_text(text)?;
            let fits = match shape {
                Shape::Bool => matches!(text.as_str(), "true" | "false"),
                Shape::Int { .. } | Shape::QuotedInt { .. } => text.parse::<i64>().is_ok(),
                Shape::Number { .. } => Number::parse(&text).is_some(),
                Shape::Port => text.parse::<u16>().is_ok(),
                Shape::Duration | Shape::Seconds => !text.is_empty() && form::duration(&text).is_some(),
                Shape::Size | Shape::Bytes => form::bytes(&text).is_some(),
                _ => false,
            };
            fits.then_some(text)
        }
        _ => None,
    }
}

/// The text of a number, with its sign.
pub(super) fn negative(expr: &Expr) -> Option<String> {
    match &bare(expr).kind {
        ExprKind::Number(number) => Some(number.clone()),
        ExprKind::Unary(op, inner) if op.value == UnaryOp::Negate => match &inner.kind {
            ExprKind::Number(number) => Some(format!("-{number}")),
            _ => None,
        },
        _ => None,
    }
}

fn reference_json(name: String, key: String) -> Json {
    [("name", Json::String(name)), ("key", Json::String(key))].into_iter().collect()
}
