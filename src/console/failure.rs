//! What can go wrong at the terminal, and the exit code of each.

use quorum_client::ClientError;

/// Errors of the commands.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The server refused or could not be reached.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// Nobody said where the server is, or who asks.
    #[error("not signed in: run `quorum login`, or set QUORUM_URL and QUORUM_TOKEN")]
    NotSignedIn,
    /// The token is kept for another server than the one named.
    #[error(
        "the token that is kept is for {kept}, not for {named}: run `quorum login --url {named}`, or set QUORUM_TOKEN"
    )]
    OtherServer {
        /// The server of the token.
        kept: String,
        /// The server named.
        named: String,
    },
    /// The file of the token.
    #[error("the file {path} cannot be used: {words}")]
    File {
        /// Which.
        path: String,
        /// Why.
        words: String,
    },
    /// Others may read the file of the token.
    #[error("{0} can be read by other users; run `chmod 600` on it")]
    OpenFile(String),
    /// No home folder to keep anything in.
    #[error("no folder for settings was found; set HOME or XDG_CONFIG_HOME")]
    NoConfigFolder,
    /// Nothing was asked.
    #[error("there is no question: give one, or pipe it in")]
    NoQuestion,
    /// A name that fits no service.
    #[error("there is no service `{wanted}`; there are: {known}")]
    NoSuchService {
        /// What was looked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// No saved panel of that name.
    #[error("there is no panel `{wanted}`; there are: {known}")]
    NoSuchPanel {
        /// What was looked for.
        wanted: String,
        /// What there is.
        known: String,
    },
    /// No service answered.
    #[error("no service answered")]
    NotAnswered,
    /// The answers could not be fused.
    #[error("no consensus was written: {0}")]
    NoConsensus(String),
    /// Ctrl-C.
    #[error("detached")]
    Detached,
    /// Standard input or output broke.
    #[error("{0}")]
    Stream(#[from] std::io::Error),
}

impl ConsoleError {
    /// What the shell gets.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::NotAnswered | Self::NoConsensus(_) => 1,
            Self::NoQuestion | Self::NoSuchService { .. } | Self::NoSuchPanel { .. } => 2,
            Self::Detached => 130,
            Self::Client(_)
            | Self::NotSignedIn
            | Self::OtherServer { .. }
            | Self::File { .. }
            | Self::OpenFile(_)
            | Self::NoConfigFolder
            | Self::Stream(_) => 3,
        }
    }
}
