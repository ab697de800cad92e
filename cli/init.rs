//! `aev init`: a first pipeline and a test payload, from a payload that was recorded.

use crate::args::Init;
use crate::input;
use crate::output::{print, replace};
use crate::trouble::Trouble;
use aev_language::compile::{Options, compile};
use aev_language::infer::infer;
use aev_plan::json::Json;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

/// The longest name of a Kubernetes object that others are made of.
const LONGEST_NAME: usize = 50;

/// The longest text of a payload that stands in a comment, in characters.
const LONGEST_EXAMPLE: usize = 40;

pub fn run(args: &Init) -> Result<ExitCode, Trouble> {
    let text = input::json(&args.from)?;
    let body = Json::parse(&text).map_err(|error| {
        Trouble::input(format!("`{}` is no JSON: {error}", args.from.display()))
            .help("give a payload as it was received, such as a delivery copied from its sender")
    })?;
    let stem = args.from.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match &args.name {
        Some(name) if *name == object_name(name) => name.clone(),
        Some(name) => {
            return Err(Trouble::usage(format!("`{name}` cannot be the name of a Kubernetes object"))
                .help(format!("use lower case letters, digits and `-`, such as `{}`", object_name(name))));
        }
        None => object_name(&stem),
    };
    let body_type = infer(&[&text], 0).map_err(|(_, error)| Trouble::input(error.to_string()))?;
    let pipeline = pipeline(&name, &body_type, &body);
    let payload = format!(
        "{{\n  \"header\": {{ \"Content-Type\": [\"application/json\"] }},\n  \"body\": {}\n}}\n",
        text.trim()
    );
    let checked = compile(&format!("{name}.aev"), &pipeline, &Options { target: None });
    if let Some(found) = checked.diagnostics.iter().find(|found| found.is_error()) {
        return Err(Trouble::input(format!(
            "no pipeline can be written for this payload: {}",
            found.message
        )));
    }

    let file = args.dir.join(format!("{name}.aev"));
    let fixture = args.dir.join("fixtures").join(format!("{name}.json"));
    if let Some(there) = [&file, &fixture].into_iter().find(|path| path.exists()) {
        return Err(Trouble::usage(format!("`{}` is already there", there.display()))
            .help("choose another directory or another --name; nothing was changed"));
    }
    let directory = fixture.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(|error| Trouble::writing(directory, &error))?;
    replace(&fixture, &payload)?;
    replace(&file, &pipeline)?;
    let wrote = format!("wrote {} and {}", file.display(), fixture.display());
    let (file, fixture) = (shell(&file), shell(&fixture));
    print(&format!(
        "{wrote}\n\n  aev try {file} --send {name}={fixture}   # what would happen\n  \
         aev build {file}   # Argo Events manifests\n  aev run {file}   # listen on http://127.0.0.1:12000/{name}\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// A path as a word of a shell.
fn shell(path: &Path) -> String {
    let path = path.display().to_string();
    if path.chars().all(|c| c.is_alphanumeric() || "/._-+:@%\\".contains(c)) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// The text of the first pipeline: everything that comes passes, and is shown.
fn pipeline(name: &str, body_type: &str, body: &Json) -> String {
    let such =
        example(body).map(|wanted| format!(", such as\n// `as event where {wanted}`")).unwrap_or_default();
    format!(
        "/// What happens when `{name}` comes in.\npipeline {name}\n\n\
         type Body = {body_type}\n\n\
         source {name}: webhook<Body> {{ endpoint: \"/{name}\", port: 12000, method: \"POST\" }}\n\n\
         // Which events are wanted: all. A `where` below says which{such}.\nfilter wanted from {name}\n\n\
         // What they cause. `workflow.run`, `k8s.create` and `http` are the other actions.\n\
         trigger show on wanted as event {{ log }}\n"
    )
}

/// A comparison that this payload passes, with the first member that has a simple value.
fn example(body: &Json) -> Option<String> {
    let Json::Object(members) = body else { return None };
    members.iter().find_map(|(name, value)| {
        let value = match value {
            Json::Bool(value) => value.to_string(),
            Json::String(text) if text.chars().count() <= LONGEST_EXAMPLE => literal(text),
            // The language writes no exponents.
            Json::Number(_) => Some(value.to_string()).filter(|number| !number.contains(['e', 'E']))?,
            _ => return None,
        };
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let member = if plain { name.to_string() } else { literal(name) };
        Some(format!("event.body.{member} == {value}"))
    })
}

/// Text in quotes; its line breaks are escaped, so that it fits a comment.
fn literal(text: &str) -> String {
    Json::from(text).to_string().replace('$', "\\$")
}

/// The nearest name that Kubernetes accepts and that no condition of Argo Events misreads.
fn object_name(text: &str) -> String {
    let letters = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let name: String = letters.take(LONGEST_NAME).collect();
    let name = name.trim_matches('-');
    match name.chars().next() {
        None => "events".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("e-{name}"),
        Some(_) => name.to_owned(),
    }
}
