//! `aev run`: pipelines on this machine, until Ctrl-C.

mod fleet;
mod settings;
mod view;

use crate::args::{DiagnosticFormat, OutputFormat, Run};
use crate::output::{Reader, coloured, print, remark};
use crate::paint::Paint;
use crate::trouble::Trouble;
use aev_bus::BusError;
use aev_host::control::Control;
use aev_host::decision::{Decisions, Next};
use aev_host::host::Applied;
use aev_host::metrics::Scraping;
use aev_host::{Host, Settings, StartError};
use aev_plan::Plan;
use fleet::Fleet;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use view::View;

/// How long a drain may take: what Kubernetes gives a pod, less a margin.
const PATIENCE: Duration = Duration::from_secs(25);

/// Between two attempts with changed files that cannot be put in force.
const AGAIN: Duration = Duration::from_secs(5);

/// Between two looks whether a file has changed.
const LOOK: Duration = Duration::from_secs(1);

/// The exit code after a second Ctrl-C: what a shell gives to a process that one has ended.
const INTERRUPTED: u8 = 130;

pub fn run(args: &Run) -> Result<ExitCode, Trouble> {
    let diagnostics = args.format.map_or(DiagnosticFormat::Human, Into::into);
    let fleet = match Fleet::load(&args.files, diagnostics)? {
        Ok(fleet) => fleet,
        Err(code) => return Ok(code),
    };
    let plans = fleet.plans();
    let runs_nothing = |plan: &Plan| {
        plan.sources.iter().all(|source| source.external)
            && plan.sensors.iter().all(|sensor| sensor.triggers.is_empty())
    };
    if plans.iter().all(runs_nothing) {
        let files: Vec<String> = args.files.iter().map(|file| format!("`{}`", file.display())).collect();
        return Err(Trouble::input(format!("there is nothing to run in {}", files.join(", ")))
            .help("it has neither a source of its own nor a trigger; write one, or see `aev init --help`"));
    }
    let settings = settings::resolve(args)?;
    let levels = settings::levels(&settings)?;
    let terminal = io::stdout().is_terminal();
    let format = args.format.unwrap_or(if terminal { OutputFormat::Human } else { OutputFormat::Json });
    if args.show_config {
        print(&settings::shown(&settings, &plans, format))?;
        return Ok(ExitCode::SUCCESS);
    }
    settings::log(levels)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Trouble::outside(format!("no threads can be started: {error}")))?;
    let view = View::new(format, Paint::new(coloured(&io::stdout())), terminal || args.format.is_some());
    let done = runtime.block_on(serve(fleet, &settings, view));
    // What was stopped in the middle has no claim to more time.
    runtime.shutdown_background();
    done
}

async fn serve(mut fleet: Fleet, settings: &Settings, view: View) -> Result<ExitCode, Trouble> {
    let mut interrupts = interrupts()?;
    let control = Control::bind(settings).map_err(|error| Trouble::outside(error.to_string()))?;
    let host = Host::start(&fleet.plans(), settings).await.map_err(|errors| unstarted(&errors))?;
    let host = Arc::new(host);
    let (reload, mut reloads) = mpsc::channel(1);
    let _control =
        match control {
            Some(control) => Some(control.serve(host.clone(), Some(reload)).map_err(|error| {
                Trouble::outside(format!("the control socket cannot be waited on: {error}"))
            })?),
            None => None,
        };
    let scraping = match settings.metrics.value {
        None => None,
        Some((address, names)) => {
            Some(Scraping::start(address, names, host.clone()).await.map_err(|error| {
                Trouble::outside(format!("metrics cannot be served on {address}: {error}"))
                    .help("give another port with `--metrics ADDRESS:PORT`; 0 takes a free one")
            })?)
        }
    };
    let (mut decisions, mut decided) = (view.wants_decisions().then(|| host.decisions()), Vec::new());
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut applying: Option<JoinHandle<Result<Applied, Vec<StartError>>>> = None;
    let mut asked: Vec<oneshot::Sender<Result<serde_json::Value, String>>> = Vec::new();
    let mut refused: Option<Refused> = None;
    // Whoever asks for an end, a closed pipe or a full disk behind standard output too: what was begun is ended well.
    let mut seen = view.started(&host, scraping.as_ref().map(Scraping::address));
    while matches!(seen, Ok(Reader::There)) {
        tokio::select! {
            () = gather(&mut decisions, &mut decided) => seen = view.show(decided.drain(..)),
            applied = over(&mut applying) => {
                answer(&mut asked, applied.as_ref());
                match applied {
                    Ok(applied) => {
                        refused = None;
                        seen = view.applied(applied);
                    }
                    Err(errors) => refused = Some(Refused::again(refused, unstarted(&errors).to_string())),
                }
            }
            Some(asking) = reloads.recv(), if applying.is_none() => {
                asked.push(asking);
                match fleet.changed() || refused.is_some() {
                    true => applying = Some(apply(&host, &fleet)),
                    false => {
                        let kept = host.status().await.triggers.len();
                        answer(&mut asked, Ok(&Applied { kept, ..Applied::default() }));
                    }
                }
            }
            _ = look.tick(), if applying.is_none() => {
                let due = refused.as_ref().is_some_and(|refused| refused.since.elapsed() >= AGAIN);
                if fleet.changed() || due {
                    applying = Some(apply(&host, &fleet));
                }
            }
            _ = interrupts.recv() => {
                seen = view.draining();
                break;
            }
        }
    }
    if let Some(applying) = applying {
        applying.abort();
    }
    let drained = {
        let mut drain = std::pin::pin!(host.drain(PATIENCE));
        loop {
            tokio::select! {
                drained = &mut drain => break Some(drained),
                () = gather(&mut decisions, &mut decided), if matches!(seen, Ok(Reader::There)) => {
                    seen = view.show(decided.drain(..));
                }
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
    if matches!(seen, Ok(Reader::There)) {
        decided.extend(std::iter::from_fn(|| decisions.as_mut()?.ready()));
        seen = view.show(decided);
    }
    view.drained(drained);
    seen.map(|_| ExitCode::SUCCESS)
}

/// Waits for decisions, for ever when nobody is shown any.
async fn gather(decisions: &mut Option<Decisions>, many: &mut Vec<Next>) {
    match decisions {
        Some(decisions) => decisions.gather(many).await,
        None => std::future::pending().await,
    }
}

/// Changed files that are not in force. What stands against them may pass by itself, such as a bus that is away.
struct Refused {
    since: Instant,
    reason: String,
}

impl Refused {
    /// Says it, unless that was said the last time.
    fn again(before: Option<Refused>, reason: String) -> Refused {
        if before.is_none_or(|before| before.reason != reason) {
            remark(&format!("the changed files are not in force; they are tried again: {reason}\n"));
        }
        Refused { since: Instant::now(), reason }
    }
}

fn apply(host: &Arc<Host>, fleet: &Fleet) -> JoinHandle<Result<Applied, Vec<StartError>>> {
    let (host, plans) = (host.clone(), fleet.plans());
    tokio::spawn(async move { host.apply(&plans).await })
}

/// Tells those who have asked for it what an exchange came to.
fn answer(
    asked: &mut Vec<oneshot::Sender<Result<serde_json::Value, String>>>,
    applied: Result<&Applied, &Vec<StartError>>,
) {
    let answer = match applied {
        Ok(Applied { started, kept, ended }) => {
            Ok(serde_json::json!({ "started": started, "kept": kept, "ended": ended }))
        }
        Err(errors) => Err(unstarted(errors).to_string()),
    };
    for asking in asked.drain(..) {
        // Whoever has asked may be gone.
        let _ = asking.send(answer.clone());
    }
}

/// Waits for an exchange of pipelines; for ever when none is under way.
async fn over(
    applying: &mut Option<JoinHandle<Result<Applied, Vec<StartError>>>>,
) -> Result<Applied, Vec<StartError>> {
    let Some(task) = applying else { return std::future::pending().await };
    let applied = task.await;
    *applying = None;
    // It is broken off only when the process ends.
    applied.unwrap_or_else(|_| Ok(Applied::default()))
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

/// Everything that stands against starting, at once.
fn unstarted(errors: &[StartError]) -> Trouble {
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let trouble = match messages.as_slice() {
        [only] => Trouble::outside(only.clone()),
        many => {
            let list: String = many.iter().map(|message| format!("\n- {message}")).collect();
            Trouble::outside(format!("nothing was started, because of {} things:{list}", many.len()))
        }
    };
    // What the system says does not say what to do.
    let directory = errors.iter().find_map(|error| match error {
        StartError::Open(BusError::Directory { dir, reason }) if reason.contains("(os error ") => Some(dir),
        _ => None,
    });
    match directory {
        Some(dir) => trouble.help(format!(
            "{} cannot be made or written to; give a directory that can with `--bus embedded:DIR`",
            dir.display()
        )),
        None => trouble,
    }
}
