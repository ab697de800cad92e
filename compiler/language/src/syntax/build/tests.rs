//! Tests in the language and their steps.

use super::super::ast::{Span, StepKind, Test, TestStep};
use super::super::error::SyntaxErrorKind;
use super::super::tree::Rule;
use super::{At, Builder, Docs};

impl Builder<'_> {
    pub(super) fn test(&mut self, at: At) -> Option<Test> {
        let mut kids = self.kids(at);
        let name = kids.find(Rule::string).map(|kid| self.text_literal(kid))?;
        let mut steps = Vec::new();
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        while let Some(kid) = kids.next() {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::step => {
                    docs.lines.clear();
                    let form = self.only_kid(kid);
                    let kind = self.step_kind(form).unwrap_or(StepKind::Hole);
                    steps.push(TestStep { kind, span: kid.span });
                }
                Rule::bad_entry => {
                    self.bad(kid, before, Rule::only_steps);
                    steps.push(TestStep { kind: StepKind::Hole, span: kid.span });
                }
                Rule::unclosed => self.unclosed(at, kid, "{", "}"),
                _ => {}
            }
            before = (kid.rule == Rule::step).then_some(kid.span);
        }
        self.dangling(&mut docs);
        Some(Test { name, steps })
    }

    fn step_kind(&mut self, at: At) -> Option<StepKind> {
        let mut kids = self.kids(at);
        Some(match at.rule {
            Rule::send => {
                let event = kids.find(Rule::ref_).map(|kid| self.reference(kid))?;
                let data = self.value(kids.next(), at);
                let with = kids.take(Rule::kw_with).and_then(|_| kids.next()).map(|kid| self.patch(kid));
                StepKind::Send { event, data, with }
            }
            Rule::expect => {
                let no = kids.list.iter().any(|kid| kid.rule == Rule::kw_no);
                let trigger = kids.find(Rule::ref_).map(|kid| self.reference(kid))?;
                if no {
                    return Some(StepKind::ExpectNo(trigger));
                }
                let times = match kids.take(Rule::kw_once) {
                    Some(_) => Some(1),
                    None => kids.take(Rule::number).map(|kid| self.times(kid)),
                };
                let patch = kids.find(Rule::patch).map(|kid| self.patch(kid));
                StepKind::Expect { trigger, times, patch }
            }
            Rule::advance => StepKind::Advance(kids.find(Rule::time_span).map(|kid| self.time_span(kid))?),
            _ => {
                let trigger = kids.find(Rule::ref_).map(|kid| self.reference(kid))?;
                let times = kids.find(Rule::number).map(|kid| self.times(kid))?;
                StepKind::Fail { trigger, times }
            }
        })
    }

    fn times(&mut self, at: At) -> u32 {
        match self.slice(at.span).replace('_', "").parse() {
            Ok(times) => times,
            Err(_) => {
                self.error(at.span, SyntaxErrorKind::BadNumber);
                0
            }
        }
    }
}
