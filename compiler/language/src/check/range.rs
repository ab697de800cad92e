//! `e::time in 09:00..17:00 at "Europe/London"`.

use super::operand::Operand;
use super::path::Scope;
use super::predicate::Tested;
use super::{Check, bare, form};
use crate::diagnostics::problems::{expressions as problems, kinds};
use crate::syntax::ast::{Expr, ExprKind, TimeRange};
use crate::types::ty::Ty;
use aev_plan::expr::{self, Attribute};

impl<'a> Check<'a> {
    pub(super) fn time_range(&mut self, written: &'a Expr, range: &'a TimeRange, scope: &Scope) -> Tested {
        let before = self.reports.errors();
        let value = self.operand(&range.value, scope);
        let (from, to) = (self.time_of_day(&range.from), self.time_of_day(&range.to));
        let zone = range.zone.as_ref().and_then(|zone| self.zone(zone));
        // It may have been said elsewhere, or have not been read.
        let (Some(from), Some(to)) = (from, to) else { return Tested::error() };
        if self.reports.errors() > before || value.ty == Ty::Error {
            return Tested::error();
        }
        let Operand { expr: expr::Expr::Attribute(attribute), missing, .. } = &value else {
            let at = self.reports.at(range.value.span);
            self.reports.add(problems::range_of_no_time(at));
            return Tested::error();
        };
        if attribute.attribute != Attribute::Time {
            let at = self.reports.at(range.value.span);
            self.reports.add(problems::range_of_no_time(at));
            return Tested::error();
        }
        if from == to {
            let at = self.reports.at(range.to.span);
            self.reports.add(problems::empty_range(at));
            return Tested::error();
        }
        // The ends are a part of one of them, so what is outside is a range too.
        let (from, to) = if range.negated { (to, from) } else { (from, to) };
        let plan = expr::TimeRange {
            event: attribute.event.clone(),
            from,
            to,
            zone,
            origin: self.reports.origin(written.span),
        };
        Tested { sure: missing.is_empty(), ..Tested::new(expr::Expr::TimeRange(plan)) }
    }

    /// As `15:04:05`.
    fn time_of_day(&mut self, written: &Expr) -> Option<String> {
        let ExprKind::TimeOfDay(text) = &bare(written).kind else {
            let hole = matches!(bare(written).kind, ExprKind::Hole);
            if !hole && !self.reports.unparsed_within(written.span) {
                let at = self.reports.at(written.span);
                self.reports.add(problems::no_time_of_day(at));
            }
            return None;
        };
        let text = if text.len() == 5 { format!("{text}:00") } else { text.clone() };
        if chrono::NaiveTime::parse_from_str(&text, "%H:%M:%S").is_err() || text.ends_with(":60") {
            let at = self.reports.at(written.span);
            self.reports.add(problems::no_time_of_day(at));
            return None;
        }
        Some(text)
    }

    fn zone(&mut self, written: &Expr) -> Option<String> {
        let text = match &bare(written).kind {
            ExprKind::Text(text) => self.plain(text)?,
            ExprKind::Hole => return None,
            _ => {
                let at = self.reports.at(written.span);
                self.reports.add(problems::zone_not_written(at));
                return None;
            }
        };
        if !form::is_zone(&text) {
            let at = self.reports.at(written.span);
            self.reports.add(kinds::unknown_zone(at, &text, form::meant_zone(&text)));
            return None;
        }
        Some(text)
    }
}
