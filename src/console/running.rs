//! Following what runs until it is done.

use std::io::Write;

use quorum_client::{Client, Follower, LiveTexts, Piece, Update};
use quorum_domain::{
    Batch, Consensus, EventBody, Response, Stage,
    ids::{BatchId, ConversationId, ResponseId},
};

use crate::{failure::ConsoleError, printable::Printable, progress::Progress};

/// A text that is written to standard output as it comes, each part of it once.
pub struct Streamed {
    response: ResponseId,
    texts: LiveTexts,
    printable: Printable,
    /// What was written so far, before it was made printable.
    written: String,
}

impl Streamed {
    /// The text of this response, from its beginning.
    pub fn of(response: ResponseId) -> Self {
        Self {
            response,
            texts: LiveTexts::default(),
            printable: Printable::default(),
            written: String::new(),
        }
    }

    fn take(&mut self, delta: &quorum_domain::Delta) -> Result<(), ConsoleError> {
        if delta.response_id != self.response {
            return Ok(());
        }
        match self.texts.take(delta) {
            Piece::More(piece) => self.write(&piece),
            Piece::Anew(piece) => {
                self.begin_anew()?;
                self.write(&piece)
            }
            // What is missing is written when the whole text is there.
            Piece::Known | Piece::Gap => Ok(()),
        }
    }

    fn write(&mut self, piece: &str) -> Result<(), ConsoleError> {
        self.written.push_str(piece);
        let mut out = std::io::stdout();
        write!(out, "{}", self.printable.next(piece))?;
        out.flush()?;
        Ok(())
    }

    fn begin_anew(&mut self) -> Result<(), ConsoleError> {
        self.written.clear();
        self.printable = Printable::default();
        writeln!(std::io::stdout(), "\n\n[begun anew]\n")?;
        Ok(())
    }

    /// Writes what is still missing of the whole text.
    pub fn complete(&mut self, whole: &str) -> Result<(), ConsoleError> {
        match whole.strip_prefix(self.written.as_str()) {
            Some(rest) => self.write(rest)?,
            None => {
                self.begin_anew()?;
                self.write(whole)?;
            }
        }
        if !whole.ends_with('\n') {
            writeln!(std::io::stdout())?;
        }
        Ok(())
    }
}

/// A conversation that is followed.
pub struct Running<'a> {
    client: &'a Client,
    follower: Follower,
    texts: LiveTexts,
}

impl<'a> Running<'a> {
    /// From after this event on.
    pub fn after(client: &'a Client, conversation: ConversationId, seq: i64) -> Self {
        Self {
            client,
            follower: client.follow(conversation, seq),
            texts: LiveTexts::default(),
        }
    }

    /// Waits until a batch is done, showing how far each service is; gives it as it is then.
    pub async fn until_done(
        &mut self,
        id: BatchId,
        progress: &mut Progress,
        mut streamed: Option<&mut Streamed>,
    ) -> Result<Batch, ConsoleError> {
        let mut batch = self.client.batch(id).await?;
        for response in &batch.responses {
            progress.show(response);
        }
        while !batch.state.status.is_final() {
            match self.follower.next().await? {
                Update::Event(event) => match event.body {
                    EventBody::ResponseUpdate { response } if response.batch_id == id => progress.show(&response),
                    EventBody::BatchUpdate { batch: state } if state.id == id => {
                        progress.show_batch(&state);
                        if state.status.is_final() {
                            batch = self.client.batch(id).await?;
                            batch.responses.iter().for_each(|response| progress.show(response));
                        }
                    }
                    EventBody::ConversationDeleted {} => return Err(quorum_client::ClientError::Gone.into()),
                    _ => {}
                },
                Update::Delta(delta) => match &mut streamed {
                    Some(streamed) => streamed.take(&delta)?,
                    None => {
                        self.texts.take(&delta);
                        let length = self.texts.text(delta.response_id).chars().count();
                        progress.show_length(delta.response_id, length);
                    }
                },
                Update::Ready { .. } => {}
                Update::Resync { .. } => batch = self.client.batch(id).await?,
            }
        }
        Ok(batch)
    }

    /// Waits until a consensus is written, writing it out as it comes; gives it whole.
    pub async fn until_written(
        &mut self,
        consensus: &Consensus,
        streamed: Option<&mut Streamed>,
    ) -> Result<Response, ConsoleError> {
        let id = consensus.response.id;
        let mut stage = consensus.response.stage;
        let mut streamed = streamed;
        while !is_ended(stage) {
            match self.follower.next().await? {
                Update::Event(event) => {
                    if let EventBody::ConsensusUpdate { consensus } = event.body
                        && consensus.response.id == id
                    {
                        stage = consensus.response.stage;
                    }
                }
                Update::Delta(delta) => {
                    if let Some(streamed) = &mut streamed {
                        streamed.take(&delta)?;
                    }
                }
                Update::Ready { .. } => {}
                Update::Resync { .. } => stage = self.client.response(id).await?.stage,
            }
        }
        let whole = self.client.response(id).await?;
        if let Some(error) = &whole.error {
            return Err(ConsoleError::NoConsensus(error.message.clone()));
        }
        Ok(whole)
    }
}

const fn is_ended(stage: Stage) -> bool {
    matches!(
        stage,
        Stage::Answered | Stage::Judging | Stage::Ranked | Stage::Failed | Stage::Refused | Stage::Cancelled
    )
}
