//! Hashing and checking passwords: argon2id, a few at a time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::VaultError;

/// OWASP's Password Storage Cheat Sheet: argon2id with at least 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Checks under way or waiting for a place, before the rest is told to come back.
const AT_MOST: usize = 64;

/// Hashes and checks passwords, a few at a time: each takes 19 MiB and tens of milliseconds.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    under_way: Arc<AtomicUsize>,
    at_most: usize,
    /// Checked when the user is unknown, so that both cases take the same time.
    nobody: Arc<str>,
}

impl Passwords {
    /// At most `at_once` hashes at the same time.
    pub fn new(at_once: usize) -> Result<Self, VaultError> {
        let nobody = hash_now(&SecretString::from("nobody has this password"))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(at_once.max(1))),
            under_way: Arc::default(),
            at_most: AT_MOST,
            nobody: nobody.into(),
        })
    }

    /// Hashes a new password into PHC form.
    pub async fn hash(&self, password: SecretString) -> Result<String, VaultError> {
        self.in_pool(move || hash_now(&password)).await?
    }

    /// Whether a password fits a stored hash, whatever parameters it was made with.
    pub async fn verify(&self, password: SecretString, stored: String) -> Result<bool, VaultError> {
        self.in_pool(move || verify_now(&password, &stored)).await?
    }

    /// Spends the time of a check where there is nobody to check.
    pub async fn verify_unknown(&self, password: SecretString) -> Result<(), VaultError> {
        let stored = self.nobody.to_string();
        self.in_pool(move || verify_now(&password, &stored)).await?.map(|_| ())
    }

    /// Whether a stored hash is weaker than those made today. Ask after a successful
    /// [`Passwords::verify`], while the password is at hand to be hashed again.
    pub fn needs_rehash(stored: &str) -> bool {
        !is_strong_enough(stored).unwrap_or(false)
    }

    async fn in_pool<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, VaultError> {
        let counted = Counted::join(&self.under_way, self.at_most)?;
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| VaultError::Busy)?;
        // The work goes on when its caller leaves, so place and count go with the work: leaving
        // early must not make room for more hashes than there is memory for.
        let job = tokio::task::spawn_blocking(move || {
            let _held = (counted, place);
            work()
        });
        job.await.map_err(|error| {
            if error.is_panic() {
                VaultError::SealingFailed
            } else {
                VaultError::Busy
            }
        })
    }
}

/// One check that counts towards the limit for as long as this lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn join(under_way: &Arc<AtomicUsize>, at_most: usize) -> Result<Self, VaultError> {
        let before = under_way.fetch_add(1, Ordering::AcqRel);
        let counted = Self(Arc::clone(under_way));
        if before < at_most {
            Ok(counted)
        } else {
            Err(VaultError::Busy)
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// So many blocks are asked for, however few are used: glibc keeps what was freed up to a size that
/// grows with use, but never beyond 32 MiB (mallopt(3), `M_MMAP_THRESHOLD`). A larger piece always
/// goes back to the system, and what is not touched of it takes no memory.
const BLOCKS_ASKED_FOR: usize = 33 * 1024 * 1024 / Block::SIZE;

fn output(hasher: &Argon2<'_>, password: &SecretString, salt: &Salt, length: usize) -> Result<Output, VaultError> {
    let blocks = hasher.params().block_count();
    let mut memory = Vec::with_capacity(blocks.max(BLOCKS_ASKED_FOR));
    memory.resize(blocks, Block::new());
    let mut bytes = vec![0; length];
    hasher
        .hash_password_into_with_memory(password.expose_secret().as_bytes(), salt, &mut bytes, &mut memory)
        .map_err(|_| VaultError::UnreadableHash)?;
    Output::new(&bytes).map_err(|_| VaultError::UnreadableHash)
}

fn hash_now(password: &SecretString) -> Result<String, VaultError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| VaultError::SealingFailed)?;
    let shown = ParamsString::try_from(&params).map_err(|_| VaultError::SealingFailed)?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt = Salt::generate();
    let hash = output(&hasher, password, &salt, Params::DEFAULT_OUTPUT_LEN).map_err(|_| VaultError::SealingFailed)?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: shown,
        salt: Some(salt),
        hash: Some(hash),
    };
    Ok(hash.to_string())
}

fn verify_now(password: &SecretString, stored: &str) -> Result<bool, VaultError> {
    let stored = PasswordHash::new(stored).map_err(|_| VaultError::UnreadableHash)?;
    let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
        return Err(VaultError::UnreadableHash);
    };
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).map_err(|_| VaultError::UnreadableHash)?;
    let version = stored.version.map(Version::try_from).transpose();
    let version = version.map_err(|_| VaultError::UnreadableHash)?.unwrap_or_default();
    let params = Params::try_from(&stored).map_err(|_| VaultError::UnreadableHash)?;
    let found = output(&Argon2::new(algorithm, version, params), password, salt, expected.len())?;
    // Compared in constant time.
    Ok(found == *expected)
}

fn is_strong_enough(stored: &str) -> Option<bool> {
    let stored = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&stored).ok()?;
    Some(
        stored.algorithm == Algorithm::Argon2id.ident()
            && stored.version == Some(Version::V0x13.into())
            && params.m_cost() >= MEMORY_KIB
            && params.t_cost() >= PASSES,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher;
    use std::{sync::mpsc, time::Duration};

    fn hashed_with(algorithm: Algorithm, memory: u32, passes: u32) -> String {
        let params = Params::new(memory, passes, 1, None).unwrap();
        let hasher = Argon2::new(algorithm, Version::V0x13, params);
        hasher.hash_password(b"an old password").unwrap().to_string()
    }

    async fn until(mut condition: impl FnMut() -> bool) {
        let wait = async {
            while !condition() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait).await.unwrap();
    }

    #[tokio::test]
    async fn a_hash_has_the_parameters_it_should_and_fits_only_its_password() {
        let passwords = Passwords::new(2).unwrap();
        let long = "a good long pässword 🔑 ".repeat(10);
        let hash = passwords.hash(long.as_str().into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(long.as_str().into(), hash.clone()).await.unwrap());
        assert!(!passwords.verify(long.trim().into(), hash.clone()).await.unwrap());
        assert!(!passwords.verify("".into(), hash).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_user_costs_a_check_of_the_same_strength() {
        let passwords = Passwords::new(1).unwrap();
        passwords.verify_unknown("whatever".into()).await.unwrap();
        assert!(passwords.nobody.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[tokio::test]
    async fn an_old_hash_still_fits_and_wants_to_be_made_anew() {
        let passwords = Passwords::new(1).unwrap();
        for weak in [
            hashed_with(Algorithm::Argon2id, 4_096, 2),
            hashed_with(Algorithm::Argon2id, MEMORY_KIB, 1),
            hashed_with(Algorithm::Argon2i, MEMORY_KIB, 2),
        ] {
            assert!(passwords.verify("an old password".into(), weak.clone()).await.unwrap());
            assert!(Passwords::needs_rehash(&weak), "{weak}");
        }
        let stronger = hashed_with(Algorithm::Argon2id, MEMORY_KIB * 2, 3);
        assert!(!Passwords::needs_rehash(&stronger));
        assert!(!Passwords::needs_rehash(&passwords.hash("new".into()).await.unwrap()));
        assert!(Passwords::needs_rehash("no hash"));
    }

    #[tokio::test]
    async fn an_unreadable_hash_is_an_error_and_not_a_wrong_password() {
        let passwords = Passwords::new(1).unwrap();
        for unreadable in ["", "plain text", "$md5$abc", "$argon2id$v=19$m=19456,t=2,p=1"] {
            let checked = passwords.verify("a".into(), unreadable.into()).await;
            assert!(matches!(checked, Err(VaultError::UnreadableHash)), "{unreadable}");
        }
    }

    #[tokio::test]
    async fn beyond_the_limit_the_answer_is_busy_and_the_waiting_ones_get_their_turn() {
        let passwords = Passwords {
            at_most: 3,
            ..Passwords::new(1).unwrap()
        };
        let held = Arc::clone(&passwords.places).acquire_owned().await.unwrap();
        let waiting: Vec<_> = (0..3)
            .map(|number| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.in_pool(move || number).await })
            })
            .collect();
        until(|| passwords.under_way.load(Ordering::Acquire) == 3).await;
        assert!(matches!(passwords.in_pool(|| ()).await, Err(VaultError::Busy)));
        drop(held);
        for (number, job) in waiting.into_iter().enumerate() {
            assert_eq!(job.await.unwrap().unwrap(), number);
        }
        passwords.in_pool(|| ()).await.unwrap();
    }

    #[tokio::test]
    async fn a_caller_who_leaves_does_not_free_the_place_of_a_hash_that_still_runs() {
        let passwords = Passwords::new(1).unwrap();
        let (let_go, wait) = mpsc::channel::<()>();
        let caller = tokio::spawn({
            let passwords = passwords.clone();
            async move { passwords.in_pool(move || wait.recv()).await }
        });
        until(|| passwords.places.available_permits() == 0).await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.places.available_permits(), 0);
        assert_eq!(passwords.under_way.load(Ordering::Acquire), 1);
        let_go.send(()).unwrap();
        until(|| passwords.places.available_permits() == 1).await;
        until(|| passwords.under_way.load(Ordering::Acquire) == 0).await;
    }
}
