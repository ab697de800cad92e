//! Text to tree: [`parse`] never fails; what it could not read is a hole, with an error beside it.

pub mod ast;
mod build;
mod error;
mod expected;
mod grammar;
mod recover;
mod scan;
mod text;
pub mod tree;

use pest::Parser as _;

pub use self::error::{Expected, Found, SyntaxError, SyntaxErrorKind};
pub use self::tree::Tree;

/// Brackets and other forms may be nested this deep.
pub const MAX_DEPTH: usize = 64;
/// An expression, counted along one path from the outermost, may have so many operators and steps.
pub const MAX_PARTS: usize = 512;
/// A file may have so many bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// What [`parse`] makes of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The file, with holes where the text made no sense.
    pub file: ast::File,
    /// Every byte of the text.
    pub tree: Tree,
    /// In the order of the text; empty for a well-formed one.
    pub errors: Vec<SyntaxError>,
}

/// Reads a text. Total: any text gives a tree, and each mistake in it one error.
pub fn parse(text: &str) -> Parsed {
    if let Some(error) = scan::refuse(text) {
        return unparsed(text, error);
    }
    match grammar::Grammar::parse(grammar::Rule::file, text) {
        Ok(pairs) => {
            let tree = Tree::new(text, pairs);
            let (file, errors) = build::file(text, &tree);
            Parsed { file, tree, errors }
        }
        // The grammar accepts every text; should it once not, the place it stopped at is an error like others.
        Err(error) => {
            let error = recover::from_pest(text, 0, text, &error);
            unparsed(text, error)
        }
    }
}

fn unparsed(text: &str, error: SyntaxError) -> Parsed {
    let hole = ast::Item { doc: None, kind: ast::ItemKind::Hole, span: tree::span(0, text.len()) };
    Parsed {
        file: ast::File { header: None, items: vec![hole] },
        tree: Tree::flat(text),
        errors: vec![error],
    }
}
