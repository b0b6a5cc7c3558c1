//! Putting a question and showing what comes of it.

use std::io::{IsTerminal, Read};

use clap::Args;
use quorum_client::{Client, ConsensusDraft, ConversationDraft, Question, types::ServiceInfo};
use quorum_domain::{
    Batch, BatchStatus,
    ids::{BatchId, ConversationId, ServiceId},
    panel::slug_of,
};
use tokio::signal::unix::{SignalKind, signal};
use uuid::Uuid;

use crate::{
    Where, answers, credentials,
    failure::ConsoleError,
    printable,
    progress::{Progress, tell},
    running::{Running, Streamed},
};

/// More is not read from a pipe; the server takes less.
const MOST_BYTES: u64 = 1024 * 1024;

/// Options of `ask`.
#[derive(Debug, Args)]
pub struct AskArgs {
    /// The question. What is piped in is added to it, or is the question when none is given.
    question: Vec<String>,
    /// A service to ask, by name, model or id; several may be named. Without it the conversation's, or all.
    #[arg(long = "service", short = 's', value_name = "NAME")]
    services: Vec<String>,
    /// A saved panel to ask, by name.
    #[arg(long, value_name = "NAME", conflicts_with = "services")]
    panel: Option<String>,
    /// Go on in this conversation.
    #[arg(long, short = 'c', value_name = "ID")]
    conversation: Option<Uuid>,
    /// Have the answers fused into one, and show that.
    #[arg(long)]
    consensus: bool,
    /// Show the whole text of every answer, not of the best only.
    #[arg(long)]
    full: bool,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Ctrl-C stops the run as well.
    #[arg(long)]
    cancel_on_interrupt: bool,
    /// The same key never asks twice; one is made when none is given.
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    place: Where,
}

/// What is followed, for whoever interrupts it.
#[derive(Debug, Clone, Copy)]
struct Asked {
    conversation: ConversationId,
    batch: BatchId,
    seq: i64,
}

pub async fn run(args: AskArgs) -> Result<(), ConsoleError> {
    if args.place.no_color {
        console::set_colors_enabled(false);
    }
    let content = question(&args.question)?;
    let client = credentials::client(args.place.url.as_deref())?;
    let services = match &args.panel {
        Some(panel) => Some(members(&client, panel).await?),
        None => chosen(&client, &args.services).await?,
    };
    let key = args
        .idempotency_key
        .clone()
        .unwrap_or_else(|| Uuid::now_v7().to_string());
    // From here on Ctrl-C does not end the command before it has said how to come back.
    let mut interrupts = signal(SignalKind::interrupt())?;
    let asked = tokio::select! {
        asked = put(&client, &args, &key, content, services) => asked?,
        _ = interrupts.recv() => {
            tell(&format!("\nInterrupted before the server said yes. With --idempotency-key {key} it is asked once."));
            return Err(ConsoleError::Detached);
        }
    };
    tokio::select! {
        shown = show(&client, &args, asked) => shown,
        _ = interrupts.recv() => interrupt(&client, asked, args.cancel_on_interrupt).await,
    }
}

/// What was typed, and what was piped in.
fn question(words: &[String]) -> Result<String, ConsoleError> {
    let typed = words.join(" ");
    let mut piped = String::new();
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        stdin.lock().take(MOST_BYTES).read_to_string(&mut piped)?;
    }
    let whole = match (typed.trim(), piped.trim()) {
        ("" | "-", piped) => piped.to_owned(),
        (typed, "") => typed.to_owned(),
        (typed, piped) => format!("{typed}\n\n{piped}"),
    };
    if whole.is_empty() {
        return Err(ConsoleError::NoQuestion);
    }
    Ok(whole)
}

/// The services named, each by its id, its name or its model.
async fn chosen(client: &Client, wanted: &[String]) -> Result<Option<Vec<ServiceId>>, ConsoleError> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let mut services = client.services().await?;
    services.retain(|service| service.active && service.contestant);
    wanted
        .iter()
        .map(|name| find(&services, name))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The services of a saved panel, by its name or by the name that programs ask it by.
async fn members(client: &Client, wanted: &str) -> Result<Vec<ServiceId>, ConsoleError> {
    let panels = client.panels().await?;
    let slug = slug_of(wanted);
    let known = || {
        panels
            .iter()
            .map(|panel| printable::line(&panel.name))
            .collect::<Vec<_>>()
    };
    panels
        .iter()
        .find(|panel| panel.slug == slug)
        .map(|panel| panel.service_ids.clone())
        .ok_or_else(|| ConsoleError::NoSuchPanel {
            wanted: printable::line(wanted),
            known: if panels.is_empty() {
                "none".to_owned()
            } else {
                known().join(", ")
            },
        })
}

fn find(services: &[ServiceInfo], wanted: &str) -> Result<ServiceId, ConsoleError> {
    let same = |text: &str| text.eq_ignore_ascii_case(wanted);
    services
        .iter()
        .find(|service| same(&service.name) || same(&service.id.to_string()))
        .or_else(|| services.iter().find(|service| same(&service.model)))
        .map(|service| service.id)
        .ok_or_else(|| ConsoleError::NoSuchService {
            wanted: wanted.to_owned(),
            known: services
                .iter()
                .map(|service| printable::line(&service.name))
                .collect::<Vec<_>>()
                .join(", "),
        })
}

async fn put(
    client: &Client,
    args: &AskArgs,
    key: &str,
    content: String,
    services: Option<Vec<ServiceId>>,
) -> Result<Asked, ConsoleError> {
    let conversation = match args.conversation {
        Some(id) => client.conversation(id.into()).await?,
        // Under a key of its own, so that the same command makes one conversation.
        None => {
            client
                .create_conversation_as(&format!("{key}-conversation"), &ConversationDraft::default())
                .await?
        }
    };
    let question = Question {
        content,
        service_ids: services,
    };
    let accepted = client.ask_as(key, conversation.id, &question).await?;
    let batch = accepted.batch.ok_or(ConsoleError::NotAnswered)?;
    let many = batch.expected_responses;
    let services = if many == 1 { "service" } else { "services" };
    tell(&format!("Asked {many} {services} in conversation {}.", conversation.id));
    Ok(Asked {
        conversation: conversation.id,
        batch: batch.id,
        seq: conversation.last_seq,
    })
}

async fn show(client: &Client, args: &AskArgs, asked: Asked) -> Result<(), ConsoleError> {
    let mut running = Running::after(client, asked.conversation, asked.seq);
    let alone = match &client.batch(asked.batch).await?.responses[..] {
        [only] if !args.json && !args.consensus => Some(only.id),
        _ => None,
    };
    let mut streamed = alone.map(Streamed::of);
    let mut progress = if alone.is_some() {
        Progress::beside_text()
    } else {
        Progress::start()
    };
    let done = running.until_done(asked.batch, &mut progress, streamed.as_mut()).await;
    progress.end();
    let batch = done?;
    if batch.state.answered_responses == 0 {
        if args.json {
            answers::write_json(client, &batch).await?;
        } else {
            answers::write_ranking(&batch)?;
        }
        return Err(ConsoleError::NotAnswered);
    }
    if let (Some(streamed), Some(id)) = (&mut streamed, alone) {
        let whole = client.response(id).await?;
        streamed.complete(&whole.expanded_content.unwrap_or_default())?;
        answers::write_sources(&whole.citations)?;
    } else if args.consensus {
        fuse(client, args, &mut running, &batch).await?;
    } else {
        report(client, args, &batch).await?;
    }
    if !args.json {
        tell(&format!("\nGo on with: quorum ask -c {} …", asked.conversation));
    }
    Ok(())
}

async fn report(client: &Client, args: &AskArgs, batch: &Batch) -> Result<(), ConsoleError> {
    if args.json {
        return answers::write_json(client, batch).await;
    }
    answers::write_ranking(batch)?;
    if args.full {
        for response in answers::in_order(batch) {
            if response.content_length > 0 {
                answers::write_whole(client, response.id).await?;
            }
        }
    } else if let Some(best) = answers::foremost(batch) {
        answers::write_whole(client, best.id).await?;
    }
    Ok(())
}

async fn fuse(client: &Client, args: &AskArgs, running: &mut Running<'_>, batch: &Batch) -> Result<(), ConsoleError> {
    let consensus = client
        .make_consensus(batch.state.id, &ConsensusDraft::default())
        .await?;
    if args.json {
        running.until_written(&consensus, None).await?;
        return answers::write_json(client, &client.batch(batch.state.id).await?).await;
    }
    answers::write_ranking(batch)?;
    tell("\nConsensus:\n");
    let mut streamed = Streamed::of(consensus.response.id);
    let whole = running.until_written(&consensus, Some(&mut streamed)).await?;
    streamed.complete(&whole.expanded_content.unwrap_or_default())?;
    answers::write_sources(&whole.citations)
}

/// The run is on the server: leaving it ends nothing.
async fn interrupt(client: &Client, asked: Asked, cancel: bool) -> Result<(), ConsoleError> {
    if cancel {
        let batch = client.cancel_batch(asked.batch).await?;
        let still = batch.state.status == BatchStatus::Completed;
        tell(if still { "\nIt was already done." } else { "\nStopped." });
    } else {
        tell("\nDetached; the run goes on.");
    }
    tell(&format!("Come back with: quorum show {}", asked.conversation));
    Err(ConsoleError::Detached)
}
