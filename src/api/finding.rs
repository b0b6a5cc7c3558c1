//! What an examination of the installation found: stable codes with what belongs to them, so that the page
//! can say it in its reader's language, and English words for the console.

use std::collections::BTreeMap;

use quorum_domain::named_enum;
use serde::Serialize;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingLevel {
    /// As it should be.
    Fine,
    /// Worth knowing.
    Note,
    /// To be mended.
    Fault,
}

named_enum! {
    /// What was found.
    pub enum FindingCode {
        /// The data folder can be written: `folder`.
        FolderFine => "folder_fine",
        /// Quorum runs on the data folder at the moment: `folder`.
        InUse => "in_use",
        /// The data folder cannot be used: `folder`, `why`.
        FolderBad => "folder_bad",
        /// There is no database yet.
        NoDatabase => "no_database",
        /// The database does not answer.
        DatabaseSilent => "database_silent",
        /// The database cannot be read: `why`.
        DatabaseUnreadable => "database_unreadable",
        /// The database is of version `schema`, the binary knows `known` at most.
        DatabaseTooNew => "database_too_new",
        /// The database is older than the binary.
        DatabaseOlder => "database_older",
        /// The database answers and is up to date.
        DatabaseFine => "database_fine",
        /// The database is empty.
        DatabaseEmpty => "database_empty",
        /// PostgreSQL lacks the extension hstore.
        NoHstore => "no_hstore",
        /// The clocks of machine and database differ by `seconds`.
        ClockOff => "clock_off",
        /// The master key is missing.
        MasterKeyMissing => "master_key_missing",
        /// There is no master key yet.
        NoMasterKey => "no_master_key",
        /// The master key cannot be used: `why`.
        MasterKeyUnusable => "master_key_unusable",
        /// The master key is not the one of the database.
        MasterKeyOther => "master_key_other",
        /// The master key fits the database.
        MasterKeyFine => "master_key_fine",
        /// Without a bus a single process can serve this database.
        NoBus => "no_bus",
        /// Redis answers.
        RedisFine => "redis_fine",
        /// Redis evicts keys when it is full, by `policy`.
        RedisEvicts => "redis_evicts",
        /// The bus cannot be used: `why`.
        BusBad => "bus_bad",
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// How serious it is.
    pub level: FindingLevel,
    /// What was found, for programs.
    pub code: FindingCode,
    /// What belongs to the code, by name.
    pub params: BTreeMap<&'static str, String>,
    /// What was found, in plain English.
    pub words: String,
}
