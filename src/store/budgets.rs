//! Budgets and how they stand.

use quorum_domain::{
    budget::{Budget, BudgetPeriod, BudgetSubject, Caps, Spender},
    ids::{ApiTokenId, BudgetId, UserId},
    usage::MicroUsd,
};
use uuid::Uuid;

use crate::{Result, Session, StoreError, Tx, answer::Answer, rows::parsed};

#[derive(sqlx::FromRow)]
pub(crate) struct BudgetRow {
    id: Uuid,
    scope: String,
    subject_id: Option<Uuid>,
    subject_name: Option<String>,
    period: String,
    soft_micro_usd: Option<i64>,
    hard_micro_usd: Option<i64>,
    spent_micro_usd: i64,
    reserved_micro_usd: i64,
}

impl BudgetRow {
    pub(crate) fn into_budget(self, now: quorum_domain::Timestamp) -> Result<Budget> {
        let corrupt = |column| StoreError::Corrupt {
            table: "budgets",
            column,
        };
        let subject = match (self.scope.as_str(), self.subject_id) {
            ("instance", None) => BudgetSubject::Instance,
            ("user", Some(id)) => BudgetSubject::User(UserId(id)),
            ("token", Some(id)) => BudgetSubject::Token(ApiTokenId(id)),
            _ => return Err(corrupt("scope")),
        };
        let period: BudgetPeriod = parsed(&self.period, "budgets", "period")?;
        let caps = Caps::new(self.soft_micro_usd.map(MicroUsd), self.hard_micro_usd.map(MicroUsd));
        Ok(Budget {
            id: BudgetId(self.id),
            subject,
            subject_name: self.subject_name.unwrap_or_default(),
            period,
            caps: caps.map_err(|_| corrupt("hard_micro_usd"))?,
            spent: MicroUsd(self.spent_micro_usd),
            reserved: MicroUsd(self.reserved_micro_usd),
            resets_at: period.resets_at(now),
        })
    }
}

/// Budgets with their present period; the condition's parameters begin at $3.
macro_rules! select_budgets {
    ($rest:literal) => {
        concat!(
            "SELECT b.id, b.scope, b.subject_id, COALESCE(u.name, t.name) AS subject_name, b.period, b.soft_micro_usd, b.hard_micro_usd,
                    COALESCE(p.spent_micro_usd, 0) AS spent_micro_usd,
                    COALESCE(p.reserved_micro_usd, 0) AS reserved_micro_usd
             FROM budgets b
             LEFT JOIN users u ON u.id = b.subject_id AND b.scope = 'user'
             LEFT JOIN api_tokens t ON t.id = b.subject_id AND b.scope = 'token'
             LEFT JOIN budget_periods p ON p.budget_id = b.id
                  AND p.period_start = CASE b.period WHEN 'day' THEN $1 ELSE $2 END ",
            $rest
        )
    };
}

impl Session {
    fn period_starts(&self) -> (String, String) {
        let now = self.now();
        (
            BudgetPeriod::Day.start(now).to_string(),
            BudgetPeriod::Month.start(now).to_string(),
        )
    }

    pub(crate) fn read_budgets(&self, rows: Vec<BudgetRow>) -> Result<Vec<Budget>> {
        let now = self.now();
        rows.into_iter().map(|row| row.into_budget(now)).collect()
    }

    /// All budgets: the instance's first, then by name.
    pub async fn budgets(&mut self) -> Result<Vec<Budget>> {
        let (day, month) = self.period_starts();
        let rows = fetch!(
            fetch_all,
            self,
            BudgetRow,
            select_budgets!("ORDER BY b.scope, u.name, b.subject_id, b.period"),
            day,
            month
        )?;
        self.read_budgets(rows)
    }

    /// The budgets that bound what somebody spends, in the order in which they are locked.
    pub async fn budgets_of(&mut self, spender: Spender) -> Result<Vec<Budget>> {
        let rows = self.ask_for_budgets_of(spender).await?.all(self).await?;
        self.read_budgets(rows)
    }

    pub(crate) async fn ask_for_budgets_of(&mut self, spender: Spender) -> Result<Answer<BudgetRow>> {
        let (day, month) = self.period_starts();
        ask!(
            self,
            BudgetRow,
            select_budgets!(
                "WHERE b.scope = 'instance' OR (b.scope = 'user' AND b.subject_id = $3)
                    OR (b.scope = 'token' AND b.subject_id = $4) ORDER BY b.id"
            ),
            day,
            month,
            spender.user_id.uuid(),
            spender.token_id.map(ApiTokenId::uuid)
        )
    }

    /// One budget.
    pub async fn budget(&mut self, id: BudgetId) -> Result<Budget> {
        let (day, month) = self.period_starts();
        let rows = fetch!(
            fetch_all,
            self,
            BudgetRow,
            select_budgets!("WHERE b.id = $3"),
            day,
            month,
            id.uuid()
        )?;
        self.read_budgets(rows)?.pop().ok_or(StoreError::NotFound("budget"))
    }
}

impl Tx {
    /// A new budget. What was spent in the present period before it was made counts.
    pub async fn create_budget(
        &mut self,
        subject: BudgetSubject,
        period: BudgetPeriod,
        caps: Caps,
    ) -> Result<BudgetId> {
        let (id, now) = (BudgetId::new(), self.now());
        self.check_subject(subject).await?;
        let made = execute!(
            self,
            "INSERT INTO budgets (id, scope, subject_id, period, soft_micro_usd, hard_micro_usd, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING",
            id.uuid(),
            subject.scope(),
            subject.id(),
            period.as_str(),
            caps.soft().map(|cap| cap.0),
            caps.hard().map(|cap| cap.0),
            now
        )?;
        if made == 0 {
            return Err(StoreError::Conflict(
                "there is a budget of this kind already; change that one",
            ));
        }
        let start = period.start(now);
        let since = start.and_time(chrono::NaiveTime::MIN).and_utc();
        let (user, token) = match subject {
            BudgetSubject::Instance => (None, None),
            BudgetSubject::User(user) => (Some(user.uuid()), None),
            BudgetSubject::Token(token) => (None, Some(token.uuid())),
        };
        execute!(
            self,
            "INSERT INTO budget_periods (budget_id, period_start, spent_micro_usd)
             SELECT $1, $2, CAST(COALESCE(SUM(cost_micro_usd), 0) AS BIGINT) FROM calls
             WHERE started_at >= $3 AND (user_id = $4 OR token_id = $5 OR $6)",
            id.uuid(),
            start.to_string(),
            since,
            user,
            token,
            subject == BudgetSubject::Instance
        )?;
        Ok(id)
    }

    async fn check_subject(&mut self, subject: BudgetSubject) -> Result<()> {
        let (sql, what) = match subject {
            BudgetSubject::Instance => return Ok(()),
            BudgetSubject::User(_) => ("SELECT CAST(1 AS BIGINT) FROM users WHERE id = $1", "user"),
            BudgetSubject::Token(_) => ("SELECT CAST(1 AS BIGINT) FROM api_tokens WHERE id = $1", "API token"),
        };
        let found = fetch!(fetch_optional, self, (i64,), sql, subject.id())?;
        found.map(|_| ()).ok_or(StoreError::NotFound(what))
    }

    /// Changes the caps of a budget.
    pub async fn change_budget(&mut self, id: BudgetId, caps: Caps) -> Result<()> {
        let now = self.now();
        let changed = execute!(
            self,
            "UPDATE budgets SET soft_micro_usd = $2, hard_micro_usd = $3, updated_at = $4 WHERE id = $1",
            id.uuid(),
            caps.soft().map(|cap| cap.0),
            caps.hard().map(|cap| cap.0),
            now
        )?;
        if changed == 0 {
            return Err(StoreError::NotFound("budget"));
        }
        Ok(())
    }

    /// Removes a budget and what it counted.
    pub async fn delete_budget(&mut self, id: BudgetId) -> Result<()> {
        let deleted = execute!(self, "DELETE FROM budgets WHERE id = $1", id.uuid())?;
        if deleted == 0 {
            return Err(StoreError::NotFound("budget"));
        }
        Ok(())
    }
}
