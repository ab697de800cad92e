//! The thread that writes records, and the segments that it writes: files of lines, of which the oldest go when there are too
//! many bytes.

use super::{Options, Shared};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The first line of a segment: the version of its form.
pub(super) const HEADER: &str = "{\"records\":1}\n";

/// What a segment's name ends with.
const ENDING: &str = ".records";

/// How long lines gather before they are written, so that a flood costs few system calls.
const GATHER: Duration = Duration::from_millis(50);

/// Between two tries after a write has failed.
const AGAIN: Duration = Duration::from_secs(1);

/// Between two remarks that records were lost.
const SAID: Duration = Duration::from_secs(10);

/// The segments of a directory in their order: number, path, bytes.
pub(super) fn segments(dir: &Path) -> io::Result<Vec<(u64, PathBuf, u64)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let number =
            name.to_str().and_then(|name| name.strip_suffix(ENDING)).and_then(|number| number.parse().ok());
        if let (Some(number), Ok(metadata)) = (number, entry.metadata()) {
            found.push((number, entry.path(), metadata.len()));
        }
    }
    found.sort();
    Ok(found)
}

/// The segment that is written now, and how large it may become.
pub(super) struct Files {
    dir: PathBuf,
    max_bytes: u64,
    segment_bytes: u64,
    current: Option<(File, u64)>,
}

impl Files {
    /// Makes the directory and begins a segment: what an earlier process has written stays as it is.
    pub(super) fn open(options: &Options) -> io::Result<Files> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&options.dir)?;
        let mut files = Files {
            dir: options.dir.clone(),
            max_bytes: options.max_bytes,
            segment_bytes: (options.max_bytes / 16).clamp(4096, 4 << 20),
            current: None,
        };
        files.begin()?;
        Ok(files)
    }

    fn begin(&mut self) -> io::Result<()> {
        let segments = segments(&self.dir)?;
        let mut bytes: u64 = segments.iter().map(|(_, _, bytes)| bytes).sum();
        for (_, path, freed) in &segments {
            if bytes + self.segment_bytes <= self.max_bytes {
                break;
            }
            fs::remove_file(path)?;
            bytes -= freed;
        }
        let mut number = segments.last().map_or(1, |(number, ..)| number + 1);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = loop {
            match options.open(self.dir.join(format!("{number:020}{ENDING}"))) {
                // Another process keeps its records there, too.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                opened => break opened?,
            }
        };
        file.write_all(HEADER.as_bytes())?;
        self.current = Some((file, HEADER.len() as u64));
        Ok(())
    }

    /// Writes whole lines, as far as a segment goes into it and then into the next.
    fn write(&mut self, mut lines: &[u8]) -> io::Result<()> {
        while !lines.is_empty() {
            if self.current.as_ref().is_none_or(|(_, bytes)| *bytes >= self.segment_bytes) {
                self.current = None;
                self.begin()?;
            }
            let Some((file, bytes)) = &mut self.current else { continue };
            let room = usize::try_from(self.segment_bytes.saturating_sub(*bytes)).unwrap_or(usize::MAX);
            let rest = lines.get(room..).unwrap_or_default();
            // The line at the border belongs to this segment.
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |at| room + at + 1);
            let (now, later) = lines.split_at_checked(end).unwrap_or((lines, &[]));
            if let Err(error) = file.write_all(now) {
                // A part may be there: the next try begins another segment, so that only its last line is torn.
                self.current = None;
                return Err(error);
            }
            *bytes += now.len() as u64;
            lines = later;
        }
        Ok(())
    }
}

/// The thread.
pub(super) struct Writer {
    shared: Arc<Shared>,
    files: Files,
    failed: Option<Instant>,
    said: Option<(Instant, u64)>,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, files: Files) -> Writer {
        Writer { shared, files, failed: None, said: None }
    }

    /// Writes until the last handle is gone.
    pub(super) fn run(mut self) {
        let mut spare = Vec::new();
        loop {
            let mut queue = self.shared.queue();
            while queue.lines.is_empty() && queue.flushed.is_empty() && !queue.closing {
                queue = self.wait(queue, Duration::MAX);
            }
            let deadline = Instant::now() + GATHER;
            while queue.flushed.is_empty() && !queue.closing {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                queue = self.wait(queue, left);
            }
            let lines = std::mem::replace(&mut queue.lines, spare);
            let count = std::mem::take(&mut queue.count);
            let flushed = std::mem::take(&mut queue.flushed);
            let closing = queue.closing;
            drop(queue);
            self.write(&lines, count);
            if !lines.is_empty() && self.shared.followers.receiver_count() > 0 {
                let _ = self.shared.followers.send(lines.as_slice().into());
            }
            spare = lines;
            spare.clear();
            // A flood does not leave its memory behind.
            spare.shrink_to(256 << 10);
            for told in flushed {
                let _ = told.send(());
            }
            self.say_lost(closing);
            if closing {
                return;
            }
        }
    }

    fn wait<'q>(
        &self,
        queue: std::sync::MutexGuard<'q, super::Queue>,
        patience: Duration,
    ) -> std::sync::MutexGuard<'q, super::Queue> {
        let waited = self.shared.bell.wait_timeout(queue, patience.min(Duration::from_secs(3600)));
        waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
    }

    fn write(&mut self, lines: &[u8], count: u64) {
        if lines.is_empty() {
            return;
        }
        if self.failed.is_some_and(|since| since.elapsed() < AGAIN) {
            self.shared.lost.fetch_add(count, Ordering::Relaxed);
            return;
        }
        match self.files.write(lines) {
            Ok(()) => {
                self.failed = None;
                if self.shared.trouble().take().is_some() {
                    let lost = self.shared.lost.load(Ordering::Relaxed);
                    tracing::warn!(lost, "records are written again");
                }
            }
            Err(error) => {
                self.failed = Some(Instant::now());
                self.shared.lost.fetch_add(count, Ordering::Relaxed);
                let dir = self.files.dir.display().to_string();
                let before = self.shared.trouble().replace(format!("{dir}: {error}"));
                // Once for as long as it lasts.
                if before.is_none() {
                    tracing::error!(dir, %error, "records cannot be written; events are decided all the same");
                }
            }
        }
    }

    /// Says that records did not fit into the queue, from time to time.
    fn say_lost(&mut self, closing: bool) {
        let lost = self.shared.lost.load(Ordering::Relaxed);
        let (when, before) = self.said.unzip();
        let due = closing || when.is_none_or(|when| when.elapsed() >= SAID);
        if lost > before.unwrap_or(0) && due && self.shared.trouble().is_none() {
            tracing::warn!(lost, "records were not kept: they came faster than they could be written");
            self.said = Some((Instant::now(), lost));
        }
    }
}
