//! One request and the reading of its reply, each wait under its deadline.

use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use quorum_domain::{Beside, FailureKind, FinishReason, TokenUsage, tokens::estimate_tokens};
use reqwest::header::CONTENT_TYPE;
use tokio::{sync::mpsc, time::Instant};

use crate::{
    Ask, CallError, Deadlines, Piece, Reply, Voices,
    classify::{ErrorBody, classify, request_id},
    formats::{Format, Progress, format_of, refused_field},
    sse::SseParser,
    voices::{hide_key, transport_error},
};

/// A request under way, and what has come of its reply.
pub(crate) struct Call<'a> {
    voices: &'a Voices,
    ask: &'a Ask,
    pieces: mpsc::Sender<Piece>,
    progress: Progress,
    begun: Instant,
    deadlines: Deadlines,
    first: Option<Duration>,
}

impl<'a> Call<'a> {
    /// Begins now.
    pub(crate) fn new(voices: &'a Voices, ask: &'a Ask, pieces: mpsc::Sender<Piece>, deadlines: Deadlines) -> Self {
        Self {
            voices,
            ask,
            pieces,
            progress: Progress::default(),
            begun: Instant::now(),
            deadlines,
            first: None,
        }
    }

    /// Sends the request and reads the reply to its end; gives the provider's id of it.
    pub(crate) async fn run(&mut self) -> Result<Option<String>, CallError> {
        let format = format_of(self.ask.service.service_type);
        let first_token = self.begun + self.deadlines.first_token;
        let response = tokio::time::timeout_at(first_token, self.open(format))
            .await
            .unwrap_or_else(|_| Err(self.no_first_token()))?;
        let id = request_id(response.headers());
        let is_json = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|kind| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        let mut body = std::pin::pin!(response.bytes_stream());
        let read = match is_json.as_deref() {
            Some("text/event-stream") | None => self.read_stream(format, &mut body).await,
            Some("application/json") => self.read_whole(format, &mut body).await,
            Some(_) => Err(CallError::new(
                FailureKind::BadResponse,
                "The service replied with a page instead of an answer.",
            )),
        };
        let id = id.or_else(|| self.progress.request_id.clone());
        match read {
            Ok(()) => Ok(id),
            Err(error) => Err(CallError {
                request_id: id.or(error.request_id.clone()),
                ..error
            }),
        }
    }

    /// Sends the request; one that is refused for an optional field is sent once more without it.
    async fn open(&self, format: &dyn Format) -> Result<reqwest::Response, CallError> {
        let mut omitted = self.voices.omitted_for(&self.ask.service);
        // One more request per optional field at the most.
        for _ in 0..4 {
            let request = format.request(self.ask, &omitted);
            let body = request.body.clone().unwrap_or_default();
            let response = self.voices.send(request).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            let (error, message) = self.voices.read_error(response).await;
            let refused = matches!(error.http_status, Some(400 | 422))
                .then(|| refused_field(&body, &message, &omitted))
                .flatten();
            let Some(field) = refused else {
                return Err(error);
            };
            omitted.insert(field);
            self.voices.remember_omitted(&self.ask.service, omitted.clone());
        }
        Err(CallError::new(
            FailureKind::BadRequest,
            "The service refused several settings of this model.",
        ))
    }

    fn no_first_token(&self) -> CallError {
        let waited = self.deadlines.first_token.as_secs_f32();
        CallError::new(
            FailureKind::TimeoutFirstToken,
            format!("Nothing came within {waited} s."),
        )
    }

    /// When the next content must have come.
    fn content_due(&self, last_content: Option<Instant>) -> Instant {
        let deadlines = &self.deadlines;
        last_content.map_or(self.begun + deadlines.first_token, |at| at + deadlines.content_idle)
    }

    fn overdue(&self, last_content: Option<Instant>) -> CallError {
        if last_content.is_none() {
            return self.no_first_token();
        }
        let idle = self.deadlines.content_idle.as_secs_f32();
        CallError::new(FailureKind::TimeoutIdle, format!("Nothing more came for {idle} s."))
    }

    async fn read_stream<S>(&mut self, format: &dyn Format, body: &mut S) -> Result<(), CallError>
    where
        S: Stream<Item = reqwest::Result<Bytes>> + Unpin,
    {
        let mut parser = SseParser::new(self.voices.options().max_line_bytes);
        let mut last_content = None;
        while !self.progress.ended || self.progress.usage.is_none() {
            // After its end a stream may still bring the usage, but nobody waits long for it.
            let due = if self.progress.ended {
                Instant::now() + Duration::from_secs(2)
            } else {
                self.content_due(last_content)
            };
            let bytes = match tokio::time::timeout_at(due, body.next()).await {
                Ok(Some(Ok(bytes))) => bytes,
                Ok(Some(Err(_))) | Err(_) if self.progress.ended => break,
                Ok(Some(Err(error))) => return Err(transport_error(error)),
                Ok(None) => break,
                Err(_) => return Err(self.overdue(last_content)),
            };
            let events = parser
                .feed(&bytes)
                .map_err(|_| CallError::new(FailureKind::BadResponse, "The service sent a line that is too long."))?;
            for event in events {
                let pieces = format.event(&event, &mut self.progress)?;
                if !pieces.is_empty() {
                    last_content = Some(Instant::now());
                }
                self.pass_on(pieces).await;
                if self.is_full() {
                    // The rest stays with the provider: what was asked for is a text to read.
                    self.progress.finish = Some(FinishReason::Length);
                    return Ok(());
                }
            }
        }
        if let Some(event) = parser.finish() {
            let pieces = format.event(&event, &mut self.progress)?;
            self.pass_on(pieces).await;
        }
        if !self.progress.ended {
            return Err(stray_error(parser.stray()));
        }
        Ok(())
    }

    async fn read_whole<S>(&mut self, format: &dyn Format, body: &mut S) -> Result<(), CallError>
    where
        S: Stream<Item = reqwest::Result<Bytes>> + Unpin,
    {
        let mut bytes = Vec::new();
        loop {
            let due = self.begun + self.deadlines.first_token;
            match tokio::time::timeout_at(due, body.next()).await {
                Ok(Some(Ok(more))) => bytes.extend_from_slice(&more),
                Ok(Some(Err(error))) => return Err(transport_error(error)),
                Ok(None) => break,
                Err(_) => return Err(self.no_first_token()),
            }
            if bytes.len() > self.voices.options().max_answer_bytes {
                // Asking again would bring, and cost, the same.
                return Err(CallError {
                    retryable: false,
                    ..CallError::new(FailureKind::BadResponse, "The answer is larger than allowed.")
                });
            }
        }
        let json = serde_json::from_slice(&bytes)
            .map_err(|_| CallError::new(FailureKind::BadResponse, "The service sent something that is not JSON."))?;
        let pieces = format.whole(&json, &mut self.progress)?;
        self.pass_on(pieces).await;
        if self.progress.ended { Ok(()) } else { Err(cut_short()) }
    }

    async fn pass_on(&mut self, pieces: Vec<Piece>) {
        if self.first.is_none() && !pieces.is_empty() {
            self.first = Some(self.begun.elapsed());
        }
        for piece in pieces {
            // Nobody reads any more: the caller is about to stop this call.
            if self.pieces.send(piece).await.is_err() {
                break;
            }
        }
    }

    fn is_full(&self) -> bool {
        self.progress.text.len() > self.voices.options().max_answer_bytes
    }

    /// What came of it, with what had come before an error.
    pub(crate) fn conclude(self, result: Result<Option<String>, CallError>) -> Result<Reply, CallError> {
        let Self {
            ask,
            progress,
            begun,
            first,
            ..
        } = self;
        let usage = progress.usage;
        let beside = Beside {
            thoughts: progress.thoughts.into_text(),
            citations: progress.citations.into_vec(),
        };
        match result {
            Ok(request_id) => Ok(Reply {
                usage: usage
                    .filter(|usage| usage.output > 0 || usage.total_input() > 0)
                    .unwrap_or_else(|| estimated(ask, &progress.text)),
                finish: progress.finish.unwrap_or(FinishReason::Stop),
                refusal: (progress.finish == Some(FinishReason::Refusal)).then_some(progress.refusal),
                request_id,
                first_token_after: first.unwrap_or_else(|| begun.elapsed()),
                text: progress.text,
                beside,
            }),
            Err(mut error) => {
                error.usage = usage.or_else(|| (!progress.text.is_empty()).then(|| estimated(ask, &progress.text)));
                error.partial_text = progress.text;
                error.beside = beside;
                Err(hide_key(error, ask.key.as_ref()))
            }
        }
    }
}

fn estimated(ask: &Ask, text: &str) -> TokenUsage {
    TokenUsage {
        input: ask
            .messages
            .iter()
            .map(quorum_domain::context::PromptMessage::tokens)
            .sum(),
        output: estimate_tokens(text),
        estimated: true,
        ..TokenUsage::default()
    }
}

fn cut_short() -> CallError {
    CallError::new(FailureKind::BadResponse, "The answer broke off before its end.")
}

/// A stream that ended without its last event: maybe a bare JSON error stands where an event should.
fn stray_error(stray: &str) -> CallError {
    let stray = stray.trim();
    if !stray.starts_with(['{', '[']) {
        return cut_short();
    }
    let body = ErrorBody::parse(stray);
    match body.status() {
        Some(status) => classify(status, &reqwest::header::HeaderMap::new(), &body),
        None => cut_short(),
    }
}
