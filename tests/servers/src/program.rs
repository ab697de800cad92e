//! Where the server's program is.

use std::path::PathBuf;

/// Handed over by `cargo xtask test`.
const VARIABLE: &str = "AEV_NATS_SERVER";
/// In the cache of `cargo xtask`, which fetches it.
const CACHED: &str = "aev-xtask/nats-server-2.15.1/nats-server";

/// The nats-server that the tests are given, or the one in the cache. None when there is neither.
pub fn nats_server() -> Option<PathBuf> {
    let given = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = given(VARIABLE) {
        return Some(path);
    }
    let home = || given("HOME").or_else(|| given("USERPROFILE")).map(|home| home.join(".cache"));
    let cache = given("XDG_CACHE_HOME").or_else(|| given("LOCALAPPDATA")).or_else(home)?;
    Some(cache.join(CACHED)).filter(|path| path.is_file())
}

/// True when there is no nats-server; the test of that name then says that it is skipped and ends.
pub fn missing(test: &str) -> bool {
    let missing = nats_server().is_none();
    if missing {
        skipped(test);
    }
    missing
}

#[expect(clippy::print_stdout, reason = "the test runner counts this line")]
fn skipped(test: &str) {
    println!("skipped: {test}: there is no nats-server; `cargo xtask nats-server` fetches one");
}
