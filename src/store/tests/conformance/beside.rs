//! What comes beside the text of an answer: thoughts and sources.

use quorum_domain::{
    Beside, Citation, Failure, FailureKind, citation::Named, response::Stage, transcript::Transcript, usage::MicroUsd,
};
use quorum_store::{NewConversation, Outcome};

use super::harness::answered;
use crate::on_both_databases;

fn source(number: usize) -> Citation {
    Named {
        url: Some(format!("https://example.com/{number}")),
        title: Some(format!("Page {number}")),
        quote: None,
    }
    .into()
}

fn beside() -> Beside {
    Beside {
        thoughts: Some("First this,\0 then that.".into()),
        citations: vec![source(1), source(2)],
    }
}

fn answered_with(text: &str, with: Beside) -> Outcome {
    match answered(text) {
        Outcome::Answered {
            content,
            finish,
            summary,
            usage,
            first_token_at,
            sentences,
            ..
        } => Outcome::Answered {
            content,
            beside: with,
            finish,
            summary,
            usage,
            first_token_at,
            sentences,
        },
        other => other,
    }
}

on_both_databases! {
    async fn thoughts_are_saved_with_the_text_so_far_and_do_not_begin_it(fixture: Fixture) {
        let (user, conversation, claimed) = fixture.claimed_answer().await;
        let id = claimed.lease.response_id;
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        tx.save_text_so_far(&claimed.lease, started.attempt, "", Some("Let me see"), None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let response = session.response(user.id, id).await.unwrap();
        assert_eq!((response.stage, response.content_length, response.first_token_at), (Stage::Calling, 0, None));
        assert_eq!(response.thoughts.as_deref(), Some("Let me see"));
        drop(session);
        // From here on they have not changed, so they are not said again.
        let mut tx = fixture.store.begin().await.unwrap();
        tx.save_text_so_far(&claimed.lease, started.attempt, "So", None, Some(fixture.store.work_now())).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let saved = session.running_texts(conversation.id).await.unwrap().remove(0);
        assert_eq!((saved.text.as_str(), saved.thoughts.as_str()), ("So", "Let me see"));
        assert_eq!(session.response(user.id, id).await.unwrap().stage, Stage::Streaming);
    }

    async fn another_call_begins_without_the_thoughts_of_the_one_before(fixture: Fixture) {
        let (user, _, claimed) = fixture.claimed_answer().await;
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        let gone = Outcome::Failed { failure: Failure::new(FailureKind::Auth, "no"), partial: Some(String::new()), beside: beside() };
        tx.finish_response(&claimed, started.attempt, &gone, None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let failed = fixture.store.read().await.unwrap().response(user.id, claimed.lease.response_id).await.unwrap();
        assert_eq!(failed.thoughts.as_deref(), Some("First this,\u{FFFD} then that."));
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, failed.id).await.unwrap();
        tx.retry_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let again = fixture.claim("worker").await.remove(0);
        fixture.answer(&again, "plainly").await;
        let response = fixture.store.read().await.unwrap().response(user.id, failed.id).await.unwrap();
        assert_eq!((response.thoughts, response.citation_count), (None, 0));
    }

    async fn a_whole_answer_has_them_a_listed_one_says_how_many_and_a_removed_one_loses_them(fixture: Fixture) {
        let user = fixture.user("ada").await;
        let services = fixture.services(&["a", "b"]).await;
        let conversation = fixture.conversation(user.id).await;
        let message = fixture.ask(&conversation, user.id, "Why?", &services).await;
        let claimed = fixture.claim("worker").await;
        for claimed in &claimed {
            let mut tx = fixture.store.begin().await.unwrap();
            let started = tx.start_call(claimed, MicroUsd(0)).await.unwrap();
            tx.finish_response(claimed, started.attempt, &answered_with("Because.", beside()), None).await.unwrap();
            let _ = tx.commit().await.unwrap();
        }
        let (kept, removed) = (claimed[0].lease.response_id, claimed[1].lease.response_id);
        let mut session = fixture.store.read().await.unwrap();
        let whole = session.response(user.id, kept).await.unwrap();
        assert_eq!(whole.thoughts.as_deref(), Some("First this,\u{FFFD} then that."));
        assert_eq!((whole.citations, whole.citation_count), (vec![source(1), source(2)], 2));
        let listed = session.message(user.id, message.id).await.unwrap().batch.unwrap().responses.remove(0);
        assert_eq!((listed.thoughts, listed.citations.len(), listed.citation_count), (None, 0, 2));
        drop(session);
        let mut tx = fixture.store.begin().await.unwrap();
        let at = tx.response_context(user.id, removed).await.unwrap();
        tx.delete_response(&at).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let transcript = session.transcript(&conversation).await.unwrap();
        assert_eq!(transcript.turns[0].answers.len(), 1);
    }

    async fn what_is_taken_away_brings_them_in_again_within_the_limits(fixture: Fixture) {
        let (user, conversation, claimed) = fixture.claimed_answer().await;
        let mut tx = fixture.store.begin().await.unwrap();
        let started = tx.start_call(&claimed, MicroUsd(0)).await.unwrap();
        tx.finish_response(&claimed, started.attempt, &answered_with("Because.", beside()), None).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let taken = fixture.store.read().await.unwrap().transcript(&conversation).await.unwrap();
        let mut again: Transcript = serde_json::from_str(&serde_json::to_string(&taken).unwrap()).unwrap();
        again.turns[0].answers[0].citations.extend((0..100).map(source));
        let new = NewConversation {
            title: None, service_ids: Vec::new(), context_mode: conversation.context_mode, judging_policy: conversation.judging_policy,
            judge_ids: Vec::new(), system_prompt: String::new(),
        };
        let mut tx = fixture.store.begin().await.unwrap();
        let brought = tx.bring_in(user.id, &new, &again.turns).await.unwrap();
        let _ = tx.commit().await.unwrap();
        let answer = fixture.store.read().await.unwrap().transcript(&brought).await.unwrap().turns.remove(0).answers.remove(0);
        assert_eq!(answer.thoughts, taken.turns[0].answers[0].thoughts);
        assert_eq!((answer.citations.len(), &answer.citations[..2]), (quorum_domain::citation::CITATIONS, &[source(1), source(2)][..]));
    }
}
