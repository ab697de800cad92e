//! Every code has a page, and what stands on the page is so.

use aev_language::compile::{Compiled, Options, Target, compile_with};
use aev_language::diagnostics::{Code, Diagnostic, Format, Severity, Sources, render};
use aev_language::files::{FileText, Files, Unreadable};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Codes that no text leads to, and why. Everything else has a failing example and a mended one.
const WITHOUT_EXAMPLE: &[(u16, &str)] = &[
    (3, "a page is UTF-8 itself; the test of `decode` makes a text that is not"),
    (4, "no text is known for which the formatter is wrong; the test of its comparison makes wrong results"),
    (314, "the example would have 256 KiB; a test makes one"),
    (411, "the checker knows every kind that a text can name"),
    (415, "only a plan that was put together from imported and written filters has it"),
    (418, "the checker finds the absent event first"),
    (426, "the checker refuses a fraction of a second first"),
    (427, "the example would have 100 kB; a test makes one"),
    (428, "the checker says in its own words what Argo Events would refuse"),
    (429, "the checker makes no plan with names that it does not contain"),
    (601, "it is about plans in JSON"),
    (706, "the example would have 16 MiB; a test makes one"),
];

/// What comes along by necessity: a bus of kind `nats` always has its own warning.
fn along(code: Code, other: Code) -> bool {
    (code.number(), other.number()) == (414, 405)
}

pub struct Example {
    target: Option<Target>,
    pub fails: bool,
    pub text: String,
}

/// The blocks in fences of a page, in order.
pub fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<Example> = None;
    let mut file = false;
    for line in page.lines() {
        if file || line.starts_with("```json") {
            file = line != "```";
            continue;
        }
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(marks)) => {
                let marks: Vec<&str> = marks.split(',').collect();
                assert_eq!(marks[0], "aev", "{line}");
                let target = match (marks.contains(&"argo"), marks.contains(&"plan")) {
                    (true, _) => Some(Target::Argo),
                    (_, true) => Some(Target::Plan),
                    _ => None,
                };
                open = Some(Example { target, fails: marks.contains(&"fails"), text: String::new() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(example), None) => {
                example.text.push_str(line);
                example.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// The files that the examples of a page name: its blocks of JSON, each with its path.
pub fn files(page: &str) -> BTreeMap<String, String> {
    let blocks = page.split("\n```json,").skip(1);
    let file = |block: &str| {
        let (path, rest) = block.split_once('\n')?;
        Some((path.to_owned(), rest.split("\n```").next()?.to_owned()))
    };
    blocks.filter_map(file).collect()
}

/// What is said of a text, by the compiler and by the emitter of its target.
pub fn said(text: &str, target: Option<Target>) -> Vec<Diagnostic> {
    said_with(text, target, &BTreeMap::new())
}

/// The files of a test, by path.
pub struct Given<'f>(pub &'f BTreeMap<String, String>);

impl Files for Given<'_> {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        let text = self.0.get(path).ok_or(Unreadable::Missing)?.clone();
        Ok(FileText { name: path.to_owned(), text })
    }
}

/// The same of a text that names files.
pub fn said_with(text: &str, target: Option<Target>, files: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let compiled = compile_with("example.aev", text, &Options { target }, &Given(files));
    let Compiled { plan, mut diagnostics, .. } = compiled;
    if let (Some(plan), Some(Target::Argo)) = (plan, target) {
        diagnostics.extend(aev_language::target::argo(&plan).err().unwrap_or_default());
    }
    diagnostics
}

pub fn shown(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add("example.aev", text);
    diagnostics.iter().map(|d| render(d, &sources, Format::Human { colour: false })).collect()
}

#[test]
fn every_page_has_the_headline_of_its_code() {
    for code in Code::all() {
        let info = code.info().unwrap_or_else(|| panic!("{code} has no page"));
        let mut lines = info.page.lines();
        assert_eq!(lines.next(), Some(format!("# {code}: {}", info.title).as_str()));
        let prose: usize = lines
            .take_while(|line| !line.starts_with("```"))
            .map(|line| line.split_whitespace().count())
            .sum();
        assert!(prose >= 20, "{code} says too little");
    }
}

#[test]
fn examples_fail_with_their_code_and_compile_when_mended() {
    let mut wrong = Vec::new();
    for code in Code::all() {
        let page = code.info().unwrap().page;
        let (examples, files) = (examples(page), files(page));
        let exempt = WITHOUT_EXAMPLE.iter().any(|(number, _)| *number == code.number());
        if examples.is_empty() != exempt {
            wrong.push(format!("{code} has {} examples", examples.len()));
        }
        let mut expected = [true, false].into_iter().cycle();
        for example in &examples {
            assert_eq!(Some(example.fails), expected.next(), "{code}: failing and mended examples alternate");
            let diagnostics = said_with(&example.text, example.target, &files);
            let right = match example.fails {
                true => {
                    !diagnostics.is_empty()
                        && diagnostics.iter().all(|d| d.code == code || along(code, d.code))
                }
                false => diagnostics.iter().all(|d| d.severity == Severity::Note && d.code != code),
            };
            let once = diagnostics.iter().filter(|d| d.code == code).count() <= 1;
            if !right || !once {
                let what = if example.fails { "fails" } else { "is mended" };
                wrong.push(format!(
                    "the example of {code} that {what}:\n{}\n{}",
                    example.text,
                    shown(&example.text, &diagnostics)
                ));
            }
        }
        assert_eq!(examples.len() % 2, 0, "{code}: a failing example without a mended one");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

#[test]
fn an_object_that_is_too_large_for_a_pod() {
    let data = "x".repeat(110_000);
    let text = format!(
        "external source shop: webhook\ntrigger note on shop {{ k8s.create {{ apiVersion: \"v1\", kind: \"ConfigMap\", \
         metadata: {{ generateName: \"o-\" }}, data: {{ text: \"{data}\" }} }} }}\n"
    );
    let diagnostics = said(&text, Some(Target::Argo));
    let codes: Vec<u16> = diagnostics.iter().map(|d| d.code.number()).collect();
    assert_eq!(codes, [427]);
}

/// The numbers that a source text gives to diagnostics: the first argument of these calls.
pub fn numbers(source: &str, calls: &[&str]) -> BTreeSet<u16> {
    calls
        .iter()
        .flat_map(|call| source.split(call).skip(1))
        .map(|rest| rest.trim_start().split(',').next().unwrap_or_default().trim())
        .map(|number| {
            number.parse().unwrap_or_else(|_| panic!("a code is written as a number, not `{number}`"))
        })
        .collect()
}

#[test]
fn codes_are_registered_when_they_are_said_and_said_when_they_are_registered() {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../compiler/language/src/diagnostics/problems");
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        used.extend(numbers(&text, &["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note("]));
    }
    assert!(used.len() > 50, "the words are elsewhere: {used:?}");
    // Said where plans are read, outside the compiler.
    used.insert(601);
    let registered: BTreeSet<u16> = Code::all().map(Code::number).collect();
    assert_eq!(used.difference(&registered).collect::<Vec<_>>(), Vec::<&u16>::new(), "not registered");
    assert_eq!(registered.difference(&used).collect::<Vec<_>>(), Vec::<&u16>::new(), "never said");
}
