//! Answers on paper: in their order, with what was said of them.

use std::io::Write;

use console::style;
use quorum_client::Client;
use quorum_domain::{Batch, Citation, Response, batch::RankingMethod, ids::ResponseId};

use crate::{failure::ConsoleError, printable};

/// The answers that were not removed, best first; those without a rank in the order asked.
pub fn in_order(batch: &Batch) -> Vec<&Response> {
    let mut answers: Vec<&Response> = batch.responses.iter().filter(|response| !response.deleted).collect();
    answers.sort_by_key(|response| (response.rank.unwrap_or(i64::MAX), response.position));
    answers
}

/// The answer to read first: the kept one, else the best, else the first there is.
pub fn foremost(batch: &Batch) -> Option<&Response> {
    let answers = in_order(batch);
    let answered = |response: &&&Response| response.content_length > 0 && response.error.is_none();
    answers
        .iter()
        .find(|response| response.selected)
        .or_else(|| answers.iter().find(answered))
        .copied()
}

/// Writes rank, score, summary and reasoning of every answer, and why the others have none.
pub fn write_ranking(batch: &Batch) -> Result<(), ConsoleError> {
    let mut out = std::io::stdout();
    for response in in_order(batch) {
        writeln!(out, "{}", heading(response))?;
        if let Some(summary) = &response.summary {
            writeln!(out, "   {}", printable::line(summary.as_str()))?;
        }
        if let Some(reasoning) = &response.reasoning {
            writeln!(out, "   {}", style(printable::line(reasoning.as_str())).dim())?;
        }
        if let Some(error) = &response.error {
            let words = printable::line(&format!("{} {}", error.message, error.action));
            writeln!(out, "   {}", style(words).red())?;
        }
    }
    let state = &batch.state;
    let judged = match state.ranking_method {
        Some(RankingMethod::Judge) => format!(
            "Ranked {} of {} by {} of {} judges.",
            state.ranked_response_ids.len(),
            state.expected_responses,
            state.judges_voted,
            state.judges_wanted
        ),
        _ => String::new(),
    };
    let note = state.ranking_note.as_deref().map(printable::line).unwrap_or_default();
    let words = [judged, note].join(" ");
    if !words.trim().is_empty() {
        writeln!(out, "{}", style(words.trim()).dim())?;
    }
    Ok(())
}

fn heading(response: &Response) -> String {
    let rank = response.rank.map_or_else(|| "-".to_owned(), |rank| rank.to_string());
    let score = response
        .ranking_score
        .map(|score| format!("  {score:.1}"))
        .unwrap_or_default();
    let tied = if response.tied { " (too close to call)" } else { "" };
    let name = printable::line(&response.service_name);
    let model = printable::line(&response.model);
    format!(
        "{rank:>2} {}{}{tied}",
        style(&name).bold(),
        style(format!("  {model}{score}")).dim()
    )
}

/// Writes the whole text of a response under its name, with the sources that it names.
pub async fn write_whole(client: &Client, id: ResponseId) -> Result<(), ConsoleError> {
    let whole = client.response(id).await?;
    let mut out = std::io::stdout();
    writeln!(
        out,
        "\n{}\n",
        style(printable::line(&whole.service_name)).bold().underlined()
    )?;
    let text = printable::text(whole.expanded_content.as_deref().unwrap_or_default());
    writeln!(out, "{}", text.trim_end())?;
    write_sources(&whole.citations)
}

/// Writes the sources of an answer below it, if it names any.
pub fn write_sources(citations: &[Citation]) -> Result<(), ConsoleError> {
    let mut out = std::io::stdout();
    if !citations.is_empty() {
        writeln!(out, "\n{}", style("Sources").bold())?;
    }
    for line in sources(citations) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The sources of an answer, numbered, each with its title and address or else with what it quotes.
fn sources(citations: &[Citation]) -> Vec<String> {
    let width = citations.len().to_string().len();
    let named = |citation: &Citation| {
        let fields = [&citation.title, &citation.url];
        let said: Vec<&str> = fields.into_iter().flatten().map(String::as_str).collect();
        match &said[..] {
            [] => printable::line(citation.quote.as_deref().unwrap_or_default()),
            said => printable::line(&said.join("  ")),
        }
    };
    let numbered = citations.iter().enumerate();
    numbered
        .map(|(at, citation)| format!("{:>width$}. {}", at + 1, named(citation)))
        .collect()
}

/// The batch as JSON with the whole text and the sources of every answer, on one line.
pub async fn write_json(client: &Client, batch: &Batch) -> Result<(), ConsoleError> {
    let mut whole = batch.clone();
    for response in &mut whole.responses {
        let read = client.response(response.id).await?;
        response.expanded_content = read.expanded_content;
        response.citations = read.citations;
    }
    for consensus in &mut whole.consensuses {
        let read = client.response(consensus.response.id).await?;
        consensus.response.expanded_content = read.expanded_content;
        consensus.response.citations = read.citations;
    }
    let text =
        serde_json::to_string(&whole).map_err(|error| quorum_client::ClientError::Unreadable(error.to_string()))?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}
