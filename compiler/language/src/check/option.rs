//! Options of a trigger: `deliver`, `retry`, `rate`, `success` and those that hold its firings back.

use super::fields::Braces;
use super::header::{number, text, texts};
use super::path::Scope;
use super::{Check, bare};
use crate::diagnostics::problems::{clauses, kinds, structure, types as type_problems};
use crate::diagnostics::similar;
use crate::syntax::ast::{self, ExprKind, Span};
use crate::types::ty::{Shapes, Ty};
use aev_catalogue::{ActionKind, CLAUSES, Field, OPTIONS, SUCCESS_LABELS, SUCCESS_STATUS, SuccessTest};
use aev_plan::duration::GoDuration;
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::model::{
    Batch, Debounce, Delivery, Flow, LabelPolicy, OrderBy, Rate, RateUnit, Retry, Success, Suspend,
};
use aev_plan::origin::Origin;
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// What the options of a trigger say.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub deliver: Option<Delivery>,
    pub retry: Option<Retry>,
    /// Where `retry` stands.
    pub retry_span: Span,
    pub rate: Option<Rate>,
    /// Where `rate` stands.
    pub rate_span: Span,
    /// How many, and where it stands.
    pub max_running: Option<(u32, Origin)>,
    /// `debounce`, `batch`, `order-by`, `suspend`
    pub flow: Flow,
    pub success: Option<Success>,
}

impl<'a> Check<'a> {
    /// Checks the options in the braces of a trigger or an `on-failure`; without a known action only those that do not
    /// depend on it.
    pub(super) fn options(
        &mut self,
        fields: &'a [ast::Field],
        action: Option<&'static ActionKind>,
        scope: &Scope,
        on_failure: bool,
    ) -> Options {
        let mut options = Options::default();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for syntax in fields {
            let name = syntax.key.value.as_str();
            let at = self.reports.at(syntax.key.span);
            let Some(option) = aev_catalogue::option(name) else {
                let names: Vec<&str> = OPTIONS.iter().map(|option| option.field.name).collect();
                let meant = similar(name, names.iter().copied());
                let clause = CLAUSES.iter().any(|clause| clause.name == name);
                self.reports.add(structure::unknown_option(at, name, &meant, &names, clause));
                continue;
            };
            if let Some(first) = seen.insert(name, syntax.key.span) {
                let first = self.reports.at(first);
                self.reports.add(kinds::field_twice(at, first, name));
                continue;
            }
            if !self.supported(syntax.key.span, name, option.field.targets) {
                continue;
            }
            if on_failure && !option.on_failure {
                self.reports.add(structure::not_in_on_failure(at, name));
                continue;
            }
            match name {
                "success" => options.success = self.success(syntax, action),
                "retry" => {
                    options.retry_span = syntax.key.span;
                    options.retry = Some(retry(&self.field_constant(&option.field, syntax)));
                }
                "rate" => {
                    options.rate_span = syntax.key.span;
                    options.rate = rate(&self.field_constant(&option.field, syntax));
                }
                "max-running" => {
                    let limit = self.field_constant(&option.field, syntax);
                    options.max_running =
                        whole(&limit).map(|limit| (limit, self.reports.origin(syntax.span)));
                }
                "debounce" => options.flow.debounce = self.debounce(&option.field, syntax),
                "batch" => options.flow.batch = self.batch(&option.field, syntax),
                "order-by" => options.flow.order_by = self.order_by(syntax, scope),
                "suspend" => {
                    let suspended = self.field_constant(&option.field, syntax) == Json::Bool(true);
                    let origin = self.reports.origin(syntax.span);
                    options.flow.suspend = suspended.then_some(Suspend { origin });
                }
                _ => {
                    let value = self.constant(&syntax.value, &option.field.shape);
                    options.deliver = match value.as_str() {
                        Some("at-most-once") => Some(Delivery::AtMostOnce),
                        _ => Some(Delivery::AtLeastOnce),
                    };
                }
            }
        }
        if let (Some(debounce), Some(batch)) = (seen.get("debounce"), seen.get("batch")) {
            let (first, second) = (*debounce.min(batch), *debounce.max(batch));
            let words = if first == *debounce { ["debounce", "batch"] } else { ["batch", "debounce"] };
            self.reports.add(clauses::excluded(self.reports.at(second), self.reports.at(first), words));
        }
        options
    }

    fn debounce(&mut self, field: &'static Field, syntax: &'a ast::Field) -> Option<Debounce> {
        let quiet = lasting(&self.field_constant(field, syntax))?;
        let origin = self.reports.origin(syntax.span);
        self.lasts(syntax.value.span, quiet).then_some(Debounce { quiet, origin })
    }

    fn batch(&mut self, field: &'static Field, syntax: &'a ast::Field) -> Option<Batch> {
        let config = self.field_constant(field, syntax);
        let size = config.get("size").and_then(whole).and_then(NonZeroU32::new);
        let wait = config.get("wait").and_then(lasting)?;
        let origin = self.reports.origin(syntax.span);
        self.lasts(syntax.value.span, wait).then_some(Batch { size: size?, wait, origin })
    }

    /// What actions have in common that run one after another. It may be absent: then that is what they have in common.
    fn order_by(&mut self, syntax: &'a ast::Field, scope: &Scope) -> Option<OrderBy> {
        let before = self.reports.errors();
        let operand = self.operand(&syntax.value, scope);
        let at = self.reports.at(operand.span);
        if matches!(operand.expr, Expr::Const(_)) {
            if operand.ty != Ty::Error && !self.excused(&syntax.value) {
                self.reports.add(type_problems::never_differs(at));
            }
        } else if operand.ty.shapes().and(Shapes::SCALAR).is_empty() {
            self.reports.add(type_problems::not_comparable(at, &operand.ty.to_string()));
        }
        let origin = self.reports.origin(syntax.span);
        (self.reports.errors() == before).then_some(OrderBy { value: operand.expr, origin })
    }

    fn success(&mut self, syntax: &'a ast::Field, action: Option<&'static ActionKind>) -> Option<Success> {
        let action = action?;
        let Some(test) = action.success else {
            let at = self.reports.at(syntax.key.span);
            self.reports.add(structure::no_success(at, syntax.span, action.name));
            return None;
        };
        let ExprKind::Object(object) = &bare(&syntax.value).kind else {
            if !self.excused(&syntax.value) {
                let at = self.reports.at(syntax.value.span);
                self.reports.add(type_problems::wrong_shape(at, "an object in `{…}`"));
            }
            return None;
        };
        let owner = format!("`success` of `{}`", action.name);
        let braces = Braces::of(object, syntax.key.span, &owner);
        match test {
            SuccessTest::Status => {
                let config = self.constants(&braces, &SUCCESS_STATUS);
                match config.get("status")? {
                    Json::List(codes) => {
                        let code = |json: &Json| match json {
                            Json::Number(number) => number.as_i64().and_then(|code| u16::try_from(code).ok()),
                            _ => None,
                        };
                        Some(Success::Status(codes.iter().filter_map(code).collect()))
                    }
                    Json::String(_) => Some(Success::AnyStatus),
                    _ => None,
                }
            }
            SuccessTest::Labels => {
                let config = self.constants(&braces, &SUCCESS_LABELS);
                Some(Success::Labels(LabelPolicy {
                    labels: texts(config.get("labels")?.clone()),
                    backoff: config.get("backoff").map(retry),
                    error_on_backoff_timeout: config.get("errorOnBackoffTimeout") == Some(&Json::Bool(true)),
                }))
            }
        }
    }
}

/// A whole number of a checked constant.
fn whole(json: &Json) -> Option<u32> {
    number(json).and_then(|number| u32::try_from(number).ok())
}

/// A duration of a checked constant.
fn lasting(json: &Json) -> Option<GoDuration> {
    json.as_str().and_then(|text| text.parse().ok())
}

/// The plan's form of a checked `rate`; none where a mistake was reported.
fn rate(config: &Json) -> Option<Rate> {
    let (count, per) = config.as_str()?.split_once('/')?;
    let per = match per {
        "s" => RateUnit::Second,
        "min" => RateUnit::Minute,
        _ => RateUnit::Hour,
    };
    Some(Rate { count: count.parse().ok()?, per })
}

/// The plan's form of a checked `retry` or `backoff`.
fn retry(config: &Json) -> Retry {
    let number = |name: &str| match config.get(name) {
        Some(Json::Number(number)) => Some(number),
        _ => None,
    };
    Retry {
        steps: number("steps").and_then(|steps| steps.as_i64()).and_then(|steps| u32::try_from(steps).ok()),
        duration: config
            .get("duration")
            .cloned()
            .and_then(text)
            .and_then(|text| text.parse::<GoDuration>().ok()),
        factor: number("factor").map(|factor| factor.as_f64()),
        jitter: number("jitter").map(|jitter| jitter.as_f64()),
    }
}
