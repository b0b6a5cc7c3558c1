//! What the operating system says of processes: memory, CPU time, and of the machine.

use std::{fs, time::Duration};

/// Ticks a second of the times in `/proc`; fixed in Linux's interface to programs.
const TICKS: f64 = 100.0;

/// Proportional set size of processes, in MiB.
pub fn memory(processes: &[u32]) -> f64 {
    let kilobytes: u64 = processes
        .iter()
        .filter_map(|process| fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok())
        .filter_map(|text| {
            let line = text.lines().find(|line| line.starts_with("Pss:"))?.to_owned();
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .sum();
    kilobytes as f64 / 1024.0
}

/// CPU time that processes have used.
pub fn cpu(processes: &[u32]) -> Duration {
    let ticks: u64 = processes
        .iter()
        .filter_map(|process| fs::read_to_string(format!("/proc/{process}/stat")).ok())
        .filter_map(|text| {
            let (_, fields) = text.rsplit_once(')')?;
            let fields: Vec<&str> = fields.split_whitespace().collect();
            // Fields 14 and 15 of the line are user and system time; the first two are gone here.
            Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
        })
        .sum();
    Duration::from_secs_f64(ticks as f64 / TICKS)
}

/// Threads of a process.
pub fn threads(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count)
}

/// One line about where the figures were made.
pub fn description() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| {
            line.strip_prefix("model name")?
                .split_once(':')
                .map(|(_, name)| name.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown processor".into());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?").to_owned();
    format!("Machine: {cores} cores, {model}; load before the start {load}.")
}

/// Open files and sockets of a process.
pub fn open_files(process: u32) -> usize {
    fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count)
}
