//! Files that a text names: samples and schemas. The compiler reads none itself; whoever calls it does.

use crate::diagnostics::problems::files as problems;
use crate::diagnostics::{FileId, Place};
use crate::report::Reports;
use crate::syntax::ast::Span;
use aev_plan::document::Document;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 16 << 20;

/// Where the files are that a text names.
pub trait Files {
    /// The file at a path as it is written; relative to the file that names it.
    ///
    /// # Errors
    /// It cannot be read, or is no text.
    fn read(&self, path: &str) -> Result<FileText, Unreadable>;
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileText {
    /// How messages call it.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// There is none.
    Missing,
    /// It is a directory.
    Directory,
    /// It has more than [`LARGEST`] bytes.
    TooLarge,
    /// It is not UTF-8, from this line on.
    NotText(usize),
    /// Something else, in words.
    Other(String),
}

/// Where no file is.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _path: &str) -> Result<FileText, Unreadable> {
        Err(Unreadable::Missing)
    }
}

/// A file of JSON that was read.
#[derive(Clone)]
pub struct Loaded {
    /// Its number in diagnostics.
    pub file: FileId,
    /// How messages call it.
    pub name: String,
    /// What is in it.
    pub document: Document,
    /// The bytes of a mark before it.
    shift: u32,
}

impl Loaded {
    /// A place in it.
    pub fn at(&self, (start, end): (u32, u32)) -> Place {
        Place::new(self.file, Span { start: start + self.shift, end: end + self.shift })
    }
}

/// The files that have been read for a text, each once.
pub struct Reader<'f> {
    files: &'f dyn Files,
    read: Vec<FileText>,
    known: BTreeMap<String, Option<Rc<Loaded>>>,
}

impl<'f> Reader<'f> {
    /// None yet.
    pub fn new(files: &'f dyn Files) -> Reader<'f> {
        Reader { files, read: Vec::new(), known: BTreeMap::new() }
    }

    /// A file of JSON; what is wrong with it is reported where it is named, once.
    pub fn json(&mut self, path: &str, at: Place, reports: &mut Reports) -> Option<Rc<Loaded>> {
        if let Some(known) = self.known.get(path) {
            return known.clone();
        }
        let loaded = self.load(path, at, reports).map(Rc::new);
        self.known.insert(path.to_owned(), loaded.clone());
        loaded
    }

    fn load(&mut self, path: &str, at: Place, reports: &mut Reports) -> Option<Loaded> {
        let found = match self.files.read(path) {
            Ok(found) if found.text.len() > LARGEST => Err(Unreadable::TooLarge),
            found => found,
        };
        let found = match found {
            Ok(found) => found,
            Err(why) => {
                reports.add(problems::unreadable(at, path, &why));
                return None;
            }
        };
        // The first file is the one that names the others.
        let file = FileId::try_from(self.read.len() + 1).unwrap_or(FileId::MAX);
        let text = found.text.strip_prefix('\u{feff}').unwrap_or(&found.text);
        let shift = u32::try_from(found.text.len() - text.len()).unwrap_or_default();
        let parsed = Document::parse(text);
        let name = found.name.clone();
        self.read.push(found);
        match parsed {
            Ok(document) => Some(Loaded { file, name, document, shift }),
            Err(error) => {
                let start = shift + u32::try_from(error.offset).unwrap_or_default();
                let there = Place::new(file, Span { start, end: start });
                reports.add(problems::no_json(at, path, there, &error.problem.to_string()));
                None
            }
        }
    }

    /// All that were read, in the order of their numbers.
    pub fn into_read(self) -> Vec<FileText> {
        self.read
    }
}
