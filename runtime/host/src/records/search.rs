//! Finding records again. Segments are read one after another, and only lines in which an id stands are looked into: a scan
//! of all of them takes less time than an index would be worth.

use super::entry::{Entry, id};
use super::writer::{HEADER, segments};
use aev_engine::Timestamp;
use aho_corasick::AhoCorasick;
use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Records that an answer has at most; beyond it the oldest are left out.
pub(crate) const MOST: usize = 5000;

/// Bytes of a segment within which its first record is.
const FIRST: u64 = 1 << 20;

/// A record as it stands in its line, and what it says.
pub(crate) type Line = (String, Entry<'static>);

/// The lines of a segment; none when it has another form or is gone meanwhile.
fn read(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    // A torn write can leave anything at its end.
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    text.starts_with(HEADER).then_some(text)
}

fn parse(line: &str) -> Option<Line> {
    let entry = serde_json::from_str(line).ok()?;
    Some((line.to_owned(), entry))
}

/// Time of the oldest record.
pub(super) fn oldest(dir: &Path) -> Option<Timestamp> {
    let segments = segments(dir).ok()?;
    let first = |path: &Path| {
        let mut lines = BufReader::new(File::open(path).ok()?.take(FIRST)).lines().map_while(Result::ok);
        lines.next().filter(|line| line == HEADER.trim_end())?;
        lines.find_map(|line| parse(&line))
    };
    segments.iter().find_map(|(_, path, _)| first(path)).map(|(_, entry)| entry.time)
}

/// Hands every record to `look` in which one of these texts stands as a whole JSON text, oldest first.
fn scan(dir: &Path, texts: &BTreeSet<String>, mut look: impl FnMut(Line)) -> io::Result<()> {
    let quoted = texts.iter().map(|text| serde_json::to_string(text).unwrap_or_default());
    let needles = AhoCorasick::new(quoted).map_err(io::Error::other)?;
    for (_, path, _) in segments(dir)? {
        let Some(text) = read(&path) else { continue };
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| needles.find(rest)) {
            let at = from + found.start();
            let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let end =
                text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| at + newline);
            text.get(start..end).and_then(parse).into_iter().for_each(&mut look);
            from = end;
        }
    }
    Ok(())
}

/// What is known about an id.
#[derive(Debug, Default)]
pub(crate) struct About {
    /// Oldest first.
    pub(crate) lines: VecDeque<Line>,
    /// There were more, and the oldest are left out.
    pub(crate) cut: bool,
}

impl About {
    fn add(&mut self, line: Line) {
        if self.lines.len() == MOST {
            self.cut = true;
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }
}

/// Everything about an event, or about a firing and its events, over all triggers.
pub(crate) fn about(dir: &Path, wanted: &str) -> io::Result<About> {
    let wanted = id(wanted);
    // What is told of it: the firings of an event, the events of a firing, and which triggers have these.
    let (mut firings, mut events, mut lanes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut texts = BTreeSet::from([wanted.to_owned()]);
    scan(dir, &texts, |(_, entry)| {
        if entry.firings().any(|firing| firing == wanted) {
            firings.insert(wanted.to_owned());
            events.extend(entry.events().map(|event| event.id.clone().into_owned()));
            lanes.extend(entry.lane.map(|lane| lane.into_owned()));
        } else if entry.events().any(|event| event.id == wanted) {
            firings.extend(entry.firings().map(str::to_owned));
        }
    })?;
    texts.extend(firings.iter().cloned());
    texts.extend(events.iter().cloned());
    let mut about = About::default();
    scan(dir, &texts, |line| {
        let entry = &line.1;
        let of_firing = entry.firings().any(|firing| firings.contains(firing));
        let itself = entry.events().any(|event| event.id == wanted);
        // Of the events of a firing, what its own trigger made of them, and their sources.
        let of_event = entry.lane.as_deref().is_none_or(|lane| lanes.contains(lane))
            && entry.event.as_ref().is_some_and(|event| events.contains(&*event.id));
        if of_firing || itself || of_event {
            about.add(line);
        }
    })?;
    Ok(about)
}

/// The last records that are wanted, oldest first.
pub(crate) fn last(
    dir: &Path,
    since: Option<Timestamp>,
    max: usize,
    wanted: impl Fn(&Entry<'_>) -> bool,
) -> io::Result<VecDeque<String>> {
    let mut found = VecDeque::new();
    for (_, path, _) in segments(dir)?.into_iter().rev() {
        let Some(text) = read(&path) else { continue };
        let mut older = 0;
        for (line, entry) in text.lines().rev().filter_map(parse) {
            if since.is_some_and(|since| entry.time < since) {
                // The clock may have been set a little; a whole run of older ones is the end.
                older += 1;
                if older > 1000 {
                    return Ok(found);
                }
                continue;
            }
            older = 0;
            if wanted(&entry) {
                found.push_front(line);
                if found.len() >= max {
                    return Ok(found);
                }
            }
        }
        if older > 0 {
            return Ok(found);
        }
    }
    Ok(found)
}
