//! AEV0001–AEV0099: files that are no text, text that does not parse, or that parses and is not built yet.

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

/// AEV0003: bytes that are no UTF-8 text.
pub fn not_utf8(at: Place, bytes: &[u8]) -> Diagnostic {
    let shown: Vec<String> = bytes.iter().map(|byte| format!("0x{byte:02X}")).collect();
    let what = match shown.as_slice() {
        [byte] => format!("the byte {byte}"),
        _ => format!("the bytes {}", shown.join(" ")),
    };
    let sixteen = at.span.start == 0 && matches!(bytes.first(), Some(0xFE | 0xFF));
    let help = match sixteen {
        true => "it looks like UTF-16; save the file as UTF-8",
        false => "save the file as UTF-8",
    };
    Diagnostic::error(3, at, "this is not UTF-8 text").saying(what).help(help)
}
