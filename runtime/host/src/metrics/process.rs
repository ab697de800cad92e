//! What the system says of this process.

use super::page::{Kind, Page};

/// Memory and processor time. Elsewhere than on Linux nothing is written.
pub(super) fn write(page: &mut Page) {
    let Some((resident, seconds)) = usage() else { return };
    let name = "process_resident_memory_bytes";
    page.metric(name, "Resident memory.", Kind::Gauge);
    page.sample(name, &[], resident);
    let name = "process_cpu_seconds_total";
    page.metric(name, "Processor time, of user and system.", Kind::Counter);
    page.sample(name, &[], seconds);
}

#[cfg(target_os = "linux")]
fn usage() -> Option<(u64, f64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let resident: u64 = resident.trim().strip_suffix("kB")?.trim().parse().ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold blanks; fields 14 and 15 of the whole are counted behind it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    // Linux counts in hundredths for everybody who reads this file.
    Some((resident * 1024, ticks as f64 / 100.0))
}

#[cfg(not(target_os = "linux"))]
fn usage() -> Option<(u64, f64)> {
    None
}
