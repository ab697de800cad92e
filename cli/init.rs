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

pub fn run(args: &Init) -> Result<ExitCode, Trouble> {
    let text = input::text(&args.from)?;
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
    let (file, fixture) = (file.display(), fixture.display());
    print(&format!(
        "wrote {file} and {fixture}\n\n  aev try {file} --send {name}={fixture}   # what would happen\n  \
         aev build {file}   # Argo Events manifests\n  aev run {file}   # listen on http://127.0.0.1:12000/{name}\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The text of the first pipeline: everything that comes passes, and is shown.
fn pipeline(name: &str, body_type: &str, body: &Json) -> String {
    let told =
        first_member(body).map(|member| format!("  where exists(event.body{member})\n")).unwrap_or_default();
    format!(
        "/// What happens when `{name}` comes in.\npipeline {name}\n\n\
         type Body = {body_type}\n\n\
         source {name}: webhook<Body> {{ endpoint: \"/{name}\", port: 12000, method: \"POST\" }}\n\n\
         // Which events are wanted; say more with `and`.\nfilter wanted from {name} as event\n{told}\n\
         // What they cause. `workflow.run`, `k8s.create` and `http` are the other actions.\n\
         trigger show on wanted as event {{ log }}\n"
    )
}

/// `.id`, or `."x-id"` where the name is no name of aev.
fn first_member(body: &Json) -> Option<String> {
    let Json::Object(members) = body else { return None };
    let (name, _) = members.first()?;
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let quoted = Json::from(name.as_str()).to_string().replace('$', "\\$");
    Some(if plain { format!(".{name}") } else { format!(".{quoted}") })
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
