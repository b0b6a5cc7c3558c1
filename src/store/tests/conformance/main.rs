//! Every behaviour of the store, on SQLite and on PostgreSQL. PostgreSQL is the cluster that
//! `QUORUM_TEST_POSTGRES_URL` names; `tests/with-postgres.sh` makes one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod access;
mod administering;
mod answering;
mod attachments;
mod audit;
mod beginning;
mod beside;
mod budgets;
mod choosing;
mod claiming;
mod closing;
mod consensuses;
mod conversations;
mod harness;
mod keys_and_accounts;
mod migrations;
mod runs;
mod sign_in_places;
mod webhooks;
mod work;
mod writing_together;
