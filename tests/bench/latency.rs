//! Added latency: users who ask again as soon as their turn is over.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use futures::future::try_join_all;

use crate::{
    Run,
    engine::{Asker, Turn},
    engines,
    fleet::Fleet,
    product::{PageAsker, Product},
    table::{Table, percentile},
};

/// First token, last answer and whole turn of every engine at 1, 10 and 100 users.
pub async fn measure(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let fleet = Fleet::start(&run.binary, 200, 0).await?;
    for _ in 0..run.size.pick(1, 3) {
        let mut floor: Vec<(String, f64)> = Vec::new();
        for start in engines(run, &fleet.origin) {
            let engine = start.start().await?;
            for (users, turns) in run.size.pick([(1, 5), (10, 2), (20, 1)], [(1, 40), (10, 20), (100, 8)]) {
                let times = load(engine.askers(users).await?, turns).await?;
                for (row, value) in figures(users, &times) {
                    table.add(&row, engine.name(), value);
                    match floor.iter().find(|(known, _)| *known == row) {
                        None => floor.push((row, value)),
                        Some((_, floor)) if engine.name().starts_with("Quorum") => {
                            table.add(
                                &row,
                                if engine.name().ends_with("embedded") {
                                    "embedded: added"
                                } else {
                                    "scale-out: added"
                                },
                                value - floor,
                            );
                        }
                        Some(_) => {}
                    }
                }
            }
        }
    }
    for (row, goal) in [
        ("first token p95, 1 users", "floor + 5"),
        ("first token p95, 10 users", "floor + 5"),
        ("first token p95, 100 users", "floor + 15"),
        ("whole turn p95, 10 users", "floor + 25"),
        ("whole turn p95, 100 users", "1.15 x floor"),
    ] {
        table.goal(row, goal);
    }
    Ok(())
}

/// Every user asks so many turns; one turn before is not counted.
async fn load(askers: Vec<Box<dyn Asker>>, turns: usize) -> anyhow::Result<Vec<Turn>> {
    let users = askers.into_iter().enumerate().map(|(user, mut asker)| {
        tokio::spawn(async move {
            asker.turn("a question to warm up").await?;
            let mut times = Vec::new();
            for turn in 0..turns {
                times.push(asker.turn(&format!("question {turn} of user {user}")).await?);
            }
            anyhow::Ok(times)
        })
    });
    let mut all = Vec::new();
    for times in try_join_all(users).await? {
        all.extend(times?);
    }
    Ok(all)
}

fn figures(users: usize, turns: &[Turn]) -> Vec<(String, f64)> {
    type Part = fn(&Turn) -> Duration;
    let parts: [(&str, Part); 3] = [
        ("first token", |turn| turn.first_token),
        ("last answer", |turn| turn.last_answer),
        ("whole turn", |turn| turn.whole),
    ];
    let mut rows = Vec::new();
    for (name, part) in parts {
        let mut times: Vec<Duration> = turns.iter().map(part).collect();
        for percent in [50.0, 95.0, 99.0] {
            rows.push((
                format!("{name} p{percent}, {users} users"),
                percentile(&mut times, percent),
            ));
        }
    }
    rows
}

/// From the moment that the simulator wrote a piece of text to its arrival at the client.
pub async fn deltas(run: &Run, table: &mut Table) -> anyhow::Result<()> {
    let fleet = Fleet::start(&run.binary, 50, 30).await?;
    for _ in 0..run.size.pick(1, 3) {
        for placement in run.placements() {
            let product = Product::with_models(&placement, &run.binary, &fleet.origin, &["demo-aria+clock"]).await?;
            let late = Arc::new(Mutex::new(Vec::new()));
            let mut users = Vec::new();
            for _ in 0..10 {
                let mut asker = PageAsker::open(product.person().await?, product.services.clone()).await?;
                let late = late.clone();
                users.push(tokio::spawn(async move {
                    asker
                        .ask("what time is it", |frame| {
                            late.lock()
                                .unwrap_or_else(PoisonError::into_inner)
                                .extend(lateness(frame))
                        })
                        .await
                }));
            }
            for turn in try_join_all(users).await? {
                turn?;
            }
            let mut late = late.lock().unwrap_or_else(PoisonError::into_inner);
            let name = crate::engine::Engine::name(&product);
            table.add("a piece of text p50", name, percentile(&mut late, 50.0));
            table.add("a piece of text p99", name, percentile(&mut late, 99.0));
        }
    }
    table.goal("a piece of text p99", "20 embedded, 50 scale-out");
    Ok(())
}

/// The text is moments in microseconds since 1970; the oldest of a frame counts.
fn lateness(frame: &serde_json::Value) -> Option<Duration> {
    if frame["type"] != "response_delta" {
        return None;
    }
    let sent: u64 = frame["text"].as_str()?.split_whitespace().next()?.parse().ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Some(now.saturating_sub(Duration::from_micros(sent)))
}
