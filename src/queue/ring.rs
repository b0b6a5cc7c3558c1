//! Waking the workers of this process, without losing a wake-up.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll},
};

use futures::task::AtomicWaker;
use tokio::sync::Notify;

/// Two listeners: the runner, which claims work, and the apalis backend, which fetches doorbells.
#[derive(Default)]
pub struct Ring {
    runner: Notify,
    backend: AtomicWaker,
    backend_woken: AtomicBool,
    /// Whether this process hears doorbells; only then may it count on one that is under way.
    listening: AtomicBool,
    bell_pending: AtomicBool,
    /// Whether the runner of this process is at work, with room for more.
    at_work: AtomicBool,
}

impl Ring {
    /// Wakes the runner; a wake-up while it is busy is kept.
    pub fn wake(&self) {
        self.runner.notify_one();
    }

    /// The runner is at work with room for more, or it is not.
    pub fn set_at_work(&self, at_work: bool) {
        self.at_work.store(at_work, Ordering::Release);
    }

    /// Waits for the next wake-up of the runner.
    pub async fn woken(&self) {
        self.runner.notified().await;
    }

    /// The backend's side: ready once after each wake-up.
    pub fn poll_backend(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.backend.register(cx.waker());
        if self.backend_woken.swap(false, Ordering::AcqRel) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    /// From now on this process hears doorbells (or no longer does).
    pub fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Release);
        self.bell_pending.store(false, Ordering::Release);
    }

    /// A doorbell was pushed and is committed.
    pub fn bell_pushed(&self) {
        self.backend_woken.store(true, Ordering::Release);
        self.backend.wake();
    }

    /// A doorbell is about to be pushed.
    pub fn bell_under_way(&self) {
        self.bell_pending
            .store(self.listening.load(Ordering::Acquire), Ordering::Release);
    }

    /// A doorbell was heard.
    pub fn bell_heard(&self) {
        self.bell_pending.store(false, Ordering::Release);
        self.runner.notify_one();
    }

    /// Whether this process will look for due work by itself: a doorbell is under way to it, or
    /// its runner is at work.
    pub fn will_look(&self) -> bool {
        self.bell_pending.load(Ordering::Acquire) || self.at_work.load(Ordering::Acquire)
    }
}
