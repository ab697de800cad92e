//! The files of a process: which they are, and what becomes of them when they change.

use crate::args::{DiagnosticFormat, Target};
use crate::input;
use crate::output::remark;
use crate::trouble::Trouble;
use aev_plan::Plan;
use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

/// The pipelines of a process, by the files that they are read from.
pub struct Fleet {
    /// As they were given: files, and directories whose `.aev` files are meant.
    given: Vec<PathBuf>,
    format: DiagnosticFormat,
    files: BTreeMap<PathBuf, File>,
}

struct File {
    stamp: Option<Stamp>,
    /// The last plan that could be made of it; none when there never was one.
    plan: Option<Plan>,
}

/// By which a file is known to be as it was.
#[derive(Clone, Copy, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    #[cfg(unix)]
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt;
        Stamp {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            #[cfg(unix)]
            inode: metadata.ino(),
        }
    }
}

impl Fleet {
    /// Reads everything that was given. What is wrong goes to standard error.
    ///
    /// `Err` in the result is the exit code when a pipeline has errors.
    pub fn load(given: &[PathBuf], format: DiagnosticFormat) -> Result<Result<Fleet, ExitCode>, Trouble> {
        let mut fleet = Fleet { given: given.to_vec(), format, files: BTreeMap::new() };
        let mut failed = None;
        for path in fleet.found()? {
            let stamp = stamp(&path);
            match input::plan(&path, Some(Target::Plan), format)? {
                Ok(plan) => drop(fleet.files.insert(path, File { stamp, plan: Some(plan) })),
                Err(code) => failed = Some(code),
            }
        }
        Ok(failed.map_or(Ok(fleet), Err))
    }

    /// The plans, in the order of their files.
    pub fn plans(&self) -> Vec<Plan> {
        self.files.values().filter_map(|file| file.plan.clone()).collect()
    }

    /// Looks whether a file has changed, come or gone since the last time, and reads it again. A file that cannot be read
    /// now, or has errors, counts as it was; what is wrong with it goes to standard error, once for each change. Gives
    /// whether the plans are others.
    pub fn changed(&mut self) -> bool {
        let found = match self.found() {
            Ok(found) => found,
            // Perhaps it is being replaced; what runs, runs on.
            Err(_) => return false,
        };
        let mut changed = false;
        for path in &found {
            let now = stamp(path);
            if self.files.get(path).is_some_and(|file| file.stamp == now) {
                continue;
            }
            let plan = match input::plan(path, Some(Target::Plan), self.format) {
                Ok(Ok(plan)) => Some(plan),
                Ok(Err(_)) => None,
                Err(trouble) => {
                    remark(&format!("{trouble}\n"));
                    None
                }
            };
            let known = self.files.entry(path.clone()).or_insert(File { stamp: None, plan: None });
            known.stamp = now;
            match plan {
                Some(plan) => {
                    changed |= known.plan.as_ref() != Some(&plan);
                    known.plan = Some(plan);
                }
                None => {
                    let rest = if known.plan.is_some() { "; what it said before stays in force" } else { "" };
                    remark(&format!("`{}` cannot be run as it is now{rest}\n", path.display()));
                }
            }
        }
        let before = self.files.len();
        self.files.retain(|path, _| found.contains(path));
        changed || self.files.len() != before
    }

    /// The files that are meant, each once and in order.
    fn found(&self) -> Result<Vec<PathBuf>, Trouble> {
        let mut found = Vec::new();
        for path in &self.given {
            if !path.is_dir() {
                found.push(path.clone());
                continue;
            }
            let before = found.len();
            input::pipelines_in(path, &mut found)?;
            if found.len() == before && self.files.is_empty() {
                return Err(Trouble::input(format!("there is no pipeline in `{}`", path.display()))
                    .help("a directory is searched for files that end in `.aev`"));
            }
        }
        found.sort();
        found.dedup();
        Ok(found)
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|metadata| Stamp::of(&metadata))
}
