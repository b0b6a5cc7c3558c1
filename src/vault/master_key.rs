//! The master key: from the environment, or from a file that only its owner can read.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::VaultError;

/// Thirty-two random bytes that wrap every other key. Prints nothing; wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey {
    bytes: [u8; 32],
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey")
    }
}

impl MasterKey {
    /// Reads the text form: base64 or hex of 32 bytes, white space around it allowed.
    pub fn from_text(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let decoded = Zeroizing::new(
            hex::decode(text)
                .or_else(|_| STANDARD.decode(text))
                .map_err(|_| VaultError::MalformedMasterKey)?,
        );
        let bytes = decoded
            .as_slice()
            .try_into()
            .map_err(|_| VaultError::MalformedMasterKey)?;
        Ok(Self { bytes })
    }

    /// Reads the file, or makes it with a new key at the first start.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        match File::open(path) {
            Ok(file) => Self::read(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create(path),
            Err(error) => Err(VaultError::MasterKeyFile(error)),
        }
    }

    fn read(mut file: File) -> Result<Self, VaultError> {
        let mode = file.metadata().map_err(VaultError::MasterKeyFile)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(VaultError::OpenPermissions);
        }
        let mut text = Zeroizing::new(String::new());
        file.read_to_string(&mut text).map_err(VaultError::MasterKeyFile)?;
        Self::from_text(&text)
    }

    fn create(path: &Path) -> Result<Self, VaultError> {
        let key = Self { bytes: rand::random() };
        let text = Zeroizing::new(STANDARD.encode(key.bytes));
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(VaultError::MasterKeyFile)?;
        // A key that is lost with the next power cut would lose every key sealed with it.
        writeln!(file, "{}", *text)
            .and_then(|()| file.sync_all())
            .map_err(VaultError::MasterKeyFile)?;
        Ok(key)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// A short name of this key, for the sealed form; says nothing of the key itself.
    pub(crate) fn id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(b"quorum master key id\0");
        hash.update(self.bytes);
        hex::encode(&hash.finalize()[..4])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_made_once_and_readable_by_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let first = MasterKey::from_file(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(MasterKey::from_file(&path).unwrap().id(), first.id());
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::from_file(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(MasterKey::from_file(&path), Err(VaultError::OpenPermissions)));
    }

    #[test]
    fn a_key_of_the_wrong_length_is_refused_without_being_repeated() {
        let error = MasterKey::from_text("c2VjcmV0").unwrap_err();
        assert!(!error.to_string().contains("c2VjcmV0"));
        assert_eq!(
            format!("{:?}", MasterKey::from_text(&"ab".repeat(32)).unwrap()),
            "MasterKey"
        );
    }
}
