//! THE SAFE: sealing provider keys, hashing passwords, making tokens.
//!
//! May enter: cryptography from well-kept libraries, used by their books. May not enter: SQL,
//! HTTP, logging of anything, a type that prints or serialises a secret.
//!
//! To add a secret: hold it as `secrecy::SecretString`, seal it with [`Vault`] under a binding
//! that names its row and purpose, and store only the sealed text.

mod access_token;
mod envelope;
mod error;
mod id_token;
mod jwt_crypto;
mod master_key;
mod master_keys;
mod password;
mod password_rules;
mod token;
mod webhook_secret;

pub use access_token::AccessTokens;
pub use envelope::{SealedKey, Vault, last4};
pub use error::VaultError;
pub use id_token::{Expected, IdTokenProblem, Identity, check_id_token};
pub use master_key::MasterKey;
pub use master_keys::{begin_rotation, end_rotation};
pub use password::Passwords;
pub use password_rules::{PASSWORD_CHARS, PasswordProblem, check_password};
pub use secrecy::{ExposeSecret, SecretString};
pub use token::{Token, csrf_token_of, same_text, token_hash};
pub use webhook_secret::{new_webhook_secret, sign_webhook};
