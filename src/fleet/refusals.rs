//! Faults that refuse a request before anything is said.

use std::sync::PoisonError;

use crate::{
    behaviour::{Behaviour, ModelName},
    server::Stage,
    wire::{Asked, Reason, Refused, Wire},
};

/// The refusal that a model's name asks for, if it is its turn.
pub fn fault_before(stage: &Stage, wire: &dyn Wire, name: &ModelName, asked: &Asked, last: &str) -> Option<Refused> {
    let turn = {
        let mut turns = stage.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = turns.entry((asked.model.clone(), last.to_owned())).or_default();
        *turn += 1;
        *turn
    };
    name.behaviours.iter().find_map(|behaviour| match behaviour {
        Behaviour::RateLimitedTimes(times) if turn <= *times => Some(rate_limited(wire, 1)),
        Behaviour::RateLimitedFor(seconds) => Some(rate_limited(wire, *seconds)),
        Behaviour::Quota => Some(wire.refuse(429, Reason::Quota, "You exceeded your current quota.")),
        Behaviour::Status(status, times) if times.is_none_or(|times| turn <= times) => {
            let reason = if *status == 500 {
                Reason::Internal
            } else {
                Reason::Overloaded
            };
            Some(wire.refuse(*status, reason, "The service is not able to answer now."))
        }
        Behaviour::ContextLong => Some(wire.refuse(
            400,
            Reason::ContextLong,
            "This model's maximum context length is 8192 tokens.",
        )),
        Behaviour::NoTemperature if asked.temperature => Some(wire.refuse(
            400,
            Reason::BadRequest,
            "Unsupported value: 'temperature' does not support this value with this model.",
        )),
        _ => None,
    })
}

fn rate_limited(wire: &dyn Wire, seconds: u64) -> Refused {
    let mut refused = wire.refuse(429, Reason::RateLimited, "Rate limit reached for requests.");
    refused.headers.push(("retry-after", seconds.to_string()));
    refused
}
