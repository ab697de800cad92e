//! The `map`s and `where`s of a chain of filters as what Argo does once: one transform, then filters.
//!
//! What comes before the last `map` goes into its jq: `select(…)` for a `where`, a pipe for another `map`.

use super::filter::is_for_jq;
use super::normal::{Constants, Formula, conjunction, formula};
use crate::forms::{jq, refuse};
use crate::node::{Fields, Node};
use crate::refusal::{NoTransform, Reason, Refusal};
use aev_plan::argo::Filters;
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::{Predicate, ScriptLanguage, Stream, Transform};
use aev_plan::origin::Origin;

/// What a dependency does with its events.
#[derive(Default)]
pub(super) struct Folded<'a> {
    program: Option<Program>,
    /// What has to be true of the events that the program gives.
    formulas: Vec<Formula>,
    /// Lua that has to return true.
    script: Option<&'a str>,
    /// Filters in Argo's own form.
    argo: Option<&'a Filters>,
}

enum Program {
    Lua(String),
    Jq {
        text: String,
        /// It may give several values, or one that is no object: only a first one that is an object counts.
        foreign: bool,
    },
}

impl<'a> Folded<'a> {
    /// Adds a filter behind those that it refines.
    pub(super) fn add(&mut self, stream: &'a Stream, constants: &Constants<'_>) -> Result<(), Refusal> {
        if let Some(transform) = &stream.transform {
            self.transform(transform, stream, constants)?;
        }
        let refuse = |reason| Refusal { reason, origin: stream.origin };
        let mixed = || refuse(Reason::MixedFilter { name: stream.name.clone() });
        match &stream.predicate {
            Predicate::Always => {}
            Predicate::Argo(_) if !self.is_undecided() => return Err(mixed()),
            Predicate::Argo(filters) => self.argo = Some(filters),
            Predicate::Aev(_) | Predicate::Scripted(_) if self.argo.is_some() => return Err(mixed()),
            Predicate::Aev(expr) => self.formulas.push(formula(expr, false, constants)?),
            Predicate::Scripted(scripted) => {
                self.formulas.push(formula(&scripted.condition, false, constants)?);
                for script in &scripted.scripts {
                    if self.script.replace(&script.text).is_some() {
                        let reason = Reason::NoTransform(NoTransform::TwoScripts);
                        return Err(Refusal { reason, origin: script.origin });
                    }
                }
            }
        }
        Ok(())
    }

    fn is_undecided(&self) -> bool {
        self.formulas.is_empty() && self.script.is_none() && self.argo.is_none()
    }

    fn transform(
        &mut self,
        transform: &Transform,
        stream: &Stream,
        constants: &Constants<'_>,
    ) -> Result<(), Refusal> {
        let refused = |reason| Err(Refusal { reason, origin: stream.origin });
        if self.argo.is_some() {
            return refused(Reason::MixedFilter { name: stream.name.clone() });
        }
        if self.script.is_some() {
            return refused(Reason::NoTransform(NoTransform::LuaBefore));
        }
        let before = conjunction(std::mem::take(&mut self.formulas));
        let (text, foreign) = match transform {
            Transform::Script(script) if script.language == ScriptLanguage::Lua => {
                if self.program.is_some() || before != Formula::True {
                    return refused(Reason::NoTransform(NoTransform::LuaBehind));
                }
                self.program = Some(Program::Lua(script.text.clone()));
                return Ok(());
            }
            Transform::Script(script) => (script.text.clone(), true),
            Transform::Object(expr) => (object(expr, constants)?, false),
        };
        let mut text = text;
        if before != Formula::True {
            text = format!("select({})\n| {text}", jq::condition(&before)?);
        }
        if !self.pipe(text, foreign) {
            return refused(Reason::NoTransform(NoTransform::BehindLua));
        }
        Ok(())
    }

    /// Puts jq behind the program; false when that is Lua.
    fn pipe(&mut self, text: String, foreign: bool) -> bool {
        let text = match self.program.take() {
            None => text,
            Some(Program::Jq { text: first, foreign: false }) => format!("{first}\n| {text}"),
            // A comment may end the first.
            Some(Program::Jq { text: first, foreign: true }) => {
                format!("first(\n{first}\n)\n| select(type == \"object\")\n| {text}")
            }
            Some(Program::Lua(_)) => return false,
        };
        self.program = Some(Program::Jq { text, foreign });
        true
    }

    /// Conditions for which there is no filter go into jq.
    fn sift(&mut self, origin: Origin) -> Result<(), Refusal> {
        let conjuncts = match conjunction(std::mem::take(&mut self.formulas)) {
            Formula::All(parts) => parts,
            other => vec![other],
        };
        let (in_jq, filtered): (Vec<Formula>, Vec<Formula>) = conjuncts.into_iter().partition(is_for_jq);
        self.formulas = filtered;
        if in_jq.is_empty() {
            return Ok(());
        }
        let text = format!("select({})", jq::condition(&conjunction(in_jq))?);
        match self.pipe(text, false) {
            true => Ok(()),
            false => Err(Refusal { reason: Reason::NoTransform(NoTransform::ElementsBehindLua), origin }),
        }
    }

    /// The transform of the dependency, and its filters.
    pub(super) fn finish(mut self, origin: Origin) -> Result<(Option<Node>, Option<Filters>), Refusal> {
        self.sift(origin)?;
        let transform = self.program.map(|program| {
            let mut fields = Fields::at(origin);
            match program {
                Program::Lua(text) => fields.put("script", text),
                Program::Jq { text, .. } => fields.put("jq", text),
            }
            Node::from(fields)
        });
        let filters = match self.argo {
            Some(filters) => Some(filters.clone()),
            None => match (super::filter::filters(conjunction(self.formulas))?, self.script) {
                (filters, None) => filters,
                // Nothing passes the others: the script decides nothing.
                (Some(filters), Some(_))
                    if filters.data.is_none() && filters.exprs.is_none() && filters.time.is_none() =>
                {
                    Some(filters)
                }
                (filters, Some(script)) => {
                    Some(Filters { script: Some(script.to_owned()), ..filters.unwrap_or_default() })
                }
            },
        };
        Ok((transform, filters))
    }
}

/// `map { … }`
fn object(expr: &Expr, constants: &Constants<'_>) -> Result<String, Refusal> {
    match expr {
        Expr::Object(_) | Expr::Const(Json::Object(_)) => jq::value(expr, constants),
        _ => Err(refuse(expr, Reason::NoTransform(NoTransform::Value))),
    }
}
