//! `trigger`

use super::Check;
use super::clauses::word;
use super::filter::{CheckedFilter, Origin};
use super::option::Options;
use super::path::Scope;
use super::raw::acts;
use super::source::CheckedSource;
use crate::diagnostics::problems::{clauses, lints, names as problems, structure};
use crate::diagnostics::similar;
use crate::names::{Declared, Emitted, kubernetes};
use crate::syntax::ast::{self, Body, Span};
use aev_catalogue::ActionBody;
use aev_plan::model::{self, Delivery, Fallback, Trigger};

impl<'a> Check<'a> {
    /// The triggers of a sensor, and what they begin with.
    pub(super) fn triggers(
        &mut self,
        declared: &'a [Declared<'a, ast::Trigger>],
        deliver: Delivery,
        sources: &[CheckedSource],
        filters: &[CheckedFilter],
    ) -> (Vec<Trigger>, Vec<Origin>) {
        let mut wanted = Vec::new();
        let mut triggers = Vec::new();
        for declared in declared {
            let trigger = declared.what;
            self.fit_for_label(trigger.emitted(), &trigger.body);
            let on = self.trigger_condition(&trigger.on, sources, filters);
            let mut clauses = self.clauses(trigger, &on, declared.item.span, sources, filters);
            self.forgets_nothing(trigger, &on.plan);
            let mut scope = Scope {
                fires: Some((on.plan.clone(), on.bindings.clone())),
                events: on.events,
                broken: on.broken,
                without: clauses.without.take().map(|(name, _)| name),
                ..Scope::new(declared.item.span)
            };
            // Also when a mistake was made in it, or in its name.
            let batch = |name: &str| match aev_catalogue::option(name) {
                Some(_) => name == "batch",
                None => !similar(name, ["batch"]).is_empty(),
            };
            let batched = trigger.body.options.iter().any(|option| batch(&option.key.value));
            // Which events a name stands for is a guess where a bracket is missing.
            let guess =
                self.reports.unparsed_within(trigger.on.span) || self.reports.cut_short(trigger.on.span);
            for (_, event) in &mut scope.events {
                event.batched = batched;
                event.optional &= !guess;
            }
            let (action, options, raw) = self.body(&trigger.body, &trigger.name, &scope, false);
            self.nothing_matched(trigger, &on.plan, on.broken);
            let deliver = options.deliver.unwrap_or(deliver);
            self.at_most_once(deliver, &options, scope.item);
            let on_failure = self.on_failure(&trigger.body, &scope, deliver);
            wanted.extend(on.streams.into_iter().chain(clauses.stream));
            let flow = options.flow.over(clauses.flow);
            if let (Some(action), false) = (action, on.broken) {
                triggers.push(Trigger {
                    name: trigger.emitted().name.to_owned(),
                    on: on.plan,
                    bindings: on.bindings,
                    action,
                    deliver,
                    resets: clauses.resets,
                    rate: options.rate,
                    max_running: options.max_running.map(|(limit, _)| limit),
                    max_running_origin: options.max_running.map(|(_, origin)| origin).unwrap_or_default(),
                    flow,
                    retry: options.retry,
                    success: options.success,
                    on_failure: on_failure.map(Box::new),
                    description: declared.item.doc.clone(),
                    raw,
                    origin: self.reports.origin(trigger.name.span),
                });
            }
        }
        (triggers, wanted)
    }

    /// What a trigger creates carries its name in a label.
    fn fit_for_label(&mut self, emitted: Emitted<'_>, body: &Body) {
        let creates = |action: &ast::Action| {
            let kind = aev_catalogue::action(&action.name.value);
            kind.is_some_and(|kind| !matches!(kind.body, ActionBody::Fields(_)))
        };
        // What somebody else has called so may stay so where it becomes no label.
        if emitted.quoted && !body.actions.iter().any(creates) {
            return;
        }
        if let Some(why) = kubernetes::label_value(emitted.name) {
            let at = self.reports.at(emitted.span);
            let meant = emitted.name.trim_matches(['-', '_']);
            let meant = kubernetes::label_value(meant).is_none().then(|| emitted.written(meant));
            self.reports.add(problems::unfit_label(at, emitted.name, why, meant));
        }
    }

    /// One action, its options, and what is said in Argo's own words.
    fn body(
        &mut self,
        body: &'a Body,
        owner: &'a ast::Ident,
        scope: &Scope,
        on_failure: bool,
    ) -> (Option<model::Action>, Options, Option<model::Raw>) {
        let raw = self.raw(body.raw.as_ref());
        let mut kind = None;
        let mut checked = None;
        // An option without its colon looks like an action.
        let (options, actions): (Vec<&ast::Action>, Vec<&ast::Action>) =
            body.actions.iter().partition(|action| aev_catalogue::option(&action.name.value).is_some());
        for option in &options {
            let at = self.reports.at(option.name.span);
            self.reports.add(structure::option_without_colon(at, &option.name.value));
        }
        // What follows such an option at once is its value, and no action.
        let value = |action: &&ast::Action| {
            let behind = |option: &&ast::Action| action.span.start == option.span.end + 1;
            !is_action(&action.name.value) && options.iter().any(behind)
        };
        let actions: Vec<&ast::Action> = actions.into_iter().filter(|action| !value(action)).collect();
        match actions.as_slice() {
            [] if acts(raw.as_ref()) => checked = Some(model::Action::Raw),
            [] => {
                // An option that does not exist was perhaps meant to be the action.
                let odd = body.options.iter().any(|field| aev_catalogue::option(&field.key.value).is_none());
                let raw = body.raw.as_ref().is_some_and(|raw| self.reports.unparsed_within(raw.span));
                if !body.broken && !raw && !odd && options.is_empty() {
                    let at = self.reports.at(owner.span);
                    self.reports.add(structure::no_action(at, &owner.value));
                }
            }
            [action, more @ ..] => {
                // A word behind an action, such as `http PUT { … }`, looks like another: only it is wrong.
                let odd = more.iter().find(|more| !is_action(&more.name.value));
                if let Some(odd) = odd {
                    self.action_kind(odd);
                    let objects = more.iter().filter(|more| !is_action(&more.name.value));
                    for object in objects.filter_map(|more| more.object.as_ref()) {
                        self.reports.unreadable(object.span);
                    }
                } else {
                    kind = self.action_kind(action);
                    checked = kind.and_then(|kind| self.action(action, kind, scope));
                }
                if let (Some(second), None) = (more.first(), odd) {
                    let (at, first) = (self.reports.at(second.name.span), self.reports.at(action.name.span));
                    self.reports.add(structure::several_actions(at, first, &owner.value));
                    // Which of them the options are about is unknown.
                    kind = None;
                }
            }
        }
        (checked, self.options(&body.options, kind, scope, on_failure), raw)
    }

    fn on_failure(&mut self, body: &'a Body, scope: &Scope, deliver: Delivery) -> Option<Fallback> {
        let (written, more) = body.on_failure.split_first()?;
        if let Some(second) = more.first() {
            let (at, first) = (self.reports.at(second.name.span), self.reports.at(written.name.span));
            self.reports.add(structure::several_on_failure(at, first));
        }
        if let Some(inner) = written.body.on_failure.first() {
            let at = self.reports.at(inner.name.span);
            self.reports.add(structure::nested_on_failure(at));
        }
        self.fit_for_label(written.emitted(), &written.body);
        let (action, options, raw) = self.body(&written.body, &written.name, scope, true);
        self.at_most_once(deliver, &options, scope.item);
        Some(Fallback {
            name: written.emitted().name.to_owned(),
            action: action?,
            retry: options.retry,
            success: options.success,
            description: written.doc.clone(),
            raw,
            origin: self.reports.origin(written.name.span),
        })
    }

    /// Warns of a reset where nothing is ever kept.
    fn forgets_nothing(&mut self, trigger: &ast::Trigger, on: &model::Condition) {
        let find = |wanted: &str| trigger.clauses.iter().find(|clause| word(&clause.kind) == wanted);
        if let (Some(reset), false, None) = (find("reset"), on.joins(), find("count")) {
            let at = self.reports.at(reset.span);
            self.reports.add(lints::reset_without_join(at));
        }
    }

    /// A `match` where nothing is kept for a key.
    fn nothing_matched(&mut self, trigger: &ast::Trigger, on: &model::Condition, broken: bool) {
        let find = |wanted: &str| trigger.clauses.iter().find(|clause| word(&clause.kind) == wanted);
        let Some(matched) = find("match") else { return };
        // A `within` without the others has been reported; an option that does not exist may be meant to be one.
        let keyed = |option: &ast::Field| {
            let name = option.key.value.as_str();
            KEYED.contains(&name) || aev_catalogue::option(name).is_none()
        };
        let kept = ["count", "after", "within"].into_iter().any(|word| find(word).is_some())
            || trigger.body.options.iter().any(keyed);
        if !on.joins() && !kept && !broken && !trigger.body.broken {
            let at = self.reports.at(matched.span);
            self.reports.add(clauses::nothing_matched(at));
        }
    }

    /// Warns of retries that never happen and of a rate that nothing waits for; those of a trigger and of its `on-failure` are one mistake.
    fn at_most_once(&mut self, deliver: Delivery, options: &Options, trigger: Span) {
        if deliver == Delivery::AtMostOnce && options.retry.is_some() {
            let at = self.reports.at(options.retry_span);
            self.reports.add_once(format!("at most once {}", trigger.start), lints::retry_at_most_once(at));
        }
        if deliver == Delivery::AtMostOnce && options.rate.is_some() {
            let at = self.reports.at(options.rate_span);
            self.reports.add(lints::rate_at_most_once(at));
        }
    }
}

/// The options that are for each key by itself.
const KEYED: [&str; 3] = ["debounce", "batch", "max-running"];

/// Whether the language has the action.
fn is_action(name: &str) -> bool {
    aev_catalogue::action(name).is_some()
}
