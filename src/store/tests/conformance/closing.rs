//! Closing an account: kept until its day, erased after it, part by part, and nothing of others.

use quorum_domain::{
    Attachment, Conversation, ImageType, Role, Scopes, ServiceType, User,
    access::SignInKind,
    audit::{Act, AuditAction},
    budget::{BudgetPeriod, BudgetSubject, Caps as BudgetCaps},
    ids::{ApiKeyId, AttachmentId, PanelId, PromptId, UserId, WebhookId},
    key::KeyBinding,
    transcript::{TranscriptAnswer, TranscriptTurn},
    usage::MicroUsd,
    webhook::{WebhookBinding, WebhookEvents},
};
use quorum_store::{
    AuditCheck, Connection, Erased, NewApiToken, NewConversation, NewSession, NewWebhook, SealedApiKey, StoreError,
    UserPatch,
};
use sqlx::AssertSqlSafe;

use crate::{harness::Fixture, on_both_databases};

/// Stands in every text of the user who leaves.
const MARK: &str = "zebrafinch";

fn days(many: i64) -> chrono::Duration {
    chrono::Duration::days(many)
}

async fn close(fixture: &Fixture, user: UserId) -> User {
    let mut tx = fixture.store.begin().await.unwrap();
    let goes_at = tx.now() + days(7);
    let (closed, _) = tx.close_account(user, goes_at).await.unwrap();
    let _ = tx.commit().await.unwrap();
    closed
}

async fn erase_a_part(fixture: &Fixture) -> Erased {
    let mut tx = fixture.store.begin().await.unwrap();
    let erased = tx.erase_closed_account().await.unwrap();
    let _ = tx.commit().await.unwrap();
    erased
}

async fn erase_all(fixture: &Fixture) -> Vec<Erased> {
    let mut parts = Vec::new();
    loop {
        match erase_a_part(fixture).await {
            Erased::Nothing => return parts,
            part => parts.push(part),
        }
        assert!(parts.len() < 100, "it never ends");
    }
}

/// A question with an image, answered by a service that answers were brought in of.
async fn bring_in(fixture: &Fixture, owner: UserId, text: &str) -> Conversation {
    let answer = TranscriptAnswer {
        service_name: format!("Service {text}"),
        model: text.into(),
        content: format!("Answer {text}"),
        summary: Some(text.into()),
        reasoning: Some(text.into()),
        score: Some(5.0),
        rank: Some(1),
        selected: true,
        consensus: false,
        thoughts: Some(text.into()),
        citations: Vec::new(),
        removed: false,
        unfinished: false,
    };
    let turn = TranscriptTurn {
        content: format!("Question {text}"),
        images: Vec::new(),
        created_at: None,
        answers: vec![answer],
    };
    let new = NewConversation {
        title: Some(format!("Title {text}")),
        service_ids: vec![],
        context_mode: quorum_domain::ContextMode::Shared,
        judging_policy: quorum_domain::JudgingPolicy::Local,
        judge_ids: vec![],
        system_prompt: text.into(),
    };
    let mut tx = fixture.store.begin().await.unwrap();
    let conversation = tx.bring_in(owner, &new, &[turn]).await.unwrap();
    let _ = tx.commit().await.unwrap();
    conversation
}

/// Something of every kind that a user can have, each with this text in it.
async fn furnish(fixture: &Fixture, user: &User, text: &str) {
    let owner = user.id;
    bring_in(fixture, owner, text).await;
    let mut tx = fixture.store.begin().await.unwrap();
    let image = Attachment {
        id: AttachmentId::new(),
        name: format!("{text}.png"),
        media_type: ImageType::Png,
        width: 1,
        height: 1,
        bytes: 3,
        created_at: tx.now(),
    };
    tx.keep_attachment(owner, &image, text.as_bytes()).await.unwrap();
    tx.save_prompt(owner, PromptId::new(), text, text).await.unwrap();
    tx.save_panel(owner, PanelId::new(), text, &[]).await.unwrap();
    let binding = KeyBinding {
        id: ApiKeyId::new(),
        owner: Some(owner),
        service_type: ServiceType::OpenAi,
        origin: format!("https://{text}.example.com"),
    };
    let key = SealedApiKey {
        binding,
        sealed: format!("sealed {text}"),
        last4: "1234".into(),
    };
    tx.save_api_key(&key).await.unwrap();
    let webhook = NewWebhook {
        binding: WebhookBinding {
            id: WebhookId::new(),
            owner,
        },
        url: format!("https://{text}.example.com/hook"),
        description: text.into(),
        events: WebhookEvents::all(),
        sealed: format!("sealed {text}"),
    };
    tx.create_webhook(&webhook).await.unwrap();
    let token = NewApiToken {
        name: text.into(),
        scopes: Scopes::all(),
        token_hash: format!("token of {text}"),
        last4: "1234".into(),
        expires_at: None,
    };
    let token = tx.create_api_token(owner, &token).await.unwrap();
    let caps = BudgetCaps::new(None, Some(MicroUsd(1_000))).unwrap();
    for subject in [BudgetSubject::User(owner), BudgetSubject::Token(token.id)] {
        tx.create_budget(subject, BudgetPeriod::Day, caps).await.unwrap();
    }
    tx.link_identity(owner, "https://issuer.example.com", text)
        .await
        .unwrap();
    let session = NewSession {
        kind: SignInKind::Browser,
        token_hash: &format!("session of {text}"),
        user_agent: text,
        address: "::1",
        expires_at: tx.now() + days(90),
    };
    tx.create_session(owner, &session).await.unwrap();
    tx.begin_request(owner, text, "hash").await.unwrap();
    tx.enter(&Act::by(user, AuditAction::Registered, &user.email))
        .await
        .unwrap();
    let _ = tx.commit().await.unwrap();
}

/// Columns, of any table but the audit log, in which a text or an id stands.
async fn columns_with(fixture: &Fixture, text: &str, id: UserId) -> Vec<String> {
    let mut tx = fixture.store.begin().await.unwrap();
    let mut found = Vec::new();
    match tx.connection().await.unwrap() {
        Connection::Sqlite(connection) => {
            // The words of an index of full texts are let go of when it is next put in order.
            let columns: Vec<(String, String)> = sqlx::query_as(
                "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p
                 WHERE m.type = 'table' AND m.name <> 'audit_log' AND m.name NOT LIKE '%entries_%'",
            )
            .fetch_all(&mut *connection)
            .await
            .unwrap();
            for (table, column) in columns {
                let sql = format!(
                    "SELECT COUNT(*) FROM \"{table}\" WHERE instr(CAST(\"{column}\" AS TEXT), $1) > 0 OR \"{column}\" = $2"
                );
                let counted = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(sql))
                    .bind(text)
                    .bind(id.uuid());
                if counted.fetch_one(&mut *connection).await.unwrap().0 > 0 {
                    found.push(format!("{table}.{column}"));
                }
            }
        }
        Connection::Postgres(connection) => {
            let columns: Vec<(String, String)> = sqlx::query_as(
                "SELECT table_name::text, column_name::text FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name <> 'audit_log'",
            )
            .fetch_all(&mut *connection)
            .await
            .unwrap();
            for (table, column) in columns {
                let sql = format!(
                    "SELECT COUNT(*) FROM \"{table}\" WHERE strpos(\"{column}\"::text, $1) > 0 OR strpos(\"{column}\"::text, $2) > 0"
                );
                let counted = sqlx::query_as::<_, (i64,)>(AssertSqlSafe(sql))
                    .bind(text)
                    .bind(id.to_string());
                if counted.fetch_one(&mut *connection).await.unwrap().0 > 0 {
                    found.push(format!("{table}.{column}"));
                }
            }
        }
    }
    found
}

on_both_databases! {
    async fn a_closed_account_is_whole_until_its_day_and_nothing_of_it_is_left_after(fixture: Fixture) {
        let (leaver, stayer) = (fixture.user(MARK).await, fixture.user("stayer").await);
        furnish(&fixture, &leaver, MARK).await;
        furnish(&fixture, &stayer, "stayer").await;
        let kept = columns_with(&fixture, "stayer", stayer.id).await;
        let services = fixture.services(&["a"]).await;
        let conversation = fixture.conversation(leaver.id).await;
        fixture.ask(&conversation, leaver.id, MARK, &services).await;
        let claimed = fixture.claim("worker").await.remove(0);
        fixture.answer(&claimed, MARK).await;

        let closed = close(&fixture, leaver.id).await;
        let before = columns_with(&fixture, MARK, leaver.id).await;
        assert!(before.len() > 30, "{before:?}");
        fixture.clock.advance(days(6));
        assert_eq!(erase_all(&fixture).await, []);
        assert_eq!(columns_with(&fixture, MARK, leaver.id).await, before);
        assert_eq!(close(&fixture, leaver.id).await.leaving_at, closed.leaving_at, "closed once more, it keeps its day");

        fixture.clock.advance(days(1));
        let parts = erase_all(&fixture).await;
        assert_eq!(parts.last(), Some(&Erased::Account(leaver.id)));
        assert_eq!(columns_with(&fixture, MARK, leaver.id).await, Vec::<String>::new());
        assert_eq!(columns_with(&fixture, "stayer", stayer.id).await, kept);

        let mut session = fixture.store.read().await.unwrap();
        let left: Vec<UserId> = session.users().await.unwrap().iter().map(|user| user.id).collect();
        assert_eq!((left, session.count_users().await.unwrap()), (vec![stayer.id], 1));
        assert!(matches!(session.check_audit().await.unwrap(), AuditCheck::Whole { entries: 2, .. }));
        // What was spent here stays known, as nobody's.
        let report = quorum_store::UsageReport { by: quorum_domain::usage::UsageGroup::User, user: None, from: None, until: None };
        let lines = session.usage(report).await.unwrap();
        assert_eq!((lines.len(), lines[0].calls, lines[0].label.as_str()), (1, 1, "Erased accounts"));
    }

    async fn whoever_is_killed_between_two_parts_leaves_nothing_half_and_another_goes_on(fixture: Fixture) {
        let leaver = fixture.user(MARK).await;
        for _ in 0..101 {
            fixture.conversation(leaver.id).await;
        }
        close(&fixture, leaver.id).await;
        fixture.clock.advance(days(7));
        let mut killed = fixture.store.begin().await.unwrap();
        assert_eq!(killed.erase_closed_account().await.unwrap(), Erased::Part);
        drop(killed);
        let count = async || fixture.store.read().await.unwrap().holdings(leaver.id).await.unwrap().conversations;
        assert_eq!(count().await, 101, "what was not committed is not erased");
        assert_eq!(erase_a_part(&fixture).await, Erased::Part);
        assert_eq!(count().await, 1, "one part is whole");
        assert_eq!(erase_all(&fixture).await, [Erased::Part, Erased::Account(leaver.id)]);
    }

    async fn an_account_is_kept_until_its_day_and_not_after_it(fixture: Fixture) {
        let leaver = fixture.user(MARK).await;
        furnish(&fixture, &leaver, MARK).await;
        close(&fixture, leaver.id).await;
        let mut session = fixture.store.read().await.unwrap();
        let token = format!("token of {MARK}");
        let sign_in = format!("session of {MARK}");
        assert!(session.api_token_by_hash(&token).await.unwrap().is_none(), "a token stops at once");
        assert!(session.session_by_token(&sign_in).await.unwrap().unwrap().user.leaving_at.is_some());
        let mut tx = fixture.store.begin().await.unwrap();
        assert_eq!(tx.keep_account(leaver.id).await.unwrap().leaving_at, None);
        let _ = tx.commit().await.unwrap();
        assert!(session.api_token_by_hash(&token).await.unwrap().is_some());

        close(&fixture, leaver.id).await;
        fixture.clock.advance(days(7));
        assert!(session.session_by_token(&sign_in).await.unwrap().is_none(), "nobody enters what goes");
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(matches!(tx.keep_account(leaver.id).await, Err(StoreError::NotFound(_))));
    }

    async fn the_last_admin_cannot_leave_and_one_who_leaves_does_not_count(fixture: Fixture) {
        let (first, second) = (fixture.user("first").await, fixture.user("second").await);
        for user in [&first, &second] {
            let mut tx = fixture.store.begin().await.unwrap();
            tx.patch_user(user.id, UserPatch { role: Some(Role::Admin), active: None }).await.unwrap();
            let _ = tx.commit().await.unwrap();
        }
        close(&fixture, first.id).await;
        let mut tx = fixture.store.begin().await.unwrap();
        assert!(tx.account_standing(second.id).await.unwrap().is_last_admin);
        assert!(matches!(tx.close_account(second.id, tx.now()).await, Err(StoreError::Conflict(_))));
        drop(tx);
        let mut tx = fixture.store.begin().await.unwrap();
        let demoted = tx.patch_user(second.id, UserPatch { role: Some(Role::User), active: None }).await;
        assert!(matches!(demoted, Err(StoreError::Conflict(_))), "nobody would be left");
    }

    async fn what_is_taken_out_has_what_was_removed_marked_as_such_and_comes_page_by_page(fixture: Fixture) {
        let (user, conversation, message) = fixture.answered_turn(&["a", "b"]).await;
        let removed = message.batch.as_ref().unwrap().responses[1].id;
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, removed).await.unwrap();
        tx.delete_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let other = fixture.conversation(user.id).await;
        let mut session = fixture.store.read().await.unwrap();
        let first = session.own_conversations(user.id, false, None, 1).await.unwrap();
        assert_eq!(first[0].conversation.id, conversation.id);
        let next = session.own_conversations(user.id, false, Some(conversation.id), 9).await.unwrap();
        assert_eq!((next.len(), next[0].conversation.id), (1, other.id));
        let turns = session.turns_with_answers(conversation.id, 0, 9, true).await.unwrap();
        let answers = &turns[0].turn.answers;
        let shown: Vec<(&str, bool)> = answers.iter().map(|answer| (answer.content.as_str(), answer.removed)).collect();
        assert_eq!(shown, [("answer of a", false), ("answer of b", true)]);
        assert!(session.turns_with_answers(conversation.id, turns[0].position, 9, true).await.unwrap().is_empty());
        let calls = session.own_calls(user.id, None, 1).await.unwrap();
        let last = calls.last().unwrap();
        let more = session.own_calls(user.id, Some((last.started_at, last.id.into())), 9).await.unwrap();
        assert_eq!((calls.len(), more.len()), (1, 1));
        assert_ne!(last.id, more[0].id);
        let held = session.holdings(user.id).await.unwrap();
        assert_eq!((held.conversations, held.answers, held.images), (2, 2, 0));
    }
}
