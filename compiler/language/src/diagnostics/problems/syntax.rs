//! AEV0001–AEV0099: text that does not parse, or that parses and is not built yet.

use crate::diagnostics::{Diagnostic, Place};

/// AEV0002: a construct of the language that this version parses and does not build yet.
/// `instead` says what does the job until then.
pub fn not_built_yet(at: Place, construct: &str, instead: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(
        2,
        at,
        format!("{construct} is part of the language, and this version does not build it yet"),
    )
    .saying("parsed, and not built");
    match instead {
        Some(instead) => problem.help(instead),
        None => problem,
    }
}
