//! quorum-providers
