//! The field `spec` on the wire: YAML, a line a member in the order of the names, as Argo Events sends it.

use aev_plan::json::Json;
use std::fmt::Write as _;

/// The object as YAML. Text that would mean something else without quotes has some, in the form that is also JSON's.
pub(super) fn yaml(spec: &[(String, String)]) -> String {
    if spec.is_empty() {
        return "{}\n".to_owned();
    }
    let mut sorted: Vec<&(String, String)> = spec.iter().collect();
    sorted.sort();
    let mut out = String::new();
    for (name, text) in sorted {
        let _ = writeln!(out, "{}: {}", scalar(name), scalar(text));
    }
    out
}

fn scalar(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { Json::from(text).to_string() }
}

/// Whether it is this text in every reading of YAML, even without quotes.
fn is_plain(text: &str) -> bool {
    const OTHER: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let consists = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@+=&?,~$() ".contains(c));
    starts
        && consists
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !OTHER.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(members: &[(&str, &str)]) -> String {
        let members: Vec<_> =
            members.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        yaml(&members)
    }

    #[test]
    fn members_are_sorted_lines() {
        assert_eq!(of(&[]), "{}\n");
        assert_eq!(
            of(&[("url", "https://a.example/x.yaml?y=1"), ("branch", "main")]),
            "branch: main\nurl: https://a.example/x.yaml?y=1\n"
        );
    }

    #[test]
    fn what_would_be_no_text_is_quoted() {
        for text in [
            "",
            "true",
            "No",
            "1",
            "1e3",
            "-x",
            "a: b",
            "a #b",
            "a:",
            "x ",
            "[a]",
            "a\nb",
            "\"",
            "é",
            "~",
            "2026-01-01",
        ] {
            let line = of(&[("k", text)]);
            assert_eq!(line, format!("k: {}\n", Json::from(text)), "{text}");
        }
    }
}
