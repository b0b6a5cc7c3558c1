//! What a prompt is made of.

use super::*;

fn answer(service: ServiceId, content: &str, selected: bool, rank: Option<i64>) -> TurnAnswer {
    TurnAnswer {
        response_id: ResponseId::new(),
        service_id: service,
        role: ResponseRole::Answer,
        content: content.into(),
        selected,
        rank,
    }
}

fn turn(content: &str, answers: Vec<TurnAnswer>) -> Turn {
    Turn {
        message_id: MessageId::new(),
        content: content.into(),
        attachments: Vec::new(),
        excluded: false,
        answers,
    }
}

fn reader(service_id: ServiceId, mode: ContextMode) -> Reader<'static> {
    Reader {
        service_id,
        context_window: 10_000,
        max_output_tokens: 1_000,
        mode,
        system_prompt: "",
        vision: true,
    }
}

fn asking(content: &str) -> Option<Question<'_>> {
    Some(Question {
        id: MessageId::new(),
        content,
        attachments: &[],
    })
}

fn image(kilobytes: i64) -> Attachment {
    Attachment {
        id: crate::ids::AttachmentId::new(),
        name: "a.png".into(),
        media_type: crate::ImageType::Png,
        width: 750,
        height: 10,
        bytes: kilobytes * 1024,
        created_at: chrono::DateTime::UNIX_EPOCH,
    }
}

fn texts(prompt: &Prompt) -> Vec<&str> {
    prompt.messages.iter().map(|message| message.content.as_str()).collect()
}

#[test]
fn the_selected_answer_is_the_one_assistant_turn() {
    let (a, b) = (ServiceId::new(), ServiceId::new());
    let turns = [turn(
        "q1",
        vec![answer(a, "best", false, Some(1)), answer(b, "kept", true, Some(2))],
    )];
    let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, asking("q2"));
    assert_eq!(texts(&prompt), ["q1", "kept", "q2"]);
    assert_eq!(prompt.messages[1].kept, Some(Kept::Selected));
}

#[test]
fn without_a_selection_the_best_ranked_is_kept_by_default() {
    let a = ServiceId::new();
    let turns = [turn(
        "q1",
        vec![answer(a, "second", false, Some(2)), answer(a, "first", false, Some(1))],
    )];
    let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, None);
    assert_eq!(texts(&prompt), ["q1", "first"]);
    assert_eq!(prompt.messages[1].kept, Some(Kept::ByDefault));
}

#[test]
fn in_an_own_thread_each_service_sees_its_own_answers_only() {
    let (a, b, c) = (ServiceId::new(), ServiceId::new(), ServiceId::new());
    let turns = [turn(
        "q1",
        vec![answer(a, "of a", true, Some(1)), answer(b, "of b", false, Some(2))],
    )];
    assert_eq!(
        texts(&build_prompt(reader(b, ContextMode::OwnThread), &turns, None)),
        ["q1", "of b"]
    );
    assert_eq!(
        texts(&build_prompt(reader(c, ContextMode::OwnThread), &turns, None)),
        ["q1"]
    );
}

#[test]
fn the_oldest_turns_are_dropped_whole_and_counted() {
    let a = ServiceId::new();
    let long = "word ".repeat(800);
    let turns: Vec<Turn> = (0..12)
        .map(|_| turn(&long, vec![answer(a, "short", true, Some(1))]))
        .collect();
    let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, asking("now"));
    assert_eq!(prompt.dropped_turns + prompt.turns, 12);
    assert!(prompt.dropped_turns > 0 && prompt.input_tokens <= 9_000);
    assert_eq!(
        prompt.messages.last().map(|message| message.content.as_str()),
        Some("now")
    );
    assert_eq!(prompt.messages[0].role, PromptRole::User);
}

#[test]
fn an_excluded_turn_leaves_question_and_answer_out() {
    let a = ServiceId::new();
    let mut turns = [turn("secret", vec![answer(a, "x", true, None)]), turn("open", vec![])];
    turns[0].excluded = true;
    assert_eq!(
        texts(&build_prompt(reader(a, ContextMode::Shared), &turns, None)),
        ["open"]
    );
}

#[test]
fn images_go_to_those_who_see_and_the_others_get_the_text_alone() {
    let a = ServiceId::new();
    let mut turns = [turn("old", vec![answer(a, "x", true, None)])];
    turns[0].attachments = vec![image(1)];
    let new = [image(1), image(1)];
    let question = Question {
        attachments: &new,
        ..asking("new").unwrap()
    };
    let sighted = build_prompt(reader(a, ContextMode::Shared), &turns, Some(question));
    let counts = |prompt: &Prompt| -> Vec<usize> {
        prompt
            .messages
            .iter()
            .map(|message| message.attachments.len())
            .collect()
    };
    assert_eq!(counts(&sighted), [1, 0, 2]);
    assert_eq!(sighted.images_left_out, 0);
    let blind = Reader {
        vision: false,
        ..reader(a, ContextMode::Shared)
    };
    let blind = build_prompt(blind, &turns, Some(question));
    assert_eq!(counts(&blind), [0, 0, 0]);
    assert_eq!(blind.images_left_out, 3);
    assert_eq!(sighted.input_tokens, blind.input_tokens + 30);
}

#[test]
fn the_newest_images_are_taken_first_and_the_rest_is_counted() {
    let a = ServiceId::new();
    let mut turns = [turn("old", vec![]), turn("new", vec![])];
    turns[0].attachments = vec![image(4 * 1024)];
    turns[1].attachments = (0..3).map(|_| image(4 * 1024)).collect();
    let prompt = build_prompt(reader(a, ContextMode::Shared), &turns, None);
    assert_eq!(prompt.messages[0].attachments.len(), 0);
    assert_eq!(prompt.messages[1].attachments.len(), 3);
    assert_eq!(prompt.images_left_out, 1);
}
