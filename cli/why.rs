//! `aev why`: what became of an event, over all triggers.

use crate::args::Why as Args;
use crate::output::{called, coloured, print};
use crate::paint::Paint;
use crate::reach::{block_on, client, clock, human, json, plain};
use crate::story;
use crate::trouble::Trouble;
use aev_host::control::api::{SourceEvent, Why};
use aev_host::records::entry::Entry;
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

pub fn run(args: &Args) -> Result<ExitCode, Trouble> {
    let client = client(&args.reach)?;
    let why: Why = block_on(async {
        let mut query = vec![("id", args.id.clone())];
        query.extend(args.trigger.clone().map(|trigger| ("trigger", trigger)));
        Ok(client.get("why", &query).await?.one().await?)
    })?;
    if human(&args.reach) {
        print(&told(&why, Paint::new(coloured(&io::stdout()))))?;
    } else {
        json(&why)?;
    }
    Ok(if why.records.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn told(why: &Why, paint: Paint) -> String {
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = match why.records.is_empty() {
        true => unknown(why, &mut text),
        false => story(why, paint, &mut text),
    };
    text
}

fn story(why: &Why, paint: Paint, text: &mut String) -> std::fmt::Result {
    if why.cut {
        writeln!(text, "there are more records of it; these are the last")?;
    }
    // Each place with what it has said, in the order in which it spoke first.
    let mut places: Vec<(Option<&str>, Vec<&Entry<'_>>)> = Vec::new();
    for entry in &why.records {
        let lane = entry.lane.as_deref();
        match places.iter_mut().find(|(place, _)| *place == lane) {
            Some((_, entries)) => entries.push(entry),
            None => places.push((lane, vec![entry])),
        }
    }
    for (_, entries) in places {
        let title = match entries.first().and_then(|entry| entry.place()) {
            Some((pipeline, sensor, trigger)) => {
                format!("trigger {} of pipeline {pipeline}", called(pipeline, sensor, trigger))
            }
            None => "source".to_owned(),
        };
        writeln!(text, "{}", paint.bold(&plain(&title)))?;
        for entry in entries {
            let time = paint.dim(&clock(entry.time));
            if let Some(event) = &entry.event {
                let trace = story::trace(entry);
                writeln!(text, "  {time} {:<10} {}{trace}", "event", story::name(event))?;
            }
            for said in &entry.said {
                let (word, rest) = story::words(said, paint);
                writeln!(text, "  {time} {word} {rest}")?;
            }
        }
    }
    for event in &why.unread {
        writeln!(text, "no trigger of this process reads {}", source(event))?;
    }
    silent(why, text)
}

fn silent(why: &Why, text: &mut String) -> std::fmt::Result {
    for silent in &why.silent {
        let name = called(&silent.pipeline, &silent.sensor, &silent.trigger);
        let name = plain(&format!("trigger {name} of pipeline {}", silent.pipeline));
        let reason = match (&silent.stalled, silent.lag) {
            (Some(reason), _) => format!("it is stalled because {}", plain(reason)),
            (None, _) if silent.suspended => "it is suspended, and the event waits on the bus".to_owned(),
            (None, 0) => {
                "it has dealt with all events on its bus, so this one came before the trigger was there, or the record of it is \
                 no longer kept"
                    .to_owned()
            }
            (None, lag) => format!("{lag} events on the bus still wait for it, and this may be one of them"),
        };
        writeln!(text, "{name} reads it and has said nothing about it: {reason}")?;
    }
    match &why.trigger {
        Some(reason) => writeln!(text, "{}", plain(reason)),
        None => Ok(()),
    }
}

fn unknown(why: &Why, text: &mut String) -> std::fmt::Result {
    writeln!(text, "there is no record of an event or a firing with the id `{}`", plain(&why.id))?;
    match why.kept.since {
        Some(since) => write!(text, "records go back to {} UTC", clock(since))?,
        None => write!(text, "there are no records yet")?,
    }
    match why.kept.lost {
        0 => writeln!(text)?,
        lost => writeln!(text, "; {lost} were not kept since the process started")?,
    }
    if let Some(trouble) = &why.kept.trouble {
        writeln!(text, "records cannot be written now: {}", plain(trouble))?;
    }
    for event in &why.sources {
        match event.last {
            Some(last) => {
                writeln!(text, "the last event from {} came at {} UTC", source(event), clock(last))?
            }
            None => writeln!(text, "nothing has come from {} since the process started", source(event))?,
        }
    }
    silent(why, text)
}

fn source(event: &SourceEvent) -> String {
    let SourceEvent { source, subject, .. } = event;
    plain(&if source == subject { source.clone() } else { format!("{source}.{subject}") })
}
