//! Passwords: argon2id in a bounded pool, and the rules for new ones.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::VaultError;

/// OWASP's Password Storage Cheat Sheet: argon2id with at least 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Sign-ins that may wait for a place before the rest is told to come back.
const QUEUE: usize = 64;

/// Shortest and longest password, in characters.
pub const PASSWORD_CHARS: (usize, usize) = (8, 256);

/// Hashes and checks passwords, a few at a time: each takes 19 MiB and tens of milliseconds.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// Checked when the user is unknown, so that both cases take the same time.
    nobody: Arc<str>,
}

impl Passwords {
    /// At most `at_once` hashes at the same time.
    pub fn new(at_once: usize) -> Result<Self, VaultError> {
        let nobody = hash_now(&SecretString::from("nobody has this password"))?;
        Ok(Self {
            places: Arc::new(Semaphore::new(at_once.max(1))),
            waiting: Arc::default(),
            nobody: nobody.into(),
        })
    }

    /// Hashes a new password into PHC form.
    pub async fn hash(&self, password: SecretString) -> Result<String, VaultError> {
        self.in_pool(move || hash_now(&password)).await?
    }

    /// Whether a password fits a stored hash.
    pub async fn verify(&self, password: SecretString, stored: String) -> Result<bool, VaultError> {
        self.in_pool(move || verify_now(&password, &stored)).await?
    }

    /// Spends the time of a check where there is nobody to check.
    pub async fn verify_unknown(&self, password: SecretString) -> Result<(), VaultError> {
        let stored = self.nobody.to_string();
        self.in_pool(move || verify_now(&password, &stored)).await?.map(|_| ())
    }

    async fn in_pool<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, VaultError> {
        let _waiting = Waiting::join(&self.waiting)?;
        let _place = self.places.acquire().await.map_err(|_| VaultError::Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| VaultError::Busy)
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(waiting: &'a AtomicUsize) -> Result<Self, VaultError> {
        let waiting = Waiting({
            waiting.fetch_add(1, Ordering::AcqRel);
            waiting
        });
        if waiting.0.load(Ordering::Acquire) > QUEUE {
            Err(VaultError::Busy)
        } else {
            Ok(waiting)
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn argon2id() -> Result<Argon2<'static>, VaultError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| VaultError::SealingFailed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &SecretString) -> Result<String, VaultError> {
    let hash = argon2id()?.hash_password(password.expose_secret().as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| VaultError::SealingFailed)
}

fn verify_now(password: &SecretString, stored: &str) -> Result<bool, VaultError> {
    let stored = PasswordHash::new(stored).map_err(|_| VaultError::UnreadableHash)?;
    Ok(argon2id()?
        .verify_password(password.expose_secret().as_bytes(), &stored)
        .is_ok())
}

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Under the shortest length.
    #[error("must have at least 8 characters")]
    TooShort,
    /// Over the longest length.
    #[error("must have at most 256 characters")]
    TooLong,
    /// Among the first that anyone tries.
    #[error("is one of the most common passwords")]
    Common,
    /// The same as the sign-in name.
    #[error("must not be the e-mail address")]
    SameAsEmail,
}

/// Checks a new password against the rules.
pub fn check_password(password: &str, email: &str) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    if length < PASSWORD_CHARS.0 {
        return Err(PasswordProblem::TooShort);
    }
    if length > PASSWORD_CHARS.1 {
        return Err(PasswordProblem::TooLong);
    }
    if lower == email.to_lowercase() {
        return Err(PasswordProblem::SameAsEmail);
    }
    let repeated = lower.chars().collect::<std::collections::BTreeSet<_>>().len() < 3;
    if repeated || COMMON.lines().any(|common| common == lower) {
        return Err(PasswordProblem::Common);
    }
    Ok(())
}

/// Passwords of eight or more characters that head every list of leaked ones.
const COMMON: &str = "password
password1
password12
password123
password1234
passw0rd
p@ssw0rd
p@ssword
12345678
123456789
1234567890
0123456789
9876543210
987654321
87654321
11223344
12341234
12344321
123123123
123321123
147258369
1q2w3e4r
1q2w3e4r5t
1qaz2wsx
qazwsxedc
qwertyui
qwertyuiop
qwerty12
qwerty123
qwerty1234
asdfghjk
asdfghjkl
zxcvbnm1
abcd1234
abc12345
abcdefgh
aa123456
a1234567
a12345678
iloveyou
iloveyou1
sunshine
sunshine1
princess
princess1
football
football1
baseball
basketball
superman
batman123
starwars
trustno1
welcome1
welcome123
letmein1
letmein123
changeme
changeme1
changeme123
adminadmin
admin123
admin1234
administrator
rootroot
root1234
test1234
testtest
testing123
computer
internet
whatever
michelle
jennifer
charlie1
michael1
jordan23
liverpool
chelsea1
monkey123
dragon123
master123
shadow123
secret123
freedom1
hello123
hellohello
google123
samsung1
minecraft
pokemon1
fuckyou1
corvette
mercedes
midnight
security
november
december
september
summer2024
summer2025
summer2026
winter2024
winter2025
winter2026
default1
guest123
user1234
quorum123";

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_has_the_parameters_it_should_and_fits_only_its_password() {
        let passwords = Passwords::new(2).unwrap();
        let hash = passwords.hash("a good long password".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords
                .verify("a good long password".into(), hash.clone())
                .await
                .unwrap()
        );
        assert!(!passwords.verify("another".into(), hash).await.unwrap());
        passwords.verify_unknown("whatever".into()).await.unwrap();
    }

    #[test]
    fn short_common_and_borrowed_passwords_are_refused() {
        assert_eq!(check_password("short", "a@b.c"), Err(PasswordProblem::TooShort));
        assert_eq!(
            check_password(&"x1y".repeat(100), "a@b.c"),
            Err(PasswordProblem::TooLong)
        );
        assert_eq!(check_password("Password123", "a@b.c"), Err(PasswordProblem::Common));
        assert_eq!(check_password("aaaaaaaaaaaa", "a@b.c"), Err(PasswordProblem::Common));
        assert_eq!(
            check_password("Ada@Example.com", "ada@example.com"),
            Err(PasswordProblem::SameAsEmail)
        );
        assert_eq!(check_password("Ünïcode päss phräse 🔑", "a@b.c"), Ok(()));
    }
}
