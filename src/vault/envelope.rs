//! Sealing provider keys: AES-256-GCM under a data key per secret, which the master key wraps
//! (envelope encryption, NIST SP 800-38D for the mode). Both layers are bound to the row, owner,
//! service type, origin and format version, so a sealed text that was moved elsewhere does not open.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use quorum_domain::key::KeyBinding;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::{MasterKey, VaultError};

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

/// Seals and opens with one master key. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Vault {
    master: std::sync::Arc<MasterKey>,
}

impl Vault {
    /// A vault under this master key.
    pub fn new(master: MasterKey) -> Self {
        Self {
            master: std::sync::Arc::new(master),
        }
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
        let data_key = Zeroizing::new(rand::random::<[u8; 32]>());
        let (wrap_nonce, wrapped) = encrypt(self.master.bytes(), bound_to, data_key.as_slice())?;
        let (nonce, text) = encrypt(&data_key, bound_to, secret)?;
        let parts = [&wrap_nonce[..], &wrapped, &nonce[..], &text].map(|part| URL_SAFE_NO_PAD.encode(part));
        Ok(format!("{VERSION}:{}:{}", self.master.id(), parts.join(":")))
    }

    fn open_bytes(&self, bound_to: &[u8], sealed: &str) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let parts: Vec<&str> = sealed.split(':').collect();
        let [version, master_id, wrap_nonce, wrapped, nonce, text] = parts[..] else {
            return Err(VaultError::DoesNotOpen);
        };
        if version != VERSION {
            return Err(VaultError::DoesNotOpen);
        }
        if master_id != self.master.id() {
            return Err(VaultError::WrongMasterKey);
        }
        let data_key = decrypt(self.master.bytes(), bound_to, wrap_nonce, wrapped)?;
        let data_key: &[u8; 32] = data_key.as_slice().try_into().map_err(|_| VaultError::DoesNotOpen)?;
        decrypt(data_key, bound_to, nonce, text)
    }
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
    let mut bytes = Vec::new();
    for part in [VERSION, &id, &owner, binding.service_type.as_str(), &binding.origin] {
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
