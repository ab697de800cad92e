//! AEV0701–AEV0719: files that a text names.

use crate::diagnostics::{Diagnostic, Place};
use crate::files::{LARGEST, Unreadable};

/// AEV0701 and AEV0706: a file that cannot be read.
pub fn unreadable(at: Place, path: &str, why: &Unreadable) -> Diagnostic {
    let problem = |why: &str| {
        Diagnostic::error(701, at, format!("`{path}` cannot be read"))
            .saying(why)
            .help("the path is relative to this file")
    };
    match why {
        Unreadable::Missing => problem("there is no such file"),
        Unreadable::Directory => problem("this is a directory"),
        Unreadable::NotText(line) => problem(&format!("it is not UTF-8 text, from line {line} on")),
        Unreadable::Other(why) => problem(why),
        Unreadable::TooLarge => {
            Diagnostic::error(706, at, format!("`{path}` is larger than {} MiB", LARGEST >> 20))
                .saying("too large")
                .help("one event is enough for a sample, and a schema has no data in it")
        }
    }
}

/// AEV0702: a file that is no JSON.
pub fn no_json(at: Place, path: &str, there: Place, why: &str) -> Diagnostic {
    Diagnostic::error(702, at, format!("`{path}` is no JSON")).saying("must be JSON").see(there, why)
}

/// AEV0703: JSON that is no schema.
pub fn no_schema(at: Place, path: &str, there: Place, why: &str) -> Diagnostic {
    Diagnostic::error(703, at, format!("`{path}` is no JSON Schema"))
        .saying("must be a schema")
        .see(there, why)
        .help("the type of a recorded event is written `sample(\"…\")`")
}

/// AEV0704: a part of a schema that says nothing here.
pub fn left_out(at: Place, path: &str, there: Place, keyword: &str) -> Diagnostic {
    Diagnostic::note(704, at, format!("what `{path}` says with `{keyword}` is left out"))
        .saying("read without it")
        .see(there, "not understood")
}

/// AEV0704: a schema that has no end.
pub fn endless(at: Place, path: &str, there: Place) -> Diagnostic {
    Diagnostic::note(704, at, format!("`{path}` contains itself, and is `any` where it does"))
        .saying("read as far as it has an end")
        .see(there, "leads back to what it stands in")
}

/// AEV0704: a schema with more levels or parts than are looked at.
pub fn past_parts(at: Place, path: &str, there: Place) -> Diagnostic {
    Diagnostic::note(
        704,
        at,
        format!("`{path}` has more levels or parts than are looked at, and is `any` there"),
    )
    .saying("read in part")
    .see(there, "one of those that are not looked at")
}

/// AEV0705: a `$ref` to nothing.
pub fn dangling(at: Place, path: &str, there: Place, reference: &str) -> Diagnostic {
    Diagnostic::error(705, at, format!("a `$ref` in `{path}` leads to nothing"))
        .saying("cannot be read")
        .see(there, format!("there is no `{reference}`"))
}

/// AEV0705: a `$ref` to another file.
pub fn outside(at: Place, path: &str, there: Place) -> Diagnostic {
    Diagnostic::error(705, at, format!("a `$ref` in `{path}` leads out of the file"))
        .saying("cannot be read")
        .see(there, "another document")
        .help("put what it names into the file, below `$defs`")
}

/// AEV0707: a `$ref` that stands for itself.
pub fn circular(at: Place, path: &str, there: Place) -> Diagnostic {
    Diagnostic::error(707, at, format!("a `$ref` in `{path}` stands for itself"))
        .saying("cannot be read")
        .see(there, "leads back here, with nothing in between")
}

/// AEV0708: something else than paths.
pub fn arguments(at: Place, function: &str) -> Diagnostic {
    let (takes, example) = match function {
        "schema" => ("the path of one file", "schema(\"order.schema.json\")"),
        _ => ("the paths of files", "sample(\"fixtures/order.json\")"),
    };
    Diagnostic::error(708, at, format!("`{function}` takes {takes} in quotes"))
        .help(format!("write it like `{example}`"))
}
