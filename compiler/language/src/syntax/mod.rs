//! Text to tree: [`parse`] never fails; what it could not read is a hole, with an error beside it.

pub mod ast;
mod build;
mod error;
mod expected;
mod grammar;
mod recover;
mod repair;
mod scan;
mod text;
pub mod tree;

pub use self::error::{Expected, Found, SyntaxError, SyntaxErrorKind};
pub use self::tree::Tree;

/// Brackets and other forms may be nested this deep.
pub const MAX_DEPTH: usize = 64;
/// An expression, counted along one path from the outermost, may have so many operators and steps.
pub const MAX_PARTS: usize = 512;
/// A file may have so many bytes.
pub const MAX_BYTES: usize = 8 << 20;

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
    let (parsed, changes) = match read(text) {
        Ok(parsed) if parsed.errors.is_empty() => return parsed,
        Ok(parsed) => {
            let changes = repair::changes(text, &parsed.errors);
            (parsed, changes)
        }
        Err(error) => return unparsed(text, error),
    };
    repaired(text, changes).filter(|repaired| repaired.errors.len() <= parsed.errors.len()).unwrap_or(parsed)
}

fn read(text: &str) -> Result<Parsed, SyntaxError> {
    let tree = Tree::new(text)?;
    let (file, errors) = build::file(text, &tree);
    Ok(Parsed { file, tree, errors })
}

/// The tree of a text without mistakes.
fn well_formed(text: &str) -> Option<Tree> {
    read(text).ok().filter(|parsed| parsed.errors.is_empty()).map(|parsed| parsed.tree)
}

/// What the text is with some changes made; they are its errors, beside those that are left.
fn repaired(text: &str, changes: Vec<repair::Change>) -> Option<Parsed> {
    if changes.is_empty() {
        return None;
    }
    let changed = repair::apply(text, &changes);
    let mut tree = Tree::new(&changed).ok()?;
    tree.map(repair::written(&changes));
    let (file, mut errors) = build::file(text, &tree);
    errors.extend(changes.into_iter().map(|change| change.error));
    errors.sort_by_key(|error| error.span);
    Some(Parsed { file, tree, errors })
}

fn unparsed(text: &str, error: SyntaxError) -> Parsed {
    let hole = ast::Item { doc: None, kind: ast::ItemKind::Hole, span: tree::span(0, text.len()) };
    Parsed {
        file: ast::File { header: None, items: vec![hole] },
        tree: Tree::flat(text),
        errors: vec![error],
    }
}
