//! When a trigger fires, as Argo writes it. `&&` binds tighter than `||`.

use aev_plan::model::Condition;

/// The condition. It is always written: an empty one means all dependencies of the sensor, so that one more dependency
/// would change the trigger.
pub(super) fn text(condition: &Condition) -> String {
    join(condition, false)
}

fn join(condition: &Condition, within_and: bool) -> String {
    let all = |parts: &[Condition], sign: &str, within_and: bool| {
        parts.iter().map(|part| join(part, within_and)).collect::<Vec<_>>().join(sign)
    };
    match condition {
        Condition::Stream(name) => name.clone(),
        Condition::And(parts) | Condition::Or(parts) if parts.len() == 1 => all(parts, "", within_and),
        Condition::And(parts) => all(parts, " && ", true),
        Condition::Or(parts) if within_and => format!("({})", all(parts, " || ", false)),
        Condition::Or(parts) => all(parts, " || ", false),
    }
}
