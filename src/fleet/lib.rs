//! quorum-fleet
