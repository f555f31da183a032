//! Channels.

use std::time::Duration;

use crate::client::{Client, assert_error, cases};
use serde_json::{Value, json};

const CHANNEL: &str = "weather-0123456789";

/// A reader of a subscription's lines.
struct SubscriptionReader {
    response: reqwest::Response,
    buffer: String,
}

impl SubscriptionReader {
    async fn subscribe(client: &Client, key: &str, channel: &str, body: Value) -> Self {
        let path = format!("/channel/{channel}/subscribe");
        let request = client
            .anonymous(http::Method::POST, &path)
            .bearer(key)
            .json(&body);
        let response = request.send_streaming().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "application/jsonl");
        Self {
            response,
            buffer: String::new(),
        }
    }

    /// Returns the next event, or `None` at the end.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((line, rest)) = self.buffer.split_once('\n') {
                assert!(line.is_ascii() && !line.trim().is_empty(), "{line:?}");
                let event = serde_json::from_str(line).unwrap();
                self.buffer = rest.to_owned();
                return Some(event);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(30), self.response.chunk())
                .await
                .unwrap();
            self.buffer += std::str::from_utf8(&chunk.unwrap()?).unwrap();
        }
    }
}

async fn publish(client: &Client, channel: &str, message: Value) {
    let reply = client
        .post(
            &format!("/channel/{channel}/publish"),
            &json!({ "message": message }),
        )
        .await;
    assert_eq!(reply.expect(200), json!({ "id": channel }));
}

fn message_event(message: Value) -> Option<Value> {
    Some(json!({ "type": "message", "data": message }))
}

cases! {
    async fn published_message_reaches_all_subscribers(client: Client) {
        let key = client.server.a.key.clone();
        publish(&client, CHANNEL, json!({ "before": true })).await;
        let mut one = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({})).await;
        let mut two = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({ "historyLength": 0 })).await;
        let mut other = SubscriptionReader::subscribe(&client, &key, "another-channel-12345", json!({})).await;
        let messages = [json!({ "temperature": 21.50, "text": "é ☎ 🌞 \n" }), json!({}), json!({ "data": { "nested": [null, 1e3] } })];
        for message in &messages {
            publish(&client, CHANNEL, message.clone()).await;
        }
        publish(&client, "another-channel-12345", json!({ "other": 1 })).await;
        for message in &messages {
            assert_eq!(one.next().await, message_event(message.clone()));
            assert_eq!(two.next().await, message_event(message.clone()));
        }
        assert_eq!(other.next().await, message_event(json!({ "other": 1 })));
    }

    async fn history_is_sent_first_and_expires_after_an_hour(client: Client) {
        let key = client.server.a.key.clone();
        for n in 0..5 {
            publish(&client, CHANNEL, json!({ "n": n })).await;
            publish(&client, "another-channel-12345", json!({ "other": n })).await;
        }
        let mut subscriptions = Vec::new();
        for (length, first) in [(3, 2), (5, 0), (10_000, 0)] {
            subscriptions.push((first, SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({ "historyLength": length })).await));
        }
        publish(&client, CHANNEL, json!({ "n": 5 })).await;
        for (first, lines) in &mut subscriptions {
            for n in *first..=5 {
                assert_eq!(lines.next().await, message_event(json!({ "n": n })));
            }
        }
        client.server.clock.advance(Duration::from_secs(3_601));
        let mut lines = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({ "historyLength": 10 })).await;
        publish(&client, CHANNEL, json!({ "late": true })).await;
        assert_eq!(lines.next().await, message_event(json!({ "late": true })));
    }

    async fn history_over_its_limit_drops_the_oldest(client: Client) {
        let key = client.server.a.key.clone();
        let long = "x".repeat(60_000);
        for n in 0..20 {
            publish(&client, CHANNEL, json!({ "n": n, "long": long })).await;
        }
        let mut lines = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({ "historyLength": 10_000 })).await;
        let first = lines.next().await.unwrap()["data"]["n"].as_i64().unwrap();
        assert!((1..=3).contains(&first), "{first}");
        for n in first + 1..20 {
            assert_eq!(lines.next().await.unwrap()["data"]["n"], n);
        }
    }

    async fn channel_of_another_account_is_separate(client: Client) {
        let (own, other_key) = (client.server.a.key.clone(), client.server.b.key.clone());
        publish(&client, CHANNEL, json!({ "secret": true })).await;
        let mut theirs = SubscriptionReader::subscribe(&client, &other_key, CHANNEL, json!({ "historyLength": 100 })).await;
        let mut ours = SubscriptionReader::subscribe(&client, &own, CHANNEL, json!({})).await;
        publish(&client, CHANNEL, json!({ "secret": 2 })).await;
        assert_eq!(ours.next().await, message_event(json!({ "secret": 2 })));
        let path = format!("/channel/{CHANNEL}/publish");
        client.post_with_key(&other_key, &path, &json!({ "message": { "their": "own" } })).await.expect(200);
        assert_eq!(theirs.next().await, message_event(json!({ "their": "own" })));
        assert!(!client.server.logs().contains("\"secret\""));
    }

    async fn subscription_of_revoked_key_ends(client: Client) {
        let (id, key) = client.server.a.create_revocable_key("messages:read", None).await;
        let mut lines = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({})).await;
        publish(&client, CHANNEL, json!({ "n": 1 })).await;
        assert_eq!(lines.next().await, message_event(json!({ "n": 1 })));
        client.server.a.revoke_key(id).await;
        let last = lines.next().await.unwrap();
        assert_eq!((&last["type"], &last["data"]["code"]), (&json!("error"), &json!("NOT_AUTHENTICATED")));
        assert_eq!(lines.next().await, None);
    }

    async fn subscription_ends_at_restart_and_history_is_lost(client: Client) {
        let key = client.server.a.key.clone();
        publish(&client, CHANNEL, json!({ "n": 1 })).await;
        let mut lines = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({ "historyLength": 1 })).await;
        assert_eq!(lines.next().await, message_event(json!({ "n": 1 })));
        client.server.restart().await;
        let last = lines.next().await.unwrap();
        assert_eq!((&last["type"], &last["data"]["code"]), (&json!("error"), &json!("SERVICE_UNAVAILABLE")));
        assert_eq!(lines.next().await, None);
        let mut lines = SubscriptionReader::subscribe(&client, &key, CHANNEL, json!({ "historyLength": 1 })).await;
        publish(&client, CHANNEL, json!({ "n": 2 })).await;
        assert_eq!(lines.next().await, message_event(json!({ "n": 2 })));
    }

    async fn invalid_channel_request_is_refused(client: Client) {
        let good = json!({ "message": {} });
        for channel in ["short", "fifteen-letters", "sixteen%20letters%20and", &"x".repeat(129), "%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9"] {
            for (verb, body) in [("publish", &good), ("subscribe", &json!({}))] {
                let reply = client.post(&format!("/channel/{channel}/{verb}"), body).await;
                assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("channelId"), "{channel}");
            }
        }
        let path = format!("/channel/{CHANNEL}/publish");
        for body in [json!({}), json!({ "message": null }), json!({ "message": "text" }), json!({ "message": [] })] {
            assert!(assert_error(&client.post(&path, &body).await, 400, "BAD_REQUEST").contains("message"));
        }
        // The limit applies to the escaped form: six bytes per UTF-16 unit outside of ASCII.
        for long in [json!({ "x": "x".repeat(65_536) }), json!({ "x": "é".repeat(12_000) })] {
            assert_error(&client.post(&path, &json!({ "message": long })).await, 413, "CONTENT_TOO_LARGE");
        }
        for body in [json!({ "historyLength": -1 }), json!({ "historyLength": 10_001 }), json!({ "historyLength": "all" })] {
            let reply = client.post(&format!("/channel/{CHANNEL}/subscribe"), &body).await;
            assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("historyLength"));
        }
        let reader = client.server.a.create_key("messages:read", None).await;
        assert_error(&client.post_with_key(&reader, &path, &good).await, 403, "NOT_AUTHORIZED");
        let other = client.server.a.create_key("conversations:write", None).await;
        assert_error(&client.post_with_key(&other, &format!("/channel/{CHANNEL}/subscribe"), &json!({})).await, 403, "NOT_AUTHORIZED");
        let unknown = client.anonymous(http::Method::POST, &path).bearer("wrong").json(&good);
        assert_error(&unknown.send().await, 401, "NOT_AUTHENTICATED");
    }
}

/// Receives the events of a dispatched answer up to its last one, by type and data.
async fn dispatched(client: &Client, path: &str, body: Value) -> Vec<(String, Value)> {
    let key = client.server.a.key.clone();
    let dispatched = client.post(path, &body).await.expect(200);
    let channel = dispatched["channelId"].as_str().unwrap();
    let history = json!({ "historyLength": 1_000 });
    let mut reader = SubscriptionReader::subscribe(client, &key, channel, history).await;
    let mut events = Vec::new();
    loop {
        let mut line = reader.next().await.unwrap();
        assert_eq!(line["type"], "message");
        let kind = line["data"]["type"].as_str().unwrap().to_owned();
        let is_last = kind == "result" || kind == "error";
        events.push((kind, line["data"]["data"].take()));
        if is_last {
            return events;
        }
    }
}

cases! { @run_with_assistant
    async fn dispatched_answer_is_received_on_its_channel(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/dispatch");
        let message = json!({ "type": "user", "text": "où donc" });
        for (path, body) in [(path.as_str(), json!({ "text": "où donc" })), ("/conversation/dispatch", json!({ "messages": [message] }))] {
            let events = dispatched(&client, path, body).await;
            let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).filter(|kind| *kind != "token").collect();
            assert_eq!(kinds, ["completeBegin", "message", "completeEnd", "usage", "result"], "{path}");
            assert_eq!(events.last().unwrap().1["text"], "You said: où donc");
        }
        // What is dispatched is stored as what is completed.
        let stored = client.get(&format!("/conversation/{id}/message/list")).await.expect(200);
        assert_eq!((stored["items"].as_array().unwrap().len(), &stored["items"][1]["text"]), (2, &json!("You said: où donc")));
        let failed = dispatched(&client, &path, json!({ "text": "/fail unauthorized" })).await;
        assert!(failed.last().unwrap().1["message"].as_str().unwrap().starts_with("provider_rejected"), "{failed:?}");
        // An answer that is too long for a channel is stored.
        let long = dispatched(&client, &path, json!({ "text": "é".repeat(20_000) })).await;
        assert_eq!(long.last().unwrap().0, "error");
        let refused = client.post("/conversation/dispatch", &json!({})).await;
        assert!(assert_error(&refused, 400, "BAD_REQUEST").contains("messages"));
        let reading = client.server.a.create_key("conversations:read,messages:read", None).await;
        let path = client.anonymous(http::Method::POST, &path).bearer(&reading).json(&json!({ "text": "x" }));
        assert_error(&path.send().await, 403, "NOT_AUTHORIZED");
    }
}
