//! quorum-workers
