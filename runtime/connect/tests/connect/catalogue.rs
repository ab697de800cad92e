//! What the catalogue promises for the runtime, the sources keep: the same kinds, fields and values.

use crate::support::plan;
use aev_catalogue::{Block, Rule, SOURCES, Shape, SourceKind};
use aev_connect::sources::{self, SourceError};
use std::collections::BTreeSet;

fn executed() -> Vec<&'static SourceKind> {
    SOURCES.iter().copied().filter(|kind| kind.targets.runtime.accepts()).collect()
}

/// Something that may stand in a field, as JSON in Argo's form.
fn sample(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "true".into(),
        Shape::Int { max, .. } => max.to_string(),
        Shape::Number { .. } => "1.5".into(),
        Shape::Duration => r#""1m30s""#.into(),
        Shape::Cron => r#""0 2 * * *""#.into(),
        Shape::Zone => r#""Europe/Berlin""#.into(),
        Shape::ExcludedDays => r#""EXDATE:20260101T000000Z""#.into(),
        Shape::Bytes => "1024".into(),
        Shape::Port => r#""12000""#.into(),
        Shape::Endpoint => r#""/in""#.into(),
        Shape::Secret => r#"{"name":"n","key":"k"}"#.into(),
        Shape::Enum(values) => format!("{:?}", values[0]),
        Shape::List(of) => format!("[{}]", sample(of)),
        Shape::Map(of) => format!(r#"{{"any":{}}}"#, sample(of)),
        Shape::Record(block) => object(block, |_| true),
        _ => r#""text""#.into(),
    }
}

fn object(block: &Block, wanted: impl Fn(&str) -> bool) -> String {
    // Of fields that exclude each other the first ones.
    let excluded: Vec<&str> = block
        .rules
        .iter()
        .flat_map(|rule| match rule {
            Rule::ExactlyOne(groups) | Rule::AtMostOne(groups) => {
                groups.iter().skip(1).flat_map(|group| group.iter().copied()).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    let fields = block.fields.iter().filter(|field| wanted(field.name) && !excluded.contains(&field.name));
    let members: Vec<_> = fields.map(|field| format!("{:?}:{}", field.name, sample(&field.shape))).collect();
    format!("{{{}}}", members.join(","))
}

fn names(block: &Block) -> BTreeSet<String> {
    block.fields.iter().map(|field| field.name.to_owned()).collect()
}

/// The fields that a source takes: those that it names when it meets one that it does not know.
fn taken(kind: &str, config: &str) -> BTreeSet<String> {
    let errors = sources::read(&plan(kind, config)).unwrap_err();
    let [SourceError::Config { reason, .. }] = &errors[..] else { panic!("{errors:?}") };
    let listed = reason.strip_prefix("unknown field `?`, expected one of ").expect(reason);
    listed.split(", ").map(|name| name.trim_matches('`').to_owned()).filter(|name| name != "filter").collect()
}

#[test]
fn the_kinds_are_the_same() {
    assert!(!executed().is_empty());
    for kind in SOURCES {
        let config = object(kind.block, |_| true);
        let read = sources::read(&plan(kind.name, &config));
        match kind.targets.runtime.accepts() {
            true => {
                let sources = read.unwrap_or_else(|errors| panic!("{}: {errors:?}", kind.name));
                let read = sources.endpoints.iter().map(|endpoint| endpoint.kind());
                let read: Vec<_> = read.chain(sources.tasks.iter().map(|task| task.kind())).collect();
                assert_eq!(read, [kind.event_type]);
                assert_eq!(sources.endpoints.len(), usize::from(kind.http), "{}", kind.name);
            }
            false => {
                assert!(matches!(&read.unwrap_err()[..], [SourceError::Unsupported { .. }]), "{}", kind.name)
            }
        }
    }
}

#[test]
fn the_fields_are_the_same() {
    for kind in executed() {
        assert_eq!(taken(kind.name, r#"{"?":1}"#), names(kind.block), "{}", kind.name);
        if let Some(name) = kind.http_block {
            let Shape::Record(block) = &kind.block.field(name).unwrap().shape else { panic!("{name}") };
            assert_eq!(
                taken(kind.name, &format!(r#"{{"{name}":{{"?":1}}}}"#)),
                names(block),
                "{}",
                kind.name
            );
        }
    }
}

#[test]
fn the_required_fields_are_enough_and_the_methods_are_served() {
    for kind in executed().into_iter().filter(|kind| kind.http) {
        let required = |block: &Block| {
            let fields: BTreeSet<_> = block.fields.iter().filter(|f| f.required).map(|f| f.name).collect();
            object(block, |name| fields.contains(name))
        };
        let http = match kind.http_block {
            Some(name) => match &kind.block.field(name).unwrap().shape {
                Shape::Record(block) => block,
                other => panic!("{other:?}"),
            },
            None => kind.block,
        };
        let whole = |http: String| match kind.http_block {
            Some(name) => format!(r#"{{"{name}":{http}}}"#),
            None => http,
        };
        assert!(sources::read(&plan(kind.name, &whole(required(http)))).is_ok(), "{}", kind.name);
        let Shape::Enum(methods) = http.field("method").unwrap().shape else { panic!("{}", kind.name) };
        for method in methods {
            let config = object(http, |name| matches!(name, "endpoint" | "port"));
            let config = whole(config.replacen('{', &format!(r#"{{"method":"{method}","#), 1));
            let sources = sources::read(&plan(kind.name, &config)).unwrap();
            assert_eq!(sources.endpoints[0].method(), *method);
        }
        // The default that is said there is the one that holds here: Argo's 1 MiB.
        assert_eq!(http.field("maxPayloadSize").unwrap().default, Some("1Mi"));
    }
}
