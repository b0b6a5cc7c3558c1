//! Services: the models that can be asked.

use quorum_domain::{
    Prices, Service, Timestamp,
    ids::{BatchId, ServiceId},
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, answer::Answer, rows::parsed};

#[derive(sqlx::FromRow)]
pub(crate) struct ServiceRow {
    id: Uuid,
    name: String,
    service_type: String,
    base_url: String,
    model: String,
    max_output_tokens: i64,
    context_window: i64,
    vision: bool,
    temperature: Option<f64>,
    reasoning_effort: Option<String>,
    prices: Json<Prices>,
    active: bool,
    contestant: bool,
    judge: bool,
    demo: bool,
    tiny: bool,
    requires_key: bool,
    created_at: Timestamp,
}

fn tokens(count: i64, column: &'static str) -> Result<u32> {
    u32::try_from(count).map_err(|_| StoreError::Corrupt {
        table: "services",
        column,
    })
}

impl TryFrom<ServiceRow> for Service {
    type Error = StoreError;
    fn try_from(row: ServiceRow) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            name: row.name,
            service_type: parsed(&row.service_type, "services", "service_type")?,
            base_url: row.base_url,
            model: row.model,
            max_output_tokens: tokens(row.max_output_tokens, "max_output_tokens")?,
            context_window: tokens(row.context_window, "context_window")?,
            vision: row.vision,
            temperature: row.temperature,
            reasoning_effort: row.reasoning_effort,
            prices: row.prices.0,
            active: row.active,
            contestant: row.contestant,
            judge: row.judge,
            demo: row.demo,
            tiny: row.tiny,
            requires_key: row.requires_key,
            created_at: row.created_at,
        })
    }
}

macro_rules! select_services {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, service_type, base_url, model, max_output_tokens, context_window, vision,
                    temperature, reasoning_effort, prices, active, contestant, judge, demo, tiny,
                    requires_key, created_at
             FROM services ",
            $rest
        )
    };
}

impl Session {
    /// All services that were not deleted, oldest first.
    pub async fn services(&mut self) -> Result<Vec<Service>> {
        let services = self.ask_for_services().await?.all(self).await?;
        services.into_iter().map(Service::try_from).collect()
    }

    pub(crate) async fn ask_for_services(&mut self) -> Result<Answer<ServiceRow>> {
        ask!(
            self,
            ServiceRow,
            select_services!("WHERE deleted_at IS NULL ORDER BY created_at, id")
        )
    }

    /// The services that a batch asks, also deleted ones.
    pub(crate) async fn ask_for_services_asked(&mut self, batch: BatchId) -> Result<Answer<ServiceRow>> {
        ask!(
            self,
            ServiceRow,
            select_services!("WHERE id IN (SELECT service_id FROM responses WHERE batch_id = $1)"),
            batch.uuid()
        )
    }

    /// One service, also a deleted one: old answers still name it.
    pub async fn service(&mut self, id: ServiceId) -> Result<Service> {
        let row = fetch!(
            fetch_optional,
            self,
            ServiceRow,
            select_services!("WHERE id = $1"),
            id.uuid()
        )?;
        row.ok_or(StoreError::NotFound("service"))?.try_into()
    }
}

impl Tx {
    /// Stores a service, new or changed.
    pub async fn save_service(&mut self, service: &Service) -> Result<()> {
        execute!(
            self,
            "INSERT INTO services (id, name, service_type, base_url, model, max_output_tokens, context_window,
                 vision, temperature, reasoning_effort, prices, active, contestant, judge, demo, tiny,
                 requires_key, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             ON CONFLICT (id) DO UPDATE SET
                 name = excluded.name, service_type = excluded.service_type, base_url = excluded.base_url,
                 model = excluded.model, max_output_tokens = excluded.max_output_tokens,
                 context_window = excluded.context_window, vision = excluded.vision,
                 temperature = excluded.temperature, reasoning_effort = excluded.reasoning_effort,
                 prices = excluded.prices, active = excluded.active, contestant = excluded.contestant,
                 judge = excluded.judge, demo = excluded.demo, tiny = excluded.tiny,
                 requires_key = excluded.requires_key",
            service.id.uuid(),
            &service.name,
            service.service_type.as_str(),
            &service.base_url,
            &service.model,
            i64::from(service.max_output_tokens),
            i64::from(service.context_window),
            service.vision,
            service.temperature,
            service.reasoning_effort.as_deref(),
            Json(service.prices),
            service.active,
            service.contestant,
            service.judge,
            service.demo,
            service.tiny,
            service.requires_key,
            service.created_at
        )?;
        Ok(())
    }

    /// Takes a service out of every list; answers it gave stay.
    pub async fn delete_service(&mut self, id: ServiceId) -> Result<()> {
        let now = self.now();
        let deleted = execute!(
            self,
            "UPDATE services SET deleted_at = $2, active = $3 WHERE id = $1 AND deleted_at IS NULL",
            id.uuid(),
            now,
            false
        )?;
        if deleted == 0 {
            Err(StoreError::NotFound("service"))
        } else {
            Ok(())
        }
    }
}
