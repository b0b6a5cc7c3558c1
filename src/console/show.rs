//! Showing a conversation, and following what still runs in it.

use std::io::Write;

use clap::Args;
use console::style;
use quorum_client::{Client, ClientError};
use quorum_domain::{Message, ids::ConversationId};
use uuid::Uuid;

use crate::{
    Where, answers, credentials,
    failure::ConsoleError,
    printable,
    progress::{Progress, tell},
    running::Running,
};

/// Questions shown, the newest ones.
const QUESTIONS: u8 = 20;

/// Options of `show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The conversation, as `quorum history` lists it.
    conversation: Uuid,
    /// The whole text of every answer, not of the best only.
    #[arg(long)]
    full: bool,
    /// Print a JSON object for each question with its answers, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Where,
}

pub async fn run(args: ShowArgs) -> Result<(), ConsoleError> {
    if args.place.no_color {
        console::set_colors_enabled(false);
    }
    let client = credentials::client(args.place.url.as_deref())?;
    let id = ConversationId(args.conversation);
    tokio::select! {
        shown = show(&client, &args, id) => shown,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            tell(&format!("\nDetached; what runs goes on. Come back with: quorum show {id}"));
            Err(ConsoleError::Detached)
        }
    }
}

async fn show(client: &Client, args: &ShowArgs, id: ConversationId) -> Result<(), ConsoleError> {
    let conversation = client.conversation(id).await?;
    let page = client.messages(id, QUESTIONS, None).await?;
    if !args.json {
        writeln!(
            std::io::stdout(),
            "{}",
            style(printable::line(&conversation.title)).bold()
        )?;
    }
    let mut unanswered = false;
    for mut message in page.items {
        let running = message.batch.as_ref().filter(|batch| !batch.state.status.is_final());
        if let Some(batch) = running.map(|batch| batch.state.id) {
            let mut progress = Progress::start();
            let mut running = Running::after(client, id, page.last_seq);
            let done = running.until_done(batch, &mut progress, None).await;
            progress.end();
            message.batch = Some(done?);
        }
        unanswered = message
            .batch
            .as_ref()
            .is_some_and(|batch| batch.state.answered_responses == 0);
        write(client, args, &message).await?;
    }
    if unanswered {
        Err(ConsoleError::NotAnswered)
    } else {
        Ok(())
    }
}

async fn write(client: &Client, args: &ShowArgs, message: &Message) -> Result<(), ConsoleError> {
    let mut out = std::io::stdout();
    if args.json {
        let line = serde_json::to_string(message).map_err(|error| ClientError::Unreadable(error.to_string()))?;
        writeln!(out, "{line}")?;
        return Ok(());
    }
    writeln!(
        out,
        "\n{} {}\n",
        style(">").bold(),
        printable::text(&message.content).trim_end()
    )?;
    let Some(batch) = &message.batch else { return Ok(()) };
    answers::write_ranking(batch)?;
    let written = batch
        .consensuses
        .iter()
        .find(|one| !one.response.deleted && one.response.content_length > 0);
    if args.full {
        for response in answers::in_order(batch)
            .into_iter()
            .filter(|response| response.content_length > 0)
        {
            answers::write_whole(client, response.id).await?;
        }
    }
    match written {
        Some(consensus) => {
            writeln!(out, "\n{}", style("Consensus").bold())?;
            answers::write_whole(client, consensus.response.id).await
        }
        None if args.full => Ok(()),
        None => match answers::foremost(batch) {
            Some(best) => answers::write_whole(client, best.id).await,
            None => Ok(()),
        },
    }
}
