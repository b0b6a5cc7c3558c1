//! Sealing provider keys: AES-256-GCM under a data key per secret, which the master key wraps
//! (envelope encryption, NIST SP 800-38D for the mode). Both layers are bound to the row, owner,
//! service type, origin and format version, so a sealed text that was moved elsewhere does not open.

use std::{path::Path, sync::Arc};

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use quorum_domain::{key::KeyBinding, webhook::WebhookBinding};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{
    MasterKey, VaultError,
    master_keys::{KeyRing, MasterKeys},
};

const VERSION: &str = "v1";
const CHECK_TEXT: &[u8] = b"quorum";

/// A sealed secret in text form: `v1:<master key id>:<wrap nonce>:<wrapped key>:<nonce>:<text>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedKey(pub String);

impl From<String> for SealedKey {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Seals with the newest master key, and opens with whichever sealed. Cheap to clone; all clones
/// notice when the file of master keys is changed.
#[derive(Debug, Clone)]
pub struct Vault {
    keys: Arc<KeyRing>,
}

impl Vault {
    /// A vault under this master key.
    pub fn new(master: MasterKey) -> Self {
        Self {
            keys: Arc::new(KeyRing::fixed(MasterKeys::one(master))),
        }
    }

    /// Under one or more master keys in text form, the newest first, with commas between them.
    pub fn from_text(text: &str) -> Result<Self, VaultError> {
        Ok(Self {
            keys: Arc::new(KeyRing::fixed(MasterKeys::from_text(text)?)),
        })
    }

    /// Under the master keys of a file, which is made at the first start and read again when it
    /// was changed.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        Ok(Self {
            keys: Arc::new(KeyRing::of_file(path)?),
        })
    }

    /// The master keys in force.
    pub(crate) fn master_keys(&self) -> Arc<MasterKeys> {
        self.keys.now()
    }

    /// The name of the newest master key, as it stands in what it seals.
    pub fn newest_id(&self) -> String {
        self.keys.now().newest().id()
    }

    /// The same secret under the newest master key: only the wrap of its data key is made anew.
    pub fn reseal(&self, binding: &KeyBinding, sealed: &SealedKey) -> Result<SealedKey, VaultError> {
        self.reseal_bytes(&authenticated(binding), &sealed.0).map(SealedKey)
    }

    /// The same for the secret of a webhook.
    pub fn reseal_webhook(&self, binding: WebhookBinding, sealed: &SealedKey) -> Result<SealedKey, VaultError> {
        self.reseal_bytes(&webhook_authenticated(binding), &sealed.0)
            .map(SealedKey)
    }

    /// The check value under the newest master key.
    pub fn reseal_check(&self, check: &str) -> Result<String, VaultError> {
        self.reseal_bytes(b"check", check)
    }

    fn reseal_bytes(&self, bound_to: &[u8], sealed: &str) -> Result<String, VaultError> {
        let parts = Parts::read(sealed)?;
        let keys = self.keys.now();
        let data_key = parts.unwrap(&keys, bound_to)?;
        // Opened once, so that nothing is carried over that would not open.
        decrypt(as_key(&data_key)?, bound_to, parts.nonce, parts.text)?;
        let (wrap_nonce, wrapped) = encrypt(keys.newest().bytes(), bound_to, &data_key)?;
        let wrap = [&wrap_nonce[..], &wrapped].map(|part| URL_SAFE_NO_PAD.encode(part));
        let id = keys.newest().id();
        Ok(format!(
            "{VERSION}:{id}:{}:{}:{}",
            wrap.join(":"),
            parts.nonce,
            parts.text
        ))
    }

    /// Seals a secret for a binding.
    pub fn seal(&self, binding: &KeyBinding, secret: &SecretString) -> Result<SealedKey, VaultError> {
        self.seal_bytes(&authenticated(binding), secret.expose_secret().as_bytes())
            .map(SealedKey)
    }

    /// Opens a sealed secret; only under the binding that it was sealed for.
    pub fn open(&self, binding: &KeyBinding, sealed: &SealedKey) -> Result<SecretString, VaultError> {
        let bytes = self.open_bytes(&authenticated(binding), &sealed.0)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::DoesNotOpen)?;
        Ok(SecretString::from(text))
    }

    /// Seals the secret of a webhook.
    pub fn seal_webhook(&self, binding: WebhookBinding, secret: &SecretString) -> Result<SealedKey, VaultError> {
        self.seal_bytes(&webhook_authenticated(binding), secret.expose_secret().as_bytes())
            .map(SealedKey)
    }

    /// Opens the secret of a webhook; only under the binding that it was sealed for.
    pub fn open_webhook(&self, binding: WebhookBinding, sealed: &SealedKey) -> Result<SecretString, VaultError> {
        let bytes = self.open_bytes(&webhook_authenticated(binding), &sealed.0)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::DoesNotOpen)?;
        Ok(SecretString::from(text))
    }

    /// A value to store beside the keys, by which a wrong master key is noticed at start.
    pub fn make_check(&self) -> Result<String, VaultError> {
        self.seal_bytes(b"check", CHECK_TEXT)
    }

    /// Says whether this is the master key that made the check value.
    pub fn verify(&self, check: &str) -> Result<(), VaultError> {
        match self.open_bytes(b"check", check) {
            Ok(bytes) if bytes.as_slice() == CHECK_TEXT => Ok(()),
            _ => Err(VaultError::WrongMasterKey),
        }
    }

    fn seal_bytes(&self, bound_to: &[u8], secret: &[u8]) -> Result<String, VaultError> {
        let keys = self.keys.now();
        let data_key = Zeroizing::new(rand::random::<[u8; 32]>());
        let (wrap_nonce, wrapped) = encrypt(keys.newest().bytes(), bound_to, data_key.as_slice())?;
        let (nonce, text) = encrypt(&data_key, bound_to, secret)?;
        let parts = [&wrap_nonce[..], &wrapped, &nonce[..], &text].map(|part| URL_SAFE_NO_PAD.encode(part));
        Ok(format!("{VERSION}:{}:{}", keys.newest().id(), parts.join(":")))
    }

    fn open_bytes(&self, bound_to: &[u8], sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parts = Parts::read(sealed)?;
        let data_key = parts.unwrap(&self.keys.now(), bound_to)?;
        decrypt(as_key(&data_key)?, bound_to, parts.nonce, parts.text)
    }
}

/// A sealed text in its parts.
struct Parts<'a> {
    master_id: &'a str,
    wrap_nonce: &'a str,
    wrapped: &'a str,
    nonce: &'a str,
    text: &'a str,
}

impl<'a> Parts<'a> {
    fn read(sealed: &'a str) -> Result<Self, VaultError> {
        let parts: Vec<&str> = sealed.split(':').collect();
        match parts[..] {
            [VERSION, master_id, wrap_nonce, wrapped, nonce, text] => Ok(Self {
                master_id,
                wrap_nonce,
                wrapped,
                nonce,
                text,
            }),
            _ => Err(VaultError::DoesNotOpen),
        }
    }

    fn unwrap(&self, keys: &MasterKeys, bound_to: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let master = keys.by_id(self.master_id).ok_or(VaultError::WrongMasterKey)?;
        decrypt(master.bytes(), bound_to, self.wrap_nonce, self.wrapped)
    }
}

fn as_key(bytes: &[u8]) -> Result<&[u8; 32], VaultError> {
    bytes.try_into().map_err(|_| VaultError::DoesNotOpen)
}

fn encrypt(key: &[u8; 32], bound_to: &[u8], plain: &[u8]) -> Result<([u8; 12], Vec<u8>), VaultError> {
    let nonce: [u8; 12] = rand::random();
    let cipher = Aes256Gcm::new(key.into());
    let text = cipher
        .encrypt(
            &Nonce::from(nonce),
            Payload {
                msg: plain,
                aad: bound_to,
            },
        )
        .map_err(|_| VaultError::SealingFailed)?;
    Ok((nonce, text))
}

fn decrypt(key: &[u8; 32], bound_to: &[u8], nonce: &str, text: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| VaultError::DoesNotOpen);
    let nonce: [u8; 12] = decode(nonce)?.try_into().map_err(|_| VaultError::DoesNotOpen)?;
    let text = decode(text)?;
    Aes256Gcm::new(key.into())
        .decrypt(
            &Nonce::from(nonce),
            Payload {
                msg: &text,
                aad: bound_to,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| VaultError::DoesNotOpen)
}

/// The binding as bytes; each part is preceded by its length, so no two bindings look alike.
fn authenticated(binding: &KeyBinding) -> Vec<u8> {
    let owner = binding.owner.map(|owner| owner.to_string()).unwrap_or_default();
    let id = binding.id.to_string();
    with_lengths(&[VERSION, &id, &owner, binding.service_type.as_str(), &binding.origin])
}

/// The same for the secret of a webhook; no binding of a provider key looks like it.
fn webhook_authenticated(binding: WebhookBinding) -> Vec<u8> {
    with_lengths(&[VERSION, "webhook", &binding.id.to_string(), &binding.owner.to_string()])
}

fn with_lengths(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// The end of a key, to recognise it by: four characters, or a quarter of a short one.
pub fn last4(secret: &SecretString) -> String {
    let text = secret.expose_secret();
    let shown = (text.chars().count() / 4).min(4);
    let mut end: Vec<char> = text.chars().rev().take(shown).collect();
    end.reverse();
    end.into_iter().collect()
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
