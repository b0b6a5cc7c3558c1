//! What an administrator does from the console. The database may be in use meanwhile.

use std::io::Read;

use anyhow::{Context, anyhow, bail, ensure};
use quorum_domain::{
    Role,
    audit::{Act, AuditAction},
};
use quorum_store::{AuditCheck, MASTER_KEY_TURN, NewUser, SealedWebhook, Store};
use quorum_vault::{ExposeSecret, Passwords, SecretString, Vault, begin_rotation, check_password, end_rotation};

use crate::{
    cli::Admin,
    config::Config,
    house::{MASTER_KEY_CHECK, MASTER_KEY_FILE, MASTER_KEY_VARIABLE, open_store, open_vault},
};

/// Who did it, in the audit log.
const CONSOLE: &str = "command line";
/// Keys sealed anew in one transaction, so that those who save keys never wait long.
const TOGETHER: i64 = 50;

/// Does what was asked; gives what to tell whoever asked.
pub async fn carry_out(config: &Config, command: Admin) -> anyhow::Result<String> {
    let store = open_store(config).await?;
    match command {
        Admin::VerifyAudit { noted } => verify_audit(&store, noted.as_deref()).await,
        Admin::RotateMasterKey => rotate(config, &store).await,
        Admin::CreateUser { email, name, admin } => create_user(&store, &email, &name, admin).await,
    }
}

async fn verify_audit(store: &Store, noted: Option<&str>) -> anyhow::Result<String> {
    let mut session = store.read().await?;
    let (entries, head) = match session.check_audit().await? {
        AuditCheck::Whole { entries, head } => (entries, head),
        AuditCheck::Broken { seq } => bail!("The audit log is broken: entry {seq} is missing or was changed."),
    };
    if let Some(noted) = noted {
        let (seq, hash) = noted.split_once(':').context("write --noted as NUMBER:HASH")?;
        let seq: i64 = seq.parse().context("write --noted as NUMBER:HASH")?;
        let found = session.audit_hash(seq).await?;
        ensure!(
            found.as_deref() == Some(hash),
            "The audit log is broken: entry {seq} is not the one that was noted."
        );
    }
    if entries == 0 {
        return Ok("The audit log is empty.".into());
    }
    Ok(format!(
        "The audit log is whole: {entries} entries. Note this elsewhere, so that a log cut off later shows:\n{entries}:{head}"
    ))
}

/// The new master key is in force from the first moment on; keys are sealed anew a few at a time,
/// and the old one goes when nothing needs it. Each step can be done again.
async fn rotate(config: &Config, store: &Store) -> anyhow::Result<String> {
    let vault = open_vault(config, store).await?;
    let file = config.data_dir.join(MASTER_KEY_FILE);
    let by_file = std::env::var_os(MASTER_KEY_VARIABLE).is_none();
    if by_file && !begin_rotation(&file)? {
        tracing::info!("going on with a rotation that was interrupted");
    }
    let mut sealed = 0;
    loop {
        let done = seal_some(store, &vault).await?;
        sealed += done;
        if done == 0 {
            break;
        }
    }
    let mut tx = store.begin().await?;
    // Whoever saves a key waits here, and then seals with the newest key.
    tx.take_turns(MASTER_KEY_TURN).await?;
    ensure!(
        tx.keys_not_under(&vault.newest_id(), 1).await?.is_empty()
            && tx.webhooks_not_under(&vault.newest_id(), 1).await?.is_empty(),
        "a key was saved under the old master key meanwhile; run the command again"
    );
    if let Some(check) = tx.setting(MASTER_KEY_CHECK).await? {
        tx.set_setting(MASTER_KEY_CHECK, &vault.reseal_check(&check)?).await?;
    }
    let act = Act::by_name(CONSOLE, AuditAction::MasterKeyRotated, vault.newest_id());
    tx.enter(&act.with(serde_json::json!({"keys": sealed}))).await?;
    let _nobody_listens = tx.commit().await?;
    if by_file {
        end_rotation(&file)?;
        return Ok(format!(
            "{sealed} keys were sealed anew. {} holds the new master key only; copies of the database made before need the old one.",
            file.display()
        ));
    }
    Ok(format!(
        "{sealed} keys were sealed anew under the first key of {MASTER_KEY_VARIABLE}. The others can be taken out of it now."
    ))
}

async fn seal_some(store: &Store, vault: &Vault) -> anyhow::Result<usize> {
    let mut tx = store.begin().await?;
    tx.take_turns(MASTER_KEY_TURN).await?;
    let keys = tx.keys_not_under(&vault.newest_id(), TOGETHER).await?;
    let webhooks = tx.webhooks_not_under(&vault.newest_id(), TOGETHER).await?;
    let count = keys.len() + webhooks.len();
    for webhook in webhooks {
        tx.replace_sealed_webhook(&sealed_anew(vault, &webhook)?).await?;
    }
    for key in keys {
        let anew = vault
            .reseal(&key.binding, &key.sealed.clone().into())
            .with_context(|| format!("the stored key {} does not open", key.binding.id))?;
        tx.replace_sealed(key.binding.id, &key.sealed, &anew.0).await?;
    }
    let _nobody_listens = tx.commit().await?;
    Ok(count)
}

fn sealed_anew(vault: &Vault, webhook: &SealedWebhook) -> anyhow::Result<SealedWebhook> {
    let anew = |sealed: &String| {
        vault
            .reseal_webhook(webhook.binding, &sealed.clone().into())
            .map(|sealed| sealed.0)
            .with_context(|| format!("the secret of the webhook {} does not open", webhook.binding.id))
    };
    Ok(SealedWebhook {
        binding: webhook.binding,
        sealed: anew(&webhook.sealed)?,
        former_sealed: webhook.former_sealed.as_ref().map(anew).transpose()?,
    })
}

async fn create_user(store: &Store, email: &str, name: &str, admin: bool) -> anyhow::Result<String> {
    let mut password = String::new();
    std::io::stdin()
        .take(2_000)
        .read_to_string(&mut password)
        .context("the password cannot be read from standard input")?;
    let password = SecretString::from(password.trim_end_matches(['\r', '\n']));
    let email = email.trim().to_lowercase();
    ensure!(email.contains('@'), "{email} is not an e-mail address");
    ensure!(!name.trim().is_empty(), "give a name");
    check_password(password.expose_secret(), &email).map_err(|problem| anyhow!("the password {problem}"))?;
    let role = if admin { Role::Admin } else { Role::User };
    let new = NewUser {
        name: name.trim().to_owned(),
        email,
        password_hash: Some(Passwords::new(1)?.hash(password).await?),
        role,
    };
    let mut tx = store.begin().await?;
    let user = tx.create_user(&new).await?;
    let act = Act::by_name(CONSOLE, AuditAction::UserCreated, &user.email);
    tx.enter(&act.with(serde_json::json!({"role": role}))).await?;
    let _nobody_listens = tx.commit().await?;
    Ok(format!("{} can sign in as {}.", user.email, user.role))
}
