//! Asking a running process over its control socket.

use crate::args::{OutputFormat, Reach};
use crate::input;
use crate::output::{Reader, stream};
use crate::trouble::Trouble;
use aev_engine::Timestamp;
use aev_host::control::client::{Client, ClientError};
use aev_host::settings::CONTROL;
use aev_plan::duration::GoDuration;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// The process that is meant.
pub fn client(reach: &Reach) -> Result<Client, Trouble> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let socket =
        reach.socket.clone().or_else(|| variable("AEV_CONTROL")).unwrap_or_else(|| CONTROL.to_owned());
    let file = reach.token_file.clone().or_else(|| variable("AEV_CONTROL_TOKEN").map(PathBuf::from));
    let token = match file {
        Some(file) => Some(input::text(&file)?.trim().to_owned()),
        None => None,
    };
    let address = socket.parse().map_err(|error: String| Trouble::usage(format!("`--socket`: {error}")))?;
    Ok(Client { address, token })
}

/// Runs what asks to its end.
pub fn block_on<T>(asking: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Trouble::outside(format!("no connection can be made: {error}")))?.block_on(asking)
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Trouble {
        match &error {
            ClientError::Nobody { .. } => Trouble::outside(error.to_string()).help(
                "start a pipeline with `aev run` in this directory, or name the socket of the process with `--socket PATH`",
            ),
            ClientError::Refused { status: 400 | 404 | 409, .. } => Trouble::input(error.to_string()),
            ClientError::Refused { .. } | ClientError::Broken { .. } => Trouble::outside(error.to_string()),
        }
    }
}

/// Prints a value as a line of JSON.
pub fn json(value: &impl serde::Serialize) -> Result<Reader, Trouble> {
    let line = serde_json::to_string(value);
    let line = line.map_err(|error| Trouble::outside(format!("the answer cannot be printed: {error}")))?;
    stream(&format!("{line}\n"))
}

/// For people?
pub fn human(reach: &Reach) -> bool {
    reach.format == OutputFormat::Human
}

/// Text from elsewhere, without what would move a terminal's cursor.
pub fn plain(text: &str) -> String {
    let safe = |letter: char| {
        let hidden = letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if hidden { letter.escape_unicode().to_string() } else { letter.to_string() }
    };
    text.chars().map(safe).collect()
}

/// A moment: RFC 3339, or so long ago.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(time) = text.parse() {
        return Ok(time);
    }
    let days = text.strip_suffix('d').and_then(|days| days.parse::<u32>().ok());
    let ago = match days {
        Some(days) => Some(Duration::from_secs(u64::from(days) * 86400)),
        None => text.parse::<GoDuration>().ok().map(|duration| duration.0),
    };
    let ago = ago.ok_or_else(|| {
        format!("`{text}` is no time; write how long ago, such as 10m, 2h or 1d, or a time such as 2026-01-31T09:30:00Z")
    })?;
    let since =
        SystemTime::now().checked_sub(ago).and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    Ok(Timestamp::default().after(since.unwrap_or_default()))
}

/// The value of a flag that is a moment.
pub fn flag(name: &str, text: &str) -> Result<Timestamp, Trouble> {
    moment(text).map_err(|error| Trouble::usage(format!("`{name}`: {error}")))
}

/// A moment for people, to the millisecond in UTC.
pub fn clock(time: Timestamp) -> String {
    let text = time.to_string();
    let (date, clock) = text.split_once('T').unwrap_or(("", &text));
    let clock = clock.trim_end_matches('Z');
    let (seconds, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    format!("{date} {seconds}.{:0<3}", fraction.chars().take(3).collect::<String>())
}

/// Bytes for people.
pub fn bytes(count: u64) -> String {
    match count {
        0..10_240 => format!("{count} B"),
        10_240..10_485_760 => format!("{} KiB", count >> 10),
        _ => format!("{} MiB", count >> 20),
    }
}
