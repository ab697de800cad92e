//! What a process costs, from `/proc`.

use crate::Failure;
use std::fs;
use std::time::Duration;

/// The kernel tells times of processes to programs in hundredths of a second, whatever it counts in itself.
const TICKS: u32 = 100;

/// A process that is measured.
#[derive(Clone, Debug)]
pub struct Process {
    /// Such as `sensor`.
    pub name: &'static str,
    /// Its number.
    pub pid: u32,
}

impl Process {
    /// Processor time that all its threads have taken so far.
    pub fn cpu(&self) -> Result<Duration, Failure> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The name of the program stands in brackets and may hold anything; behind it are numbers.
        let (_, rest) = stat.rsplit_once(") ").ok_or("no name in `/proc/PID/stat`")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let ticks = |number: usize| -> Result<u64, Failure> {
            Ok(fields.get(number).ok_or("`/proc/PID/stat` is short")?.parse()?)
        };
        // Fields 14 and 15 of proc(5), counted from the third here.
        Ok(Duration::from_secs(ticks(11)? + ticks(12)?) / TICKS)
    }

    /// Memory that it holds, in MiB.
    pub fn resident(&self) -> Result<f64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: f64 = line.and_then(|line| line.split_whitespace().next()).ok_or("no `VmRSS`")?.parse()?;
        Ok(kib / 1024.0)
    }
}

/// The processor times of several processes at one moment.
pub struct Times(Vec<(Process, Duration)>);

impl Times {
    /// Now.
    pub fn of(processes: &[Process]) -> Result<Times, Failure> {
        let times = processes.iter().map(|process| Ok((process.clone(), process.cpu()?)));
        times.collect::<Result<_, Failure>>().map(Times)
    }

    /// What each has taken since, in milliseconds for one of so many events.
    pub fn per_event(&self, events: usize) -> Result<Vec<(&'static str, f64)>, Failure> {
        let spent = |(process, before): &(Process, Duration)| {
            let spent = process.cpu()?.saturating_sub(*before);
            Ok((process.name, spent.as_secs_f64() * 1000.0 / events.max(1) as f64))
        };
        self.0.iter().map(spent).collect()
    }
}
