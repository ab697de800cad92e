//! Any schema gives a type or one error, and the checker takes what it gives.

#![no_main]

use aev_language::files::{FileText, Files, Unreadable};

/// The schema, whatever its path.
struct Schema<'a>(&'a str);

impl Files for Schema<'_> {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        Ok(FileText { name: path.to_owned(), text: self.0.to_owned() })
    }
}

libfuzzer_sys::fuzz_target!(|schema: &str| {
    let file = "external source s: webhook<schema(\"s.json\")>\n\
        filter f from s as e where e.body != null\ntrigger t on f as e { http { url: \"http://a/\", payload: e.body } }\n";
    let found = fuzz::compiled(file, None, &Schema(schema));
    let in_schema = found.diagnostics.iter().filter(|found| found.is_error());
    let errors: Vec<_> = in_schema.filter(|found| found.labels.iter().any(|label| label.file == 1)).collect();
    assert!(errors.len() < 2, "{errors:?}");
    let whole = found.diagnostics.iter().filter(|found| found.is_error()).count();
    assert!(errors.is_empty() || whole == 1, "{:?}", found.diagnostics);
});
