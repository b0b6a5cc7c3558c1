//! quorum-push
