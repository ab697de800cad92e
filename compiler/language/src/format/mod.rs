//! The layout of a file: one, without options.
//!
//! The words of the text (`words`) go through the tree (`layout`, `bracket`, `chain`) and become a `doc`, of which
//! `print` chooses where lines end; `page` has the lines. What comes out is compared with what went in before anybody
//! sees it (`compare`).

mod bracket;
mod chain;
mod compare;
mod doc;
mod layout;
mod page;
mod print;
mod text;
mod words;

use crate::diagnostics::problems::unparsed::unparsed;
use crate::diagnostics::{Diagnostic, FileId};
use crate::syntax::{MAX_BYTES, Parsed, parse};

/// Lays a text out. The result means the same, has the same comments in the same order, and is laid out already. `file` is
/// what diagnostics call it by.
///
/// # Errors
/// The text has syntax errors, or what came out is not as it should be (AEV0004).
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(text);
    if !parsed.errors.is_empty() {
        return Err(parsed.errors.iter().map(|error| unparsed(file, text, error)).collect());
    }
    let result = layout(text, &parsed);
    match compare::difference(file, text, parsed, &result) {
        Some(problem) => Err(vec![problem]),
        None => Ok(result),
    }
}

/// The text laid out. It ends early when it becomes longer than any file that is read.
fn layout(text: &str, parsed: &Parsed) -> String {
    let words = words::words(text, &parsed.tree);
    let mut printer = print::Printer::default();
    for item in layout::Layout::new(&parsed.tree, &words).items() {
        printer.item(&item);
        if printer.length() > MAX_BYTES {
            break;
        }
    }
    printer.finish()
}
