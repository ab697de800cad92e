//! Conditions that have the same answer for every event.

use super::path::Scope;
use aev_plan::expr::{self, Comparator};
use aev_plan::json::Json;

/// The value of a condition that is the same for every event.
pub(super) fn truth(condition: &expr::Expr, scope: &Scope) -> Option<bool> {
    match condition {
        expr::Expr::All(parts) => {
            let parts: Vec<Option<bool>> = parts.iter().map(|part| truth(part, scope)).collect();
            if parts.contains(&Some(false)) {
                Some(false)
            } else {
                parts.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
            }
        }
        expr::Expr::Any(parts) => {
            let parts: Vec<Option<bool>> = parts.iter().map(|part| truth(part, scope)).collect();
            if parts.contains(&Some(true)) {
                Some(true)
            } else {
                parts.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
            }
        }
        expr::Expr::Not(inner) => truth(inner, scope).map(|value| !value),
        expr::Expr::Exists(path) => path.certain.then_some(true),
        expr::Expr::Compare(compare) => {
            let (left, right) = (constant(&compare.left, scope)?, constant(&compare.right, scope)?);
            let order = match (&left, &right) {
                (Json::Number(left), Json::Number(right)) => left.as_f64().partial_cmp(&right.as_f64())?,
                (Json::String(left), Json::String(right)) => left.cmp(right),
                (Json::Bool(left), Json::Bool(right)) => left.cmp(right),
                _ => return None,
            };
            Some(match compare.op {
                Comparator::Equal => order.is_eq(),
                Comparator::NotEqual => order.is_ne(),
                Comparator::Less => order.is_lt(),
                Comparator::LessOrEqual => order.is_le(),
                Comparator::Greater => order.is_gt(),
                Comparator::GreaterOrEqual => order.is_ge(),
            })
        }
        expr::Expr::In(test) => {
            let value = constant(&test.value, scope)?;
            Some(test.members.contains(&value) != test.negated)
        }
        _ => None,
    }
}

fn constant(operand: &expr::Expr, scope: &Scope) -> Option<Json> {
    match operand {
        // It also stands for what was reported.
        expr::Expr::Const(Json::Null) => None,
        expr::Expr::Const(json) => Some(json.clone()),
        expr::Expr::Attribute(attribute) => {
            let constants = scope.event(&attribute.event)?.constants.as_ref()?;
            match attribute.attribute {
                expr::Attribute::Source => Some(Json::from(constants.source.as_str())),
                expr::Attribute::Subject => Some(Json::from(constants.subject.as_str())),
                expr::Attribute::Type => Some(Json::from(constants.kind.as_str())),
                expr::Attribute::DataContentType => Some(Json::from("application/json")),
                _ => None,
            }
        }
        _ => None,
    }
}
