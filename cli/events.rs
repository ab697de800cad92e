//! `aev events`: records, one a line.

use crate::args::Events as Args;
use crate::output::{Reader, coloured, remark, stream};
use crate::paint::Paint;
use crate::reach::{block_on, client, flag, human, json};
use crate::story;
use crate::trouble::Trouble;
use aev_host::control::api::{Came, EventsQuery};
use aev_host::records::entry::Entry;
use std::io;
use std::process::ExitCode;

/// Records that are shown when nobody says since when.
const LAST: usize = 100;

pub fn run(args: &Args) -> Result<ExitCode, Trouble> {
    let client = client(&args.reach)?;
    let outcomes = [(args.filtered, Came::Filtered), (args.failed, Came::Failed), (args.fired, Came::Fired)];
    let since = args.since.as_deref().map(|since| flag("--since", since)).transpose()?;
    let query = EventsQuery {
        source: args.source.clone(),
        trigger: args.trigger.clone(),
        since,
        outcome: outcomes.into_iter().find_map(|(wanted, came)| wanted.then_some(came)),
        max: if since.is_some() { EventsQuery::MAX } else { LAST },
        follow: args.follow,
    };
    let paint = Paint::new(coloured(&io::stdout()));
    block_on(async {
        let mut lines = client.get("events", &query.pairs()).await?;
        let mut shown = 0;
        while let Some(line) = lines.next::<serde_json::Value>().await? {
            let seen = match serde_json::from_value::<Entry<'_>>(line.clone()) {
                Ok(entry) if human(&args.reach) => stream(&story::line(&entry, paint))?,
                Ok(_) => json(&line)?,
                Err(_) => {
                    remark("records came faster than they were read; some are missing here\n");
                    Reader::There
                }
            };
            if seen == Reader::Gone {
                return Ok(ExitCode::SUCCESS);
            }
            shown += 1;
        }
        if shown == EventsQuery::MAX && since.is_some() {
            remark(&format!("these are the last {shown}; there may be more\n"));
        }
        if shown == 0 && human(&args.reach) {
            remark("there are no such records\n");
        }
        Ok(ExitCode::SUCCESS)
    })
}
