//! The same few requests as conversations and their number grow, on the embedded database.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use crate::{
    Run,
    fleet::Fleet,
    product::{Person, Placement, Product},
    table::{Table, percentile},
};

const REPEATS: usize = 50;
/// Requests at once while the database is filled.
const FILLING: usize = 16;

/// Opening and posting by length of a conversation; listing and searching by number of them.
pub async fn measure(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let fleet = Fleet::start(&run.binary, 0, 0).await?;
    let product = Product::start(&Placement::Embedded, &run.binary, &fleet.origin).await?;
    let person = product.person().await?;
    for (messages, column) in run.size.pick(
        [(10, "10"), (30, "30"), (50, "50")],
        [(10, "10"), (1_000, "1,000"), (10_000, "10,000")],
    ) {
        let conversation = person.conversation().await?;
        let path = format!("/conversations/{conversation}/messages");
        fill(messages, |number| post(&person, &path, number)).await?;
        table.add(
            "open a conversation of so many messages, p95",
            column,
            timed(|_| person.get(&path)).await?,
        );
        table.add(
            "post to it, p95",
            column,
            timed(|number| post(&person, &path, number)).await?,
        );
    }
    table.goal(
        "open a conversation of so many messages, p95",
        "10,000 within 1.5 x of 10",
    );
    let mut known = 3;
    for (conversations, column) in run.size.pick(
        [(20, "20"), (50, "50"), (100, "100")],
        [(100, "100"), (10_000, "10,000"), (100_000, "100,000")],
    ) {
        fill(conversations - known, |number| converse(&person, known + number)).await?;
        known = conversations;
        table.add(
            "list conversations of so many, p95",
            column,
            timed(|_| person.get("/conversations")).await?,
        );
        table.add(
            "search for a word of one, p95",
            column,
            timed(|number| search(&person, format!("topic{}", 3 + number % (known - 3)))).await?,
        );
        table.add(
            "search for a word of all, p95",
            column,
            timed(|_| search(&person, "garden".into())).await?,
        );
    }
    table.goal("list conversations of so many, p95", "50");
    table.goal("search for a word of one, p95", "50");
    table.goal("search for a word of all, p95", "50");
    Ok(())
}

async fn post(person: &Person, path: &str, number: usize) -> anyhow::Result<serde_json::Value> {
    let content = format!("Note {number}: the tomatoes in the third bed want water, and the path wants sweeping.");
    person
        .post(path, &json!({"content": content, "trigger_ai_responses": false}))
        .await
}

async fn converse(person: &Person, number: usize) -> anyhow::Result<serde_json::Value> {
    let conversation = person
        .post(
            "/conversations",
            &json!({"title": format!("Garden plans {number}"), "judging_policy": "off"}),
        )
        .await?;
    let id = conversation["id"].as_str().context("no id")?;
    let content = format!("What shall I do in the garden about topic{number}?");
    person
        .post(
            &format!("/conversations/{id}/messages"),
            &json!({"content": content, "trigger_ai_responses": false}),
        )
        .await
}

async fn search(person: &Person, words: String) -> anyhow::Result<serde_json::Value> {
    let found = person.get(&format!("/search?q={words}")).await?;
    anyhow::ensure!(
        found["items"].as_array().is_some_and(|items| !items.is_empty()),
        "nothing found for {words}"
    );
    Ok(found)
}

async fn fill<F: Future<Output = anyhow::Result<serde_json::Value>>>(
    count: usize,
    one: impl Fn(usize) -> F,
) -> anyhow::Result<()> {
    stream::iter(0..count)
        .map(one)
        .buffer_unordered(FILLING)
        .try_for_each(|_| async { Ok(()) })
        .await
}

async fn timed<F: Future<Output = anyhow::Result<serde_json::Value>>>(one: impl Fn(usize) -> F) -> anyhow::Result<f64> {
    let mut times: Vec<Duration> = Vec::new();
    for number in 0..REPEATS {
        let begun = Instant::now();
        one(number).await?;
        times.push(begun.elapsed());
    }
    Ok(percentile(&mut times, 95.0))
}
