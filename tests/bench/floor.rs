//! The bare fan-out: the models asked directly, nothing kept.

use std::time::Instant;

use anyhow::Context as _;
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, future::try_join_all};
use serde_json::json;

use crate::engine::{Asker, Engine, MODELS, Turn};

/// The engine that is none.
pub struct Floor {
    client: reqwest::Client,
    fleet: String,
}

impl Floor {
    /// Over one pool of connections, as any program would.
    pub fn new(fleet: &str) -> anyhow::Result<Self> {
        Ok(Self {
            client: reqwest::Client::builder().no_proxy().build()?,
            fleet: fleet.into(),
        })
    }
}

impl Engine for Floor {
    fn name(&self) -> &'static str {
        "bare fan-out"
    }

    fn askers(&self, count: usize) -> BoxFuture<'_, anyhow::Result<Vec<Box<dyn Asker>>>> {
        let one = |_| {
            Box::new(FloorAsker {
                client: self.client.clone(),
                fleet: self.fleet.clone(),
            }) as Box<dyn Asker>
        };
        let all = (0..count).map(one).collect();
        async move { Ok(all) }.boxed()
    }

    fn processes(&self) -> Vec<u32> {
        Vec::new()
    }
}

struct FloorAsker {
    client: reqwest::Client,
    fleet: String,
}

impl Asker for FloorAsker {
    fn turn<'a>(&'a mut self, question: &'a str) -> BoxFuture<'a, anyhow::Result<Turn>> {
        async move {
            let begun = Instant::now();
            let answers =
                try_join_all(MODELS.map(|model| stream(&self.client, &self.fleet, model, question, begun, |_| {})))
                    .await?;
            let last = answers.iter().map(|answer| answer.1).max().unwrap_or_default();
            Ok(Turn {
                first_token: answers.iter().map(|answer| answer.0).min().unwrap_or_default(),
                last_answer: last,
                whole: last,
            })
        }
        .boxed()
    }
}

/// Streams one answer of the chat format; gives the times of its first text and of its end.
pub async fn stream(
    client: &reqwest::Client,
    fleet: &str,
    model: &str,
    question: &str,
    begun: Instant,
    mut hear: impl FnMut(&str) + Send,
) -> anyhow::Result<(std::time::Duration, std::time::Duration)> {
    let body = json!({"model": model, "stream": true, "messages": [{"role": "user", "content": question}]});
    let reply = client
        .post(format!("{fleet}/compatible/v1/chat/completions"))
        .json(&body)
        .send()
        .await?
        .error_for_status()?;
    let (mut bytes, mut buffered, mut first) = (reply.bytes_stream(), String::new(), None);
    while let Some(piece) = bytes.next().await {
        buffered.push_str(std::str::from_utf8(&piece?).context("text cut in a character")?);
        while let Some(end) = buffered.find("\n\n") {
            let event: String = buffered.drain(..end + 2).collect();
            let Some(data) = event.trim().strip_prefix("data: ").filter(|data| *data != "[DONE]") else {
                continue;
            };
            let data: serde_json::Value = serde_json::from_str(data)?;
            if let Some(text) = data["choices"][0]["delta"]["content"]
                .as_str()
                .filter(|text| !text.is_empty())
            {
                first.get_or_insert_with(|| begun.elapsed());
                hear(text);
            }
        }
    }
    Ok((first.context("no text came")?, begun.elapsed()))
}
