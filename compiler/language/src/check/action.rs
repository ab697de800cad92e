//! Actions: parentheses say how, braces say what.

use super::constant::{Reference, has_template};
use super::fields::{Braces, Written};
use super::path::Scope;
use super::value::{Places, folded_list, folded_object};
use super::{Check, bare, form};
use crate::diagnostics::problems::{kinds, lints, structure, types as type_problems};
use crate::diagnostics::similar;
use crate::names::kubernetes;
use crate::syntax::ast::{self, Entry, Expr, ExprKind, Object, Span, TextPart};
use crate::types::declared::constant_text;
use aev_catalogue::{
    ACTIONS, ACTIONS_LATER, ActionBody, ActionKind, Block, Field, SUCCESS_LABELS, SUCCESS_STATUS, Shape,
    Values,
};
use aev_plan::duration::GoDuration;
use aev_plan::expr;
use aev_plan::json::Json;
use aev_plan::model::{
    self, BasicAuth, Custom, GrpcServer, Header, HeaderValue, Http, Nats, NatsAuth, Patch, SecretRef,
    SpecEntry, Tls,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// The value of a field of an action.
enum FieldValue {
    Constant(Json),
    Expression(expr::Expr),
    Headers(Vec<Header>),
    Texts(Vec<SpecEntry>),
}

impl<'a> Check<'a> {
    /// The kind of an action. Nothing when a mistake was reported.
    pub(super) fn action_kind(&mut self, action: &ast::Action) -> Option<&'static ActionKind> {
        let name = action.name.value.as_str();
        if ACTIONS_LATER.contains(&name) {
            self.not_built(action.name.span, &format!("the action `{name}`"));
            return None;
        }
        let Some(kind) = aev_catalogue::action(name) else {
            let names: Vec<&str> =
                ACTIONS.iter().map(|kind| kind.name).chain(ACTIONS_LATER.iter().copied()).collect();
            let meant = similar(name, names.iter().copied());
            let at = self.reports.at(action.name.span);
            self.reports.add(kinds::unknown_kind(at, "action", name, &meant, &names));
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
        let cluster = self.action_args(action, kind);
        if let Some(from) = &action.from {
            match kind.from {
                true => self.not_built(from.span, "a resource from outside"),
                false => {
                    let at = self.reports.at(from.span);
                    self.reports.add(structure::action_takes_no(at, kind.name, "`from`"));
                }
            }
            return None;
        }
        if let Some(with) = &action.with {
            match (kind.with, kind.body) {
                // A resource that comes from outside, which `custom` alone has yet.
                (true, ActionBody::Fields(_)) => {}
                (true, _) => {
                    self.not_built(with.span, "`with`");
                    return None;
                }
                (false, _) => {
                    let at = self.reports.at(with.span);
                    self.reports.add(structure::action_takes_no(at, kind.name, "`with`"));
                    return None;
                }
            }
        }
        if let (Some(target), None) = (&action.target, &kind.target) {
            let at = self.reports.at(target.span);
            self.reports.add(structure::action_takes_no(at, kind.name, "a name"));
            return None;
        }
        match kind.body {
            ActionBody::Arguments => self.workflow_run(action, cluster, scope),
            ActionBody::Resource => {
                let Some(object) = &action.object else {
                    let at = self.reports.at(action.name.span);
                    self.reports.add(structure::action_needs(at, kind.name, "a Kubernetes object in `{…}`"));
                    return None;
                };
                Some(model::Action::K8sCreate(self.resource(object, action.name.span, scope)))
            }
            ActionBody::Fields(block) => self.action_fields(action, kind, block, scope),
            ActionBody::Nothing => Some(model::Action::Log),
        }
    }

    /// What stands in the parentheses; gives `cluster`.
    fn action_args(&mut self, action: &'a ast::Action, kind: &'static ActionKind) -> bool {
        let mut cluster = false;
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
                    let value = self.constant(&arg.value, &field.shape);
                    cluster |= field.name == "cluster" && value == Json::Bool(true);
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
        cluster
    }

    /// `workflow.run "t" { a: v }` creates a Workflow that refers to the template.
    fn workflow_run(
        &mut self,
        action: &'a ast::Action,
        cluster: bool,
        scope: &Scope,
    ) -> Option<model::Action> {
        // Without one the action could not be read, and has a diagnostic.
        let target = action.target.as_ref()?;
        if let (Some(name), ExprKind::Text(text)) = (constant_text(target), &bare(target).kind) {
            // It becomes the value of a label, too.
            let why = kubernetes::subdomain(&name).or_else(|| kubernetes::label_value(&name));
            self.fit(text, &name, why);
        } else if is_literal(target) && !matches!(bare(target).kind, ExprKind::Text(_)) {
            let at = self.reports.at(target.span);
            self.reports.add(type_problems::wrong_shape(at, "the name of a template in quotes"));
            return None;
        }
        let template = self.value(target, scope, Places::Json, &mut Vec::new());
        let prefix = match &template {
            expr::Expr::Const(Json::String(name)) => expr::Expr::text(format!("{name}-")),
            other => expr::Expr::Concat(vec![other.clone(), expr::Expr::text("-")]),
        };
        let mut parameters = Vec::new();
        if let Some(object) = &action.object {
            for field in self.object_fields(&object.entries) {
                self.option_among_arguments(field);
                let places = Places::Resource { api_version: "argoproj.io/v1alpha1", kind: "Workflow" };
                use aev_catalogue::Key::{Index, Name};
                let mut path =
                    vec![Name("spec"), Name("arguments"), Name("parameters"), Index, Name("value")];
                let value = self.value(&field.value, scope, places, &mut path);
                let name = expr::Expr::text(field.key.value.clone());
                parameters.push(folded_object([("name", name), ("value", value)]));
            }
        }
        let mut reference = vec![("name", template)];
        if cluster {
            reference.push(("clusterScope", expr::Expr::Const(Json::Bool(true))));
        }
        let mut spec = vec![("workflowTemplateRef", folded_object(reference))];
        if !parameters.is_empty() {
            spec.push(("arguments", folded_object([("parameters", folded_list(parameters))])));
        }
        Some(model::Action::K8sCreate(folded_object([
            ("apiVersion", expr::Expr::text("argoproj.io/v1alpha1")),
            ("kind", expr::Expr::text("Workflow")),
            ("metadata", folded_object([("generateName", prefix)])),
            ("spec", folded_object(spec)),
        ])))
    }

    /// Warns of an argument that looks like an option of the trigger.
    fn option_among_arguments(&mut self, field: &ast::Field) {
        let name = field.key.value.as_str();
        let like = aev_catalogue::option(name).is_some_and(|option| {
            match (&option.field.shape, &bare(&field.value).kind) {
                (Shape::Record(block), ExprKind::Object(object)) => has_only(object, &[block]),
                (Shape::Object, ExprKind::Object(object)) => {
                    has_only(object, &[&SUCCESS_STATUS, &SUCCESS_LABELS])
                }
                (Shape::Enum(values), _) => {
                    constant_text(&field.value).is_some_and(|text| values.contains(&text.as_str()))
                }
                _ => false,
            }
        });
        if like {
            let at = self.reports.at(field.key.span);
            self.reports.add(lints::option_as_argument(at, name));
        }
    }

    /// A Kubernetes object with event values anywhere inside.
    fn resource(&mut self, written: &'a Object, owner: Span, scope: &Scope) -> expr::Expr {
        let field = |object: &'a Object, name: &str| {
            object.entries.iter().find_map(|entry| match entry {
                Entry::Field(field) if field.key.value == name => Some(&field.value),
                _ => None,
            })
        };
        let text = |name: &str| field(written, name).and_then(constant_text);
        let spread = written.entries.iter().any(|entry| matches!(entry, Entry::Spread(_)));
        if !written.broken && !spread {
            let mut missing: Vec<&str> =
                ["apiVersion", "kind"].into_iter().filter(|name| field(written, name).is_none()).collect();
            for name in ["apiVersion", "kind"] {
                if let Some(value) = field(written, name) {
                    self.never_text(value, "text in quotes");
                }
            }
            match field(written, "metadata").map(|metadata| &bare(metadata).kind) {
                Some(ExprKind::Object(metadata)) => {
                    let named = ["name", "generateName"]
                        .into_iter()
                        .find_map(|name| Some((name, field(metadata, name)?)));
                    match named {
                        Some((name, value)) => self.resource_name(name, value),
                        None if metadata.broken => {}
                        None => missing.push("metadata.name` or `metadata.generateName"),
                    }
                }
                Some(_) => {
                    if let Some(metadata) = field(written, "metadata").filter(|value| is_literal(value)) {
                        let at = self.reports.at(metadata.span);
                        self.reports.add(type_problems::wrong_shape(at, "an object in `{…}`"));
                    }
                }
                None => missing.push("metadata"),
            }
            if !missing.is_empty() {
                let at = self.reports.at(owner);
                self.reports.add(kinds::incomplete_object(at, &missing));
            }
        }
        let (api_version, kind) = (text("apiVersion").unwrap_or_default(), text("kind").unwrap_or_default());
        let places = Places::Resource { api_version: &api_version, kind: &kind };
        self.object_value(written, scope, places, &mut Vec::new())
    }

    /// Reports a literal where only text can stand.
    fn never_text(&mut self, value: &Expr, wanted: &str) {
        if is_literal(value) && !matches!(bare(value).kind, ExprKind::Text(_)) {
            let at = self.reports.at(value.span);
            self.reports.add(type_problems::wrong_shape(at, wanted));
        }
    }

    fn resource_name(&mut self, field: &str, value: &'a Expr) {
        let (Some(name), ExprKind::Text(text)) = (constant_text(value), &bare(value).kind) else {
            return self.never_text(value, "the name of an object in quotes");
        };
        let whole = if field == "generateName" { format!("{name}x") } else { name.clone() };
        self.fit(text, &name, kubernetes::subdomain(&whole));
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
        let patches = action.with.as_ref().map(|with| self.patches(with, scope)).unwrap_or_default();
        if self.reports.errors() > before {
            return None;
        }
        match kind.name {
            "custom" => custom(fields, patches).map(|custom| model::Action::Custom(Box::new(custom))),
            "http" => http(fields).map(|http| model::Action::Http(Box::new(http))),
            "nats" => nats(fields).map(|nats| model::Action::Nats(Box::new(nats))),
            _ => Some(model::Action::Log),
        }
    }

    fn field_value(&mut self, field: &'static Field, value: &'a Expr, scope: &Scope) -> FieldValue {
        if field.shape == Shape::Headers {
            return FieldValue::Headers(self.headers(value, scope));
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
    fn headers(&mut self, value: &'a Expr, scope: &Scope) -> Vec<Header> {
        let ExprKind::Object(object) = &bare(value).kind else {
            if !self.excused(value) {
                let at = self.reports.at(value.span);
                self.reports.add(type_problems::wrong_shape(at, "an object of headers in `{…}`"));
            }
            return Vec::new();
        };
        let mut headers = Vec::new();
        for field in self.object_fields(&object.entries) {
            if !aev_plan::header::is_name(&field.key.value) {
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
                None => HeaderValue::Text(self.value(&field.value, scope, Places::Text, &mut Vec::new())),
            };
            headers.push(Header { name: field.key.value.clone(), value });
        }
        headers
    }
}

/// Whether the object has fields, and all are of one of these blocks.
fn has_only(object: &Object, blocks: &[&Block]) -> bool {
    let known = |entry: &Entry| match entry {
        Entry::Field(field) => blocks.iter().any(|block| block.field(&field.key.value).is_some()),
        Entry::Spread(_) => false,
    };
    !object.entries.is_empty() && object.entries.iter().all(known)
}

/// Whether it is written out: its type shows.
fn is_literal(value: &Expr) -> bool {
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
