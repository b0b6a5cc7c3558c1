//! As many turns as the machine can carry, what a turn costs it, and what is left of that under
//! twice the load.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::join_all;

use crate::{
    Drive, Run,
    engine::{Asker, Engine},
    engines,
    fleet::Fleet,
    machine,
    product::Product,
    table::{Table, percentile},
};

/// Turns a second at the peak and at twice its users, CPU time a turn, and the wait for a worker.
pub async fn measure(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let fleet = Fleet::start(&run.binary, 0, 0).await?;
    let (seconds, users) = run.size.pick((1, 4), (8, 64));
    for _ in 0..run.size.pick(1, 3) {
        for start in engines(run, &fleet.origin) {
            let engine = start.start().await?;
            let peak = drive(engine.as_ref(), users, seconds).await?;
            table.add("turns/s", engine.name(), peak.turns_per_second);
            if !engine.processes().is_empty() {
                table.add("CPU seconds per 1,000 turns", engine.name(), peak.cpu_per_thousand);
            }
            let twice = drive(engine.as_ref(), 2 * users, seconds).await?;
            table.add("turns/s at twice the load", engine.name(), twice.turns_per_second);
        }
        for placement in run.placements() {
            let product = Product::start(&placement, &run.binary, &fleet.origin).await?;
            table.add(
                "accepted to started p95, ms",
                product.name(),
                start_latency(&product, run.size.pick(10, 100)).await?,
            );
        }
    }
    table.goal("turns/s", "embedded 0.4 x smallest; scale-out 150");
    table.goal("CPU seconds per 1,000 turns", "embedded 3");
    table.goal("turns/s at twice the load", "80 % of the peak");
    table.goal("accepted to started p95, ms", "2");
    Ok(())
}

/// Prints the process to look at, and what a fixed number of turns costs it: unlike turns a second,
/// that says something on a busy machine too.
pub async fn cost_of_turns(drive: &Drive) -> anyhow::Result<()> {
    let fleet = Fleet::start(&drive.binary, 0, 0).await?;
    let engine = drive.start(&fleet.origin)?.start().await?;
    let askers = engine.askers(drive.users).await?;
    let each = drive.turns.div_ceil(drive.users);
    let ask = |turns: usize| {
        move |mut asker: Box<dyn Asker>| {
            tokio::spawn(async move {
                for _ in 0..turns {
                    asker.turn("a question").await?;
                }
                anyhow::Ok(asker)
            })
        }
    };
    let mut warm = Vec::new();
    for asked in join_all(askers.into_iter().map(ask(2))).await {
        warm.push(asked??);
    }
    println!("processes {:?}", engine.processes());
    let (begun, cpu) = (Instant::now(), machine::cpu(&engine.processes()));
    for asked in join_all(warm.into_iter().map(ask(each))).await {
        asked??;
    }
    let turns = (each * drive.users) as f64;
    let cpu = machine::cpu(&engine.processes()).saturating_sub(cpu).as_secs_f64();
    println!(
        "{}: {turns} turns, {:.0} a second, {:.2} CPU seconds per 1,000, {:.1} MiB",
        engine.name(),
        turns / begun.elapsed().as_secs_f64(),
        cpu * 1000.0 / turns,
        machine::memory(&engine.processes())
    );
    Ok(())
}

struct Throughput {
    turns_per_second: f64,
    cpu_per_thousand: f64,
}

async fn drive(engine: &dyn Engine, users: usize, seconds: u64) -> anyhow::Result<Throughput> {
    let askers = engine.askers(users).await?;
    let (turns, failures) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let begun = Instant::now();
    let (from, until) = (begun + Duration::from_secs(1), begun + Duration::from_secs(1 + seconds));
    let tasks: Vec<_> = askers
        .into_iter()
        .map(|asker| tokio::spawn(ask_until(asker, from, until, turns.clone(), failures.clone())))
        .collect();
    tokio::time::sleep_until(from.into()).await;
    let cpu = machine::cpu(&engine.processes());
    tokio::time::sleep_until(until.into()).await;
    let cpu = machine::cpu(&engine.processes()).saturating_sub(cpu);
    let counted = turns.load(Ordering::Relaxed);
    join_all(tasks).await;
    let failed = failures.load(Ordering::Relaxed);
    anyhow::ensure!(failed == 0, "{failed} turns failed under load");
    Ok(Throughput {
        turns_per_second: counted as f64 / seconds as f64,
        cpu_per_thousand: cpu.as_secs_f64() * 1000.0 / counted.max(1) as f64,
    })
}

async fn ask_until(
    mut asker: Box<dyn Asker>,
    from: Instant,
    until: Instant,
    turns: Arc<AtomicU64>,
    failures: Arc<AtomicU64>,
) {
    while Instant::now() < until {
        match asker.turn("a question").await {
            Ok(_) if Instant::now() > from && Instant::now() < until => {
                turns.fetch_add(1, Ordering::Relaxed);
            }
            Ok(_) => {}
            Err(error) => {
                eprintln!("{error:#}");
                failures.fetch_add(1, Ordering::Relaxed);
                return;
            }
        }
    }
}

/// From the accepted message to the start of the last of its calls, by the product's own clock.
async fn start_latency(product: &Product, turns: usize) -> anyhow::Result<f64> {
    let person = product.person().await?;
    let mut asker = crate::product::PageAsker::open(person, product.services.clone()).await?;
    let mut batches = Vec::new();
    for _ in 0..turns {
        asker
            .ask("a question", |frame| {
                if frame["type"] == "batch_complete" {
                    batches.extend(frame["batch_id"].as_str().map(str::to_owned));
                }
            })
            .await?;
    }
    let mut waits = Vec::new();
    for batch in batches {
        let batch = asker.person.get(&format!("/batches/{batch}")).await?;
        let at = |value: &serde_json::Value| {
            Some(
                value
                    .as_str()?
                    .parse::<chrono::DateTime<chrono::Utc>>()
                    .ok()?
                    .timestamp_micros(),
            )
        };
        let accepted = at(&batch["created_at"]).unwrap_or_default();
        for response in batch["responses"].as_array().into_iter().flatten() {
            let started = at(&response["started_at"]).unwrap_or(i64::MAX);
            waits.push(Duration::from_micros(
                u64::try_from(started - accepted).unwrap_or_default(),
            ));
        }
    }
    Ok(percentile(&mut waits, 95.0))
}
