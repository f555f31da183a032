//! Receivers of webhooks that do not work, beside messages over carriers.

use std::time::Duration;

use parlor_testkit::tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use parlor_testkit::tokio::net::{TcpListener, TcpStream};
use parlor_testkit::tokio::time::timeout;
use serde_json::{Value, json};

use super::fixture::{ADA, NUMBER, SimulatedServer, wait_for};
use crate::program::{CommandOutcome, WAIT_TIMEOUT, block_on};

/// How long a receiver may hang: longer than what is not held back takes.
const HANGING: Duration = Duration::from_secs(60);
/// One place for each kind of target.
const VARIABLES: [(&str, &str); 4] = [
    ("PARLOR_WEBHOOKS__MAX_CONCURRENT", "1"),
    ("PARLOR_WEBHOOKS__TIMEOUT", "60s"),
    ("PARLOR_WEBHOOKS__ALLOW_HTTP", "true"),
    ("PARLOR_AGENT_SERVER_NETWORKS", "127.0.0.0/8"),
];

async fn create_rule(server: &SimulatedServer) -> (Value, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let rule = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send", "actionParams": { "url": url } });
    let rule = server.create("/event-rules", rule).await["id"].clone();
    (rule, listener)
}

async fn create_chat(server: &SimulatedServer) {
    let chat = json!({ "channel": "web-chat", "assistantEnabled": false });
    server.create("/chats", chat).await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    let accepted = timeout(WAIT_TIMEOUT, listener.accept()).await.unwrap();
    accepted.unwrap().0
}

fn delivery(server: &SimulatedServer, arguments: &[&str]) -> CommandOutcome {
    let command = [&["delivery"], arguments].concat();
    server.program.run_command(&command)
}

#[test]
fn rule_of_a_receiver_that_is_gone_is_shown_as_paused() {
    block_on(async {
        let server = SimulatedServer::start(&VARIABLES).await;
        let (rule, listener) = create_rule(&server).await;
        create_chat(&server).await;
        let mut stream = accept(&listener).await;
        let mut request = [0; 16];
        stream.read_exact(&mut request).await.unwrap();
        let gone = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(gone).await.unwrap();
        let waiting = wait_for(async || {
            let listed = delivery(&server, &["list", "--waiting", "--json"]).json();
            match listed[0]["responseStatus"].is_null() {
                true => Err(listed.to_string()),
                false => Ok(listed[0].clone()),
            }
        })
        .await;
        let number = waiting["number"].to_string();
        let shown = delivery(&server, &["show", &number, "--json"]).json();
        let listed = delivery(&server, &["list", &rule.to_string(), "--json"]).json();
        for found in [&waiting, &shown, &listed[0]] {
            assert_eq!(
                (&found["status"], &found["reason"], &found["nextAttemptAt"]),
                (&json!("queued"), &json!("paused"), &Value::Null)
            );
        }
        assert_eq!((&shown["kind"], &shown["rule"]), (&json!("webhook"), &rule));
        delivery(&server, &["show", "4711"]).assert_refused(5, "not found", "delivery list");
        delivery(&server, &["list", "4711"]).assert_refused(5, "not found", "event-rules");
        let log = server.program.stop();
        let paused = log.lines().find(|line| line.contains("is paused"));
        let paused: Value = serde_json::from_str(paused.unwrap()).unwrap();
        assert_eq!(
            (&paused["level"], &paused["rule"], &paused["reason"]),
            (&json!("WARN"), &rule, &json!("gone"))
        );
    });
}

#[test]
fn hanging_receiver_holds_back_no_message_over_a_carrier() {
    block_on(async {
        let server = SimulatedServer::start(&VARIABLES).await;
        let (_, listener) = create_rule(&server).await;
        create_chat(&server).await;
        let hanging = accept(&listener).await;
        let text = ["send-sms", "--from", ADA, "--to", NUMBER, "Hello", "--json"];
        assert_eq!(server.channels(&text).code, Some(0));
        let answer = server.wait_for_record("messages", |record| record["to"] == ADA);
        let answer = timeout(HANGING / 2, answer).await.unwrap();
        assert_eq!(answer["text"], "You said: Hello");
        // Its attempt ends at once then.
        drop((hanging, listener));
        server.program.stop();
    });
}
