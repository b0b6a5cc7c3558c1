//! What is wrong with this installation, in plain words.

use std::fmt::Write as _;

use anyhow::bail;
use quorum_api::{Finding, FindingCode as Code, FindingLevel};
use quorum_store::{StoreError, upkeep};
use quorum_vault::Vault;

use crate::{
    config::Config,
    house::{MASTER_KEY_CHECK, MASTER_KEY_FILE, MASTER_KEY_VARIABLE, own_data_dir},
};

/// A clock that is further off than this is worth a word.
const CLOCK_OFF_SECONDS: i64 = 2;

/// What was found, in order.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add<const N: usize>(
        &mut self,
        level: FindingLevel,
        code: Code,
        params: [(&'static str, String); N],
        words: &str,
    ) {
        self.0.push(Finding {
            level,
            code,
            params: params.into(),
            words: words.to_owned(),
        });
    }

    fn fine(&mut self, code: Code, words: &str) {
        self.add(FindingLevel::Fine, code, [], words);
    }

    fn note(&mut self, code: Code, words: &str) {
        self.add(FindingLevel::Note, code, [], words);
    }

    fn fault(&mut self, code: Code, words: &str) {
        self.add(FindingLevel::Fault, code, [], words);
    }

    /// A fault with its reason.
    fn fault_for(&mut self, code: Code, words: &str, why: &str) {
        let why = why.to_owned();
        let told = format!("{words}: {why}");
        self.add(FindingLevel::Fault, code, [("why", why)], &told);
    }
}

/// Examines everything.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let mut findings = Findings::default();
    examine_folder(config, &mut findings);
    let reachable = examine_store(config, &mut findings).await;
    examine_master_key(config, reachable, &mut findings).await;
    examine_bus(config, &mut findings).await;
    findings.0
}

/// All findings as a text; an error if there is a fault.
pub async fn report(config: &Config) -> anyhow::Result<String> {
    let findings = examine(config).await;
    let mut text = String::new();
    for finding in &findings {
        let mark = match finding.level {
            FindingLevel::Fine => "ok",
            FindingLevel::Note => "note",
            FindingLevel::Fault => "FAULT",
        };
        // Writing to a String does not fail.
        let _written = writeln!(text, "  {mark:<5} {}", finding.words);
    }
    let faults = findings
        .iter()
        .filter(|finding| finding.level == FindingLevel::Fault)
        .count();
    if faults > 0 {
        bail!("{faults} to mend\n\n{text}");
    }
    Ok(format!("Nothing is wrong.\n\n{text}"))
}

fn examine_folder(config: &Config, findings: &mut Findings) {
    let folder = config.data_dir.display();
    match own_data_dir(&config.data_dir) {
        Ok(_) => findings.add(
            FindingLevel::Fine,
            Code::FolderFine,
            [("folder", folder.to_string())],
            &format!("the data folder {folder} can be written"),
        ),
        Err(error) if error.to_string().starts_with("another Quorum") => findings.add(
            FindingLevel::Note,
            Code::InUse,
            [("folder", folder.to_string())],
            &format!("Quorum runs on {folder} at the moment"),
        ),
        Err(error) => findings.add(
            FindingLevel::Fault,
            Code::FolderBad,
            [("folder", folder.to_string()), ("why", format!("{error:#}"))],
            &format!("the data folder {folder}: {error:#}"),
        ),
    }
}

/// Says whether the database can be read on.
async fn examine_store(config: &Config, findings: &mut Findings) -> bool {
    if config.is_embedded() && config.store_url().ends_with("quorum.db") && !config.data_dir.join("quorum.db").exists()
    {
        findings.note(Code::NoDatabase, "there is no database yet; the first start makes one");
        return false;
    }
    let report = match upkeep::inspect(&config.store_url()).await {
        Ok(report) => report,
        Err(StoreError::Unavailable(_)) => {
            findings.fault(
                Code::DatabaseSilent,
                "the database does not answer: is it running, and is QUORUM__STORE__URL right?",
            );
            return false;
        }
        Err(error) => {
            findings.fault_for(
                Code::DatabaseUnreadable,
                "the database cannot be read",
                &error.to_string(),
            );
            return false;
        }
    };
    match report.schema {
        Some(schema) if schema > report.known_schema => findings.add(
            FindingLevel::Fault,
            Code::DatabaseTooNew,
            [
                ("schema", schema.to_string()),
                ("known", report.known_schema.to_string()),
            ],
            &format!(
                "the database is of version {schema} and this binary knows {} at most: start the newer binary",
                report.known_schema
            ),
        ),
        Some(schema) if schema < report.known_schema => {
            findings.note(
                Code::DatabaseOlder,
                "the database is older than this binary; the next start brings it up to date",
            );
        }
        Some(_) => findings.fine(Code::DatabaseFine, "the database answers and is up to date"),
        None => findings.note(Code::DatabaseEmpty, "the database is empty; the first start fills it"),
    }
    if !report.has_hstore {
        findings.fault(
            Code::NoHstore,
            "PostgreSQL lacks the extension hstore: install its contrib package",
        );
    }
    let off = report.clock_ahead.num_seconds();
    if off.abs() > CLOCK_OFF_SECONDS {
        findings.add(
            FindingLevel::Note,
            Code::ClockOff,
            [("seconds", off.to_string())],
            &format!(
                "this machine's clock differs from the database's by {off} s; work goes by the database's, but logs will not match"
            ),
        );
    }
    report.schema.is_some_and(|schema| schema <= report.known_schema)
}

async fn examine_master_key(config: &Config, reachable: bool, findings: &mut Findings) {
    let file = config.data_dir.join(MASTER_KEY_FILE);
    let vault = match std::env::var(MASTER_KEY_VARIABLE) {
        Ok(text) => Vault::from_text(&text),
        Err(_) if file.exists() => Vault::from_file(&file),
        Err(_) if reachable => {
            findings.fault(
                Code::MasterKeyMissing,
                "the master key is missing: set QUORUM_MASTER_KEY, or put master.key back into the data folder; without it no provider key can be read",
            );
            return;
        }
        Err(_) => {
            findings.note(
                Code::NoMasterKey,
                "there is no master key yet; the first start makes one",
            );
            return;
        }
    };
    let vault = match vault {
        Ok(vault) => vault,
        Err(error) => {
            findings.fault_for(
                Code::MasterKeyUnusable,
                "the master key cannot be used",
                &error.to_string(),
            );
            return;
        }
    };
    if !reachable {
        return;
    }
    match upkeep::setting(&config.store_url(), MASTER_KEY_CHECK).await {
        Ok(Some(check)) if vault.verify(&check).is_err() => {
            findings.fault(
                Code::MasterKeyOther,
                "the master key is not the one that this database was written with",
            );
        }
        Ok(_) => findings.fine(Code::MasterKeyFine, "the master key fits the database"),
        Err(error) => findings.fault_for(
            Code::DatabaseUnreadable,
            "the database cannot be read",
            &error.to_string(),
        ),
    }
}

async fn examine_bus(config: &Config, findings: &mut Findings) {
    let Some(url) = config.bus_url() else {
        if !config.is_embedded() {
            findings.note(
                Code::NoBus,
                "no QUORUM__BUS__URL: only a single process can serve this database",
            );
        }
        return;
    };
    match quorum_push::inspect(url).await {
        Ok(report) => match report.memory_policy.as_deref() {
            None | Some("noeviction") => findings.fine(Code::RedisFine, "Redis answers"),
            Some(policy) => findings.add(
                FindingLevel::Note,
                Code::RedisEvicts,
                [("policy", policy.to_owned())],
                &format!(
                    "Redis evicts keys when it is full (maxmemory-policy {policy}); shared limits then start anew, so set noeviction"
                ),
            ),
        },
        Err(error) => findings.add(
            FindingLevel::Fault,
            Code::BusBad,
            [("why", error.to_string())],
            &format!("the bus: {error}; work goes on, but pages on other processes lag"),
        ),
    }
}
