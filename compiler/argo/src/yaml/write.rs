//! Writes YAML in block style, as a person would: text is quoted only where a reader might take it for something else.
//!
//! Readers differ: Kubernetes reads YAML 1.1, where `on` is true and `0777` is octal; others read 1.2. What any of them
//! could misread is quoted.

use crate::node::{Entry, Node, Value};
use std::fmt::Write;

/// YAML takes a key of at most 1024 characters, with its quotes.
const LONGEST_KEY: usize = 1000;

/// One document, with a newline at the end.
pub fn document(node: &Node) -> String {
    let mut out = String::new();
    block(&mut out, node, 0, false);
    out
}

/// Several documents with `---` between them.
pub fn stream<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> String {
    let documents: Vec<String> = nodes.into_iter().map(document).collect();
    documents.join("---\n")
}

/// Writes a value and the newline after it, where the cursor stands behind `- ` (`inline`) or at the start of a line.
fn block(out: &mut String, node: &Node, indent: usize, inline: bool) {
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => map(out, entries, indent, inline),
        Value::List(items) if !items.is_empty() => list(out, items, indent, inline),
        _ => {
            scalar(out, node, indent);
            out.push('\n');
        }
    }
}

fn map(out: &mut String, entries: &[Entry], indent: usize, inline: bool) {
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 || !inline {
            pad(out, indent);
        }
        let mut key = String::new();
        match is_plain(&entry.key) {
            true => key.push_str(&entry.key),
            false => quoted(&mut key, &entry.key),
        }
        // A longer key is none unless a mark says so.
        if key.len() > LONGEST_KEY {
            out.push_str("? ");
            key.push('\n');
            key.extend(std::iter::repeat_n(' ', indent));
        }
        out.push_str(&key);
        out.push(':');
        member(out, &entry.value, indent + 2);
    }
}

fn member(out: &mut String, node: &Node, indent: usize) {
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            map(out, entries, indent, false);
        }
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            list(out, items, indent, false);
        }
        _ => {
            out.push(' ');
            scalar(out, node, indent);
            out.push('\n');
        }
    }
}

fn list(out: &mut String, items: &[Node], indent: usize, inline: bool) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || !inline {
            pad(out, indent);
        }
        out.push_str("- ");
        block(out, item, indent + 2, true);
    }
}

/// Writes what fits behind a key. A text of several lines goes on at `indent`.
fn scalar(out: &mut String, node: &Node, indent: usize) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(number.as_str()),
        Value::Text(text) if indent > 0 && is_literal(text) => literal(out, text, indent),
        Value::Text(text) if is_plain(text) => out.push_str(text),
        Value::Text(text) => quoted(out, text),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
    }
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Text that no reader of YAML 1.1 or 1.2 takes for anything else.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_fine = first.is_alphanumeric() || matches!(first, '_' | '/' | '^' | '$' | '(' | '.' | ';');
    starts_fine
        && text.chars().all(|c| c == ' ' || is_printable(c))
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !is_word(text)
        && !looks_numeric(text)
        && !text.starts_with("...")
}

/// Printable in YAML, and neither blank nor a line break of any version.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !c.is_whitespace()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
        && !matches!(c, '\u{e000}'..='\u{f8ff}')
        && u32::from(c) < 0xf_0000
}

/// Words that stand for null or a boolean in some version of YAML.
fn is_word(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Text that might be a number, a time or a date.
fn looks_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches(['.', '+', '-']);
    let special = ["inf", "nan"].iter().any(|word| digits.eq_ignore_ascii_case(word));
    let begins = digits.starts_with(|c: char| c.is_numeric());
    let numeric = |c: char| c.is_numeric() || "abcdefABCDEFxXoO_.:+-TtZz ".contains(c);
    special || digits.is_empty() || (begins && digits.chars().all(numeric))
}

/// Text of several lines that a `|` block gives back exactly.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    text.contains('\n')
        && !body.is_empty()
        && !body.ends_with('\n')
        && !body.starts_with([' ', '\t', '\n'])
        && body.lines().all(|line| line.is_empty() || !line.trim().is_empty())
        && body.chars().all(|c| matches!(c, '\n' | ' ') || is_printable(c))
}

fn literal(out: &mut String, text: &str, indent: usize) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
    }
}

/// Double quotes; single ones where they save escaping.
fn quoted(out: &mut String, text: &str) {
    let bare = text.chars().all(|c| c == ' ' || is_printable(c));
    if bare && text.contains(['"', '\\']) {
        let _ = write!(out, "'{}'", text.replace('\'', "''"));
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c == ' ' || is_printable(c) => out.push(c),
            c if u32::from(c) < 0x100 => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if u32::from(c) < 0x1_0000 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_could_be_misread() {
        for text in ["pull_request", "body.action", "10m", "1h30m0s", "https://a.b/c#d", "^open$", "a: b"] {
            assert_eq!(is_plain(text), text != "a: b", "{text}");
        }
        let odd = [
            "",
            " a",
            "a ",
            "a:",
            "a #b",
            "on",
            "Off",
            "YES",
            "n",
            "NULL",
            "~",
            "12000",
            "1e3",
            "0x1F",
            "0o7",
            "1_000",
            "12:30",
            "+1",
            "-1",
            ".5",
            "-",
            ".inf",
            ".NaN",
            "2020-01-02",
            "2020-01-02T00:00:00Z",
            "- a",
            "? a",
            "#a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "'a",
            "\"a",
            "%a",
            "@a",
            "`a",
            "{a",
            "[a",
            "]",
            "a\tb",
            "a\u{85}b",
            "\u{feff}a",
            "...",
            "---",
            "=",
            "<<",
        ];
        for text in odd {
            assert!(!is_plain(text), "{text:?}");
        }
    }

    #[test]
    fn several_lines_become_a_block() {
        let mut map = crate::node::Fields::default();
        map.put("script", "if a\n  then b\n\nend\n");
        map.put("pattern", r#"a"b\c"#);
        map.put("quoted", " a\nb");
        let text = document(&map.into());
        assert_eq!(text, "script: |\n  if a\n    then b\n\n  end\npattern: a\"b\\c\nquoted: \" a\\nb\"\n");
    }
}
