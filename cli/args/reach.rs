//! The verbs that ask a running process.

use super::OutputFormat;
use clap::{ArgGroup, Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// Exit codes of the verbs below.
const CODES: &str = "Exit codes:\n  0  done\n  1  there is no such event, firing, trigger or dead letter, or something was left undone\n  \
                     2  the command line is wrong\n  3  nothing runs there, or it could not answer";

/// Which process is asked, and how its answer is shown.
#[derive(Debug, Args)]
pub struct Reach {
    /// The control socket of the process, or HOST:PORT; AEV_CONTROL or .aev/control.sock unless said
    #[arg(long, value_name = "PATH")]
    pub socket: Option<String>,
    /// The file with the token for HOST:PORT; AEV_CONTROL_TOKEN unless said
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
    /// For people or for programs
    #[arg(long, default_value = "human")]
    pub format: OutputFormat,
}

/// `aev why`
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Why {
    /// The id of an event or of a firing
    #[arg(value_name = "ID")]
    pub id: String,
    /// Only what this trigger made of it; TRIGGER, SENSOR/TRIGGER or PIPELINE/SENSOR/TRIGGER
    #[arg(long, value_name = "TRIGGER")]
    pub trigger: Option<String>,
    #[command(flatten)]
    pub reach: Reach,
}

/// `aev events`
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Events {
    /// Only of this source; SOURCE or SOURCE.EVENT
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Only of this trigger; TRIGGER, SENSOR/TRIGGER or PIPELINE/SENSOR/TRIGGER
    #[arg(long, value_name = "TRIGGER")]
    pub trigger: Option<String>,
    /// Not older than this; such as 10m, 2h, 1d or 2026-01-31T09:30:00Z. The last 100 unless said
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only what a filter did not let pass
    #[arg(long, group = "outcome")]
    pub filtered: bool,
    /// Only what failed
    #[arg(long, group = "outcome")]
    pub failed: bool,
    /// Only what fired
    #[arg(long, group = "outcome")]
    pub fired: bool,
    /// Go on with what comes
    #[arg(long)]
    pub follow: bool,
    #[command(flatten)]
    pub reach: Reach,
}

/// `aev dead`
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Dead {
    /// What to do
    #[command(subcommand)]
    pub verb: DeadVerb,
}

/// What is done with dead letters.
#[derive(Debug, Subcommand)]
pub enum DeadVerb {
    /// List them
    List {
        /// Only of this trigger; TRIGGER, SENSOR/TRIGGER or PIPELINE/SENSOR/TRIGGER
        #[arg(long, value_name = "TRIGGER")]
        trigger: Option<String>,
        #[command(flatten)]
        reach: Reach,
    },
    /// Show one with its events
    Show {
        /// Its id, as it is listed
        #[arg(value_name = "ID")]
        id: String,
        /// Whose it is, when several buses have this id
        #[arg(long, value_name = "TRIGGER")]
        trigger: Option<String>,
        #[command(flatten)]
        reach: Reach,
    },
    /// Try them again from the first attempt, under the ids of their firings
    Redrive(Letters),
    /// Drop them for good
    Drop(Letters),
}

/// Which dead letters.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).args(["ids", "all"])))]
pub struct Letters {
    /// Their ids, as they are listed
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// All that are there
    #[arg(long)]
    pub all: bool,
    /// Only those of this trigger; TRIGGER, SENSOR/TRIGGER or PIPELINE/SENSOR/TRIGGER
    #[arg(long, value_name = "TRIGGER")]
    pub trigger: Option<String>,
    #[command(flatten)]
    pub reach: Reach,
}

/// `aev replay`
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Replay {
    /// Events that the bus took at this time or later; such as 10m, 2h, 1d or 2026-01-31T09:30:00Z
    #[arg(long, value_name = "TIME")]
    pub since: String,
    /// Events that it took before this; now unless said
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only of this source; SOURCE or SOURCE.EVENT
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// Only through this trigger; TRIGGER, SENSOR/TRIGGER or PIPELINE/SENSOR/TRIGGER
    #[arg(long, value_name = "TRIGGER")]
    pub trigger: Option<String>,
    /// Only say what would fire
    #[arg(long)]
    pub dry_run: bool,
    /// Fire under the ids that the firings had: targets that know them do nothing again
    #[arg(long, conflicts_with = "run")]
    pub same_ids: bool,
    /// Finish an earlier replay, under its number and so under its ids
    #[arg(long, value_name = "NUMBER")]
    pub run: Option<u32>,
    #[command(flatten)]
    pub reach: Reach,
}

/// `aev status`
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Status {
    #[command(flatten)]
    pub reach: Reach,
}

/// `aev reload`
#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub struct Reload {
    #[command(flatten)]
    pub reach: Reach,
}
