//! `aev status` and `aev reload`: how a running process is, and telling it to read its files again.

use crate::args::{Reload, Status as Args};
use crate::output::{called, coloured, print};
use crate::paint::Paint;
use crate::reach::{block_on, bytes, client, clock, human, json, plain};
use crate::trouble::Trouble;
use aev_host::control::api::Status;
use aev_host::{SourceTrouble, TriggerStatus};
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

pub fn run(args: &Args) -> Result<ExitCode, Trouble> {
    let client = client(&args.reach)?;
    let status: Status = block_on(async { Ok(client.get("status", &[]).await?.one().await?) })?;
    if !human(&args.reach) {
        json(&status)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = told(&status, Paint::new(coloured(&io::stdout())), &mut text);
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn told(status: &Status, paint: Paint, text: &mut String) -> std::fmt::Result {
    writeln!(text, "aev {} as process {}", status.version, status.pid)?;
    for bus in &status.host.buses {
        let address = plain(&bus.address);
        match &bus.away {
            Some(reason) => writeln!(text, "bus {address}: {} {}", paint.bad("away:"), plain(reason))?,
            None => {
                let limit = match bus.max_bytes {
                    u64::MAX => String::new(),
                    limit => format!(" of {}", bytes(limit)),
                };
                let used = format!("{}{limit}", bytes(bus.bytes));
                writeln!(text, "bus {address}: {} events, {used}, {} dead letters", bus.events, bus.dead)?;
            }
        }
    }
    match &status.records {
        None => writeln!(text, "no records are kept")?,
        Some(records) => {
            let since =
                records.since.map(|since| format!(", back to {} UTC", clock(since))).unwrap_or_default();
            let used = format!("{} of {}", bytes(records.bytes), bytes(records.max_bytes));
            writeln!(text, "records {}: {used}{since}", plain(&records.dir.display().to_string()))?;
            if records.lost > 0 {
                writeln!(text, "  {} were not kept since the start", records.lost)?;
            }
            if let Some(trouble) = &records.trouble {
                writeln!(text, "  {} {}", paint.bad("cannot be written:"), plain(trouble))?;
            }
        }
    }
    for SourceTrouble { pipeline, source, reason } in &status.host.sources {
        let name = plain(&format!("source {source} of {pipeline}"));
        writeln!(text, "{name}: {} {}", paint.bad("brings nothing:"), plain(reason))?;
    }
    let mut pipeline = None;
    for trigger in &status.host.triggers {
        if pipeline != Some(&trigger.pipeline) {
            writeln!(text, "{}", paint.bold(&plain(&format!("pipeline {}", trigger.pipeline))))?;
            pipeline = Some(&trigger.pipeline);
        }
        writeln!(text, "  {}", one(trigger, paint))?;
    }
    Ok(())
}

fn one(trigger: &TriggerStatus, paint: Paint) -> String {
    let name = plain(&called(&trigger.pipeline, &trigger.sensor, &trigger.trigger));
    let state = match &trigger.stalled {
        Some(reason) => paint.bad(&format!("stalled because {}", plain(reason))),
        None if trigger.suspended => paint.dim("is suspended"),
        None => paint.good("works"),
    };
    let last = match trigger.last_event {
        Some(time) => format!("last event at {} UTC", clock(time)),
        None => "no event since the start".to_owned(),
    };
    let waiting = trigger.firings.saturating_sub(trigger.acting);
    format!(
        "{name} {state}; {last}; {} events wait, {} actions under way, {waiting} firings wait, {} dead letters",
        trigger.lag, trigger.acting, trigger.dead
    )
}

/// `aev reload`
pub fn reload(args: &Reload) -> Result<ExitCode, Trouble> {
    let client = client(&args.reach)?;
    let applied: serde_json::Value =
        block_on(async { Ok(client.post("reload", &serde_json::json!({})).await?.one().await?) })?;
    if !human(&args.reach) {
        json(&applied)?;
        return Ok(ExitCode::SUCCESS);
    }
    let count = |name: &str| applied.get(name).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let (started, ended, kept) = (count("started"), count("ended"), count("kept"));
    print(&format!("{started} triggers started, {ended} ended, {kept} run on as they were\n"))?;
    Ok(ExitCode::SUCCESS)
}
