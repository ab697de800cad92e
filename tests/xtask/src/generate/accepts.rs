//! Whether a value is of a type of the catalogue.

use aev_catalogue::{Literal, Record, Type};
use serde_json::Value;

/// Whether the value is of that type; the error says where it is not.
pub fn accepts(ty: &Type, value: &Value) -> Result<(), String> {
    match (ty, value) {
        (Type::Any, _)
        | (Type::Null, Value::Null)
        | (Type::Bool, Value::Bool(_))
        | (Type::Number, Value::Number(_))
        | (Type::String | Type::Base64, Value::String(_)) => Ok(()),
        (Type::Int, Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
        (Type::Literal(Literal::String(text)), Value::String(value)) if text == value => Ok(()),
        (Type::Literal(Literal::Int(number)), Value::Number(value)) if value.as_i64() == Some(*number) => {
            Ok(())
        }
        (Type::Literal(Literal::Bool(truth)), Value::Bool(value)) if truth == value => Ok(()),
        (Type::List(element), Value::Array(values)) => {
            values.iter().enumerate().try_for_each(|(n, value)| within(n, accepts(element, value)))
        }
        (Type::Map(member), Value::Object(values)) => {
            values.iter().try_for_each(|(name, value)| within(name, accepts(member, value)))
        }
        (Type::Headers, value) => accepts(&Type::Map(&Type::List(&Type::String)), value),
        (Type::Record(record), Value::Object(values)) => fits(record, values),
        (Type::Union(members), value) => one_of(members, value),
        (ty, value) => Err(format!(": {value} is not {}", name(ty))),
    }
}

fn fits(record: &Record, values: &serde_json::Map<String, Value>) -> Result<(), String> {
    for member in record.members {
        match values.get(member.name) {
            Some(value) => within(member.name, accepts(&member.ty, value))?,
            None if member.optional => {}
            None => return Err(format!(".{}: absent", member.name)),
        }
    }
    Ok(())
}

fn one_of(members: &[Type], value: &Value) -> Result<(), String> {
    if members.iter().any(|member| accepts(member, value).is_ok()) {
        return Ok(());
    }
    // The one that the value means to be has its literals: `action` of an event. Its error is the one that helps.
    let meant = members.iter().find(|member| has_literals(member, value)).or(members.last());
    meant.map_or_else(|| Err(": of no type".into()), |member| accepts(member, value))
}

fn has_literals(ty: &Type, value: &Value) -> bool {
    let (Type::Record(record), Value::Object(values)) = (ty, value) else { return false };
    let literals = || record.members.iter().filter(|member| matches!(member.ty, Type::Literal(_)));
    literals().next().is_some()
        && literals()
            .all(|member| values.get(member.name).is_some_and(|value| accepts(&member.ty, value).is_ok()))
}

fn within(step: impl std::fmt::Display, result: Result<(), String>) -> Result<(), String> {
    result.map_err(|error| format!(".{step}{error}"))
}

fn name(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "anything",
        Type::Null => "null",
        Type::Bool => "a boolean",
        Type::Int => "an integer",
        Type::Number => "a number",
        Type::String | Type::Base64 => "text",
        Type::Literal(_) => "that literal",
        Type::List(_) => "a list",
        Type::Map(_) | Type::Record(_) | Type::Headers => "an object",
        Type::Union(_) => "one of several",
    }
}

#[cfg(test)]
mod tests {
    use super::accepts;
    use crate::terminal::root;
    use aev_catalogue::{Type, named_type};
    use serde_json::{Value, json};

    #[test]
    fn says_where_a_value_does_not_fit() {
        static LIST: Type = Type::List(&Type::Int);
        assert_eq!(accepts(&LIST, &json!([1, 2])), Ok(()));
        assert_eq!(accepts(&LIST, &json!([1, "2"])), Err(".1: \"2\" is not an integer".into()));
        let push = named_type("github.PushEvent").unwrap();
        assert_eq!(accepts(&push, &json!({})), Err(".X-GitHub-Event: absent".into()));
    }

    #[test]
    fn the_examples_fixtures_are_of_the_shipped_type() {
        let ty = named_type("github.PullRequestEvent").unwrap();
        for name in ["opened", "closed"] {
            let path = root().join(format!("examples/pull-request/fixtures/{name}.json"));
            let text = std::fs::read_to_string(path).unwrap();
            let mut value: Value = serde_json::from_str(&text).unwrap();
            if let Some(body) = value.pointer("/body") {
                value = body.clone();
            }
            super::super::github::add_members(&mut value, "pull_request");
            assert_eq!(accepts(&ty, &value), Ok(()), "{name}");
            value.as_object_mut().unwrap().remove("pull_request");
            assert!(accepts(&ty, &value).is_err(), "{name} without its pull request");
        }
    }
}
