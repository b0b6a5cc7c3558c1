//! Several master keys while one takes the place of another: the newest seals, all open. The file
//! holds one a line, the newest first; processes that run notice when it is changed.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use zeroize::Zeroizing;

use crate::{MasterKey, VaultError};

/// One or more master keys, the newest first.
#[derive(Debug)]
pub struct MasterKeys {
    newest: MasterKey,
    older: Vec<MasterKey>,
}

impl MasterKeys {
    pub const fn one(newest: MasterKey) -> Self {
        Self {
            newest,
            older: Vec::new(),
        }
    }

    /// Reads keys with commas or line breaks between them.
    pub fn from_text(text: &str) -> Result<Self, VaultError> {
        let mut keys = text
            .split([',', '\n'])
            .filter(|key| !key.trim().is_empty())
            .map(MasterKey::from_text);
        let newest = keys.next().ok_or(VaultError::MalformedMasterKey)??;
        Ok(Self {
            newest,
            older: keys.collect::<Result<_, _>>()?,
        })
    }

    pub const fn newest(&self) -> &MasterKey {
        &self.newest
    }

    pub fn by_id(&self, id: &str) -> Option<&MasterKey> {
        std::iter::once(&self.newest)
            .chain(&self.older)
            .find(|key| key.id() == id)
    }
}

/// By what a changed file is known.
type Stamp = (u64, i64, i64);

/// Master keys that may change while they are used.
#[derive(Debug)]
pub struct KeyRing {
    file: Option<PathBuf>,
    known: RwLock<(Stamp, Arc<MasterKeys>)>,
}

impl KeyRing {
    pub fn fixed(keys: MasterKeys) -> Self {
        Self {
            file: None,
            known: RwLock::new(((0, 0, 0), Arc::new(keys))),
        }
    }

    pub fn of_file(path: &Path) -> Result<Self, VaultError> {
        // Makes the file at the first start.
        MasterKey::ensure_file(path)?;
        Ok(Self {
            file: Some(path.to_owned()),
            known: RwLock::new(read(path)?),
        })
    }

    /// The keys in force. A file that cannot be read now leaves those that were read before.
    pub fn now(&self) -> Arc<MasterKeys> {
        let known = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (known.0, Arc::clone(&known.1))
        };
        let Some(path) = &self.file else { return known.1 };
        if stamp_of(path) == Some(known.0) {
            return known.1;
        }
        match read(path) {
            Ok(read) => {
                let keys = Arc::clone(&read.1);
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = read;
                keys
            }
            Err(_) => known.1,
        }
    }
}

fn stamp_of(path: &Path) -> Option<Stamp> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.ino(), about.mtime(), about.mtime_nsec()))
}

fn read(path: &Path) -> Result<(Stamp, Arc<MasterKeys>), VaultError> {
    let mut file = File::open(path).map_err(VaultError::MasterKeyFile)?;
    let about = file.metadata().map_err(VaultError::MasterKeyFile)?;
    if about.permissions().mode() & 0o077 != 0 {
        return Err(VaultError::OpenPermissions);
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(VaultError::MasterKeyFile)?;
    let stamp = (about.ino(), about.mtime(), about.mtime_nsec());
    Ok((stamp, Arc::new(MasterKeys::from_text(&text)?)))
}

/// Puts a new master key before the one in the file, unless a change that was begun before has
/// done so; gives whether it did.
pub fn begin_rotation(path: &Path) -> Result<bool, VaultError> {
    let (_, keys) = read(path)?;
    if !keys.older.is_empty() {
        return Ok(false);
    }
    let new = MasterKey::random();
    replace(path, &[&new, &keys.newest])?;
    Ok(true)
}

/// Leaves only the newest master key in the file.
pub fn end_rotation(path: &Path) -> Result<(), VaultError> {
    let (_, keys) = read(path)?;
    replace(path, &[&keys.newest])
}

/// Writes the keys beside the file and moves them into its place: it is never seen half written.
fn replace(path: &Path, keys: &[&MasterKey]) -> Result<(), VaultError> {
    let draft = path.with_extension(format!("new-{:016x}", rand::random::<u64>()));
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        for key in keys {
            writeln!(file, "{}", *key.to_text())?;
        }
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().map_err(VaultError::MasterKeyFile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vault;
    use quorum_domain::{ServiceType, ids::ApiKeyId, key::KeyBinding};
    use secrecy::{ExposeSecret, SecretString};

    fn binding() -> KeyBinding {
        KeyBinding {
            id: ApiKeyId::new(),
            owner: None,
            service_type: ServiceType::OpenAi,
            origin: "https://api.example.com".into(),
        }
    }

    #[test]
    fn a_vault_that_is_open_follows_the_file_through_a_whole_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let (vault, binding) = (Vault::from_file(&path).unwrap(), binding());
        let before = vault.seal(&binding, &SecretString::from("secret")).unwrap();
        assert!(before.0.contains(&vault.newest_id()));
        assert!(begin_rotation(&path).unwrap());
        assert!(!begin_rotation(&path).unwrap(), "a rotation under way is gone on with");
        assert!(!before.0.contains(&vault.newest_id()));
        assert_eq!(vault.open(&binding, &before).unwrap().expose_secret(), "secret");
        let after = vault.reseal(&binding, &before).unwrap();
        assert!(after.0.contains(&vault.newest_id()));
        end_rotation(&path).unwrap();
        assert!(matches!(vault.open(&binding, &before), Err(VaultError::WrongMasterKey)));
        assert_eq!(vault.open(&binding, &after).unwrap().expose_secret(), "secret");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    fn only_what_opens_is_sealed_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let vault = Vault::from_file(&path).unwrap();
        let sealed = vault.seal(&binding(), &SecretString::from("secret")).unwrap();
        begin_rotation(&path).unwrap();
        assert!(matches!(
            vault.reseal(&binding(), &sealed),
            Err(VaultError::DoesNotOpen)
        ));
    }

    #[test]
    fn keys_are_read_with_commas_or_lines_between_them_and_none_is_no_key() {
        let (new, old) = ("2a".repeat(32), "2b".repeat(32));
        for text in [
            format!("{new},{old}"),
            format!("{new}\n{old}\n\n"),
            format!(" {new} , {old} "),
        ] {
            let keys = MasterKeys::from_text(&text).unwrap();
            assert_eq!(keys.newest().id(), MasterKey::from_text(&new).unwrap().id());
            assert!(keys.by_id(&MasterKey::from_text(&old).unwrap().id()).is_some());
        }
        for text in ["", " \n,", "half"] {
            assert!(matches!(
                MasterKeys::from_text(text),
                Err(VaultError::MalformedMasterKey)
            ));
        }
    }
}
