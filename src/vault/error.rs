//! What can go wrong with the safe. No variant carries a secret or a detail that helps to guess one.

/// Errors of the vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The master key is not 32 bytes in base64 or hex.
    #[error("the master key must be 32 bytes in base64 or hex")]
    MalformedMasterKey,
    /// Other users of the machine may read the file.
    #[error("the master key file must be readable by its owner only (chmod 600)")]
    OpenPermissions,
    /// The file could not be read or made.
    #[error("the master key file could not be used")]
    MasterKeyFile(#[source] std::io::Error),
    /// The master key is not the one that the stored keys were sealed with.
    #[error("the master key does not fit the stored keys")]
    WrongMasterKey,
    /// A sealed key does not open: another binding, another master key, or changed bytes.
    #[error("the sealed key does not open")]
    DoesNotOpen,
    /// The system gave no randomness, or sealing failed.
    #[error("sealing failed")]
    SealingFailed,
    /// A stored secret cannot be used to sign.
    #[error("signing failed")]
    SigningFailed,
    /// Too many passwords are being checked at once.
    #[error("too many sign-ins at once")]
    Busy,
    /// A stored password hash cannot be read.
    #[error("a stored password hash is unreadable")]
    UnreadableHash,
}
