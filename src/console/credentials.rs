//! Where the server is and who asks: from the environment, or from a file that only its owner reads.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;
use quorum_client::{Client, SecretString};
use serde::{Deserialize, Serialize};

use crate::failure::ConsoleError;

/// Holds a token for this process, before any file.
pub const TOKEN_VARIABLE: &str = "QUORUM_TOKEN";
/// The server of a token that comes without an address.
pub const DEFAULT_URL: &str = "http://127.0.0.1:8000";

/// What the file holds.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// The server.
    pub url: String,
    /// The personal API token.
    pub token: String,
}

fn path() -> Result<PathBuf, ConsoleError> {
    let folders = etcetera::choose_base_strategy().map_err(|_| ConsoleError::NoConfigFolder)?;
    Ok(folders.config_dir().join("quorum").join("credentials.toml"))
}

fn unusable(path: &Path) -> impl Fn(std::io::Error) -> ConsoleError + '_ {
    move |error| ConsoleError::File {
        path: path.display().to_string(),
        words: error.to_string(),
    }
}

/// What is kept, if anything is.
pub fn kept() -> Result<Option<Kept>, ConsoleError> {
    read(&path()?)
}

fn read(path: &Path) -> Result<Option<Kept>, ConsoleError> {
    let metadata = match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(unusable(path))?,
    };
    if metadata.mode() & 0o077 != 0 {
        return Err(ConsoleError::OpenFile(path.display().to_string()));
    }
    let text = fs::read_to_string(path).map_err(unusable(path))?;
    let kept = toml::from_str(&text).map_err(|error| ConsoleError::File {
        path: path.display().to_string(),
        words: error.message().to_owned(),
    })?;
    Ok(Some(kept))
}

/// Keeps an address and a token; gives the file.
pub fn keep(kept: &Kept) -> Result<PathBuf, ConsoleError> {
    let path = path()?;
    write(&path, kept)?;
    Ok(path)
}

/// The file is never there half, or open to others.
fn write(path: &Path, kept: &Kept) -> Result<(), ConsoleError> {
    let folder = path.parent().ok_or(ConsoleError::NoConfigFolder)?;
    let fail = unusable(path);
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(&fail)?;
    let text = toml::to_string(kept).map_err(|error| ConsoleError::File {
        path: path.display().to_string(),
        words: error.to_string(),
    })?;
    let beside = folder.join(format!("credentials.{}.new", std::process::id()));
    let write = || {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    let written = write();
    if written.is_err() {
        // What is left of a file that was not written is of no use.
        let _gone = fs::remove_file(&beside);
    }
    written.map_err(&fail)
}

/// Forgets what is kept; says whether there was something.
pub fn forget() -> Result<bool, ConsoleError> {
    let path = path()?;
    match fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(unusable(&path)(error)),
    }
}

/// A client for the server that was named, or else the one that is kept. A kept token goes to its own
/// server only.
pub fn client(url: Option<&str>) -> Result<Client, ConsoleError> {
    if let Some(token) = std::env::var(TOKEN_VARIABLE).ok().filter(|token| !token.is_empty()) {
        let kept_url = || kept().ok().flatten().map(|kept| kept.url);
        let url = url
            .map(str::to_owned)
            .or_else(kept_url)
            .unwrap_or_else(|| DEFAULT_URL.to_owned());
        return Ok(Client::new(&url, SecretString::from(token))?);
    }
    let kept = kept()?.ok_or(ConsoleError::NotSignedIn)?;
    let client = Client::new(&kept.url, SecretString::from(kept.token.clone()))?;
    let Some(named) = url else { return Ok(client) };
    let named = Client::new(named, SecretString::from(kept.token))?;
    if named.origin() == client.origin() {
        Ok(named)
    } else {
        Err(ConsoleError::OtherServer {
            kept: client.origin(),
            named: named.origin(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_token_is_kept_for_its_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("quorum/credentials.toml");
        assert!(read(&path).unwrap().is_none());
        for token in ["qk_one", "qk_two"] {
            let kept = Kept {
                url: "http://h".into(),
                token: token.into(),
            };
            write(&path, &kept).unwrap();
            assert_eq!(read(&path).unwrap().unwrap().token, token);
        }
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read(&path), Err(ConsoleError::OpenFile(_))));
    }
}
