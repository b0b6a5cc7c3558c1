//! Reports over the ledger and the answers: what was spent, how fast answers came, who came first.

use std::collections::HashMap;

use quorum_domain::{Timestamp, ids::UserId, usage::UsageGroup};

use crate::{Result, Session};

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub struct UsageReport {
    /// Whose calls; none for everybody's.
    pub user: Option<UserId>,
    /// By what they are added up.
    pub by: UsageGroup,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Up to this moment, which is not included.
    pub until: Option<Timestamp>,
}

/// One line of a usage report.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct UsageLine {
    /// The day, or the id of what the line is about; for services by day, both with a space between.
    pub key: String,
    /// What to show for it.
    pub label: String,
    /// Calls made.
    pub calls: i64,
    /// Input tokens.
    pub input_tokens: i64,
    /// Output tokens.
    pub output_tokens: i64,
    /// Cost.
    pub cost_micro_usd: i64,
    /// The answers among the calls; none where the line is about one answer.
    #[sqlx(skip)]
    pub answers: Option<AnswerFigures>,
}

/// What is known of the answers of a line.
#[derive(Debug, Clone, Copy, PartialEq, sqlx::FromRow)]
pub struct AnswerFigures {
    /// Complete answers.
    pub answered: i64,
    /// Those that were ranked among others.
    pub ranked: i64,
    /// Those that came first.
    pub wins: i64,
    /// Those that were kept.
    pub kept: i64,
    /// Milliseconds to the first text, on average.
    pub first_token_ms: Option<f64>,
    /// Milliseconds to the end, on average.
    pub total_ms: Option<f64>,
}

#[derive(sqlx::FromRow)]
struct FiguresRow {
    key: String,
    #[sqlx(flatten)]
    figures: AnswerFigures,
}

/// Most lines of a report.
const LINES: i64 = 2_000;

/// Both texts of a report, and the one to use: everybody's reads the days asked for, one user's
/// that user's rows only.
macro_rules! of_user {
    ($report:expr, $make:ident, $($part:literal),+) => {
        if $report.user.is_some() {
            $make!("= $1", $($part),+)
        } else {
            $make!("IS NOT NULL AND $1 IS NULL", $($part),+)
        }
    };
}

macro_rules! calls_by {
    ($user:literal, $key:literal, $label:literal, $joins:literal) => {
        concat!(
            "SELECT ",
            $key,
            " AS key, ",
            $label,
            " AS label, COUNT(*) AS calls,
                    CAST(COALESCE(SUM(k.input_tokens), 0) AS BIGINT) AS input_tokens,
                    CAST(COALESCE(SUM(k.output_tokens), 0) AS BIGINT) AS output_tokens,
                    CAST(COALESCE(SUM(k.cost_micro_usd), 0) AS BIGINT) AS cost_micro_usd
             FROM calls k ",
            $joins,
            "
             WHERE k.user_id ",
            $user,
            " AND ($2 IS NULL OR k.started_at >= $2)
               AND ($3 IS NULL OR k.started_at < $3)
             GROUP BY 1, 2 ORDER BY 1 DESC LIMIT $4"
        )
    };
}

macro_rules! answers_by {
    ($user:literal, $key:literal, $first:literal, $total:literal) => {
        concat!(
            "SELECT ",
            $key,
            " AS key,
                    COUNT(CASE WHEN r.state = 'answered' THEN 1 END) AS answered,
                    COUNT(r.rank) AS ranked,
                    COUNT(CASE WHEN r.rank = 1 THEN 1 END) AS wins,
                    COUNT(CASE WHEN r.selected THEN 1 END) AS kept,
                    CAST(AVG(",
            $first,
            ") AS DOUBLE PRECISION) AS first_token_ms,
                    CAST(AVG(",
            $total,
            ") AS DOUBLE PRECISION) AS total_ms
             FROM responses r
             WHERE r.role = 'answer' AND r.user_id ",
            $user,
            " AND ($2 IS NULL OR r.created_at >= $2)
               AND ($3 IS NULL OR r.created_at < $3)
             GROUP BY 1"
        )
    };
}

/// The SQL of a report on each database: SQLite writes times and ids in another way.
macro_rules! by_database {
    ($session:expr, $report:expr, $sqlite:literal, $postgres:literal $(, $more:literal)*) => {
        by_dialect!(
            $session,
            sqlite: of_user!($report, calls_by, $sqlite $(, $more)*),
            postgres: of_user!($report, calls_by, $postgres $(, $more)*)
        )
    };
}

macro_rules! answers_on {
    ($session:expr, $report:expr, $sqlite:literal, $postgres:literal) => {
        by_dialect!(
            $session,
            sqlite: of_user!(
                $report,
                answers_by,
                $sqlite,
                "(julianday(r.first_token_at) - julianday(r.started_at)) * 86400000.0",
                "(julianday(r.finished_at) - julianday(r.started_at)) * 86400000.0"
            ),
            postgres: of_user!(
                $report,
                answers_by,
                $postgres,
                "EXTRACT(EPOCH FROM r.first_token_at - r.started_at) * 1000",
                "EXTRACT(EPOCH FROM r.finished_at - r.started_at) * 1000"
            )
        )
    };
}

impl Session {
    /// What calls came to, newest day or latest id first.
    pub async fn usage(&mut self, report: UsageReport) -> Result<Vec<UsageLine>> {
        let mut lines = self.call_lines(report).await?;
        let mut figures = self.answer_figures(report).await?;
        for line in &mut lines {
            line.answers = figures.remove(&line.key);
            line.key = with_plain_ids(&line.key);
        }
        Ok(lines)
    }

    async fn call_lines(&mut self, report: UsageReport) -> Result<Vec<UsageLine>> {
        let sql = match report.by {
            UsageGroup::Day => by_dialect!(
                self,
                sqlite: of_user!(report, calls_by, "substr(k.started_at, 1, 10)", "substr(k.started_at, 1, 10)", ""),
                postgres: of_user!(report, calls_by,
                    "to_char(k.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
                    "to_char(k.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')", "")
            ),
            UsageGroup::Service => by_database!(
                self,
                report,
                "lower(hex(k.service_id))",
                "CAST(k.service_id AS TEXT)",
                "s.name",
                "JOIN services s ON s.id = k.service_id"
            ),
            UsageGroup::ServiceDay => by_database!(
                self,
                report,
                "substr(k.started_at, 1, 10) || ' ' || lower(hex(k.service_id))",
                "to_char(k.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ' ' || CAST(k.service_id AS TEXT)",
                "s.name",
                "JOIN services s ON s.id = k.service_id"
            ),
            UsageGroup::Conversation => by_database!(
                self,
                report,
                "lower(hex(c.id))",
                "CAST(c.id AS TEXT)",
                "c.title",
                "JOIN conversations c ON c.id = k.conversation_id"
            ),
            UsageGroup::User => by_database!(
                self,
                report,
                "lower(hex(u.id))",
                "CAST(u.id AS TEXT)",
                "u.name",
                "JOIN users u ON u.id = k.user_id"
            ),
            // What the whole turn cost whose answer was kept: the others' answers and the judges too.
            UsageGroup::KeptAnswer => by_database!(
                self,
                report,
                "lower(hex(b.selected_response_id))",
                "CAST(b.selected_response_id AS TEXT)",
                "kept.service_name || ': ' || substr(m.content, 1, 80)",
                "LEFT JOIN responses asked ON asked.id = k.response_id
                 LEFT JOIN ballots vote ON vote.id = k.ballot_id
                 JOIN batches b ON b.id = COALESCE(asked.batch_id, vote.batch_id)
                 JOIN responses kept ON kept.id = b.selected_response_id
                 JOIN messages m ON m.id = b.message_id"
            ),
        };
        fetch!(
            fetch_all,
            self,
            UsageLine,
            sql,
            report.user.map(UserId::uuid),
            report.from,
            report.until,
            LINES
        )
    }

    async fn answer_figures(&mut self, report: UsageReport) -> Result<HashMap<String, AnswerFigures>> {
        let sql = match report.by {
            UsageGroup::Day => answers_on!(
                self,
                report,
                "substr(r.created_at, 1, 10)",
                "to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
            ),
            UsageGroup::Service => answers_on!(self, report, "lower(hex(r.service_id))", "CAST(r.service_id AS TEXT)"),
            UsageGroup::ServiceDay => answers_on!(
                self,
                report,
                "substr(r.created_at, 1, 10) || ' ' || lower(hex(r.service_id))",
                "to_char(r.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') || ' ' || CAST(r.service_id AS TEXT)"
            ),
            UsageGroup::Conversation => {
                answers_on!(
                    self,
                    report,
                    "lower(hex(r.conversation_id))",
                    "CAST(r.conversation_id AS TEXT)"
                )
            }
            UsageGroup::User => answers_on!(self, report, "lower(hex(r.user_id))", "CAST(r.user_id AS TEXT)"),
            UsageGroup::KeptAnswer => return Ok(HashMap::new()),
        };
        let rows = fetch!(
            fetch_all,
            self,
            FiguresRow,
            sql,
            report.user.map(UserId::uuid),
            report.from,
            report.until
        )?;
        Ok(rows.into_iter().map(|row| (row.key, row.figures)).collect())
    }
}

/// SQLite gives ids as plain hex digits.
fn with_plain_ids(key: &str) -> String {
    let (day, id) = key.rsplit_once(' ').map_or(("", key), |(day, id)| (day, id));
    match id.parse::<uuid::Uuid>() {
        Ok(id) if day.is_empty() => id.to_string(),
        Ok(id) => format!("{day} {id}"),
        Err(_) => key.to_owned(),
    }
}
