//! Budgets: how much may be spent in a day or a month, by whom.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    ids::{ApiTokenId, BudgetId, UserId},
    named_enum,
    usage::MicroUsd,
};

named_enum! {
    /// For how long a budget is.
    pub enum BudgetPeriod {
        /// A calendar day (UTC).
        Day => "day",
        /// A calendar month (UTC).
        Month => "month",
    }
}

impl BudgetPeriod {
    /// The day on which the period around a moment began.
    pub fn start(self, now: Timestamp) -> NaiveDate {
        let today = now.date_naive();
        match self {
            Self::Day => today,
            Self::Month => today.with_day(1).unwrap_or(today),
        }
    }

    /// When the period around a moment is over and the next one begins.
    pub fn resets_at(self, now: Timestamp) -> Timestamp {
        let start = self.start(now);
        let next = match self {
            Self::Day => start.checked_add_days(Days::new(1)),
            Self::Month => start.checked_add_months(Months::new(1)),
        };
        next.unwrap_or(start).and_time(NaiveTime::MIN).and_utc()
    }
}

/// Whose spending a budget bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "scope", content = "subject_id", rename_all = "snake_case")]
pub enum BudgetSubject {
    /// Everybody's together.
    Instance,
    /// One user's.
    User(UserId),
    /// What is asked with one personal API token.
    Token(ApiTokenId),
}

impl BudgetSubject {
    /// The stored and shown name of the kind.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::User(_) => "user",
            Self::Token(_) => "token",
        }
    }

    /// Whose, where the kind has somebody.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Instance => None,
            Self::User(user) => Some(user.uuid()),
            Self::Token(token) => Some(token.uuid()),
        }
    }
}

/// The bounds of a budget: a warning, a refusal, or both; never neither, and never a warning above
/// the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    soft: Option<MicroUsd>,
    hard: Option<MicroUsd>,
}

/// Why two amounts are no caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCaps {
    /// Neither was given.
    #[error("give a soft cap, a hard cap, or both")]
    Neither,
    /// The warning would come after the refusal.
    #[error("must not be above the hard cap")]
    SoftAboveHard,
    /// Below zero.
    #[error("must not be negative")]
    Negative,
}

impl Caps {
    /// Caps of these amounts.
    pub fn new(soft: Option<MicroUsd>, hard: Option<MicroUsd>) -> Result<Self, NotCaps> {
        match (soft, hard) {
            (None, None) => Err(NotCaps::Neither),
            (Some(cap), _) | (_, Some(cap)) if cap < MicroUsd(0) => Err(NotCaps::Negative),
            (Some(_), Some(cap)) if cap < MicroUsd(0) => Err(NotCaps::Negative),
            (Some(soft), Some(hard)) if soft > hard => Err(NotCaps::SoftAboveHard),
            _ => Ok(Self { soft, hard }),
        }
    }

    /// Above this somebody is warned.
    pub const fn soft(self) -> Option<MicroUsd> {
        self.soft
    }

    /// Above this nothing more is asked.
    pub const fn hard(self) -> Option<MicroUsd> {
        self.hard
    }
}

named_enum! {
    /// How a budget stands in its present period.
    pub enum BudgetState {
        /// Below its caps.
        Open => "open",
        /// The soft cap is reached.
        Warning => "warning",
        /// The hard cap is reached: whatever costs anything is refused.
        Exhausted => "exhausted",
    }
}

/// A budget and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Its id.
    pub id: BudgetId,
    /// Whose spending.
    pub subject: BudgetSubject,
    /// The name of that user or token; empty for the instance.
    pub subject_name: String,
    /// For how long.
    pub period: BudgetPeriod,
    /// How much.
    pub caps: Caps,
    /// Spent in the present period.
    pub spent: MicroUsd,
    /// Set aside for calls that are on their way.
    pub reserved: MicroUsd,
    /// When the present period ends.
    pub resets_at: Timestamp,
}

impl Budget {
    /// How it stands.
    pub fn state(&self) -> BudgetState {
        if self.caps.hard.is_some_and(|hard| self.spent >= hard) {
            BudgetState::Exhausted
        } else if self.caps.soft.is_some_and(|soft| self.spent >= soft) {
            BudgetState::Warning
        } else {
            BudgetState::Open
        }
    }

    /// What can still be asked for; `None` where nothing is refused.
    pub fn left(&self) -> Option<MicroUsd> {
        let hard = self.caps.hard?;
        Some(MicroUsd((hard.0 - self.spent.0 - self.reserved.0).max(0)))
    }
}

/// Who spends: a user, maybe with a personal API token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spender {
    /// Who.
    pub user_id: UserId,
    /// With which token.
    pub token_id: Option<ApiTokenId>,
}

/// What does not fit, and into which budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRefusal {
    /// The first budget that it does not fit into.
    pub budget: Budget,
    /// What was asked for, at most.
    pub wanted: MicroUsd,
}

impl std::fmt::Display for BudgetRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whose = match self.budget.subject {
            BudgetSubject::Instance => "of this installation",
            BudgetSubject::User(_) => "of this user",
            BudgetSubject::Token(_) => "of this API token",
        };
        let period = self.budget.period;
        write!(f, "the {period} budget {whose} has no room for this request")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_and_end_at_midnight_utc() {
        let now = at("2026-12-31T23:59:59Z");
        assert_eq!(BudgetPeriod::Day.start(now).to_string(), "2026-12-31");
        assert_eq!(BudgetPeriod::Month.start(now).to_string(), "2026-12-01");
        assert_eq!(BudgetPeriod::Day.resets_at(now), at("2027-01-01T00:00:00Z"));
        assert_eq!(BudgetPeriod::Month.resets_at(now), at("2027-01-01T00:00:00Z"));
        let leap = at("2028-02-29T12:00:00Z");
        assert_eq!(BudgetPeriod::Month.resets_at(leap), at("2028-03-01T00:00:00Z"));
    }

    #[test]
    fn caps_are_never_empty_negative_or_upside_down() {
        let some = |amount| Some(MicroUsd(amount));
        assert_eq!(Caps::new(None, None), Err(NotCaps::Neither));
        assert_eq!(Caps::new(some(-1), None), Err(NotCaps::Negative));
        assert_eq!(Caps::new(some(1), some(-1)), Err(NotCaps::Negative));
        assert_eq!(Caps::new(some(2), some(1)), Err(NotCaps::SoftAboveHard));
        assert!(Caps::new(some(1), some(1)).is_ok() && Caps::new(None, some(0)).is_ok());
    }
}
