//! What `aev run` shows: where it listens, and a line for each decision as it falls. In a pipe, where a log is likely to keep
//! it, no decisions unless asked: they are in the records, and what was sent stands in them.

use crate::args::OutputFormat;
use crate::output::{Reader, called, remark, stream};
use crate::paint::Paint;
use crate::trouble::Trouble;
use aev_engine::Timestamp;
use aev_engine::note::{Decision, Note};
use aev_host::Host;
use aev_host::decision::{Attempted, Line, Next, Outcome, What};
use aev_host::host::{Applied, Drained};
use std::net::SocketAddr;
use std::time::SystemTime;

/// Writes decisions to standard output.
pub struct View {
    format: OutputFormat,
    paint: Paint,
    decisions: bool,
}

impl View {
    /// For people or for programs, with decisions or without.
    pub fn new(format: OutputFormat, paint: Paint, decisions: bool) -> View {
        View { format, paint, decisions }
    }

    /// Whether decisions are to be shown.
    pub fn wants_decisions(&self) -> bool {
        self.decisions
    }

    /// Where it listens, and what else is to know.
    pub fn started(&self, host: &Host, metrics: Option<SocketAddr>) -> Result<Reader, Trouble> {
        for notice in host.notices() {
            remark(&format!("{notice}\n"));
        }
        for (place, url) in host.urls() {
            let line = match self.format {
                OutputFormat::Json => {
                    let (source, event) = (&place.source, &place.event);
                    serde_json::json!({ "listening": url, "source": source, "event": event }).to_string()
                }
                OutputFormat::Human => format!("{} {url} for {place}", self.paint.bold("listening")),
            };
            stream(&format!("{line}\n"))?;
        }
        if let Some(address) = metrics {
            let url = format!("http://{address}/metrics");
            stream(&match self.format {
                OutputFormat::Json => format!("{}\n", serde_json::json!({ "metrics": url })),
                OutputFormat::Human => format!("{} {url}\n", self.paint.bold("metrics")),
            })?;
        }
        match self.format {
            OutputFormat::Human => {
                stream(&self.paint.dim("Ctrl-C drains and ends; a second one ends at once\n"))
            }
            OutputFormat::Json => Ok(Reader::There),
        }
    }

    /// Changed files were taken up, or could not be.
    pub fn applied(&self, applied: Applied) -> Result<Reader, Trouble> {
        let Applied { started, kept, ended } = applied;
        match self.format {
            OutputFormat::Json => {
                let counts = serde_json::json!({ "started": started, "kept": kept, "ended": ended });
                stream(&format!("{}\n", serde_json::json!({ "reloaded": counts })))
            }
            OutputFormat::Human => {
                let word = self.paint.bold("reloaded");
                stream(&format!(
                    "{word} {started} triggers started, {ended} ended, {kept} run on as they were\n"
                ))
            }
        }
    }

    /// What was decided, in one piece.
    pub fn show(&self, decided: impl IntoIterator<Item = Next>) -> Result<Reader, Trouble> {
        let mut lines = Vec::new();
        for next in decided {
            match next {
                Next::Decided(decided) => {
                    for line in decided.lines() {
                        match self.format {
                            OutputFormat::Json => json(&line, &mut lines)?,
                            OutputFormat::Human => {
                                lines.extend_from_slice(self.line(&line).unwrap_or_default().as_bytes())
                            }
                        }
                    }
                }
                Next::Missed(count) => remark(&format!(
                    "{count} decisions are not shown: they came faster than they could be written\n"
                )),
                Next::End => {}
            }
        }
        stream(&lines)
    }

    /// The process was asked to end.
    pub fn draining(&self) -> Result<Reader, Trouble> {
        match self.format {
            OutputFormat::Human => stream(&self.paint.dim("draining\n")),
            OutputFormat::Json => Ok(Reader::There),
        }
    }

    /// It has ended.
    pub fn drained(&self, drained: Drained) {
        if drained.triggers > 0 {
            remark(&format!(
                "{} triggers were stopped while an action was under way; it is repeated at the next start, under the same id\n",
                drained.triggers
            ));
        }
    }

    /// One line for people; none for what only says again what another line says.
    fn line(&self, line: &Line<'_>) -> Option<String> {
        let paint = self.paint;
        let trigger = called(line.pipeline, line.sensor, line.trigger);
        let (time, (word, rest)) = match line.what {
            What::Note(Note { time, decision, .. }) => (*time, self.note(&trigger, decision)?),
            What::Result(attempted) => (now(), self.result(attempted)),
            What::Unreadable { event, unreadable } => {
                (now(), (paint.bad("unreadable"), format!("{trigger}: {}: {unreadable}", event.id)))
            }
        };
        Some(format!("{} {word} {rest}\n", paint.dim(&clock(time))))
    }

    /// The word, padded to one width before it is painted, and the rest.
    fn note(&self, trigger: &str, decision: &Decision) -> Option<(String, String)> {
        let paint = self.paint;
        let word = |word: &str| format!("{word:<10}");
        Some(match decision {
            Decision::Received { event } => {
                (paint.bold(&word("received")), format!("{trigger}: {} {}", event.subject(), event.id()))
            }
            Decision::Matched { stream, .. } => {
                (paint.good(&word("matched")), format!("{trigger}: {stream}"))
            }
            Decision::Filtered { stream, reason, .. } => {
                (paint.dim(&word("filtered")), format!("{trigger}: {stream} because {reason}"))
            }
            Decision::Repeated { event } => {
                (paint.dim(&word("repeated")), format!("{trigger}: {} was there before", event.id()))
            }
            Decision::Waiting { missing } => {
                (word("waiting"), format!("{trigger}: for {}", missing.join(", ")))
            }
            Decision::Fired { firing, .. } => (paint.good(&word("fired")), format!("{trigger}: {firing}")),
            // Its result follows.
            Decision::Attempt { .. } | Decision::Done { .. } => return None,
            Decision::Retry { action, attempt, at, .. } => {
                (word("waits"), format!("{action}: attempt {attempt} at {}", clock(*at)))
            }
            Decision::Failed { action, attempts, error, .. } => {
                (paint.bad(&word("failed")), format!("{action}: after {attempts} attempts: {error}"))
            }
            Decision::DeadLettered { reason, .. } => {
                (paint.bad(&word("dead")), format!("{trigger}: kept as a dead letter: {reason}"))
            }
            Decision::Redriven { firing, .. } => (word("redriven"), format!("{trigger}: {firing}")),
            Decision::Reset { streams } => (word("reset"), format!("{trigger}: {}", streams.join(", "))),
        })
    }

    fn result(&self, attempted: &Attempted) -> (String, String) {
        let Attempted { action, attempt, result, .. } = attempted;
        let good = self.paint.good(&format!("{:<10}", "done"));
        let bad = |word: &str| self.paint.bad(&format!("{word:<10}"));
        match result {
            Outcome::Answered { status } => (good, format!("{action}: answered {status}")),
            Outcome::Written { path } => (good, format!("{action}: {}", path.display())),
            Outcome::Published => (good, format!("{action}: published")),
            Outcome::Executed { doubted: None } => (good, format!("{action}: carried out")),
            Outcome::Executed { doubted: Some(why) } => {
                (good, format!("{action}: carried out, and the server does not count it as a success: {why}"))
            }
            Outcome::Logged(events) => {
                let events: Vec<String> =
                    events.iter().map(|event| serde_json::to_string(event).unwrap_or_default()).collect();
                (good, format!("{action}: {}", events.join(" ")))
            }
            Outcome::Failed(error) => {
                (bad("attempt"), format!("{action}: attempt {attempt} failed: {error}"))
            }
            Outcome::Unknown(error) => {
                (bad("attempt"), format!("{action}: nobody knows what became of attempt {attempt}: {error}"))
            }
        }
    }
}

fn json(line: &Line<'_>, lines: &mut Vec<u8>) -> Result<(), Trouble> {
    serde_json::to_writer(&mut *lines, line)
        .map_err(|error| Trouble::outside(format!("a decision cannot be printed: {error}")))?;
    lines.push(b'\n');
    Ok(())
}

/// What does not say when it was is shown as it falls.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::default().after(since.unwrap_or_default())
}

/// The time of day in UTC, to the millisecond.
fn clock(time: Timestamp) -> String {
    let text = time.to_string();
    let clock = text.split_once('T').map_or(text.as_str(), |(_, clock)| clock).trim_end_matches('Z');
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    format!("{seconds}.{:0<3}", fraction.chars().take(3).collect::<String>())
}
