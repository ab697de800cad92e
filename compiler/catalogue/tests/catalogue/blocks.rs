//! Names, documentation, defaults and rules.

use crate::walk::{blocks, fields};
use aev_catalogue::{
    ACTIONS, BUSES, CLAUSES, Field, ITEMS, MEANT, ON_FAILURE, OPTIONS, PLAIN_TYPES, Rule, SOURCES, Shape,
    Support, Values, action, bus, location, option, source,
};
use std::collections::BTreeSet;

fn twice<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| !seen.insert(*name)).collect()
}

#[test]
fn every_name_is_there_once() {
    let none: [&str; 0] = [];
    assert_eq!(twice(SOURCES.iter().map(|k| k.name)), none);
    assert_eq!(twice(ACTIONS.iter().map(|k| k.name)), none);
    assert!(ACTIONS.is_sorted_by_key(|kind| kind.name.replace(['.', '-'], "_")));
    assert_eq!(twice(BUSES.iter().map(|k| k.name)), none);
    let words = ITEMS.iter().chain(CLAUSES).map(|w| w.name);
    assert_eq!(twice(words.chain(OPTIONS.iter().map(|o| o.field.name)).chain([ON_FAILURE])), none);
    assert_eq!(twice(PLAIN_TYPES.iter().copied()), none);
    for (name, block) in blocks() {
        assert_eq!(twice(block.fields.iter().map(|f| f.name)), none, "{name}");
    }
}

#[test]
fn every_kind_of_the_language_is_known() {
    assert_eq!(SOURCES.len(), 32);
    // Argo's 14 triggers: its object trigger has five operations here and its Workflow trigger nine.
    assert_eq!(ACTIONS.len(), 12 + 5 + 9);
    assert_eq!(BUSES.len(), 5);
    assert_eq!(source("github").map(|kind| kind.name), Some("github"));
    assert_eq!(action("k8s.create").map(|kind| kind.name), Some("k8s.create"));
    assert_eq!(bus("jetstreamExotic").map(|kind| kind.name), Some("jetstreamExotic"));
    assert_eq!(option("retry").map(|option| option.field.name), Some("retry"));
    assert!(source("kafak").is_none() && action("kafak").is_none() && bus("kafak").is_none());
}

#[test]
fn everything_is_documented_in_a_sentence() {
    let mut docs: Vec<(String, &str)> = fields().into_iter().map(|(name, field)| (name, field.doc)).collect();
    docs.extend(SOURCES.iter().map(|k| (k.name.into(), k.doc)));
    docs.extend(SOURCES.iter().flat_map(|k| k.payload.roots).map(|root| (root.name.into(), root.doc)));
    docs.extend(ACTIONS.iter().map(|k| (k.name.into(), k.doc)));
    docs.extend(
        ACTIONS.iter().filter_map(|k| k.target.as_ref()).map(|target| (target.names.into(), target.doc)),
    );
    docs.extend(BUSES.iter().map(|k| (k.name.into(), k.doc)));
    docs.extend(ITEMS.iter().chain(CLAUSES).map(|w| (w.name.into(), w.doc)));
    for (name, doc) in docs {
        assert!(
            doc.ends_with('.') && doc.starts_with(|c: char| c.is_uppercase() || c == '`'),
            "{name}: {doc:?}"
        );
        assert!(!doc.contains('\n') && doc.matches('`').count() % 2 == 0, "{name}: {doc:?}");
    }
}

#[test]
fn rules_speak_of_fields_that_are_there() {
    for (name, block) in blocks() {
        for rule in block.rules {
            let names: Vec<&str> = match rule {
                Rule::ExactlyOne(groups) | Rule::AtLeastOne(groups) | Rule::AtMostOne(groups) => {
                    groups.concat()
                }
                Rule::AllOrNone(names) => names.to_vec(),
                Rule::Requires(when, then) => when.iter().copied().chain([*then]).collect(),
                Rule::OnlyWith(one, other)
                | Rule::IdleWithout(one, other, ..)
                | Rule::TrueNeeds(one, other) => vec![one, other],
                Rule::Not(field, ..) | Rule::ArgoNeedsTrue(field, _) => {
                    vec![field]
                }
            };
            for field in names {
                assert!(block.field(field).is_some(), "{name}: a rule speaks of `{field}`");
            }
        }
    }
}

#[test]
fn what_must_be_there_has_no_default() {
    for (name, field) in fields() {
        assert!(!field.required || field.default.is_none(), "{name}");
    }
}

#[test]
fn defaults_fit_their_shape() {
    let mut seen = 0;
    for (name, field) in fields() {
        if let Some(default) = field.default {
            seen += 1;
            assert!(fits(&field.shape, default), "{name}: {default} is not {:?}", field.shape);
        }
    }
    assert!(seen > 20, "only {seen} defaults");
}

fn fits(shape: &Shape, text: &str) -> bool {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match shape {
        Shape::Bool => matches!(text, "true" | "false"),
        Shape::Int { min, max } => text.parse().is_ok_and(|number| (*min..=*max).contains(&number)),
        Shape::Number { min, max } => text.parse().is_ok_and(|number| (*min..=*max).contains(&number)),
        Shape::Enum(names) => quoted.is_some_and(|text| names.contains(&text)),
        Shape::Duration | Shape::Seconds => ends_in(text, &["ms", "s", "m", "h", "d"]),
        Shape::Size | Shape::Bytes => ends_in(text, &["Ki", "Mi", "Gi", "Ti"]),
        Shape::Zone => quoted == Some("UTC"),
        Shape::Text | Shape::Bus => quoted.is_some_and(|text| !text.is_empty()),
        _ => false,
    }
}

fn ends_in(text: &str, units: &[&str]) -> bool {
    units.iter().filter_map(|unit| text.strip_suffix(unit)).any(|number| number.parse::<u32>().is_ok())
}

#[test]
fn what_is_ignored_says_so() {
    for (name, field) in fields() {
        for support in [field.targets.argo, field.targets.runtime] {
            if let Support::Ignored(note) = support {
                assert!(note.len() > 20, "{name}: {note:?}");
            }
        }
    }
}

#[test]
fn events_may_stand_only_in_actions_and_in_their_order() {
    let takes = |field: &&(String, &'static Field)| field.1.values != Values::Constant;
    let all = fields();
    let names: Vec<&str> = all.iter().filter(takes).map(|(name, _)| name.as_str()).collect();
    for name in names.iter().filter(|name| **name != "order-by") {
        let top = name.split('.').next().unwrap().trim_start_matches("action ");
        let place = top.strip_prefix("from ").is_some_and(|place| location(place).is_some());
        assert!(place || action(top).is_some(), "{name}");
    }
    assert_eq!(names.len(), 42, "{names:?}");
    // Argo Events keeps the first connection of a trigger for good.
    for kept in
        ["action kafka.url", "action nats.url", "action pulsar.topic", "awsLambda.region", "custom.serverURL"]
    {
        assert!(all.iter().any(|(name, _)| name == kept) && !names.contains(&kept), "{kept}");
    }
}

#[test]
fn what_is_meant_is_there() {
    assert!(MEANT.is_sorted_by_key(|(wrote, _)| *wrote));
    let none: [&str; 0] = [];
    assert_eq!(twice(MEANT.iter().map(|(wrote, _)| *wrote)), none);
    let names: BTreeSet<&str> = fields().into_iter().map(|(_, field)| field.name).collect();
    for (wrote, meant) in MEANT {
        assert!(!meant.is_empty() && !meant.contains(wrote), "{wrote}");
        for field in *meant {
            assert!(names.contains(field), "{wrote}: there is no field `{field}`");
        }
    }
}
