//! AEV0551–AEV0559: comments that allow a warning.

use crate::diagnostics::{Code, Diagnostic, Place};

/// AEV0551: a code that does not exist. `meant` is the one warning of the line.
pub fn unknown_code(at: Place, written: &str, meant: Option<Code>) -> Diagnostic {
    let problem = Diagnostic::warning(551, at, format!("there is no code `{written}`"));
    match meant {
        Some(meant) => problem
            .help(format!("what this line has is `{meant}`"))
            .replaced_by(format!("write `{meant}`"), meant.to_string()),
        None => problem.help("`aev explain` lists all codes"),
    }
}

/// AEV0552: nobody knows why.
pub fn without_reason(at: Place, code: Code) -> Diagnostic {
    Diagnostic::warning(552, at, format!("{code} is allowed here without a reason"))
        .help(format!("write it like `// aev: allow {code}: REASON`"))
}

/// AEV0553: the line has no such warning.
pub fn allows_nothing(at: Place, code: Code) -> Diagnostic {
    Diagnostic::warning(553, at, format!("this allows nothing: the line has no {code}"))
        .help("remove the comment, or move it to the line that it speaks of")
}

/// AEV0554: only warnings can be allowed.
pub fn not_allowable(at: Place, code: Code) -> Diagnostic {
    Diagnostic::warning(554, at, format!("{code} is no warning, and cannot be allowed"))
        .help("remove the comment")
}

/// AEV0554, said with the error itself.
pub fn errors_stay(error: &mut Diagnostic) {
    error.notes.push("an error cannot be allowed by a comment".to_owned());
}

/// AEV0555: a comment for aev that says nothing.
pub fn malformed(at: Place) -> Diagnostic {
    Diagnostic::warning(555, at, "this comment is for aev, and does not say what it allows")
        .help("write it like `// aev: allow AEV0503: REASON`")
}
