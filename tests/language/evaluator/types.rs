//! Types, as far as they matter to what a value is: whether null may stand in for what is absent.

use super::meaning::{Meaning, Named, Scope, bare};
use super::value::Value;
use aev_language::syntax::ast::{
    BinaryOp, Entry, Expr, ExprKind, ListEntry, Object, TextPart, TypeExpr, TypeKind, UnaryOp,
};

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    Any,
    Null,
    /// Text, a number or a truth value.
    Scalar,
    List(Box<Ty>),
    /// Members, and whether each may be absent.
    Record(Vec<(String, Ty, bool)>),
    Union(Vec<Ty>),
}

/// It is said that it may be null. On `any` nothing is said.
pub fn nullable(ty: &Ty) -> bool {
    match ty {
        Ty::Null => true,
        Ty::Union(members) => members.iter().any(nullable) && !members.contains(&Ty::Any),
        _ => false,
    }
}

impl Ty {
    /// As it was declared.
    pub fn of(ty: &TypeExpr) -> Ty {
        match &ty.kind {
            TypeKind::Name { name, argument } => match (name.as_str(), argument) {
                ("null", _) => Ty::Null,
                ("any", _) => Ty::Any,
                ("list", Some(element)) => Ty::List(Box::new(Ty::of(element))),
                _ => Ty::Scalar,
            },
            TypeKind::Union(members) => Ty::Union(members.iter().map(Ty::of).collect()),
            TypeKind::Record(fields) => {
                let field = fields.iter();
                Ty::Record(
                    field
                        .map(|field| (field.name.value.clone(), Ty::of(&field.ty), field.optional))
                        .collect(),
                )
            }
            _ => Ty::Scalar,
        }
    }

    /// The type of the data of a webhook.
    pub fn webhook(body: Option<&TypeExpr>) -> Ty {
        let body = body.map_or(Ty::Any, Ty::of);
        Ty::Record(vec![("header".to_owned(), Ty::Any, false), ("body".to_owned(), body, false)])
    }

    fn or(self, other: Ty) -> Ty {
        if self == Ty::Any || other == Ty::Any { Ty::Any } else { Ty::Union(vec![self, other]) }
    }

    fn without_null(self) -> Ty {
        match self {
            Ty::Union(members) => {
                Ty::Union(members.into_iter().filter(|member| *member != Ty::Null).collect())
            }
            other => other,
        }
    }
}

impl Meaning<'_> {
    pub fn type_of(&self, expr: &Expr, scope: &Scope<'_>) -> Ty {
        self.read(expr, scope).0
    }

    /// Of an element of a list.
    pub fn element_type(&self, list: &Expr, scope: &Scope<'_>) -> Ty {
        match self.type_of(list, scope) {
            Ty::List(element) => *element,
            _ => Ty::Any,
        }
    }

    /// The type of a value, and whether it may be absent.
    fn read(&self, expr: &Expr, scope: &Scope<'_>) -> (Ty, bool) {
        // Of a constant it is known whether it is there.
        if !matches!(bare(expr).kind, ExprKind::List(_)) {
            match self.constant(expr, scope) {
                Some(Value::Null) => return (Ty::Null, false),
                Some(Value::List(..)) => return (Ty::List(Box::new(Ty::Scalar)), false),
                Some(_) => return (Ty::Scalar, false),
                None => {}
            }
        }
        let worked_out = |ty: Ty, parts: &[&Expr]| (ty, parts.iter().any(|part| self.read(part, scope).1));
        match &bare(expr).kind {
            ExprKind::Name(name) => match scope.get(name) {
                Some(Named::Event(_, ty)) => ((*ty).clone(), false),
                Some(Named::Element(_, ty)) => (ty.clone(), false),
                _ => (Ty::Scalar, false),
            },
            ExprKind::Member(base, key) => self.read_member(base, &key.value, scope),
            ExprKind::Index(base, _) if self.are_headers(base, scope) => (Ty::Scalar, true),
            // The unchecked way out, and elements that may not be there.
            ExprKind::Index(base, index) => match (self.read(base, scope).0, &bare(index).kind) {
                (Ty::List(element), ExprKind::Number(_) | ExprKind::Unary(..)) => (*element, true),
                (_, ExprKind::Text(_)) => (Ty::Any, true),
                _ => (Ty::Any, true),
            },
            ExprKind::Text(text) => {
                let mut parts = text.parts.iter().filter_map(|part| match part {
                    TextPart::Value(value) => Some(value),
                    TextPart::Literal(_) => None,
                });
                (Ty::Scalar, parts.any(|part| self.read(part, scope).1))
            }
            ExprKind::List(_) | ExprKind::Comprehension(_) => (Ty::List(Box::new(Ty::Any)), false),
            ExprKind::Object(_) => (Ty::Record(Vec::new()), false),
            ExprKind::Call(callee, args) => {
                let args: Vec<&Expr> = args.iter().map(|arg| &arg.value).collect();
                match &callee.kind {
                    ExprKind::Name(name) if name == "parse-json" => worked_out(Ty::Any, &args),
                    ExprKind::Name(name) if name == "split" => {
                        worked_out(Ty::List(Box::new(Ty::Scalar)), &args)
                    }
                    ExprKind::Name(name) if name == "exists" => (Ty::Scalar, false),
                    ExprKind::Name(_) => worked_out(Ty::Scalar, &args),
                    _ => (Ty::List(Box::new(Ty::Scalar)), true),
                }
            }
            ExprKind::Unary(op, inner) if op.value == UnaryOp::Negate => worked_out(Ty::Scalar, &[inner]),
            ExprKind::Binary(op, left, right) => match op.value {
                BinaryOp::Default => {
                    let ((left, _), (right, absent)) = (self.read(left, scope), self.read(right, scope));
                    let left = if scope.in_where { left } else { left.without_null() };
                    (left.or(right), absent)
                }
                BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::Divide
                | BinaryOp::Remainder => worked_out(Ty::Scalar, &[left, right]),
                _ => (Ty::Scalar, false),
            },
            ExprKind::If(_, then, otherwise) => {
                let (then, otherwise) = (self.read(then, scope), self.read(otherwise, scope));
                (then.0.or(otherwise.0), then.1 || otherwise.1)
            }
            _ => (Ty::Scalar, false),
        }
    }

    fn read_member(&self, base: &Expr, key: &str, scope: &Scope<'_>) -> (Ty, bool) {
        let (ty, absent) = self.read(base, scope);
        match ty {
            Ty::Record(members) => match members.into_iter().find(|(name, ..)| name == key) {
                Some((_, ty, optional)) => (ty, absent || optional),
                None => (Ty::Any, true),
            },
            _ => (Ty::Any, true),
        }
    }

    /// The type of what a `map` makes: what may be absent may be null.
    pub fn mapped_type(&self, object: &Object, scope: &Scope<'_>) -> Ty {
        let members = object.entries.iter().filter_map(|entry| match entry {
            Entry::Field(field) => Some(field),
            Entry::Spread(_) => None,
        });
        let members =
            members.map(|field| (field.key.value.clone(), self.or_null_type(&field.value, scope), false));
        Ty::Record(members.collect())
    }

    fn or_null_type(&self, expr: &Expr, scope: &Scope<'_>) -> Ty {
        match &bare(expr).kind {
            ExprKind::Object(object) => self.mapped_type(object, scope),
            ExprKind::List(entries) => {
                let entries = entries.iter().map(|entry| match entry {
                    ListEntry::Value(value) => self.or_null_type(value, scope),
                    ListEntry::Spread(value) => self.element_type(value, scope),
                });
                Ty::List(Box::new(entries.reduce(Ty::or).unwrap_or(Ty::Any)))
            }
            _ => match self.read(expr, scope) {
                (ty, true) => ty.or(Ty::Null),
                (ty, false) => ty,
            },
        }
    }
}
