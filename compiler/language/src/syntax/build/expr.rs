//! Operands: literals, names, brackets, and the steps that follow them.

use super::super::ast::{Arg, Comprehension, Expr, ExprKind, Ident, ListEntry, Span};
use super::super::error::{Expected, Found, SyntaxErrorKind};
use super::super::tree::{Rule, span};
use super::super::{MAX_PARTS, recover};
use super::{At, Builder, Docs};

impl Builder<'_> {
    /// Runs `build` one level further down, `parts` steps longer; too long is an error and a hole.
    pub(super) fn within(&mut self, at: At, parts: usize, build: impl FnOnce(&mut Self) -> Expr) -> Expr {
        self.parts += parts;
        let expr = if self.parts > MAX_PARTS {
            self.error(at.span, SyntaxErrorKind::TooLong { limit: MAX_PARTS });
            hole(at.span)
        } else {
            build(self)
        };
        self.parts -= parts;
        expr
    }

    pub(super) fn operand(&mut self, at: At) -> Expr {
        let mut kids = self.kids(at);
        let Some(first) = kids.next() else { return hole(at.span) };
        self.within(at, kids.list.len(), |builder| {
            let mut expr = builder.primary(first);
            while let Some(kid) = kids.next() {
                expr = builder.step(expr, kid);
            }
            expr
        })
    }

    fn step(&mut self, base: Expr, at: At) -> Expr {
        let whole = Span { start: base.span.start, end: at.span.end };
        let mut kids = self.kids(at);
        let kind = match at.rule {
            Rule::args => ExprKind::Call(Box::new(base), self.args(at)),
            Rule::index => {
                kids.take(Rule::lbrack);
                let value = self.inside(at, "[", "]");
                ExprKind::Index(Box::new(base), Box::new(value))
            }
            _ => {
                kids.next();
                match kids.next() {
                    Some(name) if name.rule != Rule::missing => {
                        let name = self.key(name);
                        match at.rule {
                            Rule::attribute => ExprKind::Attribute(Box::new(base), name),
                            _ => ExprKind::Member(Box::new(base), name),
                        }
                    }
                    missing => {
                        if let Some(missing) = missing {
                            self.missing(missing, Expected::Name);
                        }
                        ExprKind::Hole
                    }
                }
            }
        };
        Expr { kind, span: whole }
    }

    fn primary(&mut self, at: At) -> Expr {
        let kind = match at.rule {
            Rule::literal => return self.literal(at),
            Rule::var => ExprKind::Name(self.slice(at.span).to_owned()),
            Rule::string => ExprKind::Text(self.text_literal(at)),
            Rule::single_quoted => {
                self.error(at.span, SyntaxErrorKind::SingleQuotes);
                ExprKind::Hole
            }
            Rule::tagged => ExprKind::Foreign(self.foreign(at)),
            Rule::object => return self.object_or_list(at),
            Rule::list => self.list(at),
            Rule::paren => ExprKind::Paren(Box::new(self.inside(at, "(", ")"))),
            _ => ExprKind::Hole,
        };
        Expr { kind, span: at.span }
    }

    fn literal(&mut self, at: At) -> Expr {
        let form = self.only_kid(at);
        let written = self.slice(form.span).to_owned();
        let kind = match form.rule {
            Rule::constant => match written.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::Null,
            },
            Rule::time => ExprKind::TimeOfDay(written),
            Rule::rate => ExprKind::Rate(written),
            Rule::duration => ExprKind::Duration(written),
            Rule::size => ExprKind::Size(written),
            Rule::number => ExprKind::Number(written.replace('_', "")),
            _ => {
                self.bad_number(form.span);
                ExprKind::Hole
            }
        };
        Expr { kind, span: at.span }
    }

    /// The one expression between two brackets.
    fn inside(&mut self, at: At, open: &'static str, close: &'static str) -> Expr {
        let mut value = hole(at.span);
        let mut before: Option<Span> = None;
        let mut seen_bad = false;
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::missing => {
                    // Nothing but skipped text: that is said below.
                    let skipped = self.kids(at).list.iter().any(|kid| kid.rule == Rule::bad_value);
                    if !skipped {
                        self.missing(kid, Expected::Value);
                    }
                }
                Rule::expr => {
                    value = self.expr(kid);
                    before = Some(kid.span);
                }
                Rule::bad_value if !seen_bad => {
                    seen_bad = true;
                    if open == "(" && self.slice(kid.span).starts_with(',') {
                        value = self.wrong_list(at);
                    } else {
                        self.bad(kid, before, Rule::only_expr);
                    }
                }
                Rule::unclosed => self.unclosed(at, kid, open, close),
                _ => {}
            }
        }
        value
    }

    /// `${…}`
    pub(super) fn interpolation(&mut self, at: At) -> Expr {
        let mut value = hole(at.span);
        let mut before: Option<Span> = None;
        let kids = self.kids(at);
        for &kid in &kids.list {
            match kid.rule {
                Rule::missing if !kids.has(Rule::bad_interp) && !kids.has(Rule::unclosed) => {
                    self.missing(kid, Expected::Value);
                }
                Rule::expr => {
                    let errors = self.errors.len();
                    value = self.expr(kid);
                    before = Some(kid.span);
                    // `${{ path }}` of other languages, and no object.
                    if self.slice(kid.span).starts_with('{') && self.errors.len() > errors {
                        self.errors.truncate(errors);
                        let start = kid.span.start;
                        self.error(Span { start, end: start + 1 }, SyntaxErrorKind::DoubleBraces);
                        value = hole(kid.span);
                    }
                }
                Rule::bad_interp => self.bad(kid, before, Rule::only_expr),
                Rule::unclosed => self.unclosed(at, kid, "${", "}"),
                _ => {}
            }
        }
        value
    }

    fn list(&mut self, at: At) -> ExprKind {
        let kids = self.kids(at);
        if let Some(comprehension) = kids.list.iter().find(|kid| kid.rule == Rule::comprehension) {
            let kind = self.comprehension(*comprehension);
            if let Some(kid) = kids.list.iter().find(|kid| kid.rule == Rule::unclosed) {
                self.unclosed(at, *kid, "[", "]");
            }
            return kind;
        }
        let mut entries: Vec<ListEntry> = Vec::new();
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        for kid in kids.list {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::expr => {
                    self.minus_in_list(before, kid.span);
                    entries.push(ListEntry::Value(self.expr(kid)));
                }
                Rule::spread => entries.push(ListEntry::Spread(self.spread(kid))),
                Rule::bad_value => {
                    self.bad(kid, before, Rule::only_values);
                    entries.push(ListEntry::Value(hole(kid.span)));
                }
                Rule::unclosed => self.unclosed(at, kid, "[", "]"),
                _ => {
                    self.wrong(kid);
                }
            }
            before = matches!(kid.rule, Rule::expr | Rule::spread).then_some(kid.span);
        }
        self.dangling(&mut docs);
        entries.shrink_to_fit();
        ExprKind::List(entries)
    }

    /// `[a -b]` on one line means `a - b`, and says so.
    fn minus_in_list(&mut self, before: Option<Span>, next: Span) {
        let Some(before) = before else { return };
        let gap = self.slice(Span { start: before.end, end: next.start });
        if !gap.contains('\n') && self.slice(next).starts_with('-') {
            let start = next.start as usize;
            self.error(span(start, start + 1), SyntaxErrorKind::MinusNeedsBlanks);
        }
    }

    fn comprehension(&mut self, at: At) -> ExprKind {
        let mut kids = self.kids(at);
        kids.take(Rule::kw_for);
        let (Some(name), Some(_), Some(list)) = (kids.next(), kids.next(), kids.next()) else {
            return ExprKind::Hole;
        };
        let name = self.ident(name);
        let list = self.expr(list);
        let condition = match kids.take(Rule::kw_if) {
            Some(_) => kids.next().map(|kid| self.expr(kid)),
            None => None,
        };
        let colon = kids.next();
        let value = kids.next();
        if let Some(colon) = colon.filter(|kid| kid.rule == Rule::missing) {
            self.missing(colon, Expected::Token(":"));
        }
        let value = match (colon, value) {
            (Some(colon), Some(value)) if colon.rule == Rule::missing && value.rule == Rule::missing => {
                hole(value.span)
            }
            _ => self.value(value, at),
        };
        let before = Some(value.span);
        if let Some(bad) = kids.take(Rule::bad_value)
            && colon.is_some_and(|kid| kid.rule != Rule::missing)
        {
            self.bad(bad, before, Rule::only_expr);
        }
        ExprKind::Comprehension(Box::new(Comprehension { name, list, condition, value }))
    }

    /// What stands between the parentheses of a call.
    pub(super) fn args(&mut self, at: At) -> Vec<Arg> {
        let mut args = Vec::with_capacity(1);
        let mut before: Option<Span> = None;
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::arg => {
                    if before.is_some() {
                        let found =
                            Found::Text(self.slice(kid.span).lines().next().unwrap_or_default().to_owned());
                        let expected = vec![Expected::Token(","), Expected::Token(")"), Expected::Operator];
                        let first = recover::at(
                            self.text,
                            kid.span.start as usize,
                            kid.span.end as usize,
                            expected.clone(),
                        );
                        let kind = match first.kind {
                            kind @ (SyntaxErrorKind::MinusNeedsBlanks
                            | SyntaxErrorKind::Unexpected { .. }) => kind,
                            _ => SyntaxErrorKind::Unexpected { found, expected },
                        };
                        self.error(first.span, kind);
                    }
                    args.push(self.arg(kid));
                }
                Rule::bad_value => self.bad(kid, before, Rule::only_args),
                Rule::unclosed => self.unclosed(at, kid, "(", ")"),
                _ => {
                    self.wrong(kid);
                }
            }
            before = (kid.rule == Rule::arg).then_some(kid.span);
        }
        args
    }

    fn arg(&mut self, at: At) -> Arg {
        let mut kids = self.kids(at);
        let name: Option<Ident> = kids.take(Rule::name).map(|kid| self.ident(kid));
        if name.is_some()
            && let Some(sign) = kids.next()
        {
            self.wrong(sign);
        }
        let value = self.value(kids.next(), at);
        Arg { name, value }
    }
}

pub(super) fn hole(span: Span) -> Expr {
    Expr { kind: ExprKind::Hole, span }
}
