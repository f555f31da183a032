//! The log of a conversation on a terminal.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};

use crate::program::{Program, WAIT_TIMEOUT, binary, block_on, client, command, temp_dir};

/// A running `parlor tail`, killed when dropped.
struct Tail {
    child: Child,
    lines: Receiver<String>,
}

impl Tail {
    fn start(program: &Program, arguments: &[&str]) -> Self {
        let mut command = command(binary());
        command.arg("tail").args(arguments).arg("--json");
        command.arg("--data").arg(&program.data);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    fn next(&self) -> Value {
        let line = self.lines.recv_timeout(WAIT_TIMEOUT).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn create_chat(program: &Program, title: &str) -> String {
    let request = client().post(format!("{}/api/v1/chats/", program.url));
    let request = request.header("x-api-key", program.key());
    let body = json!({ "user_id": "ada", "title": title }).to_string();
    let request = request
        .header("content-type", "application/json")
        .body(body);
    let text = request.send().await.unwrap().text().await.unwrap();
    let chat: Value = serde_json::from_str(&text).unwrap();
    chat["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{text}"))
        .to_owned()
}

#[test]
fn tail_follows_a_log_over_a_restart_and_send_speaks_in_it() {
    let folder = temp_dir();
    let program = Program::start(folder.path(), &[], &[]);
    let id = block_on(create_chat(&program, "Opening hours"));
    let tail = Tail::start(&program, &["Opening hours"]);
    let created = tail.next();
    assert_eq!(
        (&created["seq"], &created["kind"]),
        (&json!(1), &json!("created"))
    );
    let say = |program: &Program, conversation: &str, text: &str| {
        program
            .run_command(&["send", conversation, text, "--as", "1", "--json"])
            .json()
    };
    let sent = say(&program, "Opening hours", "Open on Sunday");
    let seen = tail.next();
    assert_eq!(seen["seq"], sent["seq"]);
    assert_eq!(
        (&seen["text"], &seen["author"]),
        (&json!("Open on Sunday"), &json!(1))
    );
    // Every form of its id: a UUID, 32 digits, base 32 as the exports have it, and a number.
    let digits = id.replace('-', "");
    let listed = block_on(async {
        let request = client().get(format!("{}/api/v1/conversation/list", program.url));
        let answer = request.bearer_auth(program.key()).send().await.unwrap();
        serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap()
    });
    let items = listed["items"].as_array().unwrap().iter();
    let mut prefixed = items.map(|item| item["id"].as_str().unwrap());
    let found = prefixed.any(|prefixed| {
        let log = ["tail", prefixed, "--after", "0", "--no-follow", "--json"];
        program.run_command(&log).stdout.contains("Open on Sunday")
    });
    assert!(found, "{listed}");
    for form in [id.as_str(), &digits, "2"] {
        say(&program, form, form);
        assert_eq!(tail.next()["text"], form);
    }
    program.stop();
    let program = Program::start(folder.path(), &[], &[]);
    say(&program, &id, "After the restart");
    let seen = tail.next();
    assert_eq!(
        (&seen["text"], &seen["seq"]),
        (&json!("After the restart"), &json!(6))
    );

    let whole = program.run_command(&["tail", &id, "--after", "0", "--no-follow"]);
    let lines: Vec<&str> = whole.stdout.lines().collect();
    assert_eq!(lines.len(), 6, "{whole:?}");
    assert!(
        lines[0].starts_with("#1 ") && lines[0].contains("created"),
        "{whole:?}"
    );
    program
        .run_command(&["tail", "Nothing"])
        .assert_refused(5, "no conversation", "title");
    block_on(create_chat(&program, "Opening hours"));
    program
        .run_command(&["send", "Opening hours", "x"])
        .assert_refused(2, "2 conversations have this title", "number");
    program
        .run_command(&["send", &id, ""])
        .assert_refused(2, "text", "--help");
    // Control characters of a message do not reach the terminal.
    program.run_command(&["send", &id, "\u{1b}[2J"]);
    let shown = program.run_command(&["tail", &id, "--no-follow"]).stdout;
    assert!(
        shown.contains("␛[2J") && !shown.contains('\u{1b}'),
        "{shown:?}"
    );
}
