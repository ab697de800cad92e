//! Pages as Markdown.

use crate::page::{Page, Row, Section, Sort};

/// The page of a name, with all that has it.
pub fn markdown(pages: &[Page]) -> String {
    let mut text = String::new();
    match pages {
        [one] => {
            text.push_str(&format!("# {}\n", head(one)));
            body(&mut text, one, 2);
        }
        several => {
            let name = several.first().map(|page| page.name.as_str()).unwrap_or_default();
            text.push_str(&format!("# `{name}`\n"));
            for page in several {
                text.push_str(&format!("\n## {}\n", head(page)));
                body(&mut text, page, 3);
            }
        }
    }
    text
}

/// Several pages under one title.
pub fn chapter(title: &str, pages: &[Page]) -> String {
    let mut text = format!("# {title}\n");
    for page in pages {
        text.push_str(&format!("\n## `{}`\n", page.name));
        body(&mut text, page, 3);
    }
    text
}

fn head(page: &Page) -> String {
    let what = match page.sort {
        Sort::Source => "Source",
        Sort::Action => "Action",
        Sort::Bus => "Bus",
        Sort::From => "From",
        Sort::Clause => "Clause",
        Sort::Option => "Option",
        Sort::Function => "Function",
        Sort::Object => "Object",
        Sort::Value => "Value",
        Sort::Type => "Type",
    };
    format!("{what} `{}`", page.name)
}

fn body(text: &mut String, page: &Page, level: usize) {
    text.push_str(&format!("\n{}\n", page.doc));
    let mut facts: Vec<String> = page.targets.map(|targets| format!("{targets}.")).into_iter().collect();
    facts.extend(page.facts.iter().cloned());
    if !facts.is_empty() {
        text.push('\n');
        text.extend(facts.iter().map(|fact| format!("- {fact}\n")));
    }
    if let Some(example) = page.example.as_ref().or(page.snippet.as_ref()) {
        text.push_str(&format!("\n```aev\n{example}```\n"));
    }
    for section in &page.sections {
        fields(text, section, level);
    }
}

fn fields(text: &mut String, section: &Section, level: usize) {
    text.push_str(&format!("\n{} {}\n\n", "#".repeat(level), section.title));
    text.push_str("| name | type | what it is |\n|---|---|---|\n");
    let mut sentences = Vec::new();
    rows(text, &mut sentences, "", &section.rows, &section.rules);
    if !sentences.is_empty() {
        text.push('\n');
        text.extend(sentences.iter().map(|sentence| format!("- {sentence}\n")));
    }
}

fn rows(text: &mut String, sentences: &mut Vec<String>, before: &str, list: &[Row], rules: &[String]) {
    let inside = before.trim_end_matches('.');
    sentences.extend(rules.iter().map(|rule| match inside {
        "" => rule.clone(),
        inside => format!("In `{inside}`: {rule}"),
    }));
    for row in list {
        let mut what: Vec<String> = Vec::new();
        if row.required {
            what.push("**Required.**".into());
        }
        if !row.doc.is_empty() {
            what.push(row.doc.clone());
        }
        if let Some(default) = &row.default {
            what.push(format!("Default `{default}`."));
        }
        if !row.notes.is_empty() {
            what.push(format!("({})", row.notes.join("; ")));
        }
        let path = format!("{before}{}", row.name);
        text.push_str(&format!("| `{path}` | `{}` | {} |\n", cell(&row.ty), cell(&what.join(" "))));
        let below = if row.ty.starts_with("list<") { format!("{path}[].") } else { format!("{path}.") };
        rows(text, sentences, &below, &row.rows, &row.rules);
    }
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
