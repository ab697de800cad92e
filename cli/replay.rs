//! `aev replay`: events of the past, sent through triggers again.

use crate::args::Replay as Args;
use crate::output::{Reader, coloured, remark, stream};
use crate::paint::Paint;
use crate::reach::{block_on, client, flag, human, json, plain};
use crate::trouble::Trouble;
use aev_host::control::api::{ReplayRequest, Replayed};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

pub fn run(args: &Args) -> Result<ExitCode, Trouble> {
    let client = client(&args.reach)?;
    let request = ReplayRequest {
        since: flag("--since", &args.since)?,
        until: args.until.as_deref().map(|until| flag("--until", until)).transpose()?,
        source: args.source.clone(),
        trigger: args.trigger.clone(),
        dry_run: args.dry_run,
        same_ids: args.same_ids,
        run: args.run,
    };
    let mut view = View {
        human: human(&args.reach),
        dry: args.dry_run,
        paint: Paint::new(coloured(&io::stdout())),
        terminal: io::stderr().is_terminal(),
        taken: BTreeMap::new(),
        failed: false,
    };
    block_on(async {
        let mut lines = client.post("replay", &request).await?;
        while let Some(line) = lines.next::<Replayed>().await? {
            if view.show(&line)? == Reader::Gone {
                break;
            }
        }
        Ok(if view.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    })
}

struct View {
    human: bool,
    dry: bool,
    paint: Paint,
    /// Progress is for a terminal alone.
    terminal: bool,
    taken: BTreeMap<String, u64>,
    failed: bool,
}

impl View {
    fn show(&mut self, line: &Replayed) -> Result<Reader, Trouble> {
        self.failed |= matches!(line, Replayed::Failed { .. });
        if let Replayed::Progress { trigger, events } = line {
            self.taken.insert(trigger.clone(), *events);
            if self.terminal && self.human {
                let all: u64 = self.taken.values().sum();
                remark(&format!("\r{all} events taken"));
            }
            return if self.human { Ok(Reader::There) } else { json(line) };
        }
        if !self.human {
            return json(line);
        }
        if self.terminal && !self.taken.is_empty() {
            remark("\r\u{1b}[K");
        }
        match line {
            Replayed::Progress { .. } => Ok(Reader::There),
            Replayed::Begun { triggers, .. } if self.dry => {
                stream(&format!("what {} would make of it\n", plain(&triggers.join(", "))))
            }
            Replayed::Begun { run, triggers } => {
                let number = if *run == 0 { String::new() } else { format!(" as run {run}") };
                stream(&format!("replaying{number} through {}\n", plain(&triggers.join(", "))))
            }
            Replayed::Would { trigger, event: [source, subject, id], fires, because } => {
                let word = if *fires { self.paint.good("fires") } else { self.paint.dim("does not fire") };
                let because =
                    if because.is_empty() { String::new() } else { format!(": {}", plain(because)) };
                let event = if source == subject { source.clone() } else { format!("{source}.{subject}") };
                stream(&format!("{} {word} on {} {}{because}\n", plain(trigger), plain(&event), plain(id)))
            }
            Replayed::Failed { trigger, error } => {
                remark(&format!("{}: {}\n", plain(trigger), plain(error)));
                Ok(Reader::There)
            }
            Replayed::Done { events, fire: Some(fire) } => {
                stream(&format!("{events} events, of which {fire} would fire; nothing was done\n"))
            }
            Replayed::Done { events, fire: None } => stream(&format!("{events} events were taken\n")),
        }
    }
}
