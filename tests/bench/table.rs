//! Figures with their spread, and tables of them in Markdown.

use std::{collections::BTreeMap, time::Duration};

/// Percentile of durations, in milliseconds; zero of nothing.
pub fn percentile(times: &mut [Duration], percent: f64) -> f64 {
    if times.is_empty() {
        return 0.0;
    }
    times.sort_unstable();
    let at = ((times.len() as f64 * percent / 100.0).ceil() as usize).clamp(1, times.len()) - 1;
    times[at].as_secs_f64() * 1000.0
}

/// A figure measured a few times over.
#[derive(Debug, Clone, Default)]
pub struct Figure(Vec<f64>);

impl Figure {
    /// The median of the repeats.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    fn text(&self) -> String {
        let digits = |value: f64| {
            if value.abs() >= 100.0 {
                format!("{value:.0}")
            } else {
                format!("{value:.1}")
            }
        };
        let low = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if self.0.len() < 2 {
            return digits(self.median());
        }
        format!("{} ({}-{})", digits(self.median()), digits(low), digits(high))
    }
}

/// A table: a row a figure, a column an engine.
pub struct Table {
    title: String,
    columns: Vec<&'static str>,
    rows: Vec<String>,
    cells: BTreeMap<(String, &'static str), Figure>,
    goals: BTreeMap<String, String>,
}

impl Table {
    /// An empty one.
    pub fn new(title: &str) -> Self {
        Self {
            title: title.into(),
            columns: Vec::new(),
            rows: Vec::new(),
            cells: BTreeMap::new(),
            goals: BTreeMap::new(),
        }
    }

    /// One repeat of a figure.
    pub fn add(&mut self, row: &str, column: &'static str, value: f64) {
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
        if !self.rows.iter().any(|known| known == row) {
            self.rows.push(row.into());
        }
        self.cells.entry((row.into(), column)).or_default().0.push(value);
    }

    /// What a row is to reach, in words.
    pub fn goal(&mut self, row: &str, goal: &str) {
        self.goals.insert(row.into(), goal.into());
    }

    /// Prints it as Markdown: the median of the repeats, their least and most in brackets.
    pub fn print(&self) {
        println!("### {}\n", self.title);
        println!("| | {} | to reach |", self.columns.join(" | "));
        println!("|---|{}---|", "---|".repeat(self.columns.len()));
        for row in &self.rows {
            let cells: Vec<String> = self
                .columns
                .iter()
                .map(|column| {
                    self.cells
                        .get(&(row.clone(), *column))
                        .map_or_else(|| "-".into(), Figure::text)
                })
                .collect();
            let goal = self.goals.get(row).map_or("", String::as_str);
            println!("| {row} | {} | {goal} |", cells.join(" | "));
        }
        println!();
    }
}
