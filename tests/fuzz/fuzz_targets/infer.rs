//! Samples, one a line, give a type that a file can have, that says of their members what they are, and that is the same when
//! they come twice.

#![no_main]

use aev_language::files::{FileText, Files, Unreadable};
use aev_language::format::format;
use aev_language::infer::infer;
use aev_language::syntax::MAX_BYTES;

/// The samples, by their numbers.
struct Samples<'a>(Vec<&'a str>);

impl Files for Samples<'_> {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        let sample =
            path.parse().ok().and_then(|number: usize| self.0.get(number)).ok_or(Unreadable::Missing)?;
        Ok(FileText { name: path.to_owned(), text: (*sample).to_owned() })
    }
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    let samples: Vec<&str> = text.lines().collect();
    let Ok(ty) = infer(&samples, 0) else { return };
    let twice: Vec<&str> = samples.iter().chain(&samples).copied().collect();
    assert_eq!(infer(&twice, 0).as_ref(), Ok(&ty));
    let file = format!("type Inferred = {ty}\n");
    if file.len() > MAX_BYTES {
        return;
    }
    let found = fuzz::compiled(&file, None, &aev_language::files::NoFiles);
    assert!(!found.has_errors(), "{ty}\n{:?}", found.diagnostics);
    assert!(format(0, &file).is_ok(), "{file}");
    if !samples.is_empty() && samples.len() < 100 {
        let names: Vec<String> = (0..samples.len()).map(|number| format!("\"{number}\"")).collect();
        let file =
            format!("external source s: webhook<sample({})>\ntrigger t on s {{ log }}\n", names.join(", "));
        let found = fuzz::compiled(&file, None, &Samples(samples));
        assert!(!found.has_errors(), "{:?}", found.diagnostics);
    }
});
