//! Texts of any length: one pipeline over and over, and the corpus of the language over and over.

use aev_language::compile::{Options, Target, compile};
use aev_language::syntax::ast::{File, Item, ItemKind};
use aev_language::syntax::parse;
use aev_language::syntax::tree::{Kind, Rule};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// Makes a text of about that many lines.
type Form = fn(usize) -> String;

/// What a text is made of.
pub const FORMS: [(&str, Form); 2] = [("pipeline", pipeline), ("corpus", corpus)];

/// A GitHub source, and filters and triggers on it.
fn pipeline(lines: usize) -> String {
    let mut text = String::from(
        "pipeline many\n\nsource github: github {\n  organizations: [\"northwind-labs\"]\n  events: [\"pull_request\"]\n  \
         webhook: { endpoint: \"/github\", port: 12000, method: \"POST\" }\n}\n",
    );
    for n in 0..lines.saturating_sub(7) / 13 {
        let _ = write!(
            text,
            "\nfilter opened-{n} from github as pr\n  where pr.body.action in [\"opened\", \"reopened\"]\n    and \
             pr.body.repository.name == \"repository-{n}\"\n\ntrigger build-{n} on opened-{n} as pr {{\n  workflow.run \
             \"build-{n}\" {{\n    number: pr.body.number\n    sha: pr.body.pull_request.head.sha\n  }}\n  retry: {{ steps: 5, \
             duration: 1s, factor: 2 }}\n}}\n"
        );
    }
    text
}

/// The files of the corpus that can be built for Argo Events, one behind the other and again, with new names each time.
fn corpus(lines: usize) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../language/corpus");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let files: Vec<String> = paths
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter(|text| {
            let plan = compile("file.aev", &renamed(text, 0), &Options { target: Some(Target::Argo) }).plan;
            plan.is_some_and(|plan| aev_argo::emit(&plan).is_ok())
        })
        .collect();
    let mut text = String::from("pipeline many\n");
    let mut length = 1;
    for (n, file) in files.iter().cycle().enumerate() {
        let part = renamed(file, n);
        length += part.lines().count();
        if length > lines {
            break;
        }
        text.push_str(&part);
    }
    text
}

/// A file without its header and buses; the names of its items, and the endpoints of its sources, end in a number.
fn renamed(text: &str, number: usize) -> String {
    let parsed = parse(text);
    let names = names(&parsed.file);
    let header = parsed.file.header.iter().map(|header| header.span);
    let buses = parsed.file.items.iter().filter(|item| matches!(item.kind, ItemKind::Bus(_)));
    let left_out: Vec<_> = header.chain(buses.map(|item| item.span)).collect();
    let mut result = String::with_capacity(text.len() * 2);
    for leaf in parsed.tree.leaves() {
        if left_out.iter().any(|span| span.start <= leaf.span.start && leaf.span.end <= span.end) {
            continue;
        }
        let piece = text.get(leaf.span.start as usize..leaf.span.end as usize).unwrap_or_default();
        result.push_str(piece);
        let ends = match leaf.kind {
            Kind::Rule(Rule::ident | Rule::var | Rule::type_name) => names.contains(piece),
            Kind::Rule(Rule::short_text) => piece.starts_with('/'),
            _ => false,
        };
        if ends {
            let _ = write!(result, "-{number}");
        }
    }
    result.push('\n');
    result
}

/// The names that the items of a file declare, and those in its sensors.
fn names(file: &File) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    declared(&file.items, &mut names);
    names
}

fn declared<'f>(items: &'f [Item], names: &mut BTreeSet<&'f str>) {
    for item in items {
        let name = match &item.kind {
            ItemKind::Let(constant) => &constant.name,
            ItemKind::Source(source) => &source.name,
            ItemKind::Filter(filter) => &filter.name,
            ItemKind::Trigger(trigger) => {
                names.extend(trigger.body.on_failure.iter().map(|failed| failed.name.value.as_str()));
                &trigger.name
            }
            ItemKind::Type(written) => &written.name,
            ItemKind::Sensor(sensor) => {
                declared(&sensor.items, names);
                &sensor.name
            }
            _ => continue,
        };
        names.insert(name.value.as_str());
    }
}
