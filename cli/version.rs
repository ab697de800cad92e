//! `aev version`: of the command, and of what it reads and writes.

use crate::args::Version;
use crate::output::print;
use crate::trouble::Trouble;
use aev_plan::wire;
use std::process::ExitCode;

/// The version of Argo Events whose manifests are built and read.
const ARGO_EVENTS: &str = "1.9.11";

pub fn run(args: &Version) -> Result<ExitCode, Trouble> {
    let version = env!("CARGO_PKG_VERSION");
    if args.json {
        let versions = serde_json::json!({
            "aev": version,
            "plan": format!("{}.{}", wire::VERSION.0, wire::VERSION.1),
            "argoEvents": ARGO_EVENTS,
        });
        print(&format!("{versions}\n"))?;
    } else {
        print(&format!("aev {version}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
