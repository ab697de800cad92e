//! Sorting, grouping, and the least and the greatest.

use super::items;
use crate::jq::Fallible;
use crate::limits::{Bound, Meter};
use crate::value::{ITEM, Value};
use std::cmp::Ordering;

/// Sorts and keeps equal values in their order. Comparing counts, and may end the run.
pub(in crate::jq) fn sort(values: &mut Vec<Value>, meter: &mut Meter) -> Fallible<()> {
    let pairs = std::mem::take(values).into_iter().map(|value| (value, Value::Null)).collect();
    *values = sort_pairs(pairs, meter)?.into_iter().map(|(key, _)| key).collect();
    Ok(())
}

pub(super) fn sort_pairs(mut pairs: Vec<(Value, Value)>, meter: &mut Meter) -> Fallible<Vec<(Value, Value)>> {
    meter.allocate(2 * pairs.len() * 2 * ITEM)?;
    let mut met: Option<Bound> = None;
    pairs.sort_by(|(a, _), (b, _)| match met {
        Some(_) => Ordering::Equal,
        None => a.compare(b, meter).unwrap_or_else(|bound| {
            met = Some(bound);
            Ordering::Equal
        }),
    });
    met.map_or(Ok(pairs), |bound| Err(bound.into()))
}

/// Values with their keys, in the order of the keys.
pub(super) fn sorted_by(input: &Value, keys: &Value, meter: &mut Meter) -> Fallible<Vec<(Value, Value)>> {
    let (values, keys) = (items(input, meter)?, items(keys, meter)?);
    sort_pairs(keys.into_iter().zip(values).collect(), meter)
}

pub(super) fn group(input: &Value, keys: &Value, meter: &mut Meter) -> Fallible<Value> {
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    for (key, value) in sorted_by(input, keys, meter)? {
        meter.allocate(2 * ITEM)?;
        match groups.last_mut() {
            Some((last, values)) if last.compare(&key, meter)?.is_eq() => values.push(value),
            _ => groups.push((key, vec![value])),
        }
    }
    let lists: Result<Vec<Value>, _> = groups.into_iter().map(|(_, values)| Value::list(values)).collect();
    Ok(Value::list(lists?)?)
}

/// The first least, or the last greatest.
pub(super) fn extreme(input: &Value, keys: &Value, wanted: Ordering, meter: &mut Meter) -> Fallible<Value> {
    let mut best: Option<(Value, Value)> = None;
    for (value, key) in items(input, meter)?.into_iter().zip(items(keys, meter)?) {
        let better = match &best {
            None => true,
            Some((_, held)) => {
                let order = key.compare(held, meter)?;
                order == wanted || order.is_eq() && wanted.is_gt()
            }
        };
        if better {
            best = Some((value, key));
        }
    }
    Ok(best.map_or(Value::Null, |(value, _)| value))
}
