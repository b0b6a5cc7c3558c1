//! Settings of the instance that admins change while it runs.

use quorum_domain::settings::InstanceSettingsPatch;

use crate::{Result, Session, StoreError, Tx};

const NAME: &str = "instance_settings";

fn read(value: Option<(String,)>) -> Result<InstanceSettingsPatch> {
    value.map_or_else(
        || Ok(InstanceSettingsPatch::default()),
        |(value,)| {
            serde_json::from_str(&value).map_err(|_| StoreError::Corrupt {
                table: "settings",
                column: "value",
            })
        },
    )
}

impl Session {
    /// What admins changed.
    pub async fn instance_settings(&mut self) -> Result<InstanceSettingsPatch> {
        let row = fetch!(
            fetch_optional,
            self,
            (String,),
            "SELECT value FROM settings WHERE name = $1",
            NAME
        )?;
        read(row)
    }
}

impl Tx {
    /// What admins changed, held until the end of the transaction, so that two admins do not
    /// undo each other's changes.
    pub async fn hold_instance_settings(&mut self) -> Result<InstanceSettingsPatch> {
        let sql = by_dialect!(
            self,
            sqlite: "SELECT value FROM settings WHERE name = $1",
            postgres: "SELECT value FROM settings WHERE name = $1 FOR UPDATE"
        );
        read(fetch!(fetch_optional, self, (String,), sql, NAME)?)
    }

    /// Stores what admins changed, in all.
    pub async fn save_instance_settings(&mut self, changes: &InstanceSettingsPatch) -> Result<()> {
        let value = serde_json::to_string(changes).map_err(|_| StoreError::Corrupt {
            table: "settings",
            column: "value",
        })?;
        self.set_setting(NAME, &value).await
    }
}
