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

/// What is wrong with what the formatter made of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misformatted {
    /// It means something else.
    Meaning,
    /// A comment is gone, or elsewhere.
    Comments,
    /// A comment that allows a warning no longer stands on its line.
    Allowed,
    /// Formatting it again changes it.
    Twice,
    /// It is larger than any file that is read.
    TooLarge {
        /// So many bytes may be.
        limit: usize,
    },
}

/// AEV0004: the formatter does not trust its own result.
pub fn misformatted(at: Place, what: Misformatted) -> Diagnostic {
    let (message, label) = match what {
        Misformatted::Allowed => {
            return Diagnostic::error(4, at, "formatting would part this comment from what it allows")
                .saying("the line that it speaks of becomes several")
                .help("break the line, and put the comment above the part that it is about; the file was left as it is");
        }
        Misformatted::Meaning => {
            ("formatting would change what this means", "this would be read in another way")
        }
        Misformatted::Comments => ("formatting would lose or move a comment", "this comment"),
        Misformatted::Twice => {
            ("formatting this twice would change it twice", "the result would not be settled")
        }
        Misformatted::TooLarge { limit } => {
            let message = format!("formatted, this would be larger than {} MiB", limit >> 20);
            return Diagnostic::error(4, at, message)
                .saying("indented anew")
                .help("split the file; it was left as it is");
        }
    };
    Diagnostic::error(4, at, message)
        .saying(label)
        .noting("this is a mistake of the formatter, and none of the file, which was left as it is")
        .help("write this place in a simpler way, and report it as a bug of aev")
}
