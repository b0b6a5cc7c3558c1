//! How often somebody may do something, counted over all processes.
//!
//! The arithmetic is the generic cell rate algorithm: each key has one moment in time, the one at
//! which it will have paid for everything it took. Every process counts for itself first; what it
//! lets through, Redis counts for all of them. When Redis is away, or slow, each process goes on
//! with its own count: nothing waits for Redis, and no limit is lifted.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use quorum_domain::ids::{ApiTokenId, UserId};
use redis::aio::MultiplexedConnection;
use tokio::sync::watch;

/// How long Redis may take to count; then this process's own count is good enough.
const PATIENCE: Duration = Duration::from_millis(100);
/// After a failure Redis is left alone for this long.
const LEFT_ALONE: Duration = Duration::from_secs(1);
/// Keys counted in this process; those beyond share one count.
const KEYS: usize = 50_000;
/// Between two looks for keys that have paid for everything.
const CLEAN_EVERY: Duration = Duration::from_secs(1);

/// Takes one from every key, or from none; gives the microseconds to wait.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local wait, paid = 0, {}
for i, key in ipairs(KEYS) do
  local every, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  paid[i] = math.max(tonumber(redis.call('GET', key) or now), now) + every
  wait = math.max(wait, paid[i] - now - every * burst)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  redis.call('SET', key, string.format('%.0f', paid[i]), 'PX', math.ceil((paid[i] - now) / 1000))
end
return 0";

/// Gives one back to every key.
const GIVE_BACK: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
for i, key in ipairs(KEYS) do
  local paid = tonumber(redis.call('GET', key) or now) - tonumber(ARGV[2 * i - 1])
  if paid > now then
    redis.call('SET', key, string.format('%.0f', paid), 'PX', math.ceil((paid - now) / 1000))
  else
    redis.call('DEL', key)
  end
end
return 0";

/// Whose count it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Who {
    /// A user, by whichever way in.
    User(UserId),
    /// Whoever is at this address; of IPv6 the network of 64 bits counts, as that is what one
    /// customer is given.
    Address(IpAddr),
    /// A personal API token.
    Token(ApiTokenId),
    /// Whoever tries to sign in as this account, from anywhere. The name is hashed by the caller.
    Account(String),
    /// Whoever tries to sign in as this account from this place.
    AccountFrom(String, String),
}

/// How often: on average once every so long, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    every: Duration,
    burst: u32,
}

impl Rate {
    /// So many a minute on average, and so many at once; none of either is no limit at all.
    pub fn per_minute(count: u32, burst: u32) -> Option<Self> {
        (count > 0 && burst > 0).then(|| Self {
            every: Duration::from_secs(60) / count,
            burst,
        })
    }

    fn tolerance(self) -> Duration {
        self.every.saturating_mul(self.burst)
    }
}

/// One thing to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// What is done, such as `requests`.
    pub what: &'static str,
    /// By whom.
    pub who: Who,
    /// How often that is allowed.
    pub rate: Rate,
}

impl Allowance {
    fn key(&self) -> String {
        let what = self.what;
        match &self.who {
            Who::User(user) => format!("{what}:user:{user}"),
            Who::Address(address) => format!("{what}:address:{}", network_of(*address)),
            Who::Token(token) => format!("{what}:token:{token}"),
            Who::Account(account) => format!("{what}:account:{account}"),
            Who::AccountFrom(account, place) => format!("{what}:account:{account}:{place}"),
        }
    }
}

fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
        v4 => v4,
    }
}

/// Too often: the time to wait before the next try can succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften(pub Duration);

impl TooOften {
    /// Whole seconds to wait, at least one.
    pub fn seconds(self) -> u64 {
        self.0
            .as_micros()
            .div_ceil(1_000_000)
            .max(1)
            .try_into()
            .unwrap_or(u64::MAX)
    }
}

/// Counts. Cheap to clone.
#[derive(Clone, Default)]
pub struct Limiter {
    own: Arc<Counts>,
    shared: Option<Shared>,
}

impl Limiter {
    /// Counts over Redis as well, by the line that the bus speaks on.
    pub(crate) fn over(line: watch::Receiver<Option<MultiplexedConnection>>) -> Self {
        Self {
            own: Arc::default(),
            shared: Some(Shared {
                line,
                left_alone_until: Arc::new(Mutex::new(Instant::now())),
            }),
        }
    }

    /// Takes one from every allowance, or from none of them.
    pub async fn take(&self, allowances: &[Allowance]) -> Result<(), TooOften> {
        if allowances.is_empty() {
            return Ok(());
        }
        // What is too often for one process is too often for all: Redis need not be asked.
        self.own.take(Instant::now(), allowances)?;
        if let Some(shared) = &self.shared
            && let Some(wait) = shared.run(TAKE, allowances).await
            && wait > 0
        {
            self.own.give_back(Instant::now(), allowances);
            return Err(TooOften(Duration::from_micros(wait)));
        }
        Ok(())
    }

    /// Undoes a take, for what turned out not to count.
    pub async fn give_back(&self, allowances: &[Allowance]) {
        self.own.give_back(Instant::now(), allowances);
        if let Some(shared) = &self.shared {
            // Redis forgets by itself before long.
            let _forgotten = shared.run(GIVE_BACK, allowances).await;
        }
    }
}

/// The count of all processes.
#[derive(Clone)]
struct Shared {
    line: watch::Receiver<Option<MultiplexedConnection>>,
    left_alone_until: Arc<Mutex<Instant>>,
}

impl Shared {
    /// Runs a script over all keys; none where Redis did not answer in time.
    async fn run(&self, script: &str, allowances: &[Allowance]) -> Option<u64> {
        if *self.left_alone() > Instant::now() {
            return None;
        }
        let mut line = self.line.borrow().clone()?;
        let mut command = redis::cmd("EVAL");
        command.arg(script).arg(allowances.len());
        for allowance in allowances {
            command.arg(format!("quorum:1:rate:{}", allowance.key()));
        }
        for Allowance { rate, .. } in allowances {
            command.arg(u64::try_from(rate.every.as_micros()).unwrap_or(u64::MAX));
            command.arg(rate.burst);
        }
        match tokio::time::timeout(PATIENCE, command.query_async::<u64>(&mut line)).await {
            Ok(Ok(wait)) => Some(wait),
            Ok(Err(_)) | Err(_) => {
                metrics::counter!("quorum_shared_limits_missed_total").increment(1);
                *self.left_alone() = Instant::now() + LEFT_ALONE;
                None
            }
        }
    }

    fn left_alone(&self) -> MutexGuard<'_, Instant> {
        self.left_alone_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The count of this process: when each key will have paid for what it took.
#[derive(Default)]
struct Counts(Mutex<Paid>);

#[derive(Default)]
struct Paid {
    at: HashMap<String, Instant>,
    cleaned: Option<Instant>,
}

impl Paid {
    /// The name under which a key is counted; when there are too many, the new ones share one.
    fn name(&mut self, key: String, now: Instant) -> String {
        if self.at.len() < KEYS || self.at.contains_key(&key) {
            return key;
        }
        if self.cleaned.is_none_or(|at| now.duration_since(at) > CLEAN_EVERY) {
            self.cleaned = Some(now);
            self.at.retain(|_, paid| *paid > now);
        }
        if self.at.len() < KEYS { key } else { "others".to_owned() }
    }
}

impl Counts {
    fn paid(&self) -> MutexGuard<'_, Paid> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, now: Instant, allowances: &[Allowance]) -> Result<(), TooOften> {
        let mut paid = self.paid();
        let mut taken = Vec::with_capacity(allowances.len());
        let mut wait = Duration::ZERO;
        for allowance in allowances {
            let name = paid.name(allowance.key(), now);
            let at = paid.at.get(&name).map_or(now, |at| *at.max(&now)) + allowance.rate.every;
            wait = wait.max(at.duration_since(now).saturating_sub(allowance.rate.tolerance()));
            taken.push((name, at));
        }
        if wait > Duration::ZERO {
            return Err(TooOften(wait));
        }
        paid.at.extend(taken);
        Ok(())
    }

    fn give_back(&self, now: Instant, allowances: &[Allowance]) {
        let mut paid = self.paid();
        for allowance in allowances {
            let name = paid.name(allowance.key(), now);
            let left = paid.at.get(&name).and_then(|at| at.checked_sub(allowance.rate.every));
            match left.filter(|at| *at > now) {
                Some(at) => {
                    paid.at.insert(name, at);
                }
                None => {
                    paid.at.remove(&name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance(user: UserId, per_minute: u32, burst: u32) -> Allowance {
        Allowance {
            what: "tests",
            who: Who::User(user),
            rate: Rate::per_minute(per_minute, burst).unwrap(),
        }
    }

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let (counts, now) = (Counts::default(), Instant::now());
        let ada = [allowance(UserId::new(), 60, 3)];
        for _ in 0..3 {
            assert_eq!(counts.take(now, &ada), Ok(()));
        }
        assert_eq!(counts.take(now, &ada), Err(TooOften(Duration::from_secs(1))));
        assert_eq!(counts.take(now, &[allowance(UserId::new(), 60, 3)]), Ok(()));
        let later = now + Duration::from_secs(1);
        assert_eq!(counts.take(later, &ada), Ok(()));
        assert!(counts.take(later, &ada).is_err());
    }

    #[test]
    fn what_one_allowance_refuses_is_taken_from_none() {
        let (counts, now) = (Counts::default(), Instant::now());
        let (wide, narrow) = (allowance(UserId::new(), 60, 2), allowance(UserId::new(), 60, 1));
        assert_eq!(counts.take(now, &[wide.clone(), narrow.clone()]), Ok(()));
        assert!(counts.take(now, &[wide.clone(), narrow]).is_err());
        assert_eq!(counts.take(now, &[wide]), Ok(()));
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (counts, now) = (Counts::default(), Instant::now());
        let ada = [allowance(UserId::new(), 60, 1)];
        assert_eq!(counts.take(now, &ada), Ok(()));
        counts.give_back(now, &ada);
        assert_eq!(counts.take(now, &ada), Ok(()));
        assert!(counts.take(now, &ada).is_err());
    }

    #[test]
    fn memory_is_bounded_and_newcomers_share_a_count() {
        let (counts, now) = (Counts::default(), Instant::now());
        for _ in 0..KEYS + 10 {
            let _full = counts.take(now, &[allowance(UserId::new(), 1, 1)]);
        }
        assert!(counts.paid().at.len() <= KEYS + 1);
        assert!(counts.take(now, &[allowance(UserId::new(), 1, 1)]).is_err());
        let later = now + Duration::from_secs(120);
        assert_eq!(counts.take(later, &[allowance(UserId::new(), 1, 1)]), Ok(()));
    }

    #[test]
    fn one_customer_of_ipv6_has_one_count() {
        let of = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
    }
}
