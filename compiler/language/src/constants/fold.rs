//! One expression: constants put in, and what is computed of constants written out.

use super::literal::{as_text, compared, is_constant, is_literal, kind_of, member, number, ordered, written};
use super::merged::Merged;
use super::{Expander, Local, Mode, is_hole};
use crate::check::operator;
use crate::diagnostics::problems::constants as problems;
use crate::diagnostics::problems::kinds;
use crate::syntax::ast::{
    BinaryOp, Comprehension, Entry, Expr, ExprKind, ListEntry, Object, Span, Text, TextPart, UnaryOp,
};
use aev_plan::arithmetic::{NoResult, computed};
use aev_plan::expr::Operator;
use aev_plan::json::Number;
use std::collections::HashMap;

impl Expander<'_> {
    /// Writes out an expression in its place.
    pub(super) fn fold(&mut self, expr: &mut Expr, mode: Mode) {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Rate(_)
            | ExprKind::TimeOfDay(_)
            | ExprKind::Foreign(_)
            | ExprKind::Hole => {}
            ExprKind::Name(name) => {
                let name = std::mem::take(name);
                expr.kind = self.named(&name, span).unwrap_or(ExprKind::Name(name));
            }
            ExprKind::Text(text) => self.text(text),
            ExprKind::List(entries) => self.list(entries),
            ExprKind::Object(object) => self.object(object),
            ExprKind::Comprehension(list) => {
                if let Some(kind) = self.comprehension(list) {
                    expr.kind = kind;
                }
            }
            ExprKind::Paren(inner) => {
                self.fold(inner, mode);
                if is_literal(inner) || is_hole(inner) {
                    expr.kind = std::mem::replace(&mut inner.kind, ExprKind::Hole);
                }
            }
            ExprKind::Member(base, name) => {
                self.fold(base, Mode::Value);
                let found = match &base.kind {
                    ExprKind::Object(object) => match member(object, &name.value) {
                        Some(value) => {
                            self.uses.push((span, value.span));
                            Some(value.kind.clone())
                        }
                        None => self.no_member(object, &name.value, name.span),
                    },
                    _ => self.no_part(base, &format!(".{}", name.value), name.span),
                };
                expr.kind = found.unwrap_or_else(|| std::mem::replace(&mut expr.kind, ExprKind::Hole));
            }
            ExprKind::Index(base, index) => {
                self.fold(base, Mode::Value);
                self.fold(index, Mode::Value);
                let found = self.element(base, index);
                expr.kind = found.unwrap_or_else(|| std::mem::replace(&mut expr.kind, ExprKind::Hole));
            }
            ExprKind::Attribute(base, name) => {
                self.fold(base, Mode::Value);
                if let Some(hole) = self.no_part(base, &format!("::{}", name.value), name.span) {
                    expr.kind = hole;
                }
            }
            ExprKind::Call(callee, args) => {
                // The name of a function is no value.
                if let ExprKind::Member(base, _) = &mut callee.kind {
                    self.fold(base, Mode::Value);
                }
                for arg in args {
                    self.fold(&mut arg.value, Mode::Value);
                }
            }
            ExprKind::Unary(op, inner) => {
                // `-7` is how a number below nought is written.
                if op.value == UnaryOp::Negate && matches!(inner.kind, ExprKind::Number(_)) {
                    return;
                }
                self.fold(inner, if op.value == UnaryOp::Not { mode } else { Mode::Value });
                let op = op.value;
                if let Some(kind) = self.unary(op, inner, span, mode) {
                    expr.kind = kind;
                }
            }
            ExprKind::Binary(op, left, right) => {
                let inner = if matches!(op.value, BinaryOp::And | BinaryOp::Or) { mode } else { Mode::Value };
                self.fold(left, inner);
                self.fold(right, inner);
                let op = op.value;
                if let Some(kind) = self.binary(op, left, right, span, mode) {
                    expr.kind = kind;
                }
            }
            ExprKind::Range(range) => {
                self.fold(&mut range.value, Mode::Value);
                self.fold(&mut range.from, Mode::Value);
                self.fold(&mut range.to, Mode::Value);
                if let Some(zone) = &mut range.zone {
                    self.fold(zone, Mode::Value);
                }
            }
            ExprKind::If(condition, then, otherwise) => {
                self.fold(condition, Mode::Value);
                let chosen = match &condition.kind {
                    ExprKind::Bool(true) => Some(then),
                    ExprKind::Bool(false) => Some(otherwise),
                    ExprKind::Hole => {
                        expr.kind = ExprKind::Hole;
                        return;
                    }
                    _ if is_constant(condition) => {
                        let at = self.reports.at(condition.span);
                        self.reports.add(problems::no_condition(at, kind_of(condition)));
                        expr.kind = ExprKind::Hole;
                        return;
                    }
                    _ => {
                        self.fold(then, Mode::Value);
                        self.fold(otherwise, Mode::Value);
                        None
                    }
                };
                if let Some(chosen) = chosen {
                    self.fold(chosen, mode);
                    expr.kind = std::mem::replace(&mut chosen.kind, ExprKind::Hole);
                }
            }
            ExprKind::Quantifier(quantifier) => {
                self.fold(&mut quantifier.list, Mode::Value);
                let name = quantifier.name.clone();
                self.clash(&name);
                self.with_local(&name, Local::Opaque, |expander| {
                    expander.fold(&mut quantifier.condition, Mode::Condition);
                });
            }
        }
    }

    /// Puts the constants of a text into it.
    pub(super) fn text(&mut self, text: &mut Text) {
        if !text.parts.iter().any(|part| matches!(part, TextPart::Value(_))) {
            return;
        }
        let mut parts: Vec<TextPart> = Vec::new();
        for part in std::mem::take(&mut text.parts) {
            let part = match part {
                TextPart::Value(mut value) => {
                    self.fold(&mut value, Mode::Value);
                    match as_text(&value) {
                        Some(text) => {
                            self.room = self.room.saturating_sub(text.len());
                            TextPart::Literal(text)
                        }
                        None => TextPart::Value(value),
                    }
                }
                literal => literal,
            };
            match (parts.last_mut(), part) {
                (Some(TextPart::Literal(before)), TextPart::Literal(text)) => before.push_str(&text),
                (_, part) => parts.push(part),
            }
        }
        text.parts = parts;
    }

    fn list(&mut self, entries: &mut Vec<ListEntry>) {
        let spread = |entry: &ListEntry| matches!(entry, ListEntry::Spread(_));
        if !entries.iter().any(spread) {
            for entry in entries {
                if let ListEntry::Value(value) = entry {
                    self.fold(value, Mode::Value);
                }
            }
            return;
        }
        for entry in std::mem::take(entries) {
            match entry {
                ListEntry::Value(mut value) => {
                    self.fold(&mut value, Mode::Value);
                    entries.push(ListEntry::Value(value));
                }
                ListEntry::Spread(mut value) => {
                    self.fold(&mut value, Mode::Value);
                    match value.kind {
                        ExprKind::List(inner) => entries.extend(inner),
                        _ => {
                            self.not_spread(&value, "list");
                            entries.push(ListEntry::Value(Expr { kind: ExprKind::Hole, ..value }));
                        }
                    }
                }
            }
        }
    }

    pub(super) fn object(&mut self, object: &mut Object) {
        self.entries(&mut object.entries, &mut object.broken);
        if self.in_let {
            self.written_once(&mut object.entries);
        }
    }

    /// Reports what is written twice in a constant. What it is put into has it once: the mistake is here.
    fn written_once(&mut self, entries: &mut Vec<Entry>) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        entries.retain(|entry| {
            let Entry::Field(field) = entry else { return true };
            let Some(first) = seen.get(&field.key.value) else {
                seen.insert(field.key.value.clone(), field.key.span);
                return true;
            };
            let (at, first) = (self.reports.at(field.key.span), self.reports.at(*first));
            self.reports.add(kinds::field_twice(at, first, &field.key.value));
            false
        });
    }

    /// The entries of braces. A later entry wins over one that `...` brings, and one that `...` brings over all before.
    pub(super) fn entries(&mut self, entries: &mut Vec<Entry>, broken: &mut bool) {
        if !entries.iter().any(|entry| matches!(entry, Entry::Spread(_))) {
            for entry in entries {
                if let Entry::Field(field) = entry {
                    self.fold(&mut field.value, Mode::Value);
                }
            }
            return;
        }
        let mut found = Merged::default();
        for entry in std::mem::take(entries) {
            match entry {
                Entry::Field(mut field) => {
                    self.fold(&mut field.value, Mode::Value);
                    found.own(field);
                }
                Entry::Spread(mut value) => {
                    self.fold(&mut value, Mode::Value);
                    match value.kind {
                        ExprKind::Object(inner) => {
                            *broken |= inner.broken;
                            found.brought(inner.entries);
                        }
                        _ => {
                            self.not_spread(&value, "object");
                            *broken = true;
                        }
                    }
                }
            }
        }
        entries.extend(found.entries());
    }

    fn not_spread(&mut self, value: &Expr, wanted: &str) {
        if !is_hole(value) && !self.excuses(value) && !self.misses(value) {
            let at = self.reports.at(value.span);
            let constant = is_constant(value).then(|| kind_of(value));
            self.reports.add(problems::not_spread(at, wanted, constant));
        }
    }

    /// Reports a name that nothing here has, where a constant is wanted.
    fn misses(&mut self, value: &Expr) -> bool {
        let ExprKind::Name(name) = &value.kind else { return false };
        let missed = !self.locals.iter().any(|(local, _)| local == name);
        if missed {
            self.unknown(name, value.span);
        }
        missed
    }

    /// `[for x in list if condition: value]`, written out; none when the list is known only when events come.
    fn comprehension(&mut self, list: &mut Comprehension) -> Option<ExprKind> {
        self.fold(&mut list.list, Mode::Value);
        let elements = match std::mem::replace(&mut list.list.kind, ExprKind::Hole) {
            ExprKind::List(elements) => elements,
            ExprKind::Hole => return Some(ExprKind::Hole),
            kind => {
                list.list.kind = kind;
                if !self.excuses(&list.list) && !self.misses(&list.list) {
                    let at = self.reports.at(list.list.span);
                    let constant = is_constant(&list.list).then(|| kind_of(&list.list));
                    self.reports.add(problems::no_list(at, constant));
                }
                return Some(ExprKind::Hole);
            }
        };
        self.clash(&list.name);
        let mut entries = Vec::new();
        for element in elements {
            let ListEntry::Value(element) = element else { continue };
            let entry = self.with_local(&list.name, Local::Element(element), |expander| {
                let mut condition = list.condition.clone();
                if let Some(condition) = &mut condition {
                    expander.fold(condition, Mode::Value);
                }
                match condition.as_ref().map(|condition| &condition.kind) {
                    None | Some(ExprKind::Bool(true)) => {
                        let kind = expander.copied(&list.value, list.value.span);
                        let mut value = Expr { kind, span: list.value.span };
                        expander.fold(&mut value, Mode::Value);
                        Some(value)
                    }
                    Some(ExprKind::Bool(false)) => None,
                    Some(kind) => {
                        if let (Some(condition), false) = (&condition, matches!(kind, ExprKind::Hole)) {
                            let key = format!("condition {}", condition.span.start);
                            let at = expander.reports.at(condition.span);
                            let problem = problems::no_condition(at, kind_of(condition));
                            // All turns have it.
                            if !expander.reports.has(&key) {
                                expander.reports.add_once(key, problem);
                            }
                        }
                        Some(Expr { kind: ExprKind::Hole, span: list.value.span })
                    }
                }
            });
            entries.extend(entry.map(ListEntry::Value));
        }
        Some(ExprKind::List(entries))
    }

    fn unary(&mut self, op: UnaryOp, inner: &Expr, span: Span, mode: Mode) -> Option<ExprKind> {
        match (op, &inner.kind) {
            (_, ExprKind::Hole) => Some(ExprKind::Hole),
            (UnaryOp::Not, ExprKind::Bool(value)) if mode == Mode::Value => Some(ExprKind::Bool(!value)),
            (UnaryOp::Negate, _) if number(inner).is_some() => {
                let result = computed(Operator::Subtract, &Number::from(0), &number(inner)?);
                result.ok().map(|result| written(&result, span))
            }
            _ if is_constant(inner) && (op == UnaryOp::Negate || mode == Mode::Value) => {
                let (sign, wanted) = match op {
                    UnaryOp::Not => ("not", "a truth value"),
                    UnaryOp::Negate => ("-", "a number"),
                };
                let at = self.reports.at(span);
                self.reports.add(problems::unfit(at, sign, wanted, kind_of(inner)));
                Some(ExprKind::Hole)
            }
            _ => None,
        }
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        span: Span,
        mode: Mode,
    ) -> Option<ExprKind> {
        use BinaryOp::*;
        if let Some(op) = operator(op) {
            if is_hole(left) || is_hole(right) {
                return Some(ExprKind::Hole);
            }
            return self.arithmetic(op, left, right, span);
        }
        if mode == Mode::Condition {
            return None;
        }
        if is_hole(left) || is_hole(right) {
            return Some(ExprKind::Hole);
        }
        if !is_constant(left) || !is_constant(right) {
            return None;
        }
        let at = self.reports.at(span);
        let value = match op {
            And | Or => {
                let (ExprKind::Bool(a), ExprKind::Bool(b)) = (&left.kind, &right.kind) else {
                    let unfit = if matches!(left.kind, ExprKind::Bool(_)) { right } else { left };
                    let sign = if op == And { "and" } else { "or" };
                    self.reports.add(problems::unfit(at, sign, "truth values", kind_of(unfit)));
                    return Some(ExprKind::Hole);
                };
                if op == And { *a && *b } else { *a || *b }
            }
            Equal | NotEqual => match compared(left, right) {
                Some(order) => order.is_eq() == (op == Equal),
                None => {
                    let problem = problems::not_compared(at, kind_of(left), kind_of(right));
                    self.reports.add_once(format!("compared {}", at.span.start), problem);
                    return Some(ExprKind::Hole);
                }
            },
            Less | LessOrEqual | Greater | GreaterOrEqual => {
                match compared(left, right).filter(|_| ordered(left)) {
                    Some(order) => match op {
                        Less => order.is_lt(),
                        LessOrEqual => order.is_le(),
                        Greater => order.is_gt(),
                        _ => order.is_ge(),
                    },
                    None => {
                        let problem = problems::not_compared(at, kind_of(left), kind_of(right));
                        self.reports.add_once(format!("compared {}", at.span.start), problem);
                        return Some(ExprKind::Hole);
                    }
                }
            }
            In | NotIn => {
                let ExprKind::List(entries) = &right.kind else {
                    self.reports.add(problems::unfit(at, "in", "a list", kind_of(right)));
                    return Some(ExprKind::Hole);
                };
                let is = |entry: &ListEntry| match entry {
                    ListEntry::Value(value) => compared(left, value).is_some_and(|order| order.is_eq()),
                    ListEntry::Spread(_) => false,
                };
                entries.iter().any(is) == (op == In)
            }
            _ => return None,
        };
        Some(ExprKind::Bool(value))
    }

    fn arithmetic(&mut self, op: Operator, left: &Expr, right: &Expr, span: Span) -> Option<ExprKind> {
        if !is_constant(left) || !is_constant(right) {
            return None;
        }
        let at = self.reports.at(span);
        let (Some(a), Some(b)) = (number(left), number(right)) else {
            let unfit = if number(left).is_some() { right } else { left };
            self.reports.add(problems::unfit(at, op.sign(), "numbers", kind_of(unfit)));
            return Some(ExprKind::Hole);
        };
        Some(match computed(op, &a, &b) {
            Ok(result) => written(&result, span),
            Err(NoResult::Division) => {
                self.reports.add(problems::division_by_nought(at));
                ExprKind::Hole
            }
            Err(NoResult::TooLarge) => {
                self.reports.add(problems::too_large_number(at));
                ExprKind::Hole
            }
        })
    }

    fn element(&mut self, base: &Expr, index: &Expr) -> Option<ExprKind> {
        match (&base.kind, &index.kind) {
            (ExprKind::Object(object), ExprKind::Text(_)) => {
                let name = as_text(index)?;
                member(object, &name)
                    .map(|value| value.kind.clone())
                    .or_else(|| self.no_member(object, &name, index.span))
            }
            (ExprKind::List(entries), _) => {
                let number = number(index)?.as_i64()?;
                let at = match number {
                    0.. => usize::try_from(number).ok(),
                    _ => usize::try_from(number.unsigned_abs())
                        .ok()
                        .and_then(|back| entries.len().checked_sub(back)),
                };
                match at.and_then(|at| entries.get(at)) {
                    Some(ListEntry::Value(value)) => Some(value.kind.clone()),
                    _ => {
                        let at = self.reports.at(index.span);
                        self.reports.add(problems::no_element(at, number, entries.len()));
                        Some(ExprKind::Hole)
                    }
                }
            }
            _ => self.no_part(base, "[…]", index.span),
        }
    }

    fn no_member(&mut self, object: &Object, name: &str, span: Span) -> Option<ExprKind> {
        if !object.broken {
            let known: Vec<&str> = object
                .entries
                .iter()
                .filter_map(|entry| match entry {
                    Entry::Field(field) => Some(field.key.value.as_str()),
                    Entry::Spread(_) => None,
                })
                .collect();
            let at = self.reports.at(span);
            self.reports.add_once(format!("constant member {name}"), problems::no_member(at, name, &known));
        }
        Some(ExprKind::Hole)
    }

    /// A part of a constant that has none.
    fn no_part(&mut self, base: &Expr, part: &str, span: Span) -> Option<ExprKind> {
        if is_hole(base) {
            return Some(ExprKind::Hole);
        }
        is_constant(base).then(|| {
            let at = self.reports.at(span);
            self.reports.add(problems::no_part(at, kind_of(base), part));
            ExprKind::Hole
        })
    }

    /// Whether nothing may be said about this: it is made of something that is not built.
    fn excuses(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(name) => self.open || self.excused.contains(name),
            ExprKind::Member(base, _) | ExprKind::Index(base, _) | ExprKind::Paren(base) => {
                self.excuses(base)
            }
            _ => false,
        }
    }
}
