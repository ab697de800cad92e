//! Triggers: conditions, clauses, actions and options.

use super::super::ast::{
    Action, Body, Clause, ClauseKind, Condition, ConditionKind, Expr, ExprKind, From, FromArgs, Ident,
    OnFailure, Span, Trigger,
};
use super::super::tree::Rule;
use super::expr::hole;
use super::{At, Builder, Docs, Kids};

impl Builder<'_> {
    pub(super) fn trigger(&mut self, mut kids: Kids) -> Option<Trigger> {
        let name = self.name(&mut kids)?;
        let named = self.named(&mut kids);
        let on = kids.find(Rule::condition).and_then(|kid| self.condition(kid))?;
        let mut clauses = Vec::new();
        while let Some(kid) = kids.take(Rule::clause) {
            clauses.extend(self.clause(kid));
        }
        let body = kids.take(Rule::body).map(|kid| self.body(kid))?;
        Some(Trigger { name, named, on, clauses, body })
    }

    /// `condition` and `cond_and` have the same form; an `or` or `and` of one is that one.
    fn condition(&mut self, at: At) -> Option<Condition> {
        if at.rule == Rule::cond_atom {
            return self.condition_atom(at);
        }
        let mut members = Vec::new();
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::cond_and | Rule::cond_atom => members.extend(self.condition(kid)),
                _ => {
                    self.wrong(kid);
                }
            }
        }
        if members.len() < 2 {
            return members.pop();
        }
        let kind =
            if at.rule == Rule::condition { ConditionKind::Or(members) } else { ConditionKind::And(members) };
        Some(Condition { kind, alias: None, span: at.span })
    }

    fn condition_atom(&mut self, at: At) -> Option<Condition> {
        let mut kids = self.kids(at);
        let kind = if kids.take(Rule::lparen).is_some() {
            let inner = kids.take(Rule::condition).and_then(|kid| self.condition(kid))?;
            kids.take(Rule::rparen);
            ConditionKind::Paren(Box::new(inner))
        } else {
            ConditionKind::Ref(kids.take(Rule::ref_).map(|kid| self.reference(kid))?)
        };
        let alias = self.alias(&mut kids);
        Some(Condition { kind, alias, span: at.span })
    }

    fn clause(&mut self, at: At) -> Option<Clause> {
        let clause = self.only_kid(at);
        let mut kids = self.kids(clause);
        let kind = match clause.rule {
            Rule::reset => {
                let cron = kids.find(Rule::string).map(|kid| self.text_literal(kid))?;
                let zone = kids.find(Rule::string).map(|kid| self.text_literal(kid));
                ClauseKind::Reset { cron, zone }
            }
            Rule::match_ => {
                kids.take(Rule::kw_match);
                ClauseKind::Match(self.value(kids.next(), clause))
            }
            Rule::within => ClauseKind::Within(kids.find(Rule::time_span).map(|kid| self.time_span(kid))?),
            Rule::after => {
                let wait = kids.find(Rule::time_span).map(|kid| self.time_span(kid))?;
                let without = kids.find(Rule::ref_).map(|kid| self.reference(kid))?;
                let alias = self.alias(&mut kids);
                ClauseKind::After { wait, without, alias }
            }
            _ => {
                let number = kids.find(Rule::number)?;
                let kind = ExprKind::Number(self.slice(number.span).replace('_', ""));
                ClauseKind::Count(Expr { kind, span: number.span })
            }
        };
        Some(Clause { kind, span: clause.span })
    }

    pub(super) fn time_span(&mut self, at: At) -> Expr {
        if self.kids(at).has(Rule::wrong_span) {
            self.bad_number(at.span);
            return hole(at.span);
        }
        Expr { kind: ExprKind::Duration(self.slice(at.span).to_owned()), span: at.span }
    }

    fn body(&mut self, at: At) -> Body {
        let mut body = Body {
            actions: Vec::new(),
            options: Vec::new(),
            on_failure: Vec::new(),
            raw: None,
            broken: false,
            span: at.span,
        };
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        for kid in self.kids(at).list {
            if kid.span.start < self.skipped {
                continue;
            }
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::option => {
                    let doc = self.doc(&mut docs);
                    body.options.push(self.field(kid, doc));
                }
                Rule::action => {
                    docs.lines.clear();
                    match self.without_target(kid) {
                        true => body.broken = true,
                        false => body.actions.push(self.action(kid)),
                    }
                }
                Rule::on_failure => {
                    let doc = self.doc(&mut docs);
                    let mut parts = self.kids(kid);
                    body.broken |= self.wrong_failure(&mut parts);
                    if let Some(name) = self.name(&mut parts) {
                        let named = self.named(&mut parts);
                        let inner = parts.find(Rule::body).map(|kid| self.body(kid));
                        body.on_failure.extend(inner.map(|inner| OnFailure {
                            doc,
                            name,
                            named,
                            body: Box::new(inner),
                            span: kid.span,
                        }));
                    }
                }
                Rule::raw => self.raw(kid, &mut body.raw, at),
                Rule::bad_entry => {
                    body.broken = true;
                    if !self.block_text(kid, body.options.last()) {
                        self.bad(kid, before, Rule::only_body);
                    }
                }
                Rule::unclosed => {
                    body.broken = true;
                    self.unclosed(at, kid, "{", "}");
                }
                _ => {
                    self.wrong(kid);
                }
            }
            let entry = matches!(kid.rule, Rule::option | Rule::action | Rule::on_failure | Rule::raw);
            before = entry.then_some(kid.span);
        }
        self.dangling(&mut docs);
        body
    }

    fn action(&mut self, at: At) -> Action {
        let mut kids = self.kids(at);
        let name =
            kids.next().map_or_else(|| Ident { value: String::new(), span: at.span }, |kid| self.ident(kid));
        let args = kids.take(Rule::args).map(|kid| self.args(kid)).unwrap_or_default();
        let target = kids.take(Rule::target).map(|kid| self.operand(kid));
        let from =
            kids.take(Rule::kw_from).and_then(|_| kids.take(Rule::from)).and_then(|kid| self.from(kid));
        let object = kids.take(Rule::object).map(|kid| self.object(kid));
        let with = kids.take(Rule::kw_with).and_then(|_| kids.take(Rule::patch)).map(|kid| self.patch(kid));
        Action { name, args, target, from, object, with, span: at.span }
    }

    fn from(&mut self, at: At) -> Option<From> {
        let form = self.only_kid(at);
        let mut kids = self.kids(form);
        let kind = kids.next().map(|kid| self.ident(kid))?;
        let args = match kids.next()? {
            kid if kid.rule == Rule::object => FromArgs::Object(self.object(kid)),
            kid if kid.rule == Rule::tagged => FromArgs::Foreign(self.foreign(kid)),
            kid => FromArgs::Call(self.args(kid)),
        };
        Some(From { kind, args, span: at.span })
    }
}
