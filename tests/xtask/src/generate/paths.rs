//! The values inside a JSON value, and what a type of the catalogue says about them.

use super::accepts::accepts;
use aev_catalogue::Type;
use serde_json::Value;
use std::fmt;

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Member(String),
    Element(usize),
}

/// The steps to a value, as a file writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(pub Vec<Step>);

/// What a type says about a path of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It has to be there.
    Required,
    /// It may be absent.
    Optional,
    /// Nothing on the way there tells its members.
    Nothing,
    /// Anything may stand there: nothing is known of this very place, which is among those that are listed beside the types.
    Anything,
    /// The members are known, and this is none of them.
    Unlisted,
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Element(index) => write!(f, "[{index}]")?,
                Step::Member(name) => {
                    let dot = if n == 0 { "" } else { "." };
                    let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                        && !name.starts_with(|c: char| c.is_ascii_digit());
                    if word { write!(f, "{dot}{name}")? } else { write!(f, "{dot}{name:?}")? }
                }
            }
        }
        Ok(())
    }
}

impl Path {
    /// With `[]` for each element: places of one kind are one.
    pub fn place(&self) -> String {
        let mut text = String::new();
        for step in &self.0 {
            match step {
                Step::Element(_) => text += "[]",
                Step::Member(name) if text.is_empty() => text += name,
                Step::Member(name) => text = text + "." + name,
            }
        }
        text
    }

    /// The path whose last member is called otherwise, and that name. A path begins with a member.
    pub fn renamed(&self, suffix: &str) -> (Path, String) {
        let mut path = self.clone();
        let mut called = String::new();
        let last = path.0.iter_mut().rev().find_map(|step| match step {
            Step::Member(name) => Some(name),
            Step::Element(_) => None,
        });
        if let Some(name) = last {
            name.push_str(suffix);
            called.clone_from(name);
        }
        (path, called)
    }

    /// The value there.
    pub fn slot<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        slot(&self.0, value)
    }

    /// Takes the last member out of the object that holds it; of an element nothing.
    pub fn take(&self, value: &mut Value) -> Option<Value> {
        let (Step::Member(name), above) = self.0.split_last()? else { return None };
        slot(above, value)?.as_object_mut()?.remove(name)
    }

    /// Puts back what was taken out.
    pub fn put(&self, value: &mut Value, taken: Value) {
        let Some((Step::Member(name), above)) = self.0.split_last() else { return };
        if let Some(object) = slot(above, value).and_then(Value::as_object_mut) {
            object.insert(name.clone(), taken);
        }
    }

    /// What the type says about the path, in those of its alternatives that the value is of.
    pub fn said(&self, ty: &Type, value: &Value) -> Said {
        let mut here = vec![*ty];
        let mut value = value;
        let mut said = Said::Required;
        for step in &self.0 {
            let mut next = Vec::new();
            let mut last = None;
            for ty in fitting(&here, value) {
                let (told, below) = one(&ty, step);
                next.extend(below);
                last = Some(last.map_or(told, |other| either(other, told)));
            }
            said = last.unwrap_or(Said::Unlisted);
            if matches!(said, Said::Nothing | Said::Unlisted) {
                return said;
            }
            let below = match step {
                Step::Member(name) => value.get(name),
                Step::Element(index) => value.get(index),
            };
            let Some(below) = below else { return Said::Unlisted };
            value = below;
            here = next;
        }
        match here.contains(&Type::Any) {
            true => Said::Anything,
            false => said,
        }
    }
}

fn slot<'v>(steps: &[Step], value: &'v mut Value) -> Option<&'v mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Member(name) => value.get_mut(name),
        Step::Element(index) => value.get_mut(index),
    })
}

/// The types, without unions, that a value is of; it is of one of them.
fn fitting(types: &[Type], value: &Value) -> Vec<Type> {
    let mut alone = Vec::new();
    for ty in types {
        match ty {
            Type::Union(members) => alone.extend_from_slice(members),
            other => alone.push(*other),
        }
    }
    if alone.len() > 1 {
        alone.retain(|ty| accepts(ty, value).is_ok());
    }
    alone
}

/// What one type says about a step, and what is below.
fn one(ty: &Type, step: &Step) -> (Said, Option<Type>) {
    match (ty, step) {
        (Type::Any, _) => (Said::Nothing, None),
        // Which keys there are is not known; their values are.
        (Type::Map(value), Step::Member(_)) => (Said::Nothing, Some(**value)),
        (Type::List(element), Step::Element(_)) => (Said::Optional, Some(**element)),
        (Type::Record(record), Step::Member(name)) => match record.member(name) {
            Some(member) if member.optional => (Said::Optional, Some(member.ty)),
            Some(member) => (Said::Required, Some(member.ty)),
            None if record.open => (Said::Nothing, None),
            None => (Said::Unlisted, None),
        },
        _ => (Said::Unlisted, None),
    }
}

/// What both say together: what one of them leaves open is open.
fn either(one: Said, other: Said) -> Said {
    match (one, other) {
        (Said::Nothing, _) | (_, Said::Nothing) => Said::Nothing,
        (Said::Unlisted, Said::Unlisted) => Said::Unlisted,
        (Said::Required, Said::Required) => Said::Required,
        _ => Said::Optional,
    }
}

/// The paths of all values that are no list and no object, in the order of the value.
pub fn leaves(value: &Value) -> Vec<(Path, Value)> {
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), &mut found);
    found
}

fn walk(value: &Value, steps: &mut Vec<Step>, found: &mut Vec<(Path, Value)>) {
    let mut below = |step: Step, value: &Value| {
        steps.push(step);
        walk(value, steps, found);
        steps.pop();
    };
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| below(Step::Member(name.clone()), value));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(n, value)| below(Step::Element(n), value));
        }
        leaf => found.push((Path(steps.clone()), leaf.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aev_catalogue::named_type;
    use serde_json::json;

    fn path(steps: &[&str]) -> Path {
        Path(
            steps
                .iter()
                .map(|step| match step.parse() {
                    Ok(index) => Step::Element(index),
                    Err(_) => Step::Member((*step).into()),
                })
                .collect(),
        )
    }

    #[test]
    fn a_path_is_written_as_in_a_file() {
        let path = path(&["labels", "0", "X-Name"]);
        assert_eq!(path.to_string(), r#"labels[0]."X-Name""#);
        assert_eq!(path.place(), "labels[].X-Name");
        let (renamed, called) = path.renamed("2");
        assert_eq!((renamed.to_string().as_str(), called.as_str()), (r#"labels[0]."X-Name2""#, "X-Name2"));
    }

    #[test]
    fn every_leaf_is_found() {
        let found = leaves(&json!({ "a": [1, { "b": null }], "c": {}, "d": true }));
        let paths: Vec<String> = found.iter().map(|(path, _)| path.to_string()).collect();
        assert_eq!(paths, ["a[0]", "a[1].b", "d"]);
    }

    #[test]
    fn what_is_taken_out_can_be_put_back() {
        let mut value = json!({ "a": { "b": 1 } });
        let b = path(&["a", "b"]);
        let taken = b.take(&mut value).unwrap();
        assert_eq!(value, json!({ "a": {} }));
        b.put(&mut value, taken);
        assert_eq!(value, json!({ "a": { "b": 1 } }));
    }

    #[test]
    fn a_type_says_what_is_required() {
        let ty = named_type("github.User").unwrap();
        let mut user = json!({ "email": null, "shoe_size": 43 });
        let Type::Record(record) = ty else { panic!("{ty:?}") };
        for member in record.members.iter().filter(|member| !member.optional) {
            user[member.name] = match member.ty {
                Type::Int => json!(1),
                Type::Bool => json!(false),
                Type::Union(_) => json!("Bot"),
                _ => json!("x"),
            };
        }
        assert_eq!(path(&["login"]).said(&ty, &user), Said::Required);
        assert_eq!(path(&["email"]).said(&ty, &user), Said::Optional);
        assert_eq!(path(&["shoe_size"]).said(&ty, &user), Said::Unlisted);
    }
}
