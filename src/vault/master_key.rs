//! The master key: from the environment, or from a file that only its owner can read.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
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

    /// Reads the file, or makes it with a new key at the first start. Of several processes that
    /// start at once, one makes it and all read the same key.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        if let Some(key) = Self::existing(path)? {
            return Ok(key);
        }
        Self::create(path)?;
        Self::existing(path)?.ok_or_else(|| VaultError::MasterKeyFile(ErrorKind::NotFound.into()))
    }

    fn existing(path: &Path) -> Result<Option<Self>, VaultError> {
        match File::open(path) {
            Ok(file) => Self::read(file).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
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

    /// Writes a new key beside the file and links it into place: the file is never seen half
    /// written, also not after a power cut, and one that exists is never replaced.
    fn create(path: &Path) -> Result<(), VaultError> {
        let draft = path.with_extension(format!("new-{:016x}", rand::random::<u64>()));
        let linked = Self::write_new(&draft).and_then(|()| match std::fs::hard_link(&draft, path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            other => other,
        });
        let removed = match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        linked
            .and(removed)
            .and_then(|()| sync_folder(path))
            .map_err(VaultError::MasterKeyFile)
    }

    fn write_new(draft: &Path) -> std::io::Result<()> {
        let text = Self::random().to_text();
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(draft)?;
        writeln!(file, "{}", *text)?;
        // A key that is lost with the next power cut would lose every key sealed with it.
        file.sync_all()
    }

    /// Makes the file with a new key unless it exists.
    pub(crate) fn ensure_file(path: &Path) -> Result<(), VaultError> {
        if path.exists() { Ok(()) } else { Self::create(path) }
    }

    /// A new key.
    pub(crate) fn random() -> Self {
        Self { bytes: rand::random() }
    }

    /// The text form that [`MasterKey::from_text`] reads.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes))
    }

    /// A key for another purpose, which says nothing of this one (HMAC-SHA256 as a KDF, NIST SP 800-108).
    pub(crate) fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.bytes);
        let mut derived = Zeroizing::new([0; 32]);
        derived.copy_from_slice(ring::hmac::sign(&key, purpose).as_ref());
        derived
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

/// Makes the file's name durable too.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
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
    fn processes_that_start_at_once_share_one_key_and_leave_nothing_else_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let ids: std::collections::BTreeSet<String> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| MasterKey::from_file(&path).unwrap().id()))
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert_eq!(ids.len(), 1);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn a_damaged_file_is_refused_and_kept_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        MasterKey::from_file(&path).unwrap();
        std::fs::write(&path, "half a k").unwrap();
        assert!(matches!(
            MasterKey::from_file(&path),
            Err(VaultError::MalformedMasterKey)
        ));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "half a k");
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing").join("master.key");
        assert!(matches!(MasterKey::from_file(&path), Err(VaultError::MasterKeyFile(_))));
    }

    #[test]
    fn base64_and_hex_of_the_same_bytes_are_the_same_key() {
        let from_hex = MasterKey::from_text(&"2A".repeat(32)).unwrap();
        let from_base64 = MasterKey::from_text(&format!(" {}\n", STANDARD.encode([0x2a; 32]))).unwrap();
        assert_eq!(from_hex.bytes(), from_base64.bytes());
        assert_eq!(from_hex.id(), from_base64.id());
    }

    #[test]
    fn a_key_of_the_wrong_length_is_refused_without_being_repeated() {
        for wrong in ["", "c2VjcmV0", &"ab".repeat(31), &"ab".repeat(33), "not a key at all"] {
            let error = MasterKey::from_text(wrong).unwrap_err();
            assert!(matches!(error, VaultError::MalformedMasterKey));
            assert!(wrong.is_empty() || !format!("{error} {error:?}").contains(wrong));
        }
    }

    #[test]
    fn a_master_key_prints_nothing_of_itself() {
        let key = MasterKey::from_text(&"ab".repeat(32)).unwrap();
        assert_eq!(format!("{key:?}"), "MasterKey");
    }
}
