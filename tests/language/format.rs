//! The formatter: what it makes of whole files, and of every way to write them.

mod looks;
mod planted;

use std::path::{Path, PathBuf};

use aev_language::compile::{Options, compile};
use aev_language::format::format;
use aev_language::syntax::tree::{Kind, Rule};
use aev_language::syntax::{Parsed, parse};

use crate::corpus;
use crate::reference;

/// Lays a text out that has no mistakes.
pub fn formatted(text: &str) -> String {
    format(0, text).unwrap_or_else(|found| panic!("{found:#?}\n{text}"))
}

/// What the parts of a tree are, without their places; a way of its own, for the formatter has another.
pub fn meaning(parsed: &Parsed) -> String {
    assert_eq!(parsed.errors, []);
    let written = format!("{:?}", parsed.file);
    let mut parts = written.split("Span { start: ");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |meaning, part| meaning + part.split_once('}').unwrap().1)
}

/// The comments, in order.
pub fn comments(text: &str, parsed: &Parsed) -> Vec<String> {
    let texts = parsed.tree.comments().map(|node| &text[node.span.start as usize..node.span.end as usize]);
    texts.map(|comment| comment.trim_end().to_owned()).collect()
}

/// Name and text of the pipelines of a folder, and of those within it.
fn below(folder: &str) -> Vec<(String, String)> {
    let mut open: Vec<PathBuf> = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "aev") {
                files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// Every pipeline that people read as it should be written.
fn laid_out() -> Vec<(String, String)> {
    let mut files = corpus::files();
    files.extend(below("slice"));
    files.extend(below("../../examples"));
    files.extend(reference::well_formed());
    assert!(files.len() > 95, "{}", files.len());
    files
}

/// And those of the pages of the diagnostics, which may be written as people write them.
fn everything() -> Vec<(String, String)> {
    let mut files = laid_out();
    for code in aev_language::diagnostics::Code::all() {
        let page = code.info().unwrap().page;
        for (nth, block) in page.split("```aev").skip(1).enumerate() {
            let (_, block) = block.split_once('\n').unwrap();
            let text = block.split("```").next().unwrap();
            if parse(text).errors.is_empty() {
                files.push((format!("{code}/{nth}"), text.to_owned()));
            }
        }
    }
    assert!(files.len() > 200, "{}", files.len());
    files
}

#[test]
fn the_files_of_the_repository_are_laid_out() {
    for (name, text) in laid_out() {
        assert_eq!(formatted(&text), text, "{name}: `aev fmt` changes it");
    }
}

#[test]
fn tree_comments_and_plan_stay_and_a_second_pass_changes_nothing() {
    let mut plans = 0;
    for (name, text) in everything() {
        // As people write it who do not care.
        let careless = careless(&text);
        for text in [text, careless] {
            let result = formatted(&text);
            let (before, after) = (parse(&text), parse(&result));
            assert_eq!(meaning(&before), meaning(&after), "{name}");
            assert_eq!(comments(&text, &before), comments(&result, &after), "{name}");
            assert_eq!(formatted(&result), result, "{name}");
            let (before, after) =
                (compile(&name, &text, &Options::default()), compile(&name, &result, &Options::default()));
            assert_eq!(before.plan, after.plan, "{name}");
            plans += usize::from(before.plan.is_some());
            let codes = |found: aev_language::compile::Compiled| {
                found.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>()
            };
            assert_eq!(codes(before), codes(after), "{name}");
        }
    }
    assert!(plans > 200, "{plans} plans were compared");
}

/// The same text with every line indented at random, and entries that were on lines of their own joined by commas where that
/// leaves the meaning as it is.
fn careless(text: &str) -> String {
    let mut result = text.to_owned();
    let mut at = 0;
    for nth in 0.. {
        let Some(newline) = result[at..].find('\n').map(|found| at + found) else { break };
        at = newline + 1;
        if nth % 3 != 0 {
            continue;
        }
        let joined = format!("{},   {}", &result[..newline], result[at..].trim_start_matches(' '));
        let (old, new) = (parse(&result), parse(&joined));
        if new.errors.is_empty()
            && meaning(&old) == meaning(&new)
            && comments(&result, &old) == comments(&joined, &new)
        {
            result = joined;
        }
    }
    result
}

#[test]
fn line_ends_and_marks_of_other_systems_are_taken_and_not_given() {
    for (name, text) in everything() {
        let result = formatted(&text);
        for other in [
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
            format!("\u{feff}{}", text.replace('\n', "\r\n")),
            text.trim_end().to_owned(),
            format!("\n\n{text}\n\n\n"),
        ] {
            assert_eq!(formatted(&other), result, "{name}");
        }
    }
    assert_eq!(formatted(""), "");
    assert_eq!(formatted(" \r\n\t"), "");
    assert_eq!(formatted("\u{feff}"), "");
    assert_eq!(formatted("// only a comment"), "// only a comment\n");
}

#[test]
fn lines_are_no_wider_than_they_must_be() {
    for (name, text) in everything() {
        let result = formatted(&careless(&text));
        let parsed = parse(&result);
        // A text is not broken, nor is a comment.
        let whole = parsed.tree.nodes().iter().filter(|node| match node.kind {
            Kind::Rule(Rule::string) => node.span.end - node.span.start > 60,
            Kind::Comment | Kind::Rule(Rule::doc) => true,
            _ => false,
        });
        let whole: Vec<usize> = whole.map(|node| node.span.start as usize).collect();
        let mut start = 0;
        for line in result.split_inclusive('\n') {
            let end = start + line.len();
            let excused = whole.iter().any(|at| (start..end).contains(at));
            assert!(excused || line.trim_end().chars().count() <= 110, "{name}: {line}");
            start = end;
        }
    }
}

#[test]
fn a_file_with_mistakes_is_left_alone() {
    for text in ["pipeline x {\n", "source a webhook\n", "let x = [1, 2\n", "# a comment\npipeline x\n"] {
        let found = format(0, text).unwrap_err();
        let expected = compile("x.aev", text, &Options::default()).diagnostics;
        assert!(!found.is_empty());
        assert!(found.iter().all(|found| found.code.number() == 1), "{found:#?}");
        assert!(found.iter().all(|found| expected.contains(found)), "{found:#?}");
    }
}
