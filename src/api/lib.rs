//! quorum-api
