//! AEV0401–AEV0409: what the runtime cannot do, as the catalogue knows it. What Argo Events cannot do is for the emitter.

use crate::diagnostics::{Diagnostic, Place};

/// AEV0402: a kind of source that the runtime cannot execute yet.
pub fn source_not_in_runtime_yet(at: Place, kind: &str) -> Diagnostic {
    Diagnostic::error(402, at, format!("the aev runtime cannot run a source of kind `{kind}` yet"))
        .saying("only Argo Events can do this now")
        .help("let Argo's own event source feed the same bus, and declare it here as `external source`")
}

/// AEV0402: something else that the runtime cannot do, or not yet.
pub fn not_in_runtime_yet(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(402, at, format!("the aev runtime does not have `{name}` yet"))
        .saying("only Argo Events can do this now")
        .help("build for Argo Events with `--target argo`, or remove it")
}

/// AEV0436: `raw` is for Argo Events.
pub fn raw_in_runtime(at: Place) -> Diagnostic {
    Diagnostic::error(436, at, "the aev runtime does not read `raw`")
        .saying("it speaks of an object of Argo Events")
        .help("build for Argo Events with `--target argo`, or say it in aev")
}

/// AEV0402: something that only the runtime can do, and not yet.
pub fn not_run_yet(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(402, at, format!("the aev runtime cannot run `{name}` yet"))
        .saying("this is checked, and not run by anything now")
        .help("remove it")
}

/// AEV0404: a bus that the runtime cannot use as it is. Another may be chosen when it starts, so this is no error.
pub fn bus_is_another_in_runtime(at: Place, kind: &str) -> Diagnostic {
    Diagnostic::warning(404, at, format!("the aev runtime has no bus that does what `{kind}` does"))
        .saying("it uses core NATS with `exotic`, which delivers at most once, and nothing with `native`")
        .help("run it with `--bus jetstream://HOST:PORT` or `--bus embedded:DIR`, which takes its place")
}

/// AEV0405: a target takes it and does nothing with it.
pub fn ignored(at: Place, name: &str, why: &str) -> Diagnostic {
    Diagnostic::warning(405, at, format!("`{name}` does not do what it says")).saying(why)
}
