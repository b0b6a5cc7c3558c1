//! Building the next prompt from what was said before, with three answers to every question.
#![allow(missing_docs, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use quorum_domain::{
    ContextMode, ResponseRole,
    context::{Question, Reader, Turn, TurnAnswer, build_prompt},
    ids::{MessageId, ResponseId, ServiceId},
};

fn turns(count: usize, services: &[ServiceId]) -> Vec<Turn> {
    let answer = |place: usize, service: &ServiceId| TurnAnswer {
        response_id: ResponseId::new(),
        service_id: *service,
        role: ResponseRole::Answer,
        content: "The beds by the wall are dry by noon, so water them early and mulch them well. ".repeat(12),
        selected: place == 1,
        rank: i64::try_from(place).ok(),
    };
    (0..count)
        .map(|number| Turn {
            message_id: MessageId::new(),
            content: format!("And what about bed {number}, which has been dry since the spring?"),
            attachments: Vec::new(),
            excluded: false,
            answers: services
                .iter()
                .enumerate()
                .map(|(place, service)| answer(place, service))
                .collect(),
        })
        .collect()
}

fn context_builder(criterion: &mut Criterion) {
    let services = [ServiceId::new(), ServiceId::new(), ServiceId::new()];
    let mut group = criterion.benchmark_group("context_builder");
    for count in [10, 200] {
        let turns = turns(count, &services);
        for mode in [ContextMode::Shared, ContextMode::OwnThread] {
            let reader = Reader {
                service_id: services[0],
                context_window: 32_000,
                max_output_tokens: 4_000,
                mode,
                system_prompt: "Answer briefly.",
                vision: false,
            };
            group.bench_with_input(BenchmarkId::new(mode.as_str(), count), &turns, |bencher, turns| {
                let question = Question {
                    id: MessageId::new(),
                    content: "And now?",
                    attachments: &[],
                };
                bencher.iter(|| build_prompt(reader, black_box(turns), Some(question)));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, context_builder);
criterion_main!(benches);
