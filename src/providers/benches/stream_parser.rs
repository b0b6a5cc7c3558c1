//! Reading a stream of server-sent events: the bytes of an answer of 1,000 tokens, as they come
//! from a socket.
#![allow(clippy::expect_used, missing_docs, reason = "a benchmark that cannot go on fails")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use quorum_providers::SseParser;

const TOKENS: usize = 1_000;
/// What a socket gives at once.
const PIECE: usize = 1_460;

fn answer() -> Vec<u8> {
    let token = |number: usize| {
        format!(
            "data: {{\"id\":\"chatcmpl-7\",\"object\":\"chat.completion.chunk\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\" word{number}\"}},\"finish_reason\":null}}]}}\n\n"
        )
    };
    (0..TOKENS).flat_map(|number| token(number).into_bytes()).collect()
}

fn stream_parser(criterion: &mut Criterion) {
    let bytes = answer();
    let mut group = criterion.benchmark_group("stream_parser");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    for (name, piece) in [("packets", PIECE), ("single_events", bytes.len() / TOKENS)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut parser = SseParser::new(1024 * 1024);
                let pieces = black_box(&bytes).chunks(piece);
                pieces
                    .map(|piece| parser.feed(piece).expect("no line is too long").len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, stream_parser);
criterion_main!(benches);
