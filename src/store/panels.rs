//! Panels: services that a user asks together.

use quorum_domain::{
    Panel, Timestamp,
    ids::{PanelId, ServiceId, UserId},
    panel::slug_of,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx};

#[derive(sqlx::FromRow)]
struct PanelRow {
    id: Uuid,
    name: String,
    slug: String,
    service_ids: Json<Vec<ServiceId>>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<PanelRow> for Panel {
    fn from(row: PanelRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            slug: row.slug,
            service_ids: row.service_ids.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl Session {
    /// A user's panels, by name.
    pub async fn panels(&mut self, user: UserId) -> Result<Vec<Panel>> {
        let rows = fetch!(
            fetch_all,
            self,
            PanelRow,
            "SELECT id, name, slug, service_ids, created_at, updated_at FROM panels WHERE user_id = $1 ORDER BY slug",
            user.uuid()
        )?;
        Ok(rows.into_iter().map(Panel::from).collect())
    }

    /// One panel of a user.
    pub async fn panel(&mut self, user: UserId, id: PanelId) -> Result<Panel> {
        let row = fetch!(
            fetch_optional,
            self,
            PanelRow,
            "SELECT id, name, slug, service_ids, created_at, updated_at FROM panels WHERE id = $1 AND user_id = $2",
            id.uuid(),
            user.uuid()
        )?;
        row.map(Panel::from).ok_or(StoreError::NotFound("panel"))
    }
}

impl Tx {
    /// Saves a panel, new or changed; a name that a program could not tell from another's is refused.
    pub async fn save_panel(
        &mut self,
        user: UserId,
        id: PanelId,
        name: &str,
        service_ids: &[ServiceId],
    ) -> Result<Panel> {
        let slug = slug_of(name);
        let taken = fetch!(
            fetch_optional,
            self,
            (Uuid,),
            "SELECT id FROM panels WHERE user_id = $1 AND slug = $2 AND id <> $3",
            user.uuid(),
            &slug,
            id.uuid()
        )?;
        if taken.is_some() {
            return Err(StoreError::Conflict("you have a panel of that name"));
        }
        let now = self.now();
        let row = fetch!(
            fetch_optional,
            self,
            PanelRow,
            "INSERT INTO panels (id, user_id, name, slug, service_ids, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, slug = excluded.slug,
                 service_ids = excluded.service_ids, updated_at = excluded.updated_at
             WHERE panels.user_id = excluded.user_id
             RETURNING id, name, slug, service_ids, created_at, updated_at",
            id.uuid(),
            user.uuid(),
            name,
            &slug,
            Json(service_ids),
            now
        )?;
        row.map(Panel::from).ok_or(StoreError::NotFound("panel"))
    }

    /// Lets go of a panel; the services stay.
    pub async fn delete_panel(&mut self, user: UserId, id: PanelId) -> Result<()> {
        let deleted = execute!(
            self,
            "DELETE FROM panels WHERE id = $1 AND user_id = $2",
            id.uuid(),
            user.uuid()
        )?;
        if deleted == 0 {
            return Err(StoreError::NotFound("panel"));
        }
        Ok(())
    }
}
