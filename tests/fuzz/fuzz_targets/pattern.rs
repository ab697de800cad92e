//! A pattern on the first line and a text after it: Go's rules are read without harm, and groups and quotes change nothing.

#![no_main]

use aev_plan::re2::{Pattern, quote};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (source, text) = text.split_once('\n').unwrap_or((text, ""));
    let quoted = Pattern::new(&quote(text));
    assert!(quoted.is_err() || quoted.is_ok_and(|pattern| pattern.is_match(text)));
    match Pattern::new(source) {
        Ok(pattern) => {
            assert_eq!(pattern.as_str(), source);
            let matches = pattern.is_match(text);
            // Behind a `\Q` a bracket is text; and one more group may be one too many.
            if !source.contains("\\Q")
                && let Ok(grouped) = Pattern::new(&format!("(?:{source})"))
            {
                assert_eq!(grouped.is_match(text), matches);
            }
        }
        Err(error) => {
            assert!(!error.message.is_empty());
            assert!(source.get(error.span.clone()).is_some(), "{error:?}");
        }
    }
});
