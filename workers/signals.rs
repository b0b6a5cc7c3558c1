//! Requests from outside that reach running work: stop this answer, stop using that key.

use std::sync::Arc;

use quorum_domain::Job;
use quorum_push::Signal;
use quorum_queue::StopReason;
use tokio_util::sync::CancellationToken;

use crate::shop::Shop;

/// Passes signals on to running work until `shutdown`.
pub async fn listen_to_signals(shop: Arc<Shop>, shutdown: CancellationToken) {
    let mut signals = shop.bus.signals();
    loop {
        let signal = tokio::select! {
            signal = signals.next() => signal,
            () = shutdown.cancelled() => return,
        };
        match signal {
            Some(Signal::CancelResponse(id)) => shop.runner.stop_response(id, StopReason::Cancelled),
            Some(Signal::CancelBallot(id)) => shop.runner.stop_job(Job::CastBallot(id), StopReason::Cancelled),
            Some(Signal::KeyRevoked(key)) => {
                for response in shop.responses_using(key) {
                    shop.runner.stop_response(response, StopReason::KeyRevoked);
                }
            }
            Some(Signal::TellText(id)) => shop.texts.tell_again(id, &shop.bus),
            // A cancelled response has lost its lease; renewing finds that out.
            Some(Signal::Missed) => shop.runner.check_leases(),
            Some(Signal::KeyTested(_) | Signal::Probed(_) | Signal::SettingsChanged | Signal::UserClosed(_)) => {}
            None => return,
        }
    }
}
