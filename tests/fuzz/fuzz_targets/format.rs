//! What is laid out once is laid out, and what it means is what it meant.

#![no_main]

use aev_language::compile::{Options, compile};
use aev_language::format::format;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let result = match format(0, text) {
        Ok(result) => result,
        Err(found) => {
            fuzz::lie_in(&[text], &found);
            // AEV0004 is a mistake of the formatter's own.
            assert!(!found.is_empty() && found.iter().all(|found| found.code.number() != 4), "{found:?}");
            return;
        }
    };
    assert_eq!(format(0, &result).as_ref(), Ok(&result));
    let compile = |text: &str| {
        let compiled = compile(fuzz::NAME, text, &Options::default());
        let codes: Vec<_> =
            compiled.diagnostics.iter().map(|found| (found.code, found.message.clone())).collect();
        (compiled.plan, codes)
    };
    assert_eq!(compile(text), compile(&result));
});
