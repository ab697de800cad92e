//! What stands in braces by the catalogue: which fields must be there, and which literals fit where.

use aev_catalogue::{Block, Rule, Shape};
use aev_language::syntax::ast::{Entry, Expr, ExprKind, Field, ListEntry, Span};

use super::mutant::{How, Verdict, Walk, here, within};

/// A literal of each type.
pub const LITERALS: [(Literal, &str); 5] = [
    (Literal::Text, "\"x\""),
    (Literal::Number, "7"),
    (Literal::Bool, "true"),
    (Literal::Duration, "5s"),
    (Literal::List, "[\"x\"]"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    Text,
    Number,
    Bool,
    Duration,
    List,
}

/// The type of a literal; nothing when it is none of these.
pub fn literal(expr: &Expr) -> Option<Literal> {
    match &expr.kind {
        ExprKind::Text(_) => Some(Literal::Text),
        ExprKind::Number(_) => Some(Literal::Number),
        ExprKind::Bool(_) => Some(Literal::Bool),
        ExprKind::Duration(_) => Some(Literal::Duration),
        ExprKind::List(_) => Some(Literal::List),
        _ => None,
    }
}

/// Whether the literal of a type, as in [`LITERALS`], fits a shape.
fn fits(shape: &Shape, literal: Literal) -> bool {
    match shape {
        Shape::Bool => literal == Literal::Bool,
        Shape::Int { min, max } | Shape::QuotedInt { min, max } => {
            literal == Literal::Number && (*min..=*max).contains(&7)
        }
        Shape::Number { .. } | Shape::Port | Shape::Bytes => literal == Literal::Number,
        Shape::Duration => literal == Literal::Duration,
        Shape::Seconds => matches!(literal, Literal::Duration | Literal::Number),
        Shape::GrpcServer
        | Shape::HostPort { .. }
        | Shape::Pattern
        | Shape::RelativePath
        | Shape::Text
        | Shape::ObjectName
        | Shape::Namespace
        | Shape::Bus => literal == Literal::Text,
        Shape::List(element) => literal == Literal::List && fits(element, Literal::Text),
        Shape::Value => true,
        // `"x"` is no endpoint, address, zone or schedule, and none of the possible texts.
        _ => false,
    }
}

/// Whether the fields of a block are complete and fit together.
fn complete(block: &Block, there: &[&str]) -> bool {
    let has = |name: &&str| there.contains(name);
    let required = block.fields.iter().all(|field| !field.required || has(&field.name));
    required
        && block.rules.iter().all(|rule| match rule {
            Rule::ExactlyOne(groups) => groups.iter().filter(|group| group.iter().any(has)).count() == 1,
            Rule::AtLeastOne(groups) => groups.iter().any(|group| group.iter().any(has)),
            Rule::AtMostOne(groups) => groups.iter().filter(|group| group.iter().any(has)).count() < 2,
            Rule::AllOrNone(names) => names.iter().all(has) || !names.iter().any(has),
            Rule::Requires(names, needed) => !names.iter().all(has) || has(needed),
            Rule::OnlyWith(name, other) => !has(name) || has(other),
            Rule::IdleWithout(..) | Rule::ArgoNeedsTrue(..) => true,
            // What is written is kept, so these go by what is there.
            Rule::Not(..) => true,
            Rule::TrueNeeds(name, needed) => !has(name) || has(needed),
        })
}

impl<'a> Walk<'a> {
    /// The entries of a block of the catalogue, within a construct.
    pub fn block(&mut self, entries: &'a [Entry], block: &'static Block, around: Span) {
        let fields: Vec<&Field> = entries
            .iter()
            .filter_map(|entry| match entry {
                Entry::Field(field) => Some(field),
                Entry::Spread(_) => None,
            })
            .collect();
        for field in &fields {
            let known = block.field(&field.key.value).unwrap();
            let others: Vec<&str> =
                fields.iter().map(|f| f.key.value.as_str()).filter(|name| *name != known.name).collect();
            let verdict = if complete(block, &others) { Verdict::Legal } else { within(around) };
            self.remove("field", field.span, verdict);
            self.rename("field name", field.key.span, here());
            self.duplicate("field", field.span, "\n", here());
            self.shaped(&field.value, &known.shape);
            self.gone("value", field.value.span, field.span);
            self.gone("field name", field.key.span, field.span);
        }
    }

    /// A constant of a shape.
    pub fn shaped(&mut self, expr: &'a Expr, shape: &'static Shape) {
        self.retype(expr, |literal| fits(shape, literal));
        match (shape, &expr.kind) {
            (Shape::Record(block), ExprKind::Object(object)) => self.block(&object.entries, block, expr.span),
            (Shape::Map(element), ExprKind::Object(object)) => self.free(&object.entries, |walk, value| {
                walk.shaped(value, element);
            }),
            (Shape::List(element), ExprKind::List(entries)) => {
                self.list(entries, Verdict::Legal, |walk, value| {
                    walk.shaped(value, element);
                })
            }
            (Shape::StatusCodes, ExprKind::List(entries)) => {
                self.list(entries, Verdict::Legal, |walk, value| {
                    walk.retype(value, |_| false);
                })
            }
            (Shape::Secret | Shape::ConfigMap, _) => self.reference(expr),
            (
                Shape::Enum(_)
                | Shape::Names(_)
                | Shape::Joined(_)
                | Shape::Zone
                | Shape::ExcludedDays
                | Shape::Cron,
                ExprKind::Text(_),
            ) => {
                let span = if *shape == Shape::Cron { None } else { Some(expr.span) };
                if let Some(span) = span {
                    self.rename("enumerated text", span, here());
                }
            }
            // The paths in a text are renamed one by one.
            (_, ExprKind::Text(text)) if text.parts.len() > 1 => {}
            (_, ExprKind::Text(_)) => self.rename("free text", expr.span, Verdict::Legal),
            (Shape::Bus | Shape::StatusCodes, ExprKind::Name(_)) => self.rename("name", expr.span, here()),
            _ => {}
        }
    }

    /// An expression that must be of a certain type becomes a literal of another.
    pub fn retype(&mut self, expr: &Expr, fits: impl Fn(Literal) -> bool) {
        self.retype_at(expr, fits, here());
    }

    /// The same, where the mistake may also be seen in what stands beside.
    pub fn retype_at(&mut self, expr: &Expr, fits: impl Fn(Literal) -> bool, wrong: Verdict) {
        let own = literal(expr);
        for (of, text) in LITERALS.iter().filter(|(of, _)| Some(*of) != own) {
            let verdict = if fits(*of) { Verdict::Legal } else { wrong.clone() };
            self.replace("value", How::Retype, expr.span, text, verdict);
        }
    }

    /// The elements of a list that may have any number of them.
    pub fn list(
        &mut self,
        entries: &'a [ListEntry],
        removed: Verdict,
        mut each: impl FnMut(&mut Self, &'a Expr),
    ) {
        for entry in entries {
            let ListEntry::Value(value) = entry else { continue };
            self.remove("list element", value.span, removed.clone());
            self.duplicate("list element", value.span, ", ", Verdict::Legal);
            each(self, value);
        }
    }

    /// The entries of an object with any keys.
    pub fn free(&mut self, entries: &'a [Entry], mut each: impl FnMut(&mut Self, &'a Expr)) {
        for entry in entries {
            let Entry::Field(field) = entry else { continue };
            self.remove("entry", field.span, Verdict::Legal);
            self.rename("key", field.key.span, Verdict::Legal);
            self.duplicate("entry", field.span, "\n", here());
            self.gone("value", field.value.span, field.span);
            self.gone("key", field.key.span, field.span);
            each(self, &field.value);
        }
    }

    /// `secret("name", "key")`
    pub fn reference(&mut self, expr: &'a Expr) {
        let ExprKind::Call(callee, args) = &expr.kind else { return };
        self.rename("function", callee.span, here());
        for arg in args {
            self.remove("argument", arg.value.span, within(expr.span));
            self.duplicate("argument", arg.value.span, ", ", within(expr.span));
            self.rename("free text", arg.value.span, Verdict::Legal);
            self.retype(&arg.value, |_| false);
        }
    }
}
