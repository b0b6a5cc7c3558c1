//! Copies, restoring, and what the doctor says.

use std::{
    os::unix::fs::PermissionsExt,
    process::{Command, Output},
};

use serde_json::json;

use crate::harness::{TestApp, TestUser, id, question};

fn run(app: &TestApp, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quorum"))
        .args(["--data-dir", app.folder.path().to_str().unwrap()])
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[tokio::test]
async fn a_copy_made_while_it_runs_brings_everything_back_that_was_accepted_before() {
    let mut app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    let conversation = ada.conversation(json!({"judging_policy": "local"})).await;
    let kept = ada.ask(&conversation, &question(), &services).await;
    ada.finished(&id(&kept["batch"])).await;
    let copy = app.folder.path().join("copy.db");
    let copied = run(&app, &["backup", "--to", copy.to_str().unwrap()]);
    assert!(copied.status.success(), "{}", said(&copied));
    let lost = ada
        .ask(&conversation, "Asked after the copy was made.", &services)
        .await;
    ada.finished(&id(&lost["batch"])).await;

    let refused = run(&app, &["restore", "--from", copy.to_str().unwrap()]);
    assert!(
        !refused.status.success() && said(&refused).contains("stop Quorum first"),
        "{}",
        said(&refused)
    );
    app.kill();
    let restored = run(&app, &["restore", "--from", copy.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", said(&restored));
    app.restart();
    let mut ada = TestUser::sign_in(&app.origin).await;
    let messages = ada.get(&format!("/conversations/{conversation}/messages")).await;
    assert_eq!(messages["items"].as_array().unwrap().len(), 1);
    assert_eq!(ada.finished(&id(&kept["batch"])).await["answered_responses"], 3);
}

#[tokio::test]
async fn what_is_no_copy_is_not_restored_and_a_file_is_not_written_over() {
    let mut app = TestApp::start().await;
    app.kill();
    let junk = app.folder.path().join("junk.db");
    std::fs::write(&junk, "this is no database").unwrap();
    let refused = run(&app, &["restore", "--from", junk.to_str().unwrap()]);
    assert!(!refused.status.success(), "{}", said(&refused));
    let refused = run(&app, &["backup", "--to", junk.to_str().unwrap()]);
    assert!(said(&refused).contains("exists"), "{}", said(&refused));
    app.restart();
}

#[tokio::test]
async fn the_doctor_is_content_with_a_running_product_and_names_what_is_wrong() {
    let mut app = TestApp::start().await;
    app.admin().await;
    let content = run(&app, &["doctor"]);
    assert!(
        content.status.success() && said(&content).contains("Nothing is wrong"),
        "{}",
        said(&content)
    );
    app.kill();
    let key = app.folder.path().join("master.key");
    std::fs::remove_file(&key).unwrap();
    let without_key = run(&app, &["doctor"]);
    assert!(!without_key.status.success());
    assert!(
        said(&without_key).contains("the master key is missing"),
        "{}",
        said(&without_key)
    );
    assert!(!key.exists(), "the doctor changes nothing");
    std::fs::write(&key, "cd".repeat(32)).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let other_key = run(&app, &["doctor"]);
    assert!(said(&other_key).contains("is not the one"), "{}", said(&other_key));
}
