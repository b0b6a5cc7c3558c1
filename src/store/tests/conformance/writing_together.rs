//! Transactions that write at once, of which several may go to the disk together.

use std::{collections::BTreeSet, time::Duration};

use quorum_domain::ids::{ConversationId, UserId};
use quorum_store::{NewMessage, Store, StoreError, Tx};
use tokio::task::JoinSet;

use crate::on_both_databases;

async fn say(tx: &mut Tx, conversation: ConversationId, user: UserId, content: &str) -> Result<(), StoreError> {
    let new = NewMessage {
        conversation_id: conversation,
        author: user,
        content,
        attachments: &[],
        services: &[],
        token_id: None,
        output_limit: None,
        beginning: None,
    };
    tx.accept_message(&new).await.map(|_| ())
}

/// Says something in a conversation and leaves the transaction open.
async fn said(store: &Store, conversation: ConversationId, user: UserId, content: &str) -> Tx {
    let mut tx = store.begin().await.unwrap();
    say(&mut tx, conversation, user, content).await.unwrap();
    tx
}

on_both_databases! {
    async fn of_many_who_write_at_once_each_is_stored_or_undone_alone(fixture: Fixture) {
        let user = fixture.user("ada").await.id;
        let conversation = fixture.conversation(user).await.id;
        let mut writers = JoinSet::new();
        for number in 0..60 {
            let store = fixture.store.clone();
            writers.spawn(async move {
                let tx = said(&store, conversation, user, &number.to_string()).await;
                if number % 3 == 0 {
                    drop(tx);
                    return None;
                }
                let _ = tx.commit().await.unwrap();
                let page = store.read().await.unwrap().messages(conversation, None, 100).await.unwrap();
                assert!(page.messages.iter().any(|message| message.content == number.to_string()), "told before it is stored");
                Some(number.to_string())
            });
        }
        let kept: BTreeSet<String> = writers.join_all().await.into_iter().flatten().collect();
        let mut session = fixture.store.read().await.unwrap();
        let messages = session.messages(conversation, None, 100).await.unwrap().messages;
        assert_eq!(messages.iter().map(|message| message.content.clone()).collect::<BTreeSet<_>>(), kept);
        assert_eq!(messages.len(), 40);
        assert_eq!(session.event_range(conversation).await.unwrap(), (1, 41), "and the title");
    }

    async fn who_goes_away_while_it_is_stored_takes_nobody_else_with_it(fixture: Fixture) {
        let user = fixture.user("ada").await.id;
        let conversation = fixture.conversation(user).await.id;
        let mut writers = JoinSet::new();
        for number in 0..60_u64 {
            let store = fixture.store.clone();
            writers.spawn(async move {
                let tx = said(&store, conversation, user, &number.to_string()).await;
                if number % 2 == 0 {
                    let patience = Duration::from_micros(number * 40);
                    let _gone = tokio::time::timeout(patience, tx.commit()).await;
                    return None;
                }
                let _ = tx.commit().await.unwrap();
                Some(number.to_string())
            });
        }
        let kept: BTreeSet<String> = writers.join_all().await.into_iter().flatten().collect();
        let last = said(&fixture.store, conversation, user, "the last one").await;
        let _ = last.commit().await.unwrap();
        let mut session = fixture.store.read().await.unwrap();
        let messages = session.messages(conversation, None, 100).await.unwrap().messages;
        let stored: BTreeSet<String> = messages.iter().map(|message| message.content.clone()).collect();
        assert!(kept.is_subset(&stored) && stored.contains("the last one"));
        let numbers = i64::try_from(messages.len()).unwrap();
        assert_eq!(session.event_range(conversation).await.unwrap(), (1, numbers + 1), "and the title");
    }

    async fn a_refused_change_takes_nobody_else_with_it(fixture: Fixture) {
        let user = fixture.user("ada").await.id;
        let conversation = fixture.conversation(user).await.id;
        let mut writers = JoinSet::new();
        for number in 0..40 {
            let store = fixture.store.clone();
            writers.spawn(async move {
                let mut tx = said(&store, conversation, user, &number.to_string()).await;
                if number % 4 == 0 {
                    let again = say(&mut tx, ConversationId::new(), user, "nowhere").await;
                    assert!(matches!(again, Err(StoreError::NotFound(_))), "{again:?}");
                    return 0;
                }
                let _ = tx.commit().await.unwrap();
                1
            });
        }
        let kept: usize = writers.join_all().await.into_iter().sum();
        let messages = fixture.store.read().await.unwrap().messages(conversation, None, 100).await.unwrap().messages;
        assert_eq!((kept, messages.len()), (30, 30));
    }
}
