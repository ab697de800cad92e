//! The condition of a filter: its plan, what it tells about paths, and what is probably not meant.

use super::operand::Operand;
use super::path::{Place, Scope};
use super::scripted::{only_scripts, scripts};
use super::truth::truth;
use super::{Check, bare, unbuilt_form};
use crate::diagnostics::nearest;
use crate::diagnostics::problems::{lints, types as type_problems};
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Span, UnaryOp};
use crate::types::event::{Cursor, Fact};
use crate::types::read::Absence;
use crate::types::ty::{Literal, Shapes, Ty};
use aev_plan::expr::{self, Comparator, Step};
use aev_plan::json::Json;
use aev_plan::model::{Predicate, Script, ScriptLanguage, Scripted};
use aev_plan::re2::Pattern;

/// A condition of the plan, and what follows from it.
pub(super) struct Tested {
    pub expr: expr::Expr,
    /// Comparisons that a person takes for true when the path is absent, and that are not.
    pub traps: Vec<Trap>,
    /// Paths that are there when it is true.
    pub implied: Vec<Vec<Step>>,
    /// It is true when this path is absent.
    pub excludes: Option<Vec<Step>>,
    /// It is true or false of every event.
    pub sure: bool,
}

pub(super) struct Trap {
    span: Span,
    path: Vec<Step>,
    text: Span,
}

impl Tested {
    pub fn new(expr: expr::Expr) -> Tested {
        Tested { expr, traps: Vec::new(), implied: Vec::new(), excludes: None, sure: true }
    }

    /// Stands for what was reported.
    pub fn error() -> Tested {
        Tested::new(expr::Expr::Const(Json::Null))
    }
}

/// Where in the condition something stands.
#[derive(Clone, Copy)]
pub(super) struct Position {
    /// The whole is true only if this is: facts may be learnt from it.
    pub conjunct: bool,
    /// Under a `not`.
    pub negated: bool,
}

impl Position {
    /// The whole.
    pub const WHOLE: Position = Position { conjunct: true, negated: false };
}

impl<'a> Check<'a> {
    /// A `where`. Afterwards the event in scope is known to have passed it.
    pub(super) fn condition(&mut self, condition: &'a Expr, scope: &mut Scope) -> Predicate {
        let scripts: Vec<Script> = scripts(condition)
            .into_iter()
            .map(|foreign| self.script_of(foreign, ScriptLanguage::Lua))
            .collect();
        let decided = match only_scripts(condition) {
            true => expr::Expr::All(Vec::new()),
            false => self.decided(condition, scope),
        };
        match scripts.is_empty() {
            true => Predicate::Aev(decided),
            false => Predicate::Scripted(Box::new(Scripted { condition: decided, scripts })),
        }
    }

    /// A `where` without the scripts in it.
    fn decided(&mut self, condition: &'a Expr, scope: &mut Scope) -> expr::Expr {
        let before = self.reports.errors();
        let tested = self.test(condition, scope, Position::WHOLE);
        if self.reports.errors() > before {
            return tested.expr;
        }
        for trap in &tested.traps {
            let (at, path) = (self.reports.at(trap.span), self.reports.at(trap.text));
            self.reports.add(lints::kleene_trap(at, path));
        }
        if let Some(always) = truth(&tested.expr, scope) {
            let at = self.reports.at(condition.span);
            self.reports.add(lints::constant_condition(at, always));
        }
        tested.expr
    }

    pub(super) fn test(&mut self, written: &'a Expr, scope: &mut Scope, position: Position) -> Tested {
        let written = bare(written);
        if self.excused(written) {
            return Tested::error();
        }
        match &written.kind {
            ExprKind::Bool(value) => {
                Tested::new(if *value { expr::Expr::All(Vec::new()) } else { expr::Expr::Any(Vec::new()) })
            }
            ExprKind::Binary(op, left, right) => match op.value {
                BinaryOp::And => self.all(left, right, scope, position),
                BinaryOp::Or => self.any(left, right, scope, position),
                BinaryOp::Equal => self.compare(Comparator::Equal, written, left, right, scope, position),
                BinaryOp::NotEqual => {
                    self.compare(Comparator::NotEqual, written, left, right, scope, position)
                }
                BinaryOp::Less => self.compare(Comparator::Less, written, left, right, scope, position),
                BinaryOp::LessOrEqual => {
                    self.compare(Comparator::LessOrEqual, written, left, right, scope, position)
                }
                BinaryOp::Greater => self.compare(Comparator::Greater, written, left, right, scope, position),
                BinaryOp::GreaterOrEqual => {
                    self.compare(Comparator::GreaterOrEqual, written, left, right, scope, position)
                }
                BinaryOp::In => self.member_of(written, left, right, false, scope, position),
                BinaryOp::NotIn => self.member_of(written, left, right, true, scope, position),
                BinaryOp::Matches => self.matches(written, left, right, false, scope, position),
                BinaryOp::NotMatches => self.matches(written, left, right, true, scope, position),
                BinaryOp::Default => self.truthy(written, scope, position),
                _ => self.unbuilt(written),
            },
            ExprKind::Unary(op, inner) if op.value == UnaryOp::Not => self.negation(inner, scope, position),
            ExprKind::Call(callee, args) => self.test_call(written, callee, args, scope, position),
            ExprKind::Foreign(foreign) => {
                let at = self.reports.at(written.span);
                self.reports.add(type_problems::no_script_here(at, &foreign.language.value));
                Tested::error()
            }
            ExprKind::Quantifier(quantifier) => self.quantified(written, quantifier, scope, position),
            ExprKind::Range(range) => self.time_range(written, range, scope),
            ExprKind::If(..) | ExprKind::Member(..) | ExprKind::Index(..) => {
                self.truthy(written, scope, position)
            }
            _ if Self::is_path(written) => self.truthy(written, scope, position),
            _ => self.unbuilt(written),
        }
    }

    fn unbuilt(&mut self, written: &'a Expr) -> Tested {
        match unbuilt_form(written) {
            Some(form) => self.not_built(written.span, &form),
            None => {
                let at = self.reports.at(written.span);
                self.reports.add(type_problems::no_condition(at, None));
            }
        }
        Tested::error()
    }

    fn all(&mut self, left: &'a Expr, right: &'a Expr, scope: &mut Scope, position: Position) -> Tested {
        let conjunct = Position { conjunct: position.conjunct && !position.negated, ..position };
        if conjunct.conjunct {
            match (only_scripts(left), only_scripts(right)) {
                (true, _) => return self.test(right, scope, conjunct),
                (false, true) => return self.test(left, scope, conjunct),
                (false, false) => {}
            }
        }
        let spans = (left.span, right.span);
        let (left, right) = (self.test(left, scope, conjunct), self.test(right, scope, conjunct));
        self.constant_part([(&left, spans.0), (&right, spans.1)], true, scope);
        let sure = left.sure && right.sure;
        let (left_expr, right_expr) = (left.expr, right.expr);
        let mut traps: Vec<Trap> = left.traps;
        let mut more = right.traps;
        traps.retain(|trap| !right.implied.iter().any(|path| path.starts_with(&trap.path)));
        more.retain(|trap| !left.implied.iter().any(|path| path.starts_with(&trap.path)));
        traps.extend(more);
        let mut implied = left.implied;
        implied.extend(right.implied);
        let mut parts = Vec::new();
        for part in [left_expr, right_expr] {
            match part {
                expr::Expr::All(inner) if !inner.is_empty() => parts.extend(inner),
                other => parts.push(other),
            }
        }
        Tested { expr: expr::Expr::All(parts), traps, implied, excludes: None, sure }
    }

    fn any(&mut self, left: &'a Expr, right: &'a Expr, scope: &mut Scope, position: Position) -> Tested {
        let inner = Position { conjunct: false, ..position };
        let spans = (left.span, right.span);
        let (left, right) = (self.test(left, scope, inner), self.test(right, scope, inner));
        self.constant_part([(&left, spans.0), (&right, spans.1)], false, scope);
        let excluded =
            |by: &Option<Vec<Step>>, trap: &Trap| by.as_ref().is_some_and(|path| trap.path.starts_with(path));
        let mut traps: Vec<Trap> = left.traps;
        let mut more = right.traps;
        traps.retain(|trap| !excluded(&right.excludes, trap));
        more.retain(|trap| !excluded(&left.excludes, trap));
        traps.extend(more);
        let sure = left.sure && right.sure;
        let mut parts = Vec::new();
        for part in [left.expr, right.expr] {
            match part {
                expr::Expr::Any(inner) if !inner.is_empty() => parts.extend(inner),
                other => parts.push(other),
            }
        }
        let excludes = left.excludes.or(right.excludes);
        Tested { expr: expr::Expr::Any(parts), traps, implied: Vec::new(), excludes, sure }
    }

    /// Warns of one of two parts that always has the answer that decides nothing: true under `and`, false under `or`.
    /// With the other answer the whole is constant.
    fn constant_part(&mut self, parts: [(&Tested, Span); 2], neutral: bool, scope: &Scope) {
        // After a mistake elsewhere the types of paths may be others.
        if self.reports.has_errors() {
            return;
        }
        let [left, right] = parts;
        for ((part, span), (other, _)) in [(left, right), (right, left)] {
            if truth(&part.expr, scope) == Some(neutral) && truth(&other.expr, scope).is_none() {
                let at = self.reports.at(span);
                self.reports.add(lints::constant_part(at, neutral));
            }
        }
    }

    fn negation(&mut self, inner: &'a Expr, scope: &mut Scope, position: Position) -> Tested {
        let inner = self.test(inner, scope, Position { conjunct: false, negated: !position.negated });
        let excludes = match &inner.expr {
            expr::Expr::Exists(path) => Some(path.steps.clone()),
            _ => None,
        };
        let expr = expr::Expr::Not(Box::new(inner.expr));
        Tested { expr, traps: inner.traps, implied: Vec::new(), excludes, sure: inner.sure }
    }

    /// `exists(path)` and `govaluate(…)`
    fn test_call(
        &mut self,
        written: &'a Expr,
        callee: &'a Expr,
        args: &'a [Arg],
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        match &callee.kind {
            ExprKind::Name(name) if name == "exists" => {}
            ExprKind::Name(name) if name == "govaluate" && scope.place == Place::Where => {
                return self.govaluate(written.span, args, scope, position);
            }
            _ => return self.truthy(written, scope, position),
        }
        let [Arg { name: None, value }] = args else {
            let at = self.reports.at(written.span);
            self.reports.add(type_problems::exists_takes_a_path(at));
            return Tested::error();
        };
        if !Self::is_path(value) {
            let at = self.reports.at(value.span);
            self.reports.add(type_problems::exists_takes_a_path(at));
            return Tested::error();
        }
        let operand = self.operand(value, scope);
        match (operand.expr, &operand.cursor) {
            (expr::Expr::Path(path), Some(cursor)) => {
                if position.conjunct && !position.negated {
                    learn(scope, &path.event, cursor, &Fact::Present);
                }
                let implied = if position.negated { Vec::new() } else { vec![path.steps.clone()] };
                Tested { implied, ..Tested::new(expr::Expr::Exists(path)) }
            }
            (_, _) => {
                if operand.ty != Ty::Error {
                    let at = self.reports.at(value.span);
                    self.reports.add(type_problems::exists_takes_a_path(at));
                }
                Tested::error()
            }
        }
    }

    /// A value that stands alone: `p` is `p == true`.
    fn truthy(&mut self, written: &'a Expr, scope: &mut Scope, position: Position) -> Tested {
        let operand = self.operand(written, scope);
        if operand.ty.shapes().and(Shapes::BOOL).is_empty() {
            // An operator that could not be read would have made it one.
            if !self.reports.unparsed_within(self.whole(scope.item)) {
                let at = self.reports.at(written.span);
                self.reports.add(type_problems::no_condition(at, Some(&operand.ty.to_string())));
            }
            return Tested::error();
        }
        let yes = Operand::constant(Json::Bool(true), Ty::Literal(Literal::Bool(true)), written.span);
        self.compared(Comparator::Equal, written.span, operand, yes, scope, position)
    }

    fn compare(
        &mut self,
        op: Comparator,
        written: &'a Expr,
        left: &'a Expr,
        right: &'a Expr,
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        let compares = |side: &Expr| {
            matches!(&side.kind, ExprKind::Binary(op, ..)
                if matches!(op.value, BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual))
        };
        // `0 < x < 9` does not parse, which has been reported.
        if (compares(left) || compares(right)) && self.reports.unparsed_within(written.span) {
            return Tested::error();
        }
        let (left, right) = (self.operand(left, scope), self.operand(right, scope));
        let before = self.reports.errors();
        self.comparable(op, &left, &right);
        let itself = left.expr == right.expr && !matches!(left.expr, expr::Expr::Const(_));
        let mut tested = self.compared(op, written.span, left, right, scope, position);
        if itself && self.reports.errors() == before {
            let holds =
                matches!(op, Comparator::Equal | Comparator::LessOrEqual | Comparator::GreaterOrEqual);
            let at = self.reports.at(written.span);
            self.reports.add(lints::compared_with_itself(at, holds));
            tested.traps.clear();
        }
        tested
    }

    /// The comparison in the plan, and what is learnt when it is true.
    fn compared(
        &mut self,
        op: Comparator,
        span: Span,
        left: Operand,
        right: Operand,
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        let fact = |op: Comparator, other: &Operand| match (op, other.literal()) {
            (Comparator::Equal, Some(literal)) => Fact::Is(vec![literal]),
            (Comparator::NotEqual, Some(literal)) => {
                Fact::Of(Ty::Literal(literal.clone()).shapes(), vec![literal])
            }
            (_, Some(literal)) => Fact::Of(Ty::Literal(literal).shapes(), Vec::new()),
            (Comparator::Equal, None) if other.is_null() => Fact::Of(Shapes::NULL, Vec::new()),
            (_, None) if other.is_null() => {
                Fact::Of(Shapes::SCALAR.or(Shapes::LIST).or(Shapes::OBJECT), Vec::new())
            }
            _ => Fact::Of(Shapes::SCALAR, Vec::new()),
        };
        let facts = [(&left, fact(op, &right)), (&right, fact(op, &left))];
        let negative = position.negated || op == Comparator::NotEqual;
        let (traps, implied) = self.follow(span, &facts, negative, scope, position);
        let sure = sure_to_compare(&left, &right);
        let compare = expr::Compare { op, left: left.expr, right: right.expr };
        Tested { traps, implied, sure, ..Tested::new(expr::Expr::Compare(Box::new(compare))) }
    }

    /// What a comparison of these operands says: traps when it is negative, and the paths that are there.
    pub(super) fn follow(
        &mut self,
        span: Span,
        facts: &[(&Operand, Fact)],
        negative: bool,
        scope: &mut Scope,
        position: Position,
    ) -> (Vec<Trap>, Vec<Vec<Step>>) {
        let mut traps = Vec::new();
        let mut implied = Vec::new();
        for (operand, fact) in facts {
            let given: Vec<_> = operand.args.iter().map(|(arg, fact)| (arg, fact.clone())).collect();
            let (trapped, present) = self.follow(span, &given, negative, scope, position);
            traps.extend(trapped);
            implied.extend(present);
            let (expr::Expr::Path(path), Some(cursor)) = (&operand.expr, &operand.cursor) else { continue };
            if negative && operand.absence != Absence::Never {
                traps.push(Trap { span, path: path.steps.clone(), text: operand.span });
            } else if !negative {
                implied.push(path.steps.clone());
            }
            if position.conjunct && !position.negated {
                learn(scope, &path.event, cursor, fact);
            }
        }
        (traps, implied)
    }

    /// Whether two operands can be compared, and the comparison be true.
    pub(super) fn comparable(&mut self, op: Comparator, left: &Operand, right: &Operand) {
        if left.ty == Ty::Error || right.ty == Ty::Error {
            return;
        }
        let equality = matches!(op, Comparator::Equal | Comparator::NotEqual);
        let allowed = if equality { Shapes::SCALAR } else { Shapes::ORDERED };
        for (operand, other) in [(left, right), (right, left)] {
            let at = self.reports.at(operand.span);
            if operand.is_null() {
                if !equality {
                    self.reports.add(type_problems::not_ordered(at, "null"));
                    return;
                }
                // `x == null` asks only whether it is null.
                if !other.ty.nullable() && other.ty != Ty::Any {
                    let at = self.reports.at(other.span);
                    self.reports.add(type_problems::never_null(at, &other.ty.to_string()));
                }
                return;
            }
            if operand.ty.shapes().and(allowed).is_empty() {
                let ty = operand.ty.to_string();
                self.reports.add(match equality {
                    true => type_problems::not_comparable(at, &ty),
                    false => type_problems::not_ordered(at, &ty),
                });
                return;
            }
        }
        let (wrong, known) = if right.literal().is_some() { (right, left) } else { (left, right) };
        self.can_be(known, wrong, allowed);
    }

    /// Whether `value` can be equal to `known`; what it is written like is reported otherwise.
    pub(super) fn can_be(&mut self, known: &Operand, value: &Operand, allowed: Shapes) -> bool {
        let at = self.reports.at(value.span);
        let path = self.reports.at(known.span);
        if known.ty.shapes().and(value.ty.shapes()).and(allowed).is_empty() {
            let meant = match (known.ty.shapes().and(Shapes::BOOL).is_empty(), &value.expr) {
                (false, expr::Expr::Const(Json::String(text))) if text == "true" || text == "false" => {
                    Some(text.clone())
                }
                _ => match &value.expr {
                    expr::Expr::Const(Json::Number(number)) if known.ty.shapes() == Shapes::TEXT => {
                        Some(format!("\"{}\"", number.as_str()))
                    }
                    expr::Expr::Const(Json::String(text))
                        if known.ty.shapes() == Shapes::NUMBER && text.parse::<f64>().is_ok() =>
                    {
                        Some(text.clone())
                    }
                    _ => None,
                },
            };
            // Of several possible literals only their kind matters here.
            let meant = meant.filter(|_| known.ty.literals().is_none());
            let known_type = match known.ty.literals() {
                Some(_) if known.ty.shapes() == Shapes::TEXT => "string".to_owned(),
                _ => known.ty.to_string(),
            };
            let value = value.ty.plain().to_string();
            let key = format!("never equal {} {known_type}", known.span.start);
            let ordered = allowed == Shapes::ORDERED;
            let problem =
                type_problems::never_equal(at, path, &known_type, &value, ordered, meant.as_deref());
            self.reports.add_once(key, problem);
            return false;
        }
        // Of two constants the comparison as a whole is reported.
        if matches!(known.expr, expr::Expr::Const(_)) {
            return true;
        }
        let (Some(possible), Some(literal)) = (known.ty.literals(), value.literal()) else { return true };
        if allowed == Shapes::SCALAR && !possible.contains(&&literal) {
            let texts: Vec<String> = possible.iter().map(|literal| literal.to_string()).collect();
            let wrote = literal.to_string();
            let meant = nearest(&wrote, texts.iter().map(String::as_str));
            self.reports.add(type_problems::outside_union(at, path, &wrote, meant, &texts));
            return false;
        }
        true
    }

    /// `value matches r"…"`
    fn matches(
        &mut self,
        written: &'a Expr,
        left: &'a Expr,
        right: &'a Expr,
        negated: bool,
        scope: &mut Scope,
        position: Position,
    ) -> Tested {
        let value = self.operand(left, scope);
        if value.ty.shapes().and(Shapes::TEXT).is_empty() {
            let at = self.reports.at(value.span);
            self.reports.add(type_problems::matches_needs_text(at, &value.ty.to_string()));
        }
        let pattern = match &bare(right).kind {
            ExprKind::Text(text) => match self.plain(text) {
                Some(pattern) => {
                    if let Err(error) = Pattern::new(&pattern)
                        && !self.reports.unparsed_within(text.span)
                    {
                        let at = self.reports.at(right.span);
                        self.reports.add(type_problems::bad_pattern(at, &error.to_string()));
                    }
                    pattern
                }
                None => String::new(),
            },
            // A name of nothing was meant to be a constant.
            ExprKind::Name(name) if scope.event(name).is_none() => {
                self.path(right, scope);
                String::new()
            }
            _ => {
                if !self.excused(right) && !self.reports.unparsed_within(right.span) {
                    let at = self.reports.at(right.span);
                    self.reports.add(type_problems::pattern_not_constant(at));
                }
                String::new()
            }
        };
        let facts = [(&value, Fact::Of(Shapes::TEXT, Vec::new()))];
        let (traps, implied) =
            self.follow(written.span, &facts, negated || position.negated, scope, position);
        let sure = value.surely(Shapes::TEXT);
        let test = expr::Matches { value: value.expr, pattern, negated };
        Tested { traps, implied, sure, ..Tested::new(expr::Expr::Matches(Box::new(test))) }
    }
}

/// Whether two values are always there and always of one kind. Of what was reported nothing more is said.
pub(super) fn sure_to_compare(left: &Operand, right: &Operand) -> bool {
    if left.ty == Ty::Error || right.ty == Ty::Error {
        return true;
    }
    let (a, b) = (left.ty.shapes(), right.ty.shapes());
    let one_kind = a == b && [Shapes::BOOL, Shapes::NUMBER, Shapes::TEXT].contains(&a);
    left.sure() && right.sure() && (left.is_null() || right.is_null() || one_kind)
}

fn learn(scope: &mut Scope, event: &str, cursor: &Cursor, fact: &Fact) {
    if let Some((_, event)) = scope.events.iter_mut().find(|(name, _)| name == event) {
        event.learn(cursor, fact);
    }
}
