//! A table of measured figures beside their anchors and the lines that must be reached.

use std::fmt;

/// Which side of the line is good.
#[derive(Clone, Copy)]
pub enum Line {
    AtLeast(f64),
    AtMost(f64),
    /// Only shown.
    None,
}

struct Row {
    what: String,
    anchor: String,
    line: Line,
    stated: Option<f64>,
    found: f64,
}

impl Row {
    fn passes(&self) -> Option<bool> {
        match self.line {
            Line::AtLeast(line) => Some(self.found >= line - 1e-9),
            Line::AtMost(line) => Some(self.found <= line + 1e-9),
            Line::None => None,
        }
    }
}

pub struct Table {
    title: String,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Table {
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub fn row(&mut self, what: impl Into<String>, anchor: impl Into<String>, line: Line, found: f64) {
        self.rows.push(Row {
            what: what.into(),
            anchor: anchor.into(),
            line,
            stated: None,
            found,
        });
    }

    /// A line drawn on all the data. Where the reference judge itself does worse on the data at
    /// hand than where the line was drawn, the line is lowered by as much, and both are shown.
    pub fn replay_row(
        &mut self,
        what: impl Into<String>,
        anchor: impl Into<String>,
        stated: f64,
        shift: f64,
        found: f64,
    ) {
        let line = stated + shift.min(0.0);
        let stated = (shift < 0.0).then_some(stated);
        self.rows.push(Row {
            what: what.into(),
            anchor: anchor.into(),
            line: Line::AtLeast(line),
            stated,
            found,
        });
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|row| row.passes() == Some(false)).count()
    }

    pub fn lines(&self) -> usize {
        self.rows.iter().filter(|row| row.passes().is_some()).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        writeln!(f, "  {:<62} {:>16} {:>18} {:>9}", "", "anchor", "must reach", "here")?;
        for row in &self.rows {
            let line = match (row.line, row.stated) {
                (Line::AtLeast(line), Some(stated)) => format!(">= {line:.3} ({stated:.3})"),
                (Line::AtLeast(line), None) => format!(">= {line:.3}"),
                (Line::AtMost(line), _) => format!("<= {line:.3}"),
                (Line::None, _) => String::new(),
            };
            let verdict = match row.passes() {
                Some(true) => "PASS",
                Some(false) => "FAIL",
                None => "",
            };
            writeln!(
                f,
                "  {:<62} {:>16} {:>18} {:>9.3} {verdict}",
                row.what, row.anchor, line, row.found
            )?;
        }
        for note in &self.notes {
            writeln!(f, "  {note}")?;
        }
        Ok(())
    }
}
