//! Operators: the grammar gives a flat list, this gives it precedence.
//!
//! Loosest first: `if … then … else`, `or`, `and`, `not`, comparisons (which do not chain), `??`, `+ -`, `* / %`,
//! unary `-`. `any` and `all` extend as far right as they can.

use super::super::ast::{BinaryOp, Expr, ExprKind, Ident, Quantifier, Span, Spanned, TimeRange, UnaryOp};
use super::super::error::{Expected, SyntaxErrorKind};
use super::super::tree::Rule;
use super::expr::hole;
use super::{At, Builder, Kids};

const IF: u8 = 1;
const OR: u8 = 2;
const AND: u8 = 3;
const NOT: u8 = 4;
const COMPARE: u8 = 5;
const DEFAULT: u8 = 6;
const ADD: u8 = 7;
const MULTIPLY: u8 = 8;
const NEGATE: u8 = 9;

/// An infix operator as read.
#[derive(Clone, Copy)]
enum Infix {
    Binary(BinaryOp, u8),
    /// `..`
    To,
    /// `at`
    At,
}

impl Builder<'_> {
    /// A flat expression: `expr`, `cond` or `sum`.
    pub(super) fn expr(&mut self, at: At) -> Expr {
        let mut kids = self.kids(at);
        self.within(at, kids.list.len(), |builder| builder.binary(&mut kids, IF, at))
    }

    /// What binds at least as tightly as `least`.
    fn binary(&mut self, kids: &mut Kids, least: u8, whole: At) -> Expr {
        let mut left = self.prefixed(kids, least, whole);
        let mut compared = false;
        while let Some(sign) = kids.peek() {
            let Some(infix) = self.infix(sign) else { break };
            match infix {
                Infix::Binary(op, power) if power >= least => {
                    kids.next();
                    if power == COMPARE && compared {
                        self.error(sign.span, SyntaxErrorKind::ChainedComparison);
                    }
                    compared = power == COMPARE && sign.rule == Rule::infix;
                    let right = self.binary(kids, power + 1, whole);
                    left = self.range(kids, left, op, sign, right, whole);
                }
                Infix::Binary(..) => break,
                Infix::To | Infix::At if least == IF => {
                    kids.next();
                    self.error(sign.span, SyntaxErrorKind::MisplacedRange);
                    let right = self.binary(kids, DEFAULT, whole);
                    left = hole(Span { start: left.span.start, end: right.span.end });
                }
                Infix::To | Infix::At => break,
            }
        }
        left
    }

    /// `left op right`, or with `in` and what follows a range.
    fn range(&mut self, kids: &mut Kids, left: Expr, op: BinaryOp, sign: At, right: Expr, whole: At) -> Expr {
        let start = left.span.start;
        let is =
            |builder: &Self, kid: At, word: &str| kid.rule == Rule::infix && builder.slice(kid.span) == word;
        let negated = op == BinaryOp::NotIn;
        if !(negated || op == BinaryOp::In) || !kids.peek().is_some_and(|kid| is(self, kid, "..")) {
            let span = Span { start, end: right.span.end };
            let op = Spanned { value: op, span: sign.span };
            return Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span };
        }
        kids.next();
        let to = self.binary(kids, DEFAULT, whole);
        let zone = kids.peek().filter(|kid| is(self, *kid, "at")).map(|_| {
            kids.next();
            self.binary(kids, DEFAULT, whole)
        });
        let end = zone.as_ref().map_or(to.span.end, |zone| zone.span.end);
        let range = TimeRange { negated, value: left, from: right, to, zone };
        Expr { kind: ExprKind::Range(Box::new(range)), span: Span { start, end } }
    }

    fn infix(&mut self, at: At) -> Option<Infix> {
        let written = match at.rule {
            Rule::infix | Rule::arithmetic => self.slice(at.span),
            Rule::wrong_infix => return Some(self.wrong_infix(at)),
            _ => return None,
        };
        let words = written.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        Some(match words.as_str() {
            "or" => Infix::Binary(BinaryOp::Or, OR),
            "and" => Infix::Binary(BinaryOp::And, AND),
            "==" => Infix::Binary(BinaryOp::Equal, COMPARE),
            "!=" => Infix::Binary(BinaryOp::NotEqual, COMPARE),
            "<" => Infix::Binary(BinaryOp::Less, COMPARE),
            "<=" => Infix::Binary(BinaryOp::LessOrEqual, COMPARE),
            ">" => Infix::Binary(BinaryOp::Greater, COMPARE),
            ">=" => Infix::Binary(BinaryOp::GreaterOrEqual, COMPARE),
            "in" => Infix::Binary(BinaryOp::In, COMPARE),
            "not in" => Infix::Binary(BinaryOp::NotIn, COMPARE),
            "matches" => Infix::Binary(BinaryOp::Matches, COMPARE),
            "not matches" => Infix::Binary(BinaryOp::NotMatches, COMPARE),
            "??" => Infix::Binary(BinaryOp::Default, DEFAULT),
            "+" => Infix::Binary(BinaryOp::Add, ADD),
            "-" => Infix::Binary(BinaryOp::Subtract, ADD),
            "*" => Infix::Binary(BinaryOp::Multiply, MULTIPLY),
            "/" => Infix::Binary(BinaryOp::Divide, MULTIPLY),
            "%" => Infix::Binary(BinaryOp::Remainder, MULTIPLY),
            ".." => Infix::To,
            _ => Infix::At,
        })
    }

    /// Operators of other languages, read as the one that is meant.
    fn wrong_infix(&mut self, at: At) -> Infix {
        let use_words = |wrote, mean| SyntaxErrorKind::UseWords { wrote, mean };
        let (kind, op, power) = match self.slice(at.span) {
            "&&" => (use_words("&&", "and"), BinaryOp::And, AND),
            "||" => (use_words("||", "or"), BinaryOp::Or, OR),
            "===" => (use_words("===", "=="), BinaryOp::Equal, COMPARE),
            "!==" => (use_words("!==", "!="), BinaryOp::NotEqual, COMPARE),
            "<>" => (use_words("<>", "!="), BinaryOp::NotEqual, COMPARE),
            "=>" => (use_words("=>", ">="), BinaryOp::GreaterOrEqual, COMPARE),
            "=<" => (use_words("=<", "<="), BinaryOp::LessOrEqual, COMPARE),
            "=~" => (use_words("=~", "matches"), BinaryOp::Matches, COMPARE),
            _ => (SyntaxErrorKind::UseDoubleEquals, BinaryOp::Equal, COMPARE),
        };
        // The operator is looked at once for each level that it might end.
        let error = super::SyntaxError { span: at.span, kind };
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
        Infix::Binary(op, power)
    }

    fn prefixed(&mut self, kids: &mut Kids, least: u8, whole: At) -> Expr {
        let Some(at) = kids.next() else { return hole(whole.span) };
        match at.rule {
            Rule::operand => self.operand(at),
            Rule::missing => {
                self.missing(at, Expected::Value);
                hole(at.span)
            }
            Rule::neg => {
                let operand = self.binary(kids, NEGATE, whole);
                unary(UnaryOp::Negate, at.span, operand)
            }
            Rule::not | Rule::wrong_not => {
                self.wrong(at);
                self.needs_parentheses(least > NOT && at.rule == Rule::not, at.span, 3);
                // `!a == b` is `(not a) == b` where it comes from.
                let operand = self.binary(kids, if at.rule == Rule::not { NOT } else { NEGATE }, whole);
                unary(UnaryOp::Not, at.span, operand)
            }
            Rule::if_head => {
                self.needs_parentheses(least > IF, at.span, 2);
                self.conditional(at, kids, whole)
            }
            Rule::quantifier => {
                self.needs_parentheses(least > NOT, at.span, 3);
                self.quantifier(at, kids, whole)
            }
            _ => hole(at.span),
        }
    }

    fn needs_parentheses(&mut self, needed: bool, at: Span, word: u32) {
        if needed {
            self.error(Span { start: at.start, end: at.start + word }, SyntaxErrorKind::NeedsParentheses);
        }
    }

    fn conditional(&mut self, at: At, kids: &mut Kids, whole: At) -> Expr {
        let mut parts = self.kids(at);
        let word = parts.next().map_or(at.span, |kid| kid.span);
        let condition = self.value(parts.next(), at);
        let broken = match parts.next().map(|kid| kid.rule) {
            Some(Rule::kw_then) => None,
            _ => Some(SyntaxErrorKind::IfWithoutThen),
        };
        let (then, broken) = match broken {
            Some(kind) => (hole(at.span), Some(kind)),
            None => {
                let then = self.value(parts.next(), at);
                let complete = parts.take(Rule::kw_else).is_some();
                (then, (!complete).then_some(SyntaxErrorKind::IfWithoutElse))
            }
        };
        if let Some(kind) = broken {
            self.error(word, kind);
            if let Some(missing) = kids.take(Rule::missing) {
                return hole(Span { start: at.span.start, end: missing.span.start });
            }
        }
        let otherwise = self.binary(kids, IF, whole);
        let span = Span { start: at.span.start, end: otherwise.span.end };
        Expr { kind: ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)), span }
    }

    fn quantifier(&mut self, at: At, kids: &mut Kids, whole: At) -> Expr {
        let mut parts = self.kids(at);
        let all = parts.next().is_some_and(|kid| kid.rule == Rule::kw_all);
        let name =
            parts.next().map_or_else(|| Ident { value: String::new(), span: at.span }, |kid| self.ident(kid));
        parts.take(Rule::kw_in);
        let list = self.value(parts.next(), at);
        if let Some(missing) = parts.take(Rule::missing) {
            self.missing(missing, Expected::Token(":"));
            if let Some(missing) = kids.take(Rule::missing) {
                return hole(Span { start: at.span.start, end: missing.span.start });
            }
        }
        let condition = self.binary(kids, OR, whole);
        let span = Span { start: at.span.start, end: condition.span.end };
        Expr { kind: ExprKind::Quantifier(Box::new(Quantifier { all, name, list, condition })), span }
    }
}

fn unary(op: UnaryOp, sign: Span, operand: Expr) -> Expr {
    let span = Span { start: sign.start, end: operand.span.end };
    Expr { kind: ExprKind::Unary(Spanned { value: op, span: sign }, Box::new(operand)), span }
}
