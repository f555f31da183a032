//! Functions that an assistant calls before it answers, as activities.

use serde_json::{Value, json};

use crate::answers::{events, joined_tokens};
use crate::client::{Client, cases};

const SEARCH: &str = "/tool search_messages {\"query\": \"zebra\"}";

async fn stored(client: &Client, conversation: &str) -> Vec<Value> {
    let path = format!("/conversation/{conversation}/message/list");
    let mut page = client.get(&path).await.expect(200);
    std::mem::take(page["items"].as_array_mut().unwrap())
}

cases! { @run_with_assistant
    async fn request_and_response_are_activities(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let answer = client.post(&format!("/conversation/{id}/complete"), &json!({ "text": SEARCH })).await.expect(200);
        assert_eq!(answer["text"], "The tool returned: {\"messages\":[]}");
        let stored = stored(&client, &id).await;
        let types: Vec<_> = stored.iter().map(|item| item["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["user", "activity", "activity", "bot"]);
        let arguments = json!({ "query": "zebra" });
        assert_eq!(stored[1]["meta"], json!({ "activity": { "type": "request", "function": { "name": "search_messages", "arguments": arguments } } }));
        let function = json!({ "name": "search_messages", "arguments": arguments, "result": { "messages": [] } });
        assert_eq!(stored[2]["meta"], json!({ "activity": { "type": "response", "function": function } }));
        assert_eq!(stored[3]["id"], answer["id"]);
        let fetched = client.get(&format!("/conversation/{id}/message/{}/fetch", stored[2]["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(fetched, stored[2]);
    }

    async fn stream_has_a_message_for_all_that_was_said_and_done(client: Client) {
        let id = client.create("conversation", json!({})).await;
        let text = format!("let me look\n{SEARCH}\n/tool nothing not-json");
        let events = events(&client, &format!("/conversation/{id}/complete"), &json!({ "text": text })).await;
        let messages: Vec<&Value> = events.iter().filter(|(kind, _)| kind == "message").map(|(_, data)| data).collect();
        let types: Vec<_> = messages.iter().map(|data| data["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["bot", "activity", "activity", "activity", "bot"]);
        assert_eq!(messages[0]["text"], "You said: let me look");
        let request = &messages[1]["meta"]["activity"];
        assert_eq!((&request["type"], &request["function"]["name"]), (&json!("request"), &json!("search_messages")));
        assert_eq!(request["functions"][1], json!({ "name": "nothing", "arguments": "not-json" }));
        let failed = &messages[3]["meta"]["activity"];
        assert_eq!((&failed["type"], &failed["function"]["result"]["error"]["code"]), (&json!("response"), &json!("unknown_tool")));
        // The tokens of each text come before its message.
        let answer = messages[4]["text"].as_str().unwrap();
        assert_eq!(joined_tokens(&events), format!("You said: let me look{answer}"));
        let result = &events.last().unwrap().1;
        assert_eq!((&result["text"], &result["end"]["reason"]), (&json!(answer), &json!("stop")));
        let stored = stored(&client, &id).await;
        let types: Vec<_> = stored.iter().map(|item| item["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["user", "bot", "activity", "activity", "bot"]);
        assert_eq!(stored[1]["meta"]["activity"], *request);
    }
}
