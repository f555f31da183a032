//! Answers of assistants.

use parlor_engine::turn;
use parlor_model::conversation::ConversationKey;
use serde_json::{Value, json};

use crate::client::{Client, assert_error, cases};

async fn texts(client: &Client, conversation: &str) -> Vec<(String, String)> {
    let page = client
        .get(&format!("/conversation/{conversation}/message/list"))
        .await
        .expect(200);
    let items = page["items"].as_array().unwrap().iter();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap().to_owned();
    items
        .map(|item| (text(item, "type"), text(item, "text")))
        .collect()
}

/// Posts a request for events and returns them, by type and data.
pub(crate) async fn events(client: &Client, path: &str, body: &Value) -> Vec<(String, Value)> {
    let request = client
        .post_request(path)
        .header("accept", "application/jsonl")
        .json(body);
    let reply = request.send().await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "application/jsonl")
    );
    let text = reply.text();
    assert!(text.is_ascii() && !text.contains("\n\n"), "{text}");
    text.lines()
        .map(|line| {
            let mut event: Value = serde_json::from_str(line).unwrap();
            let kind = event["type"].as_str().unwrap().to_owned();
            (kind, event["data"].take())
        })
        .collect()
}

pub(crate) fn joined_tokens(events: &[(String, Value)]) -> String {
    let tokens = events.iter().filter(|(kind, _)| kind == "token");
    tokens
        .map(|(_, data)| data["token"].as_str().unwrap())
        .collect()
}

cases! { @run_with_assistant
    async fn complete_stores_both_sides_and_returns_the_answer(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/complete");
        let answer = client.post(&path, &json!({ "text": "Où est-il?", "functions": [] })).await.expect(200);
        assert_eq!(answer["text"], "You said: Où est-il?");
        assert_eq!(answer["end"], json!({ "reason": "stop" }));
        assert!(answer["usage"]["token"].as_i64() > Some(0), "{answer}");
        let stored = client.get(&format!("/conversation/{id}/message/{}/fetch", answer["id"].as_str().unwrap())).await.expect(200);
        assert_eq!((&stored["type"], &stored["text"]), (&json!("bot"), &answer["text"]));
        // Without a text the present state is answered.
        client.post(&format!("/conversation/{id}/send"), &json!({ "text": "and now" })).await.expect(200);
        let answer = client.post(&path, &json!({})).await.expect(200);
        assert_eq!(answer["text"], "You said: and now");
        let kinds: Vec<String> = texts(&client, &id).await.into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, ["user", "bot", "user", "bot"]);
    }

    async fn complete_streams_the_events_that_the_client_reads(client: Client) {
        let id = client.create("conversation", json!({ "model": "m" })).await;
        let events = events(&client, &format!("/conversation/{id}/complete"), &json!({ "text": "où donc" })).await;
        let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).filter(|kind| *kind != "token").collect();
        assert_eq!(kinds, ["completeBegin", "message", "completeEnd", "usage", "result"]);
        assert_eq!(joined_tokens(&events), "You said: où donc");
        let of = |wanted: &str| &events.iter().find(|(kind, _)| kind == wanted).unwrap().1;
        assert_eq!(of("message"), &json!({ "type": "bot", "text": "You said: où donc" }));
        assert_eq!(of("usage")["model"], "m");
        let (input, output) = (of("usage")["inputTokensUsed"].as_i64().unwrap(), of("usage")["outputTokensUsed"].as_i64().unwrap());
        let result = of("result");
        assert_eq!((&result["text"], &result["usage"]), (&json!("You said: où donc"), &json!({ "token": input + output })));
        assert_eq!(texts(&client, &id).await.len(), 2);
    }

    async fn receive_answers_what_the_conversation_holds(client: Client) {
        let messages = json!([{ "type": "user", "text": "first" }, { "type": "bot", "text": "so" }, { "type": "user", "text": "last" }]);
        let created = client.post("/conversation/create", &json!({ "messages": messages })).await.expect(200);
        let id = created["id"].as_str().unwrap();
        let path = format!("/conversation/{id}/receive");
        let answer = client.post(&path, &json!({})).await.expect(200);
        assert_eq!(answer["text"], "You said: last");
        let events = events(&client, &path, &json!({})).await;
        assert_eq!(events.last().unwrap().0, "result");
        assert_eq!(texts(&client, id).await.len(), 5);
    }

    async fn sent_and_created_messages_get_no_answer(client: Client) {
        let id = client.create("conversation", json!({})).await;
        client.post(&format!("/conversation/{id}/send"), &json!({ "text": "one" })).await.expect(200);
        client.post(&format!("/conversation/{id}/message/create"), &json!({ "type": "user", "text": "two" })).await.expect(200);
        // Whatever was requested before is answered before this.
        let answer = client.post(&format!("/conversation/{id}/complete"), &json!({ "text": "three" })).await.expect(200);
        assert_eq!(answer["text"], "You said: three");
        let bots = texts(&client, &id).await.into_iter().filter(|(kind, _)| kind == "bot").count();
        assert_eq!(bots, 1);
    }

    async fn stateless_completion_stores_nothing(client: Client) {
        let body = json!({ "backstory": "You are kind.", "messages": [{ "type": "user", "text": "a" }, { "type": "bot", "text": "b" }, { "type": "user", "text": "c" }] });
        let answer = client.post("/conversation/complete", &body).await.expect(200);
        assert_eq!((&answer["text"], &answer["end"]), (&json!("You said: c"), &json!({ "reason": "stop" })));
        assert!(answer.get("id").is_none() && answer["usage"]["token"].as_i64() > Some(0), "{answer}");
        let events = events(&client, "/conversation/complete", &body).await;
        assert_eq!(joined_tokens(&events), "You said: c");
        assert_eq!(events.last().unwrap().0, "result");
        assert_eq!(client.count("conversation").await, 0);
        let extended = json!({ "extensions": { "backstory": "You are brief.", "features": [] }, "limits": { "iterations": 1 }, "messages": body["messages"] });
        let told = client.post("/conversation/complete", &extended).await.expect(200);
        assert_eq!(told["end"], json!({ "reason": "stop" }));
        let plain = client.post("/conversation/complete", &json!({ "messages": body["messages"] })).await.expect(200);
        assert!(told["usage"]["token"].as_i64() > plain["usage"]["token"].as_i64(), "{told} {plain}");
        // The vendor's hooks send what a page triggers without a text.
        let trigger = json!({ "type": "activity", "text": "", "meta": { "activity": { "type": "trigger" } } });
        let answer = client.post("/conversation/complete", &json!({ "messages": [{ "type": "user", "text": "d" }, trigger] })).await.expect(200);
        assert_eq!(answer["text"], "You said: d");
        for bad in [json!({}), json!({ "messages": [] }), json!({ "messages": [trigger] }), json!({ "messages": [{ "type": "user" }] }), json!({ "messages": [{ "type": "user", "text": "" }] })] {
            let message = assert_error(&client.post("/conversation/complete", &bad).await, 400, "BAD_REQUEST");
            assert!(message.contains("messages"), "{message}");
        }
    }

    async fn failure_is_an_error_that_no_client_repeats(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/complete");
        let failing = json!({ "text": "/fail unauthorized" });
        let message = assert_error(&client.post(&path, &failing).await, 424, "ASSISTANT_FAILED");
        assert!(message.starts_with("provider_rejected"), "{message}");
        let broken = events(&client, &path, &json!({ "text": "/fail malformed 2\nso it goes" })).await;
        let (kind, data) = broken.last().unwrap();
        assert_eq!(kind, "error");
        assert!(data["message"].as_str().unwrap().starts_with("invalid_response"), "{data}");
        let stateless = json!({ "messages": [{ "type": "user", "text": "/fail quota_exhausted" }] });
        assert_error(&client.post("/conversation/complete", &stateless).await, 424, "ASSISTANT_FAILED");
        let said = texts(&client, &id).await;
        assert!(said.iter().all(|(kind, _)| kind == "user") && said.len() == 2, "{said:?}");
    }

    async fn result_says_how_an_answer_ended(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/complete");
        // One longer than a message may be is cut.
        let answer = client.post(&path, &json!({ "text": "x".repeat(65_530) })).await.expect(200);
        assert_eq!((&answer["end"]["reason"], answer["text"].as_str().unwrap().len()), (&json!("length"), 65_536));
        let words = "word ".repeat(2_000);
        let request = client.post_request(&path).header("accept", "application/jsonl").json(&json!({ "text": format!("/slow 20\n{words}") }));
        let mut reply = request.send_streaming().await;
        let mut text = String::new();
        while !text.contains("\"token\"") {
            text += std::str::from_utf8(&reply.chunk().await.unwrap().unwrap()).unwrap();
        }
        let conversation = ConversationKey::Number(client.server.count("select max(conversation) from turn"));
        let cancelled = turn::cancel(&client.server.engine, &client.server.a.ctx(), conversation, None).await.unwrap();
        assert!(cancelled.is_some());
        text += &reply.text().await.unwrap();
        let result: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        assert_eq!((&result["type"], &result["data"]["end"]), (&json!("result"), &json!({ "reason": "abort" })));
        let (kind, stored) = texts(&client, &id).await.pop().unwrap();
        assert_eq!((kind.as_str(), &json!(stored)), ("bot", &result["data"]["text"]));
    }

    async fn concurrent_calls_are_all_answered(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/complete");
        let calls: Vec<_> = (0..5).map(|n| {
            let text = format!("/slow 5\ncall {n} of many");
            let request = client.post_request(&path).json(&json!({ "text": text }));
            tokio::spawn(async move { request.send().await.expect(200) })
        }).collect();
        for call in calls {
            let answer = call.await.unwrap();
            let text = answer["text"].as_str().unwrap();
            assert!(text.starts_with("You said: call"), "{text}");
        }
        let said = texts(&client, &id).await;
        let count = |wanted: &str| said.iter().filter(|(kind, _)| kind == wanted).count();
        assert_eq!(count("user"), 5);
        // What is said before an answer begins is answered together.
        assert!((1..=5).contains(&count("bot")), "{said:?}");
    }

    async fn call_during_an_answer_that_fails_ends_with_it(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let path = format!("/conversation/{id}/complete");
        let failing = json!({ "text": "/fail malformed 40\n/slow 25\n".to_owned() + &"word ".repeat(60) });
        let request = client.post_request(&path).json(&failing);
        let first = tokio::spawn(async move { request.send().await });
        client.server.wait_for_count("select count(*) from turn where state = 'running'", 1).await;
        let second = client.post(&path, &json!({ "text": "meanwhile" })).await;
        assert_error(&second, 424, "ASSISTANT_FAILED");
        assert_error(&first.await.unwrap(), 424, "ASSISTANT_FAILED");
    }
}
