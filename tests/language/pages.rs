//! The reference: what a page shows compiles, and is laid out.

use aev_catalogue::{ACTIONS, BUSES, LOCATIONS, OPTIONS, SOURCES};
use aev_language::compile::{Options, compile};
use aev_language::format::format;
use aev_plan::function::{FORMS, FUNCTIONS, Place, function};
use aev_reference::{Page, Row, Sort, list, pages, pages_of, text};
use std::collections::BTreeSet;

/// What is wrong with a pipeline, errors alone.
fn errors(text: &str) -> Vec<String> {
    let found = compile("example.aev", text, &Options::default()).diagnostics;
    found
        .iter()
        .filter(|found| found.is_error())
        .map(|found| format!("{}: {}", found.code, found.message))
        .collect()
}

/// How much there is to say, notes for a target included.
fn said(text: &str) -> usize {
    compile("example.aev", text, &Options::default()).diagnostics.len()
}

fn of(sort: Sort) -> Vec<Page> {
    pages().into_iter().filter(|page| page.sort == sort).collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// A pipeline around a snippet; none when the snippet is a value alone.
fn around(page: &Page, snippet: &str) -> Option<String> {
    const SOURCE: &str = "external source orders: webhook\n";
    let trigger =
        |alias: &str, body: &str| format!("{SOURCE}trigger act on orders{alias} {{\n{}}}\n", indented(body));
    let text = match page.sort {
        Sort::Source => format!("{snippet}trigger show on orders {{ log }}\n"),
        Sort::Bus | Sort::Object => format!("{snippet}{SOURCE}trigger show on orders {{ log }}\n"),
        Sort::Action => trigger("", snippet),
        Sort::From => trigger("", &format!("k8s.create {snippet}")),
        Sort::Option => trigger("", &format!("http {{ url: \"https://a.example\" }}\n{snippet}")),
        Sort::Function if function(&page.name).is_some_and(|function| function.only_in_where) => {
            format!(
                "external source orders: webhook\nfilter f from orders as e where text({}) != \"\"\n",
                snippet.trim()
            )
        }
        Sort::Function if FORMS.iter().any(|form| form.name == page.name && form.place == Place::Where) => {
            format!("external source orders: webhook\nfilter f from orders as e where {snippet}")
        }
        Sort::Function => trigger(
            " as e",
            &format!("http {{ url: \"https://a.example\", payload: {{ v: {} }} }}", snippet.trim()),
        ),
        Sort::Clause | Sort::Value | Sort::Type => return None,
    };
    Some(text)
}

#[test]
fn every_kind_option_and_function_has_a_page() {
    assert_eq!(of(Sort::Source).len(), SOURCES.len());
    assert_eq!(of(Sort::Action).len(), ACTIONS.len());
    assert_eq!(of(Sort::Bus).len(), BUSES.len());
    assert_eq!(of(Sort::From).len(), LOCATIONS.len());
    assert_eq!(of(Sort::Option).len(), OPTIONS.len());
    assert_eq!(of(Sort::Function).len(), FUNCTIONS.len() + FORMS.len());
    let kafka: Vec<Sort> = pages_of(None, "kafka").iter().map(|page| page.sort).collect();
    assert_eq!(kafka, [Sort::Source, Sort::Action, Sort::Bus]);
    assert_eq!(pages_of(Some(Sort::Bus), "kafka").len(), 1);
    assert!(pages_of(None, "kafak").is_empty());
}

#[test]
fn every_snippet_compiles() {
    let mut wrong = String::new();
    let mut count = 0;
    for page in pages() {
        let Some(pipeline) = page.snippet.as_ref().and_then(|snippet| around(&page, snippet)) else {
            continue;
        };
        count += 1;
        for error in errors(&pipeline) {
            wrong.push_str(&format!("{} {}: {error}\n{pipeline}\n", page.sort, page.name));
        }
    }
    assert_eq!(wrong, "");
    let functions = FUNCTIONS.len() + FORMS.len();
    let kinds = SOURCES.len() + ACTIONS.len() + BUSES.len() + LOCATIONS.len() + functions;
    assert!(count > kinds, "only {count} of {kinds} and more");
}

/// A field that may be left out is not in a snippet: without any of its lines, there is more to say.
#[test]
fn a_snippet_has_nothing_that_could_be_left_out() {
    let mut more = String::new();
    for page in pages().iter().filter(|page| matches!(page.sort, Sort::Source | Sort::Action | Sort::Bus)) {
        // Objects of Kubernetes are no fields of ours.
        if page.name.starts_with("k8s.") || page.name.starts_with("workflow.") {
            continue;
        }
        let snippet = page.snippet.as_deref().unwrap();
        let lines: Vec<&str> = snippet.lines().collect();
        for left_out in 1..lines.len().saturating_sub(1) {
            if !lines[left_out].starts_with("  ")
                || lines[left_out].starts_with("   ")
                || lines[left_out].ends_with('{')
            {
                continue;
            }
            let rest: String = lines
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != left_out)
                .map(|(_, line)| format!("{line}\n"))
                .collect();
            let rest = around(page, &rest).unwrap();
            if errors(&rest).is_empty() && said(&rest) <= said(&around(page, snippet).unwrap()) {
                more.push_str(&format!("{} {}:{}\n", page.sort, page.name, lines[left_out]));
            }
        }
    }
    assert_eq!(more, "");
}

#[test]
fn every_example_compiles_and_is_laid_out() {
    let mut wrong = String::new();
    let mut count = 0;
    for page in pages() {
        let Some(example) = &page.example else { continue };
        count += 1;
        for error in errors(example) {
            wrong.push_str(&format!("{} {}: {error}\n{example}\n", page.sort, page.name));
        }
        let laid_out = format(0, example).unwrap_or_default();
        if laid_out != *example {
            wrong.push_str(&format!(
                "{} {} is laid out otherwise:\n{example}\n{laid_out}\n",
                page.sort, page.name
            ));
        }
    }
    assert_eq!(wrong, "");
    let functions = FUNCTIONS.len() + FORMS.len();
    let kinds = SOURCES.len() + ACTIONS.len() + BUSES.len() + LOCATIONS.len() + functions;
    assert!(count > kinds, "only {count} of {kinds} and more");
}

/// Every type in a field is a word with a page, and every such page is of use.
#[test]
fn every_type_of_a_field_has_a_page() {
    fn types(rows: &[Row], into: &mut BTreeSet<String>) {
        for row in rows {
            let words = row.ty.split(|c: char| !c.is_ascii_alphanumeric());
            if !row.ty.contains('"') {
                into.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
            }
            types(&row.rows, into);
        }
    }
    let mut used = BTreeSet::new();
    for page in pages() {
        let of_events = ["What its events hold", "Types of its events"];
        for section in page.sections.iter().filter(|section| !of_events.contains(&section.title)) {
            types(&section.rows, &mut used);
        }
        if page.sort == Sort::Option {
            for fact in &page.facts {
                used.extend(
                    fact.strip_prefix("Its type is `").map(|rest| rest.trim_end_matches("`.").to_owned()),
                );
            }
        }
    }
    let known: BTreeSet<String> = of(Sort::Value).into_iter().map(|page| page.name).collect();
    let unknown: Vec<_> = used.difference(&known).filter(|ty| !ty.contains('"')).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn text_has_every_field_and_no_long_line() {
    fn names(rows: &[Row], text: &str, page: &Page) {
        for row in rows {
            assert!(text.contains(&format!("{}: {}", row.name, row.ty)), "{}: {}", page.name, row.name);
            names(&row.rows, text, page);
        }
    }
    for page in pages() {
        let text = text(&page);
        for section in &page.sections {
            names(&section.rows, &text, &page);
        }
        assert!(text.contains(&format!("{} {}\n", page.sort, page.name)));
        assert!(!text.lines().any(|line| line.ends_with(' ')), "{text}");
    }
    let list = list(&pages());
    assert_eq!(list.lines().filter(|line| line.starts_with("  ")).count(), pages().len());
}
