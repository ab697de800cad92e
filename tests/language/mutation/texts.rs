//! The programs whose every construct is changed, and the files that they name.

use std::path::Path;

use aev_language::compile::{Options, compile_with};
use aev_language::diagnostics::Diagnostic;
use aev_language::files::{FileText, Files, Unreadable};

use super::programs;
use crate::corpus::files;

/// Samples and schemas by path; every other path is missing.
struct Fixtures;

const FIXTURES: &[(&str, &str)] = &[
    ("order.json", r#"{"id":"a","total":1}"#),
    ("gift.json", r#"{"id":"b","total":2,"note":"for you"}"#),
    (
        "paid.schema.json",
        r#"{"type":"object","properties":{"id":{"type":"string"},"state":{"const":"paid"}},"required":["id","state"]}"#,
    ),
];

impl Files for Fixtures {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        let found = FIXTURES.iter().find(|(name, _)| *name == path).ok_or(Unreadable::Missing)?;
        Ok(FileText { name: path.to_owned(), text: found.1.to_owned() })
    }
}

/// A program of the suite.
pub struct Program {
    pub name: String,
    pub text: String,
    /// The errors that it has as it stands: only programs with something that is not built yet have any.
    before: Vec<Diagnostic>,
}

impl Program {
    fn new(name: String, text: String) -> Program {
        let before = errors(&name, &text);
        Program { name, text, before }
    }

    /// It compiles. Otherwise a mutant may be accepted because of what is not looked at.
    pub fn compiles(&self) -> bool {
        self.before.is_empty()
    }

    /// What is wrong with a change of it.
    pub fn errors(&self, changed: &str) -> Vec<Diagnostic> {
        let mut errors = errors(&self.name, changed);
        // Of what is not built only the form is looked at.
        errors.retain(|error| self.compiles() || error.code.number() == 1);
        errors
    }
}

/// Everything that is said of a text.
pub fn said(name: &str, text: &str) -> Vec<Diagnostic> {
    compile_with(name, text, &Options::default(), &Fixtures).diagnostics
}

fn errors(name: &str, text: &str) -> Vec<Diagnostic> {
    said(name, text).into_iter().filter(Diagnostic::is_error).collect()
}

/// The slice's programs, those of further constructs, and the corpus.
pub fn texts() -> Vec<Program> {
    let slice = programs().into_iter().map(|path| read(&path));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("constructs");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let constructs: Vec<Program> = paths.iter().map(|path| read(path)).collect();
    for program in &constructs {
        assert!(program.compiles(), "{}: {:?}", program.name, program.before);
    }
    slice.chain(constructs).chain(files().into_iter().map(|(name, text)| Program::new(name, text))).collect()
}

fn read(path: &Path) -> Program {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Program::new(name, std::fs::read_to_string(path).unwrap())
}
