//! What is set aside for calls on their way, and what they came to. A call may go out only after
//! the most that it can cost was set aside in every budget of whoever pays, so many at once cannot
//! spend more than there is.
//!
//! Counters are the last rows that a transaction locks, and always in the order of their budgets:
//! no two transactions wait for each other. So an end is noted where it is known and booked by
//! [`Tx::commit`].

use quorum_domain::{
    budget::{BudgetRefusal, Spender},
    ids::{ApiTokenId, CallId, ResponseId, UserId},
    usage::MicroUsd,
};
use uuid::Uuid;

use crate::{Result, StoreError, Tx};

/// Minutes after which a call whose end nobody saw no longer holds anything back.
const LOST_AFTER_MINUTES: i64 = 15;
/// Seconds after which a response that ended without a call does not, if nobody released it.
const LEFT_BEHIND_SECONDS: i64 = 60;

/// What something on its way can cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reservation {
    /// The response, or the call where it is for none.
    pub subject_id: Uuid,
    /// The most that it can cost.
    pub at_most: MicroUsd,
}

impl Reservation {
    /// For a response.
    pub const fn of_response(id: ResponseId, at_most: MicroUsd) -> Self {
        Self {
            subject_id: id.uuid(),
            at_most,
        }
    }

    /// For a call that is for no response.
    pub const fn of_call(id: CallId, at_most: MicroUsd) -> Self {
        Self {
            subject_id: id.uuid(),
            at_most,
        }
    }
}

/// The end of something on its way, to be booked when its transaction is committed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Booking {
    subject_id: Uuid,
    /// Who paid what; none where there was no call.
    paid: Option<(Spender, MicroUsd)>,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    budget_id: Uuid,
    period_start: String,
    amount_micro_usd: i64,
}

impl Tx {
    /// Sets aside the most that these can cost, or nothing at all. What costs nothing always fits.
    /// To be called last in a transaction.
    ///
    /// # Errors
    /// [`StoreError::BudgetExceeded`] where a budget has no room: the transaction is to be dropped.
    pub async fn reserve(&mut self, spender: Spender, reservations: &[Reservation]) -> Result<()> {
        let total: MicroUsd = reservations.iter().map(|one| one.at_most).sum();
        if total <= MicroUsd(0) {
            return Ok(());
        }
        let (budgets, now) = (self.budgets_of(spender).await?, self.now());
        for budget in budgets {
            let start = budget.period.start(now).to_string();
            execute!(
                self,
                "INSERT INTO budget_periods (budget_id, period_start) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                budget.id.uuid(),
                start.as_str()
            )?;
            let fits = execute!(
                self,
                "UPDATE budget_periods SET reserved_micro_usd = reserved_micro_usd + $3
                 WHERE budget_id = $1 AND period_start = $2
                   AND spent_micro_usd + reserved_micro_usd + $3 <= $4",
                budget.id.uuid(),
                start.as_str(),
                total.0,
                budget.caps.hard().map_or(i64::MAX, |cap| cap.0)
            )?;
            if fits == 0 {
                // Read again: another request may have taken what was left a moment ago.
                let budget = self.budget(budget.id).await?;
                return Err(StoreError::BudgetExceeded(Box::new(BudgetRefusal {
                    budget,
                    wanted: total,
                })));
            }
            for one in reservations {
                execute!(
                    self,
                    "INSERT INTO reservations (subject_id, budget_id, period_start, amount_micro_usd, created_at)
                     VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (subject_id, budget_id) DO UPDATE
                         SET amount_micro_usd = reservations.amount_micro_usd + excluded.amount_micro_usd",
                    one.subject_id,
                    budget.id.uuid(),
                    start.as_str(),
                    one.at_most.0,
                    now
                )?;
            }
        }
        Ok(())
    }

    /// Sets aside for a response what an earlier call of it has used up, if anything was.
    pub(crate) async fn reserve_again(&mut self, response: ResponseId, user: UserId, at_most: MicroUsd) -> Result<()> {
        if at_most <= MicroUsd(0) || !self.has_budgets().await? || !self.held_for(response.uuid()).await?.is_empty() {
            return Ok(());
        }
        // The events of this transaction are numbered at its end, in the conversation's row: locked
        // before any counter, as whoever accepts a message does.
        execute!(
            self,
            "UPDATE conversations SET last_seq = last_seq WHERE id = (SELECT conversation_id FROM responses WHERE id = $1)",
            response.uuid()
        )?;
        let token_id = self.token_of_response(response).await?;
        let spender = Spender {
            user_id: user,
            token_id,
        };
        self.reserve(spender, &[Reservation::of_response(response, at_most)])
            .await
    }

    /// The token that the turn of a response was asked for with.
    async fn token_of_response(&mut self, response: ResponseId) -> Result<Option<ApiTokenId>> {
        let row = fetch!(
            fetch_optional,
            self,
            (Option<Uuid>,),
            "SELECT b.token_id FROM batches b JOIN responses r ON r.batch_id = b.id WHERE r.id = $1",
            response.uuid()
        )?;
        Ok(row.and_then(|(token,)| token).map(ApiTokenId))
    }

    /// Notes what a call came to.
    pub(crate) fn note_paid(&mut self, subject_id: Uuid, spender: Spender, cost: MicroUsd) {
        self.bookings.push(Booking {
            subject_id,
            paid: Some((spender, cost)),
        });
    }

    /// Notes that something will make no call, or no further one.
    pub(crate) fn note_released(&mut self, subject_id: Uuid) {
        self.bookings.push(Booking { subject_id, paid: None });
    }

    async fn held_for(&mut self, subject_id: Uuid) -> Result<Vec<HeldRow>> {
        fetch!(
            fetch_all,
            self,
            HeldRow,
            "SELECT budget_id, period_start, amount_micro_usd FROM reservations WHERE subject_id = $1 ORDER BY budget_id",
            subject_id
        )
    }

    /// Whether there is any budget at all: most installations have none, and no call waits for it.
    async fn has_budgets(&mut self) -> Result<bool> {
        let row = fetch!(
            fetch_optional,
            self,
            (i64,),
            "SELECT CAST(1 AS BIGINT) FROM budgets LIMIT 1"
        )?;
        Ok(row.is_some())
    }

    /// Books what was noted.
    pub(crate) async fn book(&mut self) -> Result<()> {
        if self.bookings.is_empty() || !self.has_budgets().await? {
            return Ok(());
        }
        for booking in std::mem::take(&mut self.bookings) {
            let held = self.held_for(booking.subject_id).await?;
            // In one order over both: what was set aside, and budgets made since.
            let mut changes: Vec<(Uuid, String, i64, i64)> = held
                .into_iter()
                .map(|row| (row.budget_id, row.period_start, row.amount_micro_usd, 0))
                .collect();
            if let Some((spender, cost)) = booking.paid.filter(|(_, cost)| *cost > MicroUsd(0)) {
                let now = self.now();
                for budget in self.budgets_of(spender).await? {
                    match changes.iter_mut().find(|change| change.0 == budget.id.uuid()) {
                        Some(change) => change.3 = cost.0,
                        None => changes.push((budget.id.uuid(), budget.period.start(now).to_string(), 0, cost.0)),
                    }
                }
            }
            changes.sort();
            for (budget, start, released, spent) in changes {
                execute!(
                    self,
                    "INSERT INTO budget_periods (budget_id, period_start, spent_micro_usd) VALUES ($1, $2, $4)
                     ON CONFLICT (budget_id, period_start) DO UPDATE
                         SET reserved_micro_usd = budget_periods.reserved_micro_usd - $3,
                             spent_micro_usd = budget_periods.spent_micro_usd + $4",
                    budget,
                    start,
                    released,
                    spent
                )?;
            }
            execute!(
                self,
                "DELETE FROM reservations WHERE subject_id = $1",
                booking.subject_id
            )?;
        }
        Ok(())
    }

    /// Releases what is set aside for what has ended without anybody saying so: a response that
    /// became final in passing, or a call whose end nobody saw. Gives how many were released.
    pub(crate) async fn release_left_behind(&mut self) -> Result<usize> {
        let now = self.now();
        let ended = now - chrono::Duration::seconds(LEFT_BEHIND_SECONDS);
        let lost = now - chrono::Duration::minutes(LOST_AFTER_MINUTES);
        let left = fetch!(
            fetch_all,
            self,
            (Uuid,),
            "SELECT DISTINCT s.subject_id FROM reservations s
             LEFT JOIN responses r ON r.id = s.subject_id
             WHERE s.created_at < $1
               AND ((r.id IS NULL AND s.created_at < $2)
                 OR (r.state IN ('answered', 'failed', 'refused', 'cancelled') AND r.finished_at < $1))
             LIMIT 200",
            ended,
            lost
        )?;
        for (subject,) in &left {
            self.note_released(*subject);
        }
        Ok(left.len())
    }
}
