//! Measures the judging against recorded verdicts, simulated judges and the published anchors, and
//! fails where a line that must be reached is not. Every verdict takes the product's own way: a
//! ballot as JSON, strictly read, weighted, tallied, recorded.
//!
//! The folder of data is named by `QUORUM_DATA`; without it only what needs no data is run.

#![allow(clippy::print_stdout, reason = "a program whose purpose is to print tables")]

mod closed;
mod data;
mod exam;
mod llmbar;
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
    let mut tables: Vec<Table> = Vec::new();
    match std::env::var_os("QUORUM_DATA").map(PathBuf::from) {
        None => println!("QUORUM_DATA names no folder: only the exam pairs, simulated judges and timing are run.\n"),
        Some(folder) => match Sets::read(&folder) {
            Ok(sets) => tables.extend(with_data(&sets)),
            Err(error) => {
                println!("{error}");
                return ExitCode::FAILURE;
            }
        },
    }
    tables.extend([exam::run(), simulated::run(), timing::run()]);
    for table in &tables {
        println!("{table}");
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

fn with_data(sets: &Sets) -> Vec<Table> {
    let mut tables = Vec::new();
    if !sets.vicuna.is_empty() {
        tables.push(vicuna::run(&sets.vicuna));
    }
    if !sets.llmbar.is_empty() {
        tables.push(llmbar::run(&sets.llmbar));
    }
    if !sets.gsm8k.is_empty() {
        tables.push(closed::run(&sets.gsm8k));
    }
    if !sets.vicuna.is_empty() || !sets.lfqa.is_empty() {
        tables.push(summaries::run(sets));
    }
    tables
}
