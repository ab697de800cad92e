//! From names to a plan: each construct is checked against the catalogue and becomes its part of the plan.
//!
//! - [`fields`], [`constant`]: what stands in braces, by the catalogue's shapes
//! - [`source`], [`filter`] with its [`map`], [`trigger`], [`sensor`], [`bus`], [`header`]: the items
//! - [`path`], [`operand`], [`value`], [`predicate`], [`truth`]: expressions
//! - [`condition`], [`clauses`] with their [`matching`], [`action`] with its [`resource`], [`option`]: the parts of a trigger

mod action;
mod arithmetic;
mod at_source;
mod bus;
mod call;
mod choice;
mod clauses;
mod condition;
mod constant;
mod contradiction;
mod fields;
mod filter;
mod foreign;
mod form;
mod header;
mod leaks;
mod limits;
mod listed;
mod map;
mod matching;
mod member;
mod operand;
mod option;
mod patch;
mod path;
mod predicate;
mod quantifier;
mod range;
mod raw;
mod resource;
mod scripted;
mod sensor;
mod source;
mod trigger;
mod truth;
mod unused;
mod value;
mod verify;
mod wanted;

pub use operand::operator;

use crate::compile::Target;
use crate::diagnostics::problems::{syntax, targets};
use crate::diagnostics::{Diagnostic, Severity};
use crate::files::{FileText, Reader};
use crate::names::Program;
use crate::report::Reports;
use crate::syntax::ast::{Expr, ExprKind, Object, Span};
use crate::types::declared::Types;
use aev_catalogue::{Support, Targets};
use aev_plan::Plan;
use std::collections::BTreeSet;

/// What is being checked, and what has been found out.
struct Check<'a> {
    program: &'a Program<'a>,
    target: Option<Target>,
    types: Types<'a>,
    reports: Reports,
    used: Used<'a>,
    /// Where sources, sensors, filters and triggers begin, in order.
    starts: Vec<u32>,
    /// Of [`Program::sensors`], the one in which names are looked up.
    sensor: usize,
    /// What is said in Argo's own words.
    raw: Vec<&'a Object>,
}

/// Names that something refers to.
#[derive(Default)]
struct Used<'a> {
    /// By index.
    filters: BTreeSet<usize>,
    /// Source and event, by index.
    events: BTreeSet<(usize, usize)>,
    buses: BTreeSet<&'a str>,
}

/// Checks a program and makes its plan. The plan is of use only when no error was reported.
pub fn check<'a>(
    program: &'a Program<'a>,
    stem: &str,
    target: Option<Target>,
    files: Reader<'a>,
    reports: Reports,
) -> (Plan, Reports, Vec<FileText>) {
    let mut types = Types::new(program.types.iter().copied(), files);
    types.incomplete = program.names.open;
    types.doubtful.clone_from(&program.names.doubtful);
    let starts = starts(program);
    let mut check =
        Check { program, target, types, reports, used: Used::default(), starts, sensor: 0, raw: Vec::new() };
    let Check { types, reports, .. } = &mut check;
    types.check_all(reports);
    let (mut plan, defaults) = check.header(stem);
    plan.buses = check.buses();
    let sources = check.sources(&defaults);
    let streams = check.filters(&sources);
    plan.sensors = check.sensors(&plan.name, &defaults, &sources, &streams);
    check.metadata_of_objects();
    check.unused();
    check.leaks();
    plan.sources = sources.into_iter().map(|source| source.plan).collect();
    (plan, check.reports, check.types.files.into_read())
}

fn starts(program: &Program<'_>) -> Vec<u32> {
    let starts = program.sources.iter().map(|declared| declared.item.span.start);
    let starts = starts.chain(program.filters.iter().map(|declared| declared.item.span.start));
    let starts = starts.chain(program.triggers.iter().map(|declared| declared.item.span.start));
    let blocks = program.sensors.iter().filter_map(|members| members.block.as_ref());
    let starts = starts.chain(blocks.map(|declared| declared.item.span.start));
    let mut starts: Vec<u32> = starts.collect();
    starts.sort_unstable();
    starts
}

impl Check<'_> {
    /// A construct that no target has yet.
    fn not_built(&mut self, span: Span, construct: &str) {
        self.not_built_instead(span, construct, None);
    }

    /// The same, with what does the job until then.
    fn not_built_instead(&mut self, span: Span, construct: &str, instead: Option<&str>) {
        // What it would be without the mistake in it or behind it is unknown.
        if self.reports.unparsed_within(span) || self.reports.cut_short(span) {
            return;
        }
        let at = self.reports.at(span);
        self.reports.add(syntax::not_built_yet(at, construct, instead));
    }

    /// What one target refuses or doubts: said as it is for that target, a note when none was named, nothing for the
    /// other.
    fn refused(&mut self, by: Target, diagnostic: Diagnostic) {
        if let Some(diagnostic) = self.of_target(by, diagnostic) {
            self.reports.add_once(diagnostic.message.clone(), diagnostic);
        }
    }

    /// The same, unless there is something with the key `cause` that says it better.
    fn refused_unless(&mut self, by: Target, cause: String, diagnostic: Diagnostic) {
        if let Some(diagnostic) = self.of_target(by, diagnostic) {
            self.reports.add_unless(cause, diagnostic.message.clone(), diagnostic);
        }
    }

    fn of_target(&self, by: Target, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
        if self.target.is_none() {
            diagnostic.severity = Severity::Note;
        }
        self.target.is_none_or(|target| target == by).then_some(diagnostic)
    }

    /// Says what the targets cannot do about a kind, a field or an option; false when it is not built at all.
    fn supported(&mut self, span: Span, name: &str, on: Targets) -> bool {
        if !on.built() {
            self.not_built(span, &format!("`{name}`"));
            return false;
        }
        let at = self.reports.at(span);
        match (on.argo, on.runtime) {
            (Support::Ignored(why), Support::Ignored(_)) => self.reports.add(targets::ignored(at, name, why)),
            (argo, runtime) => {
                if let Support::Ignored(why) = argo {
                    self.refused(Target::Argo, targets::ignored(at, name, why));
                }
                match runtime {
                    Support::Yes => {}
                    Support::Ignored(why) => {
                        self.refused_unless(Target::Plan, idle(span), targets::ignored(at, name, why));
                    }
                    Support::NotYet | Support::Never if argo == Support::Never => {
                        self.refused(Target::Plan, targets::not_run_yet(at, name));
                    }
                    Support::NotYet | Support::Never => {
                        self.refused(Target::Plan, targets::not_in_runtime_yet(at, name));
                    }
                }
            }
        }
        true
    }

    /// Whether the name was brought by something that is not built: all about it has been said.
    fn excused(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Hole => true,
            ExprKind::Name(name) => self.program.names.excuses(name),
            ExprKind::Member(base, _)
            | ExprKind::Index(base, _)
            | ExprKind::Attribute(base, _)
            | ExprKind::Paren(base) => self.excused(base),
            _ => false,
        }
    }
}

/// Without the parentheses around it.
fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Paren(inner) => bare(inner),
        _ => expr,
    }
}

/// What an expression is, when it is of a form that no target has yet.
fn unbuilt_form(expr: &Expr) -> Option<String> {
    let fixed = match &expr.kind {
        ExprKind::TimeOfDay(_) => "a time of day",
        ExprKind::Foreign(foreign) => return Some(format!("`{}`", foreign.language.value)),
        ExprKind::Comprehension(_) => "a list with `for`",
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// The key of a field that does nothing alone: what else it does not do is not worth a word.
fn idle(field: Span) -> String {
    format!("idle {}", field.start)
}
