//! The judge exam: where it stands.

use crate::named_enum;

named_enum! {
    /// Where an exam stands.
    pub enum ExamStatus {
        /// Sheets are still out.
        Running => "running",
        /// All sheets are marked.
        Finished => "finished",
        /// It was given up.
        Failed => "failed",
    }
}
