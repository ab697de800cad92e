//! `aev explain`: the page of a code.

use crate::args::Explain;
use crate::output::print;
use crate::trouble::Trouble;
use aev_language::diagnostics::{Code, nearest};
use std::process::ExitCode;

pub fn run(args: &Explain) -> Result<ExitCode, Trouble> {
    let Some(wanted) = &args.code else {
        let list = Code::all().filter_map(Code::info).map(|info| format!("{}  {}\n", info.code, info.title));
        print(&list.collect::<String>())?;
        return Ok(ExitCode::SUCCESS);
    };
    match wanted.parse::<Code>().ok().and_then(Code::info) {
        Some(info) => print(info.page)?,
        None => {
            let codes: Vec<String> = Code::all().map(|code| code.to_string()).collect();
            let help = match nearest(&wanted.to_uppercase(), codes.iter().map(String::as_str)) {
                Some(code) => format!("did you mean {code}? `aev explain` without a code lists them all"),
                None => "`aev explain` without a code lists them all".to_owned(),
            };
            return Err(Trouble::usage(format!("there is no code `{wanted}`")).help(help));
        }
    }
    Ok(ExitCode::SUCCESS)
}
