//! When apalis fetches: on a wake-up in this process, and at a steady interval.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use apalis_core::backend::ext::poll_strategy::{PollSnapshot, PollStrategy};
use tokio::time::Interval;

use crate::ring::Ring;

/// A poll strategy that keeps its contract: whatever it returns, a waker is registered with both
/// the timer and the ring. (apalis's own interval strategy replaces its timer without polling
/// it, and a worker can then sleep until its next heartbeat.)
pub struct Bell {
    ring: Arc<Ring>,
    interval: Interval,
}

impl Bell {
    pub fn new(ring: Arc<Ring>) -> Self {
        let mut interval = tokio::time::interval(super::FETCH_EVERY);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        Self { ring, interval }
    }
}

impl PollStrategy for Bell {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut ready = false;
        while self.interval.poll_tick(cx).is_ready() {
            ready = true;
        }
        while self.ring.poll_backend(cx).is_ready() {
            ready = true;
        }
        if ready { Poll::Ready(Some(())) } else { Poll::Pending }
    }
}
