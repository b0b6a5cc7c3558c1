//! Slows down guessing: wrong sign-ins are counted per account and address together, and per
//! address alone, so that nobody can lock somebody else out from elsewhere.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Wrong tries in the window before the next one has to wait.
const PER_ACCOUNT: usize = 8;
const PER_ADDRESS: usize = 40;
const WINDOW: Duration = Duration::from_secs(300);
/// Entries kept; beyond it the old ones go first.
const ENTRIES: usize = 20_000;

/// Counts wrong sign-ins.
#[derive(Debug, Default)]
pub struct Throttle {
    tries: Mutex<HashMap<(IpAddr, String), Vec<Instant>>>,
}

impl Throttle {
    fn tries(&self) -> std::sync::MutexGuard<'_, HashMap<(IpAddr, String), Vec<Instant>>> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds to wait before the next try; `None` lets it through.
    pub fn wait(&self, address: IpAddr, account: &str) -> Option<u64> {
        let now = Instant::now();
        let mut tries = self.tries();
        let mut check = |name: &str, most: usize| {
            let list = tries.get_mut(&(address, name.to_owned()))?;
            list.retain(|at| now.duration_since(*at) < WINDOW);
            let oldest = list.len().checked_sub(most).map(|at| list[at])?;
            Some((WINDOW - now.duration_since(oldest)).as_secs().max(1))
        };
        check(account, PER_ACCOUNT).or_else(|| check("", PER_ADDRESS))
    }

    /// Notes a wrong try.
    pub fn failed(&self, address: IpAddr, account: &str) {
        let now = Instant::now();
        let mut tries = self.tries();
        if tries.len() >= ENTRIES {
            tries.retain(|_, list| list.last().is_some_and(|at| now.duration_since(*at) < WINDOW));
        }
        for name in [account, ""] {
            tries.entry((address, name.to_owned())).or_default().push(now);
        }
    }

    /// A right one clears the account.
    pub fn succeeded(&self, address: IpAddr, account: &str) {
        self.tries().remove(&(address, account.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn the_ninth_guess_waits_but_another_address_and_account_do_not() {
        let (throttle, here, there) = (
            Throttle::default(),
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V4(Ipv4Addr::BROADCAST),
        );
        for _ in 0..PER_ACCOUNT {
            assert_eq!(throttle.wait(here, "ada"), None);
            throttle.failed(here, "ada");
        }
        assert!(throttle.wait(here, "ada").is_some_and(|seconds| seconds > 290));
        assert_eq!(throttle.wait(there, "ada"), None);
        assert_eq!(throttle.wait(here, "bob"), None);
        throttle.succeeded(here, "ada");
        assert_eq!(throttle.wait(here, "ada"), None);
    }
}
