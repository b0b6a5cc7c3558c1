//! The typed client, as a program outside uses it.

use std::time::Duration;

use quorum_client::{Client, ClientError, ConsensusDraft, ConversationDraft, LiveTexts, Question, Update};
use quorum_domain::{BatchStatus, EventBody, JudgingPolicy, Stage, ids::ConversationId};
use serde_json::json;
use uuid::Uuid;

use crate::{
    cut_line::CutLine,
    harness::{TestApp, TestUser, question},
};

fn local() -> ConversationDraft {
    ConversationDraft {
        judging_policy: Some(JudgingPolicy::Local),
        ..ConversationDraft::default()
    }
}

#[tokio::test]
async fn a_program_asks_follows_reads_keeps_and_removes() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    let client = ada.program(&app.origin).await;
    assert_eq!(client.me().await.unwrap().email, "ada@example.com");
    let services = client.services().await.unwrap();
    let two = services.iter().take(2).map(|service| service.id).collect();
    let conversation = client.create_conversation(&local()).await.unwrap();
    let accepted = client
        .ask(conversation.id, &Question::of(question()).to(two))
        .await
        .unwrap();
    let batch = accepted.batch.unwrap();
    let mut follower = client.follow(conversation.id, 0);
    let (mut seqs, mut texts) = (Vec::new(), LiveTexts::default());
    loop {
        match follower.next().await.unwrap() {
            Update::Event(event) => {
                seqs.push(event.seq);
                if matches!(event.body, EventBody::BatchComplete { .. }) {
                    break;
                }
            }
            Update::Delta(delta) => {
                texts.take(&delta);
            }
            Update::Ready { .. } | Update::Resync { .. } => {}
        }
    }
    assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
    let done = client.batch(batch.id).await.unwrap();
    assert_eq!((done.state.status, done.responses.len()), (BatchStatus::Completed, 2));
    let best = done.responses.iter().find(|response| response.rank == Some(1)).unwrap();
    let whole = client.response(best.id).await.unwrap();
    assert!(whole.expanded_content.unwrap().starts_with(&texts.text(best.id)));
    let consensus = client
        .make_consensus(batch.id, &ConsensusDraft::default())
        .await
        .unwrap();
    loop {
        if let Update::Event(event) = follower.next().await.unwrap()
            && let EventBody::ConsensusUpdate { consensus: now } = event.body
            && now.response.stage == Stage::Answered
        {
            assert_eq!(now.response.id, consensus.response.id);
            break;
        }
    }
    assert!(client.select(best.id).await.unwrap().selected);
    assert!(
        !client
            .prune(accepted.message.id)
            .await
            .unwrap()
            .pruned_response_ids
            .is_empty()
    );
    let page = client.messages(conversation.id, 10, None).await.unwrap();
    assert_eq!(
        page.items[0].batch.as_ref().unwrap().state.selected_response_id,
        Some(best.id)
    );
    assert!(client.events(conversation.id, 0).await.unwrap().last_seq >= seqs.len() as i64);
    assert_eq!(
        client.search("index", 5).await.unwrap()[0].conversation_id,
        conversation.id
    );
    let written = client
        .export(conversation.id, quorum_client::types::ExportFormat::Markdown)
        .await
        .unwrap();
    assert!(written.contains(&question()));
    assert_eq!(
        client.conversations(5, None).await.unwrap().items[0].id,
        conversation.id
    );
}

#[tokio::test]
async fn a_follower_that_is_cut_off_again_and_again_misses_nothing_and_tells_nothing_twice() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+tps150", json!({})).await;
    let line = CutLine::to(&app.origin).await;
    let client = ada.program(&line.origin).await;
    let conversation = client.create_conversation(&local()).await.unwrap();
    client.ask(conversation.id, &Question::of(question())).await.unwrap();
    let mut follower = client.follow(conversation.id, 0);
    let (mut seqs, mut cuts, mut texts) = (Vec::new(), 0, LiveTexts::default());
    for heard in 1.. {
        match follower.next().await.unwrap() {
            Update::Event(event) => {
                seqs.push(event.seq);
                if matches!(event.body, EventBody::BatchComplete { .. }) {
                    break;
                }
            }
            Update::Delta(delta) => assert_ne!(texts.take(&delta), quorum_client::Piece::Gap),
            Update::Ready { .. } | Update::Resync { .. } => {}
        }
        if heard % 10 == 0 {
            line.cut();
            cuts += 1;
        }
    }
    assert!(cuts > 3, "cut {cuts} times");
    assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>());
    assert_eq!(app.fleet.calls().count(), 1);
}

#[tokio::test]
async fn a_question_put_while_the_product_restarts_is_asked_once() {
    let mut app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let line = CutLine::to(&app.origin).await;
    let client = ada.program(&line.origin).await;
    let conversation = client.create_conversation(&local()).await.unwrap().id;
    app.kill();
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.ask_as("the-key", conversation, &Question::of(question())).await }
    });
    app.restart();
    line.lead_to(&app.origin);
    let accepted = asking.await.unwrap().unwrap();
    let again = client
        .ask_as("the-key", conversation, &Question::of(question()))
        .await
        .unwrap();
    assert_eq!(accepted.message.id, again.message.id);
    assert_eq!(client.messages(conversation, 10, None).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn refusals_come_with_the_servers_words_and_their_kind() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let client = ada.program(&app.origin).await;
    let nowhere = ConversationId(Uuid::now_v7());
    let error = client.conversation(nowhere).await.unwrap_err();
    assert_eq!(error.problem().unwrap().slug(), "not_found");
    assert!(matches!(
        client.follow(nowhere, 0).next().await,
        Err(ClientError::Refused(_))
    ));
    let conversation = client.create_conversation(&local()).await.unwrap();
    let error = client
        .ask(conversation.id, &Question::of("x".repeat(9_000)))
        .await
        .unwrap_err();
    let problem = error.problem().unwrap();
    assert_eq!(
        (
            problem.status,
            problem.errors[0].field.as_str(),
            problem.errors[0].limit
        ),
        (422, "content", Some(8_000))
    );
    let stranger = Client::new(&app.origin, "qk_nobody".into()).unwrap();
    assert_eq!(
        stranger.me().await.unwrap_err().problem().unwrap().slug(),
        "unauthenticated"
    );
    let away = Client::new("http://127.0.0.1:1", "qk_x".into())
        .unwrap()
        .with_patience(Duration::ZERO);
    assert!(matches!(away.me().await, Err(ClientError::Unreachable { .. })));
    let elsewhere = Client::new(&format!("{}/compatible", app.fleet.origin()), "qk_x".into()).unwrap();
    assert!(matches!(elsewhere.me().await, Err(ClientError::NotQuorum { .. })));
}

#[tokio::test]
async fn a_follower_whose_token_is_revoked_or_whose_conversation_is_deleted_is_told() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let client = ada.program(&app.origin).await;
    let (gone, kept) = (
        client.create_conversation(&local()).await.unwrap().id,
        client.create_conversation(&local()).await.unwrap().id,
    );
    let (mut of_gone, mut of_kept) = (client.follow(gone, 0), client.follow(kept, 0));
    assert!(matches!(of_gone.next().await.unwrap(), Update::Ready { .. }));
    assert!(matches!(of_kept.next().await.unwrap(), Update::Ready { .. }));
    ada.send(reqwest::Method::DELETE, &format!("/conversations/{gone}"), None)
        .await;
    let told = of_gone.next().await.unwrap();
    assert!(matches!(told, Update::Event(event) if event.body == EventBody::ConversationDeleted {}));
    assert!(matches!(
        of_gone.next().await,
        Err(ClientError::Gone | ClientError::Refused(_))
    ));
    let token = ada.get("/api-tokens").await["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    ada.send(reqwest::Method::DELETE, &format!("/api-tokens/{token}"), None)
        .await;
    assert!(matches!(
        of_kept.next().await,
        Err(ClientError::SignedOut | ClientError::Refused(_))
    ));
}

impl TestUser {
    /// A program of this user's, with a token that reads and writes, for the product at this address.
    pub async fn program(&mut self, origin: &str) -> Client {
        Client::new(origin, self.token().await.into()).unwrap()
    }

    pub async fn token(&mut self) -> String {
        let draft = json!({"name": "program", "scopes": ["read", "write"]});
        let made = self.post("/api-tokens", draft).await;
        made["token"].as_str().unwrap().to_owned()
    }
}
