//! Tools that an assistant calls before it answers.

use parlor_testkit::with_assistant;
use serde_json::{Value, json};

use super::{messages_path, next_named, streamed_text};
use crate::fixture::TestWorkspace;

const SEARCH: &str = "/tool search_messages {\"query\": \"zebra\"}";

/// Returns a chat's messages, oldest first.
async fn rows(setup: &TestWorkspace, chat: &Value) -> Vec<Value> {
    let path = format!("{}?limit=100", messages_path(chat));
    let mut rows = setup.get(&setup.u, &path).await.expect(200);
    let rows = rows.as_array_mut().unwrap();
    rows.reverse();
    std::mem::take(rows)
}

async fn web_chat(setup: &TestWorkspace) -> Value {
    let body = json!({ "channel": "web-chat", "assistantMemberId": setup.agent });
    setup.create_chat(&setup.u, body).await
}

with_assistant! {
    async fn calls_and_results_are_among_the_messages(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = web_chat(&setup).await;
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), SEARCH).await;
        let rows = rows(&setup, &chat).await;
        let roles: Vec<_> = rows.iter().map(|row| row["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["user", "assistant", "tool", "assistant"]);
        let call = json!({ "id": "call_1_0", "type": "function", "function": { "name": "search_messages", "arguments": "{\"query\": \"zebra\"}" } });
        assert_eq!((&rows[1]["content"], &rows[1]["tool_calls"], &rows[1]["memberId"]), (&Value::Null, &json!([call]), &json!(setup.agent)));
        assert_eq!((&rows[2]["content"], &rows[2]["tool_call_id"]), (&json!("{\"messages\":[]}"), &json!("call_1_0")));
        assert_eq!(rows[3]["content"], "The tool returned: {\"messages\":[]}");
        let path = format!("/chats/{}/tool-calls/call_1_0/messages", chat["id"]);
        let of_call = setup.get(&setup.u, &path).await.expect(200);
        assert_eq!(of_call, json!([rows[1], rows[2]]));
        assert_eq!(setup.get(&setup.g, "/chats/tool-call-names").await.expect(200), json!(["search_messages"]));
        // Tool traffic is no message of the chat.
        assert_eq!(setup.fetch_chat(&chat).await["messageCount"], 2);
        // The stream of the answer has the calls under the id of their message, and then the answer.
        let calling = events.iter().find(|event| event.data["choices"][0]["finish_reason"] == "tool_calls").unwrap();
        assert_eq!(calling.data["id"], rows[1]["uuid"]);
        let delta = &calling.choice()["delta"]["tool_calls"][0];
        assert_eq!((&delta["index"], &delta["id"], &delta["function"]), (&json!(0), &call["id"], &call["function"]));
        let last = events.last().unwrap();
        assert_eq!((&last.data["id"], &last.choice()["finish_reason"]), (&rows[3]["uuid"], &json!("stop")));
        assert_eq!(streamed_text(&events[1..]), "The tool returned: {\"messages\":[]}");
    }

    async fn words_before_the_calls_are_a_message_of_their_own(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = web_chat(&setup).await;
        let mut live = setup.open_chat_events(&setup.u, &chat).await;
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), &format!("let me look\n{SEARCH}")).await;
        let rows = rows(&setup, &chat).await;
        assert_eq!((&rows[1]["content"], &rows[1]["tool_calls"][0]["id"]), (&json!("You said: let me look"), &json!("call_1_0")));
        let text_of = |row: &Value| {
            let chunks = events[1..].iter().filter(|event| event.data["id"] == row["uuid"]);
            chunks.filter_map(|event| event.choice()["delta"]["content"].as_str()).collect::<String>()
        };
        assert_eq!(text_of(&rows[1]), "You said: let me look");
        assert_eq!(text_of(&rows[3]), rows[3]["content"].as_str().unwrap());
        // In the live stream nothing is said twice: each message has its own beginning and its own words.
        let (mut said, mut created) = (Vec::new(), Vec::new());
        while created.len() < rows.len() {
            let event = live.next().await;
            match event.name.as_str() {
                "chat:message_started" => said.push((event.data["uuid"].clone(), event.data["content"].as_str().unwrap().to_owned())),
                "chat:message_delta" => {
                    let (uuid, text) = said.last_mut().unwrap();
                    assert_eq!(event.data["uuid"], *uuid);
                    *text += event.data["content"].as_str().unwrap();
                }
                "chat:message_created" => created.push(event.data),
                other => panic!("{other}"),
            }
        }
        assert_eq!(created, rows);
        let wanted = [&rows[1], &rows[3]].map(|row| (row["uuid"].clone(), row["content"].as_str().unwrap().to_owned()));
        assert_eq!(said, wanted);
    }

    async fn hand_off_puts_the_chat_before_a_person(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = web_chat(&setup).await;
        let mut live = setup.open_chat_events(&setup.g, &chat).await;
        let call = "/tool hand_off {\"reason\": \"wants a refund\"}";
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), &format!("one moment\n{call}")).await;
        assert_eq!(events.last().unwrap().choice()["finish_reason"], "stop");
        let changed = next_named(&mut live, "chat:updated").await;
        assert_eq!((&changed["handOffReason"], &changed["paused"], &changed["needsResponse"]), (&json!("wants a refund"), &json!(true), &json!(true)));
        let found = setup.fetch_chat(&chat).await;
        assert_eq!((&found["needsResponse"], &found["paused"]), (&json!(true), &json!(true)));
        assert_eq!(setup.get(&setup.g, "/chats/needs-response").await.expect(200)["chatIds"], json!([chat["id"]]));
        // The person who answers settles it; the assistant is silent until it is given the chat back.
        setup.send_message(&setup.u, &chat, "is anybody there").await;
        let path = format!("/chats/{}", chat["id"]);
        setup.post(&setup.g, &format!("{path}/send-assistant-message"), json!({ "message": "I am" })).await.expect(200);
        assert_eq!(setup.fetch_chat(&chat).await["needsResponse"], false);
        setup.put(&setup.g, &path, json!({ "paused": false })).await.expect(200);
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), "and now").await;
        assert_eq!(streamed_text(&events[1..]), "You said: and now");
        // Without a word the stream says that the assistant was stopped.
        let events = setup.send_and_stream(&setup.u, &messages_path(&chat), call).await;
        let last = events.last().unwrap();
        assert_eq!((last.name.as_deref(), &last.data["code"]), (Some("error"), &json!("assistant_stopped")));
    }

    async fn contributor_is_asked_and_answers_in_the_chat(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = web_chat(&setup).await;
        let ask = "/tool request_contributor_input {\"question\": \"Is it in stock?\"}";
        let path = messages_path(&chat);
        setup.send_and_stream(&setup.u, &path, ask).await;
        assert!(rows(&setup, &chat).await[2]["content"].as_str().unwrap().contains("unknown_tool"), "a chat without contributors");
        let add = json!({ "memberId": setup.v.number });
        setup.post(&setup.g, &format!("/chats/{}/participants", chat["id"]), add).await.expect(200);
        setup.send_and_stream(&setup.u, &path, ask).await;
        let said = rows(&setup, &chat).await.split_off(4);
        let texts: Vec<_> = said.iter().map(|row| row["content"].as_str()).collect();
        assert_eq!(texts, [Some(ask), Some("Is it in stock?"), None, Some("{\"asked\":[\"Vera\"]}"), Some("The tool returned: {\"asked\":[\"Vera\"]}")]);
        assert_eq!((&said[1]["role"], &said[1]["memberId"]), (&json!("assistant"), &json!(setup.agent)));
        let other = "/tool request_contributor_input {\"question\": \"Who?\", \"contributor\": \"Otto\"}";
        setup.send_and_stream(&setup.u, &path, other).await;
        let said = rows(&setup, &chat).await.split_off(9);
        assert!(said[2]["content"].as_str().unwrap().contains("contributor must be one of: Vera"), "{}", said[2]);
        // What the contributor says is answered like what others say.
        let events = setup.send_and_stream(&setup.v, &path, "yes, two").await;
        assert_eq!(streamed_text(&events[1..]), "You said: yes, two");
    }
}
