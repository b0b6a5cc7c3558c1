//! quorum-rank
