//! `aev build`: a pipeline as manifests or as a plan.

use crate::args::{Build, Target};
use crate::input;
use crate::output::{print, remark, replace};
use crate::trouble::Trouble;
use aev_language::target;
use aev_plan::wire;
use std::io;
use std::process::ExitCode;

pub fn run(args: &Build) -> Result<ExitCode, Trouble> {
    let pipeline = input::pipeline(&args.file, Some(args.target))?;
    let mut diagnostics = pipeline.diagnostics;
    let built = match (pipeline.plan, args.target) {
        (None, _) => None,
        (Some(plan), Target::Plan) => {
            Some(wire::to_json(&plan).map_err(|error| Trouble::input(error.to_string()))?)
        }
        (Some(plan), Target::Argo) => match target::argo(&plan) {
            Ok(manifests) => Some(manifests.to_yaml()),
            Err(refused) => {
                diagnostics.extend(refused);
                None
            }
        },
    };
    remark(&input::show(&diagnostics, &pipeline.sources, args.format, &io::stderr()));
    let Some(built) = built else { return Ok(ExitCode::FAILURE) };
    match &args.output {
        Some(path) => replace(path, &built)?,
        None => print(&built)?,
    }
    Ok(ExitCode::SUCCESS)
}
