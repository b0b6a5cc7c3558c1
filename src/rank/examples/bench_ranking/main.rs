//! Measures the judging against recorded verdicts, simulated judges and the published anchors, and
//! fails where a line that must be reached is not. Every verdict takes the product's own way: a
//! ballot as JSON, strictly read, weighted, tallied, recorded.
//!
//! The folder of data is named by `QUORUM_DATA`; without it only what needs no data is run. Arguments
//! name the tables to print; none means all.

#![allow(clippy::print_stdout, reason = "a program whose purpose is to print tables")]

mod closed;
mod data;
mod exam;
mod llmbar;
mod question;
mod replay;
mod simulated;
mod summaries;
mod table;
mod timing;
mod vicuna;

use std::{path::PathBuf, process::ExitCode};

use data::Sets;
use table::Table;

fn main() -> ExitCode {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let sets = match std::env::var_os("QUORUM_DATA").map(PathBuf::from) {
        None => {
            println!("QUORUM_DATA names no folder: only the exam pairs, simulated judges and timing are run.\n");
            Sets::default()
        }
        Some(folder) => match Sets::read(&folder) {
            Ok(sets) => sets,
            Err(error) => {
                println!("{error}");
                return ExitCode::FAILURE;
            }
        },
    };
    let parts: [(&str, bool, &dyn Fn() -> Table); 7] = [
        ("vicuna", !sets.vicuna.is_empty(), &|| vicuna::run(&sets.vicuna)),
        ("llmbar", !sets.llmbar.is_empty(), &|| llmbar::run(&sets.llmbar)),
        ("gsm8k", !sets.gsm8k.is_empty(), &|| closed::run(&sets.gsm8k)),
        ("summaries", !sets.vicuna.is_empty() || !sets.lfqa.is_empty(), &|| {
            summaries::run(&sets)
        }),
        ("exam", true, &exam::run),
        ("simulated", true, &simulated::run),
        ("timing", true, &timing::run),
    ];
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    let mut tables = Vec::new();
    for (_, _, run) in parts.iter().filter(|(name, possible, _)| *possible && wanted(name)) {
        let table = run();
        println!("{table}");
        tables.push(table);
    }
    let failed: usize = tables.iter().map(Table::failed).sum();
    let lines: usize = tables.iter().map(Table::lines).sum();
    println!("{} of {lines} lines reached", lines - failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
