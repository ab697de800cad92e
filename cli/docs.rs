//! `aev docs`: what can be written, from the catalogue.

use crate::args::{Docs, OutputFormat};
use crate::output::print;
use crate::trouble::Trouble;
use aev_catalogue::type_names;
use aev_language::diagnostics::nearest;
use aev_reference::{Page, Sort, list, pages, text, types_of};
use serde_json::json;
use std::process::ExitCode;

pub fn run(args: &Docs) -> Result<ExitCode, Trouble> {
    let Some((name, sort)) = args.words.split_last() else {
        print(&match args.format {
            OutputFormat::Human => list(&pages()),
            OutputFormat::Json => lines(pages().iter().map(
                |page| json!({ "sort": page.sort, "name": page.name, "doc": page.doc, "targets": page.targets }),
            )),
        })?;
        return Ok(ExitCode::SUCCESS);
    };
    let sort = sort.first().map(|word| sorted(word)).transpose()?;
    let found = find(sort, name)?;
    print(&match (args.snippet, args.format) {
        (true, _) => snippets(&found, name)?,
        (false, OutputFormat::Human) if found.len() > 1 && of_types(&found) => list(&found),
        (false, OutputFormat::Human) => found.iter().map(text).collect::<Vec<_>>().join("\n"),
        (false, OutputFormat::Json) => lines(found.iter().map(|page| json!(page))),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn lines(values: impl Iterator<Item = serde_json::Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

/// The word before a name.
fn sorted(word: &str) -> Result<Sort, Trouble> {
    Sort::ALL.into_iter().find(|sort| sort.word() == word).ok_or_else(|| {
        let words = Sort::ALL.map(Sort::word);
        let help = match nearest(word, words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of {}", words.map(|word| format!("`{word}`")).join(", ")),
        };
        Trouble::usage(format!("before a name, `{word}` says nothing")).help(help)
    })
}

fn find(sort: Option<Sort>, name: &str) -> Result<Vec<Page>, Trouble> {
    let pages: Vec<Page> =
        pages().into_iter().filter(|page| sort.is_none_or(|sort| page.sort == sort)).collect();
    let types = sort.is_none_or(|sort| sort == Sort::Type);
    let known: Vec<&str> = if types { type_names().collect() } else { Vec::new() };
    let names = pages.iter().map(|page| page.name.as_str()).chain(known);
    let near = nearest(name, names).map(str::to_owned);
    let mut found: Vec<Page> = pages.into_iter().filter(|page| page.name == name).collect();
    // Of a provider without anything else of that name, or behind `type`, the types themselves are wanted.
    if types && of_types(&found) {
        found = types_of(name);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    let what = sort.map_or("nothing".to_owned(), |sort| format!("no {sort}"));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? `aev docs` without a word lists everything"),
        None => "`aev docs` without a word lists everything".to_owned(),
    };
    Err(Trouble::usage(format!("there is {what} with the name `{name}`")).help(help))
}

/// Nothing else is among them.
fn of_types(pages: &[Page]) -> bool {
    pages.iter().all(|page| page.sort == Sort::Type)
}

/// Those that there are; where there are several, a comment says which is which.
fn snippets(pages: &[Page], name: &str) -> Result<String, Trouble> {
    let found: Vec<(Sort, &str)> =
        pages.iter().filter_map(|page| Some((page.sort, page.snippet.as_deref()?))).collect();
    match found.as_slice() {
        [] => Err(Trouble::usage(format!("there is no snippet of `{name}`"))
            .help(format!("`aev docs {name}` says what there is"))),
        [(_, snippet)] => Ok((*snippet).to_owned()),
        several => {
            let several: Vec<String> =
                several.iter().map(|(sort, snippet)| format!("// {sort}\n{snippet}")).collect();
            Ok(several.join("\n"))
        }
    }
}
