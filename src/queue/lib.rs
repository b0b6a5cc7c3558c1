//! quorum-queue
