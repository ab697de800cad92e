//! Actions: parentheses say how, braces say what.

use super::constant::{Reference, has_template};
use super::fields::{Braces, Written};
use super::path::Scope;
use super::value::{Places, folded_object};
use super::{Check, bare, form};
use crate::diagnostics::problems::{kinds, structure, types as type_problems};
use crate::diagnostics::similar;
use crate::syntax::ast::{self, Expr, ExprKind, ListEntry, Span, TextPart};
use crate::types::declared::constant_text;
use aev_catalogue::{ACTIONS, ActionBody, ActionKind, Block, Field, Shape, Values};
use aev_plan::duration::GoDuration;
use aev_plan::expr;
use aev_plan::json::Json;
use aev_plan::model::{
    self, BasicAuth, Call, CallField, Custom, GrpcServer, Header, HeaderValue, Http, Nats, NatsAuth, Patch,
    Resource, SecretRef, SpecEntry, Tls,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// The value of a field of an action.
pub(super) enum FieldValue {
    Constant(Json),
    Expression(expr::Expr),
    Headers(Vec<Header>),
    Texts(Vec<SpecEntry>),
}

impl FieldValue {
    /// A constant where there are no values of events.
    fn folded(self) -> FieldValue {
        match self {
            FieldValue::Expression(expr::Expr::Const(json)) => FieldValue::Constant(json),
            other => other,
        }
    }

    /// As it stands in a plan.
    pub(super) fn into_expr(self) -> expr::Expr {
        match self {
            FieldValue::Constant(json) => expr::Expr::Const(json),
            FieldValue::Expression(value) => value,
            FieldValue::Texts(entries) => {
                folded_object(entries.into_iter().map(|entry| (entry.name, entry.value)))
            }
            // Headers are never within another field.
            FieldValue::Headers(_) => expr::Expr::Const(Json::Null),
        }
    }
}

impl<'a> Check<'a> {
    /// The kind of an action. Nothing when a mistake was reported.
    pub(super) fn action_kind(&mut self, action: &ast::Action) -> Option<&'static ActionKind> {
        let name = action.name.value.as_str();
        let Some(kind) = aev_catalogue::action(name) else {
            let names: Vec<&str> = ACTIONS.iter().map(|kind| kind.name).collect();
            // Other words stand before braces, too.
            let meant = similar(name, names.iter().copied().chain(["with", "on-failure"]));
            let at = self.reports.at(action.name.span);
            self.reports.add(kinds::unknown_kind(at, "action", name, &meant, &names));
            // What may stand in its braces is unknown.
            if let Some(object) = &action.object {
                self.reports.unreadable(object.span);
            }
            return None;
        };
        self.supported(action.name.span, name, kind.targets).then_some(kind)
    }

    /// Checks an action. Nothing when a mistake was reported.
    pub(super) fn action(
        &mut self,
        action: &'a ast::Action,
        kind: &'static ActionKind,
        scope: &Scope,
    ) -> Option<model::Action> {
        let args = self.action_args(action, kind);
        // What stands in parentheses without a name was meant for the braces.
        if action.object.is_none() && action.args.iter().any(|arg| arg.name.is_none()) {
            return None;
        }
        let surplus = [
            (action.from.as_ref().map(|from| from.span), kind.from, "`from`"),
            (action.with.as_ref().map(|with| with.span), kind.with, "`with`"),
            (action.target.as_ref().map(|target| target.span), kind.target.is_some(), "a name"),
        ];
        for (span, takes, what) in surplus {
            if let (Some(span), false) = (span, takes) {
                let at = self.reports.at(span);
                self.reports.add(structure::action_takes_no(at, kind.name, what));
                return None;
            }
        }
        if let ActionBody::Fields(block) = kind.body {
            return self.action_fields(action, kind, block, scope);
        }
        let resource = self.action_resource(action, kind, &args, scope)?;
        let patches = self.resource_patches(action, scope);
        // A Workflow from a template is an object like any other.
        let creates = matches!(kind.name, "k8s.create" | "workflow.run");
        match resource {
            Resource::Object(object) if creates && patches.is_empty() => {
                Some(model::Action::K8sCreate(object))
            }
            resource => Some(model::Action::Call(Box::new(Call {
                kind: if creates { "k8s.create" } else { kind.name }.to_owned(),
                args: if creates { BTreeMap::new() } else { args },
                resource: Some(resource),
                patches,
                ..Call::default()
            }))),
        }
    }

    /// What stands in the parentheses.
    fn action_args(&mut self, action: &'a ast::Action, kind: &'static ActionKind) -> BTreeMap<String, Json> {
        let mut args = BTreeMap::new();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for arg in &action.args {
            let Some(name) = &arg.name else {
                let at = self.reports.at(arg.value.span);
                self.reports.add(structure::argument_without_name(at, kind.name));
                continue;
            };
            if let Some(first) = seen.insert(&name.value, name.span) {
                let (at, first) = (self.reports.at(name.span), self.reports.at(first));
                self.reports.add(kinds::field_twice(at, first, &name.value));
                continue;
            }
            match kind.args.iter().find(|field| field.name == name.value) {
                Some(field) => {
                    args.insert(field.name.to_owned(), self.constant(&arg.value, &field.shape));
                }
                None if matches!(kind.body, ActionBody::Fields(block) if block.field(&name.value).is_some()) =>
                {
                    let at = self.reports.at(name.span);
                    let owner = format!("`{}(…)`", kind.name);
                    self.reports.add(kinds::argument_is_field(at, &owner, &name.value));
                }
                None => {
                    let names: Vec<&str> = kind.args.iter().map(|field| field.name).collect();
                    let at = self.reports.at(name.span);
                    let owner = format!("`{}(…)`", kind.name);
                    self.reports.add(kinds::unknown_field(at, &owner, &name.value, &names, None));
                }
            }
        }
        args
    }

    fn action_fields(
        &mut self,
        action: &'a ast::Action,
        kind: &'static ActionKind,
        block: &'static Block,
        scope: &Scope,
    ) -> Option<model::Action> {
        let name = format!("`{}`", kind.name);
        let braces = match &action.object {
            Some(object) => Braces::of(object, action.name.span, &name),
            None => Braces::of_block(None, action.name.span, &name),
        };
        let before = self.reports.errors();
        let fields = self
            .fields(&braces, block, |check, field, syntax| check.field_value(field, &syntax.value, scope));
        let patches =
            action.with.as_ref().map(|with| self.patches(with, scope, Places::Json)).unwrap_or_default();
        if self.reports.errors() > before {
            return None;
        }
        match kind.name {
            "custom" => custom(fields, patches).map(|custom| model::Action::Custom(Box::new(custom))),
            "http" => http(fields).map(|http| model::Action::Http(Box::new(http))),
            "nats" => nats(fields).map(|nats| model::Action::Nats(Box::new(nats))),
            "log" => Some(model::Action::Log),
            name => {
                let mut call = Call { kind: name.to_owned(), ..Call::default() };
                for written in fields {
                    match written.value {
                        FieldValue::Headers(headers) => call.headers = headers,
                        value => call.fields.push(CallField {
                            name: written.field.name.to_owned(),
                            value: value.into_expr(),
                        }),
                    }
                }
                Some(model::Action::Call(Box::new(call)))
            }
        }
    }

    pub(super) fn field_value(
        &mut self,
        field: &'static Field,
        value: &'a Expr,
        scope: &Scope,
    ) -> FieldValue {
        match (&field.shape, &bare(value).kind) {
            (Shape::Headers, _) => return FieldValue::Headers(self.headers(value, field.values, scope)),
            (Shape::Record(block), ExprKind::Object(object)) => {
                let braces = Braces::of(object, value.span, &format!("`{}`", field.name));
                let members = self.fields(&braces, block, |check, field, syntax| {
                    check.field_value(field, &syntax.value, scope)
                });
                let members =
                    members.into_iter().map(|written| (written.field.name, written.value.into_expr()));
                return FieldValue::Expression(folded_object(members)).folded();
            }
            (Shape::List(Shape::Text), ExprKind::List(entries)) if field.values == Values::Text => {
                for entry in entries {
                    if let ListEntry::Value(value) = entry {
                        self.never_text(value, "text in quotes");
                    }
                }
                return FieldValue::Expression(self.list_value(
                    entries,
                    scope,
                    Places::Texts,
                    &mut Vec::new(),
                ))
                .folded();
            }
            _ => {}
        }
        if field.shape == Shape::Map(&Shape::Text) && field.values == Values::Text {
            return FieldValue::Texts(self.texts(value, scope));
        }
        let constant = match &bare(value).kind {
            ExprKind::Text(_) => constant_text(value).is_some(),
            _ => {
                !Self::is_path(value)
                    && !matches!(bare(value).kind, ExprKind::Binary(..) | ExprKind::Call(..))
            }
        };
        match field.values {
            Values::Text if !constant => {
                if let (Shape::Url(schemes), ExprKind::Text(text)) = (&field.shape, &bare(value).kind)
                    && let Some(TextPart::Literal(prefix)) = text.parts.first()
                    && let Some(why) = form::url_prefix(prefix, schemes)
                {
                    let at = self.reports.at(text.span);
                    self.reports.add(kinds::malformed(at, "an address", prefix, &why, None));
                }
                FieldValue::Expression(self.value(value, scope, Places::Text, &mut Vec::new()))
            }
            Values::Json => FieldValue::Expression(self.value(value, scope, Places::Json, &mut Vec::new())),
            Values::Text => {
                if let ExprKind::Text(text) = &bare(value).kind
                    && !has_template(text)
                {
                    self.path_in_text(text, scope);
                }
                FieldValue::Constant(self.constant(value, &field.shape))
            }
            Values::Constant => FieldValue::Constant(self.constant(value, &field.shape)),
        }
    }

    /// Text by name, perhaps from an event.
    fn texts(&mut self, value: &'a Expr, scope: &Scope) -> Vec<SpecEntry> {
        let ExprKind::Object(object) = &bare(value).kind else {
            if !self.excused(value) {
                let at = self.reports.at(value.span);
                self.reports.add(type_problems::wrong_shape(at, "an object of text in `{…}`"));
            }
            return Vec::new();
        };
        let mut entries = Vec::new();
        for field in self.object_fields(&object.entries) {
            if is_literal(&field.value) && !matches!(bare(&field.value).kind, ExprKind::Text(_)) {
                self.never_text(&field.value, "text in quotes");
                continue;
            }
            let value = self.value(&field.value, scope, Places::Text, &mut Vec::new());
            entries.push(SpecEntry { name: field.key.value.clone(), value });
        }
        entries
    }

    /// The headers of a call: text, perhaps from an event, secrets and config maps.
    fn headers(&mut self, value: &'a Expr, values: Values, scope: &Scope) -> Vec<Header> {
        let ExprKind::Object(object) = &bare(value).kind else {
            if !self.excused(value) {
                let at = self.reports.at(value.span);
                self.reports.add(type_problems::wrong_shape(at, "an object of headers in `{…}`"));
            }
            return Vec::new();
        };
        let mut headers = Vec::new();
        for field in self.object_fields(&object.entries) {
            if values == Values::Text && !aev_plan::header::is_name(&field.key.value) {
                let at = self.reports.at(field.key.span);
                self.reports.add(type_problems::bad_header_name(at, &field.key.value));
            }
            let value = match self.reference(&field.value) {
                Some(Some(Reference::Secret(secret))) => HeaderValue::Secret(secret),
                Some(Some(Reference::ConfigMap(map))) => HeaderValue::ConfigMap(map),
                Some(None) => continue,
                None if matches!(bare(&field.value).kind, ExprKind::Object(_)) => {
                    let at = self.reports.at(field.value.span);
                    let wanted = "text, or `secret(\"name\", \"key\")`";
                    self.reports.add(type_problems::wrong_shape(at, wanted));
                    continue;
                }
                None if values == Values::Constant => {
                    HeaderValue::Text(expr::Expr::Const(self.constant(&field.value, &Shape::Text)))
                }
                None => HeaderValue::Text(self.value(&field.value, scope, Places::Text, &mut Vec::new())),
            };
            headers.push(Header { name: field.key.value.clone(), value });
        }
        headers
    }
}

/// Whether it is written out: its type shows.
pub(super) fn is_literal(value: &Expr) -> bool {
    matches!(
        bare(value).kind,
        ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Rate(_)
            | ExprKind::List(_)
            | ExprKind::Object(_)
    )
}

fn http(fields: Vec<Written<FieldValue>>) -> Option<Http> {
    let mut url = None;
    let mut http = Http {
        url: expr::Expr::text(""),
        method: "POST".to_owned(),
        headers: Vec::new(),
        payload: None,
        timeout: None,
        basic_auth: None,
    };
    for written in fields {
        match (written.field.name, written.value) {
            ("url", FieldValue::Constant(json)) => url = Some(expr::Expr::Const(json)),
            ("url", FieldValue::Expression(value)) => url = Some(value),
            ("method", FieldValue::Constant(Json::String(method))) => http.method = method,
            ("headers", FieldValue::Headers(headers)) => http.headers = headers,
            ("payload", FieldValue::Expression(value)) => http.payload = Some(value),
            ("timeout", FieldValue::Constant(Json::Number(seconds))) => {
                let seconds = seconds.as_i64().and_then(|seconds| u64::try_from(seconds).ok())?;
                http.timeout = Some(GoDuration(Duration::from_secs(seconds)));
            }
            ("basicAuth", FieldValue::Constant(json)) => {
                http.basic_auth = Some(basic(&json)?);
            }
            _ => {}
        }
    }
    http.url = url?;
    Some(http)
}

fn nats(fields: Vec<Written<FieldValue>>) -> Option<Nats> {
    let (mut url, mut subject, mut payload, mut tls, mut auth) = (None, None, None, None, None);
    for written in fields {
        match (written.field.name, written.value) {
            ("url", FieldValue::Constant(Json::String(text))) => url = Some(text),
            ("subject", FieldValue::Constant(json)) => subject = Some(expr::Expr::Const(json)),
            ("subject", FieldValue::Expression(value)) => subject = Some(value),
            ("payload", FieldValue::Expression(value)) => payload = Some(value),
            ("tls", FieldValue::Constant(json)) => {
                let said = |name: &str| json.get(name) == Some(&Json::Bool(true));
                tls = Some(Tls {
                    enabled: said("enabled"),
                    insecure_skip_verify: said("insecureSkipVerify"),
                    ca_cert_secret: secret(&json, "caCertSecret"),
                    client_cert_secret: secret(&json, "clientCertSecret"),
                    client_key_secret: secret(&json, "clientKeySecret"),
                });
            }
            ("auth", FieldValue::Constant(json)) => {
                auth = Some(match json.get("basic") {
                    Some(user) => NatsAuth::Basic(basic(user)?),
                    None => secret(&json, "token")
                        .map(NatsAuth::Token)
                        .or_else(|| secret(&json, "nkey").map(NatsAuth::Nkey))
                        .or_else(|| secret(&json, "credential").map(NatsAuth::Credential))?,
                });
            }
            _ => {}
        }
    }
    Some(Nats { url: url?, subject: subject?, payload: payload?, tls, auth })
}

fn custom(fields: Vec<Written<FieldValue>>, patches: Vec<Patch>) -> Option<Custom> {
    let (mut url, mut spec, mut payload) = (None, None, None);
    let (mut secure, mut cert_secret, mut server_name_override) = (false, None, None);
    for written in fields {
        match (written.field.name, written.value) {
            ("serverURL", FieldValue::Constant(Json::String(text))) => url = Some(text),
            ("secure", FieldValue::Constant(json)) => secure = json == Json::Bool(true),
            ("certSecret", FieldValue::Constant(json)) => cert_secret = secret_ref(&json),
            ("serverNameOverride", FieldValue::Constant(Json::String(name))) => {
                server_name_override = Some(name).filter(|name| !name.is_empty());
            }
            ("spec", FieldValue::Texts(entries)) => spec = Some(entries),
            ("payload", FieldValue::Expression(value)) => payload = Some(value),
            _ => {}
        }
    }
    // Without `secure`, Argo reads neither of them.
    let server = GrpcServer {
        url: url?,
        secure,
        cert_secret: cert_secret.filter(|_| secure),
        server_name_override: server_name_override.filter(|_| secure),
    };
    Some(Custom { server, spec: spec?, patches, payload })
}

/// A secret that a constant is.
fn secret_ref(json: &Json) -> Option<SecretRef> {
    let part = |key: &str| json.get(key)?.as_str().map(str::to_owned);
    Some(SecretRef { name: part("name")?, key: part("key")? })
}

/// A secret within a constant.
fn secret(json: &Json, name: &str) -> Option<SecretRef> {
    secret_ref(json.get(name)?)
}

fn basic(json: &Json) -> Option<BasicAuth> {
    Some(BasicAuth { username: secret(json, "username")?, password: secret(json, "password")? })
}
