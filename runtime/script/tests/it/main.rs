//! Scripts through the public interface.
#![cfg(test)]

mod behaviour;
mod hostile;
mod laws;

use aev_plan::document::Document;
use aev_script::{Failure, Language, Limits, Script};

fn document(text: &str) -> Document {
    Document::parse(text).unwrap()
}

fn compile(language: Language, script: &str) -> Script {
    Script::compile(language, script).unwrap_or_else(|mistake| panic!("{script}: {mistake}"))
}

fn transform(language: Language, script: &str, data: &str) -> Result<String, Failure> {
    let made = compile(language, script).transform(&document(data), &Limits::default())?;
    Ok(made.text().to_owned())
}

/// What a jq filter makes of a value, through an object because only objects go in and come out.
fn jq(filter: &str, input: &str) -> Result<String, Failure> {
    let made = transform(Language::Jq, &format!(".i | {{o: ({filter})}}"), &format!(r#"{{"i":{input}}}"#))?;
    Ok(made.strip_prefix("{\"o\":").and_then(|made| made.strip_suffix('}')).unwrap().to_owned())
}

/// All outputs of a jq filter.
fn jq_all(filter: &str, input: &str) -> Result<String, Failure> {
    jq(&format!("[{filter}]"), input)
}

fn lua(script: &str, data: &str) -> Result<String, Failure> {
    transform(Language::Lua, script, data)
}

/// What a Lua expression is, as text.
fn lua_text(expression: &str) -> Result<String, Failure> {
    lua(&format!("return {{o = tostring({expression})}}"), "{}")
}

/// What went wrong, if it was an error of the script.
fn raised(result: Result<String, Failure>) -> String {
    match result {
        Err(Failure::Raised(message)) => message,
        other => panic!("{other:?}"),
    }
}
