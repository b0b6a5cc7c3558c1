//! What belongs to a history, and what tells two of them apart.

use quorum_domain::context::PromptRole::{self, Assistant, System, User};

use super::{
    given_image::{GivenImage, tests::data_url},
    history::{Said, Words},
};
use crate::{ApiError, state::Limits};

fn words(said: &[(PromptRole, &str)]) -> Result<Words, ApiError> {
    let said = said
        .iter()
        .enumerate()
        .map(|(at, (role, text))| Said::text(*role, *text, format!("messages[{at}].content")));
    Words::of(said.collect(), None, &Limits::SMALL)
}

#[test]
fn a_request_is_instructions_past_turns_and_a_question() {
    let words = words(&[
        (System, "Be brief."),
        (User, "a"),
        (Assistant, "1"),
        (Assistant, "2"),
        (User, "b"),
        (System, "Be kind."),
        (User, "c"),
    ])
    .unwrap();
    assert_eq!(words.system_prompt, "Be brief.\n\nBe kind.");
    assert_eq!(words.question, "c");
    assert_eq!(words.past[0].answer.as_deref(), Some("1\n\n2"));
    assert_eq!(words.past[1].answer, None);
}

#[test]
fn the_first_and_the_last_word_are_the_users() {
    for said in [
        &[(User, "a"), (Assistant, "1")][..],
        &[(Assistant, "hello"), (User, "a")],
        &[(System, "only")],
        &[],
    ] {
        assert!(matches!(words(said), Err(ApiError::Validation(_))), "{said:?}");
    }
}

#[test]
fn a_run_is_found_by_what_was_said_before_its_answer() {
    let first = words(&[(System, "s"), (User, "a")]).unwrap();
    let second = words(&[(System, "s"), (User, "a"), (Assistant, "1"), (User, "b")]).unwrap();
    assert_eq!(second.hash_before(), Some(first.hash()));
    assert_eq!(first.hash_before(), None);
    let other = words(&[(User, "a"), (Assistant, "1"), (User, "b")]).unwrap();
    assert_ne!(other.hash_before(), Some(first.hash()));
}

#[test]
fn texts_that_run_into_each_other_are_told_apart() {
    let one = words(&[(User, "ab"), (Assistant, "c"), (User, "d")]).unwrap();
    let two = words(&[(User, "a"), (Assistant, "bc"), (User, "d")]).unwrap();
    assert_ne!(one.hash(), two.hash());
}

#[test]
fn an_image_belongs_to_what_was_said_and_to_the_turn_that_it_came_with() {
    let image = |behind: &[u8]| {
        let url = data_url(behind);
        GivenImage::of_url("here", &url, &Limits::SMALL).unwrap()
    };
    let with = |first: &[&[u8]], second: &[&[u8]]| {
        let said = [(User, "a", first), (Assistant, "1", &[][..]), (User, "b", second)];
        let said = said.map(|(role, text, images)| Said {
            images: images.iter().map(|behind| image(behind)).collect(),
            ..Said::text(role, text, "messages")
        });
        Words::of(said.to_vec(), None, &Limits::SMALL).unwrap()
    };
    let hashes = [
        with(&[], &[]),
        with(&[b"x"], &[]),
        with(&[], &[b"x"]),
        with(&[], &[b"y"]),
        with(&[], &[b"x", b"y"]),
        with(&[], &[b"y", b"x"]),
    ]
    .map(|words| words.hash());
    let different: std::collections::HashSet<&String> = hashes.iter().collect();
    assert_eq!(different.len(), hashes.len());
    assert_eq!(with(&[b"x"], &[b"y"]).hash_before(), {
        let first = Said {
            images: vec![image(b"x")],
            ..Said::text(User, "a", "messages")
        };
        Some(Words::of(vec![first], None, &Limits::SMALL).unwrap().hash())
    });
}
