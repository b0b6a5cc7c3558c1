//! What pages, lists and workers hear, and what stays behind when they leave.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use super::*;
use quorum_domain::{clock::Clock, event::EventBody};

fn delta(response_id: ResponseId, attempt: i64, offset: i64, text: &str) -> Delta {
    Delta {
        response_id,
        attempt,
        offset,
        text: text.into(),
    }
}

fn event(conversation_id: ConversationId, seq: i64) -> StoredEvent {
    StoredEvent {
        seq,
        conversation_id,
        at: quorum_domain::SystemClock.now(),
        body: EventBody::ConversationDeleted {},
    }
}

/// Waits no longer than a test may take.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.unwrap()
}

/// Whether there is nothing to hear at the moment.
async fn is_silent<T>(next: impl Future<Output = T>) -> bool {
    tokio::select! {
        biased;
        _ = next => false,
        () = std::future::ready(()) => true,
    }
}

#[tokio::test]
async fn a_page_that_comes_late_finds_the_text_so_far_and_the_rest_follows() {
    let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
    let first = delta(response, 1, 0, "Grüß ");
    bus.publish_delta(conversation, first);
    let mut page = bus.subscribe(conversation);
    let so_far = bus.text_so_far(response).await.unwrap();
    assert_eq!((so_far.attempt, so_far.text.as_str(), so_far.length()), (1, "Grüß ", 5));
    let second = delta(response, 1, 5, "𝕏 dich");
    bus.publish_delta(conversation, second);
    let Some(Notice::Delta(next)) = page.next().await else {
        panic!("a delta was expected")
    };
    assert_eq!(next.offset, so_far.length());
    let all = bus.running_texts(&[response]).await;
    assert_eq!(all[0].1.length(), 5 + 7);
    bus.forget_text(response);
    assert_eq!(bus.text_so_far(response).await, None);
}

/// Puts together what a page shows: the text so far, then every piece that goes on from it.
async fn text_on_a_late_page(bus: Bus, conversation: ConversationId, response: ResponseId, length: i64) -> String {
    let mut page = bus.subscribe(conversation);
    let so_far = bus.text_so_far(response).await.unwrap_or_default();
    let (mut text, mut at) = (so_far.text.clone(), so_far.length());
    while at < length {
        match page.next().await {
            Some(Notice::Delta(delta)) if delta.offset < at => {}
            Some(Notice::Delta(delta)) => {
                assert_eq!(delta.offset, at, "a piece is missing");
                at += quorum_domain::event::utf16_length(&delta.text);
                text.push_str(&delta.text);
            }
            // A page that falls behind on a busy machine begins anew from what is kept.
            Some(Notice::Lagged) => {
                let so_far = bus.text_so_far(response).await.unwrap_or_default();
                (text, at) = (so_far.text.clone(), so_far.length());
            }
            other => panic!("a delta was expected, not {other:?}"),
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_that_open_at_any_moment_of_an_answer_all_show_the_whole_of_it() {
    const PIECES: i64 = 800;
    let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
    let expected: String = (0..PIECES).map(|number| format!("{:04}", number)).collect();
    let speaker = tokio::spawn({
        let bus = bus.clone();
        async move {
            for number in 0..PIECES {
                let piece = delta(response, 1, number * 4, &format!("{number:04}"));
                bus.publish_delta(conversation, piece);
                tokio::task::yield_now().await;
            }
        }
    });
    let mut pages = tokio::task::JoinSet::new();
    for _ in 0..40 {
        pages.spawn(text_on_a_late_page(bus.clone(), conversation, response, PIECES * 4));
        tokio::task::yield_now().await;
    }
    soon(speaker).await.unwrap();
    while let Some(text) = soon(pages.join_next()).await {
        assert_eq!(text.unwrap(), expected);
    }
    assert_eq!(bus.local.conversations.len(), 0);
}

/// The other half of "subscribe first, then read": a piece is kept before it is told.
#[test]
fn whoever_hears_a_piece_finds_it_kept_already() {
    const PIECES: usize = 5_000;
    let (bus, conversation) = (Bus::in_process(), ConversationId::new());
    let mut page = bus.subscribe(conversation);
    let alone = || tokio::runtime::Builder::new_current_thread().build().unwrap();
    let heard_so_far = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            alone().block_on(async {
                for told in 0..PIECES {
                    // Stays close to the listener, which must not miss any.
                    while told - heard_so_far.load(Ordering::Acquire) > 8 {
                        std::hint::spin_loop();
                    }
                    let piece = delta(ResponseId::new(), 1, 0, "piece");
                    bus.publish_delta(conversation, piece);
                }
            });
        });
        let kept = alone().block_on(async {
            let mut kept = 0;
            for _ in 0..PIECES {
                // Asks again and again instead of sleeping, to be there at the very moment.
                let heard = loop {
                    tokio::select! {
                        biased;
                        heard = page.next() => break heard,
                        () = tokio::task::yield_now() => {}
                    }
                };
                let Some(Notice::Delta(heard)) = heard else {
                    panic!("a delta was expected")
                };
                kept += usize::from(bus.text_so_far(heard.response_id).await.is_some());
                heard_so_far.fetch_add(1, Ordering::AcqRel);
            }
            kept
        });
        assert_eq!(kept, PIECES);
    });
}

#[tokio::test]
async fn events_and_deltas_are_heard_in_the_order_they_were_told() {
    let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
    let mut page = bus.subscribe(conversation);
    for number in 0..100 {
        bus.publish_event(event(conversation, number));
        let piece = delta(response, 1, number, "x");
        bus.publish_delta(conversation, piece);
    }
    for number in 0..100 {
        assert!(matches!(page.next().await, Some(Notice::Event(event)) if event.seq == number));
        assert!(matches!(page.next().await, Some(Notice::Delta(delta)) if delta.offset == number));
    }
    assert!(is_silent(page.next()).await);
}

#[tokio::test]
async fn all_pages_share_one_copy_of_a_piece() {
    let (bus, conversation) = (Bus::in_process(), ConversationId::new());
    let (mut one, mut two) = (bus.subscribe(conversation), bus.subscribe(conversation));
    let piece = delta(ResponseId::new(), 1, 0, "text");
    bus.publish_delta(conversation, piece);
    let (Some(Notice::Delta(one)), Some(Notice::Delta(two))) = (one.next().await, two.next().await) else {
        panic!("two deltas were expected")
    };
    assert!(Arc::ptr_eq(&one, &two));
}

#[tokio::test]
async fn a_page_hears_nothing_of_another_conversation() {
    let (bus, conversation) = (Bus::in_process(), ConversationId::new());
    let mut elsewhere = bus.subscribe(ConversationId::new());
    bus.publish_event(event(conversation, 1));
    assert!(is_silent(elsewhere.next()).await);
}

#[tokio::test]
async fn a_slow_page_is_told_that_it_missed_something_and_holds_nobody_up() {
    let (bus, conversation, response) = (Bus::in_process(), ConversationId::new(), ResponseId::new());
    let (mut slow, mut quick) = (bus.subscribe(conversation), bus.subscribe(conversation));
    for at in 0..5_000 {
        let piece = delta(response, 1, at, "x");
        bus.publish_delta(conversation, piece);
        assert!(matches!(quick.next().await, Some(Notice::Delta(delta)) if delta.offset == at));
    }
    assert!(matches!(slow.next().await, Some(Notice::Lagged)));
    let so_far = bus.text_so_far(response).await.unwrap();
    assert_eq!(so_far.length(), 5_000);
    let Some(Notice::Delta(kept)) = slow.next().await else {
        panic!("a delta was expected")
    };
    assert_eq!(kept.offset, 5_000 - CONVERSATION_BEHIND as i64);
}

#[tokio::test]
async fn a_topic_is_dropped_with_its_last_listener() {
    let (bus, conversation, user) = (Bus::in_process(), ConversationId::new(), UserId::new());
    let (first, second) = (bus.subscribe(conversation), bus.subscribe(conversation));
    let list = bus.subscribe_user(user);
    drop(first);
    assert_eq!((bus.local.conversations.len(), bus.local.users.len()), (1, 1));
    drop((second, list));
    assert_eq!((bus.local.conversations.len(), bus.local.users.len()), (0, 0));
}

#[tokio::test]
async fn telling_nobody_leaves_nothing_behind() {
    let (bus, conversation) = (Bus::in_process(), ConversationId::new());
    bus.publish_event(event(conversation, 1));
    bus.signal(Signal::UserClosed(UserId::new()));
    let notice = UserNotice {
        conversation_id: conversation,
        change: ConversationChange::Created,
    };
    bus.publish_user(UserId::new(), notice);
    assert_eq!(
        (
            bus.local.conversations.len(),
            bus.local.users.len(),
            bus.local.running.len()
        ),
        (0, 0, 0)
    );
}

#[tokio::test]
async fn a_list_hears_of_its_own_user_only_and_is_told_when_it_missed_something() {
    let (bus, user) = (Bus::in_process(), UserId::new());
    let (mut list, mut other) = (bus.subscribe_user(user), bus.subscribe_user(UserId::new()));
    let notice = UserNotice {
        conversation_id: ConversationId::new(),
        change: ConversationChange::Updated,
    };
    bus.publish_user(user, notice);
    assert_eq!(list.next().await, Some(Some(notice)));
    assert!(is_silent(other.next()).await);
    for _ in 0..=LIST_BEHIND {
        bus.publish_user(user, notice);
    }
    assert_eq!(list.next().await, Some(None));
}

#[tokio::test]
async fn a_signal_reaches_every_listener_that_is_there() {
    let bus = Bus::in_process();
    let (mut one, mut two) = (bus.signals(), bus.signals());
    let stop = Signal::CancelResponse(ResponseId::new());
    bus.signal(stop);
    assert_eq!((one.next().await, two.next().await), (Some(stop), Some(stop)));
    let mut late = bus.signals();
    assert!(is_silent(late.next()).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_speakers_at_once_are_each_heard_whole_and_in_order() {
    const SPEAKERS: usize = 8;
    // All of them together are no more than a page may be behind.
    const PIECES: i64 = 30;
    let (bus, conversation) = (Bus::in_process(), ConversationId::new());
    let mut page = bus.subscribe(conversation);
    let mut speakers = tokio::task::JoinSet::new();
    let responses: Vec<ResponseId> = (0..SPEAKERS).map(|_| ResponseId::new()).collect();
    for response in responses.clone() {
        let bus = bus.clone();
        speakers.spawn(async move {
            for at in 0..PIECES {
                let piece = delta(response, 1, at, "x");
                bus.publish_delta(conversation, piece);
                tokio::task::yield_now().await;
            }
        });
    }
    let mut next = std::collections::HashMap::<ResponseId, i64>::new();
    for _ in 0..SPEAKERS as i64 * PIECES {
        let Some(Notice::Delta(delta)) = soon(page.next()).await else {
            panic!("a delta was expected")
        };
        let expected = next.entry(delta.response_id).or_default();
        assert_eq!(delta.offset, *expected);
        *expected += 1;
    }
    soon(speakers.join_all()).await;
    for (_, text) in bus.running_texts(&responses).await {
        assert_eq!(text.length(), PIECES);
    }
}
