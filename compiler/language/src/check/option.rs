//! Options of a trigger: `deliver`, `retry`, `rate`, `max-running`, `success`.

use super::fields::Braces;
use super::header::{text, texts};
use super::{Check, bare};
use crate::diagnostics::problems::{kinds, structure, types as type_problems};
use crate::diagnostics::similar;
use crate::syntax::ast::{self, ExprKind, Span};
use aev_catalogue::{ActionKind, CLAUSES, OPTIONS, SUCCESS_LABELS, SUCCESS_STATUS, SuccessTest};
use aev_plan::duration::GoDuration;
use aev_plan::json::Json;
use aev_plan::model::{Delivery, LabelPolicy, Rate, RateUnit, Retry, Success};
use std::collections::BTreeMap;

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
    pub max_running: Option<u32>,
    pub success: Option<Success>,
}

impl<'a> Check<'a> {
    /// Checks the options in the braces of a trigger or an `on-failure`; without a known action only those that do not
    /// depend on it.
    pub(super) fn options(
        &mut self,
        fields: &'a [ast::Field],
        action: Option<&'static ActionKind>,
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
                    if let Json::Number(count) = self.field_constant(&option.field, syntax) {
                        options.max_running = count.as_i64().and_then(|count| u32::try_from(count).ok());
                    }
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
        options
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
