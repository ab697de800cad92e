//! Places about which a schema says nothing.

use super::schema::{Record, Ty, Types, title};
use std::collections::BTreeSet;

/// The places whose type is `any`, from the types that have a name, sorted. The file of a type says what its name begins with.
pub fn places(prefix: &dyn Fn(&str) -> String, types: &Types<'_>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (_, record) in &types.records {
        if let Some(definition) = &record.definition {
            within(types, record, &title(&prefix(&record.file), definition), &mut found);
        }
    }
    found.into_iter().collect()
}

fn within(types: &Types<'_>, record: &Record, place: &str, found: &mut BTreeSet<String>) {
    for (name, ty, _) in &record.members {
        at(types, ty, &format!("{place}.{name}"), found);
    }
}

fn at(types: &Types<'_>, ty: &Ty, place: &str, found: &mut BTreeSet<String>) {
    match ty {
        Ty::Any => {
            found.insert(place.into());
        }
        Ty::List(element) => at(types, element, &format!("{place}[]"), found),
        Ty::Map(value) => at(types, value, &format!("{place}{{}}"), found),
        Ty::Union(members) => members.iter().for_each(|member| at(types, member, place, found)),
        Ty::Record(name) => {
            // One with a name of its own has places of its own.
            if let Some(record) = types.known(name).filter(|record| record.definition.is_none()) {
                within(types, record, place, found);
            }
        }
        _ => {}
    }
}
