//! The list of conversations, and searching them.

use std::io::Write;

use clap::Args;
use console::style;
use quorum_client::ClientError;

use crate::{Where, credentials, failure::ConsoleError, printable};

/// Options of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Only what has these words in its title, questions or answers.
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// At most so many, 1 to 100.
    #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=100))]
    limit: u8,
    /// Print a JSON object for each, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

pub async fn run(args: HistoryArgs) -> Result<(), ConsoleError> {
    if args.place.no_color {
        console::set_colors_enabled(false);
    }
    let client = credentials::client(args.place.url.as_deref())?;
    let mut out = std::io::stdout();
    if let Some(words) = &args.search {
        for hit in client.search(words, args.limit).await? {
            if args.json {
                let line = serde_json::json!({"conversation_id": hit.conversation_id, "title": hit.title,
                    "message_id": hit.message_id, "snippet": hit.snippet, "at": hit.at});
                writeln!(out, "{line}")?;
            } else {
                let title = printable::line(&hit.title);
                writeln!(out, "{}  {}", style(hit.conversation_id).dim(), style(title).bold())?;
                writeln!(out, "    {}", printable::line(&hit.snippet))?;
            }
        }
        return Ok(());
    }
    for conversation in client.conversations(args.limit, None).await?.items {
        if args.json {
            let line =
                serde_json::to_string(&conversation).map_err(|error| ClientError::Unreadable(error.to_string()))?;
            writeln!(out, "{line}")?;
            continue;
        }
        let at = conversation.last_message_at.unwrap_or(conversation.created_at);
        let at = at.with_timezone(&chrono::Local).format("%Y-%m-%d %H:%M");
        let title = printable::line(&conversation.title);
        writeln!(out, "{}  {at}  {title}", style(conversation.id).dim())?;
    }
    Ok(())
}
