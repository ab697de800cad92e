//! A trigger with its action, its retries, and the trigger that runs when it has failed.

use super::access::Right;
use super::action::{self, Emitted};
use super::scope::Scope;
use super::{Output, condition, parameters, policy, raw, rights};
use crate::node::{Fields, Node};
use crate::refusal::{Reason, Refusal};
use aev_plan::model::{Action, Delivery, Rate, Raw, Reset, Retry, Success, Trigger};
use aev_plan::origin::Origin;

/// A trigger; nothing when it was refused. `own_account` says that the rights it needs are collected.
pub(super) fn emit(
    trigger: &Trigger,
    own_account: bool,
    needed: &mut Vec<Right>,
    out: &mut Output<'_>,
) -> Option<Node> {
    if trigger.max_running.is_some() {
        out.refuse(Reason::RuntimeOnly { word: "max-running" }, trigger.max_running_origin);
    }
    for (word, origin) in trigger.flow.said() {
        out.refuse(Reason::RuntimeOnly { word }, origin);
    }
    let scope = Scope { condition: &trigger.on, bindings: &trigger.bindings };
    let body = Body {
        name: &trigger.name,
        condition: Some(condition::text(&trigger.on)),
        resets: &trigger.resets,
        rate: trigger.rate,
        action: &trigger.action,
        success: trigger.success.as_ref(),
        retry: trigger.retry.as_ref(),
        at_least_once: trigger.deliver == Delivery::AtLeastOnce,
        raw: trigger.raw.as_ref(),
        origin: trigger.origin,
    };
    let fields = body.emit(scope, own_account, needed, out);
    let Some(fallback) = &trigger.on_failure else {
        return fields.map(|fields| raw::merge(fields, trigger.raw.as_ref(), out));
    };
    if trigger.deliver == Delivery::AtMostOnce {
        out.refuse(Reason::FallbackAtMostOnce { trigger: trigger.name.clone() }, fallback.origin);
    }
    let fallback = Body {
        name: &fallback.name,
        condition: None,
        resets: &[],
        rate: None,
        action: &fallback.action,
        success: fallback.success.as_ref(),
        retry: fallback.retry.as_ref(),
        at_least_once: true,
        raw: fallback.raw.as_ref(),
        origin: fallback.origin,
    };
    let own = fallback.emit(scope, own_account, needed, out)?;
    let mut fields = fields?;
    fields.put("dlqTrigger", raw::merge(own, fallback.raw, out));
    Some(raw::merge(fields, trigger.raw.as_ref(), out))
}

/// What a trigger and its fallback have in common.
struct Body<'a> {
    name: &'a str,
    condition: Option<String>,
    resets: &'a [Reset],
    rate: Option<Rate>,
    action: &'a Action,
    success: Option<&'a Success>,
    retry: Option<&'a Retry>,
    at_least_once: bool,
    raw: Option<&'a Raw>,
    origin: Origin,
}

impl Body<'_> {
    fn emit(
        &self,
        scope: Scope<'_>,
        own_account: bool,
        needed: &mut Vec<Right>,
        out: &mut Output<'_>,
    ) -> Option<Fields> {
        let mut template = Fields::at(self.origin);
        template.put("name", self.name);
        template.put_some("conditions", self.condition.as_deref());
        let resets = self.resets.iter().map(|reset| policy::reset(reset, self.origin));
        template.put_list("conditionsReset", resets.collect());
        let emitted = action::emit(self.action, scope, self.origin);
        let Emitted { entries, parameters: trigger_parameters } = out.accept(emitted, self.origin)?;
        for (key, value) in entries {
            template.put(key, value);
        }
        if own_account {
            let more = rights::of(self.action, self.success, self.origin);
            needed.extend(out.accept(more, self.origin)?);
            if let Some(origin) = raw::needs_rights(self.raw) {
                return out.accept(Err(Refusal { reason: Reason::UnknownObject, origin }), origin);
            }
        }
        let mut fields = Fields::at(self.origin);
        fields.put("template", template);
        fields.put_list("parameters", parameters::nodes(&trigger_parameters));
        fields.put_some("policy", policy::policy(self.action, self.success, self.origin));
        fields.put_some("retryStrategy", self.retry.map(|retry| policy::retry(retry, self.origin)));
        fields.put_some("rateLimit", self.rate.map(|rate| policy::rate(rate, self.origin)));
        if self.at_least_once {
            fields.put("atLeastOnce", true);
        }
        Some(fields)
    }
}
