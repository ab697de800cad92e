//! The language reference: its examples parse, compile or fail, as they say.

use std::path::Path;

use aev_language::compile::{Options, compile};
use aev_language::diagnostics::Severity;
use aev_language::syntax::parse;

/// What an example is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    Parses,
    Compiles,
    Fails,
}

/// Line, purpose and text of each example.
fn examples(document: &str) -> Vec<(usize, Meant, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, Meant, String)> = None;
    for (at, line) in document.lines().enumerate() {
        let meant = match line {
            "```aev" => Some(Meant::Parses),
            "```aev,compiles" => Some(Meant::Compiles),
            "```aev,fails" => Some(Meant::Fails),
            _ => None,
        };
        match (&mut open, line, meant) {
            (None, _, Some(meant)) => open = Some((at + 1, meant, String::new())),
            (Some(_), "```", _) => examples.extend(open.take()),
            (Some((_, _, text)), line, _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, line, None) => assert!(!line.starts_with("```aev"), "line {}: {line}", at + 1),
        }
    }
    examples
}

/// Place and text of the examples without mistakes, here and in the README of the project.
pub fn well_formed() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for document in [REFERENCE, "README.md"] {
        let examples = read(document).into_iter().filter(|(_, meant, _)| *meant != Meant::Fails);
        found.extend(examples.map(|(line, _, text)| (format!("{document}:{line}"), text)));
    }
    found
}

const REFERENCE: &str = "grammar/README.md";

fn read(document: &str) -> Vec<(usize, Meant, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(document);
    examples(&std::fs::read_to_string(path).unwrap())
}

#[test]
fn every_example_does_what_it_says() {
    let examples = read(REFERENCE);
    for kind in [Meant::Parses, Meant::Compiles, Meant::Fails] {
        assert!(examples.iter().any(|(_, meant, _)| *meant == kind));
    }
    for (line, meant, text) in examples {
        let errors = parse(&text).errors;
        assert_eq!(!errors.is_empty(), meant == Meant::Fails, "grammar/README.md:{line}: {errors:#?}");
        if meant == Meant::Compiles {
            // What only one target can do is worth a note, and no mistake of the example.
            let mut found = compile("example.aev", &text, &Options::default()).diagnostics;
            found.retain(|found| found.severity != Severity::Note);
            assert!(found.is_empty(), "grammar/README.md:{line}: {found:#?}");
        }
    }
}
