//! The pages of the reference, as Markdown: what `aev docs` says. And the catalogue as a JSON Schema, for editors and programs.

use super::{Mode, settle, settle_file};
use aev_reference::{Page, Sort, chapter, markdown, pages, schema};
use std::io::Error;

/// Where they stand in the tree.
pub const FOLDER: &str = "docs/kinds";

/// Where the schema stands.
pub const SCHEMA: &str = "docs/catalogue.schema.json";

/// Pages about small things stand together in one file.
const CHAPTERS: [(&str, Sort); 6] = [
    ("from", Sort::From),
    ("clauses", Sort::Clause),
    ("options", Sort::Option),
    ("functions", Sort::Function),
    ("objects", Sort::Object),
    ("values", Sort::Value),
];

/// Writes the pages and the schema, or compares them.
pub fn generate(mode: Mode) -> Result<(), Error> {
    settle(FOLDER, &files(), mode)?;
    let mut text = serde_json::to_string_pretty(&schema()).map_err(Error::other)?;
    text.push('\n');
    settle_file(SCHEMA, &text, mode)
}

/// Every file, by name.
fn files() -> Vec<(String, String)> {
    let all = pages();
    let mut files = vec![("README.md".to_owned(), index(&all))];
    for (name, sort) in CHAPTERS {
        files.push((format!("{name}.md"), chapter(sort.title(), &of(&all, sort))));
    }
    let kinds: Vec<&Page> = all.iter().filter(|page| page_of_its_own(page)).collect();
    for (index, page) in kinds.iter().enumerate() {
        if kinds.iter().take(index).any(|before| before.name == page.name) {
            continue;
        }
        let same: Vec<Page> =
            kinds.iter().filter(|other| other.name == page.name).map(|page| (*page).clone()).collect();
        files.push((format!("{}.md", page.name), markdown(&same)));
    }
    files
}

fn page_of_its_own(page: &Page) -> bool {
    matches!(page.sort, Sort::Source | Sort::Action | Sort::Bus)
}

fn of(pages: &[Page], sort: Sort) -> Vec<Page> {
    pages.iter().filter(|page| page.sort == sort).cloned().collect()
}

/// A line for each kind, and where the rest is.
fn index(pages: &[Page]) -> String {
    let mut text = String::from(
        "# What can be written\n\nMade from the catalogue by `cargo xtask generate docs`; `aev docs` prints the same.\n",
    );
    for sort in [Sort::Source, Sort::Action, Sort::Bus] {
        text.push_str(&format!("\n## {}\n\n| name | what it is |\n|---|---|\n", sort.title()));
        for page in of(pages, sort) {
            let doc = page.doc.replace('|', "\\|");
            text.push_str(&format!("| [`{0}`]({0}.md) | {doc} |\n", page.name));
        }
    }
    text.push_str("\n## And\n\n");
    for (name, sort) in CHAPTERS {
        text.push_str(&format!("- [{}]({name}.md)\n", sort.title()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_committed_is_of_this_version() {
        generate(Mode::Check).unwrap();
    }

    /// What a definition says about a field is what the catalogue says.
    #[test]
    fn the_schema_has_every_kind_and_its_fields() {
        let schema = schema();
        let kinds = pages().into_iter().filter(page_of_its_own);
        for page in kinds {
            let name = format!("{}.{}", page.sort, page.name);
            let definition = &schema["$defs"][&name];
            assert_eq!(definition["type"], "object", "{name}");
            for row in page.sections.iter().filter(|section| section.title == "Fields").flat_map(|s| &s.rows)
            {
                let field = &definition["properties"][&row.name];
                assert!(
                    field["description"].as_str().is_some_and(|doc| doc.starts_with(&row.doc)),
                    "{name} {}",
                    row.name
                );
                assert_eq!(field["default"].is_null(), row.default.is_none(), "{name} {}", row.name);
                let required = definition["required"].as_array();
                let listed = required.is_some_and(|names| names.iter().any(|field| field == &row.name));
                assert_eq!(listed, row.required, "{name} {}", row.name);
            }
        }
        let group = &schema["$defs"]["source.kafka"]["properties"]["consumerGroup"];
        assert_eq!(group["required"], serde_json::json!(["groupName"]));
        assert_eq!(
            group["properties"]["rebalanceStrategy"]["enum"],
            serde_json::json!(["range", "sticky", "roundrobin"])
        );
    }

    #[test]
    fn no_page_takes_the_place_of_another() {
        let mut names: Vec<String> = files().into_iter().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(count > 60, "only {count} files");
    }
}
