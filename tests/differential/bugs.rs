//! Bugs planted into the manifests: the comparison must find each of them, or it is worth nothing.

use crate::pipeline;
use crate::roads::{Pair, Roads, lift};

/// Distorts manifests; the same text when there is nothing to distort.
type Bug = fn(&str) -> String;

const BUGS: &[(&str, Bug)] = &[
    ("patterns of `data` lose their anchors", |yaml| by_line(yaml, unanchored)),
    ("`(v < x || v > x)` becomes `v != x`", |yaml| by_line(yaml, not_equal)),
    ("the guard of two booleans is dropped", |yaml| by_line(yaml, unguarded)),
    ("alternatives become conditions", |yaml| yaml.replace("        exprLogicalOperator: or\n", "")),
    ("what rejects everything passes everything", |yaml| {
        yaml.replace("      filtersLogicalOperator: or\n", "")
    }),
    ("keys are not escaped in paths", |yaml| by_line(yaml, unescaped)),
    ("values lose their type", |yaml| yaml.replace("useRawData: true", "useRawData: false")),
    ("text is appended in the wrong order", swapped),
    ("text is overwritten", |yaml| yaml.replace("operation: append", "operation: overwrite")),
    ("a default is dropped", |yaml| by_line(yaml, without_default)),
];

/// Enough for the rarest.
const PIPELINES: u64 = 1500;

fn by_line(yaml: &str, change: impl Fn(&str) -> String) -> String {
    yaml.lines().map(|line| change(line) + "\n").collect()
}

fn unanchored(line: &str) -> String {
    match line.trim_start().strip_prefix("- ^").and_then(|rest| rest.strip_suffix('$')) {
        Some(pattern) => line.replace(&format!("^{pattern}$"), pattern),
        None => line.to_owned(),
    }
}

fn not_equal(line: &str) -> String {
    let found = || {
        let start = line.find('(')?;
        let (inner, rest) = line.get(start + 1..)?.split_once(')')?;
        let (left, right) = inner.split_once(" || ")?;
        let (v, x) = left.split_once(" < ")?;
        (right == format!("{v} > {x}")).then(|| format!("{}{v} != {x}{rest}", &line[..start]))
    };
    found().unwrap_or_else(|| line.to_owned())
}

fn unguarded(line: &str) -> String {
    match (line.find("- expr: ("), line.rfind(" || !"), line.rfind(") && ")) {
        (Some(start), Some(_), Some(end)) if line.contains(" || !") => {
            format!("{}- expr: {}", &line[..start], &line[end + 5..])
        }
        _ => line.to_owned(),
    }
}

fn unescaped(line: &str) -> String {
    match line.trim_start().starts_with("path: body") {
        true => line.replace('\\', ""),
        false => line.to_owned(),
    }
}

fn without_default(line: &str) -> String {
    let quoted = line.find("'[body.").or_else(|| line.find("\"[body."));
    match (quoted, line.rfind(",!")) {
        (Some(start), Some(comma)) if line.ends_with("].0'") || line.ends_with("].0\"") => {
            let quote = &line[start..=start];
            format!("{}{}].0{quote}", &line[..start], &line[start..comma])
        }
        _ => line.to_owned(),
    }
}

/// The first two parameters that append to one place change places.
fn swapped(yaml: &str) -> String {
    let lines: Vec<&str> = yaml.lines().collect();
    let starts: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].trim_start() == "- src:").collect();
    let block = |at: usize| {
        let depth = lines[at].len() - lines[at].trim_start().len();
        let inside = |line: &&&str| line.len() - line.trim_start().len() > depth;
        at..at + 1 + lines[at + 1..].iter().take_while(inside).count()
    };
    for pair in starts.windows(2) {
        let (first, second) = (block(pair[0]), block(pair[1]));
        let appends = |block: &std::ops::Range<usize>| {
            lines[block.clone()].iter().any(|l| l.ends_with("operation: append"))
        };
        if first.end == second.start
            && appends(&first)
            && appends(&second)
            && lines[first.clone()] != lines[second.clone()]
        {
            let order = [&lines[..first.start], &lines[second.clone()], &lines[first], &lines[second.end..]];
            return order.concat().join("\n") + "\n";
        }
    }
    yaml.to_owned()
}

#[test]
fn planted_bugs_are_found() {
    let mut missing: Vec<_> = BUGS.iter().collect();
    for seed in 1..=PIPELINES {
        if missing.is_empty() {
            return;
        }
        let case = pipeline::generate(seed);
        let Ok(roads) = Roads::build(&case.text) else { continue };
        missing.retain(|(name, bug)| {
            let yaml = bug(&roads.yaml);
            if yaml == roads.yaml {
                return true;
            }
            // A bug that makes the manifests unreadable is found as well, but not by this comparison.
            let Ok(lifted) = lift(&roads.lowered, &yaml) else { return true };
            let mut pair = Pair::new(&roads.lowered, &lifted);
            let finds = case.events.iter().any(|(source, data)| {
                let (first, second) = pair.send(source, data);
                first != second
            });
            if finds {
                println!("seed {seed} finds that {name}");
            }
            !finds
        });
    }
    let names: Vec<_> = missing.iter().map(|(name, _)| name).collect();
    assert!(names.is_empty(), "not found in {PIPELINES} pipelines: {names:#?}");
}
