//! The master key: changed while the product runs, gone on with after a kill, and never guessed.

use std::fs;

use serde_json::json;

use crate::harness::{TestApp, TestUser, id, question, responses};

async fn answers(user: &mut TestUser, service: &str) {
    let conversation = user.conversation(json!({"judging_policy": "local"})).await;
    let message = user.ask(&conversation, &question(), &[service.to_owned()]).await;
    let batch = user.finished(&id(&message["batch"])).await;
    assert_eq!(responses(&batch)[0]["status"], "completed", "{batch:#}");
}

#[tokio::test]
async fn the_master_key_is_changed_while_answers_go_on_and_the_old_one_opens_nothing_more() {
    let mut app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let file = app.folder.path().join("master.key");
    let old = fs::read_to_string(&file).unwrap();
    let (good, said) = app.console(&["admin", "rotate-master-key"], "");
    assert!(good && said.contains("1 keys were sealed anew"), "{said}");
    let new = fs::read_to_string(&file).unwrap();
    assert!(new != old && new.lines().count() == 1);
    answers(&mut ada, &service).await;
    ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    assert_eq!(
        ada.get("/admin/audit?action=master_key_rotated").await["items"][0]["actor"],
        "command line"
    );
    app.kill();
    app.restart();
    answers(&mut TestUser::sign_in(&app.origin).await, &service).await;
    app.kill();
    fs::write(&file, old).unwrap();
    let (good, said) = app.console(&["admin", "rotate-master-key"], "");
    assert!(
        !good && said.contains("the master key does not fit the stored keys"),
        "{said}"
    );
    assert!(!said.contains(new.trim()) && !said.contains("sk-"), "{said}");
}

#[tokio::test]
async fn a_change_that_was_killed_half_way_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let service = ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    let file = app.folder.path().join("master.key");
    // As a kill leaves it after the first step: the new key in force, and nothing sealed anew.
    let old = fs::read_to_string(&file).unwrap();
    let new = "2a".repeat(32);
    fs::write(&file, format!("{new}\n{old}")).unwrap();
    answers(&mut ada, &service).await;
    let other = ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let (good, said) = app.console(&["admin", "rotate-master-key"], "");
    assert!(good, "{said}");
    assert!(
        said.contains("1 keys were sealed anew"),
        "what was saved meanwhile is under the new key: {said}"
    );
    let kept = fs::read_to_string(&file).unwrap();
    assert_eq!(kept.lines().count(), 1);
    answers(&mut ada, &service).await;
    answers(&mut ada, &other).await;
}
