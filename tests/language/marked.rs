//! Texts in which lines of `^` say where an error is expected: under its span, one caret for an empty one.

use aev_language::syntax::{SyntaxError, parse};

/// The text without its marker lines, and for each marker line the start and the length of its carets.
pub fn unmark(marked: &str) -> (String, Vec<(usize, usize)>) {
    let mut text = String::new();
    let mut marks = Vec::new();
    let mut line_start = 0;
    for line in marked.lines() {
        let carets = line.trim();
        if !carets.is_empty() && carets.bytes().all(|byte| byte == b'^') {
            marks.push((line_start + line.len() - line.trim_start().len(), carets.len()));
        } else {
            line_start = text.len();
            text.push_str(line);
            text.push('\n');
        }
    }
    (text, marks)
}

/// The same text with a marker line under each error's first line.
pub fn mark(text: &str, errors: &[SyntaxError]) -> String {
    let mut marked = String::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        marked.push_str(line);
        for error in errors {
            let start = error.span.start as usize;
            let last = line_start + line.len() == text.len();
            if start >= line_start && (start < line_start + line.len() || last) {
                let length = (error.span.end as usize - start).max(1);
                let column = start - line_start;
                marked.push_str(&format!("{}{}\n", " ".repeat(column), "^".repeat(length)));
            }
        }
        line_start += line.len();
    }
    marked
}

/// Checks that the errors of a text are where its marker lines say, and gives them.
pub fn check(marked: &str) -> Vec<SyntaxError> {
    let (text, _) = unmark(marked);
    let errors = parse(&text).errors;
    let shown = mark(&text, &errors);
    assert_eq!(shown.trim_end(), marked.trim_end(), "\n--- shown:\n{shown}\n{errors:#?}");
    errors
}
