//! Pages as plain text.

use crate::page::{Page, Row, Sort};

/// Longer lines are broken.
const WIDTH: usize = 100;

/// A line for each page, under what they are about.
pub fn list(pages: &[Page]) -> String {
    let width = pages.iter().map(|page| page.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for sort in Sort::ALL {
        let mut pages = pages.iter().filter(|page| page.sort == sort).peekable();
        if pages.peek().is_none() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}\n", sort.title()));
        for page in pages {
            text.push_str(&format!("  {:width$}  {}\n", page.name, page.doc));
        }
    }
    text
}

/// A whole page.
pub fn text(page: &Page) -> String {
    let mut text = format!("{} {}\n", page.sort, page.name);
    wrapped(&mut text, 2, &page.doc);
    if let Some(targets) = page.targets {
        wrapped(&mut text, 2, &targets.to_string());
    }
    for fact in &page.facts {
        wrapped(&mut text, 2, fact);
    }
    if let Some(example) = page.example.as_ref().or(page.snippet.as_ref()) {
        text.push_str("\nExample\n");
        for line in example.lines() {
            text.push_str(format!("  {line}").trim_end());
            text.push('\n');
        }
    }
    for section in &page.sections {
        text.push_str(&format!("\n{}\n", section.title));
        rows(&mut text, 2, &section.rows, &section.rules);
    }
    text
}

fn rows(text: &mut String, indent: usize, list: &[Row], rules: &[String]) {
    for row in list {
        let mut head = format!("{}: {}", row.name, row.ty);
        if row.required {
            head.push_str(", required");
        }
        if let Some(default) = &row.default {
            head.push_str(&format!(", default {default}"));
        }
        text.push_str(&format!("{:indent$}{head}\n", ""));
        if !row.notes.is_empty() {
            wrapped(text, indent + 4, &format!("({})", row.notes.join("; ")));
        }
        if !row.doc.is_empty() {
            wrapped(text, indent + 4, &row.doc);
        }
        rows(text, indent + 4, &row.rows, &row.rules);
    }
    for rule in rules {
        wrapped(text, indent, rule);
    }
}

/// A sentence, broken between words.
fn wrapped(text: &mut String, indent: usize, sentence: &str) {
    let mut used = 0;
    for word in sentence.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > WIDTH {
            text.push('\n');
            used = 0;
        }
        if used == 0 {
            text.push_str(&format!("{:indent$}", ""));
            used = indent;
        } else {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += length;
    }
    text.push('\n');
}
