//! AEV0401–AEV0409: what one target cannot do, as the catalogue knows it.

use crate::diagnostics::{Diagnostic, Place};

/// AEV0401: Argo Events has no such thing.
pub fn not_in_argo(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(401, at, format!("Argo Events has no `{name}`"))
        .saying("only the aev runtime can do this")
        .help("build for the runtime with `--target plan`")
}

/// AEV0402: a kind of source that the runtime cannot execute yet.
pub fn source_not_in_runtime_yet(at: Place, kind: &str) -> Diagnostic {
    Diagnostic::error(402, at, format!("the aev runtime cannot run a source of kind `{kind}` yet"))
        .saying("only Argo Events can do this now")
        .help("let Argo's own event source feed the same bus, and declare it here as `external source`")
}

/// AEV0403: the runtime will, and cannot yet.
pub fn not_in_runtime_yet(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(403, at, format!("the aev runtime does not have `{name}` yet"))
        .saying("only Argo Events can do this now")
        .help("build for Argo Events with `--target argo`, or remove it")
}

/// AEV0403: the runtime never will.
pub fn never_in_runtime(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(403, at, format!("the aev runtime has no `{name}`"))
        .saying("only Argo Events can do this")
        .help("build for Argo Events with `--target argo`, or remove it")
}

/// AEV0404: a bus that the runtime cannot reach yet. Another may be chosen when it starts, so this is no error.
pub fn bus_not_in_runtime_yet(at: Place, kind: &str) -> Diagnostic {
    Diagnostic::warning(404, at, format!("the aev runtime cannot use a bus of kind `{kind}` yet"))
        .help("run it with `--bus embedded`, which takes its place")
}

/// AEV0405: a target takes it and does nothing with it.
pub fn ignored(at: Place, name: &str, why: &str) -> Diagnostic {
    Diagnostic::warning(405, at, format!("`{name}` does not do what it says")).saying(why)
}
