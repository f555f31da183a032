//! Which model answers: the chat's, the agent's, the workspace's.

use serde_json::{Value, json};

use super::installation::{Installation, on_both_databases};
use super::model_server::{KEY, ModelServer};
use crate::program::{block_on, client};

async fn call(installation: &Installation, method: &str, path: &str, body: Value) -> String {
    let url = format!(
        "{}/api/v2/w/{}{path}",
        installation.url(),
        installation.workspace()
    );
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let request = client()
        .request(method, url)
        .bearer_auth(installation.key())
        .header("content-type", "application/json")
        .body(body.to_string());
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert!(status.is_success(), "{path}: {text}");
    text
}

async fn create(installation: &Installation, path: &str, body: Value) -> i64 {
    let created = call(installation, "POST", path, body).await;
    let created: Value = serde_json::from_str(&created).unwrap();
    created["id"].as_i64().unwrap()
}

#[test]
fn model_of_the_chat_wins_over_that_of_the_agent_and_of_the_workspace() {
    let model = ModelServer::start();
    let config = format!(
        "[assistant]\nkind = \"openai\"\nbase_url = {:?}\nmodel = \"of-server\"\napi_key = {KEY:?}\n",
        model.url()
    );
    on_both_databases(&config, |installation| {
        block_on(async {
            let agent = json!({ "name": "Ada", "chatModelId": "of-agent" });
            let agent = create(installation, "/agents", agent).await;
            let chat = json!({ "channel": "web-chat", "assistantMemberId": agent });
            let plain = create(installation, "/chats", chat.clone()).await;
            let mut own = chat;
            own["assistantChatModelId"] = json!("of-chat");
            let own = create(installation, "/chats", own).await;
            let ask = async |chat: i64| {
                let path = format!("/chats/{chat}/messages");
                let question = json!({ "content": "hello", "stream": true });
                let answer = call(installation, "POST", &path, question).await;
                assert!(answer.contains("[DONE]"), "{answer}");
                let asked = model.requests();
                asked[asked.len() - 1].body["model"].clone()
            };
            assert_eq!(ask(own).await, "of-chat");
            assert_eq!(ask(plain).await, "of-agent");
            let path = format!("/agents/{agent}");
            let cleared = json!({ "chatModelId": null });
            call(installation, "PUT", &path, cleared).await;
            assert_eq!(ask(plain).await, "of-server");
        });
    });
}
