//! The settings of `aev run`: what the command line, the environment and the files say, and the log.

use crate::args::{OutputFormat, Run};
use crate::input;
use crate::output::{coloured, remark};
use crate::trouble::Trouble;
use aev_host::settings::Name;
use aev_host::{Layers, Settings};
use aev_language::diagnostics::nearest;
use aev_plan::Plan;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// What the variables of aev begin with.
const PREFIX: &str = "AEV_";

/// What those of OpenTelemetry begin with, of which some are read as well.
const OPENTELEMETRY: &str = "OTEL_";

/// The words for levels of the log.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// What is in force. A variable that nobody reads is remarked upon.
pub fn resolve(args: &Run) -> Result<Settings, Trouble> {
    let mut flags: Vec<(Name, String)> = Vec::new();
    let paths = [
        (Name::Secrets, &args.secrets),
        (Name::Objects, &args.objects),
        (Name::ControlToken, &args.control_token),
    ];
    flags.extend(
        paths.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?.display().to_string()))),
    );
    let texts = [
        (Name::Bus, &args.bus),
        (Name::Bind, &args.bind),
        (Name::Records, &args.records),
        (Name::Control, &args.control),
        (Name::Metrics, &args.metrics),
        (Name::Otlp, &args.otlp),
        (Name::Log, &args.log),
    ];
    flags.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
    flags.extend(args.port.iter().map(|text| (Name::Port, text.clone())));
    flags.extend(args.connect.iter().map(|text| (Name::Connect, text.clone())));
    let environment = environment()?;
    let env_file = match &args.env {
        Some(path) => Some((path.clone(), input::text(path)?)),
        None => None,
    };
    let layers = Layers { flags, environment, env_file };
    let settings = Settings::resolve(&layers).map_err(|error| Trouble::usage(error.to_string()))?;
    remark(&unread(&settings, layers.environment.keys()));
    Ok(settings)
}

/// The variables that may be settings.
fn environment() -> Result<BTreeMap<String, String>, Trouble> {
    let ours = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    ours.filter(|(name, _)| name.starts_with(PREFIX) || name.starts_with(OPENTELEMETRY))
        .map(|(name, value)| match value.into_string() {
            Ok(value) => Ok((name, value)),
            Err(_) => Err(Trouble::usage(format!("environment {name}: the value is not UTF-8 text"))),
        })
        .collect()
}

/// A line for each variable that is no setting. It may be meant for something else, so it is no error.
fn unread<'n>(settings: &Settings, variables: impl Iterator<Item = &'n String>) -> String {
    // How traces are sent is said by the variables of OpenTelemetry.
    let rows = settings.rows().into_iter().filter(|(name, ..)| !name.starts_with("otlp-"));
    let known: Vec<String> = rows.map(|(name, ..)| name.to_uppercase().replace('-', "_")).collect();
    let list = || known.iter().map(|name| format!("{PREFIX}{name}")).collect::<Vec<_>>().join(", ");
    let names = variables.filter_map(|variable| variable.strip_prefix(PREFIX));
    let unread = names.filter(|name| !known.iter().any(|known| known == name));
    let lines = unread.map(|name| {
        let advice = match nearest(name, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{PREFIX}{meant}`?"),
            None => format!("there are {}", list()),
        };
        format!("`{PREFIX}{name}` in the environment is no setting; {advice}\n")
    });
    lines.collect()
}

/// For `--show-config`.
pub fn shown(settings: &Settings, plans: &[Plan], format: OutputFormat) -> String {
    let buses = settings.buses(plans);
    let buses = buses.iter().map(|bus| ("bus", bus.value.to_string(), &bus.from));
    let rows = settings.rows();
    let rows: Vec<_> = buses.chain(rows.into_iter().filter(|(name, ..)| *name != "bus")).collect();
    match format {
        OutputFormat::Json => {
            let lines = rows.iter().map(|(name, value, from)| {
                format!(
                    "{}\n",
                    serde_json::json!({ "setting": name, "value": value, "from": from.to_string() })
                )
            });
            lines.collect()
        }
        OutputFormat::Human => {
            let width = rows.iter().map(|(_, value, _)| value.chars().count()).max().unwrap_or(0);
            rows.iter().map(|(name, value, from)| format!("{name:<13} {value:<width$}  {from}\n")).collect()
        }
    }
}

/// The levels of the log: each a level for everything, or `TARGET=LEVEL`.
pub fn levels(settings: &Settings) -> Result<EnvFilter, Trouble> {
    let (text, from) = (&settings.log.value, &settings.log.from);
    let wrong = |problem: String| {
        Trouble::usage(format!("{from}: `{text}` are no log levels: {problem}"))
            .help("write a level such as `info`, or levels by target such as `aev_bus=debug,warn`")
    };
    // A word alone would also be taken as a target, so that a misspelt level would silence the log.
    let mut words =
        text.split(',').map(str::trim).filter(|part| !part.is_empty() && !part.contains(['=', '[']));
    if let Some(word) = words.find(|word| word.parse::<LevelFilter>().is_err()) {
        let meant = nearest(word, LEVELS).map(|level| format!("; did you mean `{level}`?"));
        return Err(wrong(format!("`{word}` is no level{}", meant.unwrap_or_default())));
    }
    // The library of NATS says something for each attempt to connect; the bus says what there is to say, once.
    let quiet = if text.contains("async_nats") { text.clone() } else { format!("{text},async_nats=off") };
    EnvFilter::try_new(quiet).map_err(|error| wrong(error.to_string()))
}

/// Sets up the log: on standard error, for people on a terminal and as JSON elsewhere.
pub fn log(levels: EnvFilter) -> Result<(), Trouble> {
    let subscriber = tracing_subscriber::fmt().with_env_filter(levels).with_writer(io::stderr);
    let set = if io::stderr().is_terminal() {
        subscriber.with_ansi(coloured(&io::stderr())).try_init()
    } else {
        subscriber.json().try_init()
    };
    set.map_err(|error| Trouble::outside(format!("the log cannot be set up: {error}")))
}
