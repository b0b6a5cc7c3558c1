//! How far each service is: lines that move in a terminal, one line for each step elsewhere.

use std::{collections::HashMap, io::Write, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use quorum_domain::{Response, Stage, batch::BatchState, ids::ResponseId};

use crate::printable;

const TICK: Duration = Duration::from_millis(120);

/// What is shown while answers come.
pub struct Progress {
    bars: MultiProgress,
    lines: HashMap<ResponseId, Line>,
    moves: bool,
}

struct Line {
    bar: ProgressBar,
    told: Option<String>,
}

impl Progress {
    /// Moving lines where standard error is a terminal.
    pub fn start() -> Self {
        Self::drawn_on(ProgressDrawTarget::stderr(), console::user_attended_stderr())
    }

    /// Beside a text that is written as it comes, nothing moves.
    pub fn beside_text() -> Self {
        Self::drawn_on(ProgressDrawTarget::hidden(), false)
    }

    fn drawn_on(target: ProgressDrawTarget, moves: bool) -> Self {
        Self {
            bars: MultiProgress::with_draw_target(target),
            lines: HashMap::new(),
            moves,
        }
    }

    /// Where a response stands now.
    pub fn show(&mut self, response: &Response) {
        let name = printable::line(&response.service_name);
        let line = self.lines.entry(response.id).or_insert_with(|| Line {
            bar: new_bar(&self.bars, &name),
            told: None,
        });
        line.bar.set_position(u64::try_from(response.progress).unwrap_or(0));
        line.bar.set_message(words_of(response));
        if response.progress >= 90 {
            line.bar.disable_steady_tick();
        }
        let milestone = milestone(response);
        if !self.moves && milestone.is_some() && line.told != milestone {
            tell(&format!("{name}: {}", milestone.as_deref().unwrap_or_default()));
            line.told = milestone;
        }
    }

    /// How much text there is of a running response.
    pub fn show_length(&self, response: ResponseId, characters: usize) {
        if let Some(line) = self.lines.get(&response) {
            line.bar.set_message(format!("writing, {characters} characters"));
        }
    }

    /// Where the batch stands.
    pub fn show_batch(&self, batch: &BatchState) {
        if !self.moves && batch.status == quorum_domain::BatchStatus::Ranking {
            tell(&format!(
                "{} of {} answered; ranking",
                batch.answered_responses, batch.expected_responses
            ));
        }
    }

    /// Takes the lines away, so that what follows stands alone.
    pub fn end(self) {
        for line in self.lines.values() {
            line.bar.finish_and_clear();
        }
        // A terminal that is gone needs no clearing.
        let _cleared = self.bars.clear();
    }
}

fn new_bar(bars: &MultiProgress, name: &str) -> ProgressBar {
    let bar = bars.add(ProgressBar::new(100).with_prefix(name.to_owned()));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:24!} {bar:16} {wide_msg}") {
        bar.set_style(style.progress_chars("━━─"));
    }
    bar.enable_steady_tick(TICK);
    bar
}

fn words_of(response: &Response) -> String {
    match response.stage {
        Stage::Queued => "waiting".into(),
        Stage::Calling => "asked".into(),
        Stage::Streaming => "writing".into(),
        Stage::Retrying => match &response.error {
            Some(error) => format!(
                "trying again ({} of {}): {}",
                response.attempt + 1,
                response.max_attempts,
                printable::line(&error.message)
            ),
            None => "trying again".into(),
        },
        Stage::Answered => "answered".into(),
        Stage::Judging => "being judged".into(),
        Stage::Ranked => "ranked".into(),
        Stage::Refused => "declined".into(),
        Stage::Cancelled => "stopped".into(),
        Stage::Failed => match &response.error {
            Some(error) => format!("failed: {}", printable::line(&error.message)),
            None => "failed".into(),
        },
    }
}

/// What is worth a line where lines do not move.
fn milestone(response: &Response) -> Option<String> {
    match response.stage {
        Stage::Queued | Stage::Calling | Stage::Streaming => None,
        Stage::Answered | Stage::Judging | Stage::Ranked => Some("answered".into()),
        Stage::Retrying | Stage::Refused | Stage::Cancelled | Stage::Failed => Some(words_of(response)),
    }
}

/// A line on standard error; one that nobody takes any more is not missed.
pub fn tell(words: &str) {
    let _taken = writeln!(std::io::stderr(), "{words}");
}
