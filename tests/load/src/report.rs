//! The figures of one run beside one another.

use crate::measures::rounded;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// A row of the table: what it says, where it is in a candidate's figures.
const ROWS: [(&str, &str); 14] = [
    ("events a second, 64 connections", "/flow/full/eventsPerSecond"),
    ("CPU of its own for an event, ms", "/flow/full/cpuMillisecondsPerEvent/own"),
    ("CPU of NATS for an event, ms", "/flow/full/cpuMillisecondsPerEvent/nats"),
    ("latency at full rate, p50, ms", "/flow/full/latencyMilliseconds/p50"),
    ("latency at full rate, p99, ms", "/flow/full/latencyMilliseconds/p99"),
    ("latency at 300/s, p50, ms", "/flow/offered/latencyMilliseconds/p50"),
    ("latency at 300/s, p99, ms", "/flow/offered/latencyMilliseconds/p99"),
    ("CPU of its own at 300/s for an event, ms", "/flow/offered/cpuMillisecondsPerEvent/own"),
    ("backlog of 20,000, events a second", "/backlog/eventsPerSecond"),
    ("target takes 5 ms, at least once, events a second", "/slowTarget/eventsPerSecond"),
    ("accepted", "/flow/full/counts/accepted"),
    ("arrived", "/flow/full/counts/arrived"),
    ("refused", "/flow/full/counts/refused"),
    ("arrived again", "/flow/full/counts/again"),
];

/// Figures of aev that are divided by those of another: the ratio's name, and where they are.
const RATIOS: [(&str, &str); 6] = [
    ("eventsPerSecond", "/flow/full/eventsPerSecond"),
    ("cpuPerEvent", "/flow/full/cpuMillisecondsPerEvent/own"),
    ("natsCpuPerEvent", "/flow/full/cpuMillisecondsPerEvent/nats"),
    ("backlogEventsPerSecond", "/backlog/eventsPerSecond"),
    ("slowTargetEventsPerSecond", "/slowTarget/eventsPerSecond"),
    ("p99AtOffered", "/flow/offered/latencyMilliseconds/p99"),
];

/// Columns of the table of many pipelines.
const COLUMNS: [(&str, &str); 8] = [
    ("pipelines", "/pipelines"),
    ("started first, s", "/startedSeconds/first"),
    ("started again, s", "/startedSeconds/again"),
    ("memory idle, MiB", "/memoryMebibytes/idle"),
    ("of one core at rest", "/cpuOfOneCoreAtRest"),
    ("events a second", "/eventsPerSecond"),
    ("CPU for an event, ms", "/cpuMillisecondsPerEvent/own"),
    ("of NATS, ms", "/cpuMillisecondsPerEvent/nats"),
];

fn figure(figures: &Value, candidate: &str, path: &str) -> Option<f64> {
    figures.get(candidate)?.pointer(path)?.as_f64()
}

/// aev beside the others: each of its figures divided by theirs.
pub fn ratios(figures: &Value) -> Value {
    let mut ratios = Map::new();
    for (other, name) in [("argo", "aevToArgo"), ("bare", "aevToBare")] {
        let pairs = RATIOS.iter().filter_map(|(ratio, path)| {
            let (ours, theirs) = (figure(figures, "aev", path)?, figure(figures, other, path)?);
            (theirs > 0.0).then(|| ((*ratio).to_owned(), json!(rounded(ours / theirs))))
        });
        let of: Map<String, Value> = pairs.collect();
        if !of.is_empty() {
            ratios.insert(name.to_owned(), Value::Object(of));
        }
    }
    Value::Object(ratios)
}

/// All figures as tables in Markdown.
pub fn tables(figures: &Value) -> String {
    let mut text = String::new();
    let candidates: Vec<&str> =
        ["argo", "aev", "bare"].into_iter().filter(|name| figures.get(name).is_some()).collect();
    if !candidates.is_empty() {
        row(&mut text, "", candidates.iter().map(|name| (*name).to_owned()));
        row(&mut text, "---", candidates.iter().map(|_| "---".to_owned()));
        for (says, path) in ROWS {
            row(&mut text, says, candidates.iter().map(|name| shown(figure(figures, name, path))));
        }
        for when in ["idle", "after"] {
            let cells = candidates.iter().map(|name| {
                let path = format!("/{name}/flow/memoryMebibytes/{when}");
                let each = figures.pointer(&path).and_then(Value::as_object).into_iter().flatten();
                each.map(|(process, mib)| format!("{process} {mib}")).collect::<Vec<_>>().join(", ")
            });
            row(&mut text, &format!("memory {when}, MiB"), cells);
        }
    }
    if let Some(Value::Array(many)) = figures.get("many") {
        let [(first, path), others @ ..] = &COLUMNS;
        text.push('\n');
        row(&mut text, first, others.iter().map(|(says, _)| (*says).to_owned()));
        row(&mut text, "---", others.iter().map(|_| "---".to_owned()));
        for of in many {
            let cell = |path: &str| shown(of.pointer(path).and_then(Value::as_f64));
            row(&mut text, &cell(path), others.iter().map(|(_, path)| cell(path)));
        }
    }
    // Writing to a text cannot fail.
    let _ = writeln!(text, "\n{:#}", figures.get("ratios").unwrap_or(&Value::Null));
    text
}

fn row(text: &mut String, first: &str, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    let _ = writeln!(text, "| {first} | {} |", cells.join(" | "));
}

/// Large figures without decimals.
fn shown(figure: Option<f64>) -> String {
    match figure {
        None => "–".to_owned(),
        Some(figure) if figure >= 100.0 || figure.fract() == 0.0 => format!("{figure:.0}"),
        Some(figure) => format!("{figure:.3}"),
    }
}
