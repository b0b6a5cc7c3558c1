//! The commands of a shell: the real binary, run against the real server.

use std::{os::unix::fs::PermissionsExt, process::Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::harness::{TestApp, TestUser, question};

/// A shell with a home of its own.
struct Shell {
    home: TempDir,
    variables: Vec<(String, String)>,
}

/// What a command came to.
#[derive(Debug)]
struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Done {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

impl Shell {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    /// One in which the server and the token stand in the environment.
    async fn signed_in(user: &mut TestUser) -> Self {
        let mut shell = Self::new();
        shell.variables.push(("QUORUM_URL".into(), user.origin.clone()));
        shell.variables.push(("QUORUM_TOKEN".into(), user.token().await));
        shell
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quorum"));
        command
            .args(arguments)
            .env_remove("QUORUM_URL")
            .env_remove("QUORUM_TOKEN")
            .env("HOME", self.home.path())
            .env("XDG_CONFIG_HOME", self.home.path().join(".config"))
            .envs(
                self.variables
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            )
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str], input: &str) -> Done {
        let mut child = self.command(arguments).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        done(child).await
    }
}

async fn done(child: tokio::process::Child) -> Done {
    let output = child.wait_with_output().await.unwrap();
    Done {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[tokio::test]
async fn a_question_is_answered_with_ranks_summaries_and_the_best_answer() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    ada.add_judge(&app, "openai_responses", "demo-judge").await;
    let shell = Shell::signed_in(&mut ada).await;
    let asked = shell.run(&["ask", &question()], "").await;
    assert_eq!(asked.code, 0, "{asked:#?}");
    let first = asked.out.lines().next().unwrap();
    assert!(first.trim_start().starts_with("1 demo-aria"), "{asked:#?}");
    assert!(asked.out.contains("Ranked 3 of 3 by 1 of 1 judges."), "{}", asked.out);
    let batch = ada.get("/conversations").await["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let messages = ada.get(&format!("/conversations/{batch}/messages")).await;
    for response in messages["items"][0]["batch"]["responses"].as_array().unwrap() {
        for told in ["summary", "reasoning"] {
            let words = response[told]
                .as_str()
                .unwrap()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            assert!(asked.out.contains(&words), "{told} of {}", response["service_name"]);
        }
        assert!(
            asked
                .err
                .contains(&format!("{}: answered", response["service_name"].as_str().unwrap())),
            "{}",
            asked.err
        );
    }
    assert!(!asked.out.contains('\u{1b}'), "no colours in a pipe");
}

#[tokio::test]
async fn what_is_piped_in_is_asked_of_the_services_named_and_json_has_the_whole_texts() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    let shell = Shell::signed_in(&mut ada).await;
    let asked = shell
        .run(
            &[
                "ask",
                "--json",
                "-s",
                "DEMO-BOLT",
                "--service",
                "demo-cedar",
                "Explain this:",
            ],
            "a log line\n",
        )
        .await;
    assert_eq!(asked.code, 0, "{asked:#?}");
    let batch = asked.json();
    let names: Vec<&str> = batch["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|response| response["service_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["demo-bolt", "demo-cedar"]);
    assert!(
        batch["responses"][0]["expanded_content"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
    let conversation = ada.get("/conversations").await["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let messages = ada.get(&format!("/conversations/{conversation}/messages")).await;
    assert_eq!(messages["items"][0]["content"], "Explain this:\n\na log line");
    let more = shell
        .run(&["ask", "-c", &conversation, "-s", "demo-bolt", "And now?"], "")
        .await;
    assert_eq!(more.code, 0, "{more:#?}");
    let messages = ada.get(&format!("/conversations/{conversation}/messages")).await;
    assert_eq!(messages["items"].as_array().unwrap().len(), 2);
    let whole = ada
        .get(&format!(
            "/responses/{}",
            messages["items"][1]["batch"]["responses"][0]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(
        more.out.trim(),
        whole["expanded_content"].as_str().unwrap().trim(),
        "one answer is written as it comes"
    );
}

#[tokio::test]
async fn a_saved_panel_is_asked_by_its_name_and_nobody_else() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    let services = ada.add_three(&app).await;
    ada.post("/panels", json!({"name": "Fast ones", "service_ids": services[1..]}))
        .await;
    let shell = Shell::signed_in(&mut ada).await;
    for name in ["Fast ones", "fast-ones"] {
        let asked = shell.run(&["ask", "--json", "--panel", name, "Why?"], "").await;
        assert_eq!(asked.code, 0, "{asked:#?}");
        let batch = asked.json();
        let mut ids: Vec<&str> = batch["responses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|response| response["service_id"].as_str().unwrap())
            .collect();
        ids.sort_unstable();
        let mut wanted: Vec<String> = services[1..].iter().map(ToString::to_string).collect();
        wanted.sort_unstable();
        assert_eq!(ids, wanted);
    }
    let unknown = shell.run(&["ask", "--panel", "Slow ones", "Why?"], "").await;
    assert!(unknown.code == 2 && unknown.err.contains("Fast ones"), "{unknown:#?}");
    let both = shell
        .run(&["ask", "--panel", "Fast ones", "-s", "demo-bolt", "Why?"], "")
        .await;
    assert_eq!(both.code, 2, "{both:#?}");
}

#[tokio::test]
async fn a_consensus_is_written_below_the_ranking() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_three(&app).await;
    ada.add_judge(&app, "openai_responses", "demo-judge").await;
    let shell = Shell::signed_in(&mut ada).await;
    let asked = shell.run(&["ask", "--consensus", &question()], "").await;
    assert_eq!(asked.code, 0, "{asked:#?}");
    let conversation = ada.get("/conversations").await["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let messages = ada.get(&format!("/conversations/{conversation}/messages")).await;
    let consensus = &messages["items"][0]["batch"]["consensuses"][0]["response"];
    let whole = ada
        .get(&format!("/responses/{}", consensus["id"].as_str().unwrap()))
        .await;
    let text = whole["expanded_content"].as_str().unwrap().trim();
    assert!(asked.out.trim().ends_with(text), "{}", asked.out);
    let shown = shell.run(&["show", &conversation], "").await;
    assert!(
        shown.code == 0 && shown.out.contains(text) && shown.out.contains(&question()),
        "{shown:#?}"
    );
}

#[tokio::test]
async fn interrupted_it_lets_go_and_says_how_to_come_back() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+tps40", json!({})).await;
    let shell = Shell::signed_in(&mut ada).await;
    for cancel in [false, true] {
        let mut arguments = vec!["ask", "What is worth knowing about rivers?"];
        arguments.extend(cancel.then_some("--cancel-on-interrupt"));
        let mut child = shell.command(&arguments).spawn().unwrap();
        drop(child.stdin.take());
        let calls = u64::from(cancel) + 1;
        while app.fleet.calls().count() < calls {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let pid = child.id().unwrap().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .await
                .unwrap()
                .success()
        );
        let left = done(child).await;
        assert_eq!(left.code, 130, "{left:#?}");
        let (_, id) = left.err.split_once("quorum show ").unwrap();
        let shown = shell.run(&["show", "--json", id.trim()], "").await;
        let status = if cancel { "CANCELLED" } else { "COMPLETED" };
        assert_eq!(
            (shown.json()["batch"]["status"].as_str(), shown.code),
            (Some(status), i32::from(cancel)),
            "{shown:#?}"
        );
    }
}

#[tokio::test]
async fn hostile_answers_move_no_cursor_and_set_no_title() {
    let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}[31mPlain\u{1b}[0m\r words\u{8}\u{9b}1A \u{202e}here.";
    let scene = json!({"question": "Say something.", "answers": {"demo-aria": hostile, "demo-bolt": hostile}});
    let app = TestApp::start_playing(&format!("{scene}\n"), &[]).await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria", json!({})).await;
    ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let shell = Shell::signed_in(&mut ada).await;
    for arguments in [
        &["ask", "Say something.", "--full"][..],
        &["ask", "Say something.", "-s", "demo-aria"],
    ] {
        let asked = shell.run(arguments, "").await;
        assert_eq!(asked.code, 0, "{asked:#?}");
        assert!(asked.out.contains("Plain words1A here."), "{:?}", asked.out);
        let heard = asked.out + &asked.err;
        assert!(
            !heard.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'),
            "{heard:?}"
        );
    }
}

#[tokio::test]
async fn the_sources_of_an_answer_are_numbered_below_it() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "anthropic", "demo-aria+cites", json!({})).await;
    ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let shell = Shell::signed_in(&mut ada).await;
    let question = question();
    for arguments in [
        &["ask", &question, "-s", "demo-aria+cites"][..],
        &["ask", &question, "--full"],
    ] {
        let asked = shell.run(arguments, "").await;
        assert_eq!(asked.code, 0, "{asked:#?}");
        let (_, sources) = asked.out.split_once("\nSources\n").unwrap();
        let lines: Vec<&str> = sources.lines().take(3).collect();
        assert!(
            lines[0].starts_with("1. ") && lines[0].ends_with("https://www.postgresql.org/docs/current/brin.html"),
            "{lines:?}"
        );
        assert!(lines[1].starts_with("2. Logs, kept by time http"), "{lines:?}");
        assert!(lines[2].starts_with("3. A page that"), "{lines:?}");
        assert_eq!(asked.out.matches("\nSources\n").count(), 1, "only where there are some");
    }
    let json = shell
        .run(&["ask", &question, "-s", "demo-aria+cites", "--json"], "")
        .await
        .json();
    assert_eq!(json["responses"][0]["citations"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_token_is_tried_kept_for_its_owner_alone_used_and_forgotten() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "openai", "demo-bolt", json!({})).await;
    let shell = Shell::new();
    let stranger = shell.run(&["history"], "").await;
    assert!(
        stranger.code == 3 && stranger.err.contains("quorum login"),
        "{stranger:#?}"
    );
    let wrong = shell.run(&["login", "--url", &app.origin], "qk_wrong\n").await;
    assert!(wrong.code == 3 && !wrong.err.contains("qk_wrong"), "{wrong:#?}");
    let token = ada.token().await;
    let login = shell.run(&["login", "--url", &app.origin], &format!("{token}\n")).await;
    assert!(
        login.code == 0 && login.err.contains("Ada") && !login.err.contains(&token),
        "{login:#?}"
    );
    let file = shell.home.path().join(".config/quorum/credentials.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(shell.run(&["ask", "What is it?"], "").await.code, 0);
    let history = shell.run(&["history"], "").await;
    assert!(history.out.contains("What is it?"), "{history:#?}");
    let found = shell.run(&["history", "--search", "what", "--json"], "").await;
    let hit: Value = serde_json::from_str(found.out.lines().next().unwrap()).unwrap();
    let id = hit["conversation_id"].as_str().unwrap().to_owned();
    assert!(shell.run(&["show", &id], "").await.out.contains("> What is it?"));
    let elsewhere = shell.run(&["history", "--url", "http://127.0.0.1:1"], "").await;
    assert!(
        elsewhere.code == 3 && elsewhere.err.contains("is for"),
        "a token goes to its own server only: {elsewhere:#?}"
    );
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(shell.run(&["history"], "").await.err.contains("chmod 600"));
    assert_eq!(shell.run(&["logout"], "").await.code, 0);
    assert!(!file.exists());
}

#[tokio::test]
async fn mistakes_are_told_in_words_and_by_exit_codes() {
    let app = TestApp::start().await;
    let mut ada = app.admin().await;
    ada.add_service(&app, "gemini", "demo-cedar+quota", json!({})).await;
    let shell = Shell::signed_in(&mut ada).await;
    let nothing = shell.run(&["ask"], "").await;
    assert!(nothing.code == 2 && nothing.err.contains("no question"), "{nothing:#?}");
    let unknown = shell.run(&["ask", "-s", "nobody", "Why?"], "").await;
    assert!(
        unknown.code == 2 && unknown.err.contains("demo-cedar+quota"),
        "{unknown:#?}"
    );
    let nowhere = shell.run(&["show", "01a1fcbb-c487-76a1-aca0-dce20c31076e"], "").await;
    assert!(
        nowhere.code == 3 && nowhere.err.contains("no such conversation"),
        "{nowhere:#?}"
    );
    let failed = shell.run(&["ask", "Why?"], "").await;
    assert!(failed.code == 1 && failed.out.contains("credit"), "{failed:#?}");
    assert_eq!(shell.run(&["show", "not-an-id"], "").await.code, 2);
}
