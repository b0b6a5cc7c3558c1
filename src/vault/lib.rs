//! quorum-vault
