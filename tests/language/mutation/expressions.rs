//! Mutants of expressions: conditions, and the values of actions.

use aev_language::syntax::ast::{BinaryOp, Expr, ExprKind, ItemKind, ListEntry, Span, Spanned, TextPart};

use super::mutant::{How, Place, Verdict, Walk, here, within};
use super::shapes::Literal;
use super::types::{Known, Scope, Ty, steps};

/// Whether a literal of a type may be compared with a value of another.
fn comparable(ty: Ty, literal: Literal) -> bool {
    match ty {
        Ty::Any => literal != Literal::List,
        // A duration is text where no duration is asked for.
        Ty::Text => matches!(literal, Literal::Text | Literal::Duration),
        Ty::Number => literal == Literal::Number,
        Ty::Bool => literal == Literal::Bool,
        Ty::Literals | Ty::Structure => false,
    }
}

/// Whether a duration, which is text there, may stand beside texts.
fn literal_is_text(ty: Ty) -> bool {
    matches!(ty, Ty::Any | Ty::Text)
}

/// What an operand of a comparison is known to be.
fn operand<'a>(walk: &Walk<'a>, expr: &Expr, scope: &Scope<'a>) -> Option<Known> {
    match &expr.kind {
        ExprKind::Paren(inner) => operand(walk, inner, scope),
        ExprKind::Binary(op, left, _) if op.value == BinaryOp::Default => operand(walk, left, scope),
        ExprKind::Attribute(..) => Some(Known { ty: Ty::Text, optional: false, checked: true }),
        _ => walk.types.path(expr, scope),
    }
}

impl<'a> Walk<'a> {
    /// What becomes of a program whose filter loses this test: a trigger may need what it had made certain.
    pub fn narrowed(&self, condition: &'a Expr, scope: &Scope<'a>) -> Verdict {
        match optional(self, condition, scope).filter(|member| self.read_in_a_trigger(member)) {
            Some(member) => Verdict::Wrong(Place::Use(member.to_owned())),
            None => Verdict::Legal,
        }
    }

    /// A condition.
    pub fn condition(&mut self, expr: &'a Expr, scope: &Scope<'a>) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.condition(inner, scope),
            ExprKind::Unary(op, inner) => {
                self.remove("`not`", op.span, Verdict::Legal);
                self.condition(inner, scope);
            }
            ExprKind::Binary(op, left, right) if matches!(op.value, BinaryOp::And | BinaryOp::Or) => {
                let first = Span { start: left.span.start, end: right.span.start };
                let second = Span { start: left.span.end, end: right.span.end };
                let (without_left, without_right) = (self.narrowed(left, scope), self.narrowed(right, scope));
                self.replace("operand of and, or", How::Remove, first, "", without_left);
                self.replace("operand of and, or", How::Remove, second, "", without_right);
                self.gone("operator", op.span, expr.span);
                let between = format!(" {} ", self.source(op.span));
                self.duplicate("operand of and, or", right.span, &between, Verdict::Legal);
                self.condition(left, scope);
                self.condition(right, scope);
            }
            ExprKind::Binary(op, left, right) => self.comparison(expr, op, left, right, scope),
            ExprKind::Call(callee, args) => {
                self.rename("function", callee.span, here());
                for arg in args {
                    self.remove("argument", arg.value.span, within(expr.span));
                    self.duplicate("argument", arg.value.span, ", ", within(expr.span));
                    self.retype(&arg.value, |_| false);
                    self.path(&arg.value, scope);
                }
            }
            _ => self.path(expr, scope),
        }
    }

    fn comparison(
        &mut self,
        whole: &'a Expr,
        op: &Spanned<BinaryOp>,
        left: &'a Expr,
        right: &'a Expr,
        scope: &Scope<'a>,
    ) {
        let Some(known) = operand(self, left, scope) else { return };
        let alone = match known.ty {
            Ty::Any | Ty::Bool => self.narrowed(whole, scope),
            _ => here(),
        };
        // `not in`, `matches` and their kin are names where no operator is expected.
        let second = Span { start: left.span.end, end: right.span.end };
        self.replace("right operand", How::Remove, second, "", alone);
        self.replace("left operand", How::Remove, left.span, "", within(whole.span));
        self.replace("right operand", How::Remove, right.span, "", here());
        self.gone("operator", op.span, whole.span);
        self.operand_of(left, scope);
        match (&right.kind, op.value) {
            (ExprKind::List(entries), BinaryOp::In | BinaryOp::NotIn) => {
                let alone = entries.len() == 1;
                self.list(entries, Verdict::Legal, |walk, value| {
                    let text = matches!(value.kind, ExprKind::Text(_)) && literal_is_text(known.ty);
                    let fits = |literal| match alone {
                        true => comparable(known.ty, literal),
                        false => text && literal == Literal::Duration,
                    };
                    walk.retype_at(value, fits, Verdict::Wrong(Place::Within(right.span)));
                    if let ExprKind::Text(_) = &value.kind {
                        walk.compared_text(value.span, known.ty);
                    }
                });
                self.retype(right, |literal| literal == Literal::List && comparable(known.ty, Literal::Text));
            }
            (ExprKind::Text(_), BinaryOp::Matches | BinaryOp::NotMatches) => {
                self.rename("free text", right.span, Verdict::Legal);
                self.retype(right, |_| false);
            }
            (ExprKind::Text(_), _) => {
                self.compared_text(right.span, known.ty);
                self.retype(right, |literal| comparable(known.ty, literal));
            }
            (_, BinaryOp::Less | BinaryOp::Greater | BinaryOp::LessOrEqual | BinaryOp::GreaterOrEqual) => {
                self.retype(right, |literal| comparable(known.ty, literal) && literal != Literal::Bool);
            }
            _ => self.retype(right, |literal| comparable(known.ty, literal)),
        }
    }

    fn compared_text(&mut self, span: Span, ty: Ty) {
        let verdict = if ty == Ty::Literals { here() } else { Verdict::Legal };
        self.rename("compared text", span, verdict);
    }

    fn operand_of(&mut self, expr: &'a Expr, scope: &Scope<'a>) {
        match &expr.kind {
            ExprKind::Paren(inner) => self.operand_of(inner, scope),
            ExprKind::Binary(op, left, right) if op.value == BinaryOp::Default => {
                let span = Span { start: left.span.end, end: right.span.end };
                self.replace("default", How::Remove, span, "", Verdict::Legal);
                self.path(left, scope);
            }
            _ => self.path(expr, scope),
        }
    }

    /// A path into an event: its steps, and the name of the event.
    pub fn path(&mut self, expr: &'a Expr, scope: &Scope<'a>) {
        match &expr.kind {
            ExprKind::Name(_) => self.rename("event in an expression", expr.span, here()),
            ExprKind::Member(base, name) => {
                let known = self.types.path(expr, scope);
                let checked = known.is_none_or(|known| known.checked);
                let verdict = if checked { here() } else { Verdict::Legal };
                self.rename("member", name.span, verdict);
                self.path(base, scope);
            }
            ExprKind::Index(base, index) => {
                self.path(base, scope);
                let header =
                    matches!(&base.kind, ExprKind::Member(_, name) if name.value.starts_with("header"));
                match &index.kind {
                    ExprKind::Text(_) => {
                        self.rename("name in brackets", index.span, Verdict::Legal);
                        self.retype(index, |literal| !header && literal == Literal::Number);
                    }
                    _ => self.retype(index, |literal| literal == Literal::Text),
                }
                self.remove("index", index.span, within(expr.span));
            }
            ExprKind::Attribute(base, name) => {
                self.rename("attribute", name.span, here());
                self.path(base, scope);
            }
            _ => {}
        }
    }

    /// A value in an action. Literals may be of any type, and whatever need not be there has a default.
    pub fn value(&mut self, expr: &'a Expr, scope: &Scope<'a>) {
        match &expr.kind {
            ExprKind::Object(object) => {
                self.free(&object.entries, |walk, value| walk.value(value, scope));
            }
            ExprKind::List(entries) => {
                self.retype(expr, |_| true);
                self.list(entries, Verdict::Legal, |walk, value| walk.value(value, scope));
            }
            ExprKind::Text(text) => {
                self.retype(expr, |_| true);
                self.interpolated(text, scope);
                if text.parts.len() < 2 {
                    self.rename("free text", expr.span, Verdict::Legal);
                }
            }
            ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Duration(_) => self.retype(expr, |_| true),
            ExprKind::Paren(inner) => self.value(inner, scope),
            ExprKind::Binary(op, left, right) if op.value == BinaryOp::Default => {
                let covered = matches!(right.kind, ExprKind::Text(_) | ExprKind::Number(_));
                self.default_of(left, right, scope, false);
                self.default_parts(left, right, scope, covered);
            }
            ExprKind::Call(callee, args) => {
                self.rename("function", callee.span, here());
                for arg in args {
                    self.remove("argument", arg.value.span, within(expr.span));
                    self.duplicate("argument", arg.value.span, ", ", within(expr.span));
                    self.value(&arg.value, scope);
                }
            }
            _ => self.path(expr, scope),
        }
    }

    /// `left ?? right`; `covered` when a constant stands in for both.
    fn default_of(&mut self, left: &'a Expr, right: &'a Expr, scope: &Scope<'a>, covered: bool) {
        let second = Span { start: left.span.end, end: right.span.end };
        let verdict = if !covered && self.may_miss(left, scope) { here() } else { Verdict::Legal };
        self.replace("default", How::Remove, second, "", verdict);
        let first = Span { start: left.span.start, end: right.span.start };
        let verdict = if !covered && self.may_miss(right, scope) { here() } else { Verdict::Legal };
        self.replace("left of a default", How::Remove, first, "", verdict);
    }

    fn default_parts(&mut self, left: &'a Expr, right: &'a Expr, scope: &Scope<'a>, covered: bool) {
        match &left.kind {
            ExprKind::Binary(op, first, second) if op.value == BinaryOp::Default => {
                self.default_of(first, second, scope, covered);
                self.default_parts(first, second, scope, covered);
            }
            _ => self.value(left, scope),
        }
        self.value(right, scope);
    }

    /// Whether a value need not be there.
    fn may_miss(&self, expr: &Expr, scope: &Scope<'a>) -> bool {
        match &expr.kind {
            ExprKind::Binary(_, left, right) => self.may_miss(left, scope) && self.may_miss(right, scope),
            _ => {
                let root = steps(expr).and_then(|(root, _)| scope.get(root));
                root.is_some_and(|origin| !origin.sure)
                    || self.types.path(expr, scope).is_some_and(|known| known.optional)
            }
        }
    }

    fn read_in_a_trigger(&self, member: &str) -> bool {
        let triggers = self.file.items.iter().filter(|item| matches!(item.kind, ItemKind::Trigger(_)));
        triggers.map(|item| item.span).any(|span| self.stands(member, span))
    }

    /// The `${…}` of a text.
    pub fn interpolated(&mut self, text: &'a aev_language::syntax::ast::Text, scope: &Scope<'a>) {
        for part in &text.parts {
            let TextPart::Value(value) = part else { continue };
            let span = Span { start: value.span.start - 2, end: value.span.end + 1 };
            self.replace("interpolation", How::Remove, span, "", Verdict::Legal);
            self.duplicate("interpolation", span, "", Verdict::Legal);
            self.replace("path in a text", How::Remove, value.span, "", here());
            self.value(value, scope);
        }
    }
}

/// A member that need not be there and that a condition tests.
fn optional<'e>(walk: &Walk<'_>, expr: &'e Expr, scope: &Scope<'_>) -> Option<&'e str> {
    match &expr.kind {
        ExprKind::Paren(inner) | ExprKind::Unary(_, inner) => optional(walk, inner, scope),
        ExprKind::Binary(_, left, right) => {
            optional(walk, left, scope).or_else(|| optional(walk, right, scope))
        }
        ExprKind::Call(_, args) => args.iter().find_map(|arg| optional(walk, &arg.value, scope)),
        ExprKind::List(entries) => entries.iter().find_map(|entry| match entry {
            ListEntry::Value(value) | ListEntry::Spread(value) => optional(walk, value, scope),
        }),
        ExprKind::Member(_, name) => {
            walk.types.path(expr, scope).filter(|known| known.optional).map(|_| name.value.as_str())
        }
        _ => None,
    }
}
