//! Memory at rest and at work, start, size of the binary; and a long run that looks for leaks.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use futures::future::try_join_all;

use crate::{
    Run,
    engine::{Asker as _, Engine as _},
    fleet::Fleet,
    machine,
    product::{PageAsker, Placement, Product},
    table::Table,
};

/// Everything that needs a quiet product.
pub async fn measure(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let fleet = Fleet::start(&run.binary, 3_000, 0).await?;
    for _ in 0..run.size.pick(1, 3) {
        for placement in run.placements() {
            let mut product = Product::start(&placement, &run.binary, &fleet.origin).await?;
            if matches!(placement, Placement::Embedded) {
                let took = product.restart().await?;
                table.add(
                    "started to first request served, ms",
                    product.name(),
                    took.as_secs_f64() * 1000.0,
                );
            }
            tokio::time::sleep(Duration::from_secs(run.size.pick(1, 5))).await;
            let idle = machine::memory(&product.processes());
            table.add("idle", product.name(), idle);
            let in_flight = with_turns_in_flight(&product, run.size.pick(5, 100)).await?;
            table.add("100 turns in flight", product.name(), in_flight);
            let sockets = run.size.pick(50, 1_000);
            let open = with_sockets(&product, sockets).await?;
            table.add("1,000 open sockets", product.name(), open.1);
            table.add(
                "KB per open socket",
                product.name(),
                (open.1 - open.0) * 1024.0 / sockets as f64,
            );
        }
    }
    table.add(
        "binary",
        "Quorum embedded",
        std::fs::metadata(&run.binary)?.len() as f64 / 1024.0 / 1024.0,
    );
    for (row, goal) in [
        ("started to first request served, ms", "200"),
        ("idle", "40"),
        ("100 turns in flight", "60"),
        ("KB per open socket", "20"),
        ("binary", "60"),
    ] {
        table.goal(row, goal);
    }
    Ok(())
}

/// Memory while so many turns wait for their first token.
async fn with_turns_in_flight(product: &Product, turns: usize) -> anyhow::Result<f64> {
    let mut asking = Vec::new();
    // Ten people with ten conversations each.
    for _ in 0..turns.div_ceil(10) {
        let person = product.person().await?;
        for _ in 0..10.min(turns) {
            let conversation = person.conversation().await?;
            let body = serde_json::json!({"content": "a question", "service_ids": product.services});
            asking.push(
                person
                    .post(&format!("/conversations/{conversation}/messages"), &body)
                    .await?,
            );
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let memory = machine::memory(&product.processes());
    tokio::time::sleep(Duration::from_secs(4)).await;
    Ok(memory)
}

/// Memory before and with so many open pages.
async fn with_sockets(product: &Product, count: usize) -> anyhow::Result<(f64, f64)> {
    let person = product.person().await?;
    let conversations = try_join_all((0..count.min(100)).map(|_| person.conversation())).await?;
    let before = machine::memory(&product.processes());
    let mut sockets = Vec::new();
    for number in 0..count {
        sockets.push(person.socket(&conversations[number % conversations.len()]).await?);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok((before, machine::memory(&product.processes())))
}

/// One look at a running product.
struct Sample {
    minutes: f64,
    memory: f64,
    threads: f64,
    files: f64,
}

/// Two turns a second for so long; prints how memory, threads and open files move, an hour.
pub async fn soak(binary: &Path, minutes: f64) -> anyhow::Result<()> {
    let fleet = Fleet::start(binary, 100, 0).await?;
    let product = Product::start(&Placement::Embedded, binary, &fleet.origin).await?;
    let mut asker = PageAsker::open(product.person().await?, product.services.clone()).await?;
    let (begun, mut samples, mut turns) = (Instant::now(), Vec::new(), 0_u64);
    let mut pace = tokio::time::interval(Duration::from_millis(500));
    while begun.elapsed().as_secs_f64() < minutes * 60.0 {
        pace.tick().await;
        asker.turn("a question").await?;
        turns += 1;
        if turns.is_multiple_of(20) {
            samples.push(look(&product, begun));
        }
    }
    // The first fifth is warming up.
    let settled = &samples[samples.len() / 5..];
    println!("### Soak: {turns} turns in {minutes} minutes\n");
    println!("| | at the beginning | at the end | slope an hour |\n|---|---|---|---|");
    for (name, part) in [
        ("memory, MiB (PSS)", (|sample| sample.memory) as fn(&Sample) -> f64),
        ("threads", |sample| sample.threads),
        ("open files", |sample| sample.files),
    ] {
        let (first, last) = (settled.first().map_or(0.0, part), settled.last().map_or(0.0, part));
        println!(
            "| {name} | {first:.1} | {last:.1} | {:+.2} |",
            slope(settled, part) * 60.0
        );
    }
    Ok(())
}

fn look(product: &Product, begun: Instant) -> Sample {
    let process = product.processes()[0];
    Sample {
        minutes: begun.elapsed().as_secs_f64() / 60.0,
        memory: machine::memory(&[process]),
        threads: machine::threads(process) as f64,
        files: machine::open_files(process) as f64,
    }
}

/// The slope of the line of least squares, a minute.
fn slope(samples: &[Sample], part: fn(&Sample) -> f64) -> f64 {
    let count = samples.len().max(1) as f64;
    let (mean_x, mean_y) = (
        samples.iter().map(|sample| sample.minutes).sum::<f64>() / count,
        samples.iter().map(part).sum::<f64>() / count,
    );
    let (mut above, mut below) = (0.0, 0.0);
    for sample in samples {
        above += (sample.minutes - mean_x) * (part(sample) - mean_y);
        below += (sample.minutes - mean_x).powi(2);
    }
    if below == 0.0 { 0.0 } else { above / below }
}
