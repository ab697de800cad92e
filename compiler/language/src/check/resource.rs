//! The Kubernetes object that an action is about: written in the file, made from a template, named, or from outside.

use super::action::is_literal;
use super::fields::Braces;
use super::path::Scope;
use super::value::{Places, folded_list, folded_object};
use super::{Check, bare};
use crate::compile::Target;
use crate::diagnostics::problems::{kinds, lints, structure, targets, types as type_problems};
use crate::names::kubernetes;
use crate::syntax::ast::{self, Entry, Expr, ExprKind, FromArgs, Object, PatchEntry, PatchStepKind, Span};
use crate::types::declared::constant_text;
use aev_catalogue::{ActionBody, ActionKind, Block, SUCCESS_LABELS, SUCCESS_STATUS, Shape};
use aev_plan::expr;
use aev_plan::json::Json;
use aev_plan::model::{CallField, Location, Patch, Resource};
use std::collections::BTreeMap;

/// The version of all that Argo Workflows has.
const ARGO: &str = "argoproj.io/v1alpha1";

/// The text places of a Workflow, among which are those of every object.
const WORKFLOW: Places<'static> = Places::Resource { api_version: ARGO, kind: "Workflow" };

/// The kinds of objects that an operation is done to.
const KINDS: &[(&str, &[&str])] =
    &[("workflow.submit", &["Workflow"]), ("workflow.submit-from", &["CronWorkflow", "WorkflowTemplate"])];

impl<'a> Check<'a> {
    /// The object of an action; nothing when a mistake was reported.
    pub(super) fn action_resource(
        &mut self,
        action: &'a ast::Action,
        kind: &'static ActionKind,
        args: &BTreeMap<String, Json>,
        scope: &Scope,
    ) -> Option<Resource> {
        match kind.body {
            ActionBody::Arguments => {
                let cluster = args.get("cluster") == Some(&Json::Bool(true));
                self.workflow_run(action, cluster, scope).map(Resource::Object)
            }
            ActionBody::Nothing => {
                if let Some(object) = action.object.as_ref().filter(|object| !object.entries.is_empty()) {
                    let at = self.reports.at(object.span);
                    self.reports.add(structure::action_takes_no(at, kind.name, "anything in `{…}`"));
                    return None;
                }
                let name =
                    self.object_name(action.target.as_ref()?, "the name of a Workflow in quotes", scope)?;
                Some(Resource::Object(folded_object([
                    ("apiVersion", expr::Expr::text(ARGO)),
                    ("kind", expr::Expr::text("Workflow")),
                    ("metadata", folded_object([("name", name)])),
                ])))
            }
            _ => match (&action.from, &action.object) {
                (Some(from), None) => {
                    let at = self.reports.at(from.span);
                    if kind.targets.runtime.accepts() {
                        self.refused(Target::Plan, targets::not_in_runtime_yet(at, "from"));
                    }
                    self.location(from, scope).map(Resource::From)
                }
                (Some(_), Some(object)) => {
                    let at = self.reports.at(object.span);
                    self.reports.add(structure::action_takes_no(at, kind.name, "an object beside `from`"));
                    None
                }
                (None, Some(object)) => {
                    let written = self.resource(object, action.name.span, kind, scope);
                    if kind.name == "k8s.patch" && !args.contains_key("strategy") {
                        self.replaced_lists(object);
                    }
                    Some(Resource::Object(written))
                }
                (None, None) => {
                    let at = self.reports.at(action.name.span);
                    self.reports.add(structure::action_needs(at, kind.name, "a Kubernetes object in `{…}`"));
                    None
                }
            },
        }
    }

    /// What `with` changes in it.
    pub(super) fn resource_patches(&mut self, action: &'a ast::Action, scope: &Scope) -> Vec<Patch> {
        let Some(with) = &action.with else { return Vec::new() };
        let kind = aev_catalogue::action(&action.name.value);
        if kind.is_some_and(|kind| kind.targets.runtime.accepts()) && action.from.is_none() {
            let at = self.reports.at(with.span);
            self.refused(Target::Plan, targets::not_in_runtime_yet(at, "with"));
        }
        let text = |name: &str| {
            action.object.as_ref().and_then(|object| member(object, name)).and_then(constant_text)
        };
        let known = match kind.map(|kind| kind.body) {
            Some(ActionBody::Resource) => text("apiVersion").zip(text("kind")),
            _ => None,
        };
        let places = match &known {
            Some((api_version, kind)) => Places::Resource { api_version, kind },
            None => WORKFLOW,
        };
        let patches = self.patches(with, scope, places);
        if action.from.is_some() {
            for entry in &with.entries {
                let PatchEntry::Field { path, .. } = entry else { continue };
                let found = path.iter().find(|step| matches!(step.kind, PatchStepKind::ByName { .. }));
                if let Some(step) = found {
                    let at = self.reports.at(step.span);
                    self.reports.add(lints::element_by_name(at));
                }
            }
        }
        patches
    }

    /// Where an object comes from; nothing when a mistake was reported.
    fn location(&mut self, from: &'a ast::From, scope: &Scope) -> Option<Location> {
        let known = aev_catalogue::location(&from.kind.value)?;
        let name = format!("`from {}`", known.name);
        let before = self.reports.errors();
        let fields: Vec<CallField> = match &from.args {
            FromArgs::Object(object) => {
                let braces = Braces::of(object, from.kind.span, &name);
                let written = self.fields(&braces, known.block, |check, field, syntax| {
                    check.field_value(field, &syntax.value, scope)
                });
                let fields: Vec<CallField> = written
                    .into_iter()
                    .map(|w| CallField { name: w.field.name.to_owned(), value: w.value.into_expr() })
                    .collect();
                if known.name == "url" && !fields.iter().any(|field| field.name == "verifyCert") {
                    let at = self.reports.at(from.span);
                    self.reports.add(lints::unverified_address(at));
                }
                fields
            }
            FromArgs::Call(args) => {
                if args.len() != known.block.fields.len() || args.iter().any(|arg| arg.name.is_some()) {
                    let names: Vec<&str> = known.block.fields.iter().map(|field| field.name).collect();
                    let at = self.reports.at(from.span);
                    self.reports.add(structure::place_of_object(at, known.name, &names));
                    return None;
                }
                let values = known.block.fields.iter().zip(args).map(|(field, arg)| {
                    let value = self.field_value(field, &arg.value, scope).into_expr();
                    self.not_empty(field, &arg.value);
                    CallField { name: field.name.to_owned(), value }
                });
                values.collect()
            }
            FromArgs::Foreign(foreign) => {
                if foreign.language.value != "yaml" {
                    let at = self.reports.at(foreign.language.span);
                    self.reports.add(structure::inline_language(at, &foreign.language.value));
                    return None;
                }
                self.inline(foreign);
                vec![CallField { name: "text".to_owned(), value: expr::Expr::text(foreign.text.as_str()) }]
            }
        };
        (self.reports.errors() == before).then(|| Location { kind: known.name.to_owned(), fields })
    }

    /// YAML in the file is one object.
    fn inline(&mut self, foreign: &ast::Foreign) {
        let at = self.reports.at(foreign.span);
        let why = match aev_argo::yaml::parse(&foreign.text, 0) {
            Err(error) => error.reason,
            Ok(nodes) => match nodes.as_slice() {
                [one] if ["apiVersion", "kind"].iter().all(|key| !one.text_at(&[key]).is_empty()) => return,
                [_] => "it is no object with `apiVersion` and `kind`".to_owned(),
                _ => format!("it is {} documents, and only one is read", nodes.len()),
            },
        };
        self.reports.add(structure::no_inline_object(at, &why));
    }

    /// A name that is written, or comes from an event.
    fn object_name(&mut self, target: &'a Expr, wanted: &str, scope: &Scope) -> Option<expr::Expr> {
        if let (Some(name), ExprKind::Text(text)) = (constant_text(target), &bare(target).kind) {
            // It becomes the value of a label, too.
            let why = kubernetes::subdomain(&name).or_else(|| kubernetes::label_value(&name));
            self.fit(text, &name, why);
        } else if is_literal(target) && !matches!(bare(target).kind, ExprKind::Text(_)) {
            let at = self.reports.at(target.span);
            self.reports.add(type_problems::wrong_shape(at, wanted));
            return None;
        }
        Some(self.value(target, scope, Places::Json, &mut Vec::new()))
    }

    /// Reports a kind of object that the operation is not for.
    fn fit_for(&mut self, operation: &ActionKind, kind: Option<&Expr>) {
        let wanted = KINDS.iter().find(|(name, _)| *name == operation.name).map(|(_, kinds)| *kinds);
        if let (Some(wanted), Some(value)) = (wanted, kind)
            && let Some(kind) = constant_text(value).filter(|kind| !wanted.contains(&kind.as_str()))
        {
            let at = self.reports.at(value.span);
            self.reports.add(kinds::not_one_of(at, &kind, wanted));
        }
    }

    /// Warns of the first list in what is merged.
    fn replaced_lists(&mut self, object: &Object) {
        if let Some(list) = list_in(object) {
            let at = self.reports.at(list);
            self.reports.add(lints::list_in_merge(at));
        }
    }

    /// `workflow.run "t" { a: v }` creates a Workflow that refers to the template.
    fn workflow_run(&mut self, action: &'a ast::Action, cluster: bool, scope: &Scope) -> Option<expr::Expr> {
        // Without one the action could not be read, and has a diagnostic.
        let target = action.target.as_ref()?;
        let template = self.object_name(target, "the name of a template in quotes", scope)?;
        let prefix = match &template {
            expr::Expr::Const(Json::String(name)) => expr::Expr::text(format!("{name}-")),
            other => expr::Expr::Concat(vec![other.clone(), expr::Expr::text("-")]),
        };
        let mut parameters = Vec::new();
        if let Some(object) = &action.object {
            for field in self.object_fields(&object.entries) {
                self.option_among_arguments(field);
                let places = WORKFLOW;
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
        Some(folded_object([
            ("apiVersion", expr::Expr::text(ARGO)),
            ("kind", expr::Expr::text("Workflow")),
            ("metadata", folded_object([("generateName", prefix)])),
            ("spec", folded_object(spec)),
        ]))
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
    fn resource(
        &mut self,
        written: &'a Object,
        owner: Span,
        kind: &'static ActionKind,
        scope: &Scope,
    ) -> expr::Expr {
        // Only what is new may have a name that is made.
        let makes = matches!(kind.name, "k8s.create" | "workflow.submit");
        let field = |object: &'a Object, name: &str| member(object, name);
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
                    let names: &[&str] = if makes { &["name", "generateName"] } else { &["name"] };
                    let named = names.iter().find_map(|name| Some((*name, field(metadata, name)?)));
                    match named {
                        Some((name, value)) => self.resource_name(name, value),
                        None if metadata.broken => {}
                        None if makes => missing.push("metadata.name` or `metadata.generateName"),
                        None => missing.push("metadata.name"),
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
        self.fit_for(kind, field(written, "kind"));
        let (api_version, kind) = (text("apiVersion").unwrap_or_default(), text("kind").unwrap_or_default());
        let places = Places::Resource { api_version: &api_version, kind: &kind };
        self.object_value(written, scope, places, &mut Vec::new())
    }

    /// Reports a literal where only text can stand.
    pub(super) fn never_text(&mut self, value: &Expr, wanted: &str) {
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
}

/// A member of an object as it is written.
fn member<'o>(object: &'o Object, name: &str) -> Option<&'o Expr> {
    object.entries.iter().find_map(|entry| match entry {
        Entry::Field(field) if field.key.value == name => Some(&field.value),
        _ => None,
    })
}

/// The first list in it.
fn list_in(object: &Object) -> Option<Span> {
    object.entries.iter().find_map(|entry| match entry {
        Entry::Field(field) => match &bare(&field.value).kind {
            ExprKind::List(_) => Some(field.value.span),
            ExprKind::Object(inner) => list_in(inner),
            _ => None,
        },
        Entry::Spread(_) => None,
    })
}

/// Whether the object has fields, and all are of one of these blocks.
fn has_only(object: &Object, blocks: &[&Block]) -> bool {
    let known = |entry: &Entry| match entry {
        Entry::Field(field) => blocks.iter().any(|block| block.field(&field.key.value).is_some()),
        Entry::Spread(_) => false,
    };
    !object.entries.is_empty() && object.entries.iter().all(known)
}
