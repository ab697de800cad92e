//! `aev run`: a pipeline on this machine, until Ctrl-C.

mod view;

use crate::args::{DiagnosticFormat, OutputFormat, Run, Target};
use crate::input;
use crate::output::{coloured, print, remark};
use crate::paint::Paint;
use crate::trouble::Trouble;
use aev_host::decision::Next;
use aev_host::settings::Name;
use aev_host::{Host, Layers, Settings, StartError};
use aev_plan::Plan;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;
use view::View;

/// How long a drain may take: what Kubernetes gives a pod, less a margin.
const PATIENCE: Duration = Duration::from_secs(25);

/// The exit code after a second Ctrl-C: what a shell gives to a process that one has ended.
const INTERRUPTED: u8 = 130;

pub fn run(args: &Run) -> Result<ExitCode, Trouble> {
    let plan = match input::plan(&args.file, Some(Target::Plan), DiagnosticFormat::Human)? {
        Ok(plan) => plan,
        Err(code) => return Ok(code),
    };
    if plan.sources.iter().all(|source| source.external)
        && plan.sensors.iter().all(|sensor| sensor.triggers.is_empty())
    {
        return Err(Trouble::input(format!("there is nothing to run in `{}`", args.file.display()))
            .help("it has neither a source of its own nor a trigger; write one, or see `aev init --help`"));
    }
    let settings = settings(args, &plan)?;
    let format = args.format.unwrap_or(if io::stdout().is_terminal() {
        OutputFormat::Human
    } else {
        OutputFormat::Json
    });
    if args.show_config {
        print(&configuration(&settings, format))?;
        return Ok(ExitCode::SUCCESS);
    }
    log(&settings)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Trouble::outside(format!("no threads can be started: {error}")))?;
    let done =
        runtime.block_on(serve(plan, &settings, View::new(format, Paint::new(coloured(&io::stdout())))));
    // What was stopped in the middle has no claim to more time.
    runtime.shutdown_background();
    done
}

async fn serve(plan: Plan, settings: &Settings, view: View) -> Result<ExitCode, Trouble> {
    let mut interrupts = interrupts()?;
    let mut host = Host::start(&[plan], settings).await.map_err(unstarted)?;
    let mut decisions = host.decisions();
    view.started(&host)?;
    loop {
        tokio::select! {
            next = decisions.next() => view.show(next)?,
            _ = interrupts.recv() => break,
        }
    }
    view.draining()?;
    let drained = {
        let mut drain = std::pin::pin!(host.drain(PATIENCE));
        loop {
            tokio::select! {
                drained = &mut drain => break Some(drained),
                next = decisions.next() => view.show(next)?,
                _ = interrupts.recv() => break None,
            }
        }
    };
    let Some(drained) = drained else {
        host.abort().await;
        remark("stopped; what was under way is repeated at the next start, under the same id\n");
        return Ok(ExitCode::from(INTERRUPTED));
    };
    // What was decided on the way down.
    while let Some(next) = decisions.next_within(Duration::ZERO).await.filter(|next| *next != Next::End) {
        view.show(next)?;
    }
    view.drained(drained)?;
    Ok(ExitCode::SUCCESS)
}

/// Each time the process is asked to end: by Ctrl-C, or as Kubernetes does. Listening goes on between two askings, so
/// that none is missed.
fn interrupts() -> Result<mpsc::Receiver<()>, Trouble> {
    let (sender, receiver) = mpsc::channel(2);
    let failed = |error: io::Error| Trouble::outside(format!("Ctrl-C cannot be listened to: {error}"));
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::spawn(async move {
            while let Some(()) =
                tokio::select! { told = interrupt.recv() => told, told = terminate.recv() => told }
            {
                // A third asking has nothing to add to the second.
                let _ = sender.try_send(());
            }
        });
    }
    #[cfg(windows)]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c().map_err(failed)?;
        tokio::spawn(async move {
            while let Some(()) = interrupt.recv().await {
                let _ = sender.try_send(());
            }
        });
    }
    Ok(receiver)
}

fn settings(args: &Run, plan: &Plan) -> Result<Settings, Trouble> {
    let mut flags: Vec<(Name, String)> = Vec::new();
    let paths = [(Name::Secrets, &args.secrets), (Name::Objects, &args.objects)];
    flags.extend(
        paths.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?.display().to_string()))),
    );
    let texts = [(Name::Bus, &args.bus), (Name::Bind, &args.bind), (Name::Log, &args.log)];
    flags.extend(texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))));
    flags.extend(args.port.iter().map(|text| (Name::Port, text.clone())));
    flags.extend(args.connect.iter().map(|text| (Name::Connect, text.clone())));
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let env_file = match &args.env {
        Some(path) => Some((path.clone(), input::text(path)?)),
        None => None,
    };
    let layers = Layers { flags, environment, env_file, pipeline: said_by(plan, &args.file) };
    Settings::resolve(&layers).map_err(|error| Trouble::usage(error.to_string()))
}

/// What the pipeline's file says of settings: the directory of its embedded bus, relative to the file.
fn said_by(plan: &Plan, file: &Path) -> Vec<(Name, String, String)> {
    let path = plan
        .buses
        .iter()
        .filter(|bus| bus.kind == "embedded")
        .find_map(|bus| bus.config.get("path")?.as_str());
    let bus = path.map(|path| {
        let dir = file.parent().unwrap_or(Path::new("")).join(path);
        (Name::Bus, format!("embedded:{}", dir.display()), file.display().to_string())
    });
    bus.into_iter().collect()
}

fn configuration(settings: &Settings, format: OutputFormat) -> String {
    let rows = settings.rows();
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
            rows.iter().map(|(name, value, from)| format!("{name:<8} {value:<width$}  {from}\n")).collect()
        }
    }
}

fn log(settings: &Settings) -> Result<(), Trouble> {
    let levels = &settings.log.value;
    let filter = EnvFilter::try_new(levels).map_err(|error| {
        Trouble::usage(format!("{}: `{levels}` are no log levels: {error}", settings.log.from))
            .help("write a level such as `info`, or levels by target such as `aev_bus=debug,warn`")
    })?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let set = if io::stderr().is_terminal() {
        subscriber.with_ansi(coloured(&io::stderr())).try_init()
    } else {
        subscriber.json().try_init()
    };
    set.map_err(|error| Trouble::outside(format!("the log cannot be set up: {error}")))
}

/// Everything that stands against starting, at once.
fn unstarted(errors: Vec<StartError>) -> Trouble {
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    match messages.as_slice() {
        [only] => Trouble::outside(only.clone()),
        many => {
            let list: String = many.iter().map(|message| format!("\n- {message}")).collect();
            Trouble::outside(format!("nothing was started, because of {} things:{list}", many.len()))
        }
    }
}
