//! `aev graph`: a pipeline as a picture.

use crate::args::{DiagnosticFormat, Graph, GraphForm};
use crate::input;
use crate::output::print;
use crate::trouble::Trouble;
use aev_plan::graph::{Form, draw};
use std::process::ExitCode;

pub fn run(args: &Graph) -> Result<ExitCode, Trouble> {
    let plan = match input::plan(&args.file, None, DiagnosticFormat::Human)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    let form = match args.form {
        GraphForm::Mermaid => Form::Mermaid,
        GraphForm::Dot => Form::Dot,
    };
    print(&draw(&plan, form))?;
    Ok(ExitCode::SUCCESS)
}
