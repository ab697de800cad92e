//! `aev dead`: what failed for good.

use crate::args::{Dead as Args, DeadVerb, Letters, Reach};
use crate::output::{Reader, called, coloured, print, remark, stream};
use crate::paint::Paint;
use crate::reach::{block_on, client, human, json, plain};
use crate::trouble::Trouble;
use aev_host::control::api::{Letter, LetterDone, LettersRequest};
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

pub fn run(args: &Args) -> Result<ExitCode, Trouble> {
    match &args.verb {
        DeadVerb::List { trigger, reach } => list(trigger.as_deref(), reach),
        DeadVerb::Show { id, trigger, reach } => show(id, trigger.as_deref(), reach),
        DeadVerb::Redrive(letters) => each("redrive", letters),
        DeadVerb::Drop(letters) => each("drop", letters),
    }
}

fn of(trigger: Option<&str>) -> Vec<(&'static str, String)> {
    trigger.map(|trigger| ("trigger", trigger.to_owned())).into_iter().collect()
}

fn list(trigger: Option<&str>, reach: &Reach) -> Result<ExitCode, Trouble> {
    let client = client(reach)?;
    let paint = Paint::new(coloured(&io::stdout()));
    block_on(async {
        let mut lines = client.get("dead", &of(trigger)).await?;
        let mut any = false;
        while let Some(letter) = lines.next::<Letter>().await? {
            any = true;
            let seen = if human(reach) { stream(&line(&letter, paint))? } else { json(&letter)? };
            if seen == Reader::Gone {
                break;
            }
        }
        if !any && human(reach) {
            remark("there are no dead letters\n");
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn place(letter: &Letter) -> String {
    match (&letter.pipeline, &letter.sensor) {
        (Some(pipeline), Some(sensor)) => {
            plain(&format!("{pipeline}/{}", called(pipeline, sensor, &letter.trigger)))
        }
        _ => plain(&format!("{} (which does not run)", letter.trigger)),
    }
}

fn line(letter: &Letter, paint: Paint) -> String {
    let events: Vec<String> = letter.events.iter().map(event).collect();
    format!(
        "{} {} {} {}: {}\n",
        paint.bold(&plain(&letter.id)),
        paint.dim(&plain(&letter.time)),
        place(letter),
        events.join(", "),
        plain(&letter.reason)
    )
}

fn event([source, subject, id]: &[String; 3]) -> String {
    plain(&match subject.is_empty() {
        true => format!("a message of {source}"),
        false if source == subject => format!("{source} {id}"),
        false => format!("{source}.{subject} {id}"),
    })
}

fn show(id: &str, trigger: Option<&str>, reach: &Reach) -> Result<ExitCode, Trouble> {
    let client = client(reach)?;
    // An id goes into a path as it is.
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Trouble::usage(format!("`{id}` is no id of a dead letter; `aev dead list` has them")));
    }
    let letter: Letter =
        block_on(async { Ok(client.get(&format!("dead/{id}"), &of(trigger)).await?.one().await?) })?;
    if !human(reach) {
        json(&letter)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = whole(&letter, &mut text);
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn whole(letter: &Letter, text: &mut String) -> std::fmt::Result {
    writeln!(text, "dead letter {} of {}", letter.id, place(letter))?;
    writeln!(text, "given up at {} after {} attempts", plain(&letter.time), letter.attempts)?;
    writeln!(text, "because {}", plain(&letter.reason))?;
    if !letter.firing.is_empty() {
        writeln!(text, "firing {}", plain(&letter.firing))?;
    }
    for dead in letter.letter.iter().flat_map(|letter| &letter.events) {
        match (&dead.event, &dead.message_base64) {
            (Some(event), _) => {
                let named = [event.source.clone(), event.subject.clone(), event.id.clone()];
                writeln!(text, "{}: {} at {}", plain(&dead.stream), self::event(&named), plain(&event.time))?;
                writeln!(text, "  {}", plain(&String::from_utf8_lossy(&event.data)))?;
            }
            (None, Some(message)) => {
                writeln!(text, "{}: a message that is no event, in base64:", plain(&dead.stream))?;
                writeln!(text, "  {}", plain(message))?;
            }
            (None, None) => {}
        }
    }
    Ok(())
}

fn each(verb: &str, letters: &Letters) -> Result<ExitCode, Trouble> {
    let client = client(&letters.reach)?;
    let request =
        LettersRequest { ids: letters.ids.clone(), all: letters.all, trigger: letters.trigger.clone() };
    block_on(async {
        let mut lines = client.post(&format!("dead/{verb}"), &request).await?;
        let (mut done, mut failed) = (0, 0);
        while let Some(line) = lines.next::<serde_json::Value>().await? {
            let Ok(letter) = serde_json::from_value::<LetterDone>(line.clone()) else {
                let error = line.get("error").and_then(|error| error.as_str()).unwrap_or_default();
                return Err(Trouble::outside(plain(error)));
            };
            *if letter.error.is_none() { &mut done } else { &mut failed } += 1;
            if !human(&letters.reach) {
                json(&letter)?;
                continue;
            }
            let id = plain(&letter.id);
            match (&letter.error, &letter.firing) {
                (Some(error), _) => remark(&format!("{id}: {}\n", plain(error))),
                (None, Some(firing)) => drop(stream(&format!("{id} is tried again as {}\n", plain(firing)))?),
                (None, None) => drop(stream(&format!("{id} is dropped\n"))?),
            }
        }
        if done + failed == 0 && human(&letters.reach) {
            remark("there are no such dead letters\n");
        }
        Ok(if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    })
}
