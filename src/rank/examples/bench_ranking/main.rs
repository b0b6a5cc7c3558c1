//! Measures the judging against recorded verdicts, simulated judges and the published anchors, and
//! fails where a line that must be reached is not. Every verdict takes the product's own way: a
//! ballot as JSON, strictly read, weighted, tallied, recorded.
//!
//! The folder of data is named by `QUORUM_DATA`; without it only what needs no data is run. Arguments
//! name the tables to print; none means all.

#![allow(clippy::print_stdout, reason = "a program whose purpose is to print tables")]

mod attacks;
mod closed;
mod data;
mod exam;
mod llmbar;
mod obeying;
mod question;
mod replay;
mod simulated;
mod summaries;
mod table;
mod timing;
mod vain;
mod vicuna;

use std::{path::PathBuf, process::ExitCode};

use data::Sets;
use table::Table;

/// Questions for each line of simulated judges.
const QUESTIONS: u64 = 2000;

/// The tables that are named, or all, where their data is there.
fn measured(sets: &Sets, only: &[String], questions: u64) -> Vec<Table> {
    let parts: [(&str, bool, &dyn Fn() -> Table); 8] = [
        ("vicuna", !sets.vicuna.is_empty(), &|| vicuna::run(&sets.vicuna)),
        ("llmbar", !sets.llmbar.is_empty(), &|| llmbar::run(&sets.llmbar)),
        ("gsm8k", !sets.gsm8k.is_empty(), &|| closed::run(&sets.gsm8k)),
        ("summaries", true, &|| summaries::run(sets)),
        ("attacks", true, &|| attacks::run(sets)),
        ("exam", true, &exam::run),
        ("simulated", true, &|| simulated::run(questions)),
        ("timing", true, &timing::run),
    ];
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    parts
        .iter()
        .filter(|(name, possible, _)| *possible && wanted(name))
        .map(|(_, _, run)| run())
        .collect()
}

fn main() -> ExitCode {
    let only: Vec<String> = std::env::args().skip(1).collect();
    let sets = match std::env::var_os("QUORUM_DATA").map(PathBuf::from) {
        None => {
            println!("QUORUM_DATA names no folder: run on our own questions and simulated judges only.\n");
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
    let tables = measured(&sets, &only, QUESTIONS);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_data_it_measures_our_own_questions_and_reaches_every_line() {
        let only = ["summaries", "attacks", "exam"].map(str::to_owned);
        for table in measured(&Sets::default(), &only, 1) {
            assert!(table.lines() > 0 && table.failed() == 0, "{table}");
        }
    }

    #[test]
    fn simulated_judges_in_a_small_number_come_out_as_in_a_great_one() {
        let only = ["simulated".to_owned()];
        let table = measured(&Sets::default(), &only, 160).remove(0);
        // A line or two may be missed by chance with so few.
        assert!(table.lines() >= 7 && table.failed() <= 2, "{table}");
    }
}
